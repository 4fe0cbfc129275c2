"""Mozilla's metric-hub: metric definitions in TOML."""

import re
import tomllib
from inspect import cleandoc
from typing import Any

from metriclint.files.positions import Span
from metriclint.files.problem import Problem
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft, Item, id_of
from metriclint.sources.owners import set_owner
from metriclint.sources.shapes import items_in, map_in, prose_in, text_in
from metriclint.sources.toml_places import TomlPlaces

TITLE = "metric-hub definitions"
SUFFIXES = (".toml",)
_DEFINED = re.compile(
    r"^[ \t]*\[metrics(?:\.[^\]\n]+)?\][^\n]*\n(?:(?![ \t]*\[)[^\n]*\n)*?"
    r"[ \t]*(?:[\w-]+\.)?(?:select_expression|depends_on)[ \t]*=",
    re.MULTILINE,
)
_WHERE = re.compile(r"\(at line (\d+), column (\d+)\)")


def claims(file: SourceFile) -> bool:
    """A table of a metric that says what its number is selected by."""
    return _DEFINED.search(file.text) is not None


def read(file: SourceFile, draft: Draft) -> None:
    """The metrics that the file defines; one that only gets statistics here is defined elsewhere."""
    draft.foreign.text = file.text
    values = _values(file, draft)
    places = TomlPlaces(file.text)
    metrics = map_in(values, "metrics")
    items: dict[str, Item] = {}
    for name, value in metrics.items():
        if isinstance(value, dict) and ("select_expression" in value or "depends_on" in value):
            items[name] = _card(name, value, places, draft)
    for name, item in items.items():
        _edges(name, metrics[name], item, items, places)


def _values(file: SourceFile, draft: Draft) -> dict[str, Any]:
    if isinstance(file.decoded, Problem):
        draft.problems.append((file.decoded, None))
        return {}
    try:
        return tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        where = _WHERE.search(message)
        line, column = (int(where[1]), int(where[2])) if where else (file.text.count("\n") + 1, 1)
        said = _WHERE.sub("", message).replace("(at end of document)", "").strip()
        draft.problem(f"broken TOML: {said[:1].lower()}{said[1:]}", Span(line, column, line, column + 1))
    except (RecursionError, ValueError):
        draft.problem("nested too deeply, or a number too long", Span(1, 1, 1, 2))
    return {}


def _card(name: str, value: dict[str, Any], places: TomlPlaces, draft: Draft) -> Item:
    def at(key: str) -> Span:
        return places.place("metrics", name, key)

    item = draft.metric(name, places.place("metrics", name), title=text_in(value, "friendly_name") or "")
    description = prose_in(value, "description")
    item.set("description", cleandoc(description) if description else None, at("description"))
    item.set("formula", text_in(value, "select_expression"), at("select_expression"))
    item.set("data_source", text_in(value, "data_source"), at("data_source"))
    better = value.get("bigger_is_better")
    if isinstance(better, bool):
        item.set("direction", "up" if better else "down", at("bigger_is_better"))
    if value.get("deprecated") is True:
        item.set("status", "retired", at("deprecated"))
    owners = [(owner, at("owner")) for _, owner in items_in(value, "owner") if isinstance(owner, str) and owner.strip()]
    set_owner(item, owners, field_of_teams=True)
    return item


def _edges(name: str, value: dict[str, Any], item: Item, items: dict[str, Item], places: TomlPlaces) -> None:
    at = places.place("metrics", name, "depends_on")
    for _, other in items_in(value, "depends_on"):
        if not isinstance(other, str) or not other.strip() or other == name:
            continue
        id_ = items[other].id if other in items else id_of(other)
        number = len(item.value.get("derived_from", ()))
        if id_ not in item.value.get("derived_from", ()):
            item.draft.loose.add(("metrics", item.id, "derived_from", number))
            item.add("derived_from", id_, at)
