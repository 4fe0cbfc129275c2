"""``metriclint distortion``: how far what metrics pay for lies from what the goal needs."""

import click

from metriclint.cli.ids import complete_metric
from metriclint.cli.output import color_option, emit, refuse, use_color
from metriclint.cli.projects import loaded_or_exit


@click.command("distortion")
@click.argument("metric", required=False, metavar="[METRIC]", shell_complete=complete_metric)
@click.option("--project", "path", metavar="PATH", help="File or folder.  [default: configured paths]")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
def command(metric: str | None, path: str | None, format_: str, color: str) -> None:
    """Show the angle between what metrics pay for and what a goal needs, for all goals or those around METRIC.

    Needs shared actions that declare `moves` and `effects`; `strengths` from 1 to 3 make it finer. Information only:
    exit codes are 0 shown, also if there is nothing to show, 2 wrong input, 3 no documents.
    """
    from metriclint.explain.distortion import answer, render
    from metriclint.files.problem import did_you_mean
    from metriclint.graph.build import build
    from metriclint.reports.terminal import Paint, no_commands

    projects = loaded_or_exit(path, color, "nothing to compare: no document was found").projects
    known = sorted({id_ for project in projects for id_ in project.metrics})
    if metric is not None and metric not in known:
        near = did_you_mean(metric, known)
        refuse(f'unknown metric "{metric}"' + (f': did you mean "{near}"?' if near else ""))
    found = answer(map(build, projects), metric)
    if format_ == "json":
        import msgspec

        from metriclint.reports.json import json_text

        emit(json_text(msgspec.to_builtins(found), indent=2) + "\n", None)
    else:
        emit(no_commands(render(found, Paint(use_color(color)))), None)
