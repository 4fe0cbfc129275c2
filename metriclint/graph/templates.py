"""Gaming templates: known ways to move a type of metric, for cards that are silent about it.

The data is ``rules/gaming-templates.yaml``. A template fits where one of its phrases stands as whole words in the
title, an alias, the unit or the formula of a card, and none of its excluding phrases does.
"""

import re
from collections.abc import Iterable, Set
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from metriclint.files.problem import Problem, ProblemError
from metriclint.files.shape import to_struct
from metriclint.files.shipped import shipped
from metriclint.files.yaml_values import parse, read_text
from metriclint.model import vocabulary as v
from metriclint.model.card import Metric

_WORD = re.compile(r"[^\W_]+")
_NONE: Set[int] = frozenset()


def _words(text: str) -> list[str]:
    if "'" in text or "’" in text:
        text = text.replace("'", "").replace("’", "")
    return _WORD.findall(text)


class TemplateAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One known way to move the number."""

    id: str
    title: str
    cost: v.Cost
    automatable: bool
    effect: v.Effect


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A type of metric, the words that give it away, and how it is moved."""

    id: str
    title: str
    words: list[str]
    actions: list[TemplateAction]
    direction: Literal["up", "down", "any"] = "any"
    kind: v.Kind | None = None
    tags: list[str] = []
    not_words: list[str] = []


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    templates: list[Template]


class _Phrases(NamedTuple):
    """Templates that a word gives away: alone, and with the words that follow it, by the second of these."""

    alone: list[int]
    longer: dict[str, list[tuple[tuple[str, ...], int]]]


class Dictionary:
    """Templates with an index by the first two words of each phrase, so that a title is looked at once."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self.templates = list(templates)
        self._index: dict[str, _Phrases] = {}
        for number, template in enumerate(self.templates):
            self._add(template.words, number)
            # Words that speak against a template have its number as a negative one.
            self._add(template.not_words, ~number)
        self._known: dict[str, Set[int]] = {}

    def _add(self, phrases: Iterable[str], number: int) -> None:
        for phrase in phrases:
            words = tuple(_words(phrase.lower()))
            if not words:
                continue
            entry = self._index.setdefault(words[0], _Phrases([], {}))
            if len(words) == 1:
                entry.alone.append(number)
            else:
                entry.longer.setdefault(words[1], []).append((words, number))

    def fit(self, card: Metric) -> Template | None:
        """The first template that fits a card, or ``None``.

        A formula counts where the card does not say what it is computed from: there it only names the parts.
        """
        # Field by field, so that no phrase runs across two of them; units and formulas are the same in many cards.
        hits = self._hits_of(card.title)
        for field in (*card.aliases, card.unit, None if card.derived_from else card.formula):
            if field and (more := self._hits_of(field)):
                hits = hits | more
        return self._chosen(hits, card.direction or "any") if hits else None

    def fit_text(self, text: str, direction: str = "any") -> Template | None:
        """The first template that fits a text, given which way the metric is meant to go."""
        return self._chosen(self._hits_of(text), direction)

    def _hits_of(self, field: str) -> Set[int]:
        known = self._known.get(field)
        if known is None:
            known = self._known[field] = self._hits(_words(field[:2_000].lower()))
        return known

    def _chosen(self, hits: Set[int], direction: str) -> Template | None:
        for number in sorted(n for n in hits if n >= 0 and ~n not in hits):
            template = self.templates[number]
            if "any" in (template.direction, direction) or direction in ("band", template.direction):
                return template
        return None

    def _hits(self, words: list[str]) -> Set[int]:
        if self._index.keys().isdisjoint(words):
            return _NONE
        hits: set[int] = set()
        get = self._index.get
        for at, word in enumerate(words):
            entry = get(word)
            if entry is None:
                continue
            hits.update(entry.alone)
            following = entry.longer.get(words[at + 1]) if at + 1 < len(words) else None
            for phrase, number in following or ():
                if tuple(words[at : at + len(phrase)]) == phrase:
                    hits.add(number)
        return hits


@lru_cache(maxsize=1)
def built_in() -> Dictionary:
    """The templates that ship with metriclint. Raises ProblemError where the file is damaged."""
    return Dictionary(read_templates(shipped("rules") / "gaming-templates.yaml"))


def read_templates(file: Path) -> list[Template]:
    """Templates of a file. Raises ProblemError with every problem of it."""
    text = read_text(file, file.name)
    if isinstance(text, Problem):
        raise ProblemError([text])
    value, problems = parse(text, file.name)
    if problems:
        raise ProblemError(problems)
    result = to_struct(value, _File, file.name)
    if isinstance(result, list):
        raise ProblemError(result)
    return result.templates
