"""Open texts over the disk: what editors show and have not saved yet stands for the files."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_IFREG

from metriclint.sources.tree import DISK, Listed


class _Open:
    """An open text in a folder where the disk has no file of its name."""

    def __init__(self, path: str, size: int) -> None:
        self.path, self.name, self._size = path, Path(path).name, size

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return False

    def is_symlink(self) -> bool:
        return False

    def stat(self) -> os.stat_result:
        return os.stat_result((S_IFREG | 0o644, 0, 0, 1, 0, 0, self._size, 0, 0, 0))


class Buffers:
    """A tree (:class:`metriclint.sources.tree.Tree`) of open texts, and of the disk where nothing is open."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        """Open texts by normal absolute path."""

    def text(self, path: Path) -> str | None:
        """The open text of a file; ``None`` where none is open."""
        return self.texts.get(os.path.normpath(path))

    def is_dir(self, path: Path, /) -> bool:
        """Is there a folder."""
        return DISK.is_dir(path)

    def is_file(self, path: Path, /) -> bool:
        """Is there a file, a link to one, or an open text."""
        return self.text(path) is not None or DISK.is_file(path)

    def lexists(self, path: Path, /) -> bool:
        """Is there anything."""
        return self.text(path) is not None or DISK.lexists(path)

    @contextmanager
    def scandir(self, path: Path, /) -> Iterator[Iterable[Listed]]:
        """What a folder holds, with the open texts that were never saved there."""
        folder = Path(os.path.normpath(path))
        with DISK.scandir(path) as entries:
            listed: list[Listed] = list(entries)
        names = {entry.name for entry in listed}
        for name, text in self.texts.items():
            file = Path(name)
            if file.parent == folder and file.name not in names:
                listed.append(_Open(name, len(text)))
        yield listed

    def read_bytes(self, path: Path, /) -> bytes:
        """The bytes of an open text, else of the file."""
        text = self.text(path)
        if text is not None:
            return text.encode("utf-8", "replace")
        return DISK.read_bytes(path)


def stamp(path: Path) -> tuple[int, int] | None:
    """Time of change and size of a file on the disk; ``None`` where it cannot be looked at."""
    try:
        told = os.stat(path)  # noqa: PTH116 - the fastest way to ask
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size
