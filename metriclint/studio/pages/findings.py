"""All findings of the project that count, to filter."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from metriclint.reports.wording import Led, led
from metriclint.studio.opened import Opened, Row
from metriclint.studio.pages import Entry
from metriclint.studio.rendering import page
from metriclint.studio.showing import Shown, finding_wanted, shown_of

NAVIGATION: Entry | None = None


async def findings(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_findings, request)


def _findings(request: Request) -> Response:
    opened: Opened = request.app.state.studio.workbench.opened()
    wanted = Shown.of(request.query_params)
    every = led(opened.report) if opened.report else []
    found: list[tuple[Led, Row | None]] = [
        (head, opened.rows.get((head.finding.project, head.finding.metric)))
        for head in every
        if finding_wanted(head.finding, wanted)
    ]
    return page(
        request,
        "findings.html",
        opened=opened,
        wanted=wanted,
        families=sorted({head.finding.family for head in every}),
        accepted=len(opened.findings("waived")),
        known=len(opened.findings("baselined")),
        **shown_of(found, wanted, "/findings"),
    )


ROUTES: list[BaseRoute] = [Route("/findings", findings)]
