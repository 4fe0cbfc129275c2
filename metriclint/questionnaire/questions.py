"""The questions as types, read from the one file that every door asks from."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from metriclint.files.problem import Problem, ProblemError
from metriclint.files.shape import to_struct
from metriclint.files.yaml_values import parse, read_text

DONT_KNOW = "dont-know"
"""The answer that leaves a fact out."""
ANY = "*"
"""In a condition: any answer but ``none``."""
Kind = Literal["choice", "text", "number", "date", "yes-no", "list"]
FREE = ("text", "number", "date")
"""Kinds of answers that are written, never chosen; a list is chosen from where it has choices."""


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer that can be chosen, in plain words, and the facts that it sets: values by their route in the card."""

    id: str
    says: str
    sets: dict[str, Any]


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """A question in plain words. See the head of ``questionnaire.yaml`` for what each field means."""

    id: str
    group: str
    ask: str
    why: str
    kind: Kind
    examples: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    sets: str = ""
    none: Choice | None = None
    short: bool = False
    required: bool = False
    when: dict[str, list[str]] = field(default_factory=dict)

    @property
    def options(self) -> list[Choice]:
        """Everything that can be chosen, the answer that there is no such thing included."""
        return [*self.choices, *([self.none] if self.none else [])]

    def option(self, id_: object) -> Choice | None:
        """The choice of an id."""
        return next((choice for choice in self.options if choice.id == id_), None)

    def routes(self) -> list[str]:
        """Every route in the card that an answer can set, in order."""
        routes = [self.sets] if self.sets else []
        return list(dict.fromkeys(routes + [route for choice in self.options for route in choice.sets]))


class Questionnaire(Struct, frozen=True, forbid_unknown_fields=True):
    """All questions, in the order in which they are asked."""

    groups: dict[str, str]
    """Titles by id, in order."""
    questions: list[Question]

    def question(self, id_: str) -> Question:
        """The question of an id. Raises KeyError for another."""
        for question in self.questions:
            if question.id == id_:
                return question
        raise KeyError(id_)

    def of_group(self, group: str) -> list[Question]:
        """The questions of a group."""
        return [question for question in self.questions if question.group == group]


@lru_cache(maxsize=1)
def questionnaire() -> Questionnaire:
    """The questionnaire that is shipped."""
    file = Path(__file__).with_name("questionnaire.yaml")
    text = read_text(file, file.name)
    if isinstance(text, Problem):
        raise ProblemError([text])
    return read_questionnaire(text, file.name)


def read_questionnaire(text: str, path: str) -> Questionnaire:
    """A questionnaire from its text. Raises ProblemError with everything that is wrong."""
    value, problems = parse(text, path)
    if problems:
        raise ProblemError(problems)
    result = to_struct(value, Questionnaire, path)
    if not isinstance(result, Questionnaire):
        raise ProblemError(result)
    faults = [Problem(path, 0, 0, fault) for fault in _faults(result)]
    if faults:
        raise ProblemError(faults)
    return result


def _faults(asked: Questionnaire) -> Iterator[str]:
    """What the types cannot say: ids that are there once, choices where they belong, conditions on earlier answers."""
    earlier: dict[str, Question] = {}
    for question in asked.questions:
        name = f'question "{question.id}"'
        if question.id in earlier:
            yield f"{name} stands here twice"
        if question.group not in asked.groups:
            yield f'{name}: unknown group "{question.group}"'
        ids = [choice.id for choice in question.options]
        if len(set(ids)) != len(ids) or DONT_KNOW in ids:
            yield f"{name}: every choice needs an id of its own"
        if question.none is not None and (question.none.id != "none" or question.kind != "text"):
            yield f'{name}: `none` belongs to a text and has the id "none"'
        if question.kind == "yes-no" and ids != ["yes", "no"]:
            yield f"{name}: a yes-no question has the choices yes and no"
        chosen = question.kind in ("choice", "yes-no") or (question.kind == "list" and bool(question.choices))
        if chosen != bool(question.choices) or chosen == bool(question.sets):
            yield f"{name}: needs either choices or, where the answer is free, `sets`"
        for other, answers in question.when.items():
            known = {c.id for c in earlier[other].options} | {DONT_KNOW, ANY} if other in earlier else set()
            for answer in answers:
                if answer not in known:
                    yield f'{name}: "{other}: {answer}" is no earlier answer'
        earlier[question.id] = question
