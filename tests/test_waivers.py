"""Waivers: what they cover, until when, and what is said about them themselves."""

from pathlib import Path

import pytest
from conftest import Cli, Write
from designs import catalogue
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.findings.finding import Finding, Report
from metriclint.findings.report import Options, report_of
from metriclint.findings.verdict import WAIVER_RULES
from metriclint.findings.waiver_words import WORDS
from metriclint.findings.waivers import last_day
from metriclint.model.config import Config, WaiverLimits
from metriclint.sources.load import load_text

TODAY = "2026-11-25"
CARD = """\
metriclint: 1
roles:
  cpo: {title: Chief People Officer}
metrics:
  ai-tokens:
    title: AI tokens used
    kind: activity
    subject: {level: individual}
    visibility: {title: Token leaderboard, audience: org, identified: true, ranked: true}
    consequences: [{kind: review, stated: used, access: individual}]
  rework: {title: Rework}
  old-rework: {title: Rework as it was, status: retired}
"""
GOOD = {
    "rule": "ranked-activity-board",
    "metric": "ai-tokens",
    "reason": "Pilot in two teams.",
    "requested_by": "ai-programme-lead",
    "approved_by": "cpo",
    "expires": "2027-01-31",
}


def document(*waivers: dict[str, object], card: str = CARD) -> str:
    """The card with waivers at the end of the file."""
    import json

    return card + "waivers:\n" + "".join(f"  - {json.dumps(w)}\n" for w in waivers)


def check(text: str, today: str = TODAY, config: Config | None = None, **options: object) -> Report:
    project, problems = load_text(text, "metrics.yaml", config)
    assert not problems, problems
    return report_of([(project, None)], Options(today, **options))  # type: ignore[arg-type]


def waiver(**changes: object) -> dict[str, object]:
    """The good waiver with changes; ``None`` takes a key out."""
    return {k: v for k, v in {**GOOD, **changes}.items() if v is not None}


def board(report: Report) -> Finding:
    (found,) = [f for f in report.findings if f.rule == "ranked-activity-board"]
    return found


def about(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.rule in WAIVER_RULES]


def said(report: Report) -> list[str]:
    return [f.rule for f in about(report)]


def test_a_waived_finding_is_counted_and_listed_and_does_not_count() -> None:
    before, after = check(CARD), check(document(GOOD))
    found = board(after)
    assert found.status == "waived"
    assert after.summary.waived == 1
    assert after.summary.reported == before.summary.reported - 1
    assert after.summary.by_severity["error"] == before.summary.by_severity["error"] - 1
    assert len(after.findings) == len(before.findings)
    assert found.waiver is not None
    assert (found.waiver.approved_by, found.waiver.expires) == ("cpo", "2027-01-31")
    assert found.waiver.location is not None
    assert found.waiver.location.line == 14
    assert said(after) == []


def test_a_waiver_covers_its_rule_on_its_metric_and_nothing_else() -> None:
    waived = [f for f in check(document(GOOD)).findings if f.status == "waived"]
    assert [(f.metric, f.rule) for f in waived] == [("ai-tokens", "ranked-activity-board")]


@pytest.mark.parametrize("word", ["VIS301", "vis301", "Ranked-Activity-Board"])
def test_a_rule_is_named_by_name_or_code(word: str) -> None:
    assert board(check(document(waiver(rule=word)))).status == "waived"


def test_a_waiver_inside_a_card_is_for_that_metric() -> None:
    inside = "    waivers: [{rule: VIS301, reason: Pilot, requested_by: a, approved_by: b, expires: 2027-01-31}]\n"
    text = CARD.replace("  rework:", inside + "  rework:")
    assert board(check(text)).status == "waived"


def test_what_stood_behind_a_waived_finding_is_shown_itself() -> None:
    folded = [f for f in check(CARD).findings if f.folded_under]
    leader = next(f for f in check(CARD).findings if f.code == folded[0].folded_under)
    after = check(document(waiver(rule=leader.rule)))
    assert all(f.folded_under != leader.code for f in after.findings)


# The end


@pytest.mark.parametrize(
    ("today", "status", "rules"),
    [
        ("2027-01-16", "waived", []),
        ("2027-01-17", "waived", ["waiver-ends-soon"]),
        ("2027-01-31", "waived", ["waiver-ends-soon"]),
        ("2027-02-01", "reported", ["expired-waiver"]),
    ],
)
def test_the_last_day_is_part_of_a_waiver_and_its_coming_is_told_fourteen_days_before(
    today: str, status: str, rules: list[str]
) -> None:
    report = check(document(GOOD), today)
    assert board(report).status == status
    assert said(report) == rules


@pytest.mark.parametrize("end", [None, "", "soon", "2027-02-30", "28.02.2027", "20270228", "2027-W05-1", "2027-2-28"])
def test_an_end_that_is_missing_or_malformed_counts_as_expired(end: str | None) -> None:
    report = check(document(waiver(expires=end))) if end != "" else None
    if report is None:
        assert last_day("") is None
        return
    assert board(report).status == "reported"
    (found,) = about(report)
    assert found.rule == "expired-waiver"
    assert "2027-02-28" in found.message


@settings(deadline=None)
@given(st.dates(), st.text(max_size=12))
def test_a_date_is_read_in_one_form_only(day: object, noise: str) -> None:
    assert str(last_day(str(day))) == str(day)
    if last_day(noise) is not None:
        assert str(last_day(noise)) == noise


def test_among_several_waivers_the_one_that_runs_longest_stands_for_the_finding() -> None:
    report = check(document(GOOD, waiver(expires="2027-02-10"), waiver(expires="2026-12-31")))
    accepted = board(report).waiver
    assert accepted is not None
    assert accepted.expires == "2027-02-10"
    assert said(report) == []


# The rules about waivers


def remark(report: Report, rule: str) -> Finding:
    (found,) = about(report)
    assert found.rule == rule
    assert found.code == WAIVER_RULES[rule]
    assert found.status == "reported"
    assert found.location.line > 0
    return found


def test_an_unknown_rule_is_told_with_what_was_meant() -> None:
    found = remark(check(document(waiver(rule="ranked-activty-board"))), "unknown-waiver-target")
    assert found.message.endswith('did you mean "ranked-activity-board"?')


@pytest.mark.parametrize("name", ["GOV921", "expired-waiver"])
def test_a_waiver_of_a_rule_about_waivers_is_told_as_such(name: str) -> None:
    found = remark(check(document(waiver(rule=name))), "unknown-waiver-target")
    assert found.message == f"The waiver names {name}, which is about waivers. No waiver covers those."


def test_an_unknown_metric_is_told_with_what_was_meant() -> None:
    found = remark(check(document(waiver(metric="ai-token"))), "unknown-waiver-target")
    assert found.message.endswith('did you mean "ai-tokens"?')
    assert found.location.route == ["waivers", 0, "metric"]


def test_a_waiver_for_all_metrics_at_once_covers_none() -> None:
    report = check(document(waiver(metric=None)))
    assert "names no metric" in remark(report, "unknown-waiver-target").message
    assert board(report).status == "reported"


def test_a_waiver_that_names_a_fingerprint_needs_no_metric() -> None:
    bound = board(check(CARD)).fingerprint
    assert board(check(document(waiver(metric=None, fingerprint=bound)))).status == "waived"


@pytest.mark.parametrize(
    ("asked", "accepted"),
    [("cpo", "cpo"), ("CPO", "cpo"), ("cpo", "Chief People Officer"), ("head of people", "head-of-people")],
)
def test_a_role_cannot_accept_what_it_asked_for_in_any_spelling(asked: str, accepted: str) -> None:
    report = check(document(waiver(requested_by=asked, approved_by=accepted)))
    assert "the same role" in remark(report, "self-approved-waiver").message
    assert board(report).status == "reported"


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (("reason",), "a reason"),
        (("requested_by",), "who asked for it"),
        (("reason", "approved_by"), "a reason and who accepted the risk"),
    ],
)
def test_a_waiver_without_reason_or_roles_does_not_count(missing: tuple[str, ...], words: str) -> None:
    report = check(document(waiver(**dict.fromkeys(missing))))
    assert f"does not give {words}, so it does not count" in remark(report, "incomplete-waiver").message
    assert board(report).status == "reported"


def test_a_waiver_whose_finding_is_gone_is_unused() -> None:
    found = remark(check(document(waiver(metric="rework"))), "unused-waiver")
    assert found.severity == "note"
    assert found.metric_title == "Rework"


@pytest.mark.parametrize("options", [{"select": ("GOV",)}, {"ignore": ("VIS301",)}])
def test_nothing_is_said_of_a_waiver_whose_rule_is_not_asked(options: dict[str, tuple[str, ...]]) -> None:
    assert said(check(document(GOOD), **options)) == []


def test_a_waiver_that_is_too_long_is_as_grave_as_what_it_covers() -> None:
    report = check(document(waiver(expires="2027-02-24")))
    found = remark(report, "overlong-waiver")
    assert found.severity == board(report).severity == "error"
    assert "91 more days; 90 are allowed for an error" in found.message
    assert said(check(document(waiver(expires="2027-02-23")))) == []


def test_the_configuration_sets_how_long_a_waiver_may_run() -> None:
    config = Config(waivers=WaiverLimits(max_days={"error": 30}))
    assert said(check(document(GOOD), config=config)) == ["overlong-waiver"]


@pytest.mark.parametrize(
    ("metric", "words"), [("rewrk", 'does not exist; did you mean "rework"?'), ("old-rework", "is retired.")]
)
def test_a_compensating_metric_that_is_gone_is_told(metric: str, words: str) -> None:
    report = check(document(waiver(compensating=["rework", metric])))
    found = remark(report, "dead-compensating-metric")
    assert found.message.endswith(words)
    assert found.location.route == ["waivers", 0, "compensating", 1]
    assert board(report).status == "waived"


def test_a_rule_that_the_configuration_lets_nobody_waive_stays_reported() -> None:
    report = check(document(GOOD), config=Config(waivers=WaiverLimits(never=["VIS"])))
    assert "nobody can waive" in remark(report, "waiver-not-allowed").message
    assert board(report).status == "reported"


def test_a_rule_of_a_pack_can_say_that_nobody_waives_it(cli: Cli, write: Write) -> None:
    compiled = catalogue().rules["ranked-activity-board"]
    source = compiled.source.replace("code: VIS301", "code: ORG301\nwaivable: false")
    write("house/hard-board.yaml", source)
    write("metriclint.toml", 'packs = ["house"]\n')
    write("metrics.yaml", document(waiver(rule="hard-board")))
    ran = cli("check", "--today", TODAY, "--verbose")
    assert ran.code == 1
    assert "warning[waiver-not-allowed] GOV928" in ran.out


def test_a_waiver_bound_to_a_path_is_void_when_the_path_changes() -> None:
    def status(report: Report) -> str:
        return next(f.status for f in report.findings if f.rule == "no-counter-metric")

    bound = next(f.fingerprint for f in check(CARD).findings if f.rule == "no-counter-metric")
    text = document(waiver(rule="no-counter-metric", fingerprint=bound))
    assert status(check(text)) == "waived"
    changed = check(text.replace("kind: review", "kind: bonus"))
    assert status(changed) == "reported"
    assert "takes another now" in remark(changed, "waiver-path-changed").message
    moved = check("# a comment\n" + text.replace("AI tokens used", "Tokens of AI"))
    assert status(moved) == "waived", "a new line or title is no new path"


def test_findings_about_waivers_have_fingerprints_of_their_own_that_stay() -> None:
    twice = about(check(document(waiver(expires=None), waiver(expires=None), waiver(rule="VIS302", expires=None))))
    prints = [f.fingerprint for f in twice]
    assert len(set(prints)) == 3
    later = about(check("# one line more\n" + document(waiver(expires=None)), today="2026-12-01"))
    assert later[0].fingerprint == prints[0]


# Selection and severity


def test_rules_about_waivers_can_be_ignored_and_set_like_others(cli: Cli, write: Write) -> None:
    write("metrics.yaml", document(waiver(expires="2026-01-31")))
    write("metriclint.toml", '[severity]\nexpired-waiver = "error"\n')
    assert "error[expired-waiver] GOV921 (severity set by configuration)" in cli("check", "--today", TODAY).out
    assert "GOV921" not in cli("check", "--today", TODAY, "--ignore", "GOV921").out
    assert "did you mean expired-waiver?" in cli("check", "--ignore", "expired-waivr").err


def test_an_expired_waiver_fails_a_run_that_asks_for_warnings(cli: Cli, write: Write) -> None:
    write("metrics.yaml", document(waiver(metric="rework", expires="2026-11-24")))
    options = ("check", "--select", "expired-waiver", "--today")
    assert cli(*options, "2026-11-25", "--fail-on", "warning").code == 1
    assert cli(*options, "2026-11-24", "--fail-on", "warning").code == 0


def test_every_rule_about_waivers_has_words_and_can_be_explained(cli: Cli, write: Write) -> None:
    assert set(WORDS) == set(WAIVER_RULES)
    known = catalogue()
    for name, code in WAIVER_RULES.items():
        assert known.find(name) is None
        assert known.find(code) is None
        ran = cli("explain", code)
        assert ran.code == 0
        assert ran.out.startswith(f"{code} {name}  (governance")


def test_the_text_lists_what_was_accepted_by_whom_and_until_when(cli: Cli, write: Write) -> None:
    write("metrics.yaml", document(GOOD))
    out = " ".join(cli("check", "--today", TODAY).out.split())
    assert (
        "accepted risk: VIS301 ranked-activity-board (error), accepted by cpo until 2027-01-31: Pilot in two teams."
    ) in out
    assert "1 waived" in out


def test_only_files_that_were_asked_about_are_told_about(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", "")
    write("metrics.yaml", CARD)
    write("waivers.yaml", "metriclint: 1\nwaivers:\n  - {rule: VIS301, metric: ai-tokens, expires: 2026-01-01}\n")
    assert "GOV921" not in cli("check", "metrics.yaml", "--today", TODAY).out
    assert "waivers.yaml:3:" in cli("check", "waivers.yaml", "--today", TODAY).out
