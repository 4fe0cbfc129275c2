"""Criteria on the graph, where no other test notices a small change of them."""

import pytest
from designs import incentives_of
from msgspec.structs import replace

from metriclint.graph.criteria import (
    Above,
    Reach,
    above_of,
    counter_facts,
    effect_of,
    feedback_cycle,
    hidden_consequence,
    outcome_signs,
    stakes_of,
)
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
        (f"consequences: [{REVIEW}]", "tags: [x]", Reach(3, 3)),
        ("tags: [x]", f"consequences: [{PRAISE}]", Reach(None, 1)),
        ("tags: [x]", f"consequences: [{RANK}]", Reach(2, 2, ("whole",))),
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


# Counter-metrics

COUNTED = """
    actions:
      pad: {{title: Pad it, moves: {{m: up{moves}}}, effects: {{good: {effect}}}}}
    outcomes: {{good: {{title: Good}}}}
    decisions:
      bonus: {{title: Bonus, consequence: bonus, uses: [{{metric: m, stated: used}}{read}]}}
      other: {{title: Other, consequence: review, uses: [{{metric: beside, stated: used}}]}}
    metrics:
      m: {{title: A number, direction: up, outcome: {{id: good, link: causal}}}}
      beside: {{title: Beside it, {beside}}}
    """
BESIDE = ", {metric: beside, stated: used}"
GOOD_WAY = {"moves": ", beside: down", "beside": "direction: down, recorded_by: independent"}


@pytest.mark.parametrize(
    ("changes", "counter", "expected"),
    [
        ({}, {}, (False, None)),
        ({"read": BESIDE}, {}, (True, None)),
        ({"read": ", {metric: beside, stated: not-used}"}, {}, (False, None)),
        ({"read": BESIDE}, {"same_decision": False}, (False, None)),
        ({}, {"same_decision": True}, (True, None)),
        ({}, {"same_decision": False, "strength": "veto"}, (True, None)),
        ({"beside": "recorded_by: subject"}, {}, (False, False)),
        ({"beside": "recorded_by: [independent, manager]"}, {}, (False, False)),
        ({"beside": "recorded_by: [independent, customer]"}, {}, (False, True)),
        ({"beside": "recorded_by: customer"}, {}, (False, True)),
        ({"beside": "recorded_by: [customer, system]"}, {}, (False, None)),
        ({"beside": "recorded_by: system"}, {}, (False, None)),
        ({"beside": "recorded_by: subject"}, {"independent": True}, (False, True)),
        ({"beside": "recorded_by: independent"}, {"independent": False}, (False, False)),
        (GOOD_WAY, {}, (False, False)),
        (GOOD_WAY, {"independent": True}, (False, False)),
        ({**GOOD_WAY, "moves": ", beside: up"}, {}, (False, True)),
        ({**GOOD_WAY, "moves": ""}, {}, (False, True)),
        ({**GOOD_WAY, "effect": "helps"}, {}, (False, True)),
        ({"moves": ", beside: down", "beside": "recorded_by: independent"}, {}, (False, True)),
        ({"moves": "", "beside": "recorded_by: independent"}, {}, (False, True)),
    ],
)
def test_a_counter_metric_of_the_project_guards_by_who_reads_and_records_and_moves_it(
    changes: dict[str, str], counter: dict[str, object], expected: tuple[bool | None, bool | None]
) -> None:
    parts = {"moves": "", "effect": "none", "read": "", "beside": "consequences: []", **changes}
    incentives = incentives_of(COUNTED.format(**parts))
    given = CounterMetric(title="Beside it", metric="beside", **counter)  # type: ignore[arg-type]
    assert counter_facts(incentives, incentives.designs["m"], given) == expected


def test_whether_a_counter_is_read_beside_is_unknown_where_no_shared_decision_reads_the_number() -> None:
    for card in ("tags: [x]", f"consequences: [{PAY}]"):
        incentives = incentives_of(f"metrics: {{m: {{title: A, {card}}}, beside: {{title: B, {card}}}}}")
        counter = CounterMetric(title="B", metric="beside")
        assert counter_facts(incentives, incentives.designs["m"], counter) == (None, None)


# What comes by way of a whole

HIDDEN = """
    roles: {{worker: {{title: Worker{reports}}}, head: {{title: Head}}}}
    decisions:
      reward: {{title: Reward, about: {about}, consequence: {kind}, uses: [{{metric: top, stated: {stated}}}]}}
      choice: {{title: Choice, about: {chosen}, made_by: head, consequence: none, uses: [{{metric: side}}]}}
    metrics:
      m: {{title: A part, subject: {{role: worker, level: individual}}, {own}}}
      side: {{title: Aside}}
      middle: {{title: Middle, derived_from: [m]}}
      beside: {{title: Beside, derived_from: [m]}}
      top: {{title: Top, derived_from: [middle, beside]}}
    """


@pytest.mark.parametrize(
    ("changes", "hidden"),
    [
        ({}, True),
        ({"reports": "", "chosen": "worker"}, True),
        ({"reports": ""}, False),
        ({"about": "worker"}, False),
        ({"kind": "review"}, True),
        ({"kind": "rank"}, False),
        ({"kind": "null"}, False),
        ({"stated": "not-used"}, False),
        ({"own": f"consequences: [{PRAISE}]"}, False),
        ({"own": "consequences: [{kind: none, stated: used}]"}, True),
        ({"own": "consequences: [{kind: pay, stated: not-used, access: individual}]"}, True),
    ],
)
def test_what_is_hidden_is_what_decides_about_those_who_decide(changes: dict[str, str], hidden: bool) -> None:
    parts = {"reports": ", reports_to: head", "about": "head", "kind": "bonus", "stated": "used", "chosen": "head"}
    incentives = incentives_of(HIDDEN.format(**{**parts, "own": "consequences: []", **changes}))
    found = hidden_consequence(incentives, incentives.designs["m"])
    assert (found is not None) is hidden
    if found:
        use, whole = found
        assert (use.node, use.about, whole.entry.id) == ("decision:reward", "head", "top")


def test_a_decision_about_nobody_decides_about_no_manager() -> None:
    """Neither where the role reports to nobody nor where nobody is named to decide about it."""
    text = HIDDEN.format(reports="", about="head", kind="bonus", stated="used", chosen="worker", own="consequences: []")
    text = text.replace("about: head, ", "").replace("made_by: head, ", "")
    incentives = incentives_of(text)
    assert incentives.designs["top"].uses
    assert hidden_consequence(incentives, incentives.designs["m"]) is None


def test_wholes_that_many_ways_lead_to_are_looked_at_once() -> None:
    """Sixty levels of two wholes each have more ways to the top than can be walked."""
    cards = ["roles: {worker: {title: Worker, reports_to: head}}", "metrics:"]
    cards += ["  m: {title: First, subject: {role: worker, level: individual}, consequences: []}"]
    below = "m"
    for level in range(60):
        cards += [f"  {side}{level}: {{title: Level {level}, derived_from: [{below}]}}" for side in "ab"]
        below = f"a{level}, b{level}"
    incentives = incentives_of("\n".join(cards))
    assert hidden_consequence(incentives, incentives.designs["m"]) is None


MEANS = """
    actions: {{pad: {{title: Pad it, by: {by}, moves: {{m: up}}}}}}
    decisions: {{money: {{title: Money, about: ward, consequence: {kind}, uses: [{{metric: {metric}, {use}}}]}}}}
    metrics:
      m: {{title: A part, kind: output, {own}}}
      whole: {{title: The whole, derived_from: [m]}}
    """


@pytest.mark.parametrize(
    ("changes", "circle"),
    [
        ({}, True),
        ({"metric": "whole"}, True),
        ({"kind": "allocation"}, True),
        ({"kind": "bonus"}, False),
        ({"by": "guests"}, False),
        ({"use": "stated: used, size: token"}, True),
        ({"use": "stated: not-used, access: individual"}, True),
        ({"use": "stated: not-used"}, False),
        ({"use": "stated: not-used, access: none"}, False),
        ({"own": "target: {type: growth, value: 3, basis: previous-actual}", "by": "guests"}, False),
    ],
)
def test_a_number_feeds_itself_where_it_or_its_whole_decides_the_means_of_those_who_move_it(
    changes: dict[str, str], circle: bool
) -> None:
    parts = {"by": "ward", "kind": "funding", "metric": "m", "use": "stated: used", "own": "tags: [x]", **changes}
    incentives = incentives_of(MEANS.format(**parts))
    assert feedback_cycle(incentives, incentives.designs["m"]) is circle


@pytest.mark.parametrize("basis", ["previous-actual", "expert"])
def test_what_a_whole_brings_back_is_its_target_out_of_its_own_past_and_whose_means_it_decides(basis: str) -> None:
    text = MEANS.format(by="ward", kind="funding", metric="whole", use="stated: used", own="tags: [x]")
    text += f"  top: {{title: Top, derived_from: [whole], target: {{type: growth, value: 3, basis: {basis}}}}}\n"
    above = above_of(incentives_of(text))
    past = basis == "previous-actual"
    fed = frozenset({"ward"})
    assert above == {"m": Above(past, fed), "whole": Above(past, fed), "top": Above(False, frozenset())}


def test_an_action_that_is_only_assumed_and_one_of_nobody_close_no_circle() -> None:
    text = MEANS.format(by="ward", kind="funding", metric="m", use="stated: used", own="tags: [x]")
    incentives = incentives_of(text)
    design = incentives.designs["m"]
    (action,) = design.actions or ()
    for changed in (replace(action, assumed=True), replace(action, by=None)):
        design.actions = [changed]
        assert not feedback_cycle(incentives, design)
    design.actions = None
    assert not feedback_cycle(incentives, design)
