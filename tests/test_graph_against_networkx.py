"""The linear passes of the incentive graph, held against networkx on random graphs."""

from random import Random

import networkx as nx
import pytest
from designs import SETTINGS, incentives_of
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.facts.derive import facts_of
from metriclint.graph.criteria import RISK_VIEWS, bypasses, outcome_signs, stakes_of
from metriclint.graph.incentive_graph import Edge, IncentiveGraph, Node, View

KINDS = ("action", "metric", "outcome", "board", "decision", "consequence")
VERBS = ("moves", "helps", "hurts", "derived from", "shown on", "read in", "leads to")
VIEWS = (View.STATED, View.FEASIBLE, View.BELIEVED, RISK_VIEWS, View.ALL)


@st.composite
def parts(draw: st.DrawFn) -> tuple[list[Node], list[Edge]]:
    nodes = [Node(f"n{i}", draw(st.sampled_from(KINDS)), f"Node {i}", None) for i in range(draw(st.integers(1, 9)))]
    ids = st.sampled_from([n.id for n in nodes])
    edges = st.builds(
        Edge,
        source=ids,
        target=ids,
        verb=st.sampled_from(VERBS),
        sign=st.sampled_from((1, -1, 0)),
        views=st.integers(1, 7),
        origin=st.none(),
    )
    return nodes, draw(st.lists(edges, max_size=24))


def graph_of(nodes: list[Node], edges: list[Edge]) -> IncentiveGraph:
    graph = IncentiveGraph()
    for node in nodes:
        graph.add_node(node)
    for edge in edges:
        graph.add_edge(edge)
    return graph


def of_kind(nodes: list[Node], kind: str) -> list[str]:
    return [n.id for n in nodes if n.kind == kind]


@settings(deadline=None)
@given(parts(), st.sampled_from(VIEWS), st.data())
def test_reachable_nodes_are_those_of_networkx_in_every_view_and_direction(
    made: tuple[list[Node], list[Edge]], view: int, data: st.DataObject
) -> None:
    nodes, edges = made
    ids = [n.id for n in nodes]
    sources = data.draw(st.lists(st.sampled_from(ids), max_size=3))
    without = data.draw(st.frozensets(st.sampled_from(ids), max_size=4))
    graph = graph_of(nodes, edges)
    plain = graph.to_networkx(view)
    plain.remove_nodes_from(without)
    expected = {s for s in sources if s in plain}
    forward = expected.union(*(nx.descendants(plain, s) for s in expected))
    backward = expected.union(*(nx.ancestors(plain, s) for s in expected))
    assert graph.reachable(sources, view, without) == forward
    assert graph.reachable(sources, view, without, backwards=True) == backward


@settings(deadline=None)
@given(parts(), st.sampled_from(VIEWS), st.sampled_from(KINDS), st.data())
def test_a_shortest_path_is_as_short_as_that_of_networkx_and_stays_in_its_view(
    made: tuple[list[Node], list[Edge]], view: int, kind: str, data: st.DataObject
) -> None:
    nodes, edges = made
    ids = [n.id for n in nodes]
    source = data.draw(st.sampled_from(ids))
    without = data.draw(st.frozensets(st.sampled_from(ids), max_size=3))
    graph = graph_of(nodes, edges)
    path = graph.shortest_path([source], lambda n: n.kind == kind, view, without)
    plain = graph.to_networkx(view)
    plain.remove_nodes_from(without)
    lengths = nx.single_source_shortest_path_length(plain, source) if source in plain else {}
    goals = [lengths[g] for g in of_kind(nodes, kind) if g in lengths]
    if not goals:
        assert path is None
        return
    assert path is not None
    assert len(path) == min(goals)
    here = source
    for edge in path:
        assert edge.source == here
        assert edge.views & view
        assert edge.target not in without
        here = edge.target
    assert graph.nodes[here].kind == kind


@settings(deadline=None)
@given(parts(), st.sampled_from(VIEWS), st.sampled_from(KINDS), st.randoms(use_true_random=False))
def test_a_shortest_path_does_not_depend_on_the_order_in_which_the_graph_was_built(
    made: tuple[list[Node], list[Edge]], view: int, kind: str, random: Random
) -> None:
    nodes, edges = made
    sources = [n.id for n in nodes if n.kind != kind]
    first = graph_of(nodes, edges).shortest_path(sources, lambda n: n.kind == kind, view)
    nodes, edges, sources = list(nodes), list(edges), list(sources)
    for items in (nodes, edges, sources):
        random.shuffle(items)
    second = graph_of(nodes, edges).shortest_path(sources, lambda n: n.kind == kind, view)
    words = [None if p is None else [(e.source, e.verb, e.target) for e in p] for p in (first, second)]
    assert words[0] == words[1]


@settings(deadline=None)
@given(parts())
def test_each_view_of_networkx_holds_exactly_the_edges_of_that_view(made: tuple[list[Node], list[Edge]]) -> None:
    nodes, edges = made
    graph = graph_of(nodes, edges)
    for view in VIEWS:
        plain = graph.to_networkx(view)
        assert set(plain.nodes) == {n.id for n in nodes}
        held = sorted((s, t, d["verb"], d["sign"], d["views"]) for s, t, d in plain.edges(data=True))
        assert held == sorted((e.source, e.target, e.verb, e.sign, e.views) for e in edges if e.views & view)


@settings(deadline=None)
@given(parts())
def test_an_action_bypasses_the_goal_iff_the_outcomes_are_no_vertex_cut(made: tuple[list[Node], list[Edge]]) -> None:
    nodes, edges = made
    graph = graph_of(nodes, edges)
    whole, risk = graph.to_networkx(View.ALL), graph.to_networkx(RISK_VIEWS)
    for plain in (whole, risk):
        plain.remove_nodes_from(of_kind(nodes, "outcome"))
    for action in of_kind(nodes, "action"):
        for metric in of_kind(nodes, "metric"):
            reaches = any(nx.has_path(risk, metric, c) for c in of_kind(nodes, "consequence"))
            assert bypasses(graph, action, metric) == (nx.has_path(whole, action, metric) and reaches)


@settings(deadline=None, max_examples=15)
@given(parts())
def test_a_bypass_is_found_alike_in_a_small_graph_and_in_a_large_estate(made: tuple[list[Node], list[Edge]]) -> None:
    nodes, edges = made
    crowd = [Node(f"other{i}", "outcome", "Another", None) for i in range(2_000)]
    small, large = graph_of(nodes, edges), graph_of([*nodes, *crowd], edges)
    for action in of_kind(nodes, "action"):
        for metric in of_kind(nodes, "metric"):
            assert bypasses(small, action, metric) == bypasses(large, action, metric)


@settings(deadline=None)
@given(parts())
def test_signs_of_paths_to_outcomes_are_those_of_the_doubled_graph(made: tuple[list[Node], list[Edge]]) -> None:
    nodes, edges = made
    graph = graph_of(nodes, edges)
    doubled = nx.DiGraph()
    for edge in edges:
        if edge.verb in VERBS[:4] and graph.nodes[edge.source].kind != "outcome":
            for sign in (1, -1):
                doubled.add_edge((edge.source, sign), (edge.target, sign * (edge.sign or 1)))
    for action in of_kind(nodes, "action"):
        direct = {e.sign for e in edges if e.source == action and graph.nodes[e.target].kind == "outcome"}
        states = nx.descendants(doubled, (action, 1)) if (action, 1) in doubled else set()
        expected = direct or {sign for node, sign in states if graph.nodes[node].kind == "outcome"}
        assert outcome_signs(graph, action) == expected


@st.composite
def declarations(draw: st.DrawFn) -> str:
    """Up to four metrics, indexes of earlier ones, with boards and consequences in every state of belief."""
    lines = ["metrics:"]
    count = draw(st.integers(1, 4))
    for i in range(count):
        lines += [f"  m{i}:", f"    title: Number {i}", "    gaming_actions: [{title: Pad it, cost: low}]"]
        wholes = draw(st.lists(st.integers(0, i - 1), unique=True, max_size=2)) if i else []
        if wholes:
            lines.append(f"    derived_from: [{', '.join(f'm{w}' for w in wholes)}]")
        named, ranked = draw(st.booleans()), draw(st.booleans())
        audience = draw(st.sampled_from(("self", "manager", "team", "leadership", "org", "external", "public")))
        words = f"{{audience: {audience}, identified: {str(named).lower()}, ranked: {str(ranked).lower()}}}"
        lines.append(f"    visibility: [{words if draw(st.booleans()) else ''}]")
        uses = draw(st.lists(st.tuples(*map(st.sampled_from, USES)), max_size=2))
        told = ", ".join("{" + ", ".join(u) + "}" for u in uses)
        lines.append(f"    consequences: [{told}]")
    return "\n".join(lines) + "\n"


USES = (
    [f"kind: {k}" for k in ("none", "operational", "informal", "review", "bonus", "termination")],
    [f"stated: {s}" for s in ("used", "not-used", "unstated")],
    [f"access: {a}" for a in ("none", "aggregate", "individual")],
    [f"enforced: {e}" for e in ("none", "policy", "technical")],
    [f"believed: {b}" for b in ("used", "not-used", "unknown")],
)


@settings(deadline=None, max_examples=150)
@given(declarations())
def test_a_metric_is_live_iff_it_lies_on_a_path_from_an_action_to_a_consequence(text: str) -> None:
    incentives = incentives_of(text)
    reaches = stakes_of(incentives)
    risk = incentives.graph.to_networkx(RISK_VIEWS)
    ends = set(incentives.graph.of_kind("consequence"))
    starts = set(incentives.graph.of_kind("action"))
    for id_, design in incentives.designs.items():
        node = f"metric:{id_}"
        admits = bool(nx.descendants(risk, node) & ends) and bool(nx.ancestors(risk, node) & starts)
        assert facts_of(incentives, design, reaches[id_], SETTINGS).values["derived.live"] == admits


@pytest.mark.parametrize("turned", [False, True])
def test_ties_are_broken_by_ids_and_between_the_same_nodes_by_the_verb(turned: bool) -> None:
    nodes = [Node(id_, "consequence" if id_ == "goal" else "metric", id_, None) for id_ in ("p", "q", "y", "z", "goal")]
    ways = [
        ("p", "z", "moves"),
        ("q", "y", "shown on"),
        ("q", "y", "moves"),
        ("z", "goal", "leads to"),
        ("y", "goal", "leads to"),
    ]
    edges = [Edge(source, target, verb, 1, View.ALL, None) for source, target, verb in ways]  # type: ignore[arg-type]
    graph = graph_of(nodes, edges[::-1] if turned else edges)
    path = graph.shortest_path(["q", "p"], lambda n: n.kind == "consequence", View.ALL)
    assert [(e.source, e.verb, e.target) for e in path or ()] == [("q", "moves", "y"), ("y", "leads to", "goal")]


@pytest.mark.parametrize("copies", [1, 3])
def test_a_source_that_meets_the_goal_is_a_path_of_no_edges(copies: int) -> None:
    graph = graph_of([Node(f"n{i}", "metric", "A", None) for i in range(copies)], [])
    assert graph.shortest_path(["n0"], lambda n: n.kind == "metric", View.ALL) == []
    assert graph.shortest_path(["nowhere"], lambda n: True, View.ALL) is None
    assert graph.reachable(["nowhere"], View.ALL) == set()
