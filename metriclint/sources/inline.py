"""Governance that stands inside another tool's file, in the keys of a native card: its faults are told there."""

from collections.abc import Callable
from typing import Any

from metriclint.files.problem import Route
from metriclint.model.foreign import At, Place
from metriclint.sources.draft import Item

There = Callable[[Route], Place]
"""The place of a route inside the inline facts."""


def at_below(at: At, *route: str | int) -> At:
    """A place further inside."""
    return At(at.part, (*at.route, *route))


def take_inline(item: Item, facts: Any, there: There, name: str) -> None:
    """Put facts in native keys into an item before anything else is set: what its team declares comes first.

    ``name`` is what the facts are called where they are no mapping. Keys and values are checked with the document,
    so that every fault is told with its place.
    """
    if facts is None:
        return
    if not isinstance(facts, dict):
        item.draft.problem(f"`{name}` holds the keys of a card, such as `subject` or `consequences`", there(()))
        return
    for key, value in facts.items():
        if not isinstance(key, str):
            item.draft.problem(f"`{name}`: keys are texts", there(()))
        elif key == "aliases" and isinstance(value, list):
            for number, alias in enumerate(value):
                item.add("aliases", alias, there((key, number)))
        elif value is not None and (key == "title" or key not in item.value):
            item.value[key] = value
            _mark(item, (key,), value, there)


def _mark(item: Item, route: Route, value: Any, there: There) -> None:
    item.draft.mark((item.section, item.id, *route), there(route), "")
    if isinstance(value, dict):
        for key, below in value.items():
            if isinstance(key, str):
                _mark(item, (*route, key), below, there)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            _mark(item, (*route, number), below, there)
