"""``metriclint check``: declarations in, findings out."""

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from metriclint.cli.output import NOTHING_TO_CHECK, WRONG_INPUT, emit, fail, refuse, today_or_exit, use_color
from metriclint.reports.formats import Style, names, renderer


class Color(StrEnum):
    """When to colour."""

    auto = "auto"
    always = "always"
    never = "never"


class FailOn(StrEnum):
    """Lowest severity that fails the run."""

    error = "error"
    warning = "warning"
    note = "note"
    info = "info"
    never = "never"


def check(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files or folders; `-` is standard input.", show_default=False)
    ] = None,
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text or json.")] = "text",
    output: Annotated[str | None, typer.Option("--output", "-o", help="Write the report to a file.")] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="Lowest severity that makes the run fail (exit 1).", show_default="error"),
    ] = None,
    select: Annotated[list[str] | None, typer.Option(help="Rules or families to ask; may be repeated.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Rules or families to leave out.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Ask rules that are in no edition yet, too.")] = False,
    today: Annotated[str | None, typer.Option(metavar="DATE", help="Date that dates are held against.")] = None,
    stdin_filename: Annotated[str, typer.Option(help="File that standard input stands for.")] = "stdin.yaml",
    color: Annotated[Color, typer.Option(help="When to colour.")] = Color.auto,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every finding and option.")] = False,
) -> None:
    """Check metric declarations. Exit codes: 0 nothing at the threshold, 1 findings, 2 wrong input, 3 no documents."""
    from metriclint.files.problem import ProblemError
    from metriclint.findings.report import Options, report_of
    from metriclint.sources.load import load

    if format_ not in names():
        refuse(f'unknown format "{format_}"; there are {", ".join(names())}')
    given = list(paths or ())
    day = today_or_exit(today)
    stdin = (stdin_filename, sys.stdin.buffer.read()) if "-" in given else None
    loaded = load([p for p in given if p != "-"], stdin=stdin)
    if not loaded.documents and not loaded.problems:
        typer.echo(nothing_found(loaded.skipped), err=True)
        raise typer.Exit(NOTHING_TO_CHECK)
    style = Style(use_color(color.value) if output is None else color is Color.always, verbose)
    options = Options(day, tuple(select or ()), tuple(ignore or ()), preview, everything=format_ != "text")
    projects = [] if loaded.problems else list(zip(loaded.projects, loaded.reported, strict=True))
    try:
        report = report_of(
            projects,
            options,
            documents=loaded.documents,
            problems=loaded.problems,
            notices=skipped(loaded.skipped),
        )
    except ProblemError as error:
        fail([*loaded.problems, *error.problems], color.value)
    if loaded.problems:
        if format_ == "text":
            fail(loaded.problems, color.value)
        emit(renderer(format_)(report, style), output)
        raise typer.Exit(WRONG_INPUT)
    emit(renderer(format_)(report, style), output)
    threshold = fail_on.value if fail_on else _configured(loaded.projects)
    raise typer.Exit(1 if report.at_or_above(threshold) else 0)


def _configured(projects: list[Any]) -> str:
    """The strictest threshold of the projects at hand."""
    order = [level.value for level in FailOn]
    found: str = max((p.config.fail_on for p in projects), key=lambda f: -1 if f == "never" else order.index(f))
    return found


def skipped(paths: list[str]) -> list[str]:
    """A sentence about files that are no documents, if there are any."""
    if not paths:
        return []
    if len(paths) == 1:
        return [f"{paths[0]} has no `metriclint:` key and was skipped"]
    return [f"{len(paths)} YAML or JSON files have no `metriclint:` key and were skipped ({paths[0]}, …)"]


def nothing_found(paths: list[str]) -> str:
    """What to say where there is nothing to check, and what to do."""
    lines = ["nothing to check: no document was found (a YAML file that begins with `metriclint: 1`)"]
    lines += [f"  {sentence}" for sentence in skipped(paths)]
    lines.append('  try `metriclint demo`, or write a first card: README, section "A card"')
    return "\n".join(lines)
