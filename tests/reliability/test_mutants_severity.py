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
