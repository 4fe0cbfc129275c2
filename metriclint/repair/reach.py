"""What a change can reach: the part of a project that has to be checked again, and no more.

The facts of a metric rest on its card, the boards, decisions, actions and systems it shares, the cards of its
counter-metrics, the metrics computed from it, and those that share its name.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from metriclint.model.card import WeightedMetric
from metriclint.model.project import Project
from metriclint.model.text import normal_title


class Reach:
    """Neighbourhoods of the metrics of a project; made once, asked often."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._wholes: dict[str, set[str]] = {}
        self._guarded: dict[str, set[str]] = {}
        self._titles: dict[str, set[str]] = {}
        self._users: dict[tuple[str, str], set[str]] = {}
        for id_, entry in project.metrics.items():
            card = entry.value
            for part in card.derived_from or ():
                source = part.metric if isinstance(part, WeightedMetric) else part
                self._wholes.setdefault(source, set()).add(id_)
            for counter in card.counter_metrics or ():
                if counter.metric:
                    self._guarded.setdefault(counter.metric, set()).add(id_)
            for title in (card.title, *card.aliases):
                self._titles.setdefault(normal_title(title), set()).add(id_)
            self._note_users(id_)
        for id_, board in project.boards.items():
            self._users.setdefault(("boards", id_), set()).update(board.value.shows)
        for id_, decision in project.decisions.items():
            self._users.setdefault(("decisions", id_), set()).update(u.metric for u in decision.value.uses)
        for action in project.actions.values():
            if action.value.uses:
                self._users.setdefault(("systems", action.value.uses), set()).update(action.value.moves)

    def _note_users(self, id_: str) -> None:
        card = self.project.metrics[id_].value
        boards = card.visibility if isinstance(card.visibility, list) else [card.visibility]
        for board in boards:
            if isinstance(board, str):
                self._users.setdefault(("boards", board), set()).add(id_)
        for use in card.consequences or ():
            if isinstance(use, str):
                self._users.setdefault(("decisions", use), set()).add(id_)
        if isinstance(card.agent, str):
            self._users.setdefault(("systems", card.agent), set()).add(id_)

    def affected(self, changed: Iterable[tuple[str, str]]) -> set[str]:
        """Metrics whose findings can change when objects (section and id) change."""
        touched: set[str] = set()
        for section, id_ in changed:
            touched |= {id_} if section == "metrics" else self._users.get((section, id_), set())
        affected = set(touched)
        for id_ in touched:
            affected |= self._guarded.get(id_, set())
            affected |= self._parts(id_)
            affected |= self._twins(id_)
        return affected & set(self.project.metrics)

    def _parts(self, id_: str) -> set[str]:
        """Metrics that enter a metric, directly or by others."""
        found: set[str] = set()
        stack = [id_]
        while stack:
            entry = self.project.metrics.get(stack.pop())
            for part in (entry.value.derived_from or ()) if entry else ():
                source = part.metric if isinstance(part, WeightedMetric) else part
                if source not in found:
                    found.add(source)
                    stack.append(source)
        return found

    def _twins(self, id_: str) -> set[str]:
        entry = self.project.metrics.get(id_)
        if entry is None:
            return set()
        return {t for title in (entry.value.title, *entry.value.aliases) for t in self._titles[normal_title(title)]}

    def context(self, metrics: Iterable[str]) -> set[str]:
        """Metrics whose cards the facts of these metrics rest on, themselves included."""
        found: set[str] = set()
        stack = list(metrics)
        while stack:
            id_ = stack.pop()
            entry = self.project.metrics.get(id_)
            if id_ in found or entry is None:
                continue
            found.add(id_)
            stack += self._wholes.get(id_, ())
            stack += [c.metric for c in entry.value.counter_metrics or () if c.metric]
            stack += self._twins(id_)
        return found | self._measuring(found)

    def _measuring(self, metrics: set[str]) -> set[str]:
        """Metrics that measure outcomes which these metrics serve: their paths count as connections."""
        outcomes = set()
        for id_ in metrics:
            outcome = self.project.metrics[id_].value.outcome
            outcomes.add(outcome if isinstance(outcome, str) else getattr(outcome, "id", None))
        return {
            o.value.measured_by
            for id_, o in self.project.outcomes.items()
            if id_ in outcomes and o.value.measured_by in self.project.metrics
        }


def part_of(project: Project, metrics: Iterable[str]) -> Project:
    """The project with only some of its metrics; shared objects stay."""
    wanted = set(metrics)
    return replace(project, metrics={id_: e for id_, e in project.metrics.items() if id_ in wanted})
