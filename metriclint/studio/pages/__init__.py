"""The pages of the studio: one module a page.

A page module has ``ROUTES``, its routes, and ``NAVIGATION``, how it stands in the navigation on every page (``None``
where it does not). A new page is added to ``_PAGES``; its template extends ``base.html``. What all pages share is
``request.app.state.studio`` (``metriclint.studio.app.Studio``); forms are read by ``metriclint.studio.forms.form_of``,
which refuses those of other pages.
"""

import importlib
from functools import lru_cache
from typing import NamedTuple

from starlette.routing import BaseRoute

_PAGES = (
    "start",
    "project",
    "metrics",
    "findings",
    "map",
    "waivers",
    "files",
    "rules",
    "compare",
    "paper",
    "design",
    "changes",
    "meeting",
    "assets",
)
"""Modules in the order of the navigation."""


class Entry(NamedTuple):
    """How a page stands in the navigation."""

    label: str
    path: str
    below: tuple[str, ...] = ()
    """How addresses of pages begin that belong to it."""


PROJECT = (
    Entry("Overview", "/project"),
    Entry("Numbers", "/metrics"),
    Entry("Findings", "/findings"),
    Entry("Map", "/map"),
    Entry("Waivers", "/waivers"),
    Entry("Files", "/files"),
)
"""Pages about the project of the folder: they have a navigation of their own."""


@lru_cache(maxsize=1)
def routes() -> list[BaseRoute]:
    """The routes of all pages."""
    return [route for name in _PAGES for route in importlib.import_module(f"{__name__}.{name}").ROUTES]


@lru_cache(maxsize=1)
def navigation() -> list[Entry]:
    """The navigation that stands on every page."""
    entries = (importlib.import_module(f"{__name__}.{name}").NAVIGATION for name in _PAGES)
    return [entry for entry in entries if entry is not None]
