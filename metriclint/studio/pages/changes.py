"""What would be written for a metric that the project has: in words and as a diff, before it is written."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from metriclint.files.patch import PatchError
from metriclint.studio.design import differences, of_metric
from metriclint.studio.drafts import Draft
from metriclint.studio.folder import Outside
from metriclint.studio.forms import Form, form_of, one
from metriclint.studio.pages import Entry
from metriclint.studio.pages.design import catch_up, draft_of
from metriclint.studio.rendering import page
from metriclint.studio.saving import save
from metriclint.studio.writing import Plan, Refused, plan, write

NAVIGATION: Entry | None = None


def changed_draft(request: Request) -> Draft:
    """The draft that a path names, which changes a metric of the project. Raises HTTPException for another."""
    draft = draft_of(request)
    if draft.design.base is None:
        raise HTTPException(404)
    return draft


async def changes(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_changes, request, changed_draft(request))


def _changes(request: Request, draft: Draft, status: int = 200, failed: str = "") -> Response:
    there = catch_up(request, draft)
    made, refused = _planned(request, draft)
    base = draft.design.base
    assert base is not None
    begun = of_metric(base.project, base.metric, base.card)
    return page(
        request,
        "changes.html",
        status,
        draft=draft,
        design=draft.design,
        there=there,
        plan=made,
        refused=refused,
        failed=failed,
        words=list(differences(begun, draft.design)),
        where=request.app.state.studio.workbench.opened().where(base.project),
    )


def _planned(request: Request, draft: Draft) -> tuple[Plan | None, str]:
    try:
        return plan(draft.design, request.app.state.studio.workbench), ""
    except Refused as error:
        return None, str(error)
    except Outside as error:
        return None, f"{error} lies outside of the folder of the studio."


async def written(request: Request) -> Response:
    """Write it, if the files are still those that the page was made for."""
    form = await form_of(request)
    return await run_in_threadpool(_written, request, changed_draft(request), form)


def _written(request: Request, draft: Draft, form: Form) -> Response:
    studio = request.app.state.studio
    catch_up(request, draft)
    made, refused = _planned(request, draft)
    if made is None:
        return _changes(request, draft, 409, f"Nothing was written. {refused}")
    if made.digest != one(form, "digest"):
        failed = (
            "Nothing was written: the file was changed by another window or program after this page was opened. "
            "Their changes stay, and yours stand on top of them below. Look at them and save again."
        )
        return _changes(request, draft, 409, failed)
    if made.problems or not made.files:
        return _changes(request, draft, 422)
    try:
        write(made, studio.workbench)
    except Refused as error:
        return _changes(request, draft, 409, str(error))
    except (OSError, Outside) as error:
        why = (error.strerror or "error").lower() if isinstance(error, OSError) else "it lies outside of the folder"
        return _changes(request, draft, 409, f"Nothing was written: {why}.")
    return _settled(request, draft, made)


def _settled(request: Request, draft: Draft, made: Plan) -> Response:
    studio, base = request.app.state.studio, draft.design.base
    assert base is not None
    studio.workbench.refresh()
    paths = ", ".join(file.path for file in made.files)
    now = studio.workbench.begun(base.project, base.metric)
    if now is not None:
        studio.drafts.settle(draft, now, paths)
    where = studio.workbench.opened().where(base.project)
    return RedirectResponse(f"/metrics/{base.metric}{where}{'&' if where else '?'}saved=1", 303)


async def anew(request: Request) -> Response:
    """Write the metric as a new file, where its own is gone."""
    await form_of(request)
    return await run_in_threadpool(_anew, request, changed_draft(request))


def _anew(request: Request, draft: Draft) -> Response:
    studio, base = request.app.state.studio, draft.design.base
    assert base is not None
    if catch_up(request, draft):
        return RedirectResponse(f"/designs/{draft.id}/changes", 303)
    try:
        path = save(draft.design, studio.workbench)
    except (OSError, Outside, PatchError) as error:
        why = (error.strerror or "error").lower() if isinstance(error, OSError) else str(error)
        return _changes(request, draft, 409, f"It was not saved: {why}.")
    studio.workbench.refresh()
    id_ = path.rpartition("/")[2].removesuffix(".yaml")
    now = studio.workbench.begun(base.project, id_)
    if now is not None:
        studio.drafts.settle(draft, now, path)
    return RedirectResponse(f"/designs/{draft.id}#keep", 303)


async def download(request: Request) -> Response:
    """The file as it would be written; of several, the one of the card."""
    return await run_in_threadpool(_download, request, changed_draft(request))


def _download(request: Request, draft: Draft) -> Response:
    catch_up(request, draft)
    made, refused = _planned(request, draft)
    if made is None:
        raise HTTPException(409, refused)
    if not made.files:
        raise HTTPException(404, "Nothing was changed, so there is nothing to download.")
    name = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in made.files[0].path.split("/")[-1])
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(made.files[0].after, media_type="application/yaml", headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/designs/{id}/changes", changes),
    Route("/designs/{id}/changes", written, methods=["POST"]),
    Route("/designs/{id}/anew", anew, methods=["POST"]),
    Route("/designs/{id}/file.yaml", download),
]
