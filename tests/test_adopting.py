"""The story in docs/adopting.md is lived: its files are written, its commands run, their output compared verbatim."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, TODAY
from pages import lived, shown

from metriclint.cli.app import app
from metriclint.findings.verdict import WAIVER_RULES

PAGE = ROOT / "docs" / "adopting.md"
DATED = {"check", "baseline", "waive"}
"""Commands that are run as if on the day of the story."""


def run(command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "metriclint"
    dated = ["--today", TODAY] if words[1] in DATED else []
    return CliRunner().invoke(app, [*words[1:], *dated]).output.rstrip("\n")


def test_the_page_shows_what_its_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    now = shown(PAGE, lambda page: lived(page, run), request)
    assert now.count("\n$ metriclint ") >= 8


def test_the_page_names_every_rule_about_waivers() -> None:
    named = re.findall(r"^\| (GOV\d+) `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: code for code, name in named} == WAIVER_RULES
