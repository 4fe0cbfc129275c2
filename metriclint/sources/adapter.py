"""Adapters: what an adapter gets, and finding the one that reads a file.

An adapter is one module of :mod:`metriclint.sources.adapters` with

- ``TITLE``, what people call the format,
- ``SUFFIXES``, the endings of its files,
- ``claims(file)``, whether a file that nobody assigned is certainly of this format: cheap, by marks in its content,
- ``read(file, draft)``, which fills a :class:`~metriclint.sources.draft.Draft`; for what it cannot use it calls
  ``draft.problem`` and goes on.

Nothing registers it.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol, cast

from metriclint.files.problem import Problem
from metriclint.files.yaml_values import decode, parse
from metriclint.sources.draft import Draft
from metriclint.sources.tree import DISK, Tree

_HEAD = 20_000


class SourceFile:
    """A file as an adapter gets it."""

    def __init__(
        self,
        path: str,
        data: bytes,
        *,
        place: Path = Path(),
        mapping: str | None = None,
        tree: Tree = DISK,
        explicit: bool = False,
    ) -> None:
        self.path = path
        """As it is shown."""
        self.place = place
        """Where it lies."""
        self.data = data
        self.mapping = mapping
        """A mapping that the configuration names for it: a path, or the name of one that ships."""
        self.tree = tree
        self.explicit = explicit
        """Did the user or the configuration name it; else it was met on a walk."""

    @cached_property
    def suffix(self) -> str:
        """Ending of the name in small letters, with its dot."""
        return Path(self.path).suffix.lower()

    @cached_property
    def decoded(self) -> str | Problem:
        """The text, or the problem with it."""
        return decode(self.data, self.path)

    @cached_property
    def text(self) -> str:
        """The text; empty where it is none."""
        return "" if isinstance(self.decoded, Problem) else self.decoded

    @cached_property
    def head(self) -> str:
        """The first characters, for a quick look."""
        return self.data[:_HEAD].decode("utf-8", "replace")

    def values(self, draft: Draft) -> Any:
        """The values of a YAML or JSON file of one document; ``None`` where there are none, told as problems."""
        if isinstance(self.decoded, Problem):
            draft.problems.append((self.decoded, None))
            return None
        value, problems = _forgiving(self.text, self.path)
        draft.problems += [(problem, None) for problem in problems]
        draft.foreign.text = self.text
        return value

    def documents(self, draft: Draft) -> list[tuple[int, Any]]:
        """The documents of a YAML stream, each with its number for :class:`~metriclint.model.foreign.At`.

        What cannot be read is told as a problem and left out; empty documents are left out.
        """
        if isinstance(self.decoded, Problem):
            draft.problems.append((self.decoded, None))
            return []
        parts = _parts(self.text)
        draft.foreign.text, draft.foreign.parts = self.text, tuple(parts)
        found = []
        for number, (before, text) in enumerate(parts):
            value, problems = _forgiving(text, self.path)
            draft.problems += [(p._replace(line=p.line + before) if p.line else p, None) for p in problems]
            if value is not None:
                found.append((number, value))
        return found


_QUOTED = "invalid indentation in multiline quoted scalar"
_TRIES = 50


def _forgiving(text: str, path: str) -> tuple[Any, list[Problem]]:
    """Values of a document that other tools read: a quoted text may go on at the left margin of its key.

    YAML 1.2 forbids it, but much YAML in the world has it, since YAML 1.1 readers accept it. Such a line is indented
    for the reading; space at its start does not belong to the text.
    """
    value, problems = parse(text, path)
    lines: list[str] = []
    for _ in range(_TRIES):
        if value is not None or not problems or not problems[0].message.endswith(_QUOTED):
            break
        lines = lines or text.split("\n")
        number = problems[0].line - 1
        lines[number] = " " * 40 + lines[number]
        value, again = parse("\n".join(lines), path)
        if again and again[0].line == problems[0].line:
            break
        problems = again
    return value, problems


_BORDER = re.compile(r"^---(?=[ \t\r]*$|[ \t]+#.*$)|^\.\.\.[ \t\r]*$", re.MULTILINE)


def _parts(text: str) -> list[tuple[int, str]]:
    """The documents of a stream, as lines before each and its text."""
    parts, start = [], 0
    for border in _BORDER.finditer(text):
        parts.append((text.count("\n", 0, start), text[start : border.start()]))
        start = border.end()
    parts.append((text.count("\n", 0, start), text[start:]))
    return parts


class Adapter(Protocol):
    """What a module of :mod:`metriclint.sources.adapters` has."""

    TITLE: str
    SUFFIXES: tuple[str, ...]
    claims: Callable[[SourceFile], bool]
    read: Callable[[SourceFile, Draft], None]


@lru_cache(maxsize=1)
def adapter_names() -> tuple[str, ...]:
    """Names of all adapters, as ``adapter`` in the configuration takes them: ``metric_hub`` is ``metric-hub``."""
    package = importlib.import_module("metriclint.sources.adapters")
    return tuple(sorted(m.name.replace("_", "-") for m in pkgutil.iter_modules(package.__path__) if not m.ispkg))


@lru_cache(maxsize=64)
def adapter(name: str) -> Adapter:
    """An adapter by name. Raises KeyError for an unknown one."""
    if name not in adapter_names():
        raise KeyError(name)
    return cast(Adapter, importlib.import_module(f"metriclint.sources.adapters.{name.replace('-', '_')}"))


def adapter_of(file: SourceFile) -> str | None:
    """The adapter that claims a file."""
    for name in adapter_names():
        one = adapter(name)
        if file.suffix in one.SUFFIXES and one.claims(file):
            return name
    return None
