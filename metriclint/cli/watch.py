"""Checking again whenever something changes: ``metriclint check --watch``."""

import contextlib
import gc
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from metriclint.cli.output import refuse
from metriclint.reports.terminal import clean
from metriclint.sources.configuration import CONFIG_NAMES
from metriclint.sources.discover import SUFFIXES, Finder

if TYPE_CHECKING:
    from watchfiles import Change


def follow(run: Callable[[], None], paths: Iterable[str], written: Iterable[str] = ()) -> None:
    """Run a check, and again after each change of what it reads, until it is interrupted (Ctrl-C).

    ``paths`` are what is checked, without any the current folder; ``written`` are files that the check itself writes,
    whose change says nothing. A run that ends with an exit code does not end the watch. Exits with 2 where the package
    that watches is missing.
    """
    try:
        from watchfiles import watch
    except ImportError:
        refuse("--watch needs the package watchfiles: pip install 'metriclint[watch]'")
    places = watched(paths)
    # A check that ends at once needs no collector and has switched it off; this one goes on.
    gc.enable()
    _run(run, places)
    try:
        for _ in watch(*places, watch_filter=what_matters(written), debounce=400, step=50):
            _run(run, places)
    except KeyboardInterrupt:
        click.echo(err=True)


def _run(run: Callable[[], None], places: Iterable[str]) -> None:
    with contextlib.suppress(SystemExit):
        run()
    sys.stdout.flush()
    gc.collect()
    click.echo(f"\nwatching {', '.join(map(clean, places))} (Ctrl-C ends)\n", err=True)


def what_matters(written: Iterable[str]) -> "Callable[[Change, str], bool]":
    """Whether a change says something: one of a file that a check reads, and not one that it writes itself."""
    from watchfiles import DefaultFilter

    own = {os.path.realpath(file) for file in written}
    usual = DefaultFilter()

    def matters(change: "Change", path: str) -> bool:
        return is_input(path) and os.path.realpath(path) not in own and usual(change, path)

    return matters


def is_input(path: str) -> bool:
    """Whether a check may read a file of this name: a document, a rule or a configuration."""
    return path.endswith(SUFFIXES) or os.path.basename(path) in CONFIG_NAMES  # noqa: PTH119


def watched(paths: Iterable[str]) -> list[str]:
    """The folders to watch: around each path the whole project, since the graph of a check is all of it.

    A path that is not there is left to the check, which says so; then its nearest folder above is watched.
    """
    finder = Finder(Path.cwd())
    found: dict[Path, None] = {}
    for path in list(paths) or ["."]:
        place = Path(path).absolute()
        while not place.is_dir():
            place = place.parent
        found[finder.around(place).root or Path(os.path.normpath(place))] = None
    widest = [p for p in found if not any(p != q and p.is_relative_to(q) for q in found)]
    return [os.path.relpath(place) for place in widest]
