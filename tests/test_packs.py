"""Packs: an organisation's own rules and criteria, beside the shipped ones."""

import pytest
from conftest import Cli, Write

RULE = """
code: ORG001
edition: "2026.1"
scope: {scope}
severity: warning
confidence: medium
variant: none
summary: A decision reads several numbers and no counter-metric.
message: "{{consequence}} reads {{metric}} and no counter-metric at all."
when: {when}
why: Nothing pulls the other way.
fix: [{{text: Read one.}}]
ignore_when: The decision reads one number that is the goal itself.
criteria: [{{ref: {ref}, text: Every decision reads a counter-metric.}}]
examples:
  bad:
    - title: Nothing pulls back
      yaml: {bad}
    - title: Nothing pulls back in pay
      yaml: {bad}
  good:
    - title: Paired
      yaml: {good}
    - title: No decision
      yaml: "{{metriclint: 1, metrics: {{a: {{title: A}}}}}}"
"""
USES = "uses: [{metric: a, stated: used, access: individual}]"
DECISION = f"decisions: {{annual-review: {{title: Annual review, consequence: review, {USES}}}}}"
BAD = f'"{{metriclint: 1, {DECISION}, metrics: {{a: {{title: A, kind: activity}}}}}}"'
GOOD = BAD.replace("kind: activity", "counter_metrics: [{title: B, same_decision: true}]")
POLICY = "criteria: {people-policy: {title: People metrics policy, citation: Section 4.2, says: Pair every number.}}\n"


def _rule(scope: str = "decision", when: str = "", ref: str = "people-policy") -> str:
    condition = when or "decision.live_metrics > 0 && decision.counters == 0"
    return RULE.format(scope=scope, when=condition, ref=ref, bad=BAD, good=GOOD)


@pytest.fixture
def pack(write: Write) -> None:
    write("metriclint.toml", 'packs = ["house-rules"]\n')
    write("house-rules/criteria.yaml", POLICY)
    write("house-rules/decision-without-counter.yaml", _rule())
    write("cards/card.yaml", BAD.strip('"'))


@pytest.mark.usefixtures("pack")
def test_a_rule_about_a_decision_sees_what_is_absent_in_it(cli: Cli) -> None:
    assert cli("rules", "test", "house-rules").out == "4 passed, 0 failed\n"
    ran = cli("check", "--select", "ORG", "--fail-on", "warning")
    assert ran.code == 1
    assert "The annual review reads" in ran.out
    assert "1 reported" in ran.out


@pytest.mark.usefixtures("pack")
def test_explain_and_list_know_the_rules_and_criteria_of_the_project(cli: Cli) -> None:
    assert "People metrics policy: Section 4.2" in cli("explain", "ORG001").out
    assert "decision-without-counter" in cli("rules", "list").out


def test_a_rule_about_the_project_is_asked_once(cli: Cli, write: Write) -> None:
    write("metriclint.toml", 'packs = ["house-rules"]\n')
    rule = _rule("project", "project.live_metrics > 0 && project.counters == 0", "rss-2005")
    write("house-rules/no-counter-anywhere.yaml", rule)
    write("cards/one.yaml", BAD.strip('"'))
    write("cards/two.yaml", "metriclint: 1\nmetrics:\n  b: {title: B, kind: activity}\n")
    ran = cli("check", "--select", "ORG001", "--format", "json")
    assert ran.out.count('"code": "ORG001"') == 1


def test_an_unknown_criterion_is_placed_in_the_rule_file(cli: Cli, write: Write) -> None:
    write("house-rules/criteria.yaml", POLICY)
    write("house-rules/decision-without-counter.yaml", _rule(ref="people-polcy"))
    ran = cli("rules", "test", "house-rules")
    assert ran.code == 2
    assert 'unknown criterion "people-polcy"' in ran.err
    assert "did you mean people-policy?" in ran.err


def test_a_broken_criteria_file_and_a_missing_pack_are_told_together(cli: Cli, write: Write) -> None:
    write("metriclint.toml", 'packs = ["house-rules", "./gone"]\n')
    write("house-rules/criteria.yaml", "criteria: {people-policy: {titel: X}}\n")
    write("card.yaml", BAD.strip('"'))
    ran = cli("check")
    assert ran.code == 2
    assert 'unknown key "titel"' in ran.err
    assert "no such rule folder" in ran.err


def test_a_pack_may_be_an_installed_package_which_is_not_imported(
    cli: Cli, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write("site/our_rules/__init__.py", "raise RuntimeError('a pack must not run')\n").parent.parent
    write("site/our_rules/decision-without-counter.yaml", _rule(ref="rss-2005"))
    monkeypatch.syspath_prepend(str(site))
    write("work/metriclint.toml", 'packs = ["our_rules"]\n')
    write("work/card.yaml", BAD.strip('"'))
    assert cli("check", "work", "--select", "ORG001").code == 0
    assert "ORG001" in cli("check", "work", "--select", "ORG001").out


def test_a_new_rule_fails_until_its_condition_is_written(cli: Cli, tmp_path: object) -> None:
    ran = cli("rules", "new", "secret-scoreboard")
    assert ran.code == 0
    assert "house-rules/secret-scoreboard.yaml written (ORG001)" in ran.out
    tested = cli("rules", "test", "house-rules")
    assert tested.code == 1
    assert tested.out.endswith("2 passed, 2 failed\n")
    assert cli("rules", "new", "secret-scoreboard").code == 2
    assert "two or more words" in cli("rules", "new", "Secret").err
