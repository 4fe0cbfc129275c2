"""The first page: overall in words, counts, three sentences, first actions, what changed."""

from collections.abc import Iterable, Sequence

from metriclint.audit.checked import Checked
from metriclint.audit.earlier import Earlier
from metriclint.audit.gone import UNTOLD
from metriclint.audit.options import Key, Searched
from metriclint.audit.pack import (
    DONE,
    RATINGS,
    AcceptedRisk,
    Action,
    EarlierFinding,
    Executive,
    Overall,
    PackFinding,
    RatingCount,
    is_determined,
)
from metriclint.audit.records import title_of
from metriclint.audit.words import OVERALL_RULE, OVERALL_WORDS
from metriclint.reports.terminal import counted
from metriclint.reports.wording import choke_words

_ACTIONS = 3
_NAMED = 4
_SENTENCE = 320
"""Characters of a sentence about a finding."""


def counting(findings: Iterable[PackFinding]) -> list[PackFinding]:
    """Findings that count for the overall opinion: neither accepted nor withdrawn."""
    return [f for f in findings if f.history.state != "accepted" and f.confirmation.status != "withdrawn"]


def executive(
    checked: Checked,
    findings: Sequence[PackFinding],
    searched: dict[Key, Searched],
    accepted: Sequence[AcceptedRisk],
    earlier: Earlier,
    was: Sequence[EarlierFinding],
    as_of: str,
) -> Executive:
    """The first page of a pack."""
    count = counting(findings)
    counts = [
        RatingCount(
            rating,
            sum(1 for f in count if f.rating.counts == rating),
            sum(1 for f in count if f.rating.counts == rating and f.confirmation.confirmed),
        )
        for rating in RATINGS
    ]
    overall = _overall(count)
    return Executive(
        overall=overall,
        overall_status="proposed by the tool, to be decided by the auditor",
        overall_text=f"{overall}: {OVERALL_WORDS[overall]}. {OVERALL_RULE}",
        counts=counts,
        sentences=[_looked_at(checked, count), _gravest(count), _answered(findings, accepted)],
        actions=_actions(checked, count, searched),
        changes=_changes(findings, earlier, was, as_of),
    )


def _overall(count: Sequence[PackFinding]) -> Overall:
    ratings = {f.rating.counts for f in count}
    if "critical" in ratings:
        return "Unsatisfactory"
    return "Needs improvement" if ratings & {"high", "medium"} else "Satisfactory"


def _looked_at(checked: Checked, count: Sequence[PackFinding]) -> str:
    summary = checked.report.summary
    words = (
        f"{counted(summary.metrics, 'metric')} in {counted(summary.documents, 'document')} "
        f"{'was' if summary.metrics == 1 else 'were'} held against {counted(summary.rules, 'rule')}"
    )
    if not count:
        return f"{words}; no finding counts."
    by = [f"{sum(1 for f in count if f.rating.counts == r)} {r}" for r in RATINGS]
    return (
        f"{words}; {counted(len(count), 'finding')} count{'s' if len(count) == 1 else ''}: "
        + ", ".join(b for b in by if not b.startswith("0 "))
        + "."
    )


def _gravest(count: Sequence[PackFinding]) -> str:
    if not count:
        return "Nothing that the rules look for was found in what is declared."
    first = count[0]
    return f"The gravest is {first.id}: {title_of(first.condition, _SENTENCE)}"


def _answered(findings: Sequence[PackFinding], accepted: Sequence[AcceptedRisk]) -> str:
    if not findings:
        return "There is nothing to answer."
    confirmed = sum(1 for f in findings if f.confirmation.confirmed)
    answered = sum(1 for f in findings if f.response.decision)
    total = counted(len(findings), "finding")
    words = f"{confirmed or 'None'} of {total} {'is' if confirmed < 2 else 'are'} confirmed by an auditor, "
    words += f"{answered or 'none'} {'has' if answered < 2 else 'have'} a response"
    if accepted:
        ends = min(a.waiver.expires for a in accepted)
        words += f", and {counted(len(accepted), 'risk')} {'is' if len(accepted) == 1 else 'are'} accepted"
        words += f" (the first acceptance ends after {ends})"
    return words + "."


# First actions


def _actions(checked: Checked, count: Sequence[PackFinding], searched: dict[Key, Searched]) -> list[Action]:
    """The choke point that cuts most, then the proven options that clear the gravest findings, then advice."""
    actions = []
    if checked.report.choke_points:
        text = choke_words(checked.report.choke_points[0])
        actions.append(Action(f"{text[:1].upper()}{text[1:]}.", "One change can cut several paths at once.", []))
    left = {f.id for f in count}
    while len(actions) < _ACTIONS and left:
        best = max(
            (f for f in count if f.id in left),
            key=lambda f: (_usable(f), *_weight(_cleared(f, count, searched) & left, count)),
        )
        cleared = sorted(_cleared(best, count, searched) & left)
        actions.append(_action(best, cleared))
        left -= set(cleared)
    return actions


def _usable(f: PackFinding) -> bool:
    return bool(f.options) and f.options[0].proven and not f.options[0].gives_up and not f.options[0].brings


def _cleared(f: PackFinding, count: Sequence[PackFinding], searched: dict[Key, Searched]) -> set[str]:
    """Ids of findings that the first option of a finding can clear, its own included."""
    keys = searched[f.project, f.fingerprint].clears if _usable(f) else frozenset()
    return {f.id, *(o.id for o in count if (o.project, o.metric or "project", o.code) in keys)}


def _weight(ids: set[str], count: Sequence[PackFinding]) -> tuple[int, ...]:
    """How many findings of each rating, the gravest first."""
    return tuple(sum(1 for f in count if f.id in ids and f.rating.counts == rating) for rating in RATINGS)


def _action(f: PackFinding, cleared: list[str]) -> Action:
    text = f.options[0].text if f.options else f"Look at {f.id}."
    about = f"{f.metric_title}: " if f.metric_title else ""
    if _usable(f):
        named = ", ".join(cleared[:_NAMED]) + (f" and {len(cleared) - _NAMED} more" if len(cleared) > _NAMED else "")
        return Action(f"{about}{text}", f"Tried on the design: {named} can go away with it.", cleared)
    return Action(f"{about}{text}", f"What the rule advises for {f.id}; it was not proven.", cleared)


# What changed


def _changes(findings: Sequence[PackFinding], earlier: Earlier, was: Sequence[EarlierFinding], as_of: str) -> list[str]:
    overdue = [
        f.id
        for f in findings
        if is_determined(f.response.due)
        and f.response.due < as_of
        and f.confirmation.status not in ("withdrawn", *DONE)
    ]
    late = [f"{counted(len(overdue), 'action')} past the due date: {_ids(overdue)}."] if overdue else []
    if not earlier.as_of:
        return ["This is the first pack; nothing is there to compare it with.", *late]
    words = []
    groups = (
        ("new", [f.id for f in findings if f.history.state == "new"]),
        ("no longer reported", [e.id for e in was if e.now == "fixed" and e.before != "fixed"]),
        ("there again", [f.id for f in findings if f.history.state == "reopened"]),
        ("newly accepted", [e.id for e in was if e.now == "accepted" and e.before != "accepted"]),
        ("no longer accepted", [e.id for e in was if e.before == "accepted" and e.now == "open"]),
    )
    for state, ids in groups:
        if ids:
            words.append(f"{counted(len(ids), 'finding')} {'is' if len(ids) == 1 else 'are'} {state}: {_ids(ids)}.")
    gone = [e.id for e in was if e.now == "fixed" and e.before != "fixed" and e.words.endswith(UNTOLD)]
    if gone:
        words.append(f"Not known to be repaired, though no longer reported: {_ids(gone)}.")
    known = {e.id for e in was}
    alone = [f.id for f in findings if f.history.state == "open" and f.id not in known]
    if alone:
        words.append(f"Reported as part of another before, and on its own now: {_ids(alone)}.")
    rated = [e for e in was if e.now != "fixed" and e.rating_before != e.rating_now]
    words += [f"{e.id} is {e.rating_now} now; it was {e.rating_before}." for e in rated]
    return [*(words or [f"Nothing changed since the pack of {earlier.as_of}."]), *late]


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids[:12]) + (f" and {len(ids) - 12} more" if len(ids) > 12 else "")
