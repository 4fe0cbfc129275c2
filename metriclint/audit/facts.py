"""Facts of the vocabulary as parts of a sentence about a design: "what is counted: activity"."""

from metriclint.facts.catalogue import FACTS
from metriclint.files.problem import shorten
from metriclint.findings.finding import Fact
from metriclint.repair.answer import value_words

_WORDS: dict[str, str] = {
    "action.cost": "effort of a way to a good number",
    "action.effect": "what a way to a good number does to the goal",
    "action.automatable": "a script or an agent can go a way to a good number",
    "action.causes_harm": "a way to a good number causes a declared harm",
    "action.assumed": "the way to a good number is assumed from the type of the metric",
    "agent.can_write": "agents can change real systems",
    "agent.approval": "who approves what agents do",
    "agent.capped": "a budget or rate limit stops agents",
    "agent.identity": "whose rights agents use",
    "board.audience": "who sees the number",
    "board.identified": "people or units are named",
    "board.ranked": "the number is shown in an order among peers",
    "board.raw_access": "who can query the single rows",
    "board.official": "the board is an official one",
    "board.gamified": "badges, levels or streaks are given",
    "consequence.kind": "what follows from it",
    "consequence.stakes": "stakes of that consequence, from 0 to 4",
    "consequence.stated": "what policy says about the use",
    "consequence.access": "what those who decide can open",
    "consequence.enforced": "what keeps the promise",
    "consequence.believed": "what staff believe about the use",
    "consequence.weight": "how much the number decides",
    "consequence.comparison": "compared with a standard or with peers",
    "consequence.automatic": "it follows without a person",
    "consequence.manager_stake": "managers gain from the same number",
    "consequence.falls_on": "who bears it",
    "consequence.nonuse_audit": "somebody checks that it is not used",
    "consequence.assumed": "the consequence is assumed because a target stands alone",
    "counter.covers": "what the counter-metric protects",
    "counter.has_target": "the counter-metric has a target",
    "counter.independent": "the counter-metric is recorded by others",
    "counter.is_metric": "the counter-metric has a card",
    "counter.same_decision": "the counter-metric is read in the same decision",
    "counter.strength": "how hard the counter-metric pulls",
    "derived.automatable": "a script or an agent can raise the number without helping the goal",
    "derived.bypass": "a consequence is reached without the goal",
    "derived.ci_points": "half-width of the interval in points",
    "derived.compared": "values are ranked or held against a line",
    "derived.counters": "counter-metrics that are declared",
    "derived.counters_read": "counter-metrics that are read in the same decision",
    "derived.covered": "what these counter-metrics protect",
    "derived.credibility_gap": "access or belief lets it be used where policy does not",
    "derived.feedback_cycle": "past values feed the target or the resources",
    "derived.gaming_known": "ways to move the number without the goal are known",
    "derived.guarded": "a counter-metric recorded by others is read in the same decision",
    "derived.hidden_consequence": "stakes come only through those of the manager",
    "derived.high": "a formal review or more can follow",
    "derived.hot": "there is a cheap way to a good number that does not help the goal",
    "derived.live": "at least an informal judgement can follow",
    "derived.negative_path": "a known way to a good number hurts the goal or causes harm",
    "derived.person": "single persons, or teams of at most 7, are judged",
    "derived.proxy": "the link to the goal is a correlation, a belief or none",
    "derived.proxy_connection": "how number and goal hang together in the design",
    "derived.pure_gaming": "a known way to a good number has no path to the goal",
    "derived.sole_metric": "no other number stands beside it in the decision",
    "derived.sound": "it is the goal itself, measured by others",
    "derived.stakes": "highest stakes that the number reaches, from 0 to 4",
    "derived.verified": "the number is checked by sample or independently",
    "governance.appeal": "those measured can contest the number",
    "governance.audited_by": "who audits it",
    "governance.consulted": "those measured were asked",
    "governance.informed": "those measured are told",
    "governance.owner_named": "a role answers for it",
    "governance.purpose_named": "a purpose is written down",
    "governance.review_named": "a date of review is set",
    "governance.review_overdue": "the date of review has passed",
    "metric.controls": "what those measured can influence",
    "metric.direction": "which way counts as better",
    "metric.harms": "side effects that are feared",
    "metric.harms_measured": "one of the side effects is measured",
    "metric.jurisdictions": "jurisdictions",
    "metric.kind": "what is counted",
    "metric.optimum": "whether more is always better, or a middle",
    "metric.recorded_by": "who records it",
    "metric.text": "what the card says in words",
    "metric.verification": "who checks the number",
    "outcome.declared": "a goal is declared",
    "outcome.link": "how good the link to the goal is",
    "outcome.title": "the goal",
    "outcome.validated": "the link to the goal was tested",
    "statistics.adjustment": "adjusted for difficulty",
    "statistics.hand_adjusted": "corrected by hand",
    "statistics.interval_shown": "uncertainty is shown",
    "statistics.saturated": "nearly everyone reaches the top",
    "statistics.selects_extremes": "the best or the worst are picked",
    "statistics.typical_n": "cases behind one value",
    "subject.interdependent_work": "those measured need each other",
    "subject.level": "who is measured",
    "subject.people": "people behind one value",
    "subject.role": "the role that is measured",
    "target.applies_to": "whom the target binds",
    "target.basis": "where the target comes from",
    "target.capped": "credit ends somewhere",
    "target.cliff": "everything changes at the line",
    "target.exemptions": "exemptions are declared",
    "target.feasibility": "the target can be met",
    "target.placeholder": "the target is a placeholder",
    "target.type": "kind of target",
}
_VALUE = 100
_YES = {True: "yes", False: "no"}
_UNSAID = ("metric.text", "metric.id", "metric.title")
"""Facts that say nothing about the design by themselves."""
_TELLING = ("consequence.enforced", "consequence.believed")
"""Facts that say something where nobody declared them."""


_SAID: dict[str, tuple[str, str]] = {
    "outcome.declared": ("is declared", "is not declared"),
    "target.capped": ("is declared", "is not declared"),
    "target.placeholder": ("is a placeholder", "is no placeholder"),
    "governance.owner_named": ("is declared", "is not declared"),
    "governance.purpose_named": ("is declared", "is not declared"),
    "governance.review_named": ("is declared", "is not declared"),
    "governance.review_overdue": ("has passed", "has not passed"),
    "consequence.assumed": ("is assumed", "is not assumed"),
    "action.assumed": ("is assumed", "is not assumed"),
    "counter.is_metric": ("is a metric of the project", "is no metric of the project"),
    "counter.has_target": ("has a target", "has no target"),
    "derived.hot": ("has a cheap way that does not help the goal", "has no cheap way that does not help the goal"),
    "derived.automatable": ("can be done by a script or an agent", "cannot be done by a script or an agent"),
}
"""What a yes or no says about the card key that it rests on, where it is not the value of that key."""


def tells(fact: Fact) -> bool:
    """Does a fact belong into a sentence about the design."""
    return fact.fact in _TELLING if fact.provenance == "default" else fact.fact not in _UNSAID


def design_words(fact: Fact) -> str:
    """A fact in a sentence about the design: "agents can change real systems: yes"."""
    text = _WORDS.get(fact.fact) or _of_catalogue(fact.fact)
    value = _YES.get(fact.value, "") if isinstance(fact.value, bool) else shorten(_listed(fact.value), _VALUE)
    return f"{text}: {value or 'none'}" + (" (assumed)" if fact.provenance == "assumed" else "")


def key_words(fact: Fact) -> str:
    """A fact as its card key and value: ``visibility.ranked is true``."""
    spec = FACTS.get(fact.fact)
    key = (spec.declare if spec else "") or fact.fact
    if fact.fact in _SAID and isinstance(fact.value, bool):
        return f"{key} {_SAID[fact.fact][0 if fact.value else 1]}"
    if fact.fact == "action.causes_harm" or (spec and spec.silence == "derived"):
        return f"{fact.fact} is {shorten(value_words(fact.value), _VALUE)}"
    return f"{key} is {shorten(value_words(fact.value), _VALUE)}"


def _of_catalogue(name: str) -> str:
    spec = FACTS.get(name)
    text = spec.text.rstrip(".").partition(";")[0] if spec else name
    return f"{text[:1].lower()}{text[1:]}"


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value_words(value)
