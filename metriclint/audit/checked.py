"""A checked project as an audit needs it: the report, and what stands behind each of its projects."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from metriclint.findings.finding import Finding, Location, Report
from metriclint.findings.place import Places
from metriclint.findings.report import Options, report_of
from metriclint.graph.build import Incentives, build
from metriclint.graph.criteria import stakes_of
from metriclint.model.project import Project
from metriclint.repair.job import Job
from metriclint.rules.catalogue import Catalogue, built_in_catalogue
from metriclint.rules.library import CriterionEntry, criteria, criteria_of
from metriclint.rules.packs import pack_folders
from metriclint.sources.load import Loaded


class Ground:
    """One project with its graph, its rules, its sources of criteria and its places; each is made when asked for."""

    def __init__(self, project: Project, reported: set[str] | None, today: str, here: Path) -> None:
        self.project, self.reported = project, reported
        self._today, self._here = today, here

    @cached_property
    def incentives(self) -> Incentives:
        """The incentive graph."""
        return build(self.project)

    @cached_property
    def stakes(self) -> dict[str, int]:
        """Stakes that each metric reaches, 0–4; 0 where they are not known."""
        return {id_: reach.stakes or 0 for id_, reach in stakes_of(self.incentives).items()}

    @cached_property
    def packs(self) -> list[Path]:
        """Folders of the project's rule packs."""
        return list(pack_folders(self.project.config, self._here / self.project.name))

    @cached_property
    def catalogue(self) -> Catalogue:
        """All rules."""
        return built_in_catalogue(self.packs)

    @cached_property
    def criteria(self) -> dict[str, CriterionEntry]:
        """Sources of criteria by id: those of the tool, and the organisation's own."""
        known = dict(criteria())
        for folder in self.packs:
            known.update(criteria_of(folder))
        return known

    @cached_property
    def places(self) -> Places:
        """Places in the files."""
        places = Places.of(self.project)
        places.want(entry.origin for entry in self.project.metrics.values())
        return places

    @cached_property
    def job(self) -> Job:
        """The search for repairs, shared by all findings of the project."""
        return Job([self.project], self._today, [self.reported], self._here)

    def covers(self, path: str) -> bool:
        """Was a file asked about."""
        return self.reported is None or path in self.reported


class Checked:
    """What was checked, and what came out. Known findings of a baseline are reported like all others."""

    def __init__(self, loaded: Loaded, today: str, here: Path) -> None:
        pairs = list(zip(loaded.projects, loaded.reported, strict=True))
        options = Options(today, everything=True, here=here, baseline="")
        self.report: Report = report_of(pairs, options, documents=loaded.documents)
        self.grounds = {p.name: Ground(p, reported, today, here) for p, reported in pairs}
        self.skipped: Sequence[str] = loaded.skipped
        self.here = here

    def ground(self, finding: Finding) -> Ground:
        """The project of a finding."""
        return self.grounds[finding.project]


def role_title(role: str | None, project: Project) -> str:
    """What a role is called where it is declared; as it is written otherwise, empty where there is none."""
    declared = project.roles.get(role or "")
    return (declared.value.title if declared else None) or role or ""


def place_of(location: Location | None) -> str:
    """``file:line``, or ``file:Sheet!B3`` in a workbook; empty where there is none."""
    if location is None:
        return ""
    spot = location.cell or (str(location.line) if location.line else "")
    return f"{location.path}:{spot}" if spot else location.path
