"""Fixtures: running the command line in this process, and comparing whole outputs with snapshots."""

import os
import shutil
import signal
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from metriclint.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
TODAY = "2026-11-25"
BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="no bash here")


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Cli = Callable[..., Ran]
Snapshot = Callable[[str, str], None]
Write = Callable[[str, str], Path]


def pytest_configure() -> None:
    # What a shell starts in the background has Ctrl-C ignored, and would hand that on to the programs under test.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots anew")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run ``metriclint ARGS`` with the temporary folder as the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)

    def run(*args: str, stdin: bytes | None = None) -> Ran:
        result = CliRunner().invoke(app, list(args), input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below the temporary folder; its text is dedented."""

    def put(name: str, text: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return file

    return put


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """Compare a whole output with a file under ``tests/snapshots``, byte for byte."""

    def compare(name: str, text: str) -> None:
        file = ROOT / "tests" / "snapshots" / name
        if request.config.getoption("--update-snapshots"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.is_file(), f"no snapshot {name}: run pytest --update-snapshots and read it"
        assert text == file.read_text(encoding="utf-8")

    return compare


@pytest.fixture(autouse=True)
def _no_color_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "PY_COLORS"):
        if name in os.environ:
            monkeypatch.delenv(name)
