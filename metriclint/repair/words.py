"""Repairs in plain words, for the terminal."""

from collections.abc import Iterator, Sequence

from metriclint.files.problem import shorten
from metriclint.graph.words import quoted
from metriclint.repair.answer import Change, Choice, Fix, Other, Repaired, value_words
from metriclint.reports.terminal import Paint, block, clean, counted, no_commands

_CODES = 8
_VALUE = 80
FOOT = "Each option was tried by checking the changed design. `--apply N` writes one, `--diff` shows it."


def render(fix: Fix, paint: Paint, foot: str = FOOT) -> str:
    """The whole answer; ``foot`` says below it what can be done with options."""
    parts = [_finding(repaired, paint) for repaired in fix.findings]
    if len(fix.findings) > 1:
        proven = sum(1 for f in fix.findings if f.options)
        parts.append(f"{proven} of {counted(len(fix.findings), 'finding')} have a proven option.")
    parts += [block("note: ", clean(c.text), 0) for c in fix.conflicts]
    if any(f.options for f in fix.findings):
        parts.append(foot)
    return no_commands("\n\n".join(parts) + "\n")


def heading(choice: Choice) -> str:
    """The first line of an option: its number and what to do."""
    trades = " (trades this finding for another)" if choice.brings else ""
    return f"Option {choice.number}{trades}: {' '.join(choice.levers)}"


def _finding(repaired: Repaired, paint: Paint) -> str:
    title = clean(quoted(repaired.metric_title))
    name = paint(f"{repaired.severity}[{repaired.rule}]", repaired.severity)
    lines = [f"{name} {repaired.code} on {title}", block("", repaired.summary, 2)]
    if not repaired.options:
        tried = counted(repaired.tried, "set") + " of changes " + ("was" if repaired.tried == 1 else "were") + " tried"
        lines.append(block("", f"No option is proven: {tried}.", 2))
        lines += [block("advice: ", text, 2) for text in repaired.advice]
    elif all(choice.brings for choice in repaired.options):
        lines.append(block("", "No option is free of a new risk.", 2))
    for choice in repaired.options:
        lines += ["", *_choice(choice, repaired, paint)]
    return "\n".join(lines)


def _choice(choice: Choice, repaired: Repaired, paint: Paint) -> Iterator[str]:
    label, _, text = heading(choice).partition(": ")
    yield block(f"{label}: ", text, 2, paint.good)
    if choice.same_as is None:
        for change in choice.changes:
            yield block("change ", change_words(change))
    else:
        yield block("", f"the same changes as option {choice.same_as}")
    for need in choice.obligations:
        yield block("only honest if: ", need)
    if choice.clears:
        yield block("also clears: ", _others(choice.clears, repaired))
    if choice.leaves:
        yield block("does not clear: ", _others(choice.leaves, repaired))
    if choice.brings:
        yield block("would bring: ", _others(choice.brings, repaired), style=lambda t: paint(t, "warning"))


def _others(others: Sequence[Other], repaired: Repaired) -> str:
    shown = ", ".join(o.code if o.about == repaired.metric else f"{o.code} on {o.about}" for o in others[:_CODES])
    return shown + (f" and {len(others) - _CODES} more" if len(others) > _CODES else "")


def change_words(change: Change) -> str:
    """One change with its place: "metrics.yaml:7: metrics.ai-tokens.verification: none → sample"."""
    key = ".".join(map(str, change.key))
    before, after = (shorten(value_words(v), _VALUE) for v in (change.before, change.after))
    return f"{clean(change.location.path)}:{change.location.line}: {key}: {before} → {after}"
