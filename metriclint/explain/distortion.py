"""The answer to ``distortion``: records that are the JSON contract ``metriclint/distortion/1``, and their text."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from msgspec import field

from metriclint.files.problem import shorten
from metriclint.findings.finding import Record
from metriclint.graph.build import Incentives
from metriclint.graph.distortion import Distortion, distortions
from metriclint.graph.words import quoted
from metriclint.model.text import note
from metriclint.reports.terminal import Paint, block, clean, counted

CAVEAT = (
    "Strengths of effects are opinions, so these numbers are aids for a talk: no measurement, no threshold, and "
    "nothing that a check fails on. They leave out chance, and what nobody declared."
)


class MetricPay(Record, frozen=True):
    """What paying for one metric would do for the goal."""

    metric: Annotated[str, note("Metric", "Id of the metric.", "ai-tokens")]
    title: Annotated[str, note("Title", "What people call it.", "AI tokens used")]
    degrees: Annotated[float, note("Degrees", "Angle between what it pays for and what the goal needs.", 95.7)]
    share: Annotated[float, note("Share", "Share of a reward for the goal itself that it reaches alone.", 0.0)]
    weight: Annotated[float, note("Weight", "In the best mix; the weights add up to 1.", 0.34)]
    pays_best: Annotated[str | None, note("Pays best", "Action that pays most for its effort.", "idle-loop")]
    pays_best_effect: Annotated[int | None, note("Effect", "What that one does for the goal, −3 to 3.", -1)]


class OutcomePay(Record, frozen=True):
    """An outcome, and the metrics that are moved by the actions which affect it."""

    outcome: Annotated[str, note("Outcome", "Id of the outcome.", "better-software")]
    title: Annotated[str, note("Title", "The outcome in words.", "Better software sooner")]
    project: Annotated[str, note("Project", "Folder of the configuration.", "examples/lines-of-code")]
    actions: Annotated[list[str], note("Actions", "Actions that say what they do for it.", ["review-output"])]
    left_out: Annotated[list[str], note("Left out", "Actions that move a metric and do not say it.", [])]
    metrics: Annotated[list[MetricPay], note("Metrics", "By id.", [])]
    share: Annotated[float, note("Share", "Share that the best mix of all the metrics reaches.", 0.67)]


class DistortionAnswer(Record, frozen=True, kw_only=True):
    """The answer."""

    schema: Annotated[
        Literal["metriclint/distortion/1"], note("Schema", "Version of this format.", "metriclint/distortion/1")
    ] = "metriclint/distortion/1"
    caveat: Annotated[str, note("Caveat", "What the numbers are not.", CAVEAT)] = CAVEAT
    outcomes: Annotated[list[OutcomePay], note("Outcomes", "Outcomes that actions say something about.", [])] = field(
        default_factory=list
    )


def answer(projects: Iterable[Incentives], metric: str | None = None) -> DistortionAnswer:
    """What declared effects of actions say about the metrics of projects, or about the outcomes around one metric."""
    found = []
    for incentives in projects:
        asked = None if metric is None else [metric]
        found += [_outcome(incentives, one) for one in distortions(incentives, asked)]
    return DistortionAnswer(outcomes=found)


def _outcome(incentives: Incentives, one: Distortion) -> OutcomePay:
    outcome = incentives.project.outcomes[one.outcome].value
    whole = sum(one.weights)
    return OutcomePay(
        outcome=one.outcome,
        title=outcome.title or one.outcome.replace("-", " "),
        project=incentives.project.name,
        actions=list(one.actions),
        left_out=list(one.left_out),
        metrics=[
            MetricPay(
                metric=pay.metric,
                title=incentives.designs[pay.metric].card.title,
                degrees=round(pay.degrees, 1),
                share=round(float(pay.share), 3),
                weight=round(float(weight / whole), 3) if whole else 0.0,
                pays_best=pay.best[0] if pay.best else None,
                pays_best_effect=pay.best[1] if pay.best else None,
            )
            for pay, weight in zip(one.pays, one.weights, strict=True)
        ],
        share=round(float(one.share), 3),
    )


def render(given: DistortionAnswer, paint: Paint) -> str:
    """The whole answer for a terminal."""
    if not given.outcomes:
        return (
            block("", "No action says what it does both for a shared outcome and for a metric: nothing to compare.", 0)
            + "\n"
            + block("", "Declare actions with `moves` and `effects`, and with `strengths` from 1 to 3 if you like.", 0)
            + "\n"
        )
    parts = ["\n".join(_words(one, paint)) for one in given.outcomes]
    return "\n\n".join([*parts, block("", CAVEAT, 0)]) + "\n"


def _words(one: OutcomePay, paint: Paint) -> Iterator[str]:
    yield paint(f"{clean(one.title)} ({one.outcome}), by {counted(len(one.actions), 'declared action')}", "bold")
    for pay in one.metrics:
        yield block(f"{clean(shorten(pay.title, 80))}: ", f"{round(pay.degrees)}° apart; {_alone(pay)}.", 2)
        if pay.pays_best is not None and pay.pays_best_effect is not None and pay.pays_best_effect <= 0:
            does = "hurts the goal" if pay.pays_best_effect < 0 else "does nothing for the goal"
            yield block("", f"What pays most for its effort {does}: {pay.pays_best}.", 4)
    if len(one.metrics) > 1:
        yield block("Together: ", _together(one), 2)
    if one.left_out:
        yield block("Left out: ", f"{', '.join(one.left_out)} (nothing said about this outcome).", 2)


def _alone(pay: MetricPay) -> str:
    if pay.degrees > 90:
        return "paying for it leads away from the goal"
    if pay.share == 0:
        return "paying for it does nothing for the goal"
    return f"alone it reaches at most {pay.share:.0%} of what paying for the goal itself would"


def _together(one: OutcomePay) -> str:
    used = [pay for pay in one.metrics if pay.weight > 0]
    if not used:
        return "no mix of these metrics leads towards the goal."
    mix = ", ".join(f"{pay.weight:.0%} {quoted(shorten(pay.title, 60))}" for pay in used)
    return f"the best mix ({clean(mix)}) reaches at most {one.share:.0%}."
