"""Checking a design in the midst of the project that lies below the folder of the studio."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.explain.answer import VIEWS
from metriclint.explain.answer import Path as WayThere
from metriclint.explain.named import Names
from metriclint.explain.why import leads_to
from metriclint.facts.derive import Settings
from metriclint.files.problem import Problem, ProblemError
from metriclint.findings.assemble import finding, origins_of
from metriclint.findings.candidates import Candidate, Checked, check_project
from metriclint.findings.finding import SEVERITIES, Finding
from metriclint.findings.fold import fold
from metriclint.findings.place import Places
from metriclint.findings.verdict import Below, Selection, select
from metriclint.model.config import Config
from metriclint.model.project import MetricEntry, Project
from metriclint.questionnaire.answers import open_questions
from metriclint.questionnaire.questions import Question
from metriclint.repair.answer import Fix, answer
from metriclint.repair.reach import Reach, part_of
from metriclint.repair.search import Option, Workshop
from metriclint.rules.catalogue import Catalogue, built_in_catalogue
from metriclint.rules.packs import pack_folders
from metriclint.sources.discover import Finder
from metriclint.sources.link import link
from metriclint.sources.load import Loaded, load
from metriclint.sources.native import ReadFile, typed
from metriclint.studio.design import Design
from metriclint.studio.folder import Folder

_REMEMBERED = 64
"""Answers that are kept: pages show the same design several times."""
LEADERS = 4
"""Findings that options are sought for."""
_DRAFT = "this design"
"""Names the design where a file would be named."""


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


class Workbench:
    """The project of the folder, kept in memory, and designs that are checked as if they stood in it."""

    def __init__(self, folder: Folder, today: Callable[[], str] | None = None) -> None:
        self.folder = folder
        self.today = today or (lambda: datetime.date.today().isoformat())
        self.loaded = Loaded()
        self.config = Config()
        self.problems: list[Problem] = []
        """What is wrong with the project. A design is then checked alone."""
        self._catalogue = Catalogue()
        self._state: object = None
        self._looks: dict[str, Look] = {}
        """What was looked at last, by design and day."""
        self._lock = Lock()
        self._counting = Lock()
        self._waiting = 0
        """How many wait for an answer that should come at once."""

    def refresh(self) -> None:
        """Load the project again where a document below the folder has changed."""
        with self._lock:
            state = self.folder.state()
            if state == self._state:
                return
            self.folder.count_anew()
            self._looks.clear()
            self.loaded = load([], self.folder.root, tree=self.folder)
            self.problems = list(self.loaded.problems)
            self.config = Finder(self.folder.root, tree=self.folder).around(self.folder.root).config
            self._state = state
            try:
                self._catalogue = self._rules()
            except ProblemError as error:
                self.problems += error.problems
                self._catalogue = built_in_catalogue()

    def _rules(self) -> Catalogue:
        packs = list(pack_folders(self.config, self.folder.root))
        own = [p for p in packs if p.is_relative_to(self.folder.root) or ".." in p.parts]
        for pack in own:
            if not all(map(self.folder.holds, [pack, *pack.rglob("*")])):
                raise ProblemError([Problem(pack.name, 0, 0, "this rule pack leads out of the folder of the studio")])
        return built_in_catalogue(packs)

    def loaded_metrics(self) -> Iterator[str]:
        """Ids of all metrics below the folder."""
        for project in self.loaded.projects:
            yield from project.metrics

    @property
    def project(self) -> Project:
        """The project that designs are checked in: an empty one where there is none, or several, or it is wrong."""
        if len(self.loaded.projects) != 1 or self.problems:
            return Project(config=self.config)
        return self.loaded.projects[0]

    def look(self, design: Design, *, options: bool = True, patient: bool = False) -> Look:
        """What a check says about a design; with ``options`` also what would help.

        The search for options takes longest. A ``patient`` one stops where somebody else waits for an answer, and is
        then not ``searched``.
        """
        name = f"{design!r} {self.today()}"
        with self._turn(patient):
            known = self._looks.get(name)
            if known is None or (options and not known.searched):
                go_on = (lambda: not self._waiting) if patient else (lambda: True)
                known = self._looks[name] = _Bench(self, design).look(go_on if options else None)
                while len(self._looks) > _REMEMBERED:
                    del self._looks[next(iter(self._looks))]
            return known

    @contextmanager
    def _turn(self, patient: bool) -> Iterator[None]:
        """One after the other; those that are not patient are counted while they wait."""
        if not patient:
            with self._counting:
                self._waiting += 1
        self._lock.acquire()
        if not patient:
            with self._counting:
                self._waiting -= 1
        try:
            yield
        finally:
            self._lock.release()

    def after(self, design: Design, fingerprint: str, number: int) -> tuple[Design, Option] | None:
        """The design after an option for a finding, by its number among those of the finding; ``None`` if it is gone.

        Answers that say a little more than the option are given where they are as good.
        """
        look = self.look(design)
        offered = [option for of, option in look.options if of == fingerprint]
        if not 0 <= number < len(offered):
            return None
        routes = [(edit.parts, edit.value) for edit in offered[number].edits if edit.section == "metrics"]
        exact = design.changed(routes)
        near = exact.nearest([route for route, _ in routes])
        if near != exact and self.look(near, options=False).codes() <= self.look(exact, options=False).codes():
            exact = near
        return exact, offered[number]

    def selection(self) -> Selection:
        """The rules that are asked here."""
        return select(self._catalogue, self.config)[0]


class _Bench:
    """One design on the bench: the part of the project around it, with it in the middle."""

    def __init__(self, workbench: Workbench, design: Design) -> None:
        self.design = design
        self.problems: list[Problem] = []
        project = workbench.project
        id_ = design.id
        while id_ in project.metrics:
            id_ += "-draft"
        self.id = id_
        alone, self.problems = _linked(design, id_, workbench.config)
        if self.problems:
            return
        whole = _with(project, alone, id_)
        self.project = part_of(whole, _around(whole, id_))
        self.settings = Settings(workbench.today(), workbench.config.strict, tuple(workbench.config.jurisdictions))
        self.below = Below(str(workbench.folder.root), project.name)
        self.workshop = Workshop(self.project, workbench.selection(), self.settings, self.below)

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
        if search is not None:
            self._repair(kept, look, search)
        return look

    def _findings(self, candidates: Sequence[Candidate]) -> list[Finding]:
        places = Places.of(self.project)
        for c in candidates:
            places.want(origins_of(c, everything=False))
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
            repairs.options = [
                o for o in repairs.options if all((e.section, e.id) == ("metrics", self.id) for e in o.edits)
            ]
            found.append((repairs, self.project))
        look.options = [(repairs.fingerprint, option) for repairs, _ in found for option in repairs.options]
        look.fix, look.searched = answer(found), True


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


def _around(project: Project, id_: str) -> Iterable[str]:
    """Metrics that the findings of one rest on."""
    reach = Reach(project)
    return reach.context(reach.affected([("metrics", id_, ())]))


def _key(route: str) -> str:
    """A route as open questions name it: without the numbers of items."""
    return ".".join(part for part in route.split(".") if not part.isdigit())


def _importance(candidate: Candidate) -> tuple[bool, int, int, str]:
    c = candidate
    return c.folded_under is not None, -SEVERITIES.index(c.severity), -c.leads, c.rule.code
