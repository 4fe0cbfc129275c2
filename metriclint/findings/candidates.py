"""From matches to candidates: one for each rule and metric, with its most severe witness, not placed yet."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.facts.catalogue import FACTS
from metriclint.facts.derive import MetricFacts, Settings, facts_like, facts_of
from metriclint.findings.alike import Answer, Pattern, Patterns
from metriclint.findings.finding import SEVERITIES, SeverityFrom, Status
from metriclint.findings.provenance import capped, origin_of
from metriclint.findings.severity import confidence_of, severity_of
from metriclint.findings.witness import WitnessStep, chosen_action, witness
from metriclint.graph.build import Incentives, build
from metriclint.graph.criteria import stakes_of
from metriclint.graph.design import ActionView, Design
from metriclint.graph.templates import built_in
from metriclint.model.project import MetricEntry, Origin, Project, WaiverEntry
from metriclint.model.text import normal_title
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.evaluate import Evaluator, Match, RuleSet
from metriclint.rules.rule import Confidence, Severity

if TYPE_CHECKING:
    from metriclint.findings.copies import Model


class Candidate(Struct):
    """A finding before it is placed: everything but lines and columns."""

    match: Match
    facts: MetricFacts
    incentives: Incentives
    severity: Severity
    confidence: Confidence
    more: int
    path: list[WitnessStep]
    fingerprint: str
    location: Origin
    folded_under: str | None = None
    leads: int = 0
    status: Status = "reported"
    severity_from: SeverityFrom = "rule"
    waiver: WaiverEntry | None = None
    """What waives it."""
    known_as: Severity | None = None
    """Severity in the baseline, where it is known from before."""
    words: dict[str, str] = field(default_factory=dict)
    """Words of its message that hold for every copy of it."""

    @property
    def rule(self) -> CompiledRule:
        """The rule that is true."""
        return self.match.rule

    @property
    def metric(self) -> str:
        """Id of the metric."""
        return self.facts.design.entry.id


class Question(Struct):
    """Rules of a metric that wait for facts."""

    entry: MetricEntry
    declare: list[str]
    rules: list[str]


class Checked(Struct):
    """What the rules say about a project."""

    incentives: Incentives
    candidates: list[Candidate] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def check_project(
    project: Project, rules: Iterable[CompiledRule], settings: Settings, evaluator: Evaluator | None = None
) -> Checked:
    """Ask every rule about every metric of a project, and the wider ones about its decisions and the whole of it.

    Retired metrics are not asked about.
    """
    asked = [r for r in rules if not r.rule.retired]
    metric_rules = RuleSet(r for r in asked if r.rule.scope == "metric")
    wider_rules = [r for r in asked if r.rule.scope != "metric"]
    evaluator = evaluator or Evaluator()
    twins = _duplicates(project)
    quiet: dict[str, Answer] = {}
    models: dict[str, Model] = {}
    patterns: dict[str, Pattern] = {}
    if len(project.metrics) >= _MANY:
        patterns = _patterns(project, twins)
        if not wider_rules:
            quiet, models = _asked_once(project, patterns, metric_rules, settings, evaluator)
    incentives = build(project, without=quiet, undrawn=models)
    reaches = stakes_of(incentives)
    checked = Checked(incentives)
    checked.questions += [Question(project.metrics[m], a.declare, a.rules) for m, a in quiet.items() if a.declare]
    known: dict[str, MetricFacts] = {}
    first: dict[Pattern, MetricFacts] = {}
    for id_, design in incentives.designs.items():
        if design.card.status == "retired":
            continue
        if id_ in models:
            _copy(models[id_], design, checked)
            continue
        pattern = patterns.get(id_)
        if pattern in first:
            facts = facts_like(first[pattern], design)
        else:
            facts = facts_of(incentives, design, reaches[id_], settings)
            if pattern is not None:
                first[pattern] = facts
        if id_ in twins:
            facts.values["derived.duplicate_of"] = twins[id_]
        _ask_about(facts, metric_rules, evaluator, checked)
        if wider_rules:
            known[id_] = facts
    if wider_rules:
        from metriclint.findings.wider import check_wider

        checked.candidates += check_wider(incentives, known, wider_rules, settings, evaluator)
    return checked


_MANY = 200
"""Metrics from which on looking for cards that are alike pays."""


def _patterns(project: Project, twins: Mapping[str, str]) -> dict[str, Pattern]:
    """The patterns of the metrics that stand alone."""
    patterns = Patterns(project, built_in())
    found = ((id_, patterns.of(entry)) for id_, entry in project.metrics.items() if id_ not in twins)
    return {id_: pattern for id_, pattern in found if pattern is not None}


def _asked_once(
    project: Project, patterns: Mapping[str, Pattern], rules: RuleSet, settings: Settings, evaluator: Evaluator
) -> tuple[dict[str, Answer], dict[str, "Model"]]:
    """Metrics that are like another one, so that only the first of each pattern is asked about.

    Those that need not be looked at, since the first has no finding, with its open questions; and those that get copies
    of what was found about the first.
    """
    from metriclint.findings.copies import Model, can_be_copied

    members: dict[Pattern, list[str]] = {}
    for id_, pattern in patterns.items():
        members.setdefault(pattern, []).append(id_)
    first = {ids[0]: ids for ids in members.values() if len(ids) > 1}
    incentives = build(replace(project, metrics={id_: project.metrics[id_] for id_ in first}))
    reaches = stakes_of(incentives)
    quiet: dict[str, Answer] = {}
    models: dict[str, Model] = {}
    for id_, ids in first.items():
        facts = facts_of(incentives, incentives.designs[id_], reaches[id_], settings)
        checked = Checked(incentives)
        if facts.design.card.status != "retired":
            _ask_about(facts, rules, evaluator, checked)
        if evaluator.rests_on_own(rules, facts):
            continue
        if not checked.candidates:
            question = checked.questions[0] if checked.questions else None
            answer = Answer(question.declare, question.rules) if question else Answer([], [])
            quiet.update(dict.fromkeys(ids, answer))
        elif not project.foreign:
            model = Model(facts, checked.candidates, checked.questions)
            if can_be_copied(model):
                models.update((other, model) for other in ids if not project.metrics[other].patches)
    return quiet, models


def _copy(model: "Model", design: Design, checked: Checked) -> None:
    from metriclint.findings.copies import copied

    candidates, questions = copied(model, design)
    checked.candidates += candidates
    checked.questions += questions


def _ask_about(facts: MetricFacts, rules: RuleSet, evaluator: Evaluator, checked: Checked) -> None:
    answers = evaluator.ask_all(rules, facts)
    checked.candidates += [_candidate(matches, facts, checked.incentives) for matches in answers.matches]
    missing: dict[str, list[str]] = {}
    for fact, codes in answers.missing.items():
        missing.setdefault(declare_key(fact, facts), []).extend(codes)
    if missing:
        checked.questions.append(_question(facts.design.entry, missing))


def _question(entry: MetricEntry, missing: dict[str, list[str]]) -> Question:
    declare = sorted(missing, key=lambda key: (-len(missing[key]), key))
    return Question(entry, declare, sorted({code for codes in missing.values() for code in codes}))


def _candidate(matches: list[Match], facts: MetricFacts, incentives: Incentives) -> Candidate:
    """The most severe match; among equals the one that tempts most, then the first declared."""
    severity, match = severity_of(matches[0], facts), matches[0]
    if len(matches) > 1:
        graded = [(severity_of(m, facts), m) for m in matches]
        severity, match = min(graded, key=lambda p: (-SEVERITIES.index(p[0]), _order(p[1], facts)))
    if incentives.project.foreign:
        severity = capped(severity, match, facts, incentives.project)
    path = witness(match, facts, incentives)
    nodes = [step.node.public for step in path]
    return Candidate(
        match=match,
        facts=facts,
        incentives=incentives,
        severity=severity,
        confidence=confidence_of(match, facts),
        more=len(matches) - 1,
        path=path,
        fingerprint=fingerprint(match.rule.name, facts.design.entry.id, nodes),
        location=_location(match, facts),
    )


def _order(match: Match, facts: MetricFacts) -> tuple[int, ...]:
    action = match.bound.get("action")
    tempting: tuple[int, ...] = ()
    if action is not None and isinstance(action.item, ActionView):
        tempting = (int(not action.item.automatable), int(not action.item.hot))
    use = match.bound.get("consequence")
    stakes = -(use.values.get("consequence.stakes") or 0) if use else 0
    return (*tempting, stakes, *(member.index for member in match.bound.values()))


def fingerprint(rule: str, metric: str, nodes: Iterable[str]) -> str:
    """Identity of a finding: rule, metric and the nodes of its path; never a line or a wording."""
    text = "\n".join([rule, metric, *nodes])
    return "ml1:" + hashlib.sha256(text.encode()).hexdigest()[:16]


def declare_key(fact: str, facts: MetricFacts) -> str:
    """The card key that decides an unbound fact; for derived facts the declared one that is really missing."""
    design, values = facts.design, facts.values
    if fact in ("derived.stakes", "derived.live", "derived.high", "derived.credibility_gap"):
        if design.uses is None:
            return "consequences"
        if any(u.kind is None for u in design.uses):
            return "consequences.kind"
        return "consequences.access"
    if fact in ("derived.hot", "derived.automatable"):
        if design.actions is None:
            return "gaming_actions"
        return "gaming_actions.cost" if fact == "derived.hot" else "gaming_actions.automatable"
    if fact == "derived.sound":
        for key in ("outcome.link", "metric.recorded_by", "metric.verification"):
            if key not in values:
                return FACTS[key].declare
    if fact == "derived.person":
        return "subject.people" if values.get("subject.level") == "team" else "subject.level"
    if fact == "derived.guarded":
        return "counter_metrics.independent"
    if fact == "derived.compared":
        return "visibility.ranked" if design.boards is None else "consequences.comparison"
    return FACTS[fact].declare or fact


def _location(match: Match, facts: MetricFacts) -> Origin:
    """The primary place: what the rule asks for, else the action or consequence at hand, else the card."""
    entry = facts.design.entry
    if match.rule.rule.locate and (found := origin_of(match.rule.rule.locate, match, facts)):
        return found
    if match.rule.rule.path is not None and match.rule.rule.path.start == "action":
        action = chosen_action(match, facts)
        if action is not None and not action.assumed:
            return action.origin
    for group in ("consequence", "board"):
        member = match.bound.get(group)
        if member is not None:
            return member.item.origin  # type: ignore[union-attr]
    return entry.origin


def _duplicates(project: Project) -> dict[str, str]:
    """For each metric in use whose name another one has too, with another target: the other's title."""
    names: dict[str, list[MetricEntry]] = {}
    for entry in project.metrics.values():
        if entry.value.status == "retired":
            continue
        for name in dict.fromkeys(map(normal_title, (entry.value.title, *entry.value.aliases))):
            names.setdefault(name, []).append(entry)
    twins: dict[str, str] = {}
    for entries in names.values():
        held = [(e, e.value.target.value) for e in entries if e.value.target and e.value.target.value is not None]
        titles: dict[float | str, str] = {}
        for entry, value in held:
            titles.setdefault(value, entry.value.title)
        for entry, value in held if len(titles) > 1 else ():
            twins.setdefault(entry.id, next(title for other, title in titles.items() if other != value))
    return twins
