"""Rules: what each finds, why it may backfire, and what can be done."""

from collections.abc import Iterator
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from metriclint.findings.verdict import WAIVER_RULES
from metriclint.findings.waiver_words import WORDS
from metriclint.model.project import Project
from metriclint.rules.catalogue import Catalogue, CompiledRule
from metriclint.rules.library import Family, families
from metriclint.rules.page import VARIANTS, condition_words, criterion_words, evidence_words, law_words
from metriclint.studio.opened import Opened, Row
from metriclint.studio.pages import Entry
from metriclint.studio.rendering import page

NAVIGATION: Entry | None = Entry("Rules", "/rules", ("/rules/",))


class Kin(NamedTuple):
    """A family with its rules."""

    letters: str
    family: Family | None
    rules: list[CompiledRule]


def _catalogue(request: Request) -> Catalogue:
    workbench = request.app.state.studio.workbench
    workbench.refresh()
    projects = workbench.loaded.projects or [Project(config=workbench.config)]
    first: Catalogue = workbench.catalogue(projects[0])
    # Rules of packs that only another project has are shown as well.
    rules = {name: rule for p in reversed(projects) for name, rule in workbench.catalogue(p).rules.items()}
    by_code = {rule.code: rule for rule in rules.values()}
    criteria = {id_: c for p in reversed(projects) for id_, c in workbench.catalogue(p).criteria.items()}
    return Catalogue(rules, by_code, first.aliases, criteria)


async def rules(request: Request) -> Response:
    """All rules by family."""
    return await run_in_threadpool(_rules, request)


def _rules(request: Request) -> Response:
    return page(request, "rules.html", kins=list(_kins(_catalogue(request))), about_waivers=WORDS, codes=WAIVER_RULES)


def _kins(catalogue: Catalogue) -> Iterator[Kin]:
    known = families()
    letters = {rule.code[:3] for rule in catalogue.rules.values()}
    for each in [*known, *sorted(letters - known.keys())]:
        members = sorted((r for r in catalogue.rules.values() if r.code[:3] == each), key=lambda r: r.code)
        if members:
            yield Kin(each, known.get(each), members)


async def rule(request: Request) -> Response:
    """One rule."""
    return await run_in_threadpool(_rule, request)


def _rule(request: Request) -> Response:
    word = request.path_params["name"]
    opened: Opened = request.app.state.studio.workbench.opened()
    if word in WAIVER_RULES:
        return page(request, "waiver_rule.html", name=word, code=WAIVER_RULES[word], words=WORDS[word])
    catalogue = _catalogue(request)
    compiled = catalogue.find(word)
    if compiled is None:
        raise HTTPException(404, "There is no rule of this name.")
    found = [
        (f, opened.rows.get((f.project, f.metric))) for f in opened.findings("reported") if f.code == compiled.code
    ]
    numbers: list[tuple[str, Row | None]] = [(f.metric_title, row) for f, row in found]
    law = list(law_words(compiled.rule.law)) if compiled.rule.law else []
    return page(
        request,
        "rule.html",
        compiled=compiled,
        rule=compiled.rule,
        family=families().get(compiled.code[:3]),
        variant=VARIANTS[compiled.rule.variant],
        condition=condition_words(compiled),
        criteria=[criterion_words(c, catalogue.criteria) for c in compiled.rule.criteria],
        evidence=[evidence_words(e) for e in compiled.rule.evidence],
        law=law,
        numbers=numbers,
    )


ROUTES: list[BaseRoute] = [
    Route("/rules", rules),
    Route("/rules/{name}", rule),
]
