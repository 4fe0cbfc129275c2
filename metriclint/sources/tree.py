"""Where files lie: on the disk, or in another tree that answers the same questions, such as a commit."""

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Listed(Protocol):
    """One name in a folder, as ``os.scandir`` gives it."""

    @property
    def name(self) -> str:
        """The name alone."""

    @property
    def path(self) -> str:
        """The whole path."""

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Is it a folder."""

    def is_symlink(self) -> bool:
        """Is it a link."""

    def stat(self) -> os.stat_result:
        """What it is, links followed. Raises OSError where a link leads nowhere."""


class Tree(Protocol):
    """Files and folders to read from, all by absolute paths. Like ``os``, only reading raises OSError."""

    def is_dir(self, path: Path, /) -> bool:
        """Is there a folder."""

    def is_file(self, path: Path, /) -> bool:
        """Is there a file, or a link to one."""

    def lexists(self, path: Path, /) -> bool:
        """Is there anything, a link that leads nowhere included."""

    def scandir(self, path: Path, /) -> AbstractContextManager[Iterable[Listed]]:
        """What a folder holds."""

    def read_bytes(self, path: Path, /) -> bytes:
        """The bytes of a file."""


class Disk:
    """The disk, by the functions of the standard library themselves.

    Not by those of ``Path``, which raise where a folder above cannot be entered.
    """

    is_dir = staticmethod(os.path.isdir)
    is_file = staticmethod(os.path.isfile)
    lexists = staticmethod(os.path.lexists)
    read_bytes = staticmethod(Path.read_bytes)

    @staticmethod
    def scandir(path: Path) -> AbstractContextManager[Iterable[Listed]]:
        """What a folder holds."""
        return os.scandir(path)


DISK: Tree = Disk()
