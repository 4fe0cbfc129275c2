"""Graph criteria as linear passes: who reaches which stakes, what bypasses the outcome, what is guarded.

T1 to T4 and T6 to T8 follow the design notes on causal influence diagrams (Everitt et al., AAAI 2021,
arXiv:2102.01685): a metric on a directed path from an action to a consequence *admits* an incentive to move it. The
criteria say that an incentive is possible, never how strong it is.
"""

from collections import deque
from collections.abc import Callable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from metriclint.graph.build import Incentives
from metriclint.graph.design import ActionView, Design, Use
from metriclint.graph.incentive_graph import IncentiveGraph, Node, View
from metriclint.graph.order import ends_first
from metriclint.model.card import CounterMetric

RISK_VIEWS = View.FEASIBLE | View.BELIEVED


class Reach(Struct, frozen=True):
    """What a metric's number can lead to. ``stakes`` is ``None`` where undeclared facts decide it."""

    stakes: int | None
    stated: int
    """Stakes by what policy says alone."""
    through: tuple[str, ...] = ()
    """Metrics that carry it on, where it goes through an index or a sum."""
    may_rise: bool = False
    """May undeclared facts raise the stakes further."""
    assumed: bool = False
    """Do the stakes rest on a consequence that is only assumed."""


def stakes_of(incentives: Incentives) -> dict[str, Reach]:
    """For every metric the highest stakes that it reaches, own boards and decisions and those of its wholes."""
    known: dict[str, Reach] = {}
    for id_ in _wholes_first(incentives):
        reach = _own_reach(incentives.designs[id_])
        for whole in incentives.wholes.get(id_, ()):
            if whole in known:
                reach = _joined(reach, known[whole], whole)
        known[id_] = reach
    return known


def _joined(own: Reach, above: Reach, whole: str) -> Reach:
    """The reach of a part of a whole: the higher stakes count.

    A whole without stakes says nothing about what else may follow from a part that is silent.
    """
    stated = max(own.stated, above.stated)
    if above.stakes is None:
        return replace(own, stated=stated)
    may_rise = own.may_rise or above.may_rise
    if above.stakes > (1 if own.stakes is None else own.stakes):
        return Reach(above.stakes, stated, (whole, *above.through), may_rise, above.assumed)
    assumed = own.assumed and (above.assumed or above.stakes != own.stakes)
    return replace(own, stated=stated, may_rise=may_rise, assumed=assumed)


def _own_reach(design: Design) -> Reach:
    standing = 2 if any(b.gives_standing for b in design.boards or ()) else 0
    if design.uses is None:
        return Reach(standing or None, standing)
    sure = max([standing, *(use.stakes or 0 for use in design.uses)])
    may_rise = any(_may_exceed(use, sure) for use in design.uses)
    stated = max([standing, *((use.base or 0) for use in design.uses if use.in_stated)])
    assumed = bool(design.uses) and standing == 0 and all(use.assumed for use in design.uses)
    return Reach(None if may_rise and sure < 2 else sure, stated, (), may_rise, assumed)


def _may_exceed(use: Use, sure: int) -> bool:
    """Can facts that nobody declared give a use more than the stakes that are sure."""
    if use.stakes is not None:
        return False
    return sure < (4 if use.base is None else min(use.base, 2))


def _wholes_first(incentives: Incentives) -> list[str]:
    """Metrics so that every whole comes before its parts (the loader has refused circles)."""
    return ends_first(incentives.designs, lambda id_: incentives.wholes.get(id_, ()))


def effect_of(graph: IncentiveGraph, action: ActionView) -> str | None:
    """T2: what an action does to the goal: as declared, else by the signs of its paths to outcomes.

    ``None`` where paths disagree: then ask, do not guess.
    """
    if action.effect is not None:
        return action.effect
    signs = outcome_signs(graph, action.node)
    if signs == {1, -1}:
        return None
    return "helps" if 1 in signs else "hurts" if -1 in signs else "none"


def outcome_signs(graph: IncentiveGraph, action: str) -> set[int]:
    """Signs with which an action reaches outcomes; O(V + E) over (node, sign) states.

    Effects that the action declares itself count as its whole effect on outcomes.
    """
    direct = {e.sign for e in graph.out_edges(action) if graph.nodes[e.target].kind == "outcome"}
    if direct:
        return direct
    signs: set[int] = set()
    seen = {(action, 1)}
    queue = deque(seen)
    while queue:
        node, sign = queue.popleft()
        for edge in graph.out_edges(node):
            kind = graph.nodes[edge.target].kind
            if edge.verb not in ("moves", "helps", "hurts", "derived from"):
                continue
            state = (edge.target, sign * (edge.sign or 1))
            if state in seen:
                continue
            seen.add(state)
            if kind == "outcome":
                signs.add(state[1])
            else:
                queue.append(state)
    return signs


def bypasses(graph: IncentiveGraph, action: str, metric: str) -> bool:
    """T1: does the action reach a consequence through the metric, with every outcome deleted."""
    return _reaches(graph, action, View.ALL, lambda n: n.id == metric) and consequence_without_outcomes(graph, metric)


def consequence_without_outcomes(graph: IncentiveGraph, metric: str) -> bool:
    """Does the metric reach a consequence by access or belief, with every outcome deleted."""
    return _reaches(graph, metric, RISK_VIEWS, lambda n: n.kind == "consequence")


def _reaches(graph: IncentiveGraph, source: str, view: int, goal: Callable[[Node], bool]) -> bool:
    return graph.shortest_path([source], goal, view, avoiding="outcome") is not None


def counter_facts(incentives: Incentives, design: Design, counter: CounterMetric) -> tuple[bool | None, bool | None]:
    """T3: is a counter-metric read in the same decision, and is it independent. Three-valued.

    What the card declares counts; where it is silent, a counter that is a metric of the project is looked up in the
    decisions and by who records it. A veto is read by its nature. A counter that the same gaming action moves the
    good way guards nothing.
    """
    same = True if counter.strength == "veto" else counter.same_decision
    independent = counter.independent
    other = incentives.designs.get(counter.metric or "")
    if other is None:
        return same, independent
    if same is None:
        mine = {u.node for u in design.uses or () if u.shared}
        theirs = {u.node for u in other.uses or () if u.in_stated}
        same = bool(mine & theirs) if mine else None
    if independent is None:
        recorded = other.card.recorded_by
        names = recorded if isinstance(recorded, list) else [recorded]
        if "subject" in names or "manager" in names:
            independent = False
        elif names[0] is not None and set(names) <= {"independent", "customer"}:
            independent = True
    if any(_moves_good_way(incentives, a, other) for a in design.actions or ()):
        independent = False
    return same, independent


def _moves_good_way(incentives: Incentives, action: ActionView, other: Design) -> bool:
    declared = incentives.project.actions.get(action.node.removeprefix("action:"))
    if declared is None or action.effect == "helps":
        return False
    move = declared.value.moves.get(other.entry.id)
    return move is not None and move == other.card.direction


def hidden_consequence(incentives: Incentives, design: Design) -> tuple[Use, Design] | None:
    """T8: officially nothing follows, but a sum of the number decides about the manager, who decides about staff."""
    if _own_reach(design).stated > 0:
        return None
    roles = _managers(incentives, design)
    if not roles:
        return None
    seen: set[str] = set()
    queue = deque(incentives.wholes.get(design.entry.id, ()))
    while queue:
        whole = queue.popleft()
        if whole in seen:
            continue
        seen.add(whole)
        for use in incentives.designs[whole].uses or ():
            if use.about in roles and (use.base or 0) >= 3 and use.in_stated:
                return use, incentives.designs[whole]
        queue.extend(incentives.wholes.get(whole, ()))
    return None


def _managers(incentives: Incentives, design: Design) -> set[str]:
    subject = design.card.subject
    role = subject.role if subject else None
    if role is None:
        return set()
    managers = {
        d.value.made_by for d in incentives.project.decisions.values() if d.value.about == role and d.value.made_by
    }
    declared = incentives.project.roles.get(role)
    if declared and declared.value.reports_to:
        managers.add(declared.value.reports_to)
    return managers


class Above(Struct, frozen=True):
    """What the wholes of a metric bring back to it."""

    past: bool
    """Does one of them set its target from its own past."""
    fed: frozenset[str]
    """Roles whose means the metric or one of its wholes decides."""


def above_of(incentives: Incentives) -> dict[str, Above]:
    """For every metric what comes back to it by way of its wholes; one pass, wholes before parts."""
    known: dict[str, Above] = {}
    for id_ in _wholes_first(incentives):
        wholes = [w for w in incentives.wholes.get(id_, ()) if w in known]
        own = {use.about for use in incentives.designs[id_].uses or () if use.about and _decides_means(use)}
        past = any(known[w].past or _from_own_past(incentives.designs[w]) for w in wholes)
        known[id_] = Above(past, frozenset(own.union(*(known[w].fed for w in wholes))))
    return known


def feedback_cycle(incentives: Incentives, design: Design) -> bool:
    """T6 for longer circles: past values come back to the metric by way of something else.

    Either a whole that contains it sets its target from its own past, or the metric (or a whole of it) decides the
    means of the very role whose work moves it.
    """
    if not incentives.above:
        incentives.above = above_of(incentives)
    above = incentives.above[design.entry.id]
    return above.past or any(a.by in above.fed for a in design.actions or () if a.by and not a.assumed)


def _from_own_past(design: Design) -> bool:
    target = design.card.target
    return target is not None and target.basis == "previous-actual"


def _decides_means(use: Use) -> bool:
    return use.kind in ("allocation", "funding") and (use.stakes or 0) >= 2


ProxyConnection = Literal["connected", "confounded", "orphan"]


def proxy_connection(graph: IncentiveGraph, design: Design) -> ProxyConnection | None:
    """How metric and outcome hang together in the declared graph; ``None`` where the graph does not say.

    ``connected``: one is an ancestor of the other. ``confounded``: they only share an ancestor. ``orphan``: neither.
    Decided only where the graph knows something about the outcome (shared actions, a measured outcome) or the link is
    declared as ``none``.
    """
    if design.outcome is None:
        return None
    metric = f"metric:{design.entry.id}"
    outcome = f"outcome:{design.outcome_id or design.entry.id}"
    if design.outcome.link == "none":
        return "orphan"
    if design.outcome.link in ("direct", "causal"):
        return "connected"
    above_outcome = graph.reachable([outcome], View.ALL, backwards=True)
    above_metric = graph.reachable([metric], View.ALL, backwards=True)
    if metric in above_outcome or outcome in above_metric:
        return "connected"
    if len(above_outcome) == 1 or design.outcome_id is None:
        return None
    if above_metric & above_outcome:
        return "confounded"
    return "orphan"
