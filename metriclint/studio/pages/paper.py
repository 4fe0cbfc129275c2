"""The questionnaire on paper: a page that prints well, Markdown, and a form for Word."""

import importlib.util

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from metriclint.questionnaire.printed import INTRODUCTION, TITLE, markdown, printed
from metriclint.questionnaire.word import document
from metriclint.studio.pages import Entry
from metriclint.studio.rendering import page

NAVIGATION: Entry | None = Entry("On paper", "/questionnaire")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def paper(request: Request) -> Response:
    """The page."""
    word = importlib.util.find_spec("docx") is not None
    return page(request, "paper.html", title=TITLE, introduction=INTRODUCTION, groups=list(printed()), word_form=word)


async def as_markdown(request: Request) -> Response:
    """The form as Markdown."""
    return _file(markdown().encode("utf-8"), "text/markdown", "questionnaire.md")


async def as_word(request: Request) -> Response:
    """The form for Word."""
    try:
        data = await run_in_threadpool(document)
    except ImportError as error:
        raise HTTPException(404) from error
    return _file(data, _WORD, "questionnaire.docx")


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


ROUTES: list[BaseRoute] = [
    Route("/questionnaire", paper),
    Route("/questionnaire.md", as_markdown),
    Route("/questionnaire.docx", as_word),
]
