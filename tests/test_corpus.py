"""The documented designs of ``examples/cases`` against their labels: what must and what must not be found."""

import functools
from typing import Any

import pytest
import yaml
from conftest import ROOT, TODAY

import metriclint

CASES = ROOT / "examples" / "cases"
LABELS: dict[str, dict[str, Any]] = yaml.safe_load((CASES / "labels.yaml").read_text(encoding="utf-8"))
GOOD = sorted(name for name, label in LABELS.items() if label["label"] == "good")


@functools.cache
def findings() -> dict[str, dict[str, metriclint.Finding]]:
    """Findings by case and code."""
    report = metriclint.check(["."], cwd=CASES, today=TODAY)
    assert report.errors == []
    found: dict[str, dict[str, metriclint.Finding]] = {name: {} for name in LABELS}
    for finding in report.findings:
        found[finding.metric][finding.code] = finding
    return found


def means(label: str, code: str) -> bool:
    """Whether a label, a code or only a family's letters, means a code."""
    return code == label or (len(label) == 3 and code.startswith(label))


def rule_codes() -> set[str]:
    from metriclint.rules.catalogue import built_in_catalogue

    return set(built_in_catalogue().by_code)


@pytest.mark.parametrize("case", sorted(LABELS))
def test_what_must_be_found_is_found(case: str) -> None:
    known = rule_codes()
    missed = [code for code in LABELS[case]["must"] if code in known and code not in findings()[case]]
    assert missed == []


@pytest.mark.parametrize("case", sorted(LABELS))
def test_what_must_not_be_found_is_not(case: str) -> None:
    wrong = [code for code in findings()[case] for label in LABELS[case]["mustnot"] if means(label, code)]
    assert wrong == []


@pytest.mark.parametrize("case", GOOD)
def test_a_design_that_worked_has_nothing_above_a_note(case: str) -> None:
    assert {c: f.severity for c, f in findings()[case].items() if f.severity in ("warning", "error")} == {}


@pytest.mark.parametrize("case", sorted(name for name, label in LABELS.items() if label["label"] == "fail"))
def test_a_design_that_failed_has_something_above_a_note(case: str) -> None:
    assert any(f.severity in ("warning", "error") for f in findings()[case].values())


def test_the_labels_speak_of_rules_that_exist() -> None:
    known = rule_codes()
    families = {code[:3] for code in known}
    for case, label in LABELS.items():
        unknown = [c for c in (*label["must"], *label["mustnot"]) if c not in known and c not in families]
        assert unknown == [], case


def test_the_corpus_has_enough_of_each_kind() -> None:
    assert len(GOOD) == 11
    assert sum(len(label["must"]) for label in LABELS.values()) > 150
    assert all(label["label"] in ("fail", "good", "mixed", "risk") for label in LABELS.values())
