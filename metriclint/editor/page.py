"""A text as editors count it: lines from 0, and columns in UTF-16 code units; here columns count characters."""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property
from itertools import accumulate
from typing import TypedDict

from lsprotocol.types import Position, Range

from metriclint.files.positions import Span
from metriclint.files.yaml_values import lines_of

_WORD = re.compile(r"[^\W_][\w-]*")


class Place(TypedDict):
    """A position as it is sent."""

    line: int
    character: int


class Extent(TypedDict):
    """A range as it is sent."""

    start: Place
    end: Place


def units(text: str) -> int:
    """UTF-16 code units of a text."""
    return len(text) if text.isascii() else sum(1 + (c > "\uffff") for c in text)


def characters(line: str, count: int) -> int:
    """How many characters of a line a number of UTF-16 code units are; half of a pair counts as the whole."""
    if line.isascii() or count <= 0:
        return min(max(count, 0), len(line))
    for index, character in enumerate(line):
        if count <= 0:
            return index
        count -= 1 + (character > "\uffff")
    return len(line)


class Page:
    """A text with its lines."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their breaks; there is always one."""
        return lines_of(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """Offset of the start of each line."""
        text = self.text
        if "\r" not in text:
            return list(accumulate((len(line) + 1 for line in self.lines[:-1]), initial=0))
        found, at = [], 0
        for line in self.lines:
            found.append(at)
            at += len(line)
            at += 2 if text.startswith("\r\n", at) else 1
        return found

    def offset(self, position: Position) -> int:
        """Offset of a position in the text; one behind the end of its line or of the text is that end."""
        if position.line >= len(self.lines):
            return len(self.text)
        line = max(position.line, 0)
        return self.starts[line] + characters(self.lines[line], position.character)

    def place(self, line: int, column: int) -> Place:
        """A position as it is sent, from a 1-based line and column."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return {"line": max(line - 1, 0), "character": units(text[: max(column - 1, 0)])}

    def extent(self, span: Span) -> Extent:
        """A range as it is sent. A place that is only a point gets the word that begins there, else the line."""
        line, column, end_line, end_column = span
        if (line, column) == (end_line, end_column) and 0 < line <= len(self.lines):
            word = _WORD.match(self.lines[line - 1], column - 1)
            end_column = word.end() + 1 if word else max(len(self.lines[line - 1].rstrip()) + 1, column)
        return {"start": self.place(line, column), "end": self.place(end_line, end_column)}

    def range(self, start: int, end: int) -> Range:
        """A range from two offsets."""
        return Range(self.position(start), self.position(end))

    def position(self, offset: int) -> Position:
        """The position of an offset."""
        line = bisect_right(self.starts, offset) - 1
        return Position(line, units(self.lines[line][: offset - self.starts[line]]))


def changed(text: str, start: Position, end: Position, new: str) -> str:
    """The text with a range replaced. A range that is the wrong way round is turned."""
    page = Page(text)
    first, last = sorted((page.offset(start), page.offset(end)))
    return text[:first] + new + text[last:]


def common(before: str, after: str) -> tuple[int, int]:
    """Characters at the start and at the end that two texts have in common; they do not overlap in either."""
    most = min(len(before), len(after))
    head = _agreeing(most, lambda n: before.startswith(after[:n]))
    tail = _agreeing(most - head, lambda n: before.endswith(after[len(after) - n :]))
    return head, tail


def _agreeing(most: int, agree: Callable[[int], bool]) -> int:
    """The largest number up to which two texts agree, found by halving: comparing long texts is quick."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if agree(middle):
            low = middle
        else:
            high = middle - 1
    return low
