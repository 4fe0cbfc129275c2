"""The folder that the studio may read and write below, and no file elsewhere: not through a link either."""

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from metriclint.files.write import write_whole
from metriclint.sources.discover import SUFFIXES
from metriclint.sources.tree import DISK, Listed

MOST_ENTRIES = 20_000
"""Files and folders that are looked at below the folder; a home folder holds more."""


class Outside(Exception):
    """Raised for a path that does not lie below the folder; the message says which."""


class Folder:
    """A folder as the only thing there is: a tree to load from, and a place to write to."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self.full = False
        """More lies below than is looked at."""
        self._seen = 0

    def path(self, shown: str) -> Path:
        """The real path of a name below the folder. Raises Outside where it leads elsewhere."""
        if "\x00" in shown:
            raise Outside(shown.replace("\x00", "?"))
        real = Path(os.path.realpath(self.root / shown))
        if not real.is_relative_to(self.root):
            raise Outside(shown)
        return real

    def holds(self, path: Path) -> bool:
        """Does a path, with all links followed, lie below."""
        return Path(os.path.realpath(path)).is_relative_to(self.root)

    def write_new(self, shown: str, data: bytes) -> None:
        """Write a file that is not there yet, whole, with the folders above it. Raises Outside or OSError."""
        path = self.path(shown)
        if os.path.lexists(path) or os.path.lexists(self.root / shown):
            raise FileExistsError(17, "exists already", shown)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)

    def count_anew(self) -> None:
        """Begin to count what lies below."""
        self._seen, self.full = 0, False

    # A tree, as the loader asks for it.

    def is_dir(self, path: Path, /) -> bool:
        """Is there a folder."""
        return self.holds(path) and DISK.is_dir(path)

    def is_file(self, path: Path, /) -> bool:
        """Is there a file, or a link to one below the folder."""
        return self.holds(path) and DISK.is_file(path)

    def lexists(self, path: Path, /) -> bool:
        """Is there anything below the folder, a link that leads nowhere included."""
        return self.holds(path) and DISK.lexists(path)

    def read_bytes(self, path: Path, /) -> bytes:
        """The bytes of a file. Raises PermissionError where a link leads out of the folder."""
        if not self.holds(path):
            raise PermissionError(13, "leads out of the folder of the studio", str(path))
        return path.read_bytes()

    def scandir(self, path: Path, /) -> AbstractContextManager[Iterable[Listed]]:
        """What a folder holds, as far as it is looked at."""
        if not self.holds(path):
            raise PermissionError(13, "leads out of the folder of the studio", str(path))
        return self._scanned(path)

    @contextmanager
    def _scanned(self, path: Path) -> Iterator[Iterable[Listed]]:
        with os.scandir(path) as entries:
            yield self._counted(entries)

    def _counted(self, entries: Iterable[os.DirEntry[str]]) -> Iterator[Listed]:
        for entry in entries:
            if self._seen >= MOST_ENTRIES:
                self.full = True
                return
            self._seen += 1
            if entry.is_symlink() and not self.holds(Path(entry.path)):
                continue
            yield entry

    def state(self) -> frozenset[tuple[str, int, int]]:
        """What tells whether a document below has changed: its path, time and size."""
        found = set()
        waiting = [self.root]
        looked = 0
        while waiting and looked < MOST_ENTRIES:
            try:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        looked += 1
                        if entry.name.startswith(".") or entry.name in ("node_modules", "__pycache__", "venv"):
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(Path(entry.path))
                        elif entry.name.endswith(SUFFIXES):
                            stat = entry.stat(follow_symlinks=False)
                            found.add((entry.path, stat.st_mtime_ns, stat.st_size))
            except OSError:
                continue
        return frozenset(found)
