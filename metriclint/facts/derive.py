"""All facts of a metric: what the card declares, what follows from it and from the graph."""

import math
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from metriclint.facts import declared
from metriclint.facts.declared import Values
from metriclint.facts.kleene import and_, any_, in_, or_
from metriclint.graph import criteria
from metriclint.graph.build import Incentives
from metriclint.graph.criteria import Reach
from metriclint.graph.design import ActionView, BoardView, Design, Use
from metriclint.model.card import CounterMetric

_LINES = ("threshold", "quota", "benchmark", "forced-distribution")


class Settings(Struct, frozen=True):
    """What the facts depend on besides the documents."""

    today: str
    """ISO date; metriclint has no clock of its own."""
    strict: bool = False
    jurisdictions: tuple[str, ...] = ()


class Member(Struct):
    """One board, consequence, action or counter-metric with its facts."""

    values: Values
    item: BoardView | Use | ActionView | CounterMetric
    index: int


class MetricFacts(Struct):
    """All facts of one metric. A group is ``None`` where the card is silent about it: its facts are unbound."""

    design: Design
    reach: Reach
    values: Values
    groups: dict[str, list[Member] | None] = field(default_factory=dict)
    paths: dict[Any, Any] = field(default_factory=dict)
    """Witness paths that were found already, by what they were asked for."""
    _together: dict[tuple[int, ...], Values] = field(default_factory=dict)
    _only: dict[tuple[str, ...], Values | None] = field(default_factory=dict)

    def only_combination(self, groups: tuple[str, ...]) -> Values | None:
        """The facts where there is one choice of members for some groups; ``None`` where there are several or none."""
        if groups not in self._only:
            choices = [self.groups[group] for group in groups]
            single = all(members is None or len(members) == 1 for members in choices)
            bound = {g: m[0] for g, m in zip(groups, choices, strict=True) if m}
            self._only[groups] = self.with_members(bound) if single else None
        return self._only[groups]

    def with_members(self, bound: Mapping[str, Member]) -> Values:
        """The metric's facts and those of one member a group; made once for each choice."""
        key = tuple([id(member) for member in bound.values()])
        known = self._together.get(key)
        if known is None:
            known = dict(self.values)
            for member in bound.values():
                known.update(member.values)
            self._together[key] = known
        return known


def facts_of(incentives: Incentives, design: Design, reach: Reach, settings: Settings) -> MetricFacts:
    """Facts of one metric; unbound ones are absent from the values."""
    values = declared.card_values(design, settings.jurisdictions)
    silent_is_no = settings.strict and bool(_at_least(reach, 3))
    values.update(declared.governance_values(design, settings.today, silent_is_no=silent_is_no))
    groups = _groups(incentives, design, reach)
    values.update(_derived(incentives, design, reach, values, groups))
    return MetricFacts(design, reach, _bound(values), groups)


def facts_like(known: MetricFacts, design: Design) -> MetricFacts:
    """Facts of a metric whose card says the same as a known one but for its texts, where both stand alone."""

    def members(group: str, items: Any) -> list[Member] | None:
        of_known = known.groups[group]
        if of_known is None:
            return None
        return [Member(m.values, item, m.index) for m, item in zip(of_known, items or (), strict=True)]

    groups = {
        "board": members("board", design.boards),
        "consequence": members("consequence", design.uses),
        "action": members("action", design.actions),
        "counter": members("counter", design.counters),
    }
    return MetricFacts(design, known.reach, known.values | declared.own_values(design), groups)


def _bound(values: Values) -> Values:
    """Only what somebody said."""
    return {k: v for k, v in values.items() if v is not None}


def _groups(incentives: Incentives, design: Design, reach: Reach) -> dict[str, list[Member] | None]:
    def members(items: Any, values: Any) -> list[Member] | None:
        if items is None:
            return None
        return [Member(_bound(values(x)), x, i) for i, x in enumerate(items)]

    # Where the number reaches stakes by way of an index, silence about its own consequences is no open question.
    uses = [] if design.uses is None and reach.through else design.uses
    return {
        "board": members(design.boards, declared.board_values),
        "consequence": members(uses, declared.use_values),
        "action": members(design.actions, declared.action_values),
        "counter": members(design.counters or [], lambda c: declared.counter_values(incentives, design, c)),
    }


def _derived(
    incentives: Incentives, design: Design, reach: Reach, v: Values, groups: dict[str, list[Member] | None]
) -> Values:
    live = _at_least(reach, 2)
    counters = groups["counter"] or []
    read = [m for m in counters if m.values.get("counter.same_decision")]
    verified = in_(v["metric.verification"], ("sample", "independent"))
    guarded = any_(and_(m.values.get("counter.same_decision"), m.values.get("counter.independent")) for m in counters)
    by_others = _recorded_by_others(v["metric.recorded_by"])
    link = v["outcome.link"] if v["outcome.declared"] else "none"
    validated = bool(v["outcome.validated"])
    serves = None if link is None else link == "direct" or (link == "causal" and validated)
    values: Values = {
        "derived.stakes": None if reach.may_rise else reach.stakes,
        "derived.live": live,
        "derived.high": _at_least(reach, 3),
        "derived.person": _person(v, design),
        "derived.hot": _any_action(design, lambda a: a.hot),
        "derived.automatable": _any_action(design, lambda a: a.automatable),
        "derived.gaming_known": design.actions is not None,
        "derived.template": design.template.id if design.template else "",
        "derived.counters": len(counters),
        "derived.counters_read": len(read),
        "derived.covered": tuple(sorted({c for m in read for c in m.values.get("counter.covers", ())})),
        "derived.guarded": guarded,
        "derived.verified": verified,
        "derived.proxy": None if link is None else link in ("correlational", "belief", "none"),
        "derived.sound": and_(or_(verified, by_others), serves),
        "derived.compared": _compared(design, v),
        "derived.ci_points": _half_width(v["statistics.typical_n"]),
        "derived.credibility_gap": _gap(design),
        "derived.sole_metric": _sole(incentives, design),
    }
    values.update(_graph_facts(incentives, design, live))
    return values


def _at_least(reach: Reach, stakes: int) -> bool | None:
    """Does a metric reach such stakes; unknown where undeclared facts may still raise them."""
    if reach.stakes is not None and reach.stakes >= stakes:
        return True
    return None if reach.stakes is None or reach.may_rise else False


def _recorded_by_others(recorded_by: str | None) -> bool | None:
    return in_(recorded_by, ("independent",))


def _any_action(design: Design, test: Any) -> bool | None:
    if design.actions is None:
        return None
    return any_(test(a) for a in design.actions)


def _person(v: Values, design: Design) -> bool | None:
    """Judges persons: by level, by whom the consequence falls on, or a team so small that pressure passes on.

    Groups of five or six counted as persons before a labour court (BAG 26.7.1994, 1 ABR 6/94); the line here is seven.
    """
    level, people = v["subject.level"], v["subject.people"]
    if v["metric.kind"] == "state" or level == "external":
        return False
    if level == "individual" or any(u.falls_on == "individual" and u.stakes != 0 for u in design.uses or ()):
        return True
    if level == "team":
        return None if people is None else people <= 7
    return None if level is None else False


def _compared(design: Design, v: Values) -> bool | None:
    return or_(
        None if design.boards is None else any_(b.ranked for b in design.boards),
        None
        if design.uses is None
        else any_(None if u.value.comparison is None else u.value.comparison == "relative" for u in design.uses),
        in_(v.get("target.type"), _LINES),
        v["statistics.selects_extremes"],
    )


def _half_width(n: int | None) -> float | None:
    """95 % half-width in percentage points of a rate of 80 % on n cases (normal approximation)."""
    return None if not n else round(196 * math.sqrt(0.8 * 0.2 / n), 1)


def _gap(design: Design) -> bool | None:
    """Reached in the feasible or believed view but not in the stated one."""
    if design.uses is None:
        return None
    return any((u.base or 0) > 0 and not u.in_stated and (u.in_feasible or u.in_believed) for u in design.uses)


def _sole(incentives: Incentives, design: Design) -> bool:
    """T10: a shared decision of high stakes reads this metric and nothing else."""
    for use in design.uses or ():
        if use.shared is None or (use.stakes or 0) < 3:
            continue
        readers = {u.metric for u in incentives.project.decisions[use.shared].value.uses}
        if readers == {design.entry.id} and not any(c.same_decision for c in design.counters or ()):
            return True
    return False


def _path_facts(incentives: Incentives, design: Design, live: bool | None) -> Values:
    """T1 and T2, over all actions; unknown where nobody said what follows, or what an action does to the goal."""
    graph, node = incentives.graph, f"metric:{design.entry.id}"
    open_ways: list[ActionView] = []
    if live and design.actions and criteria.consequence_without_outcomes(graph, node):
        # Every action of a design moves the metric directly, so the way from there on is all that matters.
        open_ways = design.actions
    known = live is not None and design.actions is not None
    effects = [criteria.effect_of(graph, a) for a in open_ways]
    pure = any_(None if e is None else e != "helps" for e in effects)
    hurt = any_(
        True if a.harms else None if e is None else e == "hurts" for a, e in zip(open_ways, effects, strict=True)
    )
    return {
        "derived.bypass": bool(open_ways) if known else None,
        "derived.pure_gaming": pure if known else None,
        "derived.negative_path": hurt if known else None,
    }


def _graph_facts(incentives: Incentives, design: Design, live: bool | None) -> Values:
    graph = incentives.graph
    hidden = criteria.hidden_consequence(incentives, design)
    subject = design.card.subject
    return {
        **_path_facts(incentives, design, live),
        "derived.proxy_connection": criteria.proxy_connection(graph, design) or "undeclared",
        "derived.hidden_consequence": hidden is not None,
        "derived.hidden_people": (subject.people if subject else None) or 0,
        "derived.feedback_cycle": criteria.feedback_cycle(incentives, design),
        "derived.duplicate_of": "",
    }
