"""Writing a changed metric back to where its facts stand: values patched in place, everything else as it was.

First a plan is made and shown. It is written only if the files are still those that it was made for.
"""

import difflib
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, field

from metriclint.files.patch import UNSET, PatchError, set_values
from metriclint.files.problem import Problem, Route
from metriclint.files.write import write_all
from metriclint.files.yaml_text import mapping_lines
from metriclint.model.project import MetricEntry, Project
from metriclint.model.raw import declared
from metriclint.questionnaire.cards import Card
from metriclint.sources.load import load
from metriclint.sources.tree import Listed
from metriclint.studio.bench import GONE, elsewhere_edits
from metriclint.studio.card_changes import at, changes, put
from metriclint.studio.design import Base, Design
from metriclint.studio.folder import Folder
from metriclint.studio.saving import folder_of
from metriclint.studio.workbench import Workbench

LARGEST = 2_000_000
"""Bytes of a file that is changed in place; finding a place in a larger one takes too long to wait for."""
_MOST = 1_000
"""Numbers behind the name of a new file that are tried."""
Settings = dict[str, list[tuple[Route, Any]]]
"""Values to set, by file."""


class Refused(Exception):
    """Raised where a change cannot be written; the message says why and what to do, for people."""


class Changed(NamedTuple):
    """One file before and after."""

    path: str
    before: str | None
    """``None`` for a new file."""
    after: str

    def diff(self) -> Iterator[tuple[str, str]]:
        """Lines of the change with three lines around it: what each is (add, cut, same, place), and its text."""
        old, new = (self.before or "").splitlines(), self.after.splitlines()
        kinds = {"+": "add", "-": "cut", "@": "place", " ": "same"}
        for number, line in enumerate(difflib.unified_diff(old, new, lineterm="")):
            if number > 1:
                yield kinds[line[0]], line


class Plan(Struct):
    """What would be written."""

    files: list[Changed] = field(default_factory=list)
    digest: str = ""
    """Of the files that it was made for, as they were."""
    problems: list[Problem] = field(default_factory=list)
    """Why the project could not be read afterwards."""


def plan(design: Design, workbench: Workbench) -> Plan:
    """What has to be written so that the project says what a design says.

    Raises Refused where that is not possible: the metric is gone, its file cannot be patched, or another tool owns it.
    """
    base = design.base
    assert base is not None
    project = next((p for p in workbench.loaded.projects if p.name == base.project), None)
    entry = project.metrics.get(base.metric) if project is not None else None
    if project is None or entry is None:
        raise Refused(GONE)
    settings, new = _settings(project, entry, design, workbench)
    files = [_patched(path, values, project, workbench.folder) for path, values in sorted(settings.items())]
    files += [Changed(path, None, text) for path, text in new.items()]
    made = Plan(files, _digest(files))
    if files:
        made.problems = _problems_after(files, design, base, workbench)
    return made


def write(made: Plan, workbench: Workbench) -> None:
    """Write a plan. Raises Refused where a file has changed since it was made, and OSError; then nothing is written."""
    folder = workbench.folder
    now = [
        Changed(f.path, _text_of(f.path, workbench.folder) if f.before is not None else None, "") for f in made.files
    ]
    if _digest(now) != made.digest:
        raise Refused("The file was changed by another window or program a moment ago. Nothing was written.")
    for file in made.files:
        if file.before is None:
            folder.write_new(file.path, file.after.encode("utf-8"))
    old = [f for f in made.files if f.before is not None]
    write_all((os.fspath(folder.path(f.path)), f.after.encode("utf-8")) for f in old)


def _digest(files: Iterable[Changed]) -> str:
    told = hashlib.sha256()
    for file in files:
        told.update(f"{file.path}\0{file.before is None}\0{file.before or ''}\0".encode("utf-8", "surrogatepass"))
    return told.hexdigest()[:32]


def _settings(
    project: Project, entry: MetricEntry, design: Design, workbench: Workbench
) -> tuple[Settings, dict[str, str]]:
    """Values to set in files that are there, and the texts of new ones."""
    found: Settings = {}
    extra: Card = {}
    before, after = declared(entry.value), design.card()
    for route, value in changes(before, after):
        origin = entry.place(*route)
        if origin.path not in project.foreign:
            found.setdefault(origin.path, []).append((origin.route, value))
        elif value is UNSET or not _laid_over(extra, route, after):
            raise Refused(
                f"{entry.origin.path} belongs to another tool and says this itself. Change it there: {_name(route)}."
            )
    for edit in elsewhere_edits(project, design):
        if edit.origin.path in project.foreign:
            raise Refused(f"{edit.origin.path} belongs to another tool. Change it there: {edit.id}.")
        found.setdefault(edit.origin.path, []).append((edit.origin.route, edit.value))
    return found, _overlay(project, entry, extra, found, workbench) if extra else {}


def _name(route: Route) -> str:
    return ".".join(map(str, route))


def _laid_over(extra: Card, route: Route, card: Card) -> bool:
    """Add a value to what an overlay says; lists are said whole."""
    whole = next((n for n, part in enumerate(route) if isinstance(part, int)), len(route))
    put(extra, route[:whole], at(card, route[:whole]))
    return bool(route[:whole])


def _overlay(
    project: Project, entry: MetricEntry, extra: Card, found: Settings, workbench: Workbench
) -> dict[str, str]:
    """Put what an overlay is to say into the one that the metric has, or into a new file, which is returned."""
    for _, origin in entry.patches:
        if origin.path not in project.foreign and "*" not in str(origin.route[1]):
            own = origin.route[:2]
            found.setdefault(origin.path, []).extend(((*own, *route), value) for route, value in changes({}, extra))
            return {}
    folder = folder_of(workbench, project)
    for number in range(1, _MOST):
        path = f"{folder}{entry.id}-overlay{'' if number == 1 else f'-{number}'}.yaml"
        if not os.path.lexists(workbench.folder.path(path)):
            lines = "\n".join(mapping_lines(extra, (), {}, "    "))
            return {path: f"metriclint: 1\noverlay: true\nmetrics:\n  {entry.id}:\n{lines}\n"}
    raise Refused("Every name for an overlay is taken.")


def _text_of(path: str, folder: Folder) -> str:
    """The text of a file as it is now. Raises Refused."""
    try:
        data = folder.path(path).read_bytes()
    except FileNotFoundError:
        raise Refused(f"{path} is not there any more. Your answers are kept here.") from None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {(error.strerror or 'error').lower()}.") from error
    if len(data) > LARGEST:
        size = f"{len(data) / 1_000_000:.1f} MB"
        raise Refused(f"{path} has {size}, which is too large to be changed here. Change it in an editor.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{path} is not written in UTF-8. Change it in an editor.") from None


def _patched(path: str, values: list[tuple[Route, Any]], project: Project, folder: Folder) -> Changed:
    text = _text_of(path, folder)
    if text.removeprefix("\ufeff") != project.texts.get(path):
        raise Refused(f"{path} is being changed by another program just now. Load this page again.")
    try:
        return Changed(path, text, set_values(text, values, path))
    except PatchError as error:
        raise Refused(f"{error}.") from error


def _problems_after(files: list[Changed], design: Design, base: Base, workbench: Workbench) -> list[Problem]:
    """What would be wrong with the project: it is read as it would be, and has to say what the design says."""
    tree = _After(workbench.folder, files)
    after = load([], workbench.folder.root, tree=tree)
    known = {(p.path, p.message) for p in workbench.loaded.problems}
    new = [p for p in after.problems if (p.path, p.message) not in known]
    if new:
        return new
    for project in after.projects:
        entry = project.metrics.get(base.metric)
        if project.name == base.project and entry is not None and declared(entry.value) == design.card():
            return []
    return [Problem(files[0].path, 0, 0, "the file would not say what your answers say; change it in an editor")]


class _New(NamedTuple):
    """A file that is not there yet, as a folder would list it."""

    name: str
    path: str

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """It is a file."""
        return False

    def is_symlink(self) -> bool:
        """It is a file."""
        return False

    def stat(self) -> os.stat_result:
        """It is a file."""
        return os.stat_result((stat.S_IFREG | 0o644, *[0] * 9))


class _After:
    """The folder of the studio as it would be after some files were written."""

    def __init__(self, folder: Folder, files: Iterable[Changed]) -> None:
        self._folder = folder
        self._texts = {folder.path(f.path): f.after.encode("utf-8") for f in files}
        self._new = {folder.path(f.path) for f in files if f.before is None}
        self.is_dir = folder.is_dir

    def is_file(self, path: Path, /) -> bool:
        """Is there a file, or will there be one."""
        return path in self._new or self._folder.is_file(path)

    def lexists(self, path: Path, /) -> bool:
        """Is there anything, or will there be."""
        return path in self._new or self._folder.lexists(path)

    def read_bytes(self, path: Path, /) -> bytes:
        """The bytes that a file will have."""
        known = self._texts.get(Path(os.path.realpath(path)))
        return self._folder.read_bytes(path) if known is None else known

    @contextmanager
    def scandir(self, path: Path, /) -> Iterator[Iterable[Listed]]:
        """What a folder holds or will hold."""
        with self._folder.scandir(path) as entries:
            yield [*entries, *(_New(p.name, str(p)) for p in self._new if p.parent == Path(os.path.realpath(path)))]
