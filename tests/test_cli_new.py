"""``metriclint new``: plain questions, the card of the answers, and what the check finds in it."""

import json
import os
from pathlib import Path

import pytest
import yaml_rs
from conftest import TODAY, Cli, Snapshot, Write

from metriclint.questionnaire import writing
from metriclint.questionnaire.questions import questionnaire
from metriclint.questionnaire.writing import card_text

TOKENS = {
    "title": "AI tokens used",
    "goal": "Better software sooner",
    "counts": "activity",
    "measured": "person",
    "audience": "organisation",
    "shown": "ranking",
    "consequence": "review",
    "stated": "does-not-count",
    "access": "each",
    "believed": None,
    "counter": "none",
}
TYPED = ["AI tokens used", "Better software sooner", "2", "?", "1", "9", "6", "3", "7", "2", "1", "", "None"]
"""The same in numbers, with a look at the reason of a question and one answer that does not fit."""


def typed(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def card(file: Path) -> dict[str, object]:
    [found] = yaml_rs.loads(file.read_text(encoding="utf-8"))["metrics"].values()
    assert isinstance(found, dict)
    return found


def test_the_questions_are_asked_and_the_card_is_checked(cli: Cli, tmp_path: Path, snapshot: Snapshot) -> None:
    ran = cli("new", "--today", TODAY, stdin=typed(*TYPED))
    assert ran.code == 0, ran.err
    snapshot("new-asked.txt", ran.out)
    snapshot("new-card.yaml.txt", (tmp_path / "ai-tokens-used.yaml").read_text(encoding="utf-8"))


def test_answers_in_a_file_give_the_same_card_as_the_questions(cli: Cli, write: Write, tmp_path: Path) -> None:
    cli("new", "--today", TODAY, stdin=typed(*TYPED))
    write("answers.json", json.dumps(TOKENS))
    ran = cli("new", "--answers", "answers.json", "--output", "again.yaml", "--today", TODAY)
    assert ran.code == 0, ran.err
    assert "unenforced-non-use-promise" in ran.out
    assert card(tmp_path / "again.yaml") == card(tmp_path / "ai-tokens-used.yaml")


def test_answers_come_from_standard_input_and_the_card_goes_to_standard_output(cli: Cli, tmp_path: Path) -> None:
    ran = cli("new", "--answers", "-", "-o", "-", stdin=b"title: A number\nappeal: true\n")
    assert ran.code == 0, ran.err
    assert yaml_rs.loads(ran.out)["metrics"] == {"a-number": {"title": "A number", "governance": {"appeal": True}}}
    assert list(tmp_path.iterdir()) == []


def test_blank_answers_can_be_filled_in_and_read(cli: Cli, write: Write, tmp_path: Path, snapshot: Snapshot) -> None:
    blank = cli("new", "--blank")
    snapshot("answers-blank.yaml", blank.out)
    assert list(yaml_rs.loads(blank.out)) == [question.id for question in questionnaire().questions]
    filled = blank.out.replace("\ntitle:\n", "\ntitle: A number\n").replace("\ncontrols:\n", "\ncontrols: [clock]\n")
    write("answers.yaml", filled)
    assert cli("new", "--answers", "answers.yaml").code == 0
    assert card(tmp_path / "a-number.yaml") == {"title": "A number", "controls": ["clock"]}


def test_only_the_short_questions_are_asked_unless_all_are_wanted(cli: Cli) -> None:
    few = cli("new", "-o", "few.yaml", stdin=typed("A number", *[""] * 40))
    all_ = cli("new", "--all", "-o", "all.yaml", stdin=typed("A number", *[""] * 40))
    for question in questionnaire().questions:
        follows = any("dont-know" not in wanted for wanted in question.when.values())
        assert (question.ask in few.out) == (question.short and not follows), question.id
        assert (question.ask in all_.out) == (not follows), question.id


def test_several_can_be_chosen_by_number_and_texts_are_split_at_semicolons(cli: Cli, tmp_path: Path) -> None:
    asked = [q.id for q in questionnaire().questions if not any("dont-know" not in w for w in q.when.values())]
    lines = {
        "title": "A number",
        "controls": "2, 1,8",
        "harms": "Rework; More, slower mail ;",
        "review-date": "2027",
    }
    ran = cli("new", "--all", stdin=typed(*[lines.get(question, "") for question in asked]))
    assert ran.code == 0, ran.err
    found = card(tmp_path / "a-number.yaml")
    assert found["controls"] == ["effort", "method", "clock"]
    assert found["harms"] == ["Rework", "More, slower mail"]
    assert found["governance"] == {"review_date": "2027"}


def test_an_answer_that_does_not_fit_is_asked_again(cli: Cli) -> None:
    ran = cli("new", stdin=typed("", "  ", "A number", "", "99", "every", *[""] * 20))
    assert ran.code == 0, ran.err
    assert ran.out.count("This question needs an answer.") == 2
    assert '"99" is not one of the answers. There are 1 to 7.' in ran.out
    assert '"every" is not one of the answers. There are 1 to 7.' in ran.out


def test_answers_that_end_early_write_nothing(cli: Cli, tmp_path: Path) -> None:
    ran = cli("new", stdin=typed("A number", "2"))
    assert ran.code == 2
    assert "nothing was written" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_all_wrong_answers_are_told_with_their_lines(
    cli: Cli, write: Write, tmp_path: Path, snapshot: Snapshot
) -> None:
    write("answers.yaml", "title: ''\naudiense: team\nmeasured: persons\npeople: few\nreview-date: soon\n")
    ran = cli("new", "--answers", "answers.yaml")
    assert (ran.code, ran.out) == (2, "")
    snapshot("new-wrong-answers.txt", ran.err)
    assert [file.name for file in tmp_path.iterdir()] == ["answers.yaml"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- title", "expected a mapping from questions to answers"),
        ("title: [", "broken YAML"),
        ("", "expected a mapping"),
        ("a: b", '"title" is missing'),
        ("title: {a: b}", "the answer is a text"),
        ("title: \x00", "control character"),
    ],
)
def test_a_file_that_holds_no_answers_is_refused(cli: Cli, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "answers.yaml").write_text(text, encoding="utf-8")
    ran = cli("new", "--answers", "answers.yaml")
    assert ran.code == 2
    assert message in ran.err
    assert cli("new", "--answers", "missing.yaml").code == 2


def test_no_file_is_overwritten(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("a-number.yaml", "mine: true\n")
    ran = cli("new", "--answers", "-", "-o", "a-number.yaml", stdin=b"title: A number\n")
    assert ran.code == 2
    assert "a-number.yaml exists already and is left as it is" in ran.err
    ran = cli("new", "--answers", "-", stdin=b"title: A number\n")
    assert ran.code == 0
    assert ran.out.startswith("a-number-2.yaml written.")
    assert (tmp_path / "a-number.yaml").read_text() == "mine: true\n"


def test_a_second_card_of_a_name_gets_an_id_of_its_own(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", 'paths = ["cards"]\n')
    write("cards/all.yaml", "metriclint: 1\nmetrics: {a-number: {title: A number}}\n")
    ran = cli("new", "--answers", "-", stdin=b"title: A number\n")
    assert ran.code == 0, ran.err
    assert list(yaml_rs.loads((tmp_path / "cards" / "a-number-2.yaml").read_text())["metrics"]) == ["a-number-2"]
    taken = cli("new", "--answers", "-", "--id", "a-number", stdin=b"title: A number\n")
    assert taken.code == 2
    assert 'there is a card "a-number" already, in cards/all.yaml' in taken.err


def test_a_folder_of_cards_that_is_configured_and_not_there_is_made(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", 'paths = ["kpis/cards"]\n')
    ran = cli("new", "--answers", "-", "--id", "mine", stdin=b"title: A number\n")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("kpis/cards/mine.yaml written.")
    assert (tmp_path / "kpis" / "cards" / "mine.yaml").is_file()


@pytest.mark.parametrize("title", ["2026", "Zufriedenheit äöü", "🙂🙂", "a" * 500, "null", '": {x}'])
def test_any_title_gives_a_file_that_loads(cli: Cli, title: str) -> None:
    ran = cli("new", "--answers", "-", stdin=json.dumps({"title": title}).encode())
    assert ran.code == 0, ran.err
    assert "1 metric checked" in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "-"], "--output - needs --answers"),
        (["--blank", "--answers", "x.yaml"], "--blank goes without --answers"),
        (["--id", "A Number"], 'no id: lower-case letters, digits and hyphens, such as "a-number"'),
        (["--today", "soon"], "is no date"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_a_question(
    cli: Cli, arguments: list[str], message: str
) -> None:
    ran = cli("new", *arguments, stdin=b"")
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_a_broken_neighbour_is_told_and_the_card_is_kept(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", "")
    write("broken.yaml", "metriclint: 1\nmetrics: {x: {titel: X}}\n")
    ran = cli("new", "--answers", "-", stdin=b"title: A number\n")
    assert ran.code == 2
    assert "The card is written, but it cannot be checked yet" in ran.err
    assert "broken.yaml:2" in ran.err
    assert (tmp_path / "a-number.yaml").is_file()


def test_a_card_that_cannot_be_written_is_shown_so_that_no_answer_is_lost(cli: Cli, write: Write) -> None:
    write("file", "not a folder\n")
    ran = cli("new", "--answers", "-", "-o", os.path.join("file", "x.yaml"), stdin=b"title: A number\n")  # noqa: PTH118
    assert ran.code == 2
    assert "cannot be written" in ran.err
    assert "title: A number" in ran.out


def test_a_file_that_appeared_while_the_questions_were_answered_is_left(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.yaml"

    def slowly(*arguments: object) -> str:
        file.write_text("theirs: true\n", encoding="utf-8")
        return card_text(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "card_text", slowly)
    ran = cli("new", "--answers", "-", "-o", "mine.yaml", stdin=b"title: A number\n")
    assert ran.code == 2
    assert "mine.yaml exists by now" in ran.err
    assert "title: A number" in ran.out
    assert file.read_text(encoding="utf-8") == "theirs: true\n"
