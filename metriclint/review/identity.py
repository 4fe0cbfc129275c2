"""What is the same thing in two states of a project, whatever its id: renaming is no change of meaning."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, to_builtins

from metriclint.model.document import SECTIONS
from metriclint.model.project import Project
from metriclint.model.text import normal_title

_ALIKE = 0.75
"""Share of what two declarations say that must be the same for them to be one thing under two names."""
_LEAST = 3
"""Keys that must be the same at least: two nearly empty cards are always alike."""
_MOST_PAIRS = 250_000
"""Pairs that are compared; where more are new and gone, only equal titles and equal contents tell."""


class Identity(NamedTuple):
    """New ids by old ones for what was renamed, in each section."""

    project: str
    """The name of the project now."""
    sections: dict[str, dict[str, str]]

    def new_id(self, section: str, old: str) -> str:
        """The id that something has now."""
        return self.sections.get(section, {}).get(old, old)

    def anywhere(self, old: str) -> str:
        """The id that something of any section has now."""
        return next((ids[old] for ids in self.sections.values() if old in ids), old)

    def node(self, node: str) -> str:
        """A node of a path under the ids of now."""
        kind, _, local = node.partition(":")
        return f"{kind}:{'/'.join(self.anywhere(part) for part in local.split('/'))}"


def identity(before: Project, after: Project) -> Identity:
    """What was renamed between two states of a project."""
    return Identity(after.name, {s: renamed(_values(before, s), _values(after, s)) for s in SECTIONS})


def _values(project: Project, section: str) -> dict[str, Struct]:
    return {id_: entry.value for id_, entry in getattr(project, section).items()}


def renamed(before: Mapping[str, Struct], after: Mapping[str, Struct]) -> dict[str, str]:
    """New ids by old ones: of what is gone and what is new, those with one title, then those that say nearly the same.

    The most alike go first. A title or content that several have tells nothing.
    """
    gone = {id_: value for id_, value in before.items() if id_ not in after}
    come = {id_: value for id_, value in after.items() if id_ not in before}
    found: dict[str, str] = {}
    for old, new in _same(gone, come, _titles):
        if old in gone and new in come:
            found[old] = new
            del gone[old], come[new]
    if not gone or not come:
        return found
    said, says = {i: _leaves(v) for i, v in gone.items()}, {i: _leaves(v) for i, v in come.items()}
    if len(gone) * len(come) > _MOST_PAIRS:
        return found | dict(_same(gone, come, lambda value: [str(sorted(_leaves(value)))]))
    graded = sorted(
        (-share, old, new) for old in said for new in says if (share := _share(said[old], says[new])) >= _ALIKE
    )
    for _, old, new in graded:
        if old in gone and new in come:
            found[old] = new
            del gone[old], come[new]
    return found


def _same(before: Mapping[str, Struct], after: Mapping[str, Struct], marks: Any) -> Iterable[tuple[str, str]]:
    """Pairs of ids that share a mark which nothing else has."""
    old, new = _by_mark(before, marks), _by_mark(after, marks)
    return [(old[m][0], new[m][0]) for m in old if len(old[m]) == 1 == len(new.get(m, ()))]


def _by_mark(values: Mapping[str, Struct], marks: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id_, value in values.items():
        for mark in dict.fromkeys(marks(value)):
            found.setdefault(mark, []).append(id_)
    return found


def _titles(value: Struct) -> list[str]:
    names = (getattr(value, "title", None), *getattr(value, "aliases", ()))
    return [normal_title(name) for name in names if name]


def _leaves(value: Struct) -> frozenset[str]:
    """Everything that a declaration says, one text a value; the index in a list does not count."""
    return frozenset(_said("", to_builtins(value)))


def _said(key: str, value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _said(f"{key}.{name}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _said(key, inner)
    else:
        yield f"{key}={value}"


def _share(one: Collection[str], other: frozenset[str]) -> float:
    common = len(other.intersection(one))
    return 2 * common / (len(one) + len(other)) if common >= _LEAST else 0.0
