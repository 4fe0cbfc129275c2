"""Check a folder of repositories, each as a project of its own, and print one merged report as JSON.

``python docs/check_many.py FOLDER > report.json`` uses all processors of this machine. On a cluster of machines, make
``dask.distributed.Client("scheduler:8786")`` before :func:`check_many` and pass ``scheduler="distributed"``; the folder
has to lie where all of them can read it. Needs ``pip install dask``. Exit codes are those of ``metriclint check``.
"""

import argparse
import datetime
import sys
from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import dask
import msgspec

import metriclint
from metriclint.findings.finding import ErrorRecord, Report, Summary
from metriclint.findings.report import Options, report_of

COUNTS = ("documents", "metrics", "reported", "waived", "baselined", "filtered", "undecided")


def check_one(folder: str, repository: str, today: str) -> Report:
    """The report of one repository. Its paths begin with its name; what is wrong with its settings is an error in it.

    This is all that runs elsewhere: it reads below one folder and gives back one plain record.
    """
    try:
        return metriclint.check([repository], today=today, cwd=folder)
    except metriclint.ProblemError as wrong:
        report = report_of([], Options(today))
        errors = [ErrorRecord.of(problem) for problem in wrong.problems]
        return msgspec.structs.replace(report, errors=errors)


def merge(one: Report, other: Report) -> Report:
    """Both in one: lists joined, counts added. Nothing is ranked and nothing is averaged."""
    counts = {name: getattr(one.summary, name) + getattr(other.summary, name) for name in COUNTS}
    levels = one.summary.by_severity
    by_severity = {level: count + other.summary.by_severity.get(level, 0) for level, count in levels.items()}
    rules = max(one.summary.rules, other.summary.rules)
    return msgspec.structs.replace(
        one,
        summary=Summary(**counts, rules=rules, by_severity=by_severity),
        findings=one.findings + other.findings,
        undecided=one.undecided + other.undecided,
        errors=one.errors + other.errors,
        notices=one.notices + other.notices,
        choke_points=one.choke_points + other.choke_points,
    )


def check_many(folder: Path, repositories: Sequence[str], today: str, scheduler: str = "processes") -> Report:
    """One report on many repositories, in the order of their names, however many processes there are."""
    jobs = [dask.delayed(check_one)(str(folder), name, today) for name in sorted(repositories)]
    reports = dask.compute(*jobs, scheduler=scheduler)
    return reduce(merge, reports)


def main() -> int:
    """Check the folders in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--today", default=datetime.date.today().isoformat())
    options = parser.parse_args()
    found = [place.name for place in options.folder.iterdir() if place.is_dir() and not place.name.startswith(".")]
    if not found:
        sys.stderr.write(f"no folders in {options.folder}\n")
        return 3
    report = check_many(options.folder.absolute(), found, options.today)
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    if report.errors:
        return 2
    return 1 if report.at_or_above("error") else 0


if __name__ == "__main__":
    sys.exit(main())
