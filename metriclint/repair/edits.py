"""Edits: one changed value of a declaration, in the model and at its place in a file."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from metriclint.graph.design import Design, Use
from metriclint.model.card import Metric, OutcomeLink
from metriclint.model.objects import Agent, Board, Decision, System
from metriclint.model.project import Entry, MetricEntry, Origin, Project

Parts = tuple[str | int, ...]
_TYPES: dict[str, Any] = {"metrics": Metric, "boards": Board, "decisions": Decision, "systems": System}
TO_BE_NAMED = "to be named"
"""Stands where a declaration needs a name that only people can give."""


class Edit(NamedTuple):
    """A value to set. ``parts`` leads from the object to the value; ``origin`` is the place of the value in a file.

    A part that is one longer than a list, or a key that is not there yet, is added.
    """

    section: str
    id: str
    parts: Parts
    value: Any
    origin: Origin

    @property
    def key(self) -> tuple[str, str, Parts]:
        """What it changes."""
        return self.section, self.id, self.parts


def edits_of(change: dict[str, Any], design: Design, project: Project, use: Use | None = None) -> list[Edit] | None:
    """The edits that make a change of facts true for a metric; ``None`` where a declaration cannot express it.

    ``use`` narrows changes of the consequence to one; without it they hold for all that carry stakes. What is so
    already is left out, so the list may be empty.
    """
    edits: list[Edit] = []
    counters: dict[str, Any] = {}
    for fact, value in change.items():
        group, _, key = fact.partition(".")
        if group == "counter":
            counters[key] = value
            continue
        found = list(_edits_for(group, key, value, design, project, use))
        if not found and group in ("action", "decision", "project", "derived"):
            return None
        edits += found
    if counters:
        edits += _counter_edits(counters, design)
    return edits


def _edits_for(group: str, key: str, value: Any, design: Design, project: Project, use: Use | None) -> Iterator[Edit]:
    if group == "metric":
        yield from _metric_edit(key, value, design)
    elif group in ("subject", "target", "statistics", "governance"):
        yield from _nested_edit(group, key, value, design)
    elif group == "outcome":
        yield from _outcome_edit(key, value, design)
    elif group == "agent":
        yield from _agent_edit(key, value, design, project)
    elif group == "board":
        yield from _board_edits(key, value, design, project)
    elif group == "consequence":
        yield from _use_edits(key, value, design, use)


def _own(design: Design, parts: Parts, value: Any) -> Edit:
    return Edit("metrics", design.entry.id, parts, value, design.entry.place(*parts))


def _metric_edit(key: str, value: Any, design: Design) -> Iterator[Edit]:
    before = getattr(design.card, key, None)
    if key == "safeguards":
        value = [*before, *(v for v in value if v not in before)] if before else value
    if before != value:
        yield _own(design, (key,), value)


def _nested_edit(group: str, key: str, value: Any, design: Design) -> Iterator[Edit]:
    words = {"capped": ("cap", TO_BE_NAMED), "exemptions": ("exemptions", [TO_BE_NAMED])}
    if group == "target" and key in words and value is True:
        key, value = words[key]
    parent = getattr(design.card, group)
    if parent is None and group == "target":
        return
    if parent is None or getattr(parent, key) != value:
        yield _own(design, (group, key), value)


def _outcome_edit(key: str, value: Any, design: Design) -> Iterator[Edit]:
    given = design.card.outcome
    if isinstance(given, OutcomeLink):
        if getattr(given, key, None) != value:
            yield _own(design, ("outcome", key), value)
    elif given is not None:
        name = "id" if design.outcome_id else "title"
        yield _own(design, ("outcome",), {name: given, key: value})


def _agent_edit(key: str, value: Any, design: Design, project: Project) -> Iterator[Edit]:
    if design.agent is not None and getattr(design.agent, key) == value:
        return
    if design.agent is None or isinstance(design.card.agent, Agent):
        yield _own(design, ("agent", key), value)
        return
    for id_, system in project.systems.items():
        if system.value.agent is design.agent:
            yield Edit("systems", id_, ("agent", key), value, system.origin.below("agent", key))
            return


def _board_edits(key: str, value: Any, design: Design, project: Project) -> Iterator[Edit]:
    for board in design.boards or ():
        if getattr(board.value, key) == value:
            continue
        name = board.node.removeprefix("board:").partition("@")
        if name[1]:
            entry = project.boards[name[0]]
            yield Edit("boards", name[0], (key,), value, entry.origin.below(key))
        else:
            parts = (*_inner(board.origin, design.entry), key)
            yield Edit("metrics", design.entry.id, parts, value, board.origin.below(key))


def _inner(origin: Origin, entry: MetricEntry) -> Parts:
    """The part of an inline object's place that lies inside its card."""
    length = len(entry.origin.route)
    return origin.route[length:]


def _use_edits(key: str, value: Any, design: Design, use: Use | None) -> Iterator[Edit]:
    for item in [use] if use is not None else [u for u in design.uses or () if (u.base or 0) > 0]:
        before = item.kind if key == "kind" else getattr(item.value, key, None)
        before = item.falls_on if key == "falls_on" else before
        if before == value:
            continue
        if item.assumed:
            yield _own(design, ("consequences",), [{key: value}])
        elif item.shared is None:
            parts = (*_inner(item.origin, design.entry), key)
            yield Edit("metrics", design.entry.id, parts, value, item.origin.below(key))
        elif "uses" in item.origin.route:
            yield Edit("decisions", item.shared, (*item.origin.route[2:], key), value, item.origin.below(key))


def _counter_edits(values: dict[str, Any], design: Design) -> Iterator[Edit]:
    counters = design.counters or []
    if not counters:
        card = {"title": f"counter-metric {TO_BE_NAMED}", **values}
        yield _own(design, ("counter_metrics",), [card])
        return
    for key, value in values.items():
        if getattr(counters[0], key, None) != value:
            yield _own(design, ("counter_metrics", 0, key), value)


def apply(project: Project, edits: Iterable[Edit]) -> Project:
    """The project with edited declarations. Raises msgspec.ValidationError where an edit is not allowed there.

    Sections that nothing changes are shared with the original; neither is touched in place.
    """
    sections: dict[str, dict[str, Any]] = {}
    by_object: dict[tuple[str, str], list[Edit]] = {}
    for edit in edits:
        by_object.setdefault((edit.section, edit.id), []).append(edit)
    for (section, id_), group in by_object.items():
        known = sections.setdefault(section, dict(getattr(project, section)))
        entry: Entry[Any] | MetricEntry = known[id_]
        raw = msgspec.to_builtins(entry.value)
        for edit in group:
            set_in(raw, edit.parts, edit.value)
        known[id_] = replace(entry, value=msgspec.convert(raw, _TYPES[section]))
    result = replace(project)
    for section, entries in sections.items():
        setattr(result, section, entries)
    return result


def set_in(raw: Any, parts: Parts, value: Any) -> None:
    """Set a value inside of raw ones. A part that is one longer than a list, or a key that is not there, is added."""
    for part in parts[:-1]:
        raw = raw.setdefault(part, {}) if isinstance(raw, dict) else raw[part]
    if isinstance(raw, list) and parts[-1] == len(raw):
        raw.append(value)
    else:
        raw[parts[-1]] = value
