"""From loaded projects to the report: ask the rules, decide what counts, place and word what is left."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.facts.derive import Settings
from metriclint.files.problem import Problem, ProblemError, did_you_mean
from metriclint.findings.assemble import finding, ordered, origins_of, undecided
from metriclint.findings.candidates import Candidate, check_project
from metriclint.findings.choke_points import choke_points, placed
from metriclint.findings.finding import (
    SEVERITIES,
    ChokePoint,
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
from metriclint.findings.verdict import EDITIONS, Below, Selection, select
from metriclint.model.project import Origin, Project
from metriclint.rules.catalogue import Catalogue, built_in_catalogue
from metriclint.rules.evaluate import Evaluator
from metriclint.rules.packs import pack_folders
from metriclint.version import VERSION

if TYPE_CHECKING:
    from metriclint.findings.waivers import Remark


class Options(Struct, frozen=True):
    """What a command asks for on top of the configuration."""

    today: str
    """ISO date."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    everything: bool = True
    """Place every step and fact, not only the findings themselves."""
    brief: bool = False
    """Leave out the words of findings that are folded under another: a short text report only names them."""
    here: Path = Path()
    """Folder that the names of projects are relative to."""
    baseline: str | None = None
    """A baseline in place of the configured one; empty for none at all."""


class Tally(Struct):
    """What a report does not say and a later one may need: where all findings are, those that are filtered included."""

    found: dict[str, int] = field(default_factory=dict)
    """Findings by the shown path of their metric's card."""
    whole: bool = False
    """Does the report say anything that rests on the project as a whole."""
    checked: list[object] = field(default_factory=list)
    """What was worked out. A process that ends soon need not take it apart, which in large projects takes seconds."""


class _Sum(Struct):
    tally: Tally
    findings: list[Finding] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    choke_points: list[ChokePoint] = field(default_factory=list)
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
    tally: Tally | None = None,
    memory: "Memory | None" = None,
) -> Report:
    """Check projects and report on them.

    With each project come the shown paths that were asked about (``None`` for all); findings elsewhere in it count as
    filtered. ``tally`` is filled on the way; ``memory`` keeps what the next report can use again. Raises ProblemError
    where a rule pack, the configuration or a selection is wrong.
    """
    total = _Sum(tally or Tally())
    memory = memory or Memory()
    evaluator, catalogues = memory.evaluator, memory.catalogues
    wrong: list[Problem] = []
    for project, reported in projects:
        selection, more = _selection(project, options, catalogues)
        if more:
            wrong += more
            continue
        try:
            _add_project(project, reported, selection, options, evaluator, total)
        except ProblemError as error:
            wrong += error.problems
    if wrong:
        raise ProblemError(dict.fromkeys(wrong))
    return _report(total, documents, problems, [*map(Notice, notices), *total.notices])


def configuration_problems(projects: Iterable[Project], options: Options) -> list[Problem]:
    """What the configurations of projects and the options name wrongly, though nothing can be checked yet."""
    catalogues: _Catalogues = {}
    wrong: list[Problem] = []
    for project in projects:
        try:
            wrong += _selection(project, options, catalogues)[1]
        except ProblemError as error:
            wrong += error.problems
    return list(dict.fromkeys(wrong))


_Catalogues = dict[tuple[str, ...], Catalogue]
"""Catalogues by the folders of their packs."""


class Memory(Struct):
    """What several reports of one process share: compiled rules, and verdicts by the facts that they rest on.

    It does not notice that a rule file has changed; a new one has to be made then.
    """

    evaluator: Evaluator = field(default_factory=Evaluator)
    catalogues: _Catalogues = field(default_factory=dict)


def _selection(project: Project, options: Options, catalogues: _Catalogues) -> tuple[Selection, list[Problem]]:
    packs = tuple(str(f) for f in pack_folders(project.config, options.here / project.name))
    if packs not in catalogues:
        catalogues[packs] = built_in_catalogue(map(Path, packs))
    selection, wrong = select(
        catalogues[packs],
        project.config,
        only=options.select,
        without=options.ignore,
        preview=options.preview,
        config_path=config_label(project, options.here),
    )
    return selection, _placed_in_config(wrong, project, options.here) if wrong else []


def config_label(project: Project, here: Path) -> str:
    """How the configuration of a project is named in messages."""
    if not project.name:
        return "the configuration"
    root = Path(project.name)
    name = "metriclint.toml" if (here / root / "metriclint.toml").is_file() else "pyproject.toml"
    return (root / name).as_posix()


def _placed_in_config(problems: list[Problem], project: Project, here: Path) -> list[Problem]:
    from metriclint.sources.configuration import Source, find_source
    from metriclint.sources.configuration import placed as placed_in_toml

    source = find_source(here / project.name, project.name) if project.name else None
    return placed_in_toml(problems, source) if isinstance(source, Source) else problems


class _Accepted(NamedTuple):
    """What waivers and baseline leave to say."""

    remarks: list["Remark"]
    notices: list[Notice]


def _settle(
    project: Project, found: list[Candidate], kept: list[Candidate], selection: Selection, options: Options
) -> _Accepted:
    """Waivers, then the baseline: last, when all findings are known, and imported only where there are any.

    ``kept`` are those of the findings that the configuration leaves in.
    """
    remarks: list[Remark] = []
    if project.waivers:
        from metriclint.findings.waivers import settle

        remarks = settle(project, found, selection, options.today, Below(str(options.here), project.name))
    if not options.baseline and (options.baseline is not None or not project.config.baseline):
        return _Accepted(remarks, [])
    from metriclint.findings.baseline import notices_of, place_of, project_key, read_baseline, recognise

    place = place_of(project, options.here, options.baseline)
    baseline = read_baseline(place)
    key = project_key(project.name, options.here, place.file)
    recognise(baseline, key, kept)
    return _Accepted(remarks, notices_of(baseline, key, found, selection))


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
    kept, _ = selection.apply(checked.candidates, Below(str(options.here), project.name))
    accepted = _settle(project, checked.candidates, kept, selection, options)
    fold([c for c in kept if c.status == "reported"])
    candidates = [c for c in kept if reported is None or _touches(c, reported)]
    remarks = [r for r in accepted.remarks if reported is None or r.origin.path in reported]
    questions = [q for q in checked.questions if reported is None or q.entry.origin.path in reported]
    total.filtered += len(checked.candidates) - len(candidates)
    if selection.left_out:
        hidden = check_project(project, selection.left_out, settings, evaluator).candidates
        total.filtered += sum(1 for c in hidden if reported is None or _touches(c, reported))
    places = Places.of(project)
    if options.everything:
        places.want(origin for c in candidates for origin in origins_of(c, everything=True))
    else:
        places.want(c.location for c in candidates)
    places.want(c.waiver.origin for c in candidates if c.waiver)
    places.want(r.origin for r in remarks)
    shown = {c.metric for c in candidates} if not options.everything else None
    places.want(q.entry.origin for q in questions if shown is None or q.entry.id in shown)
    chokes = choke_points(checked.incentives, (c.metric for c in candidates if c.status == "reported"))
    places.want(cut.lever.origin for cut in chokes)
    remarks_of_adapters = (r for r in project.remarks if reported is None or r[1].path in reported)
    role_notices = [*_role_notices(project), *remarks_of_adapters]
    places.want(origin for _, origin in role_notices)
    total.notices += [Notice(text, places.location(origin)) for text, origin in role_notices]
    total.choke_points += placed(chokes, places, project.name)
    total.findings += [_finding(c, places, project.name, options) for c in candidates]
    if remarks:
        from metriclint.findings.waivers import findings_of

        total.findings += findings_of(remarks, places, project)
    total.notices += accepted.notices if reported is None else []
    total.undecided += undecided(questions, places, project.name)
    total.metrics += sum(1 for m in project.metrics.values() if reported is None or m.origin.path in reported)
    total.rules |= {r.name for r in selection.rules}
    idle = map(Notice, selection.idle)
    total.notices += [n for n in (*idle, *_faults(selection, evaluator)) if n not in total.notices]
    total.ruleset = project.config.ruleset
    for candidate in checked.candidates:
        path = candidate.facts.design.entry.origin.path
        total.tally.found[path] = total.tally.found.get(path, 0) + 1
    total.tally.checked += (checked, places)
    wide = any(r.rule.scope != "metric" for r in (*selection.rules, *selection.left_out))
    total.tally.whole = total.tally.whole or wide or bool(role_notices) or bool(evaluator.faults)


def _finding(candidate: Candidate, places: Places, project: str, options: Options) -> Finding:
    found = finding(
        candidate,
        places,
        candidate.status,
        candidate.severity,
        project,
        everything=options.everything,
        brief=options.brief,
    )
    if candidate.waiver is None and candidate.known_as is None and candidate.severity_from == "rule":
        return found
    waiver = None
    if candidate.waiver is not None:
        from metriclint.findings.waivers import acceptance

        waiver = acceptance(candidate.waiver, places)
    return replace(found, severity_from=candidate.severity_from, waiver=waiver, known_as=candidate.known_as)


def _touches(candidate: Candidate, reported: set[str]) -> bool:
    if candidate.location.path in reported or candidate.facts.design.entry.origin.path in reported:
        return True
    return any(s.node.origin is not None and s.node.origin.path in reported for s in candidate.path)


def _faults(selection: Selection, evaluator: Evaluator) -> Iterable[Notice]:
    """Rules with a condition that cannot be worked out for some subject, at its place in the rule file."""
    for rule in selection.rules:
        if rule in evaluator.faults:
            route, reason = evaluator.faults[rule]
            places = Places({rule.path: rule.source})
            places.want([Origin(rule.path, route)])
            text = f"rule {rule.name} cannot be worked out everywhere, and says nothing there"
            if route != ("when",):
                text = f"a severity case of rule {rule.name} cannot be worked out everywhere, and is passed over there"
            yield Notice(f"{text}: {reason}", places.location(Origin(rule.path, route)))


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
    errors = [ErrorRecord.of(problem) for problem in problems]
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
        choke_points=sorted(total.choke_points, key=lambda c: -c.cuts),
    )
