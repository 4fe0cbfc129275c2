"""``metriclint config show``: every setting with the place it comes from."""

import json
import re

import pytest
from conftest import Cli, Snapshot, Write

TOML = """
    fail_on = "warning"
    ignore = [
      "LEG",
    ]
    [severity]
    no-review-or-sunset = "warning"
    [waivers]
    max_days = {error = 30}
    [[overrides]]
    paths = ["legacy/**"]
    severity = {no-counter-metric = "note"}
    """


def test_every_setting_is_shown_with_its_line_or_as_a_default(cli: Cli, write: Write, snapshot: Snapshot) -> None:
    write("metriclint.toml", TOML)
    ran = cli("config", "show")
    assert (ran.code, ran.err) == (0, "")
    snapshot("config-show.txt", ran.out)


def test_settings_are_found_upwards_and_of_a_file_the_overrides_that_fit(cli: Cli, write: Write) -> None:
    write("metriclint.toml", TOML)
    write("legacy/deep/a.yaml", "metriclint: 1\n")
    write("fresh/a.yaml", "metriclint: 1\n")
    assert "configuration: metriclint.toml\n" in cli("config", "show", "legacy/deep").out
    assert "does not fit" not in cli("config", "show", "legacy/deep/a.yaml").out
    assert cli("config", "show", "fresh/a.yaml").out.count(", does not fit this file") == 2


def test_a_table_in_pyproject_counts_where_there_is_no_file_of_ours(cli: Cli, write: Write) -> None:
    write("pyproject.toml", '[project]\nname = "x"\n\n[tool.metriclint]\nstrict = true\n')
    out = cli("config", "show").out
    assert out.startswith("configuration: pyproject.toml [tool.metriclint]\n")
    assert [line.split("  ")[0] for line in out.splitlines() if "pyproject.toml:5" in line] == ["strict = true"]
    write("metriclint.toml", "preview = true\n")
    out = cli("config", "show").out
    assert out.startswith("configuration: metriclint.toml\nnote: pyproject.toml beside it has [tool.metriclint] too")
    assert "strict = false" in out


def test_without_a_configuration_everything_is_a_default(cli: Cli) -> None:
    out = cli("config", "show").out
    assert out.startswith("no metriclint.toml")
    lines = out.splitlines()[2:]
    assert len(lines) > 8
    assert all(line.endswith("# default") for line in lines)


def test_json_for_scripts(cli: Cli, write: Write) -> None:
    write("metriclint.toml", TOML)
    record = json.loads(cli("config", "show", "--format", "json").out)
    assert record["file"] == "metriclint.toml"
    by_key = {setting["key"]: setting for setting in record["settings"]}
    assert by_key["fail_on"] == {
        "key": "fail_on",
        "value": "warning",
        "from": "configuration",
        "line": 1,
        "applies": True,
    }
    assert by_key["waivers.max_days.warning"]["value"] == 180
    assert by_key["waivers.max_days.warning"]["from"] == "default"
    assert by_key["overrides[0].severity"]["value"] == {"no-counter-metric": "note"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fail_no = 1\n", "metriclint.toml:1:1: unknown key"),
        ("fail_on = \n", "metriclint.toml:1:"),
        ('ignore = ["VIS31"]\n', "did you mean VIS301?"),
        ('packs = ["./nowhere"]\n', "no such rule folder"),
        ('ruleset = "2031.1"\n', 'metriclint.toml:1:1: unknown rule set "2031.1"'),
    ],
)
def test_a_wrong_configuration_is_told_and_not_shown(cli: Cli, write: Write, text: str, told: str) -> None:
    write("metriclint.toml", text)
    ran = cli("config", "show")
    assert ran.code == 2
    assert ran.out == ""
    assert told in ran.err


def test_mistakes_are_told_in_the_order_of_the_file(cli: Cli, write: Write) -> None:
    write("metriclint.toml", 'ignore = ["VIS31"]\nfail_no = 1\nruleset = "2031.1"\n')
    err = cli("config", "show").err
    assert re.findall(r"metriclint.toml:(\d)", err) == ["1", "2", "3"]


def test_a_path_that_is_not_there_is_told(cli: Cli) -> None:
    ran = cli("config", "show", "nowhere")
    assert ran.code == 2
    assert "nowhere: no such file or folder" in ran.err
