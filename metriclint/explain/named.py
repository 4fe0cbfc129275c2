"""What a word on the command line means in a project: an id, a node, a kind of consequence or a title."""

from collections.abc import Iterator
from typing import NamedTuple

from metriclint.files.problem import did_you_mean
from metriclint.graph.build import Incentives
from metriclint.graph.words import CONSEQUENCE_NOUN
from metriclint.model.project import Project
from metriclint.model.text import normal_title

_SECTIONS = {
    "metrics": "metric",
    "actions": "action",
    "boards": "board",
    "decisions": "decision",
    "outcomes": "outcome",
    "harms": "harm",
    "roles": "role",
}
"""Sections of a document and the kinds of nodes that they declare."""
STANDING = "standing"
"""The one consequence that no decision leads to: a named order before colleagues."""
_KINDS = {**CONSEQUENCE_NOUN, STANDING: "standing among colleagues"}
_NO_CONSEQUENCE = ("none", "operational")


class Named(NamedTuple):
    """Something in a project, or a kind of consequence, that a path can start or end at."""

    node: str
    """Public id of the node; of a kind of consequence ``kind:promotion``."""
    kind: str
    title: str
    nodes: tuple[str, ...]
    """Nodes of the graph; none where nothing that is declared leads there."""


class Names:
    """The names of a project. Ids go before node ids, these before kinds of consequences, and titles come last."""

    def __init__(self, incentives: Incentives) -> None:
        self._project = incentives.project
        self._graph = incentives.graph
        self._nodes: dict[str, list[str]] = {}
        for id_, node in incentives.graph.nodes.items():
            self._nodes.setdefault(node.public, []).append(id_)
        self._kinds: dict[str, list[str]] = {}
        for design in incentives.designs.values():
            for use in design.uses or ():
                end = f"consequence:{use.node.removeprefix('decision:')}"
                if use.kind and end in incentives.graph.nodes:
                    self._kinds.setdefault(use.kind, []).append(end)
            for board in design.boards or ():
                if board.gives_standing:
                    ends = self._nodes[f"consequence:{board.node.partition('@')[0].removeprefix('board:')}/standing"]
                    self._kinds.setdefault(STANDING, []).extend(ends)

    def find(self, word: str) -> list[Named]:
        """Everything that a word can mean; more than one where it is ambiguous, none where it means nothing."""
        for search in (self._by_id, self._by_node, self._by_kind, self._by_title):
            if found := list(search(word)):
                return found
        return []

    def near(self, word: str) -> str:
        """The known name nearest to an unknown one, or an empty text."""
        titles = {node.title for node in self._graph.nodes.values()}
        return did_you_mean(word, [*sorted(titles), *self._nodes, *known_ids(self._project)])

    def _by_id(self, word: str) -> Iterator[Named]:
        for section, kind in _SECTIONS.items():
            entry = getattr(self._project, section).get(word)
            if entry is not None:
                yield self._named(f"{kind}:{word}", entry.value.title or word.replace("-", " "))
        system = self._project.systems.get(word)
        if system is not None:
            # A system stands in no path itself: what people can do on it does.
            acts = [f"action:{a.id}" for a in self._project.actions.values() if a.value.uses == word]
            yield Named(f"system:{word}", "system", system.value.title or word.replace("-", " "), tuple(sorted(acts)))

    def _by_node(self, word: str) -> Iterator[Named]:
        if word in self._nodes:
            yield self._named(word)
        elif "/" in word:
            yield from (self._named(id_) for id_ in self._nodes if id_.partition(":")[2] == word)
        elif word.startswith("kind:"):
            yield from self._by_kind(word.removeprefix("kind:"))
        elif ":" in word:
            kind, _, id_ = word.partition(":")
            yield from (n for n in self._by_id(id_) if n.kind == kind)
        elif f"role:{word}" in self._nodes:
            yield self._named(f"role:{word}")

    def _by_kind(self, word: str) -> Iterator[Named]:
        given = normal_title(word)
        for kind, noun in _KINDS.items():
            if kind not in _NO_CONSEQUENCE and given in (kind, noun, noun.removeprefix("the ")):
                nodes = tuple(sorted(set(self._kinds.get(kind, ()))))
                yield Named(f"kind:{kind}", "consequence", noun, nodes)

    def _by_title(self, word: str) -> Iterator[Named]:
        given = normal_title(word)
        for public, ids in self._nodes.items():
            node = self._graph.nodes[ids[0]]
            titles = [node.title]
            if node.kind == "metric":
                titles += self._project.metrics[node.id.removeprefix("metric:")].value.aliases
            if given in map(normal_title, titles) and node.kind != "consequence":
                yield self._named(public)

    def _named(self, public: str, title: str = "") -> Named:
        ids = sorted(self._nodes.get(public, ()))
        kind = public.partition(":")[0]
        return Named(public, kind, self._graph.nodes[ids[0]].title if ids else title, tuple(ids))


def known_ids(project: Project) -> dict[str, str]:
    """Everything that can be asked about by its id, with its title: declared objects and kinds of consequences."""
    known: dict[str, str] = {}
    for section, kind in _SECTIONS.items():
        for id_, entry in getattr(project, section).items():
            known.setdefault(id_, entry.value.title or kind)
    for id_, system in project.systems.items():
        known.setdefault(id_, system.value.title or "system")
    for kind, noun in _KINDS.items():
        if kind not in _NO_CONSEQUENCE:
            known.setdefault(kind, noun)
    return known
