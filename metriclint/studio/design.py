"""A design that somebody is thinking about: answers to the questions, and what a chosen change set besides them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.files.problem import Route
from metriclint.files.shape import kebab
from metriclint.questionnaire.answers import Value, applicable, plain
from metriclint.questionnaire.cards import Card, answers_of, card_of, facts_of
from metriclint.questionnaire.questions import Question, questionnaire
from metriclint.studio.card_changes import changes, place_in, put, revised

Known = dict[str, Value | None]
"""Answers by question; ``None`` is "don't know", and a question that is missing was not answered."""
NAMELESS = "A number"
"""Stands for the name while there is none."""
_LONGEST_ID = 80


class Base(Struct, frozen=True):
    """A metric that the project has: its card as it was when the design began with it."""

    project: str
    """Name of its project, which is the folder of the configuration."""
    metric: str
    card: Card
    answers: Known
    """What the card answers."""


class Design(Struct, frozen=True):
    """Answers, and facts of the card that no answer can say."""

    answers: Known = field(default_factory=dict)
    more: dict[Route, Any] = field(default_factory=dict)
    """Values by their route in the card."""
    base: Base | None = None
    """The metric that is changed; ``None`` for a new one."""
    elsewhere: dict[Route, Any] = field(default_factory=dict)
    """Values of what the metric shares with others, such as a board: by section, id and route."""

    @property
    def title(self) -> str:
        """What people call the number."""
        declared = self.base.card.get("title") if self.base else None
        return str(self.answers.get("title") or declared or NAMELESS)

    @property
    def untouched(self) -> bool:
        """Is it a metric of the project as it stands there."""
        return self.base is not None and not self.elsewhere and self.card() == self.base.card

    @property
    def id(self) -> str:
        """The id of the metric; of a new one, one from its title."""
        if self.base is not None:
            return self.base.metric
        return kebab(self.title)[:_LONGEST_ID].strip("-") or "metric"

    def card(self) -> Card:
        """The card that all of it makes. Where answers and further facts speak about one thing, the answers count."""
        if self.base is not None:
            whole = revised(self.base.card, self.base.answers, self.answers)
            for route, value in self.more.items():
                put(whole, route, value)
            return whole
        card = card_of({**self.answers, "title": self.title})
        for route, value in self.more.items():
            _add(card, route, value)
        return card

    def further(self) -> list[tuple[Route, Any]]:
        """Facts of the card that no answer says, by their routes."""
        said = set(_names(card_of({**self.answers, "title": self.title})))
        return [(route, value) for route, value in _leaves(self.card()) if _name(route) not in said]

    def answered(self, given: Mapping[str, Value | None]) -> "Design":
        """The design with other answers. What a changed answer speaks about is no longer set by anything else."""
        changed = {q.id for q in questionnaire().questions if given.get(q.id, "") != self.answers.get(q.id, "")}
        if self.base is not None:
            return replace(self, answers=dict(given), more=self._unspoken(changed, given))
        spoken = {tuple(r.split(".")) for id_ in changed for r in questionnaire().question(id_).routes()}
        more = {route: value for route, value in self.more.items() if tuple(map(str, route)) not in spoken}
        return Design(dict(given), more)

    def _unspoken(self, changed: Iterable[str], given: Mapping[str, Value | None]) -> dict[Route, Any]:
        """Further facts of a card that changed answers do not speak about, and do not take away."""
        card = self.card()
        questions = [questionnaire().question(id_) for id_ in changed]
        places = {place_in(card, route) for question in questions for route in question.routes()}
        emptied = {
            place_in(card, route)
            for question in questions
            for route, fact in facts_of(question, given.get(question.id)).items()
            if fact == []
        }
        return {
            route: value
            for route, value in self.more.items()
            if route not in places and not any(place and route[: len(place)] == place for place in emptied)
        }

    def changed(self, settings: Iterable[tuple[Route, Any]]) -> "Design":
        """The design after changes of values of its card, by their routes in it.

        What answers can say becomes an answer; questions whose answer is not known stay so.
        """
        card = self.card()
        if self.base is not None:
            for route, value in settings:
                put(card, route, value)
            said = replace(self, answers=_answers_in(card, self.answers)[0], more={})
            return replace(said, more=dict(changes(said.card(), card, leaves=True)))
        for route, value in settings:
            _set(card, route, value)
        return of_card(card, self.answers)

    def beside(self, settings: Mapping[Route, Any]) -> "Design":
        """The design with changes of what the metric shares with others."""
        return replace(self, elsewhere={**self.elsewhere, **settings}) if settings else self

    def nearest(self, changed: Iterable[Route]) -> "Design":
        """The design with changed facts said by answers, also where an answer says a little more.

        "More is better" that became "a range is right" is one answer, though only one of its two facts was changed.
        """
        answers, more = dict(self.answers), dict(self.more)
        for question in questionnaire().questions:
            named = {_name(r): more[r] for r in changed if r in more and _name(r) in question.routes()}
            fitting = [c for c in question.choices if all(c.sets.get(name) == value for name, value in named.items())]
            if named and question.kind == "choice" and len(fitting) == 1:
                answers[question.id] = fitting[0].id
                more = {route: value for route, value in more.items() if _name(route) not in question.routes()}
        return replace(
            self, answers={q.id: answers[q.id] for q in questionnaire().questions if q.id in answers}, more=more
        )


def of_metric(project: str, metric: str, card: Card) -> Design:
    """The design of a metric that the project has."""
    answers: Known = dict(answers_of(card))
    return Design(answers, base=Base(project, metric, card, answers))


def _answers_in(card: Card, before: Mapping[str, Value | None]) -> tuple[Known, Known]:
    """Answers that a card gives, with those from before whose question does not come up; and those that come up."""
    found: Known = dict(answers_of(card))
    kept = applicable({**before, **found})
    for id_, value in before.items():
        if id_ not in found and (value is None or id_ not in kept):
            found[id_] = value
    return {q.id: found[q.id] for q in questionnaire().questions if q.id in found}, kept


def of_card(card: Card, before: Mapping[str, Value | None]) -> Design:
    """The design that a card says. Answers from before stay where their question does not come up any more."""
    ordered, kept = _answers_in(card, before)
    said = set(_names(card_of(ordered)))
    # What a kept answer would say is not said by anything else.
    said |= {name for id_ in ordered.keys() - kept for name in facts_of(questionnaire().question(id_), ordered[id_])}
    return Design(ordered, {route: value for route, value in _leaves(card) if _name(route) not in said})


def merged(base: Design, mine: Design, theirs: Design) -> tuple[Design, list[Question]]:
    """Two sets of changes to one design in one: mine win. Returns what both changed, each in its own way."""
    changes = {id_: mine.answers.get(id_) for id_ in _different(base, mine)}
    both = [id_ for id_ in _different(base, theirs) if id_ in changes and theirs.answers.get(id_) != changes[id_]]
    answers: Known = {}
    for question in questionnaire().questions:
        source = mine if question.id in changes else theirs
        if question.id in source.answers:
            answers[question.id] = source.answers[question.id]
    return theirs.answered(answers), [questionnaire().question(id_) for id_ in both]


def differences(before: Design, after: Design) -> Iterator[tuple[Question, str, str]]:
    """Questions that two designs answer in different ways, with both answers in plain words."""
    first, second = applicable(before.answers), applicable(after.answers)
    for question in questionnaire().questions:
        if first.get(question.id) != second.get(question.id):
            yield question, plain(question, first.get(question.id)), plain(question, second.get(question.id))


def _different(one: Design, other: Design) -> list[str]:
    ids = {**one.answers, **other.answers}
    return [id_ for id_ in ids if one.answers.get(id_, "") != other.answers.get(id_, "")]


def _names(card: Card) -> Iterator[str]:
    return (_name(route) for route, _ in _leaves(card))


def _name(route: Route) -> str:
    return ".".join(map(str, route))


def _leaves(value: Any, above: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Values of a card by their route; lists of plain values and empty ones are values."""
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _leaves(below, (*above, key))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(item, (*above, index))
    else:
        yield above, value


def _add(card: Card, route: Route, value: Any) -> None:
    """Add a value where there is none, and where what holds it is still there."""
    here: Any = card
    for part, after in pairwise(route):
        if isinstance(part, int):
            here = here[part] if isinstance(here, list) and part < len(here) else None
        elif isinstance(here, dict):
            # An item of a list is what an answer is about: without the answer there is none.
            here = here.get(part) if isinstance(after, int) else here.setdefault(part, {})
    if isinstance(here, dict):
        here.setdefault(route[-1], value)


def _set(card: Any, route: Route, value: Any) -> None:
    here = card
    for part, after in pairwise(route):
        if isinstance(here, list):
            here = here[int(part)]
        elif not isinstance(here.get(part), (dict, list)):
            here[part] = [] if isinstance(after, int) else {}
            here = here[part]
        else:
            here = here[part]
    last = route[-1]
    if isinstance(here, list) and last == len(here):
        here.append(value)
    else:
        here[last] = value


def renamed(design: Design, title: str) -> Design:
    """The design under another name."""
    return replace(design, answers={**design.answers, "title": title})
