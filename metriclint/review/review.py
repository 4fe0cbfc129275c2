"""A review: two states of a repository read, compared and, where something is new or worse, repaired on trial."""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from metriclint.files.problem import Problem
from metriclint.findings.finding import SEVERITIES, ErrorRecord, Tool
from metriclint.findings.verdict import EDITIONS
from metriclint.repair.answer import answer
from metriclint.repair.job import Job, UnknownTarget
from metriclint.repair.words import change_words
from metriclint.reports.terminal import counted
from metriclint.review.blobs import CommitTree
from metriclint.review.compare import compare
from metriclint.review.heads import heads
from metriclint.review.record import Choice, Compared, Counts, Review, Side
from metriclint.review.repository import Commit, Repository
from metriclint.review.state import State, read_state
from metriclint.sources.tree import DISK, Tree
from metriclint.version import VERSION

_REPAIRED = 3
"""Findings for which options are searched: the first that are errors or warnings."""
WORKING_TREE = "the working tree"


class Reviewed(NamedTuple):
    """What became of a request for a review."""

    review: Review | None
    """Nothing where there is nothing to compare; where the state after cannot be read only what is wrong with it."""
    problems: list[Problem]
    fail_on: Mapping[str, str]
    """Threshold of each project after the change."""
    skipped: list[str]


def review(repository: Repository, paths: Sequence[str], base: str, head: str | None, today: str) -> Reviewed:
    """Compare two states. Raises RepositoryError where git does not know one of them.

    ``paths`` are relative to the folder that the repository was asked from. Where the way to the head left that of the
    base, the state there stands for the base: what happened on the base since is not part of the change.
    """
    if head is None:
        repository.require_files()
    to = repository.commit(head) if head is not None else None
    given = repository.commit(base)
    fork = repository.fork(given, to.id if to else "HEAD")
    # A head that the base has already passed is a step back, which is compared as it is.
    start = fork if fork is not None and not (to and fork.id == to.id) else given
    with ExitStack() as stack:
        trees = [_tree(repository, commit, stack) for commit in (start, to)]
        if missing := [p for p in paths if not any(t.lexists(repository.here / p) for t in trees)]:
            problems = [Problem(p, 0, 0, "no such file or folder, neither before nor after") for p in missing]
            return Reviewed(None, problems, {}, [])
        before, after = (_state(repository, tree, paths, today, stack) for tree in trees)
        fail_on = {p.name: p.config.fail_on for p in after.projects}
        if not (before.documents or after.documents or before.problems or after.problems):
            return Reviewed(None, [], fail_on, after.skipped)
        made = _unreadable(after) if after.problems else _review(before, after, today)
    notices = [*made.notices, *([_NO_FORK] if fork is None else [])]
    made = replace(made, base=_side(start, given), head=Side(to.name, to.id) if to else Side(WORKING_TREE))
    return Reviewed(replace(made, notices=notices), after.problems, fail_on, after.skipped)


_NO_FORK = (
    "this clone does not reach back to where the proposal left the base, so both are compared as they are, and what"
    " happened on the base since then looks like a part of the proposal"
)


def _tree(repository: Repository, commit: Commit | None, stack: ExitStack) -> Tree:
    return DISK if commit is None else stack.enter_context(CommitTree(repository, commit))


def _state(repository: Repository, tree: Tree, paths: Sequence[str], today: str, stack: ExitStack) -> State:
    box = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="metriclint-")))
    return read_state(paths, repository.here, today, tree, box)


def _side(start: Commit, given: Commit) -> Side:
    name = start.id[:10] if start.id.startswith(given.name) else given.name
    return Side(name if start.id == given.id else f"{given.name}, where the proposal left it", start.id)


def _review(before: State, after: State, today: str) -> Review:
    compared = compare(before, after, today)
    report = after.report or before.report
    made = Review(
        schema="metriclint/review/1",
        tool=report.tool if report else Tool("metriclint", VERSION, EDITIONS[-1]),
        base=Side(""),
        head=Side(""),
        summary=_counts(compared.findings),
        findings=compared.findings,
        changes=compared.changes,
        errors=[ErrorRecord.of(p) for p in before.problems],
        wrong_side="base" if before.problems else "",
        notices=[_unread_before(before.problems)] if before.problems else [],
    )
    return replace(made, findings=_with_options(made, after, today))


def _unreadable(after: State) -> Review:
    """What there is to say where the state after cannot be read: what is wrong with it."""
    return Review(
        schema="metriclint/review/1",
        tool=Tool("metriclint", VERSION, EDITIONS[-1]),
        base=Side(""),
        head=Side(""),
        summary=_counts([]),
        findings=[],
        changes=[],
        errors=[ErrorRecord.of(p) for p in after.problems],
        wrong_side="head",
    )


def _unread_before(problems: Sequence[Problem]) -> str:
    first = problems[0]
    place = first.path + (f":{first.line}" if first.line else "")
    more = f", and {counted(len(problems) - 1, 'more place')}" if len(problems) > 1 else ""
    return f"the state before could not be read ({place}: {first.message}{more}), so everything counts as new"


def _counts(findings: Sequence[Compared]) -> Counts:
    def number(state: str) -> int:
        return sum(1 for c in findings if c.state == state and c.finding.status == "reported")

    there = [c.finding for c in findings if c.state not in ("solved", "left-out")]
    return Counts(
        new=number("new"),
        worse=number("worse"),
        better=number("better"),
        solved=number("solved"),
        unchanged=number("unchanged"),
        accepted=sum(1 for f in there if f.status in ("waived", "baselined")),
        left_out=number("left-out"),
    )


def _with_options(made: Review, after: State, today: str) -> list[Compared]:
    """The findings of a review, the first serious ones of what it brings with options that were tried."""
    wanted = [h.compared for h in heads(made) if SEVERITIES.index(h.finding.severity) >= SEVERITIES.index("warning")]
    if not wanted:
        return made.findings
    job = Job(after.checked, today, here=after.here)
    options = {id(c): _options(c, job) for c in wanted[:_REPAIRED]}
    return [replace(c, options=options[id(c)]) if id(c) in options else c for c in made.findings]


def _options(compared: Compared, job: Job) -> list[Choice]:
    if not compared.finding.metric:
        return []  # of a decision or a project
    try:
        (item,) = job.find(compared.finding.fingerprint)
    except (UnknownTarget, ValueError):
        return []  # a finding about a waiver, or the same finding in two projects
    (repaired,) = answer([job.repair(item)]).findings
    return [
        Choice(
            text=" ".join(option.levers),
            obligations=option.obligations,
            edits=[change_words(change) for change in option.changes],
            clears=len(option.clears),
            brings=len(option.brings),
        )
        for option in repaired.options
    ]
