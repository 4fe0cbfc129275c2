"""Distortion: the algebra against brute force and published numbers, and the command that shows it."""

import json
import math
import textwrap
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from conftest import Cli, Snapshot, Write
from designs import incentives_of
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from metriclint.cli.app import app
from metriclint.graph.distortion import best_weights, degrees, distortions, share_of
from metriclint.schemas import schema

HALF = Fraction(1, 2)
GOAL = (2, -1, 2, 1, 0)
"""Useful work with AI, an idle agent loop, reviewing output, helping a colleague, splitting deployments."""
METRICS = {
    "tokens": (1, 3, 0, 0, 0),
    "deployments": (1, 0, HALF, 0, 2),
    "quality": (0, 0, 1, 0, HALF),
    "rework": (0, -2, 2, 0, 0),
}


@pytest.mark.parametrize(
    ("names", "cosine", "share"),
    [
        (["tokens"], -0.10, 0),
        (["deployments"], 0.41, 0.17),
        (["quality"], 0.57, 0.32),
        (["rework"], 0.67, 0.45),
        (["tokens", "rework"], None, 0.67),
        (["deployments", "quality"], None, 0.33),
    ],
)
def test_the_worked_example_has_its_numbers(names: list[str], cosine: float | None, share: float) -> None:
    columns = [METRICS[name] for name in names]
    assert float(share_of(GOAL, columns, best_weights(GOAL, columns))) == pytest.approx(share, abs=0.005)
    if cosine is not None:
        assert math.cos(math.radians(degrees(GOAL, columns[0]))) == pytest.approx(cosine, abs=0.005)


def test_a_metric_alone_reaches_the_square_of_the_cosine() -> None:
    share = share_of(GOAL, [METRICS["rework"]], best_weights(GOAL, [METRICS["rework"]]))
    assert share == Fraction(9, 20)
    assert math.cos(math.radians(degrees(GOAL, METRICS["rework"]))) ** 2 == pytest.approx(float(share))


def solved(goal: list[int], metrics: list[list[int]]) -> list[Fraction] | None:
    """The nearest mix by Cramer's rule; ``None`` where the metrics depend on each other."""

    def det(m: list[list[Fraction]]) -> Fraction:
        if not m:
            return Fraction(1)
        return sum(((-1) ** k * m[0][k] * det([r[:k] + r[k + 1 :] for r in m[1:]]) for k in range(len(m))), Fraction(0))

    gram = [[Fraction(sum(a * b for a, b in zip(x, y, strict=True))) for y in metrics] for x in metrics]
    right = [Fraction(sum(a * b for a, b in zip(x, goal, strict=True))) for x in metrics]
    whole = det(gram)
    if whole == 0:
        return None
    return [
        det([[*row[:k], right[i], *row[k + 1 :]] for i, row in enumerate(gram)]) / whole for k in range(len(metrics))
    ]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_choice_of_metrics_to_pay_for_reaches_more_than_the_best_weights(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 4))
    vectors = st.lists(st.integers(-3, 3), min_size=size, max_size=size)
    goal = data.draw(vectors.filter(any))
    metrics = data.draw(st.lists(vectors.filter(any), min_size=1, max_size=4))
    weights = best_weights(goal, metrics)
    best = share_of(goal, metrics, weights)
    assert all(w >= 0 for w in weights)
    tried = [Fraction(0)]
    for count in range(1, len(metrics) + 1):
        for chosen in combinations(range(len(metrics)), count):
            some = [metrics[i] for i in chosen]
            found = solved(goal, some)
            if found is not None and all(w >= 0 for w in found):
                tried.append(share_of(goal, some, found))
    assert best == max(tried)
    assert 0 <= best <= 1


# From declarations

DECLARED = """
    metriclint: 1
    outcomes:
      software: {title: Better software sooner}
    actions:
      useful: {title: Use AI where it helps, cost: medium, moves: {tokens: up}, effects: {software: helps},
        strengths: {software: 2}}
      loop: {title: Let an agent run idle tasks, cost: low, moves: {tokens: up, rework: up}, effects: {software: hurts},
        strengths: {tokens: 3, rework: 2}}
      review: {title: Review output, cost: high, moves: {rework: down}, effects: {software: helps},
        strengths: {rework: 2, software: 2}}
      help: {title: Help a colleague, effects: {software: helps}}
      split: {title: Split deployments, moves: {tokens: up}}
    metrics:
      tokens: {title: AI tokens used, direction: up}
      rework: {title: Rework and cost, direction: down}
      middle: {title: Agents in use, direction: band}
      apart: {title: Uptime}
    """


@pytest.fixture
def declared(cli: Cli, write: Write) -> Path:
    return write("metrics.yaml", DECLARED).parent


def test_declared_effects_give_the_same_numbers() -> None:
    [found] = distortions(incentives_of(textwrap.dedent(DECLARED).replace("metriclint: 1\n", "")))
    assert found.actions == ("help", "loop", "review", "useful")
    assert found.goal == (1, -1, 2, 2)
    assert found.left_out == ("split",)
    rework, tokens = found.pays
    assert (rework.metric, rework.share, round(rework.degrees)) == ("rework", Fraction(9, 20), 48)
    assert (tokens.metric, tokens.share, round(tokens.degrees)) == ("tokens", 0, 96)
    assert tokens.best == ("loop", -1)
    assert float(found.share) == pytest.approx(0.67, abs=0.005)


@pytest.mark.parametrize(
    ("action", "card"),
    [
        ("moves: {m: up}", "title: M"),
        ("effects: {o: helps}", "title: M"),
        ("moves: {m: up}, effects: {o: none}", "title: M"),
        ("moves: {m: up}, effects: {o: helps}", "title: M, status: retired"),
        ("moves: {m: up}, effects: {o: helps}", "title: M, direction: band"),
    ],
)
def test_where_not_enough_is_declared_nothing_is_computed(action: str, card: str) -> None:
    text = f"outcomes: {{o: {{}}}}\nactions: {{a: {{{action}}}}}\nmetrics: {{m: {{{card}}}}}"
    assert distortions(incentives_of(text)) == []


@pytest.mark.parametrize(
    ("costs", "best"),
    [(("low", "low"), ("big", 1)), (("low", "high"), ("small", -1)), (("low", None), None), (("low", "medium"), None)],
)
def test_what_pays_best_counts_the_effort_and_is_only_said_where_it_is_known(
    costs: tuple[str, str | None], best: tuple[str, int] | None
) -> None:
    small, big = (f"cost: {cost}, " if cost else "" for cost in costs)
    text = f"""
    outcomes: {{o: {{}}}}
    actions:
      small: {{{small}moves: {{m: up}}, effects: {{o: hurts}}}}
      big: {{{big}moves: {{m: up}}, effects: {{o: helps}}, strengths: {{m: 2}}}}
    metrics: {{m: {{title: M}}}}
    """
    assert distortions(incentives_of(text))[0].pays[0].best == best


# The command


def test_the_command_shows_angles_shares_and_the_caveat(cli: Cli, declared: Path, snapshot: Snapshot) -> None:
    ran = cli("distortion")
    assert (ran.code, ran.err) == (0, "")
    snapshot("distortion.txt", ran.out)
    assert cli("distortion", "tokens").out == ran.out
    assert "nothing that a check fails on" in ran.out


def test_about_a_metric_that_no_action_joins_to_a_goal_there_is_nothing_to_show(cli: Cli, declared: Path) -> None:
    ran = cli("distortion", "apart")
    assert ran.code == 0
    assert ran.out.startswith("No action says what it does both for a shared outcome and for a metric")


def test_the_answer_as_json_holds_to_its_schema(cli: Cli, declared: Path) -> None:
    answer = json.loads(cli("distortion", "--format", "json").out)
    Draft202012Validator(schema("distortion")).validate(answer)
    [outcome] = answer["outcomes"]
    assert outcome["share"] == 0.673
    assert sum(m["weight"] for m in outcome["metrics"]) == pytest.approx(1, abs=0.002)
    assert "opinions" in answer["caveat"]


def test_it_is_no_gate(cli: Cli, declared: Path) -> None:
    before = cli("check", "--format", "json", "--today", "2026-11-25")
    text = (declared / "metrics.yaml").read_text(encoding="utf-8")
    (declared / "metrics.yaml").write_text(text.replace("tokens: 3, ", "tokens: 1, "), encoding="utf-8")
    after = cli("check", "--format", "json", "--today", "2026-11-25")
    assert (before.code, json.loads(before.out)["summary"]) == (after.code, json.loads(after.out)["summary"])


@pytest.mark.parametrize(
    ("strengths", "message"),
    [
        ("{tokens: 4}", "3"),
        ("{tokens: 0}", "1"),
        ("{rework: 2}", 'a strength for "rework", which this action neither moves nor affects'),
        ("{software: 2, tokenz: 1}", 'a strength for "tokenz", which this action neither moves nor affects'),
    ],
)
def test_a_wrong_strength_is_told_at_its_place(cli: Cli, write: Write, strengths: str, message: str) -> None:
    text = DECLARED.replace("strengths: {software: 2}}\n      loop", f"strengths: {strengths}}}\n      loop")
    write("metrics.yaml", text)
    ran = cli("distortion")
    assert (ran.code, ran.out) == (2, "")
    assert "metrics.yaml:6:" in ran.err
    assert message in ran.err


def test_wrong_and_missing_input_have_their_exit_codes(cli: Cli, write: Write) -> None:
    assert cli("distortion").code == 3
    write("metrics.yaml", DECLARED)
    ran = cli("distortion", "tokenz")
    assert (ran.code, ran.err) == (2, 'error: unknown metric "tokenz": did you mean "tokens"?\n')
    assert cli("distortion", "--project", "nowhere").code == 2


def test_metrics_complete_in_the_shell(cli: Cli, declared: Path) -> None:
    shell = ShellComplete(app, {}, "metriclint", "_METRICLINT_COMPLETE")
    assert [item.value for item in shell.get_completions(["distortion"], "to")] == ["tokens"]
