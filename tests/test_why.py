"""Answers to ``why``: paths, feeders and differences, held against networkx on random projects."""

import itertools
from random import Random
from typing import Any

import msgspec
import networkx as nx
import pytest
from declared import Document, documents, graph_of, plain
from designs import card, incentives_of
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.explain.answer import VIEWS, Why
from metriclint.explain.feeds import fed_by
from metriclint.explain.named import Named, Names, known_ids
from metriclint.explain.why import leads_to
from metriclint.explain.words import ALL_ALIKE, DIFFERENCE, difference
from metriclint.graph.build import Incentives
from metriclint.graph.incentive_graph import Edge, IncentiveGraph, Node, View
from metriclint.graph.ways import along, count_ways, onward, ways

ALL = list(VIEWS)
UNTOLD = "policy says no path; access leaves one, and what staff believe is not declared"


def one(incentives: Incentives, word: str) -> Named:
    found = Names(incentives).find(word)
    assert len(found) == 1, found
    return found[0]


def why(incentives: Incentives, word: str, target: str | None = None) -> Why:
    end = None if target is None else one(incentives, target)
    return leads_to(incentives, one(incentives, word), end, ALL)


def public(ids: Any) -> set[str]:
    return {id_.partition("@")[0] for id_ in ids}


def own(steps: list[Any], metric: str) -> list[str]:
    """Nodes of a path from the metric on, without the action that it begins with."""
    nodes = [s.node for s in steps]
    return nodes[nodes.index(f"metric:{metric}") :]


@settings(deadline=None, max_examples=100)
@given(documents())
def test_a_path_is_shown_iff_the_view_has_one_and_it_is_as_short_as_that_of_networkx(document: Document) -> None:
    incentives = graph_of(document)
    consequences = incentives.graph.of_kind("consequence")
    for metric in incentives.designs:
        for path in why(incentives, metric).paths:
            graph = plain(incentives, VIEWS[path.view])
            lengths = nx.single_source_shortest_path_length(graph, f"metric:{metric}")
            reached = [c for c in consequences if c in lengths]
            assert bool(path.steps) == bool(reached)
            if reached:
                nodes = own(path.steps, metric)
                ends = [lengths[c] for c in reached if c.partition("@")[0] == nodes[-1]]
                assert len(nodes) - 1 == min(ends)
                assert path.more == len(public(reached)) - 1
                held = {(s.partition("@")[0], t.partition("@")[0]) for s, t in graph.edges}
                assert set(itertools.pairwise(nodes)) <= held


@settings(deadline=None, max_examples=100)
@given(documents())
def test_a_path_begins_at_an_action_where_the_metric_lies_between_an_action_and_a_consequence(
    document: Document,
) -> None:
    """The published criterion: an incentive to move a metric is possible iff it is on such a directed path."""
    incentives = graph_of(document)
    for metric, design in incentives.designs.items():
        gaming = {a.node for a in design.actions or () if a.effect != "helps"}
        for path in why(incentives, metric).paths:
            graph = plain(incentives, VIEWS[path.view])
            between = any(
                nx.has_path(graph, action, f"metric:{metric}") and nx.has_path(graph, f"metric:{metric}", end)
                for action in gaming
                for end in incentives.graph.of_kind("consequence")
            )
            assert between == bool(path.steps and path.steps[0].kind == "action")
            assert not between or path.steps[0].node in gaming


@settings(deadline=None, max_examples=100)
@given(documents(), st.data())
def test_to_a_target_the_path_is_shortest_and_the_others_are_counted(document: Document, data: st.DataObject) -> None:
    incentives = graph_of(document)
    metric = data.draw(st.sampled_from(sorted(incentives.designs)))
    ends = [n for n in incentives.graph.nodes.values() if n.kind in ("decision", "consequence", "board", "metric")]
    end = data.draw(st.sampled_from(sorted(ends)))
    if end.id == f"metric:{metric}":
        return
    targets = {n.id for n in ends if n.public == end.public}
    for path in why(incentives, metric, end.public).paths:
        graph = plain(incentives, VIEWS[path.view])
        lengths = nx.single_source_shortest_path_length(graph, f"metric:{metric}")
        reached = targets & set(lengths)
        assert bool(path.steps) == bool(reached)
        if reached:
            assert len(own(path.steps, metric)) - 1 == min(lengths[t] for t in reached)
            every = list(nx.all_simple_paths(graph, f"metric:{metric}", reached))
            assert path.more == len(every) - 1


@settings(deadline=None, max_examples=100)
@given(documents(), st.data())
def test_what_feeds_an_end_is_what_networkx_finds_before_it(document: Document, data: st.DataObject) -> None:
    incentives = graph_of(document)
    ends = [n for n in incentives.graph.nodes.values() if n.kind in ("decision", "consequence", "board", "outcome")]
    if not ends:
        return
    end = data.draw(st.sampled_from(sorted(ends)))
    answer = fed_by(incentives, one(incentives, end.public), ALL)
    goals = [n.id for n in ends if n.public == end.public]
    found = {f.node: f for f in answer.feeders}
    assert len(found) == len(answer.feeders)
    expected: dict[str, set[str]] = {}
    for view, bit in VIEWS.items():
        graph = plain(incentives, bit)
        metrics = set(incentives.graph.of_kind("metric"))
        for node in set().union(*(nx.ancestors(graph, g) for g in goals)):
            if node in metrics:
                expected.setdefault(node, set()).add(view)
        bare = graph.subgraph(set(graph.nodes) - metrics)
        for node in set().union(*(nx.ancestors(bare, g) for g in goals)):
            if incentives.graph.nodes[node].kind == "action":
                expected.setdefault(node, set()).add(view)
    assert {node: set(f.views) for node, f in found.items()} == expected
    for node, feeder in found.items():
        view = next(v for v in ("feasible", "believed", "stated") if v in feeder.views)
        graph = plain(incentives, VIEWS[view])
        nodes = [s.node for s in feeder.steps]
        nodes = nodes[nodes.index(node) :]
        if node.startswith("metric:"):
            assert len(nodes) - 1 == min(
                nx.shortest_path_length(graph, node, g) for g in goals if nx.has_path(graph, node, g)
            )
        else:
            assert not any(n.startswith("metric:") for n in nodes)


@settings(deadline=None, max_examples=100)
@given(documents(), st.sampled_from((View.STATED, View.FEASIBLE, View.BELIEVED, View.ALL)), st.data())
def test_one_backward_pass_gives_every_start_a_shortest_path(
    document: Document, view: int, data: st.DataObject
) -> None:
    incentives = graph_of(document)
    part = ways(incentives.graph, incentives.graph.nodes)
    goal = data.draw(st.sampled_from(sorted(part.nodes)))
    graph = plain(incentives, view)
    graph.add_nodes_from(part.nodes)
    lengths = dict(nx.single_target_shortest_path_length(graph, goal))
    steps = onward(part, [goal], view)
    assert set(steps) == set(lengths)
    for node, length in lengths.items():
        edges = along(steps, node)
        assert len(edges) == length
        assert [e.source for e in edges][:1] in ([], [node])
        assert all(a.target == b.source for a, b in itertools.pairwise(edges))
        if edges:
            nearer = [e for e in part.out_edges(node, view) if lengths.get(e.target) == length - 1]
            assert (edges[0].target, edges[0].verb) == min((e.target, e.verb) for e in nearer)
        assert count_ways(part, node, [goal], view) == (
            1 if node == goal else len(list(nx.all_simple_paths(graph, node, goal)))
        )


def test_between_ways_as_short_the_next_node_with_the_lower_id_is_taken() -> None:
    """The layer before the goal is found in the order z, a here, and has to be gone through as a, z."""
    graph = IncentiveGraph()
    for id_ in ("start", "a", "z", "b1", "b2", "goal"):
        graph.add_node(Node(id_, "metric", id_, None))
    for source, target in [("b1", "goal"), ("b2", "goal"), ("z", "b1"), ("a", "b2"), ("start", "z"), ("start", "a")]:
        graph.add_edge(Edge(source, target, "derived from", 1, View.ALL, None))
    steps = onward(graph, ["goal"], View.ALL)
    assert [e.target for e in along(steps, "start")] == ["a", "b2", "goal"]


@settings(deadline=None)
@given(documents(), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_declarations(document: Document, random: Random) -> None:
    turned = {key: dict(random.sample(list(value.items()), len(value))) for key, value in document.items()}
    first, second = graph_of(document), graph_of(turned)
    for word in document["metrics"]:
        assert _unplaced(why(first, word)) == _unplaced(why(second, word))
    for word in ("promotion", "bonus", "standing"):
        answers = [fed_by(i, one(i, word), ALL) for i in (first, second)]
        assert _unplaced(answers[0]) == _unplaced(answers[1])


def _unplaced(answer: Why) -> Any:
    """An answer without lines and columns, which an order of declarations changes."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: bare(v) for k, v in value.items() if k != "location"}
        return [bare(v) for v in value] if isinstance(value, list) else value

    return bare(msgspec.to_builtins(answer))


# What differs


def test_every_answer_of_the_three_views_has_words_of_its_own() -> None:
    cases = list(itertools.product((True, False), repeat=3))
    assert set(DIFFERENCE) == set(cases)
    assert len(set(DIFFERENCE.values())) == len(cases)
    assert (
        difference((False, True, True), told=True) == "policy says no path; access leaves one, and staff reckon with it"
    )
    assert "not declared" in difference((False, True, True), told=False)
    assert difference((True, True, True), told=False) == ALL_ALIKE


@pytest.mark.parametrize(
    ("use", "text"),
    [
        ("stated: used", ALL_ALIKE),
        ("stated: not-used, access: individual, believed: used", DIFFERENCE[False, True, True]),
        ("stated: not-used, access: individual, believed: not-used", DIFFERENCE[False, True, False]),
        ("stated: not-used, access: none, believed: used", DIFFERENCE[False, False, True]),
        ("stated: used, believed: not-used", DIFFERENCE[True, True, False]),
        ("stated: unstated, access: none, believed: used", DIFFERENCE[True, False, True]),
        ("stated: unstated, access: none, believed: not-used", DIFFERENCE[True, False, False]),
        (
            "stated: not-used, access: individual",
            "policy says no path; access leaves one, and what staff believe is not declared",
        ),
        ("stated: unstated, access: none", "policy does not rule it out; access leaves no path"),
    ],
)
def test_what_differs_is_said_in_words(use: str, text: str) -> None:
    incentives = incentives_of(card(f"consequences: [{{kind: review, {use}}}]"))
    assert [d.text for d in why(incentives, "m").differences] == [text]
    assert [f.difference for f in fed_by(incentives, one(incentives, "review"), ALL).feeders] == [text]


# Names


NAMED = """
    roles: {lead: {title: Team lead}}
    decisions:
      talk: {title: Yearly talk, made_by: head, about: lead, consequence: review, uses: [{metric: bugs, stated: used}]}
    metrics:
      bugs: {title: Bugs closed, aliases: [Fixed bugs]}
      twin: {title: Same title}
      twin-2: {title: Same title}
"""


@pytest.mark.parametrize(
    ("word", "nodes"),
    [
        ("bugs", ["metric:bugs"]),
        ("metric:bugs", ["metric:bugs"]),
        ("bugs closed", ["metric:bugs"]),
        ("Fixed bugs", ["metric:bugs"]),
        ("talk", ["decision:talk"]),
        ("consequence:talk", ["consequence:talk"]),
        ("review", ["kind:review"]),
        ("kind:review", ["kind:review"]),
        ("the performance rating", ["kind:review"]),
        ("performance rating", ["kind:review"]),
        ("promotion", ["kind:promotion"]),
        ("lead", ["role:lead"]),
        ("Team lead", ["role:lead"]),
        ("Same title", ["metric:twin", "metric:twin-2"]),
        ("none", []),
        ("operational", []),
        ("role:bugs", []),
        ("nobody", []),
        ("", []),
    ],
)
def test_a_word_means_an_id_then_a_node_then_a_kind_then_a_title(word: str, nodes: list[str]) -> None:
    assert [n.node for n in Names(incentives_of(NAMED)).find(word)] == nodes


def test_everything_that_completes_can_be_asked_about() -> None:
    incentives = incentives_of(NAMED)
    known = known_ids(incentives.project)
    assert {"bugs", "talk", "lead", "promotion", "standing"} <= set(known)
    assert [word for word in known if len(Names(incentives).find(word)) != 1] == []


def test_an_unknown_word_is_near_an_id_a_kind_or_a_title() -> None:
    names = Names(incentives_of(NAMED))
    assert names.near("bugz") == "bugs"
    assert names.near("promotoin") == "promotion"
    assert names.near("Yearly tallk by the head") == "Yearly talk by the head"
    assert names.near("quite another thing") == ""
