"""What every pack says alike: ratings, limitations, method, terms."""

from metriclint.audit.pack import Definition, Overall, Pack, Rating

RATING_WORDS: dict[Rating, str] = {
    "critical": "The pattern is plain in the design, and money, a licence or the job can hang on the number. "
    "Decide before the number is used again.",
    "high": "The design admits harm or a result that misleads in a decision about people, and nothing declared limits "
    "it. Decide within the current period.",
    "medium": "The design admits an effect that nobody wants, in part limited by what is declared, or with less at "
    "stake. Plan a change.",
    "low": "A weakness of the design with little at stake. Change it when the metric is looked at anyway.",
    "observation": "No criterion is broken; something that is worth knowing.",
}
RATING_RULE = (
    "The tool proposes a rating from the severity of its check: error is high (critical where the declared stakes are "
    "4, money or the job, and the confidence is high), warning is medium, note and info are low. A finding without a "
    "criterion is an observation. The final rating is a decision of the auditor; where both are given, both are "
    "printed, and the final one counts."
)
OVERALL_WORDS: dict[Overall, str] = {
    "Unsatisfactory": "at least one critical finding counts",
    "Needs improvement": "no critical finding counts, and at least one that is high or medium does",
    "Satisfactory": "no critical, high or medium finding counts",
}
OVERALL_RULE = (
    "Findings whose risk was accepted, and findings that the auditor withdrew, are listed and do not count here. "
    "The overall opinion is proposed by the tool and is the auditor's to give."
)
CONFIDENCE_WORDS = {
    "high": "The pattern is declared in so many words.",
    "medium": "The pattern rests in part on silence or on an assumption that the finding names.",
    "low": "The pattern is likely from what is declared; ask before acting on it.",
}
LIMITATIONS = [
    "This is a review of how metrics are designed, as far as their declarations say it. No performance data, no "
    "system and no behaviour of anybody was examined, and nobody was interviewed.",
    "What the files declare was taken as given. Whether access, audience and use really are as declared was not "
    "tested.",
    "A cause is a hypothesis and an effect is potential until a person has confirmed it. Nothing here says that "
    "anybody acted wrongly.",
    "What nobody declared was not guessed. Where a fact is missing, the rules that need it are undecided and listed "
    "as open questions.",
    "The tool does not judge whether its review meets a standard of auditing; that is for those who sign.",
]
METHOD = [
    "The declarations of metrics, boards, decisions and policies were read and linked to a graph: what people can do, "
    "which number it moves, who sees the number, which decision can read it and what follows. Three views of it are "
    "kept apart: what policy says, what access allows, what staff believe.",
    "Every rule of the rule set was asked about every metric, decision and project that it is for. A rule is true, "
    "false, or undecided where nobody declared a fact that it needs. Each finding quotes the lines that made its rule "
    "true.",
    "Options marked as proven were tried: the change was made to a copy of the design and all rules were asked again. "
    "That shows what the check would say, not what people would do.",
    "Findings are known by rule, metric and path, not by line or wording, so they keep their number from pack to pack. "
    "A number is never used for another finding.",
]
GLOSSARY = [
    Definition("Goodhart's law", "When a measure becomes a target, it can stop being a good measure."),
    Definition("Metric", "A number that is computed again and again, with a card that says what it is for."),
    Definition("Counter-metric", "A number read in the same decision that shows the side effect of the first."),
    Definition("Gaming action", "Something that moves the number the good way without helping the goal."),
    Definition("Board", "A place where a number is shown, with those who can see it."),
    Definition("Consequence", "What a decision that reads the number can lead to, from praise to pay or the job."),
    Definition("Stakes", "How much hangs on a number, from 0 (nothing) to 4 (money, a licence or the job)."),
    Definition("Path", "How an act or a metric reaches a consequence, step by step, each step from a declaration."),
    Definition("Criterion", "What should be, with its source. A finding that cites none is an observation."),
    Definition("Condition", "What is, as the files declare it."),
    Definition("Nonconformity", "A finding whose condition departs from a criterion that it cites."),
    Definition("Observation", "Something worth knowing that no criterion stands against."),
    Definition("Fingerprint", "The lasting identity of a finding: its rule, its metric and its path."),
    Definition("Proven option", "A change after which, tried on a copy of the design, the rule is no longer true."),
    Definition("Waiver", "A written decision to accept the risk of a finding until a date, by two different roles."),
    Definition("Undecided", "A rule that cannot be answered because a fact is not declared."),
]


def rating_definitions() -> list[Definition]:
    """The ratings, how they are proposed, and what the overall opinion means."""
    ratings = [Definition(rating.capitalize(), text) for rating, text in RATING_WORDS.items()]
    overall = [Definition(name, f"{text[0].upper()}{text[1:]}.") for name, text in OVERALL_WORDS.items()]
    return [*ratings, Definition("How ratings come about", RATING_RULE), *overall, Definition("Overall", OVERALL_RULE)]


def state_words(pack: Pack) -> str:
    """Whether a pack is a draft, and whose word it has where it is none."""
    if pack.draft_notice:
        return pack.draft_notice
    if not pack.findings:
        return "There is no finding to confirm; the overall opinion is the auditor's to give"
    return "Final: every finding is confirmed by an auditor or withdrawn"
