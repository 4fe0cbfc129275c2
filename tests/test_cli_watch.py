"""``metriclint check --watch``: real files, a real watcher, and no waiting for a clock."""

import builtins
import os
import queue
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from cards import QUIET, RANKED
from conftest import Cli, Write
from watchfiles import Change

from metriclint.cli.watch import is_input, watched, what_matters

LONG = 20.0
"""Seconds after which a watcher that says nothing has failed."""


class Watching:
    """A check that goes on, and what it says."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "metriclint", "check", "--watch", *arguments]
        env = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def report(self, seconds: float = LONG) -> str:
        """What one run says, up to the line that the watch goes on."""
        said = ""
        while not said.endswith("(Ctrl-C ends)\n"):
            said += self.lines.get(timeout=seconds)
        return said

    def after(self, file: Path, text: str) -> str:
        """The report after a change, which is made again until the watcher, which may not be up yet, has seen it."""
        for _ in range(20):
            file.write_text(text, encoding="utf-8")
            try:
                return self.report(1.0)
            except queue.Empty:
                continue
        raise AssertionError(f"{file.name} was changed, and nothing was said")

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(LONG)


@pytest.fixture
def started() -> Iterator[list[Watching]]:
    running: list[Watching] = []
    yield running
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait(LONG)
        if one.process.stdout is not None:
            one.process.stdout.close()


def text_of(document: str) -> str:
    return textwrap.dedent(document).lstrip("\n")


def test_a_change_is_checked_and_the_watch_survives_findings_and_errors(
    write: Write, tmp_path: Path, started: list[Watching]
) -> None:
    file = write("metrics/ai.yaml", RANKED)
    watching = Watching(tmp_path)
    started.append(watching)
    assert "VIS301" in watching.report()
    assert "unknown key" in watching.after(file, "metriclint: 1\nmetrics: {x: {title: X, kidn: activity}}\n")
    assert "nothing found" in watching.after(file, text_of(QUIET))
    assert "VIS301" in watching.after(file, text_of(RANKED))
    assert watching.end() == 0


def test_settings_and_rules_are_read_anew(write: Write, tmp_path: Path, started: list[Watching]) -> None:
    write("metrics.yaml", RANKED)
    settings = write("metriclint.toml", "")
    watching = Watching(tmp_path)
    started.append(watching)
    assert "VIS301" in watching.report()
    assert "VIS301" not in watching.after(settings, 'select = ["GOV"]\n')
    rule = (Path(__file__).parent.parent / "rules/visibility/ranked-activity-board.yaml").read_text(encoding="utf-8")
    own = rule.replace("code: VIS301", "code: OUR301").replace("will work on", "may love")
    pack = write("house/our-board.yaml", own)
    first = watching.after(settings, 'packs = ["house"]\n')
    assert "OUR301" in first
    assert "OUR302" in watching.after(pack, own.replace("OUR301", "OUR302"))


def test_what_the_check_writes_itself_is_no_change(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to("report.json")
    matters = what_matters([str(tmp_path / "report.json")])
    told = {name: matters(Change.modified, str(tmp_path / name)) for name in ("report.json", "link.json", "x.json")}
    assert told == {"report.json": False, "link.json": False, "x.json": True}


def test_a_project_is_watched_whole(write: Write, cli: Cli, tmp_path: Path) -> None:
    write("one/metriclint.toml", "")
    write("one/metrics/x.yaml", QUIET)
    write("two/x.yaml", QUIET)
    assert watched(["one/metrics/x.yaml"]) == ["one"]
    assert watched(["two/x.yaml", "two"]) == ["two"]
    assert watched(["two/gone.yaml"]) == ["two"]
    assert watched([]) == ["."]


@pytest.mark.parametrize(
    ("name", "matters"),
    [("a/x.yaml", True), ("x.json", True), ("metriclint.toml", True), ("notes.md", False), ("x.txt", False)],
)
def test_only_what_a_check_reads_matters(name: str, matters: bool) -> None:
    assert is_input(name) is matters


def test_standard_input_cannot_be_watched(cli: Cli) -> None:
    ran = cli("check", "--watch", "-", stdin=b"")
    assert (ran.code, ran.out) == (2, "")
    assert "--watch follows files" in ran.err


def test_without_the_package_it_is_said_what_to_install(
    cli: Cli, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("metrics.yaml", QUIET)
    real = builtins.__import__

    def without(name: str, *rest: Sequence[object]) -> object:
        if name == "watchfiles":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    ran = cli("check", "--watch")
    assert (ran.code, ran.out) == (2, "")
    assert "pip install 'metriclint[watch]'" in ran.err
