"""What follows the number of a target: unit, rate, conditions, comparisons."""

from metriclint.sources.targets import phrases as p
from metriclint.sources.targets import words as w
from metriclint.sources.targets.facts import Facts
from metriclint.sources.targets.phrases import Quantity, Refused, Tokens
from metriclint.sources.targets.result import Place

_TO = frozenset({"-", "–", "—", "to", "through", "±", "→", "->", "=>"})
_WITHIN = frozenset({"within", "in"})
_COPULAS = frozenset({"are", "is", "be", "have", "has", "were", "was"})


class Tail:
    """The second pass: the number and everything behind it."""

    def __init__(self, seen: Tokens, facts: Facts, core: Quantity, joint: str) -> None:
        self.seen = seen
        self.facts = facts
        self.core = core
        self.joint = joint
        self.broken = False
        """Whether a comma or the like stood since the number."""

    def read(self) -> Facts:
        """All facts. Refuses what is not understood."""
        facts, core = self.facts, self.core
        facts.unit = core.unit
        if core.about:
            facts.doubts.append("about so much: no side is said")
        at = self._number(core)
        at = self._unit(at)
        while at < len(self.seen):
            at = self._step(at)
        self._joint()
        return facts

    def _number(self, core: Quantity) -> int:
        """The number, or the two of a range, of a way from one to the other, of a scale."""
        seen, facts, at = self.seen, self.facts, core.end
        word, value = seen.word(at), core.value
        if core.sign == "±":
            facts.band, facts.change = (-value, value), True
            facts.mark("value", seen, core.first, at)
            return at
        signed = -value if core.sign == "-" else value
        if core.sign == "+":
            facts.change, facts.sign = True, facts.sign or 1
        if word in _TO or (word == "and" and self.joint == "between"):
            second = p.quantity(seen, at if word == "±" else at + 1)
            if second is not None:
                return self._two(core, signed, word, second)
        scale = at + 2 if (word, seen.word(at + 1)) == ("out", "of") else at + 1 if word in ("/", "of") else 0
        if scale and core.unit is None and seen.kind(scale) == "number":
            full = p.quantity(seen, scale)
            if full is None or full.value < value:
                raise Refused(f"“{seen.written(core.first, scale + 1)}” is no share of a whole")
            facts.value, facts.unit = signed, f"out of {seen.written(scale, scale + 1)}"
            facts.mark("value", seen, core.first, at)
            facts.mark("unit", seen, at, scale + 1)
            return full.end
        facts.value = signed
        facts.mark("value", seen, core.first, at)
        if core.sign == "-" and core.unit == "percent":
            facts.doubts.append("a fall by so much, or a value below zero")
        return at

    def _two(self, core: Quantity, first: float, word: str, second: Quantity) -> int:
        seen, facts = self.seen, self.facts
        facts.unit = second.unit or core.unit
        last = -second.value if second.sign == "-" and word in ("to", "and", "→") else second.value
        if core.unit and second.unit and core.unit != second.unit and word != "±":
            raise Refused(f"two units, {core.unit} and {second.unit}")
        if word == "±":
            if second.unit == "percent" and core.unit != "percent":
                raise Refused("± percent of what: the text does not say")
            facts.band = (first - last, first + last)
            facts.mark("value", seen, core.first, second.end)
            return second.end
        way = word in ("→", "->", "=>") or (self.joint == "from" and facts.verb is not None)
        if way:
            if first == last or (facts.verb and (last > first) != (facts.verb > 0)):
                raise Refused(f"from {first:g} to {last:g} is not the way that the text says")
            facts.start, facts.value, facts.link = first, last, "to"
            facts.verb = 1 if last > first else -1
            facts.mark("start", seen, core.first, core.end)
            facts.mark("value", seen, second.first, second.end)
            return second.end
        if self.joint == "from":
            raise Refused("“from … to …” can be a range, or a start and a goal")
        if not first < last:
            raise Refused(f"the range from {first:g} to {last:g} runs backwards")
        if facts.comparison is not None:
            raise Refused("a comparison before a range")
        facts.band, self.joint = (first, last), ""
        facts.mark("low", seen, core.first, core.end)
        facts.mark("high", seen, second.first, second.end)
        return second.end

    def _unit(self, at: int) -> int:
        """Words directly behind the number; behind a percentage or money they say what is counted."""
        seen, facts = self.seen, self.facts
        behind = self._behind(at)
        at = behind or at
        other = p.relative(seen, at) if facts.unit == "times" else None
        if other is not None:
            facts.refer(seen, at, other)
            return other
        end = p.words_until(seen, at, 8)
        if end == at:
            return at
        if facts.unit is None:
            more = (
                seen.word(end) == "of" and p.words_until(seen, end + 1, 4) > end + 1 and not p.relative(seen, end + 1)
            )
            end = p.words_until(seen, end + 1, 4) if more else end
            facts.unit = seen.written(at, end)
            facts.mark("unit", seen, at, end)
        elif facts.unit == "percentage points" or not facts.subject:
            facts.subject.extend(range(at, end))
        else:
            facts.notes.extend(range(at, end))
        return end

    def _behind(self, at: int) -> int | None:
        found = p.phrase(self.seen, at, w.BEHIND)
        if found is None or (self.seen.word(at) == "+" and not self.seen.joined(at)):
            return None
        if self.facts.comparison is not None or self.facts.band is not None:
            raise Refused(f"“{self.seen.written(at, found[1])}” is a second comparison")
        self.facts.comparison = found[0]
        self.facts.mark("comparator", self.seen, at, found[1])
        return found[1]

    def _dated(self, at: int) -> int | None:
        return self.facts.dated(self.seen, at)

    def _step(self, at: int) -> int:
        """One phrase behind the unit."""
        seen, facts, word = self.seen, self.facts, self.seen.word(at)
        rate = p.per(seen, at, inside=True)
        if rate is not None:
            facts.rate(seen, rate)
            return rate.end
        clauses = (self._change, self._condition, self._window, self._reference, self._behind, self._second)
        for clause in (self._dated, *clauses):
            end = clause(at)
            if end is not None:
                return end
        if word in (",", ";", ".", ":", "—", "–", "|", "\\"):
            self.broken = True
        return self._rest(at, word)

    def _rest(self, at: int, word: str) -> int:
        """A word that is not understood: kept where it cannot change the meaning, else the whole text is refused."""
        seen, facts = self.seen, self.facts
        if seen.kind(at) in ("number", "ordinal", "code", "currency", "date"):
            raise Refused(f"“{seen.written(at, at + 1)}” is another number, and not understood")
        compared = p.comparison(seen, at)
        if compared is not None or word in w.NEGATIONS or word in ("or", "±", "=", "%"):
            end = compared[1] if compared else at + 1
            raise Refused(f"“{seen.written(at, end)}” behind the number is not understood")
        unsettled = p.phrase(seen, at, w.OPEN)
        if unsettled is not None:
            facts.doubts.append(f"marked “{seen.written(at, unsettled[1])}”")
            return unsettled[1]
        if seen.kind(at) == "word" and word not in ("at", "the", "on", "and", "but", *_COPULAS):
            facts.notes.append(at)
        return at + 1

    def _change(self, at: int) -> int | None:
        """``more than last year``, ``growth``, ``change``, ``YoY``."""
        seen, facts, word = self.seen, self.facts, self.seen.word(at)
        if self.broken or (facts.band is not None and not facts.change):
            return None
        if word in w.PREVIOUS_SHORT:
            facts.refer(seen, at, at + 1)
            facts.change = True
            return at + 1
        if word in w.DEVIATION or word in w.CHANGE:
            facts.mark("change", seen, at, at + 1)
            facts.change, facts.deviation = True, facts.deviation or word in w.DEVIATION
            facts.sign = facts.sign or w.CHANGE.get(word, 0)
            return at + 1
        if word not in w.MORE and word not in w.AGAINST:
            return None
        start = at + 1
        while seen.word(start) in w.AGAINST or seen.word(start) in ("to", "with", "the"):
            start += 1
        end = p.relative(seen, start)
        windowed = word == "over" and p.window(seen, at) is not None and seen.word(at + 1) == "the"
        if end is None or windowed:
            return None
        facts.refer(seen, start, end)
        facts.mark("change", seen, at, start)
        if word in w.MORE and facts.verb is None:
            facts.change, facts.sign = facts.unit != "times", facts.sign or w.MORE[word]
        return end

    def _condition(self, at: int) -> int | None:
        """Behind a percentage: ``are over 14 days``, ``within 24 hours``."""
        seen, facts = self.seen, self.facts
        if facts.unit != "percent" or self.broken or "condition" in facts.texts:
            return None
        here = at + 1 if seen.word(at) in _COPULAS else at
        compared = p.comparison(seen, here)
        start = compared[1] if compared else here + 1 if seen.word(here) in _WITHIN else 0
        start += seen.word(start) in ("a", "an", "the") and bool(start)
        limit = p.quantity(seen, start) if start else None
        if limit is None or limit.unit in ("percent", "percentage points"):
            return None
        end = p.words_until(seen, limit.end, 4)
        facts.put("condition", seen, at, end)
        return end

    def _window(self, at: int) -> int | None:
        seen, facts = self.seen, self.facts
        found = p.window(seen, at)
        if found is None:
            return None
        if found.rate and facts.unit != "percent" and facts.period is None:
            facts.period = found.rate
            facts.mark("period", seen, at, found.end)
        else:
            facts.put("window", seen, at, found.end)
        return found.end

    def _reference(self, at: int) -> int | None:
        """``of plan``, ``of the monthly average``; otherwise what a percentage is a share of."""
        seen, facts = self.seen, self.facts
        if seen.word(at) != "of":
            return None
        start = at + 2 if seen.word(at + 1) in ("the", "our") else at + 1
        end = p.relative(seen, start, peers=False)
        if end is not None:
            facts.refer(seen, start, end)
            return end
        end = p.words_until(seen, at + 1, 8)
        if facts.unit != "percent" or end == at + 1 or "of" in facts.texts:
            return None
        facts.put("of", seen, at + 1, end)
        return end

    def _second(self, at: int) -> int | None:
        """The other end of a band: ``and below 5``."""
        seen, facts, here = self.seen, self.facts, at
        while seen.word(here) in ("and", "but", ","):
            here += 1
        compared = p.comparison(seen, here) if here > at else None
        other = p.quantity(seen, compared[1]) if compared else None
        if compared is None or other is None or facts.comparison is None or facts.value is None or facts.change:
            return None
        ends = sorted((facts.value, other.value))
        rising = facts.comparison.side == "up"
        if compared[0].side == facts.comparison.side or (facts.value < other.value) != rising:
            raise Refused("two comparisons that are no band")
        if other.unit not in (None, facts.unit):
            if facts.unit is not None:
                raise Refused(f"two units, {facts.unit} and {other.unit}")
            facts.unit = other.unit
        first = next(place for place in facts.places if place.part == "value")
        facts.places.remove(first)
        second = Place("value", *seen.span(other.first, other.end))
        low, high = (first, second) if rising else (second, first)
        facts.places += [Place("low", low.start, low.end), Place("high", high.start, high.end)]
        facts.band, facts.value, facts.comparison = (ends[0], ends[1]), None, None
        end = p.words_until(seen, other.end, 8)
        if facts.unit is None and end > other.end:
            facts.unit = seen.written(other.end, end)
            facts.mark("unit", seen, other.end, end)
            return end
        return other.end if facts.unit is None or end == other.end else self._same_unit(other.end, end)

    def _same_unit(self, start: int, end: int) -> int:
        if self.seen.written(start, end).casefold() != str(self.facts.unit).casefold():
            raise Refused(f"two units, {self.facts.unit} and {self.seen.written(start, end)}")
        return end

    def _joint(self) -> None:
        """``between`` and ``from`` need two numbers; ``within`` needs a time, or another number."""
        facts = self.facts
        if self.joint in ("between", "from") and facts.band is None and facts.start is None:
            raise Refused(f"“{self.joint}” and one number")
        if self.joint != "within" or facts.band is not None:
            return
        if facts.comparison is not None or facts.value is None:
            raise Refused("“within” and another comparison")
        if facts.unit is not None and facts.unit.casefold().split()[-1] in w.DURATIONS:
            facts.comparison = w.Comparison("down", False)
        elif "reference" in facts.texts:
            facts.band, facts.value, facts.change = (-abs(facts.value), abs(facts.value)), None, True
        else:
            raise Refused("“within” so much of what: the text does not say")
