"""Cutting a large block-style document into its entries and their fields, so that only those are parsed for places.

A section (``metrics:`` at the margin) holds entries as block keys of one indentation, and an entry its fields likewise.
In valid YAML no line of an entry starts at that indentation or before it, so the parts can be told by it. Whatever does
not look like this is not cut.
"""

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

# With a line break as their first character these are several times as fast as with a caret: re looks for that first.
_SECTION = re.compile(r"\n([a-z_]+):[ \t]*(?:#[^\n]*)?\r?(?=\n|\Z)")
_MARGIN = re.compile(r"\n(?=[^\s#])")
_FIRST_SECTION = re.compile(r"([a-z_]+):[ \t]*(?:#[^\n]*)?\r?(?=\n|\Z)")
_FIRST = re.compile(r"^( +)[^\s#]", re.MULTILINE)
_HEAD = re.compile(r"[^\n]*:[ \t]*(?:#[^\n]*)?\r?\n")


class Region(NamedTuple):
    """A part of a text, and the number of lines before it."""

    text: str
    lines_before: int


def cut(text: str, wanted: Mapping[str, Collection[str]]) -> dict[tuple[str, str], Region] | None:
    """Texts of wanted entries by section and key; ``None`` where the document cannot be cut that way.

    ``wanted`` has keys by section. Keys that stand in quotes or are not found make the answer ``None``, too: then the
    whole document has to be read.
    """
    if "\r" in text and text.count("\r") != text.count("\r\n"):
        return None
    found: dict[tuple[str, str], Region] = {}
    seen: set[str] = set()
    first = _FIRST_SECTION.match(text)
    for match in (*([first] if first else ()), *_SECTION.finditer(text)):
        keys = wanted.get(match[1])
        if keys:
            if match[1] in seen:
                return None
            seen.add(match[1])
            end = _MARGIN.search(text, match.end())
            parts = _parts(text, match.end() + 1, end.end() if end else len(text), set(keys))
            found.update({(match[1], key): region for key, region in parts.items()})
    return found if len(found) == sum(map(len, wanted.values())) else None


def fields(entry: Region, wanted: Collection[str]) -> tuple[str, dict[str, Region]] | None:
    """The lines before the fields of an entry, and the texts of the wanted fields that it has.

    ``None`` where its fields cannot be told for sure: then the entry has to be read as a whole.
    """
    head = _HEAD.match(entry.text)
    first = _FIRST.search(entry.text, head.end()) if head else None
    if head is None or first is None or not _plain(entry.text, len(first[1]), head.end()):
        return None
    parts = _parts(entry.text, head.end(), len(entry.text), wanted)
    down = entry.lines_before
    return head[0], {key: Region(part, down + before) for key, (part, before) in parts.items()}


def _plain(text: str, indent: int, start: int) -> bool:
    """Is every line at an indentation a plain key."""
    return _no_field_at(indent).search(text, start) is None


@cache
def _key_at(indent: int) -> re.Pattern[str]:
    # Items of a list may stand at the indentation of their key.
    return re.compile(rf"\n {{{indent}}}(?=[^\s#])(?!-\s)([^:\n]*)")


@cache
def _no_field_at(indent: int) -> re.Pattern[str]:
    return re.compile(rf"^ {{0,{indent}}}(?=[^\s#])(?!-\s)(?![a-z_]+:[ \t\r\n])", re.MULTILINE)


def _parts(text: str, start: int, end: int, keys: Collection[str]) -> dict[str, Region]:
    """Parts of a block mapping by key; one that stands twice counts where it stands first, as it does for a parser."""
    found: dict[str, Region] = {}
    first = _FIRST.search(text, start, end)
    if first is None:
        return found
    lines = counted = 0
    key, begin = "", start
    # The line break before the first key stands before the start, which the caller has passed.
    for match in _key_at(len(first[1])).finditer(text, max(start - 1, 0), end):
        here = match.start() + 1
        if key:
            found.setdefault(key, Region(text[begin:here], lines))
        key = match[1].rstrip()
        if key not in keys:
            key = ""
            continue
        begin = here
        lines += text.count("\n", counted, begin)
        counted = begin
    if key:
        found.setdefault(key, Region(text[begin:end], lines))
    return found
