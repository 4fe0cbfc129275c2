"""The path strip: a witness path in a line, three to seven nodes, verbs as words. The same in every format."""

from collections.abc import Sequence

import msgspec

from metriclint.findings.finding import Step, path_words
from metriclint.pictures import dot, mermaid
from metriclint.pictures.drawing import box_height, document, label, label_of, label_size, link, node
from metriclint.pictures.picture import Picture, kind_of
from metriclint.pictures.shapes import Box, number

_EDGE = 8
"""Air around the strip, pixels."""
_WIDTH = 150
"""Width of a node: seven of them still fit on a wide page."""
_STUB = 8
"""Length of a link before and behind its verb."""
_HEAD = 10
"""Length of an arrow head."""


def strip_mermaid(steps: Sequence[Step]) -> str:
    """The path as a Mermaid flowchart; an empty text for an empty path."""
    return mermaid.strip(steps) if steps else ""


def strip_dot(steps: Sequence[Step]) -> str:
    """The path as a graph for Graphviz; an empty text for an empty path."""
    return dot.strip(steps) if steps else ""


def strip_svg(steps: Sequence[Step]) -> str:
    """The path as an SVG that can stand alone or inside a page; an empty text for an empty path."""
    if not steps:
        return ""
    height = max(box_height(s.title, _WIDTH) for s in steps)
    x: float = _EDGE
    parts = []
    middle = _EDGE + height / 2
    for step in steps:
        if step.verb:
            words = label_size(step.verb, bold=True)[0] + 8
            begin, end, head = x + _STUB, x + _STUB + words, x + 2 * _STUB + words
            line = [
                f"M {number(x)} {number(middle)} H {number(begin)}",
                f"M {number(end)} {number(middle)} H {number(head)}",
            ]
            parts.append(link(line, (head, middle, head + _HEAD, middle), on_path=True))
            parts.append(label(label_of(step.verb), Box(begin, _EDGE, words, height), on_path=True))
            x = head + _HEAD
        parts.append(_node(step, x, middle))
        x += _WIDTH
    return document("Path", path_words(steps), x + _EDGE, height + 2 * _EDGE, parts)


def path_only(picture: Picture) -> Picture:
    """The picture without all that its highlighted path does not run over."""
    nodes = tuple(n for n in picture.nodes if n.on_path)
    edges = tuple(e for e in picture.edges if e.on_path)
    return msgspec.structs.replace(picture, nodes=nodes, edges=edges)


def _node(step: Step, x: float, middle: float) -> str:
    height = box_height(step.title, _WIDTH)
    box = Box(x, middle - height / 2, _WIDTH, height)
    return node(kind_of(step), step.title, box, step.location, assumed=step.assumed)
