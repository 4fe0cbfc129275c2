"""What the README shows is run and compared verbatim, and its two commands are the ones that are used."""

import re

import pytest
from click.testing import CliRunner
from conftest import ROOT

from metriclint.cli.app import app
from metriclint.sources.load import load_text

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def _commands(block: str) -> list[tuple[str, str]]:
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, output) for part in parts for command, _, output in [part.partition("\n")]]


@pytest.mark.parametrize(("command", "output"), [pair for block in CONSOLE for pair in _commands(block)])
def test_a_console_block_shows_what_the_command_prints(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    words = command.split()
    assert words[0] == "metriclint"
    result = CliRunner().invoke(app, words[1:])
    assert result.stdout.rstrip("\n") == output.rstrip("\n")


def test_the_readme_shows_at_least_one_command() -> None:
    assert CONSOLE


def test_the_card_of_the_readme_loads_and_is_twelve_lines_or_fewer() -> None:
    card = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert card is not None
    project, problems = load_text(card[1], "card.yaml")
    assert not problems
    assert list(project.metrics) == ["ai-tokens"]
    assert len([line for line in card[1].splitlines() if not line.startswith("#")]) <= 12


def test_continuous_integration_reads_the_test_command_from_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "<!-- test command -->" in script
    after = README.split("<!-- test command -->")[1]
    lines = [line for line in after.splitlines() if line.startswith("python3 ")]
    assert lines
    assert "-m pytest" in lines[0]


def test_every_file_that_the_readme_and_contributing_link_exists() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / target).exists(), f"{name} links {target}"
