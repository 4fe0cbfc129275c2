"""Waivers: risks that were accepted for a time, by whom, why and until when."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from metriclint.studio.opened import Opened
from metriclint.studio.pages import Entry
from metriclint.studio.rendering import page

NAVIGATION: Entry | None = None


async def waivers(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_waivers, request)


def _waivers(request: Request) -> Response:
    opened: Opened = request.app.state.studio.workbench.opened()
    return page(request, "waivers.html", opened=opened, waivers=opened.waivers())


ROUTES: list[BaseRoute] = [Route("/waivers", waivers)]
