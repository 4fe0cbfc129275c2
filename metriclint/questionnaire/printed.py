"""The questionnaire on paper: what a form to fill in by hand says, and the form as Markdown."""

from collections.abc import Iterator
from typing import NamedTuple

from metriclint.files.markdown import escape
from metriclint.questionnaire.questions import ANY, DONT_KNOW, Question, Questionnaire, questionnaire

TITLE = "Questions about a number"
INTRODUCTION = (
    "For a number that people are or may be measured by. Nobody has to know every answer: “don't know” is always one. "
    "Name roles, never persons. Questions marked with a star come first; the others make the answer sharper."
)
SEVERAL = "Tick all that fit."
UNKNOWN = "Don't know"
_NAMED = 3
"""Answers that are named in a condition; where there are more, those that rule the question out are."""


class Printed(NamedTuple):
    """A question as it stands on paper."""

    number: int
    question: Question
    condition: str
    """When it is asked, as a sentence; empty where it always is."""
    boxes: list[str]
    """What can be ticked."""
    lines: int
    """Lines to write on."""

    @property
    def hint(self) -> str:
        """How to answer, where that is not clear from what stands there."""
        return SEVERAL if self.question.kind == "list" and self.question.choices else ""


def printed(asked: Questionnaire | None = None) -> Iterator[tuple[str, list[Printed]]]:
    """The titles of the groups with their questions, numbered through."""
    questions = asked or questionnaire()
    numbers = {q.id: number for number, q in enumerate(questions.questions, 1)}
    for group, title in questions.groups.items():
        yield title, [_printed(q, questions, numbers) for q in questions.of_group(group)]


def _printed(question: Question, asked: Questionnaire, numbers: dict[str, int]) -> Printed:
    told = [_condition(asked.question(other), wanted, numbers[other]) for other, wanted in question.when.items()]
    boxes = [choice.says for choice in question.options]
    lines = 0 if question.choices else (3 if question.kind == "list" else 1)
    unknown = [] if question.required else [UNKNOWN]
    return Printed(numbers[question.id], question, " ".join(told), [*boxes, *unknown], lines)


def _condition(other: Question, wanted: list[str], number: int) -> str:
    if ANY in wanted:
        return f"Only if question {number} has an answer."
    names = [choice.says for choice in other.options if choice.id in wanted]
    if len(names) <= _NAMED:
        return f"Only if the answer to question {number} is {_either(names)}."
    ruled_out = [choice.says for choice in other.options if choice.id not in wanted]
    if DONT_KNOW not in wanted:
        ruled_out.append(UNKNOWN)
    return f"Not if the answer to question {number} is {_either(ruled_out)}."


def _either(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def markdown(asked: Questionnaire | None = None) -> str:
    """The form as Markdown."""
    parts = [f"# {TITLE}", escape(INTRODUCTION)]
    for title, questions in printed(asked):
        parts.append(f"## {escape(title)}")
        parts += ["\n\n".join(_markdown(item)) for item in questions]
    return "\n\n".join(parts) + "\n"


def _markdown(item: Printed) -> Iterator[str]:
    star = " \\*" if item.question.short else ""
    yield f"**{item.number}. {escape(item.question.ask)}**{star}"
    if item.condition:
        yield f"*{escape(item.condition)}*"
    yield escape(item.question.why)
    if item.question.examples:
        yield f"For example: {escape('; '.join(item.question.examples))}"
    if item.hint:
        yield f"*{escape(item.hint)}*"
    for _ in range(item.lines):
        yield "\\_" * 40
    if item.boxes:
        yield "\n".join(f"- [ ] {escape(box)}" for box in item.boxes)
