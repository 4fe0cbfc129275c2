"""What editors show beside the text: problems of the input, findings, open questions. Plain values, ready to be sent.

They are made often and in large numbers, so each is made once and used again while nothing about it changes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from metriclint.editor.desk import Desk
from metriclint.editor.page import Extent, Page
from metriclint.files.positions import Span
from metriclint.files.problem import Problem, listed, shorten
from metriclint.findings.finding import Finding, Location, Notice, Undecided
from metriclint.reports.terminal import clean, counted
from metriclint.reports.text import gist

SOURCE = "metriclint"
ERROR, WARNING, INFORMATION, HINT = 1, 2, 3, 4
_LEVEL = {"error": ERROR, "warning": WARNING, "note": INFORMATION, "info": HINT}
_MOST = 1000
"""Diagnostics of a file. Editors show no more, and the gravest come first."""
_CODES = 6
_KEYS = 6
_ALLOWED = 300
Diagnostic = dict[str, Any]
Pages = Callable[[str], Page]
"""The text of a file as it is now, by shown path."""
Uris = Callable[[str], str]
"""The address of a file, by shown path."""


class Diagnostics:
    """Diagnostics of a project by shown path."""

    def __init__(self, pages: Pages, uris: Uris) -> None:
        self._pages, self._uris = pages, uris
        self._made: dict[int, tuple[object, tuple[str, ...], Diagnostic]] = {}

    def of(self, desk: Desk, wanted: Collection[str]) -> dict[str, list[Diagnostic]]:
        """Diagnostics of a project's files. Problems are told for every file, the rest for those that are wanted."""
        found: dict[str, list[Diagnostic]] = {path: [] for path in desk.texts}
        for problem in desk.problems:
            found.setdefault(problem.path, []).append(self.problem(problem))
        for path, made in self._findings(desk, wanted):
            found.setdefault(path, []).append(made)
        return {path: _gravest(listed) for path, listed in found.items()}

    def problem(self, problem: Problem) -> Diagnostic:
        """What is wrong with an input, with what could stand there."""
        text = clean(problem.message)
        if problem.suggestion:
            text += f"; did you mean {clean(problem.suggestion)}?"
        if problem.allowed:
            text += f" (allowed: {shorten(listed(problem.allowed), _ALLOWED)})"
        line, column = max(problem.line, 1), max(problem.column, 1)
        extent = self._pages(problem.path).extent(Span(line, column, line, column))
        return {"range": extent, "severity": ERROR, "source": SOURCE, "message": text}

    def _findings(self, desk: Desk, wanted: Collection[str]) -> Iterator[tuple[str, Diagnostic]]:
        made: dict[int, tuple[object, tuple[str, ...], Diagnostic]] = {}

        def once(thing: Any, codes: tuple[str, ...], make: Callable[[], Diagnostic]) -> Diagnostic:
            known = self._made.get(id(thing))
            if known is None or known[0] is not thing or known[1] != codes:
                known = thing, codes, make()
            made[id(thing)] = known
            return known[2]

        for group in desk.verdict.findings.values():
            behind = _behind(group)
            for finding in group:
                codes = behind.get(finding.code, ())
                if finding.status == "reported" and finding.location.path in wanted and not _is_behind(finding, group):
                    make = _maker(self._finding, finding, codes)
                    yield finding.location.path, once(finding, codes, make)
        for question in desk.verdict.questions.values():
            if question.location.path in wanted:
                yield question.location.path, once(question, (), _maker(self._question, question))
        for notice in desk.verdict.notices:
            if notice.location is not None and notice.location.path in wanted:
                yield notice.location.path, once(notice, (), _maker(self._notice, notice))
        self._made = made

    def _finding(self, finding: Finding, codes: tuple[str, ...]) -> Diagnostic:
        parts = [clean(finding.message)]
        if finding.why:
            parts.append(f"Why it may backfire: {clean(gist(finding.why))}")
        if finding.fixes:
            parts.append(f"What you can do: {clean(finding.fixes[0].text)}")
        if codes:
            more = f" and {len(codes) - _CODES} more" if len(codes) > _CODES else ""
            parts.append(f"Also: {', '.join(codes[:_CODES])}{more}")
        made: Diagnostic = {
            "range": self._extent(finding.location),
            "severity": _LEVEL[finding.severity],
            "code": finding.code,
            "source": SOURCE,
            "message": "\n".join(parts),
            "data": {"fingerprint": finding.fingerprint, "metric": finding.metric, "rule": finding.rule},
        }
        steps = [s for s in finding.path if s.location is not None]
        if steps:
            made["relatedInformation"] = [
                {
                    "location": {"uri": self._uris(s.location.path), "range": self._extent(s.location)},
                    "message": f"{s.verb + ' → ' if s.verb else ''}{shorten(s.title, 80)}",
                }
                for s in steps
                if s.location is not None
            ]
        return made

    def _question(self, question: Undecided) -> Diagnostic:
        keys = ", ".join(clean(k) for k in question.declare[:_KEYS])
        more = f" and {len(question.declare) - _KEYS} more" if len(question.declare) > _KEYS else ""
        return {
            "range": self._extent(question.location),
            "severity": HINT,
            "source": SOURCE,
            "code": "undecided",
            "message": f"Declare {keys}{more} to decide {counted(len(question.rules), 'rule')}.",
            "data": {"metric": question.metric, "declare": question.declare},
        }

    def _notice(self, notice: Notice) -> Diagnostic:
        assert notice.location is not None
        return {
            "range": self._extent(notice.location),
            "severity": INFORMATION,
            "source": SOURCE,
            "message": clean(notice.message),
        }

    def _extent(self, location: Location) -> Extent:
        page = self._pages(location.path)
        line, end = max(location.line, 1), max(location.end_line, location.line, 1)
        return page.extent(Span(line, max(location.column, 1), end, max(location.end_column, 1)))


def _maker(make: Callable[..., Diagnostic], *args: Any) -> Callable[[], Diagnostic]:
    return lambda: make(*args)


def _behind(group: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """Codes of the findings that stand behind each of a metric's."""
    found: dict[str, list[str]] = {}
    for f in group:
        if f.folded_under is not None and f.status == "reported":
            found.setdefault(f.folded_under, []).append(f.code)
    return {code: tuple(sorted(codes)) for code, codes in found.items()}


def _is_behind(finding: Finding, group: Iterable[Finding]) -> bool:
    """Does a finding stand behind one that is shown."""
    if finding.folded_under is None:
        return False
    return any(f.code == finding.folded_under and f.status == "reported" for f in group)


def _gravest(listed: list[Diagnostic]) -> list[Diagnostic]:
    if len(listed) > _MOST:
        listed = sorted(listed, key=lambda d: d["severity"])[:_MOST]
    return sorted(listed, key=_order)


def _order(diagnostic: Mapping[str, Any]) -> tuple[int, int, int, str]:
    start = diagnostic["range"]["start"]
    return start["line"], start["character"], diagnostic["severity"], str(diagnostic.get("code", ""))
