"""From paths to projects: find, read, link. The only door into the sources for the rest of the house."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct, field

from metriclint.files.problem import Problem
from metriclint.files.yaml_values import decode
from metriclint.model.config import Config
from metriclint.model.project import Project
from metriclint.sources.discover import NATIVE_SUFFIXES, Finder, Found, Group
from metriclint.sources.foreign import read_file
from metriclint.sources.link import link
from metriclint.sources.native import read_document
from metriclint.sources.tree import DISK, Tree

_OWN = re.compile(r"metriclint_baseline|^mapping:[ \t]+1[ \t\r]*$", re.MULTILINE)
"""Marks of baselines and mappings: they lie among the documents, and nobody takes them for one."""


class Loaded(Struct):
    """All projects behind the given paths, what is wrong with them, and what was left aside."""

    projects: list[Project] = field(default_factory=list)
    reported: list[set[str] | None] = field(default_factory=list)
    """For each project the shown paths that were asked about; ``None`` for all of it."""
    problems: list[Problem] = field(default_factory=list)
    documents: int = 0
    skipped: list[str] = field(default_factory=list)
    """YAML or JSON files without a ``metriclint:`` key that were met on the way."""


def load(
    paths: Sequence[str],
    here: Path | None = None,
    *,
    stdin: tuple[str, bytes] | None = None,
    config: Config | None = None,
    changed: bool = False,
    tree: Tree = DISK,
    count: Callable[[int, int], None] = lambda done, of: None,
) -> Loaded:
    """Load every project that the paths touch.

    ``paths`` are files or folders; without any, the configured paths of the project around ``here`` are taken, or
    ``here`` itself. ``changed`` paths are files that a commit touches: what is no document among them is left out, and
    their projects are loaded whole. ``stdin`` is a name and the bytes of a text that stands for that file. ``config``
    replaces the configuration files; ``tree`` is what is read, the disk or a commit; ``count`` is told how many files
    of a project are read.
    Never raises for bad input: problems come back in the result, all of them.
    """
    finder = Finder(here or Path.cwd(), config, tree)
    loaded = Loaded()
    standing_in = (finder.add_text(stdin[0]), stdin[1]) if stdin else None
    for path in paths:
        if changed:
            finder.add_changed(path)
        else:
            finder.add(path)
    if not paths and not stdin and not changed:
        finder.add_configured()
    finder.complete(here=changed)
    for group in finder.groups():
        _load_group(group, loaded, standing_in, tree, count)
    # Files that are read by one mapping all tell what is wrong with it.
    every = dict.fromkeys([*finder.problems, *loaded.problems])
    loaded.problems = sorted(every, key=lambda p: (p.path, p.line, p.column))
    return loaded


def _load_group(
    group: Group,
    loaded: Loaded,
    standing_in: tuple[str, bytes] | None,
    tree: Tree,
    count: Callable[[int, int], None],
) -> None:
    files = []
    for number, found in enumerate(group.files):
        count(number, len(group.files))
        data = standing_in[1] if standing_in and standing_in[0] == found.shown else None
        read = read_file(found, group, tree, None if data is None else decode(data, found.shown))
        if read.skipped:
            if found.shown.endswith(NATIVE_SUFFIXES) and _OWN.search(read.text[:400]) is None:
                loaded.skipped.append(read.path)
            continue
        files.append(read)
        loaded.problems += read.problems
    if not files:
        return
    loaded.documents += sum(1 for f in files if f.document is not None)
    project, problems = link(files, group.name, group.config)
    loaded.problems += problems
    loaded.projects.append(project)
    everything = all(f.path in group.reported for f in files)
    loaded.reported.append(None if everything else group.reported)


def load_text(text: str, name: str, config: Config | None = None) -> tuple[Project, list[Problem]]:
    """One document that is only a text, as a project of its own, and what is wrong with it."""
    file = read_document(Found(Path(name), name, explicit=True), text)
    if file.problems:
        return Project(texts={name: text}), file.problems
    return link([file], "", config or Config())
