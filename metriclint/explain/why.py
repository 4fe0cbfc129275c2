"""How a number reaches a consequence or a target, in each of the three views, and what would cut it off."""

from collections.abc import Collection, Sequence

from metriclint.explain.answer import VIEWS, Change, Choke, Difference, Found, Why, placed, subject
from metriclint.explain.named import Named
from metriclint.explain.words import Phrases, ViewName, difference, in_sentence
from metriclint.findings.place import Places
from metriclint.findings.witness import most_tempting, steps_along
from metriclint.graph.build import Incentives
from metriclint.graph.choke import Cut, Ranking, Smallest, cuts, smallest_cut
from metriclint.graph.design import ActionView
from metriclint.graph.incentive_graph import Edge, IncentiveGraph, View
from metriclint.graph.ways import count_ways, ways

BESIDE = ("outcome", "harm")
"""Kinds of ends that an action can touch without the number."""
_CUTTABLE = ("consequence", "decision", "role")
"""Kinds of targets that a cut can be asked for."""
_STANDING_STAKES = 2
"""Stakes of standing among colleagues, as in the criteria."""


def leads_to(incentives: Incentives, about: Named, target: Named | None, views: Sequence[ViewName]) -> Why:
    """How something reaches a consequence, or the target. ``about`` is a metric, an action or another start.

    Of several consequences the one with the highest stakes is shown, by a shortest path. The path to a consequence
    begins at the action that tempts most. A cut is sought for a metric where what access allows is asked about.
    """
    asked = _Asked(incentives, about, target)
    found = [asked.path(view) for view in views]
    choked = asked.choke() if "feasible" in views else None
    places = Places.of(incentives.project)
    places.want(step.node.origin for path in found for step in path.steps)
    places.want(cut.lever.origin for cut in choked[0].cuts) if choked else None
    return Why(
        project=incentives.project.name,
        question="leads to",
        about=subject(about),
        target=subject(target) if target else None,
        paths=placed(found, places),
        differences=asked.differences() if len(views) == len(VIEWS) else [],
        choke=_choke(*choked, places) if choked else None,
    )


def tempting_start(part: IncentiveGraph, actions: Sequence[ActionView], metric: str) -> list[Edge]:
    """The edge from the action that tempts most to a metric's node; nothing where no action does."""
    action = most_tempting(actions)
    return [] if action is None else part.shortest_path([action.node], lambda n: n.id == metric, View.ALL) or []


def belief_told(incentives: Incentives, metrics: Collection[str], decisions: Collection[str]) -> bool:
    """Did anybody declare what staff believe about the use of one of some metrics in one of some decisions."""
    uses = (use for metric in metrics for use in incentives.designs[metric].uses or ())
    return any(use.believed != "unknown" for use in uses if use.node in decisions)


def metrics_in(nodes: Collection[str]) -> list[str]:
    """Ids of the metrics among nodes, sorted."""
    return sorted(n.removeprefix("metric:") for n in nodes if n.startswith("metric:"))


class _Asked:
    """One question, with the part of the graph that it is about."""

    def __init__(self, incentives: Incentives, about: Named, target: Named | None) -> None:
        self.incentives = incentives
        self.about = about
        self.target = target
        self.metric = about.node.removeprefix("metric:") if about.kind == "metric" else None
        self.actions = (incentives.designs[self.metric].actions or []) if self.metric is not None else []
        self.part = ways(incentives.graph, [*about.nodes, *(a.node for a in self.actions)])
        self.reached = {view: self.part.reachable(about.nodes, bit) for view, bit in VIEWS.items()}
        self.phrases = Phrases(incentives, metrics_in(self.part.nodes))
        self.sought = "a consequence" if target is None else in_sentence(target.kind, target.title)

    def ends(self, view: ViewName) -> set[str]:
        """Nodes of the target, or all consequences, that are reached in a view."""
        if self.target is not None:
            return self.reached[view] & set(self.target.nodes)
        return {n for n in self.reached[view] if self.part.nodes[n].kind == "consequence"}

    def path(self, view: ViewName) -> Found:
        """The shortest path in a view to what matters most."""
        ends = self.ends(view)
        if not ends:
            return self._beside(view) or Found(view, [], f"No path leads to {self.sought}.")
        if self.target is None:
            stakes = self._stakes()
            highest = max(stakes.get(self.part.nodes[n].public, 0) for n in ends)
            goals = {n for n in ends if stakes.get(self.part.nodes[n].public, 0) == highest}
            more = len({self.part.nodes[n].public for n in ends}) - 1
        else:
            goals = ends
            more = sum(count_ways(self.part, n, goals, VIEWS[view]) for n in self.about.nodes) - 1
        edges = self.part.shortest_path(self.about.nodes, lambda n: n.id in goals, VIEWS[view]) or []
        start = edges[0].source if edges else self.about.nodes[0]
        if self.target is None or self.target.kind not in BESIDE:
            edges = tempting_start(self.part, self.actions, start) + edges
        steps = steps_along(self.part, edges, edges[0].source if edges else start)
        return Found(view, steps, self.phrases.sentence(steps, view), more)

    def _beside(self, view: ViewName) -> Found | None:
        """Where the number does not touch an outcome or a harm, but an action that moves it does."""
        if self.target is None or self.target.kind not in BESIDE or self.metric is None:
            return None
        goals = set(self.target.nodes)
        touching = [a for a in self.actions if any(e.target in goals for e in self.part.out_edges(a.node))]
        action = most_tempting(touching) or (touching[0] if touching else None)
        if action is None:
            return None
        edges = self.part.shortest_path([action.node], lambda n: n.id in goals, View.ALL) or []
        steps = steps_along(self.part, edges, action.node)
        title = self.incentives.designs[self.metric].card.title
        return Found(view, steps, self.phrases.aside(steps, title), len(touching) - 1)

    def _stakes(self) -> dict[str, int]:
        """Stakes of the consequences by public id: those of their kind, whatever policy says."""
        stakes: dict[str, int] = {}
        for metric in metrics_in(self.part.nodes):
            for use in self.incentives.designs[metric].uses or ():
                end = f"consequence:{use.node.removeprefix('decision:')}"
                stakes[end] = max(stakes.get(end, 0), use.base or 0)
        standing = (n.public for n in self.part.nodes.values() if n.kind == "consequence")
        return dict.fromkeys(standing, _STANDING_STAKES) | stakes

    def differences(self) -> list[Difference]:
        """What the views say; ends about which they say the same stand together."""
        ends = {view: self.ends(view) for view in VIEWS}
        groups: dict[str, set[str]] = {}
        for node in set().union(*ends.values()):
            groups.setdefault(self.part.nodes[node].public if self.target is None else "", set()).add(node)
        metrics = metrics_in(set().union(*self.reached.values()))
        said: dict[str, Difference] = {}
        for public, nodes in sorted(groups.items()):
            held = (bool(nodes & ends["stated"]), bool(nodes & ends["feasible"]), bool(nodes & ends["believed"]))
            behind = self.part.reachable(nodes, View.ALL, backwards=True)
            text = difference(held, told=belief_told(self.incentives, metrics, behind))
            views = [view for view, holds in zip(VIEWS, held, strict=True) if holds]
            name = self._consequence(min(nodes), groups) if public else self.sought
            said.setdefault(text, Difference([], views, text)).ends.append(name)
        return list(said.values())

    def _consequence(self, node: str, groups: dict[str, set[str]]) -> str:
        """A consequence; where several have one title, with what leads to it."""
        title = self.part.nodes[node].title
        if sum(self.part.nodes[min(nodes)].title == title for nodes in groups.values()) == 1:
            return title
        before = next(self.part.in_edges(node)).source
        return f"{title} ({self.phrases.node(self.part.nodes[before])})"

    def choke(self) -> tuple[Ranking, Smallest | None] | None:
        """The levers on the ways of the metric to the consequences that were asked for."""
        if self.metric is None or (self.target is not None and self.target.kind not in _CUTTABLE):
            return None
        ends = None
        if self.target is not None:
            around = self.part.reachable(self.target.nodes, View.ALL)
            around |= self.part.reachable(self.target.nodes, View.ALL, backwards=True)
            ends = frozenset(self.part.nodes[n].public for n in around if self.part.nodes[n].kind == "consequence")
        ranking = cuts(self.incentives, [self.metric], ends)
        ranking = ranking._replace(cuts=tuple(c for c in ranking.cuts if c.paths or self._seems_to_cut(c)))
        return ranking, smallest_cut(self.incentives, self.metric, ends) if ranking.total else None

    def _seems_to_cut(self, cut: Cut) -> bool:
        """A board that cuts nothing is worth a word only where a path in the graph leads through it."""
        if cut.lever.kind != "board":
            return True
        boards = [n.id for n in self.part.nodes.values() if n.public == cut.lever.id]
        return any(e.verb == "read in" for board in boards for e in self.part.out_edges(board, View.FEASIBLE))


def _choke(ranking: Ranking, smallest: Smallest | None, places: Places) -> Choke:
    return Choke(
        ranking.total,
        ranking.believed_only,
        [
            Change(c.lever.id, c.lever.kind, c.lever.change, c.paths, c.believed, places.location(c.lever.origin))
            for c in ranking.cuts
        ],
        [lever.id for lever in smallest.levers] if smallest else [],
        [list(way.titles) for way in smallest.ways] if smallest else [],
    )
