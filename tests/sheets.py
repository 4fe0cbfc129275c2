"""Workbooks and CSV files for tests, written as rows."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import openpyxl

Rows = list[list[Any]]
Change = Callable[[Any], None]


def workbook(sheets: dict[str, Rows], change: Change | None = None) -> bytes:
    """A workbook with a sheet for each list of rows; ``change`` gets the whole of it before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_text(rows: Iterable[Iterable[Any]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A workbook with a part added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


APPRAISAL: Rows = [
    ["Appraisal of the year"],
    [],
    ["KPI", "Weightage", "Target", "Achieve", "Weightage Score", "Comments"],
    ["Calls per day", "30 %", 60, 55, 0.27, None],
    ["Tickets closed", "40 %", "≥ 200 per month", 180, 0.36, None],
    ["Satisfaction", "30 %", "90 %", 0.88, 0.29, "fine"],
    ["Total", "100 %", None, None, 0.92],
]
BANDS: Rows = [
    ["Performance Category", "Point", "Score Range", "Preferred Action", "Increment(%)"],
    ["Outstanding", 5, "91-100", "Promotion", 15],
    ["Poor", 1, "0-50", "Improvement plan", 0],
]
