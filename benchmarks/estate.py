"""Synthetic metric estates: cards with the mix of real lists, a third of them with findings.

``python benchmarks/estate.py 10000 > estate.yaml`` writes one file of about 350 bytes a card.
"""

import random
import sys
from collections.abc import Iterator

_TITLES = (
    "Merge requests a month",
    "Customer satisfaction of the help desk",
    "Median time to restore",
    "Revenue of the quarter",
    "AI tokens used",
    "Share of invoices paid on time",
    "Open positions filled",
    "Escaped defects",
    "Tickets closed a week",
    "Uptime of the payment service",
)
_UNITS = ("count", "percent", "days", "EUR", "points")


def cards(count: int, seed: int = 7) -> Iterator[str]:
    """YAML texts of metric cards; the same for the same count and seed. Every third one has findings."""
    rng = random.Random(seed)
    for number in range(count):
        yield _troubled(number, rng) if number % 3 == 0 else _sound(number, rng)


def _head(number: int, rng: random.Random) -> str:
    title = _TITLES[rng.randrange(len(_TITLES))]
    return (
        f"  metric-{number:06d}:\n"
        f"    title: {title} ({number})\n"
        f"    unit: {_UNITS[rng.randrange(len(_UNITS))]}\n"
        f"    direction: {rng.choice(['up', 'up', 'down'])}\n"
    )


def _troubled(number: int, rng: random.Random) -> str:
    kind = rng.choice(["activity", "output", "input"])
    level = rng.choice(["individual", "team"])
    return _head(number, rng) + (
        f"    kind: {kind}\n"
        f"    subject: {{level: {level}, people: {rng.choice([1, 6, 12])}}}\n"
        f"    recorded_by: {rng.choice(['system', 'subject'])}\n"
        "    verification: none\n"
        f"    controls: [{rng.choice(['volume', 'timing, recording', 'effort'])}]\n"
        f"    visibility: {{audience: {rng.choice(['org', 'team', 'manager'])}, identified: true, ranked: true}}\n"
        f"    consequences: [{{kind: {rng.choice(['review', 'bonus', 'informal'])}, stated: used, access: individual}}]\n"
        "    counter_metrics: []\n"
    )


def _sound(number: int, rng: random.Random) -> str:
    part = f"    derived_from: [metric-{number - 1:06d}]\n" if number % 7 == 1 else ""
    return _head(number, rng) + (
        f"    description: Measured for the team's own planning, period {rng.randrange(12) + 1}, no reader above it.\n"
        "    kind: outcome\n"
        "    subject: {level: team, people: 12}\n"
        "    visibility: {audience: team, identified: false, ranked: false}\n"
        "    gaming_actions: []\n"
        "    consequences: []\n" + part
    )


def document(count: int) -> str:
    """One document with that many cards."""
    return "metriclint: 1\nmetrics:\n" + "".join(cards(count))


if __name__ == "__main__":
    sys.stdout.write(document(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
