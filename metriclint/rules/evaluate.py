"""Asking rules about facts: once for each distinct tuple of the facts that a rule reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

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


class Evaluator:
    """Evaluates rules and remembers each verdict by the facts that it rests on."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[Any, ...]], Verdict] = {}
        self.evaluations = 0
        """Expressions that were really run (not answered from memory)."""

    def ask(self, rule: CompiledRule, facts: MetricFacts) -> Outcome:
        """Ask a rule about a metric, for each combination of the groups that it names."""
        outcome = Outcome()
        for bound in _combinations(rule, facts):
            values: Mapping[str, Any] = facts.values
            if bound:
                values = {**facts.values}
                for member in bound.values():
                    values.update(member.values)
            self._one(rule, values, bound, outcome)
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
            base = rule.rule.severity
            for case, severity in rule.cases:
                if self._verdict(case, values).value:
                    base = severity
                    break
            outcome.matches.append(Match(rule, base, bound))
        elif verdict.value is None and verdict.missing and verdict.missing not in outcome.missing:
            outcome.missing.append(verdict.missing)

    def _verdict(self, expression: Expression, values: Mapping[str, Any]) -> Verdict:
        get = values.get
        key = (id(expression), tuple([get(name) for name in expression.facts]))
        verdict = self._known.get(key)
        if verdict is None:
            self.evaluations += 1
            verdict = expression.evaluate(values)
            self._known[key] = verdict
        return verdict


def _combinations(rule: CompiledRule, facts: MetricFacts) -> Iterator[dict[str, Member]]:
    """Every choice of one member for each group that the rule names.

    A group that the card is silent about leaves its facts unbound; one that is declared empty leaves no choice.
    """
    if not rule.groups:
        yield {}
        return
    choices = []
    for group in rule.groups:
        members = facts.groups[group]
        choices.append([None] if members is None else members)
    for chosen in product(*choices):
        yield {g: m for g, m in zip(rule.groups, chosen, strict=True) if m is not None}
