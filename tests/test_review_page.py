"""The story in docs/review.md is lived: its files are written, its commands run, their output compared verbatim."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from committed import Committed
from conftest import ROOT, TODAY

from metriclint.cli.app import app
from metriclint.review.platforms import PLATFORMS

PAGE = ROOT / "docs" / "review.md"
PART = re.compile(
    r"^`(?P<file>[\w./-]+)`:\n\n```\w+\n(?P<text>.*?)^```$|^(?P<fence>````?)console\n(?P<console>.*?)^(?P=fence)$",
    re.M | re.S,
)


def run(command: str, repository: Committed) -> str:
    words = shlex.split(command)
    if words[0] == "git":
        return repository.git(*words[1:])
    assert words[:2] == ["metriclint", "review"]
    return CliRunner().invoke(app, [*words[1:], "--today", TODAY]).output.rstrip("\n")


def lived(page: str, repository: Committed) -> str:
    """The page with the output that its commands have now."""

    def part(match: re.Match[str]) -> str:
        if match["file"]:
            repository.write(match["file"], match["text"])
            return match[0]
        commands = [line for line in match["console"].splitlines() if line.startswith("$ ")]
        told = []
        for command in commands:
            said = run(command.removeprefix("$ "), repository)
            told.append(f"{command}\n{said}\n" if said else f"{command}\n")
        text = "".join(told)
        fence = "````" if "```" in text else "```"
        return f"{fence}console\n{text}{fence}"

    return PART.sub(part, page)


def test_the_page_shows_what_its_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    now = lived(page, Committed(tmp_path))
    if request.config.getoption("--update-snapshots"):
        PAGE.write_text(now, encoding="utf-8")
        page = now
    assert now == page
    assert now.count("\n$ metriclint review ") == 2
    assert "1 thing needs a decision" in now


def test_the_page_names_every_platform_with_its_limit() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"`--platform {'|'.join(PLATFORMS)}`" in page
    for platform in PLATFORMS.values():
        assert f"{platform.limit:,}" in page
