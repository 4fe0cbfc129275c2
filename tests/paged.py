"""Packs for the documents with pages: a small one, and one in which people wrote what a format could take for more."""

import contextlib
from pathlib import Path
from typing import Any

import msgspec
from audited import CARDS, WAIVER, packed

from metriclint.audit.documents import DocumentOptions, document
from metriclint.audit.pack import Pack

HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% for x in y %}",
    "#typst #sys.inputs $x$ *b* `c` @ref <label> \\",
    "=cmd()|' /C calc'!A0",
    "a\u202eb\u2066c\u200fd",
    "😀👩\u200d👩 中文 ไทย हिन्दी العربية",
    "x" * 10_000,
    "wordy " * 2_000,
    "\x00\x01\ufffe",
    "&amp; ]]> <w:p/> </w:t>",
    "a\nb\tc\x0cd\x07e\r\nf",
    "\U000f0000 \u0378",
    "https://example.org/x",
    'https://example.org/<x>" onclick',
    "not determined: ",
    "",
)
"""Texts as somebody can write them into a card, an answer or the name of a client."""
_KEPT = frozenset(
    (
        *(
            "schema",
            "as_of",
            "kind",
            "status",
            "state",
            "confidence",
            "proposed",
            "final",
            "decision",
            "overall",
            "rating",
        ),
        *(
            "rating_before",
            "rating_now",
            "now",
            "id",
            "finding",
            "draft_notice",
            "due",
            "svg",
            "limitations",
            "severity",
        ),
    )
)
"""Fields that are written by the tool, or of which only some values are allowed."""


def small(folder: Path) -> Pack:
    """A pack with findings, an accepted risk and good practice."""
    (folder / "metrics.yaml").write_text(CARDS, encoding="utf-8")
    (folder / "waivers.yaml").write_text(WAIVER, encoding="utf-8")
    with contextlib.chdir(folder):
        return packed("metrics.yaml", "waivers.yaml")


def hostile(pack: Pack, turn: int) -> Pack:
    """The pack with a hostile text in every field that people can reach; each turn puts others in each place."""
    texts = (HOSTILE[n % len(HOSTILE)] for n in range(turn, 10**9))
    return msgspec.convert(_poisoned(msgspec.to_builtins(pack), texts), Pack)


def _poisoned(value: Any, texts: Any) -> Any:
    if isinstance(value, str):
        return next(texts)
    if isinstance(value, dict):
        return {k: item if k in _KEPT else _poisoned(item, texts) for k, item in value.items()}
    return [_poisoned(item, texts) for item in value] if isinstance(value, list) else value


def rendered(name: str, pack: Pack, template: bytes | None = None) -> bytes:
    """A document of a pack."""
    return document(name).render(pack, DocumentOptions(template, "house.docx" if template is not None else ""))
