"""``metriclint new``: plain questions about a number, and the card that the answers make."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from metriclint.cli.output import color_option, emit, fail, refuse, say, today_or_exit, use_color

if TYPE_CHECKING:
    from metriclint.questionnaire.answers import Value
    from metriclint.questionnaire.questions import Question

_GREETING = """\
Some questions about a number that people are measured by. Nothing leaves this machine.
Leave an answer empty if you don't know. Write ? to see why we ask. Ctrl+C stops, and nothing is written."""


@click.command("new")
@click.option("--all", "everything", is_flag=True, help="Ask all questions, not only the short ones.")
@click.option("--answers", "given", metavar="FILE", help="Take the answers from a YAML or JSON file; - is stdin.")
@click.option("--blank", is_flag=True, help="Print a file of answers to fill in, and ask nothing.")
@click.option("--output", "-o", metavar="FILE", help="File of the card; - prints it.  [default: after its name]")
@click.option("--id", "id_", metavar="ID", help="Id of the metric.  [default: from its name]")
@click.option("--today", metavar="DATE", help="Date that review dates are held against.  [default: today]")
@color_option
def command(
    everything: bool,
    given: str | None,
    blank: bool,
    output: str | None,
    id_: str | None,
    today: str | None,
    color: str,
) -> None:
    """Ask about a number in plain words, write the answers as a card, and check it.

    "Don't know" is an answer to every question but the first. No file is overwritten. Exit 0 where the card was
    written, whatever the check finds in it; 2 where the input is wrong.
    """
    from metriclint.questionnaire.answers import open_questions
    from metriclint.questionnaire.questions import questionnaire
    from metriclint.questionnaire.writing import blank_answers, card_text
    from metriclint.reports.terminal import clean
    from metriclint.schemas import schema

    day = today_or_exit(today)
    if blank and given is not None:
        refuse("--blank goes without --answers")
    if output == "-" and given is None and not blank:
        refuse("--output - needs --answers: the questions are printed there")
    if output not in (None, "-") and os.path.lexists(str(output)):
        refuse(f"{output} exists already and is left as it is")
    if blank:
        emit(blank_answers(), output)
        return
    names = _Names(id_, output)
    if given is not None:
        answers = _read(given, color)
    else:
        answers = _ask([q for q in questionnaire().questions if everything or q.short], use_color(color))
    place = names.place(str(answers["title"]))
    text = card_text(answers, place.id, schema("document")["$id"])
    if output == "-":
        emit(text, None)
        return
    _write(place.file, text)
    say(f"{'' if given else chr(10)}{clean(place.file.as_posix())} written.\n\n")
    _check(place.file, day, color)
    if later := len(open_questions(answers)):
        click.echo(f"\n{_open(later)} `metriclint new --all` asks every question; facts can also be added to the file.")


def _open(number: int) -> str:
    return "1 question is open." if number == 1 else f"{number} questions are open."


class _Place(NamedTuple):
    """Where a card goes."""

    id: str
    file: Path


class _Names:
    """Ids and files that are taken. Looked up before the first question, so that no answer is given in vain."""

    def __init__(self, id_: str | None, output: str | None) -> None:
        from metriclint.files.shape import kebab
        from metriclint.sources.load import load

        self.id, self.output = id_, output
        beside = Path(output).parent if output not in (None, "-") and output is not None else Path()
        loaded = load([str(beside)] if beside != Path() and beside.is_dir() else [])
        self.taken = {metric: entry.origin.path for p in loaded.projects for metric, entry in p.metrics.items()}
        if id_ is not None:
            if kebab(id_) != id_:
                refuse(f'--id "{id_}" is no id: lower-case letters, digits and hyphens, such as "{kebab(id_) or "x"}"')
            if id_ in self.taken:
                refuse(f'there is a card "{id_}" already, in {self.taken[id_]}')

    def place(self, title: str) -> _Place:
        """The id and the file of a new card; with a number behind them where they are taken."""
        from metriclint.files.shape import kebab

        folder = _folder()
        stem = self.id or kebab(title)[:80].strip("-") or "metric"
        number = 1
        while True:
            name = stem if number == 1 else f"{stem}-{number}"
            file = folder / f"{name}.yaml" if self.output in (None, "-") else Path(str(self.output))
            free = self.output is not None or not os.path.lexists(file)
            if self.id is not None and free:
                return _Place(self.id, file)
            if free and name not in self.taken:
                return _Place(name, file)
            number += 1


def _folder() -> Path:
    """Where cards lie: the first folder that the configuration names, else the working folder."""
    from metriclint.sources.discover import NATIVE_SUFFIXES, Finder

    here = Path.cwd()
    group = Finder(here).around(here)
    if group.root is None:
        return Path()
    for path in group.config.paths:
        folder = Path(os.path.normpath(group.root / path))
        if folder.is_dir() or not (folder.exists() or folder.name.endswith(NATIVE_SUFFIXES)):
            return folder.relative_to(here) if folder.is_relative_to(here) else folder
    return group.root


def _read(name: str, color: str) -> "dict[str, Value | None]":
    """The answers of a file. Exits with everything that is wrong with it."""
    from metriclint.files.positions import find_spans
    from metriclint.files.problem import Problem, ProblemError
    from metriclint.files.yaml_values import decode, located, parse, read_text
    from metriclint.questionnaire.answers import read_answers

    shown = "standard input" if name == "-" else name
    text = decode(sys.stdin.buffer.read(), shown) if name == "-" else read_text(Path(name), shown)
    if isinstance(text, Problem):
        fail([text], color)
    value, problems = parse(text, shown)
    if problems:
        fail(problems, color)
    try:
        return read_answers(value, shown)
    except ProblemError as error:
        spans = find_spans(text, [p.route for p in error.problems])
        placed = []
        for p in error.problems:
            if p.route:
                place = spans[p.route]
                told = located(shown, text, place.line, place.column, p.message, p.route)
                p = told._replace(allowed=p.allowed, suggestion=p.suggestion)
            placed.append(p)
        fail(placed, color)


def _write(file: Path, text: str) -> None:
    from metriclint.files.write import write_whole

    if os.path.lexists(file):
        # Somebody else was quicker, while the questions were answered.
        click.echo(text)
        refuse(f"{file} exists by now and is left as it is. The card stands above.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text.encode("utf-8"))
    except OSError as error:
        # The answers took some minutes; they are worth more than a tidy screen.
        click.echo(text)
        refuse(f"{file} cannot be written: {(error.strerror or 'error').lower()}. The card stands above.")


def _check(file: Path, day: str, color: str) -> None:
    """Print what a check finds in the card. Exits with 2 where the rest of the project cannot be read."""
    from metriclint.files.problem import ProblemError
    from metriclint.findings.report import Options, report_of
    from metriclint.reports.formats import Style, renderer
    from metriclint.sources.load import load

    loaded = load([str(file)])
    try:
        if loaded.problems:
            raise ProblemError(loaded.problems)
        projects = list(zip(loaded.projects, loaded.reported, strict=True))
        report = report_of(projects, Options(day, everything=False), documents=loaded.documents)
    except ProblemError as error:
        click.echo("The card is written, but it cannot be checked yet:", err=True)
        fail(error.problems, color)
    emit(renderer("text")(report, Style(use_color(color), verbose=False)), None)


def _ask(questions: "Sequence[Question]", color: bool) -> "dict[str, Value | None]":
    """Ask the questions that come up, one after the other."""
    from metriclint.questionnaire.answers import comes_up
    from metriclint.questionnaire.questions import questionnaire
    from metriclint.reports.terminal import Paint

    paint = Paint(color)
    click.echo(_GREETING)
    answers: dict[str, Value | None] = {}
    group = ""
    for question in questions:
        if not comes_up(question, answers):
            continue
        if question.group != group:
            group = question.group
            click.echo(f"\n{paint(questionnaire().groups[group].upper(), 'dim')}")
        click.echo(f"\n{paint(question.ask, 'bold')}")
        for number, choice in enumerate(question.choices, 1):
            click.echo(f"  {number:2}  {choice.says}")
        answers[question.id] = _answer(question, _line)
    return answers


def _answer(question: "Question", line: Callable[[str], str]) -> "Value | None":
    """One answer; asked again until it fits."""
    from metriclint.questionnaire.answers import AnswerError, read_answer

    while True:
        typed = line(_hint(question)).strip()
        if typed == "?":
            click.echo(f"  {question.why}")
            for example in question.examples:
                click.echo(f"  For example: {example}")
            continue
        try:
            return read_answer(question, _meant(question, typed))
        except AnswerError as error:
            told = f" There are 1 to {len(question.choices)}." if question.choices else ""
            click.echo(f"  {error.message[:1].upper()}{error.message[1:]}.{told}")


def _hint(question: "Question") -> str:
    if question.none is not None:
        return f'  ("none": {question.none.says})\n>'
    if question.kind == "list":
        return "  (several, with a comma between)\n>" if question.choices else "  (several, with ; between)\n>"
    return ">"


def _meant(question: "Question", typed: str) -> object:
    """What was typed, with numbers of choices as their ids."""

    def choice(word: str) -> str:
        word = word.strip()
        at = int(word) if word.isascii() and word.isdigit() and len(word) < 4 else 0
        return question.choices[at - 1].id if 0 < at <= len(question.choices) else word

    if question.kind == "list":
        parts = typed.replace(";", ",").split(",") if question.choices else typed.split(";")
        return [choice(part) for part in parts if part.strip()] or None
    return choice(typed) if question.choices else typed


def _line(hint: str) -> str:
    try:
        return str(click.prompt(hint, default="", show_default=False, prompt_suffix=" "))
    except click.Abort:
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        refuse("the answers ended before the questions did; nothing was written (see --answers for a file of answers)")
