"""Reading a document again after a small change: only the entry that was typed in is parsed.

The result is the one that reading the whole text gives; wherever that is not certain the whole text is read.
"""

import re
from typing import Any, NamedTuple

from msgspec.structs import replace

from metriclint.editor.page import common
from metriclint.files.yaml_values import parse
from metriclint.model.document import SECTIONS
from metriclint.sources.native import ReadFile, typed

_TOP = re.compile(r"([a-z]+):[ \t]*(?:#[^\n]*)?\n")
_MARGIN = re.compile(r"\n(?=[^\s#])")
_ENTRY = re.compile(r"^( +)([a-z0-9][a-z0-9-]*):(?=[ \t\n])", re.MULTILINE)
_ANCHOR = re.compile(r"(?:^|[\s\[{,:-])[&*!](?=\S)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that no document may hold."""
_WORTH_IT = 20_000
"""Characters from which on the whole text takes noticeably longer than an entry."""


class Cut(NamedTuple):
    """An entry in a text: offsets of its first character and behind its last line."""

    section: str
    key: str
    start: int
    end: int


def reread(before: ReadFile, text: str) -> ReadFile | None:
    """A document that was read without problems, with another text of it; ``None`` where all has to be read."""
    if before.document is None or before.problems or before.foreign is not None or len(text) < _WORTH_IT:
        return None
    old = before.text
    if "\r" in old or "\r" in text or not isinstance(before.raw, dict):
        return None
    head, tail = common(old, text)
    cut = entry_at(old, head)
    if cut is None or len(old) - tail > cut.end or cut.key not in (before.raw.get(cut.section) or {}):
        return None
    chunk = text[cut.start : cut.end + len(text) - len(old)]
    if not chunk.endswith("\n") and cut.end < len(old):
        return None  # what follows would no longer begin a line
    if _FORBIDDEN.search(chunk) or not _stays_inside(chunk):
        return None
    if not _means(old[cut.start : cut.end], cut, before.raw[cut.section][cut.key]):
        return None
    return _with(before, text, cut, chunk)


def entry_at(text: str, offset: int) -> Cut | None:
    """The entry whose lines behind its first one hold an offset, in a section written over lines."""
    top = _margin_before(text, offset)
    section = _TOP.match(text, top)
    if section is None or section[1] not in SECTIONS:
        return None
    first = _ENTRY.search(text, section.end(), offset)
    if first is None:
        return None
    indent = first[1]
    start = text.rfind(f"\n{indent}", top, offset)
    while start >= 0 and text[start + 1 + len(indent) : start + 2 + len(indent)] in (" ", "#", "\n", ""):
        start = text.rfind(f"\n{indent}", top, start)
    match = _ENTRY.match(text, start + 1) if start >= 0 else None
    if match is None or match[1] != indent or not 0 <= text.find("\n", start + 1) < offset:
        return None
    return Cut(section[1], match[2], start + 1, _end_of(text, match.end(), len(indent)))


def _margin_before(text: str, offset: int) -> int:
    """Start of the last section before an offset, if no other line at the margin stands between."""
    heads = (text.rfind(f"\n{section}:", 0, offset) + 1 for section in SECTIONS)
    top = max(heads)
    return top if _MARGIN.search(text, top, offset) is None else 0


def _end_of(text: str, at: int, indent: int) -> int:
    """Start of the first line behind an offset that is indented as little, and is no comment."""
    while (at := text.find("\n", at)) >= 0:
        at += 1
        line = text[at : at + indent + 1]
        content = line.lstrip(" ")
        if content and content[0] not in "#\n":
            return at
    return len(text)


def _stays_inside(chunk: str) -> bool:
    """Do all lines behind the first belong to it: none is indented as little."""
    first, _, rest = chunk.partition("\n")
    indent = len(first) - len(first.lstrip(" "))
    return re.search(rf"^ {{0,{indent}}}[^\s#]|^\t|^---|^\.\.\.", rest, re.MULTILINE) is None


def _values(chunk: str, section: str) -> Any:
    """The one entry of a chunk by its key; ``None`` where the chunk cannot be read alone."""
    if _ANCHOR.search(chunk):
        return None
    value, problems = parse(f"{section}:\n{chunk}", "")
    return None if problems or not isinstance(value, dict) else value.get(section)


def _means(chunk: str, cut: Cut, raw: Any) -> bool:
    """Is a chunk read alone what it was as part of its document."""
    return bool(_values(chunk, cut.section) == {cut.key: raw})


def _with(before: ReadFile, text: str, cut: Cut, chunk: str) -> ReadFile | None:
    values = _values(chunk, cut.section)
    if not isinstance(values, dict) or list(values) != [cut.key]:
        return None
    top = {key: before.raw[key] for key in ("metriclint", "overlay") if key in before.raw}
    document, problems = typed({**top, cut.section: values}, before.path)
    if document is None or problems:
        return None
    entries = {**getattr(before.document, cut.section), **getattr(document, cut.section)}
    changed = replace(before.document, **{cut.section: entries})  # type: ignore[type-var]
    raw = {**before.raw, cut.section: {**before.raw[cut.section], cut.key: values[cut.key]}}
    return ReadFile(before.path, text, changed, raw, [])
