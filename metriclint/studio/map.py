"""The map: which part of the incentive graph is drawn, where its parts lead, and the same in words."""

from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from metriclint.findings.finding import Finding
from metriclint.model.project import Project
from metriclint.pictures.compose import (
    picture_around,
    picture_of_finding,
    picture_of_metric,
    picture_of_part,
    picture_of_project,
)
from metriclint.pictures.layout import LayoutError
from metriclint.pictures.picture import Picture, PictureNode, ViewName, clause, edge_remarks, kind_words
from metriclint.pictures.svg import render
from metriclint.studio.opened import Opened, Row

VIEWS: dict[ViewName, str] = {
    "all": "All three together",
    "stated": "By the rules",
    "feasible": "By what can be looked up",
    "believed": "In what people think",
}
WHOLE = 120
"""Nodes or links up to which a whole project is drawn without being asked for."""
AROUND = 40
"""Nodes that are drawn around one that is no metric."""
FEW = 12
"""Metrics of a family that are drawn together."""
_KEPT = 60
_DRAWING = Lock()
"""Graphviz draws one picture at a time."""


class Asked(NamedTuple):
    """What is to be drawn."""

    project: str
    view: ViewName = "all"
    about: str = ""
    """A node; empty for the whole project."""
    finding: str = ""
    family: str = ""
    whole: bool = False
    """Draw the whole project, even if it is large."""


class Line(NamedTuple):
    """A link in words."""

    clause: str
    target: PictureNode
    address: str
    remarks: str
    on_path: bool


class Told(NamedTuple):
    """A node in words, with what it is linked to."""

    node: PictureNode
    kind: str
    address: str
    lines: list[Line]


class Map(NamedTuple):
    """A picture in a page, and the same in words."""

    picture: Picture
    drawing: Markup
    """Empty where it cannot be drawn."""
    why_not: str
    told: list[Told]
    addresses: dict[str, str]
    chosen_for: str = ""
    """Why only a part is shown, where that was not asked for."""


def map_of(opened: Opened, asked: Asked) -> Map | None:
    """The map of what is asked for; ``None`` where there is no such thing. What was drawn once is kept."""
    known = opened.pictures.get(asked)
    if isinstance(known, Map):
        return known
    project = opened.project(asked.project)
    picture, why = _picture(opened, project, asked) if project is not None else (None, "")
    if picture is None or project is None:
        return None
    addresses = {n.id: address_of(opened, n.id, asked) for n in picture.nodes}
    drawing, why_not = _drawn(picture, addresses)
    made = Map(picture, drawing, why_not, list(_told(picture, addresses)), addresses, why)
    while len(opened.pictures) >= _KEPT:
        opened.pictures.pop(next(iter(opened.pictures)), None)
    opened.pictures[asked] = made
    return made


def address_of(opened: Opened, node: str, asked: Asked) -> str:
    """Where a node leads: to the page of a metric, else to the part of the map around it."""
    kind, _, id_ = node.partition(":")
    if kind == "metric" and (asked.project, id_) in opened.rows:
        return opened.address(id_, asked.project)
    return map_address(opened, asked._replace(about=node, finding="", family="", whole=False))


def map_address(opened: Opened, asked: Asked) -> str:
    """The address of a part of the map."""
    told = {"about": asked.about, "finding": asked.finding, "family": asked.family}
    told |= {"view": asked.view if asked.view != "all" else "", "all": "1" if asked.whole else ""}
    told |= {"in": asked.project} if len(opened.projects) > 1 else {}
    query = urlencode({key: value for key, value in told.items() if value or key == "in"})
    return f"/map?{query}" if query else "/map"


def _picture(opened: Opened, project: Project, asked: Asked) -> tuple[Picture | None, str]:
    """The picture, and why it is a part only where nobody asked for a part."""
    incentives = opened.incentives(project)
    if asked.finding:
        found = _finding(opened, asked)
        return (picture_of_finding(incentives, found, asked.view), "") if found is not None else (None, "")
    if asked.about:
        kind, _, id_ = asked.about.partition(":")
        try:
            if kind == "metric":
                return picture_of_metric(incentives, id_, asked.view), ""
            return picture_around(incentives, asked.about, asked.view, AROUND), ""
        except KeyError:
            return None, ""
    rows = [row for row in opened.rows.values() if row.project is project]
    if asked.family:
        return _of_family(opened, project, asked, rows)
    picture = picture_of_project(incentives, asked.view)
    if asked.whole or max(len(picture.nodes), len(picture.edges)) <= WHOLE or not rows:
        return picture, ""
    first = rows[0]
    why = f"This project is large, so the map shows the surroundings of one number: “{first.title}”."
    return picture_of_metric(incentives, first.entry.id, asked.view), why


def _of_family(opened: Opened, project: Project, asked: Asked, rows: list[Row]) -> tuple[Picture | None, str]:
    chosen = [row for row in rows if asked.family in row.families]
    why = ""
    if len(chosen) > FEW:
        why = f"{len(chosen)} numbers have such a finding; the map shows the {FEW} with the worst."
    title = f"Numbers with a finding about {asked.family.replace('-', ' ')}"
    metrics = [row.entry.id for row in chosen[:FEW]]
    return picture_of_part(opened.incentives(project), metrics, asked.view, title), why


def _finding(opened: Opened, asked: Asked) -> Finding | None:
    for status in ("reported", "waived", "baselined"):
        for found in opened.findings(status):
            if found.fingerprint == asked.finding and found.project == asked.project:
                return found
    return None


def _drawn(picture: Picture, addresses: dict[str, str]) -> tuple[Markup, str]:
    from metriclint.studio.rendering import inline

    if not picture.nodes:
        return Markup(), "There is nothing to draw here."
    try:
        with _DRAWING:
            return inline(render(picture, addresses, heading=False)), ""
    except LayoutError as error:
        return Markup(), f"{error}."


def _told(picture: Picture, addresses: dict[str, str]) -> Iterator[Told]:
    nodes = {n.id: n for n in picture.nodes}
    lines: dict[str, list[Line]] = {}
    for edge in sorted(picture.edges, key=lambda e: not e.on_path):
        remarks = "; ".join(edge_remarks(edge))
        line = Line(clause(edge), nodes[edge.target], addresses[edge.target], remarks, edge.on_path)
        lines.setdefault(edge.source, []).append(line)
    for node in picture.nodes:
        if node.id in lines:
            yield Told(node, kind_words(node), addresses[node.id], lines[node.id])
