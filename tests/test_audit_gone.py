"""Why a finding is no longer reported: what silences its rule without a better design is said."""

from pathlib import Path

import pytest
from audited import CARDS, LATER, finding, followed, packed
from conftest import Write

from metriclint.audit.pack import Pack

_UNTOLD = "That is no sign of a repair."


@pytest.fixture
def pack(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    write("metriclint.toml", "")
    write("metrics.yaml", CARDS)
    return packed("metrics.yaml")


def after(pack: Pack) -> tuple[str, list[str]]:
    """What the next pack says about the ranked board, and about what changed."""
    later = packed("metrics.yaml", today=LATER, earlier=followed(pack))
    f = next(f for f in later.fixed if f.rule == "ranked-activity-board")
    assert f.history.state == "fixed"
    return f.history.words, later.executive.changes


def test_a_changed_design_is_told_as_one(pack: Pack, write: Write) -> None:
    write("metrics.yaml", CARDS.replace("ranked: true", "ranked: false"))
    words, changes = after(pack)
    assert words.endswith("Whether the change works was not tested.")
    assert not any("Not known to be repaired" in c for c in changes)


def test_a_fact_that_nobody_declares_any_more_is_no_repair(pack: Pack, write: Write) -> None:
    write("metrics.yaml", CARDS.replace(", ranked: true", ""))
    words, changes = after(pack)
    assert words.endswith(f"Its rule is undecided now, as a fact that it needs is not declared. {_UNTOLD}")
    number = finding(pack, "ranked-activity-board").id
    assert any(c.startswith("Not known to be repaired, though no longer reported: ") and number in c for c in changes)


@pytest.mark.parametrize(
    ("config", "cards", "says"),
    [
        ('ignore = ["VIS301"]', CARDS, "The configuration leaves its rule out, so it was not asked."),
        (
            '[[overrides]]\npaths = ["*.yaml"]\nignore = ["VIS301"]',
            CARDS,
            "The configuration leaves its rule out, so it was not asked.",
        ),
        ("", CARDS.replace("  calls:\n", "  talks:\n"), "Its metric is no longer declared in what was looked at."),
        (
            "",
            CARDS.replace("  calls:\n", "  calls:\n    status: retired\n"),
            "Its metric is retired, so no rule is asked about it.",
        ),
    ],
)
def test_what_was_not_asked_is_no_repair(pack: Pack, write: Write, config: str, cards: str, says: str) -> None:
    write("metriclint.toml", config + "\n")
    write("metrics.yaml", cards)
    assert after(pack)[0].endswith(f"{says} {_UNTOLD}")


def test_another_path_to_the_same_rule_is_named(pack: Pack, write: Write) -> None:
    write("metrics.yaml", CARDS.replace("title: Wall of calls", "id: wall, title: Wall of calls"))
    later = packed("metrics.yaml", today=LATER, earlier=followed(pack))
    words = [f.history.words for f in later.fixed]
    assert words
    assert all("Its rule reports the metric by another path: F-0" in w for w in words)


def test_a_file_and_a_project_that_were_not_looked_at_are_no_repair(pack: Pack, write: Write) -> None:
    other = CARDS.replace("  calls:\n", "  talks:\n").replace("  solved:\n", "  done:\n")
    write("other.yaml", other)
    later = packed("other.yaml", today=LATER, earlier=followed(pack))
    assert {f.history.words.partition(". ")[2] for f in later.fixed} == {
        f"The file of its metric was not looked at this time. {_UNTOLD}"
    }
    write("elsewhere/metriclint.toml", "")
    write("elsewhere/metrics.yaml", other)
    moved = packed("elsewhere", today=LATER, earlier=followed(pack))
    assert {f.history.words.partition(". ")[2] for f in moved.fixed} == {
        f"Its project was not looked at this time. {_UNTOLD}"
    }
