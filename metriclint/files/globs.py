"""Patterns of paths, as settings name files: ``legacy/**``, ``*/draft-*.yaml``, or just a folder."""

from fnmatch import fnmatchcase
from functools import lru_cache


@lru_cache(maxsize=4096)
def fits(path: str, pattern: str) -> bool:
    """Does a pattern name a path. Both are relative to the same folder and have forward slashes.

    ``*`` and ``?`` stay within a name, ``**`` stands for any number of folders, and a pattern that names a folder names
    everything below it. Case counts on every system, so that all machines agree.
    """
    parts = tuple(part for part in pattern.split("/") if part not in ("", "."))
    return _fits(tuple(path.split("/")), (*parts, "**"))


def _fits(path: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Row by row as in an edit distance, so that many stars cost no more than their number."""
    reached = {0}
    for part in pattern:
        if part == "**":
            reached = set(range(min(reached, default=len(path) + 1), len(path) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(path) and fnmatchcase(path[at], part)}
    return len(path) in reached
