"""Writing a whole pack: beside its place first, then in its place in one step. Nothing is left half-written."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from metriclint.audit.data import MANIFEST

_STAGED, _ASIDE = ".part", ".old"
_LEFT_BEHIND = 3600
"""Seconds after which a folder that stands in for another belongs to nobody."""


class FolderError(Exception):
    """Raised where a pack cannot take the place of what lies there; the message says what to do."""


def write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    """Put a pack in its place. Raises OSError where that fails; then what was there is as it was."""
    out = Path(os.path.realpath(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    _clear(out)
    staged = Path(tempfile.mkdtemp(dir=out.parent, prefix=_hidden(out), suffix=_STAGED))
    try:
        for name, data in files.items():
            file = staged / PurePosixPath(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        staged.chmod(out.stat().st_mode & 0o777 if out.exists() else 0o777 & ~_umask())
        _take_place(staged, out)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _take_place(staged: Path, out: Path) -> None:
    """Rename the new folder into the place; the old one goes aside first and comes back where that fails."""
    if not out.exists():
        staged.rename(out)
        return
    aside = staged.with_suffix(_ASIDE)
    aside.mkdir(mode=0o700)
    try:
        out.rename(aside / out.name)
        staged.rename(out)
    except BaseException:
        # Ctrl-C as well can come between the two.
        if not os.path.lexists(out):
            (aside / out.name).rename(out)
        raise
    finally:
        if out.exists():
            shutil.rmtree(aside, ignore_errors=True)


def put_back(out: Path) -> None:
    """Bring a pack back that a killed run had set aside and not replaced yet.

    No system renames two folders in one step everywhere. Only in the moment between the two renames is the place empty
    while both packs lie beside it.
    """
    out = Path(os.path.realpath(out))
    if os.path.lexists(out):
        return
    with contextlib.suppress(OSError):
        for staged in _left(out, _STAGED):
            aside = staged.with_suffix(_ASIDE)
            if (aside / out.name).is_dir():
                (aside / out.name).rename(out)
                aside.rmdir()
                return


def _clear(out: Path) -> None:
    """Take away what killed runs have left of a pack, once no other run can still be writing it."""
    with contextlib.suppress(OSError):
        for folder in (*_left(out, _STAGED), *_left(out, _ASIDE)):
            if abs(time.time() - folder.lstat().st_mtime) > _LEFT_BEHIND:
                shutil.rmtree(folder, ignore_errors=True)


def _left(out: Path, suffix: str) -> list[Path]:
    """Folders beside a place that stand in for it while it is written."""
    prefix = _hidden(out)
    names = (f.name for f in out.parent.iterdir() if f.is_dir() and not f.is_symlink())
    length = len(prefix) + 8 + len(suffix)
    return [out.parent / n for n in sorted(names) if n.startswith(prefix) and n.endswith(suffix) and len(n) == length]


def _hidden(out: Path) -> str:
    return f".{out.name[:40]}."


def check_place(out: Path, shown: str, manifest: bytes, *, follows: Path | None, force: bool) -> bool:
    """Can a pack with a manifest take a place. False where the same pack lies there already, and nothing is to be done.

    ``follows`` is the earlier pack. Raises FolderError where something would be lost: files that no pack is made of,
    a register that somebody filled in, or the numbers of a pack that is not followed.
    """
    if not os.path.lexists(out):
        return True
    if not out.is_dir():
        raise FolderError(f"{shown} is a file; --out names a folder")
    there = {f.relative_to(out).as_posix() for f in out.rglob("*") if not f.is_dir()}
    if not there:
        return True
    known = _manifest(out)
    if known is None:
        raise FolderError(f"{shown} is not empty and is no audit pack: name another folder")
    if force:
        return True
    changed = sorted(n for n in there - {MANIFEST} if known["files"].get(n, {}).get("sha256") != _sha256(out / n))
    if changed:
        others = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise FolderError(
            f"{shown}/{changed[0]}{others} was changed or added since the pack was written: "
            "`metriclint responses import` takes answers over; then name another folder, or say --force"
        )
    if (out / MANIFEST).read_bytes() == manifest and there == {*known["files"], MANIFEST}:
        return False
    if follows is None or not follows.exists() or not follows.samefile(out):
        raise FolderError(
            f"{shown} holds another pack: `--previous {shown}` follows it up and keeps its numbers, "
            "--force begins anew; or name another folder"
        )
    return True


def of_a_pack(file: Path) -> bool:
    """Does a file lie in a pack that was written before."""
    return any((folder / MANIFEST).is_file() for folder in file.absolute().parents)


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    good = isinstance(found, dict) and str(found.get("schema", "")).startswith("metriclint/audit-manifest/")
    files = found.get("files") if good else None
    return found if isinstance(files, dict) and all(isinstance(v, dict) for v in files.values()) else None


def _sha256(file: Path) -> str:
    with contextlib.suppress(OSError):
        return hashlib.sha256(file.read_bytes()).hexdigest()
    return ""


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
