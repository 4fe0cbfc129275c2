"""The answer to ``why``: frozen records that have all they need to be shown.

The field names are the JSON contract ``metriclint/why/1``.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, NamedTuple

from msgspec import field

from metriclint.explain.named import Named
from metriclint.explain.words import ViewName
from metriclint.findings.finding import Location, Record, Step, path_words
from metriclint.findings.place import Places
from metriclint.findings.witness import WitnessStep
from metriclint.graph.incentive_graph import View
from metriclint.graph.levers import LeverKind
from metriclint.model.text import note

VIEWS: dict[ViewName, int] = {"stated": View.STATED, "feasible": View.FEASIBLE, "believed": View.BELIEVED}


class Subject(Record, frozen=True):
    """What a question is about."""

    node: Annotated[str, note("Node", "Public id; of a kind of consequence `kind:promotion`.", "metric:ai-tokens")]
    kind: Annotated[str, note("Kind", "Kind of node.", "metric")]
    title: Annotated[str, note("Title", "What people call it.", "AI tokens used")]
    on_paths: Annotated[
        bool,
        note(
            "On paths", "Does it stand in the graph. A decision from which nothing follows for people does not.", True
        ),
    ]


class Path(Record, frozen=True):
    """The shortest path in a view; no steps where there is no path."""

    view: Annotated[ViewName, note("View", "What policy says, what access allows, what staff believe.", "feasible")]
    steps: Annotated[list[Step], note("Steps", "The path, node by node; empty where there is none.", [])]
    sentence: Annotated[str, note("Sentence", "The path as a sentence.", "No path leads to a consequence.")]
    strip: Annotated[str, note("Strip", "The path on one line.", "AI tokens used → shown on → Token leaderboard")]
    more: Annotated[
        int,
        note("More", "Without a target further consequences that are reached; with one further different paths.", 4),
    ]


class Feeder(Record, frozen=True):
    """Something that feeds what was asked about, by its shortest path."""

    node: Annotated[str, note("Node", "Public id of a metric or an action.", "metric:ai-tokens")]
    title: Annotated[str, note("Title", "What people call it.", "AI tokens used")]
    views: Annotated[list[ViewName], note("Views", "Views in which it leads there.", ["feasible", "believed"])]
    steps: Annotated[list[Step], note("Steps", "The path, node by node.", [])]
    sentence: Annotated[str, note("Sentence", "The path as a sentence.", '"Bugs closed" can be read in "Review".')]
    strip: Annotated[str, note("Strip", "The path on one line.", "Bugs closed → read in → Review")]
    difference: Annotated[
        str,
        note("Difference", "What differs between the views; empty where that means nothing.", "policy says no path"),
    ]


class Difference(Record, frozen=True):
    """What the three views say about some ends."""

    ends: Annotated[list[str], note("Ends", "Ends about which they say the same.", ["the performance rating"])]
    views: Annotated[list[ViewName], note("Views", "Views that leave a path.", ["feasible"])]
    text: Annotated[str, note("Text", "What they say, in words.", "policy says no path; access leaves one")]


class Change(Record, frozen=True):
    """One lever of the organisation, and what it cuts on its own."""

    lever: Annotated[str, note("Lever", "Stable id of what is changed.", "access:manager")]
    kind: Annotated[LeverKind, note("Kind", "Kind of what is changed.", "access")]
    text: Annotated[str, note("Text", "The change as a phrase.", "removing the manager's access to 3 numbers")]
    cuts: Annotated[int, note("Cuts", "Paths that it cuts on its own.", 4)]
    believed: Annotated[
        int, note("Believed", "Of those it cuts, how many staff go on reckoning with until they see the change.", 1)
    ]
    location: Annotated[Location | None, note("Location", "The first place that it changes.", None)]


class Choke(Record, frozen=True):
    """What cuts a metric off from the consequences that it reaches by access."""

    paths: Annotated[int, note("Paths", "Consequences that it reaches by access; each is a risk path.", 5)]
    believed_only: Annotated[
        int, note("Believed only", "Further consequences, reached in belief only. No lever cuts these.", 0)
    ]
    changes: Annotated[list[Change], note("Changes", "Levers on the ways, those that cut most first.", [])]
    smallest: Annotated[
        list[str],
        note("Smallest", "Levers that together cut every path; fewer do not suffice.", ["access:manager"]),
    ]
    ways: Annotated[
        list[list[str]],
        note(
            "Ways",
            "Why fewer do not suffice: as many ways, by their titles, no two of which share a lever.",
            [["AI tokens used", "Token leaderboard", "standing among colleagues"]],
        ),
    ]


class Why(Record, frozen=True, kw_only=True):
    """The answer: ``paths`` where a start was named, ``feeders`` where an end was."""

    schema: Annotated[Literal["metriclint/why/1"], note("Schema", "Version of this format.", "metriclint/why/1")] = (
        "metriclint/why/1"
    )
    project: Annotated[str, note("Project", "Folder of the configuration.", "examples/lines-of-code")]
    question: Annotated[Literal["leads to", "fed by"], note("Question", "Which way round it was asked.", "leads to")]
    about: Annotated[Subject, note("About", "What the question is about.", {"node": "metric:ai-tokens"})]
    target: Annotated[Subject | None, note("Target", "The end that was named, if one was.", None)] = None
    paths: Annotated[list[Path], note("Paths", "One for each view that was asked about.", [])] = field(
        default_factory=list
    )
    differences: Annotated[list[Difference], note("Differences", "What differs between the three views.", [])] = field(
        default_factory=list
    )
    feeders: Annotated[list[Feeder], note("Feeders", "What feeds it, by access first.", [])] = field(
        default_factory=list
    )
    choke: Annotated[Choke | None, note("Choke", "What would cut the way of a metric.", None)] = None


class Found(NamedTuple):
    """A path before its steps are placed."""

    view: ViewName
    steps: Sequence[WitnessStep]
    sentence: str
    more: int = 0


def subject(named: Named) -> Subject:
    """What a word means, as it stands in the answer."""
    return Subject(named.node, named.kind, named.title, bool(named.nodes))


def placed(paths: Iterable[Found], places: Places) -> list[Path]:
    """Paths with the lines and columns of their steps, which the places were told to want."""
    result = []
    for path in paths:
        steps = [
            Step(s.node.public, s.node.kind, s.node.title, s.verb, places.location(s.node.origin), s.assumed)
            for s in path.steps
        ]
        result.append(Path(path.view, steps, path.sentence, path_words(steps), path.more))
    return result
