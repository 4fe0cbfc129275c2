"""Texts of people as a page can hold them: nothing invisible that turns or hides letters, never without an end."""

import re

TITLE, CELL, PARAGRAPH = 220, 500, 3000
"""Characters that are shown in a heading, a cell and a paragraph; the whole text is in ``data/findings.json``."""
_JOINERS = "\u200c\u200d"
"""Invisible, and needed: some scripts cannot be written without them."""
_TICKED = re.compile(r"`([^`\n]+)`")


def visible(text: str) -> str:
    """A text without control and direction characters; line ends stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _JOINERS or c == "\n" else " " for c in text)


def unticked(text: str) -> str:
    """A text of the catalogue without the marks of code, which a page does not know."""
    return _TICKED.sub(r"“\1”", text)


def line(text: str, most: int = CELL) -> str:
    """A text on one line, shortened to a number of characters."""
    flat = " ".join(visible(text[: 4 * most]).split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def paragraph(text: str) -> str:
    """A text with its line ends, shortened where it is longer than a page."""
    kept = visible(text).strip()
    return kept if len(kept) <= PARAGRAPH else kept[: PARAGRAPH - 1].rstrip() + "…"
