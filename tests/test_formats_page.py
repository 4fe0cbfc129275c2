"""What docs/formats.md shows is run: commands, steps of CI systems and the Python lines."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cards import RANKED
from conftest import BASH, ROOT, Write, needs_bash

from metriclint.reports.formats import names

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def github_step() -> str:
    steps = next(part for part in map(yaml.safe_load, blocks("yaml")) if isinstance(part, list))
    run: str = steps[0]["run"]
    return run


def gitlab_job() -> dict[str, dict[str, dict[str, str]]]:
    job: dict[str, dict[str, dict[str, str]]] = next(
        part["metric-review"] for part in map(yaml.safe_load, blocks("yaml")) if isinstance(part, dict)
    )
    return job


COMMANDS = [*blocks("sh"), github_step(), *gitlab_job()["script"]]


@needs_bash
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_runs_and_writes_its_files(command: str, write: Write, tmp_path: Path) -> None:
    assert BASH
    write("metrics/ai.yaml", RANKED)
    program = tmp_path / "bin" / "metriclint"
    program.parent.mkdir()
    program.write_text(f'#!{BASH}\nexec "{sys.executable}" -m metriclint "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
    env = {**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    ran = subprocess.run([BASH, "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert ran.returncode == (0 if "| grep" in command else 1)
    files = re.findall(r"(?:=|--output )\"?([\w.$-]+)", command)
    for name in files:
        assert (tmp_path / name.replace("$GITHUB_STEP_SUMMARY", "summary.md")).stat().st_size > 500, name
    assert files or "VIS301" in ran.stdout


def test_the_artifacts_of_gitlab_are_the_files_of_its_command() -> None:
    (line,) = gitlab_job()["script"]
    reports = gitlab_job()["artifacts"]["reports"]
    assert reports == {"codequality": "gl-code-quality.json", "junit": "metriclint.xml"}
    assert all(f"={name}" in line for name in reports.values())


def test_the_lines_of_python_run(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write("metrics/ai.yaml", RANKED)
    monkeypatch.chdir(tmp_path)
    (lines,) = blocks("python")
    exec(compile(lines, "formats.md", "exec"), {})
    assert capsys.readouterr().out.startswith("### Metric review: ")


def test_every_format_is_on_the_page() -> None:
    first_table = PAGE.split("What was accepted")[0]
    assert set(re.findall(r"^\| `(\w+)`", first_table, re.MULTILINE)) == set(names())
