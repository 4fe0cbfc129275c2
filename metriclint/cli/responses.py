"""``metriclint responses``: what a client wrote into a register of findings, taken back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from metriclint.cli.output import FINDINGS, color_option, emit_all, fail, refuse, say, today_or_exit

if TYPE_CHECKING:
    from metriclint.audit.returned import Returned


@click.group("responses")
def command() -> None:
    """What the organisation and the auditor say about findings."""


@command.command("import")
@click.argument("register", metavar="REGISTER.xlsx")
@click.option("--responses", "file", default="responses.yaml", show_default=True, metavar="FILE", help="Where to.")
@click.option("--confirmed-by", default="", metavar="ROLE", help="Role of the auditor who confirms or rates with it.")
@click.option(
    "--prefer",
    type=click.Choice(["register", "responses"]),
    help="What counts where both were changed.  [default: nothing is written then]",
)
@click.option("--today", metavar="DATE", help="Date of a confirmation.  [default: today]")
@color_option
def import_(
    register: str,
    file: str,
    confirmed_by: str,
    prefer: Literal["register", "responses"] | None,
    today: str | None,
    color: str,
) -> None:
    """Take the answers of a register over into responses.yaml.

    Taken are decision, text, owner, due date, status, final rating, closure evidence, notes, and the confirmation of
    cause and effect. Other cells are compared and never taken. Exit codes: 0 taken, 1 conflicts and nothing written,
    2 wrong input.
    """
    from metriclint.audit.responses import text_of
    from metriclint.reports.terminal import block, clean, counted, no_commands

    day = today_or_exit(today)
    result = _imported(register, file, prefer, " ".join(confirmed_by.split()), day, color)
    told = [block("", line, 2) for line in _lines(result)]
    if result.conflicts:
        number = counted(len(result.conflicts), "conflict")
        told.append(f"{number}, nothing was written: say --prefer register or --prefer responses")
        say("\n".join(told) + "\n")
        sys.exit(FINDINGS)
    told.insert(0, f"{clean(file)}: {counted(len(result.taken), 'cell')} taken from {clean(register)}")
    emit_all([(text_of(result.responses), file), (no_commands("\n".join(told) + "\n"), None)])


def _lines(result: "Returned") -> list[str]:
    from metriclint.audit.returned import lines

    return list(lines(result))


def _imported(
    register: str, file: str, prefer: Literal["register", "responses"] | None, by: str, day: str, color: str
) -> "Returned":
    """The register held against the responses. Exits where one of them cannot be used."""
    from metriclint.audit.responses import Responses, read_responses
    from metriclint.audit.returned import returned
    from metriclint.audit.workbook import read_register
    from metriclint.files.problem import ProblemError

    try:
        data = Path(register).read_bytes()
    except OSError as error:
        refuse(f"{register} cannot be read: {(error.strerror or 'error').lower()}")
    try:
        found = read_register(data, register)
        known = read_responses(Path(file), file) if Path(file).exists() else Responses()
        return returned(found, known, prefer=prefer, by=by, on=day)
    except ProblemError as error:
        fail(error.problems, color)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "metriclint":
            raise
        refuse(f"{error.name} is missing: pip install 'metriclint[audit]'")
