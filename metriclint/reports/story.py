"""A design in stages, for people who see metriclint for the first time: what each stage still admits."""

from collections.abc import Sequence
from typing import NamedTuple

from metriclint.findings.finding import SEVERITIES, Finding, Report
from metriclint.reports.terminal import Paint, block
from metriclint.reports.text import path_words

_SHOWN = 4


class Stage(NamedTuple):
    """One state of a design and what a check says about it."""

    name: str
    text: str
    report: Report


def story(stages: Sequence[Stage], *, color: bool = False) -> str:
    """The stages one after the other, each with its leading findings, the path that is left and what went away."""
    paint = Paint(color)
    parts = ["One company, one number (AI tokens used), three designs."]
    before: set[str] = set()
    for stage in stages:
        parts.append(_stage(stage, before, paint))
        before = {f.code for f in _serious(stage.report)}
    parts.append(
        "A finding says what a design admits, not what anybody did.\n"
        "Next: `metriclint explain unenforced-non-use-promise`, or check your own: `metriclint check metrics/`"
    )
    return "\n\n".join(parts) + "\n"


def _serious(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.severity in ("error", "warning")]


def _stage(stage: Stage, before: set[str], paint: Paint) -> str:
    number, _, name = stage.name.partition("-")
    lines = [paint(f"Stage {number}: {name}", "bold"), block("", stage.text, 2)]
    serious = _serious(stage.report)
    if not serious:
        lines.append(
            "  " + paint("Nothing above a note: no path from the number to a person's rating is left.", "good")
        )
    leaders = sorted(
        (f for f in serious if f.folded_under is None), key=lambda f: (-SEVERITIES.index(f.severity), f.code)
    )
    for f in leaders[:_SHOWN]:
        lines.append(block(paint(f"{f.severity} ", f.severity), f"{f.message} [{f.rule}]", 2))
    if len(serious) > len(leaders[:_SHOWN]):
        lines.append(f"  and {len(serious) - len(leaders[:_SHOWN])} more")
    if path := _longest_path(serious):
        lines.append(block("still open: ", path, 2))
    if gone := sorted(before - {f.code for f in serious}):
        lines.append(block("gone: ", ", ".join(gone), 2))
    return "\n".join(lines)


def _longest_path(findings: Sequence[Finding]) -> str:
    """The path of the broken promise if there is one, else the longest."""
    paths = [f for f in findings if len(f.path) > 2]
    if not paths:
        return ""
    chosen = max(paths, key=lambda f: (f.code == "REV402", f.severity == "error", len(f.path), f.code))
    return path_words(chosen.path)
