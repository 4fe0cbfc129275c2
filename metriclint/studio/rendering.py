"""Pages and pieces of pages from templates. Everything that people wrote is escaped, and shows as what it is."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from metriclint.findings.finding import Finding
from metriclint.pictures.theme import style_sheet
from metriclint.reports.terminal import counted
from metriclint.reports.text import gist
from metriclint.studio.path_picture import path_picture
from metriclint.studio.words import SEVERITY_WORDS

_NAME = re.compile(r"\bml-[0-9a-f]{10}\b")
"""The name of a picture, in its ids."""
FRAGMENT = "x-studio-fragment"
"""Header of a request that wants a piece of a page, not the page."""


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of the studio."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(gist=gist, exact=escape)
    made.globals.update(counted=counted, path_of=_path_of, severity_words=SEVERITY_WORDS)
    return made


def _shown(value: object) -> object:
    """What a page shows of a value: no control character, and none that turns the direction of what follows.

    What is sent back as it is, such as the text of a file, goes through the filter ``exact``.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in value)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from a template, with the navigation and what every form needs."""
    return HTMLResponse(text(request, template, **values), status)


def text(request: Request, template: str, **values: Any) -> str:
    """A template filled in."""
    from metriclint.studio import pages

    studio = request.app.state.studio
    return (
        environment()
        .get_template(template)
        .render(here=request.url.path, navigation=pages.navigation(), tabs=pages.PROJECT, word=studio.word, **values)
    )


def wants_fragment(request: Request) -> bool:
    """Does a script ask, for a piece of the page that it shows."""
    return request.headers.get(FRAGMENT) == "1"


def inline(svg: str) -> Markup:
    """A picture inside a page. Its style stands in ``pictures.css``: pages forbid inline ones."""
    return Markup(svg.replace(f"<style>{style_sheet()}</style>", ""))


def _path_of(finding: Finding, place: str = "") -> Markup:
    """The path of a finding as a picture inside a page; ``place`` tells two pictures of one path apart."""
    return Markup(_NAME.sub(rf"\g<0>-{finding.code}{place}", inline(path_picture(finding.path))))
