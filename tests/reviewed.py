"""Repositories whose states are folders of examples."""

import shutil
from pathlib import Path

from committed import Committed


class Repository(Committed):
    """A repository with commits that replace everything."""

    def commit_folder(self, source: Path) -> str:
        """Commit what a folder holds in place of everything. Returns the id."""
        self.clear()
        shutil.copytree(source, self.folder, dirs_exist_ok=True)
        return self.commit()

    def clear(self) -> None:
        """Take everything out of the working tree."""
        for entry in self.folder.iterdir():
            if entry.name == ".git":
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
