"""What shows a project full of injections: the studio, the tools for agents and the editor show texts."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cmarkgfm
import pytest
import pytest_lsp
from agents import agent
from edited import SERVER, Editor, units
from injected import FULL, obeyed, rotation, write_project
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient
from studio import Asked
from test_hostile_documents import UNSEEN, texts_only
from test_hostile_exchange import sources
from test_hostile_outputs import STARTS, SVG, TAGS, Page
from test_studio_project import PAGES

from metriclint.studio import app

TEMPLATES = Path(app.__file__).with_name("templates")
OURS = {tag.lower() for f in TEMPLATES.rglob("*.html") for tag in re.findall(r"<([a-zA-Z]\w*)", f.read_text("utf-8"))}
MOST = 120 if FULL else 40
"""Pages that are looked at of one project."""


def looked_at(text: str, told: list[str]) -> Page:
    """A page of ours: nothing runs, nothing comes from elsewhere, no element is somebody else's."""
    page = Page(text)
    assert {tag for tag, _ in page.elements} <= OURS | SVG | {"fieldset", "div"}
    for tag, attributes in page.elements:
        assert [n for n in attributes if n.startswith("on") or n in ("style", "srcdoc", "srcset", "background")] == []
        for name in ("src", "href", "action", "formaction", "data", "poster"):
            value = attributes.get(name) or "#"
            assert value.startswith(("/", "#", "?", "https://")) and not value.startswith("//"), (tag, name, value)
            assert value.startswith(("/", "#", "?")) or (tag, name) == ("a", "href")
        if tag == "script":
            assert (attributes.get("src") or "").startswith("/static/")
        if tag == "meta":
            assert "http-equiv" not in attributes
    # What is sent back is shown as it is: the text of a file, and answers.
    assert UNSEEN.search(Page(re.sub("<textarea.*?</textarea>", "", text, flags=re.DOTALL)).words) is None
    told.append(page.words)
    return page


def begun(asked: Asked, start: int) -> list[str]:
    """Drafts with injections as answers, and one of a metric of the project. Returns their paths."""
    texts = rotation(start)
    names = ("title", "goal", "shortcut", "counter", "harms", "purpose", "owner")
    fresh = asked.begin(title=texts[0])
    asked.post(fresh, consequence="pay", **dict(zip(names, texts, strict=False)))
    edited = asked.post("/metrics/m/edit")
    return [fresh, edited.headers["location"]]


@pytest.mark.parametrize("start", STARTS)
def test_every_page_of_the_studio(tmp_path: Path, start: int) -> None:
    write_project(tmp_path, start)
    sources(tmp_path / "metrics" / "lists", start)
    asked = Asked(tmp_path)
    waiting = ["/", *PAGES, *begun(asked, start), f"/metrics?q={'%3Cscript%3Ealert(1)'}", "/nothing/here"]
    seen: set[str] = set()
    words: list[str] = []
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = asked.get(path)
        assert answer.status_code in (200, 303, 404), (path, answer.text)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        kind = answer.headers.get("content-type", "")
        if "html" in kind:
            page = looked_at(answer.text, words)
            links = [a["href"] or "" for tag, a in page.elements if tag == "a" and a.get("href")]
            waiting += [link for link in links if link.startswith("/") and link not in seen]
        elif "spreadsheet" in kind:
            assert texts_only(answer.content) > 0
            assert answer.headers["content-disposition"].startswith("attachment")
    assert len(seen) > 30
    assert "alert(1)" in " ".join(words)
    assert [line for line in asked.told if obeyed(line)] == []


def test_a_text_that_is_edited_is_not_changed_by_showing_it(tmp_path: Path) -> None:
    text = "metriclint: 1\n# \u202e\x07\u2066 of old\nmetrics: {a: {title: A}}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    page = Asked(tmp_path).get("/files/text?path=a.yaml").text
    assert text in page
    rest = re.sub("<textarea.*?</textarea>", "", page, flags=re.DOTALL)
    assert UNSEEN.search(rest) is None


@pytest.mark.parametrize("start", STARTS)
def test_what_an_agent_is_told(tmp_path: Path, start: int) -> None:
    write_project(tmp_path, start)
    proposal = json.dumps({"title": rotation(start)[4], "kind": "activity", rotation(start)[5]: 1})
    with agent(tmp_path) as asked:
        told = [
            asked.told("check"),
            asked.told("check_proposal", text=proposal),
            asked.told("why", subject="m"),
            asked.told("propose_repairs", target="m"),
            asked.told("explain_rule", rule="ORG001"),
        ]
        told += [asked.told("why", subject=text) for text in rotation(start)[:4]]
        assert asked.data("check")["findings"]
    assert [line for text in told for line in obeyed(text)] == []


# An editor


@pytest_lsp.fixture(config=SERVER)
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    yield
    await lsp_client.shutdown_session()


def rendered(markdown: str) -> None:
    """Markdown as an editor renders it, HTML included."""
    page = Page(cmarkgfm.github_flavored_markdown_to_html(markdown, cmarkgfm.Options.CMARK_OPT_UNSAFE))
    links = [attributes.get("href") or "" for tag, attributes in page.elements if tag == "a"]
    assert {tag for tag, _ in page.elements} <= TAGS | {"a", "pre", "table", "thead", "tbody", "tr", "th", "td", "hr"}
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert [link for link in links if "evil.example" in link or "e.example" in link] == []
    assert {name for tag, a in page.elements for name in a} <= {"href", "open", "lang", "align", "start"}
    assert UNSEEN.search(markdown) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("start", STARTS if FULL else (7, 18))
async def test_what_an_editor_shows(client: LanguageClient, tmp_path: Path, start: int) -> None:
    write_project(tmp_path, start)
    editor = Editor(client, tmp_path)
    await editor.start()
    name = "metrics/cards.yaml"
    editor.open(name)
    told = await editor.told(name)
    assert len(told) > 5
    for each in told:
        more = [r.message for r in each.related_information or ()]
        assert [m for m in (each.message, *more) if UNSEEN.search(m)] == []
        address = each.code_description.href if each.code_description else "https://"
        assert address.startswith("https://")
    lines = editor.texts[name].split("\n")
    shown = 0
    for number, line in enumerate(lines):
        for word in list(re.finditer(r"[\w-]{2,}", line))[:: 1 if FULL else 3]:
            place = lsp.Position(number, units(line[: word.start()]))
            found = await client.text_document_hover_async(lsp.HoverParams(editor.document(name), place))
            if found is not None:
                shown += 1
                rendered(found.contents.value)  # type: ignore[union-attr]
    assert shown > 50
    for found_at in told[:6]:
        params = lsp.CodeActionParams(editor.document(name), found_at.range, lsp.CodeActionContext([found_at]))
        actions = await client.text_document_code_action_async(params)
        assert [a for a in actions or () if UNSEEN.search(a.title)] == []
    symbols: Any = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(editor.document(name)))
    assert symbols
