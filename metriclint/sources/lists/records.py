"""Finding the records of a list in values of any shape, and looking into them and outward from them by paths.

A path is a row of keys with dots between. A list on the way is gone through entry by entry, unless a number picks one.
``^`` looks outward: in the nearest thing around the record that has the path. ``$key`` is the key of the record itself.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from metriclint.files.problem import Route
from metriclint.model.foreign import Place

MOST = 20_000
"""Records that are taken of a list; a longer one is refused."""
KEY = "$key"
_DEEPEST = 50


class Around(NamedTuple):
    """A mapping that a record stands in."""

    value: Any
    route: Route


class Record(NamedTuple):
    """One entry of a list."""

    value: dict[Any, Any]
    place: Callable[[Route], Place]
    """The place of a route in the whole text, or of a column."""
    route: Route = ()
    around: tuple[Around, ...] = ()
    """What it stands in, the nearest first."""

    @property
    def at(self) -> Place:
        """Its own place."""
        return self.place(self.route)


class Seen(NamedTuple):
    """A value that a path leads to, and its route."""

    value: Any
    route: Route


def look(record: Record, path: str) -> list[Seen]:
    """What stands at a path: no value, one, or those of a list."""
    if not path.startswith("^"):
        return list(_look(record.value, record.route, path))
    for around in record.around:
        found = [seen for seen in _look(around.value, around.route, path[1:]) if is_filled(seen.value)]
        if found:
            return found
    return []


def is_filled(value: Any) -> bool:
    """Does a value say anything."""
    return value is not None and value not in ("", [], {}) and not (isinstance(value, str) and not value.strip())


def _look(value: Any, route: Route, path: str) -> Iterator[Seen]:
    if path == KEY:
        if route and isinstance(route[-1], str):
            yield Seen(route[-1], route)
        return
    yield from _down(value, route, path, 0)


def _down(value: Any, route: Route, path: str, depth: int) -> Iterator[Seen]:
    if isinstance(value, list):
        head, _, rest = path.partition(".")
        if path and head.isdigit():
            number = int(head[:9])
            entries = [(number, value[number])] if number < len(value) else []
            path = rest
        else:
            entries = list(enumerate(value))
        for number, entry in entries if depth < _DEEPEST else ():
            yield from _down(entry, (*route, number), path, depth + 1)
    elif not path:
        yield Seen(value, route)
    elif isinstance(value, dict):
        if path in value:
            yield from _down(value[path], (*route, path), "", depth)
            return
        # A key may have dots itself: the longest that is there counts.
        parts = path.split(".")
        for count in range(len(parts) - 1, 0, -1):
            key = ".".join(parts[:count])
            if key in value:
                yield from _down(value[key], (*route, key), ".".join(parts[count:]), depth)
                return


def lists_at(value: Any, path: str) -> Iterator[tuple[Around, tuple[Around, ...]]]:
    """The lists and mappings at a path of ``records``, each with what it stands in, the nearest first.

    An empty path is the file where that is a list, ``.`` also where it is a mapping of records by their keys.
    """
    if path or isinstance(value, list):
        yield from _lists(value, (), [] if path in ("", ".") else path.split("."), ())


def _lists(
    value: Any, route: Route, parts: list[str], around: tuple[Around, ...]
) -> Iterator[tuple[Around, tuple[Around, ...]]]:
    here = (Around(value, route), *around) if isinstance(value, dict) else around
    if not parts:
        if isinstance(value, (list, dict)):
            yield Around(value, route), around
        return
    head, *rest = parts
    if head == "*":
        for key, entry in entries_of(value):
            yield from _lists(entry, (*route, key), rest, here)
    elif isinstance(value, dict) and head in value:
        yield from _lists(value[head], (*route, head), rest, here)


def entries_of(value: Any) -> Iterator[tuple[str | int, Any]]:
    """The entries of a list or mapping with their keys; keys that are no texts are left out."""
    if isinstance(value, list):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from ((key, entry) for key, entry in value.items() if isinstance(key, str))


def records_in(value: Any, path: str, place: Callable[[Route], Place]) -> Iterator[Record]:
    """The records of all lists at a path. Entries that are no mappings are none."""
    for found, around in lists_at(value, path):
        outside = (found, *around) if isinstance(found.value, dict) else around
        for key, entry in entries_of(found.value):
            if isinstance(entry, dict):
                yield Record(entry, place, (*found.route, key), outside)


class ListInFile(NamedTuple):
    """A list of mappings that a file has."""

    path: str
    length: int


def lists_of(value: Any, above: str = "", depth: int = 0) -> Iterator[ListInFile]:
    """Every list of mappings in a value, by its path, and mappings of several mappings alike; at most five deep."""
    if depth > 5:
        return
    inner = [entry for _, entry in entries_of(value) if isinstance(entry, dict)]
    if inner and (isinstance(value, list) or (len(inner) > 1 and _alike(inner))):
        yield ListInFile(above, len(inner))
    if isinstance(value, dict):
        for key, entry in entries_of(value):
            yield from lists_of(entry, f"{above}.{key}" if above else str(key), depth + 1)
    elif isinstance(value, list):
        merged: dict[str, int] = {}
        for entry in value[:200]:
            for found in lists_of(entry, "", depth + 1) if isinstance(entry, dict) else ():
                merged[found.path] = merged.get(found.path, 0) + found.length
        for path, count in merged.items():
            if path:
                yield ListInFile(f"{above}.*.{path}" if above else f"*.{path}", count)


def _alike(entries: list[dict[Any, Any]]) -> bool:
    """Do mappings have a key in common, as records do."""
    shared = set(entries[0])
    for entry in entries[1:50]:
        shared &= set(entry)
    return bool(shared)
