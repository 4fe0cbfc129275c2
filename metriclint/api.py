"""The Python API: one function from paths to a report."""

import datetime
import os
from collections.abc import Sequence
from pathlib import Path

from metriclint.files.problem import ProblemError
from metriclint.findings.finding import Report
from metriclint.findings.report import Options, configuration_problems, report_of
from metriclint.model.config import Config
from metriclint.sources.load import load


def check(
    paths: Sequence[str | os.PathLike[str]] = (),
    config: Config | None = None,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    today: str | None = None,
    cwd: str | os.PathLike[str] | None = None,
) -> Report:
    """Check metric declarations and report on the incentives that they create.

    :param paths: files or folders; without any, the configured paths of the project around ``cwd``, or ``cwd``.
    :param config: settings in place of every configuration file that lies around the paths.
    :param select: rule names, codes or families to ask; all by default.
    :param ignore: rule names, codes or families to leave out.
    :param today: ISO date that review dates and waivers are held against; the current date by default.
    :param cwd: folder that paths are relative to, the working folder by default.
    :returns: the report. Problems of the input are in ``report.errors``; then there are no findings.
    :raises metriclint.ProblemError: where a rule pack, the configuration or a selection is wrong; the problems of the
        input are then among its own.
    :raises ValueError: where ``today`` is no date.
    """
    here = Path(cwd).absolute() if cwd else Path.cwd()
    day = datetime.date.fromisoformat(today) if today else datetime.date.today()
    loaded = load([os.fspath(p) for p in paths], here, config=config)
    options = Options(
        today=day.isoformat(),
        select=tuple(select),
        ignore=tuple(ignore),
        everything=True,
        here=here,
    )
    wrong = configuration_problems(loaded.projects, options) if loaded.problems else []
    if wrong:
        raise ProblemError([*loaded.problems, *wrong])
    projects = [] if loaded.problems else list(zip(loaded.projects, loaded.reported, strict=True))
    return report_of(projects, options, documents=loaded.documents, problems=loaded.problems)
