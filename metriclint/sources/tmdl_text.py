"""TMDL, the text form of Power BI models: nesting by indentation, expressions after ``=`` or between backticks."""

import re
from typing import NamedTuple

from metriclint.files.positions import Span
from metriclint.files.yaml_values import lines_of
from metriclint.model.foreign import Place

_NAME = r"('(?:[^']|'')*'|[^\s='][^\s=]*)"
_OBJECT = re.compile(rf"(table|measure|column)[ \t]+{_NAME}[ \t]*(?:=[ \t]*(.*))?$")
_EXPRESSION = re.compile(r"(targetExpression|statusExpression)[ \t]*=[ \t]*(.*)$")
_FORMAT = re.compile(r"formatString[ \t]*:[ \t]*(.*)$")
_FENCE = "```"


class Written(NamedTuple):
    """A text and where it stands."""

    text: str
    at: Place


class Measure(NamedTuple):
    """A measure with what a reader of metrics wants of it."""

    name: str
    at: Place
    table: str
    description: Written | None = None
    formula: Written | None = None
    format: Written | None = None
    target: Written | None = None
    status: Written | None = None


class _Line(NamedTuple):
    number: int
    depth: int
    """Columns of indentation, a tab counting four; -1 of a blank line."""
    column: int
    text: str

    @property
    def place(self) -> Span:
        """The line without its indentation."""
        return Span(self.number, self.column, self.number, self.column + len(self.text))


def read_tables(text: str) -> tuple[list[Measure], list[str]]:
    """The measures of a file, and the names of its columns. What is not understood is passed over."""
    return _Reader([_line(number, raw) for number, raw in enumerate(lines_of(text), 1)]).run()


def _line(number: int, raw: str) -> _Line:
    body = raw.lstrip(" \t")
    lead = raw[: len(raw) - len(body)].expandtabs(4)
    return _Line(number, len(lead) if body else -1, len(raw) - len(body) + 1, body.rstrip())


class _Reader:
    def __init__(self, lines: list[_Line]) -> None:
        self.lines, self.at = lines, 0
        self.table = ""
        self.measures: list[Measure] = []
        self.columns: list[str] = []

    def run(self) -> tuple[list[Measure], list[str]]:
        comment: list[_Line] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.text.startswith("///"):
                comment.append(line)
                continue
            found = _OBJECT.match(line.text)
            if found is not None:
                self._object(line, found, comment)
            elif _FENCE in line.text:
                self._fenced(line.text.split(_FENCE, 1)[1])
            if line.depth >= 0:
                comment = []
        return self.measures, self.columns

    def _object(self, line: _Line, found: re.Match[str], comment: list[_Line]) -> None:
        kind, name = found[1], found[2]
        name = name[1:-1].replace("''", "'").strip() if name.startswith("'") else name
        if kind == "table":
            self.table = name
        elif kind == "column":
            self.columns.append(name)
            if (found[3] or "").startswith(_FENCE):
                self._fenced(found[3][len(_FENCE) :])
        elif name:
            self._measure(line, found, name, comment)

    def _measure(self, line: _Line, found: re.Match[str], name: str, comment: list[_Line]) -> None:
        at = Span(line.number, line.column, line.number, line.column + found.end(2))
        formula = self._expression(line, found[3] or "", line.depth + 8)
        texts: dict[str, Written] = {}
        while self.at < len(self.lines):
            inner = self.lines[self.at]
            if 0 <= inner.depth <= line.depth:
                break
            self.at += 1
            if (expression := _EXPRESSION.match(inner.text)) is not None:
                written = self._expression(inner, expression[2], inner.depth + 4)
                if written is not None:
                    texts.setdefault(expression[1], written)
            elif (format_ := _FORMAT.match(inner.text)) is not None:
                texts.setdefault("format", Written(format_[1].strip(), inner.place))
            elif _FENCE in inner.text:
                self._fenced(inner.text.split(_FENCE, 1)[1])
        words = " ".join(c.text[3:].strip() for c in comment).strip()
        description = Written(words, comment[0].place) if words else None
        self.measures.append(
            Measure(
                name,
                at,
                self.table,
                description,
                formula,
                texts.get("format"),
                texts.get("targetExpression"),
                texts.get("statusExpression"),
            )
        )

    def _expression(self, line: _Line, first: str, depth: int) -> Written | None:
        """An expression: on its line, on deeper lines below it, or up to the closing backticks."""
        if first.startswith(_FENCE):
            text = self._fenced(first[len(_FENCE) :])
        elif first:
            text = first
        else:
            taken = []
            while self.at < len(self.lines) and (self.lines[self.at].depth < 0 or self.lines[self.at].depth >= depth):
                taken.append(self.lines[self.at].text)
                self.at += 1
            text = "\n".join(taken)
        text = text.strip()[:20_000]
        return Written(text, line.place) if text else None

    def _fenced(self, first: str) -> str:
        """The text up to the next backticks."""
        if _FENCE in first:
            return first.split(_FENCE, 1)[0]
        taken = [first]
        while self.at < len(self.lines):
            text = self.lines[self.at].text
            self.at += 1
            if _FENCE in text:
                taken.append(text.split(_FENCE, 1)[0])
                break
            taken.append(text)
        return "\n".join(taken)
