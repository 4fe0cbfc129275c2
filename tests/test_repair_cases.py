"""The documented failures of ``examples/cases``: a proven repair of each one's worst finding, held against a full check
of the patched files on disk.
"""

import functools
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, TODAY, Cli

import metriclint
from metriclint.files.patch import set_values
from metriclint.repair.job import Item, Job
from metriclint.repair.search import MAX_CHANGES, Option
from metriclint.sources.load import load

CASES = ROOT / "examples" / "cases"
LABELS: dict[str, dict[str, Any]] = yaml.safe_load((CASES / "labels.yaml").read_text(encoding="utf-8"))
FAILED = sorted(name for name, label in LABELS.items() if label["label"] == "fail")


@functools.cache
def repaired() -> dict[str, tuple[Item, list[Option]]]:
    """The worst finding of each failed design, with its options within three changes."""
    loaded = load([str(CASES)])
    assert loaded.problems == []
    worst = {item.candidate.metric: item for item in Job(loaded.projects, TODAY).worst()}
    return {name: (worst[name], Job.repair(worst[name])[0].options) for name in FAILED if name in worst}


def on_disk(folder: Path) -> dict[tuple[str, str], str]:
    """Findings of a full check of a folder, with their severities."""
    report = metriclint.check(["."], cwd=folder, today=TODAY)
    assert report.errors == []
    return {(f.metric, f.code): f.severity for f in report.findings}


def copy(folder: Path, case: str, option: Option, edits: list[int]) -> dict[tuple[str, str], str]:
    """Findings of a case alone in a folder, with some edits of an option written into its file."""
    (folder / "metriclint.toml").write_bytes((CASES / "metriclint.toml").read_bytes())
    text = (CASES / f"{case}.yaml").read_text(encoding="utf-8")
    changes = [(option.edits[i].origin.route, option.edits[i].value) for i in edits]
    (folder / "case.yaml").write_text(set_values(text, changes, "case.yaml"), encoding="utf-8")
    return on_disk(folder)


def test_there_are_thirty_eight_failed_designs_and_each_has_something_to_repair() -> None:
    assert len(FAILED) == 38
    assert sorted(repaired()) == FAILED


def test_at_least_nine_of_ten_have_a_proven_repair_within_three_changes() -> None:
    found = [name for name, (_, options) in repaired().items() if options]
    values = [name for name, (_, options) in repaired().items() if any(len(o.edits) <= MAX_CHANGES for o in options)]
    without_risk = [name for name, (_, options) in repaired().items() if options and not options[0].brings]
    kept = [name for name, (_, options) in repaired().items() if any(not o.gives_up and not o.brings for o in options)]
    print(
        f"\nproven: {len(found)} of {len(FAILED)}; within {MAX_CHANGES} changed values: {len(values)}; "
        f"without a new risk: {len(without_risk)}; without ending the use of the number: {len(kept)}"
    )
    assert min(map(len, (found, values, without_risk, kept))) >= 0.9 * len(FAILED)


@pytest.mark.parametrize("case", FAILED)
def test_on_disk_the_finding_is_gone_and_each_change_is_needed(case: str, tmp_path: Path) -> None:
    item, options = repaired()[case]
    target = (case, item.candidate.rule.code)
    unchanged = copy(tmp_path, case, options[0], [])
    assert target in unchanged
    for option in options:
        every = list(range(len(option.edits)))
        after = copy(tmp_path, case, option, every)
        assert target not in after
        assert set(unchanged) - set(after) - {target} == set(option.clears)
        assert {k for k in after if k not in unchanged} <= set(option.brings)
        for undone in every if len(every) > 1 else []:
            partly = copy(tmp_path, case, option, [i for i in every if i != undone])
            assert target in partly or set(partly) - set(unchanged)


@pytest.mark.parametrize("case", ["navy-recruiters", "wells-fargo", "microsoft-ai-memo", "amazon-kirorank"])
def test_the_command_writes_what_was_proven(cli: Cli, tmp_path: Path, case: str) -> None:
    item, options = repaired()[case]
    (tmp_path / "case.yaml").write_bytes((CASES / f"{case}.yaml").read_bytes())
    for number in range(1, len(options) + 1):
        (tmp_path / "case.yaml").write_bytes((CASES / f"{case}.yaml").read_bytes())
        ran = cli("fix", f"{case}/{item.candidate.rule.code}", "--apply", str(number), "--today", TODAY)
        assert (ran.code, ran.err) == (0, "")
        assert (case, item.candidate.rule.code) not in on_disk(tmp_path)
