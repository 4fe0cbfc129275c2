"""Power BI and Analysis Services: measures and KPIs of semantic models, in TMDL or in a ``.bim`` file."""

import re
from typing import Any, NamedTuple

from metriclint.files.problem import Problem
from metriclint.model.foreign import Place
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft, Item, id_of
from metriclint.sources.shapes import map_in, maps_in, text_in, without_addresses
from metriclint.sources.sql_names import dax_names
from metriclint.sources.tmdl_text import Measure, Written, read_tables

TITLE = "Power BI semantic model"
SUFFIXES = (".tmdl", ".bim")
_TMDL = re.compile(r"^[ \t]*measure[ \t]+\S", re.MULTILINE)
_BIM = re.compile(r"\"measures\"\s*:\s*\[")
_COMPARED = re.compile(r"([<>])=?\s*[^,<>=]{1,200}?,\s*(-1|1)(?![\d.])")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?\Z")


def claims(file: SourceFile) -> bool:
    """It holds measures. The endings are those of this format only."""
    return (_BIM if file.suffix == ".bim" else _TMDL).search(file.text) is not None


class _Known(NamedTuple):
    """Names of the model as far as the file tells them, in small letters."""

    items: dict[str, Item]
    columns: set[str]
    whole: bool
    """Does the file hold the whole model."""


def read(file: SourceFile, draft: Draft) -> None:
    """Measures with their formulas, the edges between them, and the targets of their KPIs."""
    if file.suffix == ".bim":
        measures, columns = _bim(file, draft)
    else:
        measures, columns = _tmdl(file, draft)
    known = _Known({}, {column.lower() for column in columns}, file.suffix == ".bim")
    cards = [(measure, _card(measure, draft)) for measure in measures]
    for measure, item in cards:
        known.items.setdefault(measure.name.lower(), item)
    for measure, item in cards:
        _edges(measure, item, known)
        _target(measure, item, known)


def _tmdl(file: SourceFile, draft: Draft) -> tuple[list[Measure], list[str]]:
    if isinstance(file.decoded, Problem):
        draft.problems.append((file.decoded, None))
        return [], []
    draft.foreign.text = file.text
    return read_tables(file.text)


def _bim(file: SourceFile, draft: Draft) -> tuple[list[Measure], list[str]]:
    value = file.values(draft)
    measures: list[Measure] = []
    columns: list[str] = []
    for route, table in maps_in(map_in(value, "model"), "tables"):
        columns += [name for _, column in maps_in(table, "columns") if (name := text_in(column, "name"))]
        for below, measure in maps_in(table, "measures"):
            at = ("model", *route, *below)
            kpi = map_in(measure, "kpi")
            measures.append(
                Measure(
                    name=text_in(measure, "name") or "",
                    at=at,
                    table=text_in(table, "name") or "",
                    description=_written(measure, "description", at),
                    formula=_written(measure, "expression", at),
                    format=_written(measure, "formatString", at),
                    target=_written(kpi, "targetExpression", (*at, "kpi")),
                    status=_written(kpi, "statusExpression", (*at, "kpi")),
                )
            )
    return [m for m in measures if m.name], columns


def _written(value: dict[str, Any], key: str, above: tuple[str | int, ...]) -> Written | None:
    """A text, which this format may write as a list of lines."""
    text = value.get(key)
    if isinstance(text, list):
        text = "\n".join(line for line in text if isinstance(line, str))
    return Written(text.strip()[:20_000], (*above, key)) if isinstance(text, str) and text.strip() else None


def _card(measure: Measure, draft: Draft) -> Item:
    item = draft.metric(_spelled(measure.name), measure.at, title=measure.name, alias=False)
    if measure.description is not None:
        item.set("description", without_addresses(measure.description.text), measure.description.at)
    if measure.formula is not None:
        item.set("formula", measure.formula.text, measure.formula.at)
    item.set("data_source", measure.table, measure.at)
    if measure.format is not None and measure.format.text.rstrip("\"'").endswith("%"):
        item.set("unit", "percent", measure.format.at)
    return item


def _spelled(name: str) -> str:
    """A name with its signs in words: measures of one file often differ in nothing else."""
    for sign, word in (("%", " percent "), ("#", " number "), ("Δ", " change "), ("▲", " change ")):
        name = name.replace(sign, word)
    return name


def _edges(measure: Measure, item: Item, known: _Known) -> None:
    """References in brackets: measures of this file, and bare names that are no column, which another file has."""
    if measure.formula is None:
        return
    text, at = measure.formula
    for table, name in dax_names(text):
        other = known.items.get(name.lower())
        if other is not None and other.id != item.id:
            item.add("derived_from", other.id, at)
        elif other is None and not table and not known.whole and _elsewhere(name, text, known):
            listed = item.value.get("derived_from", [])
            if id_of(_spelled(name)) not in listed and id_of(_spelled(name)) != item.id:
                item.draft.loose.add(("metrics", item.id, "derived_from", len(listed)))
                item.add("derived_from", id_of(_spelled(name)), at)


def _elsewhere(name: str, formula: str, known: _Known) -> bool:
    """Not a column of this table, and not one that the formula makes up itself."""
    return name.lower() not in known.columns and not name.startswith("@") and f'"{name}"' not in formula


def _target(measure: Measure, item: Item, known: _Known) -> None:
    """The KPI's target, and from the expression of its status which way is good."""
    if measure.target is None:
        return
    text, at = measure.target
    references = list(dax_names(text))
    number = _NUMBER.match(text)
    item.set("target.type", "threshold", at)
    if number is not None:
        item.set("target.value", float(number[0]), at)
    elif len(references) == 1 and text.endswith("]"):
        item.set("target.value", references[0].name, at)
    else:
        item.set("target.value", " ".join(text.split())[:200], at)
        item.draft.remark("the target is a formula: what it comes to, the file does not say", at)
    if measure.status is not None:
        _direction(item, measure.status.text, measure.status.at)


def _direction(item: Item, status: str, at: Place) -> None:
    status = re.sub(r"--[^\n]*|//[^\n]*", "", status)
    good = {(sign == ">") == (result == "1") for sign, result in _COMPARED.findall(status)}
    if len(good) != 1:
        return
    up = good == {True}
    because = f"the expression of its status, which calls {'high' if up else 'low'} values good"
    item.set("direction", "up" if up else "down", at, inferred=because)
    item.set("target.comparator", "at-least" if up else "at-most", at, inferred=because)
