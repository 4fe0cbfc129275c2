"""``metriclint why``: how a number reaches a consequence, or what feeds one."""

import sys
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from metriclint.cli.ids import completed
from metriclint.cli.output import WRONG_INPUT, color_option, complain, emit, refuse, say, use_color
from metriclint.cli.projects import loaded_or_exit

_VIEWS = ("all", "stated", "feasible", "believed")


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
    from metriclint.explain.asked import Elsewhere, Unclear, ask
    from metriclint.explain.text import render
    from metriclint.reports.json import json_text
    from metriclint.reports.terminal import Paint

    try:
        why = ask(loaded_or_exit(project, color).projects, subject, target, view)
    except Elsewhere as error:
        refuse(f"{error}: choose one with --project")
    except Unclear as error:
        _refuse(str(error))
    if format_ == "json":
        import msgspec

        emit(json_text(msgspec.to_builtins(why), indent=2) + "\n", None)
    else:
        say(render(why, Paint(use_color(color))))


def _refuse(message: str) -> NoReturn:
    """End with a message that can have lines of its own, such as what a word can mean."""
    first, _, rest = message.partition("\n")
    if not rest:
        refuse(first)
    from metriclint.reports.terminal import no_commands

    complain(no_commands(f"error: {message}\n"))
    sys.exit(WRONG_INPUT)
