"""The semantic changes of a project: what was added, removed, renamed, and what differs in what stayed."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from metriclint.facts.catalogue import FACTS
from metriclint.files.problem import Route
from metriclint.findings.place import Places
from metriclint.model.document import SECTIONS
from metriclint.model.project import MetricEntry, Origin, Project, WaiverEntry
from metriclint.review.differ import Difference, differences
from metriclint.review.identity import Identity
from metriclint.review.record import Change
from metriclint.review.sentences import NOUNS, Sentences

SETTINGS = "settings"
_ORDER = ("metrics", "decisions", "boards", "actions", "systems", "outcomes", "harms", "roles")
"""Sections in the order in which people want to hear of them."""
_MAIN = ("metrics", "decisions", "boards", "waivers")
"""Sections whose new and gone members are always worth a line at the top."""


class Traced(NamedTuple):
    """A change, and the places that it is about in both states."""

    change: Change
    was: Origin | None
    now: Origin | None


class _Object(NamedTuple):
    """One declaration in one state."""

    value: Any
    title: str
    entry: Any

    def place(self, route: Route) -> Origin:
        """Where a part of it stands."""
        if isinstance(self.entry, MetricEntry):
            return self.entry.place(*route)
        origin: Origin = self.entry.origin
        return origin.below(*route)


def changes_of(before: Project, after: Project, same: Identity) -> list[Traced]:
    """Every difference of meaning between two states of a project, settings included."""
    found = _Finder(before, after, same)
    traced: list[Traced] = []
    for section in _ORDER:
        traced += found.section(section, _objects(before, section), _objects(after, section))
    traced += found.section("waivers", _waivers(before), _waivers(after))
    traced += found.settings()
    return _placed(sorted(traced, key=_lightness), before, after)


@cache
def _asked() -> frozenset[str]:
    """Keys that rules read, by their last part."""
    keys = {spec.declare.rpartition(".")[2] for spec in FACTS.values()} | {name.partition(".")[2] for name in FACTS}
    return frozenset(keys)


def _lightness(traced: Traced) -> int:
    """Order of reading: names, then what rules read or what is new or gone, then what only describes."""
    change = traced.change
    keys = [part for part in change.route if isinstance(part, str)]
    if keys == ["title"] or change.section == SETTINGS:
        return 0
    if keys:
        return 1 if _asked().intersection((keys[0], keys[-1])) else 2
    return 1 if change.section in _MAIN else 2


def _objects(project: Project, section: str) -> dict[str, _Object]:
    assert section in SECTIONS
    return {id_: _Object(e.value, e.value.title or id_, e) for id_, e in getattr(project, section).items()}


def _waivers(project: Project) -> dict[str, _Object]:
    """Waivers by what they cover; of several that cover one thing the last."""
    return {_covered(w): _Object(w.value, _told(w, project), w) for w in project.waivers}


def _covered(waiver: WaiverEntry) -> str:
    return "/".join(filter(None, (waiver.metric, waiver.value.rule, waiver.value.fingerprint)))


def _told(waiver: WaiverEntry, project: Project) -> str:
    metric = project.metrics.get(waiver.metric or "")
    about = f" of {metric.value.title}" if metric else ""
    return f"{waiver.value.rule}{about}"


class _Finder:
    def __init__(self, before: Project, after: Project, same: Identity) -> None:
        self.before, self.after, self.same = before, after, same
        self.words = Sentences(before, after, plain=False)
        self.plain = Sentences(before, after, plain=True)

    def section(self, section: str, before: Mapping[str, _Object], after: Mapping[str, _Object]) -> Iterator[Traced]:
        """The changes of one section: what is new, what changed, what is gone."""
        new_id = {old: self.same.new_id(section, old) for old in before}
        if section == "waivers":
            new_id = {old: self._waiver_id(old) for old in before}
        old_id = {new: old for old, new in new_id.items() if new in after}
        for id_, now in after.items():
            was = before.get(old_id.get(id_, ""))
            if was is None:
                yield self._whole("added", section, id_, now)
                continue
            if old_id[id_] != id_ and section != "waivers":
                yield self._renamed(section, old_id[id_], id_, was, now)
            if was.value != now.value:
                yield from self._inside(section, id_, was, now)
        for old, was in before.items():
            if new_id[old] not in after:
                yield self._whole("removed", section, old, was)

    def _waiver_id(self, old: str) -> str:
        metric, _, rest = old.partition("/")
        return f"{self.same.new_id('metrics', metric)}/{rest}" if rest else old

    def settings(self) -> Iterator[Traced]:
        """The changes of the configuration."""
        for found in differences(self.before.config, self.after.config):
            yield Traced(self._change(found, SETTINGS, "", "", self.after.name), None, None)

    def _inside(self, section: str, id_: str, was: _Object, now: _Object) -> Iterator[Traced]:
        # A waiver inside a card is a change of its own.
        for found in differences(was.value, now.value, self.same.anywhere, leave=("waivers",)):
            change = self._change(found, section, id_, now.title, self.after.name)
            yield Traced(
                change,
                was.place(found.was) if found.kind != "added" else None,
                now.place(found.route) if found.kind != "removed" else None,
            )

    def _change(self, found: Difference, section: str, id_: str, title: str, project: str) -> Change:
        return Change(
            kind=found.kind,
            section=section,
            id=id_,
            title=title or SETTINGS,
            text=self.words.sentence(found, title),
            plain=self.plain.sentence(found, title),
            route=list(found.route if found.kind != "removed" else found.was),
            before=_value(found.before),
            after=_value(found.after),
            project=project,
        )

    def _whole(self, kind: Any, section: str, id_: str, what: _Object) -> Traced:
        name = self.words.name(id_) if section != "waivers" else what.title
        text = f'the {NOUNS[section]} "{name}" was {kind}'
        project = self.after.name
        change = Change(kind=kind, section=section, id=id_, title=what.title, text=text, plain=text, project=project)
        place = what.place(())
        return Traced(change, place, None) if kind == "removed" else Traced(change, None, place)

    def _renamed(self, section: str, old: str, new: str, was: _Object, now: _Object) -> Traced:
        text = f'the id of the {NOUNS[section]} "{self.words.name(new)}" went from {old} to {new}'
        change = Change(
            kind="renamed",
            section=section,
            id=new,
            title=now.title,
            text=text,
            plain=text,
            before=old,
            after=new,
            project=self.after.name,
        )
        return Traced(change, was.place(()), now.place(()))


def _value(value: Any) -> Any:
    """A value as it is written in a declaration."""
    return msgspec.to_builtins(value) if isinstance(value, Struct | list) else value


def _placed(traced: Iterable[Traced], before: Project, after: Project) -> list[Traced]:
    """The changes with their line: where it stands now, or where what is gone stood."""
    traced = list(traced)
    was, now = Places.of(before), Places.of(after)
    was.want(t.was for t in traced if t.now is None)
    now.want(t.now for t in traced)
    return [
        t._replace(
            change=msgspec.structs.replace(
                t.change, location=now.location(t.now) if t.now is not None else was.location(t.was)
            )
        )
        for t in traced
    ]
