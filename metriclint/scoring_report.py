"""The corpus report: in Markdown, for the terminal and for ``docs/corpus.md``, and as values for scripts."""

from collections.abc import Iterable
from typing import Any

import msgspec

from metriclint.findings.finding import SEVERITIES
from metriclint.rules.library import families
from metriclint.scoring import MUTATIONS, Score

LIMITS = """\
## What these figures do not say

- Rules and labels share their authors, so recall on these cases says that the rules do what was meant, not that what
  was meant is right. Readers who had not seen the rules agreed with fewer labels.
- Famous failures are over-represented. In a repository of ordinary metrics the base rate of failures is far lower, and
  the share of false alarms higher.
- Cases hold what was known when the design was made; what happened later stands in the labels, which no rule reads.
- Sources are of different strength (A: study or official report, B: press, C: anecdote); see `labels.yaml`.
- A mutant is a sound design made worse on paper. Nobody has seen what people would do under it.
"""


def markdown(score: Score) -> str:
    """The whole report."""
    parts = ["# Corpus report", _summary(score), _by_label(score), _by_family(score), _mutants(score), _silence(score)]
    if apart := [m for m, label in score.labels.items() if label.contested or label.label in ("risk", "mixed")]:
        parts.append("## Contested and risk cases\n\n" + _cases(score, apart))
    for title, rows in (
        ("Missed", [f"{m}: {c}" for m, c in score.missed()]),
        ("Violated", [f"{m}: {c}" for m, c in score.violated()]),
        ("Above note on good designs", [f"{m}: {c} ({s})" for m, c, s in score.alarms()]),
    ):
        if rows:
            parts.append(f"## {title}\n\n" + "\n".join(f"- {row}" for row in rows))
    parts.append(LIMITS.rstrip())
    return "\n\n".join(parts) + "\n"


def as_record(score: Score) -> dict[str, Any]:
    """The same as plain values, for scripts: what was expected, what was found, and by design."""
    return {
        "designs": len(score.labels),
        "must": {"wanted": _wanted(score), "found": _wanted(score) - len(score.missed())},
        "missed": [{"metric": m, "code": c} for m, c in score.missed()],
        "violated": [{"metric": m, "code": c} for m, c in score.violated()],
        "alarms": [{"metric": m, "code": c, "severity": s} for m, c, s in score.alarms()],
        "findings": {m: _design(score, m) for m in score.labels},
        "mutants": {key: {"title": MUTATIONS[key][0], "worst": worst} for key, worst in score.mutants.items()},
        "silent": {m: {"declared": before, "silent": after} for m, (before, after) in score.silent.items()},
    }


def _design(score: Score, metric: str) -> dict[str, Any]:
    label = score.labels[metric]
    found = msgspec.to_builtins(score.found.get(metric, []))
    return {"label": label.label, "contested": label.contested, "found": found}


def _wanted(score: Score) -> int:
    return sum(len(label.must) for label in score.labels.values())


def _summary(score: Score) -> str:
    wanted = _wanted(score)
    hits = wanted - len(score.missed())
    good = sum(1 for label in score.labels.values() if label.label == "good")
    return (
        f"{len(score.labels)} documented designs. "
        f"Recall of `must` labels: {hits} of {wanted} ({_percent(hits, wanted)}). "
        f"Violated `mustnot` labels: {len(score.violated())}. "
        f"Findings above `note` on the {good} good designs: {len(score.alarms())}."
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "none"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "| " + " | ".join("---" for _ in names) + " |"]
    return "\n".join([*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)])


def _by_label(score: Score) -> str:
    rows = []
    for kind in ("fail", "mixed", "risk", "good"):
        metrics = [m for m, label in score.labels.items() if label.label == kind]
        if not metrics:
            continue
        found = [score.found.get(m, []) for m in metrics]
        serious = sum(1 for f in found if any(s.severity in ("warning", "error") for s in f))
        mean = sum(map(len, found)) / len(metrics)
        leaders = sum(1 for f in found for s in f if s.leads) / len(metrics)
        rows.append((kind, len(metrics), serious, f"{mean:.1f}", f"{leaders:.1f}"))
    head = ("Label", "Designs", "With a warning or error", "Findings, mean", "Shown first, mean")
    return "## By label\n\n" + _table(head, rows)


def _by_family(score: Score) -> str:
    rows = []
    for letters, family in families().items():
        wanted = [(m, c) for m, label in score.labels.items() for c in label.must if c.startswith(letters)]
        hits = [w for w in wanted if w[1] in score.codes(w[0])]
        wrong = [v for v in score.violated() if v[1].startswith(letters)]
        total = sum(1 for f in score.found.values() for s in f if s.code.startswith(letters))
        rows.append((f"{letters} {family.name}", f"{len(hits)} of {len(wanted)}", len(wrong), total))
    return "## By family\n\n" + _table(("Family", "`must` found", "`mustnot` violated", "Findings"), rows)


def _mutants(score: Score) -> str:
    rows = []
    for key, worst in score.mutants.items():
        caught = sum(1 for s in worst.values() if s in ("warning", "error"))
        rows.append((f"({key}) {MUTATIONS[key][0]}", f"{caught} of {len(worst)}"))
    text = (
        "Each good design, made worse in one way. (a) and (c) have no bar: a ranked outcome of independent work can be "
    )
    text += "sound, and a metric without consequence stays silent."
    return f"## Mutants of good designs\n\n{text}\n\n" + _table(("Mutation", "Caught (warning or error)"), rows)


def _silence(score: Score) -> str:
    kept = sum(1 for before, after in score.silent.values() if before == after or _higher(after, before))
    serious = sum(1 for _, after in score.silent.values() if after in ("warning", "error"))
    count = len(score.silent)
    return (
        "## Silence does not pay\n\n"
        f"With the gaming actions left out of the {count} fail designs, {serious} still get a warning or an error, and "
        f"{kept} ({_percent(kept, count)}) keep their worst severity."
    )


def _higher(one: str, other: str) -> bool:
    return bool(one) and (not other or SEVERITIES.index(one) > SEVERITIES.index(other))


def _cases(score: Score, metrics: list[str]) -> str:
    rows = []
    for metric in metrics:
        label = score.labels[metric]
        found = sorted(score.found.get(metric, []), key=lambda s: s.code)
        codes = ", ".join(s.code for s in found if s.leads) or "nothing"
        rows.append((metric, label.label + (", contested" if label.contested else ""), codes))
    return _table(("Design", "Label", "Shown first"), rows)
