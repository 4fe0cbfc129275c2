"""The files of a commit, read like a disk: nothing is checked out."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath

from metriclint.review.repository import Blobs, Commit, Item, Repository
from metriclint.sources.tree import DISK, Listed

_MOST_LINKS = 20
_LARGE_FILE_POINTER = b"version https://git-lfs.github.com/spec/"


class CommitTree:
    """A tree of blobs at the place of the repository; outside of it the disk.

    Paths are absolute, as if the commit were checked out. Close it after use, or use it as a context.
    """

    def __init__(self, repository: Repository, commit: Commit) -> None:
        self._top = repository.top
        self._items: dict[str, Item] = {}
        self._folders: dict[str, dict[str, Item | None]] = {"": {}}
        self._blobs: Blobs = repository.blobs()
        for item in repository.items(commit):
            self._add(item)

    def __enter__(self) -> "CommitTree":
        return self

    def __exit__(self, *_: object) -> None:
        self._blobs.close()

    def _add(self, item: Item) -> None:
        if stat.S_IFMT(item.mode) == _SUBMODULE:
            self._folder(item.path)
            return
        above, _, name = item.path.rpartition("/")
        self._folder(above)[name] = item
        self._items[item.path] = item

    def _folder(self, path: str) -> "dict[str, Item | None]":
        """What a folder holds, files by their item and folders by ``None``; made with those above where it is new."""
        if path not in self._folders:
            above, _, name = path.rpartition("/")
            self._folder(above)[name] = None
            self._folders[path] = {}
        return self._folders[path]

    def _inside(self, path: Path) -> str | None:
        """The path from the top of the repository; ``None`` outside of it."""
        tidy = Path(os.path.normpath(path))
        if not tidy.is_relative_to(self._top):
            return None
        inside = tidy.relative_to(self._top).as_posix()
        return "" if inside == "." else inside

    def is_dir(self, path: Path, /) -> bool:
        """Is there a folder."""
        inside = self._inside(path)
        return DISK.is_dir(path) if inside is None else inside in self._folders

    def is_file(self, path: Path, /) -> bool:
        """Is there a file, or a link to one."""
        inside = self._inside(path)
        if inside is None:
            return DISK.is_file(path)
        with contextlib.suppress(OSError):
            return isinstance(self._followed(inside), Item)
        return False

    def lexists(self, path: Path, /) -> bool:
        """Is there anything, a link that leads nowhere included."""
        inside = self._inside(path)
        return DISK.lexists(path) if inside is None else inside in self._folders or inside in self._items

    def scandir(self, path: Path, /) -> AbstractContextManager[Iterable[Listed]]:
        """What a folder holds."""
        inside = self._inside(path)
        return DISK.scandir(path) if inside is None else self._entries(path, inside)

    @contextlib.contextmanager
    def _entries(self, folder: Path, inside: str) -> Iterator[Iterable[Listed]]:
        yield [_Entry(self, folder, name, item) for name, item in self._folders[inside].items()]

    def read_bytes(self, path: Path, /) -> bytes:
        """The bytes of a file. Raises OSError as a disk does."""
        inside = self._inside(path)
        if inside is None:
            return DISK.read_bytes(path)
        item = self._followed(inside)
        if item is None:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        data = self._blobs.read(item.blob)
        if data.startswith(_LARGE_FILE_POINTER):
            raise OSError(0, "it is kept in Git LFS, and the repository holds only a pointer to it")
        return data

    def _followed(self, inside: str) -> Item | None:
        """The file behind a path, links followed; ``None`` for a folder."""
        for _ in range(_MOST_LINKS):
            if inside in self._folders:
                return None
            item = self._items.get(inside)
            if item is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            if not stat.S_ISLNK(item.mode):
                return item
            target = PurePosixPath(inside).parent / os.fsdecode(self._blobs.read(item.blob))
            inside = os.path.normpath(target).replace(os.sep, "/")
            if inside.startswith(("/", "../")):
                raise OSError(0, "the link leads out of the repository")
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))

    def mode(self, folder: Path, name: str) -> int:
        """Kind and permissions of a file, links followed. Raises OSError where a link leads nowhere."""
        inside = self._inside(folder / name)
        item = self._followed(inside or "")
        return item.mode if item else stat.S_IFDIR


_SUBMODULE = 0o160000


class _Entry:
    """One name in a folder, as ``os.scandir`` would give it."""

    def __init__(self, tree: CommitTree, folder: Path, name: str, item: Item | None) -> None:
        self._tree, self._folder, self._item = tree, folder, item
        self.name = name

    @property
    def path(self) -> str:
        """The whole path."""
        return str(self._folder / self.name)

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Is it a folder; a link to one counts where links are followed."""
        if self._item is None or not follow_symlinks or not stat.S_ISLNK(self._item.mode):
            return self._item is None
        return stat.S_ISDIR(self.stat().st_mode)

    def is_symlink(self) -> bool:
        """Is it a link. Those of a commit lead to its own files or nowhere."""
        return False

    def stat(self) -> os.stat_result:
        """What it is, links followed. Raises OSError where a link leads nowhere."""
        return os.stat_result((self._tree.mode(self._folder, self.name), *([0] * 9)))
