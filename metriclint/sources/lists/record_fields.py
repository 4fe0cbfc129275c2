"""What stands in the fields of a record: texts and values by a mapping's paths, and what its words stand for."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from metriclint.files.problem import Route
from metriclint.model.mapping import FieldSource, Word
from metriclint.sources.lists.card_keys import number_of, written
from metriclint.sources.lists.mapping import paths_of
from metriclint.sources.lists.records import Record, Seen, is_filled, look

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")


def fits(record: Record, conditions: dict[str, Word | list[Word]]) -> bool:
    """Has a record the values that are asked for."""
    return all(_has(record, path, wanted) for path, wanted in conditions.items())


def _has(record: Record, path: str, wanted: Word | list[Word]) -> bool:
    found = [seen.value for seen in look(record, path) if is_filled(seen.value)]
    several = wanted if isinstance(wanted, list) else [wanted]
    if "*" in several:
        return bool(found)
    texts = [_folded(value) for value in found if _is_scalar(value)]
    return any(fnmatchcase(text, _folded(pattern)) for text in texts for pattern in several)


def _folded(value: Any) -> str:
    return _folded_text(written(value)[:2_000])


@lru_cache(maxsize=4096)
def _folded_text(text: str) -> str:
    return " ".join(text.lower().split())


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool))


def text_of(record: Record, source: FieldSource) -> tuple[str, Route | None]:
    """The text of a field that is no list, and where it stands; an empty text where there is none."""
    found = [(" ".join(written(seen.value).split()), seen.route) for seen in values_of(record, source)]
    if source.join is not None:
        return source.join.join(text for text, _ in found), found[0][1] if found else None
    return found[0] if found else ("", None)


def values_of(record: Record, source: FieldSource) -> list[Seen]:
    """Filled single values of a field: of the first path that has some, or of all that are joined."""
    found: list[Seen] = []
    ignored = {_folded(word) for word in source.ignore}
    for path in paths_of(source.source):
        for seen in look(record, path):
            if not _is_scalar(seen.value) or not is_filled(seen.value):
                continue
            if not ignored or _folded(seen.value) not in ignored:
                found.append(_cut(seen, source))
                if source.join is not None:
                    break  # of a list the first
        if found and source.join is None:
            break
    return found


def _cut(seen: Seen, source: FieldSource) -> Seen:
    """The part of a text that is meant."""
    if source.behind and isinstance(seen.value, str):
        return seen._replace(value=seen.value.rpartition(source.behind)[2].strip())
    return seen


def parts_of(found: Iterable[Seen], mark: str | None) -> Iterator[Seen]:
    """Values cut at a mark that stands between several of them."""
    for seen in found:
        if mark and isinstance(seen.value, str):
            yield from (seen._replace(value=part.strip()) for part in seen.value.split(mark)[:100] if part.strip())
        else:
            yield seen


def meant(value: Any, source: FieldSource) -> Any:
    """What a word of the list stands for."""
    if not source.values:
        return value
    word = _folded(value)
    return next((meant for key, meant in source.values.items() if _folded(key) == word), value)


def in_order(found: list[Seen], source: FieldSource) -> list[Seen]:
    """Several values for one fact: the one that ``values`` names first counts."""
    order = {_folded(key): number for number, key in enumerate(source.values)}
    return sorted(found, key=lambda seen: order.get(_folded(seen.value), len(order)))


def product(value: float, factor: float) -> float:
    """A product without the noise of binary fractions."""
    found = float(Decimal(repr(value)) * Decimal(repr(factor)))
    return int(found) if found.is_integer() else found


def amount(value: Any, source: FieldSource, decimal: str | None) -> str | int | float:
    """A target as its text says it, with the words that the mapping puts around a number."""
    number = number_of(value, decimal)
    if number is None or (source.before is None and source.after is None and source.times is None):
        return value if isinstance(value, str) or (number is not None) else written(value)
    if source.times is not None:
        number = product(number, source.times)
    if source.before is None and source.after is None:
        return number
    shown = format(Decimal(repr(number)), "f")
    return " ".join(part for part in (source.before, shown, source.after) if part)


def private(text: str) -> str:
    """A text without addresses of people."""
    return _ADDRESS.sub("(address)", text) if "@" in text else text
