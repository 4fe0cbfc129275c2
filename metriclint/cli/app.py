"""The command line: one module a command, imported when it is called."""

import atexit
import contextlib
import gc
import importlib
import keyword
import os
import sys
from typing import Any, NoReturn

import click

from metriclint.cli.progress import STAGES, Progress
from metriclint.version import VERSION

INTERRUPTED = 130
"""Exit code of a run that Ctrl-C has ended."""
_COMMANDS = {
    "annotate": "Check a workbook and return a copy with findings as comments.",
    "audit": "Write an audit pack: report, register of findings, and the data behind them.",
    "baseline": "Findings known from before, so that only new ones fail.",
    "check": "Check metric declarations.",
    "completion": "Print the script that makes a shell complete commands, options and ids.",
    "config": "Explain the configuration: each setting, and where it comes from.",
    "demo": "Check the tokenmaxxing case in its three stages.",
    "distortion": "How far what metrics pay for lies from what a goal needs.",
    "explain": "Explain a rule in full.",
    "export": "Write a project as a workbook that reads back to the same declarations.",
    "fix": "Show or write proven repairs.",
    "graph": "Draw the incentives around a metric, a finding or a project.",
    "import": "Write native cards out of files of other tools, with where each fact came from.",
    "init": "Set metriclint up in this folder: settings, a first card, hook and CI.",
    "lsp": "Speak with an editor: findings, completion and repairs while typing.",
    "mcp": "Give a coding agent tools: check, explain and repair, without writing anything.",
    "new": "Answer plain questions about a number, and get its card.",
    "overlay": "Write an overlay to fill in, for metrics that files of other tools declare.",
    "responses": "Take back what was answered in a register of findings.",
    "questionnaire": "Print the questions about a number as a form.",
    "review": "Compare two states of a repository by meaning.",
    "rules": "The catalogue of rules, and the tests inside its files.",
    "schema": "Print a published JSON Schema.",
    "sources": "Files of other tools: what is read in place, and mappings for lists.",
    "studio": "Questions and answers about numbers, in a browser on this machine.",
    "template": "Write a workbook to fill in, with plain questions and lists to choose from.",
    "waive": "Accept the risk of a finding for a time, as a waiver.",
    "why": "Show how a number reaches a consequence, or what feeds one.",
}
"""Commands in the order of the help; each is ``command`` in the module of its name."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that one command does not pay for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in _COMMANDS:
            return None
        # A keyword of Python cannot be the name of a module.
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        found: click.Command = importlib.import_module(f"metriclint.cli.{module}").command
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Like click's; what it quotes of the command line is no command to the runner of a CI system."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            from metriclint.reports.terminal import no_commands

            raise click.UsageError(no_commands(error.format_message()), error.ctx) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, with "did you mean" for a mistyped command."""
        from metriclint.files.problem import did_you_mean, shorten

        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = did_you_mean(args[0], _COMMANDS)
            ctx.fail(f'no command "{shorten(args[0], 60)}"' + (f': did you mean "{near}"?' if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with a line each, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="metriclint", message="%(prog)s %(version)s")
@click.pass_context
def app(ctx: click.Context) -> None:
    """A linter for the incentives that metrics create."""
    if ctx.invoked_subcommand is not None and ctx.invoked_subcommand in STAGES:
        ctx.with_resource(Progress()).stage(STAGES[ctx.invoked_subcommand])


def run() -> NoReturn:
    """Run the command line and exit."""
    # A run is short and keeps what it makes; the cycle collector would only walk the same objects again and again
    # (a third of the time at ten thousand cards).
    gc.disable()
    try:
        _leave(app(standalone_mode=False) or 0)
    except SystemExit as end:
        _leave(end.code)
    except click.ClickException as error:
        error.show()
        _leave(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.stderr.write("interrupted\n")
        _leave(INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads has gone; say nothing more, also not at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(0)


def _leave(code: object) -> NoReturn:
    """End the process at once. Taking a large project apart, object by object, would find nothing worth the time."""
    if code is not None and not isinstance(code, int):
        sys.exit(str(code))
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code or 0)
