"""Measuring the catalogue on documented designs: recall, false alarms, mutants of good designs, and silence.

A corpus is a folder of documents with a ``labels.yaml``: for each metric id a ``label`` (fail, risk, mixed, good),
codes that ``must`` be found and codes or families that ``mustnot``.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from metriclint.facts.derive import Settings
from metriclint.files.problem import Problem, ProblemError, did_you_mean
from metriclint.findings.candidates import Candidate, check_project
from metriclint.findings.finding import SEVERITIES
from metriclint.findings.fold import fold
from metriclint.model.card import Governance, Metric
from metriclint.model.objects import InlineBoard, InlineConsequence
from metriclint.model.project import Project
from metriclint.rules.catalogue import Catalogue
from metriclint.rules.evaluate import Evaluator
from metriclint.rules.library import placed, read_data
from metriclint.sources.load import load

TODAY = "2026-11-25"


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known about one documented design."""

    label: Literal["fail", "risk", "mixed", "good"]
    must: list[str] = []
    mustnot: list[str] = []
    contested: bool = False
    title: str = ""
    intended: str = ""
    happened: str = ""
    source: str = ""
    strength: str = ""


class Shown(msgspec.Struct, frozen=True):
    """A finding as the corpus report needs it."""

    code: str
    severity: str
    leads: bool


@dataclass(slots=True)
class Score:
    """What was measured."""

    labels: dict[str, Label]
    found: dict[str, list[Shown]]
    mutants: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each mutation the worst severity by good design; empty where nothing was found."""
    silent: dict[str, tuple[str, str]] = field(default_factory=dict)
    """For each fail design the worst severity with its gaming actions declared and with silence about them."""

    def missed(self) -> list[tuple[str, str]]:
        """``must`` labels that were not found."""
        return [(m, c) for m, label in self.labels.items() for c in label.must if c not in self.codes(m)]

    def violated(self) -> list[tuple[str, str]]:
        """``mustnot`` labels that were found all the same; a family stands for each of its rules."""
        return [
            (m, code)
            for m, label in self.labels.items()
            for code in sorted(self.codes(m))
            if any(code == word or (len(word) == 3 and code.startswith(word)) for word in label.mustnot)
        ]

    def alarms(self) -> list[tuple[str, str, str]]:
        """Findings above ``note`` on designs that are labelled good."""
        return [
            (m, s.code, s.severity)
            for m, label in self.labels.items()
            for s in self.found.get(m, ())
            if label.label == "good" and SEVERITIES.index(s.severity) > SEVERITIES.index("note")
        ]

    def codes(self, metric: str) -> set[str]:
        """Codes that were found for a design."""
        return {s.code for s in self.found.get(metric, ())}


Mutation = Callable[[Metric], Metric]


def _ranked(card: Metric) -> Metric:
    board = InlineBoard(audience="public", identified=True, ranked=True, raw_access="public")
    return msgspec.structs.replace(card, visibility=board)


def _in_reviews(card: Metric) -> Metric:
    use = InlineConsequence(
        kind="review", stated="used", access="individual", believed="used", weight="major", falls_on="individual"
    )
    return msgspec.structs.replace(card, consequences=[use])


def _stripped(card: Metric) -> Metric:
    given = card.governance or Governance()
    governance = msgspec.structs.replace(given, audited_by="none")
    return msgspec.structs.replace(card, counter_metrics=[], verification="none", governance=governance)


def _ambiguous(card: Metric) -> Metric:
    use = InlineConsequence(kind="review", stated="unstated", access="individual", enforced="none")
    board = InlineBoard(audience="manager", identified=True, ranked=False, raw_access="restricted")
    return msgspec.structs.replace(card, consequences=[use], visibility=board)


MUTATIONS: dict[str, tuple[str, Mutation]] = {
    "a": ("ranked and named in public", _ranked),
    "b": ("used in individual reviews", _in_reviews),
    "c": ("without counter-metric and audit", _stripped),
    "d": ("silent about reviews while managers see persons", _ambiguous),
}


def score(folder: Path, catalogue: Catalogue) -> Score:
    """Measure the catalogue on a corpus. Raises ProblemError where its documents or labels are wrong."""
    file = folder / "labels.yaml"
    labels = read_data(file, dict[str, Label], file.as_posix())
    loaded = load([str(folder)])
    if loaded.problems:
        raise ProblemError(loaded.problems)
    evaluator = Evaluator()
    found: dict[str, list[Candidate]] = {}
    cards: dict[str, Project] = {}
    for project in loaded.projects:
        for candidate in _check(project, catalogue, evaluator):
            found.setdefault(candidate.metric, []).append(candidate)
        cards.update(dict.fromkeys(project.metrics, project))
    if problems := list(_label_problems(file.as_posix(), labels, cards, catalogue)):
        raise ProblemError(placed(problems, file.read_text(encoding="utf-8")))
    result = Score(
        labels={m: labels[m] for m in sorted(labels)},
        found={
            m: [Shown(c.rule.code, c.severity, c.folded_under is None) for c in cs] for m, cs in sorted(found.items())
        },
    )
    _add_mutants(result, cards, catalogue, evaluator)
    _add_silence(result, cards, catalogue, evaluator)
    return result


def _label_problems(
    path: str, labels: Mapping[str, Label], cards: Container[str], catalogue: Catalogue
) -> Iterator[Problem]:
    """Labels that would pass whatever the rules say: of designs that are not there, and of rules that do not exist."""
    words = sorted({*catalogue.by_code, *(code[:3] for code in catalogue.by_code)})
    for metric, label in sorted(labels.items()):
        if metric not in cards:
            yield Problem(path, 0, 0, f'label for "{metric}", which no document declares', (metric,))
        for index, word in enumerate(label.mustnot):
            if word not in words:
                message = f'"{word}" is no code and no letters of a family'
                route = (metric, "mustnot", index)
                yield Problem(path, 0, 0, message, route, suggestion=did_you_mean(word, words))


def _check(project: Project, catalogue: Catalogue, evaluator: Evaluator) -> list[Candidate]:
    candidates = check_project(project, catalogue.rules.values(), Settings(TODAY), evaluator).candidates
    fold(candidates)
    return candidates


def _with_card(project: Project, metric: str, card: Metric) -> Project:
    """The project with another card in place of one of its metrics, and without the others."""
    entry = project.metrics[metric]
    return replace(project, metrics={metric: replace(entry, value=card)})


def _worst(candidates: Iterable[Candidate]) -> str:
    found = [c.severity for c in candidates]
    return max(found, key=SEVERITIES.index) if found else ""


def _add_mutants(result: Score, cards: dict[str, Project], catalogue: Catalogue, evaluator: Evaluator) -> None:
    good = [m for m, label in result.labels.items() if label.label == "good"]
    for key, (_, mutate) in MUTATIONS.items():
        worst = {}
        for metric in good:
            project = cards[metric]
            card = mutate(project.metrics[metric].value)
            worst[metric] = _worst(_check(_with_card(project, metric, card), catalogue, evaluator))
        result.mutants[key] = worst


def _add_silence(result: Score, cards: dict[str, Project], catalogue: Catalogue, evaluator: Evaluator) -> None:
    for metric, label in result.labels.items():
        if label.label != "fail":
            continue
        project = cards[metric]
        card = msgspec.structs.replace(project.metrics[metric].value, gaming_actions=None)
        declared = max((s.severity for s in result.found.get(metric, ())), key=SEVERITIES.index, default="")
        quiet = _worst(_check(_with_card(project, metric, card), catalogue, evaluator))
        result.silent[metric] = (declared, quiet)
