"""A real Chromium for tests; those that need it are skipped and say so where there is none."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH")
_MODULES = next((p.parent for p in map(Path, os.get_exec_path()) if (p.parent / "axe-core").is_dir()), None)
needs_axe = pytest.mark.skipif(
    CHROMIUM is None or _MODULES is None, reason="no Chromium, or no axe-core on PATH: `.ci/node-tools` installs it"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]


def chromium() -> Iterator[Browser]:
    """A browser, for a fixture of a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def axe(page: Page, rules: list[str]) -> list[str]:
    """What axe-core finds wrong on a page by some rules (or tags of rules), with the places."""
    assert _MODULES is not None
    page.evaluate((_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    assert len(found["passes"]) > (15 if rules == RULES else 0)
    return [f"{v['id']}: {v['help']}: {[node['target'] for node in v['nodes']]}" for v in found["violations"]]
