"""What a target's text says: the typed result, its way into the model, and back into words."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from metriclint.model.card import Target
from metriclint.model.vocabulary import Basis, Comparator, Direction, Level, TargetType
from metriclint.sources.targets import words as w

State = Literal["read", "placeholder", "none", "unreadable"]
Part = Literal[
    "value",
    "low",
    "high",
    "start",
    "comparator",
    "change",
    "unit",
    "of",
    "period",
    "per",
    "statistic",
    "condition",
    "reference",
    "due",
    "window",
    "subject",
    "note",
]


class Place(Struct, frozen=True):
    """Where a part stands: characters of the text from ``start`` up to and without ``end``."""

    part: Part
    start: int
    end: int


class TargetText(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A target as it was read. ``None`` means that the text does not say it.

    ``state`` is ``read`` (something was), ``placeholder`` (the text puts the target off or points elsewhere), ``none``
    (it says that there is no target) or ``unreadable``; ``reason`` says why it is not ``read``.
    """

    text: str
    state: State = "read"
    reason: str | None = None
    value: float | None = None
    """The number, scaled (10k is 10000); of a change the signed change: 20 % less is -20."""
    low: float | None = None
    high: float | None = None
    start: float | None = None
    """Where it starts: the 10 of "from 10 to 15"."""
    words: str | None = None
    """A target that is no number: "top quartile", "industry average"."""
    comparator: Comparator | None = None
    strict: bool = False
    """The number itself does not suffice: "above" rather than "at or above"."""
    direction: Direction | None = None
    change: bool = False
    """The number is a change against ``reference``, not a level."""
    unit: str | None = None
    """As written, but ``percent`` for every way to write it."""
    of: str | None = None
    """What the percentage is a share of."""
    period: str | None = None
    """ISO 8601 duration, or a word where the period has no fixed length (sprint, release)."""
    per: tuple[str, ...] = ()
    """Per whom or per what: "technical writer"."""
    applies_to: Level | None = None
    statistic: str | None = None
    condition: str | None = None
    """What the counted cases must satisfy: "within 24 hours"."""
    reference: str | None = None
    """The other number that it is compared with: "last year", "plan"."""
    basis: Basis | None = None
    due: str | None = None
    window: str | None = None
    """The time looked at, where it is no rate: "for 3 consecutive months"."""
    subject: str | None = None
    """Words before the number: what is counted."""
    notes: tuple[str, ...] = ()
    """Words that were not read."""
    doubts: tuple[str, ...] = ()
    """What the text leaves open."""
    places: tuple[Place, ...] = ()

    def place(self, part: Part) -> tuple[int, int] | None:
        """Where a part stands first, as (start, end); ``None`` where the text has none."""
        return next(((found.start, found.end) for found in self.places if found.part == part), None)

    @property
    def has_number(self) -> bool:
        """Whether a value or a band was read."""
        return self.value is not None or self.low is not None


def to_target(parsed: TargetText) -> Target:
    """The target of a metric card. What the text does not say stays undeclared.

    A text that is a placeholder or cannot be read is kept as the value, as people wrote it; the card's target has no
    room for *strict*, so "above 10" and "at least 10" are the same there.
    """
    if parsed.state == "none":
        return Target(type="none")
    if parsed.state != "read":
        return Target(value=parsed.text)
    return Target(
        type=_type(parsed),
        value=parsed.words if parsed.value is None else parsed.value,
        low=parsed.low,
        high=parsed.high,
        comparator=parsed.comparator,
        unit=_unit(parsed),
        period=parsed.period,
        applies_to=parsed.applies_to,
        basis=parsed.basis,
    )


def _type(parsed: TargetText) -> TargetType | None:
    if parsed.change:
        return "growth"
    if parsed.basis == "peer-relative":
        return "benchmark"
    if parsed.value == 0 and parsed.comparator in (None, "at-most") and not parsed.strict:
        return "zero"
    if parsed.value == 100 and parsed.unit == "percent" and parsed.comparator in (None, "at-least"):
        return None if parsed.reference else "hundred"
    return "threshold" if parsed.comparator else None


def _unit(parsed: TargetText) -> str | None:
    unit = " ".join(
        part
        for part in (parsed.unit or "", f"of {parsed.of}" if parsed.of else "", *(f"per {who}" for who in parsed.per))
        if part
    )
    return unit or None


def render(parsed: TargetText) -> str:
    """A target that was read, in plain words that read back as the same facts.

    What was not understood (notes, subject) is left out; a text that was not read comes back as it is.
    """
    if parsed.state != "read":
        return parsed.text
    if not parsed.has_number:
        return " ".join(part for part in (_side(parsed), parsed.words) if part) or parsed.text
    parts = [_amount(parsed)]
    parts += [f"of {parsed.of}"] if parsed.of else []
    parts += [parsed.condition] if parsed.condition else []
    parts += [f"per {who}" for who in parsed.per]
    parts += [f"per {_period_words(parsed.period)}"] if parsed.period else []
    parts += [f"at the {parsed.statistic}"] if parsed.statistic else []
    parts += [parsed.window] if parsed.window else []
    parts += [parsed.due] if parsed.due else []
    return " ".join(parts)


def _side(parsed: TargetText) -> str:
    if parsed.comparator == "at-least":
        return "above" if parsed.strict else "at or above"
    if parsed.comparator == "at-most":
        return "below" if parsed.strict else "at or below"
    return ""


def _amount(parsed: TargetText) -> str:
    """Comparator, number and unit."""
    if parsed.low is not None and parsed.high is not None:
        if parsed.change:
            return f"± {_quantity(parsed.high, parsed.unit)}" + (f" of {parsed.reference}" if parsed.reference else "")
        return f"between {_plain(parsed.low)} and {_quantity(parsed.high, parsed.unit)}"
    value = parsed.value or 0.0
    if not parsed.change:
        against = f" of {parsed.reference}" if parsed.reference else ""
        if parsed.start is not None:
            verb = "increase" if value > parsed.start else "reduce"
            return f"{verb} from {_plain(parsed.start)} to {_quantity(value, parsed.unit)}"
        return f"{_side(parsed)} {_quantity(value, parsed.unit)}{against}".strip()
    short = parsed.reference is not None and parsed.reference.casefold() in w.PREVIOUS_SHORT
    against = f" {parsed.reference}" if short else f" over {parsed.reference}" if parsed.reference else ""
    if parsed.comparator is None:
        return f"improve by {_quantity(value, parsed.unit)}{against}"
    falls = value < 0 or (value == 0 and parsed.comparator == "at-most")
    side = {"at-least": "up", "at-most": "down"}.get(parsed.comparator or "", "")
    limit = "at most" if (side == "down") != falls else "at least"
    if parsed.strict:
        limit = "below" if limit == "at most" else "above"
    amount = f"{limit} {_quantity(abs(value), parsed.unit)}"
    if parsed.reference is not None and not short:
        return f"{amount} {'less' if falls else 'more'} than {parsed.reference}"
    if limit in ("at most", "below") and not falls:
        return f"{limit} +{_quantity(value, parsed.unit)}{against}"
    return f"{'reduce' if falls else 'increase'} by {amount}{against}"


def _quantity(value: float, unit: str | None) -> str:
    if unit is not None and (unit in w.SYMBOLS or unit.casefold() in w.CODES):
        return f"{unit} {_plain(value)}"
    return f"{_plain(value)} {unit}" if unit else _plain(value)


def _plain(value: float) -> str:
    """A number without exponent or groups; a fourth decimal keeps it from looking like a group of thousands."""
    text = format(Decimal(repr(value)), "f").removesuffix(".0")
    whole, _, part = text.partition(".")
    return text + "0" if len(part) == 3 and whole.lstrip("-") != "0" else text


def _period_words(period: str) -> str:
    words = {"PT{}S": "seconds", "PT{}M": "minutes", "PT{}H": "hours", "P{}D": "days", "P{}W": "weeks"}
    words |= {"P{}M": "months", "P{}Y": "years"}
    for form, word in words.items():
        before, after = form.split("{}")
        count = period.removeprefix(before).removesuffix(after)
        if count.isdigit() and form.format(count) == period:
            return word[:-1] if count == "1" else f"{count} {word}"
    return period
