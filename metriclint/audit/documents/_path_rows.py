"""The path of a finding as a picture in rows: it keeps a size that can be read in a column and on paper."""

import math
from collections.abc import Iterator, Sequence

from metriclint.audit.pack import PathNode
from metriclint.findings.finding import Step
from metriclint.pictures.drawing import box_height, document, label, label_of, label_size, link, node
from metriclint.pictures.picture import kind_of
from metriclint.pictures.shapes import Box, number

_EDGE = 8
"""Air around the picture, pixels."""
_WIDTH = 150
"""Width of a node."""
_ROW = 900
"""Widest row; on A4 its smallest letters still have more than 6 points."""
_STUB, _HEAD = 8, 10
"""Lengths of a link before and behind its verb, and of its arrow head."""
_GAP, _TURN = 52, 14
"""Between two rows, and how far a link goes out before it turns back."""


def path_rows(nodes: Sequence[PathNode], text: str) -> str:
    """The path as an SVG that is described by its text; an empty text for an empty path."""
    if not nodes:
        return ""
    steps = [Step("", n.kind, n.title, n.verb, None, n.assumed) for n in nodes]
    rows = list(_rows(steps))
    parts: list[str] = []
    y, width, end, middle = float(_EDGE), 0.0, 0.0, 0.0
    for row in rows:
        height = max(box_height(s.title, _WIDTH) for s in row)
        if row is not rows[0]:
            parts += _turn(row[0], (end, middle), y, y + (height - box_height(row[0].title, _WIDTH)) / 2)
        middle = y + height / 2
        drawn, end = _row(row, middle)
        parts += drawn
        turns = row is not rows[-1]
        width = max(width, end + (_TURN if turns else 0))
        y += height + (_GAP if turns else 0)
    return document("Path", text, width + _EDGE, y + _EDGE, parts)


def _rows(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Steps in as few rows as they need, about as many in each."""
    widths = [_WIDTH + (_before(s) if s.verb else 0) for s in steps]
    rows, room = 1, float(_ROW)
    for width in widths:
        if width > room:
            rows, room = rows + 1, float(_ROW)
        room -= width
    most = math.ceil(len(steps) / rows)
    for first in range(0, len(steps), most):
        yield list(steps[first : first + most])


def _before(step: Step) -> float:
    """Length of the link that leads to a node."""
    return _words(step) + 2 * _STUB + _HEAD


def _words(step: Step) -> float:
    return label_size(step.verb, bold=True)[0] + 8


def _row(row: Sequence[Step], middle: float) -> tuple[list[str], float]:
    """A row from left to right, and where it ends."""
    parts, x = [], float(_EDGE)
    for step in row:
        if step is not row[0]:
            words = _words(step)
            begin, end = x + _STUB, x + _STUB + words
            head = end + _STUB
            line = [
                f"M {number(x)} {number(middle)} H {number(begin)}",
                f"M {number(end)} {number(middle)} H {number(head)}",
            ]
            parts.append(link(line, (head, middle, head + _HEAD, middle), on_path=True))
            parts.append(label(label_of(step.verb), Box(begin, middle - 20, words, 40), on_path=True))
            x = head + _HEAD
        height = box_height(step.title, _WIDTH)
        box = Box(x, middle - height / 2, _WIDTH, height)
        parts.append(node(kind_of(step), step.title, box, None, assumed=step.assumed))
        x += _WIDTH
    return parts, x


def _turn(step: Step, start: tuple[float, float], row: float, top: float) -> list[str]:
    """The link from the end of a row to the first node of the next; ``row`` and ``top``: where these begin."""
    x, y = start
    lane, target = row - _GAP / 2 - 4, _EDGE + _WIDTH / 2
    words = _words(step)
    begin = (target + x - words) / 2
    line = [
        f"M {number(x)} {number(y)} H {number(x + _TURN)} V {number(lane)} H {number(begin + words)}",
        f"M {number(begin)} {number(lane)} H {number(target)} V {number(top - _HEAD)}",
    ]
    return [
        link(line, (target, top - _HEAD, target, top), on_path=True),
        label(label_of(step.verb), Box(begin, lane - 20, words, 40), on_path=True),
    ]
