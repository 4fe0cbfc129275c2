"""The project of the folder at a glance: what to look at first, what was accepted, what is not known."""

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from metriclint.findings.finding import ChokePoint
from metriclint.model.project import Project
from metriclint.reports.wording import MOST_CHOKE_POINTS, choke_words
from metriclint.studio.opened import Opened
from metriclint.studio.pages import PROJECT, Entry
from metriclint.studio.rendering import page

NAVIGATION: Entry | None = Entry("Project", "/project", tuple(entry.path for entry in PROJECT))
FIRST = 6
"""Metrics that are named on the page."""
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def overview(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_overview, request)


def _overview(request: Request) -> Response:
    studio = request.app.state.studio
    opened: Opened = studio.workbench.opened()
    rows = list(opened.rows.values())
    waivers = opened.waivers()
    days = sorted(w.days for w in waivers if w.days is not None and w.covered)
    return page(
        request,
        "project.html",
        opened=opened,
        name=studio.folder.root.name or "/",
        counts=dict(opened.counts()),
        first=[row for row in rows if row.severity in ("error", "warning")][:FIRST],
        serious=sum(row.severity in ("error", "warning") for row in rows),
        badly=sum(row.severity == "error" for row in rows),
        chokes=[choke_words(c, "ways from a number to a consequence") for c in _chokes(opened)],
        waivers=waivers,
        next_end=days[0] if days else None,
        undecided=[row for row in rows if row.undecided is not None],
        notices=opened.report.notices if opened.report else [],
        full=studio.folder.full,
    )


def _chokes(opened: Opened) -> Sequence[ChokePoint]:
    found = opened.report.choke_points if opened.report else []
    return [choke for choke in found if choke.cuts > 1][:MOST_CHOKE_POINTS]


async def sheets(request: Request) -> Response:
    """A project as a workbook."""
    return await run_in_threadpool(_sheets, request)


def _sheets(request: Request) -> Response:
    opened: Opened = request.app.state.studio.workbench.opened()
    project = opened.project(request.query_params.get("in"))
    if project is None:
        raise HTTPException(404)
    return workbook(project, "numbers")


def workbook(project: Project, name: str) -> Response:
    """Cards as a workbook to download. Raises HTTPException where it cannot be made."""
    from metriclint.exchange.sheets import MISSING, workbook_of

    try:
        data = workbook_of(project)
    except ImportError:
        raise HTTPException(501, f"{MISSING[:1].upper()}{MISSING[1:]}.") from None
    except ValueError as error:
        raise HTTPException(422, f"{error}.") from error
    headers = {"content-disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(data, media_type=_SHEETS, headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/project", overview),
    Route("/project/numbers.xlsx", sheets),
]
