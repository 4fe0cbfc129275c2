"""The one model of a project: shared objects and metrics by id, each with the place it came from."""

from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct, field

from metriclint.files.problem import Route
from metriclint.model.card import Metric
from metriclint.model.config import Config
from metriclint.model.foreign import Foreign
from metriclint.model.objects import Action, Board, Decision, Harm, Outcome, Role, System
from metriclint.model.waiver import Waiver

T_co = TypeVar("T_co", covariant=True)


class Origin(NamedTuple):
    """Where something is declared: a file of the project and a route in it."""

    path: str
    route: Route

    def below(self, *parts: str | int) -> "Origin":
        """The place of something inside."""
        return Origin(self.path, (*self.route, *parts))


class Entry(Struct, Generic[T_co], frozen=True):
    """A declared object with its id and its place."""

    id: str
    value: T_co
    origin: Origin


class MetricEntry(Struct, frozen=True):
    """A metric card with its place; what an overlay filled in has a place of its own."""

    id: str
    value: Metric
    origin: Origin
    patches: tuple[tuple[Route, Origin], ...] = ()
    """Routes inside the card that an overlay declared, longest first, with the overlay's place."""

    def place(self, *parts: str | int) -> Origin:
        """Where a part of the card is declared."""
        for route, origin in self.patches:
            if parts[: len(route)] == route:
                return origin.below(*parts[len(route) :])
        return self.origin.below(*parts)


class WaiverEntry(Struct, frozen=True):
    """A waiver with its place; inside a card the metric is implied."""

    value: Waiver
    metric: str | None
    origin: Origin


class Project(Struct):
    """Everything that the documents of one project declare, linked: every id in it resolves."""

    name: str = ""
    """Folder of the configuration as shown to people; empty for a project without one."""
    config: Config = field(default_factory=Config)
    texts: dict[str, str] = field(default_factory=dict)
    """Text of every file that was read, by its shown path; positions are found in it late."""
    foreign: dict[str, Foreign] = field(default_factory=dict)
    """Where things stand in files of other tools, by shown path."""
    remarks: list[tuple[str, Origin]] = field(default_factory=list)
    """What adapters have to say about their files."""
    roles: dict[str, Entry[Role]] = field(default_factory=dict)
    outcomes: dict[str, Entry[Outcome]] = field(default_factory=dict)
    harms: dict[str, Entry[Harm]] = field(default_factory=dict)
    systems: dict[str, Entry[System]] = field(default_factory=dict)
    actions: dict[str, Entry[Action]] = field(default_factory=dict)
    boards: dict[str, Entry[Board]] = field(default_factory=dict)
    decisions: dict[str, Entry[Decision]] = field(default_factory=dict)
    metrics: dict[str, MetricEntry] = field(default_factory=dict)
    waivers: list[WaiverEntry] = field(default_factory=list)
    role_names: dict[str, Origin] = field(default_factory=dict)
    """Roles that are only named (implicit ones), with the first place that names them."""

    def inferred_from(self, origin: Origin) -> str | None:
        """From what a fact was inferred; ``None`` where somebody or some file says it."""
        foreign = self.foreign.get(origin.path)
        return None if foreign is None else foreign.inferred_from(origin.route)
