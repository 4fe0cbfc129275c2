"""Formats of reports, one module each: pure functions from a report to a text.

>>> from metriclint.reports import render
>>> render(metriclint.check(["metrics/"]), "sarif")          # doctest: +SKIP
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metriclint.findings.finding import Report


def render(report: "Report", format: str, *, color: bool = False, verbose: bool = False) -> str:
    """A report as a text.

    :param report: what ``metriclint.check`` returns.
    :param format: a name that ``metriclint check --format`` takes.
    :param color: ANSI colours in ``text``; other formats have none.
    :param verbose: every finding, option and open question in full, where a format shortens.
    :raises KeyError: where there is no such format.
    """
    from metriclint.reports.formats import Style, renderer

    return renderer(format)(report, Style(color, verbose))
