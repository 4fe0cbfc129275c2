"""The graph criteria T1 to T4 and T6 to T8, on designs small enough to be read at a glance."""

import networkx as nx
import pytest
from designs import card, check, consequences, facts_in, found, incentives_of

from metriclint.findings.witness import witness
from metriclint.graph.criteria import RISK_VIEWS, outcome_signs, stakes_of
from metriclint.graph.incentive_graph import View

MESHCLAW = """
roles:
  developer: {title: Software developer, reports_to: engineering-manager, people: 300}
  engineering-manager: {title: Engineering manager}
outcomes: {better-software: {title: Better software sooner}}
harms: {needless-deployments: {title: Deployments nobody needed}}
actions:
  idle-agent-loop:
    title: Let an agent run pointless tasks
    by: developer
    cost: low
    automatable: true
    moves: {ai-tokens: up}
    effects: {better-software: none, needless-deployments: causes}
  review-with-ai:
    title: Have an agent review a change
    by: developer
    cost: medium
    moves: {ai-tokens: up}
    effects: {better-software: helps}
boards:
  leaderboard: {title: Leaderboard, shows: [ai-tokens], audience: AUDIENCE, identified: true, ranked: RANKED}
decisions:
  manager-review:
    title: Annual review
    made_by: engineering-manager
    about: developer
    consequence: review
    uses: [{metric: ai-tokens, stated: not-used, access: individual, believed: used}]
metrics:
  ai-tokens:
    title: AI tokens used
    kind: activity
    direction: up
    subject: {role: developer, level: individual}
    outcome: {id: better-software, link: correlational}
"""
OPEN = MESHCLAW.replace("AUDIENCE", "org").replace("RANKED", "true")
RESTRICTED = MESHCLAW.replace("AUDIENCE", "manager").replace("RANKED", "false")
RATING = "the performance rating"
STANDING = "standing among colleagues"


def test_policy_names_less_than_access_allows_in_the_meshclaw_design() -> None:
    graph = incentives_of(OPEN).graph
    assert consequences(graph, "metric:ai-tokens", View.STATED) == {STANDING}
    assert consequences(graph, "metric:ai-tokens", View.FEASIBLE) == {STANDING, RATING}
    assert consequences(graph, "metric:ai-tokens", View.BELIEVED) == {STANDING, RATING}
    assert facts_in(OPEN, "ai-tokens").values["derived.credibility_gap"] is True


def test_stated_and_feasible_stakes_differ_by_the_credibility_gap() -> None:
    reach = stakes_of(incentives_of(OPEN))["ai-tokens"]
    assert (reach.stated, reach.stakes) == (2, 3)


def test_closing_the_board_takes_the_standing_and_leaves_the_way_to_the_rating() -> None:
    incentives = incentives_of(RESTRICTED)
    assert consequences(incentives.graph, "metric:ai-tokens", RISK_VIEWS) == {RATING}
    assert stakes_of(incentives)["ai-tokens"].stakes == 3


def test_technical_non_use_that_staff_believe_in_closes_the_gap() -> None:
    text = RESTRICTED.replace("believed: used", "enforced: technical, believed: not-used")
    assert consequences(incentives_of(text).graph, "metric:ai-tokens", View.ALL) == set()
    values = facts_in(text, "ai-tokens").values
    assert values["derived.credibility_gap"] is False
    assert values["derived.stakes"] == 0


@pytest.mark.parametrize("text", [OPEN, RESTRICTED])
def test_the_idle_loop_bypasses_every_outcome_and_is_pure_gaming(text: str) -> None:
    values = facts_in(text, "ai-tokens").values
    assert values["derived.bypass"] is True
    assert values["derived.pure_gaming"] is True
    assert values["derived.negative_path"] is True, "it causes deployments that nobody needed"


def test_an_action_that_helps_the_outcome_is_a_bypass_but_no_gaming() -> None:
    honest = RESTRICTED.replace("needless-deployments: causes", "better-software: helps")
    honest = honest.replace("better-software: none, ", "") + "    gaming_actions: []\n"
    values = facts_in(honest, "ai-tokens").values
    assert (values["derived.bypass"], values["derived.pure_gaming"], values["derived.negative_path"]) == (
        True,
        False,
        False,
    )


def test_the_witness_runs_from_the_idle_loop_over_the_board_to_the_rating() -> None:
    candidate = next(c for c in check(OPEN).candidates if c.rule.code == "GRF003")
    steps = [(s.verb, s.node.public) for s in witness(candidate.match, candidate.facts, candidate.incentives)]
    assert steps == [
        ("", "action:idle-agent-loop"),
        ("moves", "metric:ai-tokens"),
        ("shown on", "board:leaderboard"),
        ("read in", "decision:manager-review"),
        ("leads to", "consequence:manager-review"),
    ]


def test_one_node_cuts_the_idle_loop_from_the_rating_and_no_outcome_is_that_node() -> None:
    graph = incentives_of(OPEN).graph.to_networkx(RISK_VIEWS)
    cut = nx.minimum_node_cut(nx.DiGraph(graph), "action:idle-agent-loop", "consequence:manager-review")
    assert len(cut) == 1
    dominators, node = [], "consequence:manager-review"
    tree = nx.immediate_dominators(nx.DiGraph(graph), "action:idle-agent-loop")
    while tree.get(node) not in (None, node):
        node = tree[node]
        dominators.append(node)
    assert "board:leaderboard@ai-tokens" in dominators
    assert not any(d.startswith("outcome:") for d in dominators)


REWORK = """
  rework-rate:
    title: Rework rate
    direction: down
    recorded_by: independent
    visibility: {audience: org}
    consequences: []
"""


def with_counter(*, read: bool, recorder: str = "independent") -> str:
    text = RESTRICTED + "    counter_metrics: [{metric: rework-rate}]\n" + REWORK.replace("independent", recorder)
    use = ", {metric: rework-rate, stated: used, access: individual}]"
    return text.replace("believed: used}]", "believed: used}" + use) if read else text


def test_a_counter_on_a_dashboard_is_decoration() -> None:
    values = facts_in(with_counter(read=False), "ai-tokens").values
    assert (values["derived.counters"], values["derived.counters_read"], values["derived.guarded"]) == (1, 0, False)
    assert "CTR503" in found(with_counter(read=False), "ai-tokens")


def test_a_counter_that_the_same_decision_reads_guards() -> None:
    values = facts_in(with_counter(read=True), "ai-tokens").values
    assert (values["derived.counters_read"], values["derived.guarded"]) == (1, True)
    assert not {"CTR501", "CTR503", "CTR504"} & set(found(with_counter(read=True), "ai-tokens"))


def test_a_counter_that_the_measured_record_themselves_guards_nothing() -> None:
    text = with_counter(read=True, recorder="subject")
    assert facts_in(text, "ai-tokens").values["derived.guarded"] is False
    assert "CTR504" in found(text, "ai-tokens")


def test_a_counter_that_the_gaming_action_moves_the_good_way_guards_nothing() -> None:
    text = with_counter(read=True).replace("moves: {ai-tokens: up}\n    effects: {better-software: none", "MOVES")
    text = text.replace("MOVES", "moves: {ai-tokens: up, rework-rate: down}\n    effects: {better-software: none")
    assert facts_in(text, "ai-tokens").values["derived.guarded"] is False


def test_who_records_a_counter_is_asked_where_nobody_said_it() -> None:
    text = with_counter(read=True).replace("    recorded_by: independent\n", "")
    assert "derived.guarded" not in facts_in(text, "ai-tokens").values


def test_a_veto_is_read_in_the_decision_by_its_nature() -> None:
    values = facts_in(card("counter_metrics: [{title: Build fails, strength: veto, independent: true}]")).values
    assert (values["derived.counters_read"], values["derived.guarded"]) == (1, True)


@pytest.mark.parametrize(
    ("verification", "verified"), [("none", False), ("internal", False), ("sample", True), ("independent", True)]
)
def test_only_checks_by_sample_or_by_outsiders_count_as_verified(verification: str, verified: bool) -> None:
    assert facts_in(card(f"verification: {verification}")).values["derived.verified"] is verified


def test_paths_that_disagree_leave_pure_gaming_undecided() -> None:
    text = """
    outcomes: {sales: {title: Sales}, trust: {title: Trust}}
    actions: {call: {title: Call more people, moves: {m: up, complaints: up}}}
    metrics:
      m:
        title: Offers made
        direction: up
        outcome: {id: sales, link: causal}
        consequences: [{kind: bonus, stated: used}]
      complaints:
        title: Complaints
        direction: down
        outcome: {id: trust, link: causal}
        consequences: []
    """
    assert outcome_signs(incentives_of(text).graph, "action:call") == {1, -1}
    values = facts_in(text).values
    assert values["derived.bypass"] is True
    assert "derived.pure_gaming" not in values
    assert "derived.negative_path" not in values


def test_nothing_is_said_about_gaming_where_nobody_said_what_follows() -> None:
    values = facts_in(card("gaming_actions: [{title: Pad it, cost: low}]")).values
    assert not {"derived.live", "derived.bypass", "derived.pure_gaming", "derived.negative_path"} & set(values)


HIDDEN = """
roles:
  banker: {title: Personal banker, reports_to: branch-head}
  branch-head: {title: Branch head}
decisions:
  branch-bonus:
    consequence: bonus
    made_by: region
    about: branch-head
    uses: [{metric: branch-accounts, stated: used}]
metrics:
  m:
    title: Accounts opened
    subject: {role: banker, level: individual, people: 12}
    consequences: []
  branch-accounts:
    title: Accounts of the branch
    subject: {role: branch-head, level: unit}
    derived_from: [m]
"""


def test_the_bonus_of_the_manager_reaches_staff_of_whom_nothing_is_said() -> None:
    values = facts_in(HIDDEN).values
    assert values["derived.hidden_consequence"] is True
    assert values["derived.hidden_people"] == 12
    assert "GRF004" in found(HIDDEN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("consequences: []", "consequences: [{kind: review, stated: used}]"),
        ("reports_to: branch-head", "reports_to: somebody-else"),
        ("consequence: bonus", "consequence: recognition"),
        ("stated: used", "stated: not-used"),
        ("derived_from: [m]", "derived_from: []"),
    ],
)
def test_nothing_is_hidden_where_one_link_of_the_chain_is_missing(old: str, new: str) -> None:
    assert facts_in(HIDDEN.replace(old, new)).values["derived.hidden_consequence"] is False


INDEX = """
metrics:
  part: {title: Reviews done, PART}
  middle: {title: Team index, derived_from: [part], consequences: []}
  top: {title: Site index, derived_from: [{metric: middle, weight: 0.4}], consequences: [{kind: KIND, stated: used}]}
"""


@pytest.mark.parametrize(
    ("own", "kind", "stakes", "through"),
    [
        ("kind: output", "pay", 4, ("middle", "top")),
        ("consequences: []", "review", 3, ("middle", "top")),
        ("consequences: [{kind: pay, stated: used}]", "review", 4, ()),
        ("kind: output", "none", None, ()),
        ("kind: output", "recognition", None, ()),
    ],
)
def test_an_index_passes_its_stakes_on_to_its_parts(
    own: str, kind: str, stakes: int | None, through: tuple[str, ...]
) -> None:
    reach = stakes_of(incentives_of(INDEX.replace("PART", own).replace("KIND", kind)))["part"]
    assert (reach.stakes, reach.through) == (stakes, through)


def test_an_index_without_stakes_does_not_answer_for_a_part_that_is_silent() -> None:
    assert "derived.live" not in facts_in(INDEX.replace("PART", "kind: output").replace("KIND", "none"), "part").values


CIRCLE = """
actions: {pad: {title: Pad it, by: clinic, moves: {m: up}}}
decisions: {money: {consequence: KIND, about: ABOUT, uses: [{metric: m, stated: used}]}}
metrics: {m: {title: Cases treated, kind: output}}
"""


@pytest.mark.parametrize(
    ("kind", "about", "circle"),
    [
        ("funding", "clinic", True),
        ("allocation", "clinic", True),
        ("funding", "ministry", False),
        ("review", "clinic", False),
    ],
)
def test_a_number_that_decides_the_means_of_those_who_move_it_feeds_itself(kind: str, about: str, circle: bool) -> None:
    text = CIRCLE.replace("KIND", kind).replace("ABOUT", about)
    assert facts_in(text).values["derived.feedback_cycle"] is circle


def test_a_sum_that_sets_its_target_from_its_own_past_closes_a_circle_for_its_parts() -> None:
    text = """
    metrics:
      m: {title: Steel of one plant}
      sum:
        title: Steel of all plants
        derived_from: [m]
        target: {type: growth, value: 3, basis: previous-actual}
    """
    assert facts_in(text).values["derived.feedback_cycle"] is True
    assert facts_in(text, "sum").values["derived.feedback_cycle"] is False, "the short circle is TGT202's"
    sets = [e for e in incentives_of(text).graph.out_edges("metric:sum") if e.verb == "sets"]
    assert [e.target for e in sets] == ["target:sum"]


@pytest.mark.parametrize(
    ("link", "shared", "connection"),
    [
        ("direct", "", "connected"),
        ("causal", "", "connected"),
        ("none", "", "orphan"),
        ("correlational", "", "undeclared"),
        ("correlational", "actions: {care: {title: Care, moves: {m: up}, effects: {health: helps}}}", "confounded"),
        ("correlational", "actions: {care: {title: Care, effects: {health: helps}}}", "orphan"),
    ],
)
def test_how_metric_and_outcome_hang_together(link: str, shared: str, connection: str) -> None:
    above = f"outcomes: {{health: {{title: Healthier people}}}}\n{shared}"
    text = card(f"outcome: {{id: health, link: {link}}}", above=above)
    assert facts_in(text).values["derived.proxy_connection"] == connection


def test_a_metric_that_measures_the_outcome_is_connected_to_it() -> None:
    text = card("outcome: {id: health, link: belief}", above="outcomes: {health: {title: Health, measured_by: m}}")
    assert facts_in(text).values["derived.proxy_connection"] == "connected"


@pytest.mark.parametrize("together", [True, False])
def test_people_who_need_each_other_and_are_judged_against_each_other_are_spoken_of(together: bool) -> None:
    text = card(
        f"""
        kind: output
        subject: {{level: individual, interdependent_work: {str(together).lower()}}}
        visibility: [{{audience: team, identified: true, ranked: true}}]
        consequences: [{{kind: review, stated: used, comparison: relative}}]
        """
    )
    assert ("VIS303" in found(text)) is together


@pytest.mark.parametrize(("weight", "signs"), [("0.5", {1}), ("-0.5", {-1})])
def test_a_negative_weight_turns_the_sign_of_a_path(weight: str, signs: set[int]) -> None:
    text = f"""
    outcomes: {{health: {{title: Health}}}}
    actions: {{pad: {{title: Pad it, moves: {{m: up}}}}}}
    metrics:
      m: {{title: Part}}
      index: {{title: Index, derived_from: [{{metric: m, weight: {weight}}}], outcome: {{id: health, link: causal}}}}
    """
    assert outcome_signs(incentives_of(text).graph, "action:pad") == signs


@pytest.mark.parametrize(("move", "listed", "known"), [("up", "", True), ("down", "", False), ("down", "pad", True)])
def test_a_shared_action_counts_where_it_moves_the_number_the_good_way_or_is_listed(
    move: str, listed: str, known: bool
) -> None:
    above = f"actions: {{pad: {{title: Pad it, moves: {{m: {move}}}, effects: {{}}}}}}"
    actions = facts_in(card(f"direction: up\ngaming_actions: [{listed}]", above=above)).groups["action"]
    assert bool(actions) is known


def test_the_witness_passes_the_board_that_the_rule_was_asked_about() -> None:
    body = """
    kind: activity
    subject: {level: individual, interdependent_work: true}
    visibility: [{id: aaa, audience: manager}, {id: zzz, audience: org, identified: true, ranked: true}]
    consequences: [{kind: review, stated: used, comparison: absolute}]
    """
    candidate = found(card(body))["VIS303"]
    assert [s.node.id for s in candidate.path] == [
        "metric:m",
        "board:m/zzz",
        "decision:m/review",
        "consequence:m/review",
    ]
