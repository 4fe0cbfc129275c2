"""``findings-register.xlsx``: the working tool of the follow-up.

Texts are written as texts, never as formulas or links. The same pack gives the same bytes.
"""

import datetime
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from metriclint.audit.documents import DocumentOptions
from metriclint.audit.pack import Pack
from metriclint.audit.register import (
    COLUMNS,
    CONFIRMED,
    HYPOTHESIS,
    INDEX,
    NAMES,
    NOT_GIVEN,
    POTENTIAL,
    SHEETS,
    cell_text,
    digest,
    rows,
)
from metriclint.audit.words import RATING_RULE, state_words

FILE = "findings-register.xlsx"
_LINE = 13.5
"""Height of a line, points."""
_MOST_LINES = 14
"""Lines of a row that are shown at once; a cell can hold more."""
_A3, _A4 = 8, 9
"""Paper, as the format numbers it."""
_LISTS = {c.name: c.choices for c in COLUMNS if c.choices}


def render(pack: Pack, options: DocumentOptions) -> bytes:
    """The workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": cell_text(f"Findings register, {pack.client}")[:250],
            "created": datetime.datetime.fromisoformat(pack.as_of),
            "author": pack.reproducibility.tool,
        }
    )
    sheets = {name: book.add_worksheet(name) for name in SHEETS}
    styles = _styles(book)
    found = [[cell_text(value) for value in row] for row in rows(pack)]
    _read_me(sheets["Read me"], pack, styles)
    _findings(sheets["Findings"], found, styles)
    for name, head, values in (
        ("Metrics", _METRICS, _metrics(pack)),
        ("Paths", _PATHS, _paths(pack)),
        ("Waivers", _WAIVERS, _waivers(pack)),
    ):
        _table(sheets[name], head, values, styles)
    _lists(sheets["Lists"], pack, found, styles)
    sheets["Findings"].activate()
    book.close()
    return out.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    plain = {"valign": "top", "text_wrap": True, "font_size": 10}
    return {
        "head": book.add_format({**plain, "bold": True, "bg_color": "#1E293B", "font_color": "#FFFFFF", "border": 1}),
        "fill": book.add_format({**plain, "bold": True, "bg_color": "#175CD3", "font_color": "#FFFFFF", "border": 1}),
        "cell": book.add_format({**plain, "bg_color": "#F1F5F9", "border": 1, "border_color": "#CBD5E1"}),
        "answer": book.add_format({**plain, "border": 1, "border_color": "#CBD5E1", "num_format": "@"}),
        "title": book.add_format({"bold": True, "font_size": 16}),
        "text": book.add_format({**plain, "font_size": 11}),
        "faint": book.add_format({"font_size": 8, "font_color": "#64748B"}),
    }


def _read_me(sheet: Any, pack: Pack, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 78)
    sheet.hide_gridlines(2)
    lines = [
        f"Client: {pack.client}",
        f"As of: {pack.as_of}",
        f"State: {state_words(pack)}",
        f"Made by: {pack.reproducibility.tool}, rule set {pack.reproducibility.ruleset}",
        "",
        "How to work with it",
        "1. Go to the sheet Findings. Columns with a blue head are yours to fill in; the others are not taken back.",
        "2. Response decision, Response text, Action owner and Due date are for those who answer. Name roles, never "
        "people.",
        "3. Rating final and Status are for the auditor. A status that begins with “confirmed” confirms the finding; "
        "“withdrawn” takes it out of the counts.",
        f"4. A cause is a hypothesis and an effect is potential. To confirm one, replace its first word "
        f"(“{HYPOTHESIS.strip()}”, “{POTENTIAL.strip()}”) by “{CONFIRMED.strip()}”.",
        "5. Sort and filter as you like. Do not delete columns, do not merge cells, and leave ID and Fingerprint as "
        "they are.",
        "6. Send the file back. `metriclint responses import findings-register.xlsx` takes the answers over, and tells "
        "which cells it did not take.",
        "",
        "Ratings",
        *(f"{d.term}: {d.text}" for d in pack.ratings if d.text != RATING_RULE),
        RATING_RULE,
        "",
        "Limitations",
        *pack.scope.limitations,
    ]
    sheet.write_string(0, 0, cell_text(pack.title), styles["title"])
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.5, right=0.5)
    for number, line in enumerate(lines, 2):
        sheet.set_row(number, _height([line], [84]))
        sheet.write_string(number, 0, cell_text(line), styles["text"])


def _findings(sheet: Any, found: Sequence[Sequence[str]], styles: dict[str, Any]) -> None:
    last = max(len(found), 1)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.set_row(0, 32)
    for index, column in enumerate(COLUMNS):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.name, styles["fill" if column.answer else "head"])
        if not column.answer:
            continue
        rule: dict[str, Any] = {"validate": "any", "input_title": column.name[:32], "input_message": column.hint[:255]}
        if column.choices:
            letter = chr(ord("A") + list(_LISTS).index(column.name))
            rule |= {
                "validate": "list",
                "source": f"=Lists!${letter}$2:${letter}${len(column.choices) + 1}",
                "error_title": column.name[:32],
                "error_message": "Choose one of the list; see the sheet Lists.",
            }
        sheet.data_validation(1, index, last, index, rule)
    for number, row in enumerate(found, 1):
        sheet.set_row(number, _height(row, [c.width for c in COLUMNS]))
        for index, (column, value) in enumerate(zip(COLUMNS, row, strict=True)):
            style = styles["answer" if column.answer else "cell"]
            if value:
                sheet.write_string(number, index, value, style)
            else:
                sheet.write_blank(number, index, None, style)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    sheet.fit_to_pages(3, 0)


def _height(texts: Iterable[str], widths: Iterable[int]) -> float:
    """Height of a row in points, so that its texts can be read; programs do not work it out for themselves."""
    lines = 1
    for text, width in zip(texts, widths, strict=True):
        lines = max(lines, sum(math.ceil(len(part) / (0.92 * width)) or 1 for part in text[:4000].split("\n")))
    return _LINE * min(lines, _MOST_LINES) + 2


def _table(
    sheet: Any, head: Sequence[tuple[str, int]], values: Iterable[Sequence[str]], styles: dict[str, Any]
) -> None:
    sheet.freeze_panes(1, 1)
    number = 0
    for index, (name, width) in enumerate(head):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, name, styles["head"])
    for number, row in enumerate(values, 1):
        sheet.set_row(number, _height(row, [width for _, width in head]))
        for index, value in enumerate(row):
            sheet.write_string(number, index, cell_text(value) or NOT_GIVEN, styles["cell"])
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.autofilter(0, 0, max(number, 1), len(head) - 1)


_METRICS = (
    ("Metric", 20),
    ("Title", 30),
    ("Project", 16),
    ("Status", 12),
    ("Kind", 12),
    ("Owner role", 20),
    ("Measured", 22),
    ("Target", 22),
    ("Shown to", 30),
    ("Consequences", 36),
    ("Counter-metrics", 30),
    ("Review date", 12),
    ("Findings", 20),
    ("Not declared", 36),
    ("Place", 30),
)


def _metrics(pack: Pack) -> Iterable[Sequence[str]]:
    for m in pack.metrics:
        yield (
            m.id,
            m.title,
            m.project or ".",
            m.status,
            m.kind,
            m.owner_role,
            m.measured,
            m.target,
            m.shown_to,
            m.consequences,
            m.counter_metrics,
            m.review_date,
            ", ".join(m.findings),
            ", ".join(m.undeclared),
            m.place,
        )


_PATHS = (
    ("Finding", 9),
    ("Step", 6),
    ("Verb", 14),
    ("What", 44),
    ("Kind", 14),
    ("Declared or assumed", 18),
    ("Place", 40),
)


def _paths(pack: Pack) -> Iterable[Sequence[str]]:
    for f in pack.findings:
        for number, n in enumerate(f.path.nodes, 1):
            yield f.id, str(number), n.verb, n.title, n.kind, "assumed" if n.assumed else "declared", n.place


_WAIVERS = (
    ("Waiver id", 34),
    ("Finding", 9),
    ("Metric", 30),
    ("Decision", 16),
    ("Reason", 44),
    ("Requested by", 22),
    ("Approved by", 22),
    ("Expires", 12),
    ("Days left", 10),
)


def _waivers(pack: Pack) -> Iterable[Sequence[str]]:
    for a in pack.accepted:
        w = a.waiver
        yield (
            w.id,
            a.finding,
            a.metric_title,
            w.decision,
            w.reason,
            w.requested_by,
            w.approved_by,
            w.expires,
            str(a.days_left),
        )


def _lists(sheet: Any, pack: Pack, found: Sequence[Sequence[str]], styles: dict[str, Any]) -> None:
    """The lists of the drop-downs, and behind them the cells as they were written, to notice what was changed."""
    for index, (name, choices) in enumerate(_LISTS.items()):
        sheet.set_column(index, index, 24)
        sheet.write_string(0, index, name, styles["head"])
        for number, choice in enumerate(choices, 1):
            sheet.write_string(number, index, choice, styles["text"])
    first = len(_LISTS) + 1
    sheet.set_column(first, first + 2 + len(NAMES), 12, None, {"hidden": True})
    head = [INDEX, pack.engagement, pack.client, pack.as_of]
    for index, value in enumerate(head):
        sheet.write_string(0, first + index, value, styles["faint"])
    for number, row in enumerate(found, 1):
        for index, value in enumerate((row[1], row[0], *map(digest, row))):
            sheet.write_string(number, first + index, value, styles["faint"])
