"""How a number hangs together with its goal, where no other test notices a small change."""

import pytest
from designs import incentives_of

from metriclint.graph.criteria import bypasses, consequence_without_outcomes, proxy_connection
from metriclint.graph.incentive_graph import View

PAY = "{kind: pay, stated: used}"
HELD = """
    outcomes: {{health: {{title: Health{measured}}}}}
    actions: {{care: {{title: Care, moves: {{{moves}}}, effects: {{{effects}}}}}}}
    metrics:
      m: {{title: A number, kind: output, gaming_actions: [], {outcome}}}
    """


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"outcome": "tags: [x]"}, None),
        ({"outcome": "outcome: {id: health, link: none}", "measured": ", measured_by: m"}, "orphan"),
        ({"outcome": "outcome: {id: health, link: causal}"}, "connected"),
        ({"outcome": "outcome: {title: Health, link: direct}"}, "connected"),
        ({"outcome": "outcome: {title: Health, link: belief}"}, None),
        ({}, None),
        ({"measured": ", measured_by: m"}, "connected"),
        ({"effects": "health: helps"}, "orphan"),
        ({"effects": "health: helps", "moves": "m: up"}, "confounded"),
        ({"moves": "m: up"}, None),
    ],
)
def test_number_and_goal_hang_together_as_the_declared_graph_says(
    changes: dict[str, str], expected: str | None
) -> None:
    parts = {"measured": "", "moves": "", "effects": "", "outcome": "outcome: {id: health, link: belief}", **changes}
    incentives = incentives_of(HELD.format(**parts))
    assert proxy_connection(incentives.graph, incentives.designs["m"]) == expected


def test_a_goal_that_only_its_card_knows_is_left_open_though_an_action_helps_both() -> None:
    pad = "{title: Pad it, effect_on_outcome: helps}"
    text = f"metrics: {{m: {{title: A, gaming_actions: [{pad}], outcome: {{title: Health, link: belief}}}}}}"
    incentives = incentives_of(text)
    assert incentives.graph.reachable(["outcome:m"], View.ALL, backwards=True) > {"outcome:m"}
    assert proxy_connection(incentives.graph, incentives.designs["m"]) is None


def test_a_number_that_leads_to_the_goal_by_way_of_another_is_connected_to_it() -> None:
    text = HELD.format(measured="", moves="", effects="", outcome="outcome: {id: health, link: belief}")
    text += "  whole: {title: The whole, derived_from: [m], outcome: {id: health, link: causal}}\n"
    incentives = incentives_of(text)
    assert proxy_connection(incentives.graph, incentives.designs["m"]) == "connected"


@pytest.mark.parametrize(
    ("consequences", "moves", "way_round", "bypassed"),
    [(f"[{PAY}]", "m: up", True, True), ("[]", "m: up", False, False), (f"[{PAY}]", "", True, False)],
)
def test_an_action_bypasses_the_goal_where_the_number_leads_to_something_without_it(
    consequences: str, moves: str, way_round: bool, bypassed: bool
) -> None:
    text = HELD.format(measured="", moves=moves, effects="health: helps", outcome=f"consequences: {consequences}")
    graph = incentives_of(text).graph
    assert consequence_without_outcomes(graph, "metric:m") is way_round
    assert bypasses(graph, "action:care", "metric:m") is bypassed


def test_what_follows_from_the_goal_alone_is_no_way_round_it() -> None:
    text = HELD.format(
        measured=", measured_by: paid", moves="m: up", effects="", outcome="outcome: {id: health, link: causal}"
    )
    text += f"  paid: {{title: Health as it is measured, consequences: [{PAY}]}}\n"
    graph = incentives_of(text).graph
    assert any(id_.startswith("consequence:paid/") for id_ in graph.reachable(["metric:m"], View.ALL))
    assert not consequence_without_outcomes(graph, "metric:m")
    assert not bypasses(graph, "action:care", "metric:m")
    assert bypasses(graph, "action:care", "metric:paid") is False


def test_a_number_that_only_policy_lets_lead_somewhere_bypasses_nothing() -> None:
    consequence = "{kind: pay, access: none, believed: not-used}"
    text = HELD.format(measured="", moves="m: up", effects="", outcome=f"consequences: [{consequence}]")
    assert not bypasses(incentives_of(text).graph, "action:care", "metric:m")
