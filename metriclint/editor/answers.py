"""Answers to what an editor asks about a place: hover, completion, definition, references, rename, actions, outline."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from metriclint.editor import actions, completion
from metriclint.editor.desk import Desk
from metriclint.editor.hover import hover
from metriclint.editor.ids import Name, applied, bound_waivers, name_at, occurrences, renamed
from metriclint.editor.outline import Node
from metriclint.editor.page import Page, common
from metriclint.editor.session import Session
from metriclint.editor.symbols import symbols
from metriclint.editor.workspace import Spot
from metriclint.files.problem import ProblemError, shorten
from metriclint.files.shape import kebab
from metriclint.findings.finding import Finding, Location
from metriclint.model.text import ID_PATTERN

if TYPE_CHECKING:
    from metriclint.editor.server import Server

_KIND = {
    completion.KEY: lsp.CompletionItemKind.Property,
    completion.VALUE: lsp.CompletionItemKind.EnumMember,
    completion.ID: lsp.CompletionItemKind.Reference,
    completion.RULE: lsp.CompletionItemKind.Constant,
}
_Asked = lsp.DefinitionParams | lsp.ReferenceParams | lsp.PrepareRenameParams | lsp.RenameParams
_REPAIRED = 3
"""Findings at one place that repairs are sought for."""
_REQUEST_FAILED = -32803
_BEGUN = re.compile(r"\s*\w*\s*")
"""A text of which no more than the first word is written."""


def register(server: "Server") -> None:
    """Answer the questions of an editor."""
    _reading(server)
    _names(server)
    _changes(server)


def _reading(server: "Server") -> None:
    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        server.now()
        spot = server.room.spot(params.text_document.uri, params.position)
        if spot is None:
            return None
        found = hover(spot.desk, spot.shown, spot.page.text, spot.offset, server.room.catalogue, overlay=spot.overlay)
        if found is None:
            return None
        text, node = found
        on_key = node.on_key(spot.offset)
        start, end = (node.key_start, node.key_end) if on_key else (node.start, node.end)
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, text)
        return lsp.Hover(content, spot.page.range(start, end))

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[":", " ", "-", "[", "{", ",", '"'])
    )
    def completed(params: lsp.CompletionParams) -> lsp.CompletionList:
        spot = server.room.spot(params.text_document.uri, params.position)
        where = completion.spot(spot.page.text, spot.offset) if spot is not None else None
        if spot is None or where is None or not _is_ours(spot):
            return lsp.CompletionList(False, [])
        projects = [desk.linked for desk in server.room.desks(spot.path)]
        found = completion.offers(where, projects, server.room.catalogue)
        place = spot.page.range(where.start, spot.offset)
        return lsp.CompletionList(False, [_item(offer, place, n) for n, offer in enumerate(found)])

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outlined(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        spot = server.room.spot(params.text_document.uri, lsp.Position(0, 0))
        return symbols(spot.page) if spot is not None and _is_ours(spot) else []


def _is_ours(spot: Spot) -> bool:
    """Is a text one of ours, or about to become one."""
    return spot.desk is not None or "metriclint" in spot.page.text or _BEGUN.fullmatch(spot.page.text) is not None


def _item(offer: completion.Offer, place: lsp.Range, number: int) -> lsp.CompletionItem:
    return lsp.CompletionItem(
        label=offer.label,
        kind=_KIND[offer.kind],
        detail=offer.detail or None,
        documentation=offer.words or None,
        sort_text=f"{'0' if offer.needed else '1'}{number:04d}",
        filter_text=offer.label,
        text_edit=lsp.TextEdit(place, offer.insert),
    )


def _names(server: "Server") -> None:
    def meant(params: _Asked) -> tuple[Spot, Name, Node] | None:
        server.now()
        spot = server.room.spot(params.text_document.uri, params.position)
        if spot is None or spot.desk is None:
            return None
        found = name_at(spot.desk, spot.shown, spot.page.text, spot.offset)
        return (spot, *found) if found is not None else None

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def defined(params: lsp.DefinitionParams) -> list[lsp.Location]:
        found = meant(params)
        return list(_locations(server, found[0], found[1], declares=True)) if found else []

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def referred(params: lsp.ReferenceParams) -> list[lsp.Location]:
        found = meant(params)
        if not found:
            return []
        named = list(_locations(server, found[0], found[1], declares=False))
        if params.context.include_declaration:
            return [*_locations(server, found[0], found[1], declares=True), *named]
        return named

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepared(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        found = meant(params)
        if not found:
            return None
        spot, name, _ = found
        assert spot.desk is not None
        for place in occurrences(spot.desk, name):
            if place.path == spot.shown and place.start <= spot.offset <= place.end:
                return lsp.PrepareRenamePlaceholder(spot.page.range(place.start, place.end), name.id)
        return None

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def renamed_everywhere(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        found = meant(params)
        if not found:
            return None
        spot, name, _ = found
        assert spot.desk is not None
        edits = _rename(spot.desk, name, params.new_name)
        return _edit(server, server.room.session_of(spot.path), edits)


def _locations(server: "Server", spot: Spot, name: Name, *, declares: bool) -> Iterator[lsp.Location]:
    session = server.room.session_of(spot.path)
    if session is None or spot.desk is None:
        return
    for place in occurrences(spot.desk, name):
        if place.declares == declares:
            path = session.place(place.path)
            yield lsp.Location(server.room.uri(path), server.room.page(path).range(place.start, place.end))


def _rename(desk: Desk, name: Name, new: str) -> dict[str, list[tuple[int, int, str]]]:
    """Replacements for a rename, tried before they are handed out. Raises an error that says why it cannot be done."""
    if not re.fullmatch(ID_PATTERN, new) or len(new) > 200:
        near = kebab(new)
        hint = f": write {near}" if near else ""
        raise _refused(f'"{shorten(new, 60)}" is no id; ids are kebab-case (a–z, 0–9 and hyphens){hint}')
    if desk.problems:
        first = desk.problems[0]
        raise _refused(
            f"{first.path}:{first.line} is wrong ({first.message}); an id is renamed in files that are right"
        )
    if new != name.id and new in getattr(desk.project, name.section):
        raise _refused(f'there is a {name.section.removesuffix("s")} "{new}" already')
    edits = renamed(desk, name, new)
    project, wrong = desk.with_texts({path: applied(desk.texts[path], own) for path, own in edits.items()})
    if wrong:
        raise _refused(f"the project would be wrong afterwards: {wrong[0].path}:{wrong[0].line}: {wrong[0].message}")
    if any(w.value.fingerprint for w in desk.project.waivers):
        try:
            after = desk.check(project).findings
        except ProblemError:
            return edits
        for path, more in bound_waivers(desk, name, new, after).items():
            edits.setdefault(path, []).extend(more)
    return edits


def _refused(message: str) -> JsonRpcException:
    return JsonRpcException(message, _REQUEST_FAILED)


def _edit(
    server: "Server", session: Session | None, edits: dict[str, list[tuple[int, int, str]]]
) -> lsp.WorkspaceEdit | None:
    """Replacements as an editor makes them."""
    if session is None:
        return None
    changes: dict[str, list[lsp.TextEdit]] = {}
    for shown, own in edits.items():
        path = session.place(shown)
        page = server.room.page(path)
        changes[server.room.uri(path)] = [lsp.TextEdit(page.range(s, e), new) for s, e, new in sorted(own)]
    return lsp.WorkspaceEdit(changes=changes)


def _changes(server: "Server") -> None:
    known: dict[str, list[actions.Offered]] = {}
    """Repairs by fingerprint: editors ask again with each move of the cursor."""
    of: list[object] = [None]

    def repaired(desk: Desk, finding: Finding) -> list[actions.Offered]:
        if of[0] is not desk.verdict:
            known.clear()
            of[0] = desk.verdict
        if finding.fingerprint not in known:
            known[finding.fingerprint] = list(actions.repairs(desk, finding))
        return known[finding.fingerprint]

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    )
    def offered(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        only = params.context.only
        if only and not any(str(getattr(kind, "value", kind)) in ("", "quickfix") for kind in only):
            return []
        server.now()
        spot = server.room.spot(params.text_document.uri, params.range.start)
        if spot is None or spot.desk is None:
            return []
        return list(_offers(server, spot, params, repaired))


def _offers(
    server: "Server",
    spot: Spot,
    params: lsp.CodeActionParams,
    repaired: Callable[[Desk, Finding], list[actions.Offered]],
) -> Iterator[lsp.CodeAction]:
    desk = spot.desk
    assert desk is not None
    session = server.room.session_of(spot.path)
    page, wanted = spot.page, params.range
    for problem in desk.problems:
        if problem.path == spot.shown and problem.line and wanted.start.line <= problem.line - 1 <= wanted.end.line:
            mended = actions.slip(problem, page.text)
            if mended is not None:
                edit = _edit(server, session, {spot.shown: [mended]})
                yield lsp.CodeAction(
                    f"Change to {mended[2]}", lsp.CodeActionKind.QuickFix, is_preferred=True, edit=edit
                )
    here = [
        f
        for f in desk.verdict.all()
        if f.status == "reported" and f.location.path == spot.shown and _meets(page, f.location, wanted)
    ]
    shown = [f for f in here if f.folded_under is None] or here
    of_code = {str(d.code): d for d in params.context.diagnostics}
    for finding in shown[:_REPAIRED]:
        made = [*(repaired(desk, finding) if finding.metric else ()), actions.waiver(desk, finding)]
        for one in filter(None, made):
            yield _action(server, session, desk, one, of_code.get(finding.code))
    for question in desk.verdict.questions.values():
        if question.location.path == spot.shown and _meets(page, question.location, wanted):
            for one in actions.answers(desk, question):
                yield _action(server, session, desk, one, of_code.get("undecided"))


def _meets(page: Page, location: Location, wanted: lsp.Range) -> bool:
    """Does a place share a line with a range."""
    return location.line - 1 <= wanted.end.line and max(location.end_line, location.line) - 1 >= wanted.start.line


def _action(
    server: "Server",
    session: Session | None,
    desk: Desk,
    offered: actions.Offered,
    about: lsp.Diagnostic | None,
) -> lsp.CodeAction:
    edits = {path: [_difference(desk.texts[path], text)] for path, text in offered.texts.items()}
    return lsp.CodeAction(
        title=offered.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[about] if about is not None else None,
        is_preferred=offered.preferred or None,
        edit=_edit(server, session, edits),
    )


def _difference(before: str, after: str) -> tuple[int, int, str]:
    """The one replacement that makes one text of another."""
    head, tail = common(before, after)
    return head, len(before) - tail, after[head : len(after) - tail]
