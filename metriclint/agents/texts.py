"""A text that is no file yet: a whole document, or one card that is set into a document of its own."""

import os
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from metriclint.agents.ground import Ground, Refused
from metriclint.files.problem import Problem, excerpt_of, shorten
from metriclint.files.shape import kebab
from metriclint.files.yaml_values import line_at, parse
from metriclint.findings.finding import Location, Report
from metriclint.findings.place import Places
from metriclint.sources.discover import NATIVE_SUFFIXES

_LONGEST_ID = 80


class Standing(Struct):
    """A text as it is checked, under the name that it stands for; places are told in the text as it was given."""

    name: str
    text: str
    given: str
    lines: int = 0
    """Lines before the given text."""
    columns: int = 0
    """Columns that it was set in."""
    above: int = 0
    """Keys above it."""

    def report(self, report: Report) -> Report:
        """A report on the text with the places of what was given."""
        return msgspec.convert(self._moved(msgspec.to_builtins(report)), Report) if self.above else report

    def problem(self, problem: Problem) -> Problem:
        """A problem with the place in what was given."""
        if not self.above or problem.path != self.name or not problem.line:
            return problem
        line, column = max(1, problem.line - self.lines), max(1, problem.column - self.columns)
        excerpt, caret = excerpt_of(line_at(self.given, line), column)
        return problem._replace(
            line=line, column=column, route=problem.route[self.above :], excerpt=excerpt, caret=caret
        )

    def _moved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._moved(item) for item in value]
        if not isinstance(value, dict):
            return value
        moved = {key: self._moved(item) for key, item in value.items()}
        if value.get("path") == self.name and value.get("line"):
            for key, by in (
                ("line", self.lines),
                ("end_line", self.lines),
                ("column", self.columns),
                ("end_column", self.columns),
            ):
                if key in value:
                    moved[key] = max(1, value[key] - by)
            moved["route"] = value["route"][self.above :]
        if "excerpt" in value and moved["location"]["path"] == self.name:
            place = msgspec.convert(moved["location"], Location)
            moved["excerpt"] = Places({self.name: self.given}).excerpt(place)
        return moved


def standing_text(ground: Ground, path: str, text: str) -> Standing:
    """What is checked for a text. Raises Refused where it cannot stand at the path."""
    name = ground.inside(path) or _free_name(ground.root)
    if not name.endswith(NATIVE_SUFFIXES) or ground.folder.is_dir(ground.root / name):
        raise Refused(f'"{shorten(name, 80)}" is no name of a document: it ends in {", ".join(NATIVE_SUFFIXES)}')
    name = Path(os.path.normpath(name)).as_posix()
    value, _ = parse(text, name)
    # Whatever is no single card is left to the reader of documents, which says what is wrong with it.
    if not isinstance(value, dict) or not {"metriclint", "metrics"}.isdisjoint(value):
        return Standing(name, text, text)
    title = value.get("title")
    id_ = (kebab(title) if isinstance(title, str) else "")[:_LONGEST_ID].strip("-") or "metric"
    for standing in (_in_block(name, text, id_), _in_brackets(name, text, id_)):
        if parse(standing.text, name)[0] == {"metriclint": 1, "metrics": {id_: value}}:
            return standing
    raise Refused("this card cannot be read on its own: give a whole document that begins with `metriclint: 1`")


def _in_block(name: str, text: str, id_: str) -> Standing:
    inner = "\n".join(f"    {line}" if line.strip() else line for line in text.split("\n"))
    return Standing(name, f"metriclint: 1\nmetrics:\n  {id_}:\n{inner}", text, lines=3, columns=4, above=2)


def _in_brackets(name: str, text: str, id_: str) -> Standing:
    whole = f'{{"metriclint": 1, "metrics": {{"{id_}":\n{text}\n}}}}'
    return Standing(name, whole, text, lines=1, above=2)


def _free_name(root: Path) -> str:
    """A name that no file has."""
    names = (f"proposal{'' if number == 1 else f'-{number}'}.yaml" for number in count(1))
    return next(name for name in names if not os.path.lexists(root / name))
