"""``report.pdf``: the report for reading and signing, tagged for screen readers (PDF/UA-1), set by Typst.

Nothing comes from the network, and every letter from fonts that are installed along; only scripts that they do not
have are taken from the fonts of the machine. The same pack gives the same bytes.
"""

import datetime
import importlib.resources
import re
import string
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from metriclint.audit.documents import DocumentOptions
from metriclint.audit.documents._blocks import Block, Chapter, FindingHead, Paged, Strip
from metriclint.audit.documents._chapters import paged
from metriclint.audit.documents._path_rows import path_rows
from metriclint.audit.documents._text import visible
from metriclint.audit.documents._typeset import typeset
from metriclint.audit.pack import Pack

FILE = "report.pdf"
_POINTS = 0.66
"""Points for a pixel of a picture: its letters get the size of the text around it."""
_LONG = re.compile(r"\S{24,}")
_BREAK = "\u200b"
"""An invisible place where a line can end."""
_SIGNS = re.compile(r"([/._:@-])(?=\S)|(\w{18})(?=\w)")

_PICTURED = re.compile("[\u0020-\u02ff\u0370-\u058f\u2010-\u2027\u2030-\u22ff]*")
"""Letters that are set one by one. Others are joined or stacked, which goes wrong inside a picture."""


def render(pack: Pack, options: DocumentOptions) -> bytes:
    """The document."""
    day = datetime.datetime.fromisoformat(pack.as_of).replace(tzinfo=datetime.UTC)
    return typeset(source(), _report(paged(pack), day), day)


def source() -> bytes:
    """The template; it reads a report as data."""
    return importlib.resources.files("metriclint.audit").joinpath("templates", "report.typ").read_bytes()


def _report(document: Paged, day: datetime.datetime) -> dict[str, Any]:
    """The document as the template reads it: blocks by chapter, numbered, with pictures."""
    return {
        "cover": _breakable(msgspec.to_builtins(document.cover)),
        "running": f"{document.cover.title}, {document.cover.client}"[:110],
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "ids": [b.id for b in document.blocks if isinstance(b, FindingHead)],
        "chapters": list(_chapters(document.blocks)),
    }


def _chapters(blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
    numbers, letters = iter(range(1, 100)), iter(string.ascii_uppercase)
    chapter: dict[str, Any] = {}
    for block in blocks:
        if isinstance(block, Chapter):
            if chapter:
                yield chapter
            number = next(letters) if block.appendix else str(next(numbers))
            chapter = {"head": {**msgspec.to_builtins(block), "number": number}, "blocks": []}
        else:
            chapter["blocks"].append(_drawn(block))
    yield chapter


def _drawn(block: Block) -> Any:
    if not isinstance(block, Strip):
        return _breakable(msgspec.to_builtins(block))
    if not _PICTURED.fullmatch("".join(n.title + n.verb + n.kind for n in block.nodes)):
        return _breakable({**msgspec.to_builtins(block), "svg": ""})
    svg = path_rows(block.nodes, block.text).replace("font-family:sans-serif", "font-family:'Source Sans Pro'")
    found = re.search(r'<svg [^>]*? width="([\d.]+)"', svg)
    width = float(found[1]) * _POINTS if found else 400.0
    return {"block": "strip", "id": block.id, "text": block.text, "svg": svg, "width": width}


def _breakable(value: Any) -> Any:
    """The same with invisible places to break in long words: paths, keys, what somebody typed without blanks."""
    if isinstance(value, str):
        return _LONG.sub(lambda word: _SIGNS.sub(lambda m: m[0] + _BREAK, word[0]), visible(value))
    if isinstance(value, dict):
        return {key: _breakable(item) for key, item in value.items()}
    return [_breakable(item) for item in value] if isinstance(value, list | tuple) else value
