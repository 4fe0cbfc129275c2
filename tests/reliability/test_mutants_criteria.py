"""Criteria on the graph, where no other test notices a small change of them."""

import pytest
from designs import incentives_of
from msgspec.structs import replace

from metriclint.graph.criteria import Reach, counter_facts, effect_of, hidden_consequence, outcome_signs, stakes_of
from metriclint.model.card import CounterMetric

ACTION = """
    outcomes: {{good: {{title: Good}}, fair: {{title: Fair}}}}
    actions:
      pad: {{title: Pad it, by: worker, moves: {{m: up}}, effects: {{{effects}}}}}
    metrics:
      m: {{title: A number, kind: activity, gaming_actions: [pad], outcome: {{id: good, link: direct}}}}
    """


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ("good: helps", "helps"),
        ("good: hurts", "hurts"),
        ("good: helps, fair: hurts", None),
        ("", "helps"),  # by way of the number
    ],
)
def test_what_an_action_does_to_the_goal_is_read_from_its_paths_where_nobody_says(
    effects: str, expected: str | None
) -> None:
    incentives = incentives_of(ACTION.format(effects=effects))
    (action,) = incentives.designs["m"].actions or ()
    silent = replace(action, effect=None)
    assert effect_of(incentives.graph, silent) == expected
    assert effect_of(incentives.graph, replace(action, effect="none")) == "none"


def test_an_action_that_leads_to_no_outcome_does_nothing_to_it() -> None:
    incentives = incentives_of(ACTION.format(effects="").replace("outcome: {id: good, link: direct}", "tags: [x]"))
    (action,) = incentives.designs["m"].actions or ()
    assert effect_of(incentives.graph, replace(action, effect=None)) == "none"


def test_declared_effects_count_as_the_whole_effect() -> None:
    text = ACTION.format(effects="good: hurts").replace("link: direct", "link: causal")
    assert outcome_signs(incentives_of(text).graph, "action:pad") == {-1}


@pytest.mark.parametrize("same", [True, False, None])
@pytest.mark.parametrize("independent", [True, False, None])
def test_a_counter_metric_that_is_no_metric_of_the_project_is_what_the_card_says(
    same: bool | None, independent: bool | None
) -> None:
    incentives = incentives_of(ACTION.format(effects=""))
    for metric in (None, "elsewhere"):
        counter = CounterMetric(title="Beside it", metric=metric, same_decision=same, independent=independent)
        assert counter_facts(incentives, incentives.designs["m"], counter) == (same, independent)


USED = "{kind: recognition, stated: used, access: individual}"


def test_stakes_are_assumed_only_where_nothing_else_gives_them() -> None:
    target = "target: {type: quota, value: 8}"
    texts = {
        f"metrics: {{m: {{title: A, {target}}}}}": True,
        f"metrics: {{m: {{title: A, {target}, consequences: [{USED}]}}}}": False,
        f"metrics: {{m: {{title: A, {target}, visibility: {{audience: org, identified: true, ranked: true}}}}}}": False,
        "metrics: {m: {title: A, consequences: []}}": False,
        "metrics: {m: {title: A}}": False,
    }
    assert {text: stakes_of(incentives_of(text))["m"].assumed for text in texts} == texts


def test_a_number_about_nobody_has_no_manager_who_could_be_reached() -> None:
    text = """
    decisions:
      bonus: {title: Bonus, made_by: head, consequence: bonus, uses: [{metric: whole, stated: used}]}
      other: {title: Other, made_by: lead, about: head, consequence: bonus, uses: [{metric: whole, stated: used}]}
    metrics:
      m: {title: A part, consequences: []}
      whole: {title: The whole, derived_from: [m]}
    """
    incentives = incentives_of(text)
    assert hidden_consequence(incentives, incentives.designs["m"]) is None


# Stakes


PAY, REVIEW = "{kind: pay, stated: used}", "{kind: review, stated: used}"
RANK, PRAISE = "{kind: rank, stated: used}", "{kind: recognition, stated: used}"
OPEN = "{stated: used}"
"""Something follows, nobody said what."""
DENIED = "{kind: review, stated: not-used}"
"""Policy says no; nobody said who can open the figures."""
SHOWN = "visibility: {audience: team, identified: true, ranked: true}"


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("tags: [x]", Reach(None, 0)),
        (SHOWN, Reach(2, 2)),
        ("consequences: []", Reach(0, 0)),
        (f"{SHOWN}, consequences: []", Reach(2, 2)),
        (f"{SHOWN}, consequences: [{PRAISE}]", Reach(2, 2)),
        (f"{SHOWN}, consequences: [{REVIEW}]", Reach(3, 3)),
        (f"consequences: [{PAY}, {REVIEW}]", Reach(4, 4)),
        (f"consequences: [{DENIED}]", Reach(None, 0, may_rise=True)),
        (f"consequences: [{DENIED}, {PRAISE}]", Reach(None, 1, may_rise=True)),
        (f"consequences: [{DENIED}, {RANK}]", Reach(2, 2)),
        (f"{SHOWN}, consequences: [{DENIED}]", Reach(2, 2)),
        (f"consequences: [{OPEN}]", Reach(None, 0, may_rise=True)),
        (f"consequences: [{OPEN}, {RANK}]", Reach(2, 2, may_rise=True)),
        (f"consequences: [{OPEN}, {REVIEW}]", Reach(3, 3, may_rise=True)),
        (f"consequences: [{OPEN}, {PAY}]", Reach(4, 4)),
        ("consequences: [{kind: pay, stated: not-used, access: individual}]", Reach(2, 0)),
        ("consequences: [{kind: recognition, stated: not-used}, {kind: recognition, stated: used}]", Reach(1, 1)),
    ],
)
def test_what_a_card_says_gives_the_stakes_and_what_it_leaves_open_says_whether_they_may_rise(
    card: str, expected: Reach
) -> None:
    assert stakes_of(incentives_of(f"metrics: {{m: {{title: A, {card}}}}}"))["m"] == expected


QUOTA = "target: {type: quota, value: 8}"
"""A target that stands alone: what follows is assumed."""


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (f"consequences: [{PRAISE}]", f"consequences: [{REVIEW}]", Reach(3, 3, ("whole",))),
        (f"consequences: [{REVIEW}]", f"consequences: [{PRAISE}]", Reach(3, 3)),
        (f"consequences: [{REVIEW}]", f"consequences: [{REVIEW}]", Reach(3, 3)),
        (f"consequences: [{REVIEW}]", "tags: [x]", Reach(3, 3)),
        ("tags: [x]", f"consequences: [{PRAISE}]", Reach(None, 1)),
        ("tags: [x]", f"consequences: [{RANK}]", Reach(2, 2, ("whole",))),
        ("tags: [x]", "tags: [x]", Reach(None, 0)),
        ("tags: [x]", f"consequences: [{DENIED}, {PRAISE}]", Reach(None, 1)),
        (f"consequences: [{OPEN}, {RANK}]", f"consequences: [{PRAISE}]", Reach(2, 2, may_rise=True)),
        (f"consequences: [{RANK}]", f"consequences: [{OPEN}, {RANK}]", Reach(2, 2, may_rise=True)),
        (f"consequences: [{OPEN}, {RANK}]", f"consequences: [{REVIEW}]", Reach(3, 3, ("whole",), may_rise=True)),
        ("consequences: []", f"consequences: [{OPEN}, {REVIEW}]", Reach(3, 3, ("whole",), may_rise=True)),
        (QUOTA, "consequences: []", Reach(2, 2, assumed=True)),
        ("consequences: []", QUOTA, Reach(2, 2, ("whole",), assumed=True)),
        (QUOTA, QUOTA, Reach(2, 2, assumed=True)),
        (QUOTA, f"consequences: [{RANK}]", Reach(2, 2)),
        (f"consequences: [{RANK}]", QUOTA, Reach(2, 2)),
        (QUOTA, f"consequences: [{REVIEW}]", Reach(3, 3, ("whole",))),
        (f"consequences: [{REVIEW}]", QUOTA, Reach(3, 3)),
    ],
)
def test_of_a_part_and_its_whole_the_higher_stakes_count_and_are_assumed_where_both_are(
    part: str, whole: str, expected: Reach
) -> None:
    text = f"metrics: {{m: {{title: A, {part}}}, whole: {{title: B, derived_from: [m], {whole}}}}}"
    assert stakes_of(incentives_of(text))["m"] == expected
