"""What docs/editors.md says is so: its settings can be read, and name what is there."""

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT
from edited import SERVER

from metriclint.cli.app import app

PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)


def test_every_setting_starts_the_command_that_is_tested() -> None:
    code, _ = (json.loads(text) for text in blocks("json"))
    [helix] = (tomllib.loads(text) for text in blocks("toml"))
    server = helix["language-server"]["metriclint"]
    [neovim] = blocks("lua")
    started = [code["glspc.server.command"], *code["glspc.server.commandArguments"]]
    assert started == [server["command"], *server["args"]] == re.findall(r'"([a-z]+)"', neovim.partition("cmd")[2])[:2]
    assert started == SERVER.server_command[2:4]
    assert "metriclint" in helix["language"][0]["language-servers"]


def test_the_schema_is_written_as_the_page_says_and_fits_its_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    [console] = blocks("console")
    command, _, file = console.removeprefix("$ ").strip().partition(" > ")
    ran = CliRunner().invoke(app, shlex.split(command)[1:])
    assert ran.exit_code == 0
    assert json.loads(ran.output)["title"].startswith("metriclint declaration document")
    [example] = blocks("yaml")
    assert example.startswith(f"# yaml-language-server: $schema={file}\n")
    assert json.loads(blocks("json")[1])["yaml.schemas"] == {file: ["metrics/**/*.yaml"]}


def test_the_package_of_the_page_brings_the_server() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [extra] = re.findall(r"pip install 'metriclint\[(\w+)\]'", PAGE)
    assert any(need.startswith("pygls") for need in project["optional-dependencies"][extra])


def test_what_the_page_says_of_commands_and_options_is_there() -> None:
    named = set(re.findall(r"`metriclint ([a-z]+)", PAGE))
    assert named <= set(app.list_commands(None))  # type: ignore[attr-defined]
    assert (ROOT / "benchmarks" / "editor.py").is_file()
