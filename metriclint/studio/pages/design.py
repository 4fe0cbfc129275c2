"""A design: the questions, and beside them the answer as it is now."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from metriclint.files.patch import PatchError
from metriclint.questionnaire.answers import comes_up
from metriclint.questionnaire.questions import Question, questionnaire
from metriclint.repair.answer import value_words
from metriclint.repair.edits import TO_BE_NAMED
from metriclint.studio.card_changes import beyond, fixed
from metriclint.studio.design import Design, differences, renamed
from metriclint.studio.drafts import Draft, Step
from metriclint.studio.folder import Outside
from metriclint.studio.forms import Form, answers_in, form_of, number, one
from metriclint.studio.pages import Entry
from metriclint.studio.rendering import page, text, wants_fragment
from metriclint.studio.saving import document, save
from metriclint.studio.shared import shared_with
from metriclint.studio.words import behind, offers, reaches, verdict

NAVIGATION: Entry | None = None


def draft_of(request: Request) -> Draft:
    """The draft that a path names. Raises HTTPException where there is none."""
    draft = request.app.state.studio.drafts.find(request.path_params["id"])
    if draft is None:
        raise HTTPException(404)
    assert isinstance(draft, Draft)
    return draft


def catch_up(request: Request, draft: Draft) -> bool:
    """Take in what others have changed in the files. Returns whether the metric is still there."""
    studio, base = request.app.state.studio, draft.design.base
    studio.workbench.refresh()
    now = studio.workbench.begun(base.project, base.metric) if base is not None else None
    if now is None or now.base is None:
        return False
    studio.drafts.catch_up(draft, now.base.card)
    return True


def there(draft: Draft, place: str = "answer") -> Response:
    """Back to the page of a draft, after something was done to it."""
    return RedirectResponse(f"/designs/{draft.id}#{place}", 303)


async def show(request: Request) -> Response:
    """The page."""
    draft = draft_of(request)
    return await run_in_threadpool(_page, request, draft)


def _page(
    request: Request, draft: Draft, status: int = 200, failed: str = "", both: Sequence[Question] = ()
) -> Response:
    present = catch_up(request, draft) or draft.design.base is None
    return page(
        request,
        "design.html",
        status,
        failed=failed,
        **_values(request, draft, both),
        **_beside(request, draft, present),
    )


def _beside(request: Request, draft: Draft, present: bool) -> dict[str, object]:
    """What stands beside the questions for a metric that the project has."""
    studio, base = request.app.state.studio, draft.design.base
    if base is None:
        return {"present": True, "shared": [], "fixed": set(), "beyond": {}, "where": ""}
    project = next((p for p in studio.workbench.loaded.projects if p.name == base.project), None)
    card = draft.design.card()
    said = beyond(card, draft.design.answers)
    return {
        "present": present,
        "shared": shared_with(project, base.metric) if project is not None and present else [],
        "fixed": fixed(card),
        "beyond": {
            id_: ", ".join(f"{key}: {value_words(v)}" for key, v in facts.items()) for id_, facts in said.items()
        },
        "where": studio.workbench.opened().where(base.project),
    }


def _values(
    request: Request, draft: Draft, both: Sequence[Question] = (), *, options: bool = True, patient: bool = False
) -> dict[str, object]:
    design = draft.design
    look = request.app.state.studio.workbench.look(design, options=options, patient=patient)
    known = {k: v for k, v in design.answers.items() if v is not None}
    shown = [f for f in look.findings if f.folded_under is None]
    return {
        "draft": draft,
        "design": design,
        "questions": questionnaire(),
        "up": {q.id for q in questionnaire().questions if comes_up(q, design.answers)},
        "look": look,
        "verdict": verdict(look, len(known), running=design.base is not None),
        "file": _file(request, design),
        "reaches": reaches(look.ways, asked="believed" in known)
        if "consequence" in known or "audience" in known
        else [],
        "shown": [(f, behind(look.findings, f)) for f in shown],
        "offers": offers(look),
        "unnamed": TO_BE_NAMED,
        "steps": list(_steps(draft)),
        "both": both,
    }


def _file(request: Request, design: Design) -> tuple[str, str]:
    """The file in which a metric of the project stands, and what reads it if it belongs to another tool."""
    base = design.base
    if base is not None:
        for project in request.app.state.studio.workbench.loaded.projects:
            if project.name == base.project and base.metric in project.metrics:
                path = project.metrics[base.metric].origin.path
                foreign = project.foreign.get(path)
                return path, foreign.adapter if foreign is not None else ""
    return "", ""


def _steps(draft: Draft) -> Iterator[tuple[Step, list[tuple[Question, str, str]]]]:
    """The changes that were chosen, each with the answers that it changed."""
    for before, step in pairwise(draft.steps):
        if step.chosen is not None:
            yield step, list(differences(before.design, step.chosen))


async def answer(request: Request) -> Response:
    """Take the answers of the form; a script gets the answer beside the questions, anybody else the page again."""
    draft = draft_of(request)
    form = await form_of(request)
    return await run_in_threadpool(_answer, request, draft, form)


def _answer(request: Request, draft: Draft, form: Form) -> Response:
    answers, wrong = answers_in(form)
    if "title" in wrong:
        answers["title"] = draft.design.title
    given = draft.design.answered(answers)
    both = request.app.state.studio.drafts.answer(draft, given, number(form, "revision"), wrong)
    if wants_fragment(request):
        return HTMLResponse(text(request, "answer.html", **_values(request, draft, both, options=False)))
    if both or wrong:
        return _page(request, draft, 422 if wrong else 200, both=both)
    return there(draft)


async def whole(request: Request) -> Response:
    """The answer beside the questions with the options, for a script that has shown it without."""
    draft = draft_of(request)
    return await run_in_threadpool(_whole, request, draft)


def _whole(request: Request, draft: Draft) -> Response:
    return HTMLResponse(text(request, "answer.html", **_values(request, draft, patient=True)))


async def choose(request: Request) -> Response:
    """Take one of the options."""
    draft = draft_of(request)
    form = await form_of(request)
    return await run_in_threadpool(_choose, request, draft, form)


def _choose(request: Request, draft: Draft, form: Form) -> Response:
    studio = request.app.state.studio
    fingerprint, _, which = one(form, "option").partition("/")
    found = studio.workbench.after(draft.design, fingerprint, int(which) if which.isascii() and which.isdigit() else -1)
    if found is None:
        failed = "The answers have changed since this change was shown. Choose again from those below."
        return _page(request, draft, 409, failed)
    design, option = found
    label = " ".join(" ".join(lever.text.split()) for lever in option.levers)
    studio.drafts.choose(draft, label, design, option.obligations)
    return there(draft)


async def undo(request: Request) -> Response:
    """Take the last chosen change back."""
    draft = draft_of(request)
    await form_of(request)
    request.app.state.studio.drafts.undo(draft)
    return there(draft)


async def reset(request: Request) -> Response:
    """Go back to what the files say."""
    draft = draft_of(request)
    await form_of(request)
    return await run_in_threadpool(_reset, request, draft)


def _reset(request: Request, draft: Draft) -> Response:
    studio, base = request.app.state.studio, draft.design.base
    studio.workbench.refresh()
    now = studio.workbench.begun(base.project, base.metric) if base is not None else None
    if now is not None:
        studio.drafts.settle(draft, now, "")
    return there(draft)


async def copy(request: Request) -> Response:
    """Begin another design with the answers of this one, to compare them."""
    draft = draft_of(request)
    await form_of(request)
    design = draft.design
    if design.base is None:
        design = renamed(design, f"{design.title} (another way)")
    other = request.app.state.studio.drafts.begin(design, "Copy")
    return RedirectResponse(f"/designs/{other.id}", 303)


async def close(request: Request) -> Response:
    """Forget the design."""
    draft = draft_of(request)
    await form_of(request)
    request.app.state.studio.drafts.close(draft.id)
    return RedirectResponse("/", 303)


async def download(request: Request) -> Response:
    """The design as a document."""
    design = draft_of(request).design
    headers = {"content-disposition": f'attachment; filename="{design.id}.yaml"'}
    return Response(_document(design), media_type="application/yaml", headers=headers)


def _document(design: Design) -> str:
    try:
        return document(design, design.id)
    except PatchError as error:
        raise HTTPException(500, str(error)) from error


async def keep(request: Request) -> Response:
    """Write the design as a new file below the folder."""
    draft = draft_of(request)
    await form_of(request)
    return await run_in_threadpool(_keep, request, draft)


def _keep(request: Request, draft: Draft) -> Response:
    studio = request.app.state.studio
    studio.workbench.refresh()
    try:
        draft.saved = save(draft.design, studio.workbench)
    except (OSError, Outside, PatchError) as error:
        words = (error.strerror or "error").lower() if isinstance(error, OSError) else str(error)
        return _page(request, draft, 409, f"It was not saved: {words}. You can still download it.")
    return there(draft, "keep")


ROUTES: list[BaseRoute] = [
    Route("/designs/{id}", show),
    Route("/designs/{id}", answer, methods=["POST"]),
    Route("/designs/{id}/answer", whole),
    Route("/designs/{id}/choose", choose, methods=["POST"]),
    Route("/designs/{id}/undo", undo, methods=["POST"]),
    Route("/designs/{id}/reset", reset, methods=["POST"]),
    Route("/designs/{id}/copy", copy, methods=["POST"]),
    Route("/designs/{id}/close", close, methods=["POST"]),
    Route("/designs/{id}/save", keep, methods=["POST"]),
    Route("/designs/{id}/card.yaml", download),
]
