"""From origins to lines and columns: each file is looked through once, for all that is reported in it."""

from collections.abc import Iterable, Mapping, Sequence

from metriclint.files.positions import Span, find_spans
from metriclint.files.problem import excerpt_of
from metriclint.files.yaml_values import lines_of
from metriclint.findings.finding import Location
from metriclint.model.foreign import Cell, Foreign
from metriclint.model.project import Origin, Project

_NOT_LOOKED_UP = Span(0, 0, 0, 0)


class Places:
    """Locations of origins. Collect what is needed with :meth:`want`, then ask with :meth:`location`."""

    def __init__(self, texts: Mapping[str, str], foreign: Mapping[str, Foreign] | None = None) -> None:
        self._texts = texts
        self._foreign = foreign or {}
        self._wanted: dict[str, set[tuple[str | int, ...]]] = {}
        self._spans: dict[str, dict[tuple[str | int, ...], Span]] = {}
        self._lines: dict[str, list[str]] = {}

    @classmethod
    def of(cls, project: Project) -> "Places":
        """Places in the files of a project."""
        return cls(project.texts, project.foreign)

    def want(self, origins: Iterable[Origin | None]) -> None:
        """Say which origins will be asked for."""
        for origin in origins:
            if origin is not None:
                self._wanted.setdefault(origin.path, set()).add(origin.route)

    def location(self, origin: Origin | None) -> Location | None:
        """The location of an origin that was wanted; of its nearest declared part where it is not written down.

        One that was not wanted has line 0, which says that its place was not looked up.
        """
        if origin is None:
            return None
        spans = self._spans.get(origin.path)
        if spans is None:
            wanted = self._wanted.get(origin.path, ())
            foreign = self._foreign.get(origin.path)
            spans = foreign.spans(wanted) if foreign else find_spans(self._texts.get(origin.path, ""), wanted)
            self._spans[origin.path] = spans
        span = spans.get(origin.route, _NOT_LOOKED_UP)
        cell = self._cell(origin.path, origin.route) if self._foreign else None
        name = cell.name if cell is not None else ""
        return Location(origin.path, span.line, span.column, span.end_line, span.end_column, list(origin.route), name)

    def _cell(self, path: str, route: Sequence[str | int]) -> Cell | None:
        foreign = self._foreign.get(path)
        return foreign.cell(tuple(route)) if foreign is not None else None

    def excerpt(self, location: Location) -> str:
        """The source line of a location, without control characters; of a long line the part around the column."""
        if location.cell and (cell := self._cell(location.path, location.route)) is not None:
            return excerpt_of(cell.text, 1)[0]
        lines = self._lines.get(location.path)
        if lines is None:
            lines = lines_of(self._texts.get(location.path, ""))
            self._lines[location.path] = lines
        if not 0 < location.line <= len(lines):
            return ""
        line = lines[location.line - 1]
        if len(line) <= 120 and line.isprintable():
            return line
        return excerpt_of(line, location.column)[0]


def caret_of(location: Location) -> int:
    """1-based column of a location in its excerpt."""
    if location.cell:
        return 1
    return excerpt_of("", location.column)[1]
