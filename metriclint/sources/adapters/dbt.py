"""dbt's semantic layer: semantic models, metrics and exposures, in the legacy and in the latest YAML."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct, field

from metriclint.files.positions import START
from metriclint.files.problem import Route
from metriclint.model.foreign import At
from metriclint.sources import dbt_shapes as shapes
from metriclint.sources import lightdash
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft, Item, id_of
from metriclint.sources.inline import There, at_below, take_inline
from metriclint.sources.owners import names_worker, set_owner
from metriclint.sources.shapes import items_in, maps_in, prose_in, text_in, value_in
from metriclint.sources.templated import JINJA, jinja_in, tell_jinja, tell_tags

TITLE = "dbt semantic layer"
SUFFIXES = (".yml", ".yaml", ".json")
_TYPE = re.compile(
    r"(?:^[ \t]+(?:-[ \t]+)?|[{,][ \t]*)type:[ \t]*(?:![\w.-]+[ \t]+)?"
    r"[\"']?(?:simple|ratio|derived|cumulative|conversion)\b",
    re.MULTILINE | re.IGNORECASE,
)
_OLD_TYPE = re.compile(r"(?:^[ \t]+(?:-[ \t]+)?|[{,][ \t]*)calculation_method:", re.MULTILINE)
_METRICS = re.compile(r"^(?:metric|metrics)[ \t]*:[ \t]*(?:#.*|[\[{].*)?$", re.MULTILINE)
_MODELS = re.compile(r"^models[ \t]*:", re.MULTILINE)
_BELOW_MODEL = re.compile(r"^[ \t]+metrics[ \t]*:[ \t]*(?:#.*|\[.*)?$", re.MULTILINE)
_SEMANTIC = re.compile(r"^semantic_models?[ \t]*:", re.MULTILINE)
_CREATES = re.compile(r"\bcreate_metric:[ \t]*[Tt]rue\b")
_EXPOSURES = re.compile(r"^exposures[ \t]*:", re.MULTILINE)
_MANIFEST = re.compile(r"\A\s*\{\s*\"(?:metrics|semantic_models|project_configuration|saved_queries)\"\s*:\s*[\[{]")


def claims(file: SourceFile) -> bool:
    """It declares metrics with one of dbt's types, or shows metrics in an exposure; or it is the compiled manifest."""
    if file.suffix == ".json":
        return _MANIFEST.match(file.head) is not None and (
            '"type_params"' in file.head or '"node_relation"' in file.head
        )
    text = file.text
    if _METRICS.search(text) and (_TYPE.search(text) or _OLD_TYPE.search(text)):
        return True
    if _MODELS.search(text) and _BELOW_MODEL.search(text) and (_TYPE.search(text) or lightdash.marked(text)):
        return True
    if _SEMANTIC.search(text) and _CREATES.search(text):
        return True
    return _EXPOSURES.search(text) is not None and shapes.METRIC_CALL.search(text) is not None


class _Model(NamedTuple):
    """A semantic model: whom its rows name, and who owns it."""

    name: str
    worker: str | None
    group: tuple[str, At] | None = None


class _Found(NamedTuple):
    """A metric as it stands in the file."""

    name: str
    value: dict[str, Any]
    at: At
    model: _Model | None


class _Reading(Struct):
    """What one file holds."""

    draft: Draft
    models: dict[str, _Model] = field(default_factory=dict)
    measures: dict[str, shapes.Measure] = field(default_factory=dict)
    metrics: list[_Found] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    workers: dict[str, str] = field(default_factory=dict)
    """For the ids of metrics that can be cut per person, the name that says so."""


def read(file: SourceFile, draft: Draft) -> None:
    """Metrics with their edges and inline governance, and dashboards that show them."""
    documents = file.documents(draft)
    tell_jinja(draft, file.text)
    if file.suffix == ".json":
        message = "compiled by dbt: it says nothing that its YAML files do not say with their places; check those"
        draft.remark(message, START)
        return
    tell_tags(draft, file.text)
    reading = _Reading(draft)
    for part, value in documents:
        if isinstance(value, dict) and not _templated(value, part, draft):
            _models(value, part, reading)
    for found in reading.metrics:
        _metric(found, reading)
    plain = _plain(reading)
    for found in reading.metrics:
        if found.name in reading.items:
            _edges(found, reading, plain)
    _people(reading)
    for part, value in documents:
        lightdash.read_models(value, part, draft)
        for route, exposure in maps_in(value, "exposures"):
            _exposure(exposure, At(part, route), draft)


def _templated(value: dict[str, Any], part: int, draft: Draft) -> bool:
    route = jinja_in(value)
    if route is None:
        return False
    draft.problem(JINJA, At(part, route))
    return True


def _models(document: dict[str, Any], part: int, reading: _Reading) -> None:
    """Collect semantic models first, so that a metric above its model is read as well."""
    single = document.get("semantic_model")
    legacy: list[tuple[Route, dict[str, Any]]] = list(maps_in(document, "semantic_models"))
    legacy += [(("semantic_model",), single)] if isinstance(single, dict) else []
    for route, value in legacy:
        _legacy_model(value, At(part, route), reading)
    metric = document.get("metric")
    if isinstance(metric, dict):
        _collect(metric, At(part, ("metric",)), None, reading)
    for route, value in maps_in(document, "metrics"):
        _collect(value, At(part, route), None, reading)
    for route, value in maps_in(document, "models"):
        at = At(part, route)
        model = _Model(text_in(value, "name") or "", _worker(shapes.workers(value)), _group(value, at))
        reading.models.setdefault(model.name, model)
        if (own := text_in(value, "semantic_model", "name")) is not None:
            reading.models.setdefault(own, model)
        for below, metric in maps_in(value, "metrics"):
            _collect(metric, at_below(at, *below), model, reading)


def _legacy_model(value: dict[str, Any], at: At, reading: _Reading) -> None:
    model = _Model(text_in(value, "name") or "", _worker(shapes.workers(value)), _group(value, at))
    reading.models.setdefault(model.name, model)
    for measure in shapes.measures(value, model.name):
        reading.measures.setdefault(measure.name, measure)
        if measure.makes_metric is not None:
            reading.metrics.append(_Found(measure.name, measure.makes_metric, at_below(at, *measure.route), None))


def _worker(names: list[str]) -> str | None:
    return next((name for name in names if names_worker(name)), None)


def _group(value: dict[str, Any], at: At) -> tuple[str, At] | None:
    for route in (("config", "group"), ("group",), ("semantic_model", "config", "group"), ("semantic_model", "group")):
        if (group := text_in(value, *route)) is not None:
            return group, at_below(at, *route)
    return None


def _collect(value: dict[str, Any], at: At, model: _Model | None, reading: _Reading) -> None:
    name = text_in(value, "name")
    if name is None:
        reading.draft.remark("a metric without a name: it was left out", at)
    elif value_in(value, "config", "enabled") in (False, "false"):
        reading.draft.remark(f'"{name[:60]}" is switched off (`enabled: false`) and was left out', at)
    else:
        reading.metrics.append(_Found(name, value, at, model))


def _metric(found: _Found, reading: _Reading) -> None:
    value, at = found.value, found.at
    metas = [*shapes.metas(value)]
    inline = [(route, meta.get("metriclint")) for route, meta in metas]
    title = next((t for _, facts in inline if (t := text_in(facts, "title"))), text_in(value, "label") or "")
    item = reading.draft.metric(found.name, at, title=title)
    reading.items.setdefault(found.name, item)
    for route, facts in inline:
        take_inline(item, facts, _inside(at_below(at, *route, "metriclint")), "meta.metriclint")
    description = prose_in(value, "description")
    if description is not None and not description.startswith("{{"):
        item.set("description", description, at_below(at, "description"))
    if (how := shapes.formula(value, reading.measures)) is not None:
        item.set("formula", how[0], at_below(at, *how[1]))
    _owner(item, found, metas)
    model = _model_of(found, reading)
    if model is not None:
        item.set("data_source", model.name, at)
        if model.worker is not None:
            reading.workers[item.id] = model.worker


def _inside(at: At) -> There:
    return lambda route: at_below(at, *route)


def _owner(item: Item, found: _Found, metas: list[tuple[Route, dict[str, Any]]]) -> None:
    group = _group(found.value, found.at)
    if group is not None:
        item.set("governance.owner", *group)
    owners = [
        (owner, at_below(found.at, *route, *below))
        for route, meta in metas
        for below, owner in items_in(meta, "owner")
        if isinstance(owner, str) and owner.strip()
    ]
    set_owner(item, owners)
    if found.model is not None and found.model.group is not None:
        name, at = found.model.group
        item.set("governance.owner", name, at, inferred=f"the group of the model `{found.model.name}`")


def _model_of(found: _Found, reading: _Reading) -> _Model | None:
    if found.model is not None:
        is_simple = "agg" in found.value or "type_params" in found.value
        return found.model if is_simple else None
    named = shapes.model_of(found.value)
    if named is None and (measure := shapes.measure_of(found.value)) in reading.measures:
        named = reading.measures[measure].model
    return reading.models.get(named or "")


def _plain(reading: _Reading) -> dict[str, str]:
    """For each measure the one metric that shows it as it is."""
    shown: dict[str, set[str]] = {}
    for found in reading.metrics:
        if found.name in reading.items and (measure := shapes.shown_plainly(found.value)) is not None:
            shown.setdefault(measure, set()).add(found.name)
    return {measure: names.pop() for measure, names in shown.items() if len(names) == 1}


def _edges(found: _Found, reading: _Reading, plain: dict[str, str]) -> None:
    item = reading.items[found.name]
    if item.draft.foreign.places.get(("metrics", item.id)) != found.at:
        return  # a second metric of that name
    for part in shapes.parts(found.value):
        at = at_below(found.at, *part.route)
        if part.name == found.name:
            if not part.lagged:
                reading.draft.remark(f'"{part.name[:60]}" is computed from itself, without an offset', at)
            continue
        _edge(item, reading.items[part.name].id if part.name in reading.items else id_of(part.name), at)
    for part in shapes.measured(found.value):
        if (name := plain.get(part.name, found.name)) != found.name:
            because = f"`{part.name}` is the measure that this metric shows"
            _edge(item, reading.items[name].id, at_below(found.at, *part.route), because)


def _edge(item: Item, id_: str, at: At, inferred: str = "") -> None:
    listed = item.value.setdefault("derived_from", [])
    if not isinstance(listed, list) or any(id_ == (p.get("metric") if isinstance(p, dict) else p) for p in listed):
        return
    item.draft.loose.add(("metrics", item.id, "derived_from", len(listed)))
    item.add("derived_from", id_, at, inferred)


def _people(reading: _Reading) -> None:
    """A number that can be cut per person describes persons, and so does what is computed from it."""
    order = list(reading.items.values())
    changed = True
    while changed:
        changed = False
        for item in order:
            edges = item.value.get("derived_from")
            if item.id in reading.workers or not isinstance(edges, list):
                continue
            worker = next((reading.workers[e] for e in edges if isinstance(e, str) and e in reading.workers), None)
            if worker is not None:
                reading.workers[item.id] = worker
                changed = True
    for id_, worker in reading.workers.items():
        item = Item(reading.draft, "metrics", id_)
        because = f"`{worker}` in its semantic model, by which the number can be shown per person"
        item.set("subject.level", "individual", reading.draft.foreign.places["metrics", id_], inferred=because)


def _exposure(value: dict[str, Any], at: At, draft: Draft) -> None:
    """A dashboard that shows metrics is a board. Who sees it, dbt does not say."""
    if text_in(value, "type") != "dashboard":
        return
    shown = list(_shown(value))
    name = text_in(value, "name")
    if not shown or name is None:
        return
    board = draft.item("boards", name, at)
    for route, meta in shapes.metas(value):
        take_inline(board, meta.get("metriclint"), _inside(at_below(at, *route, "metriclint")), "meta.metriclint")
    board.set("title", text_in(value, "label") or name, at)
    for id_, route in shown:
        board.add("shows", id_, at_below(at, *route))


def _shown(value: dict[str, Any]) -> Iterator[tuple[str, Route]]:
    for route, entry in items_in(value, "depends_on"):
        if isinstance(entry, str):
            yield from ((id_of(name), route) for name in shapes.METRIC_CALL.findall(entry))
