"""How severe a match is: a base and the common steps, clamped between info and error."""

from typing import Any

from metriclint.facts.derive import MetricFacts
from metriclint.findings.finding import SEVERITIES
from metriclint.graph.design import Use
from metriclint.rules.evaluate import Match
from metriclint.rules.rule import Confidence, Severity, Step

SOFTENED_BY_GUARDS = frozenset({"GAM", "TGT", "CTR", "AIA", "AGT", "GRF"})
"""A guard softens gaming; it does not soften ambiguity, noise, a wrong level or a missing appeal."""
_CONFIDENCES: tuple[Confidence, ...] = ("low", "medium", "high")
_RESTS_ON_STAKES = ("derived.stakes", "derived.live", "derived.high")


def steps_of(match: Match) -> list[Step]:
    """The steps that apply to a rule: its own list, or the usual ones of its family."""
    own = match.rule.rule.steps
    if own is not None:
        return own
    usual: list[Step] = ["stakes", "automatable"]
    return [*usual, "guarded"] if match.rule.code[:3] in SOFTENED_BY_GUARDS else usual


def severity_of(match: Match, facts: MetricFacts) -> Severity:
    """Severity of a match on the ladder info, note, warning, error.

    Steps: one down at stakes of 2 or less; one up where a gaming action can be automated; one up at stakes of 4 for a
    base of warning or error, unless automation raised it already; one down where the number is guarded and verified;
    and the two softer steps that some rules name.
    """
    steps, values = steps_of(match), facts.values
    level = SEVERITIES.index(match.base)
    stakes = stakes_of(match, facts)
    if "stakes" in steps and stakes <= 2:
        level -= 1
    automated = "automatable" in steps and values.get("derived.automatable") is True
    if automated or ("stakes" in steps and stakes == 4 and match.base in ("warning", "error")):
        level += 1
    guarded = values.get("derived.guarded") is True
    if "guarded" in steps and guarded and values.get("derived.verified") is True:
        level -= 1
    if "some-counter" in steps and not guarded and values.get("derived.counters_read", 0) > 0:
        level -= 1
    if "direct-record" in steps and _directly_recorded(values):
        level -= 1
    return _clamp(level, match, facts)


def _directly_recorded(values: dict[str, Any]) -> bool:
    recorded = values.get("metric.recorded_by") in ("system", "independent", "customer")
    return values.get("outcome.link") == "direct" and recorded


def _clamp(level: int, match: Match, facts: MetricFacts) -> Severity:
    top = SEVERITIES.index(match.rule.rule.severity_max or "error")
    if rests_on_assumption(match, facts):
        top = min(top, SEVERITIES.index("warning"))
    bottom = SEVERITIES.index(match.rule.rule.severity_min or "info")
    return SEVERITIES[max(min(level, top), min(bottom, top), 0)]


def stakes_of(match: Match, facts: MetricFacts) -> int:
    """Stakes that count: those of the bound consequence, else those of the metric (0 where unknown)."""
    member = match.bound.get("consequence")
    if member is not None and isinstance(member.item, Use) and member.item.stakes is not None:
        return member.item.stakes
    return facts.reach.stakes or 0


def rests_on_assumption(match: Match, facts: MetricFacts) -> bool:
    """Does the match rest on a consequence that is only assumed (a target that stands alone)."""
    member = match.bound.get("consequence")
    if member is not None and isinstance(member.item, Use) and not member.item.assumed:
        return False
    named = match.rule.when.facts
    return facts.reach.assumed and (member is not None or any(f in named for f in _RESTS_ON_STAKES))


def confidence_of(match: Match, facts: MetricFacts) -> Confidence:
    """The rule's confidence, at most medium where the match rests on silence or on an assumption."""
    named = match.rule.when.facts
    silent_counters = facts.design.card.counter_metrics is None and any(f.startswith("derived.counters") for f in named)
    assumed_action = bool(facts.design.actions) and all(a.assumed for a in facts.design.actions or ())
    uses_actions = any(f.startswith("action.") or f in ("derived.hot", "derived.automatable") for f in named)
    if silent_counters or (assumed_action and uses_actions) or rests_on_assumption(match, facts):
        return min(match.rule.rule.confidence, "medium", key=_CONFIDENCES.index)
    return match.rule.rule.confidence
