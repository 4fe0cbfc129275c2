"""The question the other way round: what feeds a consequence, a decision, an outcome, a role or a board."""

from collections.abc import Sequence

from metriclint.explain.answer import VIEWS, Feeder, Found, Why, placed, subject
from metriclint.explain.named import Named
from metriclint.explain.why import BESIDE, belief_told, metrics_in, tempting_start
from metriclint.explain.words import Phrases, ViewName, difference
from metriclint.findings.place import Places
from metriclint.findings.witness import steps_along
from metriclint.graph.build import Incentives
from metriclint.graph.incentive_graph import View
from metriclint.graph.ways import along, onward, ways

_SHOWN: tuple[ViewName, ...] = ("feasible", "believed", "stated")
"""The one path of a feeder is shown in the first of these views that has it."""


def fed_by(incentives: Incentives, about: Named, views: Sequence[ViewName]) -> Why:
    """Every metric that reaches something in one of the views, and every action that touches it without a number.

    Each has its shortest path; those by access come first, then what is declared, then the shorter ones.
    """
    feeding = _Feeding(incentives, about)
    found = [f for node in feeding.part.nodes if (f := feeding.found(node, views)) is not None]
    found.sort(key=lambda f: (_SHOWN.index(f[1].view), f[1].steps[0].assumed, len(f[1].steps), f[0]))
    places = Places.of(incentives.project)
    places.want(step.node.origin for _, path in found for step in path.steps)
    # What touches a goal or a harm, and what is shown on a board, does so in every view.
    compared = len(views) == len(VIEWS) and about.kind not in (*BESIDE, "board")
    feeders = [
        Feeder(
            incentives.graph.nodes[node].public,
            incentives.graph.nodes[node].title,
            [v for v in views if node in feeding.reached[v]],
            path.steps,
            path.sentence,
            path.strip,
            feeding.difference(node) if compared else "",
        )
        for (node, _), path in zip(found, placed((path for _, path in found), places), strict=True)
    ]
    return Why(project=incentives.project.name, question="fed by", about=subject(about), feeders=feeders)


class _Feeding:
    """What is fed, with the part of the graph that leads to it."""

    def __init__(self, incentives: Incentives, about: Named) -> None:
        self.incentives = incentives
        self.about = about
        self.part = ways(incentives.graph, about.nodes, backwards=True)
        self.reached = {view: onward(self.part, about.nodes, bit) for view, bit in VIEWS.items()}
        self._direct = {view: onward(self.part, about.nodes, bit, avoiding="metric") for view, bit in VIEWS.items()}
        metrics = metrics_in(self.part.nodes)
        self.phrases = Phrases(incentives, metrics)
        told = [f"metric:{m}" for m in metrics if belief_told(incentives, [m], self.part.nodes)]
        self._told = self.part.reachable(told, View.ALL, backwards=True)

    def found(self, node: str, views: Sequence[ViewName]) -> tuple[str, Found] | None:
        """The path from a metric, or from an action that needs no number; ``None`` for every other node."""
        kind = self.part.nodes[node].kind
        if node in self.about.nodes or kind not in ("metric", "action"):
            return None
        steps = self.reached if kind == "metric" else self._direct
        view = next((v for v in _SHOWN if v in views and node in steps[v]), None)
        if view is None:
            return None
        edges = along(steps[view], node)
        if kind == "metric" and self.about.kind not in BESIDE:
            actions = self.incentives.designs[node.removeprefix("metric:")].actions or []
            edges = tempting_start(self.part, actions, node) + edges
        path = steps_along(self.part, edges, edges[0].source)
        return node, Found(view, path, self.phrases.sentence(path, view))

    def difference(self, node: str) -> str:
        """What the views say about the path of a feeder."""
        held = (
            node in self.reached["stated"],
            node in self.reached["feasible"],
            node in self.reached["believed"],
        )
        return difference(held, told=node in self._told)
