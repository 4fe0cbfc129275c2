"""JSON: the contract for scripts, described by ``metriclint schema report``."""

import json
import re

import msgspec

from metriclint.findings.finding import Report
from metriclint.reports.formats import Style

# What json.dumps leaves alone and a terminal or a reader would not: controls, direction marks, lone surrogates.
_UNSEEN = re.compile("[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


def render(report: Report, style: Style) -> str:
    """The whole report as indented JSON, keys in the order of the contract."""
    return json_text(msgspec.to_builtins(report), indent=2) + "\n"


def json_text(value: object, *, indent: int | None = None) -> str:
    """Plain values as JSON, on one line without ``indent``. Invisible characters are escaped."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return _UNSEEN.sub(lambda m: f"\\u{ord(m[0]):04x}", text)
