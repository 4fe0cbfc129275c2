"""How each block of a report looks in Word."""

import math
import string
from collections.abc import Callable, Iterator
from typing import Any

from docx.oxml.ns import qn

from metriclint.audit.documents._blocks import (
    Block,
    Chapter,
    Counts,
    Field,
    FindingHead,
    Form,
    Grid,
    Items,
    Label,
    Opinion,
    Option,
    Section,
    Sources,
    Strip,
    Terms,
    Text,
)
from metriclint.audit.documents._word import (
    ACCENT,
    FAINT,
    NAVY,
    RATINGS,
    WASH,
    WIDE,
    WIDTH,
    anchor,
    bookmarked,
    cell,
    el,
    field,
    linked,
    paragraph,
    row,
    run,
    said,
    shares,
    table,
)
from metriclint.audit.documents._word_numbering import Numbering, counted
from metriclint.audit.pack import PathNode

WHITE = "FFFFFF"
_KINDS = {
    "action": ("FDF0DC", "8A4B08"),
    "metric": ("E6EFFD", "1A55B8"),
    "board": ("EFE9FB", "6230B0"),
    "decision": ("FCE8F2", "A3195B"),
    "consequence": ("FDE7E5", "B01E16"),
}
"""Paper and line of the nodes of a path; the kind stands in words in each."""
_IN_ROW = 3
"""Nodes of a path in a row."""


class Writer:
    """Writes blocks one after the other. It knows what has to be counted: captions, bookmarks, lists."""

    def __init__(self, ids: set[str], numbering: Numbering, relate: Callable[[str], str]) -> None:
        self.ids, self.relate = ids, relate
        self.numbering = numbering
        self.chapters, self.appendices = 0, 0
        self.bookmarks = 0
        self.tables = 0
        self.wide = False
        self.contents: list[tuple[int, str, str]] = []
        """Headings for the table of contents: level, text, bookmark."""

    @property
    def width(self) -> int:
        """Width of the text where the writer is."""
        return WIDE if self.wide else WIDTH

    def write(self, block: Block) -> Iterator[Any]:
        """The elements of a block."""
        draw = getattr(self, f"_{type(block).__name__.lower()}")
        yield from draw(block)

    # Headings and texts

    def _heading(self, level: int, text: str, number: str = "", name: str = "", **looks: Any) -> Any:
        self.bookmarks += 1
        name = name or f"_Toc{self.bookmarks:06d}"
        self.contents.append((level, f"{number}  {text}" if number else text, name))
        return paragraph(f"Heading{level}", *bookmarked(name, self.bookmarks, [run(text)]), **looks)

    def _chapter(self, block: Chapter) -> Iterator[Any]:
        self.wide = block.wide
        if block.appendix:
            self.appendices += 1
            number, list_ = string.ascii_uppercase[self.appendices - 1], self.numbering.appendices
        else:
            self.chapters += 1
            number, list_ = str(self.chapters), self.numbering.chapters
        looks: dict[str, Any] = {} if block.page else {"pageBreakBefore": "0", "spacing": {"before": 480}}
        yield counted(self._heading(1, block.title, number, **looks), list_)

    def _section(self, block: Section) -> Iterator[Any]:
        yield self._heading(2, block.title)

    def _findinghead(self, block: FindingHead) -> Iterator[Any]:
        looks: dict[str, Any] = {"pageBreakBefore": {}} if block.page else {}
        yield self._heading(2, f"{block.id}  {block.title}", name=anchor(block.id), **looks)
        note = f"{block.note[:1].upper()}{block.note[1:]}"
        chip = run(f"\u00a0\u00a0{note}\u00a0\u00a0", bold=True, color=WHITE, size=9)
        chip.rPr.append(el("w:shd", val="clear", color="auto", fill=RATINGS.get(block.rating, FAINT)))
        yield paragraph("Normal", chip, keepNext={})

    def _label(self, block: Label) -> Iterator[Any]:
        yield paragraph("Heading3", run(block.text))

    def _text(self, block: Text) -> Iterator[Any]:
        style = {"code": "Code", "note": "Note"}.get(block.style, "Normal")
        yield paragraph(style, *said(block.text))

    def _items(self, block: Items) -> Iterator[Any]:
        number = self.numbering.new_list() if block.ordered else 0
        for text in block.items:
            made = paragraph("ListNumber" if block.ordered else "ListBullet", *said(text))
            yield counted(made, number) if number else made

    def _sources(self, block: Sources) -> Iterator[Any]:
        for item in block.items:
            name = [run(f"{item.name}: ", bold=True)] if item.name else []
            made = paragraph("ListBullet", *name, *said(item.text), el("w:r", el("w:br")))
            made.extend([run(item.source, color=FAINT, size=8.5)])
            if item.url:
                made.append(el("w:r", el("w:br")))
                made.append(self._outside(item.url))
            yield made

    def _outside(self, url: str) -> Any:
        """A link to an address."""
        made = el("w:hyperlink", run(url, color=ACCENT, size=8.5), history=1)
        made.set(qn("r:id"), self.relate(url))
        return made

    # Tables

    def _terms(self, block: Terms) -> Iterator[Any]:
        widths = shares((20, 80), self.width)
        rows = [
            row(
                cell(widths[0], paragraph("Cell", run(term, bold=True, color=NAVY))),
                cell(widths[1], paragraph("Cell", *said(text))),
            )
            for term, text in block.rows
        ]
        description = f"Two columns: a term, and what it is. {len(rows)} rows."
        yield table(widths, rows, title="Terms", description=description, lines="none")
        yield paragraph("After")

    def _grid(self, block: Grid) -> Iterator[Any]:
        yield self._caption(block.caption)
        widths = shares([c.width for c in block.columns], self.width)
        names = [c.title for c in block.columns]
        rows = [row(*(self._head(w, name) for w, name in zip(widths, names, strict=True)), head=True)]
        for texts in block.rows:
            cells = zip(widths, block.columns, texts, strict=True)
            rows.append(row(*(cell(w, paragraph("Cell", *self._looks(c.look, text))) for w, c, text in cells)))
        description = f"Columns: {', '.join(names)}. {len(block.rows)} rows."
        yield table(widths, rows, title=block.caption, description=description, head=True)
        yield paragraph("After")

    def _head(self, width: int, name: str, fill: str = NAVY) -> Any:
        return cell(width, paragraph("Cell", run(name, bold=True, color=WHITE)), fill=fill)

    def _looks(self, look: str, text: str) -> list[Any]:
        if look == "ids":
            runs: list[Any] = []
            for number, word in enumerate(text.split(", ")):
                runs += [el("w:r", el("w:br"))] if number else []
                runs.append(linked(anchor(word), run(word, color=ACCENT)) if word in self.ids else run(word))
            return runs
        if look == "rating":
            first, _, rest = text.partition(" ")
            return [run(first, bold=True, color=RATINGS.get(first, FAINT)), *([run(f" {rest}")] if rest else [])]
        return said(text, style="Mono") if look == "code" else said(text)

    def _caption(self, text: str) -> Any:
        self.tables += 1
        return paragraph("Caption", run("Table "), *field("SEQ Table \\* ARABIC", str(self.tables)), run(f": {text}"))

    def _opinion(self, block: Opinion) -> Iterator[Any]:
        bar = el("w:tcBorders", el("w:left", val="single", sz=36, space=0, color=ACCENT))
        said_ = [
            paragraph("Cell", run(f"Overall opinion, {block.status}", color=FAINT)),
            paragraph("Opinion", run(block.overall)),
            paragraph("Cell", run(block.text)),
        ]
        title = "Overall opinion"
        yield table(
            [self.width],
            [row(cell(self.width, *said_, fill=WASH, borders=bar))],
            title=title,
            description=title,
            lines="none",
        )
        yield paragraph("After")

    def _counts(self, block: Counts) -> Iterator[Any]:
        yield self._caption("Findings that count, by rating")
        widths = shares((25, *(15 for _ in block.rows)), self.width)
        head = [self._head(widths[0], "Rating")]
        found = [cell(widths[0], paragraph("Cell", run("Findings")))]
        confirmed = [cell(widths[0], paragraph("Cell", run("Confirmed by an auditor")))]
        for width, (rating, count, done) in zip(widths[1:], block.rows, strict=True):
            name = run(rating, bold=True, color=WHITE)
            head.append(cell(width, paragraph("Cell", name, jc="center"), fill=RATINGS.get(rating, FAINT)))
            found.append(cell(width, paragraph("Cell", run(str(count), bold=True, size=16), jc="center")))
            confirmed.append(cell(width, paragraph("Cell", run(str(done)), jc="center")))
        description = "Columns: Rating, " + ", ".join(rating for rating, _, _ in block.rows)
        rows = [row(*head, head=True), row(*found), row(*confirmed)]
        yield table(widths, rows, title="Findings that count, by rating", description=description, head=True)
        yield paragraph("After")

    # Findings

    def _strip(self, block: Strip) -> Iterator[Any]:
        """The path as boxes in rows, drawn with a table: it can be read aloud, searched and edited."""
        widths = shares((22, 12) * _IN_ROW, self.width)
        lines = math.ceil(len(block.nodes) / _IN_ROW)
        most = math.ceil(len(block.nodes) / lines)
        rows = []
        for start in range(0, len(block.nodes), most):
            cells: list[Any] = []
            for number in range(start, start + _IN_ROW):
                if number >= start + most:
                    cells += [cell(widths[0], paragraph("Cell")), cell(widths[1], paragraph("Cell"))]
                    continue
                node = block.nodes[number] if number < len(block.nodes) else None
                cells.append(_node(widths[0], node) if node else cell(widths[0], paragraph("Cell")))
                follows = block.nodes[number + 1].verb if number + 1 < len(block.nodes) else ""
                cells.append(_link(widths[1], follows, turns=number + 1 == start + most))
            rows += [row(*cells), _air(self.width, 2 * _IN_ROW)]
        yield table(widths, rows[:-1], title=f"Path of {block.id}", description=block.text, lines="none")
        yield paragraph("After")

    def _option(self, block: Option) -> Iterator[Any]:
        yield paragraph("OptionHead", run(block.head, bold=True, color=NAVY), keepNext={})
        yield paragraph("Option", *said(block.text), **({"keepNext": {}} if block.details else {}))
        for term, text in block.details:
            yield paragraph("OptionDetail", run(f"{term}: ", bold=True, color=FAINT), *said(text.replace("\n", "; ")))

    def _form(self, block: Form) -> Iterator[Any]:
        yield paragraph("After")
        widths = shares((18, 32, 14, 36), self.width)
        head = cell(
            self.width, paragraph("Cell", run(block.title, bold=True, color=WHITE), keepNext={}), fill=NAVY, span=4
        )
        rows = [row(head)]
        for number, fields in enumerate(block.rows, 1):
            keep: dict[str, Any] = {"keepNext": {}} if number < len(block.rows) else {}
            cells = []
            for place, item in enumerate(fields):
                cells.append(
                    cell(widths[2 * place], paragraph("Cell", run(item.label, color=FAINT), **keep), fill=WASH)
                )
                alone = len(fields) == 1
                width = sum(widths[1:]) if alone else widths[2 * place + 1]
                cells.append(cell(width, *_answer(item, keep), span=3 if alone else 1))
            rows.append(row(*cells))
        labels = ", ".join(item.label for fields in block.rows for item in fields)
        yield table(widths, rows, title=block.title, description=f"Form with the fields {labels}", lines="all")
        yield paragraph("After")


def _node(width: int, node: PathNode) -> Any:
    paper, color = _KINDS.get(node.kind, ("F1F5F9", "475467"))
    sides = ("top", "left", "bottom", "right")
    style = "dashed" if node.assumed else "single"
    borders = el("w:tcBorders", *(el(f"w:{side}", val=style, sz=10, space=0, color=color) for side in sides))
    kind = f"{node.kind} (assumed)" if node.assumed else node.kind
    texts = [
        paragraph("Cell", run(kind, bold=True, color=color, size=7.5), jc="center"),
        paragraph("Cell", run(node.title), jc="center"),
    ]
    return cell(width, *texts, fill=paper, borders=borders)


def _link(width: int, verb: str, *, turns: bool) -> Any:
    """The verb to the next node, with an arrow; one that turns leads to the next row."""
    runs = [run(verb, bold=True, size=8.5), run("\n↵" if turns else "\n→", bold=True, size=11)] if verb else []
    return cell(width, paragraph("Cell", *runs, jc="center"), middle=True)


def _air(width: int, span: int) -> Any:
    """Room between two rows of nodes."""
    looks = el("w:trPr", el("w:cantSplit"), el("w:trHeight", val=120, hRule="exact"))
    return el("w:tr", looks, cell(width, paragraph("Gap"), span=span))


def _answer(item: Field, keep: dict[str, Any]) -> list[Any]:
    if item.boxes:
        words = "      ".join(f"{'☒' if chosen else '☐'}\u00a0{text}" for text, chosen in item.boxes)
        return [paragraph("Cell", run(words), **keep)]
    if item.value:
        return [paragraph("Cell", *said(item.value), **keep)]
    return [paragraph("Cell", **keep) for _ in range(item.lines)]
