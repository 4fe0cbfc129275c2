"""Why a finding of an earlier pack is no longer reported, as far as it can be seen: it need not be repaired."""

from metriclint.audit.checked import Checked, Ground
from metriclint.audit.pack import PackFinding
from metriclint.findings.verdict import Below, select


def why_gone(before: PackFinding, checked: Checked) -> str:
    """What stands against taking a finding for repaired, as a sentence; empty where nothing does.

    A metric that is not looked at, a rule that is switched off and a fact that nobody declares any more silence a rule
    as well as a better design does.
    """
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
    waiting = {
        code for u in checked.report.undecided if (u.project, u.metric) == (before.project, before.metric) for code in u.rules
    }
    if before.code in waiting:
        return "A fact that its rule needs is no longer declared, so the rule is undecided."
    return ""


def _left_out(rule: str, path: str, ground: Ground, checked: Checked) -> bool:
    config = ground.project.config
    selection, _ = select(ground.catalogue, config, preview=config.preview)
    if ground.catalogue.find(rule) is None:
        return False
    asked = {r.name for r in selection.rules}
    return rule not in asked or selection.ruling(rule, Below(str(checked.here), ground.project.name)(path))[0]
