"""Answers to a card, and a card back to answers.

A route is written with dots (``consequences.0.kind``); a whole number in it is an index of a list.
"""

from typing import Any

from metriclint.questionnaire.answers import AnswerError, Answers, Value, applicable, read_answer
from metriclint.questionnaire.questions import Question, Questionnaire, questionnaire

Card = dict[str, Any]
_MISSING = object()


def facts_of(question: Question, value: Value | None) -> dict[str, Any]:
    """The facts that an answer to a question sets: values by their route. None for "don't know"."""
    if value is None:
        return {}
    if isinstance(value, list) and question.choices:
        facts: dict[str, Any] = {}
        for choice in question.choices:
            if choice.id in value:
                for route, items in choice.sets.items():
                    facts[route] = [*facts.get(route, []), *items]
        return facts
    chosen = question.option(value)
    return dict(chosen.sets) if chosen else {question.sets: value}


def card_of(answers: Answers, asked: Questionnaire | None = None) -> Card:
    """The card that answers make. Answers to questions that do not come up are left out.

    It loads where the required questions are answered.
    """
    card: Card = {}
    questions = asked or questionnaire()
    for id_, value in applicable(answers, questions).items():
        for route, fact in facts_of(questions.question(id_), value).items():
            _put(card, route.split("."), fact)
    return card


def _put(card: Card, route: list[str], fact: Any) -> None:
    here: Any = card
    for part, after in zip(route, [*route[1:], ""], strict=True):
        below: Any = fact if after == "" else ([] if after.isdigit() else {})
        if isinstance(here, list):
            if int(part) == len(here):
                here.append(below)
            here = here[int(part)]
        else:
            here = here.setdefault(part, below)


def answers_of(card: Card, asked: Questionnaire | None = None) -> dict[str, Value]:
    """The answers that a card gives, in the order of the questions.

    What no answer says is no answer, and stays in the card: a second board, a value that no choice sets.
    """
    found: dict[str, Value] = {}
    questions = asked or questionnaire()
    for question in questions.questions:
        value = _answer_in(question, card)
        if value is not None:
            found[question.id] = value
    return {id_: value for id_, value in applicable(found, questions).items() if value is not None}


def _answer_in(question: Question, card: Card) -> Value | None:
    if question.kind == "list" and question.choices:
        return _ticked(question, card)
    fitting = [c for c in question.options if all(_same(_get(card, r), v) for r, v in c.sets.items())]
    if fitting:
        # The choice that says most: a line to reach, and what happens just below it.
        return max(fitting, key=lambda choice: len(choice.sets)).id
    if not question.sets:
        return None
    given = _get(card, question.sets)
    try:
        return None if given is _MISSING else read_answer(question, given)
    except AnswerError:
        return None


def _ticked(question: Question, card: Card) -> Value | None:
    """The choices that together say what the card says; none where it says more."""
    route = question.routes()[0]
    given = _get(card, route)
    if not isinstance(given, list):
        return None
    ticked = [choice for choice in question.choices if all(item in given for item in choice.sets[route])]
    said = {item for choice in ticked for item in choice.sets[route]}
    return [choice.id for choice in ticked] if given and said == set(map(str, given)) else None


def _get(card: Card, route: str) -> Any:
    here: Any = card
    for part in route.split("."):
        if isinstance(here, list) and not part.isdigit():
            # A list with a single board says the same as the board.
            here = here[0] if len(here) == 1 else _MISSING
        if isinstance(here, str) and part == "title" and " " in here:
            # A text stands for an object that has only a title.
            return here
        if isinstance(here, list) and part.isdigit():
            here = here[int(part)] if int(part) < len(here) == 1 else _MISSING
        else:
            here = here.get(part, _MISSING) if isinstance(here, dict) else _MISSING
    return here


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)
