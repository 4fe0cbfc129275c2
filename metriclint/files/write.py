"""Writing files whole: a reader sees the old file or the new one, never half of one."""

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

_SUFFIX = ".part"
_LEFT_BEHIND = 3600
"""Seconds after which a temporary file belongs to nobody."""


def write_whole(file: Path, data: bytes) -> None:
    """Replace a file in one step: write beside it, flush to disk, rename.

    Permissions of an existing file are kept. A pipe or device is written to as it is. Raises OSError; then the old file
    stands untouched.
    """
    write_all([(os.fspath(file), data)])


def write_all(files: Iterable[tuple[str, bytes]]) -> None:
    """Replace several files: all are written beside their places before the first is renamed.

    Raises OSError with the name of the file that could not be written; then none is replaced, unless it is the renaming
    itself that fails. A reader of a pipe that has gone is no error.
    """
    staged: list[tuple[str, Path, Path]] = []
    streams: list[tuple[str, bytes]] = []
    try:
        for name, data in files:
            with _about(name):
                if _is_stream(name):
                    streams.append((name, data))
                else:
                    target = Path(name).resolve() if Path(name).is_symlink() else Path(name)
                    staged.append((name, _beside(target, data), target))
        for name, data in streams:
            with _about(name), contextlib.suppress(BrokenPipeError), Path(name).open("wb") as stream:
                stream.write(data)
        while staged:
            name, temporary, target = staged[0]
            with _about(name):
                temporary.replace(target)
            del staged[0]
    finally:
        for _, temporary, _ in staged:
            with contextlib.suppress(OSError):
                temporary.unlink()


@contextlib.contextmanager
def _about(name: str) -> Iterator[None]:
    """Errors name the file that was asked for, not the one that stands in for it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, name) from error


def _is_stream(name: str) -> bool:
    """Whether a name is a pipe, socket or device, which renaming would destroy."""
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116 - follows links of /proc, which pathlib would spell out
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return not stat.S_ISREG(mode)


def _beside(target: Path, data: bytes) -> Path:
    """A temporary file beside a target, whole and on disk, with the permissions that the target is to have."""
    import tempfile  # takes as long as all of our own reading and writing

    prefix = f".{target.name[:40]}."
    _clear(target.parent, prefix)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=prefix, suffix=_SUFFIX)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        Path(temporary).chmod(mode)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    return Path(temporary)


def _clear(folder: Path, prefix: str) -> None:
    """Take away what killed runs have left of a file, once no other run can still be writing it."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            ours = name.startswith(prefix) and name.endswith(_SUFFIX) and len(name) == len(prefix) + 8 + len(_SUFFIX)
            if ours and abs(time.time() - entry.stat(follow_symlinks=False).st_mtime) > _LEFT_BEHIND:
                Path(entry.path).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
