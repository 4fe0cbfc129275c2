"""Findings of cards that are alike: found once for the first card of a pattern, then copied to the others.

A copy differs in what differs between the cards: id, title, place, and the words of a target. Nothing is copied where a
path leaves the card, since then its nodes are not the card's own.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from metriclint.facts.derive import Member, MetricFacts, facts_like
from metriclint.findings.candidates import Candidate, Question, fingerprint
from metriclint.findings.witness import WitnessStep
from metriclint.graph.design import Design
from metriclint.graph.incentive_graph import Node
from metriclint.graph.words import target_words
from metriclint.model.project import MetricEntry, Origin
from metriclint.rules.evaluate import Match


class Model(NamedTuple):
    """The first card of a pattern, and what was found about it."""

    facts: MetricFacts
    candidates: list[Candidate]
    questions: list[Question]


def can_be_copied(model: Model) -> bool:
    """Does everything that was found about a card lie in the card."""
    entry = model.facts.design.entry
    return not entry.patches and all(
        _within(c.location, entry) and all(_is_own(step.node, entry) for step in c.path) for c in model.candidates
    )


def _is_own(node: Node, entry: MetricEntry) -> bool:
    name = node.id.partition(":")[2]
    mine = name == entry.id or name.startswith(entry.id + "/")
    return mine and node.kind != "role" and (node.origin is None or _within(node.origin, entry))


def _within(origin: Origin, entry: MetricEntry) -> bool:
    above = entry.origin
    return origin.path == above.path and origin.route[: len(above.route)] == above.route


def copied(model: Model, design: Design) -> tuple[list[Candidate], list[Question]]:
    """What holds for a card that is like the model's."""
    facts = facts_like(model.facts, design)
    move = _Move(model.facts.design.entry, design)
    paths: dict[int, tuple[list[WitnessStep], list[str]]] = {}
    found = []
    for known in model.candidates:
        moved = paths.get(id(known.path))
        if moved is None:
            path = move.path(known.path)
            moved = paths[id(known.path)] = path, [step.node.public for step in path]
        path, nodes = moved
        name = known.match.rule.name
        found.append(
            replace(
                known,
                match=_match(known.match, facts),
                facts=facts,
                path=path,
                fingerprint=fingerprint(name, design.entry.id, nodes),
                location=move.origin(known.location),
            )
        )
    return found, [Question(design.entry, q.declare, q.rules) for q in model.questions]


def _match(match: Match, facts: MetricFacts) -> Match:
    if not match.bound:
        return match
    bound: dict[str, Member] = {}
    for group, member in match.bound.items():
        members = facts.groups[group]
        assert members is not None
        bound[group] = members[member.index]
    return Match(match.rule, match.base, bound)


class _Move:
    """Takes nodes and places of one card to those of another."""

    def __init__(self, old: MetricEntry, design: Design) -> None:
        self.design = design
        self.old, self.new = old.id, design.entry.id
        self.path_, self.route = design.entry.origin
        self.above = len(old.origin.route)
        self.nodes: dict[str, Node] = {}

    def origin(self, origin: Origin) -> Origin:
        return Origin(self.path_, self.route + origin.route[self.above :])

    def path(self, path: Sequence[WitnessStep]) -> list[WitnessStep]:
        return [WitnessStep(self.nodes.get(node.id) or self.node(node), verb, assumed) for node, verb, assumed in path]

    def node(self, node: Node) -> Node:
        id_, kind, title, origin, assumed = node
        start = id_.index(":") + 1
        if kind == "metric":
            title = self.design.card.title
        elif kind == "target":
            title = target_words(self.design.card.target)
        place = None if origin is None else self.origin(origin)
        new = Node(id_[:start] + self.new + id_[start + len(self.old) :], kind, title, place, assumed)
        self.nodes[id_] = new
        return new
