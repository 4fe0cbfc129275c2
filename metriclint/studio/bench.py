"""One design on the bench: the part of the project around it, with the design in the middle, and what a check says."""

from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.explain.answer import VIEWS
from metriclint.explain.answer import Path as WayThere
from metriclint.explain.named import Names
from metriclint.explain.why import leads_to
from metriclint.facts.derive import Settings
from metriclint.files.problem import Problem
from metriclint.findings.assemble import finding, origins_of
from metriclint.findings.candidates import Candidate, Checked, check_project
from metriclint.findings.finding import SEVERITIES, Finding
from metriclint.findings.fold import fold
from metriclint.findings.place import Places
from metriclint.findings.verdict import Below, Selection
from metriclint.model.config import Config
from metriclint.model.project import MetricEntry, Project
from metriclint.questionnaire.answers import open_questions
from metriclint.questionnaire.questions import Question, questionnaire
from metriclint.repair.answer import Fix, answer
from metriclint.repair.edits import TO_BE_NAMED, Edit, apply
from metriclint.repair.reach import Reach, part_of
from metriclint.repair.search import Option, Workshop
from metriclint.sources.link import link
from metriclint.sources.native import ReadFile, typed
from metriclint.sources.references import references
from metriclint.studio.design import Base, Design
from metriclint.studio.shared import shared_with

LEADERS = 4
"""Findings that options are sought for."""
_DRAFT = "this design"
"""Names the design where a file would be named."""
_SHARING = 40
"""Metrics beside which a change of something shared is tried out; with more of them it takes too long to wait for."""
GONE = "It is not in the folder any more: its file was deleted, or cannot be read. Your answers are kept here."


class Look(Struct):
    """What a check says about a design."""

    findings: list[Finding] = field(default_factory=list)
    """Those that count, the most important first; folded ones behind the others."""
    ways: list[WayThere] = field(default_factory=list)
    """How the number reaches a consequence: by policy, by access, in belief."""
    open: list[Question] = field(default_factory=list)
    """Questions that come up and are not answered, those that decide most rules first."""
    waiting: int = 0
    """Rules that wait for an answer."""
    unnamed: list[Question] = field(default_factory=list)
    """Questions that a chosen change has answered only in so far as something is needed there."""
    fix: Fix = field(default_factory=Fix)
    options: list[tuple[str, Option]] = field(default_factory=list)
    """Options in the order of their numbers, each with the fingerprint of its finding."""
    searched: bool = False
    """Were options sought."""
    problems: list[Problem] = field(default_factory=list)
    """Why the design cannot be checked."""

    def serious(self) -> list[Finding]:
        """Findings that are shown, errors and warnings."""
        return [f for f in self.findings if f.folded_under is None and f.severity in ("error", "warning")]

    def codes(self) -> set[str]:
        """Codes of what was found."""
        return {f.code for f in self.findings}


class Bench:
    """One design, in the middle of the part of a project that its findings rest on."""

    def __init__(
        self, project: Project, design: Design, selection: Selection, settings: Settings, below: Below
    ) -> None:
        self.design, self.settings, self.below = design, settings, below
        self.id = design.id
        if design.base is None:
            while self.id in project.metrics:
                self.id += "-draft"
            alone, self.problems = _linked(design, self.id, project.config)
            whole = project if self.problems else _with(project, alone, self.id)
        else:
            whole, self.problems = _changed(project, design, design.base)
        if self.problems:
            return
        reach = Reach(whole)
        around = reach.context(reach.affected([("metrics", self.id, ())]))
        self.project = part_of(whole, around)
        sharing = reach.context(reach.affected(_wide(whole, self.id))) if design.base else frozenset[str]()
        wide = part_of(whole, around | sharing) if 0 < len(sharing) <= _SHARING else self.project
        self.workshop = Workshop(wide, selection, settings, below)

    def look(self, search: Callable[[], bool] | None) -> Look:
        """What a check says; ``search`` says whether to go on with the search for options, ``None`` to have none."""
        if self.problems:
            return Look(problems=self.problems)
        shop = self.workshop
        rules = [r for r in shop.selection.rules if r.rule.scope == "metric"]
        checked = check_project(self.project, rules, self.settings, shop.evaluator)
        kept = [c for c in shop.selection.apply(checked.candidates, self.below)[0] if c.metric == self.id]
        fold(kept)
        kept.sort(key=_importance)
        waiting, asked = self._waiting(checked)
        look = Look(findings=self._findings(kept), ways=self._ways(checked), open=asked, waiting=waiting)
        look.unnamed = [q for q in questionnaire().questions if _unnamed(q, self.design)]
        if search is not None:
            self._repair(kept, look, search)
        return look

    def _findings(self, candidates: Sequence[Candidate]) -> list[Finding]:
        places = Places.of(self.project)
        for c in candidates:
            places.want(origins_of(c, everything=False))
        # What stands behind a finding is shown under it, and in its place where the finding itself was accepted.
        return [finding(c, places, c.status, c.severity, "", everything=False) for c in candidates]

    def _ways(self, checked: Checked) -> list[WayThere]:
        named = Names(checked.incentives).find(f"metric:{self.id}")
        return leads_to(checked.incentives, named[0], None, list(VIEWS)).paths if named else []

    def _waiting(self, checked: Checked) -> tuple[int, list[Question]]:
        question = next((q for q in checked.questions if q.entry.id == self.id), None)
        declare = question.declare if question else []
        rank = {key: number for number, key in enumerate(declare)}
        last = len(rank)
        asked = sorted(
            open_questions(self.design.answers),
            key=lambda q: min((rank.get(_key(route), last) for route in q.routes()), default=last),
        )
        return len(question.rules) if question else 0, asked

    def _repair(self, kept: Sequence[Candidate], look: Look, go_on: Callable[[], bool]) -> None:
        leaders = [c for c in kept if c.folded_under is None][:LEADERS]
        found = []
        for leader in leaders:
            if not go_on():
                return
            kin = [c for c in kept if c.folded_under == leader.rule.code]
            repairs = self.workshop.repairs(leader, kin)
            repairs.options = [o for o in repairs.options if all(map(self._can_be_made, o.edits))]
            found.append((repairs, self.project))
        look.options = [(repairs.fingerprint, option) for repairs, _ in found for option in repairs.options]
        look.fix, look.searched = answer(found), True

    def _can_be_made(self, edit: Edit) -> bool:
        """A new design changes itself only; a metric of the project also what it shares, in documents of our own."""
        if (edit.section, edit.id) == ("metrics", self.id):
            return True
        return self.design.base is not None and edit.origin.path not in self.project.foreign


def _linked(design: Design, id_: str, config: Config) -> tuple[Project, list[Problem]]:
    """A design as a project of its own, and what is wrong with it. It stands in no file, so nothing has a line."""
    raw = {"metriclint": 1, "metrics": {id_: design.card()}}
    document, problems = typed(raw, _DRAFT)
    if problems:
        return Project(), problems
    return link([ReadFile(_DRAFT, "", document, raw, [])], "", config)


def _with(project: Project, alone: Project, id_: str) -> Project:
    metrics: dict[str, MetricEntry] = {**project.metrics, id_: alone.metrics[id_]}
    return replace(
        project,
        metrics=metrics,
        texts={**project.texts, **alone.texts},
        role_names={**alone.role_names, **project.role_names},
        waivers=[],
    )


def _changed(project: Project, design: Design, base: Base) -> tuple[Project, list[Problem]]:
    """A project with one of its metrics changed, and what it shares, and what is wrong with that."""
    entry = project.metrics.get(base.metric)
    if entry is None:
        return project, [Problem(_DRAFT, 0, 0, GONE)]
    document, problems = typed({"metriclint": 1, "metrics": {entry.id: design.card()}}, _DRAFT)
    if document is None:
        return project, problems
    changed = replace(entry, value=document.metrics[entry.id])
    missing = [
        Problem(_DRAFT, 0, 0, f'"{named}" is declared nowhere any more, and this number names it')
        for section, named, _ in references(Project(metrics={entry.id: changed}))
        if named not in getattr(project, section)
    ]
    if missing:
        return project, missing
    whole = replace(project, metrics={**project.metrics, entry.id: changed}, waivers=[])
    try:
        return apply(whole, elsewhere_edits(project, design)), []
    except msgspec.ValidationError as error:
        return project, [Problem(_DRAFT, 0, 0, str(error))]


def elsewhere_edits(project: Project, design: Design) -> list[Edit]:
    """Changes of what a metric shares with others, as far as it is there."""
    found = []
    for (section, id_, *parts), value in design.elsewhere.items():
        entry = getattr(project, str(section)).get(id_)
        if entry is not None:
            found.append(Edit(str(section), str(id_), tuple(parts), value, entry.origin.below(*parts)))
    return found


def _wide(project: Project, metric: str) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """Boards and systems that a metric shares: changes of them concern others too."""
    for shared in shared_with(project, metric):
        if shared.section in ("boards", "systems"):
            yield shared.section, shared.id, ()


def _unnamed(question: Question, design: Design) -> bool:
    """Did a change put something that is yet to be named where people write in their own words."""
    return question.kind in ("text", "list") and TO_BE_NAMED in str(design.answers.get(question.id) or "")


def _key(route: str) -> str:
    """A route as open questions name it: without the numbers of items."""
    return ".".join(part for part in route.split(".") if not part.isdigit())


def _importance(candidate: Candidate) -> tuple[bool, int, int, str]:
    c = candidate
    return c.folded_under is not None, -SEVERITIES.index(c.severity), -c.leads, c.rule.code
