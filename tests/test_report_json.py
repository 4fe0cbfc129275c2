"""The JSON report: its schema, its fields, its places and its provenance."""

import json
from typing import Any

import pytest
from cards import BROKEN, RANKED
from conftest import ROOT, TODAY, Cli, Write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import metriclint
from metriclint.reports.formats import Style
from metriclint.reports.json import render
from metriclint.schemas import schema

VALIDATOR = Draft202012Validator(schema("report"))
FINDING = {
    "rule",
    "code",
    "family",
    "severity",
    "confidence",
    "metric",
    "message",
    "fingerprint",
    "location",
    "facts",
    "path",
    "variant",
    "why",
    "fixes",
    "criteria",
    "status",
    "folded_under",
}
LOCATION = {"path", "line", "column", "end_line", "end_column", "route"}
VERBS = {
    "moves",
    "helps",
    "hurts",
    "causes",
    "shown on",
    "read in",
    "leads to",
    "falls on",
    "goes into",
    "guards",
    "sets",
}


def report_on(folder: str) -> dict[str, Any]:
    report = metriclint.check(["."], cwd=ROOT / "examples" / folder, today=TODAY)
    parsed: dict[str, Any] = json.loads(render(report, Style()))
    return parsed


@pytest.fixture(scope="module")
def wells_fargo() -> dict[str, Any]:
    return report_on("wells-fargo")


def locations(report: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for finding in report["findings"]:
        found.append(finding["location"])
        found += [part["location"] for part in (*finding["facts"], *finding["path"]) if part["location"]]
    return found + [u["location"] for u in report["undecided"]]


@pytest.mark.parametrize("folder", ["wells-fargo", "cases", "sound-team-metrics", "tokenmaxxing/1-leaderboard"])
def test_a_report_is_valid_against_its_published_schema(folder: str) -> None:
    assert [e.message for e in VALIDATOR.iter_errors(report_on(folder))] == []


def test_the_command_line_prints_what_the_printed_schema_describes(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("play.yaml", "hosts: all\n")
    report = json.loads(cli("check", "--format", "json").out)
    printed = json.loads(cli("schema", "report").out)
    assert report["findings"] and report["notices"]
    assert [e.message for e in Draft202012Validator(printed).iter_errors(report)] == []


def test_a_report_of_errors_is_valid_too(cli: Cli, write: Write) -> None:
    write("metrics.yaml", BROKEN)
    report = json.loads(cli("check", "--format", "json").out)
    assert [e.message for e in VALIDATOR.iter_errors(report)] == []
    first = report["errors"][0]
    assert {"path", "line", "column", "message", "allowed", "suggestion", "route", "cell"} == set(first)
    assert all(e["line"] >= 1 and e["column"] >= 1 for e in report["errors"])


def test_the_schema_refuses_what_is_no_report(wells_fargo: dict[str, Any]) -> None:
    for wrong in ({**wells_fargo, "schema": "metriclint/report/2"}, {**wells_fargo, "score": 7}):
        assert not VALIDATOR.is_valid(wrong)


def test_the_contract_names_are_there(wells_fargo: dict[str, Any]) -> None:
    assert {"schema", "tool", "summary", "findings", "undecided", "errors"} <= set(wells_fargo)
    assert wells_fargo["schema"] == "metriclint/report/1"
    assert set(wells_fargo["tool"]) == {"name", "version", "ruleset"}
    assert {"reported", "waived", "baselined", "filtered"} <= set(wells_fargo["summary"])
    for finding in wells_fargo["findings"]:
        assert set(finding) >= FINDING
        assert set(finding["location"]) == LOCATION
    for question in wells_fargo["undecided"]:
        assert {"metric", "declare", "rules"} <= set(question)
        assert question["declare"] and question["rules"]


def test_the_buckets_add_up(wells_fargo: dict[str, Any]) -> None:
    summary, findings = wells_fargo["summary"], wells_fargo["findings"]
    assert summary["reported"] == len(findings) == sum(summary["by_severity"].values())
    assert summary["undecided"] == len(wells_fargo["undecided"])


@pytest.mark.parametrize("folder", ["wells-fargo", "cases"])
def test_lines_and_columns_are_one_based_and_lie_in_the_file(folder: str) -> None:
    lines: dict[str, list[str]] = {}
    for place in locations(report_on(folder)):
        file = ROOT / "examples" / folder / place["path"]
        text = lines.setdefault(place["path"], file.read_text(encoding="utf-8").splitlines())
        assert 1 <= place["line"] <= place["end_line"] <= len(text)
        assert 1 <= place["column"] <= len(text[place["line"] - 1])
        assert 1 <= place["end_column"] <= len(text[place["end_line"] - 1]) + 1


def test_a_location_begins_at_the_key_of_its_route(wells_fargo: dict[str, Any]) -> None:
    checked = 0
    for place in locations(wells_fargo):
        line = (ROOT / "examples/wells-fargo" / place["path"]).read_text(encoding="utf-8").splitlines()
        written = line[place["line"] - 1][place["column"] - 1 :]
        keys = [part for part in place["route"] if isinstance(part, str)]
        if written.partition(":")[0] in keys:
            checked += 1
    assert checked > 100


def test_facts_have_their_provenance(wells_fargo: dict[str, Any]) -> None:
    facts = [fact for finding in wells_fargo["findings"] for fact in finding["facts"]]
    assert {f["provenance"] for f in facts} >= {"declared", "derived", "default"}
    for fact in facts:
        if fact["provenance"] == "declared":
            assert fact["location"] is not None, fact
        else:
            assert fact["location"] is None, fact
        if fact["fact"] == "derived.stakes":
            assert fact["text"].startswith(f"stakes {fact['value']}")


def test_what_a_template_fills_in_is_assumed(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    report = json.loads(cli("check", "--format", "json", "--select", "GAM103").out)
    (finding,) = report["findings"]
    assumed = {f["fact"]: f for f in finding["facts"] if f["provenance"] == "assumed"}
    assert assumed["action.cost"]["text"].startswith("template ")
    assert finding["path"][0]["assumed"] is True
    assert finding["confidence"] == "medium"


def test_path_steps_have_places_verbs_and_kinds(wells_fargo: dict[str, Any]) -> None:
    for finding in wells_fargo["findings"]:
        first, *rest = finding["path"]
        assert first["verb"] == ""
        assert {step["verb"] for step in rest} <= VERBS
        for step in finding["path"]:
            assert step["node"].startswith(f"{step['kind']}:")
            assert step["title"]
            assert step["assumed"] or step["location"] is not None, step


def test_a_folded_finding_names_a_leader_that_is_there(wells_fargo: dict[str, Any]) -> None:
    by_metric: dict[str, dict[str, Any]] = {}
    for finding in wells_fargo["findings"]:
        by_metric.setdefault(finding["metric"], {})[finding["code"]] = finding
    folded = 0
    for findings in by_metric.values():
        for finding in findings.values():
            if finding["folded_under"]:
                folded += 1
                assert findings[finding["folded_under"]]["folded_under"] is None
    assert folded > 5


def test_fingerprints_are_unique_and_do_not_move_with_lines(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    before = json.loads(cli("check", "--format", "json").out)["findings"]
    write("metrics.yaml", "    # moved down\n" + RANKED.lstrip("\n"))
    after = json.loads(cli("check", "--format", "json").out)["findings"]
    assert [f["location"]["line"] + 1 for f in before] == [f["location"]["line"] for f in after]
    assert [f["fingerprint"] for f in before] == [f["fingerprint"] for f in after]
    assert len({f["fingerprint"] for f in before}) == len(before)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_title_survives_the_report_and_nothing_invisible_is_raw(cli: Cli, write: Write, title: str) -> None:
    write("metrics.yaml", RANKED.replace("title: AI tokens used\n", f"title: {json.dumps(title)}\n"))
    out = cli("check", "metrics.yaml", "--format", "json", "--select", "VIS301").out
    (finding,) = json.loads(out)["findings"]
    assert finding["metric_title"] == title
    assert not any(c in out for c in "\x9b\u202e\u200f\u2066\ufeff")
