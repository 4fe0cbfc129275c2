"""``check --changed`` in a large project: only what a change can touch is looked at again.

After a check of a whole project without problems a record of it is kept: the files with their sizes and times, the
islands that they make (:mod:`metriclint.findings.islands`), and how many findings each island has. The next hook reads
the changed files and the islands that they touch, and counts the others by the record. Whatever does not fit (another
rule, setting, day or program, a shared object that changed, anything wrong with a file) leads to the whole check, so a
record decides how long a run takes and never what it says.
"""

import contextlib
import os
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from metriclint.cli.replay import cache_folder, code_stamp
from metriclint.files.shipped import shipped
from metriclint.findings.finding import Report
from metriclint.findings.islands import Islands, islands, names_said
from metriclint.findings.report import Options, Tally, report_of
from metriclint.model.config import Config
from metriclint.model.document import SECTIONS, Document
from metriclint.model.project import Project
from metriclint.sources.configuration import CONFIG_NAMES
from metriclint.sources.discover import SUFFIXES, Finder, Found, Group
from metriclint.sources.foreign import read_file
from metriclint.sources.link import link
from metriclint.sources.load import Loaded
from metriclint.sources.native import ReadFile
from metriclint.sources.survey import Survey, changes, survey
from metriclint.version import VERSION

_MAGIC = f"metriclint project 1 {VERSION}".encode()
_MANY = 200
"""Files from which on a record pays."""
_FEW = 100
"""Changed files up to which it does."""
_ROOM = 200
"""Further files up to which looking at a part pays, where they are not a quarter of the project."""
_WORTH = 10
"""Changed files from which on a record is brought up to date; fewer are faster looked at again."""
_KEPT = 20
_SHORTLY = 2_000_000_000
"""Nanoseconds within which a second change may leave a file's time as it was."""


class _Record(Struct, array_like=True):
    """A project that was checked as a whole, without problems."""

    key: str
    at: int
    """When its files were looked up, in nanoseconds."""
    files: Survey
    islands: Islands
    found: list[int]
    """Findings of each island."""
    newest: int
    """Latest change of a file that it knows of, in nanoseconds."""


class Quick(NamedTuple):
    """What a check of the touched islands gave."""

    report: Report
    project: Project


class Hook:
    """One run of ``check --changed``. Make it before anything is read, so that no change goes unseen."""

    def __init__(self, paths: Sequence[str], options: Options) -> None:
        self.paths, self.options = paths, options
        self.here = Path.cwd()
        self.at = time.time_ns()
        self.group = self._project()
        self.files: Survey | None = None
        if self.group is not None:
            root = self.group.root or self.here
            starts = [Path(os.path.normpath(root / path)) for path in self.group.config.paths]
            if all(start.is_relative_to(root) and os.path.isdir(start) for start in starts):  # noqa: PTH112
                self.files = survey(starts, root)
                self.key = self._key(self.group.config)

    def _project(self) -> Group | None:
        """The one project that all paths lie in; ``None`` where it has to be loaded whole anyway."""
        finder = Finder(self.here)
        groups = [finder.around((self.here / path).parent) for path in self.paths]
        if not groups or finder.problems or any(group is not groups[0] for group in groups):
            return None
        names = (os.path.basename(path) for path in self.paths)  # noqa: PTH119
        if any(name in CONFIG_NAMES for name in names) or groups[0].config.packs or groups[0].config.sources:
            return None
        return groups[0]

    def _key(self, config: Config) -> str:
        options = self.options
        asked = [options.today, options.preview, options.select, options.ignore]
        parts = [code_stamp(), _rules_stamp(), sys.version, self.here, self.group and self.group.root, asked]
        return repr((*map(str, parts), msgspec.json.encode(config)))

    def quick(self) -> Quick | None:
        """The report by way of the record; ``None`` where the whole project has to be looked at."""
        if self.group is None or self.files is None:
            return None
        record = _read(self.key)
        if record is None:
            return None
        changed = changes(record.files, self.files) | _unsure(record)
        asked = self._asked()
        if not asked or len(changed | asked) > _FEW:
            return None
        return self._part(record, changed | asked, {self._shown(path) for path in asked})

    def _asked(self) -> set[str] | None:
        """Absolute paths of the changed files that are there; ``None`` where one lies outside of the walk."""
        assert self.files is not None
        places = (os.path.normpath(self.here / p) for p in self.paths if p.endswith(SUFFIXES))
        there = {place for place in places if os.path.isfile(place)}  # noqa: PTH113
        for place in there:
            folder, name = os.path.split(place)
            if all(file[0] != name for file in self.files.get(folder, ())):
                return None
        return there

    def _shown(self, place: str) -> str:
        path = Path(place)
        return (path.relative_to(self.here) if path.is_relative_to(self.here) else path).as_posix()

    def _part(self, record: _Record, changed: set[str], reported: set[str]) -> Quick | None:
        """Check the islands that the changed files touch."""
        known = record.islands
        fresh = {self._shown(place) for place in changed}
        if not fresh.isdisjoint(known.shared) or not all(map(str.isascii, fresh)):
            return None
        new = self._read(path for path in fresh if (self.here / path).is_file())
        if new is None or not all(_is_plain(file) for file in new):
            return None
        said = {name for file in new if isinstance(file.document, Document) for name in names_said(file.document)}
        touched = {known.names[name] for name in said if name in known.names}
        touched |= {known.of[path] for path in fresh if path in known.of} | set(known.common)
        around = [path for path, island in known.of.items() if island in touched and path not in fresh]
        if len(around) > max(_ROOM, len(known.of) // 4):
            return None
        others = self._read(around)
        if others is None or any(file.document is None for file in others):
            return None
        files = sorted((f for f in (*new, *others) if not f.skipped), key=lambda f: f.path)
        return self._checked(record, files, touched, fresh, reported)

    def _read(self, paths: Iterable[str]) -> list[ReadFile] | None:
        assert self.group is not None
        read = [read_file(Found(self.here / path, path, explicit=False), self.group) for path in sorted(paths)]
        return None if any(file.problems or file.foreign for file in read) else read

    def _checked(
        self, record: _Record, files: list[ReadFile], touched: set[int], fresh: set[str], reported: set[str]
    ) -> Quick | None:
        assert self.group is not None
        project, problems = link(files, self.group.name, self.group.config)
        if problems or not files or project.waivers or project.remarks:
            return None
        others = len(record.islands.of) - sum(path in record.islands.of for path in fresh | {f.path for f in files})
        if not others:
            return None
        tally = Tally()
        report = report_of([(project, reported)], self.options, documents=len(files) + others, tally=tally)
        if tally.whole:
            return None
        elsewhere = sum(number for island, number in enumerate(record.found) if island not in touched)
        summary = replace(report.summary, filtered=report.summary.filtered + elsewhere)
        if len(fresh) > _WORTH and (own := islands(project)) is not None:
            self._keep(_joined(record, touched, fresh, own, tally, self.files or {}, self.at))
        return Quick(replace(report, summary=summary), project)

    def remember(self, loaded: Loaded, tally: Tally) -> None:
        """Keep a record of a project that was checked as a whole."""
        if self.group is None or self.files is None or len(loaded.projects) != 1 or loaded.problems or tally.whole:
            return
        project = loaded.projects[0]
        known = {self._shown(f"{folder}{os.sep}{name}") for folder, files in self.files.items() for name, *_ in files}
        if len(project.texts) < _MANY or not known.issuperset(project.texts):
            return
        found = islands(project)
        if found is not None:
            self._keep(_Record(self.key, self.at, self.files, found, _per_island(found, tally), _newest(self.files)))

    def _keep(self, record: _Record) -> None:
        with contextlib.suppress(OSError):
            _write(record)


def _is_plain(file: ReadFile) -> bool:
    """Is it no document at all, or one that declares metrics and nothing else."""
    document = file.document
    if file.skipped or document is None:
        return file.skipped
    others = (getattr(document, section) for section in (*SECTIONS, "waivers") if section != "metrics")
    return isinstance(document, Document) and not any(others)


def _per_island(known: Islands, tally: Tally) -> list[int]:
    found = [0] * (max(known.of.values(), default=-1) + 1)
    for path, number in tally.found.items():
        found[known.of[path]] += number
    return found


def _joined(
    record: _Record, touched: set[int], fresh: set[str], own: Islands, tally: Tally, files: Survey, at: int
) -> _Record:
    """The record with the islands that were looked at anew in place of those that they come from."""
    rest = {path: n for path, n in record.islands.of.items() if n not in touched and path not in fresh}
    first = len(record.found)
    names = {name: island for name, island in record.islands.names.items() if island not in touched}
    names.update((name, first + island) for name, island in own.names.items())
    of = rest | {path: first + island for path, island in own.of.items()}
    shared = [path for path in record.islands.shared if path in rest] + own.shared
    joined = Islands(of, names, [first + island for island in own.common], shared)
    found = [0 if island in touched else number for island, number in enumerate(record.found)]
    return _Record(record.key, at, files, joined, found + _per_island(own, tally), _newest(files))


def _unsure(record: _Record) -> set[str]:
    """Files that had been changed so shortly before they were looked up that their times may not tell."""
    line = record.at - _SHORTLY
    if record.newest <= line:
        return set()
    return {
        f"{folder}{os.sep}{file[0]}"
        for folder, files in record.files.items()
        for file in files
        if file[2] > line or file[3] > line
    }


def _newest(files: Survey) -> int:
    return max((max(file[2], file[3]) for of_folder in files.values() for file in of_folder), default=0)


def _rules_stamp() -> int:
    """What tells whether the shipped rules are the same."""
    stamp = 0
    for folder, _, files in os.walk(shipped("rules")):
        for name in sorted(files):
            about = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118
            stamp = zlib.crc32(f"{name} {about.st_size} {about.st_mtime_ns}".encode(), stamp)
    return stamp


def _file_of(key: str) -> Path:
    data = os.fsencode(key)
    return Path(cache_folder(), f"{zlib.crc32(data):08x}{zlib.adler32(data):08x}.project")


def _read(key: str) -> _Record | None:
    """The record of a key; ``None`` where there is none, and where it is broken or foreign."""
    try:
        head, _, data = _file_of(key).read_bytes().partition(b"\n")
        if head != _MAGIC + f" {zlib.crc32(data):08x}".encode():
            return None
        record = msgspec.msgpack.decode(data, type=_Record)
    except (OSError, msgspec.DecodeError):
        return None
    return record if record.key == key else None


def _write(record: _Record) -> None:
    data = msgspec.msgpack.encode(record)
    file = _file_of(record.key)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = f"{file}.{os.getpid()}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_MAGIC + f" {zlib.crc32(data):08x}\n".encode() + data)
        os.replace(beside, file)  # noqa: PTH105
    except OSError:
        Path(beside).unlink()
    others = [p for p in file.parent.glob("*.project*") if p != file]
    for old in sorted(others, key=lambda p: p.stat().st_mtime_ns)[: max(0, len(others) - _KEPT)]:
        old.unlink(missing_ok=True)
