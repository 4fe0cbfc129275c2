"""The story in docs/adopting.md is lived: its files are written, its commands run, their output compared verbatim."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, TODAY

from metriclint.cli.app import app
from metriclint.findings.verdict import WAIVER_RULES

PAGE = ROOT / "docs" / "adopting.md"
PART = re.compile(
    r"^`(?P<file>[\w./-]+)`:\n\n```\w+\n(?P<text>.*?)^```$|^```console\n(?P<console>.*?)^```$", re.M | re.S
)
DATED = {"check", "baseline", "waive"}
"""Commands that are run as if on the day of the story."""


def run(command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "metriclint"
    dated = ["--today", TODAY] if words[1] in DATED else []
    return CliRunner().invoke(app, [*words[1:], *dated]).output.rstrip("\n")


def lived(page: str) -> str:
    """The page with the output that its commands have now, run in the current folder."""

    def part(match: re.Match[str]) -> str:
        if match["file"]:
            file = Path(match["file"])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(match["text"], encoding="utf-8")
            return match[0]
        commands = [line for line in match["console"].splitlines() if line.startswith("$ ")]
        told = (f"{command}\n{run(command.removeprefix('$ '))}\n" for command in commands)
        return f"```console\n{''.join(told)}```"

    return PART.sub(part, page)


def test_the_page_shows_what_its_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    now = lived(page)
    if request.config.getoption("--update-snapshots"):
        PAGE.write_text(now, encoding="utf-8")
        page = now
    assert now == page
    assert now.count("\n$ metriclint ") >= 8


def test_the_page_names_every_rule_about_waivers() -> None:
    named = re.findall(r"^\| (GOV\d+) `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: code for code, name in named} == WAIVER_RULES
