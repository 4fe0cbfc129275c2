"""The closed, typed vocabulary that rules speak.

Each fact has a name (``group.key``), a CEL type, the card key that declares it and what silence means:
``unbound`` leaves rules undecided, ``default`` is a meaning by design, ``derived`` is computed from other facts
and is unbound where they are, ``template`` is filled from the gaming templates and marked as assumed.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from metriclint.model import vocabulary as words

FactType = Literal["string", "bool", "int", "double", "strings"]
Silence = Literal["unbound", "default", "derived", "template"]


class FactSpec(NamedTuple):
    """One fact of the vocabulary."""

    name: str
    type: FactType
    silence: Silence
    declare: str
    """Key of the card that declares it; empty for facts that nobody can declare."""
    text: str
    values: tuple[str, ...] = ()
    """Allowed values of an enumeration; empty where any value is allowed."""

    @property
    def group(self) -> str:
        """The part before the dot: what a rule that names the fact quantifies over."""
        return self.name.partition(".")[0]


_Add = Callable[..., None]


def _facts() -> list[FactSpec]:
    s: list[FactSpec] = []

    def add(
        name: str, type_: FactType, silence: Silence, declare: str, text: str, values: tuple[str, ...] = ()
    ) -> None:
        s.append(FactSpec(name, type_, silence, declare, text, values))

    _card_facts(add)
    _shared_facts(add)
    _derived_facts(add)
    return s


def _card_facts(add: _Add) -> None:
    u: Silence = "unbound"
    d: Silence = "default"
    add("metric.id", "string", d, "", "Id of the metric.")
    add("metric.title", "string", d, "title", "What people call the metric.")
    add("metric.status", "string", d, "status", "proposed, active (default) or retired.", words.STATUS)
    add("metric.kind", "string", u, "kind", "What is counted.", words.KIND)
    add("metric.tags", "strings", d, "tags", "Tags; empty by default.")
    add("metric.direction", "string", u, "direction", "Which way is better.", words.DIRECTION)
    add("metric.optimum", "string", u, "optimum", "More is always better, or a middle.", words.OPTIMUM)
    add("metric.recorded_by", "string", u, "recorded_by", "Who records; least independent.", words.RECORDED_BY)
    add("metric.verification", "string", u, "verification", "Who checks the number.", words.VERIFICATION)
    add("metric.controls", "strings", u, "controls", "What the measured can influence.", words.CONTROLS)
    add("metric.duty_coverage", "string", u, "duty_coverage", "Share of duties rewarded.", words.DUTY_COVERAGE)
    add("metric.harms", "strings", d, "harms", "Side effects the author fears; empty by default.")
    add("metric.harms_measured", "bool", u, "harms_measured", "Is one of the harms measured.")
    add("metric.safeguards", "strings", d, "safeguards", "Softening conditions; empty.", words.SAFEGUARDS)
    add("metric.jurisdictions", "strings", d, "jurisdictions", "Card's and project's; empty by default.")
    add("metric.ai_system", "bool", u, "ai_system", "Made or read by an AI system.")
    add("metric.emotion_inference", "bool", u, "emotion_inference", "Are emotions inferred.")
    add("metric.granularity", "string", u, "granularity", "How fine the rows are.", words.GRANULARITY)
    add("metric.retention_days", "int", u, "retention_days", "How long the rows are kept.")
    add("metric.text", "string", d, "", "Title, aliases, description, formula and unit, lower-case.")
    add("subject.level", "string", u, "subject.level", "Who is measured.", words.LEVEL)
    add("subject.role", "string", u, "subject.role", "Role that is measured.")
    add("subject.people", "int", u, "subject.people", "People behind one value.")
    add("subject.interdependent_work", "bool", u, "subject.interdependent_work", "Do they need each other.")
    add("outcome.declared", "bool", d, "outcome", "Is there an outcome; false when silent.")
    add("outcome.title", "string", d, "outcome", "The outcome in words; empty when silent.")
    add("outcome.link", "string", u, "outcome.link", "How good the link to it is.", words.LINK)
    add("outcome.validated", "bool", d, "outcome.validated", "Was the link tested; false when silent.")
    add("target.type", "string", u, "target", "Kind of target.", words.TARGET_TYPE)
    add(
        "target.applies_to",
        "string",
        "derived",
        "target.applies_to",
        "Whom it binds; else level.",
        words.LEVEL,
    )
    add("target.basis", "string", u, "target.basis", "Where the value comes from.", words.BASIS)
    add("target.cliff", "bool", u, "target.cliff", "Does everything change at the line.")
    add("target.feasibility", "string", u, "target.feasibility", "Can it be met.", words.FEASIBILITY)
    add("target.capped", "bool", d, "target.cap", "Is credit capped; false when silent.")
    add("target.exemptions", "bool", d, "target.exemptions", "Are there exemptions; false when silent.")
    add("target.placeholder", "bool", d, "target.value", "Value is TBD, a question mark, 'see …'.")
    add("statistics.typical_n", "int", u, "statistics.typical_n", "Cases in the denominator.")
    add("statistics.interval_shown", "bool", u, "statistics.interval_shown", "Is uncertainty shown.")
    add("statistics.adjustment", "string", u, "statistics.adjustment", "For difficulty.", words.ADJUSTMENT)
    add("statistics.selects_extremes", "bool", u, "statistics.selects_extremes", "Best or worst picked.")
    add("statistics.saturated", "bool", u, "statistics.saturated", "Does it still separate anyone.")
    add("statistics.hand_adjusted", "bool", u, "statistics.hand_adjusted", "Corrected by hand.")
    add("agent.can_write", "bool", u, "agent.can_write", "Can agents change real systems.")
    add("agent.approval", "string", u, "agent.approval", "Does a person approve.", words.APPROVAL)
    add("agent.capped", "bool", u, "agent.capped", "Is there a budget or rate limit.")
    add("agent.identity", "string", u, "agent.identity", "Whose rights agents use.", words.IDENTITY)
    g = "governance."
    add(g + "owner_named", "bool", u, g + "owner", "Is somebody accountable.")
    add(g + "purpose_named", "bool", u, g + "purpose", "Is a purpose written down.")
    add(g + "review_named", "bool", u, g + "review_date", "Is there a review date.")
    add(g + "review_overdue", "bool", u, g + "review_date", "Is that date before today.")
    add(g + "informed", "bool", u, g + "informed", "Are the measured told.")
    add(g + "consulted", "bool", u, g + "consulted", "Were they asked.")
    add(g + "appeal", "bool", u, g + "appeal", "Can they contest.")
    add(g + "audited_by", "string", u, g + "audited_by", "Who audits.", words.AUDITED_BY)


def _shared_facts(add: _Add) -> None:
    u: Silence = "unbound"
    d: Silence = "default"
    v = "visibility."
    add(
        "board.audience",
        "string",
        u,
        v + "audience",
        "Who sees it; leadership counts as manager.",
        words.AUDIENCE,
    )
    add("board.identified", "bool", u, v + "identified", "Are people or units named.")
    add("board.ranked", "bool", u, v + "ranked", "Is there an order among peers.")
    add("board.raw_access", "string", u, v + "raw_access", "Who can query the rows.", words.RAW_ACCESS)
    add("board.official", "bool", u, v + "official", "Is it an official board.")
    add("board.gamified", "bool", u, v + "gamified", "Badges, levels, streaks.")
    c = "consequences."
    add("consequence.kind", "string", u, c + "kind", "What follows.", words.CONSEQUENCE)
    add("consequence.stakes", "int", "derived", c + "kind", "Stakes of this consequence, 0–4.")
    add("consequence.stated", "string", u, c + "stated", "What policy says.", words.STATED)
    add("consequence.access", "string", u, c + "access", "What the decider can open.", words.ACCESS)
    add("consequence.enforced", "string", d, c + "enforced", "What keeps the promise; none.", words.ENFORCED)
    add("consequence.believed", "string", d, c + "believed", "What staff think; unknown.", words.BELIEVED)
    add("consequence.weight", "string", u, c + "weight", "How much it decides.", words.WEIGHT)
    add("consequence.comparison", "string", u, c + "comparison", "Absolute or relative.", words.COMPARISON)
    add("consequence.automatic", "bool", u, c + "automatic", "Without a person.")
    add("consequence.manager_stake", "bool", u, c + "manager_stake", "Do managers gain from it.")
    add(
        "consequence.falls_on",
        "string",
        "derived",
        c + "falls_on",
        "Who bears it; else level.",
        words.FALLS_ON,
    )
    add("consequence.nonuse_audit", "bool", d, c + "nonuse_audit", "Is non-use audited; false.")
    add("consequence.assumed", "bool", d, "consequences", "Assumed because a target stands alone.")
    a = "gaming_actions."
    add("action.cost", "string", "template", a + "cost", "Effort it takes.", words.COST)
    add("action.automatable", "bool", "template", a + "automatable", "Can a script do it.")
    add("action.effect", "string", "template", a + "effect_on_outcome", "On the goal.", words.EFFECT)
    add("action.causes_harm", "bool", d, a + "harms", "Does it cause a declared harm; false.")
    add("action.assumed", "bool", d, "gaming_actions", "Filled from a template.")
    k = "counter_metrics."
    add("counter.same_decision", "bool", u, k + "same_decision", "Read in the same decision (a veto is).")
    add("counter.independent", "bool", u, k + "independent", "Recorded by others.")
    add("counter.strength", "string", u, k + "strength", "How hard it pulls.", words.STRENGTH)
    add("counter.covers", "strings", u, k + "covers", "What it protects.", words.COVERS)
    add("counter.is_metric", "bool", d, k + "metric", "Is it a metric of this project.")
    add("counter.has_target", "bool", u, k + "metric", "Has that metric a target; false when silent there.")
    add(
        "decision.kind",
        "string",
        d,
        "decisions.consequence",
        "Consequence of the decision.",
        words.CONSEQUENCE,
    )
    add("decision.stakes", "int", "derived", "", "Stakes of the decision, 0–4.")
    add("decision.metrics", "int", "derived", "", "How many metrics it reads.")
    add("decision.live_metrics", "int", "derived", "", "How many of them carry stakes.")
    add("decision.kinds", "strings", "derived", "", "Kinds of the metrics it reads.", words.KIND)
    add("decision.counters", "int", "derived", "", "Counter-metrics that are read in it.")
    add("decision.automatic", "bool", u, "decisions.automatic", "Without a person.")
    add("project.strict", "bool", d, "", "`strict = true` in the configuration.")
    add("project.metrics", "int", "derived", "", "Metrics of the project.")
    add("project.live_metrics", "int", "derived", "", "Metrics that carry stakes.")
    add("project.counters", "int", "derived", "", "Counter-metrics declared anywhere.")


def _derived_facts(add: _Add) -> None:
    f: Silence = "derived"
    add("derived.stakes", "int", f, "consequences", "Highest stakes that the metric reaches, 0–4.")
    add("derived.live", "bool", f, "consequences", "Stakes of 2 or more.")
    add("derived.high", "bool", f, "consequences", "Stakes of 3 or more.")
    add("derived.person", "bool", f, "subject.level", "Judges persons, or a team of at most 7.")
    add("derived.hot", "bool", "template", "gaming_actions", "A cheap action that does not help the goal.")
    add("derived.automatable", "bool", "template", "gaming_actions", "A gaming action a script can do.")
    add("derived.gaming_known", "bool", f, "gaming_actions", "Actions are declared or a template fits.")
    add("derived.template", "string", f, "", "Gaming template of the metric's type; empty if none fits.")
    add("derived.counters", "int", f, "counter_metrics", "Number of counter-metrics; silence is 0.")
    add("derived.counters_read", "int", f, "counter_metrics", "Those read in the same decision.")
    add("derived.guarded", "bool", f, "counter_metrics", "A counter read there and independent.")
    add("derived.covered", "strings", f, "counter_metrics", "What counters read there cover.", words.COVERS)
    add("derived.verified", "bool", f, "verification", "Checked by sample or independently.")
    add("derived.proxy", "bool", f, "outcome.link", "Link is correlational, belief or none.")
    add("derived.sound", "bool", f, "outcome.link", "The outcome itself, measured by others.")
    add("derived.compared", "bool", f, "visibility", "Ranked, relative, or judged against a line.")
    add("derived.ci_points", "double", f, "statistics.typical_n", "95 % half-width in points at 80 %.")
    add("derived.credibility_gap", "bool", f, "consequences", "Reached by access or belief, not by policy.")
    add("derived.sole_metric", "bool", f, "", "Every path to some stakes ≥ 3 consequence runs through it.")
    add("derived.bypass", "bool", f, "gaming_actions", "T1: a consequence is reached without any outcome.")
    add("derived.pure_gaming", "bool", f, "gaming_actions", "T2: by an action with no positive path to one.")
    add(
        "derived.negative_path",
        "bool",
        f,
        "gaming_actions",
        "T2: by one that hurts an outcome or causes harm.",
    )
    add("derived.proxy_connection", "string", f, "outcome", "connected, confounded, orphan or undeclared.")
    add("derived.hidden_consequence", "bool", f, "", "T8: stakes come only through the manager's.")
    add("derived.hidden_people", "int", f, "subject.people", "People behind that sum; 0 if unknown.")
    add(
        "derived.feedback_cycle",
        "bool",
        f,
        "",
        "T6: past values feed its own target or resources, not directly.",
    )
    add("derived.duplicate_of", "string", f, "", "Title of another metric with this name and another target.")


FACTS: dict[str, FactSpec] = {spec.name: spec for spec in _facts()}
GROUPS_QUANTIFIED = ("board", "consequence", "action", "counter")
"""Groups of which a metric may have several: a rule that names one is asked for each member."""
