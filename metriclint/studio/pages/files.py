"""The documents of the folder: what is wrong with them, in place, and their texts to put it right."""

import hashlib
import os
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from metriclint.files.problem import Problem
from metriclint.files.write import write_all
from metriclint.sources.discover import NATIVE_SUFFIXES, Found
from metriclint.sources.native import read_document
from metriclint.studio.folder import Outside
from metriclint.studio.forms import Form, form_of, one
from metriclint.studio.opened import Opened
from metriclint.studio.pages import Entry
from metriclint.studio.rendering import page

NAVIGATION: Entry | None = None
LARGEST = 200_000
"""Bytes of a text that can be changed here."""
AROUND = 12
"""Lines that are shown before and behind a place in a long text."""
LINES = 400
"""Lines of a text that is shown whole."""
_PLACES = 20
"""Places of a long text that are shown."""


class File(NamedTuple):
    """A file of the project in the list."""

    path: str
    address: str
    metrics: int
    problems: list[Problem]
    adapter: str


class Line(NamedTuple):
    """A line of a text."""

    number: int
    text: str
    problems: list[Problem]
    gap: bool
    """Are lines before it left out."""


def address_of(path: str) -> str:
    """The page of a file."""
    return f"/files/text?{urlencode({'path': path})}"


async def files(request: Request) -> Response:
    """The list."""
    return await run_in_threadpool(_files, request)


def _files(request: Request) -> Response:
    opened: Opened = request.app.state.studio.workbench.opened()
    counted: dict[str, int] = {}
    for row in opened.rows.values():
        counted[row.entry.origin.path] = counted.get(row.entry.origin.path, 0) + 1
    found = []
    for path in sorted(_known(opened)):
        wrong = [p for p in opened.problems if p.path == path]
        found.append(File(path, address_of(path), counted.get(path, 0), wrong, _adapter(opened, path)))
    found.sort(key=lambda file: not file.problems)
    return page(request, "files.html", opened=opened, files=found)


def _known(opened: Opened) -> set[str]:
    """Paths of all files that were read, or could not be."""
    return {path for project in opened.projects for path in project.texts} | {p.path for p in opened.problems if p.path}


def _adapter(opened: Opened, path: str) -> str:
    return next((p.foreign[path].adapter for p in opened.projects if path in p.foreign), "")


async def text(request: Request) -> Response:
    """The text of a file, with what is wrong in it."""
    return await run_in_threadpool(_text, request, request.query_params.get("path", ""))


class Read(NamedTuple):
    """A file as it is now."""

    text: str
    digest: str
    size: int
    why_not: str
    """Why its text cannot be shown."""


def _read(request: Request, path: str) -> Read:
    """A file as it is on the disk. Raises HTTPException for one that nobody asked the studio to open."""
    studio = request.app.state.studio
    if path not in _known(studio.workbench.opened()):
        raise HTTPException(404, "There is no such document here. It may have been deleted or renamed.")
    try:
        data = studio.folder.path(path).read_bytes()
    except (OSError, Outside) as error:
        why = (error.strerror or "error").lower() if isinstance(error, OSError) else "it lies outside of the folder"
        return Read("", "", 0, f"It cannot be read: {why}.")
    digest = hashlib.sha256(data).hexdigest()[:32]
    try:
        return Read(data.decode("utf-8"), digest, len(data), "")
    except UnicodeDecodeError:
        return Read("", digest, len(data), "It is no text in UTF-8, so it is not shown here.")


def _text(
    request: Request, path: str, status: int = 200, given: str | None = None, failed: str = "", wrong: object = None
) -> Response:
    opened: Opened = request.app.state.studio.workbench.opened()
    read = _read(request, path)
    problems = wrong if isinstance(wrong, list) else [p for p in opened.problems if p.path == path]
    shown = read.text if given is None else given
    native = path.endswith(NATIVE_SUFFIXES) and not _adapter(opened, path)
    return page(
        request,
        "file.html",
        status,
        path=path,
        read=read,
        problems=problems,
        lines=_lines(read.text if status == 409 else shown, problems, request.query_params.get("line", "")),
        total=shown.count("\n") + (not shown.endswith("\n")),
        editable=native and not read.why_not and read.size <= LARGEST,
        large=read.size > LARGEST,
        adapter=_adapter(opened, path),
        given=shown,
        failed=failed,
        metrics=[row for row in opened.rows.values() if row.entry.origin.path == path],
        saved=request.query_params.get("saved") == "1" and status == 200,
    )


def _lines(text: str, problems: list[Problem], line: str) -> list[Line]:
    """The lines to show: all of a short text, those around problems (or a line that is asked for) of a long one."""
    at: dict[int, list[Problem]] = {}
    for problem in problems:
        at.setdefault(problem.line, []).append(problem)
    lines = text.splitlines()
    wanted = {*at} - {0} or {1}
    if line.isascii() and line.isdigit() and len(line) < 9:
        wanted = {int(line)}
    found: list[Line] = []
    numbers = set(range(1, len(lines) + 1))
    if len(lines) > LINES:
        near = (range(w - AROUND, w + AROUND + 1) for w in sorted(wanted)[:_PLACES])
        numbers &= {n for around in near for n in around}
    for n in sorted(numbers):
        gap = n > (found[-1].number if found else 0) + 1
        found.append(Line(n, lines[n - 1][:500], at.get(n, []), gap))
    return found


async def save(request: Request) -> Response:
    """Write a changed text, if it can be read."""
    form = await form_of(request)
    return await run_in_threadpool(_save, request, form)


def _save(request: Request, form: Form) -> Response:
    path, given = request.query_params.get("path", ""), one(form, "text").replace("\r\n", "\n")
    opened: Opened = request.app.state.studio.workbench.opened()
    if not path.endswith(NATIVE_SUFFIXES) or _adapter(opened, path):
        raise HTTPException(403, "Only documents of our own are changed here.")
    read = _read(request, path)
    if read.why_not:
        return _text(request, path, 409, given, f"Nothing was written. {read.why_not}")
    if read.digest != one(form, "digest"):
        failed = (
            "Nothing was written: the file was changed by another window or program meanwhile. Your text is kept "
            "below; what the file says now stands above it. Take over what you need, and save again."
        )
        return _text(request, path, 409, given, failed)
    wrong = read_document(Found(request.app.state.studio.folder.root / path, path, explicit=True), given).problems
    if wrong and one(form, "anyway") != "yes":
        return _text(request, path, 422, given, "Nothing was written: the text below cannot be read yet.", wrong)
    after = given.replace("\n", "\r\n") if "\r\n" in read.text else given
    mark = "\ufeff" if read.text.startswith("\ufeff") and not after.startswith("\ufeff") else ""
    try:
        write_all([(os.fspath(request.app.state.studio.folder.path(path)), (mark + after).encode("utf-8"))])
    except (OSError, Outside, UnicodeEncodeError) as error:
        why = (error.strerror or "error").lower() if isinstance(error, OSError) else "it cannot be written"
        return _text(request, path, 409, given, f"Nothing was written: {why}.")
    return RedirectResponse(f"{address_of(path)}&saved=1", 303)


async def download(request: Request) -> Response:
    """A file as it is."""
    return await run_in_threadpool(_download, request)


def _download(request: Request) -> Response:
    path = request.query_params.get("path", "")
    read = _read(request, path)
    if not read.size:
        raise HTTPException(404, read.why_not)
    data = request.app.state.studio.folder.path(path).read_bytes()
    name = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in path.rpartition("/")[2])
    return Response(data, 200, {"content-disposition": f'attachment; filename="{name}"'}, "application/octet-stream")


ROUTES: list[BaseRoute] = [
    Route("/files", files),
    Route("/files/text", text),
    Route("/files/text", save, methods=["POST"]),
    Route("/files/download", download),
]
