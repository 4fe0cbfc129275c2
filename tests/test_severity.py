"""Severity: a base, the common steps alone and together, clamps, and what rests on assumptions."""

from itertools import product
from typing import NamedTuple

import pytest
from designs import card, check, found, rule_of
from hypothesis import given, settings
from hypothesis import strategies as st

LADDER = ("info", "note", "warning", "error")
KIND_AT = {0: "none", 1: "recognition", 2: "informal", 3: "review", 4: "pay"}


class Situation(NamedTuple):
    """What a design has of the things that move a severity."""

    stakes: int = 3
    automatable: bool = False
    guarded: bool = False
    verified: bool = False
    watched: bool = False
    direct: bool = False

    def text(self) -> str:
        """A card in this situation."""
        counters = []
        if self.guarded:
            counters.append("{title: Rework, same_decision: true, independent: true}")
        if self.watched:
            counters.append("{title: Complaints, same_decision: true, independent: false}")
        return card(
            f"""
            consequences: [{{kind: {KIND_AT[self.stakes]}, stated: used, access: individual}}]
            gaming_actions: [{{title: Pad it, cost: low, automatable: {str(self.automatable).lower()}}}]
            counter_metrics: [{", ".join(counters)}]
            verification: {"sample" if self.verified else "none"}
            recorded_by: system
            outcome: {{title: Work done, link: {"direct" if self.direct else "belief"}}}
            """
        )


ALL_STEPS = ("stakes", "automatable", "guarded", "some-counter", "direct-record")


def severity(
    situation: Situation, base: str = "warning", steps: tuple[str, ...] | None = ALL_STEPS, **more: str
) -> str:
    extra = "" if steps is None else f"steps: [{', '.join(steps)}]\n"
    extra += "".join(f"{key}: {value}\n" for key, value in more.items() if key != "code")
    rule = rule_of(more.get("code", "GAM999"), severity=base, more=extra)
    (candidate,) = check(situation.text(), [rule]).candidates
    return candidate.severity


def expected(s: Situation, base: str, steps: tuple[str, ...]) -> str:
    """The table of the design, read line by line."""
    level = LADDER.index(base)
    if "stakes" in steps and s.stakes <= 2:
        level -= 1
    automated = "automatable" in steps and s.automatable
    money = "stakes" in steps and s.stakes == 4 and base in ("warning", "error")
    level += 1 if automated or money else 0
    if "guarded" in steps and s.guarded and s.verified:
        level -= 1
    if "some-counter" in steps and s.watched and not s.guarded:
        level -= 1
    if "direct-record" in steps and s.direct:
        level -= 1
    return LADDER[min(max(level, 0), 3)]


@pytest.mark.parametrize("base", LADDER)
def test_the_base_stands_at_a_formal_review(base: str) -> None:
    assert severity(Situation(), base) == base


@pytest.mark.parametrize(
    ("situation", "result"),
    [
        (Situation(stakes=0), "note"),
        (Situation(stakes=1), "note"),
        (Situation(stakes=2), "note"),
        (Situation(stakes=4), "error"),
        (Situation(automatable=True), "error"),
        (Situation(stakes=2, automatable=True), "warning"),
        (Situation(guarded=True), "warning"),
        (Situation(verified=True), "warning"),
        (Situation(guarded=True, verified=True), "note"),
        (Situation(watched=True), "note"),
        (Situation(watched=True, guarded=True), "warning"),
        (Situation(watched=True, guarded=True, verified=True), "note"),
        (Situation(direct=True), "note"),
        (Situation(direct=True, watched=True), "info"),
    ],
)
def test_each_step_moves_a_warning_by_one(situation: Situation, result: str) -> None:
    assert severity(situation) == result


@pytest.mark.parametrize(("base", "result"), [("info", "info"), ("note", "note"), ("warning", "error")])
def test_money_raises_warnings_and_never_makes_one_of_a_note(base: str, result: str) -> None:
    assert severity(Situation(stakes=4), base) == result


def test_automation_and_money_raise_together_by_one_only() -> None:
    assert severity(Situation(stakes=4, automatable=True, direct=True)) == "warning"


@pytest.mark.parametrize(
    ("code", "result"),
    [(f"{family}999", "note") for family in ("GAM", "TGT", "CTR", "AIA", "AGT", "GRF")]
    + [(f"{family}999", "warning") for family in ("VIS", "REV", "STA", "GOV", "LEG")],
)
def test_a_guard_softens_gaming_and_not_ambiguity_noise_or_a_missing_appeal(code: str, result: str) -> None:
    assert severity(Situation(guarded=True, verified=True), steps=None, code=code) == result


@pytest.mark.parametrize("situation", [Situation(watched=True), Situation(direct=True)])
def test_the_two_softer_steps_apply_only_where_a_rule_names_them(situation: Situation) -> None:
    assert severity(situation, steps=None) == "warning"


SITUATIONS = st.builds(
    Situation,
    st.integers(0, 4),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@settings(deadline=None, max_examples=300)
@given(SITUATIONS, st.sampled_from(LADDER), st.lists(st.sampled_from(ALL_STEPS), unique=True).map(tuple))
def test_steps_add_up_as_the_table_says(situation: Situation, base: str, steps: tuple[str, ...]) -> None:
    assert severity(situation, base, steps) == expected(situation, base, steps)


@pytest.mark.parametrize(
    ("low", "high"), [(a, b) for a, b in product(LADDER, LADDER) if LADDER.index(a) <= LADDER.index(b)]
)
def test_floor_and_ceiling_hold_after_all_steps(low: str, high: str) -> None:
    for situation in (Situation(stakes=4, automatable=True), Situation(stakes=0, direct=True, watched=True)):
        result = severity(situation, severity_min=low, severity_max=high)
        assert LADDER.index(low) <= LADDER.index(result) <= LADDER.index(high)
    assert severity(Situation(stakes=4, automatable=True), severity_min=low, severity_max=high) == high
    assert severity(Situation(stakes=0, direct=True, watched=True), severity_min=low, severity_max=high) == low


def test_the_first_case_that_is_true_replaces_the_base() -> None:
    more = """
    severity_cases:
      - {when: "consequence.believed == 'used'", severity: error}
      - {when: "consequence.stated == 'not-used'", severity: note}
    steps: []
    """
    rule = rule_of("REV999", when="consequence.stakes >= 0", severity="warning", more=more)
    text = "metrics: {m: {title: A, consequences: [{kind: review, access: individual, FACTS}]}}"
    for facts, result in (
        ("stated: used", "warning"),
        ("stated: not-used", "note"),
        ("stated: not-used, believed: used", "error"),
    ):
        (candidate,) = check(text.replace("FACTS", facts), [rule]).candidates
        assert candidate.severity == result


def test_a_rule_about_consequences_counts_the_stakes_of_the_one_it_was_asked_about() -> None:
    rule = rule_of("REV999", when="consequence.weight == 'sole'")
    text = card("consequences: [{kind: pay, stated: used, weight: part}, {kind: informal, stated: used, weight: sole}]")
    (candidate,) = check(text, [rule]).candidates
    assert candidate.severity == "note"


def test_the_most_severe_witness_is_reported_and_the_others_are_counted() -> None:
    rule = rule_of("REV999", when="consequence.stakes >= 0")
    text = card(
        "consequences: [{kind: informal, stated: used}, {kind: pay, stated: used}, {kind: review, stated: used}]"
    )
    (candidate,) = check(text, [rule]).candidates
    assert (candidate.severity, candidate.more) == ("error", 2)
    assert candidate.match.bound["consequence"].values["consequence.kind"] == "pay"


TARGET = "target: {type: quota, value: 55, applies_to: individual}\n"
LOOP = "gaming_actions: [{title: Pad it, cost: low, automatable: true}]\n"


def test_what_rests_on_an_assumed_consequence_is_a_warning_of_medium_confidence_at_most() -> None:
    rule = rule_of(severity="error", when="derived.live", more="severity_min: error\n")
    (candidate,) = check(card(TARGET + LOOP), [rule]).candidates
    assert (candidate.severity, candidate.confidence) == ("warning", "medium")
    (candidate,) = check(card(TARGET + LOOP + "consequences: [{kind: pay, stated: used}]"), [rule]).candidates
    assert (candidate.severity, candidate.confidence) == ("error", "high")


def test_a_named_ranking_is_no_assumption() -> None:
    rule = rule_of(severity="error", when="derived.live")
    board = "visibility: {audience: org, identified: true, ranked: true}\n"
    (candidate,) = check(card(TARGET + LOOP + board), [rule]).candidates
    assert (candidate.severity, candidate.confidence) == ("error", "high")


def test_a_rule_that_does_not_look_at_stakes_rests_on_no_assumption() -> None:
    rule = rule_of("STA999", severity="error", when="target.type == 'quota'", more="steps: []\n")
    (candidate,) = check(card(TARGET), [rule]).candidates
    assert (candidate.severity, candidate.confidence) == ("error", "high")


PARTS = """
metrics:
  m: {title: Reviews, gaming_actions: [{title: Pad it, cost: low, automatable: true}]OWN}
  index: {title: Index, derived_from: [m]WHOLE}
"""


@pytest.mark.parametrize(
    ("own", "whole", "result"),
    [
        ("", "target: {type: quota, value: 3}", ("warning", "medium")),
        ("target: {type: quota, value: 3}", "target: {type: quota, value: 3}", ("warning", "medium")),
        ("target: {type: quota, value: 3}", "consequences: [{kind: review, stated: used}]", ("error", "high")),
        ("target: {type: quota, value: 3}", "consequences: [{kind: informal, stated: used}]", ("error", "high")),
        ("consequences: [{kind: review, stated: used}]", "target: {type: quota, value: 3}", ("error", "high")),
    ],
)
def test_an_assumption_counts_as_one_also_where_an_index_carries_it(
    own: str, whole: str, result: tuple[str, str]
) -> None:
    rule = rule_of(severity="error", when="derived.live")
    text = PARTS.replace("OWN", f", {own}" if own else "").replace("WHOLE", f", {whole}")
    (candidate,) = [c for c in check(text, [rule]).candidates if c.metric == "m"]
    assert (candidate.severity, candidate.confidence) == result


def test_silence_on_counter_metrics_lowers_the_confidence_and_an_empty_list_does_not() -> None:
    rule = rule_of(when="derived.counters == 0")
    confidences = [check(card(body), [rule]).candidates[0].confidence for body in ("", "counter_metrics: []")]
    assert confidences == ["medium", "high"]


def test_actions_from_a_template_lower_the_confidence() -> None:
    rule = rule_of(when="derived.hot")
    declared = card("gaming_actions: [{title: Idle loop, cost: low}]", title="AI tokens used")
    confidences = [c.confidence for t in (card(title="AI tokens used"), declared) for c in check(t, [rule]).candidates]
    assert confidences == ["medium", "high"]


def test_a_shipped_rule_never_leaves_its_limits() -> None:
    text = card(TARGET + "kind: activity\nsubject: {level: individual}", title="Merge requests")
    candidates = found(text)
    assert candidates
    assert all(LADDER.index(c.severity) <= 2 for c in candidates.values())
