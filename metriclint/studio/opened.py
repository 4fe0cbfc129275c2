"""What lies below the folder of the studio, checked once and kept: metrics, findings, waivers, and what is wrong."""

import datetime
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlencode

from msgspec import Struct, field

from metriclint.files.problem import Problem, ProblemError
from metriclint.findings.baseline import place_of
from metriclint.findings.finding import SEVERITIES, Finding, Report, Undecided
from metriclint.findings.report import Memory, Options, report_of
from metriclint.findings.verdict import WAIVER_RULES
from metriclint.findings.waivers import last_day
from metriclint.graph.build import Incentives, build
from metriclint.model.project import MetricEntry, Project, WaiverEntry
from metriclint.reports.text import importance
from metriclint.reports.wording import Led, led
from metriclint.sources.load import Loaded
from metriclint.studio.folder import Folder


class Row(Struct):
    """A metric of a project, with what was found about it."""

    project: Project
    entry: MetricEntry
    address: str
    """Of its page."""
    adapter: str = ""
    """What reads its file, where that belongs to another tool."""
    findings: list[Led] = field(default_factory=list)
    """Those that count, the most severe first, each with what stands behind it."""
    accepted: list[Finding] = field(default_factory=list)
    """Waived, or known from a baseline."""
    undecided: Undecided | None = None

    @property
    def title(self) -> str:
        """What people call it."""
        return self.entry.value.title

    @property
    def severity(self) -> str:
        """Of its worst finding; empty where there is none."""
        return self.findings[0].finding.severity if self.findings else ""

    @property
    def families(self) -> set[str]:
        """Families of rules that found something."""
        return {f.family for head in self.findings for f in (head.finding, *head.also)}


class Waived(NamedTuple):
    """A waiver with what has become of it."""

    entry: WaiverEntry
    row: Row | None
    """The metric that it is about, if that is there."""
    rule: str
    """Name of the rule, where there is such a rule."""
    covered: list[Finding]
    remarks: list[Finding]
    """What is to be said about the waiver itself."""
    days: int | None
    """Until its last day; negative where that has passed, ``None`` where there is none."""
    place: str


class Opened:
    """All projects below the folder as they were read last."""

    def __init__(self, folder: Folder, loaded: Loaded, problems: Iterable[Problem], today: str, memory: Memory) -> None:
        self.projects = loaded.projects
        self.today = today
        self.problems = list(problems)
        self.report: Report | None = None
        self.pictures: dict[object, object] = {}
        """Maps that were drawn, by what was asked for."""
        self._incentives: dict[str, Incentives] = {}
        self._lock = Lock()
        try:
            self.report = report_of([(p, None) for p in self.projects], _options(folder, loaded, today), memory=memory)
        except ProblemError as error:
            self.problems += [p for p in error.problems if p not in self.problems]
        self.rows = {(r.project.name, r.entry.id): r for r in self._rows()}
        """Metrics by project and id, those with the worst findings first."""
        self.wide = [f for f in self.findings("reported") if f.metric == "" and f.rule not in WAIVER_RULES]
        """Findings about decisions and whole projects."""

    def findings(self, status: str) -> list[Finding]:
        """Findings of a status, in the order of the report."""
        return [f for f in self.report.findings if f.status == status] if self.report else []

    def find(self, metric: str, project: str | None) -> Row | None:
        """The row of a metric; without a project the first of its id."""
        if project is not None:
            return self.rows.get((project, metric))
        return next((row for (_, id_), row in self.rows.items() if id_ == metric), None)

    def address(self, metric: str, project: str) -> str:
        """The page of a metric."""
        return f"/metrics/{metric}{self.where(project)}"

    def where(self, project: str) -> str:
        """What to add to an address so that a project is meant; nothing where there is only one."""
        return f"?{urlencode({'in': project})}" if len(self.projects) > 1 else ""

    def project(self, name: str | None) -> Project | None:
        """A project by its name; without one the first."""
        if name is None:
            return self.projects[0] if self.projects else None
        return next((p for p in self.projects if p.name == name), None)

    def incentives(self, project: Project) -> Incentives:
        """The incentive graph of a project."""
        with self._lock:
            if project.name not in self._incentives:
                self._incentives[project.name] = build(project)
            return self._incentives[project.name]

    def _rows(self) -> list[Row]:
        rows: dict[tuple[str, str], Row] = {}
        for project in self.projects:
            for id_, entry in project.metrics.items():
                foreign = project.foreign.get(entry.origin.path)
                adapter = foreign.adapter if foreign is not None else ""
                rows[project.name, id_] = Row(project, entry, self.address(id_, project.name), adapter)
        if self.report is not None:
            for head in led(self.report):
                row = rows.get((head.finding.project, head.finding.metric))
                if row is not None and head.finding.rule not in WAIVER_RULES:
                    row.findings.append(head)
            for found in self.report.findings:
                if found.status in ("waived", "baselined") and (row := rows.get((found.project, found.metric))):
                    row.accepted.append(found)
            for open_ in self.report.undecided:
                if row := rows.get((open_.project, open_.metric)):
                    row.undecided = open_
        return sorted(rows.values(), key=_rank)

    def waivers(self) -> list[Waived]:
        """All waivers, those that end first (or never began to count) first."""
        found = [self._waived(project, entry) for project in self.projects for entry in project.waivers]
        return sorted(found, key=lambda w: (w.days is not None, w.days or 0, w.entry.value.rule))

    def _waived(self, project: Project, entry: WaiverEntry) -> Waived:
        path, route = entry.origin
        inside = [
            f
            for f in self.findings("reported")
            if f.rule in WAIVER_RULES and f.location.path == path and tuple(f.location.route[: len(route)]) == route
        ]
        covered = [
            f
            for f in self.findings("waived")
            if f.waiver and (at := f.waiver.location) and (at.path, tuple(at.route)) == (path, route)
        ]
        end = last_day(entry.value.expires)
        days = None if end is None else (end - datetime.date.fromisoformat(self.today)).days
        row = self.rows.get((project.name, entry.metric or ""))
        rule = covered[0].rule if covered else entry.value.rule
        return Waived(entry, row, rule, covered, inside, days, path)

    def counts(self) -> Iterator[tuple[str, int]]:
        """How many findings are shown of each severity, the most severe first; folded ones stand behind others."""
        shown = [head.finding.severity for row in self.rows.values() for head in row.findings]
        shown += [f.severity for f in self.wide]
        for severity in SEVERITIES[::-1]:
            yield severity, shown.count(severity)


def _rank(row: Row) -> tuple[tuple[int, int, str], str, str]:
    worst = importance(row.findings[0].finding) if row.findings else (1, 0, "")
    return (worst[0], -len(row.findings), ""), row.title.lower(), row.entry.id


def _options(folder: Folder, loaded: Loaded, today: str) -> Options:
    """A baseline that lies elsewhere is not read."""
    inside = all(folder.holds(place_of(project, folder.root).file) for project in loaded.projects)
    return Options(today, everything=False, here=folder.root, baseline=None if inside else "")
