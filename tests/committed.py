"""Real git repositories for tests: fixed author and dates, no configuration from outside."""

import os
import subprocess
import textwrap
from pathlib import Path

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


class Committed:
    """A repository in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *words: str) -> str:
        """Run git. Returns what it prints."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        ran = subprocess.run(
            ["git", *words], cwd=self.folder, env=outside | _ENVIRONMENT, check=True, capture_output=True, text=True
        )
        return ran.stdout.strip()

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file; a text is dedented."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).lstrip("\n").encode())
        return file

    def commit(self, **files: str | bytes) -> str:
        """Commit everything, after writing files by their name (``a__b`` is ``a/b.yaml``). Returns the id."""
        for name, text in files.items():
            self.write(f"{name.replace('__', '/')}.yaml", text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a state")
        return self.git("rev-parse", "HEAD")
