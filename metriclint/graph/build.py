"""From a linked project to its incentive graph: one linear pass over the cards."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct, field

from metriclint.graph.design import ActionView, BoardView, Design, Use
from metriclint.graph.designer import Designer
from metriclint.graph.incentive_graph import Edge, IncentiveGraph, Node, View
from metriclint.graph.templates import Dictionary, built_in
from metriclint.graph.words import board_title, consequence_title, decision_title, target_words
from metriclint.model.project import Origin, Project

_READ_BY_DECIDERS = ("manager", "team", "org", "public")
"""Audiences that include whoever decides about the people measured."""


class Incentives(Struct):
    """A project with the design of each of its metrics and the graph of them all."""

    project: Project
    designs: dict[str, Design] = field(default_factory=dict)
    graph: IncentiveGraph = field(default_factory=IncentiveGraph)
    wholes: dict[str, list[str]] = field(default_factory=dict)
    """For each metric the metrics that are computed from it, sorted."""
    above: dict[str, Any] = field(default_factory=dict)
    """What comes back to each metric by way of its wholes; worked out when it is first asked for."""


def build(
    project: Project,
    dictionary: Dictionary | None = None,
    without: Collection[str] = frozenset(),
    undrawn: Collection[str] = frozenset(),
) -> Incentives:
    """The incentive graph of a project.

    ``dictionary`` holds the gaming templates; the built-in ones by default. ``without`` are metrics that stand alone
    and are not looked at, ``undrawn`` such that have a design and no part in the graph. Retired metrics are part of the
    graph (an index may still use them).
    """
    incentives = Incentives(project)
    designer = Designer(project, (lambda: dictionary) if dictionary else built_in)
    for id_ in sorted(project.metrics):
        if id_ in without:
            continue
        entry = project.metrics[id_]
        incentives.designs[id_] = designer.design(entry)
        for part in entry.value.derived_from or ():
            source = part if isinstance(part, str) else part.metric
            incentives.wholes.setdefault(source, []).append(id_)
    builder = _Builder(incentives)
    builder.add_shared()
    for id_, design in incentives.designs.items():
        if id_ not in undrawn:
            builder.add_design(design)
    return incentives


class _Builder:
    def __init__(self, incentives: Incentives) -> None:
        self.incentives = incentives
        self.project = incentives.project
        self.graph = incentives.graph
        self._linked: set[str] = set()

    def add_shared(self) -> None:
        for id_, outcome in self.project.outcomes.items():
            title = outcome.value.title or id_.replace("-", " ")
            self.graph.add_node(Node(f"outcome:{id_}", "outcome", title, outcome.origin))
        for id_, harm in self.project.harms.items():
            title = harm.value.title or id_.replace("-", " ")
            self.graph.add_node(Node(f"harm:{id_}", "harm", title, harm.origin))
        for id_, entry in self.project.metrics.items():
            self.graph.add_node(Node(f"metric:{id_}", "metric", entry.value.title, entry.origin))
        for id_, outcome in self.project.outcomes.items():
            if outcome.value.measured_by:
                place = outcome.origin.below("measured_by")
                self._edge(f"outcome:{id_}", f"metric:{outcome.value.measured_by}", "moves", 1, View.ALL, place)
        for id_, action in self.project.actions.items():
            node = f"action:{id_}"
            self.graph.add_node(Node(node, "action", action.value.title or id_.replace("-", " "), action.origin))
            for target, effect in action.value.effects.items():
                place = action.origin.below("effects", target)
                if effect == "causes":
                    self._edge(node, f"harm:{target}", "causes", 1, View.ALL, place)
                elif effect in ("helps", "hurts"):
                    sign = 1 if effect == "helps" else -1
                    self._edge(node, f"outcome:{target}", "helps" if sign > 0 else "hurts", sign, View.ALL, place)
            for metric, move in action.value.moves.items():
                sign = 1 if move == "up" else -1
                place = action.origin.below("moves", metric)
                self._edge(node, f"metric:{metric}", "moves", sign, View.ALL, place)

    def add_design(self, design: Design) -> None:
        id_ = design.entry.id
        node = f"metric:{id_}"
        self._add_outcome(design, node)
        self._add_target(design, node)
        for action in design.actions or ():
            self._add_action(design, action, node)
        for board in design.boards or ():
            self._add_board(board, node)
        for use in design.uses or ():
            self._add_use(design, use, node)
        for index, counter in enumerate(design.counters or ()):
            if counter.metric:
                place = design.entry.place("counter_metrics", index)
                self._edge(f"metric:{counter.metric}", node, "guards", -1, View.GUARDS, place)
        for index, part in enumerate(design.card.derived_from or ()):
            source = part if isinstance(part, str) else part.metric
            if source != id_:
                weight = None if isinstance(part, str) else part.weight
                sign = -1 if weight is not None and weight < 0 else 1
                place = design.entry.place("derived_from", index)
                self._edge(f"metric:{source}", node, "derived from", sign, View.ALL, place)

    def _add_outcome(self, design: Design, node: str) -> None:
        link = design.outcome
        if link is None:
            return
        target = f"outcome:{design.outcome_id or design.entry.id}"
        place = design.entry.place("outcome")
        self.graph.add_node(Node(target, "outcome", design.outcome_title or "the outcome", place))
        if link.link in ("direct", "causal"):
            sign = -1 if design.card.direction == "down" else 1
            self._edge(node, target, "helps" if sign > 0 else "hurts", sign, View.ALL, place)

    def _add_role(self, role: str, origin: Origin) -> None:
        declared = self.project.roles.get(role)
        title = (declared.value.title if declared else None) or role.replace("-", " ")
        self.graph.add_node(Node(f"role:{role}", "role", title, declared.origin if declared else origin))

    def _add_target(self, design: Design, node: str) -> None:
        target = design.card.target
        if target is None or target.type == "none":
            return
        place = design.entry.place("target")
        self.graph.add_node(Node(f"target:{design.entry.id}", "target", target_words(target), place))
        if target.basis == "previous-actual":
            self._edge(node, f"target:{design.entry.id}", "sets", 1, View.ALL, design.entry.place("target", "basis"))

    def _add_action(self, design: Design, action: ActionView, node: str) -> None:
        if not action.node.startswith(f"action:{design.entry.id}/"):
            moves = self.project.actions[action.node.removeprefix("action:")].value.moves
            if design.entry.id in moves:
                return
        self.graph.add_node(Node(action.node, "action", action.title, action.origin, action.assumed))
        sign = -1 if design.card.direction == "down" else 1
        self._edge(action.node, node, "moves", sign, View.ALL, action.origin, action.assumed)
        if design.outcome is not None and action.effect in ("helps", "hurts"):
            target = f"outcome:{design.outcome_id or design.entry.id}"
            up = 1 if action.effect == "helps" else -1
            self._edge(
                action.node,
                target,
                "helps" if up > 0 else "hurts",
                up,
                View.ALL,
                action.origin,
                action.assumed,
            )
        if action.node.startswith(f"action:{design.entry.id}/"):
            for index, harm in enumerate(action.harms):
                target = f"harm:{harm}" if harm in self.project.harms else f"harm:{design.entry.id}/{index + 1}"
                self.graph.add_node(Node(target, "harm", harm, action.origin))
                self._edge(action.node, target, "causes", 1, View.ALL, action.origin)

    def _add_board(self, board: BoardView, node: str) -> None:
        self.graph.add_node(Node(board.node, "board", board_title(board), board.origin))
        self._edge(node, board.node, "shown on", 1, View.ALL, board.origin)
        if board.gives_standing:
            base, _, suffix = board.node.removeprefix("board:").partition("@")
            standing = f"consequence:{base}/standing" + (f"@{suffix}" if suffix else "")
            self.graph.add_node(Node(standing, "consequence", "standing among colleagues", board.origin))
            self._edge(board.node, standing, "leads to", 1, View.ALL, board.origin)

    def _add_use(self, design: Design, use: Use, node: str) -> None:
        views = (
            (View.STATED if use.in_stated else 0)
            | (View.FEASIBLE if use.in_feasible else 0)
            | (View.BELIEVED if use.in_believed else 0)
        )
        if use.kind in ("none", "operational"):
            return
        self.graph.add_node(Node(use.node, "decision", decision_title(use, self.project), use.origin, use.assumed))
        end = f"consequence:{use.node.removeprefix('decision:')}"
        self.graph.add_node(Node(end, "consequence", consequence_title(use.kind), use.kind_origin, use.assumed))
        if end not in self._linked:
            self._linked.add(end)
            self._edge(use.node, end, "leads to", 1, View.ALL, use.kind_origin, use.assumed)
            if use.about:
                self._add_role(use.about, use.origin)
                self._edge(end, f"role:{use.about}", "falls on", 1, View.ALL, use.origin, use.assumed)
        through = [b for b in design.boards or () if b.audience in _READ_BY_DECIDERS]
        place = use.origin
        for board in through:
            self._edge(board.node, use.node, "read in", 1, views, place, use.assumed)
        if not through:
            self._edge(node, use.node, "read in", 1, views, place, use.assumed)

    def _edge(
        self,
        source: str,
        target: str,
        verb: "str",
        sign: int,
        views: int,
        origin: Origin | None,
        assumed: bool = False,
    ) -> None:
        if views and source in self.graph.nodes and target in self.graph.nodes:
            self.graph.add_edge(Edge(source, target, verb, sign, views, origin, assumed))  # type: ignore[arg-type]
