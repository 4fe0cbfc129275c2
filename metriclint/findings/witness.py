"""The witness of a match: the shortest located path that explains it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from metriclint.facts.derive import MetricFacts
from metriclint.graph.build import Incentives
from metriclint.graph.criteria import RISK_VIEWS
from metriclint.graph.design import ActionView, BoardView, Use
from metriclint.graph.incentive_graph import Edge, IncentiveGraph, Node, View
from metriclint.graph.words import verb_words
from metriclint.rules.evaluate import Match


class WitnessStep(NamedTuple):
    """A node of the path and the words that lead to it (empty for the first)."""

    node: Node
    verb: str
    assumed: bool


def witness(match: Match, facts: MetricFacts, incentives: Incentives) -> list[WitnessStep]:
    """The path that the rule asks for, through the members that make it true.

    Segments between the waypoints are shortest paths in what access or belief allows; where the graph has no such
    path the waypoint is left out, so that the path is always one that the graph holds. It has at least the metric.
    """
    spec = match.rule.rule.path
    key = (spec.start, spec.end) if spec else (), *(id(member) for member in match.bound.values())
    known = facts.paths.get(key)
    if known is None:
        known = facts.paths[key] = _find(match, facts, incentives)
    return known


def _find(match: Match, facts: MetricFacts, incentives: Incentives) -> list[WitnessStep]:
    graph = incentives.graph
    metric = f"metric:{facts.design.entry.id}"
    spec = match.rule.rule.path
    waypoints = [metric]
    end = "metric"
    if spec is not None:
        end = spec.end
        if spec.start == "action" and (action := chosen_action(match, facts)):
            waypoints.insert(0, action.node)
        board = match.bound.get("board")
        if board is not None and isinstance(board.item, BoardView) and end != "board":
            waypoints.append(board.item.node)
    edges: list[Edge] = []
    here = waypoints[0]
    for waypoint in waypoints[1:]:
        segment = _path(graph, here, {waypoint})
        if segment is None:
            if waypoint == metric:
                here, edges = metric, []
            continue
        edges += segment
        here = waypoint
    if end != "metric":
        edges += _final(graph, here, end, match, facts) or []
    return steps_along(graph, edges, here if not edges else edges[0].source)


def _final(graph: IncentiveGraph, here: str, end: str, match: Match, facts: MetricFacts) -> list[Edge] | None:
    for goals in _goals(end, match, facts):
        segment = _path(graph, here, goals)
        if segment is not None:
            return segment
    metric = f"metric:{facts.design.entry.id}"
    sources = [here, metric] if end in ("outcome", "harm") else [here]
    for source in sources:
        segment = graph.shortest_path([source], lambda n: n.kind == end, RISK_VIEWS)
        if segment:
            return segment if source == here else None
    return None


def _goals(end: str, match: Match, facts: MetricFacts) -> Iterable[set[str]]:
    member = match.bound.get("consequence")
    uses = facts.design.uses or []
    if member is not None and isinstance(member.item, Use):
        chosen = [member.item]
    else:
        chosen = sorted(uses, key=lambda u: (-(u.stakes or 0), u.node))
    for use in chosen:
        if end in ("consequence", "role"):
            yield {f"consequence:{use.node.removeprefix('decision:')}"}
        elif end == "decision":
            yield {use.node}
    board = match.bound.get("board")
    if end == "board" and board is not None and isinstance(board.item, BoardView):
        yield {board.item.node}
    if end == "target":
        yield {f"target:{facts.design.entry.id}"}


def _path(graph: IncentiveGraph, source: str, goals: set[str]) -> list[Edge] | None:
    risky = graph.shortest_path([source], lambda n: n.id in goals, RISK_VIEWS)
    return risky if risky is not None else graph.shortest_path([source], lambda n: n.id in goals, View.ALL)


def steps_along(graph: IncentiveGraph, edges: Sequence[Edge], start: str) -> list[WitnessStep]:
    """A path by its steps; ``start`` is where it begins, also where it has no edges."""
    first = graph.nodes[start]
    steps = [WitnessStep(first, "", first.assumed)]
    for edge in edges:
        node = graph.nodes[edge.target]
        steps.append(WitnessStep(node, verb_words(edge.verb), edge.assumed or node.assumed))
    return steps


def chosen_action(match: Match, facts: MetricFacts) -> ActionView | None:
    """The action that the rule was asked about, else the one that tempts most: cheap, automatable, declared."""
    member = match.bound.get("action")
    if member is not None and isinstance(member.item, ActionView):
        return member.item
    return most_tempting(facts.design.actions or ())


def most_tempting(actions: Iterable[ActionView]) -> ActionView | None:
    """The action that tempts most: cheap, automatable, declared, in this order; ``None`` where all help the goal."""
    gaming = [a for a in actions if a.effect != "helps"]
    return min(gaming, key=lambda a: (not a.hot, not a.automatable, a.assumed), default=None)
