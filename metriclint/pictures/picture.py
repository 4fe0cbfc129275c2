"""The picture: a part of the incentive graph as frozen records that have all they need to be drawn.

The field names are the JSON contract ``metriclint/picture/1``.
"""

import re
from collections.abc import Sequence
from typing import Literal, cast

from metriclint.findings.finding import Location, Record, Step
from metriclint.graph.incentive_graph import NodeKind, Verb, View
from metriclint.graph.words import verb_words

ViewName = Literal["stated", "feasible", "believed", "all"]

VIEWS: dict[ViewName, int] = {
    "stated": View.STATED,
    "feasible": View.FEASIBLE,
    "believed": View.BELIEVED,
    "all": View.ALL,
}
"""Views that can be asked for, as bits of an edge."""
VIEW_WORDS: dict[str, str] = {
    "stated": "what policy says",
    "feasible": "what access allows",
    "believed": "what staff believe",
    "all": "what policy says, access allows or staff believe",
}
KINDS: tuple[NodeKind, ...] = (
    "metric",
    "action",
    "board",
    "decision",
    "consequence",
    "role",
    "outcome",
    "harm",
    "target",
    "system",
    "verification",
)
"""Kinds of nodes in the order in which pictures list them."""
_PLAIN = re.compile(r"[a-z]+:[\w/@.-]+", re.ASCII)
_PARTIAL: dict[tuple[str, ...], str] = {
    ("feasible", "believed"): "not in policy",
    ("believed",): "in belief only",
    ("feasible",): "by access only",
    ("stated",): "in policy only",
    ("stated", "feasible"): "staff do not believe it",
    ("stated", "believed"): "without access",
}


class PictureNode(Record, frozen=True):
    """A node. ``id`` is the public one: boards that several metrics share are one node."""

    id: str
    kind: NodeKind
    title: str
    location: Location | None = None
    assumed: bool = False
    on_path: bool = False
    """Lies on the witness path."""


class PictureEdge(Record, frozen=True):
    """A link between two nodes of the picture, in the direction of influence."""

    source: str
    target: str
    verb: Verb
    sign: int
    """+1 or −1 where the link raises or lowers what it points at."""
    views: tuple[str, ...]
    """Views that hold the link: stated, feasible, believed."""
    assumed: bool = False
    only: tuple[str, ...] = ()
    """Titles of the metrics that the link holds for, where others come to the same board without it."""
    on_path: bool = False

    @property
    def partial(self) -> bool:
        """Do policy, access and belief differ on the link."""
        return len(self.views) < 3


class Picture(Record, frozen=True):
    """A part of the incentive graph, ready to be drawn."""

    schema: Literal["metriclint/picture/1"]
    title: str
    summary: str
    """One or two sentences below the title."""
    view: ViewName
    focus: str
    """Id of the metric that the picture is about; empty for a project."""
    nodes: tuple[PictureNode, ...]
    """Sorted by kind and id."""
    edges: tuple[PictureEdge, ...]
    """Sorted by source, target and verb."""
    path: tuple[Step, ...] = ()
    """The witness path that is highlighted; empty where there is none."""


def edge_words(edge: PictureEdge) -> str:
    """The verb of a link as words, with its direction where it lowers."""
    words = verb_words(edge.verb)
    if edge.sign < 0 and edge.verb == "moves":
        return f"{words} down"
    if edge.sign < 0 and edge.verb == "derived from":
        return f"{words}, subtracted"
    return words


def edge_remarks(edge: PictureEdge) -> list[str]:
    """What has to be said about a link besides its verb, in a few words each."""
    remarks = [_PARTIAL[edge.views]] if edge.views in _PARTIAL else []
    if edge.only:
        remarks.append("only for " + " and ".join(edge.only))
    if edge.assumed:
        remarks.append("assumed")
    return remarks


def kind_of(step: Step) -> NodeKind:
    """The kind of a step, which the report's contract calls a text."""
    return cast(NodeKind, step.kind)


def kind_words(node: PictureNode) -> str:
    """The kind of a node as its label says it."""
    return f"{node.kind}, assumed" if node.assumed else node.kind


def plain_ids(picture: Picture) -> dict[str, str]:
    """Names of nodes for files of other programs: their ids, or a number where a program could misread an id."""
    return {n.id: n.id if _PLAIN.fullmatch(n.id) else f"node {i}" for i, n in enumerate(picture.nodes, 1)}


def place_words(location: Location | None) -> str:
    """A place as ``path:line:column``; empty where none is known."""
    if location is None:
        return ""
    return f"{location.path}:{location.line}:{location.column}" if location.line else location.path


def view_names(views: int) -> tuple[str, ...]:
    """The views that bits of an edge stand for."""
    return tuple(name for name, bit in VIEWS.items() if name != "all" and views & bit)


def sentences(picture: Picture) -> list[str]:
    """The picture in words, a sentence a link: what a reader without the drawing needs."""
    titles = {n.id: f'"{n.title}" ({kind_words(n)})' for n in picture.nodes}
    told = [_sentence(edge, titles) for edge in picture.edges]
    linked = {end for e in picture.edges for end in (e.source, e.target)}
    alone = [titles[n.id] for n in picture.nodes if n.id not in linked]
    return [*told, *(f"{title} has no link in this picture." for title in alone)]


def _sentence(edge: PictureEdge, titles: dict[str, str]) -> str:
    remarks: Sequence[str] = edge_remarks(edge)
    tail = f" ({'; '.join(remarks)})" if remarks else ""
    return f"{titles[edge.source]} {clause(edge)} {titles[edge.target]}{tail}."


def clause(edge: PictureEdge) -> str:
    """The verb of a link as it stands in a sentence."""
    return f"is {edge_words(edge)}" if edge.verb in ("shown on", "read in") else edge_words(edge)
