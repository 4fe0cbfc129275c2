"""What a change of a project reaches: the metrics that have to be checked again."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from metriclint.model.document import SECTIONS
from metriclint.model.project import Project
from metriclint.repair.reach import Changed, Reach, part_of

_ANYWHERE = ("roles", "harms", "outcomes")
"""Sections that cards name in free texts, too: after a change of them everything is checked again."""


class Standing:
    """A project with its neighbourhoods, which are made when they are asked for."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._reach: Reach | None = None

    @property
    def reach(self) -> Reach:
        """What a change can reach."""
        if self._reach is None:
            self._reach = Reach(self.project)
        return self._reach

    def part(self, metrics: Iterable[str]) -> Project:
        """The part of the project in which some metrics can be checked as in the whole, with their waivers."""
        wanted = frozenset(metrics) & self.project.metrics.keys()
        part = part_of(self.project, self.reach.context(wanted))
        # A waiver that names no metric here is spoken of each time: what is said about it may have changed.
        waivers = [w for w in part.waivers if w.metric in wanted or w.metric not in self.project.metrics]
        return replace(part, waivers=waivers)

    def touched(self, changed: Iterable[Changed]) -> set[str]:
        """Metrics whose findings can rest on some objects."""
        own = self.project.metrics
        told = list(changed)
        metrics = self.reach.affected(c for c in told if c[0] != "metrics" or c[1] in own)
        actions = {id_ for section, id_, _ in told if section == "actions"}
        return set(metrics) | self.joined(self._movable(actions)) if actions else set(metrics)

    def _movable(self, actions: set[str]) -> set[str]:
        moved = {m for id_ in actions if (a := self.project.actions.get(id_)) for m in a.value.moves}
        named = (
            id_
            for id_, entry in self.project.metrics.items()
            if any(isinstance(a, str) and a in actions for a in entry.value.gaming_actions or ())
        )
        return moved | set(named)

    def joined(self, metrics: set[str]) -> set[str]:
        """Some metrics with those that they are checked together with."""
        return set(self.reach.affected(("metrics", m, ()) for m in metrics if m in self.project.metrics))


def reached(before: Standing, after: Standing) -> set[str] | None:
    """Metrics whose findings may differ between two states of a project; ``None`` where all of them may."""
    old, new = before.project, after.project
    if old.config != new.config or old.name != new.name or _differ_in_foreign(old, new):
        return None
    changed = _changed(old, new)
    if any(section in _ANYWHERE for section, _, _ in changed) or _free_waivers(old) != _free_waivers(new):
        return None
    every = {*changed, *(("metrics", id_, ("outcome",)) for id_ in _other_outcome(old, new, changed))}
    found = before.touched(c for c in every if c[1] in getattr(old, c[0]))
    found |= after.touched(c for c in every if c[1] in getattr(new, c[0]))
    return found | _waived(old, new) | {id_ for section, id_, _ in changed if section == "metrics"}


def _changed(old: Project, new: Project) -> list[Changed]:
    found: list[Changed] = []
    for section in SECTIONS:
        mine, theirs = getattr(old, section), getattr(new, section)
        for id_ in {**mine, **theirs}:
            first, second = mine.get(id_), theirs.get(id_)
            if first is None or second is None or _differ(first, second):
                found.append((section, id_, ()))
    return found


def _other_outcome(old: Project, new: Project, changed: list[Changed]) -> Iterator[str]:
    """Changed metrics that serve another outcome, or serve it otherwise: those that serve it too may be concerned."""
    for section, id_, _ in changed:
        mine, theirs = old.metrics.get(id_), new.metrics.get(id_)
        if section == "metrics" and (mine and mine.value.outcome) != (theirs and theirs.value.outcome):
            yield id_


def _differ(first: object, second: object) -> bool:
    """Do two entries say different things. Those of files that were not read again are the same objects."""
    for name in ("value", "origin", "patches"):
        mine, theirs = getattr(first, name, None), getattr(second, name, None)
        if mine is not theirs and mine != theirs:
            return True
    return False


def _differ_in_foreign(old: Project, new: Project) -> bool:
    if old.foreign.keys() != new.foreign.keys() or old.remarks != new.remarks:
        return True
    return any(new.foreign[path] is not foreign for path, foreign in old.foreign.items())


def _free_waivers(project: Project) -> list[object]:
    return [w.value for w in project.waivers if w.metric is None]


def _waived(old: Project, new: Project) -> set[str]:
    """Metrics whose waivers differ."""
    mine = {(w.metric, repr(w.value), w.origin) for w in old.waivers}
    theirs = {(w.metric, repr(w.value), w.origin) for w in new.waivers}
    return {metric for metric, _, _ in mine ^ theirs if metric is not None}
