"""Runs the command line under an audit hook: ``python guarded.py LOG FOLDER … -- ARGUMENTS``.

What reaches for the network, another program or a file that does not lie in one of the folders is written to the log.
"""

import os
import sys
import sysconfig
from pathlib import Path

_FORBIDDEN = (
    "socket.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
    "webbrowser.",
    "subprocess.",
    "ctypes.dlopen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.spawn",
    "os.startfile",
    "os.kill",
    "os.chown",
)


def main() -> None:
    """Install the hook, then run."""
    log, rest = sys.argv[1], sys.argv[2:]
    folders, arguments = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
    installed = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), *sys.path]
    allowed = tuple(os.path.realpath(folder) for folder in [*folders, *filter(None, installed)])
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def watch(event: str, details: tuple[object, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            os.write(out, f"{event} {details!r}\n".encode("utf-8", "replace"))
        elif event in ("open", "os.scandir", "os.listdir") and isinstance(details[0], (str, bytes, Path)):
            place = os.path.realpath(os.fsdecode(details[0]))
            if not any(place == folder or place.startswith(folder + os.sep) for folder in allowed):
                os.write(out, f"{event} {place}\n".encode("utf-8", "replace"))

    sys.addaudithook(watch)
    sys.argv = ["metriclint", *arguments]
    from metriclint.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
