"""The comment on a proposal: for people who read no code, and who have to decide something.

The first line is the decision in words. Only what the proposal brings is told: what it is, which change brings it, why
it may backfire, by which path, and what can be done. Files, rules and fingerprints are folded away. Nobody is accused:
what is told is what a design makes possible.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from metriclint.explain.words import steps_sentence
from metriclint.files.problem import shorten
from metriclint.findings.finding import SEVERITIES, Finding, Step
from metriclint.pictures.strip import strip_mermaid
from metriclint.reports.markdown import escape
from metriclint.reports.terminal import counted
from metriclint.reports.text import gist
from metriclint.reports.wording import error_words
from metriclint.review.heads import Head, brought_words, capital, decision, heads, needs_decision, rest_words
from metriclint.review.platforms import Platform
from metriclint.review.record import Change, Choice, Review

_MARKER = "metriclint:review"
_IN_FULL = 10
_CHANGES = 12
_CAUSES = 3
_LISTED = 30
_PICTURES = 3
_ADVICE = 3
_NEW_STEPS = 2
"""Steps of a path from which on a picture says more than its sentence."""
_NAMED = 3
"""Metrics that the introduction names."""
_TITLE_WIDTH = 80
_GLOSSARY = (
    "*Counter-metric: a second number that shows the damage when the first is pushed. Goodhart's law: a number that"
    " becomes a goal can stop being a good number.*"
)


class _Part(NamedTuple):
    """A paragraph. Where there is no room the highest rank goes first; rank 0 always stays."""

    text: str
    rank: int = 0


def render(review: Review, fail_on: str, platform: Platform) -> str:
    """The comment, no longer than the platform takes. ``fail_on`` is the severity from which on a decision is due."""
    if review.wrong_side == "head":
        return _fitting([*_unreadable(review, platform), _Part(_footer(review, platform))], platform)
    told = heads(review)
    full = _in_full(told, fail_on)
    named = {n for h in full for n in h.compared.changes[:_CAUSES]}
    rest = [c for n, c in enumerate(review.changes) if n not in named]
    parts = [_Part(_headline(decision(told, fail_on), platform)), _Part(_introduction(review, told))]
    parts += _new_acceptances(review)
    if not full:
        parts += _changes(rest, platform)
    parts += _findings(review, full, fail_on, platform)
    parts += _less_serious(told, full, fail_on, platform)
    if full and rest:
        lines = (capital(escape(c.plain)) for c in rest)
        parts.append(
            _Part(_fold(f"{counted(len(rest), 'more change')} in this proposal", _bullets(lines), platform), 7)
        )
    parts += _from_before(review, platform)
    if told:
        parts.append(_Part(_GLOSSARY, 8))
    parts.append(_Part(_footer(review, platform)))
    return _fitting(parts, platform)


def _in_full(told: Sequence[Head], fail_on: str) -> list[Head]:
    """What is told in full: what needs a decision, then warnings, as many as a reader takes in; in the given order."""
    serious = [
        h
        for severity in SEVERITIES[::-1]
        for h in told
        if h.finding.severity == severity and (needs_decision(h.finding, fail_on) or severity in ("error", "warning"))
    ]
    chosen = {id(h) for h in serious[:_IN_FULL]}
    return [h for h in told if id(h) in chosen]


def _headline(words: str, platform: Platform) -> str:
    # Where HTML is not hidden, a definition that nothing refers to is.
    marker = f" <!-- {_MARKER} -->" if platform.folds else f"\n\n[//]: # ({_MARKER})"
    return f"### Metric review: {words}{marker}"


def _unreadable(review: Review, platform: Platform) -> Iterator[_Part]:
    """Where the proposal cannot be read: what has to be put right first, for those who keep the cards."""
    yield _Part(_headline("the declarations cannot be read yet", platform))
    count = counted(len(review.errors), "place")
    yield _Part(f"Nothing was compared. There {'is' if len(review.errors) == 1 else 'are'} {count} to put right first:")
    places = ((escape(e.path) + (f":{e.line}" if e.line else ""), e) for e in review.errors)
    yield _Part(_bullets(f"{place}: {escape(error_words(e))}" for place, e in places), 1)


def _introduction(review: Review, told: Sequence[Head]) -> str:
    titles = list(dict.fromkeys(_title(h.finding) for h in told))
    named = [f"**{t}**" for t in titles[:_NAMED]]
    named += [f"{len(titles) - _NAMED} more"] if len(titles) > _NAMED else []
    about = f" on {_listed(named)}" if named else ""
    sentences = [f"This proposal brings {brought_words(told)}{about}."]
    sentences += [capital(escape(rest)) for rest in [rest_words(review)] if rest]
    sentences += [capital(escape(n)) for n in review.notices]
    if told:
        sentences.append("What follows says what a design makes possible, not what anybody did.")
    elif review.changes:
        sentences.append("That does not make a design safe: only what is declared can be seen.")
    else:
        sentences.append("What is declared about the metrics means the same as before.")
    return " ".join(sentences)


def _changes(changes: Sequence[Change], platform: Platform) -> Iterator[_Part]:
    if not changes:
        return
    shown = _bullets(capital(escape(c.plain)) for c in changes[:_CHANGES])
    yield _Part(f"**What the proposal changes**\n\n{shown}", 3)
    if rest := changes[_CHANGES:]:
        told = _bullets(capital(escape(c.plain)) for c in rest)
        yield _Part(_fold(counted(len(rest), "more change"), told, platform), 7)


# Findings


def _findings(review: Review, full: Sequence[Head], fail_on: str, platform: Platform) -> Iterator[_Part]:
    metric, path, pictures = None, "", 0
    for head in full:
        f = head.finding
        if (f.project, f.metric) != metric:
            metric, path = (f.project, f.metric), ""
            yield _Part(f"#### {_title(f)}", 2)
        yield _Part(f"**{_label(head, fail_on)}:** {escape(f.message)}", 1)
        yield _Part("\n".join(_reasons(review, head)), 2)
        now = steps_sentence(f.path) if len(f.path) > 1 else ""
        if platform.pictures and now and now != path and len(f.path) > _NEW_STEPS and pictures < _PICTURES:
            pictures += 1
            yield _Part(_picture(f.path), 6)
        if now:
            yield _Part("**Path:** " + ("as above." if now == path else escape(now)), 2)
        path = now
        yield from _options(head)
        summary = f"Details for the people who keep the card ({escape(f.code)}, {_where(f)})"
        yield _Part(_fold(summary, _bullets(_details(review, head)), platform), 5)


def _less_serious(told: Sequence[Head], full: Sequence[Head], fail_on: str, platform: Platform) -> Iterator[_Part]:
    shown = {id(h) for h in full}
    rest = [h for h in told if id(h) not in shown]
    if rest:
        what = counted(len(rest), "more thing" if full else "thing")
        lines = (f"{_label(h, fail_on)}: {escape(h.finding.message)}" for h in rest)
        yield _Part(_fold(f"{what} to look at", _bullets(lines), platform), 4)


def _label(head: Head, fail_on: str) -> str:
    f = head.finding
    if needs_decision(f, fail_on):
        words = "🔴 Needs a decision"
    else:
        words = {"warning": "🟠 Worth changing", "note": "🔵 Worth knowing"}.get(f.severity, "⚪ For information")
    if head.compared.was_accepted:
        return f"{words} · no longer accepted"
    if head.compared.state == "worse":
        return f"{words} · got worse"
    return f"{words} · {'new' if head.compared.was is None else 'leads elsewhere than before'}"


def _reasons(review: Review, head: Head) -> Iterator[str]:
    causes = [review.changes[n] for n in head.compared.changes]
    if causes:
        words = [capital(escape(c.plain)) for c in causes[:_CAUSES]]
        more = f" And {counted(len(causes) - _CAUSES, 'more change')}." if len(causes) > _CAUSES else ""
        yield f"- **What brings it:** {' '.join(words)}{more}"
    yield f"- **Why it may backfire:** {escape(gist(head.finding.why))}"


def _picture(path: Sequence[Step]) -> str:
    return f"```mermaid\n{strip_mermaid(path)}```"


def _options(head: Head) -> Iterator[_Part]:
    options = head.compared.options
    if options:
        lead = (
            "Each of these was tried on the declarations, and settles this point"
            if options[1:]
            else ("This was tried on the declarations, and settles this point")
        )
        yield _Part(f"**What you can do.** {lead}:\n\n" + _numbered(map(_choice, options)), 2)
    elif head.finding.fixes:
        texts = (escape(fix.text) for fix in head.finding.fixes[:_ADVICE])
        yield _Part(f"**What you can do.** These are known to help; none was tried here:\n\n{_numbered(texts)}", 2)


def _choice(option: Choice) -> str:
    words = [escape(option.text)]
    words += [f"*What it takes:* {escape(need)}" for need in option.obligations]
    if option.clears:
        words.append(f"It settles {counted(option.clears, 'other point')}, too.")
    if option.brings:
        words.append(f"It would bring {counted(option.brings, 'other point')} to decide.")
    return " ".join(words)


def _details(review: Review, head: Head) -> Iterator[str]:
    f, c = head.finding, head.compared
    yield f"{escape(f.code)} {escape(f.rule)} at {_where(f)}; `metriclint explain {f.code}` has the whole rule"
    yield f"confidence that the pattern is there: {f.confidence}"
    for number in c.changes:
        change = review.changes[number]
        where = change.location
        place = f" ({escape(where.path)}:{escape(where.cell) or where.line})" if where else ""
        yield f"{escape(change.text)}{place}"
    for number, option in enumerate(c.options, 1):
        yield f"option {number}: " + "; ".join(escape(edit) for edit in option.edits)
    for kin in head.also:
        yield f"also {kin.state}: {escape(kin.finding.code)} {escape(kin.finding.rule)} at {_where(kin.finding)}"
    yield f"fingerprint {escape(f.fingerprint)}"


# What was known before


def _new_acceptances(review: Review) -> Iterator[_Part]:
    found = [c.finding for c in review.findings if c.newly_accepted]
    if found:
        lines = _bullets(map(_accepted, found))
        yield _Part(f"**{counted(len(found), 'risk')} would be accepted with this proposal**\n\n{lines}", 1)


def _accepted(f: Finding) -> str:
    if f.waiver is None:
        return f"{escape(f.message)} It was entered in the list of known findings."
    by = f" by {escape(f.waiver.approved_by)}" if f.waiver.approved_by else ""
    reason = f": {escape(f.waiver.reason)}" if f.waiver.reason else "."
    return f"{escape(f.message)} Accepted{by} until {escape(f.waiver.expires)}{reason}"


def _from_before(review: Review, platform: Platform) -> Iterator[_Part]:
    for state, what, mark in (
        ("left-out", "no longer shown because the settings changed", ""),
        ("solved", "solved", "~~"),
        ("better", "that weighs less than before", ""),
    ):
        found = [c.finding for c in review.findings if c.state == state and c.finding.status == "reported"]
        if found:
            lead = [f for f in found if f.folded_under is None] or found
            lines = [f"{mark}{escape(f.message)}{mark}" for f in lead[:_LISTED]]
            if others := len(found) - len(lines):
                lines.append(f"and {others} more that say{'s' if others == 1 else ''} nearly the same")
            summary = f"{counted(len(found), 'finding')} {what}"
            yield _Part(_fold(summary, _bullets(lines), platform), 1 if state == "left-out" else 6)


# Markdown


def _footer(review: Review, platform: Platform) -> str:
    tool = review.tool
    known = review.base.commit.startswith(review.base.name)
    base = review.base.name if known else f"{review.base.name} ({review.base.commit[:10]})"
    words = (
        f"{escape(tool.name)} {escape(tool.version)} · rules {escape(tool.ruleset)} · compared with {escape(base)} ·"
        " design review of declared metrics, no employee data is read"
    )
    return f"<sub>{words}</sub>" if platform.folds else f"*{words}*"


def _title(f: Finding) -> str:
    return escape(shorten(f.metric_title or f.metric, _TITLE_WIDTH)) or "The project"


def _where(f: Finding) -> str:
    return f"{escape(f.location.path)}:{f.location.line}"


def _numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _bullets(lines: Iterable[str]) -> str:
    told = [f"- {line}" for line in lines]
    return "\n".join([*told[:_LISTED], f"- and {len(told) - _LISTED} more"] if len(told) > _LISTED else told)


def _fold(summary: str, body: str, platform: Platform) -> str:
    if not platform.folds:
        return f"**{summary}**\n\n{body}"
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _fitting(parts: Sequence[_Part], platform: Platform) -> str:
    """The parts that there is room for: whole ones, and a sentence about what is left out."""
    kept = list(parts)
    left = 0
    room = platform.limit - 1000
    size = sum(len(p.text.encode()) + 2 for p in kept)
    while size > room and any(p.rank for p in kept):
        rank = max(p.rank for p in kept)
        last = max(i for i, p in enumerate(kept) if p.rank == rank)
        size -= len(kept.pop(last).text.encode()) + 2
        left += 1
    if left:
        note = (
            f"{counted(left, 'section')} of this review did not fit into a comment on {platform.title}"
            f" ({platform.limit:,} characters at most); `metriclint review` shows all of it."
        )
        kept.insert(-1, _Part(note))
    return "\n\n".join(p.text for p in kept) + "\n"
