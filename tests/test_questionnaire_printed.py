"""The questionnaire on paper: as Markdown, and as a form for Word."""

import io
import sys

import cmarkgfm
import docx
import pytest
from conftest import Cli, Snapshot

from metriclint.questionnaire.printed import markdown, printed
from metriclint.questionnaire.questions import questionnaire, read_questionnaire
from metriclint.questionnaire.word import document

TRICKY = """\
groups: {one: "Group <b> *x*"}
questions:
  - {id: a, group: one, ask: "1. Is [this](http://x) `code`?", why: "# no heading",
     kind: text, sets: title, examples: ["<script>"]}
  - {id: b, group: one, ask: "And?", why: "-", kind: choice, when: {a: ["*"]},
     choices: [{id: x, says: "~~x~~ | y", sets: {kind: input}}]}
"""


def test_every_question_stands_on_paper_with_why_and_boxes() -> None:
    items = [item for _, questions in printed() for item in questions]
    assert [item.number for item in items] == list(range(1, 31))
    for item in items:
        assert bool(item.boxes) or item.question.required
        assert item.lines or item.question.choices
        assert ("Don't know" in item.boxes) != item.question.required
        assert bool(item.condition) == bool(item.question.when)


def test_conditions_name_the_shorter_list_of_answers() -> None:
    told = {item.question.id: item.condition for _, questions in printed() for item in questions}
    assert told["proof"] == "Only if question 2 has an answer."
    assert told["kept"] == "Only if the answer to question 16 is “They say that it does not count”."
    assert told["access"] == (
        "Not if the answer to question 15 is “Nothing” or “Something technical, such as more servers or stock”."
    )


def test_the_markdown_form(cli: Cli, snapshot: Snapshot) -> None:
    ran = cli("questionnaire")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == markdown()
    snapshot("questionnaire.md", ran.out)


def test_texts_are_no_markup() -> None:
    page = cmarkgfm.github_flavored_markdown_to_html(markdown(read_questionnaire(TRICKY, "q.yaml")))
    for mark in ("<script", "<b>", "<code>", "<del>", "<a ", "<table"):
        assert mark not in page
    assert page.count("<h1>") == page.count("<h2>") == 1
    assert page.count('type="checkbox"') == 3


def test_the_word_form_has_every_question_and_is_the_same_each_time() -> None:
    data = document()
    assert data == document()
    made = docx.Document(io.BytesIO(data))
    texts = [p.text for p in made.paragraphs]
    for number, question in enumerate(questionnaire().questions, 1):
        star = " *" if question.short else ""
        assert f"{number}. {question.ask}{star}" in texts
        assert question.why in texts
        for choice in question.options:
            assert f"☐  {choice.says}" in texts
    headings = [p.style.name for p in made.paragraphs if p.style.name.startswith("Heading")]
    assert (headings.count("Heading 1"), headings.count("Heading 2")) == (6, 30)


def test_the_word_form_is_written_to_a_file(cli: Cli, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = cli("questionnaire", "--format", "docx", "--output", "form.docx")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert docx.Document("form.docx").paragraphs[0].text == "Questions about a number"
    ran = cli("questionnaire", "--format", "docx", "--output", "nowhere/form.docx")
    assert (ran.code, ran.err) == (2, "error: nowhere/form.docx cannot be written: no such file or directory\n")
    monkeypatch.setitem(sys.modules, "docx", None)
    ran = cli("questionnaire", "--format", "docx", "--output", "form.docx")
    assert (ran.code, ran.err) == (
        2,
        "error: a document for Word needs another package: pip install 'metriclint[audit]'\n",
    )
