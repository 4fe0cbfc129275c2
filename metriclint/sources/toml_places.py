"""Where tables and keys stand in a TOML text; ``tomllib`` gives values without places."""

import re

from metriclint.files.positions import START, Span
from metriclint.files.yaml_values import lines_of

_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = re.compile(rf"[ \t]*\[[ \t]*({_DOTTED})[ \t]*\][ \t]*(?:#.*)?$")
_ASSIGNMENT = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")
_ONE = re.compile(_KEY)
_TOKEN = re.compile(r"\"\"\"|'''|\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*$|[\[\]{}]")

Names = tuple[str, ...]


class TomlPlaces:
    """The first place of each table and key, by its names from the top."""

    def __init__(self, text: str) -> None:
        self._places: dict[Names, Span] = {}
        table: Names = ()
        closing, depth = "", 0
        for number, line in enumerate(lines_of(text), 1):
            start = 0
            if not closing and not depth:
                if (header := _HEADER.match(line)) is not None:
                    table = _names(header[1])
                    self._keep(table, Span(number, line.index("[") + 1, number, line.index("]", header.end(1)) + 2))
                    continue
                if line.lstrip().startswith("[["):
                    table = ("[[",)
                    continue
                if (key := _ASSIGNMENT.match(line)) is not None:
                    self._keep((*table, *_names(key[1])), Span(number, key.start(1) + 1, number, len(line) + 1))
                    start = key.end()
            closing, depth = _state(line, start, closing, depth)

    def _keep(self, names: Names, span: Span) -> None:
        for length in range(1, len(names) + 1):
            self._places.setdefault(names[:length], span)

    def place(self, *names: str) -> Span:
        """The place of the nearest table or key above some names."""
        for length in range(len(names), 0, -1):
            if (span := self._places.get(names[:length])) is not None:
                return span
        return START


def _names(dotted: str) -> Names:
    return tuple(name[1:-1] if name[0] in "\"'" else name for name in _ONE.findall(dotted))


def _state(line: str, start: int, closing: str, depth: int) -> tuple[str, int]:
    """The open text (its closing quotes) and the depth of brackets after a line."""
    while True:
        if closing:
            end = line.find(closing, start)
            if end < 0:
                return closing, depth
            start, closing = end + 3, ""
        token = _TOKEN.search(line, start)
        if token is None:
            return "", depth
        start, mark = token.end(), token[0]
        if mark in ('"""', "'''"):
            closing = mark
        elif mark in "[{":
            depth += 1
        elif mark in "]}":
            depth = max(0, depth - 1)
