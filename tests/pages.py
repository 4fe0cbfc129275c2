"""Pages of the documentation that are lived: their files are written, their commands run, their output compared."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

PART = re.compile(
    r"^`(?P<file>[\w./-]+)`:\n\n```\w+\n(?P<text>.*?)^```$|^(?P<fence>````?)console\n(?P<console>.*?)^(?P=fence)$",
    re.M | re.S,
)
"""A file that a page shows under its name, or a block of commands with their output."""


def lived(page: str, run: Callable[[str], str]) -> str:
    """The page with the output that its commands have now, in the current folder; ``run`` gives that of a command."""

    def part(match: re.Match[str]) -> str:
        if match["file"]:
            file = Path(match["file"])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(match["text"], encoding="utf-8")
            return match[0]
        told = []
        for command in (line for line in match["console"].splitlines() if line.startswith("$ ")):
            said = run(command.removeprefix("$ "))
            told.append(f"{command}\n{said}\n" if said else f"{command}\n")
        text = "".join(told)
        fence = "````" if "```" in text else "```"
        return f"{fence}console\n{text}{fence}"

    return PART.sub(part, page)


def shown(file: Path, live: Callable[[str], str], request: pytest.FixtureRequest) -> str:
    """The page as it is now, which has to be what the file shows (or is written, with ``--update-snapshots``)."""
    page = file.read_text(encoding="utf-8")
    now = live(page)
    if request.config.getoption("--update-snapshots"):
        file.write_text(now, encoding="utf-8")
        page = now
    assert now == page
    return now
