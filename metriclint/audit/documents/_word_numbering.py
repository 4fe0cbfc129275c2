"""Lists of the Word report that count: chapters, appendices, and ordered lists that begin anew."""

from typing import Any

from docx.oxml.ns import qn

from metriclint.audit.documents._word import el

_BEFORE = tuple(qn(f"w:{name}") for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore"))
"""What stands before the list in the properties of a paragraph."""


class Numbering:
    """The lists of a document."""

    def __init__(self, made: Any) -> None:
        self._part = made.part.numbering_part.element
        self.chapters = self._list("decimal", "%1", 567)
        """Number of the list that counts chapters."""
        self.appendices = self._list("upperLetter", "%1", 567)

    def new_list(self) -> int:
        """Begin an ordered list that counts from 1; its number."""
        return self._list("decimal", "%1.", 357)

    def _list(self, form: str, text: str, indent: int) -> int:
        lists, abstract = self._part.findall(qn("w:num")), self._part.findall(qn("w:abstractNum"))
        number = max(int(n.get(qn("w:numId"))) for n in lists) + 1
        kind = max(int(a.get(qn("w:abstractNumId"))) for a in abstract) + 1
        level = el(
            "w:lvl",
            el("w:start", val=1),
            el("w:numFmt", val=form),
            el("w:lvlText", val=text),
            el("w:lvlJc", val="left"),
            el("w:pPr", el("w:ind", left=indent, hanging=indent)),
            ilvl=0,
        )
        abstract[-1].addnext(el("w:abstractNum", el("w:multiLevelType", val="singleLevel"), level, abstractNumId=kind))
        self._part.append(el("w:num", el("w:abstractNumId", val=kind), numId=number))
        return number


def counted(made: Any, number: int) -> Any:
    """A paragraph as an item of a list."""
    looks = el("w:numPr", el("w:ilvl", val=0), el("w:numId", val=number))
    before = [child for child in made.pPr if child.tag in _BEFORE]
    before[-1].addnext(looks)
    return made
