"""An editor that talks to our language server over stdio, as editors do: it keeps its own texts and sends changes."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conftest import TODAY
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient

SERVER = ClientServerConfig(server_command=[sys.executable, "-m", "metriclint", "lsp", "--today", TODAY])


def units(text: str) -> int:
    """UTF-16 code units, counted by the codec and not by our own code."""
    return len(text.encode("utf-16-le")) // 2


class Editor:
    """One editor with a folder open."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client, self.folder = client, folder
        self.texts: dict[str, str] = {}
        self.version = 0

    async def start(self, *, alone: bool = False, options: Any = None) -> lsp.InitializeResult:
        """Say hello. ``alone``: no folder is open, only files."""
        folders = None if alone else [lsp.WorkspaceFolder(self.folder.as_uri(), "folder")]
        result = await self.client.initialize_session(
            lsp.InitializeParams(
                capabilities=lsp.ClientCapabilities(
                    workspace=lsp.WorkspaceClientCapabilities(workspace_folders=True),
                    text_document=lsp.TextDocumentClientCapabilities(
                        publish_diagnostics=lsp.PublishDiagnosticsClientCapabilities(related_information=True),
                        hover=lsp.HoverClientCapabilities(content_format=[lsp.MarkupKind.Markdown]),
                        rename=lsp.RenameClientCapabilities(prepare_support=True),
                        document_symbol=lsp.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
                    ),
                ),
                workspace_folders=folders,
                initialization_options=options,
            )
        )
        return result

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        """Open a file, or a text that was never saved."""
        self.texts[name] = (self.folder / name).read_text(encoding="utf-8") if text is None else text
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri(name), "yaml", 0, self.texts[name]))
        )

    def close(self, name: str) -> None:
        del self.texts[name]
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(self.document(name)))

    def document(self, name: str) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri(name))

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace the first occurrence of a text, sent as one change of a range."""
        text = self.texts[name]
        at = text.index(old)
        self._send(name, at, at + len(old), new)

    def type(self, name: str, after: str, new: str) -> None:
        """Type a text behind the first occurrence of another, a change for each character."""
        at = self.texts[name].index(after) + len(after)
        for index, character in enumerate(new):
            self._send(name, at + index, at + index, character)

    def _send(self, name: str, start: int, end: int, new: str) -> None:
        text = self.texts[name]
        self.version += 1
        change = lsp.TextDocumentContentChangePartial(lsp.Range(place(text, start), place(text, end)), new)
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(self.version, self.uri(name)), [change])
        )
        self.texts[name] = text[:start] + new + text[end:]

    def at(self, name: str, needle: str, into: int = 0) -> lsp.Position:
        """The position of the first occurrence of a text, some characters into it."""
        return place(self.texts[name], self.texts[name].index(needle) + into)

    async def told(self, name: str) -> list[lsp.Diagnostic]:
        """Diagnostics of a file once the server has taken up everything that was sent: it answers in order."""
        await self.client.text_document_hover_async(lsp.HoverParams(self.document(name), lsp.Position(0, 0)))
        return list(self.client.diagnostics.get(self.uri(name), ()))

    async def codes(self, name: str) -> list[str]:
        """Codes of the findings of a file."""
        return [str(d.code) for d in await self.told(name) if d.code not in (None, "undecided")]

    async def hover(self, name: str, needle: str, into: int = 0) -> str:
        """What is said about a place."""
        found = await self.client.text_document_hover_async(
            lsp.HoverParams(self.document(name), self.at(name, needle, into))
        )
        return "" if found is None else found.contents.value  # type: ignore[union-attr]

    async def offered(self, name: str, behind: str) -> list[str]:
        """What can stand behind a text."""
        found = await self.client.text_document_completion_async(
            lsp.CompletionParams(self.document(name), self.at(name, behind, len(behind)))
        )
        assert isinstance(found, lsp.CompletionList)
        return [item.label for item in sorted(found.items, key=lambda i: i.sort_text or "")]

    async def actions(self, name: str, needle: str) -> list[lsp.CodeAction]:
        """What can be changed at a place."""
        here = self.at(name, needle)
        mine = [d for d in await self.told(name) if d.range.start.line <= here.line <= d.range.end.line]
        found = await self.client.text_document_code_action_async(
            lsp.CodeActionParams(self.document(name), lsp.Range(here, here), lsp.CodeActionContext(mine))
        )
        return [a for a in found or () if isinstance(a, lsp.CodeAction)]

    def apply(self, edit: lsp.WorkspaceEdit | None) -> list[str]:
        """Make the changes of an edit as an editor does. Returns the files that it changes; closed ones are saved."""
        assert edit is not None and edit.changes is not None
        for uri, edits in edit.changes.items():
            name = uri.removeprefix(self.folder.as_uri() + "/")
            opened = name in self.texts
            text = self.texts[name] if opened else (self.folder / name).read_text(encoding="utf-8")
            spans = [(offset(text, e.range.start), offset(text, e.range.end), e.new_text) for e in edits]
            for start, end, new in sorted(spans, reverse=True):
                if opened:
                    self._send(name, start, end, new)
                text = text[:start] + new + text[end:]
            if not opened:
                (self.folder / name).write_text(text, encoding="utf-8")
        return sorted(uri.removeprefix(self.folder.as_uri() + "/") for uri in edit.changes)


def place(text: str, at: int) -> lsp.Position:
    """An offset as a position."""
    before = text[:at]
    return lsp.Position(before.count("\n"), units(before[before.rfind("\n") + 1 :]))


def offset(text: str, position: lsp.Position) -> int:
    """A position as an offset."""
    lines = text.split("\n")
    line = lines[position.line]
    into = len(line.encode("utf-16-le")[: 2 * position.character].decode("utf-16-le"))
    return sum(len(before) + 1 for before in lines[: position.line]) + into


def covered(text: str, extent: lsp.Range) -> str:
    """The text that a range covers."""
    return text[offset(text, extent.start) : offset(text, extent.end)]


def titles(actions: Sequence[lsp.CodeAction]) -> list[str]:
    """Titles of actions."""
    return [action.title for action in actions]
