"""From candidates to findings: placed, worded, with the facts that made the rule true."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from metriclint.facts.catalogue import FACTS
from metriclint.findings.candidates import Candidate, Question, declare_key
from metriclint.findings.finding import Criterion, Fact, Finding, FixOption, Status, Step, Undecided
from metriclint.findings.message import fill
from metriclint.findings.place import Places
from metriclint.findings.provenance import origin_of
from metriclint.model.project import Origin, Project
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.rule import Severity


def origins_of(candidate: Candidate, *, everything: bool) -> Iterator[Origin | None]:
    """What has to be placed for a candidate: its own place, and those of steps and facts if asked for."""
    yield candidate.location
    if everything:
        yield from (step.node.origin for step in candidate.path)
        yield from (origin_of(fact, candidate.match, candidate.facts) for fact in candidate.rule.when.facts)


class _Words(NamedTuple):
    """What all findings of a rule say alike."""

    why: str
    fixes: list[FixOption]
    criteria: list[Criterion]


@cache
def _words_of(compiled: CompiledRule) -> _Words:
    rule = compiled.rule
    fixes = [FixOption(" ".join(f.text.split()), dict(f.change), f.obligation or "") for f in rule.fix]
    criteria = [Criterion(c.ref, " ".join(c.text.split())) for c in rule.criteria]
    return _Words(" ".join(rule.why.split()), fixes, criteria)


def finding(
    candidate: Candidate,
    places: Places,
    status: Status,
    severity: Severity,
    project: str,
    *,
    everything: bool,
    brief: bool = False,
) -> Finding:
    """The finding of a candidate.

    Without ``everything`` it has no facts, and its steps have no locations. A ``brief`` one that is folded under
    another has a name, a severity and a place, but no words.
    """
    rule, words = candidate.rule.rule, _words_of(candidate.rule)
    brief = brief and candidate.folded_under is not None
    location = places.location(candidate.location)
    assert location is not None
    match, facts, incentives = candidate.match, candidate.facts, candidate.incentives
    return Finding(
        rule=candidate.rule.name,
        code=rule.code,
        family=candidate.rule.family,
        severity=severity,
        confidence=candidate.confidence,
        metric=candidate.metric,
        metric_title=facts.design.card.title,
        message="" if brief else fill(rule.message, match, facts, incentives, candidate.words),
        fingerprint=candidate.fingerprint,
        location=location,
        facts=list(_facts(candidate, places)) if everything else [],
        path=[
            Step(
                step.node.public,
                step.node.kind,
                step.node.title,
                step.verb,
                places.location(step.node.origin) if everything else None,
                step.assumed,
            )
            for step in (() if brief else candidate.path)
        ],
        variant=rule.variant,
        why=words.why,
        fixes=words.fixes,
        criteria=words.criteria,
        excerpt="" if brief else places.excerpt(location),
        status=status,
        folded_under=candidate.folded_under,
        leads=candidate.leads,
        more=candidate.more,
        kind=rule.kind,
        project=project,
    )


def _facts(candidate: Candidate, places: Places) -> Iterator[Fact]:
    """Facts that the rule reads and that are known, with where they come from."""
    match, facts = candidate.match, candidate.facts
    values = dict(facts.values)
    for member in match.bound.values():
        values.update(member.values)
    for name in match.rule.when.facts:
        if name not in values:
            continue
        value: Any = values[name]
        value = list(value) if isinstance(value, tuple) else value
        spec = FACTS[name]
        group = spec.group
        if group == "derived":
            yield Fact(name, value, "derived", None, _because(name, candidate))
            continue
        assumed = group == "action" and bool(values.get("action.assumed"))
        assumed = assumed or (group == "consequence" and bool(values.get("consequence.assumed")))
        if assumed:
            template = facts.design.template
            text = f"template {template.id}" if group == "action" and template else "a target that stands alone"
            yield Fact(name, value, "assumed", None, text)
            continue
        origin = origin_of(name, match, facts)
        silent = spec.silence == "default" and _is_default(value)
        if silent or origin is None:
            yield Fact(name, value, "default" if silent else "declared", None)
            continue
        provenance, text = _said(origin, candidate.incentives.project)
        yield Fact(name, value, provenance, places.location(origin), text)


def _said(origin: Origin, project: Project) -> tuple[Literal["declared", "read", "inferred"], str]:
    """How a fact came in, and from what it was inferred if it was."""
    foreign = project.foreign.get(origin.path)
    if foreign is None or foreign.declares:
        return "declared", ""
    source = foreign.inferred_from(origin.route)
    return ("read", f"by {foreign.adapter}") if source is None else ("inferred", f"from {source}")


def _is_default(value: Any) -> bool:
    return value in (False, "", "none", "unknown", "active") or value == []


def _because(name: str, candidate: Candidate) -> str:
    """How a derived fact came about, in a few words."""
    facts = candidate.facts
    if name in ("derived.stakes", "derived.live", "derived.high"):
        stakes = facts.reach.stakes
        if facts.reach.through:
            return f"stakes {stakes}, by way of {facts.reach.through[0]}"
        return f"stakes {stakes}"
    if name in ("derived.hot", "derived.automatable"):
        actions = facts.design.actions or ()
        which = next((a for a in actions if (a.hot if name == "derived.hot" else a.automatable)), None)
        if which is None:
            return ""
        return f'"{which.title}"' + (" (assumed)" if which.assumed else "")
    key = declare_key(name, facts)
    return f"from {key}" if key != name else ""


def undecided(questions: Sequence[Question], places: Places, project: str) -> list[Undecided]:
    """The open questions of a project, placed at their cards."""
    result = []
    for question in questions:
        location = places.location(question.entry.origin)
        assert location is not None
        result.append(
            Undecided(
                question.entry.id,
                question.entry.value.title,
                question.declare,
                question.rules,
                location,
                project,
            )
        )
    return result


def sort_key(f: Finding) -> tuple[Any, ...]:
    """Order of findings in a report: by file and place, then code and metric."""
    return (f.location.path, f.location.line, f.location.column, f.code, f.metric, f.fingerprint)


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of reports."""
    return sorted(findings, key=sort_key)
