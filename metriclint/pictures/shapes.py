"""The outline of each kind of node. All touch their box in the middle of its sides, where most links end."""

from collections.abc import Callable
from typing import NamedTuple

from metriclint.graph.incentive_graph import NodeKind


class Box(NamedTuple):
    """A rectangle in pixels, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower side."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: "Box") -> bool:
        """Do two boxes share an area."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


class Shape(NamedTuple):
    """An outline as SVG path data, and a second line that marks the kind."""

    outline: str
    mark: str = ""


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def path_data(*parts: str | float) -> str:
    """SVG path data from letters and numbers."""
    return " ".join(p if isinstance(p, str) else number(p) for p in parts)


def shape_of(kind: NodeKind, box: Box) -> Shape:
    """The shape of a kind in a box."""
    return _SHAPES[kind](box)


def _rectangle(b: Box) -> str:
    return path_data("M", b.x, b.y, "H", b.right, "V", b.bottom, "H", b.x, "Z")


def _arrow(b: Box) -> Shape:
    """An act points at what it moves."""
    cut, (_, y) = 12, b.middle
    data = path_data("M", b.x, b.y, "H", b.right - cut, "L", b.right, y, "L", b.right - cut, b.bottom, "H", b.x, "Z")
    return Shape(data)


def _double(b: Box) -> Shape:
    """A metric has a double frame."""
    return Shape(_rectangle(b), _rectangle(Box(b.x + 4, b.y + 4, b.width - 8, b.height - 8)))


def _screen(b: Box) -> Shape:
    """A board is a window with a title bar."""
    return Shape(_round(b, 6, 6), path_data("M", b.x, b.y + 20, "H", b.right))


def _hexagon(b: Box) -> Shape:
    """A decision is pointed at both ends."""
    cut, (_, y) = 12, b.middle
    return Shape(
        path_data("M", b.x + cut, b.y, "H", b.right - cut, "L", b.right, y, "L", b.right - cut, b.bottom)
        + path_data(" H", b.x + cut, "L", b.x, y, "Z")
    )


def _letter(b: Box) -> Shape:
    """A consequence is a sheet with a folded corner, as a letter that somebody gets."""
    fold = 10
    data = path_data("M", b.x, b.y, "H", b.right - fold, "L", b.right, b.y + fold, "V", b.bottom, "H", b.x, "Z")
    return Shape(data, path_data("M", b.right - fold, b.y, "V", b.y + fold, "H", b.right))


def _stadium(b: Box) -> Shape:
    """An outcome is round at both ends."""
    radius = min(24.0, b.height / 2)
    return Shape(_round(b, radius, radius))


def _octagon(b: Box) -> Shape:
    """A harm looks like a stop sign."""
    c = 11
    return Shape(
        path_data("M", b.x + c, b.y, "H", b.right - c, "L", b.right, b.y + c, "V", b.bottom - c, "L", b.right - c)
        + path_data("", b.bottom, "H", b.x + c, "L", b.x, b.bottom - c, "V", b.y + c, "Z")
    )


def _shoulders(b: Box) -> Shape:
    """A role has round shoulders."""
    return Shape(_round(b, 16, 0))


def _ticket(b: Box) -> Shape:
    """A target is a ticket with notched corners."""
    c = 8
    corners = (
        ("M", b.x + c, b.y, "H", b.right - c, "A", c, c, "0 0 0", b.right, b.y + c, "V", b.bottom - c),
        ("A", c, c, "0 0 0", b.right - c, b.bottom, "H", b.x + c, "A", c, c, "0 0 0", b.x, b.bottom - c),
        ("V", b.y + c, "A", c, c, "0 0 0", b.x + c, b.y, "Z"),
    )
    return Shape(" ".join(path_data(*part) for part in corners))


def _drum(b: Box) -> Shape:
    """A system is a drum, as machines are drawn."""
    rx, ry = b.width / 2, 6
    side = path_data("M", b.x, b.y + ry, "A", rx, ry, "0 0 1", b.right, b.y + ry, "V", b.bottom - ry)
    return Shape(
        side + path_data(" A", rx, ry, "0 0 1", b.x, b.bottom - ry, "Z"),
        path_data("M", b.x, b.y + ry, "A", rx, ry, "0 0 0", b.right, b.y + ry),
    )


def _shield(b: Box) -> Shape:
    """A verification is a shield."""
    cut, (x, _) = 10, b.middle
    data = path_data("M", b.x, b.y, "H", b.right, "V", b.bottom - cut, "L", x, b.bottom, "L", b.x, b.bottom - cut, "Z")
    return Shape(data)


def _round(b: Box, top: float, bottom: float) -> str:
    upper = path_data("M", b.x + top, b.y, "H", b.right - top, "A", top, top, "0 0 1", b.right, b.y + top)
    lower = path_data("V", b.bottom - bottom, "A", bottom, bottom, "0 0 1", b.right - bottom, b.bottom)
    left = path_data("H", b.x + bottom, "A", bottom, bottom, "0 0 1", b.x, b.bottom - bottom)
    close = path_data("V", b.y + top, "A", top, top, "0 0 1", b.x + top, b.y, "Z")
    return " ".join((upper, lower, left, close))


_SHAPES: dict[NodeKind, Callable[[Box], Shape]] = {
    "metric": _double,
    "action": _arrow,
    "board": _screen,
    "decision": _hexagon,
    "consequence": _letter,
    "role": _shoulders,
    "outcome": _stadium,
    "harm": _octagon,
    "target": _ticket,
    "system": _drum,
    "verification": _shield,
}
