"""Cortex scorecards: ladders, rules with limits, and the portal that shows them."""

import json
from pathlib import Path
from typing import Any

import pytest
from adapted import claimed, drafted, edges, notices, project, reading_ends_in_words, report, shaped, values
from conftest import Cli, Write
from hypothesis import given, settings

CARD = """
tag: ops
name: Operations
description: How well services run.
draft: false
exemptions: {enabled: true}
evaluation: {window: 24}
ladder:
  levels:
    - {name: Gold, rank: 3, color: "#D7AC58"}
    - {name: Bronze, rank: 1, color: "#CD7F32"}
filter:
  kind: GENERIC
  types: {include: [service]}
rules:
  - title: Deployed lately
    description: A deployment in the last week.
    expression: deploys(lookback=duration("P7D")).length > 0
    weight: 2
    level: Gold
  - title: Short file
    expression: 'jq(custom("lineCount > 3"), ". | tonumber") <= 200'
    weight: 1
    level: Bronze
  - title: Has a description
    expression: entity.description().length > 0
    weight: 1
  - title: Within budget
    expression: metric(key="spend").average() <= jq(custom("budget"), ". | tonumber") * 1.25
  - title: Both
    expression: a() > 3 and b() > 4
"""


def card(id_: str, text: str = CARD) -> dict[str, Any]:
    found: dict[str, Any] = drafted("cortex", "c.yaml", text).document["metrics"][id_]
    return found


def test_the_ladder_is_a_target_with_a_cliff_and_the_portal_a_board() -> None:
    found = card("ops")
    assert found["title"] == "Operations"
    assert found["target"] == {
        "type": "threshold",
        "value": "Gold",
        "comparator": "at-least",
        "cliff": True,
        "exemptions": ["on request"],
    }
    assert found["visibility"]["audience"] == "org" and found["visibility"]["gamified"]
    assert "ranked" not in found["visibility"]
    assert found["frequency"] == "every 24 hours"


def test_what_the_file_does_not_say_in_so_many_words_is_inferred() -> None:
    foreign = drafted("cortex", "c.yaml", CARD).foreign
    for route in ("kind", "direction", "visibility"):
        assert foreign.inferred_from(("metrics", "ops", route))
    assert foreign.inferred_from(("metrics", "ops", "target", "cliff"))
    assert foreign.inferred_from(("metrics", "ops", "target", "value")) is None
    assert foreign.inferred_from(("metrics", "ops", "subject", "level")) is None


def test_rules_go_into_the_scorecard_by_their_weights(write: Write, tmp_path: Path) -> None:
    write("c.yaml", CARD)
    read = project(tmp_path)
    assert edges(read)["ops"] == [
        "ops-deployed-lately", "ops-short-file", "ops-has-a-description", "ops-within-budget", "ops-both",
    ]  # fmt: skip
    first = read.metrics["ops"].value.derived_from
    assert first is not None and not isinstance(first[0], str) and first[0].weight == 2
    assert read.metrics["ops-deployed-lately"].value.tags == ["level-gold"]


@pytest.mark.parametrize(
    ("rule", "value", "comparator"),
    [
        ("ops-deployed-lately", 1, "at-least"),
        ("ops-short-file", 200, "at-most"),
        ("ops-within-budget", 'jq(custom("budget"), ". | tonumber") * 1.25', "at-most"),
        ("ops-has-a-description", None, None),
        ("ops-both", None, None),
    ],
)
def test_one_comparison_is_a_limit_and_anything_else_is_none(rule: str, value: Any, comparator: str | None) -> None:
    target = card(rule).get("target", {})
    assert (target.get("value"), target.get("comparator")) == (value, comparator)
    assert card(rule).get("direction") == {"at-least": "up", "at-most": "down", None: None}[comparator]


def test_a_draft_is_proposed_and_shown_to_nobody() -> None:
    text = CARD.replace("draft: false", "draft: true")
    assert card("ops", text)["status"] == "proposed"
    assert card("ops-both", text)["status"] == "proposed"
    assert "visibility" not in card("ops", text)


@pytest.mark.parametrize(
    ("filter_", "level", "inferred"),
    [
        ("types: {include: [team]}", "team", False),
        ("category: SERVICE", "product", False),
        ("types: {include: [ai-agent]}", "product", True),
        ("query: x", None, False),
    ],
)
def test_whom_a_scorecard_is_about_comes_from_its_filter(filter_: str, level: str | None, inferred: bool) -> None:
    draft = drafted("cortex", "c.yaml", CARD.replace("types: {include: [service]}", filter_))
    assert draft.document["metrics"]["ops"].get("subject", {}).get("level") == level
    assert bool(draft.foreign.inferred.get(("metrics", "ops", "subject", "level"))) == inferred


def test_findings_stand_at_the_rule_and_stay_below_error(cli: Cli, write: Write) -> None:
    lines = write("c.yaml", CARD).read_text().splitlines()
    found = report(cli, ".")
    place = next(f["location"] for f in found["findings"] if f["metric"] == "ops-deployed-lately")
    assert lines[place["line"] - 1][place["column"] - 1 :].startswith("title: Deployed lately")
    assert {f["severity"] for f in found["findings"]} <= {"note", "warning"}


def test_a_scorecard_without_ladder_has_no_target_and_no_levels() -> None:
    text = CARD.replace("ladder:", "ladders:")
    assert "target" not in card("ops", text)
    assert "gamified" not in card("ops", text)["visibility"]


def test_a_scorecard_without_a_name_is_told(cli: Cli, write: Write) -> None:
    write("c.yaml", "tag:\nrules:\n  - {title: a, expression: b}\n  - title: c\n    expression: d\nfilter:\n  x: y\n")
    ran = cli("check", ".")
    assert (ran.code, "c.yaml:1:1: a scorecard needs a `tag`" in ran.out + ran.err) == (2, True), ran.err


def test_other_files_with_rules_are_left_alone() -> None:
    assert claimed("r.yaml", "groups:\n  - name: x\n    rules:\n      - alert: a\n        expr: b\n") is None
    assert claimed("r.yaml", "tag: x\nrules:\n  - expression: y\n") is None


def test_a_level_that_the_ladder_does_not_have_is_told(cli: Cli, write: Write) -> None:
    write("c.yaml", CARD.replace("level: Bronze", "level: Bronce").replace("level: Gold", "level: Platinum"))
    told = [(line, text) for _, line, text in notices(report(cli, ".")) if "ladder" in text]
    assert told == [
        (19, "the level “Platinum” is not on the ladder: it has Gold, Bronze"),
        (23, "the level “Bronce” is not on the ladder; did you mean `Bronze`?"),
    ]


FRAME: dict[str, Any] = {
    "tag": "t",
    "name": "n",
    "draft": True,
    "exemptions": {"enabled": True},
    "evaluation": {"window": 24},
    "ladder": {"levels": [{"name": "Gold", "rank": 1}]},
    "filter": {"types": {"include": ["team"]}, "category": "SERVICE"},
    "rules": [{"title": "a", "expression": "x() > 3", "weight": 1, "level": "Gold"}],
}


@settings(deadline=None, max_examples=150)
@given(shaped(FRAME, values(["name", "levels", "rank", "rules", "title", "expression", "weight", "level", "types"])))
def test_any_value_in_any_place_is_read_or_told(document: Any) -> None:
    reading_ends_in_words("cortex", "c.yaml", json.dumps(document))
