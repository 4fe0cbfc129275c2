"""Cortex scorecards as code: rules by weight, and a ladder of levels that services or teams reach."""

import re
from typing import Any

from metriclint.files.problem import Route, did_you_mean, shorten
from metriclint.model.foreign import At
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft, Item, id_of
from metriclint.sources.inline import at_below
from metriclint.sources.shapes import items_in, maps_in, number_in, prose_in, text_in, value_in

TITLE = "Cortex scorecard"
SUFFIXES = (".yaml", ".yml")
_MARKS = [
    re.compile(mark, re.MULTILINE)
    for mark in (r"^tag[ \t]*:", r"^rules[ \t]*:[ \t]*(?:#.*)?$", r"^[ \t]*(?:-[ \t]+)?expression[ \t]*:")
]
_OWN = re.compile(r"^(?:ladder|filter|evaluation|exemptions|notifications)[ \t]*:[ \t]*(?:#.*)?$", re.MULTILINE)
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_SIGN = re.compile(r"<=|>=|(?<![=<>-])[<>](?![=<>])")
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
_SEVERAL = re.compile(r"\b(?:and|or|not)\b|\|\||&&|!=|==", re.IGNORECASE)
_THINGS = {"service", "resource", "domain"}


def claims(file: SourceFile) -> bool:
    """A tag, rules with expressions, and one of the blocks that only a scorecard has."""
    text = file.text
    return all(mark.search(text) for mark in _MARKS) and _OWN.search(text) is not None


def read(file: SourceFile, draft: Draft) -> None:
    """A metric for the scorecard and one for each of its rules."""
    for part, value in file.documents(draft):
        if isinstance(value, dict) and isinstance(value.get("rules"), list):
            _scorecard(value, part, draft)


def _scorecard(value: dict[str, Any], part: int, draft: Draft) -> None:
    top = At(part, ())
    tag = text_in(value, "tag") or text_in(value, "name")
    if tag is None:
        draft.problem("a scorecard needs a `tag`", top)
        return
    item = draft.metric(tag, At(part, ("tag",)), title=text_in(value, "name") or "")
    item.set("description", prose_in(value, "description"), At(part, ("description",)))
    at = At(part, ("rules",))
    item.set("kind", "composite", at, inferred="the format: a scorecard adds up rules by their weights")
    item.set("direction", "up", at, inferred="the format: more rules passed is a higher level")
    if (hours := number_in(value, "evaluation", "window")) is not None:
        item.set("frequency", f"every {hours:g} hours", At(part, ("evaluation", "window")))
    _subject(item, value, part)
    rules = _rules(value, part, tag, draft)
    for route, rule, weight in rules:
        entry = rule.id if weight is None else {"metric": rule.id, "weight": weight}
        item.add("derived_from", entry, At(part, (*route, "weight")))
        _subject(rule, value, part)
    ladder = _ladder(item, value, part)
    if value.get("draft") is True:
        item.set("status", "proposed", At(part, ("draft",)))
    else:
        _board(item, part, ladder)


def _rules(value: dict[str, Any], part: int, tag: str, draft: Draft) -> list[tuple[Route, Item, float | None]]:
    found = []
    levels = [name for _, level in maps_in(value, "ladder", "levels") if (name := text_in(level, "name"))]
    for route, rule in maps_in(value, "rules"):
        at = At(part, route)
        title = text_in(rule, "title") or f"rule {int(route[-1]) + 1}"
        item = draft.metric(f"{tag} {title}", at, title=title, alias=False)
        item.set("description", prose_in(rule, "description"), at_below(at, "description"))
        item.set("data_source", text_in(rule, "expression"), at_below(at, "expression"))
        if (level := text_in(rule, "level")) is not None:
            item.add("tags", f"level-{id_of(level)}", at_below(at, "level"))
            if levels and level not in levels:
                near = did_you_mean(level, levels)
                guess = f"; did you mean `{near}`?" if near else f": it has {shorten(', '.join(levels), 80)}"
                draft.remark(f"the level “{shorten(level, 40)}” is not on the ladder{guess}", at_below(at, "level"))
        _limit(item, text_in(rule, "expression") or "", at_below(at, "expression"))
        if value.get("draft") is True:
            item.set("status", "proposed", At(part, ("draft",)))
        found.append((route, item, number_in(rule, "weight")))
    return found


def _limit(item: Item, expression: str, at: At) -> None:
    """What a rule compares with, where one comparison is all that it does. Whether something is there is no limit."""
    bare = _QUOTED.sub(lambda hit: "_" * len(hit[0]), expression)
    signs = [hit for hit in _SIGN.finditer(bare) if bare.count("(", 0, hit.start()) == bare.count(")", 0, hit.start())]
    if len(signs) != 1 or _SEVERAL.search(bare):
        return
    sign, right = signs[0][0], expression[signs[0].end() :].strip()
    number = float(right) if _NUMBER.fullmatch(right) else None
    left = expression[: signs[0].start()].strip()
    if number == 0 and sign.startswith(">"):
        if sign == ">=" or "lookback" not in left:
            return
        number = 1.0  # more than none of what happens in a period is at least one of it
    up = sign.startswith(">")
    item.set("formula", left, at)
    item.set("target.type", "threshold", at)
    item.set("target.value", right[:200] if number is None else number, at)
    item.set("target.comparator", "at-least" if up else "at-most", at)
    item.set("target.cliff", True, at, inferred="the format: a rule is passed or not, whatever lies between")
    item.set("direction", "up" if up else "down", at)


def _ladder(item: Item, value: dict[str, Any], part: int) -> Route | None:
    """The highest level of the ladder is the target, and reaching a level or not is a cliff."""
    levels = [
        (number_in(level, "rank") or 0, route, name)
        for route, level in maps_in(value, "ladder", "levels")
        if (name := text_in(level, "name"))
    ]
    if not levels:
        return None
    _, route, name = max(levels, key=lambda level: level[0])
    at = At(part, route)
    item.set("target.type", "threshold", at)
    item.set("target.value", name, at)
    item.set("target.comparator", "at-least", at, inferred="the format: levels of a ladder are reached from below")
    item.set("target.cliff", True, at, inferred="the format: a level is reached or not, whatever lies between")
    if value_in(value, "exemptions", "enabled") is True:
        item.set("target.exemptions", ["on request"], At(part, ("exemptions",)))
    return ("ladder", "levels")


def _subject(item: Item, value: dict[str, Any], part: int) -> None:
    """What the filter lets in: teams, or services and other things."""
    kinds = [*items_in(value, "filter", "types", "include"), *items_in(value, "filter", "category")]
    for route, kind in kinds:
        if not isinstance(kind, str) or not kind.strip():
            continue
        name, at = kind.strip().lower(), At(part, route)
        if name in ("team", "teams"):
            item.set("subject.level", "team", at)
        elif name in _THINGS:
            item.set("subject.level", "product", at)
        else:
            item.set(
                "subject.level", "product", at, inferred=f"its filter, which lets in things of the type `{name[:40]}`"
            )
        return


def _board(item: Item, part: int, ladder: Route | None) -> None:
    """A scorecard that is no draft is shown in the portal; a ladder gives everything there a level."""
    at = At(part, ("name",)) if ladder is None else At(part, ladder)
    board: dict[str, Any] = {"title": "Scorecard in the portal", "audience": "org", "identified": True}
    if ladder is not None:
        board["gamified"] = True
    because = "the format: a scorecard that is no draft is open in the portal, with the level of each entity"
    item.set("visibility", board, at, inferred=because)
