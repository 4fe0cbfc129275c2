"""The metric card: what is counted, of whom, shown where, deciding what."""

from typing import Annotated

from msgspec import field

from metriclint.model import vocabulary as v
from metriclint.model.objects import Agent, Declaration, InlineBoard, InlineConsequence
from metriclint.model.text import Count, Date, Id, Text, Title, note
from metriclint.model.waiver import Waiver


class Subject(Declaration, frozen=True):
    """Who is measured."""

    role: Annotated[Text | None, note("Role", "Role that is measured.", "developer")] = None
    level: Annotated[v.Level | None, note("Level", "Whom one value describes.", "team")] = None
    people: Annotated[Count | None, note("People", "How many people stand behind one value.", 8)] = None
    interdependent_work: Annotated[
        bool | None, note("Interdependent work", "Do they need each other to do well.", True)
    ] = None


class InlineAction(Declaration, frozen=True):
    """A known way to move the number without the goal."""

    id: Annotated[Id | None, note("Id", "Local name that keeps findings stable.", "idle-agent-loop")] = None
    title: Annotated[Title | None, note("Title", "The action in words.", "Let an agent run idle tasks")] = None
    cost: Annotated[v.Cost | None, note("Cost", "Effort that it takes.", "low")] = None
    automatable: Annotated[bool | None, note("Automatable", "Can a script or an agent do it.", True)] = None
    effect_on_outcome: Annotated[
        v.Effect | None, note("Effect on outcome", "What it does to the goal; silence means none.", "hurts")
    ] = None
    harms: Annotated[list[Text], note("Harms", "Side effects it causes.", ["needless-deployments"])] = field(
        default_factory=list
    )


class OutcomeLink(Declaration, frozen=True):
    """What the metric is for, and how good the link is."""

    id: Annotated[Id | None, note("Id", "Id of a shared outcome.", "better-software")] = None
    title: Annotated[Title | None, note("Title", "The outcome in words.", "Better software sooner")] = None
    link: Annotated[v.Link | None, note("Link", "How the metric relates to it.", "correlational")] = None
    validated: Annotated[bool | None, note("Validated", "Was the link tested.", True)] = None
    evidence: Annotated[Text | None, note("Evidence", "What the link rests on.", "Holdout test, spring 2026")] = None


class WeightedMetric(Declaration, frozen=True):
    """A metric that enters another, with its weight."""

    metric: Annotated[Id, note("Metric", "Id of the metric.", "review-time")]
    weight: Annotated[float | None, note("Weight", "Share in the result.", 0.5)] = None


class CounterMetric(Declaration, frozen=True):
    """What pulls the other way."""

    metric: Annotated[Id | None, note("Metric", "Id of a metric of this project.", "rework-rate")] = None
    title: Annotated[Title | None, note("Title", "Its name, where it has no card.", "Rework rate")] = None
    same_decision: Annotated[bool | None, note("Same decision", "Is it read where the metric decides.", True)] = None
    independent: Annotated[bool | None, note("Independent", "Is it recorded by others than the measured.", True)] = None
    strength: Annotated[v.Strength | None, note("Strength", "How hard it pulls.", "veto")] = None
    covers: Annotated[list[v.Cover] | None, note("Covers", "What it protects.", ["rework", "cost"])] = None


class Range(Declaration, frozen=True):
    """A range of values."""

    low: Annotated[float | None, note("Low", "Lower end.", 0)] = None
    high: Annotated[float | None, note("High", "Upper end.", 100)] = None


class Target(Declaration, frozen=True):
    """The number that people are held to."""

    type: Annotated[v.TargetType | None, note("Type", "Kind of target.", "threshold")] = None
    value: Annotated[float | Text | None, note("Value", "A number or a text.", 80)] = None
    low: Annotated[float | None, note("Low", "Lower end of a band.", 70)] = None
    high: Annotated[float | None, note("High", "Upper end of a band.", 90)] = None
    comparator: Annotated[v.Comparator | None, note("Comparator", "Which side is good.", "at-least")] = None
    unit: Annotated[Text | None, note("Unit", "Unit of the value.", "percent")] = None
    period: Annotated[Text | None, note("Period", "A word or an ISO 8601 duration.", "P1W")] = None
    applies_to: Annotated[v.Level | None, note("Applies to", "Whom it binds.", "team")] = None
    basis: Annotated[v.Basis | None, note("Basis", "Where the value comes from.", "capacity-study")] = None
    cliff: Annotated[bool | None, note("Cliff", "Does everything change at the line.", False)] = None
    feasibility: Annotated[v.Feasibility | None, note("Feasibility", "Can it be met.", "shown")] = None
    cap: Annotated[float | Text | None, note("Cap", "Where credit ends.", 100)] = None
    exemptions: Annotated[list[Text] | None, note("Exemptions", "Who is exempt.", ["part-time"])] = None


class Statistics(Declaration, frozen=True):
    """How the number is aggregated and compared."""

    typical_n: Annotated[Count | None, note("Typical n", "Cases behind one value.", 40)] = None
    interval_shown: Annotated[bool | None, note("Interval shown", "Is uncertainty shown.", True)] = None
    adjustment: Annotated[v.Adjustment | None, note("Adjustment", "For difficulty.", "adequate")] = None
    selects_extremes: Annotated[bool | None, note("Selects extremes", "Are the best or worst picked.", False)] = None
    saturated: Annotated[bool | None, note("Saturated", "Does nearly everyone reach the top.", False)] = None
    hand_adjusted: Annotated[bool | None, note("Hand-adjusted", "Is it corrected by hand.", False)] = None


class Governance(Declaration, frozen=True):
    """Who answers for the metric."""

    owner: Annotated[Text | None, note("Owner", "Role that answers for it.", "head-of-platform")] = None
    purpose: Annotated[Text | None, note("Purpose", "The decision it serves.", "Plan capacity")] = None
    review_date: Annotated[Date | None, note("Review date", "When it is looked at again.", "2027-03-31")] = None
    informed: Annotated[bool | None, note("Informed", "Are the measured told.", True)] = None
    consulted: Annotated[bool | None, note("Consulted", "Were they asked.", True)] = None
    appeal: Annotated[bool | None, note("Appeal", "Can they contest the number.", True)] = None
    audited_by: Annotated[v.AuditedBy | None, note("Audited by", "Who audits it.", "independent")] = None


class OverlayCard(Declaration, frozen=True):
    """Facts about a metric that another file declares; nothing in it is required."""

    title: Annotated[Title | None, note("Title", "What people call it.", "AI tokens used")] = None
    aliases: Annotated[list[Title], note("Aliases", "Other names.", ["Token count"])] = field(default_factory=list)
    status: Annotated[v.Status | None, note("Status", "Where it is in its life.", "active")] = None
    description: Annotated[Text | None, note("Description", "More about it.", "Sum over all tools.")] = None
    formula: Annotated[Text | None, note("Formula", "How it is computed.", "sum(tokens)")] = None
    unit: Annotated[Text | None, note("Unit", "Unit of the number.", "tokens")] = None
    frequency: Annotated[Text | None, note("Frequency", "How often it is computed.", "weekly")] = None
    data_source: Annotated[Text | None, note("Data source", "Where it comes from.", "Usage log")] = None
    kind: Annotated[v.Kind | None, note("Kind", "What is counted.", "activity")] = None
    tags: Annotated[list[Id], note("Tags", "ai-usage marks AI adoption; key marks key metrics.", ["ai-usage"])] = field(
        default_factory=list
    )
    direction: Annotated[v.Direction | None, note("Direction", "Which way is better.", "up")] = None
    optimum: Annotated[v.Optimum | None, note("Optimum", "More is always better, or a middle.", "interior")] = None
    validated_range: Annotated[
        Range | None,
        note("Validated range", "Where it was seen to track the outcome.", {"low": 0, "high": 50}),
    ] = None
    subject: Annotated[Subject | None, note("Subject", "Who is measured.", {"level": "team", "people": 9})] = None
    recorded_by: Annotated[
        v.RecordedBy | list[v.RecordedBy] | None,
        note("Recorded by", "Who writes the number down; of several the least independent counts.", "system"),
    ] = None
    verification: Annotated[v.Verification | None, note("Verification", "Who checks it.", "sample")] = None
    controls: Annotated[
        list[v.Control] | None, note("Controls", "What the measured can influence.", ["volume", "effort"])
    ] = None
    gaming_actions: Annotated[
        list[Id | InlineAction] | None,
        note("Gaming actions", "Known ways to move the number without the goal.", [{"title": "Idle loop"}]),
    ] = None
    outcome: Annotated[
        Text | OutcomeLink | None,
        note("Outcome", "What it is for: an outcome's id, a text, or both with the link.", "better-software"),
    ] = None
    derived_from: Annotated[
        list[Id | WeightedMetric] | None,
        note("Derived from", "Metrics it is computed from.", ["review-time"]),
    ] = None
    counter_metrics: Annotated[
        list[CounterMetric] | None,
        note("Counter-metrics", "What pulls the other way.", [{"metric": "rework-rate", "same_decision": True}]),
    ] = None
    harms: Annotated[list[Text], note("Harms", "Side effects the author fears.", ["needless deployments"])] = field(
        default_factory=list
    )
    harms_measured: Annotated[bool | None, note("Harms measured", "Is one of them measured.", True)] = None
    duty_coverage: Annotated[
        v.DutyCoverage | None, note("Duty coverage", "Share of important duties rewarded.", "partial")
    ] = None
    target: Annotated[Target | None, note("Target", "The number that people are held to.", {"type": "none"})] = None
    visibility: Annotated[
        Id | InlineBoard | list[Id | InlineBoard] | None,
        note("Visibility", "Where it is shown.", {"audience": "team", "identified": False}),
    ] = None
    consequences: Annotated[
        list[Id | InlineConsequence] | None,
        note("Consequences", "What follows from it; an empty list says nothing does.", [{"kind": "review"}]),
    ] = None
    statistics: Annotated[Statistics | None, note("Statistics", "How it is compared.", {"typical_n": 40})] = None
    agent: Annotated[
        Id | Agent | None, note("Agent", "System or facts of agents that can move it.", {"can_write": False})
    ] = None
    safeguards: Annotated[list[v.Safeguard], note("Safeguards", "Softening conditions.", ["opt-in"])] = field(
        default_factory=list
    )
    governance: Annotated[
        Governance | None, note("Governance", "Who answers for it.", {"owner": "head-of-platform"})
    ] = None
    jurisdictions: Annotated[
        list[Text], note("Jurisdictions", "Switch the legal pointers on.", ["EU", "DE", "US-CA"])
    ] = field(default_factory=list)
    ai_system: Annotated[bool | None, note("AI system", "Is it made or read by an AI system.", False)] = None
    emotion_inference: Annotated[bool | None, note("Emotion inference", "Are emotions inferred.", False)] = None
    granularity: Annotated[v.Granularity | None, note("Granularity", "How fine the rows are.", "week")] = None
    retention_days: Annotated[Count | None, note("Retention", "Days the rows are kept.", 90)] = None
    waivers: Annotated[
        list[Waiver], note("Waivers", "Accepted risks of this metric.", [{"rule": "no-counter-metric"}])
    ] = field(default_factory=list)


class Metric(OverlayCard, frozen=True, kw_only=True):
    """A metric card. Only the title is required; what is silent is undeclared, never "no"."""

    title: Annotated[Title, note("Title", "What people call it.", "AI tokens used")]
