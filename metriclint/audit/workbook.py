"""Reading a register that somebody filled in: its rows as texts, or every reason why it cannot be read."""

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct, field

from metriclint.audit.register import COLUMNS, INDEX, NAMES, SHEETS
from metriclint.files.problem import Problem, ProblemError, shorten

_MOST_BYTES = 200_000_000
"""Of the unpacked workbook: a larger one is no register."""
_MOST_ROWS = 20_000
_MOST_COLUMNS = 200
"""Further columns are not looked at."""
_ANSWERS = [c.name for c in COLUMNS if c.answer]
_KEY, _ID = "Fingerprint", "ID"


class Row(Struct, frozen=True):
    """A row of the sheet Findings that is not empty."""

    number: int
    """As the spreadsheet counts it."""
    values: dict[str, str]
    """Texts by column."""
    cells: dict[str, str]
    """Names of the cells, such as ``T5``, by column."""

    @property
    def key(self) -> str:
        """What the finding is called in responses."""
        return self.values[_KEY].strip()

    @property
    def id(self) -> str:
        """Its number."""
        return self.values[_ID].strip()


class Written(NamedTuple):
    """A row as it was written: the number, and a digest of each cell by column."""

    id: str
    digests: dict[str, str]


class Register(Struct, frozen=True):
    """A register as it came back."""

    shown: str
    engagement: str
    client: str
    as_of: str
    written: dict[str, Written]
    """Rows as they were written, by key."""
    rows: list[Row]
    more_columns: list[str] = field(default_factory=list)
    """Columns that the register did not have."""
    beside: list[str] = field(default_factory=list)
    """What else people wrote into the sheet: comments, and cells in no column of the register."""


def read_register(data: bytes, shown: str) -> Register:
    """A workbook as a register. Raises ProblemError with everything that stands against reading it."""
    book = _book(data, shown)
    missing = [name for name in ("Findings", "Lists") if name not in book.sheetnames]
    if missing:
        wrong = f"the sheet {missing[0]} is missing; a register has the sheets {', '.join(SHEETS)}"
        raise ProblemError([Problem(shown, 0, 0, wrong)])
    sheet = book["Findings"]
    width = min(sheet.max_column, _MOST_COLUMNS)
    first = next(sheet.iter_rows(max_row=1, max_col=width), ())
    head = {_text(cell.value): cell.column for cell in first if cell.value is not None}
    problems = list(_shape_problems(sheet, head, shown))
    engagement, client, as_of, written = _index(book["Lists"])
    if not written and not engagement:
        wrong = "the sheet Lists has lost its index, so nothing can be compared with what was written"
        problems.append(Problem(shown, 0, 0, wrong))
    if problems:
        raise ProblemError(problems)
    rows = list(_rows(sheet, head, shown, problems))
    problems += _same_rows(rows, shown)
    if problems:
        raise ProblemError(problems)
    more = [n for n in head if n not in NAMES]
    return Register(shown, engagement, client, as_of, written, rows, more, list(_beside(sheet, head, width)))


def _book(data: bytes, shown: str) -> Any:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
        if size > _MOST_BYTES:
            raise ProblemError([Problem(shown, 0, 0, "is too large for a register of findings")])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out is nothing that is read here
            return openpyxl.load_workbook(io.BytesIO(data))
    except ProblemError:
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise for a broken file
        why = "is no workbook (.xlsx); was it saved in another format, or with a password?"
        raise ProblemError([Problem(shown, 0, 0, why)]) from error


def _shape_problems(sheet: Any, head: dict[str, int], shown: str) -> Iterator[Problem]:
    gone = [name for name in NAMES if name not in head]
    if gone:
        are = "column is" if len(gone) == 1 else "columns are"
        yield Problem(
            shown, 0, 0, f"the {are} missing in the sheet Findings: {', '.join(gone)}; put back what was deleted"
        )
    merged = sorted(str(area) for area in sheet.merged_cells.ranges)
    if merged:
        yield Problem(shown, 0, 0, f"cells are merged in the sheet Findings ({', '.join(merged[:5])}): unmerge them")
    if sheet.max_row > _MOST_ROWS:
        yield Problem(shown, 0, 0, f"the sheet Findings has {sheet.max_row} rows; {_MOST_ROWS} are the most")


def _index(sheet: Any) -> tuple[str, str, str, dict[str, Written]]:
    """What the sheet Lists keeps of the register as it was written."""
    last = min(sheet.max_row, _MOST_ROWS + 1)
    width = min(sheet.max_column, _MOST_COLUMNS)
    lines = [[_text(v) for v in values] for values in sheet.iter_rows(max_row=last, max_col=width, values_only=True)]
    if not lines or INDEX not in lines[0]:
        return "", "", "", {}
    first = lines[0].index(INDEX)
    engagement, client, as_of = [*lines[0][first + 1 : first + 4], "", "", ""][:3]
    written = {}
    for values in lines[1:]:
        key, id_, *digests = [*values[first:], "", ""]
        if key:
            written[key] = Written(id_, dict(zip(NAMES, digests, strict=False)))
    return engagement, client, as_of, written


def _rows(sheet: Any, head: dict[str, int], shown: str, problems: list[Problem]) -> Iterator[Row]:
    for cells in sheet.iter_rows(min_row=2, max_col=min(sheet.max_column, _MOST_COLUMNS)):
        by_column = {cell.column: cell for cell in cells}
        named = {name: by_column[column] for name, column in head.items() if column in by_column}
        if all(cell.value is None for cell in named.values()):
            continue
        for name, cell in named.items():
            if cell.data_type == "f" and name in _ANSWERS:
                where = f"{cell.coordinate} ({name}) is a formula: put its value there"
                problems.append(Problem(shown, 0, 0, where))
        yield Row(
            cells[0].row,
            {name: _text(cell.value) for name, cell in named.items()},
            {name: cell.coordinate for name, cell in named.items()},
        )


def _beside(sheet: Any, head: dict[str, int], width: int) -> Iterator[str]:
    """Comments, and cells that stand in no column of the register, a phrase each."""
    columns = set(head.values())
    for cells in sheet.iter_rows(max_col=width):
        for cell in cells:
            if cell.comment is not None:
                yield f"the comment at {cell.coordinate} (“{shorten(_text(cell.comment.text), 60)}”)"
            if cell.value is not None and cell.column not in columns:
                yield f"{cell.coordinate} stands in no column of the register (“{shorten(_text(cell.value), 60)}”)"


def _same_rows(rows: list[Row], shown: str) -> Iterator[Problem]:
    """The same finding twice, with answers that differ."""
    first: dict[str, Row] = {}
    for row in rows:
        other = first.setdefault(row.key, row) if row.key else row
        if other.values != row.values:
            named = shorten(row.id or row.key, 40)
            wrong = f"{named} stands in the rows {other.number} and {row.number} with different contents: keep one"
            yield Problem(shown, 0, 0, wrong)


def _text(value: object) -> str:
    """A cell as a text; dates as 2027-02-28, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
