"""Two designs side by side: what differs in the answers, and what each of them admits."""

from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from metriclint.studio.bench import Look
from metriclint.studio.design import Design, differences, of_metric
from metriclint.studio.drafts import Drafts
from metriclint.studio.pages import Entry
from metriclint.studio.rendering import page
from metriclint.studio.words import Verdict, reaches, verdict
from metriclint.studio.workbench import Workbench

NAVIGATION: Entry | None = Entry("Compare", "/compare")


class State(NamedTuple):
    """A design that can be chosen: a draft as it is now, or as it was before a change."""

    name: str
    label: str
    design: Design


class Side(NamedTuple):
    """One of the two designs."""

    state: State
    look: Look
    verdict: Verdict
    codes: set[str]
    reaches: list[object]


def states(drafts: Drafts) -> list[State]:
    """Everything that can be compared, the design touched last first."""
    found = []
    for draft in drafts:
        last = len(draft.steps) - 1
        for number in range(last, -1, -1):
            step = draft.steps[number]
            when = "as it is now" if number == last else step.label if number else "before any change"
            found.append(State(f"{draft.id}.{number}", f"{step.design.title}: {when}", step.design))
        base = draft.design.base
        if base is not None and not draft.design.untouched:
            design = of_metric(base.project, base.metric, base.card)
            found.append(State(f"{draft.id}.file", f"{design.title}: as its file says", design))
    return found


async def compare(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_compare, request)


def _compare(request: Request) -> Response:
    studio = request.app.state.studio
    studio.workbench.refresh()
    known = states(studio.drafts)
    named = {state.name: state for state in known}
    # Without a choice: the oldest state of the design touched last beside that design as it is now.
    right = named.get(request.query_params.get("right", "")) or (known[0] if known else None)
    mine = [s for s in known if right and s.name.partition(".")[0] == right.name.partition(".")[0]]
    others = [s for s in known if s != right]
    oldest = mine[-1] if mine and mine[-1] != right else (others[0] if others else None)
    left = named.get(request.query_params.get("left", "")) or oldest
    sides = [_side(state, studio.workbench) for state in (left, right) if state is not None]
    changed = list(differences(left.design, right.design)) if left and right else []
    return page(
        request,
        "compare.html",
        states=known,
        sides=sides if len(sides) == 2 else [],
        changed=changed,
    )


def _side(state: State, workbench: Workbench) -> Side:
    look = workbench.look(state.design, options=False)
    known = [value for value in state.design.answers.values() if value is not None]
    asked = state.design.answers.get("believed") is not None
    return Side(
        state,
        look,
        verdict(look, len(known), running=state.design.base is not None),
        look.codes(),
        list(reaches(look.ways, asked=asked)),
    )


ROUTES: list[BaseRoute] = [Route("/compare", compare)]
