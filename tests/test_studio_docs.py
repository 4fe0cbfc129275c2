"""What docs/studio.md says of the studio is so."""

import re
import shlex

import pytest
from click.testing import CliRunner
from conftest import ROOT
from pages import lived as lived_by
from pages import shown

from metriclint.cli.app import app
from metriclint.cli.studio import command
from metriclint.questionnaire.questions import questionnaire

PAGE = ROOT / "docs" / "studio.md"


def lived(page: str) -> str:
    """The page with the output that its commands have now."""
    return lived_by(page, lambda line: CliRunner().invoke(app, shlex.split(line)[1:]).output.strip())


def test_the_page_shows_what_its_commands_print(request: pytest.FixtureRequest) -> None:
    assert "0.0.0.0" in shown(PAGE, lived, request)


def test_the_page_has_a_row_for_every_option() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for option in command.params:
        name = option.opts[-1] if option.opts[-1].startswith("-") else "PATH"
        assert re.search(rf"^\| `{name}( [A-Z]+)?` \| ", page, re.MULTILINE), name
    assert f"`--port N` | {next(p.default for p in command.params if p.name == 'port')} " in page


def test_the_page_counts_and_names_the_questions_right() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    asked = questionnaire()
    assert (len(asked.questions), sum(q.short for q in asked.questions)) == (30, 11)
    for title in asked.groups.values():
        assert title.lower() in page.lower()
