"""A witness path as a picture from top to bottom: it fits beside the questions, and on a telephone."""

from collections.abc import Sequence

from metriclint.findings.finding import Step, path_words
from metriclint.pictures.drawing import box_height, document, label, label_of, link, node
from metriclint.pictures.picture import kind_of
from metriclint.pictures.shapes import Box, number

_EDGE = 6
"""Air around the picture, pixels."""
_WIDTH = 288
"""Width of a node."""
_STUB, _WORDS, _HEAD = 7, 20, 9
"""Lengths of a link: before and behind its verb, beside it, and of its arrow head."""


def path_picture(steps: Sequence[Step]) -> str:
    """The path as an SVG; an empty text for an empty path."""
    if not steps:
        return ""
    parts = []
    y: float = _EDGE
    middle = _EDGE + _WIDTH / 2
    for step in steps:
        if step.verb:
            begin, end = y + _STUB, y + _STUB + _WORDS
            line = [
                f"M {number(middle)} {number(y)} V {number(begin)}",
                f"M {number(middle)} {number(end)} V {number(end + _STUB)}",
            ]
            parts.append(link(line, (middle, end + _STUB, middle, end + _STUB + _HEAD), on_path=True))
            parts.append(label(label_of(step.verb), Box(_EDGE, begin, _WIDTH, _WORDS), on_path=True))
            y = end + _STUB + _HEAD
        box = Box(_EDGE, y, _WIDTH, box_height(step.title, _WIDTH))
        parts.append(node(kind_of(step), step.title, box, None, assumed=step.assumed))
        y += box.height
    return document("Path", path_words(steps), _WIDTH + 2 * _EDGE, y + _EDGE, parts)
