"""From the incentive graph of a project to a picture: of a metric, of a finding, or of all of it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from metriclint.findings.finding import Finding, Step
from metriclint.findings.place import Places
from metriclint.graph.build import Incentives
from metriclint.graph.criteria import RISK_VIEWS
from metriclint.graph.incentive_graph import Edge, View
from metriclint.graph.words import verb_words
from metriclint.pictures.neighbourhood import around, connected, neighbourhood
from metriclint.pictures.picture import (
    KINDS,
    VIEWS,
    Picture,
    PictureEdge,
    PictureNode,
    ViewName,
    view_names,
)


def picture_of_project(incentives: Incentives, view: ViewName) -> Picture:
    """The whole project, without a highlighted path."""
    nodes = connected(incentives.graph, VIEWS[view])
    name = incentives.project.name
    title = "Incentives in this project" if name in ("", ".") else f"Incentives in {name}"
    return _Composer(incentives, nodes, view).picture(title, _counts(incentives), "", ())


def picture_of_metric(incentives: Incentives, metric: str, view: ViewName) -> Picture:
    """The neighbourhood of a metric, with a shortest path by way of it from an act to a consequence.

    ``metric`` is the id of a card of the project; raises KeyError for any other.
    """
    path = _witness(incentives, metric, view)
    nodes = neighbourhood(incentives, metric, VIEWS[view])
    nodes |= {end for edge in path for end in (edge.source, edge.target)}
    composer = _Composer(incentives, nodes, view)
    title = incentives.designs[metric].card.title
    steps = composer.steps(path)
    return composer.picture(title, _reach_words(steps, view), f"metric:{metric}", steps)


def picture_of_part(incentives: Incentives, metrics: Iterable[str], view: ViewName, title: str) -> Picture:
    """The neighbourhoods of some metrics of a project together, without a highlighted path."""
    chosen = list(metrics)
    nodes = set().union(*(neighbourhood(incentives, metric, VIEWS[view]) for metric in chosen))
    number = len(chosen)
    summary = f"{number} metric{'' if number == 1 else 's'}, with what moves them and what they lead to."
    return _Composer(incentives, nodes, view).picture(title, summary, "", ())


def picture_around(incentives: Incentives, node: str, view: ViewName, most: int) -> Picture:
    """What leads to a node and what it leads to, the nearest at most so many. ``node`` is a public id.

    Raises KeyError where there is no such node.
    """
    graph = incentives.graph
    starts = [id_ for id_, known in graph.nodes.items() if known.public == node]
    if not starts:
        raise KeyError(node)
    nodes = around(graph, starts, VIEWS[view], most)
    title = graph.nodes[starts[0]].title
    return _Composer(incentives, nodes, view).picture(title, "What leads here, and where it leads.", node, ())


def picture_of_finding(incentives: Incentives, finding: Finding, view: ViewName) -> Picture:
    """The neighbourhood of a finding's metric, with the finding's witness path.

    A finding about no metric of its own is drawn in the whole project. A path that a view does not hold is not drawn;
    the summary says so.
    """
    focus = f"metric:{finding.metric}" if finding.metric in incentives.designs else ""
    if focus:
        nodes = neighbourhood(incentives, finding.metric, VIEWS[view])
    else:
        nodes = connected(incentives.graph, VIEWS[view])
    nodes |= _nodes_of(incentives, finding.path, nodes)
    composer = _Composer(incentives, nodes, view)
    held = composer.holds(finding.path)
    summary = finding.message if held else f"{finding.message} The path of this finding is not part of this view."
    title = ": ".join(filter(None, (finding.metric_title, f"{finding.code} {finding.rule}")))
    return composer.picture(title, summary, focus, finding.path if held else ())


def _counts(incentives: Incentives) -> str:
    number = len(incentives.designs)
    return f"{number} metric{'' if number == 1 else 's'}, with what moves them and what they lead to."


def _reach_words(steps: Sequence[Step], view: ViewName) -> str:
    if steps and steps[-1].kind == "consequence":
        return f'This number can lead to "{steps[-1].title}"; a shortest path to it is highlighted.'
    return "In this view no path leads from this number to a consequence."


def _witness(incentives: Incentives, metric: str, view: ViewName) -> list[Edge]:
    """A shortest path from the act that tempts most, by way of the metric, to the gravest of its consequences.

    Empty where the view has no path to a consequence.
    """
    graph = incentives.graph
    start = f"metric:{metric}"
    bits = RISK_VIEWS if view == "all" else VIEWS[view]
    onward = next(_ends(incentives, metric, bits), None)
    if not onward:
        return []
    acts = [(i, a) for i, a in enumerate(incentives.designs[metric].actions or ()) if a.effect != "helps"]
    for _, act in sorted(acts, key=lambda p: (not p[1].hot, not p[1].automatable, p[1].assumed, p[0])):
        if moves := graph.shortest_path([act.node], lambda n: n.id == start, bits):
            return [*moves, *onward]
    return onward


def _ends(incentives: Incentives, metric: str, bits: int) -> Iterator[list[Edge]]:
    """Paths from a metric to consequences: its own by their stakes, then whatever is nearest."""
    graph, start = incentives.graph, [f"metric:{metric}"]
    for use in sorted(incentives.designs[metric].uses or (), key=lambda u: (-(u.stakes or 0), u.node)):
        end = f"consequence:{use.node.removeprefix('decision:')}"
        if path := graph.shortest_path(start, lambda n, end=end: n.id == end, bits):  # type: ignore[misc]
            yield path
    if path := graph.shortest_path(start, lambda n: n.kind == "consequence", bits):
        yield path


def _nodes_of(incentives: Incentives, path: Iterable[Step], known: set[str]) -> set[str]:
    """Nodes of the graph that stand behind the public ids of a path and are not in the picture yet."""
    missing = {step.node for step in path} - {incentives.graph.nodes[id_].public for id_ in known}
    return {id_ for id_, node in incentives.graph.nodes.items() if node.public in missing} if missing else set()


_Key = tuple[str, str, str, int, int, bool]


class _Composer:
    """Merges what stands apart per metric in the graph, and places what is left."""

    def __init__(self, incentives: Incentives, nodes: set[str], view: ViewName) -> None:
        self._graph = incentives.graph
        self._titles = {id_: design.card.title for id_, design in incentives.designs.items()}
        self._ids = sorted(nodes)
        self._view = view
        self._places = Places.of(incentives.project)
        self._places.want(self._graph.nodes[id_].origin for id_ in self._ids)
        self._copies: dict[str, set[str]] = {}
        for id_ in self._ids:
            public, _, metric = id_.partition("@")
            self._copies.setdefault(public, set()).add(metric)
        self._edges = self._merged()

    def _merged(self) -> dict[_Key, set[str]]:
        """Links by what is drawn of them, each with the metrics whose copy of the source has it."""
        chosen = set(self._ids)
        found: dict[_Key, set[str]] = {}
        for id_ in self._ids:
            public, _, metric = id_.partition("@")
            for e in self._graph.out_edges(id_, VIEWS[self._view] | View.GUARDS):
                if e.target in chosen:
                    views = View.ALL if e.views == View.GUARDS else e.views
                    key = (public, e.target.partition("@")[0], e.verb, e.sign, views, e.assumed)
                    found.setdefault(key, set()).add(metric)
        return found

    def steps(self, path: Sequence[Edge]) -> tuple[Step, ...]:
        """Edges of the graph as the steps of a path."""
        if not path:
            return ()
        steps = [self._step(path[0].source, "", False)]
        return (*steps, *(self._step(e.target, verb_words(e.verb), e.assumed) for e in path))

    def _step(self, id_: str, verb: str, assumed: bool) -> Step:
        node = self._graph.nodes[id_]
        place = self._places.location(node.origin)
        return Step(node.public, node.kind, node.title, verb, place, assumed or node.assumed)

    def holds(self, path: Sequence[Step]) -> bool:
        """Are all links of a path part of the view."""
        return all(self._link(a, b, path) for a, b in pairwise(path))

    def _link(self, before: Step, after: Step, path: Sequence[Step]) -> _Key | None:
        """The link that a step of a path stands for: of several the one that holds for a metric of the path."""
        metrics = {step.node.removeprefix("metric:") for step in path if step.kind == "metric"}
        ends = (before.node, after.node)
        keys = [k for k in self._edges if k[:2] == ends and verb_words(k[2]) == after.verb]
        return min(keys, key=lambda k: (not metrics & self._edges[k], k), default=None)

    def picture(self, title: str, summary: str, focus: str, path: Sequence[Step]) -> Picture:
        """The picture with a path highlighted, sorted."""
        on_path = {self._link(a, b, path) for a, b in pairwise(path)}
        nodes = {self._graph.nodes[id_].public: id_ for id_ in reversed(self._ids)}
        steps = {step.node for step in path}
        drawn = [self._node(public, id_, public in steps) for public, id_ in nodes.items()]
        return Picture(
            schema="metriclint/picture/1",
            title=title,
            summary=summary,
            view=self._view,
            focus=focus,
            nodes=tuple(sorted(drawn, key=lambda n: (KINDS.index(n.kind), n.id))),
            edges=tuple(self._edge(key, key in on_path) for key in sorted(self._edges)),
            path=tuple(path),
        )

    def _node(self, public: str, id_: str, on_path: bool) -> PictureNode:
        node = self._graph.nodes[id_]
        return PictureNode(public, node.kind, node.title, self._places.location(node.origin), node.assumed, on_path)

    def _edge(self, key: _Key, on_path: bool) -> PictureEdge:
        source, target, verb, sign, views, assumed = key
        metrics = self._edges[key]
        only = () if metrics == self._copies[source] else tuple(sorted(self._titles[m] for m in metrics))
        return PictureEdge(source, target, verb, sign, view_names(views), assumed, only, on_path)  # type: ignore[arg-type]
