"""A review for the terminal: the decision, what the change brings and why, and what became of the rest."""

from collections.abc import Iterator, Sequence

from metriclint.explain.words import steps_sentence
from metriclint.reports.terminal import Paint, block, clean, counted, no_commands
from metriclint.reports.text import gist, names_of
from metriclint.review.heads import Head, brought_words, capital, decision, heads, rest_words
from metriclint.review.record import Change, Compared, Review

_CHANGES = 12
_CAUSES = 3


def render(review: Review, fail_on: str, paint: Paint) -> str:
    """The review as text."""
    told = heads(review)
    parts = [paint(capital(decision(told, fail_on)), "bold"), _compared(review)]
    parts += [block("note: ", n, 0, paint.info) for n in review.notices]
    if review.changes:
        parts.append(_changes(review.changes))
    parts += [_finding(review, head, paint) for head in told]
    parts += _rest(review, paint)
    summary = f"{brought_words(told)}; {rest_words(review)}" if rest_words(review) else brought_words(told)
    parts.append(capital(summary))
    return no_commands("\n\n".join(parts) + "\n")


def _compared(review: Review) -> str:
    return block("", f"{review.head.name} compared with {review.base.name}", 0)


def _changes(changes: Sequence[Change]) -> str:
    lines = ["what changes:"]
    for change in changes[:_CHANGES]:
        where = change.location
        place = f" ({clean(where.path)}:{clean(where.cell) or where.line})" if where else ""
        lines.append(block("- ", change.text + place, 2))
    if len(changes) > _CHANGES:
        lines.append(f"  - and {len(changes) - _CHANGES} more (--format json has them all)")
    return "\n".join(lines)


def _finding(review: Review, head: Head, paint: Paint) -> str:
    f, c = head.finding, head.compared
    place = clean(f.location.shown)
    name = paint(f"{f.severity}[{f.rule}]", f.severity)
    lines = [f"{place}: {name} {f.code} ({_state(c)})", block("", f.message, 2)]
    causes = [review.changes[n].text for n in c.changes]
    for cause in causes[:_CAUSES]:
        lines.append(block("because ", cause))
    if len(causes) > _CAUSES:
        lines.append(f"    and {counted(len(causes) - _CAUSES, 'more change')}")
    if len(f.path) > 1:
        lines.append(block("path: ", steps_sentence(f.path)))
    lines.append(block("why it may backfire: ", gist(f.why)))
    for option in c.options:
        needs = "".join(f" What it takes: {need}" for need in option.obligations)
        lines.append(block("what you can do: ", option.text + needs, style=paint.good))
    if not c.options and f.fixes:
        lines.append(block("what you can do (not tried): ", f.fixes[0].text, style=paint.good))
    if head.also:
        lines.append(block("also: ", names_of([also.finding for also in head.also])))
    return "\n".join(lines)


def _state(c: Compared) -> str:
    if c.was_accepted:
        return f"{c.state}: no longer accepted"
    if c.state == "worse":
        return f"worse: {c.was} before"
    return "new: leads elsewhere than before" if c.was is not None else "new"


def _rest(review: Review, paint: Paint) -> Iterator[str]:
    accepted = [c for c in review.findings if c.newly_accepted]
    if accepted:
        yield _line("would be accepted with this change: ", accepted, paint)
    for state, label in (
        ("left-out", "no longer shown because the settings changed: "),
        ("better", "better: "),
        ("solved", "solved: "),
    ):
        found = [c for c in review.findings if c.state == state and c.finding.status == "reported"]
        if found:
            yield _line(label, found, paint)


def _line(label: str, found: Sequence[Compared], paint: Paint) -> str:
    metrics: dict[str, list[Compared]] = {}
    for c in found:
        metrics.setdefault(c.finding.metric_title, []).append(c)
    words = "; ".join(f"{names_of([c.finding for c in group])} on {title}" for title, group in metrics.items())
    return block(label, words, 0, paint.good)
