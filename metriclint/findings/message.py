"""Filling a rule's message with the words of a design."""

import re
from collections.abc import Callable
from functools import cache

from metriclint.facts.derive import MetricFacts
from metriclint.files.problem import shorten
from metriclint.findings.witness import chosen_action
from metriclint.graph import words
from metriclint.graph.build import Incentives
from metriclint.graph.design import BoardView, Use
from metriclint.graph.words import quoted
from metriclint.model.card import CounterMetric
from metriclint.rules.evaluate import Match
from metriclint.rules.library import law_entries

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_SUBJECT = {
    "individual": "the people measured",
    "team": "the teams measured",
    "unit": "the units measured",
    "org": "the organisation",
    "product": "the people behind the product",
    "external": "those measured outside the organisation",
}


_OWN_WORDS = frozenset({"metric", "value"})
"""Placeholders whose words differ between cards that are alike."""


def fill(
    template: str, match: Match, facts: MetricFacts, incentives: Incentives, known: dict[str, str] | None = None
) -> str:
    """The message in plain words. What the design does not say gets a general phrase, so the sentence always reads.

    ``known`` holds words that were found for a card like this one, and takes up those that hold for all of them.
    """
    filler = _Filler(match, facts, incentives)
    remembered = {} if known is None else known
    parts: list[str] = []
    for name, after in _pieces(template):
        text = remembered.get(name)
        if text is None:
            text = filler.word(name)
            if name not in _OWN_WORDS:
                remembered[name] = text
        parts += (text, after)
    text = " ".join("".join(parts).split())
    return text[:1].upper() + text[1:]


@cache
def _pieces(template: str) -> tuple[tuple[str, str], ...]:
    """The placeholders of a message, each with the text that follows it; an empty one stands for the beginning."""
    pieces = ["", *_PLACEHOLDER.split(template)]
    return tuple(zip(pieces[::2], pieces[1::2], strict=True))


class _Filler:
    def __init__(self, match: Match, facts: MetricFacts, incentives: Incentives) -> None:
        self.match = match
        self.facts = facts
        self.design = facts.design
        self.incentives = incentives

    def word(self, name: str) -> str:
        """The words for a placeholder."""
        return _WORDS[name](self)

    def _use(self) -> Use | None:
        member = self.match.bound.get("consequence")
        if member is not None and isinstance(member.item, Use):
            return member.item
        uses = self.design.uses or []
        return max(uses, key=lambda u: u.stakes or 0) if uses else None

    def consequence(self) -> str:
        """The decision or what follows from it."""
        use = self._use()
        if use is not None and (use.base or 0) > 0:
            return shorten(words.in_sentence(use), 80)
        if any(b.gives_standing for b in self.design.boards or ()):
            return "standing among colleagues"
        return words.in_sentence(None)

    def _bound_board(self) -> BoardView | None:
        member = self.match.bound.get("board")
        if member is not None and isinstance(member.item, BoardView):
            return member.item
        return self.design.boards[0] if self.design.boards else None

    def audience(self) -> str:
        """Who sees the board at hand."""
        board = self._bound_board()
        return (board.value.audience if board else None) or ""

    def board(self) -> str:
        """The board's title."""
        board = self._bound_board()
        if board is None:
            return "the board"
        return quoted(board.title) if board.title else words.board_title(board)

    def rows(self) -> str:
        """Who can query its rows."""
        board = self._bound_board()
        return words.RAW_ACCESS.get((board.value.raw_access if board else None) or "", "others")

    def action(self) -> str:
        """The gaming action at hand."""
        action = chosen_action(self.match, self.facts)
        return quoted(action.title) if action else "an action that nobody has named"

    def counter(self) -> str:
        """The counter-metric at hand."""
        member = self.match.bound.get("counter")
        counter = member.item if member is not None and isinstance(member.item, CounterMetric) else None
        if counter is None and self.design.counters:
            counter = self.design.counters[0]
        if counter is None:
            return "the counter-metric"
        other = self.incentives.designs.get(counter.metric or "")
        title = counter.title or (other.card.title if other else None) or counter.metric
        return quoted(title) if title else "the counter-metric"

    def reader(self) -> str:
        """The role that decides."""
        use = self._use()
        if use is None or not use.decided_by:
            return "whoever decides"
        return words.role_words(use.decided_by, self.incentives.project)

    def harms(self) -> str:
        """The first harms of the card."""
        known = self.incentives.project.harms
        titles = [(known[h].value.title if h in known else None) or h.replace("-", " ") for h in self.design.card.harms]
        shown = [shorten(t[:1].lower() + t[1:] if not t[:2].isupper() else t, 60) for t in titles[:3]]
        if not shown:
            return "side effects"
        head, last = shown[:-1], shown[-1]
        return f"{', '.join(head)} and {last}" if head else last

    def law(self) -> str:
        """The law entry's title and articles."""
        entry = law_entries().get(self.match.rule.rule.law or "")
        if entry is None:
            return "the law"
        return f"{entry.title} ({entry.articles})" if entry.articles else entry.title

    def date(self) -> str:
        """The date from which it applies."""
        entry = law_entries().get(self.match.rule.rule.law or "")
        return (entry.applies_from if entry else None) or "a date to be checked"


_WORDS: dict[str, Callable[[_Filler], str]] = {
    "": lambda f: "",
    "metric": lambda f: quoted(f.design.card.title),
    "consequence": _Filler.consequence,
    "board": _Filler.board,
    "audience": lambda f: words.AUDIENCE.get(f.audience(), "others"),
    "action": _Filler.action,
    "outcome": lambda f: quoted(f.design.outcome_title) if f.design.outcome_title else "the goal",
    "counter": _Filler.counter,
    "reader": _Filler.reader,
    "subject": lambda f: _SUBJECT.get(f.facts.values.get("subject.level", ""), "the people measured"),
    "harms": _Filler.harms,
    "value": lambda f: shorten(words.target_words(f.design.card.target), 80),
    "n": lambda f: str(f.facts.values.get("statistics.typical_n", "few")),
    "ci": lambda f: f"{f.facts.values.get('derived.ci_points', 15.0):.0f}",
    "other": lambda f: quoted(f.facts.values.get("derived.duplicate_of", "") or "another metric"),
    "recorder": lambda f: words.RECORDER.get(f.facts.values.get("metric.recorded_by", ""), "the people measured"),
    "basis": lambda f: words.BASIS.get(f.facts.values.get("target.basis", ""), "something else"),
    "law": _Filler.law,
    "date": _Filler.date,
    "rows": _Filler.rows,
}
