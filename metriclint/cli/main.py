"""The way in: a report that still holds is replayed, else the command line is loaded and run."""

import os
import sys


def main() -> None:
    """Run the command line. Exit codes: 0 fine, 1 findings, 2 wrong input, 3 nothing to check, 130 interrupted."""
    try:
        code = _replayed()
        if code is None:
            from metriclint.cli.app import run

            run()
    except KeyboardInterrupt:  # before a command began
        sys.stderr.write("interrupted\n")
        code = 130
    sys.exit(code)


def _replayed() -> "int | None":
    from metriclint.cli.replay import replay

    try:
        os.getcwd()  # noqa: PTH109 (no pathlib before a replay)
    except OSError:
        sys.stderr.write("error: the working folder does not exist any more, or cannot be read\n")
        sys.exit(2)
    return replay(sys.argv[1:])
