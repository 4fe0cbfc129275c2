"""The language server: what editors ask, answered from the workspace."""

import asyncio
import time
from collections.abc import Callable, Generator
from typing import Any

from lsprotocol import types as lsp
from msgspec.json import encode as json_of
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from metriclint.editor import answers
from metriclint.editor.diagnostics import Diagnostic
from metriclint.editor.workspace import Workspace
from metriclint.sources.discover import SUFFIXES
from metriclint.version import VERSION

_DELAY = 0.05
"""Seconds without a keystroke after which a check begins."""
_LONGEST_DELAY = 5.0


class _Protocol(LanguageServerProtocol):
    """The protocol. Texts are kept by the workspace alone, which counts lines as the protocol does."""

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as a typed value. A request that cannot be understood gets an answer that says so."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), (str, int)):
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def publish(self, uri: str, diagnostics: list[Diagnostic]) -> None:
        """Send diagnostics, past the machinery for typed values, which takes many times as long."""
        params = {"uri": uri, "diagnostics": diagnostics}
        body = json_of({"jsonrpc": self.VERSION, "method": lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, "params": params})
        if self.writer is not None:
            self.writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


class Server(LanguageServer):
    """The server of one editor."""

    protocol: _Protocol

    def __init__(self, today: Callable[[], str] | None = None) -> None:
        super().__init__("metriclint", VERSION, protocol_cls=_Protocol)
        self.room = Workspace(today)
        self._sent: dict[str, list[Diagnostic]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._delay = _DELAY

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Tell the log of the editor. No pop-up: whoever types can do nothing about it."""
        text = f"a message could not be handled: {type(error).__name__}: {str(error)[:500]}"
        self.window_log_message(lsp.LogMessageParams(type=lsp.MessageType.Warning, message=text))

    def later(self) -> None:
        """Check once nobody has typed for a moment; where a check takes long, for a longer one."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._delay, self._check)

    def now(self) -> None:
        """Bring everything up to date for a question."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._check()

    def _check(self) -> None:
        self._timer = None
        begin = time.monotonic()
        try:
            self.room.refresh()
            self._publish()
        except Exception as error:
            self._report_server_error(error, JsonRpcException)
        self._delay = min(max(_DELAY, 1.5 * (time.monotonic() - begin)), _LONGEST_DELAY)

    def _publish(self) -> None:
        """Send what has changed, and take back what is gone."""
        found = {uri: listed for uri, listed in self.room.diagnostics().items() if listed or uri in self._sent}
        for uri in self._sent.keys() - found.keys():
            self.protocol.publish(uri, [])
        for uri, listed in found.items():
            if self._sent.get(uri) != listed:
                self.protocol.publish(uri, listed)
        self._sent = {uri: listed for uri, listed in found.items() if listed}


def editor_server(today: Callable[[], str] | None = None) -> Server:
    """A server that is ready to be started. ``today`` gives the ISO date that dates are held against."""
    server = Server(today)
    _documents(server)
    _folders(server)
    answers.register(server)
    return server


def _documents(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        told = params.text_document
        server.room.open(told.uri, told.text, told.language_id)
        server.later()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.room.change(params.text_document.uri, list(params.content_changes))
        server.later()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.room.close(params.text_document.uri)
        server.later()

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.room.rescan()
        server.later()


def _folders(server: Server) -> None:
    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        options = params.initialization_options
        server.room.everywhere = isinstance(options, dict) and options.get("diagnostics") == "workspace"
        for folder in params.workspace_folders or ():
            server.room.add_folder(folder.uri)
        if not params.workspace_folders and params.root_uri:
            server.room.add_folder(params.root_uri)

    @server.feature(lsp.INITIALIZED)
    def initialized(params: lsp.InitializedParams) -> None:
        told = server.client_capabilities.workspace
        watched = told.did_change_watched_files if told else None
        if watched and watched.dynamic_registration:
            watchers = [lsp.FileSystemWatcher(f"**/*{suffix}") for suffix in SUFFIXES]
            options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
            server.client_register_capability(
                lsp.RegistrationParams(
                    [lsp.Registration("metriclint-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]
                )
            )
        server.later()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: lsp.DidChangeWatchedFilesParams) -> None:
        server.room.rescan()
        server.later()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders_changed(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            server.room.remove_folder(folder.uri)
        for folder in params.event.added:
            server.room.add_folder(folder.uri)
        server.later()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def settings_changed(params: lsp.DidChangeConfigurationParams) -> None:
        server.room.rescan()
        server.later()
