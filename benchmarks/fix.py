"""Times `metriclint fix` and `metriclint why` for one finding of a large estate against `metriclint check` on it.

``python benchmarks/fix.py [--cards 10000] [--runs 3]`` prints ratios of medians; the project promises at most 3. The
finding is the worst of the first card of the estate.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate import document
from run import seconds

BAR = 3.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "estate.yaml"
        file.write_text(document(options.cards), encoding="utf-8")
        ours = [sys.executable, "-m", "metriclint"]
        check = [*ours, "check", "--no-cache", str(file)]
        asked = {name: [*ours, name, "metric-000000", "--project", str(file)] for name in ("fix", "why")}
        seconds(check)
        times: dict[str, list[float]] = {name: [] for name in ("check", *asked)}
        for _ in range(options.runs):
            times["check"].append(seconds(check))
            for name, command in asked.items():
                times[name].append(seconds(command))
    base = statistics.median(times.pop("check"))
    print(f"check, {options.cards} cards   {base:6.2f} s")
    for name, taken in times.items():
        mine = statistics.median(taken)
        print(f"{name:<20} {mine:6.2f} s   ratio {mine / base:5.2f}   bar {BAR:.2f}")


if __name__ == "__main__":
    main()
