"""Times metriclint against yamllint on the same bytes, in turn, and prints the ratios of medians.

``python benchmarks/run.py [--cards 10000] [--runs 5]`` needs both on the path of this Python. Ratios are what counts;
absolute times depend on the machine.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate import document

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


def seconds(command: list[str]) -> float:
    """Wall time of a command, start to end of the process."""
    begin = time.perf_counter()
    # Installed programs are compiled; a source tree would be compiled anew each time where this is set.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=env)
    return time.perf_counter() - begin


def pair(name: str, file: Path, runs: int, bar: float, *options: str) -> str:
    """One line: medians of both and their ratio, against what the project promises."""
    ours = [sys.executable, "-m", "metriclint", "check", *options, str(file)]
    theirs = [sys.executable, "-m", "yamllint", str(file)]
    seconds(ours)
    times = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    mine = statistics.median(t for t, _ in times)
    other = statistics.median(t for _, t in times)
    return f"{name:<28} metriclint {mine:7.2f} s   yamllint {other:7.2f} s   ratio {mine / other:6.3f}   bar {bar:.2f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "card.yaml", Path(folder) / "estate.yaml"
        small.write_text(CARD, encoding="utf-8")
        large.write_text(document(options.cards), encoding="utf-8")
        print(pair("cold, one small file", small, options.runs * 3, 3.0, "--no-cache"))
        print(pair("warm, nothing changed", small, options.runs * 3, 0.7))
        print(pair(f"{options.cards} cards in one file", large, max(1, options.runs // 5), 0.1, "--no-cache"))


if __name__ == "__main__":
    main()
