"""What a check says about a design, in words for people who decide about it."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from metriclint.explain.answer import Path
from metriclint.findings.finding import Finding
from metriclint.repair.answer import Choice
from metriclint.reports.terminal import counted
from metriclint.studio.bench import Look
from metriclint.studio.shared import the

SEVERITY_WORDS = {
    "error": "Can backfire badly",
    "warning": "Can backfire",
    "note": "Worth a thought",
    "info": "Good to know",
}
"""What a severity means to somebody who decides."""
VIEW_LABELS = {
    "stated": "By the rules",
    "feasible": "By what can be looked up",
    "believed": "In what people think",
}
_FEW = 4
"""Answers below which nothing can be said yet."""
Kind = Literal["open", "wrong", "change", "discuss", "fine"]


class Verdict(NamedTuple):
    """The answer in two sentences."""

    kind: Kind
    headline: str
    detail: str


def verdict(
    look: Look, answered: int, *, running: bool = False, shown: Sequence[Finding] | None = None, accepted: int = 0
) -> Verdict:
    """What the answer is, after a number of questions was answered.

    ``running``: does the project have the metric. ``shown`` are the findings that count where those of the look do not,
    because some were ``accepted``.
    """
    if look.problems:
        return Verdict("wrong", "This cannot be checked yet.", look.problems[0].message)
    if shown is None:
        shown = [f for f in look.findings if f.folded_under is None]
    errors = sum(f.severity == "error" for f in shown)
    warnings = sum(f.severity == "warning" for f in shown)
    left = _left(look)
    if errors:
        both = f" {counted(errors + warnings, 'thing')} can backfire" if warnings else ""
        badly = f"{both}, {errors} of them badly." if both else f" {counted(errors, 'thing')} can backfire badly."
        if running:
            return Verdict("change", "This needs a change.", f"As it stands now,{badly}")
        return Verdict("change", "Change this before it starts.", f"As it is answered now,{badly}")
    if warnings:
        headline = "Talk about this one." if running else "Talk about this first."
        return Verdict("discuss", headline, f"{counted(warnings, 'thing')} can backfire.{left}")
    if answered < _FEW:
        return Verdict("open", "Nothing can be said yet.", "Answer some questions, and the answer appears here.")
    smaller = f" {counted(len(shown), 'smaller point')} below." if shown else ""
    headline = "Nothing serious was found beside what was accepted." if accepted else "Nothing serious was found."
    if look.unnamed:
        detail = "Nothing serious was found, provided that what is still to be named gets a real answer."
        return Verdict("discuss", "Almost: something has to be named.", detail)
    return Verdict("fine", headline, f"{smaller.strip()}{left} {_NOT_SAFE}".strip())


_NOT_SAFE = "This says what the answers admit. It does not say that nothing can go wrong."


def _left(look: Look) -> str:
    return f" {counted(len(look.open), 'question')} still open." if look.open else ""


class Reach(NamedTuple):
    """How far the number reaches in one view."""

    label: str
    end: str
    sentence: str
    same: bool
    """Is it the path of a view before."""
    reached: bool


def reaches(ways: Sequence[Path], *, asked: bool) -> list[Reach]:
    """Where the number leads by the rules, by access and in belief. ``asked``: are people's thoughts known."""
    found: list[Reach] = []
    for number, way in enumerate(ways):
        label = VIEW_LABELS[way.view]
        if way.view == "believed" and not asked:
            label = "In what people may think"
        end = way.steps[-1].title if way.steps else "no consequence"
        if way.more:
            end += f" and {counted(way.more, 'more consequence')}"
        same = any(way.steps == before.steps for before in ways[:number])
        found.append(Reach(label, end, way.sentence, same, bool(way.steps)))
    return found


class Offer(NamedTuple):
    """An option as a button."""

    fingerprint: str
    number: int
    """Among the options of its finding, from 0."""
    text: str
    needs: list[str]
    settles: str
    brings: list[str]
    gives_up: bool
    before: bool
    """Are its changes those of an option above."""
    shared: str
    """What it changes for other numbers too."""


def offers(look: Look) -> dict[str, list[Offer]]:
    """Options by the fingerprint of their finding."""
    told = {f.code: f.message for f in look.findings}
    found: dict[str, list[Offer]] = {}
    for repaired in look.fix.findings:
        for number, choice in enumerate(repaired.options):
            offer = _offer(repaired.fingerprint, number, choice, told)
            found.setdefault(repaired.fingerprint, []).append(offer._replace(shared=_shared(choice, repaired.metric)))
    return found


def _shared(choice: Choice, metric: str) -> str:
    keys = ((str(c.key[0]), str(c.key[1])) for c in choice.changes if (c.key[0], c.key[1]) != ("metrics", metric))
    names = [the(section, id_) for section, id_ in dict.fromkeys(keys)]
    return f"This changes {' and '.join(names)}, also for other numbers." if names else ""


def _offer(fingerprint: str, number: int, choice: Choice, told: dict[str, str]) -> Offer:
    cleared = sum(other.code in told for other in choice.clears)
    return Offer(
        fingerprint,
        number,
        " ".join(choice.levers),
        list(choice.obligations),
        f"Also settles {counted(cleared, 'other point')}." if cleared else "",
        [other.code for other in choice.brings],
        choice.gives_up,
        choice.same_as is not None,
        "",
    )


def behind(findings: Sequence[Finding], leader: Finding) -> list[Finding]:
    """Findings that say the same as another and stand behind it."""
    return [f for f in findings if f.folded_under == leader.code]
