"""One request for repairs: which findings are meant, in which project, and the search for each."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from metriclint.facts.derive import Settings
from metriclint.files.problem import ProblemError, did_you_mean
from metriclint.findings.candidates import Candidate
from metriclint.findings.finding import SEVERITIES
from metriclint.findings.fold import fold
from metriclint.findings.report import Options, configuration_problems
from metriclint.findings.verdict import Below, select
from metriclint.findings.waivers import settle
from metriclint.model.project import Project
from metriclint.repair.search import MAX_CHANGES, Repairs, Workshop
from metriclint.rules.catalogue import built_in_catalogue
from metriclint.rules.packs import pack_folders

LEADERS = 4
_LISTED = 8


class UnknownTarget(Exception):
    """Raised where a target names no metric and no finding; the message says what was probably meant."""


class Item(NamedTuple):
    """A finding to repair, those folded under it, and where to try."""

    candidate: Candidate
    kin: tuple[Candidate, ...]
    workshop: Workshop


class Job:
    """Findings of projects, ready to be repaired. Raises ProblemError where a pack or configuration is wrong.

    ``reported`` holds for each project the paths that were asked about, ``None`` for all of it.
    """

    def __init__(
        self, projects: Sequence[Project], today: str, reported: Sequence[set[str] | None] = (), here: Path = Path()
    ) -> None:
        self._items: list[Item] = []
        self._metrics: set[str] = set()
        wrong = configuration_problems(projects, Options(today, here=here))
        if wrong:
            raise ProblemError(wrong)
        for index, project in enumerate(projects):
            paths = reported[index] if reported else None
            self._add(project, _workshop(project, today, here), today, paths)

    def _add(self, project: Project, workshop: Workshop, today: str, paths: set[str] | None) -> None:
        found, kept = workshop.candidates(project)
        if project.waivers:
            settle(project, found, workshop.selection, today, workshop.below)
        shown = [c for c in kept if c.status == "reported"]
        fold(shown)
        behind: dict[tuple[str, str], list[Candidate]] = {}
        for c in shown:
            if c.folded_under is not None:
                behind.setdefault((c.metric, c.folded_under), []).append(c)
        asked = [c for c in kept if paths is None or c.facts.design.entry.origin.path in paths]
        self._items += [Item(c, tuple(behind.get((c.metric, c.rule.code), ())), workshop) for c in asked]
        self._metrics.update(id_ for id_, e in project.metrics.items() if paths is None or e.origin.path in paths)

    def find(self, target: str) -> list[Item]:
        """Findings that a target means: the leading ones of a metric, or one by fingerprint or METRIC/RULE.

        Waived findings are found by name only.
        """
        if target.startswith("ml1:"):
            hits = [i for i in self._items if i.candidate.fingerprint.startswith(target)]
            if len(hits) != 1:
                raise UnknownTarget(f'{"no" if not hits else "more than one"} finding has the fingerprint "{target}"')
            return hits
        metric, _, rule = target.removeprefix("metric:").partition("/")
        if metric not in self._metrics:
            near = did_you_mean(metric, sorted(self._metrics))
            raise UnknownTarget(f'unknown metric "{metric}"' + (f': did you mean "{near}"?' if near else ""))
        mine = sorted((i for i in self._items if i.candidate.metric == metric), key=_importance)
        if not rule:
            return [i for i in mine if _leads(i)][:LEADERS]
        hits = [i for i in mine if rule.upper() == i.candidate.rule.code or rule.lower() == i.candidate.rule.name]
        if not hits:
            raise UnknownTarget(_not_reported(metric, rule, mine))
        return hits

    def worst(self) -> list[Item]:
        """The worst finding of each metric that has one of warning or above."""
        found: dict[tuple[int, str], Item] = {}
        for item in sorted(self._items, key=_importance):
            if item.candidate.severity in ("warning", "error") and _leads(item):
                found.setdefault((id(item.workshop), item.candidate.metric), item)
        return sorted(found.values(), key=lambda i: (i.workshop.project.name, i.candidate.metric))

    @staticmethod
    def repair(item: Item, max_changes: int = MAX_CHANGES) -> tuple[Repairs, Project]:
        """The repairs of a finding, and the project it stands in."""
        return item.workshop.repairs(item.candidate, item.kin, max_changes), item.workshop.project


def _workshop(project: Project, today: str, here: Path) -> Workshop:
    catalogue = built_in_catalogue(pack_folders(project.config, here / project.name))
    selection, _ = select(catalogue, project.config)
    settings = Settings(today, project.config.strict, tuple(project.config.jurisdictions))
    return Workshop(project, selection, settings, Below(str(here.absolute()), project.name))


def _leads(item: Item) -> bool:
    return item.candidate.folded_under is None and item.candidate.status == "reported"


def _importance(item: Item) -> tuple[int, int, str]:
    c = item.candidate
    return -SEVERITIES.index(c.severity), -c.leads, c.rule.code


def _not_reported(metric: str, rule: str, mine: Sequence[Item]) -> str:
    names = [i.candidate.rule.name for i in mine]
    near = did_you_mean(rule, names)
    if near and not any(c.isdigit() for c in rule):
        return f'"{rule}" is not reported for {metric}: did you mean "{metric}/{near}"?'
    some = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    return f'"{rule}" is not reported for {metric}; findings there: {some or "none"}'
