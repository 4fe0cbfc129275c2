"""Finding documents, and which of them make one project."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from metriclint.files.problem import Problem
from metriclint.model.config import Config
from metriclint.sources.configuration import CONFIG_NAMES, read_config

SUFFIXES = (".yaml", ".yml", ".json")
_SKIPPED_FOLDERS = {"node_modules", "__pycache__", "venv"}


@dataclass(frozen=True, slots=True)
class Found:
    """One file: where it lies, and how it is shown in reports."""

    file: Path
    shown: str
    explicit: bool
    """Named by the user (then it must be a document), not met on a walk."""


@dataclass(slots=True)
class Group:
    """The files of one project. ``reported`` are the shown paths that the user asked about."""

    root: Path | None
    name: str
    config: Config
    files: list[Found] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)


class Finder:
    """Collects the files of each project for the paths of one command."""

    def __init__(self, here: Path) -> None:
        self.here = here
        self.problems: list[Problem] = []
        self._groups: dict[Path | None, Group] = {}
        self._roots: dict[Path, Path | None] = {}
        self._broken: set[Path] = set()

    def groups(self) -> list[Group]:
        """Projects in the order of their names, files sorted."""
        for group in self._groups.values():
            unique = {f.shown: f for f in sorted(group.files, key=lambda f: (f.shown, not f.explicit), reverse=True)}
            group.files = [unique[shown] for shown in sorted(unique)]
        return sorted(self._groups.values(), key=lambda g: g.name)

    def add(self, path: str) -> None:
        """Add what the user named: a file, or a folder to walk. Whole projects come along for their ids."""
        given = Path(path)
        file = given if given.is_absolute() else self.here / given
        if file.is_dir():
            base = str(given) if str(given) != "." else ""
            for found in self._walk(file, base):
                self._take(found)
        elif os.path.lexists(file):
            self._take(Found(file, _posix(given, self.here), explicit=True))
        else:
            self.problems.append(Problem(_posix(given, self.here), 0, 0, "no such file or folder"))

    def add_text(self, filename: str) -> Group:
        """The project that a text from standard input belongs to, by the name it stands for."""
        given = Path(filename)
        file = given if given.is_absolute() else self.here / given
        return self._group_of(file.parent)

    def complete(self) -> None:
        """Add the other files of every project that was touched, so that ids resolve."""
        for root, group in list(self._groups.items()):
            if root is None:
                continue
            for path in group.config.paths:
                start = root / path
                for found in self._walk(start, _shown(start, self.here)) if start.is_dir() else self._single(start):
                    if self._root_of(found.file.parent) == root:
                        group.files.append(found)

    def _single(self, file: Path) -> Iterator[Found]:
        if file.exists():
            yield Found(file, _shown(file, self.here), explicit=True)
        else:
            shown = _shown(file, self.here)
            self.problems.append(Problem(shown, 0, 0, "no such file or folder (named by `paths` of the configuration)"))

    def _take(self, found: Found) -> None:
        group = self._group_of(found.file.parent)
        group.files.append(found)
        group.reported.add(found.shown)

    def _walk(self, folder: Path, shown: str) -> Iterator[Found]:
        try:
            names = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError as error:
            self.problems.append(Problem(shown or ".", 0, 0, f"cannot be read: {(error.strerror or 'error').lower()}"))
            return
        for entry in names:
            below = f"{shown}/{entry.name}" if shown else entry.name
            below = below.replace("\\", "/").removeprefix("./")
            # Links to folders are not followed: a link to a parent would never end.
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and entry.name not in _SKIPPED_FOLDERS:
                    yield from self._walk(Path(entry.path), below)
            elif entry.name.endswith(SUFFIXES) and not entry.name.startswith(".") and not _leads_to_folder(entry):
                yield Found(Path(entry.path), below, explicit=False)

    def _root_of(self, folder: Path) -> Path | None:
        folder = folder.absolute()
        known = self._roots.get(folder)
        if known is not None or folder in self._roots:
            return known
        root: Path | None = None
        if any(_has_config(folder / name) for name in CONFIG_NAMES):
            root = folder
        elif folder.parent != folder:
            root = self._root_of(folder.parent)
        self._roots[folder] = root
        return root

    def _group_of(self, folder: Path) -> Group:
        root = self._root_of(folder)
        if root not in self._groups:
            config = Config()
            if root is not None:
                read, problems = read_config(root, _shown(root, self.here))
                self.problems.extend(problems)
                config = read
            self._groups[root] = Group(root, _shown(root, self.here) if root else "", config)
        return self._groups[root]


def _leads_to_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link that leads round in a circle: reading it says so


def _has_config(file: Path) -> bool:
    if not file.is_file():
        return False
    if file.name != "pyproject.toml":
        return True
    try:
        return b"[tool.metriclint" in file.read_bytes()
    except OSError:
        return False


def _shown(path: Path, here: Path) -> str:
    """How a path is shown: relative to the working folder where it lies below, with forward slashes."""
    clean = Path(os.path.normpath(path))
    try:
        return clean.relative_to(here).as_posix()
    except ValueError:
        return clean.as_posix()


def _posix(given: Path, here: Path) -> str:
    if given.is_absolute():
        return _shown(given, here)
    return Path(os.path.normpath(given)).as_posix()
