"""Asking rules about facts: once for each distinct tuple of the facts that a rule reads."""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.facts.catalogue import GROUPS_QUANTIFIED
from metriclint.facts.derive import Member, MetricFacts
from metriclint.files.problem import Route
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.language import Expression, Verdict
from metriclint.rules.rule import Severity


class Match(Struct, frozen=True):
    """A rule that is true for a metric (or a decision), with the members that make it true."""

    rule: CompiledRule
    base: Severity
    """Severity of the rule, or of the case that applies."""
    bound: Mapping[str, Member]
    """The board, consequence, action and counter-metric that the rule was asked about."""


class Outcome(Struct):
    """What a rule says about one subject: its matches, or the facts that would decide it."""

    matches: list[Match] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Facts that would decide it, where nothing matched; in order, without repeats."""
    faults: list[tuple[Route, str]] = field(default_factory=list)
    """Conditions of the rule, by their route in its file, that cannot be worked out for these facts, and why."""


class Answers(NamedTuple):
    """What a rule set says about one metric."""

    matches: list[list[Match]]
    """Those of each rule that is true."""
    missing: dict[str, list[str]]
    """Codes of the rules that are open, by the first fact that would decide them."""


class _Remembered(NamedTuple):
    """What a rule set says about all metrics that are alike: members by their index in each group."""

    matches: list[list[tuple[CompiledRule, Severity, tuple[tuple[str, int], ...]]]]
    missing: dict[str, list[str]]
    apart: list[CompiledRule]
    """Rules that facts decide which differ from card to card."""

    def answers(self, facts: MetricFacts) -> Answers:
        """The same, with the members of one metric."""
        groups = facts.groups
        matches = [
            [
                Match(rule, base, {group: (groups[group] or [])[index] for group, index in bound})
                for rule, base, bound in of_rule
            ]
            for of_rule in self.matches
        ]
        return Answers(matches, self.missing)


def _remember(answers: Answers, apart: list[CompiledRule]) -> _Remembered:
    return _Remembered(
        [
            [(m.rule, m.base, tuple((group, member.index) for group, member in m.bound.items())) for m in of_rule]
            for of_rule in answers.matches
        ],
        answers.missing,
        apart,
    )


def _joined(parts: Iterable[_Remembered]) -> _Remembered:
    whole = _Remembered([], {}, [])
    for part in parts:
        whole.matches.extend(part.matches)
        whole.apart.extend(part.apart)
        for fact, codes in part.missing.items():
            whole.missing.setdefault(fact, []).extend(codes)
    return whole


def _signature(members: list[Member] | None, names: tuple[str, ...]) -> tuple[Any, ...] | None:
    if members is None:
        return None
    return tuple([tuple([member.values.get(name) for name in names]) for member in members])


_OWN = frozenset({"metric.id", "metric.title", "metric.text", "outcome.title", "subject.role"})
"""Facts that differ from card to card; a rule that is not decided without them is asked for each card."""


class RuleSet:
    """Rules that are asked together, and the facts that they read."""

    def __init__(self, rules: Iterable[CompiledRule], *, whole: bool = True) -> None:
        self.rules = list(rules)
        self.families: list[RuleSet] = []
        """The same rules by family. Those of one read much the same, and cards differ less in a part of their facts."""
        if whole:
            of_family: dict[str, list[CompiledRule]] = {}
            for rule in self.rules:
                of_family.setdefault(rule.family, []).append(rule)
            self.families = [RuleSet(members, whole=False) for members in of_family.values()]
        names = {name for r in self.rules for name in _reads(r)} - _OWN
        of_groups = {g: tuple(sorted(n for n in names if n.startswith(g + "."))) for g in GROUPS_QUANTIFIED}
        self.group_facts: tuple[tuple[str, tuple[str, ...]], ...] = tuple((g, n) for g, n in of_groups.items() if n)
        self.facts: tuple[str, ...] = tuple(sorted(names - {n for g in of_groups.values() for n in g}))
        self.gates = {gate for r in self.rules for gate in r.when.gates}
        self.of_own = frozenset(r for r in self.rules if not _OWN.isdisjoint(_reads(r)))
        """Rules that read facts which differ from card to card."""


def _reads(rule: CompiledRule) -> set[str]:
    return {*rule.when.facts, *(name for case, _ in rule.cases for name in case.facts)}


class Evaluator:
    """Evaluates rules and remembers each verdict by the facts that it rests on.

    Two memories: one for each expression by the tuple of its facts, and one for a whole rule set by the tuple of all
    facts that it reads, since most cards of an estate are alike in these.
    """

    def __init__(self) -> None:
        # Keyed by the objects themselves: an id is given anew once its object is gone.
        self._known: dict[Expression, dict[tuple[Any, ...], Verdict]] = {}
        self._alike: dict[RuleSet, dict[tuple[Any, ...], _Remembered]] = {}
        self.evaluations = 0
        """Expressions that were really run (not answered from memory)."""
        self.faults: dict[CompiledRule, tuple[Route, str]] = {}
        """Rules with a condition that could not be worked out for some subject: which, and why the first time."""

    def ask_all(self, rules: RuleSet, facts: MetricFacts) -> Answers:
        """Ask every rule of a set about a metric."""
        known = self._known_answers(rules, facts)
        answers = known.answers(facts)
        if not known.apart:
            return answers
        apart = self._answers(known.apart, facts)
        missing = {fact: list(codes) for fact, codes in answers.missing.items()}
        for fact, codes in apart.missing.items():
            missing.setdefault(fact, []).extend(codes)
        return Answers(answers.matches + apart.matches, missing)

    def rests_on_own(self, rules: RuleSet, facts: MetricFacts) -> bool:
        """Does any rule's answer depend on facts that differ from card to card, such as its texts."""
        return bool(self._known_answers(rules, facts).apart)

    def _known_answers(self, rules: RuleSet, facts: MetricFacts) -> _Remembered:
        get, groups = facts.values.get, facts.groups
        memory = self._alike.setdefault(rules, {})
        key = (
            tuple(map(get, rules.facts)),
            tuple([_signature(groups[group], names) for group, names in rules.group_facts]),
        )
        known = memory.get(key)
        if known is None:
            known = memory[key] = self._learn(rules, facts)
        return known

    def _learn(self, rules: RuleSet, facts: MetricFacts) -> _Remembered:
        bare = facts
        if not _OWN.isdisjoint(facts.values):
            values = {k: v for k, v in facts.values.items() if k not in _OWN}
            bare = replace(facts, values=values, _together={}, _only={})
        if rules.families:
            return _joined([self._known_answers(family, bare) for family in rules.families])
        closed = {gate for gate in rules.gates if facts.values.get(gate) is False}
        asked = [r for r in rules.rules if closed.isdisjoint(r.when.gates)] if closed else rules.rules
        apart = {r: None for r in asked if r in rules.of_own and self._needs_own(r, bare)}
        return _remember(self._answers((r for r in asked if r not in apart), bare), list(apart))

    def _needs_own(self, rule: CompiledRule, bare: MetricFacts) -> bool:
        outcome = self._asked(rule, bare)
        open_ = outcome.missing or outcome.faults
        return bool(open_ or (outcome.matches and any(_OWN.intersection(c.facts) for c, _ in rule.cases)))

    def _answers(self, rules: Iterable[CompiledRule], facts: MetricFacts) -> Answers:
        answers = Answers([], {})
        for rule in rules:
            if self._is_known_to_say_no(rule, facts):
                continue
            outcome = self._noted(rule, self.ask(rule, facts))
            if outcome.matches:
                answers.matches.append(outcome.matches)
            elif outcome.missing:
                answers.missing.setdefault(outcome.missing[0], []).append(rule.code)
        return answers

    def _is_known_to_say_no(self, rule: CompiledRule, facts: MetricFacts) -> bool:
        """Short cut for the usual case: one combination to ask about, which was found to be false before."""
        known = self._known.get(rule.when)
        values = facts.only_combination(rule.groups) if rule.groups else facts.values
        if known is None or values is None:
            return False
        verdict = known.get(tuple(map(values.get, rule.when.facts)))
        return verdict is not None and verdict.value is False

    def ask(self, rule: CompiledRule, facts: MetricFacts) -> Outcome:
        """Ask a rule about a metric, for each combination of the groups that it names.

        A group that the card is silent about leaves its facts unbound; one that is declared empty leaves nothing to
        ask about.
        """
        outcome = self._asked(rule, facts)
        if outcome.matches:
            outcome.missing.clear()
        return outcome

    def _asked(self, rule: CompiledRule, facts: MetricFacts) -> Outcome:
        """What a rule says about each combination: the open ones also where another one matches."""
        outcome = Outcome()
        if not rule.groups:
            self._one(rule, facts.values, {}, outcome)
            return outcome
        choices = [facts.groups[group] for group in rule.groups]
        if [] in choices:
            return outcome
        if all(members is None or len(members) == 1 for members in choices):
            bound = {g: m[0] for g, m in zip(rule.groups, choices, strict=True) if m}
            self._one(rule, facts.with_members(bound), bound, outcome)
            return outcome
        for chosen in product(*([None] if members is None else members for members in choices)):
            bound = {g: m for g, m in zip(rule.groups, chosen, strict=True) if m is not None}
            self._one(rule, facts.with_members(bound), bound, outcome)
        return outcome

    def ask_values(self, rule: CompiledRule, values: Mapping[str, Any]) -> Outcome:
        """Ask a rule of scope decision or project about its facts."""
        outcome = Outcome()
        self._one(rule, values, {}, outcome)
        return self._noted(rule, outcome)

    def _noted(self, rule: CompiledRule, outcome: Outcome) -> Outcome:
        if outcome.faults:
            self.faults.setdefault(rule, outcome.faults[0])
        return outcome

    def _one(
        self, rule: CompiledRule, values: Mapping[str, Any], bound: Mapping[str, Member], outcome: Outcome
    ) -> None:
        verdict = self._verdict(rule.when, values)
        if verdict.value:
            outcome.matches.append(Match(rule, self._base(rule, values, outcome), bound))
        elif verdict.fault:
            outcome.faults.append((("when",), verdict.fault))
        elif verdict.value is None and verdict.missing not in outcome.missing:
            outcome.missing.append(verdict.missing)

    def _base(self, rule: CompiledRule, values: Mapping[str, Any], outcome: Outcome) -> Severity:
        """The severity of the first case that is true, else the rule's own."""
        for index, (case, severity) in enumerate(rule.cases):
            verdict = self._verdict(case, values)
            if verdict.value:
                return severity
            if verdict.fault:
                outcome.faults.append((("severity_cases", index, "when"), verdict.fault))
        return rule.rule.severity

    def _verdict(self, expression: Expression, values: Mapping[str, Any]) -> Verdict:
        known = self._known.get(expression)
        if known is None:
            known = self._known[expression] = {}
        key = tuple(map(values.get, expression.facts))
        verdict = known.get(key)
        if verdict is None:
            self.evaluations += 1
            verdict = known[key] = expression.evaluate(values)
        return verdict
