"""Words in which people write targets: what each says, lower case, as tuples of words."""

from typing import Literal, NamedTuple

Side = Literal["up", "down"]
Phrase = tuple[str, ...]


class Comparison(NamedTuple):
    """Which side of the number is good, and whether the number itself is excluded."""

    side: Side
    strict: bool

    def flipped(self) -> "Comparison":
        """The opposite, as under a negation."""
        return Comparison("down" if self.side == "up" else "up", not self.strict)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[Phrase, ...]:
    """Phrases that commas separate."""
    return tuple(_words(part) for part in text.split(","))


_THAN: dict[str, Side] = {
    **dict.fromkeys(("more", "greater", "higher", "larger", "bigger", "longer"), "up"),
    **dict.fromkeys(("less", "fewer", "lower", "smaller", "shorter"), "down"),
}
_PLAIN: dict[str, Side] = {
    **dict.fromkeys(("above", "over", "beyond", "exceed", "exceeds", "exceeding"), "up"),
    **dict.fromkeys(("below", "under", "beneath"), "down"),
}
_NOT = _phrases(
    "not, not to, not be, never, never be, cannot, don't, doesn't, mustn't, shouldn't, won't, can't, do not, "
    "does not, "
    "should not, must not, may not, shall not, can not, will not, should not be, must not be, may not be, "
    "shall not be, should never, must never, is not, are not"
)


def _comparisons() -> dict[Phrase, Comparison]:
    """Every comparing phrase, composed: base, base with "or equal", base under a negation."""
    bases: dict[Phrase, Side] = {(word,): side for word, side in _PLAIN.items()}
    bases |= {(word, "than"): side for word, side in _THAN.items()}
    bases[("in", "excess", "of")] = "up"
    found: dict[Phrase, Comparison] = {}
    for base, side in bases.items():
        found[base] = Comparison(side, True)
        for no in (*_NOT, ("no",)) if base[-1] == "than" else _NOT:
            found[(*no, *base)] = Comparison(side, True).flipped()
        for short in {base, base[:1]} - {("in",)}:
            for equal in (("equal",), ("equal", "to"), ("equals",), ("at",), ("on",), ("meet",), ("meets",)):
                found[(*equal, "or", *short)] = Comparison(side, False)
                found[(*short, "or", *equal)] = Comparison(side, False)
    for side, words in (
        ("up", "at least; no less than; minimum of; a minimum of; minimum; min; not less than; at minimum"),
        ("down", "at most; up to; maximum of; a maximum of; maximum; max; no later than; at maximum"),
    ):
        for phrase in words.split("; "):
            found[tuple(phrase.split())] = Comparison("up" if side == "up" else "down", False)
    return found


COMPARISONS = _comparisons()
"""Phrases that stand before a number."""
LOOSE: frozenset[Phrase] = frozenset({("minimum",), ("maximum",), ("min",), ("max",)})
"""Those that may stand further before it: "maximum response time 5 days"."""
SIGNS: dict[str, Comparison] = {
    **dict.fromkeys((">=", "=>", "≥", "⩾", "≧"), Comparison("up", False)),
    **dict.fromkeys(("<=", "=<", "≤", "⩽", "≦"), Comparison("down", False)),
    ">": Comparison("up", True),
    "<": Comparison("down", True),
}
BEHIND: dict[Phrase, Comparison] = {
    **{
        (joint, word): Comparison("up", False)
        for joint in ("or", "and")
        for word in ("more", "above", "higher", "greater", "over", "up", "upwards", "longer")
    },
    **{
        (joint, word): Comparison("down", False)
        for joint in ("or", "and")
        for word in ("less", "fewer", "lower", "below", "under", "shorter")
    },
    ("+",): Comparison("up", False),
    **dict.fromkeys((("minimum",), ("at", "least")), Comparison("up", False)),
    **dict.fromkeys((("maximum",), ("max",), ("at", "most")), Comparison("down", False)),
}
"""Phrases that stand behind a number."""

RISE: dict[str, int] = {
    **dict.fromkeys(("increase", "raise", "grow", "lift", "boost", "expand", "increasing", "raising", "growing"), 1),
    **dict.fromkeys(("reduce", "decrease", "cut", "shrink", "drop", "lower", "reducing", "decreasing", "lowering"), -1),
    **dict.fromkeys(("improve", "improving"), 0),
}
"""Verbs that change a number: which way; 0 where the verb does not say."""
CHANGE: dict[str, int] = {
    **dict.fromkeys(("increase", "growth", "rise", "uplift", "gain"), 1),
    **dict.fromkeys(("reduction", "decrease", "decline", "drop", "cut", "fall"), -1),
    **dict.fromkeys(("improvement",), 0),
}
"""Nouns of a change: "20 % growth", "reduction of 5 %"."""
DEVIATION = frozenset({"change", "deviation", "variance", "variation", "difference", "fluctuation"})
"""Nouns of a change in either direction."""
MORE: dict[str, int] = {
    **dict.fromkeys(("more", "higher", "greater", "larger", "above", "over"), 1),
    **dict.fromkeys(("less", "fewer", "lower", "smaller", "below", "under"), -1),
    "better": 0,
}
"""Words of a comparison with something else: "20 % more than last year"."""
AGAINST = frozenset({"than", "vs", "versus", "against", "on", "from", "over", "compared"})

ISO: dict[str, str] = {
    **dict.fromkeys(("second", "seconds", "sec", "s"), "PT{}S"),
    **dict.fromkeys(("minute", "minutes", "min"), "PT{}M"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), "PT{}H"),
    **dict.fromkeys(("day", "days", "d"), "P{}D"),
    **dict.fromkeys(("week", "weeks", "wk"), "P{}W"),
    **dict.fromkeys(("month", "months", "mo"), "P{}M"),
    **dict.fromkeys(("quarter", "quarters", "qtr"), "P{3}M"),
    **dict.fromkeys(("year", "years", "yr", "annum"), "P{}Y"),
}
"""ISO 8601 durations of the words of time; ``{3}`` counts in threes."""
CYCLES = frozenset(
    {"sprint", "release", "iteration", "shift", "milestone", "semester", "term", "cycle", "season", "epoch"}
)
"""Periods that have no fixed length: kept as words."""
ADVERBS: dict[str, str] = {
    "hourly": "PT1H",
    "daily": "P1D",
    "weekly": "P1W",
    "fortnightly": "P2W",
    "monthly": "P1M",
    "quarterly": "P3M",
    "yearly": "P1Y",
    "annually": "P1Y",
    "p.a.": "P1Y",
}
DURATIONS = frozenset(ISO) | {"ms", "milliseconds", "millisecond"}

PERCENT = frozenset({"%", "percent", "pct", "percents"})
POINTS = frozenset({"pp", "ppt", "pps"})
SCALES: dict[str, float] = {
    **dict.fromkeys(("k", "thousand"), 1e3),
    **dict.fromkeys(("mn", "mio", "mln", "million", "millions"), 1e6),
    **dict.fromkeys(("bn", "billion", "billions"), 1e9),
    "trillion": 1e12,
    "lakh": 1e5,
    "crore": 1e7,
}
SYMBOLS = frozenset("$€£¥₹")
CODES = frozenset({"usd", "eur", "gbp", "chf", "jpy", "inr", "aud", "cad", "cny", "sek", "nok", "dkk", "pln", "brl"})
NUMBERS: dict[str, float] = {
    word: float(number)
    for number, word in enumerate(_words("zero one two three four five six seven eight nine ten eleven twelve"))
} | {"twenty": 20.0, "thirty": 30.0, "fifty": 50.0}
NAMES = frozenset(_words("iso iec din version page section chapter article phase tier priority severity sev"))
"""Words whose number is a name."""
ABOUT = frozenset({"about", "around", "approximately", "approx", "circa", "roughly", "~", "≈"})

PREVIOUS_SHORT = frozenset(
    {"yoy", "mom", "qoq", "wow", "year-over-year", "year-on-year", "month-over-month", "month-on-month"}
    | {"quarter-over-quarter", "quarter-on-quarter", "week-over-week"}
)
STOPS = (
    frozenset(
        _words(
            "per a an each every by for at in on until till from over within during with when if after before than and "
            "or but to is are was were be has have which that who compared vs versus more less higher lower fewer "
            "greater above below under because as while where so not no never without unless except of "
            "tbd tbc tba tbe"
        )
    )
    | frozenset(ADVERBS)
    | frozenset(CHANGE)
    | DEVIATION
    | PREVIOUS_SHORT
)
"""Words that end a unit."""
NEGATIONS = frozenset(
    _words(
        "not no never without unless except cannot don't doesn't mustn't shouldn't won't can't isn't aren't neither "
        "nor ≠ !"
    )
)

UNSETTLED = _phrases(
    "tbd, tbc, tba, tbe, wip, todo, pending, to be determined, to be defined, to be decided, to be confirmed, "
    "to be announced, to be agreed, to be set, to be established, not yet, not set, not defined, undefined, unset, "
    "coming soon, under review, placeholder"
)
OPEN: dict[Phrase, bool] = {
    words: True for words in UNSETTLED if words[0] in ("tbd", "tbc", "tba", "tbe", "todo") or words[:2] == ("to", "be")
}
"""Those that mark a number as not settled wherever they stand."""
PLACEHOLDERS = UNSETTLED + _phrases(
    "unknown, not known, confidential, withheld, restricted, not public, n / a, na, not applicable, see, refer to, cf"
)
LABELS = frozenset({"target", "goal", "objective", "kpi", "value"})
PRESENT = frozenset({"currently", "yet", "present", "now", "moment", "still"})

PREVIOUS = frozenset(
    {"last", "previous", "prior", "trailing", "rolling", "preceding", "before", "today", "now", "current", "past"}
)
PEERS = frozenset({"industry", "peer", "peers", "market", "competitors", "competitor", "benchmark", "sector"})
ANOTHER = frozenset({"average", "mean", "median", "plan", "budget", "baseline", "quota", "forecast", "benchmark"})
"""Words that make "of …" or "above …" a reference to another number."""
RANKS = frozenset({"quartile", "decile", "quintile", "tercile", "third", "half", "percentile"})

PERSONS = frozenset(
    _words(
        "person people head fte employee engineer developer writer rep representative salesperson recruiter nurse "
        "teacher seller analyst consultant designer individual contributor member staff"
    )
)
TEAMS = frozenset({"team", "squad", "crew"})
UNITS = frozenset({"department", "site", "school", "branch", "store", "ward", "unit", "office", "plant"})

MONTHS = frozenset(
    _words(
        "january february march april may june july august september october november december "
        "jan feb mar apr jun jul aug sep sept oct nov dec"
    )
)
SPANS = frozenset({"year", "quarter", "month", "week", "half", "summer", "winter", "spring", "autumn"})
BEST: dict[Phrase, Side] = {
    ("lower", "is", "better"): "down",
    ("less", "is", "better"): "down",
    ("the", "lower", "the", "better"): "down",
    ("higher", "is", "better"): "up",
    ("more", "is", "better"): "up",
    ("the", "higher", "the", "better"): "up",
    ("as", "low", "as", "possible"): "down",
    ("as", "few", "as", "possible"): "down",
    ("as", "high", "as", "possible"): "up",
    ("as", "many", "as", "possible"): "up",
    **dict.fromkeys((("minimise",), ("minimize",)), "down"),
    **dict.fromkeys((("maximise",), ("maximize",)), "up"),
}
"""Phrases that say a direction and no number."""
FACTORS: dict[str, float] = {"double": 100.0, "triple": 200.0, "halve": -50.0}
"""Verbs that are a change of so many percent."""
