"""Looking into values of any shape: what an adapter gets may be written by anybody, and every look may find nothing."""

import re
from collections.abc import Iterator
from typing import Any

from metriclint.files.problem import Route

_LONGEST = 20_000
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")


def text_in(value: Any, *keys: str) -> str | None:
    """The text below some keys, without space around it; ``None`` where there is none. Long texts are cut."""
    value = value_in(value, *keys)
    if isinstance(value, str) and (text := value.strip()):
        return text[:_LONGEST]
    return None


def prose_in(value: Any, *keys: str) -> str | None:
    """A text that people wrote for people, without the e-mail addresses in it."""
    text = text_in(value, *keys)
    return None if text is None else without_addresses(text)


def without_addresses(text: str) -> str:
    """A text in which no e-mail address stands any more."""
    return _ADDRESS.sub("(an address)", text) if "@" in text else text


def value_in(value: Any, *keys: str) -> Any:
    """What stands below some keys; ``None`` where the way ends earlier."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def map_in(value: Any, *keys: str) -> dict[str, Any]:
    """The mapping below some keys, its text keys only; an empty one where there is none."""
    value = value_in(value, *keys)
    return {k: v for k, v in value.items() if isinstance(k, str)} if isinstance(value, dict) else {}


def maps_in(value: Any, *keys: str) -> Iterator[tuple[Route, dict[str, Any]]]:
    """The mappings of the list below some keys, each with its route from ``value``."""
    listed = value_in(value, *keys)
    for number, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, dict):
            yield (*keys, number), entry


def items_in(value: Any, *keys: str) -> Iterator[tuple[Route, Any]]:
    """Everything in the list below some keys, with its route; a value that is no list counts as a list of one."""
    listed = value_in(value, *keys)
    if isinstance(listed, list):
        for number, entry in enumerate(listed):
            yield (*keys, number), entry
    elif listed is not None:
        yield keys, listed


def number_in(value: Any, *keys: str) -> float | None:
    """The number below some keys: finite, and no truth value."""
    value = value_in(value, *keys)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e300:
        return None
    return value
