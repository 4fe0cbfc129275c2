"""DOT, the language of Graphviz. Texts are quoted; Graphviz reads neither escapes nor HTML out of them."""

from collections.abc import Iterable, Sequence

from metriclint.files.problem import shorten
from metriclint.findings.finding import Step
from metriclint.graph.incentive_graph import NodeKind
from metriclint.pictures.entities import no_commands_in_markup
from metriclint.pictures.lettering import wrapped
from metriclint.pictures.picture import (
    VIEW_WORDS,
    Picture,
    PictureEdge,
    PictureNode,
    edge_remarks,
    edge_words,
    kind_of,
    kind_words,
    place_words,
    plain_ids,
)
from metriclint.pictures.theme import LIGHT

_SHAPES: dict[NodeKind, str] = {
    "metric": "box",
    "action": "cds",
    "board": "tab",
    "decision": "hexagon",
    "consequence": "note",
    "role": "house",
    "outcome": "ellipse",
    "harm": "octagon",
    "target": "component",
    "system": "cylinder",
    "verification": "invhouse",
}


def render(picture: Picture) -> str:
    """The picture as a directed graph, nodes by their public ids."""
    head = f"{shorten(picture.title, 200)}\nView: {VIEW_WORDS[picture.view]}."
    names = {id_: quoted(name) for id_, name in plain_ids(picture).items()}
    nodes = (_node(names[n.id], n) for n in picture.nodes)
    edges = (_edge(names[e.source], names[e.target], e) for e in picture.edges)
    return _digraph(f"labelloc=t, label={quoted(head)}", [*nodes, *edges])


def strip(steps: Sequence[Step]) -> str:
    """A path as a graph in a line."""
    nodes = [PictureNode(f"n{i}", kind_of(s), s.title, s.location, s.assumed) for i, s in enumerate(steps, 1)]
    edges = [f"  n{i} -> n{i + 1} [label={quoted(step.verb)}]" for i, step in enumerate(steps[1:], 1)]
    return _digraph("rankdir=LR", [*(_node(n.id, n) for n in nodes), *edges])


def quoted(text: str) -> str:
    """A text as a DOT string: backslashes and quotes escaped, ``&`` as an entity, since Graphviz resolves entities."""
    plain = "\n".join(shorten(line, 1000) for line in text.split("\n"))
    for character, code in (("&", "&amp;"), ("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        plain = plain.replace(character, code)
    return f'"{no_commands_in_markup(plain)}"'


def _digraph(attributes: str, statements: Iterable[str]) -> str:
    font = f"fontname={quoted('sans-serif')}"
    head = [
        f"  graph [{font}, {attributes}]",
        f"  node [{font}, style=filled, fontcolor={quoted(LIGHT.ink)}]",
        f"  edge [{font}, fontsize=11, color={quoted(LIGHT.rule)}]",
    ]
    return "\n".join(["digraph incentives {", *head, *statements, "}"]) + "\n"


def _node(name: str, node: PictureNode) -> str:
    tint = LIGHT.kinds[node.kind]
    label = "\n".join([kind_words(node), *wrapped(node.title, 14, 190, 4)])
    about = "\n".join(filter(None, (node.title, place_words(node.location))))
    style = "filled,dashed" if node.assumed else "filled"
    return (
        f"  {name} [label={quoted(label)}, tooltip={quoted(about)}, shape={_SHAPES[node.kind]}, "
        f"style={quoted(style)}, fillcolor={quoted(tint.fill)}, color={quoted(tint.line)}"
        f"{', peripheries=2' if node.kind == 'metric' else ''}{', penwidth=3' if node.on_path else ''}]"
    )


def _edge(source: str, target: str, edge: PictureEdge) -> str:
    remarks = (line for remark in edge_remarks(edge) for line in wrapped(remark, 11, 120, 3))
    label = "\n".join([edge_words(edge), *remarks])
    more = ", style=dashed" if edge.partial or edge.assumed else ""
    more += f", penwidth=3, color={quoted(LIGHT.ink)}" if edge.on_path else ""
    return f"  {source} -> {target} [label={quoted(label)}{more}]"
