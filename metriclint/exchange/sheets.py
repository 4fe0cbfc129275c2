"""Writing cards as a workbook: empty as a template, or with a project in it."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from metriclint.files.problem import Route, shorten
from metriclint.model.document import SECTIONS
from metriclint.model.project import Project
from metriclint.model.raw import declared
from metriclint.questionnaire.answers import AnswerError, Value, comes_up, plain, read_answer
from metriclint.questionnaire.cards import answers_of, card_of, facts_of
from metriclint.questionnaire.questions import Question, questionnaire
from metriclint.sources.adapters.cards import FACTS, FIRST_ROW, FORMAT, HELP, ID, LISTS, MARK, META, METRICS
from metriclint.sources.sheets.cells import flat, key_of, to_cell

MISSING = "writing workbooks needs XlsxWriter: pip install 'metriclint[sources]'"
DONT_KNOW = "don't know"
_EMPTY_ROWS = 200
_EPOCH = datetime(1980, 1, 1)
"""A workbook's own time stamp: the same cards give the same bytes."""
_ABOUT = (
    "Each row of the sheet “Metrics” is one number. Answer what you know; choose from the lists where there are some.",
    "Leave a cell empty, or choose “don't know”, where nobody knows. That is an answer too.",
    "Point at a question to read why it is asked. Several answers in one cell are separated by semicolons.",
    "Name roles, never people. Nothing here leaves your machine.",
    "The sheet “More facts” holds what no question asks for; most people never need it.",
    "Then run: metriclint check cards.xlsx. To get the findings as comments: metriclint annotate cards.xlsx",
)
Row = tuple[str, str, Route, Any]
"""Section, id, route and value of a further fact."""


def template() -> bytes:
    """The workbook to fill in."""
    return _workbook([], [])


def workbook_of(project: Project) -> bytes:
    """A project as a workbook. Raises ValueError where a text is too long for a cell.

    What the questions ask for stands in plain words on the first sheet, all else as a key and a value on the second:
    reading it back gives the same declarations.
    """
    rows: list[tuple[str, dict[str, str | int]]] = []
    facts: list[Row] = []
    for section in SECTIONS:
        for id_, entry in sorted(getattr(project, section).items()):
            raw = declared(entry.value)
            if section == "metrics":
                answers, rest = _plainly(raw)
                rows.append((id_, answers))
                facts += [(section, id_, route, value) for route, value in rest]
            else:
                leaves = list(flat(raw)) if raw else [((), None)]
                facts += [(section, id_, route, value) for route, value in leaves]
    inside = {id(waiver) for entry in project.metrics.values() for waiver in entry.value.waivers}
    alone = [entry.value for entry in project.waivers if id(entry.value) not in inside]
    for number, waiver in enumerate(alone, 1):
        facts += [("waivers", str(number), route, value) for route, value in flat(declared(waiver))]
    return _workbook(rows, facts)


def _plainly(card: dict[str, Any]) -> tuple[dict[str, str | int], list[tuple[Route, Any]]]:
    """What of a card its answers say, as cells, and what they do not."""
    said = dict(flat(card))
    cells: dict[str, str | int] = {}
    answers: dict[str, Value] = {}
    for id_, value in answers_of(card).items():
        question = questionnaire().question(id_)
        cell = _cell_of(question, value)
        if cell is not None and comes_up(question, answers) and _says(facts_of(question, value), said):
            answers[id_], cells[id_] = value, cell
    told = dict(flat(card_of(answers)))
    if "title" not in cells:
        # A name that does not read as an answer is on the second sheet; here it only tells people what the row is.
        cells["title"] = f"“{shorten(str(card['title']), 200)}”"
    return cells, [
        (route, value) for route, value in said.items() if type(told.get(route, _NOTHING)) is not type(value)
    ]


def _says(facts: Mapping[str, Any], said: Mapping[Route, Any]) -> bool:
    """Does a card say all that an answer would set, and of a list no more."""
    for key, fact in facts.items():
        above = tuple(int(part) if part.isdigit() else part for part in key.split("."))
        if isinstance(fact, list) and sum(route[: len(above)] == above for route in said) > len(fact):
            return False
        for route, value in flat(fact, above):
            if type(said.get(route, _NOTHING)) is not type(value) or said[route] != value:
                return False
    return True


_NOTHING = object()


def _cell_of(question: Question, value: Value) -> str | int | None:
    """An answer as a cell that is read as this answer; ``None`` where it would not be."""
    cell: str | int = value if isinstance(value, int) else plain(question, value)
    given: Any = (
        [part for part in cell.split(";") if part.strip()]
        if isinstance(value, list) and isinstance(cell, str)
        else cell
    )
    try:
        return cell if read_answer(question, given) == value and to_cell(cell) == cell else None
    except (AnswerError, ValueError):
        return None


class _Writer:
    """The sheets of one workbook. Every text is written as a text: none becomes a formula or a link."""

    def __init__(self) -> None:
        import xlsxwriter

        self.bytes = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.bytes, options)
        self.book.set_properties({"title": "Metric cards", "created": _EPOCH})
        self.head = self.book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "border": 1, "locked": True}
        )
        self.open = self.book.add_format({"text_wrap": True, "valign": "top", "locked": False})
        # Shows a text as a text also after somebody has edited it.
        self.text = self.book.add_format({"text_wrap": True, "valign": "top", "locked": False, "quote_prefix": True})

    def put(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """Write one value; rows and columns begin with 0."""
        cell = to_cell(value)
        if isinstance(cell, bool):
            sheet.write_boolean(row, column, cell, self.open)
        elif isinstance(cell, (int, float)):
            sheet.write_number(row, column, cell, self.open)
        elif cell is not None:
            sheet.write_string(row, column, cell, self.text if cell[:1] in "=+-@" else self.open)

    def close(self) -> bytes:
        """The finished workbook."""
        self.book.close()
        return self.bytes.getvalue()


def _workbook(rows: Sequence[tuple[str, Mapping[str, str | int]]], facts: Sequence[Row]) -> bytes:
    writer = _Writer()
    sheets = {name: writer.book.add_worksheet(name) for name in (HELP, METRICS, FACTS, LISTS, META)}
    sheets[HELP].set_column(0, 0, 100, writer.book.add_format({"text_wrap": True}))
    for number, line in enumerate(_ABOUT):
        sheets[HELP].write_string(number, 0, line)
    lists = _lists(writer, sheets[LISTS])
    _metrics(writer, sheets[METRICS], rows, lists)
    _facts(writer, sheets[FACTS], facts)
    sheets[META].write_string(0, 0, MARK)
    sheets[META].write_number(0, 1, FORMAT)
    sheets[META].very_hidden()
    sheets[METRICS].activate()
    return writer.close()


def _lists(writer: _Writer, sheet: Any) -> dict[str, str]:
    """The answers that can be chosen, a column a question, and the range of each for its drop-down."""
    ranges: dict[str, str] = {}
    column = 0
    for question in questionnaire().questions:
        if not question.choices or question.kind == "list":
            continue
        words = [*(choice.says for choice in question.choices), DONT_KNOW]
        for row, word in enumerate([question.ask, *words]):
            sheet.write_string(row, column, word)
        letter = writer_column(column)
        ranges[question.id] = f"='{LISTS}'!${letter}$2:${letter}${len(words) + 1}"
        column += 1
    sheet.set_column(0, max(column - 1, 0), 40)
    return ranges


def writer_column(column: int) -> str:
    """Letters of a column that is counted from 0."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def _metrics(
    writer: _Writer, sheet: Any, rows: Sequence[tuple[str, Mapping[str, str | int]]], lists: Mapping[str, str]
) -> None:
    questions = questionnaire().questions
    last = FIRST_ROW - 1 + max(len(rows) + 50, _EMPTY_ROWS)
    for column, question in enumerate(questions):
        sheet.set_column(column, column, 32, writer.open)
        sheet.write_string(0, column, question.ask, writer.head)
        sheet.write_string(1, column, question.id)
        sheet.write_comment(0, column, _help(question), {"x_scale": 2, "y_scale": 1.6})
        if question.id in lists:
            told = {"validate": "list", "source": lists[question.id], "error_title": "One of the answers, please"}
            told["error_message"] = "Choose an answer from the list, or don't know."
            sheet.data_validation(FIRST_ROW - 1, column, last, column, told)
    end = len(questions)
    sheet.set_column(end, end, 24, writer.open)
    sheet.write_string(0, end, "Id (may stay empty)", writer.head)
    sheet.write_string(1, end, ID)
    sheet.set_row(0, 62)
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.freeze_panes(FIRST_ROW - 1, 1)
    columns = {question.id: column for column, question in enumerate(questions)}
    for row, (id_, answers) in enumerate(rows, FIRST_ROW - 1):
        for key, value in answers.items():
            writer.put(sheet, row, columns[key], value)
        writer.put(sheet, row, end, id_)


def _help(question: Question) -> str:
    lines = [question.why]
    if question.kind == "list" and question.choices:
        lines.append("Possible answers, several with semicolons: " + "; ".join(c.says for c in question.choices))
    if question.none is not None:
        lines.append(f"Where there is none: {question.none.says}")
    if question.examples:
        lines.append("For example: " + "; ".join(question.examples))
    return "\n".join(lines)


def _facts(writer: _Writer, sheet: Any, facts: Sequence[Row]) -> None:
    for column, (title, width) in enumerate((("Section", 12), ("Id", 28), ("Key", 40), ("Value", 60))):
        sheet.set_column(column, column, width, writer.open)
        sheet.write_string(0, column, title, writer.head)
    sheet.freeze_panes(1, 0)
    choices = {"validate": "list", "source": [*SECTIONS, "waivers"], "ignore_blank": True}
    sheet.data_validation(1, 0, len(facts) + _EMPTY_ROWS, 0, choices)
    for row, (section, id_, route, value) in enumerate(facts, 1):
        sheet.write_string(row, 0, section)
        writer.put(sheet, row, 1, id_)
        if route:
            sheet.write_string(row, 2, key_of(route))
            writer.put(sheet, row, 3, value)
