"""Reading mapping files: those that ship, by their names, and those of teams, with every error placed."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from metriclint.files.problem import Problem, Route, did_you_mean, shorten
from metriclint.files.shape import plain, to_struct
from metriclint.files.yaml_values import decode, parse
from metriclint.model.mapping import FieldSource, Mapping, Paths
from metriclint.sources.lists.card_keys import Unreadable, fitted, leaves
from metriclint.sources.native import place_problems, typed
from metriclint.sources.tree import DISK, Tree

NAME, TARGET, PART_OF, PARTS = "name", "target", "part_of", "derived_from"
SPECIAL = (NAME, TARGET, PART_OF, PARTS)
"""Keys of ``fields`` that are no single value of a card: its id, its target as a text, and other metrics by name."""
_FOLDER = Path(__file__).resolve().parent / "mappings"
_WRONG_PATH = re.compile(r"^\^?\.|\.\.|\.$|^\^$|\s$|^\s")


@lru_cache(maxsize=1)
def shipped_names() -> tuple[str, ...]:
    """Names of the mappings that ship."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def shipped_text(name: str) -> str:
    """A mapping that ships, as it is written."""
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def shipped_mappings() -> dict[str, Mapping]:
    """The mappings that ship, by name. They are not looked through for errors."""
    return {name: msgspec.convert(parse(shipped_text(name), name)[0], Mapping) for name in shipped_names()}


def is_path(name: str) -> bool:
    """Does a setting name a mapping by its file, and not one that ships."""
    return "/" in name or name.endswith((".yaml", ".yml", ".json"))


def unknown_mapping(name: str, shown: str) -> Problem | None:
    """The problem with a name that is no path, and that no mapping that ships has."""
    if is_path(name) or name in shipped_names():
        return None
    near = did_you_mean(name, shipped_names())
    message = f'no mapping that ships is called "{shorten(name, 60)}", and a path has a / or ends in .yaml'
    return Problem(shown, 0, 0, message, (), shipped_names(), near)


def read_mapping(name: str, tree: Tree = DISK, shown: str = "") -> Mapping | list[Problem]:
    """A mapping by its name or path, or everything that is wrong with it.

    ``shown`` is how its path is told; the problem with a name that is none has no path.
    """
    if (unknown := unknown_mapping(name, "")) is not None:
        return [unknown]
    if not is_path(name):
        file, shown, tree = _FOLDER / f"{name}.yaml", f"mappings/{name}.yaml", DISK
    else:
        file, shown = Path(name), shown or name
    try:
        data = tree.read_bytes(file)
    except OSError as error:
        return [Problem(shown, 0, 0, f"the mapping cannot be read: {(error.strerror or 'error').lower()}")]
    return _read(data, shown)


@lru_cache(maxsize=64)
def _read(data: bytes, shown: str) -> Mapping | list[Problem]:
    text = decode(data, shown)
    if isinstance(text, Problem):
        return [text]
    value, problems = parse(text, shown)
    if problems:
        return problems
    if not isinstance(value, dict) or "mapping" not in value:
        return [Problem(shown, 1, 1, "a mapping file begins with `mapping: 1`")]
    found = list(wrong_in(value, shown))
    return place_problems(found, text) if found else msgspec.convert(plain(value), Mapping)


def wrong_in(value: dict[str, Any], shown: str) -> Iterator[Problem]:
    """Everything that is wrong with the values of a mapping (routes, no lines yet)."""
    mapping = to_struct(value, Mapping, shown)
    if isinstance(mapping, list):
        yield from mapping
    else:
        yield from _wrong(mapping, value, shown)


def sources_of(field: str | list[str] | FieldSource) -> FieldSource:
    """A field in its full form."""
    return field if isinstance(field, FieldSource) else FieldSource(source=field)


def paths_of(paths: Paths) -> list[str]:
    """One path or several, as a list."""
    return [paths] if isinstance(paths, str) else paths


def _wrong(mapping: Mapping, value: dict[str, Any], shown: str) -> Iterator[Problem]:
    if NAME not in mapping.fields:
        yield Problem(shown, 0, 0, "`fields` needs `name`: the field that tells the metrics apart", ("fields",))
    for key, field in mapping.fields.items():
        yield from _wrong_field(key, sources_of(field), value["fields"][key], shown)
    for path in paths_of(mapping.records):
        if path not in ("", ".") and (path.startswith("^") or _WRONG_PATH.search(path)):
            yield _wrong_path(path, ("records",), shown)
    conditions: list[tuple[Route, str]] = [(("where", path), path) for path in mapping.where]
    for number, inference in enumerate(mapping.inferred):
        conditions += [(("inferred", number, "when", path), path) for path in inference.when]
    for route, path in conditions:
        if _WRONG_PATH.search(path) or not path:
            yield _wrong_path(path, route, shown)
    if mapping.table.delimiter is not None and len(mapping.table.delimiter) != 1:
        yield Problem(shown, 0, 0, "a delimiter is one character", ("table", "delimiter"))
    yield from _wrong_card(mapping.constants, ("constants",), shown)
    for number, inference in enumerate(mapping.inferred):
        yield from _wrong_card(inference.facts, ("inferred", number, "set"), shown)


def _wrong_field(key: str, field: FieldSource, given: Any, shown: str) -> Iterator[Problem]:
    above: Route = ("fields", key)
    known = (*SPECIAL, *leaves())
    if key not in known:
        near = did_you_mean(key, known)
        # The list is long: it helps only where nothing is near.
        yield Problem(
            shown, 0, 0, f'no fact of a card is called "{shorten(key, 60)}"', above, () if near else known, near
        )
        return
    below = (*above, "from") if isinstance(given, dict) else above
    for path in paths_of(field.source):
        if _WRONG_PATH.search(path) or not path:
            yield _wrong_path(path, below, shown)
    if key != TARGET:
        for name in ("before", "after", "times"):
            if getattr(field, name) is not None and not (name == "times" and key.startswith("target.")):
                yield Problem(shown, 0, 0, f"`{name}` is for `target` only", (*above, name))
    if key in SPECIAL:
        return
    for word, meant in field.values.items():
        try:
            fitted(meant, leaves()[key])
        except Unreadable as error:
            choices = leaves()[key].choices
            near = did_you_mean(str(meant), choices)
            yield Problem(shown, 0, 0, str(error), (*above, "values", word), choices, near)


def _wrong_path(path: str, route: Route, shown: str) -> Problem:
    message = f'"{shorten(path, 60)}" is no path: it looks like `target`, `target.value` or `^service`'
    return Problem(shown, 0, 0, message, route)


def _wrong_card(facts: dict[str, Any], above: Route, shown: str) -> Iterator[Problem]:
    """What is wrong with facts in the keys of a card, by reading them in one."""
    _, problems = typed({"metriclint": 1, "metrics": {"x": {"title": "x", **facts}}}, shown)
    for problem in problems:
        route = problem.route[2:] if problem.route[:2] == ("metrics", "x") else ()
        yield problem._replace(route=(*above, *route))
