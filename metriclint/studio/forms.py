"""Forms that the pages of the studio send: small, and with the word that only our own pages know."""

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from metriclint.questionnaire.answers import AnswerError, read_answer
from metriclint.questionnaire.questions import DONT_KNOW, Question, questionnaire
from metriclint.studio.design import Known

WORD = "word"
"""Field of the word."""
LONGEST = 1_000_000
"""Bytes of a form; thirty long answers are a tenth of it."""
_FIELDS = 2_000
_KIND = "application/x-www-form-urlencoded"

Form = Mapping[str, list[str]]
Wrong = dict[str, tuple[str, str]]
"""By question what was given, and why it does not fit."""


async def form_of(request: Request) -> Form:
    """The fields of a form. Raises HTTPException where it is too large, no form, or not from our own pages."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _KIND:
        raise HTTPException(415, "A form was expected.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise HTTPException(413, "This is too long. A form may have a million characters.")
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as error:
        raise HTTPException(413, "The form has too many fields.") from error
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    if not hmac.compare_digest(one(form, WORD).encode("utf-8", "replace"), request.app.state.studio.word.encode()):
        raise HTTPException(403, "This page is from an earlier run of the studio. Load it again.")
    return form


def one(form: Form, name: str) -> str:
    """The first value of a field; empty where there is none."""
    return form.get(name, [""])[0]


def number(form: Form, name: str) -> int:
    """A field as a whole number; −1 where it is none."""
    text = one(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def answers_in(form: Form) -> tuple[Known, Wrong]:
    """The answers in a form, and those that do not fit their question.

    A question without an answer is left out; so is one whose answer does not fit.
    """
    answers: Known = {}
    wrong: Wrong = {}
    for question in questionnaire().questions:
        given = _given(question, form)
        if given is None:
            continue
        try:
            answers[question.id] = read_answer(question, given)
        except AnswerError as error:
            shown = given if isinstance(given, str) else "\n".join(given)
            wrong[question.id] = (shown, f"{error.message[:1].upper()}{error.message[1:]}.")
    return answers, wrong


def _given(question: Question, form: Form) -> str | list[str] | None:
    """What a form says to a question; ``None`` where it says nothing."""
    values = form.get(question.id, [])
    if question.kind == "list":
        if not question.choices:
            values = [line for value in values for line in value.splitlines()]
        return [v for v in values if v.strip() and v != DONT_KNOW] or None
    if question.none is not None and "none" in form.get(f"{question.id}.none", []):
        return "none"
    value = next((v for v in values if v.strip()), "")
    if not value and not question.required:
        return None
    return value
