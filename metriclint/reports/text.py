"""Text for a terminal: by metric, the leading findings with their reason, path and best fix."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from metriclint.files.problem import shorten
from metriclint.findings.finding import SEVERITIES, Finding, Notice, Report, Step, Undecided
from metriclint.findings.place import caret_of
from metriclint.reports.formats import Style
from metriclint.reports.terminal import Paint, block, clean, counted, frame

LEADERS_SHOWN = 4
_SENTENCE = re.compile(r"[^.!?]*[.!?]+(?:\s+|$)")
_QUESTION_KEYS = 4
_TITLE_WIDTH = 96


def render(report: Report, style: Style) -> str:
    """The report as text. ``verbose`` shows every finding and every open question in full."""
    paint = Paint(style.color)
    parts = []
    questions = {(u.project, u.metric): u for u in report.undecided}
    several = len({f.project for f in report.findings}) > 1
    for key, findings in _by_metric(report):
        head = _head(findings[0], paint, several=several)
        parts.append("\n\n".join([head, *_metric(findings, questions.pop(key, None), style, paint)]))
    if style.verbose:
        parts += [_question(u, paint, alone=True) for u in questions.values()]
    elif questions:
        parts.append(_open_questions(list(questions.values()), paint))
    parts += [_notice(n, paint) for n in report.notices]
    parts.append(_summary(report, paint))
    return "\n\n".join(parts) + "\n"


def _by_metric(report: Report) -> Iterator[tuple[tuple[str, str], list[Finding]]]:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for f in report.findings:
        groups.setdefault((f.project, f.metric), []).append(f)
    for key, findings in groups.items():
        yield key, sorted(findings, key=importance)


def importance(f: Finding) -> tuple[int, int, str]:
    """Order in which findings of a metric are read: the most severe, then those that lead others, then by code."""
    return -SEVERITIES.index(f.severity), -f.leads, f.code


def names_of(findings: Sequence[Finding]) -> str:
    """Findings in a row, each by code, name and severity."""
    return ", ".join(f"{f.code} {f.rule} ({f.severity})" for f in findings)


@lru_cache(maxsize=1024)
def gist(text: str, limit: int = 240) -> str:
    """The first sentences of a text, as many as fit a limit (at least one)."""
    sentences = _SENTENCE.findall(text) or [text]
    shown: str = sentences[0]
    for sentence in sentences[1:]:
        if len(shown) + len(sentence) > limit:
            break
        shown += sentence
    return shown.strip()


def _head(first: Finding, paint: Paint, *, several: bool) -> str:
    where = f"({first.metric} in {clean(first.project)})" if several and first.project else f"({first.metric})"
    return f"{paint(shorten(first.metric_title, _TITLE_WIDTH), 'bold')} {paint(where, 'dim')}"


def _metric(findings: list[Finding], question: Undecided | None, style: Style, paint: Paint) -> Iterator[str]:
    shown = [f for f in findings if f.folded_under is None and f.status == "reported"]
    lead = shown if style.verbose else shown[:LEADERS_SHOWN]
    for f in lead:
        yield _finding(f, _also(f, findings), paint, style)
    if rest := shown[len(lead) :]:
        yield block(f"and {len(rest)} more (--verbose shows them): ", names_of(rest), 2)
    if accepted := [f for f in findings if f.status != "reported"]:
        names = ", ".join(f"{f.code} {f.rule} ({f.status})" for f in accepted)
        yield block(f"{len(accepted)} known: ", names, 2)
    if question is not None:
        yield _question(question, paint, alone=style.verbose)


def _also(leader: Finding, findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.folded_under == leader.code and f.status == "reported"]


def _finding(f: Finding, also: list[Finding], paint: Paint, style: Style) -> str:
    place = f.location
    name = paint(f"{f.severity}[{f.rule}]", f.severity)
    lines = [f"{clean(place.path)}:{place.line}:{place.column}: {name} {f.code}", block("", f.message, 2)]
    if f.excerpt:
        length = place.end_column - place.column if place.end_line == place.line else len(f.excerpt)
        lines.append(frame(place.line, f.excerpt, caret_of(place), length, paint, f.severity))
    if len(f.path) > 1:
        lines.append(block("path: ", path_words(f.path)))
    lines.append(block("why it may backfire: ", f.why if style.verbose else gist(f.why)))
    for fix in f.fixes if style.verbose else f.fixes[:1]:
        lines.append(block("what you can do: ", fix.text, style=paint.good))
    if f.more:
        lines.append(block("", f"and {f.more} more like it on this metric", 4))
    if also:
        lines.append(block("also: ", names_of(also)))
    return "\n".join(lines)


def path_words(path: Sequence[Step]) -> str:
    """A path on one line, verbs as words; where something is assumed and not declared, the first of it is marked."""
    words = []
    for before, step in zip([None, *path], path, strict=False):
        title = shorten(step.title, 60)
        if step.assumed and not (before and before.assumed):
            title += " (assumed)"
        words.append(f"→ {step.verb} → {title}" if step.verb else title)
    return " ".join(words)


def _question(u: Undecided, paint: Paint, *, alone: bool) -> str:
    keys = u.declare if alone else u.declare[:_QUESTION_KEYS]
    shown = ", ".join(f"`{k}`" for k in keys)
    more = f" and {len(u.declare) - len(keys)} more" if len(u.declare) > len(keys) else ""
    whose = f' about "{shorten(u.metric_title, 60)}"' if alone else ""
    place = f"{clean(u.location.path)}:{u.location.line}:{u.location.column}"
    text = f"declare {shown}{more} to decide {counted(len(u.rules), 'rule')}{whose}"
    return f"{place}: {paint('info', 'info')}: open questions\n{block('', text, 2)}"


def _open_questions(questions: list[Undecided], paint: Paint) -> str:
    counts: dict[str, int] = {}
    for u in questions:
        for key in u.declare:
            counts[key] = counts.get(key, 0) + 1
    keys = sorted(counts, key=lambda k: (-counts[k], k))[:_QUESTION_KEYS]
    noun = "metric has" if len(questions) == 1 else "metrics have"
    text = f"{len(questions)} {noun} no finding and open questions; most would be decided by "
    return block("info: ", text + ", ".join(f"`{k}`" for k in keys) + " (--verbose lists them)", 0, paint.info)


def _notice(n: Notice, paint: Paint) -> str:
    place = f"{clean(n.location.path)}:{n.location.line}:{n.location.column}: " if n.location else ""
    return f"{place}{paint('info', 'info')}: {clean(n.message)}"


def _summary(report: Report, paint: Paint) -> str:
    s = report.summary
    counts = [
        paint(f"{s.by_severity.get(level, 0)} {level if n == 1 else plural}", level)
        for level, plural in (
            ("error", "errors"),
            ("warning", "warnings"),
            ("note", "notes"),
            ("info", "infos"),
        )
        for n in [s.by_severity.get(level, 0)]
        if n
    ]
    what = ", ".join(counts) if counts else paint("nothing found", "good")
    rest = f"{s.reported} reported, {s.waived} waived, {s.baselined} baselined, {s.filtered} filtered"
    lines = [f"{counted(s.metrics, 'metric')} checked: {what} ({rest})"]
    if s.undecided:
        lines.append(f"{counted(s.undecided, 'metric')} with undeclared facts")
    return "\n".join(lines)
