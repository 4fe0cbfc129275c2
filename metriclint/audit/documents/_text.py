"""Texts of people as a page can hold them: nothing invisible that turns or hides letters, never without an end."""

import re

TITLE, CELL, PARAGRAPH = 220, 500, 3000
"""Characters that are shown in a heading, a cell and a paragraph; the whole text is in ``data/findings.json``."""
_KEPT = "\u200c\u200d\u00a0\u202f"
"""Joiners, which some scripts cannot be written without, and blanks that hold words together."""
_TICKED = re.compile(r"`([^`\n]+)`")


def visible(text: str) -> str:
    """A text without control and direction characters; line ends stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _KEPT or c == "\n" else " " for c in text)


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
