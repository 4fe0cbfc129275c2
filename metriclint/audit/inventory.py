"""The inventory of metrics, and what is well designed among them."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from metriclint.audit.checked import Checked, Ground, place_of, role_title
from metriclint.audit.pack import GoodPractice, MetricRow, PackFinding, not_determined
from metriclint.findings.finding import Finding, Undecided
from metriclint.graph.design import Design, Use
from metriclint.graph.words import AUDIENCE, LEVEL, board_title, consequence_title, decision_title, target_words
from metriclint.model.card import CounterMetric
from metriclint.model.project import Project
from metriclint.questionnaire.questions import questionnaire
from metriclint.reports.terminal import counted
from metriclint.reports.wording import question_words

_SILENT = not_determined("the card does not say")
_NAMED = 6
_KEYS = 5
"""Keys that an open question names; the register has all of them."""
_PERIOD = {"P1D": "day", "P1W": "week", "P2W": "two weeks", "P1M": "month", "P3M": "quarter", "P1Y": "year"}


def inventory(checked: Checked, findings: Sequence[PackFinding], undecided: Iterable[Undecided]) -> list[MetricRow]:
    """Every metric that was asked about, by project and id."""
    ids: dict[tuple[str, str], list[str]] = {}
    for f in findings:
        ids.setdefault((f.project, f.metric), []).append(f.id)
    open_ = {(u.project, u.metric): u.declare for u in undecided}
    return [
        _row(ground, design, ids.get((ground.project.name, id_), []), open_.get((ground.project.name, id_), []))
        for ground, id_, design in _designs(checked)
    ]


def _designs(checked: Checked) -> Iterator[tuple[Ground, str, Design]]:
    for _, ground in sorted(checked.grounds.items()):
        for id_, design in sorted(ground.incentives.designs.items()):
            if ground.covers(design.entry.origin.path):
                yield ground, id_, design


def _row(ground: Ground, design: Design, findings: list[str], undeclared: list[str]) -> MetricRow:
    card, governance = design.card, design.card.governance
    return MetricRow(
        id=design.entry.id,
        title=card.title,
        project=ground.project.name,
        place=place_of(ground.places.location(design.entry.origin)),
        status=card.status or "active by default",
        kind=card.kind or _SILENT,
        owner_role=role_title(governance.owner if governance else None, ground.project) or _SILENT,
        measured=_measured(design, ground),
        target=_target(design),
        shown_to=_shown(design),
        consequences=_consequences(design, ground),
        counter_metrics=_counters(design, ground),
        review_date=(governance.review_date if governance else None) or _SILENT,
        findings=findings,
        undeclared=list(undeclared),
    )


def _measured(design: Design, ground: Ground) -> str:
    subject = design.card.subject
    if subject is None or not (subject.level or subject.role):
        return _SILENT
    role = role_title(subject.role, ground.project)
    role = role.replace("-", " ") if role == subject.role else role
    return ", ".join(filter(None, (role, LEVEL.get(subject.level or "", ""))))


def _target(design: Design) -> str:
    target = design.card.target
    if target is None:
        return _SILENT
    if target.type == "none":
        return "none"
    words = target_words(target)
    if words == "the target":
        return f"{target.type or 'a target'} without a value"
    return words + (f", per {_PERIOD.get(target.period, target.period)}" if target.period else "")


def _shown(design: Design) -> str:
    if design.boards is None:
        return _SILENT
    return _listed(
        f"{board_title(b)} ({AUDIENCE.get(b.value.audience or '', 'audience not declared')})" for b in design.boards
    )


def _consequences(design: Design, ground: Ground) -> str:
    if design.uses is None:
        return _SILENT
    return _listed(_consequence(u, ground) for u in design.uses)


def _consequence(use: Use, ground: Ground) -> str:
    what, way = consequence_title(use.kind), decision_title(use, ground.project)
    words = what if way == what else f"{what} by way of {way}"
    return words + (" (assumed)" if use.assumed else "")


def _counters(design: Design, ground: Ground) -> str:
    if design.counters is None:
        return _SILENT
    return _named(design.counters, ground)


def _named(counters: Iterable[CounterMetric], ground: Ground) -> str:
    metrics = ground.project.metrics
    return _listed(
        c.title or (metrics[c.metric].value.title if c.metric in metrics else c.metric or "one without a name")
        for c in counters
    )


def _listed(texts: Iterable[str]) -> str:
    found = list(dict.fromkeys(texts))
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return "; ".join(found[:_NAMED]) + more if found else "none"


# Open questions


def open_question(asked: Undecided) -> str:
    """What to find out about a metric: questions in plain words, the most deciding first, then the keys of the card."""
    routes = _asks()
    asks = list(dict.fromkeys(routes[key] for key in asked.declare if key in routes))
    more = f" And {counted(len(asks) - _NAMED, 'more question')}." if len(asks) > _NAMED else ""
    plain = f"{' '.join(asks[:_NAMED])}{more} In the card: " if asks else ""
    keys = asked.declare
    if len(keys) > _KEYS:
        keys = [*keys[:_KEYS], f"and {len(keys) - _KEYS} more"]
    return f"{asked.metric_title}: {plain}{question_words(replace(asked, declare=keys))}."


@cache
def _asks() -> dict[str, str]:
    """Questions in plain words by the card keys that they decide."""
    return {route: q.ask for q in questionnaire().questions for route in q.routes()}


# Good practice


def good_practice(checked: Checked, findings: Iterable[Finding]) -> list[GoodPractice]:
    """What is declared and good, of metrics without a finding of warning or above."""
    doubted = {(f.project, f.metric) for f in findings if f.severity in ("error", "warning")}
    found = []
    for ground, id_, design in _designs(checked):
        if (ground.project.name, id_) in doubted or design.card.status == "retired":
            continue
        place = place_of(ground.places.location(design.entry.origin))
        sentences = list(_practices(design, ground))
        found += [GoodPractice(id_, design.card.title, text, place) for text in sentences]
    return found


def _practices(design: Design, ground: Ground) -> Iterator[str]:
    card = design.card
    read = [c for c in design.counters or () if c.same_decision or c.strength == "veto"]
    if read:
        yield f"It is read in the same decision as what pulls the other way: {_named(read, ground)}."
    if card.verification in ("sample", "independent"):
        yield {"sample": "Samples of it are checked.", "independent": "It is checked independently."}[card.verification]
    for board in design.boards or ():
        if board.value.identified is False and board.value.ranked is False:
            yield f"It is shown without names and without an order ({board_title(board)})."
        elif board.value.audience == "self":
            yield f"Only those measured see their own number ({board_title(board)})."
    for use in design.uses or ():
        if use.base and use.value.stated == "not-used" and use.enforced == "technical":
            yield f"The promise that it is not used ({decision_title(use, ground.project)}) is kept by technical means."
    if design.outcome is not None and design.outcome.validated:
        yield "Its link to the goal was tested."
    yield from _governed(design, ground.project)


def _governed(design: Design, project: Project) -> Iterator[str]:
    g = design.card.governance
    if g is None:
        return
    if g.owner and g.purpose and g.review_date:
        yield f"A role answers for it ({role_title(g.owner, project)}), and its purpose is written down."
        yield f"It is looked at again on {g.review_date}."
    if g.informed and g.consulted:
        yield "Those measured are told and were asked."
    if g.appeal:
        yield "Those measured can contest the number."
