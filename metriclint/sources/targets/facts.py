"""What was found in a target's text, and the result put together from it."""

from typing import Literal

from metriclint.model.vocabulary import Basis, Comparator, Direction, Level
from metriclint.sources.targets import words as w
from metriclint.sources.targets.phrases import Per, Refused, Tokens, statistic, when
from metriclint.sources.targets.result import Part, Place, TargetText


class Facts:
    """What was found so far."""

    def __init__(self) -> None:
        self.value: float | None = None
        self.band: tuple[float, float] | None = None
        self.start: float | None = None
        self.words: str | None = None
        self.unit: str | None = None
        self.comparison: w.Comparison | None = None
        self.toward: w.Side | None = None
        self.verb: int | None = None
        self.link = ""
        self.sign = 0
        self.change = False
        self.deviation = False
        self.none_of_them = False
        self.rank: tuple[int, int] | None = None
        self.peers = False
        self.period: str | None = None
        self.per: list[str] = []
        self.basis: Basis | None = None
        self.texts: dict[Part, str] = {}
        self.subject: list[int] = []
        self.notes: list[int] = []
        self.doubts: list[str] = []
        self.places: list[Place] = []

    def mark(self, part: Part, seen: Tokens, start: int, end: int) -> None:
        """Keeps where a part stands."""
        self.places.append(Place(part, *seen.span(start, end)))

    def put(self, part: Part, seen: Tokens, start: int, end: int) -> None:
        """Keeps a part that is a text. Refuses a second one that differs."""
        text = seen.written(start, end)
        if self.texts.get(part, text) != text:
            raise Refused(f"“{self.texts[part]}” and “{text}”: two of one kind")
        self.texts[part] = text
        self.mark(part, seen, start, end)

    def rate(self, seen: Tokens, rate: Per) -> None:
        """Keeps a period or whom it is counted for."""
        if rate.period is not None:
            if self.period not in (None, rate.period):
                raise Refused(f"two periods, {self.period} and {rate.period}")
            self.period = rate.period
            self.mark("period", seen, rate.first, rate.end)
        elif rate.who is not None and rate.who not in self.per:
            self.per.append(rate.who)
            self.mark("per", seen, rate.first, rate.end)

    def dated(self, seen: Tokens, at: int) -> int | None:
        """Keeps a date, or the statistic that the number is, where one stands; behind it, else ``None``."""
        due = when(seen, at)
        if due is not None:
            self.put("due", seen, at, due)
            return due
        found = statistic(seen, at)
        if found is not None:
            self.put("statistic", seen, *found)
            return found[1]
        return None

    def refer(self, seen: Tokens, start: int, end: int) -> None:
        """Keeps the other number that it is compared with, and what that says about where the value comes from."""
        self.put("reference", seen, start, end)
        found = {seen.word(at).removesuffix("'s") for at in range(start, end)}
        counted = any(seen.kind(at) == "number" for at in range(start, end))
        if found & (w.PREVIOUS | w.PREVIOUS_SHORT) or (counted and "average" in found):
            self.basis = "previous-actual"
        elif found & w.PEERS:
            self.basis = "peer-relative"
        elif "baseline" in found:
            self.basis = "baseline"


def facts_of(
    facts: Facts, seen: Tokens, bracketed: list[tuple[str, int, int]], numbers_in_brackets: bool
) -> TargetText:
    """The result of what was found."""
    side, strict, direction = _side(facts)
    value, band = facts.value, facts.band
    notes = [seen.written(first, last) for first, last in _runs(facts.notes)]
    places = list(facts.places)
    subject = _runs(_trimmed(seen, facts.subject))
    places += [Place("subject", *seen.span(*run)) for run in subject]
    places += [Place("note", *seen.span(*run)) for run in _runs(facts.notes)]
    places += [Place("note", start, end) for text, start, end in bracketed if text]
    doubts = facts.doubts
    if numbers_in_brackets:
        doubts.append("there is a number in brackets")
    if any(text.casefold() in {" ".join(words) for words in w.UNSETTLED} for text, _, _ in bracketed):
        doubts.append("marked as not settled")
    if facts.change and facts.sign < 0 and value is not None:
        value = -abs(value) or 0.0
    return TargetText(
        text=seen.text,
        value=value,
        low=band[0] if band else None,
        high=band[1] if band else None,
        start=facts.start,
        words=facts.words,
        comparator=side,
        strict=strict,
        direction=direction,
        change=facts.change,
        unit=facts.unit,
        of=facts.texts.get("of"),
        period=facts.period,
        per=tuple(facts.per),
        applies_to=_level(facts.per),
        statistic=facts.texts.get("statistic"),
        condition=facts.texts.get("condition"),
        reference=facts.texts.get("reference"),
        basis="peer-relative" if facts.peers else facts.basis,
        due=facts.texts.get("due"),
        window=facts.texts.get("window"),
        subject=" ".join(seen.written(*run) for run in subject) or None,
        notes=(*notes, *(" ".join(text.split()) for text, _, _ in bracketed if text)),
        doubts=tuple(doubts),
        places=tuple(sorted(places, key=lambda place: (place.start, place.end, place.part))),
    )


def _side(facts: Facts) -> tuple[Comparator | None, bool, Direction | None]:
    """Comparator, whether it is strict, direction."""
    compared = facts.comparison
    if facts.link == "by":
        facts.change, facts.sign = True, facts.sign or facts.verb or 0
    if facts.deviation and facts.band is None and facts.value is not None and compared and compared.side == "down":
        facts.band, facts.value = (-abs(facts.value), abs(facts.value)), None
        return "within", False, "band"
    if facts.band is not None:
        return "within", False, "band"
    if facts.change and compared is None and facts.sign:
        compared = w.Comparison("up", False)
    if facts.change and not facts.sign and facts.verb == 0:
        return None, False, None
    if facts.change and facts.sign < 0 and compared is not None:
        compared = compared.flipped()._replace(strict=compared.strict)
    if compared is None and facts.link == "to" and facts.verb:
        compared = w.Comparison("up" if facts.verb > 0 else "down", False)
    if compared is None and facts.none_of_them and facts.value == 0 and facts.unit:
        compared = w.Comparison("down", False)
    if compared is None:
        return None, False, facts.toward
    if facts.deviation:
        return ("at-least" if compared.side == "up" else "at-most"), compared.strict, None
    direction: Direction | None = compared.side
    if facts.verb and direction != ("up" if facts.verb > 0 else "down"):
        facts.doubts.append("the verb and the limit point in different ways")
        direction = None
    return ("at-least" if compared.side == "up" else "at-most"), compared.strict, direction


def _trimmed(seen: Tokens, subject: list[int]) -> list[int]:
    """Without punctuation, and without the little word that leads to the number."""
    kept = [at for at in subject if seen.word(at) not in (".", ",", ":", ";", "–", "—", "*", "•", "=")]
    while kept and seen.word(kept[-1]) in ("of", "is", "are", "the", "a", "at", "be", "to", "by", "-"):
        kept.pop()
    return kept


def _level(per: list[str]) -> Level | None:
    """Whom it binds, where the words are plain."""
    found: set[Literal["individual", "team", "unit"]] = set()
    for who in per:
        last = who.casefold().split()[-1]
        if last in w.PERSONS:
            found.add("individual")
        elif last in w.TEAMS:
            found.add("team")
        elif last in w.UNITS:
            found.add("unit")
    return found.pop() if len(found) == 1 else None


def _runs(indices: list[int]) -> list[tuple[int, int]]:
    """Neighbouring indices together, as (first, end)."""
    runs: list[tuple[int, int]] = []
    for index in sorted(set(indices)):
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs
