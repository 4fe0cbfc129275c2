"""Kills commands at random moments or before each of their steps: ``python killing.py SCENARIO KILLS FOLDER``.

Prints one line of JSON: how many runs were killed, how many of them left the old and the new files, what was torn, and
how the run after the last one ended. Everything is imported once and each run is forked off, so that a kill falls into
the work and not into the imports.
"""

import contextlib
import functools
import importlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from audited import CARDS, LATER, changed, put  # noqa: E402
from cards import RANKED  # noqa: E402
from test_formats_hostile import TEXTS  # noqa: E402
from test_report_text import hostile  # noqa: E402

from metriclint.cli.app import app  # noqa: E402

for _name in (
    "cli.fix",
    "cli.waive",
    "cli.baseline",
    "cli.check",
    "cli.import_",
    "cli.responses",
    "audit.folder",
    "audit.returned",
    "audit.workbook",
    "exchange.importing",
    "findings.report",
    "findings.waivers",
    "repair.words",
):
    importlib.import_module(f"metriclint.{_name}")

TODAY = "2026-11-25"
_FOLDERS = ("os.mkdir", "os.rmdir", "tempfile.mkdtemp")
_STEPS = ("open", "os.rename", "os.remove", "os.chmod", "os.truncate", "os.utime", "tempfile.mkstemp", *_FOLDERS)
"""What Python tells an audit hook of: everything that touches the disk."""


class Scenario(NamedTuple):
    """A command that writes, and the files that it writes."""

    arguments: tuple[str, ...]
    files: tuple[str, ...]
    before: tuple[str, ...] = ()
    """A command that prepares the folder."""
    after: Callable[[Path], None] | None = None
    """What happens between the two."""
    ready: Callable[[Path], None] | None = None
    """What is done once in this process, so that a kill falls into the writing."""


def _fill_in(folder: Path) -> None:
    """The client answers in the register: once, which is taken over, and again."""
    register = folder / "pack" / "findings-register.xlsx"
    register.write_bytes(changed(register.read_bytes(), put(2, "Response text", "Early."), put(3, "Notes", "Ask.")))
    assert wait(start(("responses", "import", str(register), "--today", TODAY), folder)) == 0
    later = (put(2, "Response text", "Late."), put(2, "Response decision", "accept"), put(3, "Due date", "2027-02-28"))
    register.write_bytes(changed(register.read_bytes(), *later))


def _change(folder: Path) -> None:
    (folder / "audited.yaml").write_text(CARDS.replace("ranked: true", "ranked: false"), encoding="utf-8")


def _make_documents(folder: Path) -> None:
    """Make the documents of the pack once, as the command does: each run reads the earlier pack, and writes."""
    from metriclint.audit.earlier import read_earlier
    from metriclint.cli import audit

    make = functools.cache(audit._made)

    def made(asked: audit._Asked) -> Any:
        read_earlier(folder / "pack", "pack", asked.day)
        return make(asked)

    audit._made = made
    with contextlib.chdir(folder):
        run(SCENARIOS["audit"].arguments)


def _solve(folder: Path) -> None:
    card = folder / "cards.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("ranked: true", "ranked: false"), encoding="utf-8")


_LIST = """\
version: "prometheus/v1"
service: "checkout"
slos: [{name: "availability", objective: 99.9}, {name: "latency", objective: 95}]
"""
_AUDIT = ("audit", "audited.yaml", "--out", "pack")
_WAIVER = ("--reason", "a reason", "--requested-by", "team", "--approved-by", "board", "--expires", "2027-01-31")
SCENARIOS = {
    "fix": Scenario(("fix", "m", "--apply", "1", "--today", TODAY), ("cards.yaml",)),
    "waive": Scenario(("waive", "m/VIS301", *_WAIVER, "--today", TODAY), ("cards.yaml",)),
    "baseline": Scenario(
        ("baseline", "update", "--today", TODAY),
        (".metriclint-baseline.json",),
        ("baseline", "write", "--today", TODAY),
        _solve,
    ),
    "reports": Scenario(
        ("check", "--format", "json=a.txt", "--format", "sarif=b.txt", "--today", TODAY, "--fail-on", "never"),
        ("a.txt", "b.txt"),
    ),
    "responses": Scenario(
        ("responses", "import", "pack/findings-register.xlsx", "--prefer", "register", "--today", TODAY),
        ("responses.yaml",),
        (*_AUDIT, "--today", TODAY),
        _fill_in,
    ),
    "audit": Scenario(
        (*_AUDIT, "--previous", "pack", "--today", LATER),
        ("pack",),
        (*_AUDIT, "--today", TODAY),
        _change,
        _make_documents,
    ),
    "import": Scenario(("import", "list.yml", "--output", "native.yaml"), ("native.yaml",)),
    "cache": Scenario(("check", "--today", TODAY, "--fail-on", "never"), ()),
}


def _said(folder: Path) -> Path:
    """Where the output of the last run is kept."""
    return folder.with_name(f"{folder.name}-said")


def _cache(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-cache")


def prepare(scenario: Scenario, folder: Path) -> None:
    """Lay out the folder as it is before the command; from the second time on a copy of the first."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(_cache(folder), ignore_errors=True)
    model = folder.with_name(f"{folder.name}-model")
    if not model.exists():
        _lay_out(scenario, folder)
        shutil.copytree(folder, model)
        return
    shutil.copytree(model, folder)


def _lay_out(scenario: Scenario, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "metriclint.toml").write_text("", encoding="utf-8")
    (folder / "cards.yaml").write_text(hostile(TEXTS["html"]), encoding="utf-8")
    (folder / "other.yaml").write_text(RANKED.replace("\n    ", "\n"), encoding="utf-8")
    (folder / "audited.yaml").write_text(CARDS, encoding="utf-8")
    (folder / "list.yml").write_text(_LIST, encoding="utf-8")
    if scenario.before:
        assert wait(start(scenario.before, folder)) == 0
    if scenario.after:
        scenario.after(folder)


def start(arguments: tuple[str, ...], folder: Path, killed_before: int = 0) -> int:
    """Run a command in a forked process; it kills itself before a step where one is named."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        os.chdir(folder)
        os.environ["METRICLINT_CACHE_DIR"] = str(_cache(folder))
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        said = os.open(_said(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(said, stream)
        if killed_before:
            steps = 0

            def watch(event: str, details: tuple[object, ...]) -> None:
                nonlocal steps
                if steps >= 0 and event in _STEPS and (event != "open" or _writes(details)):
                    steps += 1
                    if steps == killed_before:
                        steps = -1
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(watch)
        code = run(arguments)
    finally:
        os._exit(code)


def _writes(details: tuple[object, ...]) -> bool:
    """Is a file opened for writing."""
    flags = details[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def run(arguments: tuple[str, ...]) -> int:
    """The command line as a user starts it: a check goes by way of the cache."""
    try:
        if arguments[0] == "check":
            from metriclint.cli.main import main

            sys.argv = ["metriclint", *arguments]
            main()
        app(list(arguments), standalone_mode=False)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def wait(child: int) -> int:
    """The exit code; that of a killed process is negative."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def contents(scenario: Scenario, folder: Path) -> dict[str, bytes | None]:
    """What the files hold that the command writes."""
    return {name: _held(folder / name) for name in scenario.files}


def _held(file: Path) -> bytes | None:
    """The bytes of a file, or of a folder with all that lies in it."""
    if file.is_dir():
        inside = ((f.relative_to(file).as_posix(), f.read_bytes()) for f in sorted(file.rglob("*")) if f.is_file())
        return repr(list(inside)).encode()
    return file.read_bytes() if file.exists() else None


def _aside(folder: Path) -> dict[str, bytes | None]:
    """An earlier pack that lies whole beside its place, which the next run puts back."""
    return {} if (folder / "pack").exists() else {f.name: _held(f) for f in folder.glob(".pack.????????.old/pack")}


def _usual(scenario: Scenario, folder: Path) -> float:
    """Seconds that the command takes, of three runs the middle one."""
    took = []
    for _ in range(3):
        prepare(scenario, folder)
        began = time.perf_counter()
        wait(start(scenario.arguments, folder))
        took.append(time.perf_counter() - began)
    return sorted(took)[1]


def main() -> None:
    """Kill, look, and report."""
    name, kills, place = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    scenario = SCENARIOS[name]
    folder = place / name
    seed = random.Random(f"{name} {kills}")
    prepare(scenario, folder)
    if scenario.ready:
        scenario.ready(folder)
        prepare(scenario, folder)
    old = contents(scenario, folder)
    assert wait(start(scenario.arguments, folder)) == 0
    new, said = contents(scenario, folder), _said(folder).read_bytes()
    assert not scenario.files or old != new
    usual = _usual(scenario, folder)
    told = {"killed": 0, "old": 0, "new": 0, "mixed": 0, "aside": 0, "left": 0, "torn": [], "again": []}
    every = kills == "steps"
    number = 0
    while every or told["killed"] < int(kills):  # type: ignore[operator]
        number += 1
        if name != "cache":
            prepare(scenario, folder)
        else:
            shutil.rmtree(_cache(folder), ignore_errors=True)
        child = start(scenario.arguments, folder, number if every else 0)
        if not every:
            time.sleep(usual * (seed.uniform(0, 1.1) if number % 2 else seed.uniform(0.75, 1.1)))
            os.kill(child, signal.SIGKILL)
        code = wait(child)
        if code >= 0 and every:
            break
        if code >= 0 and number > 20 * int(kills):
            break
        told["killed"] += code < 0  # type: ignore[operator]
        aside = _aside(folder)
        told["aside"] += len(aside)  # type: ignore[operator]
        found = contents(scenario, folder) | aside
        told["torn"] += [n for n in found if found[n] not in (old[n], new[n])]  # type: ignore[operator]
        kind = "old" if found == old else "new" if found == new else "mixed"
        told[kind] += 1  # type: ignore[operator]
        told["left"] += len(list(folder.glob(".*.part")))  # type: ignore[operator]
        if found != new or name == "cache":
            # Whatever was left does not keep the next run from its work.
            again = wait(start(scenario.arguments, folder))
            same = contents(scenario, folder) == new and (scenario.files or _said(folder).read_bytes() == said)
            if again != 0 or not same:
                told["again"] += [f"{number}: exit {again}"]  # type: ignore[operator]
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
