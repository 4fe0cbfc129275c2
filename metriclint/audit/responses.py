"""``responses.yaml``: what the organisation and the auditor say about findings, by fingerprint.

It is written by ``metriclint responses import`` or by hand, and never by a check.
"""

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from metriclint.audit.pack import Decision, Rating, Status
from metriclint.files.problem import Problem, ProblemError
from metriclint.files.shape import to_struct
from metriclint.files.yaml_values import parse, read_text
from metriclint.rules.library import placed

VERSION_KEY = "metriclint_responses"


class Answer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was said about one finding. ``None``: nobody said it here; an empty text: it was taken back."""

    id: str = ""
    """Number of the finding, for people and to notice files of another engagement."""
    decision: Decision | Literal[""] | None = None
    text: str | None = None
    owner: str | None = None
    """Role that acts."""
    due: str | None = None
    """ISO date."""
    status: Status | Literal[""] | None = None
    final_rating: Rating | Literal[""] | None = None
    rated_by: str | None = None
    """Role."""
    confirmed_by: str | None = None
    """Role of the auditor."""
    confirmed_on: str | None = None
    """ISO date."""
    cause: Literal["hypothesis", "confirmed"] | None = None
    effect: Literal["potential", "confirmed"] | None = None
    closure_evidence: str | None = None
    notes: str | None = None

    def over(self, earlier: "Answer") -> "Answer":
        """This answer, with what only an earlier one says."""
        names = Answer.__struct_fields__
        return Answer(*(getattr(earlier if getattr(self, n) is None else self, n) for n in names))


class UnknownRow(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A row of a register that belongs to no finding: kept as it was written."""

    register: str
    row: int
    values: dict[str, str]
    """Texts by column."""


class Responses(Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    metriclint_responses: Literal[1] = 1
    engagement: str = ""
    register_as_of: str = ""
    """As-of date of the youngest register that was taken over."""
    responses: dict[str, Answer] = field(default_factory=dict)
    unknown_rows: list[UnknownRow] = field(default_factory=list)


def read_responses(file: Path, shown: str) -> Responses:
    """Read a file of responses. Raises ProblemError with everything that is wrong with it."""
    text = read_text(file, shown)
    if isinstance(text, Problem):
        raise ProblemError([text])
    return responses_of(text, shown)


def responses_of(text: str, shown: str) -> Responses:
    """A text as responses. Raises ProblemError with everything that is wrong with it."""
    value, problems = parse(text, shown)
    if problems:
        raise ProblemError(problems)
    if not isinstance(value, dict) or VERSION_KEY not in value:
        raise ProblemError([Problem(shown, 1, 1, f"these are no responses: `{VERSION_KEY}: 1` is missing")])
    found = to_struct(value, Responses, shown)
    if isinstance(found, list):
        raise ProblemError(placed(found, text))
    wrong = [
        Problem(shown, 0, 0, f'"{text}" is no date: write it as 2027-02-28', ("responses", key, name))
        for key, answer in found.responses.items()
        for name, text in (("due", answer.due), ("confirmed_on", answer.confirmed_on))
        if text and not is_date(text)
    ]
    if wrong:
        raise ProblemError(placed(wrong, text))
    return found


def is_date(text: str) -> bool:
    """Is it a date as 2027-02-28."""
    try:
        return len(text) == 10 and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


_HEAD = """\
# What the organisation and the auditor say about findings, by fingerprint. Roles, never people.
# `metriclint responses import findings-register.xlsx` writes it; it can be edited by hand too.
"""


def text_of(responses: Responses) -> str:
    """The file as text: sorted by number and key, so that two copies can be compared."""
    lines = [_HEAD + f"{VERSION_KEY}: 1"]
    if responses.engagement:
        lines.append(f"engagement: {quoted(responses.engagement)}")
    if responses.register_as_of:
        lines.append(f"register_as_of: {quoted(responses.register_as_of)}")
    lines.append("responses:" + ("" if responses.responses else " {}"))
    for key, answer in sorted(responses.responses.items(), key=lambda p: (len(p[1].id), p[1].id, p[0])):
        lines.append(f"  {quoted(key)}:" + ("" if answer != Answer() else " {}"))
        lines += [f"    {name}: {quoted(value)}" for name, value in _values(answer)]
    if responses.unknown_rows:
        lines.append("unknown_rows: # rows of registers that belong to no finding")
        for row in responses.unknown_rows:
            lines += [f"  - register: {quoted(row.register)}", f"    row: {row.row}", "    values:"]
            lines += [f"      {quoted(name)}: {quoted(value)}" for name, value in row.values.items()]
    return "\n".join(lines) + "\n"


def _values(answer: Answer) -> Iterator[tuple[str, str]]:
    for name in Answer.__struct_fields__:
        value = getattr(answer, name)
        if value is not None and (value or name != "id"):
            yield name, value


def quoted(text: str) -> str:
    """A text as a double-quoted YAML scalar, which every reader takes for that text."""
    return '"' + "".join(_escaped(text)) + '"'


def _escaped(text: str) -> Iterable[str]:
    for c in text:
        if c in '"\\':
            yield "\\" + c
        elif c == "\n":
            yield "\\n"
        elif c.isprintable():
            yield c
        else:
            yield f"\\U{ord(c):08x}"
