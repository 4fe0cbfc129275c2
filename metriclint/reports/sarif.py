"""SARIF 2.1.0, for code scanning and SARIF viewers.

Standard: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0, errata 01". What code scanning on
GitHub makes of it decides some choices: it shows suppressed results as open alerts, so accepted and known findings are
left out and counted; it wants a place for every step; it takes ``security-severity`` for a vulnerability, so there is
none.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from metriclint.files.shipped import shipped
from metriclint.findings.finding import ErrorRecord, Finding, Location, Report, Step, path_words
from metriclint.reports.formats import Style
from metriclint.reports.json import json_text
from metriclint.reports.terminal import clean, counted
from metriclint.reports.text import importance
from metriclint.reports.wording import accepted_words, error_words, question_words, reported
from metriclint.rules.catalogue import CompiledRule, read_rule
from metriclint.rules.page import VARIANTS, markdown_page, plain_page

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "metriclint/v1"
"""Key of the fingerprint: rule, metric and node ids of the path, never a line or wording."""
MOST_RESULTS = 25_000
"""Results of one run that code scanning accepts; the most severe are kept."""
_DESCRIPTION = 1024
_LEVELS = {"error": "error", "warning": "warning", "note": "note", "info": "note"}
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation", "info": "recommendation"}
_TAXA = [name for name, text in VARIANTS.items() if text]
_TAXONOMY = "Goodhart variants"
Json = dict[str, Any]


def render(report: Report, style: Style) -> str:
    """The report as one SARIF run."""
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"


def _run(report: Report) -> Json:
    findings = reported(report)
    kept = _most_severe(findings)
    # The weightiest finding of a rule comes last and stands for it.
    examples = {_Key(f.code, f.rule, f.family): f for f in sorted(kept, key=importance, reverse=True)}
    rules = {key: number for number, key in enumerate(sorted(examples))}
    return {
        "tool": {
            "driver": {
                "name": report.tool.name,
                "semanticVersion": report.tool.version,
                "rules": [_rule(key, examples[key]) for key in rules],
                "supportedTaxonomies": [{"name": _TAXONOMY, "index": 0}],
                "properties": {"ruleset": report.tool.ruleset},
            }
        },
        "invocations": [_invocation(report, len(findings) - len(kept))],
        "taxonomies": [_taxonomy()],
        "columnKind": "unicodeCodePoints",
        "results": [_result(f, rules) for f in kept],
        "properties": {
            "waived": report.summary.waived,
            "baselined": report.summary.baselined,
            "filtered": report.summary.filtered,
        },
    }


def _most_severe(findings: list[Finding]) -> list[Finding]:
    if len(findings) <= MOST_RESULTS:
        return findings
    kept = {id(f) for f in sorted(findings, key=importance)[:MOST_RESULTS]}
    return [f for f in findings if id(f) in kept]


# Rules


class _Key(NamedTuple):
    """What tells the rules of a run apart: house rules of two projects may share a code."""

    code: str
    name: str
    family: str


def _rule(key: _Key, example: Finding) -> Json:
    """A rule with its help. A house rule is known by what its findings say of it."""
    compiled = _shipped_rule(key)
    severity = compiled.rule.severity if compiled else example.severity
    confidence = compiled.rule.confidence if compiled else example.confidence
    variant = [example.variant] if example.variant in _TAXA else []
    summary = compiled.rule.summary if compiled else key.name.replace("-", " ").capitalize() + "."
    help_ = {"text": plain_page(compiled), "markdown": markdown_page(compiled)} if compiled else _help(example)
    rule: Json = {
        "id": key.code,
        "name": key.name,
        "shortDescription": {"text": _text(summary)},
        "fullDescription": {"text": _text(example.why)},
        "help": help_,
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "problem.severity": _PROBLEMS[severity],
            "precision": confidence,
            "tags": ["incentives", key.family, *(f"goodhart/{v}" for v in variant)],
        },
    }
    if variant:
        rule["relationships"] = [{"target": _taxon(v), "kinds": ["relevant"]} for v in variant]
    return rule


@cache
def _shipped_rule(key: _Key) -> CompiledRule | None:
    file = shipped("rules") / key.family / f"{key.name}.yaml"
    if not file.is_file():
        return None
    compiled, _ = read_rule(file, f"rules/{key.family}/{key.name}.yaml")
    return compiled if compiled and compiled.code == key.code else None


def _help(f: Finding) -> Json:
    parts = [f"Why it may backfire: {f.why}"]
    parts += [f"What you can do: {fix.text}" for fix in f.fixes]
    parts += [f"What should be: {c.text} ({c.ref})" for c in f.criteria]
    return {"text": "\n\n".join(_text(p) for p in parts)}


def _taxonomy() -> Json:
    return {
        "name": _TAXONOMY,
        "shortDescription": {"text": "Ways in which a number that becomes a goal stops being a good number."},
        "fullDescription": {
            "text": "After Manheim and Garrabrant, Categorizing Variants of Goodhart's Law, arXiv:1803.04585, 2018."
        },
        "taxa": [{"id": name, "shortDescription": {"text": _meaning(name)}} for name in _TAXA],
    }


def _meaning(variant: str) -> str:
    text = VARIANTS[variant].removeprefix(f"{variant}: ")
    return f"{text[:1].upper()}{text[1:]}."


def _taxon(variant: str) -> Json:
    return {"id": variant, "index": _TAXA.index(variant), "toolComponent": {"name": _TAXONOMY, "index": 0}}


# Results


def _result(f: Finding, rules: dict[_Key, int]) -> Json:
    message = _text(f.message) + (f" And {f.more} more like it on this metric." if f.more else "")
    result: Json = {
        "ruleId": f.code,
        "ruleIndex": rules[_Key(f.code, f.rule, f.family)],
        "level": _LEVELS[f.severity],
        "message": {"text": message},
        "locations": [{"physicalLocation": _place(f.location)}],
        "partialFingerprints": {FINGERPRINT: f.fingerprint},
    }
    if len(f.path) > 1:
        steps = list(_steps(f.path, f.location))
        flow = {"message": {"text": _text(path_words(f.path))}, "threadFlows": [{"locations": steps}]}
        result["codeFlows"] = [flow]
    if related := list(_evidence(f)):
        result["relatedLocations"] = related
    if f.variant in _TAXA:
        result["taxa"] = [_taxon(f.variant)]
    result["properties"] = {
        "severity": f.severity,
        "severityFrom": f.severity_from,
        "confidence": f.confidence,
        "kind": f.kind,
        "metric": f.metric,
        **({"project": clean(f.project)} if f.project else {}),
        **({"foldedUnder": f.folded_under} if f.folded_under else {}),
        **({"knownAs": f.known_as} if f.known_as else {}),
    }
    return result


def _steps(path: Iterable[Step], primary: Location) -> Iterator[Json]:
    """The path as places. A step that nobody wrote down stands where the one before it does."""
    place = primary
    for step in path:
        place = step.location or place
        words = f"{step.verb} {step.title}" if step.verb else step.title
        yield {
            "location": {
                "physicalLocation": _place(place),
                "message": {"text": _text(words + (" (assumed)" if step.assumed else ""))},
            },
            "properties": {"node": clean(step.node), "kind": step.kind, "assumed": step.assumed},
        }


def _evidence(f: Finding) -> Iterator[Json]:
    """Where the facts are declared that made the rule true."""
    for number, fact in enumerate(f.facts, 1):
        if fact.location is not None:
            text = f"{fact.fact} is {json_text(fact.value)}"
            yield {"id": number, "physicalLocation": _place(fact.location), "message": {"text": _text(text)}}


def _place(location: Location) -> Json:
    line, column = max(location.line, 1), max(location.column, 1)
    end = max(location.end_line, line)
    return {
        "artifactLocation": _artifact(location.path),
        "region": {
            "startLine": line,
            "startColumn": column,
            "endLine": end,
            "endColumn": max(location.end_column, column if end == line else 1),
        },
    }


def _artifact(path: str) -> Json:
    if path.startswith("/"):
        return {"uri": f"file://{quote(path)}"}
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}


# What is said besides results


def _invocation(report: Report, cut: int) -> Json:
    """Whether the run came to an end, and all that is no finding: wrong input, remarks, open questions, counts."""
    invocation: Json = {"executionSuccessful": not report.errors}
    if report.errors:
        invocation["toolConfigurationNotifications"] = [_error(e) for e in report.errors]
    notes = [_note(n.message, n.location) for n in report.notices]
    notes += [_note(f"Open questions: {question_words(u)}.", u.location) for u in report.undecided]
    if accepted := accepted_words(report):
        notes.append(_note(f"Not among the results: {accepted}.", None))
    if cut:
        notes.append(_note(f"Not among the results: {counted(cut, 'finding')} beyond {MOST_RESULTS:,}.", None))
    if notes:
        invocation["toolExecutionNotifications"] = notes
    return invocation


def _error(error: ErrorRecord) -> Json:
    notification: Json = {"level": "error", "message": {"text": _text(error_words(error))}}
    if error.line:
        place = Location(error.path, error.line, error.column, error.line, error.column, [], error.cell)
        notification["locations"] = [{"physicalLocation": _place(place)}]
    else:
        notification["message"]["text"] = _text(f"{error.path}: {error_words(error)}")
    return notification


def _note(text: str, location: Location | None) -> Json:
    note: Json = {"level": "note", "message": {"text": _text(text)}}
    if location is not None:
        note["locations"] = [{"physicalLocation": _place(location)}]
    return note


def _text(text: str) -> str:
    """A text without control characters, cut to what is shown, in which nothing reads as a link of SARIF (3.11.6)."""
    flat = " ".join(clean(text).split()).replace("](", "] (")
    return flat if len(flat) <= _DESCRIPTION else flat[: _DESCRIPTION - 1] + "…"
