"""Levers: changes that an organisation can make, from the fixes of rules and from ``rules/levers.yaml``."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import msgspec

from metriclint.files.shipped import shipped
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.library import read_data

Effort = Literal["small", "medium", "large"]
EFFORT: dict[str, int] = {"small": 1, "medium": 2, "large": 3}


class GenericLever(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lever of the data file."""

    text: str
    change: dict[str, Any]
    effort: Effort
    obligation: str


class _LeverFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    levers: list[GenericLever]
    describing: list[str]


class Lever(NamedTuple):
    """A change with its words. ``rank`` orders levers that do the same: fixes of the rule itself come first."""

    text: str
    change: dict[str, Any]
    effort: int
    obligation: str
    rank: int


@lru_cache(maxsize=1)
def _file() -> _LeverFile:
    return read_data(shipped("rules") / "levers.yaml", _LeverFile)


def levers_for(rules: Iterable[CompiledRule]) -> list[Lever]:
    """Levers for a finding: the fixes of its rules in order, then the generic ones.

    Facts that describe the world and are nobody's to decide are never changed: a proof must not rest on saying
    something else. A fix that has nothing else in it is advice and no lever.
    """
    file = _file()
    describing = set(file.describing)
    found: list[Lever] = []
    seen: set[str] = set()
    for lever in [*_of_rules(rules), *_generic(file)]:
        change = {fact: value for fact, value in lever.change.items() if fact not in describing}
        key = msgspec.json.encode(sorted(change.items(), key=lambda p: p[0])).decode()
        if change and key not in seen and (len(change) == len(lever.change) or lever.rank >= _GENERIC):
            seen.add(key)
            found.append(lever._replace(change=change))
    return found


_GENERIC = 100
IN_ANY_CASE = "What is declared is really done, and people can see that it is."
"""The obligation of a change about which nothing more is said."""


def _of_rules(rules: Iterable[CompiledRule]) -> Iterator[Lever]:
    rank = 0
    for compiled in rules:
        for fix in compiled.rule.fix:
            if fix.change:
                text, obligation = " ".join(fix.text.split()), fix.obligation or _obligation(fix.change)
                yield Lever(text, dict(fix.change), EFFORT["medium"], obligation, min(rank, _GENERIC - 1))
                rank += 1


def _obligation(change: dict[str, Any]) -> str:
    """What goes with a change whose rule says nothing about it: as for the generic lever that has most of it."""
    shared = [(sum(1 for f, v in lever.change.items() if change.get(f) == v), lever) for lever in _file().levers]
    most, lever = max(shared, key=lambda pair: pair[0])
    return lever.obligation if most else IN_ANY_CASE


def _generic(file: _LeverFile) -> Iterator[Lever]:
    for number, lever in enumerate(file.levers):
        yield Lever(lever.text, dict(lever.change), EFFORT[lever.effort], lever.obligation, _GENERIC + number)
