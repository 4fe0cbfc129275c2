"""The shapes in which dbt has written metrics down: what a metric is computed from, and how.

Latest (dbt Core 1.12, Fusion): ``input_metrics``, ``input_metric``, ``numerator``, ``base_metric`` … as keys of the
metric, aggregations in the metric itself. Legacy (1.6 to 1.11): the same below ``type_params``, aggregations in the
measures of semantic models. Before 1.6: ``calculation_method`` and ``expression`` with ``metric('name')``.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from metriclint.files.problem import Route
from metriclint.sources.shapes import items_in, map_in, maps_in, text_in, value_in

METRIC_CALL = re.compile(r"""metric\(\s*(?:['"][^'"]*['"]\s*,\s*)?['"]([^'"]+)['"]\s*\)""")
"""``metric('name')`` or ``metric('package', 'name')``."""


_CONVERSION = ("base_metric", "conversion_metric")


class Part(NamedTuple):
    """A metric that another one is computed from. Its route goes on from the metric's."""

    name: str
    route: Route
    lagged: bool = False


class Measure(NamedTuple):
    """An aggregation of a semantic model. Its route goes on from the model's."""

    name: str
    model: str
    formula: str
    route: Route
    makes_metric: dict[str, Any] | None
    """The metric that dbt makes of it, where it is told to."""


def parts(metric: dict[str, Any]) -> Iterator[Part]:
    """The metrics that a metric is computed from, as often as they stand there."""
    params = map_in(metric, "type_params")
    listed: list[tuple[Route, Any]] = [
        *items_in(metric, "input_metrics"),
        *_below("type_params", items_in(params, "metrics")),
    ]
    for key in ("numerator", "denominator", "input_metric", *_CONVERSION):
        listed.append(((key,), metric.get(key)))
        listed.append((("type_params", key), params.get(key)))
    inner = ("cumulative_type_params", "metric"), *(("conversion_type_params", k) for k in _CONVERSION)
    listed += [(("type_params", *keys), value_in(params, *keys)) for keys in inner]
    for route, value in listed:
        name = name_of(value)
        if name is not None:
            lagged = isinstance(value, dict) and any(value.get(k) for k in ("offset_window", "offset_to_grain"))
            yield Part(name, route, lagged)
    for key in ("expression", "sql"):
        if "calculation_method" in metric or text_in(metric, "type") == "expression":
            yield from (Part(name, (key,)) for name in METRIC_CALL.findall(text_in(metric, key) or ""))


def measured(metric: dict[str, Any]) -> Iterator[Part]:
    """The measures that a legacy cumulative or conversion metric builds on, where the latest shape names metrics."""
    params = map_in(metric, "type_params")
    routes = [("conversion_type_params", key) for key in ("base_measure", "conversion_measure")]
    for route in [("measure",), *routes] if (text_in(metric, "type") or "").lower() == "cumulative" else routes:
        if (name := name_of(value_in(params, *route))) is not None:
            yield Part(name, ("type_params", *route))


def shown_plainly(metric: dict[str, Any]) -> str | None:
    """The measure that a simple metric shows as it is: without a filter, with gaps left as they are."""
    measure = value_in(metric, "type_params", "measure")
    changed = metric.get("filter") or (isinstance(measure, dict) and not measure.keys() <= {"name", "alias"})
    simple = (text_in(metric, "type") or "simple").lower() == "simple"
    return name_of(measure) if simple and not changed else None


def _below(key: str, found: Iterator[tuple[Route, Any]]) -> Iterator[tuple[Route, Any]]:
    return (((key, *route), value) for route, value in found)


def metas(value: dict[str, Any]) -> Iterator[tuple[Route, dict[str, Any]]]:
    """The free ``meta`` of anything in dbt, where it stands now and where it stood, with its route."""
    for route in (("config", "meta"), ("meta",)):
        if meta := map_in(value, *route):
            yield route, meta


def name_of(value: Any) -> str | None:
    """The name of a reference: a text, or a mapping with ``name``."""
    return text_in(value) or text_in(value, "name")


def formula(metric: dict[str, Any], measures: dict[str, Measure]) -> tuple[str, Route] | None:
    """How a metric is computed, in one line, with the route of the decisive key."""
    params = map_in(metric, "type_params")
    for route in (("expr",), ("type_params", "expr"), ("expression",)):
        expression = text_in(metric, *route)
        if expression is not None and not _aggregation(metric):
            return expression, route
    above, below = name_of(_either(metric, params, "numerator")), name_of(_either(metric, params, "denominator"))
    if above and below:
        key = "numerator" if "numerator" in metric else "type_params"
        return f"{above} / {below}", (key,)
    if (aggregation := _aggregation(metric)) is not None:
        inner = text_in(metric, "expr") or text_in(params, "expr") or "…"
        return f"{aggregation[0]}({inner})", aggregation[1]
    measure = measure_of(metric)
    if measure is not None and measure in measures:
        return measures[measure].formula, ("type_params", "measure")
    return None


def _either(metric: dict[str, Any], params: dict[str, Any], key: str) -> Any:
    return metric.get(key) if key in metric else params.get(key)


def _aggregation(metric: dict[str, Any]) -> tuple[str, Route] | None:
    for route in (("agg",), ("type_params", "metric_aggregation_params", "agg")):
        if (agg := text_in(metric, *route)) is not None:
            return agg.lower(), route
    return None


def measure_of(metric: dict[str, Any]) -> str | None:
    """The measure that a legacy simple or cumulative metric reads."""
    return name_of(value_in(metric, "type_params", "measure"))


def model_of(metric: dict[str, Any]) -> str | None:
    """The semantic model that a metric names itself."""
    return text_in(metric, "type_params", "metric_aggregation_params", "semantic_model")


def workers(model: dict[str, Any]) -> list[str]:
    """Names of entities and dimensions of a semantic model, in either shape, that can mean people."""
    found = [name for _, entry in maps_in(model, "entities") if (name := text_in(entry, "name"))]
    found += [name for _, entry in maps_in(model, "dimensions") if (name := _category(entry))]
    for _, column in maps_in(model, "columns"):
        own = text_in(column, "name")
        for key in ("entity", "dimension"):
            value = column.get(key)
            if isinstance(value, dict) and text_in(value, "type") != "time":
                name = text_in(value, "name") or own
            else:
                name = own if isinstance(value, str) and value != "time" else None
            if name:
                found.append(name)
    for kind in ("entities", "dimensions"):
        found += [n for _, entry in maps_in(model, "derived_semantics", kind) if (n := text_in(entry, "name"))]
    return found


def _category(dimension: dict[str, Any]) -> str | None:
    return None if text_in(dimension, "type") == "time" else text_in(dimension, "name")


def measures(model: dict[str, Any], name: str) -> Iterator[Measure]:
    """The measures of a legacy semantic model."""
    for route, entry in maps_in(model, "measures"):
        own = text_in(entry, "name")
        if own is not None:
            inner = entry.get("expr")
            inner = str(inner).strip()[:2_000] if isinstance(inner, (str, int)) else own
            aggregation = (text_in(entry, "agg") or "sum").lower()
            metric = None
            if entry.get("create_metric") is True:
                metric = {key: entry.get(key) for key in ("label", "description", "config")}
                metric["type_params"] = {"measure": own}
            yield Measure(own, name, f"{aggregation}({inner})", route, metric)
