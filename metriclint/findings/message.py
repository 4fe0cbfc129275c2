"""Filling a rule's message with the words of a design."""

import re
from collections.abc import Callable

from metriclint.facts.derive import MetricFacts
from metriclint.files.problem import shorten
from metriclint.findings.witness import chosen_action
from metriclint.graph import words
from metriclint.graph.build import Incentives
from metriclint.graph.design import BoardView, Use
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


def fill(template: str, match: Match, facts: MetricFacts, incentives: Incentives) -> str:
    """The message in plain words. What the design does not say gets a general phrase, so the sentence always reads."""
    filler = _Filler(match, facts, incentives)
    text = _PLACEHOLDER.sub(lambda m: filler.word(m[1]), template)
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]


def quoted(title: str) -> str:
    """A title in quotes, shortened, on one line."""
    inner = shorten(title, 80).replace('"', "'")
    return f'"{inner}"'


class _Filler:
    def __init__(self, match: Match, facts: MetricFacts, incentives: Incentives) -> None:
        self.match = match
        self.facts = facts
        self.design = facts.design
        self.incentives = incentives

    def word(self, name: str) -> str:
        known: dict[str, Callable[[], str]] = {
            "metric": lambda: quoted(self.design.card.title),
            "consequence": self._consequence,
            "board": self._board,
            "audience": lambda: words.AUDIENCE.get(self._audience(), "others"),
            "action": self._action,
            "outcome": lambda: quoted(self.design.outcome_title) if self.design.outcome_title else "the goal",
            "counter": self._counter,
            "reader": self._reader,
            "subject": lambda: _SUBJECT.get(self.facts.values.get("subject.level", ""), "the people measured"),
            "harms": self._harms,
            "value": lambda: words.target_words(self.design.card.target),
            "n": lambda: str(self.facts.values.get("statistics.typical_n", "few")),
            "ci": lambda: f"{self.facts.values.get('derived.ci_points', 15.0):.0f}",
            "other": lambda: quoted(self.facts.values.get("derived.duplicate_of", "") or "another metric"),
            "recorder": lambda: words.RECORDER.get(
                self.facts.values.get("metric.recorded_by", ""), "the people measured"
            ),
            "basis": lambda: words.BASIS.get(self.facts.values.get("target.basis", ""), "something else"),
            "law": self._law,
            "date": self._date,
            "rows": self._rows,
        }
        return known[name]()

    def _use(self) -> Use | None:
        member = self.match.bound.get("consequence")
        if member is not None and isinstance(member.item, Use):
            return member.item
        uses = self.design.uses or []
        return max(uses, key=lambda u: u.stakes or 0) if uses else None

    def _consequence(self) -> str:
        use = self._use()
        if use is not None and (use.base or 0) > 0:
            return words.in_sentence(use)
        if any(b.gives_standing for b in self.design.boards or ()):
            return "standing among colleagues"
        return words.in_sentence(None)

    def _bound_board(self) -> BoardView | None:
        member = self.match.bound.get("board")
        if member is not None and isinstance(member.item, BoardView):
            return member.item
        return self.design.boards[0] if self.design.boards else None

    def _audience(self) -> str:
        board = self._bound_board()
        return (board.value.audience if board else None) or ""

    def _board(self) -> str:
        board = self._bound_board()
        if board is None:
            return "the board"
        return quoted(board.title) if board.title else words.board_title(board)

    def _rows(self) -> str:
        board = self._bound_board()
        return words.RAW_ACCESS.get((board.value.raw_access if board else None) or "", "others")

    def _action(self) -> str:
        action = chosen_action(self.match, self.facts)
        return quoted(action.title) if action else "an action that nobody has named"

    def _counter(self) -> str:
        member = self.match.bound.get("counter")
        counter = member.item if member is not None and isinstance(member.item, CounterMetric) else None
        if counter is None and self.design.counters:
            counter = self.design.counters[0]
        if counter is None:
            return "the counter-metric"
        other = self.incentives.designs.get(counter.metric or "")
        title = counter.title or (other.card.title if other else None) or counter.metric
        return quoted(title) if title else "the counter-metric"

    def _reader(self) -> str:
        use = self._use()
        if use is None or not use.decided_by:
            return "whoever decides"
        role = self.incentives.project.roles.get(use.decided_by)
        title = (role.value.title if role else None) or use.decided_by.replace("-", " ")
        title = shorten(title, 60)
        first = title if title[:2].isupper() else title[:1].lower() + title[1:]
        return first if first.lower().startswith(("the ", "a ", "an ")) else f"the {first}"

    def _harms(self) -> str:
        known = self.incentives.project.harms
        titles = [(known[h].value.title if h in known else None) or h.replace("-", " ") for h in self.design.card.harms]
        shown = [shorten(t[:1].lower() + t[1:] if not t[:2].isupper() else t, 60) for t in titles[:3]]
        if not shown:
            return "side effects"
        head, last = shown[:-1], shown[-1]
        return f"{', '.join(head)} and {last}" if head else last

    def _law(self) -> str:
        entry = law_entries().get(self.match.rule.rule.law or "")
        if entry is None:
            return "the law"
        return f"{entry.title} ({entry.articles})" if entry.articles else entry.title

    def _date(self) -> str:
        entry = law_entries().get(self.match.rule.rule.law or "")
        return (entry.applies_from if entry else None) or "a date to be checked"
