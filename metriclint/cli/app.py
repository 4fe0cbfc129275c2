"""The command line: one module a command, loaded when it is called."""

import sys
from typing import Annotated

import typer

from metriclint.cli import check, demo, explain, rules, schema
from metriclint.version import VERSION

app = typer.Typer(
    name="metriclint",
    help="A linter for the incentives that metrics create.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("check")(check.check)
app.command("demo")(demo.demo)
app.command("explain")(explain.explain)
app.add_typer(rules.app, name="rules")
app.command("schema")(schema.schema)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"metriclint {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """A linter for the incentives that metrics create."""


def main() -> None:
    """Run the command line. Exit codes: 0 fine, 1 findings, 2 wrong input, 3 nothing to check, 130 interrupted."""
    try:
        app()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    except BrokenPipeError:
        # Whoever reads has gone; say nothing more, also not at exit.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
