"""A git repository, asked through the ``git`` program: what a name stands for, and what a commit holds.

Nothing is checked out, nothing is written, nothing is fetched. A name never reaches git as an option.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from metriclint.files.problem import did_you_mean, shorten

_MOST_NAMES = 2000
"""Branches and tags among which a mistyped one is looked for."""


class RepositoryError(Exception):
    """Raised where git cannot answer; the message says what to do."""


class Commit(NamedTuple):
    """A commit, and the name that people gave for it."""

    id: str
    name: str


class Item(NamedTuple):
    """One entry of a commit: its mode in octal as git writes it, the id of its blob, and its path from the top."""

    mode: int
    blob: str
    path: str


class Repository:
    """The repository around a folder. Raises RepositoryError where there is none, or no git."""

    def __init__(self, here: Path) -> None:
        self.here = here
        try:
            inside, prefix = self._lines("rev-parse", "--is-inside-work-tree", "--show-prefix")
        except RepositoryError as error:
            raise RepositoryError(_why_not(here, str(error))) from None
        self._has_files = inside == "true"
        depth = len(Path(prefix).parts)
        self.top = here.parents[depth - 1] if depth else here
        """Folder that the paths of a commit start from."""

    def require_files(self) -> None:
        """Raise RepositoryError where there is no working tree, as in a bare repository."""
        if not self._has_files:
            raise RepositoryError("this repository has no working tree: say with --head which commit to review")

    def commit(self, name: str) -> Commit:
        """The commit that a name stands for. Raises RepositoryError for an unknown name."""
        if not name or name.startswith("-") or not name.isprintable():
            raise RepositoryError(f'"{shorten(name, 60)}" is no name of a commit')
        ran = self._run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if ran.returncode:
            raise RepositoryError(self._unknown(name))
        return Commit(ran.stdout.decode().strip(), name)

    def fork(self, base: Commit, head: str) -> Commit | None:
        """Where the way to the head left that of the base; ``None`` where this clone has no such commit.

        A shallow clone hides the parents of its oldest commits; whether the base is one of them can still be read.
        """
        ran = self._run("merge-base", base.id, head)
        found = ran.stdout.decode().split()
        if not ran.returncode and found:
            return Commit(found[0], base.name)
        written = self._run("cat-file", "commit", head).stdout.partition(b"\n\n")[0]
        return base if f"parent {base.id}".encode() in written.split(b"\n") else None

    def items(self, commit: Commit) -> Iterator[Item]:
        """Everything that a commit holds, in the order of git."""
        for line in self._out("ls-tree", "-r", "-z", "--full-tree", commit.id).split(b"\x00"):
            if line:
                head, _, path = line.partition(b"\t")
                mode, _, blob = head.decode().split(" ")
                yield Item(int(mode, 8), blob, os.fsdecode(path))

    def blobs(self) -> "Blobs":
        """A reader of blobs; close it after use."""
        return Blobs(self._start("cat-file", "--batch"))

    def _unknown(self, name: str) -> str:
        what = f'unknown commit, branch or tag "{shorten(name, 80)}"'
        if self._out("rev-parse", "--is-shallow-repository").strip() == b"true":
            return (
                f"{what}: this is a shallow clone, which may leave it out; fetch it first, with"
                " `git fetch --unshallow` or, in GitHub Actions, `fetch-depth: 0` for actions/checkout"
            )
        names = self._out("for-each-ref", f"--count={_MOST_NAMES}", "--format=%(refname:short)").decode().split()
        if not names:
            return f"{what}: the repository has no commit yet"
        remote = [n for n in names if n.endswith(f"/{name}")]
        near = remote[0] if remote else did_you_mean(name, names)
        return what + (f': did you mean "{near}"?' if near else "")

    def _lines(self, *words: str) -> list[str]:
        # A line break can stand in the name of a folder: only the end of the last line is cut.
        return os.fsdecode(self._out(*words)).removesuffix("\n").split("\n", len(words) - 2)

    def _out(self, *words: str) -> bytes:
        ran = self._run(*words)
        if ran.returncode:
            said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
            raise RepositoryError(shorten(said[0] if said else f"git {words[0]} failed", 300))
        return ran.stdout

    def _run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        with self._start(*words) as process:
            out, err = process.communicate()
            return subprocess.CompletedProcess(words, process.returncode, out, err)

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                ["git", *words],
                cwd=self.here,
                env=os.environ | _QUIETLY,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError:
            raise RepositoryError("git is not installed, or not on the PATH") from None
        except OSError as error:
            raise RepositoryError(f"git cannot be run: {(error.strerror or 'error').lower()}") from None


_QUIETLY = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}


def _why_not(here: Path, said: str) -> str:
    if "not a git repository" in said:
        return f"{here} is in no git repository: a review compares commits; `metriclint check` needs none"
    if "dubious ownership" in said:
        return "git does not read this repository because it belongs to somebody else (see safe.directory of git)"
    return said


class Blobs:
    """Contents by id, from one git process that answers question after question."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def read(self, blob: str) -> bytes:
        """The content of a blob. Raises OSError where this clone does not have it."""
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None
        assert answers is not None
        asks.write(blob.encode() + b"\n")
        asks.flush()
        head = answers.readline().split()
        if len(head) != 3:
            raise OSError(0, "git does not have its content here (a partial clone?); fetch it first")
        data = answers.read(int(head[2]) + 1)
        return data[:-1]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
