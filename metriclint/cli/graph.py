"""``metriclint graph``: the incentive graph of a metric, a finding or a project, as a picture."""

from typing import TYPE_CHECKING, NoReturn

import click
from click.shell_completion import CompletionItem

from metriclint.cli.ids import completed, metric_titles
from metriclint.cli.output import emit, fail, refuse, today_or_exit
from metriclint.cli.projects import loaded_or_exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metriclint.findings.finding import Finding
    from metriclint.model.project import Project
    from metriclint.pictures.picture import Picture, ViewName

_FORMATS = ("text", "mermaid", "dot", "graphml", "json", "svg")
_VIEWS = ("stated", "feasible", "believed", "all")
_FINGERPRINT = "ml1:"
"""How fingerprints begin; no id does."""


def complete_subject(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Metrics of the project for the shell; findings once a fingerprint is begun."""

    def findings(projects: "list[Project]") -> dict[str, str]:
        day = today_or_exit(ctx.params.get("today"))
        return {f.fingerprint: f"{f.code} {f.metric_title}" for _, f in _findings(projects, day)}

    return completed(ctx, incomplete, findings if incomplete.startswith(_FINGERPRINT) else metric_titles)


@click.command("graph")
@click.argument("subject", required=False, metavar="[METRIC|FINGERPRINT]", shell_complete=complete_subject)
@click.option("--project", metavar="PATH", help="File or folder of the project.  [default: the configured paths]")
@click.option(
    "--format", "format_", default="text", show_default=True, metavar="FORMAT", help=", ".join(_FORMATS) + "."
)
@click.option(
    "--view",
    type=click.Choice(_VIEWS),
    default="all",
    show_default=True,
    help="What policy says, what access allows, what staff believe, or all of it.",
)
@click.option("--strip", is_flag=True, help="Only the highlighted path, as a small picture in a line.")
@click.option("--output", "-o", metavar="FILE", help="Write the picture to a file.")
@click.option("--today", metavar="DATE", help="Date that findings are held against.  [default: today]")
def command(
    subject: str | None,
    project: str | None,
    format_: str,
    view: "ViewName",
    strip: bool,
    output: str | None,
    today: str | None,
) -> None:
    """Draw the incentives around a METRIC, around a finding (by its FINGERPRINT), or of a whole project.

    Drawn are the actions that move the number, who sees it, the decisions that can read it and what follows from
    them, the goal and the harms beside it, and what guards it. Exit codes: 0 drawn, 2 wrong input, 3 no documents.
    """
    from metriclint.pictures.formats import FORMATS, renderer, strip_renderer
    from metriclint.pictures.layout import LayoutError

    if format_ not in FORMATS:
        from metriclint.files.problem import shorten

        refuse(f'unknown format "{shorten(format_, 80)}"; there are {", ".join(FORMATS)}')
    if strip and subject is None:
        refuse("--strip shows the path of a metric or a finding: name one")
    day = today_or_exit(today)
    picture = _picture(loaded_or_exit(project).projects, subject, view, day)
    if strip and not picture.path:
        refuse(f"no path to show. {picture.summary}")
    try:
        text = (strip_renderer if strip else renderer)(format_)(picture)
    except LayoutError as error:
        refuse(str(error))
    emit(text, output)


def _picture(projects: "list[Project]", subject: str | None, view: "ViewName", today: str) -> "Picture":
    from metriclint.graph.build import build
    from metriclint.pictures.compose import picture_of_metric, picture_of_project

    if subject is None:
        return picture_of_project(build(_only(projects, "the picture")), view)
    if subject.startswith(_FINGERPRINT):
        return _of_finding(projects, subject, view, today)
    name = subject.removeprefix("metric:")
    having = [p for p in projects if name in p.metrics]
    if not having:
        _unknown(subject, name, projects)
    return picture_of_metric(build(_only(having, f'metric "{name}"')), name, view)


def _of_finding(projects: "list[Project]", fingerprint: str, view: "ViewName", today: str) -> "Picture":
    """The picture of the finding with a fingerprint, or of the only one whose fingerprint begins so."""
    from metriclint.files.problem import ProblemError, shorten
    from metriclint.graph.build import build
    from metriclint.pictures.compose import picture_of_finding

    try:
        found = [(p, f) for p, f in _findings(projects, today) if f.fingerprint.startswith(fingerprint)]
    except ProblemError as error:
        fail(error.problems)
    named = shorten(fingerprint, 80)
    if not found:
        refuse(f'no finding has the fingerprint "{named}"; `metriclint check --format json` lists them')
    if len({f.fingerprint for _, f in found}) > 1:
        refuse(f'{len(found)} findings have a fingerprint that begins with "{named}"; write more of it')
    project = _only([p for p, _ in found], "this finding")
    return picture_of_finding(build(project), found[0][1], view)


def _findings(projects: "list[Project]", today: str) -> "Iterator[tuple[Project, Finding]]":
    from metriclint.findings.report import Options, report_of

    for project in projects:
        for finding in report_of([(project, None)], Options(today, preview=True)).findings:
            yield project, finding


def _only(projects: "list[Project]", what: str) -> "Project":
    if len(projects) > 1:
        names = ", ".join(p.name or "." for p in projects[:5]) + (", …" if len(projects) > 5 else "")
        refuse(f"{what} could be of {len(projects)} projects ({names}); choose one with --project")
    return projects[0]


def _unknown(subject: str, name: str, projects: "list[Project]") -> NoReturn:
    from metriclint.explain.named import known_ids
    from metriclint.files.problem import did_you_mean, shorten

    named = shorten(subject, 80)
    if _is_path(subject):
        refuse(f'"{named}" is a path and no metric: metriclint graph --project {named}')
    if any(name in known_ids(p) for p in projects):
        refuse(f'"{named}" is no metric: metrics, findings and projects are drawn; try `metriclint why {named}`')
    known = sorted({id_ for p in projects for id_ in p.metrics})
    if near := did_you_mean(name, known):
        refuse(f'no metric "{named}": did you mean "{near}"?')
    some = f"; there are {', '.join(known[:8])}{', …' if len(known) > 8 else ''}" if known else ""
    refuse(f'no metric "{named}"{some}')


def _is_path(word: str) -> bool:
    from pathlib import Path

    try:
        return Path(word).exists()
    except OSError:  # too long for a name
        return False
