"""Facts that a card declares, and those of its boards, consequences, actions and counter-metrics.

Lists are tuples, so that a set of facts can be remembered.
"""

from typing import Any

from metriclint.graph.build import Incentives
from metriclint.graph.criteria import counter_facts
from metriclint.graph.design import ActionView, BoardView, Design, Use
from metriclint.model.card import CounterMetric, Target
from metriclint.model.vocabulary import RECORDED_BY

Values = dict[str, Any]
_PLACEHOLDERS = (
    "",
    "?",
    "tbd",
    "tba",
    "tbc",
    "unknown",
    "n/a",
    "na",
    "none yet",
    "confidential",
    "to be defined",
)
_GOVERNANCE = ("owner_named", "purpose_named", "review_named", "informed", "consulted", "appeal")


def own_values(design: Design) -> Values:
    """Facts that two cards never share."""
    return {"metric.id": design.entry.id, "metric.title": design.card.title, "metric.text": _text(design)}


def card_values(design: Design, jurisdictions: tuple[str, ...]) -> Values:
    """Facts of the groups metric, subject, outcome, target, statistics, agent. Undeclared ones are ``None``."""
    card, stats = design.card, design.card.statistics
    agent, subject, link = design.agent, design.card.subject, design.outcome
    values: Values = {
        **own_values(design),
        "metric.status": card.status or "active",
        "metric.kind": card.kind,
        "metric.tags": _tags(design),
        "metric.direction": card.direction,
        "metric.optimum": card.optimum,
        "metric.recorded_by": recorder(card.recorded_by),
        "metric.verification": card.verification,
        "metric.controls": None if card.controls is None else tuple(card.controls),
        "metric.duty_coverage": card.duty_coverage,
        "metric.harms": tuple(card.harms),
        "metric.harms_measured": card.harms_measured,
        "metric.safeguards": tuple(card.safeguards),
        "metric.jurisdictions": tuple(dict.fromkeys([*card.jurisdictions, *jurisdictions])),
        "metric.ai_system": card.ai_system,
        "metric.emotion_inference": card.emotion_inference,
        "metric.granularity": card.granularity,
        "metric.retention_days": card.retention_days,
        "subject.level": subject.level if subject else None,
        "subject.role": subject.role if subject else None,
        "subject.people": subject.people if subject else None,
        "subject.interdependent_work": subject.interdependent_work if subject else None,
        "outcome.declared": link is not None,
        "outcome.title": design.outcome_title,
        "outcome.link": link.link if link else None,
        "outcome.validated": bool(link and link.validated),
        "statistics.typical_n": stats.typical_n if stats else None,
        "statistics.interval_shown": stats.interval_shown if stats else None,
        "statistics.adjustment": stats.adjustment if stats else None,
        "statistics.selects_extremes": stats.selects_extremes if stats else None,
        "statistics.saturated": stats.saturated if stats else None,
        "statistics.hand_adjusted": stats.hand_adjusted if stats else None,
        "agent.can_write": agent.can_write if agent else None,
        "agent.approval": agent.approval if agent else None,
        "agent.capped": agent.capped if agent else None,
        "agent.identity": agent.identity if agent else None,
    }
    values.update(_target_values(card.target, subject.level if subject else None))
    return values


def _tags(design: Design) -> tuple[str, ...]:
    """Declared tags, and those that the metric's type carries."""
    return tuple(dict.fromkeys([*design.card.tags, *(design.template.tags if design.template else ())]))


def _text(design: Design) -> str:
    card = design.card
    parts = (card.title, *card.aliases, card.description or "", card.formula or "", card.unit or "")
    return " · ".join(p[:2_000].lower() for p in parts if p)


def recorder(given: str | list[Any] | None) -> str | None:
    """Who records; of several the least independent counts."""
    if isinstance(given, list):
        return min(given, key=RECORDED_BY.index) if given else None
    return given


def _target_values(target: Target | None, level: str | None) -> Values:
    if target is None:
        return {"target.capped": False, "target.exemptions": False, "target.placeholder": False}
    type_ = target.type
    if type_ is None and (target.value is not None or target.low is not None or target.high is not None):
        type_ = "threshold"
    # A number taken over from elsewhere says nothing about whether it can be met here.
    takes_over = target.basis in ("baseline", "statutory", "contract")
    return {
        "target.type": type_,
        "target.applies_to": target.applies_to or level,
        "target.basis": "expert" if takes_over else target.basis,
        "target.cliff": target.cliff,
        "target.feasibility": target.feasibility,
        "target.capped": target.cap is not None or (target.low is not None and target.high is not None),
        "target.exemptions": bool(target.exemptions),
        "target.placeholder": _placeholder(target.value),
    }


def _placeholder(value: float | str | None) -> bool:
    if not isinstance(value, str):
        return False
    text = " ".join(value.lower().split()).strip(".")
    return text in _PLACEHOLDERS or text.startswith(("see ", "tbd", "to be "))


def governance_values(design: Design, today: str, *, silent_is_no: bool) -> Values:
    """Facts about who answers for the metric. ``silent_is_no``: strict projects at high stakes."""
    given = design.card.governance
    review = given.review_date if given else None
    values: Values = {
        "governance.owner_named": None if given is None or given.owner is None else bool(given.owner.strip()),
        "governance.purpose_named": None if given is None or given.purpose is None else bool(given.purpose.strip()),
        "governance.review_named": True if review else None,
        "governance.review_overdue": last_day(review) < today if review else None,
        "governance.informed": given.informed if given else None,
        "governance.consulted": given.consulted if given else None,
        "governance.appeal": given.appeal if given else None,
        "governance.audited_by": given.audited_by if given else None,
    }
    if silent_is_no:
        for key in _GOVERNANCE:
            if values[f"governance.{key}"] is None:
                values[f"governance.{key}"] = False
    return values


def last_day(date: str) -> str:
    """The last day of a date, month, quarter or year, as an ISO date that compares as text."""
    if len(date) == 4:
        return f"{date}-12-31"
    if "Q" in date:
        return f"{date[:4]}-{int(date[-1]) * 3:02d}-31"
    return date if len(date) == 10 else f"{date}-31"


def board_values(board: BoardView) -> Values:
    """Facts of one board."""
    return {
        "board.audience": board.audience,
        "board.identified": board.value.identified,
        "board.ranked": board.ranked,
        "board.raw_access": board.value.raw_access,
        "board.official": board.value.official,
        "board.gamified": board.value.gamified,
    }


def use_values(use: Use) -> Values:
    """Facts of one consequence."""
    return {
        "consequence.kind": use.kind,
        "consequence.stakes": use.stakes,
        "consequence.stated": use.value.stated,
        "consequence.access": use.value.access,
        "consequence.enforced": use.enforced,
        "consequence.believed": use.believed,
        "consequence.weight": use.value.weight,
        "consequence.comparison": use.value.comparison,
        "consequence.automatic": use.automatic,
        "consequence.manager_stake": use.value.manager_stake,
        "consequence.falls_on": use.falls_on,
        "consequence.nonuse_audit": bool(use.value.nonuse_audit),
        "consequence.assumed": use.assumed,
    }


def action_values(action: ActionView) -> Values:
    """Facts of one gaming action."""
    return {
        "action.cost": action.cost,
        "action.automatable": action.automatable,
        "action.effect": action.effect,
        "action.causes_harm": bool(action.harms),
        "action.assumed": action.assumed,
    }


def counter_values(incentives: Incentives, design: Design, counter: CounterMetric) -> Values:
    """Facts of one counter-metric, looked up in the graph where the card is silent and it is a metric."""
    same, independent = counter_facts(incentives, design, counter)
    other = incentives.designs.get(counter.metric or "")
    target = other.card.target if other else None
    return {
        "counter.same_decision": same,
        "counter.independent": independent,
        "counter.strength": counter.strength,
        "counter.covers": None if counter.covers is None else tuple(counter.covers),
        "counter.is_metric": other is not None,
        "counter.has_target": (target is not None and target.type != "none") if other else None,
    }
