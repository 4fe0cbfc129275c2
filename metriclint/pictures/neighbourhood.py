"""Which nodes belong into the picture of a metric."""

from collections import deque
from collections.abc import Iterable

from metriclint.graph.build import Incentives
from metriclint.graph.incentive_graph import IncentiveGraph, View

_ONWARD = frozenset({"shown on", "read in", "leads to", "falls on", "derived from", "helps", "hurts", "causes", "sets"})
"""Verbs along which a number has effects. ``guards`` and the measuring of an outcome lead to the stories of others."""


def neighbourhood(incentives: Incentives, metric: str, view: int) -> set[str]:
    """Ids of the nodes around a metric in a view.

    Everything that its number leads to, also by way of the wholes that it goes into; the actions that move it with
    what else they do to outcomes and harms; the parts that it is computed from; its counter-metrics, with the boards
    through which they are read in the same decision. ``metric`` is the id of a card.
    """
    graph = incentives.graph
    start = f"metric:{metric}"
    nodes = _onward(graph, start, view)
    for edge in list(graph.in_edges(start, view | View.GUARDS)):
        if edge.verb == "moves":
            nodes.add(edge.source)
            nodes |= _side_effects(graph, edge.source, view)
        elif edge.verb == "derived from":
            nodes.add(edge.source)
        elif edge.verb == "guards":
            nodes.add(edge.source)
            nodes |= _same_decisions(graph, edge.source, nodes, view)
    design = incentives.designs[metric]
    outcome = f"outcome:{design.outcome_id or metric}"
    if design.outcome is not None and outcome in graph.nodes:
        nodes.add(outcome)
    return nodes


def around(graph: IncentiveGraph, starts: Iterable[str], view: int, most: int) -> set[str]:
    """Ids of the nodes around some nodes in a view: what leads to them and what they lead to, the nearest first.

    At most so many; the starts come along in any case.
    """
    seen = set(starts)
    for onward in (True, False):
        queue = deque(sorted(seen) if onward else sorted(starts))
        passed = set(queue)
        while queue and len(seen) < most:
            here = queue.popleft()
            for edge in graph.out_edges(here, view) if onward else graph.in_edges(here, view):
                there = edge.target if onward else edge.source
                if there not in passed and len(seen) < most:
                    passed.add(there)
                    seen.add(there)
                    queue.append(there)
    return seen


def connected(graph: IncentiveGraph, view: int) -> set[str]:
    """Ids of the nodes of a whole project in a view: all but targets and the like that nothing is linked to."""
    linked = {end for edge in graph.edges() if edge.views & view for end in (edge.source, edge.target)}
    telling = ("metric", "outcome", "harm", "action")
    return {id_ for id_, node in graph.nodes.items() if id_ in linked or node.kind in telling}


def _onward(graph: IncentiveGraph, start: str, view: int) -> set[str]:
    seen = {start}
    queue = [start]
    while queue:
        for edge in graph.out_edges(queue.pop(), view):
            if edge.verb in _ONWARD and edge.target not in seen:
                seen.add(edge.target)
                queue.append(edge.target)
    return seen


def _side_effects(graph: IncentiveGraph, action: str, view: int) -> set[str]:
    return {e.target for e in graph.out_edges(action, view) if e.verb in ("helps", "hurts", "causes")}


def _same_decisions(graph: IncentiveGraph, counter: str, nodes: set[str], view: int) -> set[str]:
    """Boards of a counter-metric that lead into a decision that is in the picture already."""
    boards = {e.target for e in graph.out_edges(counter, view) if e.verb == "shown on"}
    return {b for b in boards if any(e.target in nodes for e in graph.out_edges(b, view) if e.verb == "read in")}
