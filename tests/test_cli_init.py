"""``metriclint init``: a start that never changes what is there."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import TODAY, Cli, Snapshot, Write

ALL = {
    "metriclint.toml",
    "metrics/first.yaml",
    ".pre-commit-config.yaml",
    ".github/workflows/metriclint.yml",
    ".gitlab-ci.yml",
}


HOOK = ".pre-commit-config.yaml"


def files(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_everything_is_written_and_told(cli: Cli, tmp_path: Path, snapshot: Snapshot) -> None:
    ran = cli("init", "--yes")
    assert ran.code == 0, ran.err
    assert set(files(tmp_path)) == ALL
    snapshot("init.txt", ran.out)
    snapshot("init-files.txt", "".join(f"=== {name}\n{text}" for name, text in sorted(files(tmp_path).items())))


def test_an_empty_folder_says_which_commands_make_a_start(cli: Cli) -> None:
    ran = cli("check")
    assert (ran.code, ran.out) == (3, "")
    for command in ("init", "new", "demo"):
        assert f"`metriclint {command}`" in ran.err
        assert cli(command, "--help").code == 0


def test_the_first_card_passes_and_says_something(cli: Cli) -> None:
    cli("init", "--yes")
    ran = cli("check", "--today", TODAY)
    assert ran.code == 0, ran.err
    assert "1 metric checked: 1 info" in ran.out
    assert "open questions" in ran.out


def test_the_settings_are_those_that_were_said(cli: Cli, tmp_path: Path) -> None:
    ran = cli("init", "--yes", "--folder", "kpis/cards/", "--jurisdiction", "EU,DE", "--jurisdiction", "US-CA")
    assert ran.code == 0, ran.err
    settings = tomllib.loads((tmp_path / "metriclint.toml").read_text(encoding="utf-8"))
    assert settings["paths"] == ["kpis/cards"]
    assert settings["jurisdictions"] == ["EU", "DE", "US-CA"]
    assert (tmp_path / "kpis" / "cards" / "first.yaml").is_file()
    assert cli("check", "--today", TODAY).code == 0


def test_the_questions_are_asked_where_nothing_is_said(cli: Cli, tmp_path: Path) -> None:
    ran = cli("init", stdin=b"cards\nEU\ngitlab\nn\n")
    assert ran.code == 0, ran.err
    assert set(files(tmp_path)) == {"metriclint.toml", "cards/first.yaml", ".gitlab-ci.yml"}
    assert tomllib.loads((tmp_path / "metriclint.toml").read_text())["jurisdictions"] == ["EU"]


def test_a_question_whose_answer_was_given_is_not_asked(cli: Cli, tmp_path: Path) -> None:
    ran = cli("init", "--folder", "cards", "--jurisdiction", "EU", "--ci", "none", "--no-hook", stdin=b"")
    assert ran.code == 0, ran.err
    assert set(files(tmp_path)) == {"metriclint.toml", "cards/first.yaml"}
    assert "?" not in ran.out


def test_what_is_there_is_left_and_shown_what_to_add(
    cli: Cli, write: Write, tmp_path: Path, snapshot: Snapshot
) -> None:
    for name in ALL - {"metriclint.toml"}:
        write(name, "mine: true\n")
    ran = cli("init", "--yes", "--ci", "both")
    assert ran.code == 0, ran.err
    snapshot("init-left.txt", ran.out)
    assert {name for name, text in files(tmp_path).items() if text == "mine: true\n"} == ALL - {"metriclint.toml"}


def test_a_second_run_writes_nothing(cli: Cli, tmp_path: Path) -> None:
    cli("init", "--yes")
    before = files(tmp_path)
    ran = cli("init", "--yes")
    assert ran.code == 0, ran.err
    assert "Nothing was written: everything is there." in ran.out
    assert "To add metriclint to it" not in ran.out
    assert files(tmp_path) == before


def test_a_dry_run_tells_the_files_and_writes_none(cli: Cli, write: Write, tmp_path: Path) -> None:
    write(".gitlab-ci.yml", "mine: true\n")
    ran = cli("init", "--yes", "--ci", "gitlab", "--dry-run")
    assert ran.code == 0, ran.err
    told = [line.split("  ")[:2] for line in ran.out.splitlines()]
    assert told[:3] == [["would be written", name] for name in ("metriclint.toml", "metrics/first.yaml", HOOK)]
    assert told[3][0] == "would stay"
    assert ".gitlab-ci.yml is yours. To add metriclint to it:" in ran.out
    assert ran.out.endswith("Nothing was written (--dry-run).\n")
    assert set(files(tmp_path)) == {".gitlab-ci.yml"}


def test_settings_in_pyproject_are_kept_and_used(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", '[tool.metriclint]\npaths = ["numbers"]\n')
    ran = cli("init", "--yes", "--ci", "none", "--no-hook")
    assert ran.code == 0, ran.err
    assert set(files(tmp_path)) == {"pyproject.toml", "numbers/first.yaml"}
    assert "left as it was  pyproject.toml" in ran.out
    again = cli("init", "--yes", "--folder", "metrics")
    assert again.code == 2
    assert "the settings are there already, in pyproject.toml" in again.err


def test_a_folder_with_cards_gets_no_example(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics/mine.yaml", "metriclint: 1\nmetrics: {x: {title: X}}\n")
    assert cli("init", "--yes").code == 0
    assert not (tmp_path / "metrics" / "first.yaml").exists()


@pytest.mark.parametrize(
    ("remote", "written"),
    [
        ("https://github.com/a/b", ".github/workflows/metriclint.yml"),
        ("git@gitlab.example.org:a/b", ".gitlab-ci.yml"),
    ],
)
def test_ci_is_where_the_repository_is_kept(cli: Cli, write: Write, tmp_path: Path, remote: str, written: str) -> None:
    write(".git/config", f'[remote "origin"]\n\turl = {remote}\n')
    assert cli("init", "--yes").code == 0
    assert set(files(tmp_path)) & {".github/workflows/metriclint.yml", ".gitlab-ci.yml"} == {written}


@pytest.mark.parametrize("folder", ["../up", "/tmp", "", "a\x1b[31m", ".."])
def test_a_folder_that_is_not_below_is_refused(cli: Cli, tmp_path: Path, folder: str) -> None:
    ran = cli("init", "--yes", "--folder", folder)
    assert ran.code == 2
    assert "is no folder below this one" in ran.err
    assert files(tmp_path) == {}


@pytest.mark.parametrize(
    ("blocked", "message"),
    [
        ("metrics", "metrics is a file: the cards need a folder"),
        (".github", ".github cannot be written: file exists. Nothing was written."),
        (".github/workflows", ".github/workflows cannot be written: file exists. Nothing was written."),
    ],
)
def test_where_one_file_cannot_be_written_none_is(
    cli: Cli, write: Write, tmp_path: Path, blocked: str, message: str
) -> None:
    write(blocked, "a file where a folder is needed\n")
    ran = cli("init", "--yes", "--ci", "both")
    assert ran.code == 2
    assert message in ran.err
    assert set(files(tmp_path)) == {blocked}
    assert not (tmp_path / "metrics").is_dir()


def test_settings_that_cannot_be_read_are_told(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", "pahts = []\n")
    ran = cli("init", "--yes")
    assert ran.code == 2
    assert "pahts" in ran.err
    assert set(files(tmp_path)) == {"metriclint.toml"}


def test_answers_that_end_early_write_nothing(cli: Cli, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "metriclint", "init"]
    ran = subprocess.run(command, cwd=tmp_path, input=b"cards\n", capture_output=True)
    assert ran.returncode == 130
    assert files(tmp_path) == {}


def test_the_hook_and_the_ci_files_are_sound(cli: Cli, tmp_path: Path) -> None:
    cli("init", "--yes", "--ci", "both")
    check = [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True).returncode == 0
    job = yaml.safe_load((tmp_path / ".gitlab-ci.yml").read_text())["metric-review"]
    assert job["script"][-1].startswith("metriclint check ")
    zizmor = [Path(sys.executable).with_name("zizmor"), "--offline", "--no-exit-codes", "--format", "json", ".github"]
    found = yaml.safe_load(subprocess.run(zizmor, cwd=tmp_path, capture_output=True, text=True, check=True).stdout)
    # Our own action has a tag; which commit to trust is for those to say who have read it.
    assert [f["ident"] for f in found] == ["unpinned-uses"]
    assert "metriclint/metriclint@" in str(found[0]["locations"])
