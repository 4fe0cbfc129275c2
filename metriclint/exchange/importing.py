"""Native cards out of files of other tools, written once: every fact with a comment that says where it came from."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from metriclint.files.problem import Route
from metriclint.files.yaml_text import comment_text, mapping_lines
from metriclint.findings.place import Places
from metriclint.model.document import SECTIONS
from metriclint.model.foreign import Foreign
from metriclint.model.project import MetricEntry, Origin, Project
from metriclint.model.raw import declared

_HEAD = """\
# yaml-language-server: $schema={schema}
#
# Made once from {sources} by `metriclint import`. The comment above a fact says where it came from.
# From now on this is the place to change it.
metriclint: 1
"""
_Comments = dict[tuple[str, ...], str]


def sources_of(project: Project) -> list[str]:
    """Shown paths of the files of other tools that declare something, sorted."""
    found = {
        entry.origin.path
        for section in SECTIONS
        for entry in getattr(project, section).values()
        if entry.origin.path in project.foreign
    }
    return sorted(found)


def native_text(project: Project, paths: Iterable[str], schema: str) -> str:
    """A native document with everything that some files of a project declare, what overlays added included.

    ``schema`` is where editors find the JSON Schema of documents.
    """
    wanted = list(paths)
    places = Places.of(project)
    sections: dict[str, dict[str, Any]] = {}
    wants: dict[tuple[str, ...], tuple[Origin, str]] = {}
    for section in SECTIONS:
        for id_, entry in sorted(getattr(project, section).items()):
            if entry.origin.path not in wanted:
                continue
            value = _title_first(declared(entry.value))
            sections.setdefault(section, {})[id_] = value
            for route in _routes(value, ()):
                told = _told(project, entry, route)
                if told is not None:
                    wants[section, id_, *map(str, route)] = told
    alone = [w for w in project.waivers if w.origin.path in wanted and w.origin.route[0] == "waivers"]
    listed = {"waivers": [declared(waiver.value) for waiver in alone]} if alone else {}
    for number, waiver in enumerate(alone):
        wants["waivers", str(number)] = waiver.origin, "read from"
    places.want(origin for origin, _ in wants.values())
    comments: _Comments = {}
    for there, (origin, words) in wants.items():
        location = places.location(origin)
        comments[there] = f"{words} {location.shown if location else origin.path}"
    head = _HEAD.format(schema=schema, sources=", ".join(comment_text(PurePosixPath(path).name) for path in wanted))
    return head + "".join(f"{line}\n" for line in mapping_lines({**sections, **listed}, (), comments, ""))


def _title_first(value: dict[str, Any]) -> dict[str, Any]:
    return {key: value[key] for key in sorted(value, key=lambda key: key != "title")}


def _routes(value: Any, above: Route) -> Iterator[Route]:
    """Routes of everything inside a value that can have a comment: keys, and items of lists that are mappings."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*above, key)
            yield from _routes(inner, (*above, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, dict):
                yield (*above, index)
                yield from _routes(inner, (*above, index))


def _told(project: Project, entry: Any, route: Route) -> tuple[Origin, str] | None:
    """Where a fact stands and how it came in; ``None`` where the comment above already says it."""
    origin = entry.place(*route) if isinstance(entry, MetricEntry) else entry.origin.below(*route)
    foreign = project.foreign.get(origin.path)
    if foreign is None:
        return (origin, "from the overlay") if _is_patch(entry, route) else None
    if origin.route not in foreign.places and origin.route not in foreign.inferred:
        return None
    return origin, _words(foreign, origin.route)


def _is_patch(entry: Any, route: Route) -> bool:
    return isinstance(entry, MetricEntry) and any(at == route for at, _ in entry.patches)


def _words(foreign: Foreign, route: Route) -> str:
    source = foreign.inferred.get(route)
    return "read from" if source is None else f"inferred from {source}, at"
