"""Facts in cells: routes as keys that people can type, and values that come back exactly as they were."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from metriclint.files.problem import Route

Value = str | int | float | bool | None
_PART = re.compile(r"\[(\d+)\]|(?:^|\.)([^.\[\]]+)")
_EXACT = "number: "
_QUOTED = ('"', "[", "{", _EXACT)
LONGEST = 32_000
"""Characters that a cell holds."""


class WrongKey(ValueError):
    """Raised where a key cannot be read; the message says what one looks like."""


def key_of(route: Route) -> str:
    """A route as a key: ``consequences[0].kind``."""
    text = ""
    for part in route:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def route_of(key: str) -> Route:
    """A key as a route. Raises WrongKey."""
    route: list[str | int] = []
    at = 0
    while at < len(key):
        found = _PART.match(key, at)
        if found is None or (at == 0 and (found[2] is None or key.startswith("."))):
            raise WrongKey(f'"{key}" is no key; one looks like target.value or consequences[0].kind')
        route.append(int(found[1]) if found[1] is not None else found[2])
        at = found.end()
    return tuple(route)


def flat(value: Any, above: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Everything that a raw value says, leaf by leaf; an empty list or mapping is a leaf."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from flat(inner, (*above, key))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from flat(inner, (*above, index))
    else:
        yield above, value


def nested(leaves: Mapping[Route, Any]) -> Any:
    """The raw value that has these leaves. A list is as long as its indexes are many, in their order.

    Raises ValueError where a leaf stands above another.
    """
    if () in leaves:
        if len(leaves) > 1:
            raise ValueError("one key stands above another")
        return leaves[()]
    branches: dict[str | int, dict[Route, Any]] = {}
    for route, value in leaves.items():
        branches.setdefault(route[0], {})[route[1:]] = value
    if all(isinstance(part, int) for part in branches):
        return [nested(branches[part]) for part in sorted(branches, key=int)]
    if any(isinstance(part, int) for part in branches):
        raise ValueError("a list and a mapping stand at one key")
    return {part: nested(inner) for part, inner in branches.items()}


def to_cell(value: Any) -> Value:
    """A leaf as what a cell holds. What a workbook would change is written as JSON. Raises ValueError if too long."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else f"{_EXACT}{value}"
    if isinstance(value, float):
        return value if float(f"{value:.15G}") == value else f"{_EXACT}{value!r}"
    text = value if isinstance(value, str) else json.dumps(value)
    if isinstance(value, str) and _changes(value):
        text = json.dumps(value).replace("_x", "\\u005fx")
    if len(text) > LONGEST:
        raise ValueError(f"a text of {len(text):,} characters does not fit into a cell")
    return text


def _changes(text: str) -> bool:
    """Would a workbook give a text back differently: spaces at its ends, characters it escapes, our own marks."""
    odd = not text.isprintable() or "_x" in text.lower() or text != text.strip() or not text
    return odd or text.startswith(_QUOTED) or text.lower() in ("true", "false")


def of_cell(given: Any) -> Any:
    """What a cell holds as a value. Raises ValueError where a text begins like JSON and is none."""
    if isinstance(given, float) and given.is_integer():
        return int(given)
    if not isinstance(given, str):
        return given
    text = given.strip()
    if text.startswith(_EXACT):
        number = text.removeprefix(_EXACT)
        return int(number) if number.lstrip("-").isdigit() else float(number)
    if text.startswith(_QUOTED):
        return json.loads(text)
    return {"true": True, "false": False}.get(text.lower(), text)
