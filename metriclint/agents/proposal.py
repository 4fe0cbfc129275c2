"""What a proposal leaves open: the questions whose answers would decide rules, in plain words."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from msgspec import field

from metriclint.findings.finding import Record, Report, Undecided
from metriclint.model.project import Project
from metriclint.model.raw import declared
from metriclint.model.text import note
from metriclint.questionnaire.answers import open_questions
from metriclint.questionnaire.cards import answers_of
from metriclint.questionnaire.questions import Question
from metriclint.reports.terminal import block, clean

_ASKED = 5
"""Questions that the words name; the data has them all."""
_ANSWERS = 6


class Possible(Record, frozen=True):
    """An answer that can be chosen."""

    says: Annotated[str, note("Says", "In plain words.", "Their manager.")]
    sets: Annotated[dict[str, Any], note("Sets", "Values by their route in the card.", {"visibility.ranked": False})]


class Asked(Record, frozen=True):
    """A question that people can answer, and that would decide rules."""

    metric: Annotated[str, note("Metric", "Id of the metric.", "ai-tokens")]
    question: Annotated[str, note("Question", "Id of the question.", "who-sees")]
    ask: Annotated[str, note("Ask", "In plain words.", "Who sees the number?")]
    why: Annotated[str, note("Why", "Why it is asked.", "People act for those who see it.")]
    declares: Annotated[list[str], note("Declares", "Keys of the card that wait for it.", ["visibility.audience"])]
    answers: Annotated[list[Possible], note("Answers", "To choose from; none where the answer is free.", [])]


class Questions(Record, frozen=True, kw_only=True):
    """A proposal: the report on it, and what would decide more."""

    schema: Annotated[
        Literal["metriclint/proposal/1"], note("Schema", "Version of this format.", "metriclint/proposal/1")
    ] = "metriclint/proposal/1"
    report: Annotated[Report, note("Report", "The same as `check` gives.", {})]
    questions: Annotated[
        list[Asked], note("Questions", "Those that decide most rules first, metric by metric.", [])
    ] = field(default_factory=list)


def questions(report: Report, projects: Sequence[Project]) -> list[Asked]:
    """The questions that would decide what a report leaves open."""
    known = {project.name: project for project in projects}
    return [asked for open_ in report.undecided for asked in _of_metric(open_, known[open_.project])]


def _of_metric(open_: Undecided, project: Project) -> Iterator[Asked]:
    card = declared(project.metrics[open_.metric].value)
    rank = {key: number for number, key in enumerate(open_.declare)}
    waiting = [(_keys(question, rank), question) for question in open_questions(answers_of(card))]
    for keys, question in sorted(((k, q) for k, q in waiting if k), key=lambda pair: rank[pair[0][0]]):
        answers = [Possible(choice.says, choice.sets) for choice in question.options]
        yield Asked(open_.metric, question.id, question.ask, " ".join(question.why.split()), keys, answers)


def _keys(question: Question, rank: dict[str, int]) -> list[str]:
    """Keys of a card that wait and that an answer would declare; without the numbers of items, as reports name them."""
    keys = {".".join(part for part in route.split(".") if not part.isdigit()) for route in question.routes()}
    return sorted(keys & rank.keys(), key=lambda key: rank[key])


def asked_words(asked: Sequence[Asked]) -> str:
    """The questions for people; empty where there are none."""
    if not asked:
        return ""
    lines = ["", "Questions that would decide more:"]
    for one in asked[:_ASKED]:
        says = [clean(answer.says) for answer in one.answers]
        shown = "; ".join(says[:_ANSWERS]) + ("; …" if len(says) > _ANSWERS else "")
        lines.append(block("- ", f"{one.ask} (declares {', '.join(one.declares)})", 2))
        lines += [block("answers: ", shown)] if shown else []
    rest = len(asked) - _ASKED
    return "\n".join([*lines, *([f"  and {rest} more"] if rest > 0 else [])]) + "\n"
