"""The metrics of the project: a list to filter, and for each what it says, what was found and what would help."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from metriclint.questionnaire.answers import comes_up, plain
from metriclint.questionnaire.questions import Question, questionnaire
from metriclint.repair.answer import value_words
from metriclint.repair.reach import part_of
from metriclint.studio.card_changes import changes, fixed
from metriclint.studio.design import Design
from metriclint.studio.forms import Form, form_of, one
from metriclint.studio.opened import Opened, Row
from metriclint.studio.pages import Entry
from metriclint.studio.pages.project import workbook
from metriclint.studio.rendering import page
from metriclint.studio.shared import shared_with
from metriclint.studio.showing import Shown, narrowed, shown_of
from metriclint.studio.words import behind, offers, reaches, verdict

NAVIGATION: Entry | None = None
STALE = "The file has changed since this change was shown. Choose again from those below."


def row_of(request: Request) -> Row:
    """The metric that a path names. Raises HTTPException where there is none."""
    opened: Opened = request.app.state.studio.workbench.opened()
    row = opened.find(request.path_params["id"], request.query_params.get("in"))
    if row is None:
        raise HTTPException(404, "There is no number of this name. Its file may have been deleted or changed.")
    return row


async def metrics(request: Request) -> Response:
    """The list."""
    return await run_in_threadpool(_metrics, request)


def _metrics(request: Request) -> Response:
    opened: Opened = request.app.state.studio.workbench.opened()
    wanted = Shown.of(request.query_params)
    found = [row for row in opened.rows.values() if narrowed(row, wanted)]
    families = sorted({family for row in opened.rows.values() for family in row.families})
    return page(
        request, "metrics.html", opened=opened, wanted=wanted, families=families, **shown_of(found, wanted, "/metrics")
    )


class Said(NamedTuple):
    """A question with what a card answers."""

    question: Question
    answer: str
    known: bool


class Group(NamedTuple):
    """A group of questions, and those of it that the card answers."""

    title: str
    said: list[Said]
    unknown: list[str]


async def metric(request: Request) -> Response:
    """The page of a metric."""
    return await run_in_threadpool(_metric, request)


def _metric(request: Request, status: int = 200, failed: str = "") -> Response:
    row = row_of(request)
    saved = request.query_params.get("saved") == "1" and not failed
    return page(request, "metric.html", status, failed=failed, here_saved=saved, **values_of(request, row))


def values_of(request: Request, row: Row, *, options: bool = True) -> dict[str, Any]:
    """What the page of a metric shows, and its one page for a meeting."""
    studio = request.app.state.studio
    project, id_ = row.project, row.entry.id
    design = studio.workbench.begun(project.name, id_)
    if design is None:
        raise HTTPException(404)
    look = studio.workbench.look(design, options=options)
    counted = {f.fingerprint for f in row.accepted}
    kept = [f for f in look.findings if f.fingerprint not in counted]
    codes = {f.code for f in kept}
    shown = [f for f in kept if f.folded_under is None or f.folded_under not in codes]
    elsewhere = {f.fingerprint for f in look.findings}
    return {
        "row": row,
        "design": design,
        "where": studio.workbench.opened().where(project.name),
        "look": look,
        "verdict": verdict(look, len(design.answers), running=True, shown=shown, accepted=len(row.accepted)),
        "reaches": reaches(look.ways, asked="believed" in design.answers),
        "shown": [(f, behind(kept, f)) for f in shown],
        "others": [h.finding for h in row.findings if h.finding.fingerprint not in elsewhere],
        "offers": offers(look),
        "groups": list(_groups(design)),
        "further": list(_further(design)),
        "shared": shared_with(project, id_),
        "drafts": [d for d in studio.drafts if _about(d.design, row)],
    }


def _about(design: Design, row: Row) -> bool:
    base = design.base
    return base is not None and (base.project, base.metric) == (row.project.name, row.entry.id) and not design.untouched


def _groups(design: Design) -> Iterator[Group]:
    """The card in plain words, in the order of the questions."""
    assert design.base is not None
    card, answers = design.base.card, design.answers
    more = fixed(card)
    for group, title in questionnaire().groups.items():
        said, unknown = [], []
        for question in questionnaire().of_group(group):
            if question.id == "title" or not comes_up(question, answers):
                continue
            if answers.get(question.id) is not None:
                said.append(Said(question, plain(question, answers[question.id]), True))
            elif question.id not in more:
                unknown.append(question.ask)
        yield Group(title, said, unknown)


def _further(design: Design) -> Iterator[tuple[str, str]]:
    """Facts of a card that no answer tells: their keys as words, and their values."""
    assert design.base is not None
    silent = Design(base=design.base).card()
    for route, value in changes({}, silent, leaves=True):
        if route[0] != "waivers":
            yield _words_of(route), _plainly(value)


def _plainly(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_plainly, value)) or "none" if isinstance(value, list) else value_words(value)


def _words_of(route: Iterable[str | int]) -> str:
    words = [str(part + 1) if isinstance(part, int) else part.replace("_", " ") for part in route]
    return " › ".join(words)


async def edit(request: Request) -> Response:
    """Begin to change a metric: its answers stand in the questions."""
    await form_of(request)
    return await run_in_threadpool(_edit, request)


def _edit(request: Request) -> Response:
    row, studio = row_of(request), request.app.state.studio
    design = studio.workbench.begun(row.project.name, row.entry.id)
    if design is None:
        raise HTTPException(404)
    draft = studio.drafts.begin(design, "As it stands in the file")
    return RedirectResponse(f"/designs/{draft.id}", 303)


async def choose(request: Request) -> Response:
    """Take one of the options: a design begins with it, and nothing is written."""
    form = await form_of(request)
    return await run_in_threadpool(_choose, request, form)


def _choose(request: Request, form: Form) -> Response:
    row, studio = row_of(request), request.app.state.studio
    design = studio.workbench.begun(row.project.name, row.entry.id)
    fingerprint, _, which = one(form, "option").partition("/")
    number = int(which) if which.isascii() and which.isdigit() and len(which) < 5 else -1
    found = studio.workbench.after(design, fingerprint, number) if design is not None else None
    if design is None or found is None:
        return _metric(request, 409, STALE)
    draft = studio.drafts.begin(design, "As it stands in the file")
    changed, option = found
    label = " ".join(" ".join(lever.text.split()) for lever in option.levers)
    studio.drafts.choose(draft, label, changed, option.obligations)
    return RedirectResponse(f"/designs/{draft.id}#answer", 303)


async def sheet(request: Request) -> Response:
    """A metric as a workbook."""
    return await run_in_threadpool(_sheet, request)


def _sheet(request: Request) -> Response:
    row = row_of(request)
    return workbook(part_of(row.project, [row.entry.id]), row.entry.id)


ROUTES: list[BaseRoute] = [
    Route("/metrics", metrics),
    Route("/metrics/{id}", metric),
    Route("/metrics/{id}/edit", edit, methods=["POST"]),
    Route("/metrics/{id}/choose", choose, methods=["POST"]),
    Route("/metrics/{id}/number.xlsx", sheet),
]
