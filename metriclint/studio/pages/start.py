"""The first page: begin with a number in mind, or go on with one."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from metriclint.questionnaire.answers import AnswerError, read_answer, read_answers
from metriclint.questionnaire.questions import questionnaire
from metriclint.studio.design import Design
from metriclint.studio.example import STORY
from metriclint.studio.forms import form_of, one
from metriclint.studio.pages import Entry
from metriclint.studio.rendering import page
from metriclint.studio.words import verdict

NAVIGATION: Entry | None = Entry("Start", "/")


async def start(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_start, request, "", "")


def _start(request: Request, given: str, wrong: str) -> Response:
    studio = request.app.state.studio
    studio.workbench.refresh()
    drafts = []
    for draft in studio.drafts:
        look = studio.workbench.look(draft.design, options=False)
        running = draft.design.base is not None
        drafts.append((draft, verdict(look, len(draft.design.answers), running=running)))
    return page(
        request,
        "start.html",
        422 if wrong else 200,
        title_question=questionnaire().question("title"),
        drafts=drafts,
        given=given,
        wrong=wrong,
        studio=studio,
        metrics=sum(len(p.metrics) for p in studio.workbench.loaded.projects),
    )


async def begin(request: Request) -> Response:
    """Begin a design: by its name, or with the story that metriclint grew from."""
    form = await form_of(request)
    if one(form, "example"):
        design = Design(read_answers(STORY, "the example"))
    else:
        given = one(form, "title")
        try:
            title = read_answer(questionnaire().question("title"), given)
        except AnswerError as error:
            wrong = f"{error.message[:1].upper()}{error.message[1:]}."
            return await run_in_threadpool(_start, request, given, wrong)
        design = Design({"title": title})
    draft = request.app.state.studio.drafts.begin(design)
    return RedirectResponse(f"/designs/{draft.id}", 303)


ROUTES: list[BaseRoute] = [
    Route("/", start),
    Route("/designs", begin, methods=["POST"]),
]
