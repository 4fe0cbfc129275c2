"""A rule in words: for the terminal, for scripts, and as a page of the documentation. All from the rule file."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from metriclint.facts.catalogue import FACTS
from metriclint.files.markdown import block, code, paragraphs, printable, sentence
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.library import CriterionEntry, criteria, families, law_entries, law_last_checked
from metriclint.rules.placeholders import PLACEHOLDERS
from metriclint.rules.rule import Criterion, Evidence, Example, Fix

_WIDTH = 100
VARIANTS = {
    "regressional": "regressional: picking the best picks luck as well",
    "extremal": "extremal: outside the range in which it was tested, the number stops meaning the goal",
    "causal": "causal: number and goal go together, but moving the one does not move the other",
    "adversarial": "adversarial: somebody with goals of their own can move the number",
    "none": "",
}


def as_record(compiled: CompiledRule) -> dict[str, Any]:
    """A rule as plain values: everything of its file, with name, family and path."""
    record: dict[str, Any] = {"name": compiled.name, "family": compiled.family, "file": compiled.path}
    record.update(msgspec.to_builtins(compiled.rule))
    return record


def plain_list(rules: Sequence[CompiledRule]) -> str:
    """Rules by family, a line each."""
    known = families()
    lines: list[str] = []
    letters = ""
    width = max((len(r.name) for r in rules), default=0)
    for rule in rules:
        if rule.code[:3] != letters:
            letters = rule.code[:3]
            family = known.get(letters)
            head = f"{family.title}" if family else letters
            lines += ["", f"{letters}  {head}"] if lines else [f"{letters}  {head}"]
        head = f"  {rule.code}  {rule.name.ljust(width)}  {rule.rule.severity.ljust(7)}  "
        lines.append(head + _one_line(rule.rule.summary) + _state(rule))
    count = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
    lines += ["", f"{count}. `metriclint explain NAME` tells all about one."]
    return "\n".join(lines) + "\n"


def _state(compiled: CompiledRule) -> str:
    if compiled.rule.retired:
        return " [retired: finds nothing any more]"
    return " [preview: asked with --preview]" if compiled.rule.preview else ""


def plain_facts() -> str:
    """The vocabulary of rules: the facts that conditions name, and the words that messages use."""
    width = max(map(len, FACTS))
    lines: list[str] = []
    for group, specs in groupby(FACTS.values(), key=lambda spec: spec.group):
        lines += [group]
        for spec in specs:
            lines.append(f"  {spec.name.ljust(width)}  {spec.type.ljust(7)}  {spec.text}")
            values = textwrap.wrap(", ".join(spec.values), _WIDTH - width, break_on_hyphens=False)
            lines += (" " * (width + 13) + line for line in values)
        lines.append("")
    words = (f"  {f'{{{word}}}'.ljust(width)}  {text}" for word, text in PLACEHOLDERS.items())
    return "\n".join([*lines, "words of a message", *words]) + "\n"


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


Known = Mapping[str, CriterionEntry]
"""A criteria library by id."""


def plain_page(compiled: CompiledRule, known: Known | None = None, *, color: bool = False) -> str:
    """The whole rule for a terminal, in the fixed order of sections. ``known`` are the criteria of its catalogue."""
    rule = compiled.rule

    def head(text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if color else text

    parts = [
        f"{head(f'{compiled.code} {compiled.name}')}  ({_one_line(compiled.family)}, {rule.severity}, "
        f"confidence {rule.confidence}, since {rule.edition}){_state(compiled)}",
        _wrap(rule.summary),
        f"{head('What it flags')}\n{_wrap(condition_words(compiled))}\n{_code(rule.when.strip())}",
        f"{head('Why it may backfire')}\n{_wrap(rule.why)}",
    ]
    if VARIANTS[rule.variant]:
        parts[-1] += "\n" + _wrap(f"Goodhart variant: {VARIANTS[rule.variant]}.")
    parts += [
        f"{head('Avoid')}\n{_examples(rule.examples.bad)}",
        f"{head('Prefer')}\n{_examples(rule.examples.good)}",
    ]
    fixes = [_item(f.text + (f" ({f.obligation})" if f.obligation else "")) for f in rule.fix]
    parts.append(f"{head('What you can do')}\n" + "\n".join(fixes))
    parts.append(f"{head('When to ignore')}\n{_wrap(rule.ignore_when)}")
    if rule.criteria:
        parts.append(f"{head('Criteria')}\n" + "\n".join(_item(criterion_words(c, known)) for c in rule.criteria))
    if rule.law:
        parts.append(f"{head('Law')}\n" + "\n".join(_item(t) for t in law_words(rule.law)))
    if rule.evidence:
        parts.append(f"{head('Evidence')}\n" + "\n".join(_item(evidence_words(e)) for e in rule.evidence))
    return "\n\n".join(parts) + "\n"


def condition_words(compiled: CompiledRule) -> str:
    """What a rule is asked for, before its condition."""
    asked = f"Asked for each {' and '.join(compiled.groups)} of a metric. " if compiled.groups else ""
    return f"{asked}True where this holds; undecided where a fact that matters is undeclared:"


def _wrap(text: str, indent: str = "  ") -> str:
    flat = [" ".join(p.split()) for p in printable(text).split("\n\n")]
    return "\n\n".join(
        textwrap.fill(p, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
        for p in flat
        if p
    )


def _item(text: str) -> str:
    return textwrap.fill(
        _one_line(text), _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False
    )


def _code(text: str) -> str:
    return textwrap.indent(printable(text), "    ")


def _examples(examples: Sequence[Example]) -> str:
    return "\n\n".join(f"  {_one_line(e.title)}\n{_code(e.yaml.rstrip())}" for e in examples)


def criterion_words(criterion: Criterion, library: Known | None = None) -> str:
    """What should be, with its source. ``library`` are the criteria of the rule's catalogue."""
    known = (criteria() if library is None else library).get(criterion.ref)
    source = f" ({known.title}: {known.citation})" if known else f" ({criterion.ref})"
    return criterion.text.strip() + source


def evidence_words(evidence: Evidence) -> str:
    """What a rule rests on, with its source, and whether that was read again for this edition."""
    return _evidence(evidence) + _mark(evidence)


def _evidence(evidence: Evidence) -> str:
    return f"{evidence.text.strip()} ({evidence.source.strip()})"


def _mark(evidence: Evidence) -> str:
    return "" if evidence.checked else " [not re-read for this edition]"


def law_words(id_: str) -> list[str]:
    """What a legal text says, from when it applies, and when that was looked at last."""
    entry = law_entries().get(id_)
    if entry is None:
        return [id_]
    applies = f"Applies from {entry.applies_from}." if entry.applies_from else "Dates differ; see the source."
    checked = "" if entry.checked else " Not compared with the official text."
    return [
        f"{entry.title}, {entry.articles}: {entry.says}",
        f"{applies} Source: {entry.source}.{checked}",
        f"Last checked {law_last_checked()}. A pointer to what to read, no legal advice.",
    ]


def markdown_page(compiled: CompiledRule, known: Known | None = None) -> str:
    """The rule's page of the documentation, under fixed headings. ``known`` are the criteria of its catalogue."""
    rule = compiled.rule
    parts = [
        f"# {compiled.code} {compiled.name}",
        sentence(rule.summary),
        "| Family | Severity | Confidence | Goodhart variant | Since |\n| --- | --- | --- | --- | --- |\n"
        f"| {sentence(compiled.family)} | {rule.severity} | {rule.confidence} | {rule.variant} | {rule.edition} |",
        f"## What it flags\n\n{condition_words(compiled)}\n\n{block(rule.when.strip(), 'cel')}",
        f"## Why it may backfire\n\n{paragraphs(rule.why)}",
        "## Avoid\n\n" + "\n\n".join(_markdown_example(e) for e in rule.examples.bad),
        "## Prefer\n\n" + "\n\n".join(_markdown_example(e) for e in rule.examples.good),
        "## What you can do\n\n" + "\n".join(_markdown_fix(n, f) for n, f in enumerate(rule.fix, 1)),
        f"## When to ignore\n\n{paragraphs(rule.ignore_when)}",
    ]
    if rule.criteria:
        parts.append("## Criteria\n\n" + "\n".join(f"- {sentence(criterion_words(c, known))}" for c in rule.criteria))
    if rule.law:
        parts.append("## Law\n\n" + "\n".join(f"- {sentence(t)}" for t in law_words(rule.law)))
    if rule.evidence:
        parts.append("## Evidence\n\n" + "\n".join(f"- {sentence(_evidence(e))}{_mark(e)}" for e in rule.evidence))
    parts.append(f"*Generated from {code(compiled.path)}, which also holds these examples as tests.*")
    return "\n\n".join(parts) + "\n"


def _markdown_fix(number: int, fix: Fix) -> str:
    change = ", ".join(f"{code(k)} = {code(msgspec.json.encode(v).decode())}" for k, v in fix.change.items())
    text = f"{number}. {sentence(fix.text)}"
    if change:
        text += f" Change: {change}."
    return text + (f" *{sentence(fix.obligation)}*" if fix.obligation else "")


def _markdown_example(example: Example) -> str:
    return f"{sentence(example.title)}:\n\n{block(example.yaml.rstrip(), 'yaml')}"


def markdown_index(rules: Sequence[CompiledRule]) -> str:
    """The index of all rule pages, by family."""
    parts = [
        "# Rules",
        f"{len(rules)} rules in {len({r.family for r in rules})} families. Codes are never used again.",
    ]
    known = families()
    for letters in known:
        members = sorted((r for r in rules if r.code[:3] == letters), key=lambda r: r.code)
        if members:
            rows = "\n".join(
                f"| {r.code} | [{r.name}]({r.family}/{r.name}.md) | {r.rule.severity} | {sentence(r.rule.summary)} |"
                for r in members
            )
            head = f"## {letters} {known[letters].title}\n\n{known[letters].question}\n\n"
            parts.append(head + f"| Code | Rule | Severity | What it flags |\n| --- | --- | --- | --- |\n{rows}")
    return "\n\n".join(parts) + "\n"
