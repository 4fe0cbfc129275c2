"""Rows of workbooks and CSV files, one after the other: nothing is kept of a row that nobody asks for again."""

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from metriclint.files.positions import Span
from metriclint.files.problem import shorten
from metriclint.files.workbook import WorkbookError, open_workbook
from metriclint.model.foreign import Cell, Place
from metriclint.sources.lists.tables import cell_place, delimiter_of

LARGEST = 50_000_000
"""Bytes of a workbook when unpacked: more is data and no list of goals."""
MOST_ROWS = 200_000
"""Filled rows of a sheet."""
MOST_COLUMNS = 200
_LONGEST_LINE = 1_000_000
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLANKED = "·"


class RowsError(Exception):
    """Raised where reading cannot go on; the message says why, ``at`` where."""

    def __init__(self, message: str, at: Place | None = None) -> None:
        super().__init__(message)
        self.at = at


class Row(NamedTuple):
    """A row with its filled cells by column, both from 1."""

    number: int
    values: dict[int, Any]
    place: Callable[[int], Place]
    keep: Callable[[Iterable[int]], None]
    """Have the row for a report, without what stands in some columns."""


class Merged(NamedTuple):
    """Cells that are one."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def name(self) -> str:
        """As spreadsheets write it: ``B3:B5``."""
        first, last = Cell("", self.top, self.left), Cell("", self.bottom, self.right)
        return f"{first.name[1:]}:{last.name[1:]}"


class Sheet(NamedTuple):
    """A sheet as it is read: its rows come once."""

    title: str
    rows: Iterator[Row]
    merged: tuple[Merged, ...] = ()


def sheets_of(data: bytes) -> Iterator[Sheet]:
    """The sheets of a workbook. Raises RowsError, also while the rows are read."""
    try:
        book = open_workbook(data, largest=LARGEST)
    except WorkbookError as error:
        raise RowsError(str(error)) from error
    for sheet in book.worksheets:
        yield Sheet(sheet.title, _rows(sheet), _merged(data, getattr(sheet, "_worksheet_path", "")))


def _rows(sheet: Any) -> Iterator[Row]:
    filled = 0
    empty: Any = None
    # What a sheet says of its own size is often wrong.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_COLUMNS)
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return
            if row is empty:
                continue  # rows that are not there are all the same one
            number, values = _values(row)
        except Exception as error:
            # openpyxl raises whatever the broken part makes it stumble over.
            message = f'the sheet "{shorten(sheet.title, 60)}" is damaged and cannot be read ({type(error).__name__})'
            raise RowsError(message) from error
        if not values:
            empty = row
            continue
        filled += 1
        if filled > MOST_ROWS:
            message = f'the sheet "{shorten(sheet.title, 60)}" has more than {MOST_ROWS:,} rows: that is data'
            raise RowsError(message, Cell(sheet.title, number, 1))
        yield Row(number, values, _cell_place(sheet.title, number, values), _nothing)


def _values(row: Any) -> tuple[int, dict[int, Any]]:
    number, values = 0, {}
    for cell in row:
        if cell.value is not None and (value := _value(cell)) != "":
            number = cell.row
            values[cell.column] = value
    return number, values


def _value(cell: Any) -> Any:
    """A cell's value; a percentage as people read it, a date as a text."""
    value = cell.value
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and "%" in str(cell.number_format or ""):
        return f"{value * 100:.10g} %"
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.date().isoformat() if isinstance(value, datetime.datetime) else value.isoformat()
    if isinstance(value, int):
        return f"{value * 100} %" if "%" in str(cell.number_format or "") else value
    return value if isinstance(value, float) else str(value)


def _cell_place(title: str, number: int, values: dict[int, Any]) -> Callable[[int], Place]:
    return lambda column: Cell(title, number, column, shorten(str(values.get(column, "")), 200))


def _nothing(columns: Iterable[int]) -> None:
    """A workbook is not shown row by row."""


def _merged(data: bytes, part: str) -> tuple[Merged, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found = _MERGED.findall(packed.read(part))
    except (KeyError, zipfile.BadZipFile, OSError, ValueError):
        return ()
    return tuple(Merged(_column(a), int(b), _column(c), int(d)) for a, b, c, d in found)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def formulas_in(data: bytes, wanted: dict[str, set[tuple[int, int]]]) -> dict[str, list[tuple[int, int]]]:
    """Those of some empty cells, by sheet, row and column, that hold a formula which nobody has worked out."""
    found: dict[str, list[tuple[int, int]]] = {}
    try:
        book = open_workbook(data, values=False, largest=LARGEST)
        for sheet in book.worksheets:
            cells = wanted.get(sheet.title, set())
            sheet.reset_dimensions()
            last = max((row for row, _ in cells), default=0)
            for row in sheet.iter_rows(max_row=last, max_col=MOST_COLUMNS) if last else ():
                for cell in (c for c in row if c.value is not None):
                    at, value = (cell.row or 0, cell.column or 0), cell.value
                    if at in cells and (not isinstance(value, str) or value.startswith("=")):
                        found.setdefault(sheet.title, []).append(at)
    except Exception:
        # The values have been read; what formulas say is an extra.
        return {}
    return found


class CsvRows:
    """The rows of a CSV file. Only the text of rows that are kept stays, without what stands in columns of people."""

    def __init__(self, data: bytes, first: int | None = None) -> None:
        self.bytes = io.BytesIO(data[:first] if first is not None else data)
        self.lines: dict[int, str] = {}
        self.delimiter = ","
        self._current: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[Row]:
        lines = self._decoded()
        head = next(lines, "")
        while not head.strip() and head:
            head = next(lines, "")
        self.delimiter = delimiter_of(head)
        reader = csv.reader(self._again(head, lines), delimiter=self.delimiter, strict=True)
        self._current = self._current[-1:]
        while True:
            start = self._number - len(self._current) + 1 if self._current else self._number + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise RowsError(f"broken CSV: {error}; the row begins here", _point(start)) from error
            if cells is None:
                return
            text, self._current = self._current, []
            values = {n: value for n, cell in enumerate(cells[:MOST_COLUMNS], 1) if (value := cell.strip())}
            if values:
                yield Row(start, values, self._place(text, start), self._keep(text, start))

    def _decoded(self) -> Iterator[str]:
        if self.bytes.getbuffer()[:2].tobytes() in _UTF16:
            raise RowsError("this file is UTF-16: save it as UTF-8", _point(1))
        for number, raw in enumerate(self.bytes, 1):
            if len(raw) > _LONGEST_LINE:
                raise RowsError(f"a line of {len(raw):,} bytes: at most {_LONGEST_LINE:,} are read", _point(number))
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                column = len(raw[: error.start].decode("utf-8", "replace")) + 1
                message = f"not UTF-8 (byte 0x{raw[error.start]:02x}): save the file as UTF-8"
                raise RowsError(message, _point(number, column)) from error
            if "\0" in line:
                raise RowsError("binary data: this is no text file, whatever its name says", _point(number))
            self._number = number
            self._current.append(line)
            yield line

    @staticmethod
    def _again(head: str, rest: Iterator[str]) -> Iterator[str]:
        if head:
            yield head
        yield from rest

    def _place(self, text: list[str], start: int) -> Callable[[int], Place]:
        return lambda column: cell_place(text, start, column - 1, self.delimiter)

    def _keep(self, text: list[str], start: int) -> Callable[[Iterable[int]], None]:
        def keep(hidden: Iterable[int]) -> None:
            whole = "".join(text)
            for column in hidden:
                span = cell_place([whole], 1, column - 1, self.delimiter)
                whole = _blanked(whole, span)
            for number, line in enumerate(whole.split("\n")[: len(text)], start):
                self.lines[number] = line.rstrip("\r")

        return keep

    @property
    def text(self) -> str:
        """The file with the lines that were kept, and empty ones in place of all others."""
        last = max(self.lines, default=0)
        return "\n".join(self.lines.get(number, "") for number in range(1, last + 1))


def _point(line: int, column: int = 1) -> Span:
    return Span(line, column, line, column + 1)


def _blanked(text: str, span: Span) -> str:
    """A text with every letter of a place in it replaced, so that all else stays where it is."""
    lines = text.split("\n")
    for number in range(span.line, min(span.end_line, len(lines)) + 1):
        line = lines[number - 1]
        start = span.column - 1 if number == span.line else 0
        end = span.end_column - 1 if number == span.end_line else len(line)
        inside = "".join(c if c in ' \r"' else _BLANKED for c in line[start:end])
        lines[number - 1] = line[:start] + inside + line[end:]
    return "\n".join(lines)
