"""Mermaid: a flowchart for Markdown pages. Titles are data: what Mermaid would read as syntax is written as a code."""

import re
from collections.abc import Iterable, Sequence

from metriclint.files.problem import shorten
from metriclint.findings.finding import Step
from metriclint.graph.incentive_graph import NodeKind
from metriclint.pictures.picture import VIEW_WORDS, Picture, PictureEdge, edge_remarks, edge_words, kind_of
from metriclint.pictures.theme import LIGHT

_TITLE_WIDTH = 80
_CURVE = "  linkStyle default interpolate monotoneY"
"""Runs through the words of a link; Mermaid's usual curve can pass them at a distance."""
_SHAPES: dict[NodeKind, tuple[str, str]] = {
    "metric": ("[[", "]]"),
    "action": ("[/", "\\]"),
    "board": ("[", "]"),
    "decision": ("{{", "}}"),
    "consequence": (">", "]"),
    "role": ("(", ")"),
    "outcome": ("([", "])"),
    "harm": ("[\\", "/]"),
    "target": ("[/", "/]"),
    "system": ("[(", ")]"),
    "verification": ("[\\", "\\]"),
}
_CODES = str.maketrans({c: f"#{ord(c)};" for c in "#&<>\"'`*_~|[]{}()%@"})
# Codes are resolved before Mermaid looks for formulas and for a written-out line break: a word joiner keeps both apart.
# Codes are resolved before Mermaid looks for formulas, icons, comments and written-out line breaks: a word joiner keeps
# apart what they begin with.
_CODES |= {ord("\\"): "#92;#8288;", ord("$"): "$#8288;"}
_APART = re.compile(r":(?=fa-)|#37;(?=#37;)")


def render(picture: Picture) -> str:
    """The picture as a flowchart from top to bottom."""
    ids = {n.id: f"n{i}" for i, n in enumerate(picture.nodes, 1)}
    lines = [
        "flowchart TB",
        f"  accTitle: {line_of(picture.title)}",
        f"  accDescr: {line_of(f'{picture.summary} View: {VIEW_WORDS[picture.view]}.')}",
    ]
    lines.append(_CURVE)
    lines += [_node(ids[n.id], n.kind, n.title, n.assumed) for n in picture.nodes]
    lines += [_edge(ids[e.source], ids[e.target], e) for e in picture.edges]
    lines += _classes((n.kind, ids[n.id]) for n in picture.nodes)
    thick = [str(i) for i, e in enumerate(picture.edges) if e.on_path]
    lines += _highlight([ids[n.id] for n in picture.nodes if n.on_path], thick)
    return "\n".join(lines) + "\n"


def strip(steps: Sequence[Step]) -> str:
    """A path as a flowchart in a line."""
    lines = ["flowchart LR"]
    for i, step in enumerate(steps, 1):
        lines.append(_node(f"n{i}", kind_of(step), step.title, step.assumed))
        if i > 1:
            lines.append(f'  n{i - 1} -- "{text_of(step.verb)}" --> n{i}')
    lines += _classes((kind_of(step), f"n{i}") for i, step in enumerate(steps, 1))
    return "\n".join(lines) + "\n"


def text_of(text: str) -> str:
    """A text for a place between quotes, on one line, shortened; syntax as character codes."""
    return _APART.sub(r"\g<0>#8288;", shorten(text, _TITLE_WIDTH).translate(_CODES))


def line_of(text: str) -> str:
    """A text for a line of its own, where quotes and codes mean nothing: what would end or open something goes."""
    return "".join("," if c == ";" else " " if c in "{}%#" else c for c in shorten(text, 300))


def _node(id_: str, kind: NodeKind, title: str, assumed: bool) -> str:
    left, right = _SHAPES[kind]
    label = f"{kind}, assumed" if assumed else kind
    return f'  {id_}{left}"{label}<br/>{text_of(title)}"{right}'


def _edge(source: str, target: str, edge: PictureEdge) -> str:
    remarks = edge_remarks(edge)
    words = text_of(edge_words(edge)) + (f"<br/>{text_of('; '.join(remarks))}" if remarks else "")
    if edge.on_path:
        return f'  {source} == "{words}" ==> {target}'
    if edge.partial or edge.assumed:
        return f'  {source} -. "{words}" .-> {target}'
    return f'  {source} -- "{words}" --> {target}'


def _classes(nodes: Iterable[tuple[NodeKind, str]]) -> list[str]:
    by_kind: dict[NodeKind, list[str]] = {}
    for kind, id_ in nodes:
        by_kind.setdefault(kind, []).append(id_)
    lines = []
    for kind, ids in by_kind.items():
        tint = LIGHT.kinds[kind]
        lines.append(f"  classDef {kind} fill:{tint.fill},stroke:{tint.line},color:{LIGHT.ink}")
        lines.append(f"  class {','.join(ids)} {kind}")
    return lines


def _highlight(nodes: Sequence[str], edges: Sequence[str]) -> list[str]:
    lines = []
    if nodes:
        lines += ["  classDef path stroke-width:4px", f"  class {','.join(nodes)} path"]
    if edges:
        lines.append(f"  linkStyle {','.join(edges)} stroke-width:4px")
    return lines
