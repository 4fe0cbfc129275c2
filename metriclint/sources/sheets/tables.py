"""Tables of goals in sheets: which rows are metrics, which say the same, and whether weights make up a whole."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from metriclint.files.problem import shorten
from metriclint.model.foreign import Cell, Place
from metriclint.model.text import normal_title
from metriclint.sources.draft import Draft
from metriclint.sources.lists.records import MOST
from metriclint.sources.sheets.headers import Header, header_of, is_one_of
from metriclint.sources.sheets.rows import Merged, Row, RowsError, Sheet

HEADER_WITHIN = 30
"""Filled rows in which the header of a sheet is looked for."""
_COMPARED = ("target", "start", "unit", "weight", "level", "visibility", "frequency", "direction", "formula")
_SAYS_NOTHING = frozenset({"name", "person", "date", "number", "other", "key_result", "status"})
_FILLED_DOWN = frozenset({"purpose", "level", "visibility", "frequency", "unit", "source", "direction", "team"})
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[.,]\d{1,15})?")
_MOST_EMPTY = 20_000
_REMARKED = 5


class Table(Struct):
    """One table of a sheet, with what its weights come to for each person; without a column of people for all."""

    sheet: str
    header: Header
    at: Place
    shares: dict[int, float] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    known: dict[Any, "Goal"] = field(default_factory=dict)
    """Goals by their names as written, so that many rows of one goal stay cheap."""
    weights: dict[Any, float | None] = field(default_factory=dict)
    """Weights by what the cells hold."""

    def columns(self, *keys: str) -> tuple[int, ...]:
        """The columns of some kinds."""
        return tuple(column for column, key in self.header.columns.items() if key in keys)

    @property
    def whole(self) -> bool:
        """Do the weights add up to 100 % for nearly all people that have several."""
        sums = [total for key, total in self.shares.items() if self.counts[key] > 1]
        return bool(sums) and sum(_is_whole(total) for total in sums) >= 0.8 * len(sums)


def _is_whole(total: float) -> bool:
    return abs(total - 100) <= 0.5 or abs(total - 1) <= 0.005


class Goal(Struct):
    """A metric as its first row says it."""

    name: str
    table: Table
    cells: dict[str, Any]
    places: dict[str, Place]
    times: int = 1
    sheets: dict[str, Place] = field(default_factory=dict)
    """Sheets that it stands on, and where."""
    differing: dict[str, Place] = field(default_factory=dict)
    """What a later row says otherwise."""
    says: tuple[Any, ...] = ()
    """What its first row says of what is compared."""
    several: bool = False
    """Does it stand in rows of several people."""
    person: int = 0


class Tables:
    """The tables of one file, filled row by row."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.goals: dict[str, Goal] = {}
        self.tables: list[Table] = []
        self.bands: list[Table] = []
        self.band_texts: list[str] = []
        self.band_headers: list[str] = []
        self.empty: dict[str, set[tuple[int, int]]] = {}
        self.columns: dict[tuple[str, int], str] = {}
        """Headers by sheet and column, for remarks."""
        self._empties = 0
        self._name, self._weight = 0, 0
        self._people: tuple[int, ...] = ()
        self._compared: tuple[int, ...] = ()

    def read(self, sheet: Sheet) -> None:
        """Take the rows of a sheet. Raises RowsError where they cannot be read."""
        table: Table | None = None
        last, bare = 0, []
        merged = _Spread(sheet.merged)
        for filled, row in enumerate(sheet.rows, 1):
            if table is None and filled > HEADER_WITHIN:
                break
            if (table is None or row.number > last + 1 or filled <= HEADER_WITHIN) and (
                header := header_of(row.values)
            ) is not None:
                table = self._open(sheet.title, header, row)
            elif table is not None and not self._again(table, row) and not self._row(table, row, merged):
                bare.append(row.place(min(row.values)))
            last = row.number
        if table is not None and not table.header.bands and bare:
            what = "a row has" if len(bare) == 1 else f"{len(bare)} rows have"
            self.draft.remark(f"{what} a name and nothing that it is held to, and is left out", bare[0])
        self._say_merged(sheet, merged)

    def _open(self, sheet: str, header: Header, row: Row) -> Table:
        row.keep(())
        table = Table(sheet, header, row.place(min(header.columns)))
        (self.bands if header.bands else self.tables).append(table)
        self._name, self._weight = header.column("name") or 0, header.column("weight") or 0
        self._people, self._compared = table.columns("person"), table.columns(*_COMPARED)
        if header.bands:
            self.band_headers += [str(row.values[column]) for column in header.columns]
        for column in header.columns:
            self.columns[sheet, column] = shorten(str(row.values.get(column, "")), 60)
        return table

    def _again(self, table: Table, row: Row) -> bool:
        """Take a row that says of a goal what its first one said; false for every other row."""
        goal = table.known.get(row.values.get(self._name))
        if goal is None or goal.says != tuple(map(row.values.get, self._compared)):
            return False
        people = tuple(map(row.values.get, self._people))
        person = hash(people) if any(people) else 0
        goal.times += 1
        goal.several = goal.several or person != goal.person
        self._share(table, row.values.get(self._weight), person)
        return True

    def _row(self, table: Table, row: Row, merged: "_Spread") -> bool:
        """Take a row of a table; false where it has only a name."""
        header = table.header
        if header.bands:
            self.band_texts += [str(value) for value in row.values.values() if isinstance(value, str)][:20]
            return True
        cells: dict[str, tuple[Any, int]] = {}
        for column, key in header.columns.items():
            value = row.values.get(column)
            if value is None and key in _FILLED_DOWN:
                value = merged.value(row.number, column)
            if value is None:
                self._note_empty(table, row, column)
            else:
                cells.setdefault(key, (value, column))
        merged.remember(row)
        name = cells.get("name", (None, 0))[0]
        if not isinstance(name, str) or not any(c.isalpha() for c in name) or is_one_of("total", name):
            return True
        if cells.keys() <= _SAYS_NOTHING:
            return False
        people = tuple(map(row.values.get, self._people))
        person = hash(people) if any(people) else 0
        self._share(table, row.values.get(self._weight), person)
        self._goal(table, row, " ".join(_ADDRESS.sub("…", name).split()), cells, person)
        return True

    def _note_empty(self, table: Table, row: Row, column: int) -> None:
        if self._empties < _MOST_EMPTY and isinstance(row.place(column), Cell):
            self._empties += 1
            self.empty.setdefault(table.sheet, set()).add((row.number, column))

    @staticmethod
    def _share(table: Table, value: Any, person: int) -> None:
        if value is None:
            return
        if value not in table.weights:
            if len(table.weights) > MOST:
                table.weights.clear()
            table.weights[value] = number_of(value, table.header.german)
        weight = table.weights[value]
        if weight is not None:
            table.shares[person] = table.shares.get(person, 0.0) + weight
            table.counts[person] = table.counts.get(person, 0) + 1

    def _goal(self, table: Table, row: Row, name: str, cells: dict[str, tuple[Any, int]], person: int) -> None:
        known = self.goals.get(normal_title(name))
        if known is None:
            if len(self.goals) == MOST:
                message = f"more than {MOST:,} different goals: that is no list of metrics"
                raise RowsError(message, row.place(cells["name"][1]))
            hidden = [column for column, key in table.header.columns.items() if key == "person"]
            row.keep(hidden)
            values = {key: value for key, (value, _) in cells.items()}
            places = {key: _without_people(row.place(column), key) for key, (_, column) in cells.items()}
            goal = Goal(name, table, values, places, person=person)
            goal.sheets[table.sheet] = places["name"]
            goal.says = tuple(map(row.values.get, self._compared))
            table.known[row.values.get(self._name)] = goal
            self.goals[normal_title(name)] = goal
            return
        known.times += 1
        known.several = known.several or person != known.person
        if table.sheet not in known.sheets:
            known.sheets[table.sheet] = row.place(cells["name"][1])
        for key in _COMPARED:
            if key not in known.differing and known.cells.get(key) != cells.get(key, (None, 0))[0]:
                known.differing[key] = row.place(cells[key][1] if key in cells else cells["name"][1])

    def _say_merged(self, sheet: Sheet, merged: "_Spread") -> None:
        columns = {column for title, column in self.columns if title == sheet.title}
        tall = [m for m in sorted(sheet.merged) if m.bottom > m.top and m.left in columns and m.top in merged.seen]
        if not tall:
            return
        names = ", ".join(m.name for m in tall[:_REMARKED]) + (", …" if len(tall) > _REMARKED else "")
        text = f"merged cells ({names}): a word counts for each of their rows, a number once, in the first"
        self.draft.remark(text, Cell(sheet.title, tall[0].top, tall[0].left))


class _Spread:
    """What merged cells hold, for the rows below their first."""

    def __init__(self, merged: tuple[Merged, ...]) -> None:
        self.seen: set[int] = set()
        self.held: dict[tuple[int, int], Any] = {}
        self._tops: dict[int, list[Merged]] = {}
        for area in merged[:10_000]:
            if area.bottom > area.top:
                self._tops.setdefault(area.top, []).append(area)

    def remember(self, row: Row) -> None:
        """Keep what a row's merged cells hold."""
        for area in self._tops.get(row.number, ()):
            self.seen.add(row.number)
            if (value := row.values.get(area.left)) is not None:
                for number in range(area.top + 1, min(area.bottom, area.top + 1_000) + 1):
                    self.held[number, area.left] = value

    def value(self, number: int, column: int) -> Any:
        """What stands in a cell that is part of a larger one."""
        return self.held.get((number, column))


def _without_people(place: Place, key: str) -> Place:
    """A place whose text is not shown, where it holds a person."""
    return Cell(place.sheet, place.row, place.column) if key == "person" and isinstance(place, Cell) else place


def number_of(value: Any, german: bool = False) -> float | None:
    """The number that a cell holds, a percentage as its number; ``None`` for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if abs(value) < 1e300 else None
    text = str(value).replace("%", "").replace(" ", "").replace("\u00a0", "").strip()
    if german:
        text = text.replace(".", "")
    if _NUMBER.fullmatch(text) is None:
        return None
    return float(text.replace(",", "."))


def tell_repeated(draft: Draft, goals: Iterator[Goal]) -> None:
    """Say which metrics stand in several rows or on several sheets, and what their rows say differently."""
    told = list(goals)
    for goal in told:
        if goal.times == 1 or not (goal.differing or len(goal.sheets) > 1):
            continue
        where = f"on {len(goal.sheets)} sheets" if len(goal.sheets) > 1 else f"in {goal.times} rows"
        places = ", ".join(p.name for p in list(goal.sheets.values())[:_REMARKED] if isinstance(p, Cell))
        text = f'"{shorten(goal.name, 60)}" stands {where}'
        text += f" ({places})" if len(goal.sheets) > 1 and places else ""
        texts = goal.table.header.texts
        if goal.differing:
            others = ", ".join(f"“{texts.get(key, key)}” ({_named(at)})" for key, at in goal.differing.items())
            text += f": the first is read, and what others say differently is left out: {others}"
        else:
            text += ": it is one metric"
        draft.remark(text, goal.places["name"])


def _named(at: Place) -> str:
    return at.name if isinstance(at, Cell) else f"line {getattr(at, 'line', 1)}"
