"""``metriclint check``: declarations in, findings out."""

import sys
from collections.abc import Sequence

import click
import msgspec

from metriclint.cli.output import (
    FINDINGS,
    NOTHING_TO_CHECK,
    WRONG_INPUT,
    color_option,
    emit,
    fail,
    refuse,
    today_or_exit,
    use_color,
)
from metriclint.findings.finding import Report
from metriclint.model.project import Project
from metriclint.reports.formats import Style, names, renderer
from metriclint.reports.terminal import clean

LEVELS = ("error", "warning", "note", "info", "never")
"""Thresholds of ``--fail-on``, from the most lenient that still fails to never."""


@click.command("check")
@click.argument("paths", nargs=-1)
@click.option("--format", "format_", default="text", show_default=True, metavar="FORMAT", help="text or json.")
@click.option("--output", "-o", metavar="FILE", help="Write the report to a file.")
@click.option("--fail-on", type=click.Choice(LEVELS), help="Lowest severity that makes the run fail.  [default: error]")
@click.option("--select", multiple=True, metavar="RULES", help="Rules or families to ask; may be repeated.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Rules or families to leave out; may be repeated.")
@click.option("--preview", is_flag=True, help="Ask rules that are in no edition yet, too.")
@click.option("--today", metavar="DATE", help="Date that review dates are held against.  [default: today]")
@click.option("--stdin-filename", default="stdin.yaml", metavar="FILE", help="File that standard input stands for.")
@color_option
@click.option("--verbose", "-v", is_flag=True, help="Show every finding, option and open question.")
def command(
    paths: tuple[str, ...],
    format_: str,
    output: str | None,
    fail_on: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    preview: bool,
    today: str | None,
    stdin_filename: str,
    color: str,
    verbose: bool,
) -> None:
    """Check metric declarations in PATHS: files or folders, `-` for standard input.

    Without PATHS the configured paths are checked, or the current folder. Exit codes: 0 nothing at the threshold,
    1 findings, 2 wrong input, 3 no documents.
    """
    from metriclint.files.problem import ProblemError
    from metriclint.findings.report import Options, report_of
    from metriclint.sources.load import load

    if format_ not in names():
        refuse(f'unknown format "{format_}"; there are {", ".join(names())}')
    day = today_or_exit(today)
    stdin = (stdin_filename, sys.stdin.buffer.read()) if "-" in paths else None
    loaded = load([p for p in paths if p != "-"], stdin=stdin)
    if not loaded.documents and not loaded.problems:
        click.echo(nothing_found(loaded.skipped), err=True)
        sys.exit(NOTHING_TO_CHECK)
    style = Style(use_color(color) if output is None else color == "always", verbose)
    options = Options(day, select, ignore, preview, everything=format_ != "text")
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
        fail([*loaded.problems, *error.problems], color)
    if loaded.problems:
        if format_ == "text":
            fail(loaded.problems, color)
        emit(renderer(format_)(report, style), output)
        sys.exit(WRONG_INPUT)
    emit(renderer(format_)(report, style), output)
    sys.exit(FINDINGS if _fails(report, loaded.projects, fail_on) else 0)


def _fails(report: Report, projects: Sequence[Project], fail_on: str | None) -> bool:
    """Whether the threshold is reached: the one that was asked for, else in each project its own."""
    if fail_on is not None:
        return report.at_or_above(fail_on)
    return any(_part(report, p.name).at_or_above(p.config.fail_on) for p in projects)


def _part(report: Report, project: str) -> Report:
    """What a report says about one project."""
    return msgspec.structs.replace(
        report,
        findings=[f for f in report.findings if f.project == project],
        undecided=[u for u in report.undecided if u.project == project],
    )


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
    lines += [f"  {clean(sentence)}" for sentence in skipped(paths)]
    lines.append('  try `metriclint demo`, or write a first card: README, section "A card"')
    return "\n".join(lines)
