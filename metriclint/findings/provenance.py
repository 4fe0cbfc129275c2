"""Where facts come from: declared, read from a file of another tool, or only inferred from it.

What rests on an inferred fact is a warning at most: nobody has said it.
"""

from collections.abc import Callable, Iterable

from metriclint.facts.catalogue import FACTS
from metriclint.facts.derive import MetricFacts
from metriclint.graph.design import BoardView
from metriclint.model.project import MetricEntry, Origin, Project
from metriclint.rules.evaluate import Match
from metriclint.rules.rule import Severity

Inferred = Callable[[Origin | None], bool]


def origin_of(fact: str, match: Match | None, facts: MetricFacts) -> Origin | None:
    """Where a fact is declared, or ``None`` where it is not."""
    group, _, key = fact.partition(".")
    member = match.bound.get(group) if match else None
    entry = facts.design.entry
    if group in ("board", "consequence", "action", "counter"):
        if member is None:
            members = facts.groups.get(group) or []
            member = members[0] if members else None
        if member is None:
            return None
        if group == "counter":
            return entry.place("counter_metrics", member.index, key)
        if group == "consequence" and key == "kind":
            return patched(member.item.kind_origin, entry)  # type: ignore[union-attr]
        names = {"effect": "effect_on_outcome", "causes_harm": "harms"}
        return patched(member.item.origin.below(names.get(key, key)), entry)  # type: ignore[union-attr]
    if group == "agent":
        return facts.design.agent_origin.below(key) if facts.design.agent_origin else None
    if group == "derived":
        return None
    spec = FACTS[fact]
    return entry.place(*spec.declare.split(".")) if spec.declare else None


def patched(origin: Origin, entry: MetricEntry) -> Origin:
    """A place in a metric's own card, or in the overlay that fills it in there."""
    length = len(entry.origin.route)
    if entry.patches and origin.path == entry.origin.path and origin.route[:length] == entry.origin.route:
        return entry.place(*origin.route[length:])
    return origin


def capped(severity: Severity, match: Match, facts: MetricFacts, project: Project) -> Severity:
    """The severity, at most a warning where one of the facts behind the match was only inferred."""
    if severity != "error":
        return severity
    return "warning" if rests_on_inference(match, facts, project) else severity


def rests_on_inference(match: Match, facts: MetricFacts, project: Project) -> bool:
    """Was one of the facts that made a rule true only inferred. Of several that say the same one declared suffices."""

    def inferred(origin: Origin | None) -> bool:
        return origin is not None and project.inferred_from(origin) is not None

    for fact in match.rule.when.facts:
        if fact.startswith("derived."):
            if _derived_from_inferred(fact, facts, inferred):
                return True
        elif inferred(origin_of(fact, match, facts)):
            return True
    return False


def _derived_from_inferred(fact: str, facts: MetricFacts, inferred: Inferred) -> bool:
    """Does a derived fact rest on inferred ones alone."""
    design, entry = facts.design, facts.design.entry
    if fact in ("derived.stakes", "derived.live", "derived.high", "derived.credibility_gap"):
        uses = [inferred(use.origin) for use in design.uses or () if use.stakes]
        standing = [_rests(board, entry, inferred) for board in design.boards or () if board.gives_standing]
        return bool(uses or standing) and all([*uses, *standing])
    if fact in ("derived.hot", "derived.automatable"):
        return _all(inferred, (action.origin for action in design.actions or () if not action.assumed))
    if fact == "derived.person":
        return inferred(entry.place("subject", "level"))
    if fact == "derived.compared":
        ranked = (board.origin.below("ranked") for board in design.boards or () if board.ranked)
        return _all(inferred, (patched(origin, entry) for origin in ranked))
    return False


def _rests(board: BoardView, entry: MetricEntry, inferred: Inferred) -> bool:
    """Was anything inferred of what makes a board a consequence of its own."""
    return any(inferred(patched(board.origin.below(key), entry)) for key in ("audience", "identified", "ranked"))


def _all(inferred: Inferred, origins: Iterable[Origin]) -> bool:
    listed = list(origins)
    return bool(listed) and all(map(inferred, listed))
