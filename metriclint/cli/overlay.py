"""``metriclint overlay``: facts about metrics that other files declare."""

import os
from pathlib import Path

import click

from metriclint.cli.output import NOTHING_TO_CHECK, color_option, emit, fail, refuse, say, today_or_exit
from metriclint.cli.projects import file_beside, loaded_or_exit
from metriclint.repair.overlays import NAME


@click.group("overlay")
def command() -> None:
    """Facts about metrics that other files declare."""


@command.command("init")
@click.argument("path", required=False, metavar="[PATH]")
@click.option(
    "--output", "-o", metavar="FILE", help=f"File to write, or - to print.  [default: {NAME} beside the configuration]"
)
@click.option(
    "--most", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="Metrics to ask about."
)
@click.option("--all", "everything", is_flag=True, help="Ask about all metrics that have open questions.")
@click.option("--today", metavar="DATE", help="Date that review dates are held against.  [default: today]")
@color_option
def init(path: str | None, output: str | None, most: int, everything: bool, today: str | None, color: str) -> None:
    """Write an overlay to fill in for the metrics that files of other tools in PATH declare.

    It asks for the facts that would decide most rules, as empty keys with their allowed values. No file is
    overwritten. Exit codes: 0 written, 2 wrong input, 3 there is no metric of another tool.
    """
    from metriclint.exchange.overlay_form import form, questions_of
    from metriclint.files.problem import ProblemError
    from metriclint.findings.report import Options, report_of
    from metriclint.schemas import schema

    loaded = loaded_or_exit(path, color)
    projects = [p for p in loaded.projects if any(e.origin.path in p.foreign for e in p.metrics.values())]
    if not projects:
        refuse(
            "no metric of another tool is here: an overlay is about metrics that other files declare", NOTHING_TO_CHECK
        )
    if len(projects) > 1:
        names = ", ".join(project.name or "." for project in projects)
        refuse(f"several projects have metrics of other tools ({names}): name one of them as PATH")
    (project,) = projects
    place = output or file_beside(project, NAME)
    if place != "-" and os.path.lexists(place):
        refuse(f"{place} exists already and is left as it is: --output names another file")
    try:
        report = report_of([(project, None)], Options(today_or_exit(today), everything=True, baseline=""))
    except ProblemError as error:
        fail(error.problems, color)
    questions = questions_of(project, report.undecided)
    if not questions:
        refuse("nothing to ask: no rule waits for a fact about these metrics", 0)
    asked = questions if everything else questions[:most]
    emit(form(project, asked, schema("document")["$id"]), place)
    if place != "-":
        say(_said(place, len(asked), len(questions) - len(asked)))


def _said(place: str, asked: int, left: int) -> str:
    from metriclint.reports.terminal import clean

    metrics = "1 metric" if asked == 1 else f"{asked} metrics"
    lines = [f"{clean(place)} asks about {metrics}. Fill in what you know, then: metriclint check"]
    if left:
        more = "1 more metric has" if left == 1 else f"{left} more metrics have"
        lines.append(f"{more} open questions: --all asks about them too")
    folder = Path(place).parent
    if not folder.is_dir():
        lines.append(f"{clean(str(folder))} is not there")
    return "\n".join(lines) + "\n"
