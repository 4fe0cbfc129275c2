"""GitLab code quality, JUnit and JSON Lines, each read by a consumer."""

import json
from typing import Any

import msgspec
import pytest
from adversarial import TEXTS, ranked, report_on, report_with, seen, with_status
from cards import BROKEN, QUIET, RANKED
from conftest import TODAY, Cli, Write
from jsonschema import Draft202012Validator
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from metriclint.findings.finding import Report
from metriclint.reports import gitlab, jsonl, junit
from metriclint.reports import json as whole_json
from metriclint.reports.formats import Style

# What GitLab's parser asks for (codeclimate.json), with what its documentation adds: a check name, the five severities
# and a line.
CODE_QUALITY = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{40}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^[^./]"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)


def quality(report: Report) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(gitlab.render(report, Style()))
    return entries


def faults(entries: list[dict[str, Any]]) -> list[str]:
    return [e.message for e in CODE_QUALITY.iter_errors(entries)]


def cases(report: Report) -> list[TestCase]:
    return [case for suite in JUnitXml.fromstring(junit.render(report, Style()).encode()) for case in suite]


# GitLab


@pytest.mark.parametrize("folder", ["wells-fargo", "cases", "sound-team-metrics"])
def test_code_quality_has_an_entry_for_each_finding(folder: str) -> None:
    report = report_on(folder)
    entries = quality(report)
    assert faults(entries) == []
    assert [e["description"] for e in entries] == [f.message for f in report.findings]
    assert [e["location"]["lines"]["begin"] for e in entries] == [f.location.line for f in report.findings]
    assert len({e["fingerprint"] for e in entries}) == len(entries)
    wanted = {"error": "critical", "warning": "major", "note": "minor", "info": "info"}
    assert [e["severity"] for e in entries] == [wanted[f.severity] for f in report.findings]


def test_errors_of_the_input_block(cli: Cli, write: Write) -> None:
    write("metrics.yaml", BROKEN)
    entries = json.loads(cli("check", "metrics.yaml", "nowhere.yaml", "--format", "gitlab").out)
    assert faults(entries) == []
    assert {e["severity"] for e in entries} == {"blocker"}
    assert {e["check_name"] for e in entries} == {"metriclint/input"}
    assert {e["location"]["path"] for e in entries} == {"metrics.yaml", "nowhere.yaml"}


def test_a_fingerprint_moves_with_no_line_and_differs_between_projects(cli: Cli, write: Write) -> None:
    body = "\n".join(line[4:] for line in RANKED.splitlines()).lstrip()
    prints = []
    for text in (body, "# a line more\n\n" + body):
        for project in ("one", "two"):
            write(f"{project}/metrics.yaml", text)
            write(f"{project}/metriclint.toml", "")
        entries = json.loads(cli("check", ".", "--today", TODAY, "--format", "gitlab").out)
        assert len({e["fingerprint"] for e in entries}) == len(entries)
        prints.append([e["fingerprint"] for e in entries])
    assert prints[0] == prints[1]


def test_code_quality_leaves_accepted_and_known_findings_out() -> None:
    report = with_status(ranked(), VIS301="waived", CTR501="baselined")
    names = {e["check_name"][:6] for e in quality(report)}
    assert names == {f.code for f in report.findings} - {"VIS301", "CTR501"}


# JUnit


def test_junit_has_a_case_for_each_finding_and_each_open_question() -> None:
    report = report_on("wells-fargo")
    found = cases(report)
    assert len(found) == len(report.findings) + len(report.undecided)
    assert len({(c.classname, c.name) for c in found}) == len(found)
    failed = [c for c in found if any(isinstance(r, Failure) for r in c.result)]
    assert len(failed) == report.summary.by_severity["error"] + report.summary.by_severity["warning"]
    skipped = [c for c in found if any(isinstance(r, Skipped) for r in c.result)]
    assert [c.name for c in skipped] == ["open questions"] * len(report.undecided)


def test_the_counts_of_junit_are_those_of_its_cases() -> None:
    xml = JUnitXml.fromstring(junit.render(report_on("cases"), Style()).encode())
    told = [(s.tests, s.failures, s.errors, s.skipped) for s in xml]
    whole = (xml.tests, xml.failures, xml.errors, xml.skipped)
    assert whole == tuple(map(sum, zip(*told, strict=True)))
    xml.update_statistics()
    assert told == [(s.tests, s.failures, s.errors, s.skipped) for s in xml]


def test_a_failure_says_what_where_why_and_what_to_do() -> None:
    report = ranked()
    finding = next(f for f in report.findings if f.code == "VIS301")
    (case,) = [c for c in cases(report) if c.name == "VIS301 ranked-activity-board"]
    assert case.classname == "ai-tokens"
    (failure,) = case.result
    assert (failure.message, failure.type) == (finding.message, "error")
    changed = msgspec.structs.replace(finding, severity_from="configuration", known_as="note")
    ((other,),) = (c.result for c in cases(msgspec.structs.replace(report, findings=[changed], undecided=[])))
    assert "\nseverity: error (set by the configuration)\nworse: note in the baseline\n" in other.text
    for part in ("metrics.yaml:", "path: ", finding.why, finding.fixes[0].text, finding.fingerprint):
        assert part in failure.text


def test_notes_and_infos_pass_and_still_say_what_they_say(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", 'select = ["VIS301"]\n[severity]\nVIS301 = "note"\n')
    xml = JUnitXml.fromstring(cli("check", "--format", "junit").out.encode())
    (case,) = [c for suite in xml for c in suite if c.name.startswith("VIS301")]
    assert case.result == []
    assert case.system_out.startswith('note: "AI tokens used"')


def test_accepted_and_known_findings_are_skipped_with_the_reason() -> None:
    report = with_status(ranked(), VIS301="waived", CTR501="baselined")
    told = {c.name[:6]: c.result[0].message for c in cases(report) if isinstance(c.result[0], Skipped)}
    assert told["VIS301"].startswith("accepted risk: ")
    assert told["CTR501"].startswith("known from before: ")


def test_an_accepted_risk_is_skipped_with_its_end_its_role_and_its_reason(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    options = ("--requested-by", "lead", "--approved-by", "chief", "--expires", "2027-01-31", "--today", TODAY)
    assert cli("waive", "ai-tokens/VIS301", "--reason", "Pilot <b>only</b>.", *options).code == 0
    xml = JUnitXml.fromstring(cli("check", "--today", TODAY, "--format", "junit").out.encode())
    (case,) = [c for suite in xml for c in suite if c.name.startswith("VIS301")]
    (skipped,) = case.result
    assert skipped.message.startswith("accepted risk until 2027-01-31: ")
    assert skipped.text == "approved by chief: Pilot <b>only</b>."


def test_errors_of_the_input_are_errors_and_a_clean_run_has_one_case(cli: Cli, write: Write) -> None:
    write("metrics.yaml", BROKEN)
    wrong = JUnitXml.fromstring(cli("check", "--format", "junit").out.encode())
    assert wrong.errors == wrong.tests > 1
    assert all(isinstance(c.result[0], Error) for suite in wrong for c in suite)
    write("metrics.yaml", QUIET)
    clean = JUnitXml.fromstring(cli("check", "--format", "junit").out.encode())
    assert (clean.tests, clean.failures, clean.errors, clean.skipped) == (1, 0, 0, 0)


# JSON Lines


@pytest.mark.parametrize("folder", ["wells-fargo", "sound-team-metrics"])
def test_lines_are_the_parts_of_the_whole_report(folder: str) -> None:
    report = report_on(folder)
    whole = json.loads(whole_json.render(report, Style()))
    head, *records = [json.loads(line) for line in jsonl.render(report, Style()).splitlines()]
    assert head == {"type": "report", **{k: whole[k] for k in ("schema", "tool", "summary")}}
    keys = {"findings": "finding", "errors": "error", "notices": "notice", "choke_points": "choke_point"}
    keys["undecided"] = "undecided"
    for key, type_ in keys.items():
        assert [r for r in records if r["type"] == type_] == [{"type": type_, **part} for part in whole[key]]
    assert len(records) == sum(len(whole[key]) for key in keys)


# Adversarial texts


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_stays_a_text_in_code_quality(name: str) -> None:
    entries = quality(report_with(name))
    assert faults(entries) == []
    assert [e for e in entries if not e["description"].isprintable()] == []
    assert any(seen(TEXTS[name])[:40] in " ".join(e["description"].split()) for e in entries)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_stays_a_text_in_junit(name: str) -> None:
    report = report_with(name)
    found = cases(report)
    assert len(found) == len(report.findings) + len(report.undecided)
    texts = [part for c in found for r in c.result for part in (r.message or "", *(r.text or "").split("\n"))]
    assert [text for text in texts if not text.isprintable()] == []
    assert any(seen(TEXTS[name])[:40] in " ".join(text.split()) for text in texts)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_breaks_no_line_of_json_lines(name: str) -> None:
    report = report_with(name)
    out = jsonl.render(report, Style())
    assert [c for c in out if not (c.isprintable() or c == "\n")] == []
    lines = out.splitlines()
    parts = (report.findings, report.undecided, report.notices, report.choke_points)
    assert len(lines) == 1 + sum(map(len, parts))
    titles = {r["metric_title"] for r in map(json.loads, lines) if r["type"] == "finding"}
    assert titles == {TEXTS[name]}
