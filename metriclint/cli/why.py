"""``metriclint why``: how a number reaches a consequence, or what feeds one."""

import sys
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from metriclint.cli.ids import completed
from metriclint.cli.output import WRONG_INPUT, color_option, emit, refuse, say, use_color
from metriclint.cli.projects import loaded_or_exit

if TYPE_CHECKING:
    from metriclint.explain.named import Named, Names
    from metriclint.graph.build import Incentives
    from metriclint.model.project import Project

_VIEWS = ("all", "stated", "feasible", "believed")
_LISTED = 10
_STARTS = ("metric", "action", "system")


def complete_id(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of everything in the project that can be asked about."""
    from metriclint.explain.named import known_ids

    return completed(ctx, incomplete, lambda projects: {k: t for p in projects for k, t in known_ids(p).items()})


@click.command("why")
@click.argument("subject", metavar="METRIC", shell_complete=complete_id)
@click.argument("target", required=False, metavar="[TARGET]", shell_complete=complete_id)
@click.option("--project", metavar="PATH", help="File or folder of the project.  [default: the configured paths]")
@click.option(
    "--view",
    type=click.Choice(_VIEWS),
    default="all",
    show_default=True,
    help="What policy says, what access allows, what staff believe, or all three.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
def command(subject: str, target: str | None, project: str | None, view: str, format_: str, color: str) -> None:
    """Show how METRIC reaches a consequence, or TARGET, and which change would cut the way.

    An action can stand in the place of METRIC. Asked about anything else (a kind of consequence such as `promotion`,
    a decision, an outcome, a harm, a role or a board) it shows what feeds that. Things are named by id, node id or
    title. Exit codes: 0 answered, also if there is no path; 2 wrong input; 3 no documents.
    """
    from metriclint.explain.answer import VIEWS
    from metriclint.explain.feeds import fed_by
    from metriclint.explain.text import render
    from metriclint.explain.why import leads_to
    from metriclint.reports.json import json_text
    from metriclint.reports.terminal import Paint

    incentives, about, names = _about(loaded_or_exit(project, color).projects, subject)
    end = None if target is None else _one(names.find(target), target, [names])
    if end is not None and end.node == about.node:
        refuse(f'"{subject}" and "{target}" are the same')
    views = [v for v in VIEWS if view in ("all", v)]
    if end is None and about.kind not in _STARTS:
        why = fed_by(incentives, about, views)
    else:
        why = leads_to(incentives, about, end, views)
    if format_ == "json":
        import msgspec

        emit(json_text(msgspec.to_builtins(why), indent=2) + "\n", None)
    else:
        say(render(why, Paint(use_color(color))))


def _about(projects: "list[Project]", word: str) -> "tuple[Incentives, Named, Names]":
    """What a word means, in the one project where it means something that is there."""
    from metriclint.explain.named import Names
    from metriclint.graph.build import build

    searched = [(incentives, Names(incentives)) for incentives in map(build, projects)]
    found = [(incentives, names, names.find(word)) for incentives, names in searched]
    # A kind of consequence means something everywhere; where there are several projects, those that have it count.
    having = [f for f in found if any(n.nodes for n in f[2])] or [f for f in found if f[2]][:1]
    if len(having) > 1:
        where = ", ".join(incentives.project.name or "." for incentives, _, _ in having[:_LISTED])
        refuse(f'"{word}" is in {len(having)} projects ({where}): choose one with --project')
    if not having:
        _one([], word, [names for _, names in searched])
    incentives, names, meant = having[0]
    return incentives, _one(meant, word, [names]), names


def _one(found: "list[Named]", word: str, searched: "list[Names]") -> "Named":
    """The only thing that a word means; else the command ends with what was probably meant."""
    if len(found) == 1:
        return found[0]
    if found:
        from metriclint.files.problem import shorten
        from metriclint.reports.terminal import clean, no_commands

        lines = [f'error: "{clean(word)}" can mean {len(found)} things; write one of']
        lines += [f"  {clean(n.node)}  {shorten(n.title, 80)}" for n in found[:_LISTED]]
        lines += [f"  and {len(found) - _LISTED} more"] if len(found) > _LISTED else []
        click.echo(no_commands("\n".join(lines)), err=True)
        sys.exit(WRONG_INPUT)
    near = next(filter(None, (names.near(word) for names in searched)), "")
    refuse(f'nothing here is named "{word}"' + (f': did you mean "{near}"?' if near else ""))
