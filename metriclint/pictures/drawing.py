"""The parts that SVG pictures are made of: a node, a link, a verb, and the document around them."""

import hashlib
import re
from collections.abc import Iterable
from html import unescape
from typing import NamedTuple

from metriclint.findings.finding import Location
from metriclint.graph.incentive_graph import NodeKind
from metriclint.pictures.entities import no_commands_in_markup, xml
from metriclint.pictures.lettering import width_of, wrapped
from metriclint.pictures.picture import place_words
from metriclint.pictures.shapes import Box, number, shape_of
from metriclint.pictures.theme import style_sheet

BOX_WIDTH = 168
"""Width of a node, pixels, where nothing else is said."""
_TITLE_SIZE, _TITLE_LINE, _TITLE_LINES = 13, 16, 5
_KIND_BASELINE, _TITLE_TOP, _BELOW, _BESIDE = 15, 37, 11, 30
_VERB_SIZE, _VERB_LINE = 11.5, 14
_VERB_WIDTH, _REMARK_WIDTH = 92, 118
_BOLD = 1.12
"""How much wider bold letters run."""
_WORDS = re.compile(r">([^<>]+)</(?:tspan|text)>")
_MARKS = re.compile(r"[\W_]+")


def title_lines(title: str, width: float = BOX_WIDTH) -> list[str]:
    """A title as the lines that fit into a node of a width."""
    return wrapped(title, _TITLE_SIZE, width - _BESIDE, _TITLE_LINES)


def box_height(title: str, width: float = BOX_WIDTH) -> float:
    """Height of a node with a title, pixels."""
    return _TITLE_TOP + _TITLE_LINE * (max(1, len(title_lines(title, width))) - 1) + _BELOW


class Label(NamedTuple):
    """The words in the middle of a link: its verb, and what has to be said about it."""

    words: list[str]
    remarks: list[str]


def label_of(words: str, remarks: Iterable[str] = ()) -> Label:
    """A verb and remarks in lines."""
    said = wrapped(words, _VERB_SIZE, _VERB_WIDTH, 2)
    return Label(said, [line for remark in remarks for line in wrapped(remark, _VERB_SIZE, _REMARK_WIDTH, 3)])


def label_size(words: str, remarks: Iterable[str] = (), *, bold: bool = False) -> tuple[float, float]:
    """Width and height of a label, pixels."""
    said, remarked = label_of(words, remarks)
    widths = [width_of(line, _VERB_SIZE) * (_BOLD if bold else 1) for line in said]
    widths += [width_of(line, _VERB_SIZE) for line in remarked]
    return max(widths, default=0.0), _VERB_LINE * (len(said) + len(remarked))


def node(
    kind: NodeKind, title: str, box: Box, location: Location | None, *, assumed: bool = False, on_path: bool = False
) -> str:
    """A node: its shape, its kind as a label, its title in lines, and all of the title with its place to hover over."""
    named = f"{kind}, assumed" if assumed else kind
    place = place_words(location)
    shape = shape_of(kind, box)
    x = box.middle[0]
    lines = "".join(
        f'<tspan x="{number(x)}" y="{number(box.y + _TITLE_TOP + i * _TITLE_LINE)}">{xml(line)}</tspan>'
        for i, line in enumerate(title_lines(title, box.width))
    )
    return (
        f"<g{_classes(f'ml-{kind}', assumed=assumed, on_path=on_path)}>"
        f"<title>{xml(f'{named}: {title}')}{xml(f' ({place})') if place else ''}</title>"
        f'<path class="ml-box" d="{shape.outline}"/>'
        + (f'<path class="ml-mark" d="{shape.mark}"/>' if shape.mark else "")
        + f'<text class="ml-kind" x="{number(x)}" y="{number(box.y + _KIND_BASELINE)}">{named}</text>'
        f'<text class="ml-title">{lines}</text></g>'
    )


def leading(drawn: str, address: str, label: str) -> str:
    """A drawn part that leads somewhere when it is clicked. Its label says the words that stand in it.

    Where what is drawn is shortened, or a long word broken, that stands before the label: somebody who says or hears
    the words on the screen means this part.
    """
    drawn_words = unescape(" ".join(_WORDS.findall(drawn)))
    if _bare(drawn_words) not in _bare(label):
        label = f"{drawn_words}: {label}"
    for between in ("tspan", "text"):
        # Read one after the other, lines would run into one word.
        drawn = drawn.replace(f"</{between}><{between}", f"</{between}> <{between}")
    return f'<a class="ml-way" href="{xml(address)}" aria-label="{xml(label)}">{drawn}</a>'


def _bare(words: str) -> str:
    """Whole words without marks, with an end on both sides."""
    return f" {' '.join(_MARKS.sub(' ', words).split())} "


def link(
    curves: Iterable[str],
    tip: tuple[float, float, float, float],
    *,
    assumed: bool = False,
    partial: bool = False,
    on_path: bool = False,
) -> str:
    """A link as path data with its arrow head. ``tip`` is where the head begins and where it points: x, y, x, y."""
    classes = _classes(assumed=assumed, partial=partial, on_path=on_path)
    data = " ".join(curves)
    return f'<g{classes}><path class="ml-link" d="{data}"/><path class="ml-tip" d="{_head(tip)}"/></g>'


def label(words: Label, box: Box, *, on_path: bool = False) -> str:
    """The label of a link, in the middle of a box."""
    x, y = (number(box.middle[0]), box.middle[1])
    top = y - _VERB_LINE * (len(words.words) + len(words.remarks)) / 2 + 10.5
    lines = [(line, "") for line in words.words] + [(line, ' class="ml-remark"') for line in words.remarks]
    spans = "".join(
        f'<tspan{style} x="{x}" y="{number(top + i * _VERB_LINE)}">{xml(line)}</tspan>'
        for i, (line, style) in enumerate(lines)
    )
    return f'<g{_classes(on_path=on_path)}><text class="ml-verb">{spans}</text></g>'


def document(
    title: str, description: str, width: float, height: float, parts: Iterable[str], *, role: str = "img"
) -> str:
    """A whole SVG: named and described for those who do not see it, light or dark as its reader prefers.

    One whose parts lead somewhere is no image (``role``), or nobody who does not see it could reach them.
    Its ids follow from what it says, so that several pictures can stand in one page.
    """
    body = "\n".join(parts)
    name = "ml-" + hashlib.sha256(f"{title}\n{description}\n{body}".encode("utf-8", "replace")).hexdigest()[:10]
    w, h = number(width), number(height)
    return no_commands_in_markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ml" role="{role}" aria-labelledby="{name}-t {name}-d" '
        f'lang="en" width="{w}" height="{h}" viewBox="0 0 {w} {h}">\n'
        f'<title id="{name}-t">{xml(title)}</title>\n'
        f'<desc id="{name}-d">{xml(description)}</desc>\n'
        f"<style>{style_sheet()}</style>\n"
        f'<rect class="ml-paper" width="{w}" height="{h}"/>\n{body}\n</svg>\n'
    )


def _classes(*kind: str, assumed: bool = False, partial: bool = False, on_path: bool = False) -> str:
    marks = {"ml-assumed": assumed, "ml-partial": partial, "ml-path": on_path}
    classes = " ".join([*kind, *(name for name, on in marks.items() if on)])
    return f' class="{classes}"' if classes else ""


def _head(tip: tuple[float, float, float, float]) -> str:
    x1, y1, x2, y2 = tip
    length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 0.1)
    dx, dy = (x2 - x1) / length * 4.5, (y2 - y1) / length * 4.5
    corners = ((x1 - dy, y1 + dx), (x2, y2), (x1 + dy, y1 - dx))
    return "M " + " L ".join(f"{number(x)} {number(y)}" for x, y in corners) + " Z"
