"""The folder that the studio may read and write below, and no file elsewhere: not through a link either."""

import os
from pathlib import Path

from metriclint.files.write import write_whole
from metriclint.sources import folder
from metriclint.sources.discover import SUFFIXES
from metriclint.sources.folder import Outside as Outside


class Folder(folder.Folder):
    """A folder as the only thing there is: a tree to load from, and a place to write to."""

    def write_new(self, shown: str, data: bytes) -> None:
        """Write a file that is not there yet, whole, with the folders above it. Raises Outside or OSError."""
        path = self.path(shown)
        if os.path.lexists(path) or os.path.lexists(self.root / shown):
            raise FileExistsError(17, "exists already", shown)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)

    def state(self) -> frozenset[tuple[str, int, int]]:
        """What tells whether a document below has changed: its path, time and size."""
        found = set()
        waiting = [self.root]
        looked = 0
        while waiting and looked < self.most:
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
