"""JSON: the contract for scripts, described by ``metriclint schema report``."""

import json

import msgspec

from metriclint.findings.finding import Report
from metriclint.reports.formats import Style


def render(report: Report, style: Style) -> str:
    """The whole report as indented JSON, keys in the order of the contract."""
    return json.dumps(msgspec.to_builtins(report), indent=2, ensure_ascii=False) + "\n"
