"""The incentive graph itself: typed nodes, located edges, three views of one graph."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from metriclint.model.project import Origin

if TYPE_CHECKING:
    import networkx

NodeKind = Literal[
    "role",
    "action",
    "metric",
    "outcome",
    "harm",
    "board",
    "decision",
    "consequence",
    "system",
    "target",
    "verification",
]
Verb = Literal[
    "moves",
    "helps",
    "hurts",
    "causes",
    "shown on",
    "read in",
    "leads to",
    "falls on",
    "derived from",
    "guards",
    "sets",
]


class View:
    """Three views of one graph as bits: what policy says, what access allows, what staff believe.

    Plain integers, since every edge that is walked is tested against them.
    """

    STATED: Final = 1
    FEASIBLE: Final = 2
    BELIEVED: Final = 4
    ALL: Final = 7
    GUARDS: Final = 8
    """No view, and so on no path: a counter-metric watches a number, it has no part in what that number leads to."""


class Node(NamedTuple):
    """A node. ``id`` is stable; ``public`` is the id without the part that keeps shared boards apart."""

    id: str
    kind: NodeKind
    title: str
    origin: Origin | None
    assumed: bool = False

    @property
    def public(self) -> str:
        """The id that findings and fingerprints show."""
        return self.id.partition("@")[0]


class Edge(NamedTuple):
    """A directed edge in the direction of influence.

    ``derived from`` runs from the part to the whole, ``sets`` from a metric to its next target. ``sign`` is +1 or −1
    where the edge raises or lowers what it points at, 0 where the sign means nothing.
    """

    source: str
    target: str
    verb: Verb
    sign: int
    views: int
    origin: Origin | None
    assumed: bool = False


class IncentiveGraph:
    """A directed graph of incentives. Build it with :func:`metriclint.graph.build.build`."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self._out: dict[str, list[Edge]] = {}
        self._in: dict[str, list[Edge]] = {}
        self._sorted = False

    def add_node(self, node: Node) -> None:
        """Add a node; the first of two with one id stays."""
        self.nodes.setdefault(node.id, node)

    def add_edge(self, edge: Edge) -> None:
        """Add an edge between nodes that are in the graph."""
        self._out.setdefault(edge.source, []).append(edge)
        self._in.setdefault(edge.target, []).append(edge)
        self._sorted = False

    def out_edges(self, node: str, view: int = View.ALL) -> Iterator[Edge]:
        """Edges that leave a node in a view (one of them is enough where several are given), sorted."""
        self._sort()
        return (e for e in self._out.get(node, ()) if e.views & view)

    def in_edges(self, node: str, view: int = View.ALL) -> Iterator[Edge]:
        """Edges that reach a node in a view, sorted."""
        self._sort()
        return (e for e in self._in.get(node, ()) if e.views & view)

    def edges(self) -> Iterator[Edge]:
        """All edges, sorted by source."""
        self._sort()
        for node in sorted(self._out):
            yield from self._out[node]

    def _sort(self) -> None:
        if not self._sorted:
            for edges in self._out.values():
                if len(edges) > 1:
                    edges.sort(key=lambda e: (e.target, e.verb))
            for edges in self._in.values():
                if len(edges) > 1:
                    edges.sort(key=lambda e: (e.source, e.verb))
            self._sorted = True

    def of_kind(self, kind: NodeKind) -> list[str]:
        """Ids of the nodes of a kind, sorted."""
        return sorted(id_ for id_, node in self.nodes.items() if node.kind == kind)

    def reachable(
        self,
        sources: Iterable[str],
        view: int,
        without: frozenset[str] = frozenset(),
        *,
        backwards: bool = False,
    ) -> set[str]:
        """Nodes that a path from the sources reaches in a view, the sources included; O(V + E).

        ``without`` are deleted nodes. ``backwards`` follows the edges the other way.
        """
        seen = {s for s in sources if s in self.nodes and s not in without}
        queue = deque(seen)
        while queue:
            node = queue.popleft()
            for edge in self.in_edges(node, view) if backwards else self.out_edges(node, view):
                other = edge.source if backwards else edge.target
                if other not in seen and other not in without:
                    seen.add(other)
                    queue.append(other)
        return seen

    def shortest_path(
        self,
        sources: Iterable[str],
        goal: Callable[[Node], bool],
        view: int,
        without: frozenset[str] = frozenset(),
        avoiding: NodeKind | None = None,
    ) -> list[Edge] | None:
        """A shortest path from any source to the first node that meets a goal, as its edges; ``None`` without one.

        Ties are broken by sorted ids, so the same graph gives the same path. A source that meets the goal itself gives
        an empty list. ``without`` are deleted nodes, ``avoiding`` is a deleted kind. O(V + E), with the edges of each
        node sorted.
        """
        self._sort()
        start = sorted(s for s in sources if s in self.nodes and s not in without)
        came: dict[str, Edge | None] = dict.fromkeys(start)
        layer = start
        while layer:
            for node in layer:
                if goal(self.nodes[node]):
                    return self._trail(node, came)
            following: list[str] = []
            for node in layer:
                for edge in self._out.get(node, ()):
                    other = edge.target
                    if not edge.views & view or other in came or other in without or self.nodes[other].kind == avoiding:
                        continue
                    came[other] = edge
                    following.append(other)
            following.sort()
            layer = following
        return None

    @staticmethod
    def _trail(node: str, came: dict[str, Edge | None]) -> list[Edge]:
        edges: list[Edge] = []
        while (edge := came[node]) is not None:
            edges.append(edge)
            node = edge.source
        return edges[::-1]

    def to_networkx(self, view: int = View.ALL) -> "networkx.MultiDiGraph[str]":
        """The same graph for the exact algorithms of networkx; imported only here."""
        import networkx

        graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        for id_ in sorted(self.nodes):
            node = self.nodes[id_]
            graph.add_node(id_, kind=node.kind, title=node.title, assumed=node.assumed)
        for edge in self.edges():
            if edge.views & view:
                graph.add_edge(edge.source, edge.target, verb=edge.verb, sign=edge.sign, views=int(edge.views))
        return graph
