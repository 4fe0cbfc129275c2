"""Asking rules about facts: once for each distinct tuple of the facts that a rule reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from metriclint.facts.catalogue import GROUPS_QUANTIFIED
from metriclint.facts.derive import Member, MetricFacts
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.language import Expression, Verdict
from metriclint.rules.rule import Severity


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that is true for a metric (or a decision), with the members that make it true."""

    rule: CompiledRule
    base: Severity
    """Severity of the rule, or of the case that applies."""
    bound: Mapping[str, Member]
    """The board, consequence, action and counter-metric that the rule was asked about."""


@dataclass(slots=True)
class Outcome:
    """What a rule says about one subject: its matches, or the facts that would decide it."""

    matches: list[Match] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Facts that would decide it, where nothing matched; in order, without repeats."""


class _Remembered(NamedTuple):
    """What a rule says about all metrics that are alike: members by their index in each group."""

    rule: CompiledRule
    matches: list[tuple[Severity, tuple[tuple[str, int], ...]]]
    missing: list[str]

    def outcome(self, facts: MetricFacts) -> Outcome:
        """The same, with the members of one metric."""
        groups = facts.groups
        matches = [
            Match(self.rule, base, {group: (groups[group] or [])[index] for group, index in bound})
            for base, bound in self.matches
        ]
        return Outcome(matches, list(self.missing))


def _remember(rule: CompiledRule, outcome: Outcome) -> _Remembered:
    matches = [(m.base, tuple((group, member.index) for group, member in m.bound.items())) for m in outcome.matches]
    return _Remembered(rule, matches, outcome.missing)


def _signature(members: list[Member] | None, names: tuple[str, ...]) -> tuple[Any, ...] | None:
    if members is None:
        return None
    return tuple([tuple([member.values.get(name) for name in names]) for member in members])


_UNDECIDED = Verdict(None)
_OWN = frozenset({"metric.id", "metric.title", "metric.text", "outcome.title", "derived.duplicate_of", "subject.role"})
"""Facts that differ from card to card; rules that read them are asked one by one."""


class RuleSet:
    """Rules that are asked together, and the facts that they read."""

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        every = list(rules)
        self.apart = [r for r in every if _OWN.intersection(_reads(r))]
        self.alike = [r for r in every if not _OWN.intersection(_reads(r))]
        names = {name for r in self.alike for name in _reads(r)}
        of_groups = {g: tuple(sorted(n for n in names if n.startswith(g + "."))) for g in GROUPS_QUANTIFIED}
        self.group_facts: tuple[tuple[str, tuple[str, ...]], ...] = tuple((g, n) for g, n in of_groups.items() if n)
        self.facts: tuple[str, ...] = tuple(sorted(names - {n for g in of_groups.values() for n in g}))
        self.gates = {gate for r in self.alike for gate in r.when.gates}


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
        self._alike: dict[RuleSet, dict[tuple[Any, ...], list[_Remembered]]] = {}
        self.evaluations = 0
        """Expressions that were really run (not answered from memory)."""

    def ask_all(self, rules: RuleSet, facts: MetricFacts) -> list[tuple[CompiledRule, Outcome]]:
        """Ask every rule of a set about a metric; what has nothing to say is left out."""
        get, groups = facts.values.get, facts.groups
        memory = self._alike.setdefault(rules, {})
        key = (
            tuple(map(get, rules.facts)),
            tuple([_signature(groups[group], names) for group, names in rules.group_facts]),
        )
        known = memory.get(key)
        if known is None:
            closed = {gate for gate in rules.gates if get(gate) is False}
            asked = ((r, self.ask(r, facts)) for r in rules.alike if closed.isdisjoint(r.when.gates))
            known = [_remember(rule, outcome) for rule, outcome in asked if outcome.matches or outcome.missing]
            memory[key] = known
        answers = [(entry.rule, entry.outcome(facts)) for entry in known]
        for rule in rules.apart:
            outcome = self.ask(rule, facts)
            if outcome.matches or outcome.missing:
                answers.append((rule, outcome))
        return answers

    def ask(self, rule: CompiledRule, facts: MetricFacts) -> Outcome:
        """Ask a rule about a metric, for each combination of the groups that it names.

        A group that the card is silent about leaves its facts unbound; one that is declared empty leaves nothing to
        ask about.
        """
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
        if outcome.matches:
            outcome.missing.clear()
        return outcome

    def ask_values(self, rule: CompiledRule, values: Mapping[str, Any]) -> Outcome:
        """Ask a rule of scope decision or project about its facts."""
        outcome = Outcome()
        self._one(rule, values, {}, outcome)
        return outcome

    def _one(
        self, rule: CompiledRule, values: Mapping[str, Any], bound: Mapping[str, Member], outcome: Outcome
    ) -> None:
        verdict = self._verdict(rule.when, values)
        if verdict.value:
            cases = (severity for case, severity in rule.cases if self._verdict(case, values).value)
            outcome.matches.append(Match(rule, next(cases, rule.rule.severity), bound))
        elif verdict.value is None and verdict.missing and verdict.missing not in outcome.missing:
            outcome.missing.append(verdict.missing)

    def _verdict(self, expression: Expression, values: Mapping[str, Any]) -> Verdict:
        known = self._known.get(expression)
        if known is None:
            known = self._known[expression] = {}
        key = tuple(map(values.get, expression.facts))
        verdict = known.get(key)
        if verdict is None:
            verdict = self._without_own(expression, values, known)
            if verdict.value is None:
                self.evaluations += 1
                verdict = known[key] = expression.evaluate(values)
        return verdict

    def _without_own(
        self, expression: Expression, values: Mapping[str, Any], known: dict[tuple[Any, ...], Verdict]
    ) -> Verdict:
        """The verdict with the facts left unbound that differ from card to card.

        Where it is decided already it stays so whatever they are, and most cards share it.
        """
        if not _OWN.intersection(expression.facts):
            return _UNDECIDED
        shared = {name: values[name] for name in expression.facts if name in values and name not in _OWN}
        key = tuple(map(shared.get, expression.facts))
        verdict = known.get(key)
        if verdict is None:
            self.evaluations += 1
            verdict = known[key] = expression.evaluate(shared)
        return verdict
