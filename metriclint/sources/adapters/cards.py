"""Our own workbook: plain questions in columns and a metric a row, and a sheet of further facts.

``metriclint template xlsx`` writes it empty, ``metriclint export`` with a project in it.
"""

import datetime
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from metriclint.files.problem import Route, did_you_mean, shorten
from metriclint.files.shape import kebab
from metriclint.files.workbook import WorkbookError, open_workbook
from metriclint.model.document import SECTIONS
from metriclint.model.foreign import Cell
from metriclint.model.text import ID_PATTERN
from metriclint.questionnaire.answers import AnswerError, Value, comes_up, read_answer
from metriclint.questionnaire.cards import facts_of
from metriclint.questionnaire.questions import Question, questionnaire
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft
from metriclint.sources.sheets.cells import nested, of_cell, route_of
from metriclint.sources.sheets.rows import formulas_in

TITLE = "Cards in a workbook"
SUFFIXES = (".xlsx", ".xlsm")
METRICS, FACTS, LISTS, HELP, META = "Metrics", "More facts", "Lists", "Read me", "_meta"
MARK, FORMAT = "metriclint cards", 1
ID = "id"
"""Key of the column that holds ids; the others are ids of questions."""
FIRST_ROW = 3
"""Row of the first metric: above it stand the questions and, hidden, their keys."""
_LARGEST_SHEET = 20_000


class _Filled(Cell, frozen=True):
    """A cell with its value as the workbook holds it."""

    value: Any = None


class _Fact(NamedTuple):
    section: str
    id: str
    route: Route
    value: Any
    at: Cell


def claims(file: SourceFile) -> bool:
    """It has the sheet that only our own workbooks have."""
    if not file.data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(file.data)) as packed:
            part = packed.getinfo("xl/workbook.xml")
            return part.file_size < 1_000_000 and f'name="{META}"'.encode() in packed.read(part)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, OSError, RuntimeError):
        return False


def read(file: SourceFile, draft: Draft) -> None:
    """A card for each row of the metrics, then the further facts, which count where both say something."""
    draft.foreign.declares = True
    try:
        book = open_workbook(file.data)
    except WorkbookError as error:
        draft.problem(str(error))
        return
    if METRICS not in book.sheetnames:
        draft.problem(f'the sheet "{METRICS}" is missing, which holds the answers')
        return
    blank: _Blank = {}
    facts = [*_metrics(book[METRICS], draft, blank)]
    if FACTS in book.sheetnames:
        facts += _more(book[FACTS], draft, blank)
    _fill(facts, draft)
    if blank:
        _say_formulas(file.data, blank, draft)


_Blank = dict[str, set[tuple[int, int]]]
"""Cells that are there and hold no value, by sheet, row and column."""


def _say_formulas(data: bytes, blank: _Blank, draft: Draft) -> None:
    """An answer that a formula gives is read as what the formula came to: nobody may think that it counts without."""
    for sheet, cells in formulas_in(data, blank).items():
        for row, column in sorted(cells):
            what = "this cell holds a formula without a result: open and save the file in a spreadsheet program"
            draft.remark(what, Cell(sheet, row, column))


def _rows(sheet: Any, draft: Draft, first: int, blank: _Blank) -> Iterator[list[_Filled]]:
    """Cells with something in them, row by row. A sheet that goes on and on is no list of metrics."""
    for number, row in enumerate(sheet.iter_rows(min_row=first), first):
        if number > _LARGEST_SHEET:
            draft.problem(f'the sheet "{sheet.title}" has more than {_LARGEST_SHEET:,} rows')
            return
        filled = [_cell(sheet.title, number, c) for c in row if c.value is not None and str(c.value).strip()]
        if filled and (empty := {(number, c.column) for c in row if c.value is None and hasattr(c, "column")}):
            blank.setdefault(sheet.title, set()).update(empty)
        yield filled


def _cell(sheet: str, row: int, cell: Any) -> _Filled:
    value = cell.value
    if isinstance(value, (datetime.datetime, datetime.date)):
        value = value.date().isoformat() if isinstance(value, datetime.datetime) else value.isoformat()
    return _Filled(sheet, row, cell.column, shorten(str(value), 200), value)


def _metrics(sheet: Any, draft: Draft, blank: _Blank) -> Iterator[_Fact]:
    columns = _columns(sheet, draft)
    if not columns:
        return
    taken: dict[str, Cell] = {}
    for cells in _rows(sheet, draft, FIRST_ROW, blank):
        row = {columns[cell.column]: cell for cell in cells if cell.column in columns}
        if row:
            yield from _metric(row, taken, draft)


def _columns(sheet: Any, draft: Draft) -> dict[int, str]:
    """Question by column: from the hidden row of keys, or from the questions themselves where that row is gone."""
    known = {question.id for question in questionnaire().questions} | {ID}
    asked = {question.ask: question.id for question in questionnaire().questions}
    keys: dict[int, str] = {}
    for row in sheet.iter_rows(min_row=1, max_row=FIRST_ROW - 1):
        for cell in row:
            key = str(cell.value or "").strip()
            key = asked.get(key, key)
            if key in known and key not in keys.values():
                keys[cell.column] = key
    if "title" not in keys.values():
        first = questionnaire().question("title").ask
        draft.problem(f'the sheet "{METRICS}" has no column "{first}"', Cell(METRICS, 1, 1))
        return {}
    return keys


def _metric(row: dict[str, _Filled], taken: dict[str, Cell], draft: Draft) -> Iterator[_Fact]:
    at = row.get("title") or next(iter(row.values()))
    given = _id_of(row)
    if not given:
        draft.problem("this row has no name for its number, and no id", at)
        return
    if ID in row and kebab(given) != given:
        draft.problem(f'"{shorten(given, 60)}" is no id: {ID_PATTERN}', row[ID], near=kebab(given))
        return
    if given in taken:
        draft.problem(f'metric "{given}" stands here twice: also at {taken[given].name}', row.get(ID, at))
        return
    taken[given] = at
    yield _Fact("metrics", given, (), None, at)
    answers: dict[str, Value | None] = {}
    for question in questionnaire().questions:
        cell = row.get(question.id)
        if cell is None:
            continue
        answer = _answer(question, cell, draft)
        if answer is None:
            continue
        if not comes_up(question, answers):
            draft.remark(f'"{question.ask}" does not come up after the other answers, and is left aside', cell)
            continue
        answers[question.id] = answer
        for key, value in facts_of(question, answer).items():
            yield _Fact("metrics", given, tuple(int(p) if p.isdigit() else p for p in key.split(".")), value, cell)


def _id_of(row: dict[str, _Filled]) -> str:
    """The id of a row, from its name where the cell for it is empty."""
    if ID in row:
        return str(of_cell(row[ID].value)).strip()
    return kebab(str(row["title"].value))[:80].strip("-") if "title" in row else ""


def _answer(question: Question, cell: _Filled, draft: Draft) -> Value | None:
    value = cell.value
    if question.kind == "list" and isinstance(value, str):
        value = [part for part in value.replace("\n", ";").split(";") if part.strip()]
    elif question.kind not in ("number",) and not isinstance(value, str):
        value = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(of_cell(value))
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return read_answer(question, value)
    except AnswerError as error:
        says = [choice.says for choice in question.options]
        near = did_you_mean(shorten(str(value), 60), says) if says else error.suggestion
        draft.problem(f"{question.ask} {error.message}", cell, allowed=tuple(says), near=near)
        return None


def _more(sheet: Any, draft: Draft, blank: _Blank) -> Iterator[_Fact]:
    for cells in _rows(sheet, draft, 2, blank):
        by_column = {cell.column: cell for cell in cells}
        if not by_column:
            continue
        section, id_, key, given = (by_column.get(n) for n in (1, 2, 3, 4))
        at = given or key or cells[0]
        if section is None or id_ is None:
            draft.problem("a fact needs a section and an id before its key and value", at)
            continue
        name = str(section.value).strip()
        if name not in (*SECTIONS, "waivers"):
            near = did_you_mean(name, SECTIONS)
            draft.problem(f'unknown section "{shorten(name, 60)}"', section, allowed=(*SECTIONS, "waivers"), near=near)
            continue
        try:
            route = route_of(str(key.value).strip()) if key is not None else ()
            value = of_cell(given.value if given is not None else None)
        except ValueError as error:
            draft.problem(str(error) if key is not None else "this value cannot be read", at)
            continue
        yield _Fact(name, str(of_cell(id_.value)), route, value, at)


def _overlap(one: Route, other: Route) -> bool:
    """Is one the other, or above it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _fill(facts: list[_Fact], draft: Draft) -> None:
    """The facts as raw values of a document. A later fact counts in place of an earlier one at the same key."""
    objects: dict[tuple[str, str], dict[Route, _Fact]] = {}
    for fact in facts:
        known = objects.setdefault((fact.section, fact.id), {})
        for route in [r for r in known if r and fact.route and _overlap(r, fact.route)]:
            del known[route]
        known[fact.route] = fact
    waivers: dict[str, Any] = {}
    for (section, id_), leaves in objects.items():
        above: Route = ("waivers", len(waivers)) if section == "waivers" else (section, id_)
        told = {route: fact.value for route, fact in leaves.items() if route}
        try:
            value = nested(told) if told else {}
        except ValueError as error:
            draft.problem(str(error), next(iter(leaves.values())).at)
            continue
        if section == "waivers":
            waivers[id_] = value
        else:
            draft.document.setdefault(section, {})[id_] = value
        draft.foreign.places[above] = next(iter(leaves.values())).at
        for route, fact in leaves.items():
            draft.foreign.places[(*above, *route)] = fact.at
    if waivers:
        draft.document["waivers"] = list(waivers.values())
