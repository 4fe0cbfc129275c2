"""Times metriclint against its peers on the same bytes, in turn, and prints medians, ratios and what is promised.

``python benchmarks/run.py`` takes about ten minutes; ``--quick`` about one (small estates, few runs). Needs metriclint
and yamllint in this Python. Of the other peers those take part that are there: ``check-jsonschema`` (a command) and
Spectral (``spectral``, or ``--spectral PATH``). Ratios are what counts; absolute times depend on the machine. The ratio
of processor times stands beside that of wall times, since it suffers less from what else the machine does.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ESTATE = [sys.executable, HERE / "estate.py"]
OURS = [sys.executable, "-m", "metriclint", "check"]
YAMLLINT = [sys.executable, "-m", "yamllint"]
FLOOR = [sys.executable, "-c", "import sys, yaml_rs; yaml_rs.loads(open(sys.argv[1]).read(), parse_datetime=False)"]
BARE = [sys.executable, "-c", "pass"]
CARD = """\
metriclint: 1
metrics:
  ai-tokens:
    title: AI tokens used
    kind: activity
    subject: {level: individual}
    visibility: {audience: org, identified: true, ranked: true}
    consequences: [{kind: review, stated: not-used, access: individual}]
"""
SPECTRAL_RULE = "rules: {title-is-there: {given: '$.metrics[*]', then: {field: title, function: truthy}}}\n"


class Cost(NamedTuple):
    """What a run of a command took."""

    wall: float
    """Seconds from start to end of the process."""
    processor: float
    """Seconds of user and system time."""
    memory: float
    """Largest resident set, in MB."""


def run(command: Sequence[object], folder: Path | None = None) -> Cost:
    """Run a command to its end, whatever its exit code."""
    # Installed programs are compiled; a source tree would be compiled anew each time where this is set.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    process = subprocess.Popen(
        [os.fspath(word) for word in command],  # type: ignore[call-overload]
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=env,
        cwd=folder,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def make(file: Path, cards: int, *options: str) -> None:
    """Write an estate; in a process of its own, since the memory of this one counts in what it starts."""
    with file.open("wb") as stream:
        subprocess.run([*ESTATE, str(cards), *options], stdout=stream, check=True)


def seconds(command: Sequence[object]) -> float:
    """Wall time of a command, start to end of the process."""
    return run(command).wall


def medians(commands: dict[str, Callable[[], Cost]], runs: int) -> dict[str, Cost]:
    """Medians of each command, all run in turn, where there are several rounds after one that does not count."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(runs + (runs > 1)):
        for name, command in commands.items():
            cost = command()
            if number or runs == 1:
                costs[name].append(cost)
    return {name: Cost(*(statistics.median(values) for values in zip(*of, strict=True))) for name, of in costs.items()}


def line(work: str, mine: Cost, peer: str, theirs: Cost, bar: str) -> None:
    """Print a row of the table."""
    wall, processor = mine.wall / theirs.wall, mine.processor / theirs.processor
    print(
        f"| {work} | {mine.wall:.2f} s, {mine.memory:.0f} MB | {peer}: {theirs.wall:.2f} s | {wall:.3f} "
        f"| {processor:.3f} | {bar} |",
        flush=True,
    )


def peers(folder: Path, spectral: str | None) -> dict[str, list[str]]:
    """Commands of the peers that are there; each takes a file."""
    found = {"yamllint": YAMLLINT}
    if command := shutil.which("check-jsonschema"):
        found["check-jsonschema"] = [command, "--schemafile", str(HERE.parent / "docs" / "schema" / "document.json")]
    if command := spectral or shutil.which("spectral"):
        rules = folder / "rules.spectral.yaml"
        rules.write_text(SPECTRAL_RULE, encoding="utf-8")
        found["Spectral, one rule"] = [command, "lint", "--quiet", "--ruleset", str(rules)]
    found["yaml-rs, parsing alone"] = FLOOR
    return found


_BARS = {"yamllint": "≤ 0.05", "Spectral, one rule": "≤ 0.67", "yaml-rs, parsing alone": "(reach for 4)"}
"""What is promised for ten thousand cards in one YAML file."""


def small(folder: Path, runs: int) -> Cost:
    """One small file: cold, and warm with the cache. Returns the cold run."""
    file = folder / "card.yaml"
    file.write_text(CARD, encoding="utf-8")
    found = medians(
        {
            "cold": lambda: run([*OURS, "--no-cache", file]),
            "warm": lambda: run([*OURS, file]),
            "yamllint": lambda: run([*YAMLLINT, file]),
            "bare": lambda: run(BARE),
        },
        runs,
    )
    line("cold, one small file", found["cold"], "yamllint", found["yamllint"], "≤ 2")
    line("warm, nothing changed", found["warm"], "yamllint", found["yamllint"], "≤ 0.5")
    line("warm, nothing changed", found["warm"], "bare interpreter", found["bare"], "(reach for 2)")
    return found["cold"]


def one_file(
    file: Path, work: str, commands: dict[str, list[str]], runs: int, bars: Mapping[str, str] = MappingProxyType({})
) -> Cost:
    """One file against all peers."""
    tasks: dict[str, Callable[[], Cost]] = {"": lambda: run([*OURS, "--no-cache", file])}
    for name, command in commands.items():
        tasks[name] = lambda command=command: run([*command, file])  # type: ignore[misc]
    found = medians(tasks, runs)
    mine = found.pop("")
    for name, theirs in found.items():
        line(work, mine, name, theirs, bars.get(name, ""))
    return mine


def hook(folder: Path, cards: int, runs: int, small_file: Path) -> None:
    """One card changed among many files, against a cold check of one file; and the whole folder."""
    subprocess.run([*ESTATE, str(cards), "--folder", folder], check=True)
    changed = sorted(folder.glob("metrics/*/*.yaml"))[cards // 3]
    text = changed.read_text(encoding="utf-8")
    names = iter(range(1_000_000))

    def change() -> Cost:
        changed.write_text(text.replace("title: ", f"title: {next(names)} "), encoding="utf-8")
        return run([*OURS, "--changed", changed.relative_to(folder)], folder)

    time.sleep(2.1)  # files that have just been written cannot be told by their times
    whole = run([*OURS, "--no-cache"], folder)
    first = change()
    found = medians({"cold": lambda: run([*OURS, "--no-cache", small_file]), "hook": change}, runs)
    work = f"hook, one card changed among {cards:,} files"
    line(work, found["hook"], "cold, one small file", found["cold"], "≤ 1.5")
    line(f"the first hook in {cards:,} files", first, "all of them, no cache", whole, "")


def more_rules(folder: Path, file: Path, runs: int) -> None:
    """Ten times the catalogue: every rule nine times more, with a condition that is never true in the end."""
    import yaml_rs

    project = folder / "rules"
    number = 0
    for source in sorted((HERE.parent / "rules").glob("*/*.yaml")):
        rule = yaml_rs.loads(source.read_text(encoding="utf-8"), parse_datetime=False)
        rule.pop("aliases", None)
        when = rule["when"].strip()
        # A conjunct more keeps the form of the condition, which says for which cards it need not be asked.
        rule["when"] = f"{f'({when})' if _has_or(when) else when} && derived.counters > 90"
        for copy in range(9):
            target = project / "pack" / source.parent.name / f"{source.stem}-{copy}.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            rule["code"] = f"X{chr(65 + number // 1000)}Z{number % 1000:03d}"
            target.write_text(json.dumps(rule), encoding="utf-8")
            number += 1
    (project / "metriclint.toml").write_text('paths = ["estate.yaml"]\npacks = ["pack"]\n', encoding="utf-8")
    shutil.copyfile(file, project / "estate.yaml")
    tasks = {
        "ten": lambda: run([*OURS, "--no-cache"], project),
        "one": lambda: run([*OURS, "--no-cache", file]),
    }
    found = medians(tasks, runs)
    line(f"{number + number // 9} rules", found["ten"], f"{number // 9} rules", found["one"], "≤ 1.5")


def _has_or(condition: str) -> bool:
    """Does a condition have an alternative at its top."""
    depth = 0
    for at, sign in enumerate(condition):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and condition.startswith("||", at):
            return True
    return False


def machine(commands: dict[str, list[str]]) -> None:
    """What ran: the table is worth nothing without it."""
    import yaml_rs

    import metriclint

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, {memory:.0f} GB,", end=" ")
    print(f"Python {platform.python_version()}, metriclint {metriclint.__version__}, yaml-rs {yaml_rs.__version__}")
    for name, command in commands.items():
        if name != "yaml-rs, parsing alone":
            asked = command[:3] if command[0] == sys.executable else command[:1]
            told = subprocess.run([*asked, "--version"], capture_output=True, text=True, check=False)
            print(f"{name}: {(told.stdout or told.stderr).strip().splitlines()[-1]}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small estates and few runs")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--largest", type=int, default=100_000, help="cards of the largest estate")
    parser.add_argument("--spectral", metavar="PATH", help="the command of Spectral")
    options = parser.parse_args()
    runs = 1 if options.quick else options.runs
    sizes = [1, 100, 1_000] if options.quick else [1, 100, 1_000, 10_000]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["METRICLINT_CACHE_DIR"] = str(folder / "cache")
        commands = peers(folder, options.spectral)
        machine(commands)
        print("\n| Work | metriclint | Peer | Ratio | of processor time | Bar |\n| --- | --- | --- | --- | --- | --- |")
        small(folder, runs * 3)
        base = file = None
        for cards in sizes:
            file = folder / f"estate-{cards}.yaml"
            make(file, cards)
            work = f"{cards:,} card{'s' * (cards != 1)} ({file.stat().st_size / 1e6:.1f} MB)"
            bars = _BARS if cards == 10_000 else {}
            base = one_file(file, work, commands, max(1, runs // 2) if cards >= 1000 else runs, bars)
        assert file is not None and base is not None
        as_text = folder / "estate.json"
        make(as_text, sizes[-1], "--json")
        one_file(as_text, f"{sizes[-1]:,} cards as JSON", commands, 1)
        more_rules(folder, file, max(1, runs // 2))
        hook(folder / "many", sizes[-1], runs * 2, folder / "card.yaml")
        if not options.quick:
            large = folder / "estate-large.yaml"
            make(large, options.largest)
            mine = medians({"large": lambda: run([*OURS, "--no-cache", large])}, 2)["large"]
            line(f"{options.largest:,} cards", mine, f"{sizes[-1]:,} cards", base, "≤ 11, ≤ 2,500 MB")


if __name__ == "__main__":
    main()
