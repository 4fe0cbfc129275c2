"""The folder that is open in an editor: its projects, read from open texts and the disk, and checked together."""

import datetime
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.editor.buffers import Buffers, stamp
from metriclint.editor.desk import Desk
from metriclint.editor.reading import reread
from metriclint.files.problem import Problem
from metriclint.rules.packs import pack_folders
from metriclint.sources.discover import Finder, Found, Group
from metriclint.sources.foreign import read_file
from metriclint.sources.native import ReadFile


class _Known(Struct):
    """A file that was read, and what it was read from."""

    stamp: object
    """The open text, else time and size on the disk."""
    read: ReadFile
    good: ReadFile | None = None
    """The last state without problems."""


class _Project(Struct):
    """A project of the folder between two changes."""

    group: Group
    desk: Desk
    known: dict[str, _Known] = field(default_factory=dict)
    """Files by normal absolute path, in the order of the group."""


class Session:
    """Projects below one folder. ``whole``: check the folder and not only what is open in it."""

    def __init__(
        self, here: Path, buffers: Buffers, *, whole: bool = True, today: Callable[[], str] | None = None
    ) -> None:
        self.here, self.whole, self._buffers = here, whole, buffers
        self._today = today or (lambda: datetime.date.today().isoformat())
        self.stray: list[Problem] = []
        """Problems that belong to no project, such as a folder that cannot be read."""
        self._projects: dict[Path | None, _Project] = {}
        self._scan_again = True
        self._changed: set[str] = set()
        self._beside: object = None

    def place(self, shown: str) -> str:
        """Normal absolute path of a file by the path that it is shown under."""
        return os.path.normpath(self.here / shown)

    def rescan(self) -> None:
        """Something on the disk may have changed: look for files again the next time."""
        self._scan_again = True

    def touch(self, path: str) -> None:
        """An open text has changed."""
        self._changed.add(path)

    @property
    def stale(self) -> bool:
        """Has anything changed since the last check."""
        return self._scan_again or bool(self._changed)

    def desks(self) -> Iterator[Desk]:
        """The projects of the folder."""
        for project in self._projects.values():
            yield project.desk

    def desk_of(self, path: str) -> tuple[Desk, str] | None:
        """The project that a file belongs to, and how the file is shown there."""
        for project in self._projects.values():
            known = project.known.get(path)
            if known is not None and not known.read.skipped:
                return project.desk, known.read.path
        return None

    def refresh(self) -> None:
        """Read what has changed, and check what that reaches."""
        if self._scan_again:
            self._scan()
        else:
            for project in self._projects.values():
                if not self._changed.isdisjoint(project.known):
                    self._check(project, ())
        self._changed.clear()

    def _scan(self) -> None:
        """Look for files and read those that have changed."""
        self._scan_again = False
        finder = Finder(self.here, tree=self._buffers)
        for path in self._buffers.texts:
            if Path(path).is_relative_to(self.here):
                finder.add_changed(path)
        if self.whole:
            finder.add_configured()
        finder.complete()
        groups = finder.groups()
        self.stray = [] if groups else finder.problems
        projects: dict[Path | None, _Project] = {}
        for group in groups:
            before = self._projects.get(group.root)
            projects[group.root] = _Project(
                group, before.desk if before else Desk(self.here, self._today), before.known if before else {}
            )
        self._projects = projects
        self._forget_where_needed()
        told = self._shared_out(finder.problems)
        for project in projects.values():
            self._check(project, told.get(project.group.root, ()))

    def _shared_out(self, problems: list[Problem]) -> dict[Path | None, list[Problem]]:
        """Problems of looking for files by the project that they lie in."""
        found: dict[Path | None, list[Problem]] = {}
        roots = sorted((r for r in self._projects if r is not None), key=lambda r: -len(r.parts))
        for problem in problems:
            place = Path(self.place(problem.path))
            root = next((r for r in roots if place.is_relative_to(r)), next(iter(self._projects), None))
            found.setdefault(root, []).append(problem)
        return found

    def _forget_where_needed(self) -> None:
        """Rule packs and baselines are no documents; when one has changed, everything is asked anew."""
        beside: dict[str, object] = {}
        for project in self._projects.values():
            group = project.group
            root = group.root or self.here
            for folder in pack_folders(group.config, root):
                beside.update((str(f), stamp(f)) for f in folder.rglob("*.y*ml"))
            if group.config.baseline:
                beside[str(root / group.config.baseline)] = stamp(root / group.config.baseline)
        if self._beside not in (None, beside):
            for project in self._projects.values():
                project.desk.forget()
        self._beside = beside

    def _check(self, project: _Project, problems: "list[Problem] | tuple[()]") -> None:
        files = self._read(project)
        project.desk.update(files, project.group.name, project.group.config, problems)

    def _read(self, project: _Project) -> list[ReadFile]:
        """The files of a project; what has not changed is not read again. Files that are empty are left aside."""
        known: dict[str, _Known] = {}
        beside = False
        for found in project.group.files:
            path = os.path.normpath(found.file)
            before = project.known.get(path)
            if before is not None and not self._differs(before, path):
                known[path] = before
                continue
            known[path] = self._one(found, path, project.group, before)
            beside = beside or known[path].read.foreign is not None or known[path].read.skipped
        if beside:
            # An adapter may look into files beside its own.
            for found in project.group.files:
                path = os.path.normpath(found.file)
                if known[path].read.foreign is not None and project.known.get(path) is known[path]:
                    known[path] = self._one(found, path, project.group, None)
        project.known = known
        return [k.read for k in known.values() if not k.read.skipped and not _empty(k.read)]

    def _differs(self, before: _Known, path: str) -> bool:
        text = self._buffers.texts.get(path)
        if text is not None:
            return before.stamp is not text and before.stamp != text
        return isinstance(before.stamp, str) or before.stamp != stamp(Path(path))

    def _one(self, found: Found, path: str, group: Group, before: _Known | None) -> _Known:
        text = self._buffers.texts.get(path)
        mark: object = stamp(Path(path)) if text is None else text
        if text is not None and before is not None and before.good is not None and before.read.path == found.shown:
            again = reread(before.good, text)
            if again is not None:
                return _Known(mark, again, again)
        read = read_file(found, group, self._buffers)
        if read.unseen and text is not None:
            # It cannot be read as a file, but it is there.
            read = replace(read, text=text, unseen=False)
        good = read if read.document is not None else (before.good if before is not None else None)
        return _Known(mark, read, good)


def _empty(read: ReadFile) -> bool:
    """A text that is about to be written; for a check it is a mistake, in an editor everything begins so."""
    return not read.unseen and bool(read.problems) and not read.text.strip()
