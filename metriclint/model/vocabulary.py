"""The enumerations of the declaration format, in the order in which people meet them.

The order carries meaning where the comment says so.
"""

from typing import Literal, get_args

Status = Literal["proposed", "active", "retired"]
Kind = Literal["input", "activity", "output", "outcome", "perception", "composite", "state"]
Direction = Literal["up", "down", "band"]
Optimum = Literal["extreme", "interior"]
Level = Literal["individual", "team", "unit", "org", "product", "external"]
FallsOn = Literal["individual", "team", "unit", "org"]
# From the least to the most independent: where several people record, the first in this order counts.
RecordedBy = Literal["subject", "manager", "counterparty", "colleague", "customer", "system", "independent"]
Verification = Literal["none", "internal", "sample", "independent"]
Control = Literal[
    "effort",
    "method",
    "timing",
    "clock",
    "classification",
    "case-selection",
    "case-creation",
    "exclusions",
    "recording",
    "definition",
    "volume",
    "price",
    "others-work",
]
Cost = Literal["low", "medium", "high"]
Effect = Literal["helps", "none", "hurts"]
OutcomeEffect = Literal["helps", "none", "hurts", "causes"]
Move = Literal["up", "down"]
Link = Literal["direct", "causal", "correlational", "belief", "none"]
Strength = Literal["veto", "weighted", "watched"]
Cover = Literal["quality", "rework", "cost", "safety", "speed", "volume", "fairness", "wellbeing", "customer"]
DutyCoverage = Literal["low", "partial", "full"]
TargetType = Literal[
    "none",
    "threshold",
    "quota",
    "stretch",
    "growth",
    "zero",
    "hundred",
    "benchmark",
    "forced-distribution",
    "mandate",
]
Comparator = Literal["at-least", "at-most", "within"]
Basis = Literal[
    "previous-actual",
    "peer-relative",
    "baseline",
    "political",
    "statutory",
    "contract",
    "capacity-study",
    "expert",
    "unstated",
]
Feasibility = Literal["shown", "refuted", "unknown"]
Audience = Literal["self", "manager", "team", "leadership", "org", "external", "public"]
RawAccess = Literal["restricted", "team", "org", "public"]
Size = Literal["token", "moderate", "major"]
Consequence = Literal[
    "none",
    "operational",
    "recognition",
    "informal",
    "training",
    "exposure",
    "rank",
    "review",
    "promotion",
    "allocation",
    "funding",
    "admission",
    "rejection",
    "bonus",
    "pay",
    "penalty",
    "discipline",
    "termination",
    "licence",
]
Stated = Literal["used", "not-used", "unstated"]
Access = Literal["none", "aggregate", "individual"]
Enforced = Literal["none", "policy", "technical"]
Believed = Literal["used", "not-used", "unknown"]
Weight = Literal["sole", "major", "part"]
Comparison = Literal["absolute", "relative"]
Adjustment = Literal["none", "partial", "adequate", "not-applicable"]
Approval = Literal["none", "human"]
Identity = Literal["inherited", "own"]
Safeguard = Literal[
    "clawback", "deferral", "minimum-group-size", "guaranteed-floor", "opt-in", "opt-out", "capped-credit"
]
AuditedBy = Literal["none", "interested", "independent"]
Granularity = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
Importance = Literal["low", "medium", "high"]
RoleKind = Literal["person", "committee", "algorithm"]
WaiverDecision = Literal["accept-risk", "false-positive", "not-applicable", "mitigated-elsewhere", "pilot"]

STATUS: tuple[str, ...] = get_args(Status)
KIND: tuple[str, ...] = get_args(Kind)
DIRECTION: tuple[str, ...] = get_args(Direction)
OPTIMUM: tuple[str, ...] = get_args(Optimum)
LEVEL: tuple[str, ...] = get_args(Level)
FALLS_ON: tuple[str, ...] = get_args(Level)
RECORDED_BY: tuple[str, ...] = get_args(RecordedBy)
VERIFICATION: tuple[str, ...] = get_args(Verification)
CONTROLS: tuple[str, ...] = get_args(Control)
COST: tuple[str, ...] = get_args(Cost)
EFFECT: tuple[str, ...] = get_args(Effect)
LINK: tuple[str, ...] = get_args(Link)
STRENGTH: tuple[str, ...] = get_args(Strength)
COVERS: tuple[str, ...] = get_args(Cover)
DUTY_COVERAGE: tuple[str, ...] = get_args(DutyCoverage)
TARGET_TYPE: tuple[str, ...] = get_args(TargetType)
BASIS: tuple[str, ...] = get_args(Basis)
FEASIBILITY: tuple[str, ...] = get_args(Feasibility)
AUDIENCE: tuple[str, ...] = get_args(Audience)
RAW_ACCESS: tuple[str, ...] = get_args(RawAccess)
CONSEQUENCE: tuple[str, ...] = get_args(Consequence)
STATED: tuple[str, ...] = get_args(Stated)
ACCESS: tuple[str, ...] = get_args(Access)
ENFORCED: tuple[str, ...] = get_args(Enforced)
BELIEVED: tuple[str, ...] = get_args(Believed)
WEIGHT: tuple[str, ...] = get_args(Weight)
COMPARISON: tuple[str, ...] = get_args(Comparison)
ADJUSTMENT: tuple[str, ...] = get_args(Adjustment)
APPROVAL: tuple[str, ...] = get_args(Approval)
IDENTITY: tuple[str, ...] = get_args(Identity)
SAFEGUARDS: tuple[str, ...] = get_args(Safeguard)
AUDITED_BY: tuple[str, ...] = get_args(AuditedBy)
GRANULARITY: tuple[str, ...] = get_args(Granularity)
WAIVER_DECISION: tuple[str, ...] = get_args(WaiverDecision)

STAKES: dict[str, int] = {
    "none": 0,
    "operational": 0,
    "recognition": 1,
    "informal": 2,
    "training": 2,
    "exposure": 2,
    "rank": 2,
    "review": 3,
    "promotion": 3,
    "allocation": 3,
    "funding": 3,
    "admission": 3,
    "rejection": 3,
    "bonus": 4,
    "pay": 4,
    "penalty": 4,
    "discipline": 4,
    "termination": 4,
    "licence": 4,
}
"""Stakes of a consequence, 0 (nothing) to 4 (money or the job)."""
