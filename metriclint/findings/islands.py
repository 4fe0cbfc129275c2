"""Islands: groups of files whose metrics have nothing to do with those of other files of a project.

Two files are on one island where one says a text that is a name in the other: the id of anything, a role that decides
or reports, the title or alias of a metric. What the rules say about a metric follows from its island alone, so that
after a change only the islands that it touches have to be asked about again.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from metriclint.model.document import SECTIONS, Document
from metriclint.model.project import Project
from metriclint.model.text import normal_title

_TITLE = "title "
"""Before a title among names: no id has a space."""


class Islands(Struct):
    """Files of a project by island."""

    of: dict[str, int]
    """Island of every file, by its shown path."""
    names: dict[str, int]
    """Island of everything that has a name."""
    common: list[int]
    """Islands that declare roles: they are looked at with every other, since a role is named by its id anywhere."""
    shared: list[str]
    """Files that declare something besides metrics."""


def islands(project: Project) -> Islands | None:
    """The islands of a project without problems; ``None`` where it has to be looked at as a whole.

    That is so with files of other tools, with overlays, and with waivers that name no metric.
    """
    if project.foreign or project.remarks or any(w.metric is None for w in project.waivers):
        return None
    if any(entry.patches for entry in project.metrics.values()):
        return None
    groups = _Groups(project.texts)
    named: dict[str, str] = {}
    for name, path in _names(project):
        groups.join(path, named.setdefault(name, path))
    shared = {w.origin.path for w in project.waivers}
    roles: set[str] = set()
    for section in SECTIONS:
        for entry in getattr(project, section).values():
            path = entry.origin.path
            if section != "metrics":
                shared.add(path)
            if section == "roles":
                roles.add(path)
            for text in texts_in(msgspec.to_builtins(entry.value)):
                if text in named:
                    groups.join(path, named[text])
    numbers: dict[str, int] = {}
    of = {path: numbers.setdefault(groups.root(path), len(numbers)) for path in project.texts}
    names = {name: of[path] for name, path in named.items()}
    return Islands(of, names, sorted({of[path] for path in roles}), sorted(shared))


def names_said(document: Document) -> set[str]:
    """Everything that a document of metrics says that may be a name in another file."""
    found = set(document.metrics)
    for card in document.metrics.values():
        found.update(_TITLE + normal_title(title) for title in (card.title, *card.aliases))
        found.update(texts_in(msgspec.to_builtins(card)))
    return found


def _names(project: Project) -> Iterator[tuple[str, str]]:
    for section in SECTIONS:
        if section != "roles":
            yield from ((id_, entry.origin.path) for id_, entry in getattr(project, section).items())
    for id_, role in project.roles.items():
        if role.value.reports_to:
            yield id_, role.origin.path
    for decision in project.decisions.values():
        yield from ((role, decision.origin.path) for role in (decision.value.about, decision.value.made_by) if role)
    for metric in project.metrics.values():
        for title in (metric.value.title, *metric.value.aliases):
            yield _TITLE + normal_title(title), metric.origin.path
    yield from ((w.metric, w.origin.path) for w in project.waivers if w.metric)


def texts_in(value: Any) -> Iterator[str]:
    """All texts of a plain value, keys included."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


class _Groups:
    """Disjoint sets of files."""

    def __init__(self, files: Iterable[str]) -> None:
        self._above = {file: file for file in files}

    def root(self, file: str) -> str:
        """The file that stands for the group."""
        above = self._above
        while above[file] != file:
            above[file] = above[above[file]]
            file = above[file]
        return file

    def join(self, one: str, other: str) -> None:
        """Make one group of two."""
        first, second = self.root(one), self.root(other)
        if first != second:
            self._above[max(first, second)] = min(first, second)
