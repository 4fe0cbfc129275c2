"""Fingerprints: the identity of a finding outlives lines, wording and neighbours, and changes with its path."""

import re
from pathlib import Path

import pytest
from conftest import TODAY, Write

import metriclint
from metriclint.findings.candidates import fingerprint

CARD = """
metriclint: 1
roles:
  developer: {title: Software developer, reports_to: lead}
outcomes:
  better-software: {title: Better software sooner}
actions:
  idle-loop: {title: Let an agent run idle, by: developer, cost: low, automatable: true, moves: {ai-tokens: up},
              effects: {better-software: none}}
boards:
  leaderboard: {title: Token leaderboard, shows: [ai-tokens], audience: org, identified: true, ranked: true}
decisions:
  annual-review: {title: Annual review, made_by: lead, about: developer, consequence: review,
                  uses: [{metric: ai-tokens, stated: not-used, access: individual, believed: used}]}
metrics:
  ai-tokens:
    title: AI tokens used
    kind: activity
    direction: up
    subject: {role: developer, level: individual}
    outcome: {id: better-software, link: correlational}
    gaming_actions: [idle-loop]
    counter_metrics: []
"""


def prints(folder: Path) -> dict[str, str]:
    """Fingerprints of the findings on AI tokens, by code."""
    report = metriclint.check(["."], today=TODAY, cwd=folder)
    assert report.errors == []
    found = {f.code: f.fingerprint for f in report.findings if f.metric == "ai-tokens"}
    assert {"VIS301", "REV402", "GAM103", "CTR501"} <= set(found)
    return found


@pytest.fixture
def before(write: Write) -> dict[str, str]:
    return prints(write("before/design.yaml", CARD).parent)


def test_lines_and_comments_do_not_matter(before: dict[str, str], write: Write) -> None:
    text = CARD.replace("\nmetrics:", "\n# what we count\n\n\nmetrics:").replace(
        "kind: activity", "kind: activity  # !"
    )
    assert prints(write("after/design.yaml", text).parent) == before


def test_file_names_and_the_cut_into_files_do_not_matter(before: dict[str, str], write: Write) -> None:
    head, metrics = CARD.split("metrics:\n", 1)
    write("after/deep/down/people.yaml", head)
    write("after/cards.yml", "metriclint: 1\nmetrics:\n" + metrics)
    write("after/metriclint.toml", "")
    assert prints(write("after/README.txt", "").parent) == before


def test_titles_and_descriptions_do_not_matter(before: dict[str, str], write: Write) -> None:
    text = CARD
    for old, new in (
        ("AI tokens used", "Tokens that our models used up"),
        ("Annual review", "Yearly talk"),
        ("Let an agent run idle", "Run it for nothing"),
        ("Token leaderboard", "Wall of fame"),
        ("Software developer", "Engineer"),
        ("Better software sooner", "Software that people like"),
        ("    kind: activity", "    description: Summed over all tools.\n    kind: activity"),
    ):
        assert old in text
        text = text.replace(old, new)
    assert prints(write("after/design.yaml", text).parent) == before


def test_unrelated_metrics_boards_and_decisions_do_not_matter(before: dict[str, str], write: Write) -> None:
    text = CARD.replace(
        "metrics:\n",
        """metrics:
  aaa-first:
    title: Lines of code
    kind: activity
    subject: {role: developer, level: individual}
    visibility: {audience: team, identified: true, ranked: true}
    consequences: [{kind: pay, stated: used}]
""",
    ).replace(
        "boards:\n", "boards:\n  aaa-board: {title: Another, shows: [aaa-first], audience: public, ranked: true}\n"
    )
    assert prints(write("after/design.yaml", text).parent) == before


def test_the_order_of_keys_and_objects_does_not_matter(before: dict[str, str], write: Write) -> None:
    parts = re.split(r"(?m)^(?=\w)", CARD.strip() + "\n")
    assert prints(write("after/design.yaml", "".join([parts[0], *reversed(parts[1:])])).parent) == before


def test_the_day_of_the_run_does_not_matter(before: dict[str, str], write: Write) -> None:
    folder = write("after/design.yaml", CARD).parent
    report = metriclint.check(["."], today="2031-01-01", cwd=folder)
    assert {f.code: f.fingerprint for f in report.findings} == before


def test_one_design_written_inline_has_stable_prints_where_its_parts_have_ids(write: Write) -> None:
    inline = """
    metriclint: 1
    metrics:
      ai-tokens:
        title: AI tokens used
        kind: activity
        subject: {level: individual}
        counter_metrics: []
        gaming_actions: [EXTRA{id: idle-loop, title: Idle, cost: low, automatable: true, effect_on_outcome: none}]
        visibility: [BOARD{id: leaderboard, audience: org, identified: true, ranked: true}]
        consequences: [{kind: review, stated: not-used, access: individual, believed: used}]
    """
    first = prints(write("one/design.yaml", inline.replace("EXTRA", "").replace("BOARD", "")).parent)
    more = inline.replace("EXTRA", "{id: slow, title: Slow, cost: high, effect_on_outcome: helps}, ")
    more = more.replace("BOARD", "{id: own, audience: self}, ")
    second = prints(write("two/design.yaml", more).parent)
    assert {code: second[code] for code in ("GAM103", "VIS301", "CTR501")} == {
        code: first[code] for code in ("GAM103", "VIS301", "CTR501")
    }


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("idle-loop", "pointless-chats", {"GAM103", "VIS301"}),
        ("leaderboard", "ticker", {"VIS301", "GAM103", "REV402"}),
        ("annual-review", "pay-round", {"GAM103", "REV402"}),
    ],
)
def test_another_node_on_the_path_is_another_finding(
    old: str, new: str, changed: set[str], before: dict[str, str], write: Write
) -> None:
    after = prints(write("after/design.yaml", CARD.replace(old, new)).parent)
    assert {code for code in after if after[code] != before[code]} >= changed


def test_closing_the_board_changes_the_path_of_the_promise(before: dict[str, str], write: Write) -> None:
    text = CARD.replace("audience: org, identified: true, ranked: true", "audience: self, identified: true")
    report = metriclint.check(["."], today=TODAY, cwd=write("after/design.yaml", text).parent)
    after = {f.code: f for f in report.findings}
    assert "VIS301" not in after
    assert after["REV402"].fingerprint != before["REV402"]
    assert "board" not in {s.kind for s in after["REV402"].path}


def test_another_metric_id_is_another_finding(before: dict[str, str], write: Write) -> None:
    folder = write("after/design.yaml", CARD.replace("ai-tokens", "model-tokens")).parent
    report = metriclint.check(["."], today=TODAY, cwd=folder)
    assert not {f.fingerprint for f in report.findings} & set(before.values())


def test_no_two_findings_of_a_project_share_a_fingerprint(before: dict[str, str]) -> None:
    assert len(set(before.values())) == len(before)
    assert all(re.fullmatch(r"ml1:[0-9a-f]{16}", p) for p in before.values())


def test_the_fingerprint_is_made_of_rule_metric_and_nodes_alone() -> None:
    assert fingerprint("rule", "metric", ["a", "b"]) == fingerprint("rule", "metric", iter(("a", "b")))
    different = {
        fingerprint("rule", "metric", ["a", "b"]),
        fingerprint("rule", "metric", ["b", "a"]),
        fingerprint("rule", "metric", ["a"]),
        fingerprint("rule", "other", ["a", "b"]),
        fingerprint("rules", "metric", ["a", "b"]),
    }
    assert len(different) == 5
