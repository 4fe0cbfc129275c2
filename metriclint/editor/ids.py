"""Ids across the files of a project: where each is declared, where it is named, and changing it everywhere."""

from collections.abc import Iterator
from typing import NamedTuple

from metriclint.editor.desk import Desk
from metriclint.editor.outline import Node, locate, node_at
from metriclint.files.problem import Route
from metriclint.findings.finding import Finding
from metriclint.model.card import InlineAction
from metriclint.model.document import SECTIONS
from metriclint.model.objects import InlineConsequence
from metriclint.model.project import Origin, Project
from metriclint.sources.references import references


class Name(NamedTuple):
    """Something declared, by its section and id."""

    section: str
    id: str


class Occurrence(NamedTuple):
    """A place that declares or names something. Offsets count characters of the text as it is now."""

    path: str
    """Shown path of the file."""
    start: int
    end: int
    declares: bool


def named_in(desk: Desk) -> Iterator[tuple[Name, Origin]]:
    """Every place of the project that names something declared by its id."""
    project = desk.linked
    for section, id_, origin in references(project):
        yield Name(section, id_), origin
    for waiver in project.waivers:
        if waiver.value.metric is not None:
            yield Name("metrics", waiver.value.metric), waiver.origin.below("metric")
        for index, id_ in enumerate(waiver.value.compensating or ()):
            yield Name("metrics", id_), waiver.origin.below("compensating", index)
    for action in project.actions.values():
        for id_ in action.value.strengths:
            section = "metrics" if id_ in action.value.moves else "outcomes"
            section = "harms" if action.value.effects.get(id_) == "causes" else section
            yield Name(section, id_), action.origin.below("strengths", id_)
    for path, document in desk.overlays():
        for key in document.metrics:
            yield Name("metrics", key), Origin(path, ("metrics", key))
    yield from _roles(project)
    yield from _harms(project)


def _roles(project: Project) -> Iterator[tuple[Name, Origin]]:
    """Places that name a role; a role that nobody declared is only a word."""
    for entry in project.metrics.values():
        if entry.value.subject is not None and entry.value.subject.role:
            yield Name("roles", entry.value.subject.role), entry.place("subject", "role")
        for index, use in enumerate(entry.value.consequences or ()):
            if isinstance(use, InlineConsequence) and use.decided_by:
                yield Name("roles", use.decided_by), entry.place("consequences", index, "decided_by")
        if entry.value.governance is not None and entry.value.governance.owner:
            yield Name("roles", entry.value.governance.owner), entry.place("governance", "owner")
    for outcome in project.outcomes.values():
        if outcome.value.owner:
            yield Name("roles", outcome.value.owner), outcome.origin.below("owner")
    for role in project.roles.values():
        if role.value.reports_to:
            yield Name("roles", role.value.reports_to), role.origin.below("reports_to")
    for action in project.actions.values():
        if action.value.by:
            yield Name("roles", action.value.by), action.origin.below("by")
    for decision in project.decisions.values():
        for key in ("made_by", "about"):
            if id_ := getattr(decision.value, key):
                yield Name("roles", id_), decision.origin.below(key)
        for index, read in enumerate(decision.value.uses):
            if read.decided_by:
                yield Name("roles", read.decided_by), decision.origin.below("uses", index, "decided_by")


def _harms(project: Project) -> Iterator[tuple[Name, Origin]]:
    """Harms of cards; one that nobody declared is only a text."""
    for entry in project.metrics.values():
        for index, harm in enumerate(entry.value.harms):
            yield Name("harms", harm), entry.place("harms", index)
        for number, action in enumerate(entry.value.gaming_actions or ()):
            for index, harm in enumerate(action.harms if isinstance(action, InlineAction) else ()):
                yield Name("harms", harm), entry.place("gaming_actions", number, "harms", index)


def name_at(desk: Desk, path: str, text: str, offset: int) -> tuple[Name, Node] | None:
    """What the id at an offset means, and the key or value that it stands in."""
    node = node_at(text, offset)
    if node is None:
        return None
    if len(node.route) == 2 and node.on_key(offset) and node.route[0] in SECTIONS:
        name = Name(str(node.route[0]), str(node.route[1]))
        if _declared(desk.linked, name):
            return name, node
    for name, origin in named_in(desk):
        as_key = node.key_start >= 0 and node.route[-1] == name.id and node.value != name.id
        if origin == (path, node.route) and _declared(desk.linked, name) and node.on_key(offset) == as_key:
            return name, node
    return None


def _declared(project: Project, name: Name) -> bool:
    return name.id in getattr(project, name.section, ())


def occurrences(desk: Desk, name: Name) -> list[Occurrence]:
    """Every place that declares or names something, in the order of files and places."""
    entry = getattr(desk.linked, name.section).get(name.id)
    wanted: dict[str, dict[Route, bool]] = {}
    if entry is not None:
        wanted.setdefault(entry.origin.path, {})[entry.origin.route] = True
    for other, origin in named_in(desk):
        if other == name:
            wanted.setdefault(origin.path, {}).setdefault(origin.route, False)
    found: list[Occurrence] = []
    for path, routes in wanted.items():
        text = desk.texts.get(path, "")
        if path in desk.linked.foreign:
            continue
        for route, node in locate(text, routes).items():
            place = token(text, node, name.id)
            if place is not None:
                found.append(Occurrence(path, *place, routes[route]))
    return sorted(found)


def token(text: str, node: Node, id_: str) -> tuple[int, int] | None:
    """Where the id itself stands in a key or value, without quotes."""
    spans = [(node.start, node.end)] if node.value == id_ else []
    if node.key_start >= 0 and node.route[-1] == id_:
        spans.append((node.key_start, node.key_end))
    for start, end in spans:
        at = text.find(id_, start, end)
        if at >= 0:
            return at, at + len(id_)
    return None


def renamed(desk: Desk, name: Name, new: str) -> dict[str, list[tuple[int, int, str]]]:
    """Replacements by shown path that give something another id: start, end and new text of each."""
    edits: dict[str, list[tuple[int, int, str]]] = {}
    for place in occurrences(desk, name):
        edits.setdefault(place.path, []).append((place.start, place.end, new))
    return edits


def applied(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with replacements, which do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def bound_waivers(desk: Desk, name: Name, new: str, after: list[Finding]) -> dict[str, list[tuple[int, int, str]]]:
    """Replacements that keep waivers on their findings, whose fingerprints rest on ids.

    ``after`` are the findings once everything else is renamed. A waiver whose finding cannot be told is left alone.
    """
    before = {f.fingerprint: f for f in desk.verdict.all()}
    edits: dict[str, list[tuple[int, int, str]]] = {}
    for waiver in desk.project.waivers:
        bound = waiver.value.fingerprint
        found = before.get(bound or "")
        if bound is None or found is None:
            continue
        metric = new if name.section == "metrics" and found.metric == name.id else found.metric
        hits = {f.fingerprint for f in after if f.rule == found.rule and f.metric == metric}
        if len(hits) != 1 or bound in hits:
            continue
        path, route = waiver.origin.path, (*waiver.origin.route, "fingerprint")
        node = locate(desk.texts[path], [route]).get(route)
        place = token(desk.texts[path], node, bound) if node else None
        if place is not None:
            edits.setdefault(path, []).append((*place, hits.pop()))
    return edits
