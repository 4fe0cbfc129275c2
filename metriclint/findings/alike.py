"""Cards that are alike: of many that follow one house pattern and stand alone, only the first has to be asked about.

A card stands alone where nothing else in the project can change what is true of it: no shared board, decision, action,
system or outcome, no index, no counter-metric with a card of its own. Such cards with equal contents (titles, other
texts and the figures of their targets aside) have equal facts. Where the first of them has no finding, the others have
none either, and the same open questions; a large estate is mostly made of these.
"""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from metriclint.graph.templates import Dictionary
from metriclint.model.card import InlineAction, Metric, OutcomeLink, Target
from metriclint.model.objects import InlineBoard, InlineConsequence
from metriclint.model.project import MetricEntry, Project

Pattern = tuple[bytes, str]
_encode: Callable[[Metric], bytes] = msgspec.msgpack.Encoder().encode


class Answer(NamedTuple):
    """What all cards of a pattern without findings have in common: their open questions."""

    declare: list[str]
    rules: list[str]


class Patterns:
    """Finds the pattern of each card of a project."""

    def __init__(self, project: Project, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._referred = _referred(project)
        self._project = project

    def of(self, entry: MetricEntry) -> Pattern | None:
        """The pattern of a card; ``None`` where it does not stand alone."""
        card = entry.value
        if entry.id in self._referred or not _stands_alone(card, self._project):
            return None
        template = self._dictionary.fit(card)
        bare = msgspec.structs.replace(
            card,
            title="",
            aliases=[],
            description=None,
            formula=None,
            unit=None,
            data_source=None,
            frequency=None,
            target=_bare_target(card.target),
        )
        return _encode(bare), template.id if template else ""


def _bare_target(target: Target | None) -> Target | None:
    """A target without its figures: what matters is that there is one, not how high it is."""
    if target is None:
        return None
    figures = {key: 0 for key in ("value", "low", "high") if isinstance(getattr(target, key), int | float)}
    return msgspec.structs.replace(target, unit=None, period=None, **figures)


def _referred(project: Project) -> set[str]:
    """Ids of metrics that something else in the project names."""
    found: set[str] = set()
    for board in project.boards.values():
        found.update(board.value.shows)
    for decision in project.decisions.values():
        found.update(use.metric for use in decision.value.uses)
    for action in project.actions.values():
        found.update(action.value.moves)
    for outcome in project.outcomes.values():
        found.add(outcome.value.measured_by or "")
    for entry in project.metrics.values():
        card = entry.value
        found.update(p if isinstance(p, str) else p.metric for p in card.derived_from or ())
        found.update(c.metric for c in card.counter_metrics or () if c.metric)
    return found


def _stands_alone(card: Metric, project: Project) -> bool:
    if card.derived_from or isinstance(card.agent, str) or any(h in project.harms for h in card.harms):
        return False
    if isinstance(card.outcome, OutcomeLink):
        if card.outcome.id is not None:
            return False
    elif card.outcome is not None and card.outcome in project.outcomes:
        return False
    boards = card.visibility if isinstance(card.visibility, list) else [card.visibility]
    return (
        all(board is None or isinstance(board, InlineBoard) for board in boards)
        and all(isinstance(use, InlineConsequence) for use in card.consequences or ())
        and all(isinstance(action, InlineAction) for action in card.gaming_actions or ())
        and not any(counter.metric for counter in card.counter_metrics or ())
    )
