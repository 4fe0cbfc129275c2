"""After any sequence of changes the editor's check says what a check of everything says."""

import random
from pathlib import Path

import pytest
from conftest import TODAY
from msgspec.structs import replace

from metriclint.editor import reading
from metriclint.editor.buffers import Buffers
from metriclint.editor.desk import Desk
from metriclint.editor.reading import reread
from metriclint.editor.session import Session
from metriclint.findings.finding import Finding
from metriclint.sources.discover import Found
from metriclint.sources.native import read_document

SHARED = """\
metriclint: 1
roles:
  developer: {title: Developer, reports_to: lead}
  lead: {title: Lead}
outcomes:
  better: {title: Better software, measured_by: m0}
harms:
  rework: {title: Rework, measured_by: m1}
systems:
  agents: {agent: {can_write: true}}
actions:
  loop: {title: Idle loop, by: developer, moves: {m2: up}, effects: {better: hurts, rework: causes}, uses: agents}
boards:
  wall: {audience: org, identified: true, ranked: true, shows: [m3, m4]}
decisions:
  annual: {title: Annual review, made_by: lead, consequence: review, uses: [{metric: m5, access: individual}]}
"""
LINES = (
    "    kind: activity\n",
    "    kind: output\n",
    "    subject: {role: developer, level: individual}\n",
    "    subject: {level: team, people: 9}\n",
    "    visibility: wall\n",
    "    visibility: {audience: manager, identified: true, ranked: false}\n",
    "    consequences: [annual]\n",
    "    consequences:\n      - {kind: review, stated: not-used, access: individual, believed: used}\n",
    "    consequences: []\n",
    "    gaming_actions: [loop]\n",
    "    gaming_actions: [{title: Click more, cost: low, automatable: true}]\n",
    "    outcome: {id: better, link: correlational}\n",
    "    outcome: better\n",
    "    target: {type: quota, value: 5}\n",
    "    counter_metrics: [{metric: m1, same_decision: true, independent: true}]\n",
    "    derived_from: [m2]\n",
    "    harms: [rework]\n",
    "    governance: {owner: developr}\n",
    "    recorded_by: subject\n",
    "    waivers: [{rule: no-outcome-link, reason: x, requested_by: a, approved_by: b, expires: 2026-12-20}]\n",
)
TYPED = ("x", "\n", "# é\n", "  ", "kind: ", "[", "'", "🚀", "    unit: calls\n", "  new: {title: New}\n", "metrics:\n")


def card(rng: random.Random, number: int) -> str:
    chosen: dict[str, str] = {}
    for line in rng.sample(LINES, rng.randint(2, 7)):
        chosen[line.split(":")[0]] = line
    if number in (1, 2):
        chosen.pop("    derived_from", None)
    return f"  m{number}:\n    title: Number {number % 14}\n" + "".join(chosen.values())


def edited(rng: random.Random, text: str) -> str:
    """A text after one small change: a line gone, a line new, a word typed, a stretch deleted."""
    lines = text.splitlines(keepends=True)
    at = rng.randrange(2, max(len(lines), 3))
    kind = rng.random()
    if kind < 0.35:
        return "".join([*lines[:at], rng.choice(LINES), *lines[at:]])
    if kind < 0.6:
        return "".join(lines[:at] + lines[at + 1 :])
    start = rng.randrange(15, max(len(text), 16))
    if kind < 0.85:
        return text[:start] + rng.choice(TYPED) + text[start:]
    return text[:start] + text[start + rng.randrange(1, 30) :]


def plain(finding: Finding) -> str:
    """A finding; of its path the nodes. A shared decision is placed where the first metric of a check reads it."""
    path = [replace(step, location=None) for step in finding.path]
    return repr(replace(finding, path=path))


def said(session: Session) -> dict[str, object]:
    """Everything that is told, with its places."""
    told: dict[str, object] = {}
    for desk in session.desks():
        # While something is wrong, findings of a broken file stay where they were; a fresh check has none.
        told["problems"] = sorted(map(str, desk.problems))
        if not desk.problems:
            verdict = desk.verdict
            told["findings"] = sorted(map(plain, verdict.all()))
            told["questions"] = sorted(map(repr, verdict.questions.values()))
            told["notices"] = sorted({repr(n) for n in verdict.notices})
    return told


@pytest.mark.parametrize("seed", range(10))
def test_a_check_of_what_a_change_reaches_says_what_a_check_of_everything_says(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_WORTH_IT", 0)
    rng = random.Random(seed)
    head = "metriclint: 1\nmetrics:\n"
    texts = {
        "shared.yaml": SHARED,
        "a.yaml": head + "".join(card(rng, n) for n in range(16)),
        "b.yaml": head + "".join(card(rng, n) for n in range(16, 32)),
    }
    (tmp_path / "metriclint.toml").write_text("", encoding="utf-8")
    buffers = Buffers()
    buffers.texts.update({str(tmp_path / name): text for name, text in texts.items()})
    session = Session(tmp_path, buffers, today=lambda: TODAY)
    session.refresh()
    good = dict(buffers.texts)
    for step in range(25):
        path = str(tmp_path / rng.choice(["a.yaml", "a.yaml", "b.yaml", "shared.yaml"]))
        buffers.texts[path] = edited(rng, buffers.texts[path])
        session.touch(path)
        session.refresh()
        fresh = Session(tmp_path, buffers, today=lambda: TODAY)
        fresh.refresh()
        assert said(session) == said(fresh), (step, path)
        if any(desk.problems for desk in session.desks()) and rng.random() < 0.6:
            buffers.texts.update(good)
            for each in good:
                session.touch(each)
            session.refresh()
        elif not any(desk.problems for desk in session.desks()):
            good = dict(buffers.texts)


def test_only_what_a_change_reaches_is_checked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(1)
    path = str(tmp_path / "a.yaml")
    buffers = Buffers()
    cards = "".join(f"  c{n}:\n    title: Calls {n}\n    kind: activity\n" for n in range(40))
    buffers.texts[path] = "metriclint: 1\nmetrics:\n" + cards
    session = Session(tmp_path, buffers, today=lambda: TODAY)
    session.refresh()
    asked: list[int] = []
    real = Desk._report
    monkeypatch.setattr(Desk, "_report", lambda self, p, day: (asked.append(len(p.metrics)), real(self, p, day))[1])
    number = rng.randrange(40)
    buffers.texts[path] = buffers.texts[path].replace(f"title: Calls {number}\n", f"title: Calls {number} a week\n")
    session.touch(path)
    session.refresh()
    assert asked == [1]


@pytest.mark.parametrize("seed", range(4))
def test_reading_the_changed_entry_gives_what_reading_everything_gives(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_WORTH_IT", 0)
    rng = random.Random(seed)
    text = "metriclint: 1\nmetrics:\n" + "".join(card(rng, n) for n in range(12)) + SHARED.partition("\n")[2]
    found = Found(Path("a.yaml"), "a.yaml", explicit=False)
    before = read_document(found, text)
    assert before.document is not None
    quick = 0
    for _ in range(250):
        after = edited(rng, text)
        again = reread(before, after)
        if again is not None:
            quick += 1
            whole = read_document(found, after)
            assert (again.document, again.raw, again.problems) == (whole.document, whole.raw, whole.problems)
    assert quick > 20
