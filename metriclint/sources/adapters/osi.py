"""Open Semantic Interchange: semantic models in YAML or JSON, with governance in ``custom_extensions``."""

import json
import re
from typing import Any, NamedTuple

from metriclint.files.problem import Route
from metriclint.model.foreign import At
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft, Item
from metriclint.sources.inline import at_below, take_inline
from metriclint.sources.owners import names_worker
from metriclint.sources.shapes import items_in, maps_in, prose_in, text_in, value_in
from metriclint.sources.sql_names import sql_names

TITLE = "Open Semantic Interchange"
SUFFIXES = (".yaml", ".yml", ".json")
_MODEL = re.compile(r"^semantic_model[ \t]*:[ \t]*(?:#.*|\[.*)?$", re.MULTILINE)
_DATASETS = re.compile(r"(?:^[ \t]+(?:-[ \t]+)?|[{,][ \t]*)datasets[ \t]*:[ \t]*(?:#.*|\[[ \t]*\{.*)?$", re.MULTILINE)
_JSON = re.compile(r"\"semantic_model\"\s*:\s*\[\s*\{")
_VENDOR = "COMMON"


def claims(file: SourceFile) -> bool:
    """A list of semantic models with datasets and dialects of expressions, which no other format has."""
    if "dialects" not in file.text:
        return False
    if file.text.lstrip().startswith("{"):
        return _JSON.search(file.head) is not None and '"datasets"' in file.text
    return _MODEL.search(file.text) is not None and _DATASETS.search(file.text) is not None


def read(file: SourceFile, draft: Draft) -> None:
    """The metrics of each semantic model."""
    for part, value in file.documents(draft):
        for route, model in maps_in(value, "semantic_model"):
            _model(model, At(part, route), draft)


class _Metric(NamedTuple):
    name: str
    value: dict[str, Any]
    at: At
    item: Item


def _model(model: dict[str, Any], at: At, draft: Draft) -> None:
    workers: dict[str, str] = {}
    fields: set[str] = set()
    for _, dataset in maps_in(model, "datasets"):
        own = [name for _, field in maps_in(dataset, "fields") if (name := text_in(field, "name"))]
        fields.update(name.lower() for name in own)
        worker = next((name for name in own if names_worker(name)), None)
        if worker is not None:
            workers[(text_in(dataset, "name") or "").lower()] = worker
    metrics: list[_Metric] = []
    for route, value in maps_in(model, "metrics"):
        here = at_below(at, *route)
        name = text_in(value, "name")
        if name is None:
            draft.remark("a metric without a name: it was left out", here)
        else:
            metrics.append(_Metric(name, value, here, _card(name, value, here, draft)))
    known: dict[str, Item] = {}
    for metric in metrics:
        known.setdefault(metric.name.lower(), metric.item)
    for metric in metrics:
        metric.item.set("data_source", text_in(model, "name"), at_below(at, "name"))
        _expression(metric, known, fields, workers)


def _card(name: str, value: dict[str, Any], at: At, draft: Draft) -> Item:
    extensions = [(route, facts) for route, entry in maps_in(value, "custom_extensions") for facts in _facts(entry)]
    title = next((t for _, facts in extensions if isinstance(facts, dict) and (t := text_in(facts, "title"))), "")
    item = draft.metric(name, at, title=title)
    for route, facts in extensions:
        there = at_below(at, *route, "data")
        if isinstance(facts, json.JSONDecodeError):
            draft.problem(
                f"the JSON text of `{_VENDOR}` is broken: {facts.msg.lower()} (character {facts.pos + 1})", there
            )
        else:
            take_inline(item, facts, lambda route, there=there: there, "metriclint")  # type: ignore[misc]
    item.set("description", prose_in(value, "description"), at_below(at, "description"))
    for route, synonym in items_in(value, "ai_context", "synonyms"):
        if isinstance(synonym, str) and synonym.strip():
            item.add("aliases", synonym.strip()[:200], at_below(at, *route))
    return item


def _facts(extension: dict[str, Any]) -> list[Any]:
    """What an extension says for metriclint; the fault of its JSON where it means us and cannot be read."""
    data = extension.get("data")
    if extension.get("vendor_name") != _VENDOR:
        return []
    if isinstance(data, str):
        if "metriclint" not in data:
            return []
        try:
            data = json.loads(data)
        except json.JSONDecodeError as error:
            return [error]
        except (RecursionError, ValueError):
            return [json.JSONDecodeError("nested too deeply", "", 0)]
    facts = value_in(data, "metriclint")
    return [] if facts is None else [facts]


def _expression(metric: _Metric, known: dict[str, Item], fields: set[str], workers: dict[str, str]) -> None:
    """Formula, whether its data name workers, and edges: a bare name that is another metric and no field."""
    found = _dialect(metric.value)
    if found is None:
        return
    expression, route = found
    at = at_below(metric.at, *route)
    metric.item.set("formula", expression, at)
    for table, name in sql_names(expression):
        other = known.get(name.lower())
        if not table and other is not None and other.id != metric.item.id and name.lower() not in fields:
            metric.item.add("derived_from", other.id, at)
        if (worker := workers.get(table.lower())) is not None:
            because = f"`{worker}` in its dataset `{table}`, by which the number can be shown per person"
            metric.item.set("subject.level", "individual", metric.at, inferred=because)


def _dialect(value: dict[str, Any]) -> tuple[str, Route] | None:
    """The expression in standard SQL, else in the first dialect, with its route."""
    listed = [
        (text_in(entry, "dialect") != "ANSI_SQL", expression, ("expression", *route, "expression"))
        for route, entry in maps_in(value.get("expression"), "dialects")
        if (expression := text_in(entry, "expression"))
    ]
    if listed:
        _, expression, route = min(listed, key=lambda entry: entry[0])
        return expression, route
    plain = text_in(value, "expression")
    return None if plain is None else (plain, ("expression",))
