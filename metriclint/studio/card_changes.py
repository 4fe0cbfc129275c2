"""Changing a card that somebody wrote: what answers say is put where the card says it, and all else stays.

The same fact can be written in several ways. A card may have one board or a list with one, a goal as a text or with its
link. Answers are put into the form that is there.
"""

import copy
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from metriclint.files.patch import UNSET
from metriclint.files.problem import Route
from metriclint.questionnaire.answers import Value, applicable
from metriclint.questionnaire.cards import Card, facts_of
from metriclint.questionnaire.questions import Question, questionnaire


def place_in(card: Card, route: str) -> Route | None:
    """Where a fact that a question names stands in a card, or would stand.

    ``None`` where the card says more there than one answer can: several boards, or one that others share.
    """
    here: Any = card
    found: list[str | int] = []
    parts = route.split(".")
    for number, part in enumerate(parts):
        if isinstance(here, list) and not part.isdigit():
            # One board in a list is meant as the board; an empty list gives way to it.
            if len(here) > 1 or (here and not isinstance(here[0], dict)):
                return None
            found += [0] if here else []
            here = here[0] if here else {}
        if isinstance(here, str):
            # A text that stands for a goal is its title, or the id of one that is declared elsewhere.
            return (*found, *parts[number:]) if found == ["outcome"] and _may_grow(here, part) else None
        if isinstance(here, list):
            if int(part) > 0 or len(here) > 1 or (here and not isinstance(here[0], dict)):
                return None
            found.append(int(part))
            here = here[0] if here else {}
        elif isinstance(here, dict):
            if part == "title" and "metric" in here and part not in here:
                # It names a metric, whose title stands elsewhere.
                return None
            found.append(int(part) if part.isdigit() else part)
            here = here.get(part, {})
        else:
            return None
    return tuple(found)


def _may_grow(text: str, part: str) -> bool:
    return " " in text or part != "title"


def fixed(card: Card) -> set[str]:
    """Questions that a card answers in more detail than an answer can say."""
    return {q.id for q in questionnaire().questions if any(place_in(card, route) is None for route in q.routes())}


def beyond(card: Card, answers: Mapping[str, Value | None]) -> dict[str, dict[str, Any]]:
    """What a card says about questions that have no answer: values by the route that the question names."""
    found: dict[str, dict[str, Any]] = {}
    for question in questionnaire().questions:
        if answers.get(question.id) is not None:
            continue
        for route in question.routes():
            place = place_in(card, route)
            value = at(card, place) if place is not None else None
            if value is not None and not isinstance(value, dict) and value != []:
                found.setdefault(question.id, {})[route] = value
    return found


def revised(card: Card, before: Mapping[str, Value | None], after: Mapping[str, Value | None]) -> Card:
    """A card after answers were changed. What the answers do not say stays as it is."""
    result = copy.deepcopy(card)
    old, new = applicable(before), applicable(after)
    changed = [q for q in questionnaire().questions if old.get(q.id) != new.get(q.id)]
    stays = {route for id_ in new for route in facts_of(questionnaire().question(id_), new[id_])}
    for question in changed:
        for route in facts_of(question, old.get(question.id)):
            place = place_in(result, route)
            if place is not None and route not in stays:
                unset(result, place)
    for question in changed:
        _answer(result, question, new.get(question.id))
    return result


def _answer(card: Card, question: Question, value: Value | None) -> None:
    for route, fact in facts_of(question, value).items():
        place = place_in(card, route)
        if place is not None:
            put(card, place, fact)


def at(card: Card, route: Route) -> Any:
    """The value at a route; ``None`` where there is none."""
    here: Any = card
    for part in route:
        if isinstance(here, dict):
            here = here.get(str(part))
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            return None
    return here


def put(card: Card, route: Route, value: Any) -> None:
    """Set a value, with what holds it. A text in its way becomes the title, or the id, of what holds it."""
    if value is UNSET:
        unset(card, route)
        return
    here: Any = card
    for part, after in pairwise(route):
        below = here.get(part) if isinstance(here, dict) else here[int(part)] if int(part) < len(here) else None
        wanted: Any = [] if isinstance(after, int) else {}
        if isinstance(below, str):
            if after == "title" and " " in below:
                here[part] = value
                return
            wanted = {"title" if " " in below else "id": below}
        if not isinstance(below, type(wanted)):
            _hold(here, part, wanted)
        here = here[part]
    _hold(here, route[-1], copy.deepcopy(value))


def _hold(here: Any, part: str | int, value: Any) -> None:
    if isinstance(here, list) and part == len(here):
        here.append(value)
    else:
        here[part] = value


def unset(card: Card, route: Route) -> None:
    """Take a value away, and what then holds nothing any more."""
    if route[-1] == "title" and isinstance(at(card, route[:-1]), str):
        route = route[:-1]
    holders = [at(card, route[:length]) for length in range(len(route))]
    for holder, part in zip(holders[::-1], route[::-1], strict=True):
        if isinstance(holder, dict):
            holder.pop(part, None)
        elif isinstance(holder, list) and isinstance(part, int) and part < len(holder):
            del holder[part]
        if holder:
            return


def changes(before: Any, after: Any, above: Route = (), *, leaves: bool = False) -> Iterator[tuple[Route, Any]]:
    """What has to be set so that one card becomes another, the smallest values that differ.

    What is gone is ``UNSET``. With ``leaves`` new parts are taken apart into their values.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before:
            if key not in after:
                yield (*above, key), UNSET
        for key, value in after.items():
            if key not in before:
                yield from _new(value, (*above, key), leaves=leaves)
            else:
                yield from changes(before[key], value, (*above, key), leaves=leaves)
    elif _alike(before, after):
        for index, value in enumerate(after):
            if index < len(before):
                yield from changes(before[index], value, (*above, index), leaves=leaves)
            else:
                yield from _new(value, (*above, index), leaves=leaves)
    elif type(before) is not type(after) or before != after:
        yield from _new(after, above, leaves=leaves)


def _alike(before: Any, after: Any) -> bool:
    """Can one list become another item by item."""
    return (
        isinstance(before, list)
        and isinstance(after, list)
        and len(before) <= len(after)
        and all(isinstance(item, dict) for item in (*before, *after))
    )


def _new(value: Any, route: Route, *, leaves: bool) -> Iterator[tuple[Route, Any]]:
    if leaves and isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _new(below, (*route, key), leaves=True)
    elif leaves and isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        for index, item in enumerate(value):
            yield from _new(item, (*route, index), leaves=True)
    else:
        yield route, value
