"""The rules about waivers in words: what each says, why, and what can be done."""

import textwrap
from typing import NamedTuple

from metriclint.rules.rule import Severity


class Words(NamedTuple):
    """One rule about waivers."""

    severity: Severity
    summary: str
    why: str
    fixes: tuple[str, ...]


WORDS: dict[str, Words] = {
    "expired-waiver": Words(
        "warning",
        "The end of the waiver has passed, or it has none that can be read.",
        "A risk is accepted for a time, so that somebody looks again. Left standing after its end, a waiver reads as "
        "if the risk were still accepted, while nobody has decided so.",
        ("Change the design and delete the waiver.", "Have the risk accepted anew, with a new last day."),
    ),
    "waiver-ends-soon": Words(
        "note",
        "The waiver ends within 14 days.",
        "When it ends, the finding counts again and may stop a build on a day that suits nobody. The time before is "
        "there to change the design.",
        ("Change the design now.", "Have the risk accepted anew before the last day, by another role than asks."),
    ),
    "unused-waiver": Words(
        "note",
        "The waiver covers no finding.",
        "The design has changed and the risk is gone, but the acceptance stays. Should the risk come back, nobody "
        "would be asked.",
        ("Delete the waiver.",),
    ),
    "unknown-waiver-target": Words(
        "warning",
        "The waiver names a rule or a metric that does not exist, or no metric at all.",
        "Such a waiver covers nothing, and whoever wrote it believes that it does.",
        ("Write the rule and the metric as the report names them.", "Delete the waiver."),
    ),
    "self-approved-waiver": Words(
        "warning",
        "The role that asked for the waiver accepted the risk itself.",
        "Whoever wants a metric sees its use first. A second role, which answers for those who bear the risk, sees the "
        "rest. Without one an acceptance is a wish.",
        ("Have another role accept the risk, one that answers for the people who are measured.",),
    ),
    "overlong-waiver": Words(
        "note",
        "The waiver runs longer than is allowed for the severity of what it covers.",
        "The graver a risk, the sooner somebody has to look again. A far end turns an exception into the rule.",
        ("Bring the last day nearer.", "Change `max_days` under `[waivers]` of the configuration, for everybody."),
    ),
    "dead-compensating-metric": Words(
        "warning",
        "A metric that was to watch the accepted risk does not exist or is retired.",
        "The risk was accepted because another number would show the damage. Without that number it can grow unseen.",
        ("Name a metric that is kept today.", "Have the risk accepted anew, without the watch."),
    ),
    "waiver-not-allowed": Words(
        "warning",
        "The waiver is for a rule that nobody can waive.",
        "Some risks are borne by people who are not asked. Nobody in the organisation can accept these for them.",
        ("Change the design and delete the waiver.",),
    ),
    "incomplete-waiver": Words(
        "warning",
        "The waiver does not say why, who asked or who accepted the risk.",
        "A decision without a reason and a role behind it cannot be looked at again, and nobody answers for it.",
        ("Write down what is missing; roles, never people.",),
    ),
    "waiver-path-changed": Words(
        "warning",
        "The finding is still there, but by another path than the one that was accepted.",
        "The waiver was given for one way in which the number may backfire. Now it is another one, with other people, "
        "another action or another consequence, and nobody has looked at that.",
        (
            "Look at the new path. If it is accepted too, bind the waiver to the new fingerprint.",
            "Change the design back, or so that there is no path.",
        ),
    ),
}


def page(name: str, code: str) -> str:
    """A rule about waivers for a terminal."""
    words = WORDS[name]

    def wrapped(text: str, indent: int = 0) -> str:
        return textwrap.fill(text, 100, initial_indent=" " * indent, subsequent_indent=" " * indent)

    options = "\n".join(
        textwrap.fill(text, 100, initial_indent="  - ", subsequent_indent="    ") for text in words.fixes
    )
    return (
        f"{code} {name}  (governance, {words.severity}, about waivers)\n\n{wrapped(words.summary)}\n\n"
        f"Why it is said\n{wrapped(words.why, 2)}\n\nWhat you can do\n{options}\n"
    )
