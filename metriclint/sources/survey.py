"""What lies in a project's folders, without reading it: names with sizes and times, fast enough for every commit."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from metriclint.sources.discover import SKIPPED_FOLDERS, SUFFIXES

Stamp = tuple[str, int, int, int, int]
"""A file's name, size, times of change of content and node (nanoseconds), and node number."""
Survey = dict[str, list[Stamp]]
"""For each folder, by its absolute path, the files in it that a check may read, sorted by name."""
_SETTINGS = ("metriclint.toml", "pyproject.toml")


def survey(starts: Iterable[Path], root: Path) -> Survey | None:
    """The files below some folders of a project.

    ``None`` where they cannot be told this way: a folder cannot be read, a name is no UTF-8, or a configuration lies
    below the project's own, which makes a project inside the project.
    """
    found: Survey = {}
    waiting = [os.fspath(start) for start in starts]
    top = os.fspath(root)
    while waiting:
        folder = waiting.pop()
        if folder in found:
            continue
        try:
            with os.scandir(folder) as entries:
                files, folders, names = _told(entries)
        except OSError:
            return None
        if folder != top and not names.isdisjoint(_SETTINGS):
            return None
        if not "".join(names).isascii():
            return None
        files.sort()
        found[folder] = files
        waiting += folders
    return found


def _told(entries: Iterable["os.DirEntry[str]"]) -> tuple[list[Stamp], list[str], set[str]]:
    """Files that a check may read, folders to go into, and all names."""
    files: list[Stamp] = []
    folders: list[str] = []
    names: set[str] = set()
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        names.add(name)
        if entry.is_dir(follow_symlinks=False):
            if name not in SKIPPED_FOLDERS:
                folders.append(entry.path)
        elif name.endswith(SUFFIXES):
            about = entry.stat()
            if stat.S_ISREG(about.st_mode):
                files.append((name, about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino))
    return files, folders, names


def changes(before: Survey, now: Survey) -> set[str]:
    """Absolute paths of files that came, went or are not the same any more."""
    found: set[str] = set()
    for folder in before.keys() | now.keys():
        old, new = before.get(folder), now.get(folder)
        if old != new:
            differ = set(old or ()) ^ set(new or ())
            found.update(f"{folder}{os.sep}{name}" for name, *_ in differ)
    return found
