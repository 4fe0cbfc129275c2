"""The studio as an ASGI application."""

import secrets
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from msgspec import Struct, field
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from metriclint.studio import pages
from metriclint.studio.drafts import Drafts
from metriclint.studio.folder import Folder
from metriclint.studio.guard import Guard, host_names
from metriclint.studio.rendering import page
from metriclint.studio.workbench import Workbench


class Studio(Struct):
    """What all pages share; ``request.app.state.studio``."""

    folder: Folder
    workbench: Workbench
    drafts: Drafts = field(default_factory=Drafts)
    word: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """Stands in every form, so that no page elsewhere can send one."""


def studio_app(
    root: Path,
    *,
    host: str = "127.0.0.1",
    token: str = "",
    today: Callable[[], str] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> ASGIApp:
    """The application for a folder.

    ``host`` is the name or address that it is reached by; with a ``token`` it may be reached from elsewhere, by those
    who have it. ``tell`` is told of errors, on a line each.
    """
    folder = Folder(root)
    app = Starlette(
        routes=[
            *pages.routes(),
            Mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static"),
        ],
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )
    app.state.studio = Studio(folder, Workbench(folder, today))
    return Guard(app, host_names(host, shared=bool(token)), token, tell)


_TITLES = {404: "There is nothing here", 405: "This does not work that way", 413: "This is too long"}


async def _failed(request: Request, error: Exception) -> Response:
    """A mistake of ours: the door tells the terminal."""
    text = "The studio made a mistake. Nothing was written, and the terminal says more. You can go on."
    return page(request, "refused.html", 500, title="Something went wrong", text=text)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = _TITLES.get(error.status_code, "This did not work")
    # Without words of ours the detail is the name of the status, which says nothing to people.
    ours = error.detail and error.detail != HTTPStatus(error.status_code).phrase
    text = error.detail if ours or error.status_code != 404 else "It may have been closed, or never was."
    return page(request, "refused.html", error.status_code, title=title, text=text)
