"""What several metrics share: roles, outcomes, harms, systems, actions, boards and decisions.

The structs mirror the declaration format key by key. ``None`` means *undeclared*, never "no".
"""

from typing import Annotated

from msgspec import Struct, field

from metriclint.model import vocabulary as v
from metriclint.model.text import Count, Date, Id, Strength, Text, Title, note


class Declaration(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Base of everything that teams write: unknown keys are errors, values never change."""


class Role(Declaration, frozen=True):
    """Somebody who acts, decides or is measured. Roles, never persons."""

    title: Annotated[Title | None, note("Title", "What people call the role.", "Software developer")] = None
    kind: Annotated[v.RoleKind | None, note("Kind", "Who decides: person is the default.", "committee")] = None
    reports_to: Annotated[Text | None, note("Reports to", "Role that this one answers to.", "engineering-manager")] = (
        None
    )
    people: Annotated[Count | None, note("People", "How many people hold the role.", 300)] = None


class Outcome(Declaration, frozen=True):
    """What the organisation really wants."""

    title: Annotated[Title | None, note("Title", "The outcome in words.", "Better software sooner")] = None
    description: Annotated[Text | None, note("Description", "More about it.", "Fewer defects, shipped sooner.")] = None
    importance: Annotated[v.Importance | None, note("Importance", "How much it matters.", "high")] = None
    owner: Annotated[Text | None, note("Owner", "Role that answers for it.", "head-of-engineering")] = None
    measured_by: Annotated[Id | None, note("Measured by", "Metric that shows it.", "escaped-defects")] = None


class Harm(Declaration, frozen=True):
    """A side effect that somebody fears."""

    title: Annotated[Title | None, note("Title", "The side effect in words.", "Deployments nobody needed")] = None
    measured_by: Annotated[Id | None, note("Measured by", "Metric that would show it.", "idle-deployments")] = None


class Agent(Declaration, frozen=True):
    """What automated agents can do on a system."""

    can_write: Annotated[bool | None, note("Can write", "Can agents change real systems.", True)] = None
    approval: Annotated[v.Approval | None, note("Approval", "Does a person approve first.", "human")] = None
    capped: Annotated[bool | None, note("Capped", "Is there a budget or rate limit.", True)] = None
    identity: Annotated[
        v.Identity | None, note("Identity", "Do agents use the person's rights or their own.", "own")
    ] = None


class System(Declaration, frozen=True):
    """A technical system that actions use."""

    title: Annotated[Title | None, note("Title", "What people call the system.", "Agent platform")] = None
    agent: Annotated[Agent | None, note("Agent", "What agents can do on it.", {"can_write": True})] = None


class Action(Declaration, frozen=True):
    """Something a role can do that moves metrics."""

    title: Annotated[Title | None, note("Title", "The action in words.", "Split a change in two")] = None
    by: Annotated[Text | None, note("By", "Role that can do it.", "developer")] = None
    cost: Annotated[v.Cost | None, note("Cost", "Effort that it takes.", "low")] = None
    automatable: Annotated[bool | None, note("Automatable", "Can a script or an agent do it.", True)] = None
    moves: Annotated[dict[str, v.Move], note("Moves", "Metrics that it moves, and which way.", {"ai-tokens": "up"})] = (
        field(default_factory=dict)
    )
    effects: Annotated[
        dict[str, v.OutcomeEffect],
        note(
            "Effects",
            "What it does to outcomes (helps, none, hurts) and harms (causes).",
            {"quality": "none"},
        ),
    ] = field(default_factory=dict)
    strengths: Annotated[
        dict[str, Strength],
        note("Strengths", "How much it moves a metric or affects an outcome, 1 to 3; 1 by default.", {"ai-tokens": 3}),
    ] = field(default_factory=dict)
    uses: Annotated[Id | None, note("Uses", "System that it runs on.", "meshclaw")] = None


class Visibility(Declaration, frozen=True):
    """Where a metric is shown, and to whom."""

    title: Annotated[Title | None, note("Title", "What people call the board.", "Token leaderboard")] = None
    audience: Annotated[v.Audience | None, note("Audience", "Who sees it.", "org")] = None
    identified: Annotated[bool | None, note("Identified", "Are people or units named.", True)] = None
    ranked: Annotated[bool | None, note("Ranked", "Is there an order among peers.", True)] = None
    raw_access: Annotated[
        v.RawAccess | None, note("Raw access", "Who can query the individual rows.", "restricted")
    ] = None
    official: Annotated[bool | None, note("Official", "Is it an official board.", True)] = None
    gamified: Annotated[bool | None, note("Gamified", "Badges, levels or streaks.", False)] = None
    since: Annotated[Date | None, note("Since", "When it appeared.", "2026-01-15")] = None
    until: Annotated[Date | None, note("Until", "When it goes.", "2026-12-31")] = None


class InlineBoard(Visibility, frozen=True):
    """A board written inside a card; its id is optional and local to the card."""

    id: Annotated[Id | None, note("Id", "Local name that keeps findings stable.", "leaderboard")] = None


class Board(Visibility, frozen=True):
    """A board that several metrics share."""

    shows: Annotated[list[Id], note("Shows", "Metrics on it.", ["ai-tokens"])] = field(default_factory=list)


class UseFacts(Declaration, frozen=True):
    """How a decision uses a metric: what policy says, what access allows, what staff believe."""

    title: Annotated[Title | None, note("Title", "What people call the consequence.", "Annual review")] = None
    size: Annotated[v.Size | None, note("Size", "How large the consequence is.", "token")] = None
    stated: Annotated[v.Stated | None, note("Stated", "What policy says.", "not-used")] = None
    access: Annotated[v.Access | None, note("Access", "What the decision-maker can open.", "individual")] = None
    enforced: Annotated[
        v.Enforced | None, note("Enforced", "What makes the promise true; silence means none.", "technical")
    ] = None
    believed: Annotated[v.Believed | None, note("Believed", "What staff think.", "used")] = None
    weight: Annotated[v.Weight | None, note("Weight", "How much the metric decides.", "part")] = None
    comparison: Annotated[
        v.Comparison | None, note("Comparison", "Against a standard or against peers.", "absolute")
    ] = None
    automatic: Annotated[bool | None, note("Automatic", "Does it follow without a person.", False)] = None
    manager_stake: Annotated[bool | None, note("Manager stake", "Do managers gain from the same number.", False)] = None
    falls_on: Annotated[v.FallsOn | None, note("Falls on", "Who bears it.", "individual")] = None
    nonuse_audit: Annotated[bool | None, note("Non-use audit", "Does somebody check that it is not used.", True)] = None


class DecisionUse(UseFacts, frozen=True, kw_only=True):
    """One metric that a shared decision reads."""

    metric: Annotated[Id, note("Metric", "Id of the metric.", "ai-tokens")]
    kind: Annotated[v.Consequence | None, note("Kind", "Another kind than the decision's.", "review")] = None
    decided_by: Annotated[Text | None, note("Decided by", "Another role than the decision's.", "committee")] = None


class InlineConsequence(UseFacts, frozen=True):
    """A consequence written inside a card; its id is optional and local to the card."""

    id: Annotated[Id | None, note("Id", "Local name that keeps findings stable.", "annual-review")] = None
    kind: Annotated[v.Consequence | None, note("Kind", "What follows.", "review")] = None
    decided_by: Annotated[Text | None, note("Decided by", "Role that decides.", "engineering-manager")] = None


class Decision(Declaration, frozen=True):
    """A decision that several metrics may feed."""

    title: Annotated[Title | None, note("Title", "What people call the decision.", "Annual review")] = None
    made_by: Annotated[Text | None, note("Made by", "Role that decides.", "engineering-manager")] = None
    about: Annotated[Text | None, note("About", "Role that bears the result.", "developer")] = None
    consequence: Annotated[v.Consequence | None, note("Consequence", "What follows.", "review")] = None
    automatic: Annotated[bool | None, note("Automatic", "Does it follow without a person.", False)] = None
    uses: Annotated[
        list[DecisionUse],
        note("Uses", "Metrics that it reads.", [{"metric": "ai-tokens", "stated": "not-used"}]),
    ] = field(default_factory=list)
