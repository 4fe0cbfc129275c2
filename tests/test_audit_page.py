"""The story in docs/audit.md is lived: its files are written, its commands run, their output compared verbatim."""

import shlex
from pathlib import Path

import pytest
from audited import changed, put
from click.testing import CliRunner
from conftest import ROOT
from pages import lived, shown

from metriclint.audit import options
from metriclint.cli.app import app

PAGE = ROOT / "docs" / "audit.md"


def client_answers() -> None:
    """What happens between the first and the second command of the page."""
    sent = Path("pack-november/findings-register.xlsx").read_bytes()
    back = changed(
        sent,
        put(2, "Response decision", "accept"),
        put(2, "Response text", "We name a second number by spring."),
        put(2, "Action owner", "head-of-service"),
        put(2, "Due date", "2027-03-31"),
        put(2, "Status", "confirmed"),
        put(3, "Rating proposed", "low"),
    )
    Path("returned.xlsx").write_bytes(back)


def run(command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "metriclint"
    if words[1] == "responses":
        client_answers()
    return CliRunner().invoke(app, words[1:]).output.rstrip("\n")


def test_the_page_shows_what_its_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    now = shown(PAGE, lambda page: lived(page, run), request)
    assert now.count("\n$ metriclint ") == 3
    assert "no longer reported: F-" in now


def test_the_page_names_the_end_of_the_search() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"At most {options.MOST_SEARCHED} findings are searched ({options.FEW} in projects of more than" in page
    assert f"more than {options.LARGE} metrics)" in page
