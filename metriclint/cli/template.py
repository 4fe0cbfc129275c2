"""``metriclint template``: an empty workbook to fill in."""

import os
from collections.abc import Callable
from pathlib import Path

import click

from metriclint.cli.output import WRONG_INPUT, refuse, say


@click.command("template")
@click.argument("kind", type=click.Choice(["xlsx"]))
@click.option("--output", "-o", default="cards.xlsx", metavar="FILE", show_default=True, help="File of the workbook.")
def command(kind: str, output: str) -> None:
    """Write a workbook to fill in: a number a row, a plain question a column, with lists to choose from.

    `metriclint check FILE` reads it, `metriclint annotate FILE` returns it with findings as comments. No file is
    overwritten.
    """
    from metriclint.exchange.sheets import template
    from metriclint.reports.terminal import clean

    write_workbook(template, output)
    say(f"{clean(output)} written. Fill it in, then: metriclint check {clean(output)}\n")


def write_workbook(make: Callable[[], bytes], output: str) -> None:
    """Write a workbook to a file that is not there yet, or end with what is in the way."""
    from metriclint.exchange.sheets import MISSING
    from metriclint.files.write import write_whole

    if os.path.lexists(output):
        refuse(f"{output} exists already and is left as it is")
    try:
        data = make()
    except ImportError:
        refuse(MISSING)
    except ValueError as error:
        refuse(str(error))
    try:
        write_whole(Path(output), data)
    except OSError as error:
        refuse(f"{output} cannot be written: {(error.strerror or 'error').lower()}", WRONG_INPUT)
