"""The review: frozen records that have all they need to be rendered.

The field names are the JSON contract ``metriclint/review/1``.
"""

from typing import Annotated, Any, Literal

from msgspec import field

from metriclint.findings.finding import SEVERITIES, ErrorRecord, Finding, Location, Record, Tool
from metriclint.model.text import note
from metriclint.rules.rule import Severity

State = Literal["new", "worse", "better", "solved", "unchanged", "left-out"]


class Side(Record, frozen=True):
    """One of the two states."""

    name: Annotated[str, note("Name", "As it was given; the working tree has this name.", "origin/main")]
    commit: Annotated[str, note("Commit", "Its id; empty for the working tree.", "8a3f…")] = ""


class Change(Record, frozen=True, kw_only=True):
    """One difference of meaning between the two states."""

    kind: Annotated[Literal["added", "removed", "changed", "renamed"], note("Kind", "What happened.", "changed")]
    section: Annotated[str, note("Section", "Section of the document, or settings.", "boards")]
    id: Annotated[str, note("Id", "Id of the declaration, as it is now.", "token-statistics")]
    title: Annotated[str, note("Title", "What people call it.", "Token leaderboard")]
    text: Annotated[
        str,
        note("Text", "In words.", "the audience of Token consumption went from manager to org"),
    ]
    plain: Annotated[
        str,
        note(
            "Plain",
            "The same for readers who do not know the words of the format.",
            "the audience of Token consumption went from the manager to everyone in the organisation",
        ),
    ]
    route: Annotated[
        list[str | int],
        note("Route", "Keys and indexes inside the declaration; empty where all of it is meant.", ["audience"]),
    ] = field(default_factory=list)
    before: Annotated[Any, note("Before", "Its value before; null where there was none.", "manager")] = None
    after: Annotated[Any, note("After", "Its value now; null where there is none.", "org")] = None
    location: Annotated[
        Location | None,
        note("Location", "Where it stands now; for what is gone, where it stood.", None),
    ] = None
    project: Annotated[str, note("Project", "Folder of the configuration.", "examples/lines-of-code")] = ""


class Choice(Record, frozen=True, kw_only=True):
    """An option that was tried: after it, the check no longer reports the finding."""

    text: Annotated[str, note("Text", "In plain words.", "Show the team total only.")]
    obligations: Annotated[list[str], note("Obligations", "What must really be done.", ["Close the old board."])]
    edits: Annotated[
        list[str], note("Edits", "Values that it sets, with their place.", ["a.yaml: boards.wall.ranked: true → false"])
    ]
    clears: Annotated[int, note("Clears", "Other findings that go away with it.", 3)] = 0
    brings: Annotated[int, note("Brings", "Findings that it would bring or make worse.", 0)] = 0


class Compared(Record, frozen=True, kw_only=True):
    """A finding of one state or of both, and what became of it."""

    state: Annotated[
        State,
        note(
            "State",
            "New, worse, better, solved, unchanged, or left out by settings that the proposal changes.",
            "new",
        ),
    ]
    finding: Annotated[Finding, note("Finding", "As it is now; one that is gone, as it was.", {"rule": "x"})]
    was: Annotated[Severity | None, note("Was", "Severity before; null where it was not there.", "note")] = None
    was_accepted: Annotated[bool, note("Was accepted", "Did a waiver cover it before.", False)] = False
    other_way: Annotated[bool, note("Other way", "Does its path run over other nodes than before.", False)] = False
    changes: Annotated[
        list[int], note("Changes", "Numbers of the changes that touch what it rests on, from 0.", [0, 2])
    ] = field(default_factory=list)
    options: Annotated[list[Choice], note("Options", "Tried options, best first.", [])] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Is it a new or worse finding that nobody accepted."""
        return self.state in ("new", "worse") and self.finding.status == "reported"

    @property
    def newly_accepted(self) -> bool:
        """Does the change itself bring the waiver or the entry in the baseline that covers the finding."""
        gone = self.state in ("solved", "left-out")
        return self.finding.status in ("waived", "baselined") and not self.was_accepted and not gone


class Counts(Record, frozen=True):
    """How many findings are in each state. None of them is a score."""

    new: Annotated[int, note("New", "Not there before, and not accepted.", 1)]
    worse: Annotated[int, note("Worse", "Of higher severity or stakes than before, or no longer accepted.", 1)]
    better: Annotated[int, note("Better", "Of lower severity.", 0)]
    solved: Annotated[int, note("Solved", "No longer there.", 2)]
    unchanged: Annotated[int, note("Unchanged", "As before, and not accepted.", 3)]
    accepted: Annotated[int, note("Accepted", "Covered by a waiver now.", 1)]
    left_out: Annotated[int, note("Left out", "No longer shown because the settings changed.", 0)]


class Review(Record, frozen=True, kw_only=True):
    """Two states compared."""

    schema: Annotated[Literal["metriclint/review/1"], note("Schema", "Version of this format.", "metriclint/review/1")]
    tool: Annotated[Tool, note("Tool", "What made the review.", {"name": "metriclint"})]
    base: Annotated[Side, note("Base", "The state before.", {"name": "origin/main"})]
    head: Annotated[Side, note("Head", "The state now.", {"name": "the working tree"})]
    summary: Annotated[Counts, note("Summary", "Counts.", {"new": 1})]
    findings: Annotated[list[Compared], note("Findings", "New ones first, the most severe first.", [])]
    changes: Annotated[list[Change], note("Changes", "What differs by meaning.", [])]
    errors: Annotated[list[ErrorRecord], note("Errors", "What is wrong with the input.", [])] = field(
        default_factory=list
    )
    wrong_side: Annotated[Literal["", "base", "head"], note("Wrong side", "Which state the errors are in.", "base")] = (
        ""
    )
    notices: Annotated[list[str], note("Notices", "Worth knowing about the comparison.", [])] = field(
        default_factory=list
    )

    def at_or_above(self, level: str, project: str | None = None) -> bool:
        """Is a finding new or worse at a severity or above (in one project); ``never`` is never."""
        if level == "never":
            return False
        lowest = SEVERITIES.index(level)
        return any(
            c.counts and SEVERITIES.index(c.finding.severity) >= lowest
            for c in self.findings
            if project is None or c.finding.project == project
        )
