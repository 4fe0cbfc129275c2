"""Folding: where several findings say one thing, the leader is shown and the others stand behind it.

Presentation only: every finding stays in the report, the counts of the JSON and the exit code.
"""

from metriclint.findings.candidates import Candidate
from metriclint.findings.finding import SEVERITIES


def fold(candidates: list[Candidate]) -> None:
    """Set ``folded_under`` on the candidates of one project, in place.

    In each family a metric shows one finding: the most severe, the family's leader among equals, then the lowest
    code. A rule that folds under another family's rule goes behind that one's leader; chains end at a shown finding.
    """
    by_metric: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_metric.setdefault(candidate.metric, []).append(candidate)
    known: dict[tuple[tuple[str, str], ...], list[tuple[str | None, int]]] = {}
    for group in by_metric.values():
        alike = tuple([(c.match.rule.rule.code, c.severity) for c in group])
        folded = known.get(alike)
        if folded is None:
            _fold_metric(group)
            known[alike] = [(c.folded_under, c.leads) for c in group]
            continue
        for candidate, (under, leads) in zip(group, folded, strict=True):
            candidate.folded_under, candidate.leads = under, leads


def _rank(candidate: Candidate) -> tuple[int, bool, str]:
    return -SEVERITIES.index(candidate.severity), not candidate.rule.rule.leads, candidate.rule.code


def _fold_metric(group: list[Candidate]) -> None:
    present = {c.rule.code: c for c in group}
    leader_of: dict[str, str] = {}
    families: dict[str, list[Candidate]] = {}
    for candidate in group:
        families.setdefault(candidate.rule.code[:3], []).append(candidate)
    for members in families.values():
        lead = min(members, key=_rank)
        for member in members:
            # A rule about decisions can be true of several that read one metric: they do not say the same.
            if member.rule.code != lead.rule.code:
                leader_of[member.rule.code] = lead.rule.code
    for candidate in sorted(group, key=_rank):
        for other in candidate.rule.rule.folds_under:
            if other in present and not _leads_back(other, candidate.rule.code, leader_of):
                if SEVERITIES.index(present[other].severity) < SEVERITIES.index(candidate.severity):
                    continue
                leader_of[candidate.rule.code] = other
                break
    for candidate in group:
        code = candidate.rule.code
        shown = code
        while shown in leader_of:
            shown = leader_of[shown]
        if shown != code:
            candidate.folded_under = shown
            present[shown].leads += 1


def _leads_back(start: str, code: str, leader_of: dict[str, str]) -> bool:
    while start in leader_of:
        if start == code:
            return True
        start = leader_of[start]
    return start == code
