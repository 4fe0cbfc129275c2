"""Synthetic metric estates: cards with the mix of real lists, a third of them with findings.

Like the cards of a real organisation they follow house patterns: a few dozen designs (who is measured, who sees it,
what follows) carry thousands of titles, units and texts. ``python benchmarks/estate.py 10000 > estate.yaml`` writes one
file of about 350 bytes a card.
"""

import random
import sys
from collections.abc import Iterator

PATTERNS = 60
"""House patterns of cards with findings; half as many of sound ones."""
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
    troubled = [_troubled(rng) for _ in range(PATTERNS)]
    sound = [_sound(rng) for _ in range(PATTERNS // 2)]
    for number in range(count):
        title = _TITLES[rng.randrange(len(_TITLES))]
        head = f"  metric-{number:06d}:\n    title: {title} ({number})\n    unit: {rng.choice(_UNITS)}\n"
        if number % 3 == 0:
            yield head + rng.choice(troubled)
        else:
            part = f"    derived_from: [metric-{number - 1:06d}]\n" if number % 7 == 1 else ""
            yield head + rng.choice(sound) + part


def _troubled(rng: random.Random) -> str:
    """A card with one to three of the usual weaknesses; the rest of it is in order."""
    weak = rng.sample(["activity", "ranked", "unchecked", "alone", "target", "ambiguous"], rng.choice([1, 2, 2, 3]))
    kind = "activity" if "activity" in weak else rng.choice(["output", "outcome"])
    board = (
        "{audience: org, identified: true, ranked: true}" if "ranked" in weak else "{audience: manager, ranked: false}"
    )
    stated = "unstated" if "ambiguous" in weak else "used"
    counter = "[]" if "alone" in weak else "[{title: Complaints, same_decision: true, independent: true}]"
    target = (
        f"    target: {{type: quota, value: {rng.randrange(90)}, basis: political, cliff: true}}\n"
        if "target" in weak
        else ""
    )
    return (
        f"    direction: {rng.choice(['up', 'up', 'down'])}\n"
        f"    kind: {kind}\n"
        f"    subject: {{level: {rng.choice(['individual', 'team'])}, people: {rng.choice([1, 6, 12])}}}\n"
        f"    recorded_by: {'subject' if 'unchecked' in weak else 'system'}\n"
        f"    verification: {'none' if 'unchecked' in weak else 'sample'}\n"
        f"    controls: [{rng.choice(['volume', 'timing, recording', 'effort'])}]\n"
        f"    visibility: {board}\n"
        f"    consequences: [{{kind: {rng.choice(['review', 'bonus'])}, stated: {stated}, access: individual}}]\n"
        f"    counter_metrics: {counter}\n" + target
    )


def _sound(rng: random.Random) -> str:
    return (
        f"    description: Measured for the team's own planning, period {rng.randrange(12) + 1}, no reader above it.\n"
        f"    direction: {rng.choice(['up', 'up', 'down'])}\n"
        f"    kind: {rng.choice(['outcome', 'output', 'state', 'perception'])}\n"
        f"    subject: {{level: team, people: {rng.choice([8, 12, 20])}}}\n"
        "    visibility: {audience: team, identified: false, ranked: false}\n"
        "    gaming_actions: []\n"
        "    consequences: []\n"
    )


def document(count: int) -> str:
    """One document with that many cards."""
    return "metriclint: 1\nmetrics:\n" + "".join(cards(count))


if __name__ == "__main__":
    sys.stdout.write(document(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
