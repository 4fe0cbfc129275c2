"""Conditions that compile and still cannot be worked out: told once for each rule, never a silent miss."""

import json
from pathlib import Path

import pytest
from conftest import Cli, Write

from metriclint.rules.language import Verdict, compile_expression

RULE = """
code: {code}
edition: "2026.1"
severity: warning
confidence: medium
variant: none
kind: observation
summary: A rule of the house.
message: "{{metric}} is odd."
# The place of a fault is the line below.
when: "{when}"
severity_cases:
  - {{when: "{case}", severity: error}}
why: Somebody looks.
fix: [{{text: Look again.}}]
ignore_when: Nobody is measured.
examples:
  bad:
    - title: Odd
      yaml: &odd "{{metriclint: 1, metrics: {{m: {{title: Odd, consequences: []}}}}}}"
    - {{title: Odd again, yaml: *odd}}
  good:
    - title: Even
      yaml: &even "{{metriclint: 1, metrics: {{m: {{title: Even, status: retired}}}}}}"
    - {{title: Even again, yaml: *even}}
"""
CARDS = """
metriclint: 1
metrics:
  one: {title: One, consequences: []}
  two: {title: Two, consequences: []}
"""
CARD_IN_REVIEW = """
metriclint: 1
metrics:
  three: {title: Three, consequences: [{kind: review, stated: used, access: individual}]}
"""
DIVIDES = "10 / derived.stakes > 3"


def house(write: Write, when: str, case: str = "derived.live", name: str = "odd-number", code: str = "ORG001") -> None:
    write("metriclint.toml", 'packs = ["house"]\nselect = ["ORG"]\n')
    write(f"house/{name}.yaml", RULE.format(when=when, case=case, code=code))
    write("cards.yaml", CARDS)


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (DIVIDES, "divide by zero"),
        ("metric.title.matches('(' + metric.id)", "invalid regular expression: missing ): (one"),
        ("metric.tags[3] == 'x'", "Index error: index=3 size=0"),
        ("int(metric.title) > 3", "cannot convert string to int"),
    ],
)
def test_a_condition_that_fails_on_facts_is_told_once_at_its_line(
    cli: Cli, write: Write, when: str, reason: str
) -> None:
    house(write, when)
    ran = cli("check")
    assert ran.code == 0, ran.err
    told = f"info: rule odd-number cannot be worked out everywhere, and says nothing there: {reason}"
    assert [line for line in ran.out.splitlines() if "worked out" in line] == [f"house/odd-number.yaml:10:1: {told}"]


def test_the_other_cards_are_still_judged(cli: Cli, write: Write) -> None:
    house(write, "10 / derived.stakes > 2", case="false")
    write("more.yaml", CARD_IN_REVIEW)
    report = json.loads(cli("check", "--format", "json").out)
    assert [f["metric"] for f in report["findings"]] == ["three"]
    assert [n["location"]["path"] for n in report["notices"]] == ["house/odd-number.yaml"]


def test_a_case_of_the_severity_that_fails_leaves_the_severity_and_is_told(cli: Cli, write: Write) -> None:
    house(write, "metric.title != ''", case=DIVIDES)
    ran = cli("check", "--format", "json")
    report = json.loads(ran.out)
    assert {f["severity"] for f in report["findings"]} == {"note"}
    assert len(report["findings"]) == 2
    (notice,) = report["notices"]
    assert notice["location"]["line"] == 12
    said = (
        "a severity case of rule odd-number cannot be worked out everywhere, and is passed over there: divide by zero"
    )
    assert notice["message"] == said


def test_two_projects_with_one_pack_are_told_once(cli: Cli, write: Write, tmp_path: Path) -> None:
    house(write, DIVIDES)
    for project in ("a", "b"):
        write(f"{project}/metriclint.toml", f'packs = ["{(tmp_path / "house").as_posix()}"]\nselect = ["ORG"]\n')
        write(f"{project}/cards.yaml", CARDS)
    ran = cli("check", "a", "b")
    assert "4 metrics checked" in ran.out
    assert ran.out.count("divide by zero") == 1


def test_a_rule_that_is_left_out_is_not_told(cli: Cli, write: Write) -> None:
    house(write, DIVIDES)
    assert "divide by zero" not in cli("check", "--select", "VIS").out


def test_a_text_that_decides_later_is_asked_for_each_card(cli: Cli, write: Write) -> None:
    house(write, "metric.tags[0] == 'x' || metric.title == 'Two'", case="false")
    report = json.loads(cli("check", "--format", "json").out)
    assert [f["metric"] for f in report["findings"]] == ["two"]


def test_the_tests_of_a_pack_say_why_an_example_fails(cli: Cli, write: Write) -> None:
    house(write, DIVIDES)
    ran = cli("rules", "test", "house")
    assert ran.code == 1
    assert ran.out.count("cannot be worked out: divide by zero") == 2


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("metric.title.matches('(')", 22),
        ("matches(metric.title, '[a')", 23),
        ('derived.live && metric.text.matches( "a(?!b)" )', 38),
        (r"metric.title.matches(r'\d+(')", 23),
    ],
)
def test_a_text_that_is_no_regular_expression_is_an_error_of_the_rule_file(source: str, column: int) -> None:
    faults = compile_expression(source)
    assert isinstance(faults, list)
    ((line, at, message, _),) = faults
    assert (line, at) == (1, column)
    assert message.startswith("invalid regular expression: ")


@pytest.mark.parametrize(
    "source",
    [
        r"metric.title.matches('^a\\d+$')",
        "metric.title.matches('(' + metric.title + ')')",
        "metric.title.contains('(') && metric.title.matches('x')",
    ],
)
def test_right_patterns_and_those_that_are_put_together_are_left_alone(source: str) -> None:
    assert not isinstance(compile_expression(source), list)


def test_a_fault_gives_way_to_a_fact_that_is_missing() -> None:
    expression = compile_expression("board.ranked && 10 / derived.stakes > 1")
    assert not isinstance(expression, list)
    assert expression.evaluate({"derived.stakes": 0}) == Verdict(None, "board.ranked")
    assert expression.evaluate({"derived.stakes": 0, "board.ranked": False}) == Verdict(False)
    assert expression.evaluate({"derived.stakes": 0, "board.ranked": True}) == Verdict(None, fault="divide by zero")
