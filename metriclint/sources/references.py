"""Ids that must resolve, and definitions that must not run in a circle."""

import re
from collections.abc import Iterator
from typing import Any

from metriclint.files.problem import Problem, did_you_mean
from metriclint.model.card import InlineAction, OutcomeLink
from metriclint.model.project import MetricEntry, Origin, Project
from metriclint.model.text import ID_PATTERN

_ID = re.compile(ID_PATTERN)
Reference = tuple[str, str, Origin]
"""A section, an id in it that is referred to, and where that is said."""


def reference_problems(project: Project) -> list[Problem]:
    """Every reference to an id that nothing declares (routes, not placed yet)."""
    problems = []
    for section, id_, origin in references(project):
        known: dict[str, Any] = getattr(project, section)
        if id_ in known:
            continue
        what = section.removesuffix("s")
        message = f'unknown {what} "{id_}"' + ("" if known else f": this project declares no {section}")
        allowed = tuple(sorted(known)) if len(known) <= 20 else ()
        problem = Problem(origin.path, 0, 0, message, origin.route, allowed, did_you_mean(id_, known) if known else "")
        problems.append(problem._replace(unknown=id_))
    return [*problems, *_idle_strengths(project)]


def _idle_strengths(project: Project) -> Iterator[Problem]:
    """Strengths of effects that an action does not declare."""
    for action in project.actions.values():
        known = (*action.value.moves, *(t for t, effect in action.value.effects.items() if effect != "none"))
        for target in action.value.strengths:
            if target not in known:
                origin = action.origin.below("strengths", target)
                message = f'a strength for "{target}", which this action neither moves nor affects'
                yield Problem(origin.path, 0, 0, message, origin.route, known, did_you_mean(target, known))


def references(project: Project) -> Iterator[Reference]:
    """Every place that names something declared by its id, in the order of the sections."""
    yield from _of_actions(project)
    for outcome in project.outcomes.values():
        if outcome.value.measured_by is not None:
            yield "metrics", outcome.value.measured_by, outcome.origin.below("measured_by")
    for harm in project.harms.values():
        if harm.value.measured_by is not None:
            yield "metrics", harm.value.measured_by, harm.origin.below("measured_by")
    for board in project.boards.values():
        for index, metric in enumerate(board.value.shows):
            yield "metrics", metric, board.origin.below("shows", index)
    for decision in project.decisions.values():
        for index, use in enumerate(decision.value.uses):
            yield "metrics", use.metric, decision.origin.below("uses", index, "metric")
    for entry in project.metrics.values():
        yield from _of_card(entry)


def _of_actions(project: Project) -> Iterator[Reference]:
    for action in project.actions.values():
        for metric in action.value.moves:
            yield "metrics", metric, action.origin.below("moves", metric)
        for target, effect in action.value.effects.items():
            section = "harms" if effect == "causes" else "outcomes"
            yield section, target, action.origin.below("effects", target)
        if action.value.uses is not None:
            yield "systems", action.value.uses, action.origin.below("uses")


def _of_card(entry: MetricEntry) -> Iterator[Reference]:
    card = entry.value
    for index, action in enumerate(card.gaming_actions or ()):
        if not isinstance(action, InlineAction):
            yield "actions", action, entry.place("gaming_actions", index)
    for section, key, value in (
        ("boards", "visibility", card.visibility),
        ("decisions", "consequences", card.consequences),
    ):
        if isinstance(value, str):
            yield section, value, entry.place(key)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, str):
                    yield section, item, entry.place(key, index)
    if isinstance(card.agent, str):
        yield "systems", card.agent, entry.place("agent")
    if isinstance(card.outcome, OutcomeLink):
        if card.outcome.id is not None:
            yield "outcomes", card.outcome.id, entry.place("outcome", "id")
    elif card.outcome is not None and _ID.fullmatch(card.outcome):
        yield "outcomes", card.outcome, entry.place("outcome")
    for index, part in enumerate(card.derived_from or ()):
        if isinstance(part, str):
            yield "metrics", part, entry.place("derived_from", index)
        else:
            yield "metrics", part.metric, entry.place("derived_from", index, "metric")
    for index, counter in enumerate(card.counter_metrics or ()):
        if counter.metric is not None:
            yield "metrics", counter.metric, entry.place("counter_metrics", index, "metric")


def parts_of(entry: MetricEntry) -> list[str]:
    """Ids of the metrics that a metric is computed from."""
    return [p if isinstance(p, str) else p.metric for p in entry.value.derived_from or ()]


def cycle_problems(project: Project) -> list[Problem]:
    """Every circle of ``derived_from``, once. A metric derived from itself is legal: it means its last period."""
    problems = []
    state: dict[str, int] = {}
    for start in sorted(project.metrics):
        if state.get(start) or not project.metrics[start].value.derived_from:
            continue
        trail: list[str] = []
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            node, index = stack.pop()
            if index == 0:
                state[node] = 1
                trail.append(node)
            parts = parts_of(project.metrics[node])
            if index == len(parts):
                state[node] = 2
                trail.pop()
                continue
            stack.append((node, index + 1))
            part = parts[index]
            if part == node or part not in project.metrics:
                continue
            if state.get(part) == 1:
                circle = [*trail[trail.index(part) :], part]
                origin = project.metrics[node].place("derived_from", index)
                message = "metrics are derived from each other in a circle: " + " → ".join(circle[:12])
                problems.append(Problem(origin.path, 0, 0, message, origin.route))
            elif not state.get(part):
                stack.append((part, 0))
    return problems
