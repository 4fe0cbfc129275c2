"""``metriclint mcp``: tools for coding agents, over standard input and output."""

import gc
import logging
import os
from pathlib import Path

import click

from metriclint.cli.output import refuse, today_or_exit


@click.command("mcp")
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--today", metavar="DATE", help="Date that review dates are held against.  [default: today]")
@click.option(
    "--time-limit",
    "seconds",
    type=click.FloatRange(0.01, 3600),
    default=45,
    show_default=True,
    metavar="SECONDS",
    help="How long one call may take.",
)
def command(path: str, today: str | None, seconds: float) -> None:
    """Speak the Model Context Protocol over standard input and output. Coding agents start this, people do not.

    PATH is the folder of the project; only files below it are read, and nothing is written. Exit codes: 0 the agent
    has gone, 2 wrong input.
    """
    day = None if today is None else today_or_exit(today)
    if not Path(path).is_dir():
        refuse(f"{path} is no folder" if os.path.lexists(path) else f"no such folder: {path}")
    try:
        import anyio

        from metriclint.agents.server import serve
    except ImportError:
        refuse("the tools for agents need more packages: pip install 'metriclint[mcp]'")
    # Calls run in processes that would import from the working folder first, which is a project that others write in.
    os.environ["PYTHONSAFEPATH"] = "1"
    # What goes wrong with a message is told to the agent; a trace on the error stream helps nobody.
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    # Commands run without the cycle collector, since they end soon; this one goes on for hours.
    gc.enable()
    try:
        anyio.run(serve, os.path.realpath(path), day, seconds)
    except* (BrokenPipeError, ConnectionError):
        pass  # the agent has gone in the middle of an answer
