"""``metriclint annotate``: a workbook back to whoever filled it in, with the findings as comments."""

import os
from pathlib import Path

import click

from metriclint.cli.output import (
    FINDINGS,
    NOTHING_TO_CHECK,
    WRONG_INPUT,
    color_option,
    fail,
    refuse,
    say,
    today_or_exit,
)


@click.command("annotate")
@click.argument("file", metavar="FILE.xlsx")
@click.option("--output", "-o", metavar="FILE", help="The copy.  [default: FILE-checked.xlsx]")
@click.option("--today", metavar="DATE", help="Date that review dates are held against.  [default: today]")
@color_option
def command(file: str, output: str | None, today: str | None, color: str) -> None:
    """Check a workbook and write a copy of it, with each finding as a comment at its cell.

    Cells, sheets and comments that are there stay; a sheet "metriclint" at the end lists all findings. The file itself
    is not changed. Exit codes: 0 no finding of severity error, 1 there is one, 2 wrong input, 3 no metric in the file.
    """
    from metriclint.exchange.annotate import annotated
    from metriclint.files.problem import ProblemError
    from metriclint.files.workbook import WorkbookError
    from metriclint.files.write import write_whole
    from metriclint.findings.report import Options, report_of
    from metriclint.reports.terminal import clean
    from metriclint.sources.load import load

    target = output or str(Path(file).with_name(f"{Path(file).stem}-checked.xlsx"))
    if os.path.lexists(target) and (output is None or os.path.realpath(target) == os.path.realpath(file)):
        refuse(f"{target} exists already and is left as it is; --output names another file")
    day = today_or_exit(today)
    loaded = load([file])
    if loaded.problems:
        fail(loaded.problems, color)
    found = next((p for p in loaded.projects if any(Path(shown).name == Path(file).name for shown in p.foreign)), None)
    path = next((shown for shown in (found.foreign if found else ()) if Path(shown).name == Path(file).name), None)
    if found is None or path is None or not any(e.origin.path == path for e in found.metrics.values()):
        refuse(f"{file} holds no metric that can be read", NOTHING_TO_CHECK)
    try:
        projects = list(zip(loaded.projects, loaded.reported, strict=True))
        report = report_of(projects, Options(day), documents=loaded.documents)
        data, number = annotated(Path(file).read_bytes(), path, found, report)
        write_whole(Path(target), data)
    except ProblemError as error:
        fail(error.problems, color)
    except WorkbookError as error:
        refuse(f"{file}: {error}")
    except OSError as error:
        refuse(f"{target} cannot be written: {(error.strerror or 'error').lower()}", WRONG_INPUT)
    say(f"{clean(target)} written with {number} comments; the sheet “metriclint” lists them\n")
    if report.at_or_above("error"):
        raise SystemExit(FINDINGS)
