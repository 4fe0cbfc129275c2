"""``metriclint lsp``: the language server for editors, over standard input and output."""

import gc
import logging

import click

from metriclint.cli.output import refuse, today_or_exit


@click.command("lsp")
@click.option("--today", metavar="DATE", help="Date that review dates are held against.  [default: today]")
@click.option("--stdio", is_flag=True, help="Said by some editors; there is no other way.")
def command(today: str | None, stdio: bool) -> None:
    """Speak the language server protocol over standard input and output. Editors start this, people do not.

    Exit codes: 0 the editor has gone, 2 wrong input.
    """
    day = None if today is None else today_or_exit(today)
    try:
        from metriclint.editor.server import editor_server
    except ImportError:
        refuse("the language server needs more packages: pip install 'metriclint[editor]'")
    # What goes wrong with a message is told to the editor; a trace on the error stream helps nobody who types.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    # Commands run without the cycle collector, since they end soon; this one goes on for hours.
    gc.enable()
    editor_server(None if day is None else lambda: day).start_io()
