"""The configuration: overrides for paths, severities, and every mistake in one run."""

import json

import pytest
from cards import RANKED
from conftest import Cli, Write
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.files.globs import fits

DAY = ("--today", "2026-11-25")


def levels(cli: Cli, *args: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Severity of each finding and who set it, by file and code."""
    report = json.loads(cli("check", *DAY, "--format", "json", *args).out)
    return {(f["location"]["path"], f["code"]): (f["severity"], f["severity_from"]) for f in report["findings"]}


@pytest.fixture
def two(write: Write) -> None:
    for folder in ("legacy", "fresh"):
        write(f"{folder}/metrics.yaml", RANKED.replace("ai-tokens", f"{folder}-tokens"))


# Overrides


@pytest.mark.usefixtures("two")
def test_an_override_holds_for_its_files_and_for_no_others(cli: Cli, write: Write) -> None:
    write("metriclint.toml", '[[overrides]]\npaths = ["legacy/**"]\nignore = ["CTR"]\nseverity = {VIS301 = "note"}\n')
    found = levels(cli)
    assert found["legacy/metrics.yaml", "VIS301"] == ("note", "configuration")
    assert found["fresh/metrics.yaml", "VIS301"] == ("error", "rule")
    assert ("legacy/metrics.yaml", "CTR501") not in found
    assert ("fresh/metrics.yaml", "CTR501") in found


@pytest.mark.usefixtures("two")
def test_what_an_override_leaves_out_counts_as_filtered(cli: Cli, write: Write) -> None:
    before = json.loads(cli("check", *DAY, "--format", "json").out)["summary"]
    write("metriclint.toml", '[[overrides]]\npaths = ["legacy"]\nignore = ["*"]\n')
    after = json.loads(cli("check", *DAY, "--format", "json").out)["summary"]
    assert after["filtered"] == before["reported"] - after["reported"] > 0


@pytest.mark.usefixtures("two")
def test_the_last_override_that_fits_counts_and_goes_before_the_table(cli: Cli, write: Write) -> None:
    write(
        "metriclint.toml",
        """
        [severity]
        VIS301 = "info"
        [[overrides]]
        paths = ["**/*.yaml"]
        severity = {VIS301 = "warning"}
        [[overrides]]
        paths = ["legacy/"]
        severity = {VIS301 = "note"}
        """,
    )
    found = levels(cli)
    assert found["legacy/metrics.yaml", "VIS301"][0] == "note"
    assert found["fresh/metrics.yaml", "VIS301"][0] == "warning"


@pytest.mark.parametrize("order", [1, -1])
def test_a_rule_goes_before_its_family_wherever_they_stand(cli: Cli, write: Write, order: int) -> None:
    write("metrics.yaml", RANKED)
    lines = ['VIS = "note"', 'VIS301 = "warning"', '"*" = "info"'][::order]
    write("metriclint.toml", "[severity]\n" + "\n".join(lines) + "\n")
    found = levels(cli)
    assert found["metrics.yaml", "VIS301"] == ("warning", "configuration")
    assert {level for (_, code), level in found.items() if code != "VIS301"} == {("info", "configuration")}


@pytest.mark.usefixtures("two")
def test_paths_of_overrides_are_those_below_the_configuration_wherever_one_stands(cli: Cli, write: Write) -> None:
    write("legacy/metriclint.toml", '[[overrides]]\npaths = ["metrics.yaml"]\nseverity = {VIS301 = "note"}\n')
    found = levels(cli, ".")
    assert found["legacy/metrics.yaml", "VIS301"][0] == "note"
    assert found["fresh/metrics.yaml", "VIS301"][0] == "error"


def test_a_severity_from_the_configuration_is_printed_as_such(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", '[severity]\nVIS301 = "warning"\nCTR502 = "note"\n')
    out = cli("check", *DAY).out
    assert "warning[ranked-activity-board] VIS301 (severity set by configuration)" in out
    assert "CTR502 no-outcome-link (note by configuration)" in " ".join(out.split())
    assert out.count("configuration") == 2


def test_the_threshold_counts_the_severity_that_was_set(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", '[severity]\n"*" = "note"\n')
    assert cli("check", *DAY).code == 0
    assert cli("check", *DAY, "--fail-on", "note").code == 1


# Mistakes


def test_every_mistake_is_told_in_one_run_with_its_place_and_what_was_meant(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED.replace("kind: activity", "kind: activty"))
    write(
        "metriclint.toml",
        """
        ruleset = "2026.1"
        fail_no = "error"
        ignore = ["LEG",
          "VIS31"]
        [severity]
        no-counter-metrc = "note"
        CTR501 = "grave"
        [waivers]
        max_days = {error = 0, grave = 9}
        never = ["GVO903"]
        [[overrides]]
        paths = ["legacy"]
        ignore = ["STAA"]
        [[overrides]]
        severity = {VIS31 = "note"}
        """,
    )
    ran = cli("check")
    assert ran.code == 2
    assert ran.out == ""
    for place in (
        "metriclint.toml:2:1: unknown key",
        'metriclint.toml:4:3: unknown rule or family "VIS31" in `ignore`',
        'metriclint.toml:6:1: unknown rule or family "no-counter-metrc" in `severity`',
        'metriclint.toml:7:1: "grave" is not one of the allowed values',
        "metriclint.toml:9:1: must be 1 or more",
        'metriclint.toml:9:1: "grave" is not one of the allowed values',
        'metriclint.toml:10:10: unknown rule or family "GVO903" in `waivers.never`',
        'metriclint.toml:13:11: unknown rule or family "STAA" in `overrides.ignore`',
        'metriclint.toml:14:1: "paths" is missing',
        'metriclint.toml:15:1: unknown rule or family "VIS31" in `overrides.severity`',
        'metrics.yaml:5:5: "activty" is not one of the allowed values',
    ):
        assert f"error: {place}" in ran.err, ran.err
    for meant in ("fail_on", "VIS301", "no-counter-metric", "GOV903", "STA", "activity"):
        assert f"did you mean {meant}?" in ran.err


def test_a_missing_baseline_and_an_unknown_rule_of_another_project_are_told_together(cli: Cli, write: Write) -> None:
    for name, line in (("north", 'baseline = "known.json"'), ("south", 'ignore = ["VIS31"]')):
        write(f"{name}/metriclint.toml", line + "\n")
        write(f"{name}/metrics.yaml", RANKED)
    ran = cli("check", ".")
    assert ran.code == 2
    assert "north/known.json: there is no such baseline" in ran.err
    assert 'south/metriclint.toml:1:11: unknown rule or family "VIS31"' in ran.err


# Patterns of paths


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("legacy/a.yaml", "legacy", True),
        ("legacy/a.yaml", "legacy/", True),
        ("legacy/deep/a.yaml", "legacy/**", True),
        ("legacy/deep/a.yaml", "legacy/*.yaml", False),
        ("legacy/deep/a.yaml", "**/a.yaml", True),
        ("a.yaml", "**/a.yaml", True),
        ("a.yaml", "./a.yaml", True),
        ("legacy2/a.yaml", "legacy", False),
        ("x/legacy/a.yaml", "legacy", False),
        ("Legacy/a.yaml", "legacy", False),
        ("draft-1.yaml", "draft-?.yaml", True),
        ("x/draft-12.yaml", "*/draft-*.yaml", True),
        ("a/b/c/d.yaml", "a/**/c", True),
        ("a.yaml", "", True),
        ("a.yaml", "**", True),
    ],
)
def test_a_pattern_names_files_and_folders(path: str, pattern: str, expected: bool) -> None:
    assert fits(path, pattern) is expected


NAMES = st.lists(st.sampled_from(["a", "b", "ab", "c.yaml"]), min_size=1, max_size=4)


@settings(deadline=None)
@given(NAMES, st.lists(st.sampled_from(["a", "*", "**", "?", "ab", "*b", "c.yaml"]), max_size=5))
def test_a_pattern_means_what_its_regular_expression_means(path: list[str], pattern: list[str]) -> None:
    import re

    parts = [
        "(?:[^/]+/)*" if p == "**" else p.replace(".", r"\.").replace("*", "[^/]*").replace("?", "[^/]") + "/"
        for p in pattern
    ]
    meant = re.fullmatch("".join(parts) + "(?:[^/]+/)*", "/".join(path) + "/") is not None
    assert fits("/".join(path), "/".join(pattern)) is meant
