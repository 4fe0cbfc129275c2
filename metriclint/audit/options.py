"""Options for findings, from proven repairs. The search has an end that does not depend on the machine."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from metriclint.audit.checked import Checked
from metriclint.audit.pack import RepairOption
from metriclint.findings.finding import Finding
from metriclint.model.project import Project
from metriclint.repair.answer import Choice, Fix, Other, Repaired, answer
from metriclint.repair.job import Item, UnknownTarget
from metriclint.repair.search import Repairs
from metriclint.repair.words import change_words
from metriclint.reports.terminal import counted
from metriclint.reports.text import importance

MOST_SEARCHED = 150
"""Findings that options are searched for, the most severe first."""
MOST_CHANGES = 2
"""Levers in one option."""
LARGE, FEW = 400, 40
"""Metrics of a project from which on only few findings are searched for, and how many."""
_LETTERS = "ABCDEFGH"
Key = tuple[str, str]
"""A finding by project and fingerprint."""


class Searched(Struct):
    """What was found for one finding."""

    options: list[RepairOption]
    words: str
    clears: frozenset[tuple[str, str, str]] = frozenset()
    """Findings that the first option can clear: project, what it is about, code."""


def search(checked: Checked, findings: Sequence[Finding]) -> dict[Key, Searched]:
    """Options for findings, by project and fingerprint: proven ones where they were searched and found, else advice."""
    asked = _asked(checked, findings)
    found: list[tuple[Repairs, Project]] = []
    owners: list[Finding] = []
    for f, item in asked:
        found.append(checked.ground(f).job.repair(item, MOST_CHANGES))
        owners.append(f)
    fix: Fix = answer(found)
    proven = {_key(f): repaired for f, repaired in zip(owners, fix.findings, strict=True)}
    titles = {(f.project, f.metric or "project", f.code): f for f in checked.report.findings}
    return {_key(f): _searched(f, proven.get(_key(f)), checked, titles) for f in findings}


def _key(f: Finding) -> Key:
    return f.project, f.fingerprint


def _asked(checked: Checked, findings: Sequence[Finding]) -> list[tuple[Finding, Item]]:
    metrics = sum(len(g.project.metrics) for g in checked.grounds.values())
    most = FEW if metrics > LARGE else MOST_SEARCHED
    asked: list[tuple[Finding, Item]] = []
    for f in sorted(findings, key=lambda f: (f.status != "reported", importance(f), f.project, f.metric)):
        if len(asked) < most and (item := _item(checked, f)) is not None:
            asked.append((f, item))
    return asked


def _item(checked: Checked, f: Finding) -> Item | None:
    """The finding for the search; ``None`` for one about a waiver, which no change of a design repairs."""
    try:
        return checked.ground(f).job.find(f.fingerprint)[0]
    except UnknownTarget:
        return None


_Titles = dict[tuple[str, str, str], Finding]


def _searched(f: Finding, repaired: Repaired | None, checked: Checked, titles: _Titles) -> Searched:
    if repaired is None:
        about_waiver = checked.ground(f).catalogue.find(f.rule) is None
        why = "the finding is about a waiver" if about_waiver else "the search is limited to the most severe findings"
        return Searched(_advice(f), f"Options were not searched: {why}. What the rule advises is listed, not proven.")
    tried = (
        f"{counted(repaired.tried, 'set')} of changes {'was' if repaired.tried == 1 else 'were'} tried on the design"
    )
    if not repaired.options:
        return Searched(_advice(f), f"{tried}; none is proven. What the rule advises is listed.")
    options = [_option(c, letter, f, titles) for c, letter in zip(repaired.options, _LETTERS, strict=False)]
    best = repaired.options[0]
    clears = set() if best.brings or best.gives_up else {(f.project, o.about, o.code) for o in best.clears}
    words = f"{tried}; {counted(len(options), 'option')} {'is' if len(options) == 1 else 'are'} proven."
    return Searched(options, words, frozenset(clears))


def _option(choice: Choice, letter: str, f: Finding, titles: _Titles) -> RepairOption:
    files = len({c.location.path for c in choice.changes})
    cost = f"{counted(len(choice.changes), 'value')} to change in {counted(files, 'file')}"
    cost += f", {counted(len(choice.obligations), 'thing')} to be really done" if choice.obligations else ""
    return RepairOption(
        letter=letter,
        text=" ".join(choice.levers),
        proven=True,
        changes=[change_words(c) for c in choice.changes],
        cost=cost,
        obligations=list(choice.obligations),
        clears=_others(choice.clears, f, titles),
        leaves=_others(choice.leaves, f, titles),
        brings=_others(choice.brings, f, titles),
        gives_up=choice.gives_up,
    )


def _others(others: Iterable[Other], f: Finding, titles: _Titles) -> list[str]:
    words = []
    for other in others:
        known = titles.get((f.project, other.about, other.code))
        name = f"{other.code} {known.rule}" if known else other.code
        words.append(name if other.about == f.metric else f"{name} on {known.metric_title if known else other.about}")
    return words


def _advice(f: Finding) -> list[RepairOption]:
    cost = "not determined: the option was not tried"
    return [
        RepairOption(
            letter=letter,
            text=fix.text,
            proven=False,
            changes=[],
            cost=cost,
            obligations=[fix.obligation] if fix.obligation else [],
            clears=[],
            leaves=[],
            brings=[],
            gives_up=False,
        )
        for fix, letter in zip(f.fixes, _LETTERS, strict=False)
    ]
