"""report.html in a real browser: no word of its tables is cut in two where the screen is wide."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import chromium, needs_chromium
from conftest import Write
from msgspec.structs import replace
from playwright.sync_api import Browser
from reported import page_of, second_pack

from metriclint.audit.pack import not_determined

pytestmark = needs_chromium
_CUT = """() => {
  const cut = [];
  for (const cell of document.querySelectorAll("table.inventory td, table.inventory th, table.earlier td")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      for (const word of text.data.matchAll(/[A-Za-z]+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (range.getClientRects().length > 1) cut.push(word[0]);
      }
    }
  }
  return cut;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


def test_no_word_of_the_wide_tables_is_cut(
    browser: Browser, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pack = second_pack(write)
    silent = not_determined("the card does not say")
    row = replace(
        pack.metrics[0],
        shown_to="Wall (everyone in the organisation)",
        measured="agents, the organisation",
        target=silent,
    )
    was = replace(pack.earlier[0], before="accepted")
    pack = replace(
        pack, metrics=[row, replace(row, measured=silent, shown_to=silent, owner_role=silent)], earlier=[was]
    )
    Path("report.html").write_bytes(page_of(pack))
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(Path("report.html").absolute().as_uri())
    assert page.evaluate(_CUT) == []
    page.close()
