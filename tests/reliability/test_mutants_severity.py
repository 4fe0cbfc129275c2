"""Severity, where no other test notices a small change of its steps."""

import pytest
from designs import card, check, rule_of


@pytest.mark.parametrize("fact", ["derived.stakes >= 2", "derived.live"])
def test_what_rests_on_stakes_that_are_only_assumed_is_a_warning_at_most(fact: str) -> None:
    rule = rule_of(when=fact, severity="error", more="steps: []\n")
    (told,) = check(card("target: {type: quota, value: 8}"), [rule]).candidates
    assert told.severity == "warning"


def test_what_does_not_rest_on_stakes_stays_as_severe_as_it_is() -> None:
    rule = rule_of(when="metric.kind == 'activity'", severity="error", more="steps: []\n")
    (told,) = check(card("kind: activity\ntarget: {type: quota, value: 8}"), [rule]).candidates
    assert told.severity == "error"


@pytest.mark.parametrize("recorder", ["system", "independent", "customer", "subject"])
def test_a_record_that_nobody_can_colour_softens_where_the_link_is_direct(recorder: str) -> None:
    rule = rule_of(when="metric.kind == 'output'", severity="error", more="steps: [direct-record]\n")
    text = card(f"kind: output\nrecorded_by: {recorder}\noutcome: {{title: Work done, link: direct}}")
    (told,) = check(text, [rule]).candidates
    assert told.severity == ("error" if recorder == "subject" else "warning")


@pytest.mark.parametrize(
    ("when", "confidence"),
    [
        ("metric.kind == 'activity'", "high"),
        ("metric.kind == 'activity' && derived.counters_read == 0", "medium"),
        ("metric.kind == 'activity' && action.effect != 'helps'", "medium"),
        ("metric.kind == 'activity' && derived.hot", "medium"),
    ],
)
def test_what_rests_on_silence_is_said_with_less_confidence(when: str, confidence: str) -> None:
    told = check(card("kind: activity", title="AI tokens used"), [rule_of(when=when)]).candidates
    assert {c.confidence for c in told} == {confidence}


def test_an_action_that_somebody_declared_rests_on_no_silence() -> None:
    text = card("kind: activity\ngaming_actions: [{title: Pad it, cost: low, effect_on_outcome: none}]")
    (told,) = check(text, [rule_of(when="action.effect == 'none'")]).candidates
    assert told.confidence == "high"


def test_that_there_is_no_counter_metric_rests_on_no_silence_where_the_card_says_so() -> None:
    rule = rule_of(when="metric.kind == 'activity' && derived.counters_read == 0")
    (told,) = check(card("kind: activity\ncounter_metrics: []"), [rule]).candidates
    assert told.confidence == "high"
