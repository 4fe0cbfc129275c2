"""One page for the meeting: what a number is, where it can lead, what can backfire, and what would help."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from metriclint.findings.finding import Finding
from metriclint.questionnaire.answers import applicable, plain
from metriclint.questionnaire.questions import questionnaire
from metriclint.studio.bench import Look
from metriclint.studio.design import Design
from metriclint.studio.drafts import Step
from metriclint.studio.pages import Entry
from metriclint.studio.pages.design import draft_of
from metriclint.studio.pages.metrics import row_of, values_of
from metriclint.studio.rendering import page
from metriclint.studio.words import Offer, offers, reaches, verdict

NAVIGATION: Entry | None = None
NEEDS = 600
"""Letters of what has to be true for the chosen changes; with more of them the page would be two."""
MOST = 4
"""Findings on the page: with more of them it would be two."""
ROOM = 1_500
"""Letters of all findings on the page together, with what would help."""
ASKED = ("goal", "counts", "measured", "target", "audience", "shown", "consequence", "stated", "believed", "counter")
"""Questions whose answers say what the number is."""
OPEN = 4
"""Open questions on the page."""


async def of_metric(request: Request) -> Response:
    """The page of a metric of the project."""
    return await run_in_threadpool(_of_metric, request)


def _of_metric(request: Request) -> Response:
    row = row_of(request)
    values = values_of(request, row)
    back = row.address
    told = {"place": row.entry.origin.path, "accepted": row.accepted, "back": back, "shared": values["shared"]}
    return _page(request, values["design"], values["look"], values["verdict"], values["shown"], told)


async def of_draft(request: Request) -> Response:
    """The page of a design."""
    return await run_in_threadpool(_of_draft, request)


def _of_draft(request: Request) -> Response:
    draft = draft_of(request)
    workbench = request.app.state.studio.workbench
    workbench.refresh()
    design = draft.design
    look = workbench.look(design)
    known = [v for v in design.answers.values() if v is not None]
    said = verdict(look, len(known), running=design.base is not None)
    shown = [(f, ()) for f in look.findings if f.folded_under is None]
    place = "A design that is not saved" if not draft.saved else draft.saved
    chosen = [step for step in draft.steps if step.chosen is not None]
    told = {"place": place, "accepted": (), "back": f"/designs/{draft.id}", "chosen": chosen, "needed": _needed(chosen)}
    return _page(request, design, look, said, shown, told)


def _page(
    request: Request, design: Design, look: Look, said: object, shown: list[Any], told: Mapping[str, Any]
) -> Response:
    options = offers(look)
    answers = applicable(design.answers)
    told_of = _fitting([(f, next(iter(options.get(f.fingerprint, ())), None)) for f, _ in shown])
    facts = [
        (question.ask, plain(question, answers[question.id]))
        for question in questionnaire().questions
        if question.id in ASKED and answers.get(question.id) is not None
    ]
    return page(
        request,
        "meeting.html",
        design=design,
        look=look,
        verdict=said,
        reaches=reaches(look.ways, asked=answers.get("believed") is not None),
        facts=facts,
        findings=told_of,
        left=len(shown) - len(told_of),
        open=look.open[:OPEN] if look.waiting else [],
        today=request.app.state.studio.workbench.today(),
        **{"chosen": (), "needed": 0, "shared": (), **told},
    )


def _needed(chosen: Sequence[Step]) -> int:
    """For how many of the chosen changes it can be said on the page what has to be true."""
    room = NEEDS
    for number, step in enumerate(chosen):
        room -= sum(map(len, step.needs))
        if room < 0:
            return number
    return len(chosen)


def _fitting(findings: list[tuple[Finding, Offer | None]]) -> list[tuple[Finding, Offer | None]]:
    """As many findings as fit on the page, the most important first."""
    room = ROOM
    for number, (finding, offer) in enumerate(findings[:MOST]):
        room -= len(finding.message) + (len(offer.text) + sum(map(len, offer.needs)) if offer else 0)
        if room < 0 and number:
            return findings[:number]
    return findings[:MOST]


ROUTES: list[BaseRoute] = [
    Route("/metrics/{id}/meeting", of_metric),
    Route("/designs/{id}/meeting", of_draft),
]
