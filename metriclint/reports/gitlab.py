"""Code quality report of GitLab, for the widget and the diff of a merge request.

A list of what GitLab's parser asks for: description, fingerprint, severity and location (``codeclimate.json`` among
its JSON schemas), with the name of the check. GitLab compares the lists of two branches by fingerprint and keeps one
entry for each, so fingerprints hold no line and differ between projects. Accepted and known findings are left out.
"""

import hashlib
from typing import Any

from metriclint.findings.finding import ErrorRecord, Finding, Report
from metriclint.reports.formats import Style
from metriclint.reports.json import json_text
from metriclint.reports.terminal import clean
from metriclint.reports.wording import error_words, reported

_SEVERITIES = {"error": "critical", "warning": "major", "note": "minor", "info": "info"}
INPUT_CHECK = "metriclint/input"
"""Name of the check under which errors of the input stand; their severity is ``blocker``."""


def render(report: Report, style: Style) -> str:
    """The findings that count, or the errors of the input, as one JSON list."""
    entries = [_error(e) for e in report.errors] + [_finding(f) for f in reported(report)]
    return json_text(entries, indent=2) + "\n"


def _finding(f: Finding) -> dict[str, Any]:
    return {
        "description": clean(f.message),
        "check_name": f"{f.code} {f.rule}",
        "fingerprint": _fingerprint(f.project, f.fingerprint),
        "severity": _SEVERITIES[f.severity],
        "location": {
            "path": clean(f.location.path),
            "lines": {"begin": max(f.location.line, 1), "end": max(f.location.end_line, f.location.line, 1)},
        },
    }


def _error(error: ErrorRecord) -> dict[str, Any]:
    return {
        "description": error_words(error),
        "check_name": INPUT_CHECK,
        "fingerprint": _fingerprint(error.path, *map(str, error.route), error.message),
        "severity": "blocker",
        "location": {"path": clean(error.path), "lines": {"begin": max(error.line, 1)}},
    }


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:40]
