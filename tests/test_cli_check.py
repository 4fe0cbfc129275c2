"""``metriclint check``: exit codes, options, and where the report goes."""

import itertools
import json
import re
import textwrap
from pathlib import Path

import pytest
from cards import BROKEN, QUIET, RANKED
from conftest import TODAY, Cli, Write

SEVERITIES = ("info", "note", "warning", "error")


def found(out: str) -> set[str]:
    return {f["code"] for f in json.loads(out)["findings"]}


def test_a_sound_document_exits_with_0(cli: Cli, write: Write) -> None:
    write("metrics.yaml", QUIET)
    ran = cli("check", "metrics.yaml", "--fail-on", "info")
    assert ran.code == 0
    assert ran.out == "1 metric checked: nothing found (0 reported, 0 waived, 0 baselined, 0 filtered)\n"
    assert ran.err == ""


def test_findings_exit_with_1(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    ran = cli("check", "metrics.yaml")
    assert ran.code == 1
    assert "error[ranked-activity-board] VIS301" in ran.out


def test_wrong_input_exits_with_2_and_prints_no_report(cli: Cli, write: Write) -> None:
    write("metrics.yaml", BROKEN)
    ran = cli("check", "metrics.yaml")
    assert ran.code == 2
    assert ran.out == ""
    for part in ('unknown key "titel"', "did you mean title?", "activty", "did you mean activity?"):
        assert part in ran.err
    assert ran.err.endswith("problems in the input; nothing was checked.\n")


def test_wrong_input_is_a_whole_report_in_json(cli: Cli, write: Write) -> None:
    write("metrics.yaml", BROKEN)
    ran = cli("check", "metrics.yaml", "--format", "json")
    report = json.loads(ran.out)
    assert ran.code == 2
    assert report["findings"] == []
    assert {e["path"] for e in report["errors"]} == {"metrics.yaml"}
    assert 'unknown key "titel"' in [e["message"] for e in report["errors"]]


def test_an_empty_folder_exits_with_3_and_says_what_to_do(cli: Cli) -> None:
    ran = cli("check")
    assert ran.code == 3
    assert ran.out == ""
    assert "nothing to check" in ran.err
    assert "metriclint demo" in ran.err


def test_a_folder_of_other_yaml_exits_with_3_and_names_a_file_without_control_characters(
    cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "play\x1b[31mbook.yaml").write_text("hosts: all\n")
    ran = cli("check")
    assert ran.code == 3
    assert "play [31mbook.yaml does not begin with `metriclint: 1`" in ran.err
    assert "\x1b" not in ran.err


def test_a_missing_path_exits_with_2(cli: Cli) -> None:
    ran = cli("check", "nowhere.yaml")
    assert ran.code == 2
    assert "nowhere.yaml: no such file or folder" in ran.err


def test_an_unknown_format_names_the_known_ones(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    ran = cli("check", "metrics.yaml", "--format", "xml")
    assert ran.code == 2
    assert ran.err.startswith('error: unknown format "xml"; there are ')
    assert {"json", "text"} <= set(ran.err.strip().rpartition("are ")[2].split(", "))


def test_text_is_the_format_without_the_option(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    assert cli("check", "metrics.yaml").out == cli("check", "metrics.yaml", "--format", "text").out


# Output


def test_output_goes_to_a_file_whole_and_nowhere_else(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    printed = cli("check", "metrics.yaml", "--format", "json")
    ran = cli("check", "metrics.yaml", "--format", "json", "--output", "report.json")
    assert ran == (1, "", "")
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == printed.out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["metrics.yaml", "report.json"]


def test_an_older_report_is_replaced_and_keeps_its_permissions(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", QUIET)
    old = write("report.txt", "old " * 1000)
    old.chmod(0o640)
    assert cli("check", "metrics.yaml", "-o", "report.txt").code == 0
    assert old.read_text().startswith("1 metric checked")
    assert old.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("target", ["folder", "missing/report.json", "metrics.yaml/report.json"])
def test_output_that_cannot_be_written_exits_with_2_and_leaves_nothing(
    cli: Cli, write: Write, tmp_path: Path, target: str
) -> None:
    write("metrics.yaml", RANKED)
    (tmp_path / "folder").mkdir()
    before = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*"))
    ran = cli("check", "metrics.yaml", "--format", "json", "--output", target)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith(f"error: {target} cannot be written: ")
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == before


# Thresholds


@pytest.mark.parametrize(("severity", "fail_on"), list(itertools.product(SEVERITIES, [*SEVERITIES, "never"])))
def test_fail_on_compares_with_the_severity_that_the_configuration_sets(
    cli: Cli, write: Write, severity: str, fail_on: str
) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", f'select = ["VIS301"]\n[severity]\nranked-activity-board = "{severity}"\n')
    ran = cli("check", "--format", "json", "--fail-on", fail_on)
    report = json.loads(ran.out)
    assert [f["severity"] for f in report["findings"]] == [severity]
    assert report["summary"]["by_severity"][severity] == 1
    expected = fail_on != "never" and SEVERITIES.index(severity) >= SEVERITIES.index(fail_on)
    assert ran.code == int(expected)


def test_a_severity_set_by_code_or_family_counts_before_folding(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", '[severity]\nVIS = "info"\nVIS304 = "error"\n')
    findings = {f["code"]: f for f in json.loads(cli("check", "--format", "json").out)["findings"]}
    assert findings["VIS301"]["severity"] == "info"
    for code, finding in findings.items():
        if finding["folded_under"] in findings:
            leader = findings[finding["folded_under"]]
            assert SEVERITIES.index(leader["severity"]) >= SEVERITIES.index(finding["severity"]), code


def test_the_default_threshold_is_error(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", '[severity]\nVIS301 = "warning"\n')
    assert cli("check", "--select", "VIS301").code == 0


def test_the_configuration_sets_the_threshold_and_the_option_wins(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", 'fail_on = "never"\n')
    assert cli("check").code == 0
    assert cli("check", "--fail-on", "error").code == 1


def test_each_project_is_held_against_its_own_threshold(cli: Cli, write: Write) -> None:
    write("loose/metrics.yaml", RANKED)
    write("loose/metriclint.toml", 'fail_on = "never"\n')
    write("strict/metrics.yaml", QUIET)
    write("strict/metriclint.toml", 'fail_on = "note"\n')
    assert cli("check").code == 0
    write("strict/more.yaml", RANKED)
    assert cli("check").code == 1


def test_an_unknown_threshold_exits_with_2(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    ran = cli("check", "metrics.yaml", "--fail-on", "fatal")
    assert ran.code == 2
    assert "never" in ran.err


# Selection


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["VIS301"], {"VIS301"}),
        (["ranked-activity-board"], {"VIS301"}),
        (["vis301"], {"VIS301"}),
        (["VIS301,no-counter-metric"], {"VIS301", "CTR501"}),
        (["VIS301", "CTR501"], {"VIS301", "CTR501"}),
        (["VIS301, ,CTR501,"], {"VIS301", "CTR501"}),
    ],
)
def test_select_takes_names_codes_and_lists(cli: Cli, write: Write, words: list[str], expected: set[str]) -> None:
    write("metrics.yaml", RANKED)
    options = [part for word in words for part in ("--select", word)]
    assert found(cli("check", "metrics.yaml", "--format", "json", *options).out) == expected


@pytest.mark.parametrize("family", ["VIS", "vis", "visibility"])
def test_select_and_ignore_take_families(cli: Cli, write: Write, family: str) -> None:
    write("metrics.yaml", RANKED)
    everything = found(cli("check", "metrics.yaml", "--format", "json").out)
    visible = {code for code in everything if code.startswith("VIS")}
    assert found(cli("check", "metrics.yaml", "--format", "json", "--select", family).out) == visible
    assert found(cli("check", "metrics.yaml", "--format", "json", "--ignore", family).out) == everything - visible


def test_ignore_wins_over_select_and_what_is_left_out_counts_as_filtered(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    whole = json.loads(cli("check", "metrics.yaml", "--format", "json").out)["summary"]
    ran = cli("check", "metrics.yaml", "--format", "json", "--select", "VIS", "--ignore", "VIS301")
    part = json.loads(ran.out)["summary"]
    assert "VIS301" not in found(ran.out)
    assert whole["filtered"] == 0
    assert part["reported"] + part["filtered"] == whole["reported"]


def test_select_replaces_the_selection_of_the_configuration_and_ignore_adds_to_it(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", 'select = ["CTR501", "VIS301"]\nignore = ["VIS301"]\n')
    assert found(cli("check", "--format", "json").out) == {"CTR501"}
    assert found(cli("check", "--format", "json", "--select", "VIS301").out) == set()
    assert found(cli("check", "--format", "json", "--ignore", "CTR501").out) == set()


@pytest.mark.parametrize("words", ["", " , "])
def test_a_selection_of_nothing_is_wrong_and_does_not_pass(cli: Cli, write: Write, words: str) -> None:
    write("metrics.yaml", RANKED)
    ran = cli("check", "--select", words)
    assert (ran.code, ran.out) == (2, "")
    assert "--select: names no rule and no family" in ran.err


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_word_names_the_nearest_rule_and_all_are_told_at_once(cli: Cli, write: Write, option: str) -> None:
    write("metrics.yaml", RANKED)
    ran = cli("check", "metrics.yaml", option, "ranked-activty-board,nonsense")
    assert ran.code == 2
    assert ran.out == ""
    assert f'error: {option}: unknown rule or family "ranked-activty-board"' in ran.err
    assert "did you mean ranked-activity-board?" in ran.err
    assert 'unknown rule or family "nonsense"' in ran.err


@pytest.mark.parametrize("line", ['select = ["VIS31"]', 'ignore = ["VIS31"]', '[severity]\nVIS31 = "note"'])
def test_an_unknown_rule_in_the_configuration_names_the_file(cli: Cli, write: Write, line: str) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", line + "\n")
    ran = cli("check")
    assert ran.code == 2
    assert ran.err.startswith("error: metriclint.toml:")
    assert 'unknown rule or family "VIS31" in `' in ran.err
    assert "did you mean VIS301?" in ran.err


def test_an_unknown_rule_in_pyproject_names_that_file(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("pyproject.toml", '[tool.metriclint]\nignore = ["VIS31"]\n')
    assert cli("check").err.startswith('error: pyproject.toml:2:11: unknown rule or family "VIS31" in `ignore`')


def test_an_unknown_rule_set_names_the_known_one(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", 'ruleset = "2031.1"\n')
    ran = cli("check")
    assert ran.code == 2
    assert 'unknown rule set "2031.1"' in ran.err
    assert "2026.1" in ran.err


# Dates, colours, standard input


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "28.02.2027", ""])
def test_a_malformed_date_exits_with_2_and_shows_the_form(cli: Cli, write: Write, day: str) -> None:
    write("metrics.yaml", RANKED)
    ran = cli("check", "metrics.yaml", "--today", day)
    assert ran.code == 2
    assert ran.err == f'error: --today "{day}" is no date: write it as 2027-02-28\n'


def test_always_colours_and_never_does_not(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    plain = cli("check", "metrics.yaml", "--color", "never").out
    coloured = cli("check", "metrics.yaml", "--color", "always").out
    assert "\x1b[" not in plain
    assert "\x1b[31;1merror[ranked-activity-board]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_auto_does_not_colour_a_pipe(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    assert "\x1b[" not in cli("check", "metrics.yaml").out


def test_a_file_is_coloured_only_on_request(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    cli("check", "metrics.yaml", "-o", "plain.txt")
    cli("check", "metrics.yaml", "-o", "bright.txt", "--color", "always")
    assert "\x1b[" not in (tmp_path / "plain.txt").read_text(encoding="utf-8")
    assert "\x1b[" in (tmp_path / "bright.txt").read_text(encoding="utf-8")


def test_a_dash_reads_standard_input_under_the_given_name(cli: Cli) -> None:
    ran = cli("check", "-", "--stdin-filename", "metrics/draft.yaml", stdin=_plain(RANKED))
    assert ran.code == 1
    assert "metrics/draft.yaml:4:5: " in ran.out


def test_standard_input_has_a_name_of_its_own_otherwise(cli: Cli) -> None:
    ran = cli("check", "-", stdin=_plain(BROKEN))
    assert ran.code == 2
    assert "stdin.yaml:4:5: " in ran.err


def test_standard_input_belongs_to_the_project_around_its_name(cli: Cli, write: Write) -> None:
    write("metriclint.toml", 'ignore = ["VIS"]\n')
    write("other.yaml", "metriclint: 1\nroles: {developer: {title: Developer}}\n")
    ran = cli("check", "-", "--stdin-filename", "draft.yaml", "--format", "json", stdin=_plain(RANKED))
    assert ran.code == 1
    assert not any(code.startswith("VIS") for code in found(ran.out))


def test_the_date_moves_findings_about_dates_only(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    first = found(cli("check", "metrics.yaml", "--format", "json", "--today", TODAY).out)
    later = found(cli("check", "metrics.yaml", "--format", "json", "--today", "2030-01-01").out)
    assert {c for c in first ^ later if not c.startswith("GOV")} == set()


def _plain(document: str) -> bytes:
    return textwrap.dedent(document).lstrip("\n").encode()
