"""The outline of a document: sections, what is declared in them, and its keys."""

from lsprotocol.types import DocumentSymbol, SymbolKind

from metriclint.editor.outline import Node, nodes
from metriclint.editor.page import Page
from metriclint.files.problem import shorten
from metriclint.model.document import SECTIONS

_KINDS = {
    "metrics": SymbolKind.Variable,
    "roles": SymbolKind.Class,
    "outcomes": SymbolKind.Constant,
    "harms": SymbolKind.Event,
    "systems": SymbolKind.Module,
    "actions": SymbolKind.Function,
    "boards": SymbolKind.Interface,
    "decisions": SymbolKind.Method,
}
_DEEPEST = 3
_KEYS_UP_TO = 200
"""Entries of a document from which on their keys are left out."""


def symbols(page: Page) -> list[DocumentSymbol]:
    """Sections with their entries, each by its id and title."""
    found = nodes(page.text)
    titles = {n.route[:2]: n.value for n in found if len(n.route) == 3 and n.route[2] == "title"}
    entries = sum(1 for n in found if len(n.route) == 2)
    deepest = _DEEPEST if entries <= _KEYS_UP_TO else 2
    top: list[DocumentSymbol] = []
    made: dict[tuple[str | int, ...], DocumentSymbol] = {}
    for node in found:
        if not 1 <= len(node.route) <= deepest or node.key_start < 0:
            continue
        symbol = _symbol(node, page, titles.get(node.route) if len(node.route) == 2 else None)
        above = made.get(node.route[:-1])
        if above is not None and isinstance(above.children, list):
            above.children.append(symbol)
        elif len(node.route) == 1:
            top.append(symbol)
        made[node.route] = symbol
    return top


def _symbol(node: Node, page: Page, title: str | None) -> DocumentSymbol:
    section = str(node.route[0])
    kind = SymbolKind.Property
    if len(node.route) == 1:
        kind = SymbolKind.Namespace if section in SECTIONS else SymbolKind.Property
    elif len(node.route) == 2:
        kind = _KINDS.get(section, SymbolKind.Property)
    detail = title if title is not None else (node.value or "") if not node.mapping else ""
    name = shorten(str(node.route[-1]), 120) or '""'
    return DocumentSymbol(
        name=name,
        kind=kind,
        range=page.range(node.key_start, max(node.end, node.key_end)),
        selection_range=page.range(node.key_start, node.key_end),
        detail=shorten(detail, 120) or None,
        children=[],
    )
