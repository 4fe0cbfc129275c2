"""The questionnaire: every answer makes a card that loads, and a card says which answers made it."""

from collections import Counter
from typing import Any

import pytest
from conftest import ROOT, Snapshot
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from metriclint.files.problem import ProblemError
from metriclint.files.shape import kebab
from metriclint.files.yaml_values import parse
from metriclint.questionnaire.answers import (
    AnswerError,
    Answers,
    applicable,
    comes_up,
    open_questions,
    plain,
    read_answer,
    read_answers,
)
from metriclint.questionnaire.cards import answers_of, card_of, facts_of
from metriclint.questionnaire.questions import Question, questionnaire, read_questionnaire
from metriclint.questionnaire.writing import card_text
from metriclint.schemas import schema
from metriclint.sources.load import load_text

ASKED = questionnaire()
DOCUMENT = Draft202012Validator(schema("document"))
TEXTS = st.text(min_size=1, max_size=40) | st.sampled_from(
    ["no", "NONE", "1e3", "- x", "a: b", "# x", "'", "null", "2026", "\u2028x", "{{x}}", "\ud800", "a" * 300]
)
DATES = st.dates().map(str) | st.sampled_from(["2027", "2027-03", "2027-Q1"])


def given_for(question: Question) -> st.SearchStrategy[Any]:
    """What people may answer, "don't know" included."""
    ids = [choice.id for choice in question.options]
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXTS,
        "number": st.integers(0, 10**6),
        "date": DATES,
        "list": st.lists(st.sampled_from(ids) if ids else TEXTS, max_size=4),
    }
    known = strategies.get(question.kind, st.sampled_from(ids or ["x"]))
    if question.kind == "text" and question.none:
        known |= st.just("none")
    return known if question.required else known | st.none()


@st.composite
def answered(draw: st.DrawFn) -> dict[str, Any]:
    """Answers to a few or to all questions, as they come from a person."""
    answers: dict[str, Any] = {}
    for question in ASKED.questions:
        if not question.required and draw(st.booleans()):
            continue
        try:
            answers[question.id] = read_answer(question, draw(given_for(question)))
        except AnswerError:
            # A title of nothing but blanks, for example; people are asked again.
            answers[question.id] = "A number"
    return answers


def load(text: str) -> dict[str, Any]:
    """The card of a document that passes the published schema and the loader."""
    value, problems = parse(text, "card.yaml")
    assert problems == []
    assert [error.message for error in DOCUMENT.iter_errors(value)] == []
    _, problems = load_text(text, "card.yaml")
    assert problems == []
    [card] = value["metrics"].values()
    assert isinstance(card, dict)
    return card


@settings(deadline=None, max_examples=150)
@given(answered())
def test_any_answers_make_a_card_that_loads_and_a_card_gives_the_answers_back(answers: Answers) -> None:
    id_ = kebab(str(answers["title"])) or "metric"
    card = load(card_text(answers, id_, "document.json"))
    assert card == card_of(answers)
    known = {question: value for question, value in applicable(answers).items() if value is not None}
    assert answers_of(card) == known
    assert card_of(answers_of(card)) == card


CHOICES = [(q, c.id) for q in ASKED.questions for c in q.options]


@pytest.mark.parametrize(("question", "choice"), CHOICES, ids=lambda value: getattr(value, "id", value))
def test_every_choice_alone_makes_a_card_that_loads(question: Question, choice: str) -> None:
    answers = {"title": "A number", question.id: [choice] if question.kind == "list" else choice}
    for other, wanted in question.when.items():
        answers[other] = {"*": "Something"}.get(wanted[0], wanted[0])
    assert comes_up(question, answers)
    card = load(card_text(answers, "a-number", "document.json"))
    assert answers_of(card)[question.id] == answers[question.id]


def test_there_are_six_groups_and_about_ten_questions_come_first() -> None:
    assert list(ASKED.groups) == ["purpose", "counted", "seen", "decides", "gaming", "guardrails"]
    assert 25 <= len(ASKED.questions) <= 30
    assert 10 <= sum(question.short for question in ASKED.questions) <= 11
    assert [q.group for q in ASKED.questions] == [g for g in ASKED.groups for _ in ASKED.of_group(g)]


def test_two_questions_that_come_up_together_never_set_the_same_fact() -> None:
    routes = Counter(route for question in ASKED.questions for route in question.routes())
    # An empty list stands for "there is none"; what would stand in it is asked only after another answer.
    assert {route for route, times in routes.items() if times > 1} == set()


def test_every_kind_of_answer_is_used() -> None:
    assert {question.kind for question in ASKED.questions} == {"choice", "text", "number", "date", "yes-no", "list"}


JARGON = ("KPI", "Goodhart", "proxy", "incentive", "gaming", "metric", "stakeholder", "audience", "governance", "score")


def test_questions_are_short_and_plain() -> None:
    for question in ASKED.questions:
        assert question.ask.endswith("?"), question.id
        assert len(question.ask) <= 80, question.id
        assert len(question.why) <= 120, question.id
        assert question.why.endswith("."), question.id
        for text in (question.ask, question.why, *(choice.says for choice in question.options)):
            assert not [word for word in JARGON if word.lower() in text.lower()], text
            assert len(text) <= 120, text
        for choice in question.options:
            assert len(choice.says) <= 65, choice.says
            assert not choice.says.endswith("."), choice.says
        assert question.options or question.examples, f"{question.id} needs an example"


def test_the_whole_text_reads_as_one(snapshot: Snapshot) -> None:
    lines = []
    for group, title in ASKED.groups.items():
        lines.append(f"\n{title.upper()}")
        for question in ASKED.of_group(group):
            lines += ["", f"{question.ask}{' *' if question.short else ''}", f"  ({question.why})"]
            lines += [f"  - {choice.says}" for choice in question.options]
            lines += [f"  for example: {example}" for example in question.examples]
    snapshot("questionnaire.txt", "\n".join(lines).lstrip("\n") + "\n")


def test_a_card_is_written_with_the_question_above_each_fact(snapshot: Snapshot) -> None:
    answers = read_answers(
        {
            "title": "AI tokens used",
            "goal": "Better software sooner",
            "proof": "dont-know",
            "counts": "activity",
            "measured": "person",
            "target": "hard-line",
            "audience": "manager",
            "shown": "names",
            "consequence": "review",
            "stated": "does-not-count",
            "access": "each",
            "kept": "word",
            "believed": None,
            "shortcut": "Let an AI agent repeat tasks: again and again",
            "effort": "machine",
            "controls": ["amount", "effort"],
            "harms": ["More to pay", "Rework"],
            "counter": "none",
            "owner": "?",
            "told": "asked",
        },
        "answers.yaml",
    )
    snapshot("card-from-answers.yaml.txt", card_text(answers, "ai-tokens-used", "document.json"))


@pytest.mark.parametrize("file", sorted((ROOT / "examples" / "cases").glob("*.yaml")), ids=lambda file: file.stem)
def test_real_cards_give_answers_that_say_nothing_but_what_the_card_says(file: Any) -> None:
    value, problems = parse(file.read_text(encoding="utf-8"), file.name)
    assert problems == []
    for card in (value.get("metrics") or {}).values():
        answers = answers_of(card)
        assert answers["title"] == " ".join(card["title"].split())
        again = answers_of(card_of(answers))
        assert again == answers


def test_a_card_with_several_boards_or_other_values_leaves_those_questions_open() -> None:
    card = {
        "title": "A number",
        "visibility": [{"audience": "team"}, {"audience": "public"}],
        "consequences": ["annual-review"],
        "controls": ["effort", "price"],
        "recorded_by": ["subject", "system"],
        "outcome": "better-software",
    }
    assert answers_of(card) == {"title": "A number"}


def test_a_single_board_in_a_list_and_an_outcome_that_is_a_text_are_read() -> None:
    card = {"title": "A number", "visibility": [{"audience": "team"}], "outcome": "Better software"}
    assert answers_of(card) == {"title": "A number", "goal": "Better software", "audience": "team"}


def test_facts_that_differ_only_by_type_are_not_taken_for_each_other() -> None:
    assert answers_of({"title": "A number", "governance": {"appeal": 1}}) == {"title": "A number"}


def test_dont_know_is_an_answer_to_every_question_but_the_name() -> None:
    for question in ASKED.questions:
        for word in (None, "dont-know", "Don't know", "?", "", "  "):
            if question.required:
                with pytest.raises(AnswerError, match="needs an answer"):
                    read_answer(question, word)
            else:
                assert read_answer(question, word) is None
                assert facts_of(question, None) == {}


def test_open_questions_are_those_that_come_up_and_have_no_answer() -> None:
    open_ = [q.id for q in open_questions({"title": "A number", "consequence": "nothing", "owner": None})]
    assert "owner" in open_
    assert "stated" not in open_
    assert "effort" not in open_


def test_answers_are_told_in_plain_words() -> None:
    words = {
        q: plain(ASKED.question(q), value) for q, value in {"controls": ["effort", "clock"], "owner": None}.items()
    }
    assert words == {
        "controls": "How hard they work; When the clock starts or stops",
        "owner": "don't know",
    }


@pytest.mark.parametrize(
    ("question", "answer", "message"),
    [
        ("audience", "managers", '"managers" is not one of the answers'),
        ("audience", 7, '"7" is not one of the answers'),
        ("people", "a few", '"a few" is no whole number'),
        ("people", -1, '"-1" is no whole number'),
        ("people", 8.5, '"8.5" is no whole number'),
        ("people", True, '"True" is no whole number'),
        ("people", 10**30, "is no whole number"),
        ("review-date", "next spring", '"next spring" is no date'),
        ("review-date", "2027-02-30", '"2027-02-30" is no date'),
        ("owner", 5, "the answer is a text"),
        ("owner", "x" * 100_001, "too long"),
        ("harms", [{"a": 1}], "the answer is a list of texts"),
        ("controls", ["efort"], '"efort" is not one of the answers'),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_what_would(question: str, answer: object, message: str) -> None:
    with pytest.raises(AnswerError) as error:
        read_answer(ASKED.question(question), answer)
    assert message in error.value.message


def test_a_choice_may_be_given_in_its_plain_words_and_a_yes_as_a_truth() -> None:
    assert read_answer(ASKED.question("measured"), "A  TEAM") == "team"
    assert read_answer(ASKED.question("appeal"), True) == "yes"
    assert read_answer(ASKED.question("counter"), "There is none") == "none"


def test_all_wrong_answers_are_told_at_once_with_what_was_meant() -> None:
    with pytest.raises(ProblemError) as error:
        read_answers({"audiense": "team", "measured": "persons", 5: "x"}, "answers.yaml")
    told = {problem.message: problem.suggestion for problem in error.value.problems}
    assert told == {
        'unknown question "audiense"': "audience",
        'measured: "persons" is not one of the answers': "person",
        'unknown question "5"': "",
        '"title" is missing: What do people call this number?': "",
    }


GROUP = "groups: {a: A}\nquestions:\n"
TEXT = "ask: x?, why: x., kind: text"


@pytest.mark.parametrize(
    ("questions", "fault"),
    [
        (f"- {{id: x, group: a, {TEXT}, sets: x}}\n- {{id: x, group: a, {TEXT}, sets: y}}", "stands here twice"),
        (f"- {{id: x, group: b, {TEXT}, sets: x}}", 'unknown group "b"'),
        (f"- {{id: x, group: a, {TEXT}}}", "needs either choices"),
        (f"- {{id: x, group: a, {TEXT}, sets: x, when: {{y: [z]}}}}", '"y: z" is no earlier answer'),
        (f"- {{id: x, group: a, {TEXT}, sets: x, none: {{id: no, says: No, sets: {{}}}}}}", "`none` belongs to a text"),
        ("- {id: x, group: a, ask: x?, why: x., kind: choice, sets: x}", "needs either choices"),
        (
            "- {id: x, group: a, ask: x?, why: x., kind: yes-no, choices: [{id: maybe, says: x, sets: {}}]}",
            "has the choices yes and no",
        ),
        (
            "- {id: x, group: a, ask: x?, why: x., kind: choice, choices: [{id: dont-know, says: x, sets: {}}]}",
            "every choice needs an id of its own",
        ),
        ("- {id: x}", '"group" is missing'),
        ("- [", "broken YAML"),
    ],
)
def test_a_questionnaire_with_a_fault_is_refused(questions: str, fault: str) -> None:
    with pytest.raises(ProblemError, match=fault.replace("`", ".")):
        read_questionnaire(GROUP + questions + "\n", "questions.yaml")
