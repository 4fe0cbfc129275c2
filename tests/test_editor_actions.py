"""The language server end to end: what an editor offers to change."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from conftest import Write
from edited import SERVER, Editor, titles
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

pytestmark = pytest.mark.asyncio

PROMISE = """\
metriclint: 1
metrics:
  ai-tokens:
    title: AI tokens used
    kind: activity
    subject: {level: individual}
    visibility: {audience: org, identified: true, ranked: true}   # the wall
    consequences: [{kind: review, stated: not-used, access: individual}]
"""

DECIDED = """\
metriclint: 1
metrics:
  calls:
    title: Calls
    kind: activity
    subject: {level: individual, interdependent_work: false, people: 1}
    visibility: wall
    consequences: [{kind: review, stated: used, access: individual, comparison: absolute, manager_stake: false}]
    controls: [volume]
    target: {type: none, basis: expert}
    gaming_actions: []
    agent: {can_write: false, identity: own, capped: true, approval: human}
    counter_metrics: []
    direction: up
    optimum: extreme
    recorded_by: system
    verification: sample
    governance: {owner: a, review_date: 2027-01-01, informed: true, consulted: true, appeal: true, audited_by: none}
    outcome: {title: Help, link: belief}
    statistics: {typical_n: 40, saturated: false}
"""


@pytest_lsp.fixture(config=SERVER)
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, tmp_path: Path) -> Editor:
    return Editor(client, tmp_path)


async def test_a_proven_repair_is_applied_and_its_finding_is_gone(editor: Editor, write: Write) -> None:
    write("ai.yaml", PROMISE)
    await editor.start()
    editor.open("ai.yaml")
    found = await editor.actions("ai.yaml", "stated: not-used")
    repairs = [a for a in found if a.title.startswith("Repair: ")]
    assert repairs and all(a.kind == lsp.CodeActionKind.QuickFix for a in repairs)
    promise = next(a for a in repairs if a.diagnostics and a.diagnostics[0].code == "REV402")
    assert "only honest if: " in promise.title
    assert "REV402" in await editor.codes("ai.yaml")
    editor.apply(promise.edit)
    assert "REV402" not in await editor.codes("ai.yaml")
    assert "# the wall" in editor.texts["ai.yaml"]


async def test_a_waiver_is_written_into_the_card_and_counts_once_it_is_filled_in(editor: Editor, write: Write) -> None:
    write("ai.yaml", PROMISE)
    await editor.start()
    editor.open("ai.yaml")
    found = await editor.actions("ai.yaml", "stated: not-used")
    accept = next(a for a in found if "unenforced-non-use-promise" in a.title)
    assert accept.title == (
        "Accept the risk of unenforced-non-use-promise until 2027-02-23 (name a reason and two roles)"
    )
    editor.apply(accept.edit)
    assert {"REV402", "GOV929"} <= set(await editor.codes("ai.yaml"))
    for key, value in (("reason", "Pilot in two teams."), ("requested_by", "lead"), ("approved_by", "people-officer")):
        editor.replace("ai.yaml", f'{key}: ""', f"{key}: {value}")
    codes = await editor.codes("ai.yaml")
    assert "REV402" not in codes and "GOV929" not in codes


async def test_a_waiver_goes_to_the_file_of_waivers_where_there_is_one(editor: Editor, write: Write) -> None:
    write("metriclint.toml", "")
    write("ai.yaml", PROMISE)
    write("waivers.yaml", "metriclint: 1\nwaivers: []\n")
    await editor.start()
    editor.open("ai.yaml")
    accept = next(a for a in await editor.actions("ai.yaml", "stated: not-used") if a.title.startswith("Accept"))
    assert editor.apply(accept.edit) == ["waivers.yaml"]


async def test_a_fact_that_decides_rules_is_declared_by_an_answer_in_plain_words(editor: Editor, write: Write) -> None:
    write("ai.yaml", "metriclint: 1\nmetrics:\n  calls: {title: Calls answered}\n")
    await editor.start()
    editor.open("ai.yaml")
    before = [d.message for d in await editor.told("ai.yaml") if d.code == "undecided"]
    found = await editor.actions("ai.yaml", "calls:")
    declare = [a for a in found if a.title.startswith("Declare ")]
    nothing = next(a for a in declare if a.title.endswith("Nothing"))
    editor.apply(nothing.edit)
    assert editor.texts["ai.yaml"] == "metriclint: 1\nmetrics:\n  calls: {title: Calls answered, consequences: []}\n"
    after = [d.message for d in await editor.told("ai.yaml") if d.code == "undecided"]
    assert after != before


async def test_an_answer_begins_a_list_and_says_what_it_declares(editor: Editor, write: Write) -> None:
    write("ai.yaml", "metriclint: 1\nmetrics:\n  calls:\n    title: Calls answered # by all\n")
    await editor.start()
    editor.open("ai.yaml")
    found = await editor.actions("ai.yaml", "calls:")
    title = "Declare consequences.kind: What is the most serious thing that may depend on it? The performance review"
    editor.apply(next(a for a in found if a.title == title).edit)
    assert editor.texts["ai.yaml"].endswith("# by all\n    consequences: [{kind: review}]\n")
    assert [d for d in await editor.told("ai.yaml") if d.code is None] == []


async def test_an_answer_about_a_shared_board_is_written_on_the_board(editor: Editor, write: Write) -> None:
    write("metriclint.toml", "")
    write("walls.yaml", "metriclint: 1\nboards:\n  wall: {audience: org}\n")
    write("ai.yaml", DECIDED)
    await editor.start()
    editor.open("ai.yaml")
    found = await editor.actions("ai.yaml", "calls:")
    ranking = next(a for a in found if a.title.endswith("With names, from best to worst"))
    assert editor.apply(ranking.edit) == ["walls.yaml"]


async def test_a_slip_is_mended(editor: Editor, write: Write) -> None:
    write("ai.yaml", "metriclint: 1\nmetrics:\n  calls:\n    titel: Calls\n    kind: activty\n")
    await editor.start()
    editor.open("ai.yaml")
    [key] = [a for a in await editor.actions("ai.yaml", "titel") if a.title == "Change to title"]
    [value] = [a for a in await editor.actions("ai.yaml", "activty") if a.title == "Change to activity"]
    editor.apply(value.edit)
    editor.apply(key.edit)
    assert editor.texts["ai.yaml"] == "metriclint: 1\nmetrics:\n  calls:\n    title: Calls\n    kind: activity\n"
    assert [d for d in await editor.told("ai.yaml") if d.severity == lsp.DiagnosticSeverity.Error] == []


async def test_a_renamed_metric_keeps_its_waiver(editor: Editor, write: Write) -> None:
    write("ai.yaml", PROMISE)
    await editor.start()
    editor.open("ai.yaml")
    found = await editor.actions("ai.yaml", "stated: not-used")
    editor.apply(next(a for a in found if "unenforced-non-use-promise" in a.title).edit)
    for key, value in (("reason", "Pilot in two teams."), ("requested_by", "lead"), ("approved_by", "people-officer")):
        editor.replace("ai.yaml", f'{key}: ""', f"{key}: {value}")
    assert "REV402" not in await editor.codes("ai.yaml")
    edit = await editor.client.text_document_rename_async(
        lsp.RenameParams(
            new_name="tokens", text_document=editor.document("ai.yaml"), position=editor.at("ai.yaml", "ai-tokens:", 1)
        )
    )
    editor.apply(edit)
    codes = await editor.codes("ai.yaml")
    assert "REV402" not in codes and "GOV930" not in codes and "GOV923" not in codes


async def test_other_kinds_of_actions_are_not_answered(editor: Editor, write: Write) -> None:
    write("ai.yaml", PROMISE)
    await editor.start()
    editor.open("ai.yaml")
    here = editor.at("ai.yaml", "stated")
    context = lsp.CodeActionContext([], only=[lsp.CodeActionKind.SourceOrganizeImports])
    found = await editor.client.text_document_code_action_async(
        lsp.CodeActionParams(editor.document("ai.yaml"), lsp.Range(here, here), context)
    )
    assert not found
    assert titles(await editor.actions("ai.yaml", "stated"))
