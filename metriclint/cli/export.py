"""``metriclint export``: a project as a workbook."""

import click

from metriclint.cli.output import color_option, refuse, say
from metriclint.cli.projects import loaded_or_exit
from metriclint.cli.template import write_workbook


@click.command("export")
@click.argument("path", required=False, metavar="[PATH]")
@click.option("--output", "-o", default="cards.xlsx", metavar="FILE", show_default=True, help="File of the workbook.")
@color_option
def command(path: str | None, output: str, color: str) -> None:
    """Write a project as a workbook that reads back to the same declarations.

    What the questions ask for stands in plain words, a metric a row; all else as keys and values on a second sheet. No
    file is overwritten. Exit codes: 0 written, 2 wrong input, 3 no documents.
    """
    from metriclint.exchange.sheets import workbook_of
    from metriclint.reports.terminal import clean

    loaded = loaded_or_exit(path, color)
    if len(loaded.projects) > 1:
        refuse("these paths hold several projects: export them one by one")
    project = loaded.projects[0]
    write_workbook(lambda: workbook_of(project), output)
    place = clean(output)
    say(f"{place} written: {len(project.metrics)} metrics. To read it: metriclint check {place}\n")
