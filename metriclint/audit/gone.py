"""Why a finding of an earlier pack is no longer reported, as far as it can be seen: it need not be repaired."""

from collections.abc import Iterable

from metriclint.audit.checked import Checked, Ground
from metriclint.audit.pack import PackFinding
from metriclint.findings.verdict import Below, select

UNTOLD = "That is no sign of a repair."
"""Ends the words about a finding that is gone for a reason that says nothing about the design."""


def why_gone(before: PackFinding, checked: Checked, findings: Iterable[PackFinding]) -> str:
    """What stands against taking a finding for repaired, in sentences; empty where nothing does.

    A metric that is not looked at, a rule that is switched off and a fact that nobody declares any more silence a rule
    as well as a better design does. ``findings`` are those of today.
    """
    why = _why(before, checked)
    if not why:
        alike = (f for f in findings if (f.project, f.metric) == (before.project, before.metric))
        other = next((f.id for f in alike if before.code in (f.code, *(o.code for o in f.also))), "")
        why = f"Its rule reports the metric by another path: {other}." if other else ""
    return f"{why} {UNTOLD}" if why else ""


def _why(before: PackFinding, checked: Checked) -> str:
    ground = checked.grounds.get(before.project)
    if ground is None:
        return "Its project was not looked at this time."
    if not before.metric_title:
        return ""
    entry = ground.project.metrics.get(before.metric)
    if entry is None:
        return "Its metric is no longer declared in what was looked at."
    if not ground.covers(entry.origin.path):
        return "The file of its metric was not looked at this time."
    if entry.value.status == "retired":
        return "Its metric is retired, so no rule is asked about it."
    if _left_out(before.rule, entry.origin.path, ground, checked):
        return "The configuration leaves its rule out, so it was not asked."
    asked = (u for u in checked.report.undecided if (u.project, u.metric) == (before.project, before.metric))
    if any(before.code in u.rules for u in asked):
        return "Its rule is undecided now, as a fact that it needs is not declared."
    return ""


def _left_out(rule: str, path: str, ground: Ground, checked: Checked) -> bool:
    if ground.catalogue.find(rule) is None:
        return False
    config = ground.project.config
    selection, _ = select(ground.catalogue, config, preview=config.preview)
    asked = {r.name for r in selection.rules}
    return rule not in asked or selection.ruling(rule, Below(str(checked.here), ground.project.name)(path))[0]
