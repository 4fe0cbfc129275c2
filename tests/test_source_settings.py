"""Settings of sources that cannot be meant: each is told at its place in the configuration. Files that nobody knows."""

from pathlib import Path

import pytest
from conftest import Cli, Write

LIST = "- {name: a, target: 5}\n"


def told(cli: Cli, write: Write, settings: str) -> str:
    write("lists/a.yml", LIST)
    write("metriclint.toml", f"[[sources]]\n{settings}\n")
    result = cli("check")
    assert result.code == 2
    return result.err


@pytest.mark.parametrize(
    ("settings", "place", "message", "near"),
    [
        ('paths = ["lists/*.yml"]\nadapter = "dbd"', "3:11", 'unknown adapter "dbd"', "did you mean dbt?"),
        (
            'paths = ["lists/*.yml"]\nmapping = "slot"',
            "3:11",
            'no mapping that ships is called "slot", and a path has a / or ends in .yaml',
            "did you mean sloth?",
        ),
        (
            'paths = ["lists/*.yml"]\nadapter = "dbt"\nmapping = "sloth"',
            "4:11",
            "a mapping is read by `records`: `dbt` takes none",
            "",
        ),
        ('paths = ["list/*.yml"]\nmapping = "sloth"', "2:10", '"list": no such file or folder', ""),
        ('paths = ["lists/b.yml"]\nadapter = "records"', "2:10", '"lists/b.yml": no such file or folder', ""),
        ('paths = ["../x/*.yml"]\nmapping = "sloth"', "2:10", '"../x/*.yml" leads out of the project', ""),
    ],
)
def test_a_setting_that_cannot_be_meant_is_told_at_its_place(
    cli: Cli, write: Write, settings: str, place: str, message: str, near: str
) -> None:
    err = told(cli, write, settings)
    assert f"error: metriclint.toml:{place}: {message}\n" in err
    assert near in err
    assert "1 problem in the input" in err


def test_a_setting_in_pyproject_is_told_there(cli: Cli, write: Write) -> None:
    write("a.yml", LIST)
    write("pyproject.toml", '[tool.metriclint]\n[[tool.metriclint.sources]]\npaths = ["*.yml"]\nadapter = "osy"\n')
    assert 'pyproject.toml:4:11: unknown adapter "osy"' in cli("check").err


def test_what_is_left_aside_need_not_be_there(cli: Cli, write: Write) -> None:
    write("a.yaml", "metriclint: 1\n")
    write("metriclint.toml", '[[sources]]\npaths = ["build/*.yml"]\nskip = true\n')
    assert cli("check").code == 0


def test_an_adapter_is_not_given_files_that_it_cannot_read(cli: Cli, write: Write) -> None:
    err = told(cli, write, 'paths = ["lists/*.yml"]\nadapter = "sheets"')
    assert 'lists/a.yml: adapter "sheets" (named by `sources` of the configuration) reads no .yml files' in err
    assert "allowed: .xlsx, .xlsm, .csv" in err


@pytest.mark.parametrize("name", ["a.yml", "a.json"])
def test_a_named_file_that_nobody_knows_says_where_the_adapters_stand(cli: Cli, write: Write, name: str) -> None:
    write(name, '{"metrics": {"a": 1}}')
    result = cli("check", name)
    assert (result.code, result.err.splitlines()[0]) == (
        2,
        f'error: {name}:1:1: "metriclint" is missing: a document begins with `metriclint: 1`; '
        "no adapter recognises it as a file of another tool either (`metriclint sources list`)",
    )


def test_a_named_text_that_is_no_data_at_all_is_told_as_one(cli: Cli, write: Write) -> None:
    """And not what a YAML reader stumbles over in it."""
    write("notes.md", "Title: x\n\nSome: text: here\n")
    assert cli("check", "notes.md").err.startswith("error: notes.md:1:1: this is no document: one is YAML or JSON and")


def test_of_a_table_that_nobody_knows_only_adapters_that_could_read_it_are_named(cli: Cli, write: Write) -> None:
    write("a.csv", "what,how\n1,2\n")
    err = cli("check", "a.csv").err
    assert "nothing recognises this file (`metriclint sources list`)" in err
    assert "allowed: records, sheets\n" in err


@pytest.mark.parametrize("name", ["old.xls", "new.ods"])
def test_other_spreadsheets_are_told_what_to_be_saved_as(cli: Cli, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 100)
    assert f"error: {name}: spreadsheets are read as .xlsx or .csv: save it as one of these\n" in cli("check", name).err
