"""Proven options in the text of ``check``: shown to somebody who reads along, and true."""

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

from metriclint.repair.best import best_options
from metriclint.sources.load import load
from tests.conftest import ROOT, TODAY, Cli, Snapshot

DESIGN = ROOT / "examples" / "lines-of-code"


def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DESIGN, tmp_path / "design"))


def test_the_text_leads_with_the_best_option_that_is_proven(cli: Cli, tmp_path: Path, snapshot: Snapshot) -> None:
    copy(tmp_path)
    ran = cli("check", "design", "--today", TODAY, "--options")
    assert ran.code == 1
    snapshot("check-options.txt", ran.out)


def test_the_option_that_is_shown_is_the_first_of_fix_and_clears_the_finding(cli: Cli, tmp_path: Path) -> None:
    copy(tmp_path)
    before = cli("check", "design", "--today", TODAY, "--options").out
    assert before.count("proven to help:") == 2
    assert "error[cheap-inflation-action] GAM103" in before
    shown = " ".join(before.partition("proven to help:")[2].partition("Only honest if")[0].split())
    fix = " ".join(cli("fix", "lines-written/GAM103", "--project", "design", "--today", TODAY).out.split())
    assert f"Option 1: {shown}" in fix
    assert cli("fix", "lines-written/GAM103", "--project", "design", "--today", TODAY, "--apply", "1").code == 0
    after = cli("check", "design", "--today", TODAY).out
    first = after.partition("lines-written)")[2].partition("kloc-delivered)")[0]
    assert "GAM103" not in first


def test_without_a_terminal_nothing_is_searched_unless_asked(cli: Cli, tmp_path: Path) -> None:
    copy(tmp_path)
    assert "proven to help:" not in cli("check", "design", "--today", TODAY).out
    assert "proven to help:" not in cli("check", "design", "--today", TODAY, "--options", "--format", "markdown").out


def on_terminal(*arguments: str, where: Path) -> str:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "metriclint", *arguments]
    environment = {**os.environ, "METRICLINT_CACHE_DIR": str(where / "cache"), "NO_COLOR": "1"}
    with subprocess.Popen(command, cwd=where, stdin=follower, stdout=follower, stderr=follower, env=environment) as run:
        os.close(follower)
        read = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # the other side is closed
                break
            if not part:
                break
            read += part
        run.wait()
    os.close(leader)
    return read.decode().replace("\r\n", "\n")


def test_on_a_terminal_the_option_is_there_and_can_be_left_out(tmp_path: Path) -> None:
    copy(tmp_path)
    shown = on_terminal("check", "design", "--today", TODAY, where=tmp_path)
    again = on_terminal("check", "design", "--today", TODAY, where=tmp_path)
    assert "proven to help:" in shown
    assert again == shown
    assert "proven to help:" not in on_terminal("check", "design", "--today", TODAY, "--no-options", where=tmp_path)


def large(tmp_path: Path, metrics: int) -> int:
    """Number of options that are shown for a project with the two metrics of the design and some more."""
    more = "".join(f"  more-{n}: {{title: More {n}}}\n" for n in range(metrics - 2))
    design = copy(tmp_path)
    (design / "more.yaml").write_text(f"metriclint: 1\nmetrics:\n{more}", encoding="utf-8")
    loaded = load([str(design)], tmp_path)
    assert not loaded.problems
    return len(best_options(loaded.projects, TODAY, loaded.reported, tmp_path))


def test_in_a_very_large_project_none_is_searched(tmp_path: Path) -> None:
    assert large(tmp_path / "a", 3_000) == 2
    assert large(tmp_path / "b", 3_001) == 0
