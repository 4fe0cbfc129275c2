"""Distortion: how far what a metric pays for lies from what the goal needs, by declared effects of actions.

After Baker, "Distortion and Risk in Optimal Incentive Contracts", Journal of Human Resources 37(4), 2002, and Feltham &
Xie, Accounting Review 69, 1994. Let ``f`` be what each action does for the goal and ``g`` what it does for the metric.
With quadratic costs of effort and without risk, a reward for the metric alone reaches the share cos²θ of what a reward
for the goal itself would, θ being the angle between the two; where the angle is 90° or more the best reward is none.
Several metrics with weights of zero or more reach the squared length of the nearest such mix to ``f``, over that of
``f``. Effects are ordinals that somebody chose: the numbers are aids for a talk.
"""

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from metriclint.graph.build import Incentives
from metriclint.model.objects import Action

Vector = Sequence[Fraction | int]
_COST = {"low": 1, "medium": 2, "high": 3}


class Pay(NamedTuple):
    """What paying for one metric would do for the goal."""

    metric: str
    degrees: float
    """Angle between metric and goal, 0 to 180."""
    share: Fraction
    """Share of what a reward for the goal itself would reach, 0 to 1."""
    best: tuple[str, int] | None
    """The action that pays most for its effort, and what it does for the goal (with its sign); ``None`` where several
    do, or somebody left a cost open."""


class Distortion(NamedTuple):
    """An outcome, the actions that affect it, and the metrics that these move."""

    outcome: str
    actions: tuple[str, ...]
    goal: tuple[int, ...]
    """What each action does for the outcome: −3 to 3."""
    left_out: tuple[str, ...]
    """Actions that move one of the metrics and say nothing about the outcome."""
    pays: tuple[Pay, ...]
    weights: tuple[Fraction, ...]
    """Of each metric in the best mix; only their proportions mean something."""
    share: Fraction
    """Share that the best mix reaches."""


def degrees(goal: Vector, metric: Vector) -> float:
    """The angle between two vectors, neither of them zero, in degrees."""
    cosine = float(_dot(goal, metric)) / math.sqrt(_dot(goal, goal) * _dot(metric, metric))
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def share_of(goal: Vector, metrics: Sequence[Vector], weights: Sequence[Fraction]) -> Fraction:
    """The share of a goal that metrics reach with their best weights."""
    reached = sum((w * _dot(goal, m) for w, m in zip(weights, metrics, strict=True)), Fraction(0))
    return reached / _dot(goal, goal)


def best_weights(goal: Vector, metrics: Sequence[Vector]) -> list[Fraction]:
    """Weights of zero or more whose mix of metrics lies nearest to a goal.

    Non-negative least squares by the active set method of Lawson & Hanson, "Solving Least Squares Problems", 1974,
    chapter 23, in exact fractions, so that it ends and has no rounding.
    """
    weights = [Fraction(0)] * len(metrics)
    paid: list[int] = []
    while True:
        pulls = [_dot(m, _missing(goal, metrics, weights)) for m in metrics]
        unpaid = [i for i in range(len(metrics)) if i not in paid and pulls[i] > 0]
        if not unpaid:
            return weights
        paid = sorted([*paid, max(unpaid, key=lambda i: (pulls[i], -i))])
        while True:
            wished = _solve(goal, [metrics[i] for i in paid])
            if all(w > 0 for w in wished):
                break
            # Go towards the wish until the first weight is zero, and leave that metric out.
            step = min(
                weights[i] / (weights[i] - w) for i, w in zip(paid, wished, strict=True) if w <= 0 and weights[i] > w
            )
            for i, w in zip(paid, wished, strict=True):
                weights[i] += step * (w - weights[i])
            paid = [i for i in paid if weights[i] > 0]
        weights = [Fraction(0)] * len(metrics)
        for i, w in zip(paid, wished, strict=True):
            weights[i] = w


def _dot(one: Vector, other: Vector) -> Fraction:
    return sum((Fraction(a) * b for a, b in zip(one, other, strict=True)), Fraction(0))


def _missing(goal: Vector, metrics: Sequence[Vector], weights: Sequence[Fraction]) -> list[Fraction]:
    mix = [sum((w * m[k] for w, m in zip(weights, metrics, strict=True)), Fraction(0)) for k in range(len(goal))]
    return [Fraction(f) - x for f, x in zip(goal, mix, strict=True)]


def _solve(goal: Vector, metrics: Sequence[Vector]) -> list[Fraction]:
    """Weights of independent metrics whose mix lies nearest to a goal: the normal equations, by elimination."""
    size = len(metrics)
    rows = [[*(_dot(a, b) for b in metrics), _dot(a, goal)] for a in metrics]
    for i in range(size):
        # The matrix is positive definite, so no pivot is zero.
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for j in range(size):
            if j != i:
                rows[j] = [x - rows[j][i] * y for x, y in zip(rows[j], rows[i], strict=True)]
    return [row[size] for row in rows]


def distortions(incentives: Incentives, metrics: Iterable[str] | None = None) -> list[Distortion]:
    """One for each shared outcome that actions say something about, as far as they move metrics.

    ``metrics`` narrows it to outcomes around those; the others that the same actions move stay in, since a mix may need
    them. Left out are metrics that are held to a band: more of them is not what pays.
    """
    asked = None if metrics is None else set(metrics)
    found = []
    for outcome in sorted(incentives.project.outcomes):
        one = _about(incentives, outcome)
        if one is not None and (asked is None or asked & {pay.metric for pay in one.pays}):
            found.append(one)
    return found


def _about(incentives: Incentives, outcome: str) -> Distortion | None:
    declared = {id_: entry.value for id_, entry in sorted(incentives.project.actions.items())}
    acts = {id_: action for id_, action in declared.items() if outcome in action.effects}
    goal = [_signed(a, outcome, {"helps": 1, "hurts": -1}.get(a.effects[outcome], 0)) for a in acts.values()]
    columns = {}
    for id_ in sorted({m for action in acts.values() for m in action.moves}):
        card = incentives.designs[id_].card
        if card.status != "retired" and card.direction != "band":
            columns[id_] = [_good_way(action, id_, card.direction) for action in acts.values()]
    if not any(goal) or not columns:
        return None
    weights = best_weights(goal, list(columns.values()))
    return Distortion(
        outcome=outcome,
        actions=tuple(acts),
        goal=tuple(goal),
        left_out=tuple(i for i, a in declared.items() if i not in acts and columns.keys() & a.moves.keys()),
        pays=tuple(_pay(id_, goal, column, list(acts.items())) for id_, column in columns.items()),
        weights=tuple(weights),
        share=share_of(goal, list(columns.values()), weights),
    )


def _signed(action: Action, target: str, sign: int) -> int:
    return sign * action.strengths.get(target, 1)


def _good_way(action: Action, metric: str, direction: str | None) -> int:
    """What an action does for a metric; counted the other way round where less is better."""
    move = action.moves.get(metric)
    if move is None:
        return 0
    return _signed(action, metric, 1 if move == (direction or "up") else -1)


def _pay(metric: str, goal: list[int], column: list[int], acts: list[tuple[str, Action]]) -> Pay:
    alone = best_weights(goal, [column])
    return Pay(metric, degrees(goal, column), share_of(goal, [column], alone), _best_paid(goal, column, acts))


def _best_paid(goal: list[int], column: list[int], acts: list[tuple[str, Action]]) -> tuple[str, int] | None:
    paid = [(g, a.cost, id_, f) for g, f, (id_, a) in zip(column, goal, acts, strict=True) if g > 0]
    gains = [Fraction(g, _COST[cost]) for g, cost, _, _ in paid if cost]
    if not paid or len(gains) < len(paid):
        return None
    top = [(id_, f) for gain, (_, _, id_, f) in zip(gains, paid, strict=True) if gain == max(gains)]
    return top[0] if len(top) == 1 else None
