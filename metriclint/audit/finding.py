"""One finding of an audit pack, and its words. See :mod:`metriclint.audit.pack` for what holds for all texts."""

from typing import Literal

from msgspec import Struct

Rating = Literal["critical", "high", "medium", "low", "observation"]
RATINGS: tuple[Rating, ...] = ("critical", "high", "medium", "low", "observation")
"""From the gravest on."""
State = Literal["new", "open", "reopened", "accepted", "fixed"]
Kind = Literal["nonconformity", "observation"]
Decision = Literal["accept", "accept-with-modification", "reject"]
DECISIONS: tuple[Decision, ...] = ("accept", "accept-with-modification", "reject")
Status = Literal[
    "not confirmed", "confirmed", "confirmed, in progress", "confirmed, implemented", "confirmed, verified", "withdrawn"
]
STATUSES: tuple[Status, ...] = (
    "not confirmed",
    "confirmed",
    "confirmed, in progress",
    "confirmed, implemented",
    "confirmed, verified",
    "withdrawn",
)
"""Where a finding is in the follow-up. Everything but the first is a decision of the auditor."""
DONE: tuple[Status, ...] = ("confirmed, implemented", "confirmed, verified")
"""Statuses that say that what was to be done is done."""
Overall = Literal["Satisfactory", "Needs improvement", "Unsatisfactory"]
DRAFT = "DRAFT – tool-generated, not confirmed"


def not_determined(why: str) -> str:
    """The text of a field that has no value: it says why."""
    return f"not determined: {why}"


def is_determined(text: str) -> bool:
    """Has a field a value."""
    return not text.startswith("not determined: ")


def is_address(url: str) -> bool:
    """Can a document link it."""
    return url.startswith(("https://", "http://"))


class Part(Struct, frozen=True):
    """Base of everything in a pack."""


class Evidence(Part, frozen=True):
    """Something that stands in a file."""

    path: str
    """File, relative to the folder that was audited from; the same file lies below ``data/inputs/``."""
    line: int
    """1-based; 0 where it is not known."""
    quote: str
    """The source line, shortened."""
    shows: str
    """What it shows: "the place of the finding", or facts such as "visibility.ranked is true"."""
    place: str
    """``file:line``, or ``file:Sheet!B3`` in a workbook."""


class CriterionText(Part, frozen=True):
    """What should be, and where it is written."""

    ref: str
    """Id in the criteria library."""
    text: str
    """What it asks for here."""
    source: str
    """Title and citation of the source."""
    url: str
    """Empty where there is none; only ``https://`` and ``http://`` addresses stand here."""


class PathNode(Part, frozen=True):
    """A node of a path, with the verb that leads to it."""

    title: str
    kind: str
    """Kind in plain words, such as "metric" or "consequence"."""
    verb: str
    """Words from the node before; empty for the first."""
    place: str
    """``file:line`` or ``not determined: …``."""
    assumed: bool
    """Filled in, not declared."""


class Path(Part, frozen=True):
    """How the metric reaches a consequence."""

    nodes: list[PathNode]
    """Empty where the rule is not explained by a path."""
    text: str
    """On one line, verbs as words; ``not determined: …`` without nodes."""
    svg: str
    """The strip as a whole SVG with title and description; empty without nodes."""


class RepairOption(Part, frozen=True):
    """Something that can be done about a finding."""

    letter: str
    """A, B, C."""
    text: str
    proven: bool
    """Was it tried on the design: after it the check no longer reports the finding."""
    changes: list[str]
    """Places and values: "metrics.yaml:7: metrics.ai-tokens.verification: none → sample". Empty where not proven."""
    cost: str
    """In words, such as "2 values change"."""
    obligations: list[str]
    """What has to be really done: a declaration alone makes nothing true."""
    clears: list[str]
    """Other findings that can go away with it, as words."""
    leaves: list[str]
    """Findings about the same metric that stay."""
    brings: list[str]
    """Findings that it can bring."""
    gives_up: bool
    """Does it end the use of the number."""


class Cause(Part, frozen=True):
    """Why the design can be so."""

    text: str
    status: Literal["hypothesis", "confirmed"]


class Effect(Part, frozen=True):
    """What it can lead to."""

    text: str
    status: Literal["potential", "confirmed"]


class RatingGiven(Part, frozen=True):
    """Ratings: what the tool proposes, and what a person decided."""

    proposed: Rating
    proposed_by: str
    """The tool with its version."""
    proposed_because: str
    final: Rating | None
    """``None`` until a person decides."""
    final_by: str
    """A role, or ``not determined: …``."""

    @property
    def counts(self) -> Rating:
        """The final rating where there is one, else the proposed one."""
        return self.final or self.proposed


class Response(Part, frozen=True):
    """What the organisation answered. The tool never writes it."""

    decision: Decision | None
    """``None`` where nobody answered."""
    text: str
    action_owner: str
    """A role."""
    due: str
    """ISO date or ``not determined: …``."""
    closure_evidence: str
    notes: str
    """Empty where there are none."""


class Confirmation(Part, frozen=True):
    """Whether an auditor stands behind a finding."""

    status: Status
    confirmed: bool
    by: str
    """A role."""
    on: str
    """ISO date."""


class History(Part, frozen=True):
    """A finding over the packs of an engagement."""

    state: State
    first_seen: str
    """As-of date of the first pack with it."""
    last_seen: str
    words: str
    """The state in a sentence, such as "Reopened: it was fixed on 2027-01-15."."""


class AlsoReported(Part, frozen=True):
    """Another rule that says the same about the same metric; it stands behind the finding and has no number."""

    rule: str
    code: str
    message: str
    place: str
    fingerprint: str


class Accepted(Part, frozen=True):
    """A waiver, as far as it concerns a finding."""

    id: str
    """Its place, ``file:line``."""
    reason: str
    decision: str
    requested_by: str
    approved_by: str
    expires: str
    """ISO date, last day inclusive."""


class PackFinding(Part, frozen=True, kw_only=True):
    """One finding, complete: it can be read without the others."""

    id: str
    """``F-001``; never used for another finding of the engagement."""
    key: str
    """Key in ``responses.yaml``: the fingerprint, or ``fingerprint@project`` where projects share one."""
    fingerprint: str
    project: str
    """Folder of the configuration; empty where there is none."""
    rule: str
    code: str
    family: str
    kind: Kind
    metric: str
    """Id; empty where the finding is about a decision or the project."""
    metric_title: str
    owner_role: str
    title: str
    """One sentence, at most 160 characters."""
    rating: RatingGiven
    confidence: Literal["low", "medium", "high"]
    """How sure the tool is that the pattern is there, not that harm occurs."""
    confidence_words: str
    criteria: list[CriterionText]
    """Empty for an observation."""
    criteria_words: str
    """All criteria in one text, or why there is none."""
    condition: str
    """What is, in one or two sentences."""
    evidence: list[Evidence]
    """At least one."""
    cause: Cause
    effect: Effect
    path: Path
    options: list[RepairOption]
    options_words: str
    """What was searched: "2 options were tried and proven", or why nothing was."""
    ignore_when: str
    """When acting on it would be wrong."""
    response: Response
    confirmation: Confirmation
    history: History
    waiver: Accepted | None
    """What covers it, where its risk was accepted."""
    also: list[AlsoReported]
    limits: list[str]
    severity: str
    """Of the check: error, warning, note or info."""
