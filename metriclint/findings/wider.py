"""Rules about a whole decision or a whole project: what no single card can show, such as something that is absent."""

from collections.abc import Iterable, Iterator, Mapping

from metriclint.facts.declared import Values
from metriclint.facts.derive import MetricFacts, Settings
from metriclint.findings.candidates import Candidate, fingerprint
from metriclint.findings.severity import severity_of
from metriclint.findings.witness import witness
from metriclint.graph.build import Incentives
from metriclint.graph.design import Design
from metriclint.model.project import Origin
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.evaluate import Evaluator

Subject = tuple[str, Values, list[str], Origin]
"""What a rule is asked about: a stable id, its facts, the metrics in it, and its place."""


def check_wider(
    incentives: Incentives,
    facts: Mapping[str, MetricFacts],
    rules: Iterable[CompiledRule],
    settings: Settings,
    evaluator: Evaluator,
) -> Iterator[Candidate]:
    """Candidates of the rules of scope decision and project.

    A finding about a decision names the metric of highest stakes in it, one about a project the same over all its
    metrics. ``facts`` are those of the metrics that are asked about, by id.
    """
    if not facts:
        return
    whole = _project_values(incentives, facts, settings)
    for rule in rules:
        if rule.rule.scope == "decision":
            for subject in _decisions(incentives, facts, whole):
                yield from _ask(rule, subject, facts, incentives, evaluator)
        elif rule.rule.scope == "project":
            every = sorted(facts)
            place = facts[every[0]].design.entry.origin
            yield from _ask(rule, ("project", whole, every, place), facts, incentives, evaluator)


def _ask(
    rule: CompiledRule,
    subject: Subject,
    facts: Mapping[str, MetricFacts],
    incentives: Incentives,
    evaluator: Evaluator,
) -> Iterator[Candidate]:
    id_, values, metrics, place = subject
    outcome = evaluator.ask_values(rule, values)
    for match in outcome.matches:
        anchor = min((facts[m] for m in metrics), key=lambda f: (-(f.reach.stakes or 0), f.design.entry.id))
        yield Candidate(
            match=match,
            facts=anchor,
            incentives=incentives,
            severity=severity_of(match, anchor),
            confidence=rule.rule.confidence,
            more=0,
            path=witness(match, anchor, incentives),
            fingerprint=fingerprint(rule.name, id_, ()),
            location=place,
        )


def _decisions(incentives: Incentives, facts: Mapping[str, MetricFacts], whole: Values) -> Iterator[Subject]:
    readers: dict[str, list[Design]] = {}
    for known in facts.values():
        for use in known.design.uses or ():
            if use.shared is not None:
                readers.setdefault(use.shared, []).append(known.design)
    for id_, designs in sorted(readers.items()):
        entry = incentives.project.decisions[id_]
        uses = [use for d in designs for use in d.uses or () if use.shared == id_]
        values: Values = {
            **whole,
            "decision.kind": entry.value.consequence or "none",
            "decision.stakes": max((use.stakes or 0 for use in uses), default=0),
            "decision.metrics": len(designs),
            "decision.live_metrics": sum(1 for use in uses if (use.stakes or 0) >= 2),
            "decision.kinds": tuple(sorted({d.card.kind for d in designs if d.card.kind})),
            "decision.counters": sum(facts[d.entry.id].values.get("derived.counters_read", 0) for d in designs),
        }
        if entry.value.automatic is not None:
            values["decision.automatic"] = entry.value.automatic
        yield f"decision:{id_}", values, [d.entry.id for d in designs], entry.origin


def _project_values(incentives: Incentives, facts: Mapping[str, MetricFacts], settings: Settings) -> Values:
    return {
        "project.strict": settings.strict,
        "project.metrics": len(facts),
        "project.live_metrics": sum(1 for f in facts.values() if (f.reach.stakes or 0) >= 2),
        "project.counters": sum(len(f.design.counters or ()) for f in facts.values()),
    }
