"""What can stand where somebody is typing: keys that are not there yet, values, and ids of the project."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from metriclint.editor.fields import Field, field_at, keys_of, pattern_of, required, value_words
from metriclint.editor.outline import nodes
from metriclint.editor.reading import entry_at
from metriclint.files.problem import Route, shorten
from metriclint.files.yaml_text import scalar
from metriclint.model.project import Project
from metriclint.rules.catalogue import Catalogue

_MARK = "zzcursorzz"
_WORD = re.compile(r"[^\s\[\]{},:\"'#]*$")
_CLOSING = {"[": "]", "{": "}"}
KEY, VALUE, ID, RULE = "key", "value", "id", "rule"
_REFERS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("metrics", "*", "gaming_actions"): ("actions",),
    ("metrics", "*", "visibility"): ("boards",),
    ("metrics", "*", "consequences"): ("decisions",),
    ("metrics", "*", "consequences", "decided_by"): ("roles",),
    ("metrics", "*", "agent"): ("systems",),
    ("metrics", "*", "outcome"): ("outcomes",),
    ("metrics", "*", "outcome", "id"): ("outcomes",),
    ("metrics", "*", "derived_from"): ("metrics",),
    ("metrics", "*", "derived_from", "metric"): ("metrics",),
    ("metrics", "*", "counter_metrics", "metric"): ("metrics",),
    ("metrics", "*", "harms"): ("harms",),
    ("metrics", "*", "gaming_actions", "harms"): ("harms",),
    ("metrics", "*", "subject", "role"): ("roles",),
    ("metrics", "*", "governance", "owner"): ("roles",),
    ("metrics", "*", "waivers", "compensating"): ("metrics",),
    ("boards", "*", "shows"): ("metrics",),
    ("decisions", "*", "uses", "metric"): ("metrics",),
    ("decisions", "*", "uses", "decided_by"): ("roles",),
    ("decisions", "*", "made_by"): ("roles",),
    ("decisions", "*", "about"): ("roles",),
    ("outcomes", "*", "measured_by"): ("metrics",),
    ("outcomes", "*", "owner"): ("roles",),
    ("harms", "*", "measured_by"): ("metrics",),
    ("actions", "*", "uses"): ("systems",),
    ("actions", "*", "by"): ("roles",),
    ("roles", "*", "reports_to"): ("roles",),
    ("waivers", "metric"): ("metrics",),
    ("waivers", "compensating"): ("metrics",),
}
"""What the id at a key refers to."""
_KEYS_REFER: dict[tuple[str, ...], tuple[str, ...]] = {
    ("actions", "*", "moves"): ("metrics",),
    ("actions", "*", "effects"): ("outcomes", "harms"),
    ("actions", "*", "strengths"): ("metrics", "outcomes", "harms"),
}
"""What the keys of a mapping refer to."""


class Offer(NamedTuple):
    """Something that can stand at the cursor."""

    label: str
    kind: str
    insert: str
    detail: str = ""
    words: str = ""
    """What it means."""
    needed: bool = False


class Spot(NamedTuple):
    """Where somebody types. Either a key of the mapping at a route, or a value at it, or both where that is open."""

    key_of: Route | None
    value_of: Route | None
    present: frozenset[str]
    """Keys that the mapping has already."""
    start: int
    """Offset of the word that is being typed."""
    overlay: bool


def spot(text: str, offset: int) -> Spot | None:
    """Where an offset lies, judged by what stands before it: what follows may be broken as yet."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    if re.search(r"(^|\s)#", line):
        return None
    word = _WORD.search(line)
    start = offset - len(word[0] if word else "")
    line = text[text.rfind("\n", 0, start) + 1 : start]
    before = _head(text, start)
    overlay = re.search(r"^overlay:[ \t]*true\b", text, re.MULTILINE) is not None
    value_only = re.search(r":[ \t]+[\"']?$", line) is not None and not re.search(r"[\[{][^\]}]*$", line[-1:])
    key_of = None if value_only else _route(before, f"{_MARK}:", key=True)
    value_of = _route(before, _MARK, key=False)
    if key_of is None and value_of is None:
        return None
    present = _present(before, key_of, text, start) if key_of is not None else frozenset()
    return Spot(key_of, value_of, present, start, overlay)


def _head(text: str, start: int) -> str:
    """What stands before an offset, as far as it matters: the entry with its section, or the whole text."""
    region = entry_at(text, start)
    if region is None:
        return text[:start]
    return f"{region.section}:\n{text[region.start : start]}"


def _route(before: str, typed: str, *, key: bool) -> Route | None:
    """The route at the end of a text, once something is typed there and what is open is closed."""
    quote = '"' if before[-1:] == '"' else "'" if before[-1:] == "'" else ""
    tail = f"{typed[:-1]}{quote}:" if quote and key else f"{typed}{quote}"
    whole = before + tail + (" " if key else "") + "".join(_CLOSING[c] for c in reversed(_open_brackets(before)))
    for node in nodes(whole):
        if key and node.route and node.route[-1] == _MARK:
            return node.route[:-1]
        if not key and node.value == _MARK:
            return node.route
    return None


def _open_brackets(text: str) -> list[str]:
    """Brackets of the last value that are open at the end of a text."""
    found: list[str] = []
    quote = ""
    begin = max((m.start() for m in re.finditer(r"^ *(?:- )*[^\s#][^\n:]*:[ \t]|^ *- ", text, re.MULTILINE)), default=0)
    for c in text[begin:]:
        if quote:
            quote = "" if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c in _CLOSING:
            found.append(c)
        elif c in "]}" and found and _CLOSING[found[-1]] == c:
            found.pop()
    return found


def _present(before: str, mapping: Route, text: str, start: int) -> frozenset[str]:
    """Keys of the mapping that somebody types in: those before, and those behind at the same indentation."""
    before = before.removesuffix('"').removesuffix("'")
    whole = before + "".join(_CLOSING[c] for c in reversed(_open_brackets(before)))
    if not mapping:
        return frozenset(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    found = {n.route[-1] for n in nodes(whole) if n.route[:-1] == mapping and n.key_start >= 0}
    line_start = text.rfind("\n", 0, start) + 1
    column = len(re.sub(r"[^ ]", " ", text[line_start:start]))
    for line in text[text.find("\n", start) + 1 or len(text) :].split("\n")[:200]:
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() and indent < column:
            break
        key = re.match(r"([A-Za-z_][\w-]*):", line[column:]) if indent == column else None
        if key:
            found.add(key[1])
    return frozenset(map(str, found))


def offers(where: Spot, projects: list[Project], catalogue: Catalogue) -> list[Offer]:
    """What can stand at a spot, in the order of the format."""
    found: list[Offer] = []
    if where.key_of is not None:
        found += _keys(where.key_of, where.present, projects, overlay=where.overlay)
    if where.value_of is not None:
        found += _values(where.value_of, projects, catalogue, overlay=where.overlay)
    return list({offer.label: offer for offer in reversed(found)}.values())[::-1]


def _keys(route: Route, present: frozenset[str], projects: list[Project], *, overlay: bool) -> Iterator[Offer]:
    field = field_at(route, overlay=overlay)
    if field is None:
        return
    for type_ in field.structs:
        needed = required(type_)
        for key, below in keys_of(type_).items():
            if key not in present:
                yield Offer(key, KEY, _key_text(key, below), below.title, _meaning(below), key in needed)
    sections = _KEYS_REFER.get(pattern_of(route), ())
    if overlay and route == ("metrics",):
        sections = ("metrics",)
    for id_, title in _ids(projects, sections):
        if id_ not in present:
            yield Offer(id_, ID, f"{id_}: ", title)


def _key_text(key: str, field: Field) -> str:
    if key == "metriclint":
        return "metriclint: 1"
    return f"{key}: "


def _meaning(field: Field) -> str:
    example = f" Example: {scalar(field.examples[0])}" if field.examples else ""
    return f"{field.description}{example}"


def _values(route: Route, projects: list[Project], catalogue: Catalogue, *, overlay: bool) -> Iterator[Offer]:
    field = field_at(route, overlay=overlay)
    if field is None or not route:
        return
    for word in field.words:
        yield Offer(word, VALUE, word, value_words(route, word), field.description)
    if route[-1] == "rule" and "waivers" in route:
        for name in sorted(catalogue.rules):
            rule = catalogue.rules[name]
            yield Offer(name, RULE, name, rule.code, " ".join(rule.rule.summary.split()))
    sections = _REFERS.get(pattern_of(route), ())
    if "waivers" in route and route[-1] == "metric":
        sections = ("metrics",)
    own = route[1] if len(route) > 1 else None
    for id_, title in _ids(projects, sections):
        if id_ != own or sections != ("metrics",):
            yield Offer(id_, ID, id_, title)
    if not field.words and not sections and field.examples and not isinstance(field.examples[0], (list, dict)):
        yield from _examples(field)


def _examples(field: Field) -> Iterator[Offer]:
    for example in field.examples:
        text = scalar(example)
        yield Offer(text, VALUE, text, "example", field.description)


def _ids(projects: list[Project], sections: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for project in projects:
        for section in sections:
            for id_, entry in sorted(getattr(project, section).items()):
                yield id_, shorten(entry.value.title or section.removesuffix("s"), 80)
