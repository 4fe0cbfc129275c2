"""Designs that somebody works on: in the memory of the studio, until it stops. Nothing is written."""

import secrets
from collections.abc import Callable, Iterator
from threading import Lock

from msgspec import Struct, field

from metriclint.questionnaire.cards import Card
from metriclint.questionnaire.questions import Question
from metriclint.studio.design import Design, merged
from metriclint.studio.meanwhile import News, rebased

MOST = 100
"""Drafts that are kept; the one that was not touched for the longest time goes first."""
_REMEMBERED = 200
"""Revisions of a draft that a page may still be based on."""


class Step(Struct):
    """A state of a draft: the first one, or the one after a change was chosen."""

    label: str
    design: Design
    chosen: Design | None = None
    """The design right after the change was chosen; ``None`` for the first state."""
    needs: list[str] = field(default_factory=list)
    """What has to be really done, for the change to be true."""


class Draft(Struct):
    """A design in the making, with the changes that were chosen on the way."""

    id: str
    steps: list[Step]
    revision: int = 0
    wrong: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Answers that do not fit their question: what was given and why it does not fit."""
    saved: str = ""
    """The file that it was saved to, below the folder of the studio."""
    known: dict[int, Design] = field(default_factory=dict)
    """Designs by revision."""
    news: list[News] = field(default_factory=list)
    """What others have changed in the files since it was begun."""

    @property
    def design(self) -> Design:
        """The design as it is now."""
        return self.steps[-1].design

    def at(self, number: int) -> Design:
        """The design after some chosen changes; as it is now where there are fewer."""
        return self.steps[min(number, len(self.steps) - 1)].design


class Drafts:
    """All drafts, by random ids. Safe for several threads."""

    def __init__(self, name: Callable[[], str] = lambda: secrets.token_urlsafe(8)) -> None:
        self._drafts: dict[str, Draft] = {}
        self._lock = Lock()
        self._name = name

    def __iter__(self) -> Iterator[Draft]:
        """The drafts, the one touched last first."""
        return iter(list(self._drafts.values())[::-1])

    def begin(self, design: Design, label: str = "First version") -> Draft:
        """A new draft."""
        with self._lock:
            draft = Draft(self._name(), [Step(label, design)])
            _remember(draft)
            self._drafts[draft.id] = draft
            while len(self._drafts) > MOST:
                del self._drafts[next(iter(self._drafts))]
            return draft

    def find(self, id_: str) -> Draft | None:
        """The draft of an id."""
        return self._drafts.get(id_)

    def close(self, id_: str) -> None:
        """Forget a draft."""
        with self._lock:
            self._drafts.pop(id_, None)

    def answer(self, draft: Draft, given: Design, revision: int, wrong: dict[str, tuple[str, str]]) -> list[Question]:
        """Take answers that a page gave which showed some revision. Another window may have answered meanwhile.

        Returns the questions that the other window answered in another way; the answers given now count.
        """
        with self._lock:
            base = draft.known.get(revision, draft.design)
            design, both = merged(base, given, draft.design)
            draft.steps[-1].design, draft.wrong = design, wrong
            self._touch(draft)
            return both

    def choose(self, draft: Draft, label: str, design: Design, needs: list[str]) -> None:
        """Take a chosen change as a new step."""
        with self._lock:
            draft.steps.append(Step(label, design, design, needs))
            draft.wrong = {}
            self._touch(draft)

    def undo(self, draft: Draft) -> None:
        """Take the last chosen change back. Answers that were given since then stay."""
        with self._lock:
            last = draft.steps[-1]
            if last.chosen is None:
                return
            draft.steps.pop()
            draft.steps[-1].design = merged(last.chosen, last.design, draft.design)[0]
            self._touch(draft)

    def catch_up(self, draft: Draft, card: Card) -> None:
        """Take in what others have changed in the files of a metric: changes that were made here stay."""
        with self._lock:
            base = draft.design.base
            if base is None or card == base.card:
                return
            design, news = rebased(draft.design, card)
            draft.steps[-1].design = design
            draft.news += news
            saved = draft.saved
            self._touch(draft)
            draft.saved = saved if design.untouched else ""

    def settle(self, draft: Draft, design: Design, path: str) -> None:
        """What was written is now how the metric stands in its files."""
        with self._lock:
            draft.steps, draft.news = [Step("As it stands in the file", design)], []
            self._touch(draft)
            draft.saved = path

    def _touch(self, draft: Draft) -> None:
        draft.revision += 1
        draft.saved = ""
        _remember(draft)
        if draft.id in self._drafts:
            self._drafts[draft.id] = self._drafts.pop(draft.id)


def _remember(draft: Draft) -> None:
    draft.known[draft.revision] = draft.design
    draft.known.pop(draft.revision - _REMEMBERED, None)
