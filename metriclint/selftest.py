"""Running the examples inside rule files: a bad one must be reported by its rule, a good one must not."""

from typing import NamedTuple

from msgspec.structs import replace

from metriclint.facts.derive import Settings
from metriclint.files.problem import Problem
from metriclint.findings.candidates import check_project
from metriclint.rules.catalogue import Catalogue, CompiledRule
from metriclint.rules.evaluate import Evaluator
from metriclint.rules.rule import Example
from metriclint.sources.load import load_text

TODAY = "2026-11-25"
"""Examples are read as if on this day, so that their dates mean the same for ever."""


class Result(NamedTuple):
    """The outcome of one example."""

    path: str
    rule: str
    kind: str
    number: int
    title: str
    passed: bool
    reason: str = ""


def run_examples(catalogue: Catalogue) -> list[Result]:
    """Run every example of a catalogue, in the order of codes."""
    results = []
    for compiled in sorted(catalogue.rules.values(), key=lambda r: r.code):
        examples = compiled.rule.examples
        for kind, group in (("bad", examples.bad), ("good", examples.good)):
            for number, example in enumerate(group, 1):
                reason = _reason(compiled, example, bad=kind == "bad")
                results.append(Result(compiled.path, compiled.name, kind, number, example.title, not reason, reason))
    return results


def _reason(compiled: CompiledRule, example: Example, *, bad: bool) -> str:
    """Why an example fails; empty where it passes."""
    project, problems = load_text(example.yaml, "example.yaml")
    if problems:
        return "; ".join(_told(p) for p in problems)
    # A retired rule is asked nowhere else; its examples still say what it meant.
    compiled = replace(compiled, rule=replace(compiled.rule, retired=False))
    evaluator = Evaluator()
    checked = check_project(project, [compiled], Settings(TODAY), evaluator)
    if compiled in evaluator.faults:
        return f"cannot be worked out: {evaluator.faults[compiled][1]}"
    hits = checked.candidates
    if not bad:
        return f"reported for {hits[0].metric or 'the project'}, and must not be" if hits else ""
    if not hits:
        asks = sorted({key for q in checked.questions for key in q.declare})
        return "not reported" + (f"; undecided for want of {', '.join(asks)}" if asks else "")
    if example.severity is not None and all(h.severity != example.severity for h in hits):
        return f"severity is {hits[0].severity}, expected {example.severity}"
    return ""


def _told(problem: Problem) -> str:
    return f"example.yaml:{problem.line}:{problem.column}: {problem.message}"
