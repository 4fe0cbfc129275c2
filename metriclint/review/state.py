"""One state of a repository, loaded and checked: a commit, or the working tree."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.files.problem import Problem, ProblemError
from metriclint.findings.finding import Finding, Report
from metriclint.findings.report import Options, report_of
from metriclint.model.config import Config
from metriclint.model.project import Project
from metriclint.sources.configuration import CONFIG_NAMES
from metriclint.sources.load import Loaded, load
from metriclint.sources.tree import DISK, Tree


class State(Struct):
    """What a state declares and what a check says about it."""

    projects: list[Project] = field(default_factory=list)
    checked: list[Project] = field(default_factory=list)
    """The same projects with rule packs that lie on the disk."""
    asked: dict[str, set[str] | None] = field(default_factory=dict)
    """For each project the shown paths that were asked about; ``None`` for all of it."""
    report: Report | None = None
    problems: list[Problem] = field(default_factory=list)
    documents: int = 0
    skipped: list[str] = field(default_factory=list)
    here: Path = field(default_factory=Path)
    """Folder below which settings that lie in files of their own (rule packs, a baseline) are found."""

    @property
    def findings(self) -> list[Finding]:
        """All findings of all projects, also where nobody asked."""
        return self.report.findings if self.report is not None else []

    def about(self, finding: Finding) -> bool:
        """Was this part of the project asked about."""
        paths = self.asked.get(finding.project)
        if paths is None:
            return True
        entry = next(p for p in self.projects if p.name == finding.project).metrics.get(finding.metric)
        places = [finding.location.path, entry.origin.path if entry else ""]
        places += [s.location.path for s in finding.path if s.location is not None]
        return not paths.isdisjoint(places)


def read_state(paths: Sequence[str], here: Path, today: str, tree: Tree, box: Path) -> State:
    """Load and check a state. ``box`` is an empty folder for what has to lie on the disk.

    Paths that are not there in this state are left out. Never raises for bad input: ``problems`` has it.
    """
    there = [p for p in paths if tree.lexists(here / p)]
    loaded = load(there, here, tree=tree) if there or not paths else Loaded()
    state = State(documents=loaded.documents, skipped=loaded.skipped, problems=list(loaded.problems), here=here)
    if loaded.problems:
        return state
    state.projects = state.checked = loaded.projects
    state.asked = {p.name: asked for p, asked in zip(loaded.projects, loaded.reported, strict=True)}
    if tree is not DISK:
        state.here = box
        state.checked = [_on_disk(project, here, tree, box) for project in loaded.projects]
    options = Options(today, here=state.here)
    try:
        state.report = report_of([(p, None) for p in state.checked], options, documents=loaded.documents)
    except ProblemError as error:
        state.problems = [_told(problem, box) for problem in error.problems]
    return state


def with_settings(state: State, settings: Mapping[str, Config], today: str) -> list[Finding]:
    """What a check says about a state with other settings for some of its projects, given by their names."""
    asked = [(replace(p, config=settings[p.name]), None) for p in state.checked if p.name in settings]
    return report_of(asked, Options(today, here=state.here, baseline="")).findings if asked else []


def _on_disk(project: Project, here: Path, tree: Tree, box: Path) -> Project:
    """The project with its rule packs, and the files beside them that a check reads, copied out of the commit."""
    root = here / project.name
    wanted = [root / name for name in (*CONFIG_NAMES, project.config.baseline) if name]
    packs = []
    for pack in project.config.packs:
        folder = Path(os.path.normpath(root / pack))
        if tree.is_dir(folder):
            wanted += _files_below(folder, tree)
            packs.append(str(_copy_of(folder, here, box)))
        else:
            packs.append(str(folder) if "/" in pack or pack.startswith(".") else pack)
    for file in wanted:
        if tree.is_file(file):
            copy = _copy_of(file, here, box)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(tree.read_bytes(file))
    return replace(project, config=replace(project.config, packs=packs)) if packs else project


def _copy_of(file: Path, here: Path, box: Path) -> Path:
    whole = Path(os.path.normpath(file))
    # What lies above the working folder stands beside the rest, under a name that no folder below it has.
    return box / (whole.relative_to(here) if whole.is_relative_to(here) else Path(".above", *whole.parts[1:]))


def _files_below(folder: Path, tree: Tree) -> Iterator[Path]:
    with tree.scandir(folder) as entries:
        found = list(entries)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _files_below(Path(entry.path), tree)
        else:
            yield Path(entry.path)


def _told(problem: Problem, box: Path) -> Problem:
    """A problem with the paths of the repository in place of those of the copies."""
    prefix = f"{box}{os.sep}"
    return problem._replace(path=problem.path.replace(prefix, ""), message=problem.message.replace(prefix, ""))
