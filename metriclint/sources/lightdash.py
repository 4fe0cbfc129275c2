"""Lightdash: metrics in the ``meta`` of a dbt model or of its columns, with owners and the catalogue they stand in."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from metriclint.files.problem import Route
from metriclint.model.foreign import At
from metriclint.sources.dbt_shapes import metas
from metriclint.sources.draft import Draft, Item
from metriclint.sources.inline import at_below, take_inline
from metriclint.sources.owners import set_owner
from metriclint.sources.shapes import map_in, maps_in, prose_in, text_in, value_in

_META = re.compile(r"^[ \t]+meta[ \t]*:", re.MULTILINE)
_TYPE = re.compile(
    r"^[ \t]+type:[ \t]*[\"']?(?:count_distinct|count|sum|sum_distinct|average|avg|min|max|median|percentile|number|"
    r"running_total|percent_of_previous|percent_of_total)[\"']?[ \t]*(?:#.*)?$",
    re.MULTILINE,
)
_REFERENCE = re.compile(r"\$\{([A-Za-z_]\w*)\}")
_CATALOGUE = "Metrics catalogue of Lightdash"


def marked(text: str) -> bool:
    """Does a dbt file with ``metrics`` below its models keep them in ``meta``, with Lightdash's types."""
    return _META.search(text) is not None and _TYPE.search(text) is not None


class _Metric(NamedTuple):
    name: str
    value: dict[str, Any]
    at: At
    column: str | None


def read_models(document: Any, part: int, draft: Draft) -> None:
    """Read the metrics of each model of a dbt document."""
    for route, model in maps_in(document, "models"):
        _model(model, At(part, route), draft)


def _metrics(model: dict[str, Any], at: At) -> Iterator[_Metric]:
    holders: list[tuple[Route, dict[str, Any], str | None]] = [((), model, None)]
    holders += [(route, column, text_in(column, "name")) for route, column in maps_in(model, "columns")]
    for above, holder, column in holders:
        for route, meta in metas(holder):
            for name, value in map_in(meta, "metrics").items():
                if isinstance(value, dict):
                    yield _Metric(name, value, at_below(at, *above, *route, "metrics", name), column)


def _model(model: dict[str, Any], at: At, draft: Draft) -> None:
    name = text_in(model, "name") or "model"
    items: dict[str, Item] = {}
    found = list(_metrics(model, at))
    for metric in found:
        items.setdefault(metric.name, _card(metric, name, model, at, draft))
    columns = {text_in(column, "name") for _, column in maps_in(model, "columns")}
    for metric in found:
        _edges(metric, items, columns)


def _card(metric: _Metric, table: str, model: dict[str, Any], above: At, draft: Draft) -> Item:
    value, at = metric.value, metric.at
    facts = value_in(value, "meta", "metriclint")
    title = text_in(facts, "title") or text_in(value, "label") or metric.name
    item = draft.metric(f"{table}.{metric.name}", at, title=title)
    take_inline(item, facts, lambda route: at_below(at, "meta", "metriclint", *route), "meta.metriclint")
    item.set("description", prose_in(value, "description"), at_below(at, "description"))
    aggregation = text_in(value, "type")
    if (sql := text_in(value, "sql")) is not None:
        inner = sql if aggregation in (None, "number") else f"{aggregation}({sql})"
        item.set("formula", inner, at_below(at, "sql"))
    elif metric.column is not None and aggregation is not None:
        item.set("formula", f"{aggregation}({metric.column})", at_below(at, "type"))
    item.set("data_source", table, at)
    _spotlight(item, metric, model, above)
    return item


def _spotlight(item: Item, metric: _Metric, model: dict[str, Any], above: At) -> None:
    """Owner and catalogue: the metric's own word, else that of its model."""
    places = [(metric.value, metric.at)]
    places += [(meta, at_below(above, *route)) for route, meta in metas(model)]
    shown = None
    for holder, at in places:
        owner, here = text_in(holder, "spotlight", "owner"), at_below(at, "spotlight", "owner")
        if owner is not None:
            set_owner(item, [(owner, here)])
        shown = shown or text_in(holder, "spotlight", "visibility")
        if shown == "show":
            because = "`spotlight.visibility: show`, by which the whole Lightdash project finds it in the catalogue"
            item.set(
                "visibility", {"title": _CATALOGUE, "audience": "org"}, at_below(at, "spotlight"), inferred=because
            )


def _edges(metric: _Metric, items: dict[str, Item], columns: set[str | None]) -> None:
    """A metric that does no aggregating itself can only refer to other metrics of its model."""
    if text_in(metric.value, "type") not in ("number", "percent_of_previous", "percent_of_total", "running_total"):
        return
    for name in _REFERENCE.findall(text_in(metric.value, "sql") or ""):
        if name in items and name not in columns and name != metric.name:
            items[metric.name].add("derived_from", items[name].id, at_below(metric.at, "sql"))
