"""A target as people write it, read into a value, a side, a unit, a period: never guessed.

One pass from the left finds the number, a second one reads what follows it. Whatever could change the meaning and is
not understood (another number, a negation, a comparison elsewhere) refuses the whole text with a reason; other words
are kept as notes.
"""

import math

from metriclint.sources.targets import phrases as p
from metriclint.sources.targets import words as w
from metriclint.sources.targets.clauses import Tail
from metriclint.sources.targets.facts import Facts, facts_of
from metriclint.sources.targets.phrases import Quantity, Refused, Tokens, phrase
from metriclint.sources.targets.result import Place, State, TargetText
from metriclint.sources.targets.tokens import Mark, Token, tokens

_FILL = frozenset({"a", "an", "the", "of", "be", "is", ":", "just"}) | w.ABOUT
_NO_NOUN = frozenset(
    {"one", "target", "targets", "goal", "limit", "change", "data", "more", "less", "fewer", "later", "longer"}
)


def read_target(text: str | int | float, decimal: Mark | None = None) -> TargetText:
    """Reads a target.

    ``text`` may be a number, as files give it. ``decimal`` is the writer's decimal mark where it is known; without it
    ``1,000`` is refused, because it is a thousand for some and one for others. Never raises; time grows linearly with
    the text.
    """
    if not isinstance(text, str):
        return _of_number(text)
    found = tokens(text, decimal)
    outer, notes = _without_brackets(found)
    while len(outer) > 1 and outer[-1].text in (".", ",", ";", "!", "*"):
        outer.pop()
    if not outer:
        return TargetText(text=text, state="unreadable", reason="the text is empty" if not found else "only brackets")
    seen = Tokens(text, outer)
    held = _held_off(seen)
    if held is not None:
        return held
    try:
        facts = _Head(seen).read()
    except Refused as refusal:
        return TargetText(text=text, state="unreadable", reason=str(refusal))
    return facts_of(facts, seen, [(text[a:b].strip(), a, b) for a, b in notes], _has_number(found) > _has_number(outer))


def _has_number(found: list[Token]) -> int:
    return sum(token.kind == "number" for token in found)


def _of_number(number: int | float) -> TargetText:
    text = str(number)
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if isinstance(number, bool) or not math.isfinite(value):
        return TargetText(text=text, state="unreadable", reason="this is no number")
    return TargetText(text=text, value=value, places=(Place("value", 0, len(text)),))


def _without_brackets(found: list[Token]) -> tuple[list[Token], list[tuple[int, int]]]:
    """Tokens outside brackets, and the places of what stands in them."""
    outer: list[Token] = []
    notes: list[tuple[int, int]] = []
    depth = start = 0
    for token in found:
        if token.text in ("(", "["):
            start = start if depth else token.end
            depth += 1
        elif token.text in (")", "]"):
            if depth == 1:
                notes.append((start, token.start))
            depth = max(0, depth - 1)
        elif not depth:
            outer.append(token)
    if depth:
        notes.append((start, found[-1].end))
    return outer, notes


def _held_off(seen: Tokens) -> TargetText | None:
    """A text that is a placeholder or says that there is no target."""
    at = 0
    while seen.word(at) in w.LABELS or seen.word(at) in (":", "is", "the", "are"):
        at += 1
    words = [token.text for token in seen.all]
    numbers = any(token.kind in ("number", "ordinal") for token in seen.all)
    state: State = "placeholder"
    if all(token.kind in ("point", "sign") and token.text in "?-–—….*_" for token in seen.all):
        return TargetText(text=seen.text, state=state, reason="no words, only a mark")
    if at >= len(words):
        return None
    if numbers and words[at] in ("see", "refer"):
        return TargetText(text=seen.text, state="unreadable", reason="it points elsewhere and has a number")
    found = phrase(seen, at, dict.fromkeys(w.PLACEHOLDERS, True))
    if found is None and words[at] == "x" * len(words[at]):
        found = True, at + 1
    if found and numbers and seen.kind(found[1]) == "word" and phrase(seen, at, w.OPEN) is None:
        found = None
    if found:
        return TargetText(text=seen.text, state=state, reason=f"“{seen.written(at, found[1])}” is no target yet")
    while at < len(words) and words[at] in w.PRESENT | {"there", "is", "at", "the", "we", "have"}:
        at += 1
    rest = words[at:]
    if rest == ["none"] or (rest[:1] == ["no"] and {"target", "targets", "goal"} & set(rest[1:3])):
        later = w.PRESENT & set(words) and not numbers
        state = "placeholder" if later else "none"
        return TargetText(text=seen.text, state=state, reason="the text says that there is no target")
    return None


class _Head:
    """The first pass: everything up to the number."""

    def __init__(self, seen: Tokens) -> None:
        self.seen = seen
        self.facts = Facts()
        self.compared: tuple[w.Comparison, int, int] | None = None
        self.near = -1
        """Where the last comparison or link ends, with filling words after it."""
        self.joint = ""
        self.link = ""
        self.negated = False

    def read(self) -> Facts:
        """All facts of the text. Refuses what is not understood."""
        self._words_for_numbers()
        at = 0
        while self.seen.word(at) in w.LABELS or (at and self.seen.word(at) in (":", "is", "of")):
            at += 1
        self.first = at
        while at < len(self.seen):
            core = p.quantity(self.seen, at) if p.when(self.seen, at) is None else None
            if core is not None:
                return self._numbered(core)
            at = self._step(at)
        return self._unnumbered()

    def _words_for_numbers(self) -> None:
        """Number words count where the text has no digits; "no incidents" is zero of them."""
        every = self.seen.all
        if any(token.kind in ("number", "ordinal") for token in every):
            return
        for index, token in enumerate(every):
            noun = index + 1 < len(every) and every[index + 1].kind == "word"
            before = every[index - 1].text if index else ""
            if (
                token.text in w.NUMBERS
                and before != "no"
                and not (token.text == "one" and self.seen.word(index + 1) == "of")
            ):
                value = w.NUMBERS[token.text]
            elif token.text == "no" and index == 0 and noun and every[1].text not in _NO_NOUN:
                value = 0.0
            else:
                continue
            every[index] = token._replace(kind="number", value=value)
            self.facts.none_of_them = value == 0.0 and noun
            return

    def _step(self, at: int) -> int:
        """One phrase before the number."""
        seen, facts, word = self.seen, self.facts, self.seen.word(at)
        end = facts.dated(seen, at)
        if end is not None:
            return end
        if word in ("top", "bottom") and not facts.rank and self._ranks(at + 1):
            facts.rank = (at, self._ranks(at + 1))
            return facts.rank[1]
        compared = p.comparison(seen, at)
        if compared is not None:
            self.compared = (compared[0], at, compared[1])
            self.joint, self.near = "", compared[1]
            return compared[1]
        rate = p.per(seen, at, inside=False)
        if rate is not None and at > self.first:
            facts.rate(seen, rate)
            return rate.end
        if word in ("between", "within") or (word in ("from", "by", "to") and at >= self.first):
            if word in ("between", "within", "from"):
                self.joint = word
            else:
                self.link = word
            self.link, self.near = ("" if word == "from" else self.link), at + 1
            return at + 1
        if word in ("every", "each") and p.per(seen, at, inside=True) is not None:
            raise Refused(f"“{word} …” says how often, and not how many")
        return self._word(at, word)

    def _word(self, at: int, word: str) -> int:
        facts = self.facts
        if word in w.RISE and at <= self.first + 1 and facts.verb is None:
            facts.verb, self.near = w.RISE[word], at + 1
            self.verb_end = at + 1
        elif word in w.CHANGE and self.seen.word(at + 1) in ("of", "by"):
            facts.sign, facts.change, self.near = w.CHANGE[word], True, at + 2
            facts.put("change", self.seen, at, at + 1)
            return at + 2
        elif word in _FILL and self.near == at:
            self.near = at + 1
        else:
            if word in w.NEGATIONS:
                self.negated = True
            facts.subject.append(at)
        return at + 1

    def _ranks(self, at: int) -> int:
        """The end of "quartile", "10 %", "3" behind "top"; 0 where it is none."""
        if self.seen.word(at) in w.RANKS:
            return at + 1
        if self.seen.kind(at) == "number":
            return at + 2 if self.seen.word(at + 1) in w.PERCENT else at + 1
        return 0

    def _numbered(self, core: Quantity) -> Facts:
        facts, seen = self.facts, self.seen
        if facts.rank:
            raise Refused("a rank and another number")
        if self.negated:
            raise Refused("a negation before the number is not understood")
        adjacent = self.near == core.first
        if self.compared is not None:
            side, start, end = self.compared
            loose = tuple(token.text for token in seen.all[start:end]) in w.LOOSE
            if not (adjacent and not self.joint) and not loose:
                raise Refused(f"“{seen.written(start, end)}” does not stand at the number")
            facts.comparison = side
            facts.mark("comparator", seen, start, end)
        joint = self.joint if adjacent else ""
        facts.link = self.link if adjacent else ""
        if facts.verb is not None and not facts.link and facts.comparison is None and not joint:
            if not adjacent or self.verb_end != core.first:
                raise Refused("a change by the number, or to it: the text does not say")
            facts.link = "by"
        return Tail(seen, facts, core, joint).read()

    def _unnumbered(self) -> Facts:
        """A target without a number: a rank, another number's name, a direction."""
        facts, seen = self.facts, self.seen
        if self.negated:
            raise Refused("no number, and a negation that is not understood")
        if facts.rank:
            end = len(seen)
            facts.words = seen.written(facts.rank[0], end)
            facts.mark("value", seen, facts.rank[0], end)
            facts.peers = True
            facts.subject = [at for at in facts.subject if at < facts.rank[0]]
            return facts
        if self.compared is not None and not self.joint:
            side, start, end = self.compared
            last = p.relative(seen, end)
            if last is not None and last == len(seen):
                facts.comparison, facts.words = side, seen.written(end, last)
                facts.mark("comparator", seen, start, end)
                facts.mark("value", seen, end, last)
                facts.refer(seen, end, last)
                facts.subject = [at for at in facts.subject if at < start]
                return facts
        for at in range(len(seen)):
            best = phrase(seen, at, w.BEST)
            if best is not None and at in (0, len(seen) - (best[1] - at)):
                facts.toward = best[0]
                facts.mark("comparator", seen, at, best[1])
                facts.subject = [index for index in facts.subject if not at <= index < best[1]]
                return facts
        factor = w.FACTORS.get(seen.word(self.first))
        if factor is not None:
            facts.value, facts.unit, facts.change, facts.sign = abs(factor), "percent", True, -1 if factor < 0 else 1
            facts.mark("value", seen, self.first, self.first + 1)
            facts.subject = [at for at in facts.subject if at != self.first]
            return facts
        if facts.verb and self.compared is None:
            facts.toward = "up" if facts.verb > 0 else "down"
            return facts
        raise Refused("no number, and no words that stand for one")
