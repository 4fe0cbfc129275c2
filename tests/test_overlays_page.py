"""docs/overlays.md and docs/sheets.md are run: their files are written, their commands give what they show."""

from pathlib import Path

import pytest
from conftest import ROOT, Cli
from pages import lived, shown


@pytest.mark.parametrize("name", ["overlays.md", "sheets.md"])
def test_the_page_shows_what_its_commands_give(
    cli: Cli, tmp_path: Path, request: pytest.FixtureRequest, name: str
) -> None:
    def run(command: str) -> str:
        ran = cli(*command.split()[1:])
        return (ran.out + ran.err).rstrip()

    shown(ROOT / "docs" / name, lambda page: lived(page, run), request)
