"""The ways along which a number works: from an action by the number to boards, decisions and what follows.

What goes on behind an outcome (another metric measures it) comes from the goal itself; a way may end there, not pass.
"""

from collections.abc import Iterable, Mapping

from metriclint.graph.incentive_graph import Edge, IncentiveGraph, NodeKind, View
from metriclint.graph.order import ends_first


def ways(graph: IncentiveGraph, starts: Iterable[str], *, backwards: bool = False) -> IncentiveGraph:
    """The part of a graph that the ways from some nodes run through, in all views; O(V + E) of that part.

    ``backwards`` gives the ways that lead to the nodes instead. Nodes that the graph does not have are left out.
    """
    part = IncentiveGraph()
    waiting = sorted({s for s in starts if s in graph.nodes})
    for node in waiting:
        part.add_node(graph.nodes[node])
    while waiting:
        node = waiting.pop()
        for edge in graph.in_edges(node) if backwards else graph.out_edges(node):
            if not _leads_on(graph, edge):
                continue
            other = edge.source if backwards else edge.target
            if other not in part.nodes:
                part.add_node(graph.nodes[other])
                waiting.append(other)
            part.add_edge(edge)
    return part


def _leads_on(graph: IncentiveGraph, edge: Edge) -> bool:
    return graph.nodes[edge.source].kind != "outcome"


def onward(
    part: IncentiveGraph, goals: Iterable[str], view: int, avoiding: NodeKind | None = None
) -> dict[str, Edge | None]:
    """For every node that reaches a goal in a view the first edge of a shortest path there, ``None`` for the goals.

    Ties are broken by sorted ids. ``avoiding`` is a deleted kind. O(V + E), with the nodes of each layer sorted: one
    pass for all starts at once.
    """
    layer = sorted({g for g in goals if g in part.nodes})
    found: dict[str, Edge | None] = dict.fromkeys(layer)
    while layer:
        following: list[str] = []
        for node in layer:
            for edge in part.in_edges(node, view):
                if edge.source not in found and part.nodes[edge.source].kind != avoiding:
                    found[edge.source] = edge
                    following.append(edge.source)
        layer = sorted(following)
    return found


def along(steps: Mapping[str, Edge | None], start: str) -> list[Edge]:
    """The path from a node that a result of :func:`onward` holds."""
    edges: list[Edge] = []
    while (edge := steps[start]) is not None:
        edges.append(edge)
        start = edge.target
    return edges


def count_ways(part: IncentiveGraph, source: str, goals: Iterable[str], view: int = View.ALL) -> int:
    """How many different ways lead from a node to any of some goals, each way told by its nodes; O(V + E).

    ``part`` is a result of :func:`ways`: it has no circle, since nothing that a number leads to moves a number again.
    """
    ends = frozenset(goals)
    counts: dict[str, int] = {}

    def following(node: str) -> list[str]:
        return list(dict.fromkeys(e.target for e in part.out_edges(node, view)))

    for node in ends_first([source] if source in part.nodes else [], following):
        counts[node] = 1 if node in ends else sum(counts[target] for target in following(node))
    return counts.get(source, 0)
