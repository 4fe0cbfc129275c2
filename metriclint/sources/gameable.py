"""The dictionary of gameable fields: what a number of another tool counts, told from its name where its file is silent.

The data is ``gameable.yaml`` beside this module, which says how names are compared.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from metriclint.files.problem import ProblemError, Route
from metriclint.files.shape import to_struct
from metriclint.files.yaml_values import parse
from metriclint.model import vocabulary as v
from metriclint.model.foreign import Place
from metriclint.sources.draft import Draft, Item

_FILE = Path(__file__).resolve().parent / "gameable.yaml"
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+")
_PER = re.compile(r"\bper \w+")
_FIELD = re.compile(r"[\w.\[\]]{1,120}")
_LONGEST = 120
_PARTS = 3


class GameableField(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of field: what it counts, and the names that tools have for it."""

    counts: str
    unit: str
    kind: v.Kind
    names: list[str]
    tags: list[str] = []


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    idle: list[str]
    fields: list[GameableField]


class Gameable:
    """The dictionary with an index by words."""

    def __init__(self, idle: frozenset[str], fields: list[GameableField]) -> None:
        self.idle, self.fields = idle, fields
        self._by_words: dict[tuple[str, ...], GameableField] = {}
        for one in fields:
            for name in one.names:
                self._by_words.setdefault(self.words(name), one)

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a name that count."""
        text = _PER.sub(" ", " ".join(_WORD.findall(_HUMPS.sub(" ", name).lower())))
        return tuple(_singular(word) for word in text.split() if word not in self.idle)

    def named(self, name: str) -> GameableField | None:
        """What a name stands for; ``None`` where the dictionary does not know it."""
        if len(name) > _LONGEST:
            return None
        parts = [part for part in re.split(r"[./]|\[\]", name) if part]
        tails = (".".join(parts[-count:]) for count in range(min(_PARTS, len(parts)), 0, -1))
        for text in (name, *(tails if len(parts) > 1 else ())):
            words = self.words(text)
            if words and (found := self._by_words.get(words)) is not None:
                return found
        return None


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=1)
def gameable() -> Gameable:
    """The dictionary that ships. Raises ProblemError where the file is damaged."""
    value, problems = parse(_FILE.read_text(encoding="utf-8"), _FILE.name)
    if problems:
        raise ProblemError(problems)
    found = to_struct(value, _File, _FILE.name)
    if isinstance(found, list):
        raise ProblemError(found)
    return Gameable(frozenset(found.idle), found.fields)


def infer_gameable(draft: Draft) -> None:
    """Fill kind, tags and unit of the metrics whose names the dictionary knows, where nothing says them already."""
    cards = draft.document.get("metrics")
    for id_, card in cards.items() if isinstance(cards, dict) else ():
        if not isinstance(card, dict):
            continue
        for name, at in _names(draft, id_, card):
            known = gameable().named(name)
            if known is not None:
                _fill(Item(draft, "metrics", id_), known, name, at)
                break


def _fill(item: Item, known: GameableField, name: str, at: Place | None) -> None:
    because = f'the name "{name}": {known.counts}'
    item.set("kind", known.kind, at, because)
    item.set("unit", known.unit, at, because)
    for tag in known.tags:
        item.add("tags", tag, at, because)


def _names(draft: Draft, id_: str, card: dict[str, Any]) -> Iterator[tuple[str, Place | None]]:
    """What a metric is called, and the field that it is where its formula is no more than that."""
    aliases = card.get("aliases")
    formula = card.get("formula")
    given: list[tuple[Route, Any]] = [(("title",), card.get("title"))]
    given += [(("aliases", n), alias) for n, alias in enumerate(aliases if isinstance(aliases, list) else ())]
    if isinstance(formula, str) and _FIELD.fullmatch(formula.strip()):
        given.append((("formula",), formula.strip()))
    for route, name in given:
        if isinstance(name, str):
            yield name, draft.foreign.place(("metrics", id_, *route))
