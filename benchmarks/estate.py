"""Synthetic metric estates with the mix of real lists: kinds, lengths of texts, edges, a third of them with findings.

Like the cards of a real organisation they follow house patterns: a few dozen designs (who is measured, who sees it,
what follows) carry thousands of titles, units and texts. Lengths and shares follow the public metric stores that the
project was tried on (titles of 20 to 60 characters, a description for most, a formula or query for half, one in seven
computed from another, a few boards and decisions that several share). A card has about 600 bytes.

``python benchmarks/estate.py 10000 > estate.yaml`` writes one file, ``--json`` one of JSON, ``--folder DIR`` one file a
card below a project with a configuration, a hundred in each folder.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

PATTERNS = 60
"""House patterns of cards with findings; half as many of sound ones."""
_SHARED = 500
"""Cards for each shared board and decision."""
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
_PHRASES = (
    "counted from the tickets that the service desk closed in the period",
    "without cases that were opened again within seven days",
    "taken from the monthly close of the ledger",
    "as the median over all teams of the unit",
    "only for customers with an active contract",
    "before corrections of the following month",
    "weighted by the size of the order",
    "measured at the gateway, not at the client",
    "with test accounts and internal users left out",
    "rounded to whole units for the review of the quarter",
)
_FORMULAS = (
    "count_distinct(case when status = 'closed' then ticket_id end)",
    "sum(net_amount) / nullif(count_distinct(order_id), 0)",
    "percentile_cont(0.5) within group (order by restored_at - started_at)",
    "sum(case when paid_at <= due_at then 1 else 0 end) * 100.0 / count(*)",
)


def cards(count: int, seed: int = 7) -> Iterator[str]:
    """YAML texts of metric cards; the same for the same count and seed. Every third one has findings."""
    rng = random.Random(seed)
    troubled = [_troubled(rng) for _ in range(PATTERNS)]
    sound = [_sound(rng) for _ in range(PATTERNS // 2)]
    for number in range(count):
        title = _TITLES[rng.randrange(len(_TITLES))]
        head = f"  metric-{number:06d}:\n    title: {title} ({number})\n    unit: {rng.choice(_UNITS)}\n" + _texts(rng)
        if number % 3 == 0:
            yield head + rng.choice(troubled)
        else:
            part = f"    derived_from: [metric-{number - 1:06d}]\n" if number % 7 == 1 else ""
            yield head + rng.choice(sound) + part


def _texts(rng: random.Random) -> str:
    """What people write about a number: free text that no rule needs, and that a reader of YAML has to read."""
    said = ", ".join(rng.sample(_PHRASES, rng.choice([1, 2, 2, 3])))
    text = f"    description: {said[0].upper()}{said[1:]}.\n" if rng.random() < 0.8 else ""
    text += f"    formula: {rng.choice(_FORMULAS)}\n" if rng.random() < 0.5 else ""
    text += f"    data_source: warehouse.metrics.fct_{rng.randrange(400):03d}\n" if rng.random() < 0.5 else ""
    return text + (f"    frequency: {rng.choice(['weekly', 'monthly', 'quarterly'])}\n" if rng.random() < 0.6 else "")


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
        f"    direction: {rng.choice(['up', 'up', 'down'])}\n"
        f"    kind: {rng.choice(['outcome', 'output', 'state', 'perception'])}\n"
        f"    subject: {{level: team, people: {rng.choice([8, 12, 20])}}}\n"
        f"    recorded_by: system\n"
        f"    outcome: {{title: What the team is for, link: {rng.choice(['causal', 'direct'])}, validated: true}}\n"
        "    visibility: {audience: team, identified: false, ranked: false}\n"
        "    gaming_actions: []\n"
        "    consequences: []\n"
        "    counter_metrics: [{title: Complaints of customers, same_decision: true, independent: true}]\n"
    )


def shared(count: int) -> str:
    """Boards and decisions that several cards share: a board shows six, a decision reads four."""
    starts = range(0, count - 12, _SHARED)
    boards = "".join(
        f"  board-{n}:\n    title: Board {n}\n    audience: manager\n    identified: false\n    ranked: false\n"
        f"    shows: [{', '.join(f'metric-{n + i:06d}' for i in range(6))}]\n"
        for n in starts
    )
    decisions = "".join(
        f"  decision-{n}:\n    title: Review {n}\n    made_by: unit-lead\n    consequence: review\n    uses:\n"
        + "".join(f"      - {{metric: metric-{n + 6 + i:06d}, stated: used, access: aggregate}}\n" for i in range(4))
        for n in starts
    )
    return (f"boards:\n{boards}" if boards else "") + (f"decisions:\n{decisions}" if decisions else "")


def document(count: int) -> str:
    """One document with that many cards and what they share."""
    return "metriclint: 1\nmetrics:\n" + "".join(cards(count)) + shared(count)


def as_json(text: str) -> str:
    """The same document as JSON."""
    import yaml_rs

    return json.dumps(yaml_rs.loads(text, parse_datetime=False), indent=2) + "\n"


def write_folder(folder: Path, count: int) -> list[Path]:
    """One file a card in a project with a configuration, a hundred in each folder. Returns the files of the cards."""
    (folder / "metrics").mkdir(parents=True, exist_ok=True)
    (folder / "metriclint.toml").write_text('paths = ["metrics"]\n', encoding="utf-8")
    if both := shared(count):
        (folder / "metrics" / "shared.yaml").write_text(f"metriclint: 1\n{both}", encoding="utf-8")
    files = []
    for number, card in enumerate(cards(count)):
        file = folder / "metrics" / f"{number // 100:04d}" / f"metric-{number:06d}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"metriclint: 1\nmetrics:\n{card}", encoding="utf-8")
        files.append(file)
    return files


def main() -> None:
    """Write an estate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cards", type=int, nargs="?", default=10_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.folder:
        write_folder(options.folder, options.cards)
        return
    text = document(options.cards)
    sys.stdout.write(as_json(text) if options.json else text)


if __name__ == "__main__":
    main()
