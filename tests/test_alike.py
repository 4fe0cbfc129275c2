"""The shortcut for cards that are alike says what asking each of them says."""

from typing import Any

import msgspec
import pytest
from designs import check, rule_of
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.findings import candidates
from metriclint.findings.report import Options, report_of
from metriclint.sources.load import load_text

BOARDS: list[Any] = [
    None,
    {"audience": "org", "identified": True, "ranked": True},
    {"audience": "manager", "ranked": False},
    {"audience": "team", "identified": False, "ranked": False},
    ["wall"],
]
USES: list[Any] = [
    None,
    [],
    [{"kind": "review", "stated": "not-used", "access": "individual"}],
    [{"kind": "bonus", "stated": "used", "access": "individual"}],
    ["calibration"],
]
TARGETS: list[Any] = [
    None,
    {"type": "quota", "value": 10, "cliff": True},
    {"type": "quota", "value": 70, "cliff": True},
    {"value": "TBD"},
    {"type": "threshold", "low": 1, "high": 2},
]
TITLES = ["AI tokens used", "Lines of code", "Something of its own", "Time to restore", "Tickets closed"]
SHARED = {
    "boards": {"wall": {"title": "Wall", "audience": "org", "identified": True, "ranked": True}},
    "decisions": {"calibration": {"title": "Calibration", "consequence": "review"}},
}


@st.composite
def cards(draw: st.DrawFn) -> dict[str, Any]:
    """A card of one of few patterns, with texts of its own."""
    card: dict[str, Any] = {
        "title": draw(st.sampled_from(TITLES)),
        "kind": draw(st.sampled_from(["activity", "outcome", "state"])),
        "description": draw(st.sampled_from(["", "worked time", "for the team"])),
        "subject": draw(st.sampled_from([{"level": "individual"}, {"level": "team", "people": 5}])),
        "visibility": draw(st.sampled_from(BOARDS)),
        "consequences": draw(st.sampled_from(USES)),
        "target": draw(st.sampled_from(TARGETS)),
        "gaming_actions": draw(
            st.sampled_from([None, [], [{"title": "Split it", "cost": "low", "automatable": True}]])
        ),
        "status": draw(st.sampled_from([None, None, "retired"])),
    }
    return {key: value for key, value in card.items() if value not in (None, "")}


@st.composite
def projects(draw: st.DrawFn) -> str:
    """Many cards of few patterns; some are parts or guards of others, and some are twins."""
    patterns = draw(st.lists(cards(), min_size=1, max_size=4))
    metrics: dict[str, Any] = {}
    for number in range(draw(st.integers(2, 14))):
        card = dict(draw(st.sampled_from(patterns)))
        if draw(st.booleans()):
            card["title"] = f"{card['title']} ({number})"
        if number and draw(st.integers(0, 5)) == 0:
            card["derived_from"] = [f"m{draw(st.integers(0, number - 1))}"]
        if number and draw(st.integers(0, 5)) == 0:
            card["counter_metrics"] = [{"metric": f"m{draw(st.integers(0, number - 1))}"}]
        metrics[f"m{number}"] = card
    return msgspec.json.encode({"metriclint": 1, **SHARED, "metrics": metrics}).decode()


def report(text: str, monkeypatch: pytest.MonkeyPatch, *, from_: int) -> Any:
    project, problems = load_text(text, "design.json")
    assert not problems, problems
    monkeypatch.setattr(candidates, "_MANY", from_)
    return report_of([(project, None)], Options("2026-11-25", everything=True))


@settings(deadline=None, max_examples=60)
@given(projects())
def test_the_report_is_the_same_with_and_without_the_shortcut(text: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert report(text, monkeypatch, from_=0) == report(text, monkeypatch, from_=10**9)


def test_the_shortcut_looks_at_one_card_of_a_pattern_only(monkeypatch: pytest.MonkeyPatch) -> None:
    card = {"kind": "outcome", "gaming_actions": [], "consequences": [], "visibility": BOARDS[3]}
    metrics = {f"m{n}": {"title": f"Time to restore {n}", **card} for n in range(50)}
    asked: list[str] = []
    real = candidates.facts_of

    def facts_of(incentives: Any, design: Any, *rest: Any) -> Any:
        asked.append(design.entry.id)
        return real(incentives, design, *rest)

    monkeypatch.setattr(candidates, "facts_of", facts_of)
    text = msgspec.json.encode({"metriclint": 1, "metrics": metrics}).decode()
    told = report(text, monkeypatch, from_=0)
    assert set(asked) == {"m0"}
    assert told.summary.metrics == 50
    assert {q.metric for q in told.undecided} == set(metrics)


def test_a_rule_that_needs_a_text_for_one_board_and_not_for_another_is_asked_about_each_card() -> None:
    rule = rule_of("HSE301", "board.ranked || metric.text.contains('token')")
    text = """
    metrics:
      m:
        title: AI tokens used
        visibility: [{id: one, audience: team, ranked: false}, {id: two, audience: team, ranked: true}]
    """
    (candidate,) = check(text, [rule]).candidates
    assert candidate.more == 1
