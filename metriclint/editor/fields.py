"""What a key or a value means: the notes of the model by route, words for values, and what an id refers to."""

import typing
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from msgspec import Meta, Struct, structs

from metriclint.facts.catalogue import FACTS
from metriclint.files.problem import Route
from metriclint.model.document import SECTIONS, Document, OverlayDocument
from metriclint.model.vocabulary import STAKES
from metriclint.questionnaire.questions import questionnaire


class Field(NamedTuple):
    """A key of the format, or an item of a list."""

    title: str
    description: str
    examples: tuple[Any, ...]
    types: tuple[Any, ...]
    """What its value can be, without ``None``."""

    @property
    def words(self) -> list[str]:
        """Values that can be chosen from."""
        found: list[str] = []
        for type_ in self.types:
            if get_origin(type_) is Literal:
                found += [str(value) for value in get_args(type_)]
            elif type_ is bool:
                found += ["true", "false"]
        return found

    @property
    def structs(self) -> list[type[Struct]]:
        """Mappings with fixed keys that it can be."""
        return [t for t in self.types if isinstance(t, type) and issubclass(t, Struct)]

    @property
    def items(self) -> "list[Field]":
        """What the items of a list can be."""
        return [_field(get_args(t)[0], self) for t in self.types if get_origin(t) is list]


def field_at(route: Route, *, overlay: bool = False) -> Field | None:
    """The field that a route leads to; ``None`` where the format has none there."""
    here: Field | None = Field("", "", (), (OverlayDocument if overlay else Document,))
    for part in route:
        if here is None:
            return None
        here = _below(here, part)
    return here


def _below(field: Field, part: str | int) -> Field | None:
    found: Field | None = None
    for type_ in field.types:
        below = None
        if isinstance(part, int):
            below = _field(get_args(type_)[0], field) if get_origin(type_) is list else None
        elif get_origin(type_) is dict:
            below = _field(get_args(type_)[1], None)
        elif isinstance(type_, type) and issubclass(type_, Struct):
            below = keys_of(type_).get(part)
        if below is not None:
            found = below if found is None else found._replace(types=(*found.types, *below.types))
    return found


@cache
def keys_of(type_: type[Struct]) -> dict[str, Field]:
    """The keys of a mapping, in the order of the format."""
    hints = typing.get_type_hints(type_, include_extras=True)
    return {f.encode_name: _field(hints[f.name], None) for f in structs.fields(type_)}


def required(type_: type[Struct]) -> set[str]:
    """Keys that a mapping has to have."""
    return {f.encode_name for f in structs.fields(type_) if f.required}


def _field(hint: Any, above: Field | None) -> Field:
    notes = [m for m in get_args(hint)[1:] if isinstance(m, Meta)] if get_origin(hint) is Annotated else []
    told = next((m for m in notes if m.title), None)
    types = tuple(dict.fromkeys(_flat(hint)))
    if told is None:
        return Field(above.title if above else "", above.description if above else "", (), types)
    return Field(told.title or "", told.description or "", tuple(told.examples or ()), types)


def _flat(hint: Any) -> Iterator[Any]:
    """The types of a hint, without notes and ``None``."""
    origin = get_origin(hint)
    if origin is Annotated:
        yield from _flat(get_args(hint)[0])
    elif origin is Union or type(hint).__name__ == "UnionType":
        for part in get_args(hint):
            yield from _flat(part)
    elif hint is not type(None):
        yield hint


def pattern_of(route: Route) -> tuple[str, ...]:
    """A route without ids and numbers: ``("metrics", "*", "consequences", "kind")``."""
    parts = [part for part in route if isinstance(part, str)]
    if len(parts) > 1 and parts[0] in SECTIONS:
        parts[1] = "*"
    return tuple(parts)


def fact_key(route: Route) -> str:
    """The key of a card as the fact catalogue names it: ``consequences.kind``; empty for what is in no card."""
    pattern = pattern_of(route)
    section = {"boards": "visibility", "decisions": "consequences", "actions": "gaming_actions"}
    if pattern[:2] == ("metrics", "*"):
        return ".".join(pattern[2:])
    if len(pattern) > 2 and pattern[0] in section:
        keys = ("kind" if p == "consequence" else p for p in pattern[2:] if p != "uses")
        return ".".join((section[pattern[0]], *keys))
    return ""


@lru_cache(maxsize=1)
def _said() -> dict[tuple[str, str], str]:
    """Answers of the questionnaire by the key and value that they set; those that set least go first."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for question in questionnaire().questions:
        for choice in question.options:
            for route, value in choice.sets.items():
                key = ".".join(part for part in route.split(".") if not part.isdigit())
                values = value if isinstance(value, list) else [value]
                for single in values:
                    word = str(single).lower() if isinstance(single, bool) else str(single)
                    known = found.get((key, word))
                    if known is None or len(choice.sets) < known[0]:
                        found[key, word] = len(choice.sets), choice.says
    return {name: says for name, (_, says) in found.items()}


def value_words(route: Route, value: str) -> str:
    """What a value means, in plain words; empty where nobody has said so."""
    key = fact_key(route)
    says = _said().get((key, value), "")
    if key.endswith("consequences.kind") and value in STAKES:
        stakes = f"stakes {STAKES[value]} of 4"
        says = f"{says} ({stakes})" if says else stakes
    return says


def question_about(route: Route) -> str:
    """The plain question behind a key; empty where there is none."""
    key = fact_key(route)
    for question in questionnaire().questions:
        if any(key == ".".join(p for p in r.split(".") if not p.isdigit()) for r in question.routes()):
            return question.ask
    return ""


def silence_of(route: Route) -> str:
    """What it means that a key of a card is not declared; empty where no rule reads it."""
    key = fact_key(route)
    for spec in FACTS.values():
        if spec.declare == key and key:
            return {
                "unbound": "Undeclared, rules that read it stay undecided.",
                "template": "Undeclared, the known gaming actions of this kind of number are assumed.",
                "default": "Undeclared, it has the meaning of a default.",
                "derived": "",
            }[spec.silence]
    return ""
