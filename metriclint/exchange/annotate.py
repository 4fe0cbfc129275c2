"""A returned copy of somebody's workbook: each finding as a comment at the cell that it is about."""

import io
import re
from collections.abc import Iterable
from typing import Any

from metriclint.files.workbook import open_workbook
from metriclint.findings.finding import SEVERITIES, Finding, Location, Report
from metriclint.model.foreign import Cell
from metriclint.model.project import Project

SHEET = "metriclint"
"""Sheet of the copy that lists all findings, for those who do not see comments."""
_AUTHOR = "metriclint"
_LONGEST = 8_000
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_WORDS = {
    "error": "needs a decision",
    "warning": "worth a change",
    "note": "worth a thought",
    "info": "for information",
}


def annotated(data: bytes, path: str, project: Project, report: Report) -> tuple[bytes, int]:
    """The workbook with comments, and how many findings are in it.

    ``path`` is its shown path. Findings count that are reported and stand in it, or whose metric does. What stands in
    cells stays as it is, comments that are there are kept above ours. Raises WorkbookError where it cannot be opened.
    """
    book = open_workbook(data, values=False, stream=False)
    at = _cells_of_metrics(project, path)
    by_cell: dict[tuple[str, int, int], list[Finding]] = {}
    for finding in report.findings:
        cell = _cell_of(finding, path, project) or at.get(finding.metric)
        if finding.status == "reported" and finding.folded_under is None and cell and cell.sheet in book.sheetnames:
            by_cell.setdefault((cell.sheet, cell.row, cell.column), []).append(finding)
    for (sheet, row, column), findings in by_cell.items():
        _comment(_top_left(book[sheet], row, column), sorted(findings, key=_importance))
    listed = [(where, f) for where, found in sorted(by_cell.items()) for f in sorted(found, key=_importance)]
    _list(book, listed)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), len(listed)


def _cells_of_metrics(project: Project, path: str) -> dict[str, Cell]:
    foreign = project.foreign[path]
    found = {}
    for id_, entry in project.metrics.items():
        if entry.origin.path == path and (cell := foreign.cell(entry.origin.route)) is not None:
            found[id_] = cell
    return found


def _cell_of(finding: Finding, path: str, project: Project) -> Cell | None:
    place: Location = finding.location
    if place.path != path or not place.cell:
        return None
    return project.foreign[path].cell(tuple(place.route))


def _importance(finding: Finding) -> tuple[int, str]:
    return -SEVERITIES.index(finding.severity), finding.code


def _top_left(sheet: Any, row: int, column: int) -> Any:
    """The cell; of a merged area the one that holds its value."""
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return sheet.cell(area.min_row, area.min_col)
    return sheet.cell(row, column)


def _comment(cell: Any, findings: Iterable[Finding]) -> None:
    from openpyxl.comments import Comment

    parts = [cell.comment.text] if cell.comment is not None else []
    parts += [_words(finding) for finding in findings]
    text = _clean("\n\n".join(parts))
    cell.comment = Comment(text[:_LONGEST], _AUTHOR, height=220, width=420)


def _words(finding: Finding) -> str:
    lines = [f"{_WORDS[finding.severity].capitalize()} ({finding.code}): {finding.message}", finding.why]
    lines += [f"What you can do: {fix.text}" for fix in finding.fixes[:2]]
    return "\n".join(lines)


def _list(book: Any, listed: list[tuple[tuple[str, int, int], Finding]]) -> None:
    from openpyxl.styles import Alignment, Font

    if SHEET in book.sheetnames:
        del book[SHEET]
    sheet = book.create_sheet(SHEET)
    rows = [("Place", "Rating", "Rule", "What was found", "Why it may backfire", "What you can do")]
    for (name, row, column), f in listed:
        fix = f.fixes[0].text if f.fixes else ""
        place = Cell(name, row, column).name
        rows.append((place, _WORDS[f.severity], f"{f.code} {f.rule}", f.message, f.why, fix))
    for number, row_values in enumerate(rows, 1):
        for column, text in enumerate(row_values, 1):
            cell = sheet.cell(number, column)
            cell.value = _clean(text)
            # Whatever it begins with, it is a text.
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    for letter, width in zip("ABCDEF", (18, 18, 28, 60, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _clean(text: str) -> str:
    """Without characters that a workbook cannot hold."""
    return _FORBIDDEN.sub("", text)
