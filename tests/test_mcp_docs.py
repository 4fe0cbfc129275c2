"""What docs/agents.md says of the tools is so."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from agents import Agent, agent, text
from click.testing import CliRunner
from conftest import ROOT
from pages import lived, shown

from metriclint.agents.tools import LONGEST_TEXT, TOOLS
from metriclint.cli.app import app
from metriclint.cli.mcp import command

PAGE = ROOT / "docs" / "agents.md"
_ASKED = re.compile(r'^```json\n(?P<call>\{"tool": .*)\n```\n\n```text\n(?P<words>.*?)^```$', re.M | re.S)
_SETTINGS = re.compile(r"`(?P<file>\.[\w./]+\.json)`:\n\n```json\n(?P<text>.*?)\n```", re.S)


def asked_again(page: str, asked: Agent) -> str:
    """The page with the answers that its calls have now."""
    match = _ASKED.search(page)
    assert match
    call = json.loads(match["call"])
    result = asked.ask(call["tool"], **call["arguments"])
    page = page[: match.start("words")] + text(result) + page[match.end("words") :]
    data: Any = result.structured_content
    question = {**data["questions"][0], "answers": data["questions"][0]["answers"][:2]}
    told = json.dumps(question, indent=2, ensure_ascii=False)
    return re.sub(r"(?<=in the card:\n\n```json\n).*?(?=\n```\n)", lambda _: told, page, flags=re.S)


def test_the_page_shows_what_tools_and_commands_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> str:
        return CliRunner().invoke(app, shlex.split(line)[1:]).output.strip()

    with agent(tmp_path) as asked:
        now = shown(PAGE, lambda page: asked_again(lived(page, run), asked), request)
    assert "Whom or what does one value describe?" in now
    assert "no such folder" in now


def test_the_settings_start_the_server(tmp_path: Path) -> None:
    """They are JSON, and what they start is our command with a folder that there is."""
    settings = {m["file"]: json.loads(m["text"]) for m in _SETTINGS.finditer(PAGE.read_text(encoding="utf-8"))}
    assert set(settings) == {".mcp.json", ".cursor/mcp.json", ".vscode/mcp.json"}
    for file, content in settings.items():
        (server,) = content["servers" if file == ".vscode/mcp.json" else "mcpServers"].values()
        assert server["command"] == "metriclint"
        name, folder = server["args"]
        assert name == "mcp"
        args = [name, folder.replace("${workspaceFolder}", str(tmp_path))]
        ran = subprocess.run(
            [sys.executable, "-m", "metriclint", *args], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_the_page_names_every_tool_argument_and_option() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, tool in TOOLS.items():
        row = re.search(rf"^\| `{name}` \| (.*?) \| ", page, re.MULTILINE)
        assert row, name
        assert set(re.findall(r"`(\w+)`", row[1])) == set(tool.takes()["properties"]), name
    for option in command.params:
        name = option.opts[-1] if option.opts[-1].startswith("-") else "PATH"
        assert re.search(rf"^\| `{name}( [A-Z]+)?` \| ", page, re.MULTILINE), name
    limit = next(p.default for p in command.params if p.name == "seconds")
    assert f"{LONGEST_TEXT:,} characters" in page and f"at most {limit} seconds" in page
    assert f"{limit} by default" in page
