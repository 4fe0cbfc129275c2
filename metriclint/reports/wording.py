"""What several formats say alike: findings in the order of reading, errors of the input, what is left out."""

from typing import NamedTuple

from metriclint.files.problem import listed, shorten
from metriclint.findings.finding import ChokePoint, ErrorRecord, Finding, Report, Summary, Undecided
from metriclint.reports.terminal import clean, counted
from metriclint.reports.text import importance

_ALLOWED_WIDTH = 300
MOST_CHOKE_POINTS = 3
"""Changes named that would cut several paths; the JSON report has them all."""


class Led(NamedTuple):
    """A finding that is shown, and those that say the same and stand behind it."""

    finding: Finding
    also: list[Finding]


def reported(report: Report) -> list[Finding]:
    """Findings that count, in the order of the report: not those that were accepted, known before or left out."""
    return [f for f in report.findings if f.status == "reported"]


def led(report: Report) -> list[Led]:
    """Reported findings, the most severe first, each with what is folded under it.

    What is folded under a finding that does not count itself, because it was accepted, is shown on its own.
    """
    found = reported(report)
    heads = {(f.project, f.metric, f.code): Led(f, []) for f in found if f.folded_under is None}
    shown = []
    for f in found:
        head = heads.get((f.project, f.metric, f.folded_under or f.code))
        if f.folded_under is not None and head is not None:
            head.also.append(f)
        else:
            shown.append(head if head is not None and head.finding is f else Led(f, []))
    return sorted(shown, key=lambda head: _weight(head.finding))


def _weight(f: Finding) -> tuple[tuple[int, int, str], str, int, str]:
    """Order over a whole report: as within a metric, then by place."""
    return importance(f), f.location.path, f.location.line, f.metric


def error_words(error: ErrorRecord) -> str:
    """What is wrong with the input and what could stand there, on one line."""
    text = clean(error.message)
    if error.suggestion:
        text += f"; did you mean {clean(error.suggestion)}?"
    if error.allowed:
        text += f" (allowed: {shorten(listed(error.allowed), _ALLOWED_WIDTH)})"
    return text


def question_words(question: Undecided) -> str:
    """An open question: what to declare, and how many rules wait for it."""
    keys = ", ".join(clean(k) for k in question.declare)
    return f"declare {keys} to decide {counted(len(question.rules), 'rule')}"


def severity_words(f: Finding) -> str:
    """The severity of a finding, and where it is not the rule's own."""
    return f.severity + (" (set by the configuration)" if f.severity_from == "configuration" else "")


def choke_words(choke: ChokePoint, what: str = "risk paths") -> str:
    """What one change would do; ``what`` are the ways from a number to a consequence, in the words of the reader."""
    share = f"all {choke.paths}" if choke.cuts == choke.paths else f"{choke.cuts} of {choke.paths}"
    return f"{clean(choke.text)} cuts {share} {what}"


def accepted_words(report: Report) -> str:
    """How many risks were accepted, and until when; how many findings were known before. Empty where there are none."""
    waived, known = report.summary.waived, report.summary.baselined
    ends = sorted(f.waiver.expires for f in report.findings if f.status == "waived" and f.waiver is not None)
    until = f" (the {'first ' if len(ends) > 1 else ''}waiver ends after {clean(ends[0])})" if ends else ""
    parts = [counted(waived, "accepted risk") + until] if waived else []
    parts += [f"{counted(known, 'finding')} known from before"] if known else []
    return " and ".join(parts)


def summary_words(summary: Summary) -> str:
    """The counts of a run on one line."""
    return (
        f"{counted(summary.metrics, 'metric')} checked: {summary.reported} reported, {summary.waived} waived, "
        f"{summary.baselined} baselined, {summary.filtered} filtered"
    )
