"""Where facts stand that no native document declares: places in another tool's file, and what was only inferred."""

from collections.abc import Iterable

from msgspec import Struct, field

from metriclint.files.positions import START, Span, find_spans
from metriclint.files.problem import Route
from metriclint.files.yaml_values import line_at


class Cell(Struct, frozen=True):
    """A cell of a workbook. Row and column are 1-based, as in a text line and column."""

    sheet: str
    row: int
    column: int
    text: str = ""
    """What stands there, for the excerpt of a finding."""

    @property
    def name(self) -> str:
        """Sheet and cell as spreadsheets write it: ``KPIs!D14``."""
        letters, rest = "", self.column
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(ord("A") + digit) + letters
        return f"{self.sheet}!{letters}{self.row}"


class At(Struct, frozen=True):
    """A route in one of several YAML or JSON texts of a file: a document of a stream, the front matter of a page."""

    part: int
    route: Route


Place = Route | At | Span | Cell
"""A route in a YAML or JSON text, a route in a part of one, a place that is known already, or a cell."""


class Foreign(Struct):
    """What is known about a file of another tool. Routes are those of the native document that was made of it."""

    adapter: str
    declares: bool = False
    """Is it a form of our own, in which people declare facts as in a document."""
    text: str = ""
    parts: tuple[tuple[int, str], ...] = ()
    """Where the file holds several texts: lines before each, and the text."""
    places: dict[Route, Place] = field(default_factory=dict)
    inferred: dict[Route, str] = field(default_factory=dict)
    """Facts that the file does not say in so many words, and from what each was inferred."""

    def place(self, route: Route) -> Place | None:
        """Where the nearest thing above a route stands."""
        for length in range(len(route), 0, -1):
            if (place := self.places.get(route[:length])) is not None:
                return place
        return None

    def inferred_from(self, route: Route) -> str | None:
        """From what a fact was inferred; ``None`` where the file says it itself."""
        for length in range(len(route), 0, -1):
            if (text := self.inferred.get(route[:length])) is not None:
                return text
        return None

    def cell(self, route: Route) -> Cell | None:
        """The cell of a route, in a workbook."""
        place = self.place(route)
        return place if isinstance(place, Cell) else None

    def line(self, route: Route, span: Span) -> str:
        """The text around a place: the source line, or what stands in the cell."""
        place = self.place(route)
        return place.text if isinstance(place, Cell) else line_at(self.text, span.line)

    def spans(self, routes: Iterable[Route]) -> dict[Route, Span]:
        """Lines and columns of routes; each text is looked through once."""
        found: dict[Route, Span] = {}
        waiting: dict[int, dict[Route, list[Route]]] = {}
        for route in routes:
            place = self.place(route)
            if isinstance(place, Span):
                found[route] = place
            elif isinstance(place, Cell):
                found[route] = Span(place.row, place.column, place.row, place.column + 1)
            elif isinstance(place, At):
                waiting.setdefault(place.part, {}).setdefault(place.route, []).append(route)
            elif place is None:
                found[route] = START
            else:
                waiting.setdefault(0, {}).setdefault(place, []).append(route)
        for part, wanted in waiting.items():
            before, text = self.parts[part] if self.parts else (0, self.text)
            for there, span in find_spans(text, wanted).items():
                for route in wanted[there]:
                    found[route] = Span(span.line + before, span.column, span.end_line + before, span.end_column)
        return found
