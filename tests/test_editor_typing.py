"""The language server end to end: what an editor is told while somebody types."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from conftest import Write
from edited import SERVER, Editor, covered
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

pytestmark = pytest.mark.asyncio

CARD = """\
metriclint: 1
metrics:
  ai-tokens:
    title: AI tokens used 🚀
    kind: activity
    subject: {level: individual}
    visibility: {audience: org, identified: true, ranked: true}
    consequences: [{kind: review, stated: not-used, access: individual}]
"""


@pytest_lsp.fixture(config=SERVER)
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, tmp_path: Path) -> Editor:
    return Editor(client, tmp_path)


async def test_findings_and_open_facts_are_told_when_a_file_is_opened(editor: Editor, write: Write) -> None:
    write("ai.yaml", CARD)
    await editor.start()
    editor.open("ai.yaml")
    told = await editor.told("ai.yaml")
    promise = next(d for d in told if d.code == "REV402")
    assert promise.severity == lsp.DiagnosticSeverity.Error
    assert covered(CARD, promise.range) == "stated: not-used"
    assert "Why it may backfire: " in promise.message and "What you can do: " in promise.message
    steps = [i.message for i in promise.related_information or ()]
    assert "AI tokens used 🚀" in " ".join(steps) and len(steps) > 1
    open_ = next(d for d in told if d.code == "undecided")
    assert open_.severity == lsp.DiagnosticSeverity.Hint and open_.message.startswith("Declare ")
    assert covered(CARD, open_.range) == "ai-tokens"


async def test_a_finding_goes_while_the_design_is_mended_and_comes_back(editor: Editor, write: Write) -> None:
    write("ai.yaml", CARD)
    await editor.start()
    editor.open("ai.yaml")
    assert "VIS301" in await editor.codes("ai.yaml")
    editor.replace("ai.yaml", "ranked: true", "ranked: false")
    assert "VIS301" not in await editor.codes("ai.yaml")
    editor.replace("ai.yaml", "ranked: false", "ranked: true")
    assert "VIS301" in await editor.codes("ai.yaml")


async def test_findings_stay_in_place_while_the_text_is_broken(editor: Editor, write: Write) -> None:
    write("ai.yaml", CARD)
    await editor.start()
    editor.open("ai.yaml")
    before = await editor.codes("ai.yaml")
    editor.type("ai.yaml", "metriclint: 1\n", "roles: {developer: [")
    editor.type("ai.yaml", "[", "\n")
    told = await editor.told("ai.yaml")
    assert [d for d in told if d.code is None and d.message.startswith("broken YAML")]
    assert [str(d.code) for d in told if d.code not in (None, "undecided")] == before
    promise = next(d for d in told if d.code == "REV402")
    assert covered(editor.texts["ai.yaml"], promise.range) == "stated: not-used"
    editor.replace("ai.yaml", "roles: {developer: [\n", "roles: {developer: {}}\n")
    told = await editor.told("ai.yaml")
    assert [str(d.code) for d in told if d.code not in (None, "undecided")] == before
    assert not [d for d in told if d.code is None]


async def test_a_slip_is_told_at_its_word_in_utf_16(editor: Editor, write: Write) -> None:
    write("ai.yaml", 'metriclint: 1\nmetrics:\n  a: {title: "🚀🚀 é", knid: activity}\n')
    await editor.start()
    editor.open("ai.yaml")
    [slip] = await editor.told("ai.yaml")
    assert 'unknown key "knid"; did you mean kind?' in slip.message
    assert covered(editor.texts["ai.yaml"], slip.range) == "knid"
    assert slip.range.start.character == 23


async def test_unsaved_texts_count_for_the_whole_project(editor: Editor, write: Write) -> None:
    write("metriclint.toml", 'paths = ["."]\n')
    write("metrics/a.yaml", "metriclint: 1\nmetrics:\n  a: {title: A, derived_from: [b]}\n")
    write("metrics/b.yaml", "metriclint: 1\nmetrics:\n  b: {title: B}\n")
    await editor.start()
    editor.open("metrics/a.yaml")
    assert [d for d in await editor.told("metrics/a.yaml") if d.severity == lsp.DiagnosticSeverity.Error] == []
    editor.open("metrics/b.yaml")
    editor.replace("metrics/b.yaml", "  b:", "  bb:")
    errors = [d for d in await editor.told("metrics/a.yaml") if d.severity == lsp.DiagnosticSeverity.Error]
    assert [d.message.partition(";")[0] for d in errors] == ['unknown metric "b"']
    editor.close("metrics/b.yaml")
    assert [d for d in await editor.told("metrics/a.yaml") if d.severity == lsp.DiagnosticSeverity.Error] == []


async def test_a_text_that_was_never_saved_is_part_of_the_project(editor: Editor, write: Write) -> None:
    write("metriclint.toml", 'paths = ["."]\n')
    write("a.yaml", "metriclint: 1\nmetrics:\n  a: {title: A, visibility: wall}\n")
    await editor.start()
    editor.open("a.yaml")
    assert [d for d in await editor.told("a.yaml") if "unknown board" in d.message]
    editor.open("boards.yaml", "metriclint: 1\nboards:\n  wall: {audience: org}\n")
    assert not [d for d in await editor.told("a.yaml") if "unknown board" in d.message]


async def test_a_wrong_file_that_is_not_open_is_told_too_and_its_findings_are_not(editor: Editor, write: Write) -> None:
    write("a.yaml", "metriclint: 1\nmetrics:\n  a: {title: A}\n")
    write("b.yaml", "metriclint: 1\nmetrics:\n  b: {titel: B}\n")
    write("c.yaml", CARD)
    await editor.start()
    editor.open("a.yaml")
    await editor.told("a.yaml")
    assert [d.message.partition(";")[0] for d in editor.client.diagnostics[editor.uri("b.yaml")]] == [
        '"title" is missing',
        'unknown key "titel"',
    ]
    assert editor.uri("c.yaml") not in editor.client.diagnostics


async def test_findings_of_closed_files_are_told_where_the_editor_asks_for_them(editor: Editor, write: Write) -> None:
    write("c.yaml", CARD)
    write("a.yaml", "metriclint: 1\nmetrics:\n  a: {title: A}\n")
    await editor.start(options={"diagnostics": "workspace"})
    editor.open("a.yaml")
    await editor.told("a.yaml")
    assert "REV402" in [d.code for d in editor.client.diagnostics[editor.uri("c.yaml")]]


async def test_a_file_alone_is_checked_without_a_folder(editor: Editor, write: Write) -> None:
    write("ai.yaml", CARD)
    await editor.start(alone=True)
    editor.open("ai.yaml")
    assert "REV402" in await editor.codes("ai.yaml")


async def test_settings_and_other_yaml_are_left_in_peace(editor: Editor, write: Write) -> None:
    write("ai.yaml", CARD)
    write("other.yaml", "jobs: {a: 1}\n")
    write("metriclint.toml", "")
    await editor.start()
    editor.open("other.yaml")
    editor.open("new.yaml", "")
    editor.open("ai.yaml")
    assert await editor.told("other.yaml") == []
    assert await editor.told("new.yaml") == []
    assert "VIS301" in await editor.codes("ai.yaml")
    editor.open("metriclint.toml")
    editor.type("metriclint.toml", "", 'ignore = ["VIS301"]')
    assert "VIS301" not in await editor.codes("ai.yaml")
    editor.replace("metriclint.toml", "VIS301", "VIS999")
    assert [d.message.partition(";")[0] for d in await editor.told("metriclint.toml")] == [
        'unknown rule or family "VIS999" in `ignore`'
    ]


async def test_a_text_without_a_file_is_checked_in_the_midst_of_the_folder(editor: Editor, write: Write) -> None:
    write(
        "Untitled-1.yaml",
        "metriclint: 1\nboards: {wall: {title: Wall, audience: org, identified: true, ranked: true}}\n",
    )
    await editor.start()
    editor.open("Untitled-1.yaml")
    uri = "untitled:Untitled-1"
    text = CARD.replace("{audience: org, identified: true, ranked: true}", "wall")

    def open_as(language: str) -> None:
        editor.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, language, 0, text))
        )

    async def codes() -> set[object]:
        await editor.told("Untitled-1.yaml")
        return {d.code for d in editor.client.diagnostics.get(uri, ())}

    open_as("yaml")
    assert {"REV402", "undecided"} <= await codes()
    wall = lsp.TextDocumentPositionParams(lsp.TextDocumentIdentifier(uri), lsp.Position(6, 18))
    defined = await editor.client.text_document_definition_async(
        lsp.DefinitionParams(wall.text_document, wall.position)
    )
    assert isinstance(defined, list)
    assert [place.uri for place in defined] == [editor.uri("Untitled-1.yaml")]
    assert not (editor.folder / "Untitled-1-2.yaml").exists()
    editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(wall.text_document))
    assert await codes() == set()
    open_as("plaintext")
    assert await codes() == set()
