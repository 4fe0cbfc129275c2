"""The map of the project: what moves the numbers, who sees them, and what they lead to."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from metriclint.studio.map import VIEWS, Asked, map_address, map_of
from metriclint.studio.opened import Opened
from metriclint.studio.pages import Entry
from metriclint.studio.rendering import page

NAVIGATION: Entry | None = None


async def show(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_show, request)


def _asked(request: Request, opened: Opened) -> Asked:
    query = request.query_params
    project = opened.project(query.get("in"))
    view = query.get("view", "all")
    family = query.get("family", "")
    families = {family for row in opened.rows.values() for family in row.families}
    return Asked(
        project=project.name if project is not None else "",
        view=view if view in VIEWS else "all",
        about=query.get("about", ""),
        finding=query.get("finding", ""),
        family=family if family in families else "",
        whole=query.get("all") == "1",
    )


def _show(request: Request) -> Response:
    opened: Opened = request.app.state.studio.workbench.opened()
    if not opened.projects or not opened.rows:
        return page(request, "map.html", opened=opened, map=None)
    asked = _asked(request, opened)
    found = map_of(opened, asked)
    if found is None:
        raise HTTPException(404, "There is no such place on the map. Its file may have been deleted or changed.")
    rows = [row for row in opened.rows.values() if row.project.name == asked.project]
    views = [(label, map_address(opened, asked._replace(view=view)), view) for view, label in VIEWS.items()]
    return page(
        request,
        "map.html",
        opened=opened,
        map=found,
        asked=asked,
        views=views,
        rows=rows,
        families=sorted({family for row in rows for family in row.families}),
        whole=map_address(opened, Asked(asked.project, asked.view, whole=True)),
        row=opened.rows.get((asked.project, found.picture.focus.removeprefix("metric:"))),
        paths=_paths(opened, asked),
    )


def _paths(opened: Opened, asked: Asked) -> list[tuple[str, str, bool]]:
    """Paths that can be followed from here: of the findings about the metric that is shown."""
    of = next((f for f in opened.findings("reported") if f.fingerprint == asked.finding), None)
    metric = of.metric if of is not None else asked.about.removeprefix("metric:")
    row = opened.rows.get((asked.project, metric))
    heads = [head.finding for head in row.findings] if row is not None else []
    return [
        (f.message, map_address(opened, asked._replace(finding=f.fingerprint, about="", whole=False)), f is of)
        for f in heads
        if len(f.path) > 1
    ]


ROUTES: list[BaseRoute] = [Route("/map", show)]
