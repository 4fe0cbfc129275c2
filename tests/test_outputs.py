"""Where reports go: files that are whole or untouched, pipes, devices, and readers that have gone."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cards import QUIET, RANKED
from conftest import Cli, Write

from metriclint.files import write as writing
from metriclint.files.write import write_all, write_whole

needs_devices = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such devices here")
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


def started(folder: Path, *args: str, out: int, err: int = subprocess.PIPE) -> tuple[int, str]:
    """Run the command line in a process of its own; its exit code and what it said on standard error."""
    command = [sys.executable, "-m", "metriclint", *args]
    env = {**os.environ, "METRICLINT_CACHE_DIR": str(folder / "cache")}
    ran = subprocess.run(command, cwd=folder, env=env, stdout=out, stderr=err, check=False)
    return ran.returncode, (ran.stderr or b"").decode()


def gone() -> int:
    """The end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


# Several files


@pytest.mark.parametrize("wrong", ["folder", "missing/out", "x" * 300, "a.json/out"])
def test_where_one_file_cannot_be_written_none_is(cli: Cli, write: Write, tmp_path: Path, wrong: str) -> None:
    write("cards/metrics.yaml", RANKED)
    (tmp_path / "folder").mkdir()
    old = write("a.json", "old")
    before = sorted(tmp_path.iterdir())
    for formats in ([f"json={old.name}", f"sarif={wrong}"], [f"sarif={wrong}", f"json={old.name}"]):
        options = [part for format_ in formats for part in ("--format", format_)]
        ran = cli("check", "cards", *options, "--format", "text")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"error: {wrong} cannot be written: ")
        assert ran.err.count("\n") == 1
        assert old.read_text() == "old"
        assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("options", [("--format", "json=locked/out.json"), ("--output", "locked/out.json")])
def test_a_folder_that_is_read_only_is_named_and_keeps_the_old_report(
    cli: Cli, write: Write, options: tuple[str, str]
) -> None:
    write("metrics.yaml", RANKED)
    old = write("locked/out.json", "old")
    old.parent.chmod(0o555)
    try:
        ran = cli("check", "metrics.yaml", *options)
    finally:
        old.parent.chmod(0o755)
    assert (ran.code, ran.out, ran.err) == (2, "", "error: locked/out.json cannot be written: permission denied\n")
    assert old.read_text() == "old"


def test_a_folder_that_takes_no_file_is_named(
    cli: Cli, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", ".part")

    write("metrics.yaml", RANKED)
    monkeypatch.setattr("tempfile.mkstemp", refused)
    ran = cli("check", "metrics.yaml", "--format", "json=out.json")
    assert (ran.code, ran.out, ran.err) == (2, "", "error: out.json cannot be written: permission denied\n")
    assert [p.name for p in tmp_path.iterdir()] == ["metrics.yaml"]


def test_a_disk_that_fills_up_leaves_the_old_files(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = write("one", "old"), write("two", "old")
    flushed = []

    def full(handle: int) -> None:
        flushed.append(handle)
        if len(flushed) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_all([(str(one), b"new"), (str(two), b"new")])
    assert caught.value.filename == str(two)
    assert (one.read_text(), two.read_text()) == ("old", "old")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one", "two"]


def test_permissions_and_links_are_kept(write: Write, tmp_path: Path) -> None:
    old = write("folder/old", "old")
    old.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to("folder/old")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


# Pipes and devices


@needs_devices
def test_a_device_stays_a_device(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    assert cli("check", "metrics.yaml", "--format", "json=/dev/null") == (1, "", "")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    full = cli("check", "metrics.yaml", "--format", "json=/dev/full")
    assert (full.code, full.err) == (2, "error: /dev/full cannot be written: no space left on device\n")


@needs_pipes
def test_a_named_pipe_gets_the_report(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    ran = cli("check", "metrics.yaml", "--format", "json=pipe", "--format", "text")
    reader.join(30)
    assert ran.code == 1
    assert read[0] == cli("check", "metrics.yaml", "--format", "json").out
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize(("card", "code"), [(RANKED, 1), (QUIET, 0)])
@pytest.mark.parametrize("format_", ["text", "sarif"])
def test_a_reader_that_has_gone_changes_no_exit_code(
    write: Write, tmp_path: Path, card: str, code: int, format_: str
) -> None:
    write("metrics.yaml", card)
    writer = gone()
    args = ("check", "metrics.yaml", "--no-cache", "--format", format_, "--format", "json=out.json")
    assert started(tmp_path, *args, out=writer) == (code, "")
    os.close(writer)
    assert (tmp_path / "out.json").read_text(encoding="utf-8").endswith("}\n")


def test_wrong_input_is_wrong_input_also_where_nobody_reads_it(write: Write, tmp_path: Path) -> None:
    writer = gone()
    assert started(tmp_path, "check", "nowhere", out=subprocess.PIPE, err=writer)[0] == 2
    assert started(tmp_path, "check", "nowhere", "--format", "json", out=writer) == (2, "")
    os.close(writer)


@needs_devices
def test_a_standard_output_that_takes_nothing_exits_with_2(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    with Path("/dev/full").open("wb") as full:
        code, err = started(tmp_path, "check", "metrics.yaml", "--no-cache", out=full.fileno())
    assert (code, err) == (2, "error: standard output cannot be written: no space left on device\n")
