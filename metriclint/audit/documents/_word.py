"""Pieces of a Word document that python-docx has no words for: elements, fields, links, tables with a description."""

from collections.abc import Iterable, Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from metriclint.audit.documents._text import visible

WIDTH, WIDE = 9411, 14060
"""Width of the text on a page and on a turned page, in twentieths of a point."""
INK, NAVY, ACCENT, FAINT, LINE, WASH = "0F172A", "1E293B", "175CD3", "475467", "CBD5E1", "F1F5F9"
RATINGS = {"critical": "7F1D1D", "high": "B42318", "medium": "93370D", "low": "175CD3", "observation": "475467"}


def el(tag: str, *children: Any, **attributes: str | int) -> Any:
    """An element; names of attributes are in the namespace ``w``."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    for child in children:
        made.append(child)
    return made


def run(
    text: str, *, bold: bool = False, italic: bool = False, color: str = "", size: float = 0, style: str = ""
) -> Any:
    """A run of text; line ends become breaks. ``size`` is in points."""
    looks = el("w:rPr")
    if style:
        looks.append(el("w:rStyle", val=style))
    if bold:
        looks.append(el("w:b"))
    if italic:
        looks.append(el("w:i"))
    if color:
        looks.append(el("w:color", val=color))
    if size:
        looks.append(el("w:sz", val=round(2 * size)))
        looks.append(el("w:szCs", val=round(2 * size)))
    made = el("w:r", looks) if len(looks) else el("w:r")
    for number, part in enumerate(visible(text).split("\n")):
        if number:
            made.append(el("w:br"))
        words = el("w:t")
        words.text = part
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        made.append(words)
    return made


def paragraph(style: str, *runs: Any, **looks: Any) -> Any:
    """A paragraph. ``looks`` are further properties, by element name without prefix, in the order of the schema."""
    properties = el("w:pPr", el("w:pStyle", val=style))
    for name, value in looks.items():
        properties.append(el(f"w:{name}", **value) if isinstance(value, dict) else el(f"w:{name}", val=value))
    return el("w:p", properties, *runs)


def field(code: str, shown: str, *, dirty: bool = False) -> list[Any]:
    """The runs of a field that Word works out, with what it shows until then."""
    begin = el("w:fldChar", fldCharType="begin")
    if dirty:
        begin.set(qn("w:dirty"), "true")
    instruction = el("w:instrText")
    instruction.text = f" {code} "
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return [
        el("w:r", begin),
        el("w:r", instruction),
        el("w:r", el("w:fldChar", fldCharType="separate")),
        run(shown),
        el("w:r", el("w:fldChar", fldCharType="end")),
    ]


def bookmarked(name: str, number: int, runs: Iterable[Any]) -> list[Any]:
    """Runs with a bookmark around them, which links and the table of contents lead to."""
    return [el("w:bookmarkStart", id=number, name=name), *runs, el("w:bookmarkEnd", id=number)]


def linked(name: str, *runs: Any) -> Any:
    """Runs as a link to a bookmark."""
    return el("w:hyperlink", *runs, anchor=name, history=1)


def anchor(id_: str) -> str:
    """Name of the bookmark of a finding."""
    return f"finding_{''.join(c if c.isalnum() else '_' for c in id_)[:30]}"


def said(text: str, **looks: Any) -> list[Any]:
    """A text as runs; one that is not determined is set back."""
    if text.startswith("not determined: "):
        return [run(text, **{**looks, "italic": True, "color": FAINT})]
    return [run(text, **looks)]


def cell(width: int, *paragraphs: Any, fill: str = "", span: int = 1, borders: Any = None, middle: bool = False) -> Any:
    """A cell of a table; ``width`` in twentieths of a point."""
    properties = el("w:tcPr", el("w:tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(el("w:gridSpan", val=span))
    if borders is not None:
        properties.append(borders)
    if fill:
        properties.append(el("w:shd", val="clear", color="auto", fill=fill))
    if middle:
        properties.append(el("w:vAlign", val="center"))
    return el("w:tc", properties, *paragraphs)


def row(*cells: Any, head: bool = False) -> Any:
    """A row that is not torn apart; a head is repeated on every page."""
    properties = el("w:trPr", el("w:cantSplit"))
    if head:
        properties.append(el("w:tblHeader"))
    return el("w:tr", properties, *cells)


def table(
    widths: Sequence[int], rows: Iterable[Any], *, title: str, description: str, lines: str = "rows", head: bool = False
) -> Any:
    """A table with its alternative text. ``lines`` is "rows", "all" or "none"; with ``head`` its first row is one."""
    air = 50 if lines != "none" else 20
    drawn = {"rows": ("top", "bottom", "insideH"), "all": ("top", "left", "bottom", "right", "insideH", "insideV")}
    borders = [el(f"w:{side}", val="single", sz=4, space=0, color=LINE) for side in drawn.get(lines, ())]
    properties = el(
        "w:tblPr",
        el("w:tblW", w=sum(widths), type="dxa"),
        *([el("w:tblBorders", *borders)] if borders else []),
        el("w:tblLayout", type="fixed"),
        el(
            "w:tblCellMar",
            *(
                el(f"w:{side}", w=w, type="dxa")
                for side, w in (("top", air), ("left", 90), ("bottom", air), ("right", 90))
            ),
        ),
        el("w:tblLook", val="04A0" if head else "0480", firstRow=int(head), firstColumn=0, noHBand=0, noVBand=1),
        el("w:tblCaption", val=visible(title)),
        el("w:tblDescription", val=visible(description)),
    )
    return el("w:tbl", properties, el("w:tblGrid", *(el("w:gridCol", w=w) for w in widths)), *rows)


def shares(parts: Sequence[int], width: int) -> list[int]:
    """Widths of columns from their shares."""
    whole = sum(parts)
    return [round(width * part / whole) for part in parts]
