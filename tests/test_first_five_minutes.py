"""The story in docs/first-five-minutes.md is lived: its commands run, its answers are typed, the output compared."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, TODAY
from pages import shown

from metriclint.cli.app import app

PAGE = ROOT / "docs" / "first-five-minutes.md"
CONSOLE = re.compile(r"^```console\n\$ (?P<command>.*?)\n(?P<output>.*?)^```$", re.M | re.S)
DATED = {"check", "new"}
"""Commands that are run as if on one day."""


def lived(page: str) -> str:
    """The page with the output that its commands have now, run in the current folder."""

    def block(match: re.Match[str]) -> str:
        words = shlex.split(match["command"])
        assert words[0] == "metriclint"
        dated = ["--today", TODAY] if words[1] in DATED else []
        typed = "".join(f"{line}\n" for line in re.findall(r"^> (.*)$", match["output"], re.MULTILINE))
        ran = CliRunner().invoke(app, [*words[1:], *dated], input=typed)
        told = "\n".join(line.rstrip() for line in ran.output.strip("\n").splitlines())
        return f"```console\n$ {match['command']}\n{told}\n```"

    return CONSOLE.sub(block, page)


def test_the_page_shows_what_its_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    page = shown(PAGE, lived, request)
    assert [match["command"] for match in CONSOLE.finditer(page)] == [
        "metriclint init --yes",
        "metriclint check",
        "metriclint new",
    ]


def test_every_command_that_the_page_names_is_one() -> None:
    named = set(re.findall(r"metriclint ([a-z]+)", PAGE.read_text(encoding="utf-8")))
    assert {"demo", "completion", "fix", "why"} <= named <= set(app.list_commands(None))  # type: ignore[attr-defined]
