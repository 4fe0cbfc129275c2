"""Forms of texts that the types do not check: ids that are kebab-case, and dates.

The published schema states them as patterns; see :func:`metriclint.model.text.pattern` for why they are checked here.
"""

import re
from collections.abc import Iterator

from metriclint.files.problem import Problem, Route
from metriclint.files.shape import wrong_pattern
from metriclint.model.card import InlineAction, OverlayCard
from metriclint.model.document import SECTIONS, Document, OverlayDocument
from metriclint.model.objects import InlineBoard, InlineConsequence, Visibility
from metriclint.model.text import DATE_PATTERN, ID_PATTERN
from metriclint.model.waiver import Waiver

_ID = re.compile(ID_PATTERN)
_DATE = re.compile(DATE_PATTERN)
_Text = tuple[str | None, re.Pattern[str], Route]


def form_problems(document: Document | OverlayDocument, path: str) -> list[Problem]:
    """Every id that is not kebab-case and every date that is none (routes, no lines yet)."""
    return [
        wrong_pattern(text, form.pattern, route, path)
        for text, form, route in _texts(document)
        if text is not None and not form.fullmatch(text)
    ]


def _texts(document: Document | OverlayDocument) -> Iterator[_Text]:
    for section in SECTIONS:
        if section != "metrics" or isinstance(document, Document):  # an overlay may name metrics by title
            yield from ((id_, _ID, (section, id_)) for id_ in getattr(document, section))
    for id_, board in document.boards.items():
        yield from _dates(board, ("boards", id_))
    for id_, card in document.metrics.items():
        yield from _of_card(card, ("metrics", id_))
    yield from _of_waivers(document.waivers, ("waivers",))


def _of_card(card: OverlayCard, above: Route) -> Iterator[_Text]:
    for index, tag in enumerate(card.tags):
        yield tag, _ID, (*above, "tags", index)
    if card.governance is not None and card.governance.review_date is not None:
        yield card.governance.review_date, _DATE, (*above, "governance", "review_date")
    boards = card.visibility if isinstance(card.visibility, list) else [card.visibility]
    for index, board in enumerate(boards):
        if isinstance(board, InlineBoard):
            here = (*above, "visibility", index) if isinstance(card.visibility, list) else (*above, "visibility")
            yield board.id, _ID, (*here, "id")
            yield from _dates(board, here)
    for index, action in enumerate(card.gaming_actions or ()):
        if isinstance(action, InlineAction):
            yield action.id, _ID, (*above, "gaming_actions", index, "id")
    for index, use in enumerate(card.consequences or ()):
        if isinstance(use, InlineConsequence):
            yield use.id, _ID, (*above, "consequences", index, "id")
    if card.waivers:
        yield from _of_waivers(card.waivers, (*above, "waivers"))


def _dates(board: Visibility, above: Route) -> Iterator[_Text]:
    yield board.since, _DATE, (*above, "since")
    yield board.until, _DATE, (*above, "until")


def _of_waivers(waivers: list[Waiver], above: Route) -> Iterator[_Text]:
    for index, waiver in enumerate(waivers):
        yield waiver.metric, _ID, (*above, index, "metric")
        for number, id_ in enumerate(waiver.compensating or ()):
            yield id_, _ID, (*above, index, "compensating", number)
