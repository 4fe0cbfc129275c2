"""What a review comes to: the new and worse findings that are told, and the decision in words."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from metriclint.findings.finding import SEVERITIES, Finding
from metriclint.reports.terminal import counted
from metriclint.reports.text import importance
from metriclint.review.record import Compared, Review


class Head(NamedTuple):
    """A new or worse finding that is told, and those that say the same and stand behind it."""

    compared: Compared
    also: list[Compared]

    @property
    def finding(self) -> Finding:
        """The finding."""
        return self.compared.finding


def heads(review: Review) -> list[Head]:
    """New and worse findings, the most severe first, those of one metric together.

    One that is folded under a finding that was there before is told itself.
    """
    brought = [c for c in review.findings if c.counts]
    lead = {_key(c.finding, c.finding.code): Head(c, []) for c in brought if c.finding.folded_under is None}
    told = list(lead.values())
    for c in brought:
        if c.finding.folded_under is not None:
            head = lead.get(_key(c.finding, c.finding.folded_under))
            if head is not None:
                head.also.append(c)
            else:
                told.append(Head(c, []))
    return _by_metric(sorted(told, key=_weight))


def _key(f: Finding, code: str) -> tuple[str, str, str]:
    return f.project, f.metric, code


def _weight(head: Head) -> tuple[tuple[int, int, str], str, int, str]:
    f = head.finding
    return importance(f), f.location.path, f.location.line, f.metric


def _by_metric(told: Iterable[Head]) -> list[Head]:
    groups: dict[tuple[str, str], list[Head]] = {}
    for head in told:
        groups.setdefault((head.finding.project, head.finding.metric), []).append(head)
    return [head for group in groups.values() for head in group]


def needs_decision(f: Finding, fail_on: str) -> bool:
    """Is a finding one that has to be decided before the change goes in; with ``never`` the errors are named so."""
    return SEVERITIES.index(f.severity) >= SEVERITIES.index("error" if fail_on == "never" else fail_on)


def decision(told: Sequence[Head], fail_on: str) -> str:
    """The outcome as a sentence without its full stop."""
    needing = sum(1 for h in told if needs_decision(h.finding, fail_on))
    if needing:
        words = f"{counted(needing, 'thing')} {'needs' if needing == 1 else 'need'} a decision"
        return words if fail_on == "never" else f"{words} before this can be merged"
    warnings = sum(1 for h in told if h.finding.severity in ("error", "warning"))
    if warnings:
        return f"nothing needs a decision, {counted(warnings, 'thing')} worth changing"
    if told:
        return f"nothing needs a decision, {counted(len(told), 'thing')} worth knowing"
    return "no new risk"


def brought_words(told: Sequence[Head]) -> str:
    """What the change brings, in words: "2 new risks and 1 that got worse"."""
    new = sum(1 for h in told if h.compared.state == "new")
    worse = len(told) - new
    parts = [counted(new, "new risk")] if new else []
    parts += [f"{worse} that got worse" if new else f"{counted(worse, 'risk')} that got worse"] if worse else []
    return " and ".join(parts) or "no new risk"


_LEFT_OUT = "no longer shown because the settings changed"


def rest_words(review: Review) -> str:
    """What became of the findings from before, as a sentence without its full stop; empty where there were none."""
    s = review.summary
    parts = []
    for number, one, several in (
        (s.solved, "is solved", "are solved"),
        (s.better, "weighs less than before", "weigh less than before"),
        (s.unchanged, "stays as it was", "stay as they were"),
        (s.left_out, f"is {_LEFT_OUT}", f"are {_LEFT_OUT}"),
        (s.accepted, f"is accepted{_until(review)}", f"are accepted{_until(review)}"),
    ):
        if number:
            parts.append(f"{number} {one if number == 1 else several}")
    if not parts:
        return ""
    return "of the findings known before, " + (f"{', '.join(parts[:-1])} and {parts[-1]}" if parts[1:] else parts[0])


def _until(review: Review) -> str:
    ends = sorted(
        c.finding.waiver.expires for c in review.findings if c.finding.waiver and c.finding.status == "waived"
    )
    return f" (the {'first ' if len(ends) > 1 else ''}acceptance ends after {ends[0]})" if ends else ""


def capital(sentence: str) -> str:
    """A sentence that begins with a capital letter and ends with a full stop."""
    return f"{sentence[:1].upper()}{sentence[1:]}" + ("" if sentence.endswith((".", "?", "!")) else ".")
