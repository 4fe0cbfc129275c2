"""What a change can reach: the part of a project that has to be checked again, and no more.

What is true of a metric rests on its own card, on shared boards, decisions, actions, systems and roles, and on the
metrics that it is *joined* with: parts and wholes, counter-metrics, metrics of one name, those that one action moves,
and those around an outcome that is itself measured. Joined metrics are checked together. A decision or a board joins
nothing: paths end there.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from metriclint.model.card import Metric, OutcomeLink, WeightedMetric
from metriclint.model.project import Project
from metriclint.model.text import normal_title

Changed = tuple[str, str, tuple[str | int, ...]]
"""A changed value: section, id of the object, and the way to the value in it."""


class Reach:
    """Neighbourhoods of the metrics of a project; made once, asked often.

    With ``whole`` everything is one neighbourhood, as rules about whole projects or decisions need it.
    """

    def __init__(self, project: Project, *, whole: bool = False) -> None:
        self.project, self.whole = project, whole
        self._above: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._users: dict[tuple[str, str], set[str]] = {}
        self._serving: dict[str, list[str]] = {}
        if whole:
            return
        for group in _joined(project):
            self._join(group)
        for id_ in project.metrics:
            self._members.setdefault(self._root(id_), []).append(id_)
            self._note_users(id_)
        for id_, board in project.boards.items():
            self._users.setdefault(("boards", id_), set()).update(board.value.shows)
        for id_, decision in project.decisions.items():
            self._users.setdefault(("decisions", id_), set()).update(u.metric for u in decision.value.uses)
        for action in project.actions.values():
            if action.value.uses:
                self._users.setdefault(("systems", action.value.uses), set()).update(action.value.moves)

    def affected(self, changed: Iterable[Changed]) -> frozenset[str]:
        """Metrics whose findings can differ once some values have changed."""
        if self.whole:
            return frozenset(self.project.metrics)
        touched: set[str] = set()
        for section, id_, parts in changed:
            touched |= self._touched(section, id_, parts)
        return frozenset(m for root in {self._root(id_) for id_ in touched} for m in self._members.get(root, ()))

    def context(self, affected: frozenset[str]) -> frozenset[str]:
        """Metrics whose cards have to be there when those are checked: they themselves, and a witness for each of their
        outcomes that something else serves it too."""
        outcomes = {o for id_ in affected if (o := _outcome(self.project.metrics[id_].value)) is not None}
        others = (next((m for m in self._serving.get(o, ()) if m not in affected), None) for o in sorted(outcomes))
        return affected | {m for m in others if m is not None}

    def _touched(self, section: str, id_: str, parts: tuple[str | int, ...]) -> set[str]:
        if section == "decisions" and len(parts) > 1 and parts[0] == "uses" and isinstance(parts[1], int):
            # One use concerns the one metric that it reads.
            return {self.project.decisions[id_].value.uses[parts[1]].metric}
        if section != "metrics":
            return self._users.get((section, id_), set())
        if parts[:1] == ("outcome",) and (outcome := _outcome(self.project.metrics[id_].value)) is not None:
            return {id_, *(m for m, e in self.project.metrics.items() if _outcome(e.value) == outcome)}
        return {id_}

    def _root(self, id_: str) -> str:
        top = id_
        while (above := self._above.get(top, top)) != top:
            top = above
        while id_ != top:
            self._above[id_], id_ = top, self._above[id_]
        return top

    def _join(self, group: Iterable[str]) -> None:
        first: str | None = None
        for id_ in group:
            if id_ in self.project.metrics:
                root = self._root(id_)
                first = first or root
                self._above[root] = self._root(first)

    def _note_users(self, id_: str) -> None:
        card = self.project.metrics[id_].value
        boards = card.visibility if isinstance(card.visibility, list) else [card.visibility]
        for board in boards:
            if isinstance(board, str):
                self._users.setdefault(("boards", board), set()).add(id_)
        for use in card.consequences or ():
            if isinstance(use, str):
                self._users.setdefault(("decisions", use), set()).add(id_)
        systems = [card.agent] if isinstance(card.agent, str) else []
        for action in card.gaming_actions or ():
            if isinstance(action, str) and (system := self.project.actions[action].value.uses):
                systems.append(system)
        for system in systems:
            self._users.setdefault(("systems", system), set()).add(id_)
        if isinstance(card.outcome, OutcomeLink) and card.outcome.link in ("direct", "causal") and card.outcome.id:
            self._serving.setdefault(card.outcome.id, []).append(id_)


def _outcome(card: Metric) -> str | None:
    return card.outcome.id if isinstance(card.outcome, OutcomeLink) else card.outcome


def _joined(project: Project) -> Iterator[list[str]]:
    """Groups of metrics whose facts can rest on each other."""
    titles: dict[str, list[str]] = {}
    around: dict[str, list[str]] = {
        id_: [o.value.measured_by] for id_, o in project.outcomes.items() if o.value.measured_by
    }
    moved = {id_: list(action.value.moves) for id_, action in project.actions.items()}
    for id_, entry in project.metrics.items():
        card = entry.value
        parts = [p.metric if isinstance(p, WeightedMetric) else p for p in card.derived_from or ()]
        counters = [c.metric for c in card.counter_metrics or () if c.metric]
        yield [id_, *parts, *counters]
        for title in (card.title, *card.aliases):
            titles.setdefault(normal_title(title), []).append(id_)
        for action in card.gaming_actions or ():
            if isinstance(action, str):
                moved[action].append(id_)
        if (outcome := _outcome(card)) in around:
            around[outcome].append(id_)
    for id_, action_entry in project.actions.items():
        for outcome in action_entry.value.effects:
            if outcome in around:
                around[outcome] += moved[id_]
    yield from titles.values()
    yield from moved.values()
    yield from around.values()


def part_of(project: Project, metrics: Iterable[str]) -> Project:
    """The project with only some of its metrics; shared objects stay."""
    wanted = set(metrics)
    return replace(project, metrics={id_: e for id_, e in project.metrics.items() if id_ in wanted})
