"""Routes to lines and columns, found late and only for what is reported.

Uses the event stream of PyYAML's C parser: it survives hostile depth, and events that no wanted route needs are
skipped without being kept.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from metriclint.files.problem import Route


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


def find_spans(text: str, routes: Iterable[Route]) -> dict[Route, Span]:
    """Places of routes in a YAML text.

    A scalar's place runs from its key to the end of its value, a mapping's or list's place is its key, and a list
    item's is the item. A route that is not in the text gets the place of the nearest thing above it, so every route
    of the result has a place. Whatever PyYAML cannot read ends the search early, with the places found so far.
    """
    wanted = list(routes)
    found: dict[Route, Span] = {}
    trie: _Trie = {}
    for route in wanted:
        branch = trie
        for part in route:
            branch = branch.setdefault(part, {})
    if trie:
        _Search(text, found).run(trie)
    return {route: _nearest(route, found) for route in wanted}


def _nearest(route: Route, found: dict[Route, Span]) -> Span:
    for length in range(len(route), 0, -1):
        if (span := found.get(route[:length])) is not None:
            return span
    return START


Read = Callable[[], Any]
"""Gives the next event of PyYAML's parser, or ``None`` at the end and where PyYAML cannot go on."""


def _reader(text: str) -> Read:
    import yaml

    if not text.isascii():
        text = _OTHER_BREAKS.sub("_", text)
    loader: Any = getattr(yaml, "CLoader", yaml.Loader)(text)
    get = loader.get_event

    def read() -> Any:
        try:
            return get()
        except (yaml.YAMLError, RecursionError):
            return None

    return read


class _Search:
    """One pass over the events that keeps the places of wanted routes and skips everything else unseen."""

    def __init__(self, text: str, found: dict[Route, Span]) -> None:
        from yaml import events

        self.text, self.found = text, found
        self.read = _reader(text)
        self.mapping, self.sequence = events.MappingStartEvent, events.SequenceStartEvent
        self.closing = (events.MappingEndEvent, events.SequenceEndEvent)
        self.scalars = (events.ScalarEvent, events.AliasEvent)

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


def duplicate_keys(text: str) -> list[tuple[str, int, int, Route]]:
    """Every key that stands twice in its mapping: key, 1-based line and column, and route of the second one."""
    from yaml.events import CollectionEndEvent, MappingStartEvent, NodeEvent, ScalarEvent, SequenceStartEvent

    found: list[tuple[str, int, int, Route]] = []
    stack: list[tuple[set[str] | None, Route]] = []
    state: list[Any] = []
    read = _reader(text)
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
