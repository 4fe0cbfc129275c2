"""Workflow commands: what the runner of GitHub Actions reads in the lines."""

import re
from typing import NamedTuple

import msgspec
import pytest
from adversarial import TEXTS, ranked, report_on, report_with, seen, with_status
from cards import RANKED
from conftest import Cli, Write
from hypothesis import given
from hypothesis import strategies as st

from metriclint.findings.finding import Location, Report
from metriclint.reports import github
from metriclint.reports.formats import Style

COMMANDS = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "set-output", "stop-commands"}
COMMANDS |= {"set-env", "add-path", "save-state", "add-matcher", "remove-matcher", "echo", "command"}


class Command(NamedTuple):
    """A line as the runner understands it."""

    name: str
    properties: dict[str, str]
    message: str


def read(line: str) -> Command | None:
    """A line read as the runner does: the present form at the start of a line, else the older one anywhere in it."""
    stripped = line.lstrip()
    if stripped.startswith("::") and (end := stripped.find("::", 2)) >= 0:
        name, _, rest = stripped[2:end].partition(" ")
        if name in COMMANDS:
            pairs = [pair.split("=", 1) for pair in rest.strip().split(",") if "=" in pair]
            return Command(name, {k: unescape(v, "%3A", "%2C") for k, v in pairs}, unescape(stripped[end + 2 :]))
    if (start := line.find("##[")) >= 0 and (end := line.find("]", start)) >= 0:
        name = line[start + 3 : end].partition(" ")[0]
        if name in COMMANDS:
            return Command(f"old {name}", {}, line[end + 1 :])
    return None


def unescape(text: str, *more: str) -> str:
    """Undo what the runner undoes, the percent sign last."""
    for code in ("%0D", "%0A", *more, "%25"):
        text = text.replace(code, chr(int(code[1:], 16)))
    return text


def calm(text: str) -> str:
    """A text as it is shown where a command of the older form would be read."""
    return re.sub(r"##(\w*)\[", r"## \1[", text)


def commands(report: Report) -> list[Command]:
    lines = github.render(report, Style()).split("\n")
    return [command for line in lines if (command := read(line)) is not None]


def test_a_finding_is_an_annotation_at_its_place() -> None:
    report = ranked()
    finding = next(f for f in report.findings if f.code == "VIS301")
    found = [c for c in commands(report) if c.properties["title"] == "VIS301 ranked-activity-board"]
    (command,) = found
    assert command.name == "error"
    place = finding.location
    assert command.properties == {
        "file": "metrics.yaml",
        "line": str(place.line),
        "endLine": str(place.end_line),
        "col": str(place.column),
        "endColumn": str(place.end_column),
        "title": "VIS301 ranked-activity-board",
    }
    first, *rest = command.message.split("\n")
    assert first == finding.message
    assert rest[0].startswith("Path: ")
    assert f"What you can do: {finding.fixes[0].text}" in rest


def test_severities_become_the_three_levels(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    names = {}
    for severity in ("error", "warning", "note", "info"):
        write("metriclint.toml", f'select = ["VIS301"]\n[severity]\nVIS301 = "{severity}"\n')
        out = cli("check", "--format", "github").out
        names[severity] = [c.name for line in out.split("\n") if (c := read(line))]
    assert names == {"error": ["error"], "warning": ["warning"], "note": ["notice"], "info": ["notice"]}


def test_what_is_folded_stands_in_the_annotation_of_its_leader() -> None:
    report = report_on("wells-fargo")
    folded = [f for f in report.findings if f.folded_under]
    assert folded
    told = commands(report)
    assert len(told) == len(report.findings) - len(folded)
    for finding in folded:
        (leader,) = [
            c
            for c in told
            if c.properties["title"].startswith(f"{finding.folded_under} ") and f'"{finding.metric_title}"' in c.message
        ][:1]
        assert f"{finding.code} {finding.rule}" in leader.message


def test_accepted_and_known_findings_are_counted_and_not_annotated() -> None:
    report = with_status(ranked(), VIS301="waived", CTR501="baselined")
    titles = {c.properties["title"][:6] for c in commands(report)}
    assert titles and not titles & {"VIS301", "CTR501"}
    last = github.render(report, Style()).rstrip().rpartition("\n")[2]
    assert last.endswith(f": {report.summary.reported} reported, 1 waived, 1 baselined, 0 filtered.")


def test_what_stands_behind_an_accepted_finding_is_annotated_itself() -> None:
    report = report_on("wells-fargo")
    follower = next(f for f in report.findings if f.folded_under)
    assert follower.folded_under is not None
    accepted = with_status(report, **{follower.folded_under: "waived"})
    titles = [c.properties["title"] for c in commands(accepted)]
    assert f"{follower.code} {follower.rule}" in titles


def test_ten_annotations_of_a_level_are_the_weightiest_and_the_rest_is_in_the_log() -> None:
    report = report_on("cases")
    told = commands(report)
    per_level = {name: [c for c in told if c.name == name] for name in ("error", "warning", "notice")}
    assert len(per_level["error"]) == github.MOST_OF_A_LEVEL
    assert max(len(found) for found in per_level.values()) == github.MOST_OF_A_LEVEL
    out = github.render(report, Style())
    heads = [f for f in report.findings if f.folded_under is None]
    assert f"\n{len(heads) - len(told)} more annotations than GitHub shows for a step:\n" in out
    plain = [line for line in out.split("\n") if line.startswith("- ") and ": open questions: " not in line]
    assert len(plain) == len(heads) - len(told)
    most = max(f.leads for f in heads if f.severity == "error")
    first = next(f for f in heads if per_level["error"][0].message.startswith(f.message))
    assert first.leads == most


def test_changes_that_cut_several_paths_are_lines_of_the_log() -> None:
    report = report_on("wells-fargo")
    lines = github.render(report, Style()).split("\n")
    for choke in report.choke_points[:3]:
        assert choke.location is not None
        place = f"{choke.location.path}:{choke.location.line}:{choke.location.column}"
        assert f"- {place}: choke point: {choke.text} cuts {choke.cuts} of {choke.paths} risk paths" in lines


def test_a_severity_says_who_set_it_and_whether_it_got_worse() -> None:
    report = ranked()
    (finding,) = [f for f in report.findings if f.code == "VIS301"]
    changed = msgspec.structs.replace(finding, severity="note", severity_from="configuration", known_as="info")
    (command,) = commands(msgspec.structs.replace(report, findings=[changed]))
    assert command.name == "notice"
    assert command.message.split("\n")[-2:] == [
        "Severity: note (set by the configuration)",
        "Worse: info in the baseline",
    ]
    assert not any("Severity: " in c.message or "Worse: " in c.message for c in commands(report))


def test_no_columns_are_given_for_a_place_of_several_lines() -> None:
    whole = ranked()
    place = Location("a.yaml", 3, 5, 7, 2, [])
    finding = msgspec.structs.replace(whole.findings[0], location=place, folded_under=None)
    (command,) = commands(msgspec.structs.replace(whole, findings=[finding]))
    assert {k: v for k, v in command.properties.items() if k != "title"} == {
        "file": "a.yaml",
        "line": "3",
        "endLine": "7",
    }


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_gives_no_command_of_its_own(name: str) -> None:
    report = report_with(name)
    lines = github.render(report, Style()).split("\n")
    assert [line for line in lines if not line.isprintable()] == []
    heads = sum(1 for f in report.findings if f.folded_under is None)
    told = [command for line in lines if (command := read(line))]
    assert 0 < len(told) <= heads
    assert {c.name for c in told} <= {"error", "warning", "notice"}
    assert {c.properties["file"] for c in told} == {"metrics/hostile.yaml"}
    assert all(set(c.properties) <= {"file", "line", "endLine", "col", "endColumn", "title"} for c in told)
    # The text arrives as it was written, but for the older form of a command.
    assert any(calm(seen(TEXTS[name]))[:40] in " ".join(c.message.split()) for c in told)


@pytest.mark.parametrize("folder", ["a,line=1", "a::b", "%0A::error::x", "##[add-mask]x", "::set-output name=x::y"])
def test_a_path_gives_no_command_and_no_property(cli: Cli, write: Write, folder: str) -> None:
    write(f"{folder}/metrics.yaml", RANKED)
    write(f"{folder}/broken.yaml", "metriclint: 1\nmetrics: {m: {titel: x}}\n")
    for options in ((f"{folder}/metrics.yaml",), (".",)):
        out = cli("check", *options, "--format", "github").out
        told = [c for line in out.split("\n") if (c := read(line))]
        assert told and {c.name for c in told} <= {"error", "warning", "notice"}
        assert {c.properties["file"].rpartition("/")[0] for c in told} == {calm(folder)}


@given(text=st.text(max_size=60))
def test_the_runner_reads_what_was_meant(text: str) -> None:
    whole = ranked()
    finding = msgspec.structs.replace(
        whole.findings[0],
        message=f"x{text}",
        location=Location(f"x{text}", 1, 1, 1, 2, []),
        path=[],
        fixes=[],
        folded_under=None,
    )
    (command,) = commands(msgspec.structs.replace(whole, findings=[finding]))
    expected = calm("".join(c if c.isprintable() else " " for c in f"x{text}"))
    assert command.message.partition("\n")[0] == expected
    assert command.properties["file"] == expected
