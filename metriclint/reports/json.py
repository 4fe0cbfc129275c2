"""JSON: the contract for scripts, described by ``metriclint schema report``."""

import json
import re

import msgspec

from metriclint.files.problem import COMMAND_ANYWHERE
from metriclint.findings.finding import Report
from metriclint.reports.formats import Style

# What JSON leaves alone and a terminal or a reader would not: controls, direction marks, lone surrogates, tags.
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e01ef]"
)


def render(report: Report, style: Style) -> str:
    """The whole report as indented JSON, keys in the order of the contract."""
    return json_text(msgspec.to_builtins(report), indent=2) + "\n"


def json_text(value: object, *, indent: int | None = None) -> str:
    """Plain values as JSON, on one line without ``indent``. Invisible characters are escaped, and commands to a log."""
    try:
        # Several times faster than the standard library, with the same layout; what is no number becomes null.
        text = msgspec.json.format(msgspec.json.encode(value), indent=indent or 0).decode()
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent, ensure_ascii=False)
    text = COMMAND_ANYWHERE.sub(r"#\\u0023", text)
    return _UNSEEN.sub(lambda m: json.dumps(m[0])[1:-1], text)
