"""A folder as all there is to read: nothing elsewhere, not through a link either."""

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from metriclint.sources.discover import SUFFIXES
from metriclint.sources.tree import DISK, Listed


class Outside(Exception):
    """Raised for a path that does not lie below the folder; the message says which."""


class Folder:
    """A tree (:class:`metriclint.sources.tree.Tree`) that ends at its root, with all links followed."""

    most = 20_000
    """Files and folders that are looked at; a home folder holds more."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self.full = False
        """More lies below than is looked at."""
        self.outside: set[str] = set()
        """Files that would be looked into, and are links that lead out."""
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

    def count_anew(self) -> None:
        """Begin to count what lies below."""
        self._seen, self.full = 0, False
        self.outside.clear()

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
            raise PermissionError(13, "leads out of the folder", str(path))
        return path.read_bytes()

    def scandir(self, path: Path, /) -> AbstractContextManager[Iterable[Listed]]:
        """What a folder holds, as far as it is looked at."""
        if not self.holds(path):
            raise PermissionError(13, "leads out of the folder", str(path))
        return self._scanned(path)

    @contextmanager
    def _scanned(self, path: Path) -> Iterator[Iterable[Listed]]:
        with os.scandir(path) as entries:
            yield self._counted(entries)

    def _counted(self, entries: Iterable[os.DirEntry[str]]) -> Iterator[Listed]:
        for entry in entries:
            if self._seen >= self.most:
                self.full = True
                return
            self._seen += 1
            if entry.is_symlink() and not self.holds(Path(entry.path)):
                if entry.name.endswith(SUFFIXES):
                    self.outside.add(os.path.relpath(entry.path, self.root))
                continue
            yield entry
