"""What a metric shares with others, and what other places of the project say about it."""

from collections.abc import Iterator
from typing import NamedTuple

from metriclint.model.card import OutcomeLink
from metriclint.model.project import Project

_ABOUT = {
    "boards": "It is shown on",
    "decisions": "It is read in",
    "actions": "It can be moved by",
    "outcomes": "It stands for",
    "metrics": "It is computed from",
    "systems": "Agents can move it on",
}
_THE = {
    "boards": "the board",
    "decisions": "the decision",
    "actions": "the action",
    "systems": "the system",
    "metrics": "the number",
}


class Shared(NamedTuple):
    """Something that is declared apart from the metric."""

    section: str
    id: str
    title: str

    @property
    def about(self) -> str:
        """How the metric is linked with it, as the beginning of a sentence."""
        return _ABOUT[self.section]

    @property
    def node(self) -> str:
        """Its node on the map; systems have none of their own."""
        return "" if self.section == "systems" else f"{self.section.removesuffix('s')}:{self.id}"


def shared_with(project: Project, metric: str) -> list[Shared]:
    """What a metric shares with others or rests on, in the order of the questions."""
    found = []
    for section, id_ in dict.fromkeys(_named(project, metric)):
        entry = getattr(project, section).get(id_)
        if entry is not None:
            found.append(Shared(section, id_, getattr(entry.value, "title", None) or id_.replace("-", " ")))
    return found


def _named(project: Project, metric: str) -> Iterator[tuple[str, str]]:
    card = project.metrics[metric].value
    outcome = card.outcome.id if isinstance(card.outcome, OutcomeLink) else card.outcome
    if outcome in project.outcomes:
        yield "outcomes", str(outcome)
    for part in card.derived_from or ():
        yield "metrics", part if isinstance(part, str) else part.metric
    shown = card.visibility if isinstance(card.visibility, list) else [card.visibility]
    yield from (("boards", board) for board in shown if isinstance(board, str))
    yield from (("boards", id_) for id_, board in project.boards.items() if metric in board.value.shows)
    yield from (("decisions", use) for use in card.consequences or () if isinstance(use, str))
    for id_, decision in project.decisions.items():
        if any(use.metric == metric for use in decision.value.uses):
            yield "decisions", id_
    yield from (("actions", action) for action in card.gaming_actions or () if isinstance(action, str))
    yield from (("actions", id_) for id_, action in project.actions.items() if metric in action.value.moves)
    if isinstance(card.agent, str):
        yield "systems", card.agent


def the(section: str, title: str) -> str:
    """Something shared inside a sentence."""
    return f"{_THE.get(section, 'what is called')} “{title}”"
