"""Records of CSV and JSON Lines files, row by row: a list that is too long is refused before it is in memory."""

import csv
import io
import json
from collections.abc import Callable, Iterator

from metriclint.files.positions import Span
from metriclint.files.problem import Route, shorten
from metriclint.model.foreign import At, Place
from metriclint.model.mapping import TableForm
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft
from metriclint.sources.lists.records import MOST, Record

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_LINE = 1_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class _Stop(Exception):
    """Ends the reading; what is wrong has been told."""


class _Lines:
    """The lines of a file as they are asked for, with those kept that a report may show."""

    def __init__(self, file: SourceFile, draft: Draft) -> None:
        self.draft = draft
        self.kept: list[str] = []
        self.data = file.data

    def __iter__(self) -> Iterator[str]:
        if self.data[:2] in _UTF16:
            self.stop("this file is UTF-16: save it as UTF-8", 1, 1)
        # A reader of bytes shares their memory.
        for number, raw in enumerate(io.BytesIO(self.data), 1):
            if len(raw) > _LONGEST_LINE:
                self.stop(f"a line of {len(raw):,} bytes: at most {_LONGEST_LINE:,} are read", number, 1)
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                column = len(raw[: error.start].decode("utf-8", "replace")) + 1
                self.kept.append(raw.decode("utf-8", "replace"))
                self.stop(f"not UTF-8 (byte 0x{raw[error.start]:02x}): save the file as UTF-8", number, column)
            self.kept.append(line)
            yield line

    def stop(self, message: str, line: int, column: int) -> None:
        """Tell what is wrong and end."""
        self.draft.problem(message, Span(line, column, line, column + 1))
        raise _Stop

    def settle(self) -> None:
        """Hand over the text that was read."""
        self.draft.foreign.text = "".join(self.kept)


def too_long(count: int = MOST) -> str:
    """What is said about a list that is too long."""
    return (
        f"more than {count:,} records: a list of metrics is not that long, and no more are taken; name a shorter list,"
        " or leave the file aside with `skip = true` under `sources`"
    )


def json_lines(file: SourceFile, draft: Draft) -> list[Record]:
    """The records of a JSON Lines file. Empty lines are left out."""
    lines = _Lines(file, draft)
    records: list[Record] = []
    parts: list[tuple[int, str]] = []
    try:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            if len(records) == MOST:
                lines.stop(too_long(), number, 1)
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                column = error.colno if isinstance(error, json.JSONDecodeError) else 1
                what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
                lines.stop(f"broken JSON: {what[:1].lower()}{what[1:]}", number, column)
            if isinstance(value, dict):
                records.append(Record(value, _in_part(len(parts))))
                parts.append((number - 1, line))
            else:
                draft.remark("this line is no JSON object and is left out", Span(number, 1, number, 2))
    except _Stop:
        records = []
    lines.settle()
    draft.foreign.parts = tuple(parts)
    return records


def _in_part(number: int) -> Callable[[Route], Place]:
    return lambda route: At(number, route)


def csv_records(file: SourceFile, form: TableForm, draft: Draft) -> list[Record]:
    """The rows of a CSV file as records by the names of its columns. Empty cells and rows are left out."""
    lines = _Lines(file, draft)
    try:
        records = list(_rows(lines, form, draft))
    except _Stop:
        records = []
    lines.settle()
    return records


def _rows(lines: _Lines, form: TableForm, draft: Draft) -> Iterator[Record]:
    given = iter(lines)
    before = 0
    for _ in range(form.header_row - 1):
        before += next(given, None) is not None
    head = next(given, "")
    while not head.strip() and head:
        before, head = before + 1, next(given, "")
    delimiter = form.delimiter or delimiter_of(head)
    reader = csv.reader(_chained(head, given), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    count, start, uneven = 0, before, 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            lines.stop(f"broken CSV: {error}; the row begins here", start + 1, 1)
        if row is None:
            break
        first, start = start, before + reader.line_num
        if not any(cell.strip() for cell in row):
            continue
        if names is None:
            names = _names(row, first, draft)
            continue
        count += 1
        if count > MOST:
            lines.stop(too_long(), first + 1, 1)
        if len(row) > len(names):
            uneven += 1
            if uneven == 1:
                surplus = f"this row has {len(row)} cells and the header {len(names)}: what is over is left out"
                draft.remark(surplus, Span(first + 1, 1, first + 1, 2))
        value = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()}
        yield Record(value, _in_row(lines.kept[first:start], first + 1, names, delimiter))


def _chained(head: str, rest: Iterator[str]) -> Iterator[str]:
    if head:
        yield head
    yield from rest


def delimiter_of(head: str) -> str:
    """What stands between the cells of a header row: what it has most of, outside of quotes."""
    bare = "".join(part for number, part in enumerate(head.split('"')) if number % 2 == 0)
    return max(_DELIMITERS, key=bare.count)


def _names(row: list[str], line: int, draft: Draft) -> list[str]:
    """Names of columns; a second one of a name is left out, and told."""
    names: list[str] = []
    for cell in row:
        name = cell.strip()
        if name and name in names:
            place = Span(line + 1, 1, line + 1, 2)
            draft.remark(f'a second column is called "{shorten(name, 60)}": it is left out', place)
            name = ""
        names.append(name)
    return names


def _in_row(text: list[str], line: int, names: list[str], delimiter: str) -> Callable[[Route], Place]:
    def place(route: Route) -> Place:
        column = names.index(str(route[0])) if route and str(route[0]) in names else 0
        return cell_place(text, line, column, delimiter)

    return place


def cell_place(lines: list[str], line: int, number: int, delimiter: str) -> Span:
    """The place of a cell of a row, which may run over several lines: from its first character to its last."""
    text = "".join(lines)
    start = 0
    if '"' not in text:
        cells = text.rstrip("\r\n").split(delimiter)
        start = sum(len(cell) + 1 for cell in cells[:number])
        if number >= len(cells):
            return _span(text, line, max(len(text.rstrip("\r\n")) - 1, 0), len(text.rstrip("\r\n")))
        return _span(text, line, start, start + len(cells[number]))
    quoted, cell = False, 0
    for at, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif sign == delimiter and not quoted:
            if cell == number:
                return _span(text, line, start, at)
            cell, start = cell + 1, at + 1
    return _span(text, line, start, len(text.rstrip("\r\n")))


def _span(text: str, line: int, start: int, end: int) -> Span:
    end = max(end, start + 1)
    first, last = text.count("\n", 0, start), text.count("\n", 0, end)
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return Span(line + first, column, line + last, max(end - (text.rfind("\n", 0, end) + 1) + 1, 1))
