"""From a register that came back to responses: what is taken, what is not, and where two people said two things.

Only columns that a client or an auditor fills in are taken. Every cell is compared with what was written into it, so
that an untouched cell never overwrites an answer that was given elsewhere.
"""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.audit.register import COLUMNS, CONFIRMED, HYPOTHESIS, POTENTIAL, Column, digest
from metriclint.audit.responses import Answer, Responses, UnknownRow, is_date
from metriclint.audit.workbook import Register, Row
from metriclint.files.problem import Problem, ProblemError, did_you_mean, shorten

Prefer = Literal["register", "responses"]
_ANSWERS = [c for c in COLUMNS if c.answer]
_TOLD = 20
"""Cells beside the register that are named one by one."""
_PREFIXES = {"cause": ("hypothesis", HYPOTHESIS), "effect": ("potential", POTENTIAL)}


class Returned(Struct):
    """What an import comes to."""

    responses: Responses
    taken: list[str] = field(default_factory=list)
    """Cells that were taken over: "F-001: T2 Response text"."""
    conflicts: list[str] = field(default_factory=list)
    """Cells where register and responses were both changed, in different ways."""
    edited: list[str] = field(default_factory=list)
    """Protected cells that were changed; the change is not taken."""
    unknown: list[str] = field(default_factory=list)
    """Rows that belong to no finding; they are kept."""
    columns: list[str] = field(default_factory=list)
    """Columns, cells beside the register and comments that are not taken."""
    missing: list[str] = field(default_factory=list)
    """Findings whose row was deleted; what was said about them stays as it is."""


def returned(
    register: Register, responses: Responses, *, prefer: Prefer | None = None, by: str = "", on: str = ""
) -> Returned:
    """Take a register over. ``prefer`` says which side counts where both were changed; without it nobody does.

    ``by`` is the role that confirms findings with this import, ``on`` the date. Raises ProblemError where the register
    belongs to another engagement or a value cannot be understood; then nothing is to be taken.
    """
    _same_engagement(register, responses)
    return _Import(register, responses, prefer, by, on).run()


def _same_engagement(register: Register, responses: Responses) -> None:
    whose = shorten(register.client, 60) or "another client"
    what = f"is the register of another engagement ({whose}, as of {register.as_of}): nothing was taken"
    if responses.engagement and register.engagement != responses.engagement:
        raise ProblemError([Problem(register.shown, 0, 0, what)])
    ids = {answer.id: key for key, answer in responses.responses.items() if answer.id}
    for row in register.rows:
        known = register.written.get(row.key)
        if known is not None and ids.get(known.id, row.key) != row.key:
            other = f"{known.id} is {row.key} here and {ids[known.id]} in the responses"
            raise ProblemError([Problem(register.shown, 0, 0, f"{what} ({other})")])
        if known is None and row.key and (hit := _with_id(register, row.id)):
            wrong = f"{row.cells['Fingerprint']}: {row.id} is {hit} in this register, not {shorten(row.key, 40)}"
            raise ProblemError([Problem(register.shown, 0, 0, f"{wrong}; is the row from another register?")])


def _with_id(register: Register, id_: str) -> str:
    return next((key for key, known in register.written.items() if known.id == id_), "")


class _Import:
    def __init__(self, register: Register, responses: Responses, prefer: Prefer | None, by: str, on: str) -> None:
        self.register, self.prefer, self.by, self.on = register, prefer, by, on
        self.answers = dict(responses.responses)
        self.out = Returned(responses)
        self.wrong: list[Problem] = []
        # Whatever the responses say may be younger than such a register: an answer taken back leaves no other trace.
        self.stale = register.as_of < responses.register_as_of

    def run(self) -> Returned:
        rows: list[UnknownRow] = []
        for row in self.register.rows:
            if row.key in self.register.written:
                self._row(row)
            else:
                rows.append(self._unknown(row))
        if self.wrong:
            raise ProblemError(self.wrong)
        known = self.out.responses.unknown_rows
        kept = [*known, *(r for r in rows if r.values not in [k.values for k in known])]
        engagement = self.register.engagement
        self.out.responses = replace(
            self.out.responses,
            engagement=engagement,
            register_as_of=max(self.out.responses.register_as_of, self.register.as_of),
            responses=self.answers,
            unknown_rows=kept,
        )
        extra = [shorten(name, 40) for name in self.register.more_columns]
        self.out.columns = [f'the column "{name}" is not part of the register' for name in extra if name]
        beside = self.register.beside
        self.out.columns += beside[:_TOLD]
        if len(beside) > _TOLD:
            self.out.columns.append(f"{len(beside) - _TOLD} more cells and comments beside the register")
        there = {row.key for row in self.register.rows}
        self.out.missing = [known.id for key, known in self.register.written.items() if key not in there]
        return self.out

    def _unknown(self, row: Row) -> UnknownRow:
        named = shorten(row.id or row.values["Title"] or row.key or "without a number", 60)
        self.out.unknown.append(f"row {row.number} ({named})")
        return UnknownRow(self.register.shown, row.number, {k: v for k, v in row.values.items() if v})

    def _row(self, row: Row) -> None:
        written = self.register.written[row.key]
        answer = self.answers.get(row.key, Answer())
        self._protected(row)
        before = answer
        for column in _ANSWERS:
            told = digest(row.values[column.name]) != written.digests.get(column.name, "")
            if told:
                answer = self._cell(row, column, answer, written.digests.get(column.name, ""))
        if answer != before:
            self.answers[row.key] = self._signed(before, replace(answer, id=written.id))

    def _signed(self, before: Answer, answer: Answer) -> Answer:
        """The answer with the role and date of who confirmed, withdrew or rated with this import."""
        if answer.status != before.status:
            confirmed = (answer.status or "").startswith("confirmed")
            was = (before.status or "").startswith("confirmed")
            if (confirmed and not was) or answer.status == "withdrawn":
                answer = replace(answer, confirmed_by=self.by, confirmed_on=self.on if self.by else "")
            elif not confirmed:
                answer = replace(answer, confirmed_by="", confirmed_on="")
        if answer.final_rating != before.final_rating:
            answer = replace(answer, rated_by=self.by if answer.final_rating else "")
        return answer

    def _protected(self, row: Row) -> None:
        written = self.register.written[row.key].digests
        for column in COLUMNS:
            if not column.answer and digest(row.values[column.name]) != written.get(column.name, ""):
                self.out.edited.append(f"{row.cells[column.name]} ({column.name} of {row.id or row.key})")

    def _cell(self, row: Row, column: Column, answer: Answer, written: str) -> Answer:
        """The answer with one cell that was filled in."""
        value = self._value(row, column)
        if value is None:
            return answer
        now = getattr(answer, column.answer)
        if now == value:
            return answer
        cell = f"{row.cells[column.name]} ({column.name} of {row.id})"
        both = self.stale or digest(_as_written(column, now, row)) != written
        if now is not None and both and self.prefer != "register":
            if self.prefer is None:
                told, other = (shorten(text, 60) or "nothing" for text in (value, now))
                self.out.conflicts.append(f"{cell}: the register says “{told}”, the responses “{other}”")
            return answer
        self.out.taken.append(cell)
        return replace(answer, **{column.answer: value})

    def _value(self, row: Row, column: Column) -> str | None:
        """The value of a cell; ``None`` where it cannot be understood, which is noted."""
        text = row.values[column.name]
        if column.answer in _PREFIXES:
            return self._confirmation(row, column)
        if column.choices and text:
            word = text.lower()
            choice = next((c for c in column.choices if c in (word, word.replace(" ", "-"))), None)
            if choice is None:
                near = did_you_mean(text, column.choices)
                self._wrong(row, column, f'"{shorten(text, 60)}" is not in the list', column.choices, near)
            return choice
        if column.answer == "due" and text and not is_date(text):
            self._wrong(row, column, f'"{shorten(text, 60)}" is no date: write it as 2027-02-28')
            return None
        return text

    def _confirmation(self, row: Row, column: Column) -> str | None:
        """Whether a cause or effect was confirmed: only its first word may have been changed."""
        text, (plain, prefix) = row.values[column.name], _PREFIXES[column.answer]
        digests = self.register.written[row.key].digests
        for word, meaning in ((CONFIRMED, "confirmed"), (prefix, plain)):
            rest = text.removeprefix(word.strip()).strip()
            if rest != text and digests.get(column.name) in (digest(CONFIRMED + rest), digest(prefix + rest)):
                return meaning
        self.out.edited.append(f"{row.cells[column.name]} ({column.name} of {row.id}; only its first word is taken)")
        return None

    def _wrong(self, row: Row, column: Column, what: str, allowed: tuple[str, ...] = (), near: str = "") -> None:
        place = f"{row.cells[column.name]} ({column.name} of {row.id})"
        self.wrong.append(Problem(self.register.shown, 0, 0, f"{place}: {what}", allowed=allowed, suggestion=near))


def _as_written(column: Column, now: str | None, row: Row) -> str:
    """How an answer would have been written into its cell."""
    if column.answer in _PREFIXES:
        prefix = _PREFIXES[column.answer][1]
        rest = row.values[column.name].partition(":")[2]
        return (CONFIRMED if now == "confirmed" else prefix) + rest.strip()
    if column.answer == "status":
        return now or "not confirmed"
    return now or ""


def lines(result: Returned) -> Iterator[str]:
    """What came of an import, a line each."""
    for label, found in (
        ("conflict", result.conflicts),
        ("not taken, the cell is protected", result.edited),
        ("kept, belongs to no finding", result.unknown),
        ("not taken", result.columns),
    ):
        for text in found:
            yield f"{label}: {text}"
    if result.missing:
        named = ", ".join(result.missing[:12])
        named += f" and {len(result.missing) - 12} more" if len(result.missing) > 12 else ""
        yield f"not in the register any more, answers stay as they are: {named}"
