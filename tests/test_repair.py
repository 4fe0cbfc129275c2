"""Proven repairs: the search, its shortcut against the full check, minimality, risks and obligations."""

import textwrap
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, TODAY
from declared import documents, flow
from designs import SETTINGS, catalogue, document, rule_of
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.findings.candidates import check_project
from metriclint.findings.finding import SEVERITIES
from metriclint.findings.verdict import Below, Selection
from metriclint.model.project import Project
from metriclint.repair.edits import Edit, apply, edits_of
from metriclint.repair.job import Item, Job, UnknownTarget
from metriclint.repair.levers import IN_ANY_CASE, levers_for
from metriclint.repair.reach import Reach
from metriclint.repair.search import Key, Option, Workshop, key_of
from metriclint.rules.catalogue import CompiledRule
from metriclint.sources.load import load, load_text

EXAMPLES = ("tokenmaxxing/1-leaderboard", "tokenmaxxing/2-restricted", "seat-utilisation", "usage-rewards")
LEVERS = levers_for(catalogue().rules.values())


def project_of(text: str) -> Project:
    project, problems = load_text(text, "design.yaml")
    assert not problems, problems
    return project


def workshop(project: Project, rules: list[CompiledRule] | None = None) -> Workshop:
    selection = Selection(rules=rules or list(catalogue().rules.values()))
    return Workshop(project, selection, SETTINGS, Below(".", ""))


def everything(project: Project, rules: list[CompiledRule]) -> dict[Key, str]:
    """Findings of the whole project, checked without any shortcut."""
    return {key_of(c): c.severity for c in check_project(project, rules, SETTINGS).candidates}


def changed(before: dict[Key, str], after: dict[Key, str]) -> dict[Key, tuple[str | None, str | None]]:
    return {k: (before.get(k), after.get(k)) for k in before | after if before.get(k) != after.get(k)}


def items(folder: str) -> list[Item]:
    loaded = load([str(ROOT / "examples" / folder)])
    assert not loaded.problems
    return Job(loaded.projects, TODAY).worst()


def options_of(text: str, target: str) -> list[Option]:
    job = Job([project_of(text)], TODAY)
    return job.repair(job.find(target)[0])[0].options


# The shortcut


def check_shortcut(shop: Workshop, edits: list[Edit]) -> None:
    """What a trial says about the part that it checks is what the full check says about everything."""
    trial = shop.trial(edits)
    assert trial.after is not None
    full_before = everything(shop.project, shop.selection.rules)
    full_after = everything(apply(shop.project, edits), shop.selection.rules)
    assert changed(shop.before(trial.affected), trial.after) == changed(full_before, full_after)
    about = {k for k in full_after if shop.reach.whole or k[0] in trial.affected}
    assert trial.after == {k: full_after[k] for k in about}


@st.composite
def edits_on(draw: st.DrawFn, project: Project) -> list[Edit]:
    """What one to three levers change about a metric of the project."""
    designs = {c.metric: c.facts.design for c in workshop(project).candidates(project)[0]}
    if not designs:
        return []
    design = designs[draw(st.sampled_from(sorted(designs)))]
    found: dict[Any, Edit] = {}
    for lever in draw(st.lists(st.sampled_from(LEVERS), min_size=1, max_size=3)):
        found.update({e.key: e for e in edits_of(lever.change, design, project) or ()})
    return list(found.values())


@st.composite
def tangled(draw: st.DrawFn) -> str:
    """A random document whose metrics also share names, goals, guards and listed actions."""
    found = draw(documents())
    names, actions = sorted(found["metrics"]), sorted(found["actions"])
    found["outcomes"]["far"] = {}
    for name in names:
        card = found["metrics"][name]
        card["title"] = draw(st.sampled_from([card["title"], card["title"], "Same"]))
        card["direction"] = draw(st.sampled_from(["up", "down"]))
        if draw(st.booleans()):
            goal, link = st.sampled_from(["good", "far"]), st.sampled_from(["causal", "belief", "direct"])
            card["outcome"] = {"id": draw(goal), "link": draw(link)}
        others = [n for n in names if n > name]
        if others and draw(st.booleans()):
            card["counter_metrics"] = [{"metric": draw(st.sampled_from(others)), "same_decision": True}]
        if actions and "gaming_actions" not in card and draw(st.booleans()):
            card["gaming_actions"] = draw(st.lists(st.sampled_from(actions), max_size=1))
    return document(flow(found))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_checking_only_what_a_change_reaches_equals_the_full_check(data: st.DataObject) -> None:
    project = project_of(data.draw(tangled()))
    edits = data.draw(edits_on(project))
    if edits:
        check_shortcut(workshop(project), edits)


WIDE = [
    rule_of("GOV998", "decision.live_metrics > 0", more="scope: decision"),
    rule_of("GOV999", "project.counters == 0", more="scope: project"),
]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_so_it_does_where_rules_speak_of_decisions_and_the_whole_project(data: st.DataObject) -> None:
    project = project_of(data.draw(tangled()))
    edits = data.draw(edits_on(project))
    if edits:
        check_shortcut(workshop(project, [*catalogue().rules.values(), *WIDE]), edits)


@pytest.mark.parametrize("folder", EXAMPLES)
def test_on_the_examples_every_option_holds_in_the_full_check(folder: str) -> None:
    for item in items(folder):
        shop = item.workshop
        for option in Job.repair(item)[0].options:
            full = {key_of(c): c.severity for c in shop.candidates(apply(shop.project, option.edits))[1]}
            before = {key_of(c): c.severity for c in shop.candidates(shop.project)[1]}
            assert key_of(item.candidate) not in full
            assert set(option.clears) == set(before) - set(full) - {key_of(item.candidate)}
            assert set(option.brings) == {
                k for k, s in full.items() if k not in before or SEVERITIES.index(s) > SEVERITIES.index(before[k])
            }


LINKED = """
    metriclint: 1
    outcomes:
      good: {measured_by: shown}
      other: {}
    actions:
      pad: {moves: {a: up, b: up}, effects: {good: helps}}
      click: {moves: {c: up}}
    metrics:
      c: {title: C}
      d: {title: D, gaming_actions: [click]}
      serving: {title: Serving, outcome: {id: good, link: belief}}
      a: {title: A}
      b: {title: B}
      shown: {title: Shown}
      part: {title: Part}
      whole: {title: Whole, derived_from: [part]}
      guard: {title: Guard}
      guarded: {title: Guarded, counter_metrics: [{metric: guard}]}
      one: {title: Same name}
      two: {title: same  NAME}
      alone: {title: Alone, outcome: {id: other, link: causal}}
      apart: {title: Apart, outcome: other}
    decisions:
      talk: {consequence: review, uses: [{metric: alone}, {metric: part}]}
    boards:
      wall: {shows: [alone, guard]}
    """


@pytest.mark.parametrize(
    ("change", "reached"),
    [
        (("metrics", "a", ("kind",)), {"a", "b", "serving", "shown"}),
        (("metrics", "shown", ("kind",)), {"a", "b", "serving", "shown"}),
        (("metrics", "serving", ("kind",)), {"a", "b", "serving", "shown"}),
        (("metrics", "c", ("kind",)), {"c", "d"}),
        (("metrics", "whole", ("kind",)), {"part", "whole"}),
        (("metrics", "guard", ("kind",)), {"guard", "guarded"}),
        (("metrics", "two", ("kind",)), {"one", "two"}),
        (("metrics", "alone", ("kind",)), {"alone"}),
        (("metrics", "alone", ("outcome", "link")), {"alone", "apart"}),
        (("decisions", "talk", ("uses", 0, "kind")), {"alone"}),
        (("decisions", "talk", ("automatic",)), {"alone", "part", "whole"}),
        (("boards", "wall", ("ranked",)), {"alone", "guard", "guarded"}),
    ],
)
def test_a_change_reaches_what_is_joined_and_no_more(
    change: tuple[str, str, tuple[str | int, ...]], reached: set[str]
) -> None:
    assert Reach(project_of(textwrap.dedent(LINKED))).affected([change]) == reached


def test_a_metric_that_serves_the_same_goal_stays_in_sight_without_being_checked() -> None:
    reach = Reach(project_of(textwrap.dedent(LINKED)))
    assert reach.context(frozenset({"apart"})) == {"apart", "alone"}


# Minimal


@pytest.mark.parametrize("folder", EXAMPLES)
def test_undoing_any_single_change_brings_a_finding_back(folder: str) -> None:
    seen = 0
    for item in items(folder):
        target = key_of(item.candidate)
        for option in Job.repair(item)[0].options:
            for left in combinations(option.edits, len(option.edits) - 1):
                trial = item.workshop.trial(left) if left else None
                assert trial is None or not trial.clears(target) or (trial.brings() and not option.brings)
                seen += 1
    assert seen > 1


NOISE = """
    metriclint: 1
    metrics:
      calls:
        title: Calls answered
        kind: activity
        subject: {level: individual}
        recorded_by: system
        visibility: {audience: org, identified: true, ranked: true}
        consequences: [{kind: bonus, stated: used, access: individual}]
        counter_metrics: []
    """


def test_sets_of_changes_hold_no_smaller_proven_set() -> None:
    project = project_of(textwrap.dedent(NOISE))
    job = Job([project], TODAY)
    for item in job.find("calls"):
        repairs = job.repair(item)[0]
        sets = [{e.key for e in o.edits} for o in repairs.options if not o.brings]
        assert sets
        assert not any(a < b for a in sets for b in sets)


# Risks, order, obligations


def test_an_option_that_trades_one_finding_for_another_is_shown_as_such_and_never_first() -> None:
    text = (ROOT / "examples" / "cases" / "microsoft-ai-memo.yaml").read_text(encoding="utf-8")
    first, *rest = options_of(text, "microsoft-ai-memo/REV402")
    assert first.brings == ()
    trade = rest[-1]
    assert {("microsoft-ai-memo", "AIA702"), ("microsoft-ai-memo", "GAM101")} <= set(trade.brings)
    assert [e.value for e in trade.edits] == ["used"]


def test_over_the_examples_no_option_with_a_new_risk_goes_before_one_without() -> None:
    for folder in (*EXAMPLES, "wells-fargo"):
        for item in items(folder):
            risks = [o.brings_severity for o in Job.repair(item)[0].options]
            assert risks == sorted(risks)


TRADE = [
    rule_of("GAM998", "metric.direction == 'up'"),
    rule_of("GAM999", "metric.direction == 'band' && statistics.interval_shown == false"),
]


def test_a_new_risk_that_a_further_change_takes_away_is_taken_away() -> None:
    text = "metriclint: 1\nmetrics: {m: {title: M, direction: up, statistics: {interval_shown: false}}}\n"
    shop = workshop(project_of(text), TRADE)
    both, trade = shop.repairs(shop.candidates(shop.project)[1][0]).options
    assert ([e.value for e in both.edits], both.brings) == (["band", True], ())
    assert ([e.value for e in trade.edits], trade.brings) == (["band"], (("m", "GAM999"),))


def test_giving_the_number_up_is_never_the_first_of_several_options() -> None:
    for item in items("cases"):
        ends = [o.gives_up for o in Job.repair(item)[0].options if not o.brings]
        assert ends == sorted(ends)


def test_every_lever_says_what_has_to_be_really_done() -> None:
    assert all(lever.obligation for lever in LEVERS)
    assert not any(lever.obligation == IN_ANY_CASE for lever in LEVERS if lever.rank >= 100)


def test_a_technical_control_is_declared_only_with_the_words_that_it_has_to_be_real() -> None:
    technical = [lever for lever in LEVERS if "technical" in lever.change.values()]
    assert technical
    assert not any(lever.obligation == IN_ANY_CASE for lever in technical)
    words = ("system", "access", "tools", "queries", "reach")
    assert all(any(word in lever.obligation for word in words) for lever in technical)


def test_no_lever_changes_how_the_world_is() -> None:
    describing = {"metric.kind", "metric.controls", "outcome.link", "consequence.believed", "target.feasibility"}
    assert not any(describing & lever.change.keys() for lever in LEVERS)


# Findings that are meant


def test_what_the_configuration_leaves_out_is_no_finding_and_what_a_waiver_covers_is_repaired_only_by_name(
    tmp_path: Path,
) -> None:
    def leading(config: str, waivers: str) -> Job:
        (tmp_path / "metriclint.toml").write_text(config, encoding="utf-8")
        (tmp_path / "m.yaml").write_text(textwrap.dedent(NOISE).lstrip() + waivers, encoding="utf-8")
        loaded = load([], tmp_path)
        assert not loaded.problems
        return Job(loaded.projects, TODAY, here=tmp_path)

    def codes(job: Job) -> set[str]:
        return {i.candidate.rule.code for i in job.find("calls")}

    waived = (
        "waivers: [{rule: ranked-activity-board, metric: calls, reason: It is a game that all have agreed to, "
        "requested_by: head, approved_by: board, expires: 2026-12-20}]\n"
    )
    assert "VIS301" in codes(leading("", ""))
    job = leading("", waived)
    assert "VIS301" not in codes(job)
    assert job.repair(job.find("calls/VIS301")[0])[0].options
    job = leading('ignore = ["VIS"]\n', "")
    assert "VIS301" not in codes(job)
    with pytest.raises(UnknownTarget, match="is not reported for calls; findings there: "):
        job.find("calls/VIS301")
    job = leading('[[overrides]]\npaths = ["m.yaml"]\nignore = ["VIS301"]\n', "")
    with pytest.raises(UnknownTarget):
        job.find("calls/VIS301")


def test_changes_leave_the_project_as_it_was() -> None:
    project = project_of(textwrap.dedent(NOISE))
    before = everything(project, list(catalogue().rules.values()))
    job = Job([project], TODAY)
    for item in job.worst():
        assert job.repair(item)[0].options
    assert everything(project, list(catalogue().rules.values())) == before
