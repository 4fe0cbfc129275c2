"""``metriclint studio``: questions and answers about numbers in a browser on this machine."""

import contextlib
import errno
import gc
import ipaddress
import os
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from metriclint.cli.output import refuse, today_or_exit

if TYPE_CHECKING:
    from uvicorn import Server

_PORT = 8765


@click.command("studio")
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--port", type=click.IntRange(0, 65535), default=_PORT, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--share", is_flag=True, help="Let others in who have the token that is printed.")
@click.option("--open", "open_", is_flag=True, help="Open a browser.")
@click.option("--today", metavar="DATE", help="Date that review dates are held against.  [default: today]")
def command(path: str, port: int, host: str, share: bool, open_: bool, today: str | None) -> None:
    """Ask about a number in plain words and show at once what it may lead to, in a browser on this machine.

    PATH is the folder of the project; nothing outside of it is read or written, and nothing leaves this machine.
    Ctrl+C stops it. Exit codes: 0 stopped, 2 wrong input.
    """
    day = None if today is None else today_or_exit(today)
    root = Path(path)
    if not root.is_dir():
        refuse(f"{path} is no folder" if os.path.lexists(root) else f"no such folder: {path}")
    try:
        import uvicorn

        from metriclint.studio.app import studio_app
    except ImportError:
        refuse("the studio needs more packages: pip install 'metriclint[studio]'")
    _check_reach(host, share)
    listening = _bound(host, port)
    token = secrets.token_urlsafe(24) if share else ""
    app = studio_app(
        root,
        host=host,
        token=token,
        today=None if day is None else lambda: day,
        tell=lambda line: click.echo(f"studio: {line}", err=True),
    )
    address = _address(host, listening)
    _greet(address, token, root)
    if open_:
        click.launch(address + (f"?token={token}" if token else ""))
    settings = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    _serve(uvicorn.Server(settings), listening)


def _serve(server: "Server", listening: socket.socket) -> None:
    """Serve until somebody stops it."""
    # Commands run without the cycle collector, since they end soon; this one goes on for hours.
    gc.enable()
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    click.echo("The studio has stopped.")


def _check_reach(host: str, share: bool) -> None:
    """Refuse an address that others can reach, unless they are meant to."""
    try:
        addresses = {str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(host, None)} if host else set()
    except (OSError, UnicodeError):
        addresses = set()
    if not addresses:
        refuse(f'--host "{host}" is no address of this machine')
    if not share and not all(ipaddress.ip_address(address).is_loopback for address in addresses):
        refuse(f'--host "{host}" can be reached from other machines; with --share everybody is asked for a token')


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Exits with 2 where the port is taken or the address is not ours."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    if os.name == "posix":
        # Elsewhere this would let two programs listen on one port.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            refuse(f"port {port} is in use, maybe by another studio; choose one with --port, 0 takes a free one")
        refuse(f"{host}, port {port}, cannot be listened on: {(error.strerror or 'error').lower()}")
    return listening


def _address(host: str, listening: socket.socket) -> str:
    """What to type into a browser."""
    name = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{listening.getsockname()[1]}/"


def _greet(address: str, token: str, root: Path) -> None:
    click.echo(f"The studio is open at {address}{f'?token={token}' if token else ''}")
    click.echo(f"Folder: {root.absolute()}. Nothing outside of it is read or written. Ctrl+C stops the studio.")
    if token:
        click.echo(
            "Others reach it with the token above. What is sent is not encrypted: share it in a network you trust."
        )
