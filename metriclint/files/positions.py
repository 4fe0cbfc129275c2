"""Routes to lines and columns, found late and only for what is reported.

Uses the event stream of PyYAML's C parser: it survives hostile depth, and events that no wanted route needs are
skipped without being kept.
"""

import re
from collections.abc import Iterable, Iterator
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
        _collect(text, trie, found)
    return {route: _nearest(route, found) for route in wanted}


def _nearest(route: Route, found: dict[Route, Span]) -> Span:
    for length in range(len(route), 0, -1):
        if (span := found.get(route[:length])) is not None:
            return span
    return START


def _events(text: str) -> Iterator[Any]:
    import yaml

    loader: Any = getattr(yaml, "CLoader", yaml.Loader)
    if not text.isascii():
        text = _OTHER_BREAKS.sub("_", text)
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.YAMLError:
        return
    except RecursionError:
        return


def _collect(text: str, trie: _Trie, found: dict[Route, Span]) -> None:
    from yaml.events import (
        AliasEvent,
        CollectionEndEvent,
        MappingStartEvent,
        NodeEvent,
        ScalarEvent,
        SequenceStartEvent,
    )

    # One frame per open collection that lies on a wanted route: its route, branch, kind, and key or index at hand.
    frames: list[tuple[Route, _Trie]] = []
    keys: list[Any] = []
    skip = 0
    root_seen = False
    for event in _events(text):
        if skip:
            if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                skip += 1
            elif isinstance(event, CollectionEndEvent):
                skip -= 1
            continue
        if isinstance(event, CollectionEndEvent):
            if frames:
                frames.pop()
                keys.pop()
            continue
        if not isinstance(event, NodeEvent):
            continue
        opens = isinstance(event, (MappingStartEvent, SequenceStartEvent))
        if not frames:
            if root_seen or not opens:
                return
            root_seen = True
            frames.append(((), trie))
            keys.append(_Key() if isinstance(event, MappingStartEvent) else 0)
            continue
        route, branch = frames[-1]
        key = keys[-1]
        if isinstance(key, _Key):
            if not key.holds:
                key.hold(event)
                if opens:
                    skip = 1
                continue
            part: str | int = key.value
            start = key.event
            key.holds = False
        else:
            part, start = key, event
            keys[-1] = key + 1
        below = branch.get(part) if not isinstance(part, _Key) else None
        if below is None:
            skip = 1 if opens else 0
            continue
        here = (*route, part)
        scalar = isinstance(event, (ScalarEvent, AliasEvent))
        end = event.end_mark if scalar else (start.end_mark if start is not event else event.start_mark)
        found.setdefault(here, _span(start, end, text))
        if opens and below:
            frames.append((here, below))
            keys.append(_Key() if isinstance(event, MappingStartEvent) else 0)
        elif opens:
            skip = 1


class _Key:
    """The key of a mapping that waits for its value."""

    __slots__ = ("event", "holds", "value")

    def __init__(self) -> None:
        self.holds = False
        self.value: Any = None
        self.event: Any = None

    def hold(self, event: Any) -> None:
        self.holds = True
        self.event = event
        self.value = getattr(event, "value", None)


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
    for event in _events(text):
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
