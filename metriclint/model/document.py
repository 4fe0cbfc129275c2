"""One document: a file that a team writes."""

from typing import Annotated, Literal

from msgspec import field

from metriclint.model.card import Metric, OverlayCard
from metriclint.model.objects import Action, Board, Decision, Declaration, Harm, Outcome, Role, System
from metriclint.model.text import Id, Title, note
from metriclint.model.waiver import Waiver

SECTIONS = ("roles", "outcomes", "harms", "systems", "actions", "boards", "decisions", "metrics")
"""Maps of a document whose keys are ids."""


class Shared(Declaration, frozen=True, kw_only=True):
    """What native documents and overlays have in common."""

    metriclint: Annotated[Literal[1], note("Format version", "The only required key.", 1)]
    roles: Annotated[dict[Id, Role], note("Roles", "Who acts and decides.", {"developer": {}})] = field(
        default_factory=dict
    )
    outcomes: Annotated[
        dict[Id, Outcome], note("Outcomes", "What is really wanted.", {"quality": {"title": "Quality"}})
    ] = field(default_factory=dict)
    harms: Annotated[dict[Id, Harm], note("Harms", "Feared side effects.", {"rework": {"title": "Rework"}})] = field(
        default_factory=dict
    )
    systems: Annotated[
        dict[Id, System], note("Systems", "Systems that actions use.", {"ci": {"title": "Build system"}})
    ] = field(default_factory=dict)
    actions: Annotated[
        dict[Id, Action], note("Actions", "What roles can do.", {"split": {"title": "Split a change"}})
    ] = field(default_factory=dict)
    boards: Annotated[dict[Id, Board], note("Boards", "Where metrics are shown.", {"wall": {"audience": "team"}})] = (
        field(default_factory=dict)
    )
    decisions: Annotated[
        dict[Id, Decision],
        note("Decisions", "What metrics decide.", {"annual-review": {"consequence": "review"}}),
    ] = field(default_factory=dict)
    waivers: Annotated[list[Waiver], note("Waivers", "Accepted risks.", [{"rule": "no-counter-metric"}])] = field(
        default_factory=list
    )


class Document(Shared, frozen=True, kw_only=True):
    """A declaration document, version 1."""

    overlay: Annotated[
        bool,
        note("Overlay", "True in a document that adds facts to metrics declared elsewhere.", False),
    ] = False
    metrics: Annotated[
        dict[Id, Metric], note("Metrics", "Metric cards by id.", {"ai-tokens": {"title": "AI tokens used"}})
    ] = field(default_factory=dict)


class OverlayDocument(Shared, frozen=True, kw_only=True):
    """A document that adds facts to metrics that another file declares; ids, aliases or titles find them."""

    overlay: Annotated[bool, note("Overlay", "Marks the document as an overlay.", True)]
    metrics: Annotated[
        dict[Title, OverlayCard],
        note("Metrics", "Facts by the id, alias or title of a metric.", {"ai-tokens": {"harms_measured": True}}),
    ] = field(default_factory=dict)
