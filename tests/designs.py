"""Small designs given as texts, taken through loading, graph, facts and rules."""

import textwrap
from functools import lru_cache

from metriclint.facts.derive import MetricFacts, Settings, facts_of
from metriclint.findings.candidates import Candidate, Checked, check_project
from metriclint.graph.build import Incentives, build
from metriclint.graph.criteria import stakes_of
from metriclint.graph.incentive_graph import IncentiveGraph
from metriclint.rules.catalogue import Catalogue, CompiledRule, built_in_catalogue, parse_rule
from metriclint.sources.load import load_text

SETTINGS = Settings("2026-11-25")


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The shipped rules, read once."""
    return built_in_catalogue()


def document(text: str) -> str:
    """A document with its version line."""
    return "metriclint: 1\n" + textwrap.dedent(text).lstrip("\n")


def incentives_of(text: str) -> Incentives:
    """The graph and the designs of a document that must be right."""
    project, problems = load_text(document(text), "design.yaml")
    assert not problems, problems
    return build(project)


def facts_in(text: str, metric: str = "m", settings: Settings = SETTINGS) -> MetricFacts:
    """All facts of one metric of a document."""
    incentives = incentives_of(text)
    return facts_of(incentives, incentives.designs[metric], stakes_of(incentives)[metric], settings)


def card(body: str = "", title: str = "A number", above: str = "") -> str:
    """A document with one card ``m``: flow mappings of its keys, one a line."""
    lines = [line.strip() for line in textwrap.dedent(body).strip().splitlines() if line.strip()]
    return "\n".join(
        [textwrap.dedent(above).strip(), "metrics:", "  m:", f"    title: {title}", *("    " + x for x in lines)]
    )


def check(text: str, rules: list[CompiledRule] | None = None) -> Checked:
    """What rules (all shipped ones by default) say about a document."""
    project, problems = load_text(document(text), "design.yaml")
    assert not problems, problems
    return check_project(project, rules or list(catalogue().rules.values()), SETTINGS)


def found(text: str, metric: str = "m") -> dict[str, Candidate]:
    """Findings of the shipped rules about one metric, by code."""
    return {c.rule.code: c for c in check(text).candidates if c.metric == metric}


def consequences(graph: IncentiveGraph, source: str, view: int) -> set[str]:
    """Titles of the consequences that a node reaches in a view."""
    reached = (graph.nodes[id_] for id_ in graph.reachable([source], view))
    return {node.title for node in reached if node.kind == "consequence"}


RULE = """\
code: {code}
edition: "2026.1"
severity: {severity}
confidence: high
variant: none
summary: Something to look at.
message: "{{metric}} is worth a look."
when: "{when}"
why: Because of this.
fix: [{{text: Change it.}}]
ignore_when: Never.
kind: observation
examples: {{bad: [], good: []}}
"""


def rule_of(
    code: str = "GAM999", when: str = "derived.stakes >= 0", severity: str = "warning", more: str = ""
) -> CompiledRule:
    """A rule that is right, with further keys as they are given."""
    text = RULE.format(code=code, severity=severity, when=when) + textwrap.dedent(more)
    compiled, problems = parse_rule(text, "rule.yaml", f"rule-{code.lower()}", "house")
    assert compiled is not None, problems
    return compiled
