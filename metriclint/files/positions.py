"""Routes to lines and columns, found late and only for what is reported.

Uses the event stream of PyYAML's C parser: it survives hostile depth, and events that no wanted route needs are
skipped without being kept.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from metriclint.files.problem import Route
from metriclint.files.regions import Region, cut, fields


class Span(NamedTuple):
    """A place in a file: 1-based lines and columns; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


START = Span(1, 1, 1, 1)
_Trie = dict[str | int, Any]
# What PyYAML takes for the end of a line, or refuses, while YAML 1.2 and editors see one character of a text.
_OTHER_BREAKS = re.compile("[\x80-\x9f\u2028\u2029\ufffe\uffff]")
# Half of a character beyond the first plane of Unicode, as JSON escapes it: PyYAML refuses every half alone.
_HALVES = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def find_spans(text: str, routes: Iterable[Route]) -> dict[Route, Span]:
    """Places of routes in a YAML text.

    A scalar's place runs from its key to the end of its value, a mapping's or list's place is its key, and a list
    item's is the item. A route that is not in the text gets the place of the nearest thing above it, so every route
    of the result has a place. Whatever PyYAML cannot read ends the search early, with the places found so far.
    """
    wanted = list(routes)
    found: dict[Route, Span] = {}
    if wanted and not (len(text) > _LARGE and _in_regions(text, wanted, found)):
        found.clear()
        _Search(text, found).run(_trie_of(wanted))
    return {route: _nearest(route, found) for route in wanted}


_LARGE = 50_000
"""Characters from which on a document is cut into its entries first."""


def _trie_of(routes: Iterable[Route]) -> _Trie:
    trie: _Trie = {}
    for route in routes:
        branch = trie
        for part in route:
            branch = branch.setdefault(part, {})
    return trie


def _in_regions(text: str, wanted: list[Route], found: dict[Route, Span]) -> bool:
    """Find places entry by entry; false where the document cannot be cut or an entry cannot be read alone."""
    by_entry: dict[tuple[str, str], list[Route]] = {}
    for route in wanted:
        if len(route) < 2 or not isinstance(route[0], str) or not isinstance(route[1], str):
            return False
        by_entry.setdefault((route[0], route[1]), []).append(route)
    keys: dict[str, set[str]] = {}
    for section, key in by_entry:
        keys.setdefault(section, set()).add(key)
    regions = cut(text, keys)
    if regions is None:
        return False
    parts: list[_Part] = []
    for (section, key), routes in by_entry.items():
        parts += _parts_of(regions[section, key], section, [route[1:] for route in routes], found)
    return _read_parts(parts, found)


class _Part(NamedTuple):
    """A part of the text that has wanted places; its routes go on from the one that it is cut from."""

    region: Region
    above: Route
    routes: list[Route]


def _parts_of(entry: Region, section: str, routes: list[Route], found: dict[Route, Span]) -> list[_Part]:
    """The fields of an entry that are wanted; the whole entry where its fields cannot be told."""
    by_field: dict[str, list[Route]] = {}
    for route in routes:
        if len(route) > 1:
            by_field.setdefault(str(route[1]), []).append(route[1:])
    told = fields(entry, by_field)
    if told is None:
        return [_Part(entry, (section,), routes)]
    head, regions = told
    key = head[: head.index(":")]
    line = entry.lines_before + 1
    above = (section, routes[0][0])
    found[above] = Span(line, len(key) - len(key.lstrip()) + 1, line, len(key.rstrip()) + 1)
    parts = []
    for name, region in regions.items():
        if (plain := _PLAIN_LINE.fullmatch(region.text)) is not None:
            line = region.lines_before + 1
            found[*above, name] = Span(line, plain.start(1) + 1, line, plain.end(1) + 1)
        else:
            parts.append(_Part(region, above, by_field[name]))
    return parts


_PLAIN_LINE = re.compile(r" *([a-z_]+: [A-Za-z0-9](?:[A-Za-z0-9 ()./_-]*[A-Za-z0-9()./_-])?) *\n?")
"""A key with a value of one line in which no sign means anything to YAML: its place is seen without reading it."""


def _read_parts(parts: list[_Part], found: dict[Route, Span]) -> bool:
    """Find places in parts of a text, all in one reading: each stands below a key of its own, as deep as it was.

    Parts that read alike are read once. False where the parts do not read as they should, which a wrong cut can do.
    """
    alike: dict[tuple[str, frozenset[Route]], list[_Part]] = {}
    for part in parts:
        alike.setdefault((part.region.text, frozenset(part.routes)), []).append(part)
    text: list[str] = []
    starts: list[int] = []
    trie: _Trie = {}
    line = 1
    for number, (own, routes) in enumerate(alike):
        text += [f"p{number}:\n", own, "" if own.endswith("\n") else "\n"]
        starts.append(line)
        line += 1 + own.count("\n") + (not own.endswith("\n"))
        trie[f"p{number}"] = _trie_of(routes)
    inner: dict[Route, Span] = {}
    search = _Search("".join(text), inner)
    search.run(trie)
    groups = list(alike.values())
    for number, (group, start) in enumerate(zip(groups, starts, strict=True)):
        key = inner.pop((f"p{number}",), None)
        if key is None or key.line != start or (f"p{number}", *group[0].routes[0][:1]) not in inner:
            return False
    for route, span in inner.items():
        number = int(str(route[0])[1:])
        below, start = route[1:], starts[number]
        for part in groups[number]:
            down = part.region.lines_before - start
            found[(*part.above, *below)] = Span(span.line + down, span.column, span.end_line + down, span.end_column)
    return not search.broken


def _nearest(route: Route, found: dict[Route, Span]) -> Span:
    for length in range(len(route), 0, -1):
        if (span := found.get(route[:length])) is not None:
            return span
    return START


Read = Callable[[], Any]
"""Gives the next event of PyYAML's parser, or ``None`` at the end and where PyYAML cannot go on."""


def reader(text: str, give_up: Callable[[], None] | None = None) -> Read:
    """Reads the events of a text one by one; ``give_up`` is called where PyYAML cannot go on."""
    import yaml

    if not text.isascii():
        text = _OTHER_BREAKS.sub("_", text)
    if "\\u" in text:
        text = _HALVES.sub(r"\\u005f", text)
    loader: Any = getattr(yaml, "CLoader", yaml.Loader)(text)
    get = loader.get_event

    def read() -> Any:
        try:
            return get()
        except (yaml.YAMLError, RecursionError):
            if give_up is not None:
                give_up()
            return None

    return read


class _Search:
    """One pass over the events that keeps the places of wanted routes and skips everything else unseen."""

    def __init__(self, text: str, found: dict[Route, Span]) -> None:
        from yaml import events

        self.text, self.found = text, found
        self.broken = False
        """Could PyYAML not read the text to its end."""
        self.read = reader(text, self._give_up)
        self.mapping, self.sequence = events.MappingStartEvent, events.SequenceStartEvent
        self.closing = (events.MappingEndEvent, events.SequenceEndEvent)
        self.scalars = (events.ScalarEvent, events.AliasEvent)

    def _give_up(self) -> None:
        self.broken = True

    def run(self, trie: _Trie) -> None:
        """Walk the document from its top."""
        while (event := self.read()) is not None:
            if type(event) is self.mapping or type(event) is self.sequence:
                self._inside(event, (), trie)
                return
            if type(event) in self.scalars:
                return

    def _inside(self, opening: Any, route: Route, branch: _Trie) -> None:
        """Go through a collection that lies on a wanted route; as deep as the routes go, not as the file does."""
        keyed, index = type(opening) is self.mapping, 0
        while (event := self.read()) is not None and type(event) not in self.closing:
            start: Any = event
            part: Any = index
            index += 1
            if keyed:
                part = getattr(event, "value", None)
                self._skip(event)
                event = self.read()
                if event is None:
                    return
            below = branch.get(part)
            if below is None:
                self._skip(event)
                continue
            here = (*route, part)
            self._keep(here, start, event, keyed)
            if below and type(event) not in self.scalars:
                self._inside(event, here, below)
            else:
                self._skip(event)

    def _keep(self, route: Route, start: Any, event: Any, keyed: bool) -> None:
        scalar = type(event) in self.scalars
        end = event.end_mark if scalar else (start.end_mark if keyed else event.start_mark)
        self.found.setdefault(route, _span(start, end, self.text))

    def _skip(self, event: Any) -> None:
        """Read over a collection to its end; over a scalar there is nothing to read."""
        depth = 1 if type(event) not in self.scalars else 0
        read, mapping, sequence, closing = self.read, self.mapping, self.sequence, self.closing
        while depth and (event := read()) is not None:
            kind = type(event)
            if kind is mapping or kind is sequence:
                depth += 1
            elif kind in closing:
                depth -= 1


def _span(start: Any, end: Any, text: str) -> Span:
    first, last = start.start_mark, end if not hasattr(end, "end_mark") else end.end_mark
    line, column = last.line + 1, last.column + 1
    if last.column == 0 and last.line > first.line:
        # Block scalars end at the start of the next line; the last line of the text itself is a better end.
        stop = last.index - 1 if last.index else len(text)
        head = text.rfind("\n", 0, stop) + 1
        line, column = last.line, stop - head + 1
    return Span(first.line + 1, first.column + 1, line, max(column, 1))


def collection_as_key(text: str) -> tuple[int, int]:
    """1-based line and column of the first key that is a mapping or a list; the beginning where none is found."""
    from yaml.events import CollectionEndEvent, MappingStartEvent, NodeEvent

    key_comes: list[bool | None] = []
    """For each open mapping, is its next value a key; ``None`` for lists."""
    read = reader(text)
    while (event := read()) is not None:
        if isinstance(event, CollectionEndEvent):
            key_comes.pop()
        elif isinstance(event, NodeEvent):
            opens = hasattr(event, "flow_style")
            if opens and key_comes and key_comes[-1]:
                mark: Any = event.start_mark
                return mark.line + 1, mark.column + 1
            if key_comes and key_comes[-1] is not None:
                key_comes[-1] = not key_comes[-1]
            if opens:
                key_comes.append(True if isinstance(event, MappingStartEvent) else None)
    return 1, 1


def duplicate_keys(text: str) -> list[tuple[str, int, int, Route]]:
    """Every key that stands twice in its mapping: key, 1-based line and column, and route of the second one."""
    from yaml.events import CollectionEndEvent, MappingStartEvent, NodeEvent, ScalarEvent, SequenceStartEvent

    found: list[tuple[str, int, int, Route]] = []
    stack: list[tuple[set[str] | None, Route]] = []
    state: list[Any] = []
    read = reader(text)
    while (event := read()) is not None:
        if isinstance(event, CollectionEndEvent):
            stack.pop()
            state.pop()
            continue
        if not isinstance(event, NodeEvent):
            continue
        part: Any = None
        if stack:
            seen, route = stack[-1]
            if seen is None:
                part = state[-1]
                state[-1] += 1
            elif state[-1] is None:
                if isinstance(event, ScalarEvent):
                    key = event.value
                    if key in seen:
                        mark: Any = event.start_mark
                        found.append((key, mark.line + 1, mark.column + 1, (*route, key)))
                    seen.add(key)
                    state[-1] = key
                    continue
                state[-1] = "?"
            else:
                part, state[-1] = state[-1], None
        here: Route = (*stack[-1][1], part) if stack and part is not None else ()
        if isinstance(event, MappingStartEvent):
            stack.append((set(), here))
            state.append(None)
        elif isinstance(event, SequenceStartEvent):
            stack.append((None, here))
            state.append(0)
    return found
