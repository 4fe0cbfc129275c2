"""Folding: one finding is shown where several say one thing, and nothing is lost."""

from random import Random

import pytest
from designs import card, catalogue, check, rule_of
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from metriclint.findings.candidates import Candidate
from metriclint.findings.finding import SEVERITIES
from metriclint.findings.fold import fold
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.rule import Example


def folded(text: str, rules: list[CompiledRule] | None = None, metric: str = "m") -> dict[str, Candidate]:
    candidates = check(text, rules).candidates
    fold(candidates)
    return {c.rule.code: c for c in candidates if c.metric == metric}


def under(found: dict[str, Candidate]) -> dict[str, str | None]:
    return {code: c.folded_under for code, c in found.items()}


def rank(candidate: Candidate) -> int:
    return SEVERITIES.index(candidate.severity)


TOKENS = """
kind: activity
direction: up
subject: {level: individual}
consequences: [{kind: review, stated: used, access: individual}]
outcome: {title: Better software, link: belief}
"""


def test_an_automatable_volume_folds_under_the_cheap_action() -> None:
    found = folded(card(TOKENS, title="AI tokens used"))
    assert found["GAM103"].folded_under is None
    assert found["GAM104"].folded_under == "GAM103"
    assert found["GAM101"].folded_under == "GAM103"


def test_a_cheap_action_that_hurts_is_led_by_the_negative_path() -> None:
    body = TOKENS + "gaming_actions: [{title: Hang up, cost: low, effect_on_outcome: hurts}]"
    found = folded(card(body, title="Calls per hour"))
    assert found["GRF003"].folded_under is None
    assert found["GAM103"].folded_under == "GRF003"


def test_a_costly_action_is_spoken_of_where_no_cheap_one_is() -> None:
    body = TOKENS + "gaming_actions: [{title: Rebuild it twice, cost: medium, effect_on_outcome: none}]"
    found = folded(card(body, title="Widgets built"))
    assert "GRF001" in found
    assert not {"GAM103", "GRF003"} & set(found)


def test_a_missing_audit_folds_under_the_record_that_people_keep_themselves() -> None:
    body = TOKENS + "recorded_by: subject\nverification: none\ncontrols: [recording]\ngovernance: {audited_by: none}"
    found = folded(card(body + "\ngaming_actions: []"))
    assert found["GAM102"].folded_under is None
    assert found["GOV906"].folded_under == "GAM102"


def test_usage_without_rework_folds_under_the_missing_counter_metric() -> None:
    found = folded(card(TOKENS + "counter_metrics: []", title="AI tokens used"))
    assert found["CTR501"].folded_under is None
    assert found["AIA703"].folded_under == "CTR501"


@pytest.mark.parametrize(
    ("counters", "speaks"),
    [
        ("[]", "CTR501"),
        ("[{title: Rework, same_decision: false, independent: true}]", "CTR503"),
        ("[{title: Rework, same_decision: true, independent: false}]", "CTR504"),
    ],
)
def test_of_the_rules_on_counter_metrics_exactly_one_speaks(counters: str, speaks: str) -> None:
    found = folded(card(TOKENS + f"counter_metrics: {counters}", title="AI tokens used"))
    assert {"CTR501", "CTR503", "CTR504"} & set(found) == {speaks}


@pytest.mark.parametrize(
    ("outcome", "speaks"),
    [
        ("", "CTR502"),
        ("outcome: {title: Better software, link: none}", "CTR502"),
        ("outcome: {title: Better software, link: belief}", "CTR505"),
        ("outcome: {title: Better software, link: correlational}", "CTR505"),
        ("outcome: {title: Better software, link: direct}", None),
    ],
)
def test_no_outcome_and_a_weak_link_are_never_both_reported(outcome: str, speaks: str | None) -> None:
    body = TOKENS.replace("outcome: {title: Better software, link: belief}", outcome)
    found = folded(card(body, title="AI tokens used"))
    assert {"CTR502", "CTR505"} & set(found) == ({speaks} if speaks else set())


@pytest.mark.parametrize(("basis", "speaks"), [("previous-actual", "TGT202"), ("peer-relative", "TGT209")])
def test_the_own_past_and_the_results_of_peers_are_told_apart(basis: str, speaks: str) -> None:
    found = folded(card(TOKENS + f"target: {{type: threshold, value: 3, basis: {basis}}}", title="Widgets built"))
    assert {"TGT202", "TGT209", "GRF005"} & set(found) == {speaks}


@pytest.mark.parametrize(("stated", "speaks"), [("unstated", "REV401"), ("not-used", "VIS302")])
def test_unstated_use_and_stated_non_use_are_told_apart(stated: str, speaks: str) -> None:
    body = TOKENS.replace("stated: used", f"stated: {stated}") + "visibility: {audience: manager, identified: true}"
    found = folded(card(body, title="AI tokens used"))
    assert {"REV401", "VIS302"} & set(found) == {speaks}


@pytest.mark.parametrize(
    ("controls", "speaks"),
    [("[timing]", "TGT201"), ("[clock]", "TGT208"), ("[effort]", None)],
)
def test_a_cliff_needs_a_lever_over_the_side_of_the_line(controls: str, speaks: str | None) -> None:
    body = f"""
    kind: output
    subject: {{level: team, people: 20}}
    controls: {controls}
    gaming_actions: []
    verification: none
    recorded_by: independent
    target: {{type: threshold, value: 4, cliff: true}}
    consequences: [{{kind: review, stated: used, access: individual}}]
    """
    found = folded(card(body))
    assert ({"TGT201", "TGT208"} & set(found)) == ({speaks} if speaks else set())


@pytest.mark.parametrize("example", [e for r in catalogue().rules.values() for e in r.rule.examples.bad[:1]])
def test_every_folded_finding_of_the_shipped_examples_stands_behind_a_shown_one(example: Example) -> None:
    text = example.yaml.removeprefix("metriclint: 1\n")
    candidates = check(text).candidates
    before = {(c.metric, c.rule.code, c.severity, c.fingerprint) for c in candidates}
    fold(candidates)
    assert {(c.metric, c.rule.code, c.severity, c.fingerprint) for c in candidates} == before
    holds(candidates)


def holds(candidates: list[Candidate]) -> None:
    """The invariants of folding, whatever the rules."""
    shown = {(c.metric, c.rule.code): c for c in candidates if c.folded_under is None}
    behind = [c for c in candidates if c.folded_under is not None]
    for candidate in behind:
        leader = shown[(candidate.metric, candidate.folded_under or "")]
        assert rank(leader) >= rank(candidate), "nothing is hidden behind something milder"
    counts = {key: sum(1 for c in behind if (c.metric, c.folded_under) == key) for key in shown}
    assert {key: c.leads for key, c in shown.items()} == counts
    assert all(c.leads == 0 for c in behind)
    assert {c.metric for c in shown.values()} == {c.metric for c in candidates}
    families = [(c.metric, c.rule.code[:3]) for c in shown.values()]
    assert len(families) == len(set(families)), "one shown finding for each family and metric"


CODES = [f"{family}{n}" for family in ("GAM", "CTR", "GRF", "GOV") for n in (901, 902, 903)]


@st.composite
def packs(draw: st.DrawFn) -> list[CompiledRule]:
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1))
    rules = []
    for code in codes:
        others = draw(st.lists(st.sampled_from([c for c in CODES if c[:3] != code[:3]]), unique=True, max_size=3))
        leads = str(draw(st.booleans())).lower()
        more = f"steps: []\nleads: {leads}\nfolds_under: [{', '.join(others)}]\n"
        rules.append(rule_of(code, severity=draw(st.sampled_from(SEVERITIES)), more=more))
    return rules


TWO = card("consequences: []") + "\n  n: {title: Another number, consequences: []}\n"


@settings(deadline=None, max_examples=300)
@given(packs())
def test_folding_loses_nothing_and_ends_at_a_shown_finding_whatever_the_rules(rules: list[CompiledRule]) -> None:
    candidates = check(TWO, rules).candidates
    assert len(candidates) == 2 * len(rules)
    fold(candidates)
    assert len(candidates) == 2 * len(rules)
    holds(candidates)


@settings(deadline=None, max_examples=100)
@given(packs(), st.randoms(use_true_random=False))
def test_folding_does_not_depend_on_the_order_of_rules(rules: list[CompiledRule], random: Random) -> None:
    first = under(folded(TWO, rules))
    turned = list(rules)
    random.shuffle(turned)
    assert under(folded(TWO, turned)) == first


def test_the_most_severe_of_a_family_leads_then_its_leader_then_the_lowest_code() -> None:
    def three(first: str, second: str, third: str, lead: str = "") -> dict[str, str | None]:
        severities = {"GAM901": first, "GAM902": second, "GAM903": third}
        rules = [
            rule_of(code, severity=s, more="steps: []\n" + ("leads: true\n" if code == lead else ""))
            for code, s in severities.items()
        ]
        return under(folded(TWO, rules))

    assert three("note", "error", "note", "GAM903") == {"GAM901": "GAM902", "GAM902": None, "GAM903": "GAM902"}
    assert three("note", "note", "note", "GAM903") == {"GAM901": "GAM903", "GAM902": "GAM903", "GAM903": None}
    assert three("note", "note", "note") == {"GAM901": None, "GAM902": "GAM901", "GAM903": "GAM901"}


def test_a_rule_of_another_family_goes_behind_the_leader_of_the_one_it_folds_under() -> None:
    rules = [
        rule_of("GAM901", severity="error", more="steps: []\n"),
        rule_of("GAM902", severity="warning", more="steps: []\n"),
        rule_of("GOV901", severity="note", more="steps: []\nfolds_under: [GAM902]\n"),
    ]
    assert under(folded(TWO, rules)) == {"GAM901": None, "GAM902": "GAM901", "GOV901": "GAM901"}


def test_two_rules_that_fold_under_each_other_leave_one_of_them_shown() -> None:
    rules = [
        rule_of("GAM901", more="steps: []\nfolds_under: [GOV901]\n"),
        rule_of("GOV901", more="steps: []\nfolds_under: [GAM901]\n"),
    ]
    assert sorted(under(folded(TWO, rules)).values(), key=str) in (["GOV901", None], ["GAM901", None])


def test_findings_of_different_metrics_never_fold_under_each_other() -> None:
    candidates = check(TWO, [rule_of("GAM901")]).candidates
    fold(candidates)
    assert [(c.metric, c.folded_under) for c in candidates] == [("m", None), ("n", None)]


def test_a_rule_that_is_true_twice_of_one_metric_does_not_fold_under_itself() -> None:
    text = card("kind: activity\nconsequences: [{kind: review, stated: used, access: individual}]")
    leader = check(text).candidates[0]
    twice = [leader, replace(leader)]
    fold(twice)
    assert [c.folded_under for c in twice] == [None, None]
