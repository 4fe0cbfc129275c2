"""SVG: the picture laid out in layers, readable light and dark, described for those who do not see it."""

from collections.abc import Mapping, Sequence

from metriclint.findings.finding import path_words
from metriclint.pictures.drawing import document, label, label_of, leading, link, node
from metriclint.pictures.entities import xml
from metriclint.pictures.layout import Curve, Point, lay_out
from metriclint.pictures.lettering import wrapped
from metriclint.pictures.picture import (
    VIEW_WORDS,
    Picture,
    PictureEdge,
    PictureNode,
    edge_remarks,
    edge_words,
    kind_words,
    sentences,
)
from metriclint.pictures.shapes import Box, number

_MARGIN = 24
_LEAST_WIDTH = 560
_HEAD_SIZE, _HEAD_LINE = 18, 24
_NOTE_SIZE, _NOTE_LINE = 13, 18


def render(picture: Picture, addresses: Mapping[str, str] | None = None, *, heading: bool = True) -> str:
    """The picture as an SVG. Raises LayoutError where it cannot be laid out.

    ``addresses`` are where nodes lead when they are clicked, by id. Without a ``heading`` its title and summary are
    only said to those who do not see it: they stand beside it then.
    """
    laid = lay_out(picture)
    width = max(laid.width, _LEAST_WIDTH) + 2 * _MARGIN
    head, top = _heading(picture, width - 2 * _MARGIN) if heading else ([], _MARGIN)
    links, words = [], []
    for edge, curve in sorted(zip(picture.edges, laid.curves, strict=True), key=lambda p: p[0].on_path):
        links.append(_link(edge, curve, laid.boxes[edge.source]))
        words.append(label(label_of(edge_words(edge), edge_remarks(edge)), curve.label, on_path=edge.on_path))
    boxes = [_box(n, laid.boxes[n.id], (addresses or {}).get(n.id, "")) for n in picture.nodes]
    moved = f'<g transform="translate({_MARGIN} {number(top)})">'
    legend, below = _legend(picture, top + laid.height + 34)
    parts = [*head, moved, *links, *boxes, *words, "</g>", *legend]
    role = "graphics-document" if addresses else "img"
    return document(picture.title, _description(picture), width, below, parts, role=role)


def _box(n: PictureNode, box: Box, address: str) -> str:
    drawn = node(n.kind, n.title, box, n.location, assumed=n.assumed, on_path=n.on_path)
    return leading(drawn, address, f"{kind_words(n)}: {n.title}") if address else drawn


def _link(edge: PictureEdge, curve: Curve, source: Box) -> str:
    # The line begins in the middle of its node, which is drawn over it: so it meets outlines that are no rectangle.
    x, y = source.middle
    tip = (*curve.after[-1], *curve.tip)
    halves = (f"M {number(x)} {number(y)} {_spline(curve.before, 'L')}", _spline(curve.after, "M"))
    return link(halves, tip, assumed=edge.assumed, partial=edge.partial, on_path=edge.on_path)


def _spline(points: Sequence[Point], start: str) -> str:
    (x, y), *rest = points
    return f"{start} {number(x)} {number(y)} C " + " ".join(f"{number(a)} {number(b)}" for a, b in rest)


def _heading(picture: Picture, width: float) -> tuple[list[str], float]:
    """Title, summary and view above the drawing, and where the drawing begins."""
    parts: list[str] = []
    y: float = _MARGIN + _HEAD_SIZE - 4
    for line in wrapped(picture.title, _HEAD_SIZE * 1.12, width, 3):
        parts.append(_line("ml-head", y, line))
        y += _HEAD_LINE
    view = f"Shown: {VIEW_WORDS[picture.view]}."
    for text in (picture.summary, view):
        for line in wrapped(text, _NOTE_SIZE, width, 4):
            parts.append(_line("ml-note", y, line))
            y += _NOTE_LINE
    return parts, y + 8


def _line(style: str, y: float, text: str) -> str:
    return f'<text class="{style} ml-left" x="{_MARGIN}" y="{number(y)}">{xml(text)}</text>'


def _legend(picture: Picture, y: float) -> tuple[list[str], float]:
    """The lines that occur, in words, and where the picture ends."""
    edges = picture.edges
    rows = [
        ("on_path", "the highlighted path", any(e.on_path for e in edges)),
        ("partial", "not in every view: policy, access and belief differ", any(e.partial for e in edges)),
        ("assumed", "assumed, not declared", any(e.assumed for e in edges)),
    ]
    parts = []
    for name, words, occurs in rows:
        if not occurs:
            continue
        line = f"M {_MARGIN} {number(y - 4)} H {_MARGIN + 36}"
        tip = (_MARGIN + 36, y - 4, _MARGIN + 46, y - 4)
        parts.append(link([line], tip, **{name: True}))
        parts.append(f'<text class="ml-note ml-left" x="{_MARGIN + 56}" y="{number(y)}">{words}</text>')
        y += 20
    return parts, y + (4 if parts else -10)


def _description(picture: Picture) -> str:
    """The text twin: everything that the drawing shows, in sentences."""
    path = [f"Highlighted path: {path_words(picture.path)}."] if any(e.on_path for e in picture.edges) else []
    return " ".join([picture.summary, f"Shown: {VIEW_WORDS[picture.view]}.", *path, *sentences(picture)])
