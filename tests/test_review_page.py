"""The story in docs/review.md is lived: its files are written, its commands run, their output compared verbatim."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from committed import Committed
from conftest import ROOT, TODAY
from pages import lived, shown

from metriclint.cli.app import app
from metriclint.review.platforms import PLATFORMS

PAGE = ROOT / "docs" / "review.md"


def run(command: str, repository: Committed) -> str:
    words = shlex.split(command)
    if words[0] == "git":
        return repository.git(*words[1:])
    assert words[:2] == ["metriclint", "review"]
    return CliRunner().invoke(app, [*words[1:], "--today", TODAY]).output.rstrip("\n")


def test_the_page_shows_what_its_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    repository = Committed(tmp_path)
    now = shown(PAGE, lambda page: lived(page, lambda command: run(command, repository)), request)
    assert now.count("\n$ metriclint review ") == 2
    assert "1 thing needs a decision" in now


def test_the_page_names_every_platform_with_its_limit() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"`--platform {'|'.join(PLATFORMS)}`" in page
    for platform in PLATFORMS.values():
        assert f"{platform.limit:,}" in page
