"""Text for a terminal: by metric, the leading findings with their reason, path and best fix."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from metriclint.files.problem import shorten
from metriclint.findings.finding import SEVERITIES, ChokePoint, Finding, Notice, Report, Undecided, path_words
from metriclint.findings.place import caret_of
from metriclint.reports.formats import Style
from metriclint.reports.terminal import Paint, block, clean, counted, frame, no_commands, paragraph

LEADERS_SHOWN = 4
_SENTENCE = re.compile(r"[^.!?]*[.!?]+(?:\s+|$)")
_QUESTION_KEYS = 4
_NOTICES_A_FILE, _NOTICES = 3, 12
"""Notices shown about one file, and in all."""
_ASKED_ONE_BY_ONE = 3
"""Metrics of one file whose open questions stand below their findings; those of more are told once a file."""
_TITLE_WIDTH = 96
_CHOKE_POINTS = 3


def render(report: Report, style: Style) -> str:
    """The report as text. ``verbose`` shows every finding and every open question in full."""
    paint = Paint(style.color)
    parts = []
    questions = {(u.project, u.metric): u for u in report.undecided}
    grouped = [] if style.verbose else _by_file(questions)
    several = len({f.project for f in report.findings}) > 1
    known: list[Finding] = []
    for key, findings in _by_metric(report):
        if not style.verbose and all(f.status == "baselined" for f in findings):
            known += findings
            questions.pop(key, None)
            continue
        head = _head(findings[0], paint, several=several)
        parts.append("\n\n".join([head, *_metric(findings, questions.pop(key, None), style, paint)]))
    if style.verbose:
        parts += [_question(u, paint, alone=True) for u in questions.values()]
    elif questions:
        parts.append(_open_questions(list(questions.values()), paint))
    parts += [_open_in_file(path, asked, paint) for path, asked in grouped]
    if known:
        parts.append(_known_before(known, paint))
    parts += _notices(report.notices, paint, every=style.verbose)
    parts.append(_summary(report, paint, style.hint) + "\n")
    # Part by part: each turn over the whole of a large report would make it anew.
    return "\n\n".join(map(no_commands, parts))


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
    return ", ".join(f"{f.code} {f.rule} ({f.severity}{_set_by(f)})" for f in findings)


def _set_by(f: Finding) -> str:
    """What to add to a severity that is not the rule's own."""
    return " by configuration" if f.severity_from == "configuration" else ""


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
    words = [clean(first.metric)] if first.metric else []
    if several and first.project:
        words += ["in", clean(first.project)]
    title = paint(shorten(first.metric_title, _TITLE_WIDTH), "bold")
    where = f"({' '.join(words)})"
    return f"{title} {paint(where, 'dim')}" if words else title


def _metric(findings: list[Finding], question: Undecided | None, style: Style, paint: Paint) -> Iterator[str]:
    shown = [f for f in findings if f.folded_under is None and f.status == "reported"]
    lead = shown if style.verbose else shown[:LEADERS_SHOWN]
    for f in lead:
        yield _finding(f, _also(f, findings), paint, style)
    if rest := shown[len(lead) :]:
        yield block(f"and {len(rest)} more (--verbose shows them): ", names_of(rest), 2)
    for f in findings:
        if f.status == "waived":
            yield block("accepted risk: ", _acceptance(f), 2, paint.info)
    if before := [f for f in findings if f.status == "baselined"]:
        yield block(f"{len(before)} known from before: ", names_of(before), 2)
    if question is not None:
        yield _question(question, paint, alone=style.verbose)


def _also(leader: Finding, findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.folded_under == leader.code and f.status == "reported"]


def _acceptance(f: Finding) -> str:
    """A waived finding on a line: what was accepted, by whom, until when and why."""
    text = names_of([f])
    if f.waiver is None:
        return text
    by = f" by {f.waiver.approved_by}" if f.waiver.approved_by else ""
    why = f": {shorten(f.waiver.reason, 160)}" if f.waiver.reason else ""
    return f"{text}, accepted{by} until {f.waiver.expires}{why}"


def _changed(f: Finding) -> str:
    """What to add to the head of a finding: that the configuration set its severity, that it got worse."""
    words = ["severity set by configuration"] if f.severity_from == "configuration" else []
    words += [f"worse: {f.known_as} in the baseline"] if f.known_as is not None else []
    return f" ({'; '.join(words)})" if words else ""


def _known_before(findings: Sequence[Finding], paint: Paint) -> str:
    metrics = len({(f.project, f.metric) for f in findings})
    verb = "is" if len(findings) == 1 else "are"
    text = f"{counted(len(findings), 'finding')} on {counted(metrics, 'metric')} {verb} known from before"
    return block("info: ", f"{text} (--verbose lists them)", 0, paint.info)


def _finding(f: Finding, also: list[Finding], paint: Paint, style: Style) -> str:
    place = f.location
    name = paint(f"{f.severity}[{f.rule}]", f.severity)
    lines = [f"{clean(place.shown)}: {name} {f.code}{_changed(f)}", paragraph("", f.message, 2)]
    if f.excerpt:
        length = place.end_column - place.column if place.end_line == place.line else len(f.excerpt)
        lines.append(frame(place.line, f.excerpt, caret_of(place), length, paint, f.severity))
    if len(f.path) > 1:
        lines.append(paragraph("path: ", path_words(f.path)))
    lines.append(block("why it may backfire: ", f.why if style.verbose else gist(f.why)))
    proven = style.proven.get((f.project, f.fingerprint))
    if proven is not None:
        lines.append(block("proven to help: ", proven, style=paint.good))
    for fix in f.fixes if style.verbose else f.fixes[: proven is None]:
        lines.append(block("what you can do: ", fix.text, style=paint.good))
    if f.more:
        lines.append(block("", f"and {f.more} more like it on this metric", 4))
    if also:
        lines.append(block("also: ", names_of(also)))
    return "\n".join(lines)


def _question(u: Undecided, paint: Paint, *, alone: bool) -> str:
    keys = u.declare if alone else u.declare[:_QUESTION_KEYS]
    shown = ", ".join(f"`{k}`" for k in keys)
    more = f" and {len(u.declare) - len(keys)} more" if len(u.declare) > len(keys) else ""
    whose = f' about "{shorten(u.metric_title, 60)}"' if alone else ""
    place = clean(u.location.shown)
    text = f"declare {shown}{more} to decide {counted(len(u.rules), 'rule')}{whose}"
    return f"{place}: {paint('info', 'info')}: open questions\n{block('', text, 2)}"


def _by_file(questions: dict[tuple[str, str], Undecided]) -> list[tuple[str, list[Undecided]]]:
    """Files with open questions on many metrics, which are told once; taken out of the questions."""
    files: dict[str, list[Undecided]] = {}
    for u in questions.values():
        files.setdefault(u.location.path, []).append(u)
    grouped = [(path, asked) for path, asked in sorted(files.items()) if len(asked) > _ASKED_ONE_BY_ONE]
    for _, asked in grouped:
        for u in asked:
            del questions[u.project, u.metric]
    return grouped


def _open_in_file(path: str, questions: list[Undecided], paint: Paint) -> str:
    rules = len({code for u in questions for code in u.rules})
    head = f"{clean(path)}: {paint('info', 'info')}: open questions on {counted(len(questions), 'metric')}"
    text = f"{counted(rules, 'rule')} wait; most would be decided by {_most_asked(questions)} (--verbose lists them)"
    return f"{head}\n{block('', text, 2)}"


def _most_asked(questions: Sequence[Undecided]) -> str:
    # Metrics that are alike share one list of keys.
    lists = {id(u.declare): u.declare for u in questions}
    counts: dict[str, int] = {}
    for of_list, times in Counter(id(u.declare) for u in questions).items():
        for key in lists[of_list]:
            counts[key] = counts.get(key, 0) + times
    keys = sorted(counts, key=lambda k: (-counts[k], k))[:_QUESTION_KEYS]
    return ", ".join(f"`{k}`" for k in keys)


def _open_questions(questions: list[Undecided], paint: Paint) -> str:
    noun = "metric has" if len(questions) == 1 else "metrics have"
    text = f"{len(questions)} {noun} no finding and open questions; most would be decided by {_most_asked(questions)}"
    return block("info: ", f"{text} (--verbose lists them)", 0, paint.info)


def _notices(notices: Sequence[Notice], paint: Paint, *, every: bool) -> list[str]:
    """The notices; of many about one file, or many in all, the first."""
    if every or len(notices) <= _NOTICES_A_FILE:
        return [_notice(n, paint) for n in notices]
    by_file: dict[str, int] = {}
    shown = []
    for n in notices:
        path = n.location.path if n.location else ""
        by_file[path] = by_file.get(path, 0) + 1
        if not path or by_file[path] <= _NOTICES_A_FILE:
            shown.append(n)
    shown = shown[:_NOTICES]
    rest = len(notices) - len(shown)
    more = [block("info: ", f"{counted(rest, 'further notice')} (--verbose lists them)", 0, paint.info)] if rest else []
    return [*(_notice(n, paint) for n in shown), *more]


def _notice(n: Notice, paint: Paint) -> str:
    place = f"{clean(n.location.shown)}: " if n.location else ""
    return f"{place}{paint('info', 'info')}: {clean(n.message)}"


def _summary(report: Report, paint: Paint, hint: str) -> str:
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
    lines += [_choke_point(c, paint) for c in report.choke_points[:_CHOKE_POINTS]]
    if s.by_severity.get("error") or s.by_severity.get("warning"):
        lines.append(paint(hint, "dim"))
    return "\n".join(lines)


def _choke_point(c: ChokePoint, paint: Paint) -> str:
    place = f" ({clean(c.location.shown)})" if c.location else ""
    share = f"all {c.paths}" if c.cuts == c.paths else f"{c.cuts} of {c.paths}"
    return block("choke point: ", f"{c.text} cuts {share} risk paths{place}", 0, paint.good)
