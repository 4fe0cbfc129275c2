"""Choke points: which single change cuts how many risk paths, and the fewest changes that cut them all.

A *risk path* is a pair: a number, and a consequence that it reaches by access (the ``feasible`` view). By the criterion
of instrumental control incentives (Everitt et al., AAAI 2021, arXiv:2102.01685) whoever moves the number has a reason
to, as long as such a path is left. A pair is cut where no way between the two is left. One that access leaves no way
for, but that staff reckon with, is counted apart: no lever cuts it.

Every claim says what the graph of the changed declarations says; a test builds that graph for each lever.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, NamedTuple

from metriclint.graph.build import Incentives
from metriclint.graph.levers import Lever, Levers

if TYPE_CHECKING:
    import networkx


class Cut(NamedTuple):
    """What one lever alone cuts."""

    lever: Lever
    paths: int
    of: int
    """Risk paths in all."""
    believed: int
    """Of those it cuts, how many staff go on reckoning with until they see the change."""

    @property
    def sentence(self) -> str:
        """The cut as a clause: "removing the manager's access … cuts 4 of 5 paths"."""
        if self.of == 1:
            return f"{self.lever.change} cuts {'the only path' if self.paths else 'no path'}"
        what = "none" if not self.paths else "all" if self.paths == self.of else str(self.paths)
        return f"{self.lever.change} cuts {what} of {self.of} paths"


class Ranking(NamedTuple):
    """Levers by what each of them alone cuts, the most first."""

    total: int
    """Risk paths by access."""
    believed_only: int
    """Further pairs that access leaves no way for, but that staff reckon with."""
    cuts: tuple[Cut, ...]


class Way(NamedTuple):
    """A way by access from a metric to a consequence."""

    levers: tuple[str, ...]
    titles: tuple[str, ...]


class Smallest(NamedTuple):
    """The fewest changes that cut every path of a metric, and why fewer do not suffice."""

    levers: tuple[Lever, ...]
    ways: tuple[Way, ...]
    """As many ways as levers, no two of which share a lever (Menger's theorem)."""


_NO_WAY = -1


class _Passed(NamedTuple):
    """Chains of the levers that every way from a metric to a consequence passes; ``_NO_WAY`` without such a way."""

    feasible: int
    believed: int
    either: int
    """The same of the ways by access and in belief together, as belief sees them."""


_Ends = dict[str, _Passed]
"""By consequence."""


class _Chains:
    """Chains of levers as numbers: nodes of a tree in which each lever stands below the one that follows on its ways.

    What two chains have in common is where their branches meet, as in a tree of dominators; 0 is the empty chain.
    """

    def __init__(self) -> None:
        self._levers = [""]
        self._parents = [0]
        self._depths = [0]
        self._known: dict[tuple[int, str], int] = {}

    def longer(self, chain: int, lever: str) -> int:
        """A chain with one lever more before it; no way stays no way."""
        if chain == _NO_WAY:
            return _NO_WAY
        known = self._known.setdefault((chain, lever), len(self._levers))
        if known == len(self._levers):
            self._levers.append(lever)
            self._parents.append(chain)
            self._depths.append(self._depths[chain] + 1)
        return known

    def common(self, one: int, other: int) -> int:
        """What two chains to the same end have in common; no way takes nothing away."""
        if one == _NO_WAY or other == _NO_WAY:
            return max(one, other)
        while one != other:
            if self._depths[one] < self._depths[other]:
                one, other = other, one
            one = self._parents[one]
        return one

    def tally(self, chains: Counter[int]) -> Counter[str]:
        """For each lever how often it is in some counted chains."""
        numbers = [chains[node] for node in range(len(self._levers))]
        found: Counter[str] = Counter()
        for node in range(len(numbers) - 1, 0, -1):
            numbers[self._parents[node]] += numbers[node]
            found[self._levers[node]] += numbers[node]
        return found


def cuts(
    incentives: Incentives, metrics: Iterable[str], ends: frozenset[str] | None = None, *, at_least: int = 0
) -> Ranking:
    """Every lever on the ways of some metrics, with the number of risk paths that it alone cuts.

    ``ends`` are the public ids of the consequences that count, all by default. Left out are levers that cut fewer than
    ``at_least`` paths; those that cut nothing on their own come last. One pass over the metrics and what is computed
    from them, wholes before their parts: what every way to an end passes is what its first steps have in common (the
    post-dominators of a graph without circles).
    """
    asked = list(dict.fromkeys(metrics))
    levers = Levers(incentives, _upwards(incentives, asked))
    chains = _Chains()
    found = _passed(levers, chains)
    sources = (found[id_] for id_ in asked)
    if ends is not None:
        sources = ({end: p for end, p in known.items() if end in ends} for known in sources)
    return _ranking(levers, chains, sources, at_least)


def smallest_cut(incentives: Incentives, metric: str, ends: frozenset[str] | None = None) -> Smallest | None:
    """The smallest set of levers that cuts a metric off from its consequences; ``None`` where it reaches none.

    A minimum cut in the graph whose levers are split in two, with networkx, imported only here. Of several smallest
    ones it is the one nearest to the metric: it touches the fewest other numbers.
    """
    import networkx as nx

    levers = Levers(incentives, _upwards(incentives, [metric]))
    graph = _split(levers, ends)
    source, sink = ("metric", metric), ("sink", "")
    if not nx.has_path(graph, source, sink):
        return None
    # networkx gives the cut nearest to the sink; turned round it is the one nearest to the metric.
    flow_func = nx.algorithms.flow.edmonds_karp
    _, (_, near) = nx.minimum_cut(graph.reverse(), sink, source, flow_func=flow_func)
    cut = [id_ for half, id_ in near if half == "in" and ("out", id_) not in near]
    _, flow = nx.maximum_flow(graph, source, sink, flow_func=flow_func)
    ways = (_way(levers, nodes, ends) for nodes in _taken_apart(flow, source, sink))
    return Smallest(
        tuple(levers.lever(id_) for id_ in sorted(cut, key=levers.order)),
        tuple(sorted(ways, key=lambda way: (len(way.titles), way))),
    )


def _passed(levers: Levers, chains: _Chains) -> dict[str, _Ends]:
    """For every metric and consequence the levers that all ways between the two pass."""
    known: dict[str, _Ends] = {}
    above = {id_: [whole for whole, _ in wholes] for id_, wholes in levers.wholes.items() if wholes}
    alone = [id_ for id_ in levers.metrics if id_ not in above]
    for id_ in dict.fromkeys((*alone, *TopologicalSorter(above).static_order())):
        ends = known[id_] = {}
        for route in levers.routes[id_]:
            if not (route.feasible or route.believed):
                continue
            lever = chains.longer(0, route.lever)
            # Access and links leave belief alone; a board or a target that is gone cannot be believed in.
            stays = 0 if route.lever.startswith(("access:", "link:")) else lever
            more = _Passed(lever if route.feasible else _NO_WAY, stays if route.believed else _NO_WAY, stays)
            _join(chains, ends, route.end, more)
        for whole, part in levers.wholes[id_]:
            for end, passed in known[whole].items():
                more = passed if part is None else _Passed(*(chains.longer(chain, part) for chain in passed))
                _join(chains, ends, end, more)
    return known


def _join(chains: _Chains, ends: _Ends, end: str, more: _Passed) -> None:
    known = ends.get(end)
    if known is not None and known != more:
        more = _Passed(*(chains.common(*both) for both in zip(known, more, strict=True)))
    ends[end] = more


def _ranking(levers: Levers, chains: _Chains, sources: Iterable[_Ends], at_least: int) -> Ranking:
    pairs = Counter(passed for ends in sources for passed in ends.values())
    total = believed_only = 0
    cut: Counter[int] = Counter()
    reckoned: Counter[int] = Counter()
    unlearned: Counter[int] = Counter()
    for (feasible, believed, either), number in pairs.items():
        if feasible == _NO_WAY:
            believed_only += number
            continue
        total += number
        cut[feasible] += number
        if believed != _NO_WAY:
            reckoned[feasible] += number
            unlearned[either] += number
    paths = chains.tally(cut)
    after = chains.tally(reckoned)
    after.subtract(chains.tally(unlearned))
    ids = levers.ids() if at_least == 0 else [id_ for id_, number in paths.items() if number >= at_least]
    ranked = sorted(ids, key=lambda id_: (-paths[id_], levers.order(id_)))
    return Ranking(total, believed_only, tuple(Cut(levers.lever(id_), paths[id_], total, after[id_]) for id_ in ranked))


def _upwards(incentives: Incentives, metrics: Sequence[str]) -> list[str]:
    """Metrics and everything that is computed from them."""
    found = dict.fromkeys(metrics)
    waiting = list(metrics)
    while waiting:
        for whole in incentives.wholes.get(waiting.pop(), ()):
            if whole not in found:
                found[whole] = None
                waiting.append(whole)
    return list(found)


_FlowNode = tuple[str, str]
"""What it is (a metric, a half of a lever: ``in`` or ``out``, an end, the sink) and its id."""


def _split(levers: Levers, ends: frozenset[str] | None) -> "networkx.DiGraph[_FlowNode]":
    """The ways by access with every lever as an edge of capacity 1; all other edges cannot be cut.

    A lever that stands on several routes is one edge. This joins ways that are apart in the project, but never changes
    a smallest cut: whatever enters a lever has a route of its own behind it, so that the lever is in every cut anyway.
    """
    import networkx as nx

    graph: networkx.DiGraph[_FlowNode] = nx.DiGraph()
    graph.add_node(("sink", ""))
    for id_ in levers.metrics:
        graph.add_node(("metric", id_))
        for whole, part in levers.wholes[id_]:
            _connect(graph, ("metric", id_), part, ("metric", whole))
        for route in levers.routes[id_]:
            if route.feasible and (ends is None or route.end in ends):
                _connect(graph, ("metric", id_), route.lever, ("end", route.end))
                graph.add_edge(("end", route.end), ("sink", ""))
    return graph


def _connect(graph: "networkx.DiGraph[_FlowNode]", source: _FlowNode, lever: str | None, target: _FlowNode) -> None:
    if lever is None:
        graph.add_edge(source, target)
        return
    graph.add_edge(source, ("in", lever))
    graph.add_edge(("in", lever), ("out", lever), capacity=1)
    graph.add_edge(("out", lever), target)


def _taken_apart(
    flow: dict[_FlowNode, dict[_FlowNode, int]], source: _FlowNode, sink: _FlowNode
) -> Iterator[list[_FlowNode]]:
    """The ways that a flow of whole units consists of."""
    while True:
        way = [source]
        while way[-1] != sink:
            onward = min((node for node, amount in flow[way[-1]].items() if amount > 0), default=None)
            if onward is None:
                return
            flow[way[-1]][onward] -= 1
            way.append(onward)
        yield way


def _way(levers: Levers, nodes: list[_FlowNode], ends: frozenset[str] | None) -> Way:
    """A way of a flow; its last lever is followed to an end that the last metric really has behind it."""
    metrics = [id_ for kind, id_ in nodes if kind == "metric"]
    passed = tuple(id_ for half, id_ in nodes if half == "in")
    routes = (r for r in levers.routes[metrics[-1]] if r.lever == passed[-1] and r.feasible)
    route = min((r for r in routes if ends is None or r.end in ends), key=lambda r: r.end)
    return Way(passed, (*(levers.incentives.designs[m].card.title for m in metrics), *levers.titles(route)))
