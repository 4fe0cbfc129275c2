"""Headers of goal sheets: what a column holds by its wording, and whether a row is the header of such a sheet."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, field

from metriclint.files.problem import Problem, ProblemError
from metriclint.files.shape import to_struct
from metriclint.files.yaml_values import parse, read_text
from metriclint.sources.targets.words import ADVERBS

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PERIODS = re.compile(r"\b(?:fy|cy|q|h)?\d+\b")
_OTHER = re.compile(r"[\W\d]+")
_LONGEST = 60
_HELD_TO = frozenset({"target", "weight", "score", "reward", "visibility", "level", "current", "review"})
"""What a goal is held to: without any of it a table is only a list of names."""
_SAYS_GOAL = frozenset({"description", "level", "visibility", "key_result", "parent"})
_LEAST = 3
_SEVERAL = frozenset({"person", "date", "other", "score", "reward", "band", "key_result"})
"""Kinds of which a sheet can have several columns; of others the most telling counts."""
_FOR_GOALS = frozenset({"person", "date", "other", "number", "status"})
"""Kinds whose headers, however telling, stand in lists of tasks and of people too."""
_PERIOD_WORDS = {**ADVERBS, "annual": "P1Y"}


class _Aliases(Struct, frozen=True, forbid_unknown_fields=True):
    telling: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    keys: dict[str, _Aliases | list[_Aliases]]
    german: list[str]
    values: dict[str, dict[str, list[str]] | list[str]]


class _Meaning(NamedTuple):
    """What a header can mean."""

    key: str
    rank: int
    """Of several headers that name what is measured, the lowest does."""
    telling: bool


class Header(NamedTuple):
    """A header row."""

    columns: dict[int, str]
    """What a column holds, by its number from 1."""
    texts: dict[str, str]
    """The first header of each kind, as written."""
    telling: int
    """How many of them hardly any other table has."""
    german: bool
    bands: bool
    """Is it a table that turns ratings into rewards."""

    def column(self, key: str) -> int | None:
        """The first column of a kind."""
        return next((column for column, known in self.columns.items() if known == key), None)

    @property
    def certain(self) -> bool:
        """Does it have the marks that hardly any other table has."""
        return self.bands or (self.telling > 0 and not _HELD_TO.isdisjoint(self.texts))


def plain_header(text: str) -> str:
    """A header as the alias table writes it: ``Target (FY26) %`` is ``target``."""
    bare = _PERIODS.sub(" ", _BRACKETS.sub(" ", text.lower()).replace("_", " "))
    return " ".join(_OTHER.sub(" ", bare).split())


class Wordings(NamedTuple):
    """The alias table."""

    headers: dict[str, list[_Meaning]]
    german: frozenset[str]
    values: dict[str, dict[str, str]]
    """By kind of column: what a cell says, by its words."""
    words: dict[str, dict[str, list[str]]]
    """Kinds of reward by words inside a text."""
    single: dict[str, frozenset[str]]
    """Lists without kinds: words for no, words of rows that add up."""


@lru_cache(maxsize=1)
def wordings() -> Wordings:
    """The alias table that ships. Raises ProblemError where the file is damaged."""
    file = Path(__file__).with_name("headers.yaml")
    text = read_text(file, file.name)
    if isinstance(text, Problem):
        raise ProblemError([text])
    value, problems = parse(text, file.name)
    if problems:
        raise ProblemError(problems)
    return wordings_of(value, file.name)


def wordings_of(value: Any, path: str) -> Wordings:
    """An alias table out of its values. Raises ProblemError."""
    table = to_struct(value, _File, path)
    if not isinstance(table, _File):
        raise ProblemError(table)
    headers: dict[str, list[_Meaning]] = {}
    for key, aliases in table.keys.items():
        for rank, group in enumerate(aliases if isinstance(aliases, list) else [aliases]):
            for telling, listed in ((True, group.telling), (False, group.plain)):
                for alias in listed:
                    meanings = headers.setdefault(plain_header(alias), [])
                    if all(meaning.key != key for meaning in meanings):
                        meanings.append(_Meaning(key, rank, telling))
    values: dict[str, dict[str, str]] = {}
    words: dict[str, dict[str, list[str]]] = {}
    single: dict[str, frozenset[str]] = {}
    for key, said in table.values.items():
        if isinstance(said, list):
            single[key] = frozenset(said)
        else:
            values[key] = {_said(text): value for value, texts in said.items() for text in texts}
            words[key] = said
    return Wordings(headers, frozenset(map(plain_header, table.german)), values, words, single)


def _said(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())


def says(kind: str, text: str) -> str | None:
    """What a cell of a kind of column means; ``None`` for words that nobody knows."""
    return wordings().values[kind].get(_said(text))


def is_one_of(kind: str, text: str) -> bool:
    """Is a text one of a list: ``no``, ``total``."""
    return _said(text).rstrip(" :.") in wordings().single[kind]


def rewards_in(texts: Iterable[str]) -> list[str]:
    """Kinds of reward that texts speak of, in the order of the alias table."""
    said = {word for text in texts for word in _OTHER.split(text.lower())}
    return [kind for kind, words in wordings().words["reward"].items() if not said.isdisjoint(words)]


def header_of(cells: Mapping[int, Any]) -> Header | None:
    """The header that a row is, by its filled cells; ``None`` for any other row."""
    texts = {column: cell for column, cell in cells.items() if isinstance(cell, str) and len(cell) <= _LONGEST}
    if len(texts) < 2 or len(texts) < len(cells) / 2:
        return None
    known = {column: meanings for column, text in texts.items() if (meanings := _meanings(text))}
    if len(known) < 2:
        return None
    names = [
        (meaning.rank, column)
        for column, meanings in known.items()
        for meaning in meanings
        if meaning.key == "name" and (meaning.telling or not _starts_with_person(column, known))
    ]
    if not names:
        return _bands(known, texts)
    keys = {column: _key(meanings, ("name", "band")) for column, meanings in known.items()}
    rank, column = min(names)
    keys[column] = "name"
    for other_rank, other in names:
        if other != column:
            keys[other] = keys[other] or _second(other_rank, "target" in keys.values())
    found = set(keys.values()) - {""}
    people = rank == 3 and (_SAYS_GOAL.isdisjoint(found) or not {"score", "reward"}.isdisjoint(found))
    if people or len(found) < _LEAST:
        return _bands(known, texts)
    return _header(keys, known, texts, bands=False)


def _meanings(text: str) -> list[_Meaning]:
    plain = plain_header(text)
    known = wordings().headers.get(plain)
    if known is None and period_of(text) is not None:
        held_to = wordings().headers.get(plain.partition(" ")[2], ())
        known = [meaning for meaning in held_to if meaning.key in ("target", "current")]
    return known or []


def period_of(text: str) -> str | None:
    """The period that a header begins with, as "Annual target" does."""
    first, _, rest = plain_header(text).partition(" ")
    return _PERIOD_WORDS.get(first) if rest else None


def _key(meanings: list[_Meaning], last: tuple[str, ...]) -> str:
    """What a header means; some meanings only where there is no other, and a name never."""
    keys = sorted((m.key for m in meanings if m.key != "name"), key=last.__contains__)
    return keys[0] if keys else ""


def _starts_with_person(column: int, known: dict[int, list[_Meaning]]) -> bool:
    return any(meaning.key == "person" for meaning in known[column])


def _second(rank: int, has_target: bool) -> str:
    """What another column is that could name the thing: the goal behind a KPI, its target, or a person's name."""
    if rank == 2:
        return "purpose" if has_target else "target"
    return "person" if rank == 3 else "other"


def _bands(known: dict[int, list[_Meaning]], texts: dict[int, str]) -> Header | None:
    """A table that turns ratings into rewards; one that has people in it is no such table."""
    keys = {column: _key(meanings, ("level", "other", "status")) for column, meanings in known.items()}
    found = set(keys.values())
    rewards = [c for c, key in keys.items() if key == "reward" and any(m.telling and m.key == key for m in known[c])]
    if not rewards or found.isdisjoint({"band", "score", "current"}) or not found.isdisjoint({"person", "weight"}):
        return None
    return _header(keys, known, texts, bands=True)


def _header(keys: dict[int, str], known: dict[int, list[_Meaning]], texts: dict[int, str], *, bands: bool) -> Header:
    tells = {column: any(m.telling and m.key == key for m in known[column]) for column, key in keys.items()}
    first: dict[str, str] = {}
    columns: dict[int, str] = {}
    for column, key in sorted(keys.items(), key=lambda item: not tells[item[0]]):
        if key:
            columns[column] = key if key not in first or key in _SEVERAL else "other"
            first.setdefault(key, " ".join(texts[column].split()))
    columns = dict(sorted(columns.items()))
    telling = sum(tells[column] and key not in _FOR_GOALS for column, key in columns.items())
    german = sum(plain_header(texts[column]) in wordings().german for column in columns)
    return Header(columns, first, telling, german * 2 > len(columns), bands)
