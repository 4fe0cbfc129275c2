"""A metric whose file was changed by others while somebody works on it: nothing of either side is lost."""

from typing import NamedTuple

from msgspec.structs import replace

from metriclint.files.patch import UNSET
from metriclint.questionnaire.answers import applicable, plain
from metriclint.questionnaire.cards import Card
from metriclint.questionnaire.questions import questionnaire
from metriclint.repair.answer import value_words
from metriclint.studio.card_changes import changes, fixed, put
from metriclint.studio.design import Design, merged, of_metric


class News(NamedTuple):
    """Something that others have changed."""

    what: str
    """A question, or the key of a fact that no question asks for."""
    now: str
    """What the file says now, in plain words."""
    mine: str = ""
    """What was answered here, where both changed it: that counts."""
    lost: bool = False
    """The file now says more than the answer given here can say: the file counts."""


def rebased(mine: Design, card: Card) -> tuple[Design, list[News]]:
    """A design on the card as it is now, and what has changed in it. What was changed here counts."""
    base = mine.base
    assert base is not None
    before, theirs = of_metric(base.project, base.metric, base.card), of_metric(base.project, base.metric, card)
    both, _ = merged(before, mine, theirs)
    result = replace(both, base=theirs.base, more=dict(mine.more), elsewhere=mine.elsewhere)
    return result, [*_of_answers(before, mine, theirs, fixed(card)), *_of_facts(before, theirs)]


def _of_answers(before: Design, mine: Design, theirs: Design, more: set[str]) -> list[News]:
    old, own, new = applicable(before.answers), applicable(mine.answers), applicable(theirs.answers)
    found = []
    for question in questionnaire().questions:
        was, given, now = (answers.get(question.id) for answers in (old, own, new))
        changed_here = given != was
        if question.id in more and changed_here:
            found.append(News(question.ask, "more than an answer can say", plain(question, given), lost=True))
        elif now != was and given != now:
            found.append(News(question.ask, plain(question, now), plain(question, given) if changed_here else ""))
    return found


def _of_facts(before: Design, theirs: Design) -> list[News]:
    """Changes that no answer tells."""
    assert before.base is not None
    assert theirs.base is not None
    told = before.answered(theirs.answers).card()
    found = []
    for route, value in changes(told, theirs.base.card):
        put(told, route, value)
        name = " › ".join(str(part).replace("_", " ") for part in route)
        found.append(News(name, "nothing any more" if value is UNSET else value_words(value)))
    return found
