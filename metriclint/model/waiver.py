"""Waivers: accepted risks, with a reason, two roles and an end."""

from typing import Annotated

from metriclint.model import vocabulary as v
from metriclint.model.objects import Declaration
from metriclint.model.text import Id, Text, note


class Waiver(Declaration, frozen=True):
    """An accepted risk. Inside a card the metric is implied."""

    rule: Annotated[Text, note("Rule", "Rule name or code.", "no-counter-metric")]
    metric: Annotated[Id | None, note("Metric", "Metric it is about.", "ai-tokens")] = None
    fingerprint: Annotated[Text | None, note("Fingerprint", "Binds it to one path.", "ml1:0123456789abcdef")] = None
    decision: Annotated[v.WaiverDecision | None, note("Decision", "Why it is waived.", "pilot")] = None
    reason: Annotated[Text | None, note("Reason", "In words.", "Pilot in two teams.")] = None
    requested_by: Annotated[Text | None, note("Requested by", "A role.", "ai-programme-lead")] = None
    approved_by: Annotated[Text | None, note("Approved by", "Another role.", "chief-people-officer")] = None
    expires: Annotated[Text | None, note("Expires", "Last day, inclusive.", "2027-02-28")] = None
    compensating: Annotated[list[Id] | None, note("Compensating", "Metrics that watch the risk.", ["rework-rate"])] = (
        None
    )
