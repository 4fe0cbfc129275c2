"""Places after a text has changed: lines before the change stay, lines behind it move, lines in it are touched."""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from metriclint.editor.page import common
from metriclint.findings.finding import Acceptance, Finding, Location, Notice, Step, Undecided


class Move(NamedTuple):
    """From one text of a file to another. Lines are 1-based, those of the text before."""

    first: int
    """First line that has changed."""
    last: int
    down: int
    """Lines by which those behind the change are further down."""

    def touches(self, location: Location) -> bool:
        """Does a place lie in changed lines."""
        return location.end_line >= self.first and location.line <= self.last

    def moved(self, location: Location) -> Location:
        """The place in the text after; what lies in changed lines stays as near as it can."""
        if not self.down or location.end_line < self.first:
            return location
        line = _after(location.line, self)
        return replace(location, line=line, end_line=max(_after(location.end_line, self), line))


def _after(line: int, move: Move) -> int:
    if line > move.last:
        return line + move.down
    return min(line, max(move.last + move.down, move.first, 1))


def move_of(before: str, after: str) -> Move:
    """How lines move from one text to another."""
    head, tail = common(before, after)
    first = before.count("\n", 0, head) + 1
    last = before.count("\n", 0, len(before) - tail) + 1
    if _lone_returns(before) or _lone_returns(after):
        # They break lines, too: counting only line feeds, nothing is sure.
        return Move(1, len(before) + 1, 0)
    return Move(first, last, after.count("\n") - before.count("\n"))


def _lone_returns(text: str) -> bool:
    return "\r" in text and text.count("\r") != text.count("\r\n")


Moves = dict[str, Move]
"""Moves by the shown path of the file."""


def places_of(finding: Finding) -> Iterable[Location]:
    """Every place that a finding names; facts are not shown in an editor."""
    yield finding.location
    yield from (s.location for s in finding.path if s.location is not None)
    if finding.waiver is not None and finding.waiver.location is not None:
        yield finding.waiver.location


def touched(locations: Iterable[Location], moves: Moves) -> bool:
    """Does one of some places lie in lines that have changed."""
    return any(place.path in moves and moves[place.path].touches(place) for place in locations)


def moved_finding(finding: Finding, moves: Moves) -> Finding:
    """The finding with its places in the new texts; the same object where none moves."""
    if not any(p.path in moves and moves[p.path].moved(p) is not p for p in places_of(finding)):
        return finding
    waiver: Acceptance | None = finding.waiver
    if waiver is not None:
        waiver = replace(waiver, location=_moved(waiver.location, moves))
    path: list[Step] = [replace(s, location=_moved(s.location, moves)) for s in finding.path]
    location = _moved(finding.location, moves) or finding.location
    return replace(finding, location=location, path=path, waiver=waiver)


def moved_question(question: Undecided, moves: Moves) -> Undecided:
    """The open question with its place in the new text."""
    location = _moved(question.location, moves)
    return question if location is question.location else replace(question, location=location)


def moved_notice(notice: Notice, moves: Moves) -> Notice:
    """The notice with its place in the new text."""
    location = _moved(notice.location, moves)
    return notice if location is notice.location else replace(notice, location=location)


def _moved(location: Location | None, moves: Moves) -> Location | None:
    move = moves.get(location.path) if location is not None else None
    return move.moved(location) if move is not None and location is not None else location
