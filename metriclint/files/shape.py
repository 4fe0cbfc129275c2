"""Values to typed structs, and every structural error of a value in one go.

The fast path is one call into msgspec. Only where it fails, the same type's JSON Schema is walked with jsonschema, so
that all errors come out in one run and a good file never pays for it.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

import msgspec

from metriclint.files.problem import Problem, Route, did_you_mean, shorten

T = TypeVar("T")
_JSON_NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def to_struct(value: Any, type_: type[T], path: str) -> T | list[Problem]:
    """The value as a struct, or every structural problem with it (routes, no lines yet).

    Blank keys (``owner:`` with nothing behind it) are undeclared, as if they were not there.
    """
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError:
        pass
    try:
        return _to_struct_slowly(value, type_, path)
    except RecursionError:
        return [Problem(path, 0, 0, "nested too deeply")]


def _to_struct_slowly(value: Any, type_: type[T], path: str) -> T | list[Problem]:
    wrong_keys = list(_key_problems(value, (), path))
    value = plain(value)
    try:
        struct = msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        return [*wrong_keys, *_all_problems(value, type_, path)] or [Problem(path, 0, 0, str(error))]
    return wrong_keys or struct


def plain(value: Any) -> Any:
    """The value as it is meant: without blank keys, with ``5.0`` as the whole number it is."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if v is not None and isinstance(k, str)}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _key_problems(value: Any, route: Route, path: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, below in value.items():
            if isinstance(key, str):
                yield from _key_problems(below, (*route, key), path)
            else:
                yield Problem(path, 0, 0, _wrong_key(key), route)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _key_problems(below, (*route, index), path)


def _wrong_key(key: Any) -> str:
    if isinstance(key, (bool, int, float)):
        return f"keys are texts: put {_shown(key)} in quotes"
    return f"keys are texts, not {'nothing' if key is None else 'lists or mappings'}"


def _all_problems(value: Any, type_: Any, path: str) -> list[Problem]:
    from jsonschema import Draft202012Validator

    schema = _schema_of(type_)
    found: list[Problem] = []
    for error in Draft202012Validator(schema).iter_errors(value):
        found.extend(_explain(error, schema, (), path))
    return sorted(set(found), key=lambda p: ([str(part) for part in p.route], p.message))


@cache
def _schema_of(type_: Any) -> dict[str, Any]:
    """The JSON Schema of a type; making one takes longer than to check a card with it."""
    return msgspec.json.schema(type_)


def _explain(error: Any, schema: dict[str, Any], above: Route, path: str) -> Iterator[Problem]:
    """Our words for one jsonschema error; a union is explained by the branch that fits the value's type."""
    route: Route = (*above, *error.path)
    rule, wanted, value = error.validator, error.validator_value, error.instance
    if "propertyNames" in list(error.schema_path)[-2:]:
        route = (*route, value)
    if rule == "anyOf":
        yield from _explain_union(error, schema, route, path)
    elif rule == "additionalProperties":
        known = sorted(error.schema.get("properties", {}))
        for key in value:
            if key not in known:
                message = f'unknown key "{shorten(str(key), 60)}"'
                yield Problem(path, 0, 0, message, (*route, key), tuple(known), did_you_mean(str(key), known))
    elif rule == "required":
        for key in wanted:
            if key not in value:
                yield Problem(path, 0, 0, f'"{key}" is missing', route)
    elif rule in ("enum", "const"):
        yield _not_allowed(value, wanted if rule == "enum" else [wanted], route, path)
    elif rule == "type":
        names = [wanted] if isinstance(wanted, str) else wanted
        yield _wrong_type(value, [_JSON_NAMES.get(n, n) for n in names], route, path)
    elif rule == "pattern":
        yield wrong_pattern(value, wanted, route, path)
    elif rule == "maxLength":
        yield Problem(path, 0, 0, f"too long: {len(value):,} characters, at most {wanted:,}", route)
    elif rule == "minLength":
        yield Problem(path, 0, 0, "must not be empty", route)
    elif rule == "minimum":
        yield Problem(path, 0, 0, f"must be {wanted} or more", route)
    else:
        yield Problem(path, 0, 0, shorten(str(error.message)), route)


def _explain_union(error: Any, schema: dict[str, Any], route: Route, path: str) -> Iterator[Problem]:
    branches = error.validator_value
    fitting = [i for i, branch in enumerate(branches) if _fits(error.instance, branch)]
    if not fitting:
        enums = [v for b in branches for v in b.get("enum", [])]
        if enums:
            yield _not_allowed(error.instance, enums, route, path)
            return
        names = [_JSON_NAMES.get(t, t) for b in branches for t in [_type_of(b)] if t != "null"]
        yield _wrong_type(error.instance, names, route, path)
        return
    for below in error.context:
        if below.schema_path and below.schema_path[0] in fitting:
            # Paths of context errors are relative to the union.
            yield from _explain(below, schema, route, path)


def _type_of(branch: dict[str, Any]) -> str:
    if "$ref" in branch:
        return "object"
    if "enum" in branch:
        return "string" if all(isinstance(v, str) for v in branch["enum"]) else "integer"
    kind = branch.get("type", "")
    return kind if isinstance(kind, str) else str(kind[0])


def _fits(value: Any, branch: dict[str, Any]) -> bool:
    kind = _type_of(branch)
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, (int, float)):
        return kind == "number" or (kind == "integer" and isinstance(value, int))
    return {"object": dict, "array": list, "string": str, "null": type(None)}.get(kind, tuple) is type(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{shorten(value, 60)}"'
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "a list"
    return "nothing" if value is None else shorten(str(value), 40)


def _not_allowed(value: Any, allowed: list[Any], route: Route, path: str) -> Problem:
    words = tuple(str(a) for a in allowed)
    message = f"{_shown(value)} is not one of the allowed values"
    return Problem(path, 0, 0, message, route, words, did_you_mean(str(value), words))


def _wrong_type(value: Any, wanted: list[str], route: Route, path: str) -> Problem:
    names = " or ".join(dict.fromkeys(wanted))
    return Problem(path, 0, 0, f"expected {names}, got {_shown(value)}", route)


def wrong_pattern(value: str, pattern: str, route: Route, path: str) -> Problem:
    """The problem with a text that does not have its form: an id, a date, or another pattern."""
    if pattern.startswith("^[a-z0-9]+(-"):
        message = f"{_shown(value)} is no id: ids are kebab-case (a–z, 0–9 and hyphens)"
        return Problem(path, 0, 0, message, route, suggestion=kebab(value))
    if pattern.startswith("^[0-9]{4}("):
        return Problem(path, 0, 0, f"{_shown(value)} is no date: write 2027-03-31, 2027-03, 2027-Q1 or 2027", route)
    return Problem(path, 0, 0, f"{_shown(value)} does not have the form {pattern}", route)


def kebab(text: str) -> str:
    """A text as an id: lower-case letters, digits and single hyphens; empty where nothing is left."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower()[:200])
    return "-".join(part for part in kept.split("-") if part)
