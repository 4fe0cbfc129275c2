"""The search for repairs: the smallest sets of changes after which a check no longer reports a finding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import msgspec

from metriclint.facts.derive import Settings
from metriclint.findings.candidates import Candidate, check_project
from metriclint.findings.finding import SEVERITIES
from metriclint.graph.design import Use
from metriclint.model.project import Project
from metriclint.repair.edits import Edit, apply, edits_of
from metriclint.repair.levers import Lever, levers_for
from metriclint.repair.reach import Reach, part_of
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.evaluate import Evaluator

MAX_CHANGES = 3
SHOWN = 3
ENOUGH = 2
"""Larger sets are only tried where smaller ones gave fewer options without new risk than this."""
Key = tuple[str, str]
"""A finding by metric and code."""


@dataclass(frozen=True, slots=True)
class Option:
    """A proven way to clear a finding: after its edits the check no longer reports it, and every edit is needed."""

    levers: tuple[Lever, ...]
    edits: tuple[Edit, ...]
    clears: tuple[Key, ...]
    """Other findings that go away with it."""
    leaves: tuple[Key, ...]
    """Findings of the same metric that stay."""
    brings: tuple[Key, ...]
    """Findings that it would bring or make worse."""
    brings_severity: int = 0
    """Index of the worst of those on the ladder of severities, plus one; 0 for none."""

    @property
    def gives_up(self) -> bool:
        """Does it end the use of the metric. Such an option always works and is therefore shown last."""
        return any(e.parts[-1] == "kind" and e.value == "none" for e in self.edits)


@dataclass(slots=True)
class Repairs:
    """What was found for one finding."""

    metric: str
    code: str
    rule: CompiledRule
    severity: str
    options: list[Option] = field(default_factory=list)
    tried: int = 0


class Workshop:
    """Tries changes on a project. One workshop serves many findings of it."""

    def __init__(self, project: Project, rules: Sequence[CompiledRule], settings: Settings) -> None:
        self.project, self.rules, self.settings = project, list(rules), settings
        self.evaluator = Evaluator()
        self.reach = Reach(project)

    def check(self, project: Project) -> list[Candidate]:
        """Findings of a project, without folding."""
        return check_project(project, self.rules, self.settings, self.evaluator).candidates

    def repairs(self, candidate: Candidate, kin: Iterable[Candidate] = (), max_changes: int = MAX_CHANGES) -> Repairs:
        """The best options for a finding, at most three.

        ``kin`` are the findings that are folded under it: their fixes are tried too. Sets of one lever come first,
        then of two, up to ``max_changes``; a set that holds a proven one is not tried. Options are ordered by the
        risk they would bring, the number of changes, the effort, and what else they clear.
        """
        result = Repairs(candidate.metric, candidate.rule.code, candidate.rule, candidate.severity)
        levers = levers_for([candidate.rule, *(k.rule for k in kin)])
        usable = self._usable(levers, candidate)
        proven: list[Option] = []
        done: list[frozenset[int]] = []
        for size in range(1, max_changes + 1):
            for chosen in combinations(range(len(usable)), size):
                if any(known <= set(chosen) for known in done):
                    continue
                result.tried += 1
                option = self._try([usable[i] for i in chosen], candidate, max_changes)
                if option is not None:
                    done.append(frozenset(chosen))
                    proven.append(option)
            if sum(1 for o in proven if not o.brings_severity) >= ENOUGH:
                break
        result.options = _best(proven)
        return result

    def _usable(self, levers: Iterable[Lever], candidate: Candidate) -> list[tuple[Lever, list[Edit]]]:
        member = candidate.match.bound.get("consequence")
        use = member.item if member is not None and isinstance(member.item, Use) else None
        found = []
        for lever in levers:
            edits = edits_of(lever.change, candidate.facts.design, self.project, use)
            if edits:
                found.append((lever, edits))
        return found

    def _try(self, chosen: list[tuple[Lever, list[Edit]]], candidate: Candidate, max_changes: int) -> Option | None:
        edits = merge(edit for _, group in chosen for edit in group)
        if edits is None:
            return None
        target = (candidate.metric, candidate.rule.code)
        trial = Trial(self, edits)
        if not trial.clears(target):
            return None
        needed = self._needed(edits, target)
        if len(needed) != len(edits):
            trial = Trial(self, needed)
        kept = [lever for lever, group in chosen if any(e in needed for e in group)]
        return trial.option(tuple(kept), target)

    def _needed(self, edits: list[Edit], target: Key) -> list[Edit]:
        """The edits without those that the proof does not need, dropped one by one."""
        needed = list(edits)
        for edit in edits:
            rest = [e for e in needed if e is not edit]
            if rest and Trial(self, rest).clears(target):
                needed = rest
        return needed


class Trial:
    """A changed project, checked again as far as the change reaches, beside the same part unchanged."""

    def __init__(self, workshop: Workshop, edits: Sequence[Edit]) -> None:
        self.edits = tuple(edits)
        self.affected = workshop.reach.affected((e.section, e.id) for e in edits)
        part = part_of(workshop.project, workshop.reach.context(self.affected))
        self.workshop, self.part = workshop, part
        self.after: dict[Key, str] | None
        try:
            self.after = self._keyed(workshop.check(apply(part, edits)))
        except msgspec.ValidationError:
            self.after = None

    def _keyed(self, candidates: Iterable[Candidate]) -> dict[Key, str]:
        return {(c.metric, c.rule.code): c.severity for c in candidates if c.metric in self.affected}

    def clears(self, target: Key) -> bool:
        """Is a finding no longer reported."""
        return self.after is not None and target not in self.after

    def option(self, levers: tuple[Lever, ...], target: Key) -> Option:
        """The option that this trial proves."""
        after = self.after or {}
        before = self._keyed(self.workshop.check(self.part))
        worse = {
            key: s
            for key, s in after.items()
            if key not in before or SEVERITIES.index(s) > SEVERITIES.index(before[key])
        }
        return Option(
            levers=levers,
            edits=self.edits,
            clears=tuple(sorted(set(before) - set(after) - {target})),
            leaves=tuple(sorted(k for k in after if k[0] == target[0] and k in before)),
            brings=tuple(sorted(worse)),
            brings_severity=max((SEVERITIES.index(s) + 1 for s in worse.values()), default=0),
        )


def merge(edits: Iterable[Edit]) -> list[Edit] | None:
    """Edits without repeats, in order; ``None`` where two of them contradict each other."""
    merged: dict[tuple[str, str, tuple[str | int, ...]], Edit] = {}
    for edit in edits:
        known = merged.get(edit.key)
        if known is not None and known.value != edit.value:
            return None
        merged[edit.key] = edit
    return list(merged.values())


def _best(options: list[Option]) -> list[Option]:
    """The options to show: distinct, those without new risk first, then by changes, effort, and what they clear."""
    distinct = {tuple(sorted((str(e.key), _shape(e.value)) for e in o.edits)): o for o in reversed(options)}
    ordered = sorted(
        distinct.values(),
        key=lambda o: (
            o.brings_severity,
            o.gives_up,
            len(o.edits),
            sum(lever.effort for lever in o.levers),
            -len(o.clears),
            [lever.rank for lever in o.levers],
        ),
    )
    return ordered[:SHOWN]


def _shape(value: object) -> str:
    """What tells two values apart; two counter-metrics to be named are one option."""
    return repr(value) if isinstance(value, (str, bool, int, float)) else type(value).__name__
