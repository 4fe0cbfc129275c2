"""Several formats in one run: what goes where, what is refused, and wrong input in every format."""

import json
import re
from pathlib import Path

import pytest
from cards import BROKEN, QUIET, RANKED
from conftest import TODAY, Cli, Snapshot, Write
from test_cold_start import HEAVY, modules
from test_report_text import SMALL, WRONG

import metriclint
from metriclint.reports import render
from metriclint.reports.formats import names

FORMATS = ("github", "gitlab", "json", "jsonl", "junit", "markdown", "sarif", "text")
NEW = ("github", "gitlab", "jsonl", "junit", "markdown", "sarif")
FILES = {"github": "txt", "gitlab": "json", "jsonl": "jsonl", "junit": "xml", "markdown": "md", "sarif": "sarif"}


def test_every_format_is_there_and_named_in_the_help(cli: Cli) -> None:
    assert set(FORMATS) <= set(names())
    told = re.sub(r"\s+", " ", cli("check", "--help").out)
    assert [name for name in FORMATS if not re.search(rf"\b{name}\b", told)] == []


# Whole outputs


@pytest.mark.parametrize("format_", NEW)
def test_a_small_card_in_each_format(cli: Cli, write: Write, snapshot: Snapshot, format_: str) -> None:
    write("metrics.yaml", SMALL)
    only = ("--select", "GAM102,CTR501,GOV906") if format_ == "sarif" else ()
    ran = cli("check", "metrics.yaml", "--today", TODAY, "--format", format_, *only)
    assert (ran.code, ran.err) == (1, "")
    snapshot(f"formats/small-card.{FILES[format_]}", ran.out)


@pytest.mark.parametrize("format_", NEW)
def test_wrong_input_in_each_format(cli: Cli, write: Write, snapshot: Snapshot, format_: str) -> None:
    write("metrics.yaml", WRONG)
    write("empty.yaml", "")
    ran = cli("check", "--format", format_)
    assert (ran.code, ran.err) == (2, "")
    assert "empty.yaml" in ran.out
    snapshot(f"formats/errors.{FILES[format_]}", ran.out)


@pytest.mark.parametrize("format_", NEW)
def test_nothing_found_in_each_format(cli: Cli, write: Write, snapshot: Snapshot, format_: str) -> None:
    write("metrics.yaml", QUIET)
    ran = cli("check", "--format", format_)
    assert (ran.code, ran.err) == (0, "")
    snapshot(f"formats/nothing.{FILES[format_]}", ran.out)


@pytest.mark.parametrize("format_", FORMATS)
def test_the_python_interface_renders_what_the_command_prints(
    cli: Cli, write: Write, tmp_path: Path, format_: str
) -> None:
    write("metrics.yaml", RANKED)
    report = metriclint.check(["metrics.yaml"], cwd=tmp_path, today=TODAY)
    assert render(report, format_) == cli("check", "metrics.yaml", "--today", TODAY, "--format", format_).out
    with pytest.raises(KeyError, match="wording"):
        render(report, "wording")


# What goes where


def test_one_run_writes_several_formats(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    alone = {name: cli("check", "metrics.yaml", "--today", TODAY, "--format", name).out for name in FORMATS}
    options = [part for name in FORMATS if name != "text" for part in ("--format", f"{name}=out.{name}")]
    ran = cli("check", "metrics.yaml", "--today", TODAY, "--format", "text", *options)
    assert (ran.code, ran.err) == (1, "")
    # In text alone, steps are not placed; what is shown is the same.
    assert ran.out == alone["text"]
    for name in FORMATS:
        if name != "text":
            assert (tmp_path / f"out.{name}").read_text(encoding="utf-8") == alone[name], name


def test_no_format_has_to_go_to_standard_output(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", QUIET)
    assert cli("check", "--format", "text=a.txt", "--format", "json=b=c.json") == (0, "", "")
    assert (tmp_path / "a.txt").read_text().startswith("1 metric checked")
    assert json.loads((tmp_path / "b=c.json").read_text())["findings"] == []


@pytest.mark.parametrize("options", [("--format", "json=-"), ("--format", "json", "-o", "-"), ("--format", "json")])
def test_a_dash_is_standard_output(cli: Cli, write: Write, tmp_path: Path, options: tuple[str, ...]) -> None:
    write("metrics.yaml", QUIET)
    ran = cli("check", *options)
    assert json.loads(ran.out)["summary"]["reported"] == 0
    assert [p.name for p in tmp_path.iterdir()] == ["metrics.yaml"]


def test_a_file_gets_colours_only_on_request(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    cli("check", "--format", "text=plain.txt", "--format", "json")
    cli("check", "--format", "text=bright.txt", "--format", "json", "--color", "always")
    assert "\x1b[" not in (tmp_path / "plain.txt").read_text(encoding="utf-8")
    assert "\x1b[31;1m" in (tmp_path / "bright.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "text", "--format", "json"], "text and json would both go to standard output"),
        (["--format", "json", "--format", "sarif=-"], "json and sarif would both go to standard output"),
        (["--format", "json=a", "--format", "sarif=./a"], "json and sarif would both go to ./a"),
        (["--format", "json", "--format", "json"], "json and json would both go to standard output"),
        (["--format", "json", "--format", "text=a", "-o", "b"], "--output goes with a single format"),
        (["--format", "json=a", "-o", "b"], "--output goes with a single format"),
        (["--format", "json="], '--format "json=" names no file: write json=FILE'),
        (["--format", "jsn=a"], 'unknown format "jsn"; there are '),
        (["--format", "wording"], 'unknown format "wording"; there are '),
        (["--format", "=a"], 'unknown format ""; there are '),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_read(
    cli: Cli, write: Write, tmp_path: Path, options: list[str], message: str
) -> None:
    write("metrics.yaml", BROKEN)
    ran = cli("check", *options)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith(f"error: {message}")
    assert ran.err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["metrics.yaml"]


def test_two_names_of_one_file_are_one_file(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", QUIET)
    old = write("a.json", "old")
    (tmp_path / "b.json").symlink_to("a.json")
    assert cli("check", "--format", "json=a.json", "--format", "jsonl=b.json").code == 2
    assert old.read_text() == "old"


@pytest.mark.parametrize("target", ["folder", "missing/out.sarif", "metrics.yaml/out.sarif"])
def test_a_file_that_cannot_be_written_exits_with_2_and_is_named(
    cli: Cli, write: Write, tmp_path: Path, target: str
) -> None:
    write("metrics.yaml", RANKED)
    (tmp_path / "folder").mkdir()
    ran = cli("check", "metrics.yaml", "--format", "text", "--format", f"sarif={target}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {target} cannot be written: ")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "metrics.yaml"]


# Wrong input


@pytest.mark.parametrize("format_", [f for f in FORMATS if f != "text"])
def test_wrong_input_stands_in_the_file_and_on_standard_error(
    cli: Cli, write: Write, tmp_path: Path, format_: str
) -> None:
    write("metrics.yaml", BROKEN)
    ran = cli("check", "--format", "text", "--format", f"{format_}=out")
    assert (ran.code, ran.out) == (2, "")
    assert 'unknown key "titel"' in ran.err
    assert "titel" in (tmp_path / "out").read_text(encoding="utf-8")


def test_wrong_input_leaves_no_text_file_and_is_said_where_people_look(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", BROKEN)
    ran = cli("check", "--format", "text=report.txt", "--format", "json=report.json")
    assert (ran.code, ran.out) == (2, "")
    assert 'unknown key "titel"' in ran.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["metrics.yaml", "report.json"]


@pytest.mark.parametrize("format_", [f for f in FORMATS if f != "text"])
def test_a_wrong_selection_is_an_error_in_the_report(cli: Cli, write: Write, format_: str) -> None:
    write("metrics.yaml", RANKED)
    ran = cli("check", "--format", format_, "--select", "ranked-activty-board")
    assert (ran.code, ran.err) == (2, "")
    assert "ranked-activty-board" in ran.out
    assert "ranked-activity-board" in ran.out


def test_nothing_to_check_writes_no_file(cli: Cli, tmp_path: Path) -> None:
    ran = cli("check", "--format", "sarif=out.sarif")
    assert (ran.code, ran.out) == (3, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", ["sarif", "markdown"])
def test_a_format_imports_nothing_heavy(write: Write, tmp_path: Path, format_: str) -> None:
    write("metrics.yaml", RANKED)
    code, loaded = modules(tmp_path, "check", "metrics.yaml", "--format", format_)
    assert code == 1
    assert HEAVY & loaded == set()
