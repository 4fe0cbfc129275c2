"""``metriclint sources``: what can be read of other tools' files, and trying a mapping on one."""

import sys
from pathlib import Path

import click

from metriclint.cli.output import FINDINGS, color_option, emit, fail, refuse, say, use_color


@click.group("sources")
def command() -> None:
    """Files of other tools: what is read in place, and mappings for lists of your own."""


@command.command("list")
def list_() -> None:
    """List the adapters and the mappings that ship."""
    from metriclint.explain.mapped import known_sources

    say(known_sources())


@command.command("show")
@click.argument("mapping")
@click.option("--output", "-o", metavar="FILE", help="Write it to a file.")
def show(mapping: str, output: str | None) -> None:
    """Print a MAPPING that ships, to begin a mapping of your own with."""
    from metriclint.files.problem import did_you_mean
    from metriclint.sources.lists.mapping import shipped_names, shipped_text

    if mapping not in shipped_names():
        near = did_you_mean(mapping, shipped_names())
        known = f'did you mean "{near}"?' if near else f"there are {', '.join(shipped_names())}"
        refuse(f'no mapping that ships is called "{mapping}": {known}')
    emit(shipped_text(mapping), output)


@command.command("test")
@click.argument("mapping")
@click.argument("file", type=click.Path(path_type=Path))
@color_option
def test(mapping: str, file: Path, color: str) -> None:
    """Show what a MAPPING (a file, or the name of one that ships) reads out of FILE, and what it cannot.

    Exit codes: 0 every record has a name, 1 some have none, 2 wrong input.
    """
    from metriclint.explain.mapped import render
    from metriclint.reports.terminal import Paint
    from metriclint.sources.adapters.records import SUFFIXES
    from metriclint.sources.lists.trial import Trial, attempt

    shown = file.as_posix()
    if file.suffix.lower() not in SUFFIXES:
        refuse(f"{shown}: a mapping reads {', '.join(SUFFIXES)} files")
    try:
        data = file.read_bytes()
    except OSError as error:
        refuse(f"{shown} cannot be read: {(error.strerror or 'error').lower()}")
    tried = attempt(mapping, shown, data)
    if not isinstance(tried, Trial):
        fail(tried, color)
    say(render(tried, Paint(use_color(color))))
    sys.exit(FINDINGS if tried.unnamed else 0)
