"""``metriclint import``: native cards out of files of other tools."""

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from metriclint.cli.output import WRONG_INPUT, color_option, emit_all, fail, refuse, say

if TYPE_CHECKING:
    from metriclint.model.project import Project


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--output", "-o", metavar="FILE|FOLDER", help="A .yaml file for all cards, or a folder for one a source.")
@color_option
def command(paths: tuple[str, ...], output: str | None, color: str) -> None:
    """Write native cards, once, out of files of other tools: dbt, KPI lists, spreadsheets and others.

    Above each fact a comment says where it came from, and from what it was inferred where the source does not say it
    itself. Without --output the cards are printed. No file is overwritten. Exit codes: 0 written, 2 wrong input, 3 no
    metric was found.
    """
    from metriclint.exchange.importing import sources_of
    from metriclint.sources.load import load

    loaded = load(paths)
    if loaded.problems:
        fail(loaded.problems, color)
    found = [(project, sources_of(project)) for project in loaded.projects]
    found = [(project, sources) for project, sources in found if sources]
    if not found:
        refuse("no file of another tool was found in these paths: `metriclint sources list` names what can be read", 3)
    if len(found) > 1:
        refuse("these sources belong to several projects: import them one by one")
    project, sources = found[0]
    wrong = [path for path in sources if path not in _asked(loaded.reported[loaded.projects.index(project)], sources)]
    texts = _texts(project, [path for path in sources if path not in wrong], output)
    for name, _ in texts:
        if name is not None and os.path.lexists(name):
            refuse(f"{name} exists already and is left as it is")
    _write(texts)
    if output is not None:
        _say(project, sources, [name for name, _ in texts if name is not None])


def _asked(reported: set[str] | None, sources: list[str]) -> set[str]:
    return set(sources) if reported is None else reported


def _texts(project: "Project", sources: list[str], output: str | None) -> list[tuple[str | None, str]]:
    """Files and their texts; a single text without a file is printed."""
    from metriclint.exchange.importing import native_text
    from metriclint.schemas import schema

    where = schema("document")["$id"]
    if output is None or output.endswith((".yaml", ".yml")):
        return [(output, native_text(project, sources, where))]
    texts: list[tuple[str | None, str]] = []
    taken: set[str] = set()
    for source in sources:
        stem = PurePosixPath(source).stem
        name, number = stem, 1
        while name in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name)
        texts.append((str(Path(output) / f"{name}.yaml"), native_text(project, [source], where)))
    return texts


def _write(texts: list[tuple[str | None, str]]) -> None:
    for name, _ in texts:
        if name is not None:
            try:
                Path(name).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                refuse(f"{Path(name).parent} cannot be made: {(error.strerror or 'error').lower()}", WRONG_INPUT)
    emit_all([(text, name) for name, text in texts])


def _say(project: "Project", sources: list[str], files: list[str]) -> None:
    from metriclint.reports.terminal import clean

    places = ", ".join(map(clean, files))
    lines = [f"{len(project.metrics)} metrics of {len(sources)} files written to {places}"]
    lines.append(
        "The sources are still read too. Where the cards take their place, leave them aside in metriclint.toml:"
    )
    for path in sources:
        lines.append(f"  [[sources]]\n  paths = [{_toml_text(path)}]\n  skip = true")
    say("\n".join(lines) + "\n")


def _toml_text(text: str) -> str:
    """A text as TOML has it. What no terminal may show, or a log could obey, is written as an escape."""
    escaped = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return '"' + "".join(escaped).replace("##", "#\\u0023") + '"'
