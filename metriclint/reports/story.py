"""A design in stages, for people who see metriclint for the first time: what each stage still admits."""

from collections.abc import Sequence
from typing import NamedTuple

from metriclint.findings.finding import Finding, Report, path_words
from metriclint.reports.terminal import Paint, block, counted
from metriclint.reports.text import importance

_SHOWN = 4


class Stage(NamedTuple):
    """One state of a design and what a check says about it."""

    name: str
    text: str
    report: Report


def story(stages: Sequence[Stage], *, color: bool = False) -> str:
    """The stages one after the other: what went away, what is new or stays, and the path that is still open."""
    paint = Paint(color)
    parts = ["One company, one number (AI tokens used), three designs."]
    before: list[Finding] = []
    for stage in stages:
        parts.append("\n".join(_stage(stage, before, paint)))
        before = _serious(stage.report)
    parts.append(
        "A finding says what a design admits, not what anybody did.\n"
        "Next: `metriclint explain unenforced-non-use-promise`, or check your own: `metriclint check metrics/`"
    )
    return "\n\n".join(parts) + "\n"


def _serious(report: Report) -> list[Finding]:
    """Errors and warnings in the order of reading; what is folded under another comes last."""
    serious = (f for f in report.findings if f.severity in ("error", "warning"))
    return sorted(serious, key=lambda f: (f.folded_under is not None, importance(f)))


def _stage(stage: Stage, before: list[Finding], paint: Paint) -> list[str]:
    number, _, name = stage.name.partition("-")
    lines = [paint(f"Stage {number}: {name}", "bold"), block("", stage.text, 2)]
    serious = _serious(stage.report)
    now, then = {f.code for f in serious}, {f.code for f in before}
    if gone := [f for f in before if f.code not in now]:
        lines.append(block("gone: ", _named(gone) if serious else _all_of(gone), 2, paint.good))
    if not serious:
        return [*lines, "  " + paint.good("Nothing above a note is left.")]
    open_ = _open(serious)
    leaders = [f for f in serious if f.folded_under is None and f.code not in then and f is not open_]
    for f in leaders[:_SHOWN]:
        lines.append(f"  {paint(f.severity, f.severity)}: {f.code} {f.rule}\n{block('', f.message, 4)}")
    if kept := [f for f in serious if f.code in then and f is not open_]:
        lines.append(block("as before: ", _named(kept), 2))
    elif rest := len(serious) - len(leaders[:_SHOWN]) - (open_ is not None):
        lines.append(f"  and {counted(rest, 'more finding')}")
    if open_ is not None:
        label = "still open" if before else "open"
        lines.append(f"  {paint(label, open_.severity)}: {open_.code} {open_.rule}\n{block('', open_.message, 4)}")
        lines.append(block("path: ", path_words(open_.path)))
    return lines


def _named(findings: Sequence[Finding]) -> str:
    shown = ", ".join(f"{f.code} {f.rule}" for f in findings[:_SHOWN])
    rest = len(findings) - _SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown


def _all_of(findings: Sequence[Finding]) -> str:
    was_open = _open(findings)
    which = f", {was_open.code} {was_open.rule} among them" if was_open else ""
    return f"all {counted(len(findings), 'finding')} of the stage before{which}"


def _open(findings: Sequence[Finding]) -> Finding | None:
    """The broken promise if there is one, else the finding with the longest path to a consequence."""
    paths = [f for f in findings if len(f.path) > 2]
    return max(paths, key=lambda f: (f.code == "REV402", f.severity == "error", len(f.path)), default=None)
