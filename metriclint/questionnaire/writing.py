"""A card as YAML text, with a comment above each fact that names the question it answers."""

from metriclint.files.yaml_text import mapping_lines, scalar
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
    lines = _HEAD.format(schema=schema, id=scalar(id_)) + "".join(
        f"{line}\n" for line in mapping_lines(card_of(known, questions), (), asks, "    ")
    )
    open_ = [questions.question(id_) for id_, value in known.items() if value is None]
    if not open_:
        return lines
    told = "".join(f"#   {question.ask} ({', '.join(question.routes())})\n" for question in open_)
    return f'{lines}\n# Not known yet. A key that is missing is open, never "no"; add it when somebody knows.\n{told}'


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
            lines += [f"#   for example: {scalar(example)}" for example in question.examples]
            if question.kind == "list":
                lines.append("#   several: [one, two]")
            lines.append(f"{question.id}:")
    return "\n".join(lines) + "\n"
