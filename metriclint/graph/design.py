"""What belongs to one metric: its boards, uses and actions, inline and shared forms reduced to one.

Defaults by design live here: an undeclared ``enforced`` is ``none`` and an undeclared ``believed`` is ``unknown``.
"""

from msgspec import Struct

from metriclint.graph.templates import Template
from metriclint.model.card import CounterMetric, Metric, OutcomeLink
from metriclint.model.objects import Agent, UseFacts, Visibility
from metriclint.model.project import MetricEntry, Origin
from metriclint.model.vocabulary import STAKES

PEER_AUDIENCES = ("team", "org", "public")


class BoardView(Struct, frozen=True):
    """A board that shows the metric."""

    node: str
    title: str
    value: Visibility
    origin: Origin

    @property
    def audience(self) -> str | None:
        """Who sees it, leadership counted as manager and named outsiders as public."""
        audience = self.value.audience
        return {"leadership": "manager", "external": "public"}.get(audience or "", audience)

    @property
    def ranked(self) -> bool | None:
        """Is there an order among peers; outsiders are no peers."""
        return False if self.value.audience == "external" else self.value.ranked

    @property
    def gives_standing(self) -> bool:
        """A named order before colleagues is a consequence of its own."""
        return bool(self.ranked and self.value.identified and self.audience in PEER_AUDIENCES)


class Use(Struct, frozen=True):
    """A decision that can read the metric, and what follows from it."""

    node: str
    title: str
    kind: str | None
    decided_by: str | None
    about: str | None
    automatic: bool | None
    falls_on: str | None
    value: UseFacts
    origin: Origin
    kind_origin: Origin
    shared: str | None = None
    """Id of the shared decision; ``None`` for one that stands in the card."""
    assumed: bool = False

    @property
    def enforced(self) -> str:
        """What keeps the promise; nothing said means nothing does."""
        return self.value.enforced or "none"

    @property
    def believed(self) -> str:
        """What staff think; nothing said means unknown."""
        return self.value.believed or "unknown"

    @property
    def base(self) -> int | None:
        """Stakes of the kind itself; ``None`` where the kind is undeclared."""
        if self.kind is None:
            return None
        stakes = STAKES[self.kind]
        return min(stakes, 2) if self.value.size == "token" else stakes

    @property
    def stakes(self) -> int | None:
        """Stakes that people can reckon with, 0–4; ``None`` where the facts that decide it are undeclared.

        A stated non-use keeps the level (3 at most) where staff believe otherwise, and 2 where the decision-maker can
        open individual figures and nothing technical prevents it. Figures that nobody can open, of which policy says
        nothing, count for as much as staff believe.
        """
        base = self.base
        if base == 0 or base is None:
            return base
        if self.value.stated == "not-used":
            if self.believed == "used":
                return min(base, 3)
            if self.enforced == "technical" or self.value.access in ("none", "aggregate"):
                return 0
            return None if self.value.access is None else min(base, 2)
        if self.value.stated != "used" and self.value.access == "none":
            return min(base, 3) if self.believed == "used" else 0
        return base

    @property
    def in_stated(self) -> bool:
        """Does policy leave the link standing."""
        return self.value.stated != "not-used"

    @property
    def in_feasible(self) -> bool:
        """Does access leave the link standing. A prohibition alone deletes nothing."""
        if self.value.stated == "not-used":
            return self.value.access == "individual" and self.enforced != "technical"
        return self.value.stated == "used" or self.value.access != "none"

    @property
    def in_believed(self) -> bool:
        """Do staff reckon with the link; where that is unknown, what access allows counts."""
        if self.believed == "unknown":
            return self.in_feasible
        return self.believed == "used"


class ActionView(Struct, frozen=True):
    """Something that moves the metric the good way."""

    node: str
    title: str
    by: str | None
    cost: str | None
    automatable: bool | None
    effect: str | None
    """What it does to the metric's outcome; ``None`` where nobody said."""
    harms: tuple[str, ...]
    origin: Origin
    uses: str | None = None
    assumed: bool = False

    @property
    def hot(self) -> bool | None:
        """Cheap, and of no help to the goal. Three-valued."""
        if self.effect == "helps" or self.cost in ("medium", "high"):
            return False
        return True if self.cost == "low" and self.effect is not None else None


class Design(Struct):
    """A metric and all that belongs to it. ``None`` for a list means that the card is silent about it."""

    entry: MetricEntry
    boards: list[BoardView] | None
    uses: list[Use] | None
    actions: list[ActionView] | None
    counters: list[CounterMetric] | None
    outcome: OutcomeLink | None
    outcome_id: str | None
    outcome_title: str
    agent: Agent | None
    agent_origin: Origin | None
    template: Template | None

    @property
    def card(self) -> Metric:
        """The metric card."""
        return self.entry.value
