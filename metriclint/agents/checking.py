"""Checking: a project, a file, or a text that is no file yet."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from metriclint.agents.ground import PROBLEMS_SHOWN, Answer, Ground, Refused, nothing, told
from metriclint.agents.proposal import Questions, asked_words, questions
from metriclint.agents.texts import standing_text
from metriclint.files.problem import Problem, ProblemError
from metriclint.findings.finding import Finding, Notice, Report
from metriclint.findings.report import report_of
from metriclint.model.project import Project
from metriclint.reports.formats import Style
from metriclint.reports.text import importance, render
from metriclint.sources.load import load_text

T = TypeVar("T")
_NEXT = "`propose_repairs` shows changes that are proven to help, `why` the paths of a number; both read files only"
_CHANGE = "To change what a file says, give the whole changed text of the file, with its `path`.\n"
_Projects = list[tuple[Project, set[str] | None]]


def check(ground: Ground, path: str, text: str, most: int) -> Answer:
    """The report on what a path names, or on a text that would stand there."""
    if text:
        report, _, problems = _of_text(ground, path, text)
    else:
        report, problems = _of_path(ground, path)
    report = cut(report, most)
    return Answer(_words(report, problems), msgspec.to_builtins(report), wrong=bool(problems))


def check_proposal(ground: Ground, text: str, path: str, most: int) -> Answer:
    """The report on a proposed design, what it leaves open, and the questions that would decide that."""
    report, projects, problems = _of_text(ground, path, text)
    report = cut(report, most)
    asked = questions(report, [project for project, _ in projects])
    words = _words(report, problems) + asked_words(asked)
    return Answer(words, msgspec.to_builtins(Questions(report=report, questions=asked)), wrong=bool(problems))


def _words(report: Report, problems: Sequence[Problem]) -> str:
    if not problems:
        return render(report, Style(hint=_NEXT))
    twice = any("is defined twice" in p.message for p in problems)
    return told(problems) + (_CHANGE if twice else "")


def _of_path(ground: Ground, path: str) -> tuple[Report, list[Problem]]:
    loaded = ground.load(path)
    if not loaded.documents and not loaded.problems:
        raise Refused(nothing(loaded))
    projects: _Projects = list(zip(loaded.projects, loaded.reported, strict=True))
    return _report(ground, projects, loaded.documents, loaded.problems, ground.notices())


def _of_text(ground: Ground, path: str, text: str) -> tuple[Report, _Projects, list[Problem]]:
    """The report on a text in the midst of its project, or on its own where the project cannot be read."""
    standing = standing_text(ground, path, text)
    loaded = ground.load(text=(standing.name, standing.text.encode("utf-8", "surrogatepass")))
    projects: _Projects = list(zip(loaded.projects, loaded.reported, strict=True))
    problems, notices = loaded.problems, ground.notices()
    elsewhere = [p for p in problems if p.path != standing.name and standing.name not in p.message]
    if elsewhere and len(elsewhere) == len(problems):
        first = elsewhere[0]
        place = f"{first.path}:{first.line}:{first.column}" if first.line else first.path
        notices.append(Notice(f"checked on its own: the project cannot be read ({place}: {first.message})"))
        project, problems = load_text(standing.text, standing.name)
        projects = [(project, None)]
    report, problems = _report(ground, projects, 1, problems, notices)
    return standing.report(report), projects, [standing.problem(p) for p in problems]


def _report(
    ground: Ground, projects: _Projects, documents: int, problems: Sequence[Problem], notices: list[Notice]
) -> tuple[Report, list[Problem]]:
    """The report, and everything that is wrong; where anything is, nothing was checked."""
    wrong = list(problems)
    report = None
    if not wrong:
        try:
            report = report_of(projects, ground.options(), documents=documents)
        except ProblemError as error:
            wrong = list(error.problems)
    if report is None:
        report = report_of([], ground.options(), documents=documents, problems=wrong)
    return replace(report, notices=[*report.notices, *notices]), wrong


def cut(report: Report, most: int) -> Report:
    """The report with its most important findings and open questions; counts stay as they are, and a notice tells."""
    notices = []

    def first(of: list[T], noun: str) -> list[T]:
        if len(of) > most:
            notices.append(
                Notice(f"this answer holds {most} of {len(of):,} {noun}; name a file or folder, or raise `most`")
            )
        return of[:most]

    ranked = first(sorted(report.findings, key=_rank), "findings")
    kept = {id(f) for f in ranked}
    return replace(
        report,
        findings=[f for f in report.findings if id(f) in kept],
        undecided=first(report.undecided, "metrics with open questions"),
        errors=first(report.errors, "problems"),
        notices=[*report.notices[:PROBLEMS_SHOWN], *notices],
    )


def _rank(found: Finding) -> tuple[bool, bool, tuple[int, int, str]]:
    return found.status != "reported", found.folded_under is not None, importance(found)
