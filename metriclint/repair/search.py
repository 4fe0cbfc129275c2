"""The search for repairs: the smallest sets of changes after which a check no longer reports a finding."""

from collections.abc import Iterable, Sequence
from itertools import combinations

import msgspec
from msgspec import Struct, field

from metriclint.facts.derive import Settings
from metriclint.findings.candidates import Candidate, check_project
from metriclint.findings.finding import SEVERITIES
from metriclint.findings.verdict import Below, Selection
from metriclint.graph.design import Use
from metriclint.model.project import Project
from metriclint.repair.edits import Edit, apply, edits_of
from metriclint.repair.levers import Lever, levers_for
from metriclint.repair.reach import Reach, part_of
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.evaluate import Evaluator
from metriclint.rules.rule import Severity

MAX_CHANGES = 3
SHOWN = 3
ENOUGH = 2
"""Sets of two are only tried where single levers gave fewer options without new risk than this, or none but to give the
metric up."""
Key = tuple[str, str]
"""A finding by what it is about (a metric's id, ``decision:ID`` or ``project``) and code."""


class Option(Struct, frozen=True):
    """A proven way to clear a finding: after its edits the check no longer reports it, and every edit is needed.

    Undoing an edit brings the finding back, or one that the others would bring.
    """

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

    @property
    def obligations(self) -> list[str]:
        """What has to be really done, as sentences: a declaration alone makes nothing true."""
        return list(dict.fromkeys(" ".join(lever.obligation.split()) for lever in self.levers if lever.obligation))


class Repairs(Struct):
    """What was found for one finding."""

    metric: str
    code: str
    rule: CompiledRule
    severity: Severity
    fingerprint: str
    options: list[Option] = field(default_factory=list)
    tried: int = 0


def key_of(candidate: Candidate) -> Key:
    """What a finding is known by while designs change: a path may move, its subject and rule do not."""
    scope = candidate.rule.rule.scope
    if scope == "decision":
        return f"decision:{candidate.location.route[1]}", candidate.rule.code
    return "project" if scope == "project" else candidate.metric, candidate.rule.code


class Workshop:
    """Tries changes on a project. One workshop serves many findings of it."""

    def __init__(self, project: Project, selection: Selection, settings: Settings, below: Below) -> None:
        self.project, self.selection, self.settings, self.below = project, selection, settings, below
        self.evaluator = Evaluator()
        # What a rule says about the whole project can change with any card of it.
        self.reach = Reach(project, whole=any(r.rule.scope != "metric" for r in selection.rules))
        self._trials: dict[frozenset[tuple[object, str]], Trial] = {}
        self._before: dict[frozenset[str], dict[Key, Severity]] = {}

    def candidates(self, project: Project) -> tuple[list[Candidate], list[Candidate]]:
        """Findings of a project without folding: all of them, and those that its configuration leaves in."""
        found = check_project(project, self.selection.rules, self.settings, self.evaluator).candidates
        return found, self.selection.apply(found, self.below)[0]

    def severities(self, project: Project, affected: frozenset[str]) -> dict[Key, Severity]:
        """Findings of a project about some of its metrics, with their severities."""
        kept = self.candidates(project)[1]
        return {key_of(c): c.severity for c in kept if self.reach.whole or c.metric in affected}

    def trial(self, edits: Sequence[Edit]) -> "Trial":
        """The project with edits, checked as far as they reach. What was tried before is not tried again."""
        name = frozenset((e.key, repr(e.value)) for e in edits)
        if name not in self._trials:
            self._trials[name] = Trial(self, edits)
        return self._trials[name]

    def gone(self, edits: Sequence[Edit], candidate: Candidate) -> bool:
        """Is a finding no longer reported with edits, by its rule alone: a fraction of a trial."""
        affected = self.reach.affected(e.key for e in edits) | {candidate.metric}
        try:
            changed = apply(part_of(self.project, self.reach.context(affected)), edits)
        except msgspec.ValidationError:
            return False
        found = check_project(changed, [candidate.rule], self.settings, self.evaluator).candidates
        return key_of(candidate) not in {key_of(c) for c in found}

    def before(self, affected: frozenset[str]) -> dict[Key, Severity]:
        """Findings about some metrics in the project as it is."""
        if affected not in self._before:
            part = part_of(self.project, self.reach.context(affected))
            self._before[affected] = self.severities(part, affected)
        return self._before[affected]

    def repairs(self, candidate: Candidate, kin: Iterable[Candidate] = (), max_changes: int = MAX_CHANGES) -> Repairs:
        """The best options for a finding, at most three.

        ``kin`` are the findings that are folded under it: their fixes are tried too. Sets of one lever come first,
        then of two, up to ``max_changes``; a set that holds a proven one is not tried, unless that one trades the
        finding for another. Options are ordered by the risk they would bring, the number of changes, the effort, and
        what else they clear; those that end the use of the metric come last.
        """
        result = Repairs(
            candidate.metric, candidate.rule.code, candidate.rule, candidate.severity, candidate.fingerprint
        )
        usable = self._usable(levers_for([candidate.rule, *(k.rule for k in kin)]), candidate)
        proven: list[Option] = []
        done: list[frozenset[int]] = []
        self._trials.clear()
        for size in range(1, max_changes + 1):
            for chosen in combinations(range(len(usable)), size):
                if any(known <= set(chosen) for known in done):
                    continue
                result.tried += 1
                option = self._try([usable[i] for i in chosen], candidate)
                if option is not None:
                    proven.append(option)
                    if not option.brings:
                        done.append(frozenset(chosen))
            if _enough(proven, size):
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

    def _try(self, chosen: list[tuple[Lever, list[Edit]]], candidate: Candidate) -> Option | None:
        edits, target = merge(edit for _, group in chosen for edit in group), key_of(candidate)
        if edits is None or not self.gone(edits, candidate) or not self.trial(edits).clears(target):
            return None
        clean = not self.trial(edits).brings()
        needed = self._needed(edits, target, clean=clean)
        kept = [lever for lever, group in chosen if any(e in needed for e in group)]
        return self.trial(needed).option(tuple(kept), target)

    def _needed(self, edits: list[Edit], target: Key, *, clean: bool) -> list[Edit]:
        """The edits without those that the proof does not need, dropped one by one until none can go."""
        needed = list(edits)
        dropped = True
        while dropped:
            dropped = False
            for edit in list(needed):
                rest = [e for e in needed if e is not edit]
                if rest and self.trial(rest).clears(target) and not (clean and self.trial(rest).brings()):
                    needed, dropped = rest, True
        return needed


class Trial:
    """A changed project, checked again as far as the change reaches, beside the same part unchanged."""

    def __init__(self, workshop: Workshop, edits: Sequence[Edit]) -> None:
        self.edits = tuple(edits)
        self.workshop = workshop
        self.affected = workshop.reach.affected(e.key for e in edits)
        part = part_of(workshop.project, workshop.reach.context(self.affected))
        self.after: dict[Key, Severity] | None
        try:
            self.after = workshop.severities(apply(part, edits), self.affected)
        except msgspec.ValidationError:
            self.after = None

    def clears(self, target: Key) -> bool:
        """Is a finding no longer reported."""
        return self.after is not None and target not in self.after

    def brings(self) -> dict[Key, Severity]:
        """Findings that were not there before, or were less severe."""
        before = self.workshop.before(self.affected)
        return {
            key: severity
            for key, severity in (self.after or {}).items()
            if key not in before or SEVERITIES.index(severity) > SEVERITIES.index(before[key])
        }

    def option(self, levers: tuple[Lever, ...], target: Key) -> Option:
        """The option that this trial proves."""
        after, before, worse = self.after or {}, self.workshop.before(self.affected), self.brings()
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


def _enough(proven: list[Option], size: int) -> bool:
    """Are larger sets not worth trying: from two levers on one option will do, if it does not give the metric up."""
    clean = _best([o for o in proven if not o.brings])
    return len(clean) >= (ENOUGH if size == 1 else 1) and not all(o.gives_up for o in clean)


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
