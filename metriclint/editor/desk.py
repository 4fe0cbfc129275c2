"""One project on the desk: read again, linked and checked after each change, and only as far as the change reaches."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.editor.changes import Standing, reached
from metriclint.editor.moves import (
    Moves,
    move_of,
    moved_finding,
    moved_notice,
    moved_question,
    places_of,
    touched,
)
from metriclint.files.problem import Problem, ProblemError
from metriclint.findings.finding import Finding, Notice, Report, Undecided
from metriclint.findings.report import Memory, Options, report_of
from metriclint.model.config import Config
from metriclint.model.document import OverlayDocument
from metriclint.model.project import Project
from metriclint.sources.discover import Found
from metriclint.sources.link import link
from metriclint.sources.native import ReadFile, read_document

_PARTS = 200
"""Checks of parts after which verdicts are forgotten, so that a long day does not fill the memory."""


class Verdict(Struct):
    """What a check says about a project, by metric, without facts; places are those of the texts as they are now."""

    findings: dict[str, list[Finding]] = field(default_factory=dict)
    """Findings about no metric stand under the empty text."""
    questions: dict[str, Undecided] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def all(self) -> Iterable[Finding]:
        """Every finding."""
        for group in self.findings.values():
            yield from group


class Desk:
    """A project, kept from one change to the next.

    Where something is wrong with a file, the last state of it that could be read stands in for it, so that findings
    about the rest stay right and those about the file stay where they were.
    """

    def __init__(self, here: Path, today: Callable[[], str]) -> None:
        self.here, self._today = here, today
        self.problems: list[Problem] = []
        """What is wrong with the texts as they are now."""
        self.verdict = Verdict()
        self.standing = Standing(Project())
        """The last state that could be checked."""
        self.linked = Project()
        """What the files declare, though something may be wrong with it. Ids are looked up in it."""
        self.texts: dict[str, str] = {}
        """Texts as they are now, by shown path."""
        self._good: dict[str, ReadFile] = {}
        self._day = ""
        self._memory = Memory()
        self._parts = 0
        self._unsure: set[str] = set()
        """Metrics with a place in lines that changed while something was wrong."""

    @property
    def project(self) -> Project:
        """The last state of the project that could be checked."""
        return self.standing.project

    def overlays(self) -> Iterator[tuple[str, OverlayDocument]]:
        """Documents that add facts to metrics of other files, by shown path."""
        for path, file in self._good.items():
            if isinstance(file.document, OverlayDocument):
                yield path, file.document

    def with_texts(self, texts: Mapping[str, str]) -> tuple[Project, list[Problem]]:
        """The project as it would be with other texts of some files, and what would be wrong with it."""
        files = []
        for path, file in self._good.items():
            text = texts.get(path)
            files.append(file if text is None else read_document(Found(self.here / path, path, explicit=True), text))
        project, wrong = link(files, self.project.name, self.project.config)
        return project, [*(p for f in files for p in f.problems), *wrong]

    def check(self, project: Project) -> Report:
        """What a check says about another state of the project. Raises ProblemError where its settings are wrong."""
        return self._report(project, self._today())

    def around(self, metric: str) -> Project:
        """The part of the project in which one metric can be checked as in the whole."""
        return self.standing.part(self.standing.touched([("metrics", metric, ())]))

    @property
    def today(self) -> str:
        """ISO date."""
        return self._today()

    def forget(self) -> None:
        """Check everything anew the next time: something besides the documents has changed."""
        self._memory, self._day = Memory(), ""

    def update(self, files: Sequence[ReadFile], name: str, config: Config, problems: Sequence[Problem] = ()) -> None:
        """Take the files of the project as they are now. ``problems`` are those of its configuration."""
        moves = self._follow({f.path: f.text for f in files if not f.unseen})
        project, wrong = link(list(files), name, config)
        self.problems = [*problems, *(p for f in files for p in f.problems), *wrong]
        self._remember(files)
        self.linked = project
        self._unsure |= self._touched(moves)
        if self.problems:
            recovered = self._recovered(files, name, config)
            if recovered is None:
                self._move(moves)
                return
            project = recovered
        try:
            self._check(Standing(project), moves)
        except ProblemError as error:
            self.problems += error.problems
            self._move(moves)

    def _follow(self, texts: dict[str, str]) -> Moves:
        """How lines have moved since the last time."""
        before, self.texts = self.texts, texts
        same = (path for path in texts if path in before and before[path] is not texts[path])
        return {path: move_of(before[path], texts[path]) for path in same if before[path] != texts[path]}

    def _remember(self, files: Sequence[ReadFile]) -> None:
        self._good = {
            file.path: file if file.document is not None else self._good[file.path]
            for file in files
            if file.document is not None or file.path in self._good
        }

    def _recovered(self, files: Sequence[ReadFile], name: str, config: Config) -> Project | None:
        """The project with the last good state of files that are wrong; ``None`` where that makes no project."""
        standing_in = [self._good[f.path] for f in files if f.path in self._good]
        self.linked, wrong = link(standing_in, name, config)
        return None if wrong else self.linked

    def _check(self, after: Standing, moves: Moves) -> None:
        day = self._today()
        project = after.project
        metrics = reached(self.standing, after) if day == self._day and not self._wide(project) else None
        if metrics is not None:
            # Metrics that rest on each other are checked together, or a part would say other things than the whole.
            metrics |= after.joined(self._unsure)
        if metrics is None or 2 * len(metrics) > len(project.metrics) + 4:
            self._memory.evaluator = Memory().evaluator
            self._take(self._report(project, day), project, None)
        else:
            self._move(moves)
            self._parts += 1
            if self._parts % _PARTS == 0:
                self._memory.evaluator = Memory().evaluator
            # Nothing that a metric rests on has changed: a part without metrics says nothing.
            part = after.part(metrics)
            report = self._report(part, day) if part.metrics or part.waivers else None
            self._take(report, project, metrics | part.metrics.keys(), metrics)
        self.standing, self._day = after, day
        if not self.problems:
            self._unsure.clear()

    def _wide(self, project: Project) -> bool:
        """Is any rule asked about decisions or the project as a whole."""
        for catalogue in self._memory.catalogues.values():
            for rule in catalogue.rules.values():
                if rule.rule.scope != "metric" and (project.config.preview or not rule.rule.preview):
                    return True
        return False

    def _report(self, project: Project, day: str) -> Report:
        options = Options(day, everything=True, here=self.here)
        return report_of([(project, None)], options, memory=self._memory)

    def _touched(self, moves: Moves) -> set[str]:
        """Metrics with a place in lines that have changed: their columns may have moved."""
        found = {m for m, group in self.verdict.findings.items() for f in group if touched(places_of(f), moves)}
        found |= {m for m, question in self.verdict.questions.items() if touched([question.location], moves)}
        return found - {""}

    def _move(self, moves: Moves) -> None:
        moves = {path: move for path, move in moves.items() if move.down}
        if not moves:
            return
        verdict = self.verdict
        for metric, group in verdict.findings.items():
            verdict.findings[metric] = [moved_finding(f, moves) for f in group]
        verdict.questions = {m: moved_question(q, moves) for m, q in verdict.questions.items()}
        verdict.notices = [moved_notice(n, moves) for n in verdict.notices]

    def _take(
        self,
        report: Report | None,
        project: Project,
        seen: set[str] | None,
        about: set[str] | None = None,
    ) -> None:
        """Take up a report: all of it, or what it says ``about`` some metrics; the ones ``seen`` lie in its part."""
        behind = {
            path: move_of(text, self.texts[path])
            for path, text in project.texts.items()
            if path in self.texts and self.texts[path] != text
        }
        old, known = self.verdict, project.metrics
        new = Verdict()
        if about is not None and seen is not None:
            new.findings = {m: g for m, g in old.findings.items() if m in known and m not in about}
            new.questions = {m: q for m, q in old.questions.items() if m in known and m not in about}
            new.notices = [n for n in old.notices if _of_metric(n) in known and _of_metric(n) not in seen]
        for finding in report.findings if report else ():
            if about is None or finding.metric in about or finding.metric not in known:
                new.findings.setdefault(finding.metric, []).append(moved_finding(replace(finding, facts=[]), behind))
        for question in report.undecided if report else ():
            if about is None or question.metric in about:
                new.questions[question.metric] = moved_question(question, behind)
        if report is not None:
            new.notices += [moved_notice(n, behind) for n in report.notices]
        elif about is not None:
            new.notices = list(old.notices)
        self.verdict = new


def _of_metric(notice: Notice) -> str:
    """The metric in whose card a notice stands; empty elsewhere."""
    route = notice.location.route if notice.location is not None else []
    return str(route[1]) if len(route) > 1 and route[0] == "metrics" else ""
