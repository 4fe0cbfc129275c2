"""Phrases of a target's text: each function reads one kind of phrase at a token and says where it ends, or ``None``."""

from collections.abc import Container
from typing import NamedTuple, TypeVar

from metriclint.sources.targets import words as w
from metriclint.sources.targets.tokens import Token, without_markup

_Meaning = TypeVar("_Meaning")
_LONGEST = 6


class Refused(Exception):
    """The text cannot be read without guessing; the message says why."""


class Tokens:
    """The tokens of a text, with safe looks past the end."""

    def __init__(self, text: str, all_: list[Token]) -> None:
        self.text = text
        self.all = all_

    def __len__(self) -> int:
        return len(self.all)

    def word(self, at: int) -> str:
        """The text of a token, empty past the end."""
        return self.all[at].text if 0 <= at < len(self.all) else ""

    def kind(self, at: int) -> str:
        """The kind of a token, empty past the end."""
        return self.all[at].kind if 0 <= at < len(self.all) else ""

    def joined(self, at: int) -> bool:
        """Whether nothing stands between a token and the one before it."""
        return 0 < at < len(self.all) and self.all[at].start == self.all[at - 1].end

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the tokens from ``start`` up to and without ``end``."""
        return self.all[start].start, self.all[end - 1].end

    def written(self, start: int, end: int) -> str:
        """Those tokens as they were written, with single spaces."""
        first, last = self.span(start, end)
        return without_markup(self.text[first:last])


def phrase(tokens: Tokens, at: int, table: dict[w.Phrase, _Meaning]) -> tuple[_Meaning, int] | None:
    """The longest phrase of a table that stands at a token: its meaning and its end."""
    words = tuple(token.text for token in tokens.all[at : at + _LONGEST])
    for length in range(len(words), 0, -1):
        if words[:length] in table:
            return table[words[:length]], at + length
    return None


def comparison(tokens: Tokens, at: int) -> tuple[w.Comparison, int] | None:
    """A comparing phrase or sign."""
    if tokens.kind(at) == "sign" and tokens.word(at) in w.SIGNS:
        return w.SIGNS[tokens.word(at)], at + 1
    return phrase(tokens, at, w.COMPARISONS)


class Quantity(NamedTuple):
    """A number with its sign, scale and the unit that belongs to it (percent, currency)."""

    value: float
    sign: str
    unit: str | None
    first: int
    end: int
    about: bool


def quantity(tokens: Tokens, at: int) -> Quantity | None:
    """``~ $ -1.5M``, ``85 %``, ``10k EUR``. Refuses a number that can be read in two ways."""
    here, sign, unit, about = at, "", None, False
    while tokens.kind(here) in ("sign", "currency", "word") and here - at < 4:
        word = tokens.word(here)
        if word in w.ABOUT:
            about = True
        elif word in ("+", "-", "±", "+/-", "+-") and not sign and tokens.joined(here + 1):
            sign = "±" if len(word) > 1 else word
        elif word == "±" or word in ("+/-", "+-"):
            sign = "±"
        elif unit is None and (tokens.kind(here) == "currency" or word in w.CODES):
            unit = tokens.text[slice(*tokens.span(here, here + 1))]
        else:
            return None
        here += 1
    if tokens.kind(here) != "number" or (here == at and _part_of_a_name(tokens, here)):
        return None
    if sign and sign != "±" and _part_of_a_name(tokens, at):
        return None
    token = tokens.all[here]
    if token.trouble:
        raise Refused(token.trouble)
    factor, end = _scale(tokens, here + 1, unit is not None)
    own, end = _own_unit(tokens, end)
    value = token.value * factor
    if value in (float("inf"),):
        raise Refused("the number is too large")
    return Quantity(value, sign, own or unit, at, end, about)


def _part_of_a_name(tokens: Tokens, at: int) -> bool:
    """Whether a number belongs to a word before it: SEV-1, CVE-2021-44228, ISO 9001."""
    first = at
    while (
        at - first < 8
        and tokens.joined(first)
        and (tokens.kind(first - 1) == "number" or tokens.word(first - 1) == "-")
    ):
        first -= 1
    if tokens.joined(first) and tokens.kind(first - 1) in ("word", "code", "ordinal"):
        return True
    return tokens.word(first - 1) in w.NAMES


def _scale(tokens: Tokens, at: int, money: bool) -> tuple[float, int]:
    if tokens.kind(at) == "code" and tokens.joined(at):
        raise Refused(f"“{tokens.written(at - 1, at + 1)}” is not understood")
    if tokens.kind(at) != "word":
        return 1.0, at
    word = tokens.text[slice(*tokens.span(at, at + 1))]
    sure = money or tokens.joined(at)
    if word in ("M", "B") or (money and word in ("m", "b")):
        if sure:
            return (1e6 if word in "Mm" else 1e9), at + 1
        raise Refused(f"“{word}” behind a number can be a scale or a unit")
    if word in ("m", "b", "T"):
        raise Refused(f"“{word}” behind a number can be a scale or a unit")
    factor = w.SCALES.get(word.casefold())
    return (factor, at + 1) if factor else (1.0, at)


def _own_unit(tokens: Tokens, at: int) -> tuple[str | None, int]:
    word = tokens.word(at)
    if word == "percentage" and tokens.word(at + 1) in ("point", "points"):
        return "percentage points", at + 2
    if word in w.PERCENT and tokens.word(at + 1) in ("point", "points"):
        return "percentage points", at + 2
    if word in w.PERCENT:
        return "percent", at + 1
    if word == "per" and tokens.word(at + 1) == "cent":
        return "percent", at + 2
    if word in w.POINTS:
        return "percentage points", at + 1
    if tokens.kind(at) == "currency" or word in w.CODES:
        return tokens.text[slice(*tokens.span(at, at + 1))], at + 1
    if word in ("x", "×") and (tokens.joined(at) or word == "×"):
        return "times", at + 1
    return None, at


def words_until(tokens: Tokens, at: int, most: int, stops: Container[str] = w.STOPS) -> int:
    """Where a run of words ends: at a stop, another sign or after ``most`` of them. Quotation marks belong to it."""
    end = at
    while end < len(tokens) and end - at < most:
        word = tokens.word(end)
        inner = word in ('"', "&") or (word == "-" and tokens.joined(end) and tokens.joined(end + 1))
        dated = tokens.kind(end) == "code" and _date(tokens, end, loose=False) is not None
        if dated or (not inner and (tokens.kind(end) not in ("word", "code") or word in stops)):
            break
        end += 1
    return end


def when(tokens: Tokens, at: int) -> int | None:
    """The end of a date by which or in which it holds: "by end of Q3", "in 2027", "EOY"."""
    word = tokens.word(at)
    if word in ("eoy", "eoq", "eom") or tokens.kind(at) == "date":
        return at + 1
    if word in ("by", "until", "till", "before", "in", "for", "during", "end", "end-of"):
        return _date(tokens, at if word == "end" else at + 1, loose=True)
    if tokens.kind(at) == "code":
        return _date(tokens, at, loose=False)
    if _year(tokens, at) and tokens.word(at + 1) in (":", "target", "goal"):
        return at + 1
    return None


def _date(tokens: Tokens, at: int, loose: bool) -> int | None:
    here, span = at, False
    while loose and tokens.word(here) in ("the", "end", "of", "start", "close", "next", "this", "fiscal", "calendar"):
        span = span or tokens.word(here) in ("end", "next", "this")
        here += 1
    word, kind = tokens.word(here), tokens.kind(here)
    if kind == "date" or word in ("eoy", "eoq", "eom"):
        return here + 1
    code = kind == "code" and word.rstrip("0123456789") in ("q", "h", "fy", "cy")
    if code or (loose and word in w.MONTHS):
        return here + 2 if _year(tokens, here + 1) else here + 1
    if word == "year" and tokens.word(here + 1) in ("end", "-"):
        return here + 2
    if word == "year-end" or (span and word in w.SPANS):
        return here + 1
    if loose and _year(tokens, here) and (tokens.kind(here + 1) != "word" or tokens.word(here + 1) in w.STOPS):
        return here + 1
    return None


def _year(tokens: Tokens, at: int) -> bool:
    word = tokens.word(at)
    return tokens.kind(at) == "number" and len(word) == 4 and word.isdigit() and 1990 <= int(word) <= 2100


def statistic(tokens: Tokens, at: int) -> tuple[int, int] | None:
    """``90th percentile``, ``p95``, ``on average``: its words."""
    word = tokens.word(at)
    if tokens.kind(at) == "ordinal" and tokens.word(at + 1) == "percentile":
        return at, at + 2
    if tokens.kind(at) == "code" and word[0] == "p" and word[1:].isdigit() and 2 <= len(word[1:]) <= 3:
        return at, at + 1
    if word == "on" and tokens.word(at + 1) == "average":
        return at + 1, at + 2
    return None


class Per(NamedTuple):
    """A rate: per period, or per whom."""

    period: str | None
    who: str | None
    first: int
    end: int


def per(tokens: Tokens, at: int, inside: bool) -> Per | None:
    """``per month``, ``/week``, ``a day``, ``daily``, ``per technical writer``; ``inside``: behind the number."""
    word = tokens.word(at)
    if word in w.ADVERBS and inside:
        return Per(w.ADVERBS[word], None, at, at + 1)
    if word not in ("per", "/", "each", "every", "a", "an"):
        return None
    here = at + 1
    while tokens.word(here) in ("rolling", "calendar", "fiscal", "full"):
        here += 1
    count = 1.0
    counted = tokens.kind(here) == "number" and not tokens.all[here].trouble
    if counted:
        count, here = tokens.all[here].value, here + 1
    unit = tokens.word(here)
    if unit in w.CYCLES and not counted:
        return Per(unit, None, at + 1, here + 1)
    if unit in w.ISO and (word == "/" or len(unit) > 2):
        return Per(duration(count, unit), None, at + 1, here + 1) if count == int(count) > 0 else None
    if word in ("a", "an") or (not inside and word != "per"):
        return None
    end = words_until(tokens, here, 5)
    if end == here or (word == "/" and (counted or tokens.word(end - 1).endswith("s"))):
        return None
    return Per(None, tokens.written(at + 1, end), at + 1, end)


def duration(count: float, unit: str) -> str:
    """So many of a unit of time as an ISO 8601 duration."""
    form = w.ISO[unit]
    return f"P{int(count) * 3}M" if form == "P{3}M" else form.format(int(count))


class Window(NamedTuple):
    """A stretch of time that is looked at; ``rate`` where "5 in 30 days" makes it a period."""

    rate: str | None
    end: int


_EARLIER = frozenset({"last", "past", "previous", "rolling", "trailing", "next"})
_KINDS = frozenset({"consecutive", "calendar", "business", "working", "straight", "successive", "rolling"})


def window(tokens: Tokens, at: int) -> Window | None:
    """``over the last 30 days``, ``for 3 consecutive months``, ``in a week``."""
    word = tokens.word(at)
    if word not in ("in", "over", "during", "for", "within", "across"):
        return None
    here, plain, known = at + 1, True, False
    while tokens.word(here) in ("the", "any", "a", "an", "each") or tokens.word(here) in _EARLIER | _KINDS:
        plain = plain and tokens.word(here) not in _EARLIER | _KINDS
        known = known or tokens.word(here) != "the"
        here += 1
    count = 1.0
    if tokens.kind(here) == "number" and not tokens.all[here].trouble:
        count, here, known = tokens.all[here].value, here + 1, True
    while tokens.word(here) in _KINDS:
        plain, here = False, here + 1
    unit = tokens.word(here)
    if not known or (unit not in w.ISO and unit not in w.CYCLES):
        return None
    rate = plain and word in ("in", "over", "during", "within") and unit in w.ISO and count == int(count) > 0
    return Window(duration(count, unit) if rate else None, here + 1)


def relative(tokens: Tokens, at: int, peers: bool = True) -> int | None:
    """The end of words that stand for another number: "last year", "the monthly average of the last 12 months".

    ``peers``: whether words such as "industry" or "competitors" make one.
    """
    end, known = at, False
    stops = {"for", "by", "per", "and", "or", "but", "with", "if", "until", "than"}
    while end < len(tokens) and end - at < 12:
        word, kind = tokens.word(end).removesuffix("'s"), tokens.kind(end)
        if kind not in ("word", "code", "number") and word not in ("'", "-", '"'):
            break
        if word in stops or (kind == "number" and not _counts_time(tokens, end)):
            break
        end += 1
        known = known or word in w.ANOTHER or word in ("before", "today", "now") or (peers and word in w.PEERS)
        known = known or (word in w.PREVIOUS and _time_follows(tokens, end))
    return end if known else None


def _time_follows(tokens: Tokens, at: int) -> bool:
    word = tokens.word(at).removesuffix("'s")
    return word in w.ISO or word in w.SPANS or word in w.CYCLES or word == "period" or tokens.kind(at) == "number"


def _counts_time(tokens: Tokens, at: int) -> bool:
    """Whether a number counts a stretch of time: the 3 of "3-month average", the 12 of "12 months"."""
    return tokens.word(at + 2 if tokens.word(at + 1) == "-" else at + 1) in w.ISO
