"""From loaded projects to the report: ask the rules, decide what counts, place and word what is left."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from metriclint.facts.derive import Settings
from metriclint.files.problem import Problem, ProblemError, did_you_mean
from metriclint.findings.assemble import finding, ordered, origins_of, undecided
from metriclint.findings.candidates import Candidate, Checked, check_project
from metriclint.findings.finding import (
    SEVERITIES,
    ErrorRecord,
    Finding,
    Notice,
    Report,
    Summary,
    Tool,
    Undecided,
)
from metriclint.findings.fold import fold
from metriclint.findings.place import Places
from metriclint.findings.verdict import EDITIONS, Selection, select
from metriclint.model.project import Origin, Project
from metriclint.rules.catalogue import Catalogue, built_in_catalogue
from metriclint.rules.evaluate import Evaluator
from metriclint.rules.packs import pack_folders
from metriclint.version import VERSION


@dataclass(frozen=True, slots=True)
class Options:
    """What a command asks for on top of the configuration."""

    today: str
    """ISO date."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    everything: bool = True
    """Place every step and fact, not only the findings themselves."""
    here: Path = Path()
    """Folder that the names of projects are relative to."""


@dataclass(slots=True)
class _Sum:
    findings: list[Finding] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    metrics: int = 0
    filtered: int = 0
    rules: set[str] = field(default_factory=set)
    ruleset: str = EDITIONS[-1]


def report_of(
    projects: Iterable[tuple[Project, set[str] | None]],
    options: Options,
    *,
    documents: int = 0,
    problems: Iterable[Problem] = (),
    notices: Iterable[str] = (),
) -> Report:
    """Check projects and report on them.

    With each project come the shown paths that were asked about (``None`` for all); findings elsewhere in it count as
    filtered. Raises ProblemError where a rule pack, the configuration or a selection is wrong.
    """
    total = _Sum()
    evaluator = Evaluator()
    catalogues: dict[tuple[str, ...], Catalogue] = {}
    wrong: list[Problem] = []
    for project, reported in projects:
        packs = tuple(str(f) for f in pack_folders(project.config, options.here / project.name))
        if packs not in catalogues:
            catalogues[packs] = built_in_catalogue(map(Path, packs))
        selection, more = select(
            catalogues[packs],
            project.config,
            only=options.select,
            without=options.ignore,
            preview=options.preview,
            config_path=config_label(project, options.here),
        )
        wrong += more
        if not more:
            _add_project(project, reported, selection, options, evaluator, total)
    if wrong:
        raise ProblemError(dict.fromkeys(wrong))
    return _report(total, documents, problems, [*map(Notice, notices), *total.notices])


def config_label(project: Project, here: Path) -> str:
    """How the configuration of a project is named in messages."""
    if not project.name:
        return "the configuration"
    root = Path(project.name)
    name = "metriclint.toml" if (here / root / "metriclint.toml").is_file() else "pyproject.toml"
    return (root / name).as_posix()


def _add_project(
    project: Project,
    reported: set[str] | None,
    selection: Selection,
    options: Options,
    evaluator: Evaluator,
    total: _Sum,
) -> None:
    settings = Settings(options.today, project.config.strict, tuple(project.config.jurisdictions))
    checked = check_project(project, selection.rules, settings, evaluator)
    for candidate in checked.candidates:
        candidate.severity = selection.severity.get(candidate.rule.name, candidate.severity)
    fold(checked.candidates)
    candidates = [c for c in checked.candidates if reported is None or _touches(c, reported)]
    questions = [q for q in checked.questions if reported is None or q.entry.origin.path in reported]
    total.filtered += len(checked.candidates) - len(candidates)
    if selection.left_out:
        hidden = check_project(project, selection.left_out, settings, evaluator).candidates
        total.filtered += sum(1 for c in hidden if reported is None or _touches(c, reported))
    places = Places(project.texts)
    for candidate in candidates:
        places.want(origins_of(candidate, everything=options.everything))
    places.want(q.entry.origin for q in questions)
    role_notices = list(_role_notices(project))
    places.want(origin for _, origin in role_notices)
    total.notices += [Notice(text, places.location(origin)) for text, origin in role_notices]
    total.findings += [
        finding(c, places, "reported", c.severity, project.name, everything=options.everything) for c in candidates
    ]
    total.undecided += undecided(questions, places, project.name)
    total.metrics += _count(checked, reported)
    total.rules |= {r.name for r in selection.rules}
    total.ruleset = project.config.ruleset


def _touches(candidate: Candidate, reported: set[str]) -> bool:
    if candidate.location.path in reported or candidate.facts.design.entry.origin.path in reported:
        return True
    return any(s.node.origin is not None and s.node.origin.path in reported for s in candidate.path)


def _count(checked: Checked, reported: set[str] | None) -> int:
    designs = checked.incentives.designs.values()
    return sum(1 for d in designs if reported is None or d.entry.origin.path in reported)


def _role_notices(project: Project) -> Iterable[tuple[str, Origin]]:
    """Roles that nobody declared and that are one slip away from a declared one."""
    if not project.roles:
        return
    for name, origin in sorted(_role_names(project).items()):
        if name in project.roles or " " in name:
            continue
        near = did_you_mean(name, project.roles)
        if near and abs(len(near) - len(name)) <= 1:
            yield f'role "{name}" is declared nowhere: did you mean "{near}"?', origin


def _role_names(project: Project) -> dict[str, Origin]:
    names: dict[str, Origin] = {}
    for entry in project.metrics.values():
        subject = entry.value.subject
        if subject and subject.role:
            names.setdefault(subject.role, entry.place("subject", "role"))
    for decision in project.decisions.values():
        for key in ("made_by", "about"):
            if role := getattr(decision.value, key):
                names.setdefault(role, decision.origin.below(key))
    for action in project.actions.values():
        if action.value.by:
            names.setdefault(action.value.by, action.origin.below("by"))
    for role_entry in project.roles.values():
        if role_entry.value.reports_to:
            names.setdefault(role_entry.value.reports_to, role_entry.origin.below("reports_to"))
    return names


def _report(total: _Sum, documents: int, problems: Iterable[Problem], notices: list[Notice]) -> Report:
    findings = ordered(total.findings)
    errors = [
        ErrorRecord(p.path, p.line, p.column, p.message, list(p.allowed), p.suggestion, list(p.route)) for p in problems
    ]
    by_severity: dict[str, int] = {
        s: sum(1 for f in findings if f.severity == s and f.status == "reported") for s in SEVERITIES[::-1]
    }
    summary = Summary(
        documents=documents,
        metrics=total.metrics,
        rules=len(total.rules),
        reported=sum(by_severity.values()),
        waived=sum(1 for f in findings if f.status == "waived"),
        baselined=sum(1 for f in findings if f.status == "baselined"),
        filtered=total.filtered,
        by_severity=by_severity,
        undecided=len(total.undecided),
    )
    undecided_ = sorted(total.undecided, key=lambda u: (u.location.path, u.location.line, u.metric))
    return Report(
        schema="metriclint/report/1",
        tool=Tool("metriclint", VERSION, total.ruleset),
        summary=summary,
        findings=findings,
        undecided=undecided_,
        errors=errors,
        notices=notices,
    )
