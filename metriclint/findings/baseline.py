"""The baseline: findings that were there when checking began. They stay in the report and do not fail a run.

An entry is one finding, known by its fingerprint and severity, never a number of findings: solving one makes no room
for another. A finding that got worse than its entry counts again. Findings about waivers are never taken in.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from metriclint.files.problem import Problem, ProblemError
from metriclint.files.shape import to_struct
from metriclint.files.yaml_values import located, read_text
from metriclint.findings.candidates import Candidate
from metriclint.findings.finding import SEVERITIES, Finding, Location, Notice
from metriclint.findings.verdict import WAIVER_RULES, Selection
from metriclint.model.project import Project
from metriclint.rules.rule import Severity
from metriclint.sources.native import place_problems

DEFAULT_NAME = ".metriclint-baseline.json"
_TOLD = 3
"""Solved entries that a notice names."""


class Known(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One entry. Only project and fingerprint tell entries apart; rule and metric are for people."""

    fingerprint: Annotated[str, Meta(pattern="^ml1:[0-9a-f]{16}$")]
    rule: str
    metric: str
    severity: Severity
    project: str = "."
    """Folder of the configuration, relative to the folder of the baseline."""

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by."""
        return self.project, self.fingerprint


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it is written."""

    metriclint_baseline: Literal[1]
    findings: list[Known] = field(default_factory=list)


class Baseline(Struct):
    """A baseline file that was read."""

    shown: str
    file: Path
    text: str
    known: dict[tuple[str, str], Known]


class Place(Struct, frozen=True):
    """Where the baseline of a project lies."""

    file: Path
    shown: str
    configured: bool
    """Does the configuration name it."""


def place_of(project: Project, here: Path, given: str | None = None) -> Place:
    """The baseline that a project uses: the file that is given, else the configured one, else the usual name."""
    if given is not None:
        return Place(here / given, Path(given).as_posix(), configured=False)
    name = project.config.baseline or DEFAULT_NAME
    inside = Path(project.name) / name
    return Place(here / inside, inside.as_posix(), configured=project.config.baseline is not None)


def read_baseline(place: Place) -> Baseline:
    """Read a baseline. Raises ProblemError where it is missing, no JSON, or not in its form."""
    file, shown = place.file, place.shown
    if not os.path.lexists(file):
        why = " (named by `baseline` of the configuration)" if place.configured else ""
        message = f"there is no such baseline{why}; `metriclint baseline write` writes one"
        raise ProblemError([Problem(shown, 0, 0, message)])
    text = read_text(file, shown)
    if isinstance(text, Problem):
        raise ProblemError([text])
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"broken JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        if "\n<<<<<<< " in f"\n{text}":
            message = (
                "has marks of a merge conflict: keep all lines of both sides, then run `metriclint baseline update`"
            )
        raise ProblemError([located(shown, text, error.lineno, error.colno, message)]) from None
    except RecursionError:
        raise ProblemError([Problem(shown, 1, 1, "nested too deeply")]) from None
    if not isinstance(raw, dict) or "metriclint_baseline" not in raw:
        message = "this is no baseline: it does not begin with `metriclint_baseline`"
        raise ProblemError([Problem(shown, 1, 1, message)])
    content = to_struct(raw, _File, shown)
    if isinstance(content, list):
        raise ProblemError(place_problems(content, text))
    known: dict[tuple[str, str], Known] = {}
    for entry in content.findings:
        # A merge can leave both sides of an entry; then it may be no worse than on the better one.
        other = known.setdefault(entry.key, entry)
        if SEVERITIES.index(entry.severity) < SEVERITIES.index(other.severity):
            known[entry.key] = entry
    return Baseline(shown, file, text, known)


def text_of(entries: Iterable[Known]) -> str:
    """A baseline as text: sorted, a line each, so that two branches that solve different findings merge well."""
    lines = []
    for known in sorted(entries, key=lambda k: (k.project, k.metric, k.rule, k.fingerprint)):
        record = {name: getattr(known, name) for name in ("metric", "rule", "severity", "fingerprint")}
        if known.project != ".":
            record = {"project": known.project, **record}
        lines.append("    " + json.dumps(record, ensure_ascii=False))
    body = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return f'{{\n  "metriclint_baseline": 1,\n  "findings": {body}\n}}\n'


def project_key(project: str, here: Path, file: Path) -> str:
    """How a baseline names a project: its folder, relative to that of the baseline."""
    folder = os.path.relpath(here / project, file.parent)
    if folder.startswith(os.pardir):
        # One of the two may be named by way of a link.
        folder = os.path.relpath((here / project).resolve(), file.parent.resolve())
    return folder.replace(os.sep, "/")


def gone_projects(baseline: Baseline) -> list[str]:
    """Projects of entries whose folder is not there any more; nothing that is checked can speak for them."""
    above = baseline.file.parent
    named = sorted({known.project for known in baseline.known.values()})
    return [key for key in named if not (above / key).is_dir() and not (above.resolve() / key).is_dir()]


def known_of(finding: Finding, key: str) -> Known:
    """The entry of a finding."""
    return Known(finding.fingerprint, finding.rule, finding.metric, finding.severity, key)


def can_be_known(finding: Finding) -> bool:
    """May a finding stand in a baseline: it counts, and it is not about a waiver."""
    return finding.status == "reported" and finding.rule not in WAIVER_RULES


def recognise(baseline: Baseline, key: str, candidates: Iterable[Candidate]) -> None:
    """Mark the candidates of a project that are known and no worse than they were, in place."""
    for candidate in candidates:
        known = baseline.known.get((key, candidate.fingerprint))
        if known is None or candidate.status != "reported":
            continue
        candidate.known_as = known.severity
        if SEVERITIES.index(candidate.severity) <= SEVERITIES.index(known.severity):
            candidate.status = "baselined"


def solved(baseline: Baseline, key: str, candidates: Iterable[Candidate], selection: Selection) -> list[Known]:
    """Entries of a project whose finding is gone. Of rules that were not asked nothing is known."""
    there = {candidate.fingerprint for candidate in candidates}
    every = selection.catalogue.rules.values()
    quiet = {r.name for r in every if not r.rule.retired} - {r.name for r in selection.rules}
    return [
        known
        for (project, print_), known in baseline.known.items()
        if project == key and print_ not in there and known.rule not in quiet
    ]


def notices_of(baseline: Baseline, key: str, candidates: Iterable[Candidate], selection: Selection) -> list[Notice]:
    """A sentence about the entries of a project that are solved, at the first of them; none where there are none."""
    entries = solved(baseline, key, candidates, selection)
    if not entries:
        return []
    named = [f"{known.rule} on {known.metric or 'the project'}" for known in entries[:_TOLD]]
    more = f" and {len(entries) - _TOLD} more" if len(entries) > _TOLD else ""
    what = "1 known finding is solved" if len(entries) == 1 else f"{len(entries)} known findings are solved"
    line = min((_line_of(known, baseline.text) for known in entries), default=1)
    message = f"{what} ({', '.join(named)}{more}): `metriclint baseline update` takes out what is solved"
    return [Notice(message, Location(baseline.shown, line, 1, line, 1, ["findings"]))]


def _line_of(known: Known, text: str) -> int:
    at = text.find(known.fingerprint)
    return text.count("\n", 0, max(at, 0)) + 1


Entries = dict[tuple[str, str], Known]
"""Entries by project and fingerprint."""
State = Literal["worse", "new", "solved", "better", "known"]
STATES: tuple[State, ...] = get_args(State)
"""In the order in which they ask for something to be done."""


def states(known: Entries, key: str, findings: Iterable[Finding]) -> Iterator[tuple[State, Known, Severity | None]]:
    """What became of the entries of a project, with their severity today; and its findings that are new."""
    today = {finding.fingerprint: known_of(finding, key) for finding in findings}
    for (project, print_), entry in known.items():
        if project != key:
            continue
        now = today.pop(print_, None)
        if now is None:
            yield "solved", entry, None
            continue
        change = SEVERITIES.index(now.severity) - SEVERITIES.index(entry.severity)
        yield ("known" if not change else "worse" if change > 0 else "better"), entry, now.severity
    for entry in today.values():
        yield "new", entry, entry.severity


def updated(known: Entries, key: str, findings: Iterable[Finding]) -> Entries:
    """The entries without those of a project that are solved, and with the lower severity of those that got better."""
    result = dict(known)
    for state, entry, now in states(known, key, findings):
        if state == "solved":
            del result[entry.key]
        elif state == "better" and now is not None:
            result[entry.key] = replace(entry, severity=now)
    return result
