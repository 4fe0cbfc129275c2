"""Text: the picture as a tree, each node once, for terminals and for readers who do not see the drawing."""

from collections.abc import Iterator

from metriclint.files.problem import shorten
from metriclint.findings.finding import path_words
from metriclint.pictures.picture import (
    VIEW_WORDS,
    Picture,
    PictureEdge,
    PictureNode,
    edge_remarks,
    edge_words,
    kind_words,
    place_words,
)
from metriclint.reports.terminal import no_commands

_TITLE_WIDTH = 72


def render(picture: Picture) -> str:
    """The picture as trees: first from the metric onwards, then from all that acts on it."""
    tree = _Tree(picture)
    parts = [
        f"{shorten(picture.title, 120)}\n{shorten(picture.summary, 400)}\nView: {VIEW_WORDS[picture.view]}.",
        *("\n".join(tree.lines(root)) for root in tree.roots()),
    ]
    if any(e.on_path for e in picture.edges):
        parts.append(f"* path: {path_words(picture.path)}")
    return no_commands("\n\n".join(parts) + "\n")


class _Tree:
    def __init__(self, picture: Picture) -> None:
        self._nodes = {n.id: n for n in picture.nodes}
        self._onward: dict[str, list[PictureEdge]] = {}
        for edge in sorted(picture.edges, key=lambda e: not e.on_path):
            self._onward.setdefault(edge.source, []).append(edge)
        self._entered = {e.target for e in picture.edges if e.target != e.source}
        self._focus = picture.focus
        self._told: set[str] = set()

    def roots(self) -> Iterator[str]:
        """Where the trees begin: at the metric, at what nothing leads to, then wherever something is left."""
        metrics = [n.id for n in self._nodes.values() if n.kind == "metric" and not self._focus]
        free = [id_ for id_ in self._nodes if id_ not in self._entered]
        for id_ in [self._focus, *metrics, *free, *self._nodes]:
            if id_ in self._nodes and id_ not in self._told:
                yield id_

    def lines(self, root: str) -> Iterator[str]:
        """The tree below a node. Iterative: a project can be deeper than Python's stack."""
        self._told.add(root)
        yield self._named(self._nodes[root], root=True)
        stack = [("", iter(self._edges(root)))]
        while stack:
            indent, rest = stack[-1]
            found = next(rest, None)
            if found is None:
                stack.pop()
                continue
            edge, last = found
            yield indent + ("└─ " if last else "├─ ") + self._branch(edge)
            if edge.target not in self._told:
                self._told.add(edge.target)
                stack.append((indent + ("   " if last else "│  "), iter(self._edges(edge.target))))

    def _edges(self, id_: str) -> list[tuple[PictureEdge, bool]]:
        edges = self._onward.get(id_, [])
        return [(e, e is edges[-1]) for e in edges]

    def _branch(self, edge: PictureEdge) -> str:
        remarks = [shorten(r, 80) for r in edge_remarks(edge)]
        verb = edge_words(edge) + (f" ({'; '.join(remarks)})" if remarks else "")
        star = " *" if edge.on_path else ""
        node = self._nodes[edge.target]
        if edge.target in self._told:
            return (
                f"{verb} → {shorten(node.title, _TITLE_WIDTH)}, see above{star}"
                if self._onward.get(node.id)
                else f"{verb} → {self._named(node)}{star}"
            )
        return f"{verb} → {self._named(node)}{star}"

    def _named(self, node: PictureNode, *, root: bool = False) -> str:
        place = place_words(node.location)
        words = f"{shorten(node.title, _TITLE_WIDTH)} [{kind_words(node)}]"
        if place:
            words += f" {shorten(place)}"
        return words + (" *" if root and node.on_path else "")
