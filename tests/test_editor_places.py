"""The language server end to end: what a place means, what can stand there, and where else an id stands."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import pytest_lsp
from conftest import Write
from edited import SERVER, Editor, covered
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

pytestmark = pytest.mark.asyncio

PROJECT = """\
metriclint: 1
roles:
  developer: {title: Developer}
boards:
  wall: {title: Token wall, audience: org, identified: true, ranked: true}
decisions:
  annual-review:
    title: Annual review
    made_by: lead
    consequence: review
    uses: [{metric: ai-tokens, access: individual}]
"""
METRICS = """\
metriclint: 1
metrics:
  ai-tokens:
    title: AI *tokens* used
    kind: activity
    subject: {role: developer, level: individual}
    visibility: wall
    consequences: [annual-review]
    counter_metrics:
      - {metric: "rework-rate", same_decision: true}
  rework-rate:
    title: Rework rate
    derived_from: [ai-tokens]
"""


@pytest_lsp.fixture(config=SERVER)
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, tmp_path: Path) -> Editor:
    return Editor(client, tmp_path)


@pytest_asyncio.fixture
async def project(editor: Editor, write: Write) -> Editor:
    """A project of two files, both open."""
    write("metriclint.toml", "")
    write("shared.yaml", PROJECT)
    write("metrics.yaml", METRICS)
    await editor.start()
    editor.open("shared.yaml")
    editor.open("metrics.yaml")
    return editor


async def test_a_key_is_explained_with_its_question_and_its_values(project: Editor) -> None:
    said = await project.hover("metrics.yaml", "kind: activity", 2)
    assert said.startswith("**Kind** (`kind`): What is counted.")
    assert "What does it count?" in said
    assert "- `activity`: Things people do, such as calls, messages or use of a tool" in said
    assert "Undeclared, rules that read it stay undecided." in said


async def test_a_value_is_explained_in_plain_words(project: Editor) -> None:
    said = await project.hover("metrics.yaml", "kind: activity", 8)
    assert said.startswith("`activity`: Things people do")
    assert "stakes 3 of 4" in await project.hover("shared.yaml", "consequence: review", 15)


async def test_a_metric_says_what_it_reaches_by_policy_access_and_belief(project: Editor) -> None:
    for name, needle in (("metrics.yaml", "ai-tokens:"), ("shared.yaml", "ai-tokens"), ("metrics.yaml", "[ai-tokens")):
        said = await project.hover(name, needle, 3)
        assert said.startswith(r"**AI \*tokens\* used** (metric `ai-tokens`)")
        assert r"AI \*tokens\* used → shown on → Token wall" in said or "read in → Annual review" in said
        assert "Declared in `metrics.yaml`" in said


async def test_what_has_nothing_to_say_says_nothing(project: Editor) -> None:
    assert await project.hover("metrics.yaml", "AI *tokens*", 1) == ""
    project.type("metrics.yaml", "derived_from: [ai-tokens]\n", "\n\n")
    assert await project.hover("metrics.yaml", "[ai-tokens]\n\n", 13) == ""


async def test_keys_values_and_ids_are_completed(project: Editor) -> None:
    project.type("metrics.yaml", "  rework-rate:\n", "    \n")
    offered = await project.offered("metrics.yaml", "  rework-rate:\n    ")
    assert {"kind", "subject", "target"} < set(offered)
    assert not {"title", "derived_from"} & set(offered)
    project.type("metrics.yaml", "  rework-rate:\n    ", "ki")
    assert "kind" in await project.offered("metrics.yaml", "  rework-rate:\n    ki")
    project.type("metrics.yaml", "  rework-rate:\n    ki", "nd: ")
    assert await project.offered("metrics.yaml", "  rework-rate:\n    kind: ") == [
        "input",
        "activity",
        "output",
        "outcome",
        "perception",
        "composite",
        "state",
    ]
    project.type("metrics.yaml", "  rework-rate:\n    kind: ", "output\n    visibility: ")
    assert "wall" in await project.offered("metrics.yaml", "kind: output\n    visibility: ")
    project.type("metrics.yaml", "kind: output\n    visibility: ", "wall\n    consequences:\n      - ")
    offered = await project.offered("metrics.yaml", "    consequences:\n      - ")
    assert {"kind", "stated", "annual-review"} < set(offered)


async def test_a_key_that_has_to_be_there_is_offered_first(project: Editor) -> None:
    project.type("metrics.yaml", "derived_from: [ai-tokens]\n", "  new:\n    ")
    assert (await project.offered("metrics.yaml", "  new:\n    "))[0] == "title"


async def test_a_new_file_is_completed_from_its_first_word(project: Editor) -> None:
    project.open("new.yaml", "")
    project.type("new.yaml", "", "me")
    assert {"metriclint", "metrics"} <= set(await project.offered("new.yaml", "me"))


async def test_the_text_that_is_typed_is_replaced_by_what_was_chosen(project: Editor) -> None:
    project.replace("metrics.yaml", "activity", "act")
    found = await project.client.text_document_completion_async(
        lsp.CompletionParams(project.document("metrics.yaml"), project.at("metrics.yaml", "kind: act", 9))
    )
    assert isinstance(found, lsp.CompletionList)
    [item] = [i for i in found.items if i.label == "activity"]
    assert isinstance(item.text_edit, lsp.TextEdit)
    assert covered(project.texts["metrics.yaml"], item.text_edit.range) == "act"
    assert item.detail == "Things people do, such as calls, messages or use of a tool"


@pytest.mark.parametrize(
    ("name", "needle", "into", "file", "id_"),
    [
        ("metrics.yaml", "wall", 1, "shared.yaml", "wall"),
        ("metrics.yaml", "[annual-review]", 2, "shared.yaml", "annual-review"),
        ("metrics.yaml", '"rework-rate"', 3, "metrics.yaml", "rework-rate"),
        ("shared.yaml", "metric: ai-tokens", 10, "metrics.yaml", "ai-tokens"),
        ("metrics.yaml", "role: developer", 8, "shared.yaml", "developer"),
    ],
)
async def test_an_id_leads_to_where_it_is_declared(
    project: Editor, name: str, needle: str, into: int, file: str, id_: str
) -> None:
    await project.told(name)
    found = await project.client.text_document_definition_async(
        lsp.DefinitionParams(project.document(name), project.at(name, needle, into))
    )
    assert isinstance(found, list)
    [place] = found
    assert isinstance(place, lsp.Location)
    assert place.uri == project.uri(file)
    assert covered(project.texts[file], place.range) == id_


async def test_every_place_that_names_an_id_is_found(project: Editor) -> None:
    found = await project.client.text_document_references_async(
        lsp.ReferenceParams(
            lsp.ReferenceContext(include_declaration=True),
            project.document("metrics.yaml"),
            project.at("metrics.yaml", "ai-tokens:", 1),
        )
    )
    named = [(p.uri.rpartition("/")[2], p.range.start.line) for p in found or ()]
    assert named == [("metrics.yaml", 2), ("metrics.yaml", 12), ("shared.yaml", 10)]


async def test_an_id_is_renamed_in_open_and_closed_files(project: Editor, tmp_path: Path) -> None:
    project.close("shared.yaml")
    where = project.at("metrics.yaml", "ai-tokens:", 1)
    prepared = await project.client.text_document_prepare_rename_async(
        lsp.PrepareRenameParams(project.document("metrics.yaml"), where)
    )
    assert isinstance(prepared, lsp.PrepareRenamePlaceholder) and prepared.placeholder == "ai-tokens"
    edit = await project.client.text_document_rename_async(
        lsp.RenameParams(new_name="tokens-used", text_document=project.document("metrics.yaml"), position=where)
    )
    assert project.apply(edit) == ["metrics.yaml", "shared.yaml"]
    assert project.texts["metrics.yaml"] == METRICS.replace("ai-tokens", "tokens-used")
    assert (tmp_path / "shared.yaml").read_text(encoding="utf-8") == PROJECT.replace("ai-tokens", "tokens-used")


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("AI Tokens", "is no id; ids are kebab-case (a–z, 0–9 and hyphens): write ai-tokens"),
        ("rework-rate", 'there is a metric "rework-rate" already'),
        ("", "is no id"),
    ],
)
async def test_a_rename_that_would_break_something_is_refused_with_its_reason(
    project: Editor, new: str, reason: str
) -> None:
    with pytest.raises(Exception, match=re.escape(reason)):
        await project.client.text_document_rename_async(
            lsp.RenameParams(
                new_name=new,
                text_document=project.document("metrics.yaml"),
                position=project.at("metrics.yaml", "ai-tokens:", 1),
            )
        )


async def test_nothing_is_renamed_while_a_file_is_wrong(project: Editor) -> None:
    project.replace("shared.yaml", "title: Developer", "titel: Developer")
    with pytest.raises(Exception, match="an id is renamed in files that are right"):
        await project.client.text_document_rename_async(
            lsp.RenameParams(
                new_name="x",
                text_document=project.document("metrics.yaml"),
                position=project.at("metrics.yaml", "ai-tokens:", 1),
            )
        )


async def test_the_outline_has_sections_entries_and_keys(project: Editor) -> None:
    found = await project.client.text_document_document_symbol_async(
        lsp.DocumentSymbolParams(project.document("metrics.yaml"))
    )
    tops = [s for s in found or () if isinstance(s, lsp.DocumentSymbol)]
    assert [s.name for s in tops] == ["metriclint", "metrics"]
    entries = tops[1].children or []
    assert [(s.name, s.detail) for s in entries] == [("ai-tokens", "AI *tokens* used"), ("rework-rate", "Rework rate")]
    assert [s.name for s in entries[1].children or ()] == ["title", "derived_from"]
    text = project.texts["metrics.yaml"]
    assert covered(text, entries[0].selection_range) == "ai-tokens"
    assert covered(text, entries[0].range).endswith("same_decision: true}")
