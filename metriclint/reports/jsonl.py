"""JSON Lines: one record a line, for log stores and stream tools.

The first line is the head (``type: report``) with schema, tool and summary; every other line is a ``finding``,
``undecided``, ``error``, ``notice`` or ``choke_point`` with the fields that it has in ``metriclint/report/1``.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from metriclint.findings.finding import Report
from metriclint.reports.formats import Style
from metriclint.reports.json import json_text

_TYPES = {
    "findings": "finding",
    "undecided": "undecided",
    "errors": "error",
    "notices": "notice",
    "choke_points": "choke_point",
}


def render(report: Report, style: Style) -> str:
    """The whole report, one JSON object a line. Invisible characters are escaped, so a line is a line for everybody."""
    return "".join(json_text(record) + "\n" for record in _records(msgspec.to_builtins(report)))


def _records(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"type": "report", **{key: value for key, value in report.items() if key not in _TYPES}}
    for key, type_ in _TYPES.items():
        yield from ({"type": type_, **record} for record in report[key])
