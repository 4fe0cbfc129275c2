"""Facts: stakes, silence, persons, and the vocabulary itself."""

from typing import Any

import msgspec
import pytest
from designs import SETTINGS, card, check, facts_in, incentives_of

from metriclint.facts.catalogue import FACTS, GROUPS_QUANTIFIED, FactSpec
from metriclint.facts.derive import MetricFacts
from metriclint.graph.criteria import stakes_of

STAKES = {
    0: ("none", "operational"),
    1: ("recognition",),
    2: ("informal", "training", "exposure", "rank"),
    3: ("review", "promotion", "allocation", "funding", "admission", "rejection"),
    4: ("bonus", "pay", "penalty", "discipline", "termination", "licence"),
}
KINDS = [(kind, stakes) for stakes, kinds in STAKES.items() for kind in kinds]


def stakes(consequence: str, board: str = "[]") -> int | None:
    found = facts_in(card(f"visibility: {board}\nconsequences: [{consequence}]")).values.get("derived.stakes")
    assert found is None or isinstance(found, int)
    return found


@pytest.mark.parametrize(("kind", "expected"), KINDS)
def test_every_consequence_has_the_stakes_of_the_format(kind: str, expected: int) -> None:
    assert stakes(f"{{kind: {kind}, stated: used}}") == expected


@pytest.mark.parametrize(("kind", "expected"), KINDS)
def test_a_token_has_stakes_of_two_at_most(kind: str, expected: int) -> None:
    assert stakes(f"{{kind: {kind}, size: token, stated: used}}") == min(expected, 2)
    assert stakes(f"{{kind: {kind}, size: major, stated: used}}") == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("stated: not-used, access: individual", 2),
        ("stated: not-used, access: individual, enforced: policy", 2),
        ("stated: not-used, access: individual, believed: not-used", 2),
        ("stated: not-used, access: individual, enforced: technical", 0),
        ("stated: not-used, access: aggregate", 0),
        ("stated: not-used, access: none", 0),
        ("stated: not-used, access: individual, believed: used", 3),
        ("stated: not-used, access: none, enforced: technical, believed: used", 3),
        ("stated: not-used", None),
        ("stated: not-used, enforced: technical", 0),
        ("stated: unstated, access: individual", 4),
        ("stated: unstated, access: none", 0),
        ("stated: unstated, access: none, believed: used", 3),
        ("access: aggregate", 4),
        ("stated: used, access: none", 4),
    ],
)
def test_a_promise_of_non_use_is_worth_what_keeps_it(facts: str, expected: int | None) -> None:
    assert stakes(f"{{kind: pay, {facts}}}") == expected


@pytest.mark.parametrize("kind", ["recognition", "informal"])
def test_a_broken_promise_never_raises_small_stakes(kind: str) -> None:
    assert stakes(f"{{kind: {kind}, stated: not-used, access: individual}}") == stakes(
        f"{{kind: {kind}, stated: used}}"
    )


@pytest.mark.parametrize(
    ("board", "expected"),
    [
        ("{audience: org, identified: true, ranked: true}", 2),
        ("{audience: team, identified: true, ranked: true}", 2),
        ("{audience: public, identified: true, ranked: true}", 2),
        ("{audience: manager, identified: true, ranked: true}", 0),
        ("{audience: leadership, identified: true, ranked: true}", 0),
        ("{audience: external, identified: true, ranked: true}", 0),
        ("{audience: org, identified: false, ranked: true}", 0),
        ("{audience: org, identified: true}", 0),
    ],
)
def test_a_named_ranking_before_colleagues_is_a_consequence_of_its_own(board: str, expected: int) -> None:
    assert stakes("{kind: none}", board) == expected


def test_stakes_that_undeclared_facts_may_raise_are_not_guessed() -> None:
    values = facts_in(card("consequences: [{kind: informal, stated: used}, {title: Something}]")).values
    assert values["derived.live"] is True
    assert not {"derived.high", "derived.stakes"} & set(values)
    values = facts_in(card("consequences: [{kind: pay, stated: used}, {title: Something}]")).values
    assert values["derived.stakes"] == 4
    values = facts_in(card("consequences: [{kind: review, stated: used}, {title: Something}]")).values
    assert values["derived.high"] is True
    assert "derived.stakes" not in values
    values = facts_in(card("consequences: [{kind: informal, stated: used}, {kind: pay, stated: not-used}]")).values
    assert values["derived.stakes"] == 2, "undeclared access can make it 2 at most"


BARE = card()


def silent(*kinds: str) -> set[str]:
    return {n for n, s in FACTS.items() if s.silence in kinds}


def test_a_card_with_a_title_alone_leaves_every_unbound_fact_unbound() -> None:
    assert not set(facts_in(BARE).values) & silent("unbound", "template")


def test_a_card_with_a_title_alone_has_every_default_of_its_own_groups() -> None:
    own = {n for n in silent("default") if n.partition(".")[0] in ("metric", "outcome")}
    values = facts_in(BARE).values
    assert own <= set(values)
    assert values["metric.status"] == "active"
    assert values["metric.harms"] == values["metric.tags"] == values["metric.safeguards"] == ()
    assert (values["outcome.declared"], values["outcome.validated"], values["outcome.title"]) == (False, False, "")


def test_silence_about_groups_is_told_apart_from_an_empty_list() -> None:
    assert facts_in(BARE).groups == {"board": None, "consequence": None, "action": None, "counter": []}
    empty = card("visibility: []\nconsequences: []\ngaming_actions: []\ncounter_metrics: []")
    assert facts_in(empty).groups == {"board": [], "consequence": [], "action": [], "counter": []}
    assert facts_in(empty).values["derived.stakes"] == 0


def test_silence_on_enforcement_and_belief_has_the_meaning_of_the_design() -> None:
    members = facts_in(card("consequences: [{kind: review, stated: not-used}]")).groups["consequence"]
    assert members is not None
    assert members[0].values["consequence.enforced"] == "none"
    assert members[0].values["consequence.believed"] == "unknown"
    assert members[0].values["consequence.nonuse_audit"] is False
    assert "consequence.access" not in members[0].values


def test_a_target_that_stands_alone_has_an_assumed_consequence() -> None:
    facts = facts_in(card("subject: {level: team}\ntarget: {type: threshold, value: 55, applies_to: individual}"))
    members = facts.groups["consequence"]
    assert members is not None
    assert [m.values["consequence.assumed"] for m in members] == [True]
    assert [m.values["consequence.falls_on"] for m in members] == ["individual"]
    assert facts.values["derived.stakes"] == 2
    assert facts.reach.assumed


@pytest.mark.parametrize("body", ["target: {type: none}", "target: {period: P1M}", "kind: output"])
def test_no_consequence_is_assumed_where_no_target_is_named(body: str) -> None:
    assert "derived.stakes" not in facts_in(card(body)).values


@pytest.mark.parametrize("said", ["[]", "[{kind: none}]"])
def test_a_declared_absence_of_consequences_is_believed(said: str) -> None:
    values = facts_in(card(f"target: {{type: quota, value: 9}}\nconsequences: {said}")).values
    assert values["derived.stakes"] == 0


def test_templates_fill_a_silent_card_and_are_marked_as_assumed() -> None:
    facts = facts_in(card(title="AI tokens used"))
    members = facts.groups["action"]
    assert members
    assert all(m.values["action.assumed"] for m in members)
    assert (facts.values["derived.hot"], facts.values["derived.automatable"]) == (True, True)
    assert facts.values["derived.template"] == "ai-tokens"
    assert "ai-usage" in facts.values["metric.tags"]


def test_an_empty_list_of_gaming_actions_is_believed_against_the_template() -> None:
    facts = facts_in(card("gaming_actions: []", title="AI tokens used"))
    assert facts.groups["action"] == []
    assert (facts.values["derived.hot"], facts.values["derived.automatable"]) == (False, False)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("system", "system"),
        ("[system, subject]", "subject"),
        ("[independent, manager]", "manager"),
        ("[independent, customer, colleague]", "colleague"),
        ("[counterparty, customer]", "counterparty"),
        ("[independent]", "independent"),
    ],
)
def test_of_several_recorders_the_least_independent_counts(given: str, expected: str) -> None:
    assert facts_in(card(f"recorded_by: {given}")).values["metric.recorded_by"] == expected


@pytest.mark.parametrize(
    ("body", "person"),
    [
        ("subject: {level: individual}", True),
        ("subject: {level: team, people: 7}\nconsequences: []", True),
        ("subject: {level: team, people: 8}\nconsequences: []", False),
        ("subject: {level: team}\nconsequences: []", None),
        ("subject: {level: org}", False),
        ("subject: {level: external}", False),
        ("subject: {level: individual}\nkind: state", False),
        ("subject: {level: team, people: 80}\nconsequences: [{kind: pay, stated: used, falls_on: individual}]", True),
        ("subject: {level: team, people: 80}\nconsequences: [{kind: none, falls_on: individual}]", False),
        ("kind: output", None),
    ],
)
def test_who_counts_as_a_person(body: str, person: bool | None) -> None:
    assert facts_in(card(body)).values.get("derived.person") is person


@pytest.mark.parametrize(
    ("body", "sound"),
    [
        ("recorded_by: independent\noutcome: {title: Cured people, link: direct}", True),
        ("verification: sample\noutcome: {title: Cured people, link: causal, validated: true}", True),
        ("verification: sample\nrecorded_by: system\noutcome: {title: Cured people, link: causal}", False),
        ("recorded_by: system\nverification: none\noutcome: {title: Cured people, link: direct}", False),
        ("recorded_by: independent\noutcome: Cured people", None),
        ("recorded_by: independent", False),
        ("outcome: {title: Cured people, link: direct}", None),
    ],
)
def test_a_metric_is_sound_where_others_record_the_outcome_itself(body: str, sound: bool | None) -> None:
    assert facts_in(card(body)).values.get("derived.sound") is sound


@pytest.mark.parametrize(
    ("date", "overdue"),
    [
        ("2026-11-25", False),
        ("2026-11-24", True),
        ("2026-11", False),
        ("2026-10", True),
        ("2026-Q4", False),
        ("2026-Q3", True),
        ("'2026'", False),
        ("'2025'", True),
    ],
)
def test_a_review_date_counts_to_its_last_day(date: str, overdue: bool) -> None:
    values = facts_in(card(f"governance: {{review_date: {date}}}")).values
    assert values["governance.review_overdue"] is overdue


def test_strict_projects_read_silence_on_governance_as_no_where_stakes_are_high() -> None:
    strict = msgspec.structs.replace(SETTINGS, strict=True)
    high = facts_in(card("consequences: [{kind: review, stated: used}]"), settings=strict).values
    low = facts_in(card("consequences: [{kind: informal, stated: used}]"), settings=strict).values
    assert high["governance.appeal"] is False
    assert "governance.appeal" not in low


FULL = """
systems: {platform: {title: Platform, agent: {can_write: true, approval: none, capped: false, identity: own}}}
metrics:
  m:
    title: Tickets closed
    aliases: [Closed tickets]
    status: active
    kind: output
    tags: [support]
    direction: up
    optimum: interior
    subject: {role: agent, level: individual, people: 1, interdependent_work: true}
    recorded_by: system
    verification: none
    controls: [volume]
    gaming_actions: [{title: Split them, cost: low, automatable: true, effect_on_outcome: none, harms: [anger]}]
    outcome: {title: Problems solved, link: correlational, validated: false}
    counter_metrics:
      - {metric: n, same_decision: true, independent: true, strength: weighted, covers: [quality]}
    harms: [anger]
    harms_measured: false
    duty_coverage: low
    target: {type: quota, value: 9, applies_to: individual, basis: expert, cliff: true, feasibility: shown}
    visibility: {audience: org, identified: true, ranked: true, raw_access: org, official: true, gamified: true}
    consequences:
      - {kind: review, stated: used, access: individual, enforced: none, believed: used, weight: major,
         comparison: relative, automatic: true, manager_stake: true, falls_on: individual, nonuse_audit: false}
    statistics: {typical_n: 40, interval_shown: false, adjustment: none, selects_extremes: true, saturated: false,
                 hand_adjusted: false}
    agent: platform
    safeguards: [opt-in]
    governance: {owner: head, purpose: planning, review_date: 2027-01-31, informed: true, consulted: true,
                 appeal: true, audited_by: none}
    jurisdictions: [EU]
    ai_system: true
    emotion_inference: false
    granularity: day
    retention_days: 30
  n: {title: Reopened tickets, target: {type: threshold, value: 3}, consequences: []}
"""


def bound_facts(facts: MetricFacts) -> dict[str, Any]:
    values = dict(facts.values)
    for group in GROUPS_QUANTIFIED:
        members = facts.groups[group]
        assert members
        values.update(members[0].values)
    return values


def test_a_card_that_declares_everything_binds_exactly_the_facts_of_the_vocabulary() -> None:
    missing = set(FACTS) - set(bound_facts(facts_in(FULL)))
    later = {n for n in FACTS if n.startswith(("decision.", "project."))}
    assert missing == later, "facts of rules of scope decision and project are of no metric"
    assert not set(bound_facts(facts_in(FULL))) - set(FACTS)


def fits(spec: FactSpec, value: object) -> bool:
    kinds = {"string": str, "bool": bool, "int": int, "double": float, "strings": tuple}
    if type(value) is not kinds[spec.type]:
        return False
    items = value if isinstance(value, tuple) else (value,)
    return not spec.values or set(items) <= set(spec.values)


@pytest.mark.parametrize("text", [FULL, BARE, card(title="AI tokens used")])
def test_every_value_has_the_type_and_the_words_of_its_fact(text: str) -> None:
    facts = facts_in(text)
    everything = list(facts.values.items())
    for members in facts.groups.values():
        everything += [pair for member in members or () for pair in member.values.items()]
    assert [(n, v) for n, v in everything if not fits(FACTS[n], v)] == []


def test_facts_do_not_depend_on_the_order_of_metrics() -> None:
    head, first, second = FULL.partition("metrics:\n")[0], FULL.partition("metrics:\n")[2], ""
    first, _, second = first.partition("  n: ")
    turned = f"{head}metrics:\n  n: {second}{first}"
    assert list(incentives_of(turned).project.metrics) == ["n", "m"]
    assert facts_in(turned).values == facts_in(FULL).values
    assert stakes_of(incentives_of(turned)) == stakes_of(incentives_of(FULL))


@pytest.mark.parametrize(
    ("value", "placeholder"),
    [("TBD", True), ("'?'", True), ("see the wiki", True), ("to be agreed", True), ("9", False), ("90 %", False)],
)
def test_a_target_that_is_not_set_yet_is_a_placeholder(value: str, placeholder: bool) -> None:
    assert facts_in(card(f"target: {{value: {value}}}")).values["target.placeholder"] is placeholder


@pytest.mark.parametrize("basis", ["baseline", "statutory", "contract"])
def test_a_target_taken_over_from_elsewhere_counts_as_expert(basis: str) -> None:
    values = facts_in(card(f"target: {{type: threshold, value: 3, basis: {basis}}}")).values
    assert values["target.basis"] == "expert"
    assert "target.feasibility" not in values


@pytest.mark.parametrize(("n", "points"), [(31, 14.1), (32, 13.9), (400, 3.9)])
def test_the_half_width_of_a_rate_is_that_of_the_normal_approximation(n: int, points: float) -> None:
    assert facts_in(card(f"statistics: {{typical_n: {n}}}")).values["derived.ci_points"] == points


def test_a_rate_without_cases_has_no_interval() -> None:
    assert "derived.ci_points" not in facts_in(card("statistics: {typical_n: 0}")).values


TWINS = """
metrics:
  a: {title: Contributors a Month, target: {value: 150}}
  b: {title: contributors  a month, target: {value: 120}, status: STATUS}
"""


@pytest.mark.parametrize(("status", "codes"), [("active", {"a", "b"}), ("proposed", {"a", "b"}), ("retired", set())])
def test_two_metrics_of_one_name_in_use_have_one_target(status: str, codes: set[str]) -> None:
    twins = [c for c in check(TWINS.replace("STATUS", status)).candidates if c.rule.code == "GRF006"]
    assert {c.metric for c in twins} == codes
