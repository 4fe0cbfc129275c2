"""A card as YAML text, with a comment above each fact that names the question it answers."""

import json
from collections.abc import Iterator
from typing import Any

from metriclint.questionnaire.answers import Answers, applicable
from metriclint.questionnaire.cards import card_of, facts_of
from metriclint.questionnaire.questions import Questionnaire, questionnaire

_HEAD = """\
# yaml-language-server: $schema={schema}
#
# Answers to plain questions, written down as a card. Above each fact stands the question that it answers.
metriclint: 1
metrics:
  {id}:
"""
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf")
"""Texts that some reader of YAML takes for something else, in lower case."""


def card_text(answers: Answers, id_: str, schema: str, asked: Questionnaire | None = None) -> str:
    """A whole document with the card that answers make.

    ``id_`` is the id of the metric, ``schema`` where editors find the JSON Schema of documents. Questions that were
    answered by "don't know" are listed at the end with the key that would answer them.
    """
    questions = asked or questionnaire()
    known = applicable(answers, questions)
    asks = {
        tuple(route.split(".")): questions.question(id_).ask
        for id_, value in known.items()
        for route in facts_of(questions.question(id_), value)
    }
    lines = _HEAD.format(schema=schema, id=_scalar(id_)) + "".join(
        f"{line}\n" for line in _mapping(card_of(known, questions), (), asks, "    ")
    )
    open_ = [questions.question(id_) for id_, value in known.items() if value is None]
    if not open_:
        return lines
    told = "".join(f"#   {question.ask} ({', '.join(question.routes())})\n" for question in open_)
    return f'{lines}\n# Not known yet. A key that is missing is open, never "no"; add it when somebody knows.\n{told}'


_Asks = dict[tuple[str, ...], str]


def _mapping(values: dict[str, Any], above: tuple[str, ...], asks: _Asks, indent: str) -> Iterator[str]:
    """Lines of a mapping. A question that sets several facts in a row is named once."""
    last = ""
    for key, value in values.items():
        route = (*above, key)
        ask = asks.get(route, "")
        if ask and ask != last:
            yield f"{indent}# {ask}"
        last = ask
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _mapping(value, route, asks, indent + "  ")
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            yield f"{indent}{key}:"
            for index, item in enumerate(value):
                yield from _item(list(_mapping(item, (*route, str(index)), asks, indent + "    ")), indent)
        else:
            yield f"{indent}{key}: {_scalar(value)}"


def _item(lines: list[str], indent: str) -> Iterator[str]:
    """The lines of a mapping as an item of a list: its dash stands before the first key, comments above it."""
    dashed = False
    for line in lines:
        if dashed or line.lstrip().startswith("#"):
            yield line if dashed else line[2:]
        else:
            dashed = True
            yield f"{indent}  - {line.lstrip()}"


def _scalar(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(item) for item in value) + "]"
    if isinstance(value, str):
        plain = value[:1].isalpha() and all(c.isascii() and (c.isalnum() or c in " -") for c in value)
        return value if plain and value.lower() not in _WORDS else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def blank_answers(asked: Questionnaire | None = None) -> str:
    """A file of answers to fill in: every question with why we ask, what can be answered, and an empty answer."""
    questions = asked or questionnaire()
    lines = [
        "# Write an answer behind each key: one of the words listed above it, or your own where there are none.",
        "# Leave it empty where nobody knows; that is an answer too. Questions marked (*) come first.",
        "# Then run: metriclint new --answers FILE",
    ]
    for group, title in questions.groups.items():
        lines += ["", f"# {title.upper()}"]
        for question in questions.of_group(group):
            lines += ["", f"# {question.ask}{' (*)' if question.short else ''}", f"# {question.why}"]
            lines += [f"#   {choice.id}: {choice.says}" for choice in question.options]
            lines += [f"#   for example: {_scalar(example)}" for example in question.examples]
            if question.kind == "list":
                lines.append("#   several: [one, two]")
            lines.append(f"{question.id}:")
    return "\n".join(lines) + "\n"
