"""What docs/pictures.md shows is what the program prints, and its tables name every format and kind."""

import re

import pytest
from click.testing import CliRunner
from conftest import ROOT

from metriclint.cli.app import app
from metriclint.pictures.formats import FORMATS
from metriclint.pictures.picture import KINDS

PAGE = (ROOT / "docs" / "pictures.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ metriclint (.*)\n((?s:.*?))```", PAGE)


@pytest.mark.parametrize(("command", "output"), CONSOLE)
def test_a_console_block_shows_what_the_command_prints(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert CliRunner().invoke(app, command.split()).stdout == output


def test_the_mermaid_block_is_the_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    command, _ = CONSOLE[-1]
    assert CliRunner().invoke(app, [*command.split(), "--format", "mermaid"]).stdout == block


def test_the_page_has_a_row_for_every_format_and_kind() -> None:
    assert len(CONSOLE) == 2
    for word in (*(f"`{name}`" for name in FORMATS), *KINDS):
        assert f"\n| {word} | " in PAGE
