"""One request for repairs: which findings are meant, in which project, and the search for each."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from metriclint.facts.derive import Settings
from metriclint.files.problem import ProblemError, did_you_mean
from metriclint.findings.candidates import Candidate
from metriclint.findings.finding import SEVERITIES
from metriclint.findings.fold import fold
from metriclint.findings.verdict import select
from metriclint.model.project import Project
from metriclint.repair.search import MAX_CHANGES, Repairs, Workshop
from metriclint.rules.catalogue import built_in_catalogue
from metriclint.rules.packs import pack_folders

LEADERS = 4


class UnknownTarget(Exception):
    """Raised where a target names no metric and no finding; the message says what was probably meant."""


class Item(NamedTuple):
    """A finding to repair, those folded under it, and where to try."""

    candidate: Candidate
    kin: tuple[Candidate, ...]
    workshop: Workshop


class Job:
    """Findings of projects, ready to be repaired. Raises ProblemError where a pack or configuration is wrong."""

    def __init__(self, projects: Sequence[Project], today: str) -> None:
        self._items: list[Item] = []
        self._metrics: set[str] = set()
        for project in projects:
            root = Path(project.name) if project.name else Path()
            catalogue = built_in_catalogue(pack_folders(project.config, root))
            selection, problems = select(catalogue, project.config)
            if problems:
                raise ProblemError(problems)
            settings = Settings(today, project.config.strict, tuple(project.config.jurisdictions))
            workshop = Workshop(project, selection.rules, settings)
            candidates = workshop.check(project)
            fold(candidates)
            self._metrics.update(project.metrics)
            self._items += [
                Item(
                    c, tuple(k for k in candidates if k.metric == c.metric and k.folded_under == c.rule.code), workshop
                )
                for c in candidates
            ]

    def find(self, target: str) -> list[Item]:
        """Findings that a target means: the leading ones of a metric, or one by fingerprint or METRIC/RULE."""
        if target.startswith("ml1:"):
            hits = [i for i in self._items if i.candidate.fingerprint.startswith(target)]
            if len(hits) != 1:
                raise UnknownTarget(f'{"no" if not hits else "more than one"} finding has the fingerprint "{target}"')
            return hits
        metric, _, rule = target.partition("/")
        if metric not in self._metrics:
            near = did_you_mean(metric, self._metrics)
            raise UnknownTarget(f'unknown metric "{metric}"' + (f': did you mean "{near}"?' if near else ""))
        mine = sorted((i for i in self._items if i.candidate.metric == metric), key=_importance)
        if not rule:
            return [i for i in mine if i.candidate.folded_under is None][:LEADERS]
        hits = [i for i in mine if rule.upper() == i.candidate.rule.code or rule.lower() == i.candidate.rule.name]
        if not hits:
            codes = ", ".join(i.candidate.rule.code for i in mine) or "none"
            raise UnknownTarget(f'"{rule}" is not reported for {metric}; findings there: {codes}')
        return hits

    def worst(self) -> list[Item]:
        """The worst finding of each metric that has one of warning or above."""
        found: dict[tuple[int, str], Item] = {}
        for item in sorted(self._items, key=_importance):
            if item.candidate.severity in ("warning", "error") and item.candidate.folded_under is None:
                found.setdefault((id(item.workshop), item.candidate.metric), item)
        return sorted(found.values(), key=lambda i: (i.workshop.project.name, i.candidate.metric))

    @staticmethod
    def repair(item: Item, max_changes: int = MAX_CHANGES) -> tuple[Repairs, Project]:
        """The repairs of a finding, and the project it stands in."""
        return item.workshop.repairs(item.candidate, item.kin, max_changes), item.workshop.project


def _importance(item: Item) -> tuple[int, int, str]:
    c = item.candidate
    return -SEVERITIES.index(c.severity), -c.leads, c.rule.code
