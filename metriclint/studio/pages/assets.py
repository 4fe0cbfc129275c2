"""Style of pictures, made from the colours that all pictures have."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from metriclint.pictures.theme import style_sheet
from metriclint.studio.pages import Entry

NAVIGATION: Entry | None = None


async def pictures(request: Request) -> Response:
    """The style sheet of all pictures in pages."""
    return Response(style_sheet(), media_type="text/css", headers={"cache-control": "max-age=3600"})


ROUTES: list[BaseRoute] = [Route("/pictures.css", pictures)]
