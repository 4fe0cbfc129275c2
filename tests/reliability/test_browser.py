"""Pictures and comments full of injections in a real browser: nothing runs, nothing is fetched."""

import shutil
from pathlib import Path

import cmarkgfm
import pytest
from conftest import TODAY, Cli
from injected import FULL, INJECTIONS, write_project

STARTS = range(len(INJECTIONS)) if FULL else (0, 13)


def html(markdown: str) -> str:
    body = cmarkgfm.github_flavored_markdown_to_html(markdown, cmarkgfm.Options.CMARK_OPT_UNSAFE)
    return f"<!doctype html><meta charset=utf-8><body>{body}"


def test_a_browser_runs_and_fetches_nothing(cli: Cli, tmp_path: Path) -> None:
    browser_path = shutil.which("chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    if browser_path is None:
        pytest.skip("no Chromium here")
    pages: dict[str, str] = {}
    for start in STARTS:
        shutil.rmtree(tmp_path / "metrics", ignore_errors=True)
        write_project(tmp_path, start)
        pages[f"{start}.svg"] = cli("graph", "--format", "svg").out
        pages[f"{start}-m.svg"] = cli("graph", "m", "--format", "svg").out
        pages[f"{start}.html"] = html(cli("check", "--format", "markdown", "--verbose", "--today", TODAY).out)
        pages[f"{start}-in.html"] = f"<!doctype html><meta charset=utf-8>{pages[f'{start}.svg']}"
    shown = tmp_path / "shown"
    shown.mkdir()
    asked: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("dialog", lambda dialog: (asked.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: asked.append(str(error)))
        for name, text in pages.items():
            (shown / name).write_text(text, encoding="utf-8")
            address = (shown / name).as_uri()
            page.goto(address)
            assert [a for a in asked if a != address] == []
            links = "[...document.querySelectorAll('script, [href], [src], foreignObject, iframe, form')].length"
            if name.endswith("svg"):
                assert page.evaluate(links) == 0
            assert page.evaluate("document.documentElement.textContent").count("end") > 3
            asked.clear()
        browser.close()
