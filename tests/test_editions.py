"""Dated rule sets: rules that are new, in preview, retired or renamed, and what a project is told of them."""

import json

import pytest
from conftest import Cli, Write

RULE = """
code: {code}
edition: "{edition}"
severity: warning
confidence: medium
variant: none
kind: observation
summary: A rule of the house.
message: "{{metric}} is odd."
when: metric.title == 'Odd'
why: Somebody looks.
fix: [{{text: Look again.}}]
ignore_when: Nobody is measured.
{more}
examples:
  bad:
    - title: Odd
      yaml: &odd "{{metriclint: 1, metrics: {{m: {{title: Odd}}}}}}"
    - {{title: Odd again, yaml: *odd}}
  good:
    - title: Even
      yaml: &even "{{metriclint: 1, metrics: {{m: {{title: Even}}}}}}"
    - {{title: Even again, yaml: *even}}
"""
RULES = {
    "plain-rule": ("ORG001", "2026.1", ""),
    "preview-rule": ("ORG002", "2026.1", "preview: true"),
    "retired-rule": ("ORG003", "2026.1", "retired: true"),
    "renamed-rule": ("ORG004", "2026.1", "aliases: [old-name]"),
    "future-rule": ("ORG005", "2026.10", ""),
}


@pytest.fixture
def project(write: Write) -> Write:
    for name, (code, edition, more) in RULES.items():
        write(f"house/{name}.yaml", RULE.format(code=code, edition=edition, more=more))
    write("metriclint.toml", 'packs = ["house"]\nselect = ["ORG"]\nruleset = "2026.1"\n')
    write("card.yaml", "metriclint: 1\nmetrics: {m: {title: Odd, consequences: []}}\n")
    return write


def found(cli: Cli, *args: str) -> tuple[list[str], list[str]]:
    """Codes that are reported, and what else is said."""
    report = json.loads(cli("check", "--format", "json", *args).out)
    return [f["code"] for f in report["findings"]], [n["message"] for n in report["notices"]]


@pytest.mark.usefixtures("project")
def test_rules_of_the_edition_are_asked_and_the_others_are_not(cli: Cli) -> None:
    assert found(cli) == (["ORG001", "ORG004"], [])
    assert found(cli, "--preview") == (["ORG001", "ORG002", "ORG004"], [])


def test_the_configuration_asks_for_preview_too(cli: Cli, project: Write) -> None:
    project("metriclint.toml", 'packs = ["house"]\nselect = ["ORG"]\npreview = true\n')
    assert found(cli)[0] == ["ORG001", "ORG002", "ORG004"]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("word", "name", "why"),
    [
        ("preview-rule", "preview-rule", "it is in no edition yet; --preview or `preview = true` asks such rules"),
        ("org003", "retired-rule", "it is retired and finds nothing any more"),
        ("future-rule", "future-rule", "it enters with the rule set 2026.10, and this project asks 2026.1"),
    ],
)
def test_a_rule_that_is_selected_and_not_asked_is_said(cli: Cli, word: str, name: str, why: str) -> None:
    codes, notices = found(cli, "--select", f"{word}, ORG001")
    assert codes == ["ORG001"]
    assert notices == [f"rule {name} is selected and not asked: {why}"]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("word", ["old-name", "Old-Name", "renamed-rule", "ORG004"])
def test_an_earlier_name_selects_ignores_and_explains(cli: Cli, word: str) -> None:
    assert found(cli, "--select", word) == (["ORG004"], [])
    assert found(cli, "--ignore", word) == (["ORG001"], [])
    assert cli("explain", word).out.startswith("ORG004 renamed-rule ")


def test_an_old_waiver_of_a_retired_or_renamed_rule_stays_valid(cli: Cli, project: Write) -> None:
    waiver = "metric: m, reason: The pilot ends soon., requested_by: owner, approved_by: works-council"
    project("metriclint.toml", 'packs = ["house"]\nselect = ["ORG", "GOV"]\n')
    project(
        "waivers.yaml",
        f"metriclint: 1\nwaivers:\n  - {{rule: old-name, {waiver}, expires: 2026-12-30}}\n"
        f"  - {{rule: retired-rule, {waiver}, expires: 2026-12-30}}\n",
    )
    ran = cli("check", "--format", "json", "--today", "2026-11-25")
    status = {f["rule"]: f["status"] for f in json.loads(ran.out)["findings"]}
    assert ran.code == 0
    assert status["renamed-rule"] == "waived"
    assert "unknown-waiver-target" not in status
    assert status["unused-waiver"] == "reported"


@pytest.mark.usefixtures("project")
def test_the_list_and_the_page_say_what_is_in_preview_or_retired(cli: Cli) -> None:
    listed = cli("rules", "list", "--family", "ORG").out
    assert listed.count("[preview: asked with --preview]") == 1
    assert listed.count("[retired: finds nothing any more]") == 1
    assert "[retired" in cli("explain", "retired-rule").out.splitlines()[0]


@pytest.mark.usefixtures("project")
def test_the_examples_of_every_rule_are_run_whatever_its_edition(cli: Cli) -> None:
    assert cli("rules", "test", "house").out == "20 passed, 0 failed\n"


@pytest.mark.parametrize("word", ["VIS", "visibility"])
def test_a_family_is_no_rule_to_explain(cli: Cli, word: str) -> None:
    ran = cli("explain", word)
    assert ran.code == 2
    assert f"`metriclint rules list --family {word}` lists them" in ran.err
