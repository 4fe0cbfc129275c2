"""``metriclint demo``, ``explain``, ``rules`` and ``schema``, and the root command."""

import json
import re
from pathlib import Path

import pytest
from cards import RANKED
from conftest import ROOT, Cli, Snapshot, Write
from jsonschema import Draft202012Validator

from metriclint.schemas import NAMES, schema
from metriclint.version import VERSION

RULE = """
    code: ZZZ901
    edition: "2026.1"
    severity: warning
    steps: []
    confidence: high
    variant: adversarial
    summary: A number that everybody sees.
    message: "{metric} is shown to {audience}."
    when: board.audience == 'org'
    locate: board.audience
    why: Somebody looks.
    fix: [{text: Show it to fewer people.}]
    ignore_when: Nobody is measured.
    criteria: [{ref: rss-2005, text: Write a protocol first.}]
    examples:
      bad:
        - title: Shown to all
          yaml: |
            metriclint: 1
            metrics: {m: {title: A number, visibility: {audience: org}}}
      good:
        - title: Shown to the person alone
          yaml: |
            metriclint: 1
            metrics: {m: {title: A number, visibility: {audience: AUDIENCE}}}
    """


def stages(text: str) -> list[str]:
    """The part of the demo about each stage."""
    return re.split(r"(?m)^Stage \d: ", text)[1:]


# demo


def test_the_demo_tells_the_three_stages(cli: Cli, snapshot: Snapshot) -> None:
    ran = cli("demo")
    assert (ran.code, ran.err) == (0, "")
    snapshot("demo.txt", ran.out)
    assert [s.partition("\n")[0] for s in stages(ran.out)] == ["leaderboard", "restricted", "redesigned"]


def test_the_second_stage_of_the_demo_is_not_fixed(cli: Cli) -> None:
    first, second, _ = stages(cli("demo").out)
    assert "VIS301 ranked-activity-board" in first
    assert "gone: VIS301 ranked-activity-board" in second
    flat = " ".join(second.split())
    assert "still open: REV402 unenforced-non-use-promise" in flat
    assert "path: AI tokens used per developer → shown on → Personal token statistics → read in →" in flat
    assert "→ leads to → the performance rating" in flat


def test_the_third_stage_of_the_demo_has_nothing_above_a_note(cli: Cli) -> None:
    third = stages(cli("demo").out)[2]
    assert "Nothing above a note is left." in third
    assert "REV402 unenforced-non-use-promise among them" in third
    assert "error" not in third
    assert "still open" not in third


def test_the_demo_needs_no_files_and_writes_none(cli: Cli, tmp_path: Path) -> None:
    assert cli("demo", "--color", "always").out.count("\x1b[") > 3
    assert list(tmp_path.iterdir()) == []


# explain


def test_explain_takes_name_and_code_in_any_case(cli: Cli) -> None:
    by_name = cli("explain", "unenforced-non-use-promise")
    assert by_name.code == 0
    assert by_name.out.startswith("REV402 unenforced-non-use-promise")
    assert cli("explain", "REV402").out == by_name.out
    assert cli("explain", "rev402").out == by_name.out
    assert cli("rules", "show", "REV402").out == by_name.out


def test_explain_has_its_sections_in_a_fixed_order(cli: Cli) -> None:
    out = cli("explain", "VIS301").out
    heads = ["What it flags", "Why it may backfire", "Avoid", "Prefer", "What you can do", "When to ignore"]
    heads += ["Criteria", "Evidence"]
    assert [line for line in out.splitlines() if line in heads] == heads


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("ranked-activty-board", 'did you mean "ranked-activity-board"?'),
        ("VIS31", 'did you mean "VIS301"?'),
        ("xyzzy", "see `metriclint rules list`"),
    ],
)
def test_an_unknown_rule_is_refused_with_a_way_out(cli: Cli, word: str, hint: str) -> None:
    for command in (["explain"], ["rules", "show"]):
        ran = cli(*command, word)
        assert ran.code == 2
        assert ran.out == ""
        assert ran.err.startswith(f'error: unknown rule "{word}"')
        assert hint in ran.err


# rules


def test_rules_list_json_is_an_array_of_rules(cli: Cli) -> None:
    ran = cli("rules", "list", "--format", "json")
    rules = json.loads(ran.out)
    assert ran.code == 0
    assert isinstance(rules, list)
    codes = [r["code"] for r in rules]
    assert codes == sorted(set(codes))
    assert {r["file"] for r in rules} == {f.relative_to(ROOT).as_posix() for f in (ROOT / "rules").glob("*/*.yaml")}
    for rule in rules:
        assert {"name", "family", "severity", "summary", "when", "why", "fix", "examples"} <= set(rule)


def test_rules_list_names_every_rule_on_a_line_and_counts_them(cli: Cli) -> None:
    rules = json.loads(cli("rules", "list", "--format", "json").out)
    out = cli("rules", "list").out
    for rule in rules:
        assert re.search(rf"(?m)^  {rule['code']}  {rule['name']} +{rule['severity']} ", out)
    assert f"{len(rules)} rules." in out.splitlines()[-1]


@pytest.mark.parametrize("family", ["AGT", "agt", "agents"])
def test_rules_list_of_one_family(cli: Cli, family: str) -> None:
    rules = json.loads(cli("rules", "list", "--format", "json", "--family", family).out)
    assert {r["family"] for r in rules} == {"agents"}


def test_rules_list_refuses_an_unknown_family_or_format(cli: Cli) -> None:
    assert cli("rules", "list", "--family", "xyz") == (2, "", 'error: unknown family "xyz"\n')
    assert cli("rules", "list", "--format", "toml").code == 2


def test_the_examples_of_the_built_in_rules_pass(cli: Cli) -> None:
    ran = cli("rules", "test")
    assert ran.code == 0
    number = re.fullmatch(r"(\d+) passed, 0 failed", ran.out.splitlines()[-1])
    assert number is not None and int(number[1]) > 200


def test_a_pack_of_the_user_is_tested_alone(cli: Cli, write: Write) -> None:
    write("house-rules/openness/shown-to-all.yaml", RULE.replace("AUDIENCE", "self"))
    ran = cli("rules", "test", "house-rules", "--verbose")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "passed house-rules/openness/shown-to-all.yaml: bad example 1 (Shown to all)",
        "passed house-rules/openness/shown-to-all.yaml: good example 1 (Shown to the person alone)",
        "2 passed, 0 failed",
    ]


def test_a_failing_example_exits_with_1_and_says_why(cli: Cli, write: Write) -> None:
    write("house-rules/openness/shown-to-all.yaml", RULE.replace("AUDIENCE", "org"))
    ran = cli("rules", "test", "house-rules")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "FAILED house-rules/openness/shown-to-all.yaml: good example 1 (Shown to the person alone)",
        "       reported for m, and must not be",
        "1 passed, 1 failed",
    ]


def test_a_broken_pack_exits_with_2_with_every_defect(cli: Cli, write: Write) -> None:
    broken = RULE.replace("AUDIENCE", "self").replace("board.audience == 'org'", "board.audince == 'org'")
    write("house-rules/openness/shown-to-all.yaml", broken)
    write("house-rules/openness/second-defect.yaml", "code: 7\n")
    ran = cli("rules", "test", "house-rules")
    assert ran.code == 2
    assert ran.out == ""
    assert "shown-to-all.yaml:9:7: unknown fact" in ran.err
    assert "board.audience" in ran.err
    assert "second-defect.yaml" in ran.err


def test_a_missing_pack_exits_with_2_and_an_empty_one_with_3(cli: Cli, tmp_path: Path) -> None:
    assert cli("rules", "test", "nowhere").code == 2
    (tmp_path / "empty").mkdir()
    assert cli("rules", "test", "empty") == (3, "", "error: no rule file in empty\n")


def test_a_pack_of_the_configuration_is_asked_and_selected_like_any_other(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", 'packs = ["house-rules"]\nselect = ["shown-to-all"]\n')
    write("house-rules/openness/shown-to-all.yaml", RULE.replace("AUDIENCE", "self"))
    ran = cli("check")
    assert "warning[shown-to-all] ZZZ901" in ran.out
    assert '"AI tokens used" is shown to everyone in the organisation.' in ran.out


# schema


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_printed_valid_and_equal_to_the_published_file(cli: Cli, name: str) -> None:
    ran = cli("schema", name)
    printed = json.loads(ran.out)
    assert ran.code == 0
    Draft202012Validator.check_schema(printed)
    assert printed["$id"].endswith(f"/{name}.json")
    assert printed["title"]
    assert ran.out == (ROOT / "docs" / "schema" / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_property_of_a_schema_has_title_description_and_examples(name: str) -> None:
    published = schema(name)
    bodies = [published, *published.get("$defs", {}).values()]
    bodies += [published[k] for k in ("then", "else") if k in published]
    wanting = [
        f"{body.get('title')}.{key}: {word}"
        for body in bodies
        for key, value in body.get("properties", {}).items()
        if body.get("title") and not key.startswith("$")
        for word in ("title", "description", "examples")
        if word not in value and not (name == "document" and key == "overlay" and value == {"const": True})
    ]
    assert wanting == []


def test_a_schema_goes_to_a_file(cli: Cli, tmp_path: Path) -> None:
    assert cli("schema", "config", "--output", "config.json") == (0, "", "")
    assert (tmp_path / "config.json").read_text(encoding="utf-8") == cli("schema", "config").out


def test_an_unknown_schema_is_refused(cli: Cli) -> None:
    ran = cli("schema", "sarif")
    assert ran.code == 2
    assert "document" in ran.err


# the root


def test_version_is_printed_alone(cli: Cli) -> None:
    assert cli("--version") == (0, f"metriclint {VERSION}\n", "")


def test_without_arguments_the_commands_are_shown(cli: Cli) -> None:
    ran = cli()
    for command in ("check", "demo", "explain", "rules", "schema"):
        assert re.search(rf"(?m)^  {command} ", ran.out + ran.err)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_of_check_tells_the_exit_codes(cli: Cli, flag: str) -> None:
    ran = cli("check", flag)
    assert ran.code == 0
    flat = " ".join(ran.out.split())
    assert "0 nothing at the threshold, 1 findings, 2 wrong input, 3 no documents" in flat


def test_an_unknown_command_names_the_nearest(cli: Cli) -> None:
    ran = cli("chek")
    assert ran.code == 2
    assert 'did you mean "check"?' in ran.err
