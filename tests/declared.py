"""Random projects as documents: metrics that build on each other, with boards, decisions and actions they share."""

import json
from typing import Any

import networkx as nx
from designs import incentives_of
from hypothesis import strategies as st

from metriclint.graph.build import Incentives

Document = dict[str, Any]
KINDS = ("operational", "review", "bonus", "promotion")
FACTS = {
    "stated": ("used", "not-used", "unstated", None),
    "access": ("none", "aggregate", "individual", None),
    "enforced": ("policy", "technical", None),
    "believed": ("used", "not-used", "unknown", None),
}


def told(**values: Any) -> dict[str, Any]:
    return {k: v for k, v in values.items() if v is not None}


@st.composite
def uses(draw: st.DrawFn) -> dict[str, Any]:
    return told(**{key: draw(st.sampled_from(values)) for key, values in FACTS.items()})


@st.composite
def boards(draw: st.DrawFn) -> dict[str, Any]:
    ranked = draw(st.booleans())
    return {"audience": draw(st.sampled_from(("self", "manager", "org"))), "identified": True, "ranked": ranked}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Up to four metrics that build on each other, with shared and own boards, decisions and actions."""
    names = [f"m{i}" for i in range(draw(st.integers(1, 4)))]
    some = st.lists(st.sampled_from(names), min_size=1, unique=True)
    metrics: Document = {}
    for i, name in enumerate(names):
        card: Document = {"title": name.upper(), "kind": draw(st.sampled_from(("composite", "output")))}
        if parts := draw(st.lists(st.sampled_from(names[:i]), unique=True)) if i else []:
            card["derived_from"] = parts
        if draw(st.booleans()):
            card["visibility"] = [draw(boards())]
        if draw(st.booleans()):
            kind, maker = st.sampled_from(KINDS), st.sampled_from(("boss", "head", None))
            card["consequences"] = [told(kind=draw(kind), decided_by=draw(maker)) | draw(uses())]
        if draw(st.booleans()) and len(names) > 1:
            other = draw(st.sampled_from([n for n in names if n != name]))
            card["counter_metrics"] = [{"title": "Beside it", "metric": other}]
        if draw(st.booleans()):
            card["target"] = {"type": "quota", "value": 8}
        if draw(st.booleans()):
            card["gaming_actions"] = [
                {"title": "Pad it", "effect_on_outcome": draw(st.sampled_from(("none", "helps")))}
            ]
        metrics[name] = card
    document: Document = {"metrics": metrics, "outcomes": {"good": {"measured_by": draw(st.sampled_from(names))}}}
    metrics["m0"]["outcome"] = {"id": "good", "link": "direct"}
    document["boards"] = {f"b{i}": draw(boards()) | {"shows": draw(some)} for i in range(draw(st.integers(0, 2)))}
    document["decisions"] = {
        f"d{i}": told(made_by=draw(st.sampled_from(("boss", "head", None))), consequence=draw(st.sampled_from(KINDS)))
        | {"uses": [{"metric": m} | draw(uses()) for m in draw(some)]}
        for i in range(draw(st.integers(0, 2)))
    }
    document["actions"] = {
        f"a{i}": {
            "moves": dict.fromkeys(draw(some), "up"),
            "effects": {"good": draw(st.sampled_from(("hurts", "none")))},
        }
        for i in range(draw(st.integers(0, 2)))
    }
    return document


def graph_of(document: Document) -> Incentives:
    return incentives_of(flow(document))


def flow(document: Document) -> str:
    return "\n".join(f"{key}: {json.dumps(value)}" for key, value in document.items() if value) + "\n"


def plain(incentives: Incentives, view: int) -> "nx.DiGraph[str]":
    """The graph in a view as networkx has it, without what is read beside a number and what comes after a goal.

    Edges are dropped one by one, before those between the same two nodes become one.
    """
    graph = incentives.graph.to_networkx(view)
    goals = set(incentives.graph.of_kind("outcome"))
    edges = graph.edges(keys=True, data="verb")
    graph.remove_edges_from([(s, t, key) for s, t, key, verb in edges if verb == "guards" or s in goals])
    return nx.DiGraph(graph)
