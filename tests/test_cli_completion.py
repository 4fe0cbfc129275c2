"""``metriclint completion``: scripts that the real shells read, and what they complete."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cards import RANKED
from conftest import Cli, Write, needs_bash

from metriclint.cli.app import app

PROGRAM = Path(sys.executable).with_name("metriclint")
SHELLS = {"bash": "bash_complete", "zsh": "zsh_complete", "fish": "fish_complete"}


def completed(folder: Path, *words: str) -> list[str]:
    """What bash is told for a line whose last word is being completed."""
    env = {
        **os.environ,
        "_METRICLINT_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["metriclint", *words]),
        "COMP_CWORD": str(len(words)),
    }
    ran = subprocess.run([PROGRAM], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return [line.partition(",")[2] for line in ran.stdout.splitlines()]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_asks_the_program_and_is_accepted_by_the_shell(cli: Cli, tmp_path: Path, shell: str) -> None:
    ran = cli("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert f"_METRICLINT_COMPLETE={SHELLS[shell]}" in ran.out
    assert ran.out.endswith("\n")
    found = shutil.which(shell)
    if found is not None:
        script = tmp_path / "script"
        script.write_text(ran.out, encoding="utf-8")
        assert subprocess.run([found, "-n", script], capture_output=True, text=True).stderr == ""


def test_a_shell_that_is_not_known_is_refused_with_those_that_are(cli: Cli) -> None:
    with pytest.raises(Exception, match="'tcsh' is not one of 'bash', 'zsh', 'fish'"):
        app(["completion", "tcsh"], standalone_mode=False)


def test_commands_options_and_choices_are_completed(tmp_path: Path) -> None:
    assert completed(tmp_path, "comp") == ["completion"]
    assert completed(tmp_path, "check", "--for") == ["--format"]
    assert completed(tmp_path, "check", "--fail-on", "n") == ["note", "never"]


def test_ids_of_the_project_are_completed(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    assert completed(tmp_path, "fix", "ai") == ["ai-tokens"]


@needs_bash
def test_bash_itself_completes_a_command(cli: Cli, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(cli("completion", "bash").out, encoding="utf-8")
    line = "COMP_WORDS=(metriclint comp); COMP_CWORD=1; _metriclint_completion metriclint"
    ask = f'source "{script}"; {line}; echo "${{COMPREPLY[@]}}"'
    env = {**os.environ, "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(["bash", "-c", ask], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["completion"]
