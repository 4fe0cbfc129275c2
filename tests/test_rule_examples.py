"""Every example inside every shipped rule file: a bad one is reported by its rule, a good one is not."""

import pytest
from designs import SETTINGS, catalogue

from metriclint.facts.derive import facts_of
from metriclint.findings.candidates import check_project
from metriclint.graph.build import build
from metriclint.graph.criteria import stakes_of
from metriclint.rules.catalogue import Catalogue, CompiledRule, parse_rule
from metriclint.rules.evaluate import Evaluator
from metriclint.rules.rule import Example
from metriclint.selftest import Result, run_examples
from metriclint.sources.load import load_text

RULES = sorted(catalogue().rules.values(), key=lambda r: r.code)
BAD = [(r, n, e) for r in RULES for n, e in enumerate(r.rule.examples.bad, 1)]
GOOD = [(r, n, e) for r in RULES for n, e in enumerate(r.rule.examples.good, 1)]


def names(items: list[tuple[CompiledRule, int, Example]]) -> list[str]:
    return [f"{rule.code}-{number}" for rule, number, _ in items]


def severities(rule: CompiledRule, example: Example) -> list[str]:
    project, problems = load_text(example.yaml, "example.yaml")
    assert not problems, problems
    return [c.severity for c in check_project(project, [rule], SETTINGS).candidates]


@pytest.mark.parametrize(("rule", "number", "example"), BAD, ids=names(BAD))
def test_a_bad_example_is_reported_by_its_rule(rule: CompiledRule, number: int, example: Example) -> None:
    found = severities(rule, example)
    assert found, example.title
    assert example.severity is None or example.severity in found


@pytest.mark.parametrize(("rule", "number", "example"), GOOD, ids=names(GOOD))
def test_a_good_example_is_not_reported_by_its_rule(rule: CompiledRule, number: int, example: Example) -> None:
    assert severities(rule, example) == [], example.title
    assert example.severity is None, "only a bad example has a severity"


def test_all_examples_together_pass_as_the_command_runs_them() -> None:
    results = run_examples(catalogue())
    assert [r for r in results if not r.passed] == []
    assert len(results) == len(BAD) + len(GOOD)


def test_asking_all_rules_at_once_gives_what_asking_each_gives() -> None:
    together = Evaluator()
    for rule, _, example in [*BAD, *GOOD]:
        project, _ = load_text(example.yaml, "example.yaml")
        at_once = check_project(project, RULES, SETTINGS, together)
        incentives = build(project)
        reaches = stakes_of(incentives)
        told = {(c.metric, c.rule.code): c.more + 1 for c in at_once.candidates if c.rule.code != "GRF006"}
        alone = {}
        for id_, design in incentives.designs.items():
            facts = facts_of(incentives, design, reaches[id_], SETTINGS)
            for each in RULES:
                matches = Evaluator().ask(each, facts).matches
                if matches and design.card.status != "retired" and each.code != "GRF006":
                    alone[(id_, each.code)] = len(matches)
        assert told == alone, (rule.code, example.title)


def test_a_memory_that_serves_many_projects_answers_for_the_rules_of_each() -> None:
    text = catalogue().rules["cheap-inflation-action"].rule.examples.bad[0].yaml
    project, _ = load_text(text, "example.yaml")
    whole = {c.rule.code for c in check_project(project, RULES, SETTINGS).candidates}
    shared = Evaluator()
    for left_out in RULES * 2:
        rules = [r for r in RULES if r is not left_out]
        found = {c.rule.code for c in check_project(project, rules, SETTINGS, shared).candidates}
        assert found == whole - {left_out.code}


WRONG = """\
code: ABC100
edition: "2026.1"
severity: note
confidence: low
variant: none
kind: observation
summary: An activity.
message: "{metric} counts activity."
when: "metric.kind == 'activity'"
why: Because.
fix: [{text: Count results.}]
ignore_when: Never.
examples:
  bad:
    - {title: Reported, yaml: "{metriclint: 1, metrics: {a: {title: A, kind: activity}}}"}
    - {title: Not reported, yaml: "{metriclint: 1, metrics: {a: {title: A, kind: outcome}}}"}
    - {title: Undecided, yaml: "{metriclint: 1, metrics: {a: {title: A}}}"}
    - {title: Wrong severity, severity: error, yaml: "{metriclint: 1, metrics: {a: {title: A, kind: activity}}}"}
    - {title: No document, yaml: "{metriclint: 1, metrics: {a: {title: A, knd: activity}}}"}
  good:
    - {title: Silent, yaml: "{metriclint: 1, metrics: {a: {title: A, kind: outcome}}}"}
    - {title: Reported all the same, yaml: "{metriclint: 1, metrics: {a: {title: A, kind: activity}}}"}
"""


def test_an_example_that_fails_says_why() -> None:
    compiled, problems = parse_rule(WRONG, "house/an-activity.yaml", "an-activity", "house")
    assert compiled is not None, problems
    results = run_examples(Catalogue({compiled.name: compiled}, {compiled.code: compiled}))
    reasons = {r.title: r.reason for r in results if not r.passed}
    assert {r.title for r in results if r.passed} == {"Reported", "Silent"}
    assert reasons.pop("No document").startswith("example.yaml:1:")
    assert reasons == {
        "Not reported": "not reported",
        "Undecided": "not reported; undecided for want of kind",
        "Wrong severity": "severity is info, expected error",
        "Reported all the same": "reported for a, and must not be",
    }
    assert results[0] == Result("house/an-activity.yaml", "an-activity", "bad", 1, "Reported", True)
