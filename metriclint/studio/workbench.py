"""The project that lies below the folder of the studio, kept in memory, and designs that are checked in its midst."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from metriclint.facts.derive import Settings
from metriclint.files.problem import Problem, ProblemError
from metriclint.findings.report import Memory
from metriclint.findings.verdict import Below, Selection, select
from metriclint.model.config import Config
from metriclint.model.project import Project
from metriclint.model.raw import declared
from metriclint.repair.search import Option
from metriclint.rules.catalogue import Catalogue, built_in_catalogue
from metriclint.rules.packs import pack_folders, strays
from metriclint.sources.discover import Finder
from metriclint.sources.load import Loaded, load
from metriclint.studio.bench import Bench, Look
from metriclint.studio.design import Design, of_metric
from metriclint.studio.folder import Folder
from metriclint.studio.opened import Opened

_REMEMBERED = 64
"""Answers that are kept: pages show the same design several times."""


class Workbench:
    """The project of the folder, kept in memory, and designs that are checked as if they stood in it."""

    def __init__(self, folder: Folder, today: Callable[[], str] | None = None) -> None:
        self.folder = folder
        self.today = today or (lambda: datetime.date.today().isoformat())
        self.loaded = Loaded()
        self.config = Config()
        self.problems: list[Problem] = []
        """What is wrong with the project. A new design is then checked alone."""
        self._memory = Memory()
        self._opened: tuple[str, Opened] | None = None
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
            self._opened = None
            self.loaded = load([], self.folder.root, tree=self.folder)
            self.problems = list(self.loaded.problems)
            self.config = Finder(self.folder.root, tree=self.folder).around(self.folder.root).config
            self._state = state
            self._read_rules()

    def _read_rules(self) -> None:
        """Read the rules of each project. Where a pack cannot be used, the built-in ones stand for them all."""
        built_in = self._memory.catalogues.get(()) or built_in_catalogue()
        self._memory = Memory(catalogues={(): built_in})
        names = {project.name: project.config for project in self.loaded.projects}
        for name, config in {"": self.config, **names}.items():
            packs = _packs(config, self.folder.root / name)
            if packs in self._memory.catalogues:
                continue
            try:
                self._check_packs(config, self.folder.root / name)
                self._memory.catalogues[packs] = built_in_catalogue(map(Path, packs))
            except ProblemError as error:
                self.problems += error.problems
                self._memory.catalogues[packs] = built_in

    def _check_packs(self, config: Config, root: Path) -> None:
        why = "this rule pack leads out of the folder of the studio"
        wrong = [Problem(pack, 0, 0, why) for pack in strays(config, root, self.folder.holds)]
        if wrong:
            raise ProblemError(wrong)

    def catalogue(self, project: Project) -> Catalogue:
        """The rules of a project."""
        packs = _packs(project.config, self.folder.root / project.name)
        known = self._memory.catalogues
        return known.get(packs) or known.get(()) or built_in_catalogue()

    def opened(self) -> Opened:
        """What a check says about all that lies below the folder. Raises nothing: what is wrong is told in it."""
        self.refresh()
        with self._lock:
            today = self.today()
            if self._opened is None or self._opened[0] != today:
                self._opened = today, Opened(self.folder, self.loaded, self.problems, today, self._memory)
            return self._opened[1]

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

    def begun(self, project: str, metric: str) -> Design | None:
        """The design of a metric as it stands in its project; ``None`` where it is not there."""
        for found in self.loaded.projects:
            if found.name == project and metric in found.metrics:
                return of_metric(project, metric, declared(found.metrics[metric].value))
        return None

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
                known = self._looks[name] = self._bench(design).look(go_on if options else None)
                while len(self._looks) > _REMEMBERED:
                    del self._looks[next(iter(self._looks))]
            return known

    def _bench(self, design: Design) -> Bench:
        project = self.project
        if design.base is not None:
            name = design.base.project
            project = next((p for p in self.loaded.projects if p.name == name), Project(name=name))
        config = project.config
        settings = Settings(self.today(), config.strict, tuple(config.jurisdictions))
        return Bench(project, design, self.selection(project), settings, Below(str(self.folder.root), project.name))

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
        edits = offered[number].edits
        own = [(e.parts, e.value) for e in edits if e.section == "metrics" and (not design.base or e.id == design.id)]
        exact = design.changed(own).beside(
            {(e.section, e.id, *e.parts): e.value for e in edits if e.section != "metrics" or e.id != design.id}
            if design.base
            else {}
        )
        near = exact.nearest([route for route, _ in own])
        if near != exact and self.look(near, options=False).codes() <= self.look(exact, options=False).codes():
            exact = near
        return exact, offered[number]

    def selection(self, project: Project) -> Selection:
        """The rules that are asked in a project."""
        return select(self.catalogue(project), project.config)[0]


def _packs(config: Config, root: Path) -> tuple[str, ...]:
    return tuple(map(str, pack_folders(config, root)))
