"""The keys of a metric card that one value can fill, and values of other tools' lists as values of these keys."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from metriclint.files.problem import shorten
from metriclint.files.shape import kebab
from metriclint.model.card import Metric
from metriclint.model.objects import InlineBoard, InlineConsequence
from metriclint.model.text import DATE_PATTERN, ID_PATTERN
from metriclint.sources.draft import id_of

_LONGEST = 20_000
_DATE = re.compile(DATE_PATTERN)
_LONG_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})[T ].*")
_TRUTH = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
_PLAIN = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")
_LEFT_OUT = ("waivers", "gaming_actions", "counter_metrics", "derived_from", "visibility", "consequences", "agent")
"""What is no single value; boards and consequences stand below with the keys of one of them."""


class Unreadable(ValueError):
    """Raised where a value is none of a key; the message says why."""


class Leaf(NamedTuple):
    """What a key of a card takes."""

    types: frozenset[str]
    """Of text, number, count, truth, choice, date, id."""
    choices: tuple[str, ...] = ()
    several: bool = False
    """Does it take a list."""


@lru_cache(maxsize=1)
def leaves() -> dict[str, Leaf]:
    """Every key that a field of a list can fill, dotted, with what it takes."""
    found = dict(_of_struct(Metric, ""))
    found |= {f"visibility.{key}": leaf for key, leaf in _of_struct(InlineBoard, "")}
    found |= {f"consequences.{key}": leaf for key, leaf in _of_struct(InlineConsequence, "")}
    found["outcome"] = found["outcome.title"]
    return {key: leaf for key, leaf in sorted(found.items()) if not key.endswith(".id")}


def _of_struct(struct: type[msgspec.Struct], above: str) -> Iterator[tuple[str, Leaf]]:
    for field in msgspec.structs.fields(struct):
        key = f"{above}{field.encode_name}"
        if key not in _LEFT_OUT:
            yield from _of_type(key, inspect.type_info(field.type))


def _of_type(key: str, info: Any) -> Iterator[tuple[str, Leaf]]:
    types: set[str] = set()
    choices: list[str] = []
    several = False
    for one in _alternatives(info):
        if isinstance(one, inspect.StructType):
            yield from _of_struct(one.cls, f"{key}.")
            continue
        if isinstance(one, inspect.ListType):
            several = True
            inner = list(_alternatives(one.item_type))
        else:
            inner = [one]
        for each in inner:
            types |= _types(each)
            choices += [str(v) for v in each.values] if isinstance(each, inspect.LiteralType) else []
    if types:
        yield key, Leaf(frozenset(types), tuple(dict.fromkeys(choices)), several)


def _alternatives(info: Any) -> Iterator[Any]:
    if isinstance(info, inspect.UnionType):
        for one in info.types:
            yield from _alternatives(one)
    elif isinstance(info, inspect.Metadata):
        form = (info.extra_json_schema or {}).get("pattern")
        if form in (ID_PATTERN, DATE_PATTERN):
            yield _Formed("id" if form == ID_PATTERN else "date")
        else:
            yield from _alternatives(info.type)
    elif not isinstance(info, inspect.NoneType):
        yield info


class _Formed(NamedTuple):
    """A text that has a form of its own."""

    kind: str


def _types(info: Any) -> set[str]:
    if isinstance(info, _Formed):
        return {info.kind}
    names = {
        inspect.LiteralType: "choice",
        inspect.StrType: "text",
        inspect.FloatType: "number",
        inspect.IntType: "count",
        inspect.BoolType: "truth",
    }
    return {name for type_, name in names.items() if isinstance(info, type_)}


def written(value: Any) -> str:
    """A scalar as people write it in a list: numbers without an idle fraction, truth in small letters."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def fitted(value: Any, leaf: Leaf, decimal: str | None = None) -> Any:
    """One value of a list as a value of a key. Raises Unreadable."""
    text = written(value).strip()
    for type_ in ("truth", "choice", "count", "number", "date", "id", "text"):
        if type_ in leaf.types:
            found = _as(type_, value, text, leaf, decimal)
            if found is not None:
                return found
    raise Unreadable(_why(text, leaf))


def _as(type_: str, value: Any, text: str, leaf: Leaf, decimal: str | None) -> Any:
    if type_ == "truth":
        return value if isinstance(value, bool) else _TRUTH.get(text.lower())
    if type_ == "choice":
        near = kebab(text)
        return text if text in leaf.choices else near if near in leaf.choices else None
    if type_ in ("count", "number"):
        number = number_of(value, decimal)
        if number is None or (type_ == "count" and (number < 0 or not float(number).is_integer())):
            return None
        return int(number) if type_ == "count" else number
    if type_ == "date":
        short = _LONG_DATE.fullmatch(text)
        text = short[1] if short else text
        return text if _DATE.fullmatch(text) else None
    if type_ == "id":
        return id_of(text)
    return text[:_LONGEST]


def number_of(value: Any, decimal: str | None = None) -> float | None:
    """A finite number, or a text that is nothing else and has one reading."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value if abs(value) < 1e300 else None
    text = str(value).strip()
    if decimal == ",":
        text = text.replace(".", "").replace(",", ".") if "." not in text or "," in text else "?"
    if not _PLAIN.fullmatch(text) or (decimal is None and _group(text)):
        return None
    return float(text) if "." in text else int(text)


def _group(text: str) -> bool:
    """Can the dot of a number stand between thousands as well: 1.000 but not 0.125."""
    whole, _, part = text.lstrip("+-").partition(".")
    return len(part) == 3 and whole != "0" and len(whole) <= 3


def _why(text: str, leaf: Leaf) -> str:
    shown = f'"{shorten(text, 60)}"'
    if "choice" in leaf.types:
        return f"{shown} is none of {', '.join(leaf.choices)}"
    wanted = {"truth": "yes or no", "count": "a whole number", "number": "a number", "date": "a date"}
    names = [words for type_, words in wanted.items() if type_ in leaf.types]
    return f"{shown} is not {' or '.join(names)}"
