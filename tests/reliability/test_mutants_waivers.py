"""Waivers, where no other test notices a small change of them: whole sentences, and all that is reported."""

import pytest
from conftest import TODAY
from designs import SETTINGS, catalogue, document, rule_of
from msgspec import to_builtins

from metriclint.findings.candidates import check_project
from metriclint.findings.finding import Finding, Report
from metriclint.findings.report import Options, report_of
from metriclint.findings.verdict import WAIVER_RULES, Below, Selection
from metriclint.findings.waiver_words import WORDS
from metriclint.findings.waivers import settle
from metriclint.model.config import Config, Override, WaiverLimits
from metriclint.model.project import Project
from metriclint.rules.catalogue import Catalogue, CompiledRule
from metriclint.sources.load import load_text

CARDS = """
    roles:
      cpo: {title: Chief People Officer}
      works-council: {}
      data-office: {title: Data Protection}
    metrics:
      ai-tokens:
        title: AI tokens used
        kind: activity
        subject: {level: individual}
        visibility: {title: Token leaderboard, audience: org, identified: true, ranked: true}
        consequences: [{kind: review, stated: used, access: individual}]
      rework: {title: Rework}
      old-rework: {title: Rework as it was, status: retired}
    waivers:
    """
GOOD = {
    "rule": "ranked-activity-board",
    "metric": "ai-tokens",
    "reason": "Pilot in two teams.",
    "requested_by": "ai-lead",
    "approved_by": "cpo",
    "expires": "2027-01-31",
}
NAMED = 'The waiver of ranked-activity-board for "AI tokens used"'


def waiver(**changes: str | None) -> str:
    """The good waiver with changes as a line of YAML; ``None`` takes a key out."""
    keys = {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
    return "- {" + ", ".join(f"{k}: {v if v.startswith('[') else repr(v)}" for k, v in keys.items()) + "}\n"


def project_of(*waivers: str, config: Config | None = None) -> Project:
    text = document(CARDS) + "".join("  " + line for line in waivers)
    project, problems = load_text(text, "metrics.yaml", config)
    assert not problems, problems
    return project


def check(*waivers: str, config: Config | None = None, today: str = TODAY) -> Report:
    return report_of([(project_of(*waivers, config=config), None)], Options(today))


def about_waivers(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.rule in WAIVER_RULES]


def counts(*waivers: str, config: Config | None = None) -> bool:
    (found,) = [f for f in check(*waivers, config=config).findings if f.rule == "ranked-activity-board"]
    return found.status == "waived"


LONG_RULE, LONG_END, LONG_ROLE = "r" * 61, "x" * 41, "o" * 61


@pytest.mark.parametrize(
    ("changes", "rule", "key", "told"),
    [
        (
            {"rule": "Expired-Waiver"},
            "unknown-waiver-target",
            "rule",
            "The waiver names Expired-Waiver, which is about waivers. No waiver covers those.",
        ),
        (
            {"rule": "gov921"},
            "unknown-waiver-target",
            "rule",
            "The waiver names gov921, which is about waivers. No waiver covers those.",
        ),
        (
            {"rule": "r" * 60},
            "unknown-waiver-target",
            "rule",
            f'The waiver names the rule "{"r" * 60}", which does not exist.',
        ),
        (
            {"rule": LONG_RULE},
            "unknown-waiver-target",
            "rule",
            f'The waiver names the rule "{"r" * 59}…", which does not exist.',
        ),
        (
            {"rule": "ranked-activty-board"},
            "unknown-waiver-target",
            "rule",
            'The waiver names the rule "ranked-activty-board", which does not exist; did you mean '
            '"ranked-activity-board"?',
        ),
        (
            {"metric": "something-else"},
            "unknown-waiver-target",
            "metric",
            'The waiver of ranked-activity-board names the metric "something-else", which does not exist.',
        ),
        (
            {"metric": None},
            "unknown-waiver-target",
            "rule",
            "The waiver of ranked-activity-board names no metric. A waiver is for one metric, never for all of them.",
        ),
        (
            {"expires": None},
            "expired-waiver",
            "expires",
            f"{NAMED} has no end, so it does not count. Name its last day, such as 2027-02-28.",
        ),
        (
            {"rule": "vis301", "expires": None},
            "expired-waiver",
            "expires",
            f"{NAMED} has no end, so it does not count. Name its last day, such as 2027-02-28.",
        ),
        (
            {"expires": "x" * 40},
            "expired-waiver",
            "expires",
            f'{NAMED} has the end "{"x" * 40}", which is no date, so it counts as expired. Write it as 2027-02-28.',
        ),
        (
            {"expires": LONG_END},
            "expired-waiver",
            "expires",
            f'{NAMED} has the end "{"x" * 39}…", which is no date, so it counts as expired. Write it as 2027-02-28.',
        ),
        (
            {"expires": "2026-11-24"},
            "expired-waiver",
            "expires",
            f"{NAMED} ended on 2026-11-24. What it covered counts again.",
        ),
        (
            {"reason": "  ", "requested_by": None, "approved_by": None},
            "incomplete-waiver",
            "rule",
            f"{NAMED} does not give a reason, who asked for it and who accepted the risk, so it does not count.",
        ),
        (
            {"approved_by": None},
            "incomplete-waiver",
            "rule",
            f"{NAMED} does not give who accepted the risk, so it does not count.",
        ),
        (
            {"requested_by": LONG_ROLE, "approved_by": LONG_ROLE},
            "self-approved-waiver",
            "approved_by",
            f"{NAMED} was asked for and accepted by the same role ({'o' * 59}…), so it does not count.",
        ),
        (
            {"requested_by": LONG_ROLE[1:], "approved_by": LONG_ROLE[1:]},
            "self-approved-waiver",
            "approved_by",
            f"{NAMED} was asked for and accepted by the same role ({'o' * 60}), so it does not count.",
        ),
        (
            {"metric": "rework"},
            "unused-waiver",
            "rule",
            'The waiver of ranked-activity-board for "Rework" covers nothing: there is no such finding any more.',
        ),
        (
            {"fingerprint": "ml1:0123456789abcdef"},
            "waiver-path-changed",
            "fingerprint",
            f"{NAMED} was given for one path, and the finding takes another now. The risk that was accepted may not be "
            "this one, so it does not count.",
        ),
        (
            {"expires": "2027-02-24"},
            "overlong-waiver",
            "expires",
            f"{NAMED} runs for 91 more days; 90 are allowed for an error.",
        ),
        (
            {"expires": "2026-12-09"},
            "waiver-ends-soon",
            "expires",
            f"{NAMED} ends in 14 days, on 2026-12-09. After that it counts again.",
        ),
        (
            {"expires": "2026-11-26"},
            "waiver-ends-soon",
            "expires",
            f"{NAMED} ends tomorrow, on 2026-11-26. After that it counts again.",
        ),
        (
            {"expires": "2026-11-25"},
            "waiver-ends-soon",
            "expires",
            f"{NAMED} ends today, on 2026-11-25. After that it counts again.",
        ),
        (
            {"compensating": "[rework, old-rework]"},
            "dead-compensating-metric",
            "compensating",
            f'{NAMED} rests on "old-rework" to watch the risk, and that metric is retired.',
        ),
        (
            {"compensating": "[rewrk]"},
            "dead-compensating-metric",
            "compensating",
            f'{NAMED} rests on "rewrk" to watch the risk, and that metric does not exist; did you mean "rework"?',
        ),
    ],
)
def test_what_is_wrong_with_a_waiver_is_one_whole_sentence_at_the_key_that_it_is_about(
    changes: dict[str, str | None], rule: str, key: str, told: str
) -> None:
    (found,) = about_waivers(check(waiver(**changes)))
    assert (found.rule, found.location.route[:3], found.message) == (rule, ["waivers", 0, key], told)


@pytest.mark.parametrize(
    ("level", "days", "article"), [("error", 90, "an"), ("warning", 180, "a"), ("info", 365, "an")]
)
def test_how_long_a_waiver_may_run_depends_on_how_grave_the_finding_is(level: str, days: int, article: str) -> None:
    config = Config(severity={"VIS301": level})  # type: ignore[dict-item]
    (found,) = about_waivers(check(waiver(expires="2029-01-01"), config=config))
    assert found.message.endswith(f"more days; {days} are allowed for {article} {level}.")
    assert found.severity == level


def selection_of(*rules: CompiledRule) -> Selection:
    """A selection of rules beside the shipped ones; these are known and not asked."""
    known = {**catalogue().rules, **{rule.name: rule for rule in rules}}
    return Selection(rules=list(rules), catalogue=Catalogue(known))


def test_of_several_findings_the_gravest_decides_how_long_their_waiver_may_run() -> None:
    project = project_of(waiver(rule="rule-gam999", expires="2027-03-01"))
    grave, light = (rule_of("GAM999", severity=level, more="steps: []\n") for level in ("error", "note"))
    for order in ((grave, light), (light, grave)):
        candidates = [c for rule in order for c in check_project(project, [rule], SETTINGS).candidates]
        (remark,) = settle(project, candidates, selection_of(grave), TODAY, Below("", ""))
        assert (remark.rule, remark.severity, remark.severity_from) == ("overlong-waiver", "error", "rule")


def test_a_waiver_of_a_rule_about_the_project_needs_no_metric() -> None:
    wide = rule_of("ORG999", "project.live_metrics > 0", more="scope: project\nsteps: []\n")
    project = project_of(waiver(rule="rule-org999", metric=None))
    (candidate,) = check_project(project, [wide], SETTINGS).candidates
    assert settle(project, [candidate], selection_of(wide), TODAY, Below("", "")) == []
    assert candidate.status == "waived"


def test_a_waiver_of_a_rule_that_finds_nothing_any_more_is_unused() -> None:
    retired = rule_of("GAM999", more="retired: true\n")
    project = project_of(waiver(rule="rule-gam999"))
    selection = selection_of(retired)
    selection.rules.clear()
    (remark,) = settle(project, [], selection, TODAY, Below("", ""))
    assert remark.rule == "unused-waiver"


def test_a_waiver_of_a_rule_that_nobody_can_waive_says_so_at_its_rule() -> None:
    config = Config(waivers=WaiverLimits(never=["VIS301"]))
    (found,) = about_waivers(check(waiver(), config=config))
    assert found.message == f"{NAMED} does not count: ranked-activity-board is a rule that nobody can waive."
    assert found.location.route == ["waivers", 0, "rule"]


def test_a_waiver_of_one_path_and_of_no_metric_is_named_by_its_rule_alone() -> None:
    (found,) = about_waivers(check(waiver(metric=None, fingerprint="ml1:0123456789abcdef", expires=None)))
    assert found.message.startswith("The waiver of ranked-activity-board has no end,")
    assert (found.metric, found.metric_title) == ("", "Waivers")


def test_of_two_waivers_that_end_on_one_day_the_first_stands_for_the_finding() -> None:
    report = check(waiver(reason="The first."), waiver(reason="The second."))
    (found,) = [f for f in report.findings if f.status == "waived"]
    assert found.waiver is not None
    assert found.waiver.reason == "The first."


@pytest.mark.parametrize(
    ("asked", "accepted", "count"),
    [
        ("head-of-people", "head of people", False),
        ("head_of_people", "Head Of People", False),
        ("works_council", "works-council", False),
        ("Works Council", "works council", False),
        ("chief people officer", "CPO", False),
        ("data-office", "Data Protection", False),
        ("data protection", "data office", False),
        ("cpo", "works-council", True),
        ("chief people officer", "works council", True),
        ("headofpeople", "head of people", True),
    ],
)
def test_roles_are_the_same_by_id_and_title_in_any_spelling_and_different_otherwise(
    asked: str, accepted: str, count: bool
) -> None:
    assert counts(waiver(requested_by=asked, approved_by=accepted)) is count


# What the configuration says


@pytest.mark.parametrize(("path", "severity", "told"), [("*.yaml", "error", 1), ("other/**", "warning", 1)])
def test_an_override_for_the_file_of_a_waiver_sets_how_much_is_made_of_it(path: str, severity: str, told: int) -> None:
    for override, expected in (
        (Override(paths=[path], severity={"GOV921": "error"}), told),
        (Override(paths=[path], ignore=["GOV921"]), 0 if severity == "error" else told),
    ):
        config = Config(overrides=[override])
        found = about_waivers(check(waiver(expires=None), config=config))
        assert len(found) == expected
        if found and override.severity:
            assert found[0].severity == severity
            assert found[0].severity_from == ("configuration" if severity == "error" else "rule")


# What a report says


def test_a_report_says_of_a_waived_finding_all_that_its_waiver_says() -> None:
    text = waiver(decision="pilot", reason="Pilot\\n  in two   teams.".replace("\\n", " "))
    (entry,) = project_of(text).waivers
    (found,) = [f for f in check(text).findings if f.status == "waived"]
    assert found.waiver is not None
    assert to_builtins(found.waiver) == {
        "decision": "pilot",
        "reason": "Pilot in two teams.",
        "requested_by": "ai-lead",
        "approved_by": "cpo",
        "expires": "2027-01-31",
        "location": to_builtins(found.waiver.location),
    }
    assert found.waiver.location is not None
    assert tuple(found.waiver.location.route) == entry.origin.route
    (silent,) = [f for f in check(waiver()).findings if f.status == "waived"]
    assert silent.waiver is not None
    assert silent.waiver.decision == ""


def test_a_finding_about_a_waiver_stands_in_a_report_like_every_other() -> None:
    (found,) = about_waivers(check(waiver(expires="2026-11-24")))
    words = WORDS["expired-waiver"]
    assert (found.code, found.family, found.kind, found.variant) == ("GOV921", "governance", "observation", "none")
    assert (found.severity, found.severity_from, found.confidence) == ("warning", "rule", "high")
    assert (found.metric, found.metric_title, found.project) == ("ai-tokens", "AI tokens used", "")
    assert (found.why, [fix.text for fix in found.fixes]) == (words.why, list(words.fixes))
    assert found.excerpt.endswith("expires: '2026-11-24'}")


def test_reports_of_all_versions_know_a_finding_about_a_waiver_by_the_same_fingerprint() -> None:
    """A changed form would make every report of before look as if all of them were solved and new ones found."""
    waivers = (
        waiver(expires=None),
        waiver(expires=None),
        waiver(expires=None),
        waiver(expires=None, fingerprint="ml1:0123456789abcdef"),
        waiver(metric=None),
        waiver(compensating="[old-rework, rewrk]"),
    )
    found = sorted(about_waivers(check(*waivers)), key=lambda f: f.location.route)
    assert [(f.rule, f.fingerprint) for f in found] == [
        ("expired-waiver", "ml1:e9c1ee63a5a18851"),
        ("expired-waiver", "ml1:65e617ea8a84dc8c"),
        ("expired-waiver", "ml1:72498aba91938e50"),
        ("expired-waiver", "ml1:3c7c1d4146640f52"),
        ("unknown-waiver-target", "ml1:1809ad5bb4e51538"),
        ("dead-compensating-metric", "ml1:99b5c10906dd51fb"),
        ("dead-compensating-metric", "ml1:f04958d0e79138a2"),
    ]
