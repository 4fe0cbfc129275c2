"""Goal tools' exports and KPI sheets: workbooks and CSV files that are known by their headers.

Texts of people (owners, employees) are never copied. Our own workbooks are left to the adapter for cards.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from metriclint.files.positions import START
from metriclint.files.problem import shorten
from metriclint.files.workbook import MISSING
from metriclint.model.foreign import Cell
from metriclint.sources.adapter import SourceFile
from metriclint.sources.adapters import cards
from metriclint.sources.draft import Draft
from metriclint.sources.sheets.cards import fill
from metriclint.sources.sheets.headers import header_of
from metriclint.sources.sheets.rows import CsvRows, RowsError, Sheet, formulas_in, sheets_of
from metriclint.sources.sheets.tables import HEADER_WITHIN, Tables

TITLE = "Goal or KPI sheet"
SUFFIXES = (".xlsx", ".xlsm", ".csv")
_HEAD = 200_000
_MOST_SHEETS = 200
_STRINGS, _SHEETS = "xl/sharedStrings.xml", "xl/worksheets/sheet"
_MOST_PARTS = 10
_STRING = re.compile(r"<(?:\w+:)?t\b[^>]*>([^<]{1,60})</")
_MACROS = "xl/vbaProject.bin"
NO_HEADER = (
    "no header row of a goal or KPI sheet was found: one has a column for the name (KPI, Goal, Objective, Kennzahl) "
    "and two more, such as Target, Weight, Visibility or Owner"
)


def claims(file: SourceFile) -> bool:
    """A header says so; a workbook that the user named is taken in any case, since nobody else reads it."""
    if file.suffix == ".csv":
        return _has_header([Sheet("", iter(CsvRows(file.data, _HEAD)))], file)
    if cards.claims(file):
        return False
    if file.explicit:
        return True
    if not _openpyxl_is_here():
        return _strings_tell(file.data)
    try:
        return _has_header(sheets_of(file.data), file)
    except RowsError:
        return False


def _has_header(sheets: Iterable[Sheet], file: SourceFile) -> bool:
    """Is there a header among the first rows: a certain one, or any where the user named the file."""
    for number, sheet in enumerate(sheets):
        if number == _MOST_SHEETS:
            return False
        try:
            for filled, row in enumerate(sheet.rows):
                header = header_of(row.values)
                if header is not None and (header.certain or file.explicit):
                    return True
                if filled == HEADER_WITHIN:
                    break
        except RowsError:
            if file.suffix == ".csv":
                return False
    return False


def _openpyxl_is_here() -> bool:
    import importlib.util

    return importlib.util.find_spec("openpyxl") is not None


def _strings_tell(data: bytes) -> bool:
    """Without a reader of workbooks: do the first texts of a workbook look like such a header."""
    texts: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in [n for n in packed.namelist() if n == _STRINGS or n.startswith(_SHEETS)][:_MOST_PARTS]:
                with packed.open(name) as part:
                    texts += _STRING.findall(part.read(_HEAD).decode("utf-8", "replace"))[:60]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    windows = (texts[start : start + 6] for start in range(len(texts)))
    return any((header := header_of(dict(enumerate(w)))) is not None and header.certain for w in windows)


def read(file: SourceFile, draft: Draft) -> None:
    """A metric for each name that rows below a header have."""
    if cards.claims(file):
        draft.problem("this is a workbook of metriclint: `sources` in the configuration should not assign it", START)
        return
    tables = Tables(draft)
    try:
        if file.suffix == ".csv":
            _read_csv(file, draft, tables)
        else:
            _read_workbook(file, draft, tables)
    except RowsError as error:
        if str(error) == MISSING and not file.explicit:
            draft.remark(f"this workbook is not looked at: {error}", START)
        else:
            draft.problem(str(error), error.at)
        return
    if not tables.tables and not tables.bands:
        draft.problem(NO_HEADER, START)
        return
    fill(tables, draft)


def _read_csv(file: SourceFile, draft: Draft, tables: Tables) -> None:
    rows = CsvRows(file.data)
    try:
        tables.read(Sheet(PurePosixPath(file.path).name, iter(rows)))
    finally:
        draft.foreign.text = rows.text


def _read_workbook(file: SourceFile, draft: Draft, tables: Tables) -> None:
    first = None
    for number, sheet in enumerate(sheets_of(file.data)):
        first = first or sheet.title
        if number == _MOST_SHEETS:
            draft.remark(f"only the first {_MOST_SHEETS} sheets are read", Cell(sheet.title, 1, 1))
            break
        tables.read(sheet)
    if _has_macros(file.data):
        draft.remark("this workbook has macros: they are neither run nor read", Cell(first or "", 1, 1))
    if tables.empty:
        _say_formulas(file.data, tables, draft)


def _has_macros(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return _MACROS in packed.namelist()


def _say_formulas(data: bytes, tables: Tables, draft: Draft) -> None:
    """Say which cells hold a formula without a result, column by column."""
    for sheet, cells in formulas_in(data, tables.empty).items():
        by_column: dict[int, list[int]] = {}
        for row, column in cells:
            by_column.setdefault(column, []).append(row)
        for column, rows in sorted(by_column.items()):
            at = Cell(sheet, min(rows), column)
            listed = [Cell("", row, column).name[1:] for row in sorted(rows)[:5]]
            names = ", ".join([*listed, "…"] if len(rows) > 5 else listed)
            header = shorten(tables.columns.get((sheet, column), ""), 60)
            what = f"“{header}” holds formulas without a result ({names})"
            draft.remark(f"{what}: open and save the file in a spreadsheet program", at)
