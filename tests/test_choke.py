"""Choke points: every claim is held against the graph of the changed declarations, and against brute force."""

import copy
import itertools
from collections.abc import Iterable
from typing import Any

import networkx as nx
from declared import Document, documents, graph_of, plain
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.graph.build import Incentives
from metriclint.graph.choke import cuts, smallest_cut
from metriclint.graph.incentive_graph import View

Pairs = set[tuple[str, str]]


def changed(document: Document, levers: Iterable[str]) -> Document:
    """The document after changes, made in the declarations themselves."""
    after = copy.deepcopy(document)
    for lever in levers:
        kind, _, what = lever.partition(":")
        CHANGES[kind](after, what)
    return after


def _take_down(document: Document, board: str) -> None:
    metric, _, number = board.partition("/")
    if number:
        document["metrics"][metric]["visibility"] = []
    else:
        del document["boards"][board]


def _close(document: Document, whose: str) -> None:
    for decision, decided_by, use in _uses_in(document):
        mine = decided_by == whose if decided_by else whose == f"decision:{decision}"
        if mine and use.get("stated") != "used":
            use.update(access="none", enforced="technical")


def _take_out(document: Document, link: str) -> None:
    metric, _, decision = link.partition(">")
    for name, _, use in _uses_in(document):
        if name == decision and use.get("metric", metric) == metric and use.get("stated") == "used":
            use.update(stated="not-used", access="none", enforced="technical")


def _drop_target(document: Document, metric: str) -> None:
    del document["metrics"][metric]["target"]


def _take_from_index(document: Document, part: str) -> None:
    metric, _, whole = part.partition(">")
    document["metrics"][whole]["derived_from"].remove(metric)


CHANGES = {
    "board": _take_down,
    "access": _close,
    "link": _take_out,
    "target": _drop_target,
    "part": _take_from_index,
}


def _uses_in(document: Document) -> Iterable[tuple[str, str | None, dict[str, Any]]]:
    for name, card in document["metrics"].items():
        for use in card.get("consequences", ()):
            yield f"{name}/{use['kind']}", use.get("decided_by"), use
    for name, decision in document["decisions"].items():
        for use in decision["uses"]:
            yield name, decision.get("made_by"), use


def pairs_of(incentives: Incentives, view: int, metrics: Iterable[str]) -> Pairs:
    """Risk paths in the graph itself: some metrics and each consequence that networkx finds behind them."""
    graph = plain(incentives, view)
    consequences = set(incentives.graph.of_kind("consequence"))
    return {(m, end.partition("@")[0]) for m in metrics for end in nx.descendants(graph, f"metric:{m}") & consequences}


@settings(deadline=None, max_examples=120)
@given(documents(), st.data())
def test_a_lever_cuts_exactly_the_paths_that_the_changed_declarations_no_longer_hold(
    document: Document, data: st.DataObject
) -> None:
    before = graph_of(document)
    asked = data.draw(st.lists(st.sampled_from(sorted(before.designs)), unique=True))
    ranking = cuts(before, asked)
    feasible = pairs_of(before, View.FEASIBLE, asked)
    assert ranking.total == len(feasible)
    assert ranking.believed_only == len(pairs_of(before, View.BELIEVED, asked) - feasible)
    assert [c.paths for c in ranking.cuts] == sorted((c.paths for c in ranking.cuts), reverse=True)
    for cut in ranking.cuts:
        after = graph_of(changed(document, [cut.lever.id]))
        gone = feasible - pairs_of(after, View.FEASIBLE, asked)
        assert cut.paths == len(gone)
        assert cut.believed == len(gone & pairs_of(after, View.BELIEVED, asked))
        assert cut.of == ranking.total


@settings(deadline=None)
@given(documents(), st.integers(1, 3))
def test_levers_that_cut_too_little_are_left_out_and_nothing_else_changes(document: Document, least: int) -> None:
    incentives = graph_of(document)
    every = cuts(incentives, incentives.designs)
    some = cuts(incentives, incentives.designs, at_least=least)
    assert some == every._replace(cuts=tuple(c for c in every.cuts if c.paths >= least))


@settings(deadline=None, max_examples=120)
@given(documents())
def test_a_smallest_cut_cuts_everything_and_no_smaller_set_of_levers_does(document: Document) -> None:
    before = graph_of(document)
    for metric in before.designs:
        cut = smallest_cut(before, metric)
        everything = [c.lever.id for c in cuts(before, [metric]).cuts]
        if cut is None:
            assert not pairs_of(before, View.FEASIBLE, [metric])
            continue
        chosen = [lever.id for lever in cut.levers]
        assert set(chosen) <= set(everything)
        assert not pairs_of(graph_of(changed(document, chosen)), View.FEASIBLE, [metric])
        for fewer in itertools.combinations(everything, len(chosen) - 1):
            assert pairs_of(graph_of(changed(document, fewer)), View.FEASIBLE, [metric])


@settings(deadline=None, max_examples=120)
@given(documents())
def test_smaller_does_not_suffice_because_as_many_ways_share_no_lever(document: Document) -> None:
    before = graph_of(document)
    for metric in before.designs:
        cut = smallest_cut(before, metric)
        if cut is None:
            continue
        everything = {c.lever.id for c in cuts(before, [metric]).cuts}
        used = [lever for way in cut.ways for lever in way.levers]
        assert len(used) == len(set(used))
        assert len(cut.ways) == len(cut.levers)
        for way in cut.ways:
            rest = changed(document, everything - set(way.levers))
            assert pairs_of(graph_of(rest), View.FEASIBLE, [metric]), "the way stands alone"
            assert way.titles[0] == metric.upper()


@settings(deadline=None)
@given(documents(), st.data())
def test_a_cut_can_be_asked_for_some_of_the_consequences(document: Document, data: st.DataObject) -> None:
    before = graph_of(document)
    for metric in before.designs:
        reached = sorted(end for _, end in pairs_of(before, View.FEASIBLE, [metric]))
        ends = frozenset(data.draw(st.lists(st.sampled_from(reached), unique=True))) if reached else frozenset[str]()
        assert cuts(before, [metric], ends).total == len(ends)
        cut = smallest_cut(before, metric, ends)
        assert (cut is None) == (not ends)
        if cut is not None:
            after = pairs_of(graph_of(changed(document, [x.id for x in cut.levers])), View.FEASIBLE, [metric])
            assert not ends & {end for _, end in after}


OPEN = {"stated": "not-used", "access": "individual"}
CLOSED = {"stated": "not-used", "access": "none", "enforced": "technical"}


@given(st.permutations(["own", "first", "second"]), st.sampled_from(("used", "not-used")))
@settings(deadline=None, max_examples=12)
def test_a_way_that_is_closed_takes_nothing_from_one_that_is_open(order: list[str], believed: str) -> None:
    """The same end by three ways: of its own by belief at most, and through two indexes, one of them closed."""
    uses = {
        "own": {"metric": "m", **CLOSED, "believed": believed},
        "first": {"metric": "a", **OPEN, "believed": "not-used"},
        "second": {"metric": "z", **CLOSED, "believed": "used"},
    }
    index = {"kind": "composite", "derived_from": ["m"]}
    document: Document = {
        "metrics": {"m": {"title": "M"}, "a": {"title": "A", **index}, "z": {"title": "Z", **index}},
        "decisions": {"d": {"made_by": "boss", "consequence": "bonus", "uses": [uses[key] for key in order]}},
    }
    ranking = cuts(graph_of(document), ["m"])
    assert (ranking.total, ranking.believed_only) == (1, 0)
    assert {c.lever.id: (c.paths, c.believed) for c in ranking.cuts} == {
        "access:boss": (1, 1),
        "part:m>a": (1, 1),
        "part:m>z": (0, 0),
    }
