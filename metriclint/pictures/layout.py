"""Where everything goes: nodes in layers from top to bottom, links as curves around them, words on the links.

The layout is Graphviz's ``dot`` (Gansner, Koutsofios, North, Vo: A Technique for Drawing Directed Graphs, 1993), by
way of pygraphviz, whose wheels bring Graphviz along. It sees sizes and numbers only, never a text: so a layout needs
no font and does not depend on the machine.
"""

from typing import Any, NamedTuple

from metriclint.pictures.drawing import BOX_WIDTH, box_height, label_size
from metriclint.pictures.picture import Picture, edge_remarks, edge_words
from metriclint.pictures.shapes import Box

MOST = 400
"""More nodes or more links than this are no picture that anybody can read, and take minutes to lay out."""
_MANY = 200
"""With more nodes and links than this together, a layout that is good enough in time is taken for the best one."""
_INCH = 72
_STRAIGHT = 8
"""How much straighter than others the witness path is drawn."""

Point = tuple[float, float]


class LayoutError(Exception):
    """Raised where a picture cannot be laid out; the message says what to do."""


class Curve(NamedTuple):
    """A link in two halves, each the points of a cubic spline: up to its label, and from there to the arrow head."""

    before: list[Point]
    after: list[Point]
    tip: Point
    """Where the arrow points."""
    label: Box
    """Room for the words, in the middle of the link."""


class Layout(NamedTuple):
    """Places in pixels, y downwards: boxes by node id, curves in the order of the picture's links."""

    boxes: dict[str, Box]
    curves: list[Curve]
    width: float
    height: float


def lay_out(picture: Picture) -> Layout:
    """Lay a picture out. Raises LayoutError where pygraphviz is missing or there is too much to draw."""
    nodes, links = len(picture.nodes), len(picture.edges)
    if max(nodes, links) > MOST:
        raise LayoutError(
            f"{nodes} nodes with {links} links are more than a drawing can show ({MOST} of each): ask for one metric, "
            "or take --format graphml for a graph tool"
        )
    try:
        import pygraphviz
    except ImportError:
        raise LayoutError(
            "SVG pictures need Graphviz: pip install 'metriclint[pictures]' "
            "(or take --format mermaid or text, which need nothing)"
        ) from None
    graph = pygraphviz.AGraph(directed=True, strict=False, nodesep=0.22, ranksep=0.36, pack=24, packmode="array_t")
    if nodes + links > _MANY:
        graph.graph_attr.update(mclimit=0.1, nslimit=2)
    graph.node_attr.update(shape="box", label="", fixedsize="true")
    graph.edge_attr.update(arrowsize=0.8)
    names = {n.id: f"n{i}" for i, n in enumerate(picture.nodes)}
    for n in picture.nodes:
        _add(graph, names[n.id], BOX_WIDTH, box_height(n.title))
    for i, edge in enumerate(picture.edges):
        # Words in the middle of a link are a node for the layout: so they lie on their line and on nothing else.
        width, height = label_size(edge_words(edge), edge_remarks(edge), bold=edge.on_path)
        _add(graph, f"w{i}", width + 10, height + 2)
        weight = _STRAIGHT if edge.on_path else 1
        graph.add_edge(names[edge.source], f"w{i}", arrowhead="none", weight=weight)
        graph.add_edge(f"w{i}", names[edge.target], weight=weight)
    try:
        graph.layout("dot")
    except (OSError, ValueError) as error:
        # Older releases of pygraphviz call a program, which can be missing.
        raise LayoutError(f"Graphviz could not lay the picture out: {error}") from None
    return _read(graph, picture, names)


def _add(graph: Any, name: str, width: float, height: float) -> None:
    graph.add_node(name, width=f"{width / _INCH:.4f}", height=f"{height / _INCH:.4f}")


def _read(graph: Any, picture: Picture, names: dict[str, str]) -> Layout:
    left, low, right, top = _numbers(graph.graph_attr["bb"])

    def box(name: str) -> Box:
        attributes = graph.get_node(name).attr
        x, y = _numbers(attributes["pos"])
        width, height = float(attributes["width"]) * _INCH, float(attributes["height"]) * _INCH
        return Box(x - left - width / 2, top - y - height / 2, width, height)

    def points(source: str, target: str) -> list[Point]:
        text: str = graph.get_edge(source, target).attr["pos"].removeprefix("e,")
        return [(x - left, top - y) for x, y in map(_numbers, text.split())]

    curves = []
    for i, e in enumerate(picture.edges):
        tip, *after = points(f"w{i}", names[e.target])
        curves.append(Curve(points(names[e.source], f"w{i}"), after, tip, box(f"w{i}")))
    return Layout({n.id: box(names[n.id]) for n in picture.nodes}, curves, right - left, top - low)


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]
