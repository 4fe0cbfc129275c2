"""Where edits are written: into the documents that declare a thing, and for other tools' metrics into an overlay."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from metriclint.files.patch import PatchError
from metriclint.files.problem import Route
from metriclint.files.yaml_text import scalar
from metriclint.files.yaml_values import parse
from metriclint.findings.place import Places
from metriclint.model.project import MetricEntry, Origin, Project
from metriclint.model.raw import declared
from metriclint.repair.edits import Edit, Parts, set_in
from metriclint.sources.overlay import is_pattern, match, titles_of

NAME = "metriclint-overlay.yaml"
"""The overlay that is made where none names a metric yet."""
_NEW = "metriclint: 1\noverlay: true\nmetrics:\n"


class Changes(NamedTuple):
    """What edits change in files."""

    values: dict[str, list[tuple[Route, Any]]]
    """Routes and values by path."""
    new: dict[str, str]
    """Files that are not there yet, with the text that they begin with."""


def changes_of(edits: Iterable[Edit], project: Project, beside: str) -> Changes:
    """The changes that edits make.

    ``beside`` is the path of the overlay for metrics of other tools that no overlay names yet. Raises PatchError for
    what only the other tool's file can say.
    """
    changes = Changes({}, {})
    overlays = _Overlays(project, beside, changes)
    for edit in edits:
        entry = project.metrics[edit.id] if edit.section == "metrics" else None
        origin = edit.origin if entry is None else entry.place(*edit.parts)
        if origin.path in project.foreign or (entry is not None and _is_shared(origin, entry)):
            overlays.add(edit)
        else:
            changes.values.setdefault(origin.path, []).append((origin.route, edit.value))
    overlays.close()
    return changes


def _is_shared(origin: Origin, entry: MetricEntry) -> bool:
    """Is a fact said by a pattern of an overlay, for other metrics too."""
    return origin.path != entry.origin.path and origin.route[0] == "metrics" and "*" in str(origin.route[1])


class _Overlays:
    """What overlays are to say of metrics that they do not declare."""

    def __init__(self, project: Project, beside: str, changes: Changes) -> None:
        self.project, self.beside, self.changes = project, beside, changes
        self.said: dict[str, dict[Parts, Any]] = {}
        self.cards: dict[str, dict[str, Any]] = {}

    def add(self, edit: Edit) -> None:
        """Take an edit. Raises PatchError."""
        if edit.section != "metrics":
            what = edit.section.removesuffix("s")
            raise PatchError(
                f'{what} "{edit.id}" is declared by {edit.origin.path}, a file of another tool: change it there'
            )
        entry = self.project.metrics[edit.id]
        card = self.cards.setdefault(edit.id, declared(entry.value))
        parts = _whole(card, edit.parts)
        before = _value_at(card, parts)
        if before is not None:
            self._refuse_contradiction(entry, parts, before)
        set_in(card, edit.parts, edit.value)
        said = self.said.setdefault(edit.id, {})
        for inside in [known for known in said if known[: len(parts)] == parts]:
            del said[inside]
        said[parts] = _value_at(card, parts)

    def _refuse_contradiction(self, entry: MetricEntry, parts: Parts, before: Any) -> None:
        """Raise PatchError where a file says a fact, or an entry of a list, in so many words."""
        routes = [(*parts, n) for n in range(len(before))] if isinstance(before, list) else [parts]
        for route in routes:
            origin = entry.place(*route)
            if self.project.inferred_from(origin) is None and not _is_shared(origin, entry):
                places = Places.of(self.project)
                places.want([origin])
                location = places.location(origin)
                key = ".".join(str(part) for part in parts)
                where = location.shown if location is not None else origin.path
                raise PatchError(
                    f"`{key}` stands at {where}: it has to be changed there, an overlay cannot contradict it"
                )

    def close(self) -> None:
        """Turn what is to be said into changes of files."""
        for id_, said in self.said.items():
            path, key = self._place(id_)
            values = self.changes.values.setdefault(path, [])
            values += [(("metrics", key, *parts), value) for parts, value in said.items()]

    def _place(self, id_: str) -> tuple[str, str]:
        """The overlay that names a metric and by which key, else the one beside the configuration."""
        titles = titles_of(self.project)
        for path, text in self.project.texts.items():
            for key in _keys(text, path) if path not in self.project.foreign else ():
                if not is_pattern(key, titles) and match(key, titles, self.project.metrics) == [id_]:
                    return path, key
        known = self.project.texts.get(self.beside)
        if known is None:
            if self.beside not in self.changes.new:
                self.changes.new[self.beside] = _NEW
            self.changes.new[self.beside] += f"  {scalar(id_)}:\n"
        elif not _is_overlay(known, self.beside):
            raise PatchError(f"{self.beside} is no overlay: an overlay begins with `overlay: true`")
        return self.beside, id_


def _keys(text: str, path: str) -> list[str]:
    """What an overlay has entries for; nothing for every other text."""
    if not _is_overlay(text, path):
        return []
    metrics = parse(text, path)[0].get("metrics")
    return [key for key in metrics if isinstance(key, str)] if isinstance(metrics, dict) else []


def _is_overlay(text: str, path: str) -> bool:
    if "overlay" not in text:
        return False
    value, _ = parse(text, path)
    return isinstance(value, dict) and "metriclint" in value and value.get("overlay") is True


def _whole(card: dict[str, Any], parts: Parts) -> Parts:
    """What an overlay has to say to change something: a list is said as a whole."""
    here: Any = card
    for number, part in enumerate(parts):
        if isinstance(here, list):
            return parts[:number]
        here = here.get(part) if isinstance(here, dict) else None
    return parts


def _value_at(card: Any, parts: Parts) -> Any:
    for part in parts:
        if isinstance(card, list):
            card = card[part] if isinstance(part, int) and part < len(card) else None
        else:
            card = card.get(part) if isinstance(card, dict) else None
    return card
