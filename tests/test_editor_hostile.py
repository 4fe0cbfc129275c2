"""The language server stays up: messages that are none, files that go away, large and hostile texts."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from conftest import TODAY, Cli, Write
from edited import SERVER, Editor, covered
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

CARD = """\
metriclint: 1
metrics:
  calls:
    title: Calls answered
    kind: activity
    subject: {level: individual}
    visibility: {audience: org, identified: true, ranked: true}
    consequences: [{kind: review, stated: not-used, access: individual}]
"""
HOSTILE = "<img src=x onerror=alert(1)> **b** [x](command:evil) `$(rm -rf /)` \u202e\u2028 \\\\ 🚀 {{7*7}} %s"


def message(body: Any) -> bytes:
    """A message with its header."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def request(number: int, method: str, params: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def notice(method: str, params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def replies(output: bytes) -> list[dict[str, Any]]:
    """Messages of the server, in order."""
    found = []
    while output:
        head, _, rest = output.partition(b"\r\n\r\n")
        length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        found.append(json.loads(rest[:length]))
        output = rest[length:]
    return found


def spoken(folder: Path, *messages: bytes) -> tuple[list[dict[str, Any]], int, bytes]:
    """What the server answers to raw bytes before a proper goodbye; its exit code, and what it says on stderr."""
    hello = request(1, "initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
    bye = [message(request(9, "shutdown")), message(notice("exit", None))]
    data = b"".join([message(hello), message(notice("initialized", {})), *messages, *bye])
    command = [sys.executable, "-m", "metriclint", "lsp", "--today", TODAY]
    ran = subprocess.run(command, input=data, capture_output=True, cwd=folder, check=False, timeout=120)
    return replies(ran.stdout), ran.returncode, ran.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        message(b"{not json"),
        message(b"\xff\xfe\x00"),
        message(b"[]"),
        message(b'"text"'),
        message({}),
        message({"jsonrpc": "1.0", "id": 3, "method": "shutdown"}),
        message({"jsonrpc": "2.0", "result": 1, "id": 77}),
        message({"jsonrpc": "2.0", "method": 7}),
        message(notice("textDocument/didChange", {"textDocument": 1, "contentChanges": []})),
        message(notice("textDocument/didOpen", None)),
        message(notice("textDocument/didClose", {"textDocument": {"uri": "file:///gone.yaml"}})),
        message(notice("$/cancelRequest", {"id": 5})),
        message(notice("no/such/method", {"a": 1})),
        b"Content-Length: x\r\n\r\nrubbish\r\n",
        b"no header at all\r\n\r\n",
    ],
    ids=range(15),
)
def test_a_message_that_is_none_ends_nothing(tmp_path: Path, wrong: bytes) -> None:
    (tmp_path / "a.yaml").write_text(CARD, encoding="utf-8")
    document = {"uri": (tmp_path / "a.yaml").as_uri(), "languageId": "yaml", "version": 1, "text": CARD}
    where = {"textDocument": {"uri": document["uri"]}, "position": {"line": 4, "character": 5}}
    told, code, errors = spoken(
        tmp_path,
        wrong,
        message(notice("textDocument/didOpen", {"textDocument": document})),
        message(request(4, "textDocument/hover", where)),
    )
    [hover] = [t for t in told if t.get("id") == 4]
    assert hover["result"]["contents"]["value"].startswith("**Kind**")
    assert [t["result"] for t in told if t.get("id") == 9] == [None]
    assert code == 0
    assert errors == b""


@pytest.mark.parametrize(
    "params", [None, {}, {"textDocument": {"uri": "file:///a"}}, {"textDocument": {"uri": 1}, "position": []}]
)
def test_a_request_with_wrong_parameters_is_answered_with_an_error(tmp_path: Path, params: Any) -> None:
    told, code, _ = spoken(tmp_path, message(request(4, "textDocument/hover", params)))
    [answer] = [t for t in told if t.get("id") == 4]
    assert answer["error"]["code"] in (-32602, -32603)
    assert code == 0


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "git:/a.yaml?x", "http://a/b.yaml", "", "file://", "a%00b"])
def test_texts_that_are_no_files_are_left_alone(tmp_path: Path, uri: str) -> None:
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": CARD}
    change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "x"}]}
    where = {"textDocument": {"uri": uri}, "position": {"line": 4, "character": 5}}
    told, code, errors = spoken(
        tmp_path,
        message(notice("textDocument/didOpen", {"textDocument": document})),
        message(notice("textDocument/didChange", change)),
        message(request(4, "textDocument/hover", where)),
        message(request(5, "textDocument/completion", where)),
        message(request(6, "textDocument/documentSymbol", {"textDocument": {"uri": uri}})),
    )
    assert [t.get("error") for t in told if t.get("id") in (4, 5, 6)] == [None] * 3
    assert (code, errors) == (0, b"")


def test_positions_far_outside_of_a_text_are_taken_for_its_end(tmp_path: Path) -> None:
    uri = (tmp_path / "a.yaml").as_uri()
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": CARD}
    far = {"line": 10**6, "character": 10**9}
    span = {"start": far, "end": far}
    change = {
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"range": span, "text": "  b: {title: B}\n"}],
    }
    told, code, errors = spoken(
        tmp_path,
        message(notice("textDocument/didOpen", {"textDocument": document})),
        message(notice("textDocument/didChange", change)),
        message(request(4, "textDocument/hover", {"textDocument": {"uri": uri}, "position": far})),
        message(request(5, "textDocument/documentSymbol", {"textDocument": {"uri": uri}})),
    )
    [outline] = [t["result"] for t in told if t.get("id") == 5]
    assert [e["name"] for e in outline[1]["children"]] == ["calls", "b"]
    assert (code, errors) == (0, b"")


def test_an_editor_that_goes_away_without_a_word_ends_the_server(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "metriclint", "lsp"]
    ran = subprocess.run(command, input=message(b"{")[:-1], capture_output=True, cwd=tmp_path, check=False, timeout=60)
    assert ran.returncode == 0
    assert b"Traceback" not in ran.stderr


def test_a_missing_package_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    for name in [n for n in sys.modules if n.startswith("metriclint.editor")]:
        monkeypatch.delitem(sys.modules, name)
    ran = cli("lsp")
    assert (ran.code, ran.err) == (
        2,
        "error: the language server needs more packages: pip install 'metriclint[editor]'\n",
    )


@pytest_lsp.fixture(config=SERVER)
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, tmp_path: Path) -> Editor:
    return Editor(client, tmp_path)


@pytest.mark.asyncio
async def test_a_file_that_is_deleted_while_open_lives_on_as_text(editor: Editor, write: Write) -> None:
    file = write("a.yaml", CARD)
    await editor.start()
    editor.open("a.yaml")
    assert "VIS301" in await editor.codes("a.yaml")
    file.unlink()
    gone = lsp.FileEvent(editor.uri("a.yaml"), lsp.FileChangeType.Deleted)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([gone]))
    assert "VIS301" in await editor.codes("a.yaml")
    editor.replace("a.yaml", "ranked: true", "ranked: false")
    assert "VIS301" not in await editor.codes("a.yaml")
    editor.close("a.yaml")
    assert await editor.told("a.yaml") == []


@pytest.mark.asyncio
async def test_a_file_that_another_program_changes_is_read_again(editor: Editor, write: Write) -> None:
    write("metriclint.toml", "")
    write("a.yaml", "metriclint: 1\nmetrics:\n  a: {title: A, visibility: wall}\n")
    write("b.yaml", "metriclint: 1\nboards:\n  wall: {audience: org}\n")
    await editor.start()
    editor.open("a.yaml")
    assert not [d for d in await editor.told("a.yaml") if d.severity == lsp.DiagnosticSeverity.Error]
    write("b.yaml", "metriclint: 1\nboards:\n  another-wall: {audience: org}\n")
    changed = lsp.FileEvent(editor.uri("b.yaml"), lsp.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([changed]))
    assert [d for d in await editor.told("a.yaml") if d.message.startswith('unknown board "wall"')]


@pytest.mark.asyncio
async def test_titles_are_data_everywhere(editor: Editor, write: Write) -> None:
    write("a.yaml", CARD.replace("Calls answered", json.dumps(HOSTILE)))
    await editor.start()
    editor.open("a.yaml")
    told = await editor.told("a.yaml")
    ranked = next(d for d in told if d.code == "VIS301")
    assert covered(editor.texts["a.yaml"], ranked.range) == "ranked: true"
    assert "\u202e" not in ranked.message and "\u2028" not in ranked.message
    said = await editor.hover("a.yaml", "calls:", 1)
    assert "<img" not in said and "&lt;img" in said
    assert "](command:" not in said.replace("\\]", "")
    found = await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(editor.document("a.yaml")))
    assert found is not None
    editor.type("a.yaml", "ranked: true", "\u2028🚀")
    editor.replace("a.yaml", "\u2028🚀", "")
    assert "VIS301" in await editor.codes("a.yaml")


@pytest.mark.asyncio
async def test_half_of_a_pair_is_survived_and_control_characters_are_told(editor: Editor, write: Write) -> None:
    write("a.yaml", CARD)
    await editor.start()
    editor.open("a.yaml")
    uri = editor.uri("a.yaml")
    for text, told in ((CARD + "# \ud83d\n", []), (CARD + "# \x07\n", ["control character 0x07"])):
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        editor.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(5, uri), [change])
        )
        wrong = [d.message.partition(":")[0] for d in await editor.told("a.yaml") if d.code is None]
        assert wrong == told
        assert "VIS301" in await editor.codes("a.yaml")


@pytest.mark.asyncio
async def test_a_large_text_is_checked_and_typed_in(editor: Editor, write: Write) -> None:
    filler = "".join(f"  n{n}:\n    title: Number {n}\n    description: {'x' * 9_900}\n" for n in range(1_000))
    write("a.yaml", CARD + filler)
    await editor.start()
    editor.open("a.yaml")
    assert len(editor.texts["a.yaml"]) > 9_900_000
    assert "VIS301" in await editor.codes("a.yaml")
    editor.replace("a.yaml", "ranked: true", "ranked: false")
    assert "VIS301" not in await editor.codes("a.yaml")


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 50_000, "a: &x [*x]\n" * 1_000, "{" * 3_000 + "metriclint: 1"])
async def test_deep_and_circular_texts_are_told_and_survived(editor: Editor, write: Write, text: str) -> None:
    write("b.yaml", CARD)
    await editor.start()
    editor.open("b.yaml")
    editor.open("a.yaml", f"metriclint: 1\nmetrics: {text}\n")
    assert await editor.told("a.yaml")
    await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(editor.document("a.yaml")))
    await editor.hover("a.yaml", "metrics", 2)
    await editor.offered("a.yaml", "metrics: ")
    assert "VIS301" in await editor.codes("b.yaml")
