"""Repairs in plain words, for the terminal and for other formats."""

from collections.abc import Iterator, Sequence
from typing import Any

from metriclint.files.problem import shorten
from metriclint.graph.words import quoted
from metriclint.model.project import Project
from metriclint.repair.edits import Edit
from metriclint.repair.search import Key, Option, Repairs
from metriclint.reports.terminal import Paint, block, clean

_CODES = 8


def repairs_text(found: Sequence[Repairs], project: Project, paint: Paint, *, first: int = 1) -> str:
    """Findings with their proven options, numbered through from ``first``."""
    parts = []
    number = first
    for repairs in found:
        parts.append(_finding(repairs, project, paint, number))
        number += len(repairs.options)
    return "\n\n".join(parts) + "\n"


def _finding(repairs: Repairs, project: Project, paint: Paint, number: int) -> str:
    title = clean(quoted(project.metrics[repairs.metric].value.title))
    name = paint(f"{repairs.severity}[{repairs.rule.name}]", repairs.severity)
    lines = [f"{name} {repairs.code} on {title}", block("", " ".join(repairs.rule.rule.summary.split()), 2)]
    if not repairs.options:
        lines.append(block("", f"No option is proven: {repairs.tried} sets of changes were tried.", 2))
        lines += [block("advice: ", " ".join(f.text.split()), 2) for f in repairs.rule.rule.fix]
    for offset, option in enumerate(repairs.options):
        lines += ["", *_option(option, repairs, project, paint, number + offset)]
    return "\n".join(lines)


def _option(option: Option, repairs: Repairs, project: Project, paint: Paint, number: int) -> Iterator[str]:
    texts = " ".join(" ".join(lever.text.split()) for lever in option.levers)
    yield block(f"Option {number}: ", texts, 2, paint.good)
    for edit in option.edits:
        yield block("change ", edit_words(edit, project))
    for need in dict.fromkeys(" ".join(lever.obligation.split()) for lever in option.levers if lever.obligation):
        yield block("only honest if: ", need)
    if option.clears:
        yield block("also clears: ", _keys(option.clears, repairs.metric))
    if option.leaves:
        yield block("does not clear: ", _keys(option.leaves, repairs.metric))
    if option.brings:
        yield block("would bring: ", _keys(option.brings, repairs.metric), style=lambda t: paint(t, "warning"))


def _keys(keys: Sequence[Key], metric: str) -> str:
    shown = ", ".join(code if m == metric else f"{code} on {m}" for m, code in keys[:_CODES])
    return shown + (f" and {len(keys) - _CODES} more" if len(keys) > _CODES else "")


def edit_words(edit: Edit, project: Project) -> str:
    """One change with its place: "metrics.yaml: metrics.ai-tokens.verification: none → sample"."""
    route = ".".join(str(part) for part in (edit.section, edit.id, *edit.parts))
    before = _before(edit, project)
    return f"{clean(edit.origin.path)}: {route}: {before} → {value_words(edit.value)}"


def _before(edit: Edit, project: Project) -> str:
    value: Any = getattr(project, edit.section)[edit.id].value
    for part in edit.parts:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
        else:
            value = getattr(value, part, None)
        if value is None:
            return "undeclared"
    return value_words(value)


def value_words(value: Any) -> str:
    """A value as it would stand in a declaration, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {value_words(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(value_words(v) for v in value) + "]"
    return shorten(str(value), 80)


def contradictions(found: Sequence[Repairs]) -> list[str]:
    """Sentences about options of different findings that set one thing in two ways."""
    set_by: dict[tuple[str, str, tuple[str | int, ...]], dict[str, list[int]]] = {}
    number = 0
    for repairs in found:
        for option in repairs.options:
            number += 1
            for edit in option.edits:
                set_by.setdefault(edit.key, {}).setdefault(value_words(edit.value), []).append(number)
    sentences = []
    for (_, id_, parts), values in sorted(set_by.items(), key=lambda p: str(p[0])):
        if len(values) > 1:
            ways = " and ".join(
                f"options {', '.join(map(str, n))} set it to {v}" if len(n) > 1 else f"option {n[0]} sets it to {v}"
                for v, n in values.items()
            )
            sentences.append(f"{id_}.{'.'.join(map(str, parts))}: {ways}; they exclude each other")
    return sentences
