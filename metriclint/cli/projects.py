"""Loading the project that a command is about, or ending it with what is wrong."""

import sys
from typing import TYPE_CHECKING

import click

from metriclint.cli.output import NOTHING_TO_CHECK, fail, refuse

if TYPE_CHECKING:
    from metriclint.sources.load import Loaded


def loaded_or_exit(path: str | None, color: str = "auto", nothing: str = "") -> "Loaded":
    """What ``--project PATH`` names, the configured paths by default. Exits with 2 where it is wrong, with 3 without
    documents; ``nothing`` is what to say then, else what a check says.
    """
    from metriclint.cli.check import nothing_found
    from metriclint.sources.load import load

    loaded = load([path] if path else [])
    if loaded.problems:
        fail(loaded.problems, color)
    if not loaded.documents:
        if nothing:
            refuse(nothing, NOTHING_TO_CHECK)
        click.echo(nothing_found(loaded.skipped), err=True)
        sys.exit(NOTHING_TO_CHECK)
    return loaded
