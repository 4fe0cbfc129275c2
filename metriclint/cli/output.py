"""Printing and exiting: the only place that does."""

import contextlib
import datetime
import os
import sys
from collections.abc import Iterable
from typing import NoReturn

import click

from metriclint.cli.progress import close_shown
from metriclint.files.problem import Problem
from metriclint.files.write import write_all
from metriclint.reports.terminal import Paint, clean, no_commands, problems_text

FINDINGS = 1
WRONG_INPUT = 2
NOTHING_TO_CHECK = 3


color_option = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="When to colour."
)
"""The option that every printing command has."""


def use_color(wish: str, stream: object = None) -> bool:
    """Whether to colour: as asked; with ``auto`` on a terminal unless ``NO_COLOR`` is set."""
    if wish != "auto":
        return wish == "always"
    target = stream or sys.stdout
    return not os.environ.get("NO_COLOR") and bool(getattr(target, "isatty", lambda: False)())


def fail(problems: Iterable[Problem], color: str = "auto") -> NoReturn:
    """Print everything that is wrong and exit with 2."""
    complain(problems_text(problems, Paint(use_color(color, sys.stderr))))
    sys.exit(WRONG_INPUT)


def refuse(message: str, code: int = WRONG_INPUT) -> NoReturn:
    """Print one line and exit."""
    complain(no_commands(f"error: {clean(message)}\n"))
    sys.exit(code)


def complain(text: str) -> None:
    """Print a text on standard error."""
    close_shown()
    # Whether anybody still reads does not change how the run ended.
    with contextlib.suppress(BrokenPipeError):
        click.echo(text, err=True, nl=False)


def emit(text: str, output: str | None) -> None:
    """Print a text, or write it whole to a file. A file that cannot be written is exit 2, and stays as it was."""
    emit_all([(text, output)])


def say(text: str) -> None:
    """Print words for people, in which nothing reads as a command to the runner of a CI system."""
    emit(no_commands(text), None)


def emit_all(texts: Iterable[tuple[str, str | None]]) -> None:
    """Write texts to their files, then print those without one (or with ``-``).

    A file that cannot be written is exit 2; then no file is replaced and nothing is printed.
    """
    close_shown()
    encoded = [(text.encode("utf-8", "replace"), output) for text, output in texts]
    try:
        write_all([(output, data) for data, output in encoded if output not in (None, "-")])
    except OSError as error:
        refuse(f"{error.filename} cannot be written: {(error.strerror or 'error').lower()}")
    for data, output in encoded:
        if output in (None, "-"):
            _print(data)


def _print(data: bytes) -> None:
    """Print bytes. A reader that has gone is no error: the run ends as it would have."""
    if sys.stdout is None:
        refuse("standard output cannot be written: it is closed")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is left in the buffer would be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            refuse(f"standard output cannot be written: {(error.strerror or 'error').lower()}")


def today_or_exit(given: str | None) -> str:
    """The date that a run holds dates against: the one given, else the current one."""
    if given is None:
        return datetime.date.today().isoformat()
    try:
        return datetime.date.fromisoformat(given).isoformat()
    except ValueError:
        refuse(f'--today "{given}" is no date: write it as 2027-02-28')
