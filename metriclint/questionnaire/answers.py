"""Answers to the questions: which question comes up, and whether an answer fits it.

Answers are a mapping from question ids. A choice is the id of the choice, a yes-no ``yes`` or ``no``, a text or date a
text, a number a whole number, a list a list of texts or of ids of choices. ``None`` is "don't know"; a question that is
not in the mapping was not asked yet.
"""

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from metriclint.files.problem import Problem, ProblemError, did_you_mean, shorten
from metriclint.model.text import DATE_PATTERN, MAX_TEXT
from metriclint.questionnaire.questions import ANY, DONT_KNOW, Question, Questionnaire, questionnaire

Value = str | int | list[str]
Answers = Mapping[str, Value | None]
_DATE = re.compile(DATE_PATTERN)
_UNKNOWN = (DONT_KNOW, "don't know", "dont know", "unknown", "?", "")
"""Ways to write that one does not know."""
_LONGEST = 18
"""Digits of a number from which on it is no count of anything."""


class AnswerError(Exception):
    """Raised where an answer does not fit its question; says what would."""

    def __init__(self, message: str, allowed: Sequence[str] = (), suggestion: str = "") -> None:
        self.message, self.allowed, self.suggestion = message, tuple(allowed), suggestion
        super().__init__(message)


def comes_up(question: Question, answers: Answers) -> bool:
    """Does a question make sense after the earlier answers. One that was not answered counts as not known."""
    return all(_fits(answers.get(other), wanted) for other, wanted in question.when.items())


def _fits(given: Value | None, wanted: Sequence[str]) -> bool:
    if given is None:
        return DONT_KNOW in wanted
    return given in wanted or (ANY in wanted and given != "none")


def applicable(answers: Answers, asked: Questionnaire | None = None) -> dict[str, Value | None]:
    """The answers in the order of the questions, without those whose question does not come up."""
    kept: dict[str, Value | None] = {}
    for question in (asked or questionnaire()).questions:
        if question.id in answers and comes_up(question, kept):
            kept[question.id] = answers[question.id]
    return kept


def read_answer(question: Question, given: object) -> Value | None:
    """What was given, as an answer to a question; ``None`` where it says that one does not know.

    Raises AnswerError where it is no answer to this question.
    """
    if isinstance(given, str):
        given = _tidy(given)
    if given is None or (isinstance(given, str) and given.lower() in _UNKNOWN):
        if question.required:
            raise AnswerError("this question needs an answer")
        return None
    if question.kind == "list":
        return _several(question, given)
    if question.kind == "number":
        return _number(given)
    if question.choices:
        return _chosen(question, given)
    if not isinstance(given, str):
        raise AnswerError("the answer is a text: put it in quotes")
    if question.none is not None and given.lower() in ("none", question.none.says.lower()):
        return "none"
    if len(given) > MAX_TEXT:
        raise AnswerError(f"the answer is too long: at most {MAX_TEXT:,} characters")
    return _date(given) if question.kind == "date" else given


def _chosen(question: Question, given: object) -> str:
    if isinstance(given, bool):
        given = "yes" if given else "no"
    ids = [choice.id for choice in question.choices]
    if isinstance(given, str):
        for choice in question.choices:
            if given.lower() in (choice.id, choice.says.lower()):
                return choice.id
    word = shorten(str(given), 60)
    raise AnswerError(f'"{word}" is not one of the answers', ids, did_you_mean(word, ids))


def _several(question: Question, given: object) -> Value | None:
    items = given if isinstance(given, list) else [given]
    if not all(isinstance(item, str) for item in items):
        raise AnswerError("the answer is a list of texts")
    texts = [text for text in map(_tidy, items) if text]
    if question.choices:
        chosen = {_chosen(question, text) for text in texts}
        texts = [choice.id for choice in question.choices if choice.id in chosen]
    if any(len(text) > MAX_TEXT for text in texts):
        raise AnswerError(f"the answer is too long: at most {MAX_TEXT:,} characters")
    return list(dict.fromkeys(texts)) or None


def _number(given: object) -> int:
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= _LONGEST:
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 10**_LONGEST:
        raise AnswerError(f'"{shorten(str(given), 40)}" is no whole number: write it in digits, such as 8')
    return given


def _date(given: str) -> str:
    if _DATE.fullmatch(given):
        try:
            datetime.date.fromisoformat(f"{given}-01-01"[:10] if "Q" not in given else f"{given[:4]}-01-01")
        except ValueError:
            pass
        else:
            return given
    raise AnswerError(f'"{shorten(given, 40)}" is no date: write 2027-03-31, 2027-03, 2027-Q1 or 2027')


def _tidy(text: str) -> str:
    """A text on one line, without characters that no file should carry."""
    return " ".join("".join(" " if _strange(c) else c for c in text).split())


def _strange(character: str) -> bool:
    # Joiners (Cf) stay: some scripts cannot be written without them.
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or character == "\ufeff"


def read_answers(given: object, path: str, asked: Questionnaire | None = None) -> dict[str, Value | None]:
    """A mapping from question ids as answers. Raises ProblemError with everything that is wrong (routes, no lines)."""
    questions = asked or questionnaire()
    if not isinstance(given, dict):
        raise ProblemError([Problem(path, 1, 1, "expected a mapping from questions to answers")])
    answers: dict[str, Value | None] = {}
    problems = []
    known = [question.id for question in questions.questions]
    for key, value in given.items():
        if key not in known:
            word = shorten(str(key), 60)
            near = did_you_mean(word, known)
            route = (key,) if isinstance(key, str) else ()
            problems.append(Problem(path, 0, 0, f'unknown question "{word}"', route, tuple(known), near))
            continue
        try:
            answers[key] = read_answer(questions.question(key), value)
        except AnswerError as error:
            problems.append(Problem(path, 0, 0, f"{key}: {error.message}", (key,), error.allowed, error.suggestion))
    missing = [q for q in questions.questions if q.required and q.id not in given]
    problems += [Problem(path, 0, 0, f'"{q.id}" is missing: {q.ask}') for q in missing]
    if problems:
        raise ProblemError(problems)
    return applicable({q: answers[q] for q in known if q in answers}, questions)


def open_questions(answers: Answers, asked: Questionnaire | None = None) -> list[Question]:
    """Questions that come up and that nobody answered yet, those where one does not know included."""
    known = applicable(answers, asked)
    return [q for q in (asked or questionnaire()).questions if known.get(q.id) is None and comes_up(q, known)]


def plain(question: Question, value: Any) -> str:
    """An answer in plain words."""
    if value is None:
        return "don't know"
    if isinstance(value, list):
        return "; ".join(plain(question, item) for item in value)
    choice = question.option(value)
    return choice.says if choice else str(value)
