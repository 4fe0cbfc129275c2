"""What an editor offers to change: proven repairs, a waiver to fill in, facts that would decide rules, slips."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from metriclint.editor.desk import Desk
from metriclint.editor.outline import locate
from metriclint.files.patch import PatchError, set_values
from metriclint.files.problem import Problem, ProblemError, Route, shorten
from metriclint.findings.finding import Finding, Undecided
from metriclint.findings.verdict import WAIVER_RULES
from metriclint.model.project import Project
from metriclint.questionnaire.questions import Question, questionnaire
from metriclint.repair.job import Job, UnknownTarget
from metriclint.repair.search import Option

_QUESTIONS = 4
"""Questions about a card that answers are offered for."""
_MOST = 30
"""Answers that are offered for a card."""
Texts = dict[str, str]
"""New texts by shown path."""


class Offered(NamedTuple):
    """A change that can be made at once."""

    title: str
    texts: Texts
    about: str
    """Fingerprint of the finding, or id of the metric with open questions."""
    preferred: bool = False


def repairs(desk: Desk, finding: Finding) -> Iterator[Offered]:
    """Proven repairs of a finding: after each the check no longer reports it."""
    try:
        job = Job([desk.around(finding.metric)], desk.today, here=desk.here)
        found, _ = job.repair(job.find(finding.fingerprint)[0])
    except (UnknownTarget, ProblemError):
        return
    for index, option in enumerate(found.options):
        texts = _patched(desk, [(e.origin.path, e.origin.route, e.value) for e in option.edits])
        if texts:
            clean = not option.brings and not option.obligations
            yield Offered(_option_words(option), texts, finding.fingerprint, preferred=index == 0 and clean)


def _option_words(option: Option) -> str:
    words = " ".join(" ".join(lever.text.split()) for lever in option.levers)
    parts = [f"Repair: {shorten(words, 110)}"]
    if option.obligations:
        parts.append(f"(only honest if: {shorten(option.obligations[0], 80)})")
    if option.brings:
        parts.append(f"(would bring {', '.join(dict.fromkeys(code for _, code in option.brings))})")
    return " ".join(parts)


def waiver(desk: Desk, finding: Finding) -> Offered | None:
    """A waiver of a finding to fill in: it does not count before reason and roles are named."""
    if finding.rule in WAIVER_RULES or not finding.metric:
        return None
    days = desk.project.config.waivers.days(finding.severity)
    last = datetime.date.fromisoformat(desk.today) + datetime.timedelta(days=days)
    value: dict[str, Any] = {
        "rule": finding.rule,
        "metric": finding.metric,
        "fingerprint": finding.fingerprint,
        "decision": "accept-risk",
        "reason": "",
        "requested_by": "",
        "approved_by": "",
        "expires": last.isoformat(),
    }
    path, route = _place_of_waivers(desk.project, finding)
    if len(route) > 1:
        del value["metric"]
    number = sum(1 for w in desk.project.waivers if w.origin.path == path and w.origin.route[:-1] == route)
    change: tuple[str, Route, Any] = (path, (*route, number), value) if number else (path, route, [value])
    texts = _patched(desk, [change])
    title = f"Accept the risk of {finding.rule} until {last} (name a reason and two roles)"
    return Offered(title, texts, finding.fingerprint) if texts else None


def _place_of_waivers(project: Project, finding: Finding) -> tuple[str, Route]:
    """The file and list that a waiver goes to: the project's ``waivers.yaml``, else the card."""
    own = [name for name in project.texts if PurePosixPath(name).name in ("waivers.yaml", "waivers.yml")]
    if own:
        return own[0], ("waivers",)
    card = project.metrics[finding.metric].origin
    return card.path, (*card.route, "waivers")


def answers(desk: Desk, open_: Undecided) -> Iterator[Offered]:
    """Facts that would decide rules, as answers to the plain questions behind them."""
    entry = desk.project.metrics.get(open_.metric)
    if entry is None:
        return
    count = 0
    for question in _asked(open_.declare):
        for choice in question.options:
            texts = _patched(desk, _changes(desk.project, open_.metric, choice.sets))
            if texts and count < _MOST:
                count += 1
                sets = ", ".join(_key(route) for route in choice.sets)
                yield Offered(f"Declare {sets}: {question.ask} {shorten(choice.says, 70)}", texts, open_.metric)


def _asked(declare: Sequence[str]) -> list[Question]:
    """Questions with answers to choose from whose answers declare some keys, in the order of the keys."""
    found: dict[str, Question] = {}
    for key in declare:
        for question in questionnaire().questions:
            routes = map(_key, question.routes())
            if question.options and any(key == route or route.startswith(f"{key}.") for route in routes):
                found.setdefault(question.id, question)
                break
    return list(found.values())[:_QUESTIONS]


def _key(route: str) -> str:
    """A route as open questions name it: without the numbers of items."""
    return ".".join(part for part in route.split(".") if not part.isdigit())


def _changes(project: Project, metric: str, sets: Mapping[str, Any]) -> Iterator[tuple[str, Route, Any]]:
    """Where the facts of an answer are set: in the card, or on the board that it names. A list begins with one item."""
    entry = project.metrics[metric]
    items: dict[str, dict[str, Any]] = {}
    for key, value in sets.items():
        first, *rest = key.split(".")
        shared = getattr(entry.value, first, None)
        if rest and rest[0].isdigit() and not shared:
            items.setdefault(first, {})[rest[-1]] = value
            continue
        parts: Route = (first, *(int(part) if part.isdigit() else part for part in rest))
        board = project.boards.get(shared) if first == "visibility" and isinstance(shared, str) and rest else None
        origin = board.origin.below(*parts[1:]) if board is not None else entry.place(*parts)
        yield origin.path, origin.route, value
    for first, item in items.items():
        origin = entry.place(first)
        yield origin.path, origin.route, [item]


def _patched(desk: Desk, changes: Iterable[tuple[str, Route, Any]]) -> Texts:
    """New texts of the files that some changes are made in; none where one cannot be made safely."""
    by_path: dict[str, list[tuple[Route, Any]]] = {}
    for path, route, value in changes:
        by_path.setdefault(path, []).append((route, value))
    texts: Texts = {}
    for path, values in by_path.items():
        text = desk.texts.get(path)
        if text is None or path in desk.project.foreign or desk.project.texts.get(path) != text:
            return {}
        try:
            texts[path] = set_values(text, values, path)
        except PatchError:
            return {}
    return texts


def slip(problem: Problem, text: str) -> tuple[int, int, str] | None:
    """The replacement that mends a slip, where it is known what was meant."""
    if not problem.suggestion or not problem.route:
        return None
    node = locate(text, [problem.route]).get(problem.route)
    if node is None:
        return None
    wrong = problem.route[-1]
    if node.key_start >= 0 and isinstance(wrong, str) and f'"{wrong}"' in problem.message:
        at = text.find(wrong, node.key_start, node.key_end)
        return (at, at + len(wrong), problem.suggestion) if at >= 0 else None
    if node.value is None:
        return None
    at = text.find(node.value, node.start, node.end)
    return (at, at + len(node.value), problem.suggestion) if at >= 0 else None
