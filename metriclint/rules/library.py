"""Data beside the rules: criteria (what should be), families, and law as data."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from metriclint.files.positions import find_spans
from metriclint.files.problem import Problem, ProblemError, excerpt_of
from metriclint.files.shape import to_struct
from metriclint.files.shipped import shipped
from metriclint.files.yaml_values import line_at, parse, read_text

T = TypeVar("T")


class CriterionEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A source of what should be."""

    title: str
    citation: str
    says: str
    url: str | None = None
    checked: bool = False


class Family(Struct, frozen=True, forbid_unknown_fields=True):
    """A family of rules."""

    name: str
    folder: str
    title: str
    question: str


class LawEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A legal text that a pointer points to. None of it is legal advice."""

    title: str
    says: str
    source: str
    jurisdictions: list[str]
    articles: str = ""
    applies_from: str | None = None
    checked: bool = False


class _CriteriaFile(Struct, frozen=True, forbid_unknown_fields=True):
    criteria: dict[str, CriterionEntry] = {}
    families: dict[str, Family] = {}


class _LawFile(Struct, frozen=True, forbid_unknown_fields=True):
    last_checked: str
    entries: dict[str, LawEntry]


def read_data(file: Path, type_: type[T], shown: str = "") -> T:
    """A data file as a struct. ``shown`` is its path in problems. Raises ProblemError with every problem of it."""
    path = shown or file.name
    text = read_text(file, path)
    if isinstance(text, Problem):
        raise ProblemError([text])
    value: Any
    value, problems = parse(text, path)
    if problems:
        raise ProblemError(problems)
    result = to_struct(value, type_, path)
    if isinstance(result, list):
        raise ProblemError(placed(result, text))
    return result


def placed(problems: Sequence[Problem], text: str) -> list[Problem]:
    """Problems of one file at the places of their routes, with the source line."""
    spans = find_spans(text, {p.route for p in problems}) if problems else {}
    found = []
    for p in problems:
        span = spans[p.route]
        excerpt, caret = excerpt_of(line_at(text, span.line), span.column)
        found.append(p._replace(line=span.line, column=span.column, excerpt=excerpt, caret=caret))
    return found


@lru_cache(maxsize=1)
def _criteria() -> _CriteriaFile:
    return read_data(shipped("rules") / "criteria.yaml", _CriteriaFile)


@lru_cache(maxsize=1)
def _law() -> _LawFile:
    return read_data(shipped("rules") / "law.yaml", _LawFile)


def criteria_of(folder: Path) -> dict[str, CriterionEntry]:
    """Criteria of a pack: what stands in its ``criteria.yaml``, such as the organisation's own policies.

    Raises ProblemError with every problem of the file; a pack without one has no criteria of its own.
    """
    file = folder / "criteria.yaml"
    return read_data(file, _CriteriaFile, file.as_posix()).criteria if file.is_file() else {}


def criteria() -> dict[str, CriterionEntry]:
    """The criteria library by id."""
    return _criteria().criteria


def families() -> dict[str, Family]:
    """Families by the letters of their codes, in the order of the file."""
    return _criteria().families


def law_entries() -> dict[str, LawEntry]:
    """Legal texts by id."""
    return _law().entries


def law_last_checked() -> str:
    """ISO date on which the law data was last looked at."""
    return _law().last_checked
