"""Long runs: what they say on a terminal, and how they end when somebody stops them."""

import io
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Context

from metriclint.cli.app import app
from metriclint.cli.progress import STAGES, Progress, wanted

CHECK = [sys.executable, "-m", "metriclint", "check", "--no-cache"]


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """A real terminal: the end that a program gets, and the end that shows it."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    shows, gets = pty.openpty()
    yield gets, shows
    for end in (gets, shows):
        os.close(end)


def shown(end: int) -> str:
    """What a terminal has got so far."""
    os.set_blocking(end, False)
    data = b""
    try:
        while part := os.read(end, 65_536):
            data += part
    except (BlockingIOError, OSError):
        pass
    return data.decode()


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An estate that takes seconds."""
    file = tmp_path_factory.mktemp("estate") / "estate.yaml"
    script = Path(__file__).parents[1] / "benchmarks" / "estate.py"
    with file.open("wb") as stream:
        subprocess.run([sys.executable, script, "20000"], stdout=stream, check=True)
    return file


def test_the_line_says_stage_and_files_and_is_taken_back(terminal: tuple[int, int]) -> None:
    gets, shows = terminal
    with open(gets, "w", closefd=False) as stream, Progress(stream, after=0) as progress:
        progress.stage("reading declarations")
        progress.count(1200, 5000)
        time.sleep(0.5)
    told = shown(shows)
    assert "\r\x1b[Kreading declarations (1,200 of 5,000 files) … 0 s" in told
    assert told.endswith("\r\x1b[K")


def test_a_run_that_is_over_soon_says_nothing(terminal: tuple[int, int]) -> None:
    gets, shows = terminal
    with open(gets, "w", closefd=False) as stream, Progress(stream, after=60) as progress:
        progress.stage("reading declarations")
    assert shown(shows) == ""


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb"), ("TERM", "")])
def test_nobody_watches_in_ci_and_on_a_simple_terminal(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with open(terminal[0], "w", closefd=False) as stream:
        assert wanted(stream)
        monkeypatch.setenv(name, value)
        assert not wanted(stream)
    assert not wanted(io.StringIO())
    assert not wanted(None)


def test_a_long_check_shows_what_it_does_and_its_report_stays_clean(estate: Path, terminal: tuple[int, int]) -> None:
    gets, shows = terminal
    ran = subprocess.run([*CHECK, estate], stdout=subprocess.PIPE, stderr=gets, check=False)
    told = shown(shows)
    assert ran.returncode == 1
    assert "asking the rules about 20,000 metrics" in told or "writing the report" in told
    assert told.endswith("\r\x1b[K")
    assert b"\x1b" not in ran.stdout


def test_in_a_pipe_nothing_but_the_report_comes_out(estate: Path) -> None:
    ran = subprocess.run([*CHECK, estate], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, b"")


@pytest.mark.parametrize("after", [0.3, 0.6, 1.0, 1.6])
def test_ctrl_c_ends_a_check_with_130_and_leaves_the_old_report(estate: Path, tmp_path: Path, after: float) -> None:
    report = tmp_path / "report.json"
    report.write_text("old", encoding="utf-8")
    command = [*CHECK, str(estate), "--format", f"json={report}"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while running.poll() is None and not _listens(running.pid):
        time.sleep(0.01)
    time.sleep(after)
    running.send_signal(signal.SIGINT)
    out, told = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, b"")
    assert told.strip() == b"interrupted"
    assert [f.name for f in tmp_path.iterdir()] == ["report.json"]
    assert report.read_text(encoding="utf-8") == "old"


def _listens(process: int) -> bool:
    """Does a process catch the signal already, so that its interpreter runs."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    (caught,) = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")]
    return bool(int(caught, 16) & 1 << (signal.SIGINT - 1))


def test_every_command_that_can_take_long_says_so_and_takes_it_back(estate: Path, terminal: tuple[int, int]) -> None:
    gets, shows = terminal
    metric = "metric-000003"
    command = [sys.executable, "-m", "metriclint", "why", metric, "--project", str(estate)]
    ran = subprocess.run(command, stdout=gets, stderr=gets, check=False)
    told = shown(shows)
    assert ran.returncode in (0, 1)
    shows_first, _, answer = told.rpartition("\r\x1b[K")
    assert "following the paths … " in shows_first
    assert shows_first.count("\n") == 0
    assert answer.count("\n") > 1


def test_what_is_said_of_stages_belongs_to_commands() -> None:
    assert STAGES.keys() <= set(app.list_commands(Context(app)))
