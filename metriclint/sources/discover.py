"""Finding documents, and which of them make one project."""

import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.files.bounds import leads_outside
from metriclint.files.problem import Problem
from metriclint.model.config import Config
from metriclint.sources.configuration import CONFIG_NAMES, read_config
from metriclint.sources.settings import fixed_part
from metriclint.sources.tree import DISK, Listed, Tree

NATIVE_SUFFIXES = (".yaml", ".yml", ".json")
SUFFIXES = (*NATIVE_SUFFIXES, ".jsonl", ".ndjson", ".csv", ".toml", ".xlsx", ".xlsm", ".tmdl", ".bim")
"""Endings of files that are looked into: those of documents, and those that an adapter may read."""
SKIPPED_FOLDERS = {"node_modules", "__pycache__", "venv"}


class Found(Struct, frozen=True):
    """One file: where it lies, and how it is shown in reports."""

    file: Path
    shown: str
    explicit: bool
    """Named by the user (then it must be a document), not met on a walk."""


class Group(Struct):
    """The files of one project. ``reported`` are the shown paths that the user asked about."""

    root: Path | None
    name: str
    config: Config
    files: list[Found] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)

    def holds_rules(self, found: Found) -> bool:
        """Does a file that was met on a walk lie in a rule pack of the project."""
        if found.explicit or self.root is None:
            return False
        packs = [Path(os.path.normpath(self.root / pack)) for pack in self.config.packs]
        return any(Path(os.path.normpath(found.file.absolute())).is_relative_to(pack) for pack in packs)


class Finder:
    """Collects the files of each project for the paths of one command."""

    def __init__(self, here: Path, config: Config | None = None, tree: Tree = DISK) -> None:
        self.here = here.absolute()
        self.tree = tree
        self.config = config
        """Stands for every configuration file where it is given."""
        self.problems: list[Problem] = []
        self._groups: dict[Path | None, Group] = {}
        self._roots: dict[Path, Path | None] = {}

    def groups(self) -> list[Group]:
        """Projects in the order of their names, each file once (as it was named first), sorted."""
        for group in self._groups.values():
            unique: dict[str, Found] = {}
            for found in group.files:
                place = os.path.normpath(found.file)
                known = unique.setdefault(place, found)
                if found.explicit and not known.explicit:
                    unique[place] = replace(known, explicit=True)
            kept = (f for f in unique.values() if not group.holds_rules(f))
            group.files = sorted(kept, key=lambda f: f.shown)
        return sorted(self._groups.values(), key=lambda g: g.name)

    def add(self, path: str) -> None:
        """Add what the user named: a file, or a folder to walk. Whole projects come along for their ids."""
        if not path:
            self.problems.append(Problem('""', 0, 0, "names no file or folder; `.` is the current one"))
            return
        file = self.here / path
        shown = _as_given(path, self.here)
        if self.tree.is_dir(file):
            for found in self._walk(file, "" if shown == "." else shown):
                self._take(found)
        elif self.tree.lexists(file):
            self._take(Found(file, shown, explicit=True))
        else:
            self.problems.append(Problem(shown, 0, 0, "no such file or folder"))

    def add_changed(self, path: str) -> None:
        """Add a file that a commit touches. One that is gone or no document is no problem; a configuration stands for
        all of its project.
        """
        file = self.here / path
        if file.name in CONFIG_NAMES:
            root = self._root_of(file.parent)
            if root is not None and root == Path(os.path.normpath(file.parent)):
                self._add_paths_of(root)
        elif file.name.endswith(SUFFIXES) and self.tree.is_file(file):
            self._take(Found(file, _as_given(path, self.here), explicit=False))

    def add_configured(self) -> None:
        """Add the configured paths of the project around the working folder; the folder itself without a project."""
        root = self._root_of(self.here)
        if root is None:
            self.add(".")
            return
        self._add_paths_of(root)

    def _add_paths_of(self, root: Path) -> None:
        """Add the configured paths of a project. One that is not there or leads out of it is told in the end."""
        config = self._group_of(root).config
        for path in (*config.paths, *_fixed_parts(config)):
            place = Path(os.path.normpath(root / path))
            if place.is_relative_to(root) and self.tree.lexists(place) and not leads_outside(place, root):
                self.add(_shown(place, self.here))

    def add_text(self, filename: str) -> str:
        """Add a text that stands for a file, by the name of the file. Returns how the name is shown."""
        found = Found(self.here / filename, _as_given(filename, self.here), explicit=True)
        self._take(found)
        return found.shown

    def around(self, folder: Path) -> Group:
        """The project that a folder belongs to, without its files."""
        return self._group_of(folder)

    def complete(self, *, here: bool = False) -> None:
        """Add the other files of every project that was touched, so that ids resolve.

        ``here``: the working folder counts as one where no configuration says otherwise.
        """
        for root, group in list(self._groups.items()):
            if root is None:
                if here and group.files:
                    group.files += (f for f in self._walk(self.here, "") if self._root_of(f.file.parent) is None)
                continue
            for path in (*group.config.paths, *_fixed_parts(group.config)):
                start = Path(os.path.normpath(root / path))
                group.files += (f for f in self._configured(start, root) if self._root_of(f.file.parent) == root)

    def _configured(self, start: Path, root: Path) -> Iterator[Found]:
        shown = _shown(start, self.here)
        if not start.is_relative_to(root) or leads_outside(start, root):
            message = "lies outside of the project (named by `paths` of its configuration)"
            self.problems.append(Problem(shown, 0, 0, message))
        elif self.tree.is_dir(start):
            yield from self._walk(start, "" if shown == "." else shown)
        elif self.tree.lexists(start):
            yield Found(start, shown, explicit=True)
        else:
            self.problems.append(Problem(shown, 0, 0, "no such file or folder (named by `paths` of the configuration)"))

    def _take(self, found: Found) -> None:
        group = self._group_of(found.file.parent)
        group.files.append(found)
        group.reported.add(found.shown)

    def _walk(self, folder: Path, shown: str) -> Iterator[Found]:
        waiting = [(folder, shown)]
        while waiting:
            current, above = waiting.pop()
            try:
                with self.tree.scandir(current) as entries:
                    names = sorted(entries, key=lambda e: e.name)
            except OSError as error:
                message = f"cannot be read: {(error.strerror or 'error').lower()}"
                self.problems.append(Problem(above or ".", 0, 0, message))
                continue
            for entry in names:
                below = _printable(f"{above}/{entry.name}" if above else entry.name)
                if entry.name.startswith("."):
                    continue
                # Links to folders are not followed: a link to a parent would never end.
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in SKIPPED_FOLDERS:
                        waiting.append((Path(entry.path), below))
                elif entry.name.endswith(SUFFIXES) and _leads_outside(entry):
                    if entry.name.endswith(NATIVE_SUFFIXES):
                        self.problems.append(Problem(below, 0, 0, "the link leads out of the repository"))
                elif entry.name.endswith(SUFFIXES) and _is_file(entry):
                    yield Found(Path(entry.path), below, explicit=False)

    def _root_of(self, folder: Path) -> Path | None:
        folder = Path(os.path.normpath(folder))
        passed: list[Path] = []
        root: Path | None = None
        for candidate in (folder, *folder.parents):
            if candidate in self._roots:
                root = self._roots[candidate]
                break
            passed.append(candidate)
            if any(_has_config(candidate / name, self.tree) for name in CONFIG_NAMES):
                root = candidate
                break
        self._roots.update(dict.fromkeys(passed, root))
        return root

    def _group_of(self, folder: Path) -> Group:
        root = self._root_of(folder)
        if root not in self._groups:
            config = self.config or Config()
            if root is not None and self.config is None:
                read, problems = read_config(root, _shown(root, self.here), self.tree)
                self.problems.extend(problems)
                config = read
            self._groups[root] = Group(root, _shown(root, self.here) if root else "", config)
        return self._groups[root]


def _fixed_parts(config: Config) -> list[str]:
    """For each pattern of ``sources`` the folder or file before its first wildcard."""
    found: list[str] = []
    for setting in config.sources if "." not in config.paths else ():
        found += (fixed_part(pattern) for pattern in (() if setting.skip else setting.paths))
    return found


def _is_file(entry: Listed) -> bool:
    """A file or a link to one, no folder, pipe or device. A link that leads nowhere counts: reading it says so."""
    try:
        return stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return True


def _leads_outside(entry: Listed) -> bool:
    """A link that leads out of its repository: who proposes a change must not have other files read."""
    return entry.is_symlink() and leads_outside(Path(entry.path), Path(entry.path).parent)


def _has_config(file: Path, tree: Tree) -> bool:
    if not tree.is_file(file):
        return False
    if file.name != "pyproject.toml":
        return True
    try:
        data = tree.read_bytes(file)
        if b"metriclint" not in data:
            return False
        tool = tomllib.loads(data.decode()).get("tool", {})
    except OSError:
        return False
    except (ValueError, RecursionError):
        return b"[tool.metriclint" in data  # broken: reading it says where
    return isinstance(tool, dict) and "metriclint" in tool


def _shown(path: Path, here: Path) -> str:
    """How a path is shown: relative to the working folder where it lies below, with forward slashes."""
    whole = Path(os.path.normpath(path))
    return _printable((whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix())


def _as_given(given: str, here: Path) -> str:
    """How a path is shown that the user wrote: as written, but tidy, and relative where it lies below."""
    place = Path(os.path.normpath(here / given))
    return _shown(place if Path(given).is_absolute() or place.is_relative_to(here) else Path(given), here)


def _printable(path: str) -> str:
    """A path as a text that every output can carry: bytes of a name that are no UTF-8 become ``\\xff``."""
    return path if path.isascii() else path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
