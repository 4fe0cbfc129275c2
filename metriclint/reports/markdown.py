"""Markdown for people who read no code: the job summary of a run.

The first line is the decision in words. A finding is told as what it is, why it may backfire, the path, and what can be
done; files, rules and fingerprints stand folded away for the people who keep the declarations. Nothing is called an
error or a violation: a design needs a decision.
"""

from collections.abc import Iterable, Iterator, Sequence

from metriclint.files.markdown import escape as escape_line
from metriclint.findings.finding import ErrorRecord, Finding, Location, Report, path_words
from metriclint.reports.formats import Style
from metriclint.reports.terminal import clean, counted
from metriclint.reports.text import gist
from metriclint.reports.wording import (
    MOST_CHOKE_POINTS,
    Led,
    accepted_words,
    choke_words,
    error_words,
    led,
    question_words,
    severity_words,
)

MOST_BYTES = 1_000_000
"""GitHub takes a job summary of one MiB a step."""
_IN_FULL = 10
_OPTIONS = 3
_LISTED = 50
_WIDTH = 600
_LABELS = {
    "error": "🔴 Needs a decision",
    "warning": "🟠 Worth changing",
    "note": "🔵 Worth knowing",
    "info": "⚪ For information",
}
_GLOSSARY = (
    "*Counter-metric: a second number that shows the damage when the first is pushed. Goodhart's law: a number that"
    " becomes a goal can stop being a good number.*"
)


def render(report: Report, style: Style) -> str:
    """The report for a job summary, cut at one megabyte. ``verbose`` tells every finding and option in full."""
    parts = _wrong_input(report.errors) if report.errors else _findings(report, style)
    return "\n\n".join(_fitting([*parts, _footer(report)])) + "\n"


def _fitting(parts: Sequence[str]) -> Iterator[str]:
    """Parts as long as there is room; the last one, the footer, always."""
    room = MOST_BYTES - len(parts[-1].encode()) - 200
    for number, part in enumerate(parts[:-1]):
        room -= len(part.encode()) + 2
        if room < 0:
            yield f"… and {counted(len(parts) - 1 - number, 'more part')} than a job summary holds."
            break
        yield part
    yield parts[-1]


def _footer(report: Report) -> str:
    tool = report.tool
    return (
        f"<sub>{escape(tool.name)} {escape(tool.version)} · rules {escape(tool.ruleset)} · design review of declared"
        " metrics, no employee data is read</sub>"
    )


# Findings


def _findings(report: Report, style: Style) -> Iterator[str]:
    heads = led(report)
    yield f"### {_decision(heads)}"
    yield _introduction(report, heads)
    if heads and (chokes := report.choke_points[:MOST_CHOKE_POINTS]):
        words = [choke_words(c, "ways from a number to a consequence") for c in chokes]
        told = (f"{w[:1].upper()}{w[1:]}." for w in words)
        yield "**One change against several risks:**\n\n" + _bullets(map(escape, told))
    serious = [h for h in heads if style.verbose or h.finding.severity in ("error", "warning")]
    full = serious if style.verbose else serious[:_IN_FULL]
    metric, path = None, ""
    for head in _by_metric(full):
        f = head.finding
        if (f.project, f.metric) != metric:
            metric, path = (f.project, f.metric), ""
            yield f"#### {_title(f)}"
        yield from _finding(head, style, known_path=path)
        path = path_words(f.path)
    shown = {id(h) for h in full}
    if rest := [h for h in heads if id(h) not in shown]:
        yield _fold(f"{counted(len(rest), 'more thing')} to look at", _bullets(map(_one_line, rest)))
    if accepted := [f for f in report.findings if f.status == "waived"]:
        yield _fold(counted(len(accepted), "accepted risk"), _bullets(map(_accepted, accepted)))
    if report.undecided:
        told = (f"**{escape(u.metric_title)}**: {escape(question_words(u))}" for u in report.undecided)
        what = f"{counted(len(report.undecided), 'metric')} with open questions, for the people who keep the cards"
        yield _fold(what, _bullets(told))
    if report.notices:
        told = (escape(n.message) + (f" ({_where(n.location)})" if n.location else "") for n in report.notices)
        yield _fold(counted(len(report.notices), "remark"), _bullets(told))
    if heads:
        yield _GLOSSARY


def _decision(heads: Sequence[Led]) -> str:
    """The first line: what has to be decided."""
    errors = sum(1 for h in heads if h.finding.severity == "error")
    warnings = sum(1 for h in heads if h.finding.severity == "warning")
    if errors:
        return f"Metric review: {counted(errors, 'thing')} {'needs' if errors == 1 else 'need'} a decision"
    if warnings:
        return f"Metric review: nothing needs a decision, {counted(warnings, 'thing')} worth changing"
    if heads:
        return f"Metric review: nothing needs a decision, {counted(len(heads), 'thing')} worth knowing"
    return "Metric review: nothing found"


def _introduction(report: Report, heads: Sequence[Led]) -> str:
    metrics = {(h.finding.project, h.finding.metric): _title(h.finding) for h in heads}
    read = f"{counted(report.summary.metrics, 'metric')} {'was' if report.summary.metrics == 1 else 'were'} read."
    about = ""
    if metrics:
        titles = [f"**{t}**" for t in list(metrics.values())[:3]]
        more = f" and {len(metrics) - 3} more" if len(metrics) > 3 else ""
        about = f" There is something to say about {_listed(titles)}{more}."
    accepted = accepted_words(report)
    known = f" Besides, there {_are(report)} {accepted}." if accepted else ""
    meaning = (
        " What follows says what a design makes possible, not what anybody did."
        if heads
        else " That does not make a design safe: only what was declared can be seen."
    )
    return read + about + known + meaning


def _are(report: Report) -> str:
    return "is" if (report.summary.waived or report.summary.baselined) == 1 else "are"


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _by_metric(heads: Iterable[Led]) -> list[Led]:
    """Metrics in the order of their weightiest finding, each with its findings together."""
    groups: dict[tuple[str, str], list[Led]] = {}
    for head in heads:
        groups.setdefault((head.finding.project, head.finding.metric), []).append(head)
    return [head for group in groups.values() for head in group]


def _title(f: Finding) -> str:
    return escape(f.metric_title) or escape(f.metric) or "Metric"


def _finding(head: Led, style: Style, *, known_path: str) -> Iterator[str]:
    """One finding in words; a path that was told just above is not told again."""
    f = head.finding
    worse = ", and it got worse" if f.known_as is not None else ""
    yield f"**{_LABELS[f.severity]}{worse}:** {escape(f.message)}"
    why = f.why if style.verbose else gist(f.why)
    lines = [f"- **Why it may backfire:** {escape(why)}"]
    if len(f.path) > 1:
        path = path_words(f.path)
        lines.append("- **Path:** " + ("as above" if path == known_path else escape(path)))
    if f.fixes:
        lines.append("- **What you can do:**")
        fixes = f.fixes if style.verbose else f.fixes[:_OPTIONS]
        lines += [f"  {number}. {escape(fix.text)}" for number, fix in enumerate(fixes, 1)]
    yield "\n".join(lines)
    yield _fold("Details for the people who keep the card", _bullets(_details(head), most=len(head.also) + 9))


def _details(head: Led) -> Iterator[str]:
    f = head.finding
    yield f"{_name(f)} at {_where(f.location)}"
    yield f"severity: {severity_words(f)}; confidence that the pattern is there: {f.confidence}"
    if f.more:
        yield f"{f.more} more like it on this metric"
    yield f"fingerprint {escape(f.fingerprint)}"
    for kin in head.also:
        yield f"also: {_name(kin)} at {_where(kin.location)}"


def _one_line(head: Led) -> str:
    f = head.finding
    return f"{_LABELS[f.severity]}: {escape(f.message)} ({_name(f)}, {_where(f.location)})"


def _accepted(f: Finding) -> str:
    text = f"{escape(f.message)} ({_name(f)}, {_where(f.location)})"
    if f.waiver is None:
        return text
    by = f" by {escape(f.waiver.approved_by)}" if f.waiver.approved_by else ""
    reason = f": {escape(f.waiver.reason)}" if f.waiver.reason else ""
    return f"{text} Accepted{by} until {escape(f.waiver.expires)}{reason}"


def _name(f: Finding) -> str:
    return f"{escape(f.code)} {escape(f.rule)}"


def _where(place: Location) -> str:
    return f"{escape(place.path)}:{escape(place.cell) or place.line}"


# Wrong input


def _wrong_input(errors: Sequence[ErrorRecord]) -> Iterator[str]:
    yield "### Metric review: the declarations cannot be read yet"
    yield f"Nothing was checked. {counted(len(errors), 'place')} to put right first:"
    yield _bullets(f"{_error_place(e)}: {escape(error_words(e))}" for e in errors)


def _error_place(error: ErrorRecord) -> str:
    spot = escape(error.cell) or error.line
    return escape(error.path) + (f":{spot}" if spot else "")


# Markdown


def _bullets(lines: Iterable[str], most: int = _LISTED) -> str:
    told = [f"- {line}" for line in lines]
    if len(told) > most:
        told = [*told[:most], f"- and {len(told) - most} more"]
    return "\n".join(told)


def _fold(summary: str, body: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def escape(text: str) -> str:
    """A text of users for a line of Markdown: shown as it was written, on one line, with no markup and no links."""
    flat = " ".join(clean(text).split())
    if len(flat) > _WIDTH:
        flat = flat[: _WIDTH - 1] + "…"
    return escape_line(flat)
