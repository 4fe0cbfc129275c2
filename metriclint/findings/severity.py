"""How severe a match is: a base and the common steps, clamped between info and error."""

from functools import cache
from typing import Any, NamedTuple

from metriclint.facts.derive import MetricFacts
from metriclint.findings.finding import SEVERITIES
from metriclint.graph.design import Use
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.evaluate import Match
from metriclint.rules.rule import Confidence, Severity, Step

SOFTENED_BY_GUARDS = frozenset({"GAM", "TGT", "CTR", "AIA", "AGT", "GRF"})
"""A guard softens gaming; it does not soften ambiguity, noise, a wrong level or a missing appeal."""
_CONFIDENCES: tuple[Confidence, ...] = ("low", "medium", "high")
_RESTS_ON_STAKES = ("derived.stakes", "derived.live", "derived.high")


class _Ladder(NamedTuple):
    """What of a rule decides how severe its matches are."""

    steps: frozenset[Step]
    top: int
    bottom: int
    rests_on_stakes: bool
    counts_counters: bool
    reads_actions: bool


@cache
def _ladder_of(compiled: CompiledRule) -> _Ladder:
    rule, named = compiled.rule, compiled.when.facts
    return _Ladder(
        frozenset(steps_of(compiled)),
        SEVERITIES.index(rule.severity_max or "error"),
        SEVERITIES.index(rule.severity_min or "info"),
        any(f in named for f in _RESTS_ON_STAKES),
        any(f.startswith("derived.counters") for f in named),
        any(f.startswith("action.") or f in ("derived.hot", "derived.automatable") for f in named),
    )


def steps_of(compiled: CompiledRule) -> list[Step]:
    """The steps that apply to a rule: its own list, or the usual ones of its family."""
    own = compiled.rule.steps
    if own is not None:
        return own
    usual: list[Step] = ["stakes", "automatable"]
    return [*usual, "guarded"] if compiled.code[:3] in SOFTENED_BY_GUARDS else usual


def severity_of(match: Match, facts: MetricFacts) -> Severity:
    """Severity of a match on the ladder info, note, warning, error.

    Steps: one down at stakes of 2 or less; one up where a gaming action can be automated; one up at stakes of 4 for a
    base of warning or error, unless automation raised it already; one down where the number is guarded and verified;
    and the two softer steps that some rules name.
    """
    steps, values = _ladder_of(match.rule).steps, facts.values
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
    ladder = _ladder_of(match.rule)
    top = ladder.top
    if rests_on_assumption(match, facts):
        top = min(top, SEVERITIES.index("warning"))
    return SEVERITIES[max(min(level, top), min(ladder.bottom, top), 0)]


def stakes_of(match: Match, facts: MetricFacts) -> int:
    """Stakes that count: those of the bound consequence, else those of the metric (0 where unknown)."""
    member = match.bound.get("consequence")
    if member is not None and isinstance(member.item, Use) and member.item.stakes is not None:
        return member.item.stakes
    return facts.reach.stakes or 0


def rests_on_assumption(match: Match, facts: MetricFacts) -> bool:
    """Does the match rest on a consequence that is only assumed (a target that stands alone)."""
    if not facts.reach.assumed:
        return False
    member = match.bound.get("consequence")
    if member is not None and isinstance(member.item, Use) and not member.item.assumed:
        return False
    return member is not None or _ladder_of(match.rule).rests_on_stakes


def confidence_of(match: Match, facts: MetricFacts) -> Confidence:
    """The rule's confidence, at most medium where the match rests on silence or on an assumption."""
    own, ladder, actions = match.rule.rule.confidence, _ladder_of(match.rule), facts.design.actions
    silent_counters = ladder.counts_counters and facts.design.card.counter_metrics is None
    assumed_action = ladder.reads_actions and bool(actions) and all(a.assumed for a in actions or ())
    if silent_counters or assumed_action or rests_on_assumption(match, facts):
        return min(own, "medium", key=_CONFIDENCES.index)
    return own
