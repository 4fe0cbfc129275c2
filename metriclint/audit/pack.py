"""The content of an audit pack: frozen records, ready to be rendered. Nothing is rendered that does not stand here.

All texts are data as people wrote them: a document escapes them for its format. A text that cannot be given says why,
as ``not determined: …``; no text is empty but where its description says so. Lists may be empty; a document then
says that there is none. The field names are the JSON contract ``metriclint/audit/1`` (``data/findings.json``).
"""

from typing import Literal

from metriclint.audit.finding import (
    DECISIONS,
    DONE,
    DRAFT,
    RATINGS,
    STATUSES,
    Accepted,
    AlsoReported,
    Cause,
    Confirmation,
    CriterionText,
    Decision,
    Effect,
    Evidence,
    History,
    Kind,
    Overall,
    PackFinding,
    Part,
    Path,
    PathNode,
    Rating,
    RatingGiven,
    RepairOption,
    Response,
    State,
    Status,
    is_address,
    is_determined,
    not_determined,
)

__all__ = [
    "DECISIONS",
    "DONE",
    "DRAFT",
    "RATINGS",
    "STATUSES",
    "Accepted",
    "AcceptedRisk",
    "Action",
    "AlsoReported",
    "Cause",
    "Confirmation",
    "CriterionText",
    "Decision",
    "Definition",
    "EarlierFinding",
    "Effect",
    "Evidence",
    "Executive",
    "GoodPractice",
    "History",
    "InputFile",
    "Kind",
    "MetricRow",
    "Overall",
    "Pack",
    "PackFinding",
    "Path",
    "PathNode",
    "Rating",
    "RatingCount",
    "RatingGiven",
    "RepairOption",
    "Reproducibility",
    "Response",
    "RuleAsked",
    "Scope",
    "State",
    "Status",
    "is_address",
    "is_determined",
    "not_determined",
]


class RatingCount(Part, frozen=True):
    """How many findings have a rating (final where given, else proposed); accepted and withdrawn ones are not in it."""

    rating: Rating
    count: int
    confirmed: int
    """How many of them an auditor confirmed."""


class Action(Part, frozen=True):
    """One of the first things to do."""

    text: str
    because: str
    """What it can change, in a sentence."""
    findings: list[str]
    """Ids of the findings that it is about."""


class Executive(Part, frozen=True):
    """The first page."""

    overall: Overall
    overall_status: str
    """"proposed by the tool, …": an overall opinion is the auditor's."""
    overall_text: str
    """In words, how it follows from the ratings."""
    counts: list[RatingCount]
    """All five ratings, the gravest first."""
    sentences: list[str]
    """Three."""
    actions: list[Action]
    """At most three."""
    changes: list[str]
    """What changed since the earlier pack, in sentences; one that says there is none without."""


class Scope(Part, frozen=True):
    """What was looked at, what was not."""

    objective: str
    included: list[str]
    excluded: list[str]
    limitations: list[str]


class MetricRow(Part, frozen=True):
    """A metric of the inventory. Texts are ``not determined: the card does not say`` where it is silent."""

    id: str
    title: str
    project: str
    place: str
    status: str
    kind: str
    owner_role: str
    measured: str
    """Who is measured, with the level."""
    target: str
    shown_to: str
    consequences: str
    counter_metrics: str
    review_date: str
    findings: list[str]
    """Ids of current findings."""
    undeclared: list[str]
    """Keys that nobody declared and that would decide rules."""


class GoodPractice(Part, frozen=True):
    """Something that is well designed."""

    metric: str
    metric_title: str
    text: str
    place: str


class AcceptedRisk(Part, frozen=True):
    """A risk that was accepted, until when, by which roles."""

    finding: str
    """Id of the finding."""
    title: str
    metric_title: str
    rating: Rating
    waiver: Accepted
    days_left: int
    """From the as-of date."""
    expires_words: str
    """Such as "ends in 12 days"."""


class EarlierFinding(Part, frozen=True):
    """What became of a finding of the earlier pack."""

    id: str
    title: str
    metric_title: str
    before: str
    """State then."""
    now: State
    rating_before: Rating
    rating_now: Rating
    """As before where it is fixed."""
    response: str
    """The decision with owner and due date, in words."""
    words: str


class InputFile(Part, frozen=True):
    """A file that was read."""

    path: str
    copy: str
    """Its copy in the pack, ``data/inputs/…``."""
    sha256: str
    size: int
    """Bytes."""


class Reproducibility(Part, frozen=True):
    """How to get the same pack again."""

    tool: str
    """``metriclint 0.1.0``."""
    ruleset: str
    command: str
    as_of: str
    commit: str
    """Of the repository that was audited, or ``not determined: …``."""
    inputs: list[InputFile]
    previous: str
    """Which pack it follows, or that it is the first."""


class RuleAsked(Part, frozen=True):
    """A rule, and what it came to."""

    code: str
    name: str
    family: str
    summary: str
    criteria: list[str]
    findings: list[str]
    """Ids; empty where it is not broken, or could not be decided."""
    undecided: int
    """Metrics for which a fact is missing."""


class Definition(Part, frozen=True):
    """A term and what it means."""

    term: str
    text: str


class Pack(Part, frozen=True, kw_only=True):
    """The whole content of a pack."""

    schema: Literal["metriclint/audit/1"]
    title: str
    client: str
    engagement: str
    """Carried from pack to pack: tells the registers and responses of one engagement from those of another."""
    as_of: str
    """ISO date."""
    draft: bool
    """True while any finding that counts is not confirmed by an auditor."""
    draft_notice: str
    """What to print on every page while it is a draft; empty otherwise."""
    classification: str
    """Of the document, such as "Confidential"; the auditor decides."""
    distribution: str
    """Who gets it."""
    executive: Executive
    scope: Scope
    metrics: list[MetricRow]
    findings: list[PackFinding]
    """New, open, reopened and accepted ones, in the order of reading: the gravest first."""
    fixed: list[PackFinding]
    """Findings of earlier packs that are no longer there, as they were last seen; by number."""
    good: list[GoodPractice]
    accepted: list[AcceptedRisk]
    earlier: list[EarlierFinding]
    earlier_words: str
    """A sentence about them, or that this is the first pack."""
    open_questions: list[str]
    """What to declare, so that more rules can be decided."""
    method: list[str]
    """Paragraphs."""
    reproducibility: Reproducibility
    rules: list[RuleAsked]
    ratings: list[Definition]
    sources: list[CriterionText]
    """Every criterion that a finding cites, once; ``text`` is what the source asks for in general."""
    glossary: list[Definition]
    remarks: list[str]
    """What was met on the way and has to be known: unknown rows of a register, responses without a finding."""
