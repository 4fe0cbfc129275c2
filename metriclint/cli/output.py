"""Printing and exiting: the only place that does."""

import datetime
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from metriclint.files.problem import Problem
from metriclint.files.write import write_whole
from metriclint.reports.terminal import Paint, clean, problems_text

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
    click.echo(problems_text(problems, Paint(use_color(color, sys.stderr))), err=True, nl=False)
    sys.exit(WRONG_INPUT)


def refuse(message: str, code: int = WRONG_INPUT) -> NoReturn:
    """Print one line and exit."""
    click.echo(f"error: {clean(message)}", err=True)
    sys.exit(code)


def emit(text: str, output: str | None) -> None:
    """Print a text, or write it whole to a file. A file that cannot be written is exit 2, and stays as it was."""
    if output is None or output == "-":
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return
    try:
        write_whole(Path(output), text.encode("utf-8", "replace"))
    except OSError as error:
        refuse(f"{output} cannot be written: {(error.strerror or 'error').lower()}")


def today_or_exit(given: str | None) -> str:
    """The date that a run holds dates against: the one given, else the current one."""
    if given is None:
        return datetime.date.today().isoformat()
    try:
        return datetime.date.fromisoformat(given).isoformat()
    except ValueError:
        refuse(f'--today "{given}" is no date: write it as 2027-02-28')
