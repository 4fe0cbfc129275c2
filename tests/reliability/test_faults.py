"""Faults of the machine: killed runs, full disks, folders that cannot be written, clocks that go back, crowds."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cards import QUIET, RANKED
from conftest import TODAY, Cli, Write
from injected import FULL

from metriclint.files.write import write_whole

LATER = "2027-01-15"
LIST = 'version: "prometheus/v1"\nservice: "checkout"\nslos: [{name: "availability", objective: 99.9}]\n'
HERE = Path(__file__).resolve().parent
KILLS = 200 if FULL else 3
CROWD = 64 if FULL else 16
WRITING = ("fix", "waive", "baseline", "reports", "responses", "import", "audit", "cache")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def killed(scenario: str, kills: object, folder: Path) -> dict[str, list[str] | int]:
    """Kill a command that writes; what became of its files."""
    command = [sys.executable, str(HERE / "killing.py"), scenario, str(kills), str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told: dict[str, list[str] | int] = json.loads(ran.stdout.splitlines()[-1])
    return told


@needs_fork
@pytest.mark.parametrize("scenario", WRITING)
def test_a_run_killed_before_any_of_its_steps_tears_no_file(tmp_path: Path, scenario: str) -> None:
    told = killed(scenario, "steps", tmp_path)
    assert told["killed"] >= 4
    assert told["torn"] == []
    assert told["again"] == []
    assert scenario == "reports" or told["mixed"] == 0
    assert told["aside"] == (scenario == "audit")


@needs_fork
@pytest.mark.parametrize("scenario", WRITING)
def test_a_run_killed_at_any_moment_tears_no_file(tmp_path: Path, scenario: str) -> None:
    told = killed(scenario, KILLS, tmp_path)
    assert told["killed"] >= KILLS
    assert (told["torn"], told["again"]) == ([], [])


def test_what_a_killed_run_has_left_is_neither_read_nor_kept_for_ever(cli: Cli, write: Write, tmp_path: Path) -> None:
    card = write("card.yaml", RANKED)
    left = write(".card.yaml.abcdefgh.part", "metriclint: 1\nmetr")
    other = write(".card.yaml.notes.part", "mine")
    assert cli("check", "--format", "json").code == 1
    write_whole(card, card.read_bytes())
    assert left.exists()  # another run may just be writing it
    os.utime(left, (0, 0))
    write_whole(card, card.read_bytes())
    assert sorted(f.name for f in tmp_path.iterdir()) == [other.name, card.name]


def test_what_a_killed_audit_has_left_goes_with_a_later_one(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("card.yaml", RANKED)
    assert cli("audit", "card.yaml", "--out", "pack", "--today", TODAY).code == 0
    left = [tmp_path / f".pack.{name}" for name in ("abcdefgh.part", "abcdefgh.old", "settings", "ijklmnop.part")]
    for folder in left:
        write(f"{folder.name}/report.html", "left")
        if folder != left[-1]:
            os.utime(folder, (0, 0))
    assert cli("audit", "card.yaml", "--out", "pack", "--previous", "pack", "--today", LATER).code == 0
    # One is no folder of ours, and another run may just be writing the other.
    assert sorted(f.name for f in tmp_path.iterdir()) == [".pack.ijklmnop.part", ".pack.settings", "card.yaml", "pack"]


def test_an_audit_that_is_interrupted_between_its_renames_leaves_the_earlier_pack(
    cli: Cli, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("card.yaml", RANKED)
    assert cli("audit", "card.yaml", "--out", "pack", "--today", TODAY).code == 0
    before, rename = state(tmp_path), Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    ran = cli("audit", "card.yaml", "--out", "pack", "--previous", "pack", "--today", LATER)
    assert "Aborted" in ran.err
    assert state(tmp_path) == before
    assert sorted(f.name for f in tmp_path.iterdir()) == ["card.yaml", "pack"]


# Full disks and forbidden folders


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A small disk for a project."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    return folder


WRITERS = {
    "fix": ["fix", "ai-tokens", "--apply", "1"],
    "report": ["check", "card.yaml", "--format", "json=out.json"],
    "two reports": ["check", "card.yaml", "--format", "sarif=old.json", "--format", "json=out.json"],
    "baseline": ["baseline", "write", "--force"],
    "waive": "waive ai-tokens/VIS301 --reason x --requested-by a --approved-by b --expires 2027-01-31".split(),  # noqa: SIM905
    "picture": ["graph", "--format", "mermaid", "--output", "old.json"],
    "rule": ["rules", "new", "my-rule-name"],
    "card": ["new", "--answers", "answers.json", "--output", "new.yaml"],
    "start": ["init", "--yes"],
    "audit": ["audit", "card.yaml", "--out", "pack", "--previous", "pack", "--today", LATER],
    "first audit": ["audit", "card.yaml", "--out", "first/pack"],
    "responses": ["responses", "import", "pack/findings-register.xlsx"],
    "import": ["import", "list.yml", "--output", "new.yaml"],
    "overlay": ["overlay", "init", "list.yml", "--output", "new.yaml"],
    "template": ["template", "xlsx", "--output", "new.xlsx"],
    "export": ["export", "card.yaml", "--output", "new.xlsx"],
    "annotate": ["annotate", "filled.xlsx"],
    "form": ["questionnaire", "--format", "docx", "--output", "new.docx"],
}


def run(
    folder: Path, arguments: list[str], before: Sequence[str] = (), **settings: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "METRICLINT_CACHE_DIR": str(folder / "cache"), **settings}
    command = [*before, sys.executable, "-m", "metriclint", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack and a workbook of the card, made once."""
    folder = tmp_path_factory.mktemp("documents")
    lay_out(folder)
    assert run(folder, ["audit", "card.yaml", "--out", "pack", "--today", TODAY]).returncode == 0
    assert run(folder, ["export", "card.yaml", "--output", "filled.xlsx"]).returncode == 0
    return folder


def lay_out(folder: Path, documents: Path | None = None, writer: str = "") -> dict[str, bytes]:
    if documents is not None and writer in ("audit", "responses"):
        shutil.copytree(documents / "pack", folder / "pack")
    elif documents is not None and writer == "annotate":
        shutil.copy(documents / "filled.xlsx", folder)
    (folder / "list.yml").write_text(LIST, encoding="utf-8")
    (folder / "card.yaml").write_text(RANKED.replace("\n    ", "\n").lstrip(), encoding="utf-8")
    (folder / "old.json").write_text("old", encoding="utf-8")
    (folder / ".metriclint-baseline.json").write_text('{"metriclint_baseline": 1, "findings": []}', encoding="utf-8")
    (folder / "answers.json").write_text('{"title": "Calls"}', encoding="utf-8")
    return state(folder)


def state(folder: Path) -> dict[str, bytes]:
    files = (f for f in folder.rglob("*") if f.is_file() and f.name != "fill" and "cache" not in f.parts)
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in files}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_leaves_everything_as_it_was(small_disk: Path, documents: Path, writer: str) -> None:
    try:
        before = lay_out(small_disk, documents, writer)
        with (small_disk / "fill").open("wb", buffering=0) as fill:
            try:
                while True:
                    fill.write(b"x" * 4096)
            except OSError:
                pass
        ran = run(small_disk, WRITERS[writer])
        assert ran.returncode == 2, ran.stdout + ran.stderr
        assert "Traceback" not in ran.stderr
        assert "no space left on device" in ran.stderr
        assert state(small_disk) == before
        assert run(small_disk, ["check", "card.yaml"]).returncode == 1  # a check needs no place
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_disk_that_is_read_only_is_told(small_disk: Path, documents: Path, writer: str) -> None:
    try:
        before = lay_out(small_disk, documents, writer)
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        ran = run(small_disk, WRITERS[writer])
        assert ran.returncode == 2, ran.stdout + ran.stderr
        assert "Traceback" not in ran.stderr
        assert "read-only file system" in ran.stderr
        assert state(small_disk) == before
        assert run(small_disk, ["check", "card.yaml"]).returncode == 1
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


@pytest.fixture
def ordinary() -> list[str]:
    """Words before a command that make file permissions count, for root too."""
    if not hasattr(os, "geteuid"):
        pytest.skip("no such permissions here")
    if os.geteuid() != 0:
        return []
    words = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if shutil.which("setpriv") is None or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("root may do everything here")
    return words


@pytest.mark.parametrize("writer", WRITERS)
def test_permissions_that_are_denied_are_told(
    tmp_path: Path, documents: Path, ordinary: list[str], writer: str
) -> None:
    before = lay_out(tmp_path, documents, writer)
    tmp_path.chmod(0o555)
    try:
        ran = run(tmp_path, WRITERS[writer], before=ordinary)
    finally:
        tmp_path.chmod(0o755)
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert "permission denied" in ran.stderr
    assert state(tmp_path) == before


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, ordinary: list[str]) -> None:
    lay_out(tmp_path)
    (tmp_path / "card.yaml").chmod(0)
    ran = run(tmp_path, ["check", "card.yaml"], before=ordinary)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: card.yaml: cannot be read: permission denied\n")


# The cache


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path: Path, small_disk: Path) -> None:
    try:
        lay_out(small_disk)
        fresh = run(small_disk, ["check", "--no-cache"], METRICLINT_CACHE_DIR=str(tmp_path / "none"))
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        for place in (small_disk / "cache", "/dev/null/cache", "/proc/cache"):
            ran = run(small_disk, ["check"], METRICLINT_CACHE_DIR=str(place))
            assert (ran.returncode, ran.stdout, ran.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


@pytest.mark.parametrize("damage", ["empty", "half", "foreign", "bits", "binary"])
def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path, damage: str) -> None:
    lay_out(tmp_path)
    fresh = run(tmp_path, ["check"])
    (record,) = (f for f in (tmp_path / "cache").iterdir() if len(f.name) == 16)
    data = record.read_bytes()
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    texts = {
        "empty": b"",
        "half": data[: len(data) // 2],
        "foreign": b"x\n",
        "bits": flipped,
        "binary": bytes(range(256)),
    }
    record.write_bytes(texts[damage])
    ran = run(tmp_path, ["check"])
    assert (ran.returncode, ran.stdout, ran.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)


def test_a_clock_that_goes_back_hides_no_change(tmp_path: Path) -> None:
    lay_out(tmp_path)
    card = tmp_path / "card.yaml"
    seen = card.stat()
    assert run(tmp_path, ["check", "--today", TODAY]).returncode == 1
    for moment in (0, 1_000_000_000, 4_000_000_000):
        for text, code in ((QUIET, 0), (RANKED, 1)):
            card.write_text(text.replace("\n    ", "\n").lstrip(), encoding="utf-8")
            os.utime(card, (moment, moment))
            assert run(tmp_path, ["check", "--today", TODAY]).returncode == code
    same = card.read_text(encoding="utf-8").replace("ranked: true", "ranked: null")
    card.write_text(same, encoding="utf-8")
    os.utime(card, ns=(seen.st_atime_ns, seen.st_mtime_ns))  # as if nothing had happened
    told = run(tmp_path, ["check", "--today", TODAY]).stdout
    assert "VIS301" not in told


def test_a_crowd_on_one_cache_gets_the_same_report(tmp_path: Path) -> None:
    lay_out(tmp_path)
    environment = {**os.environ, "METRICLINT_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "metriclint", "check", "--today", TODAY]
    crowd = [
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(CROWD)
    ]
    told = {(*one.communicate(), one.returncode) for one in crowd}
    assert len(told) == 1
    ((out, err, code),) = told
    assert (bool(out), err, code) == (True, b"", 1)
    assert [f.name for f in (tmp_path / "cache").rglob("*.*")] == []
