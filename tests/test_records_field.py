"""Lists of real tools by the mappings that ship, where the files lie beside the project; nothing of them is copied."""

import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from adapted import CORPORA, MISSING, project
from conftest import Cli

from metriclint.sources.load import load

NUMERIC = re.compile(r"\d")
MARKUP = re.compile(r"<[^>]*>")


def here(name: str) -> Path:
    folder = CORPORA / name
    if not folder.is_dir():
        pytest.skip(MISSING)
    return folder


def severities(cli: Cli, folder: Path) -> Counter[str]:
    ran = cli("check", str(folder), "--format", "json")
    assert ran.code in (0, 1), ran.err
    return Counter(finding["severity"] for finding in json.loads(ran.out)["findings"])


def test_seven_lists_of_indicators(capsys: pytest.CaptureFixture[str]) -> None:
    folder = here("gitlab_kpis")
    read = project(folder)
    given: dict[str, Any] = {}
    for file in sorted(folder.glob("*.yml")):
        given |= {entry["name"]: entry for entry in yaml.safe_load(file.read_text(encoding="utf-8"))}
    numeric = {
        name
        for name, e in given.items()
        if NUMERIC.search(MARKUP.sub(" ", str("" if e.get("target") is None else e["target"])))
    }
    cards = {entry.value.title: entry.value for entry in read.metrics.values()}
    targets = {name: cards[name].target for name in numeric if cards[name].target is not None}
    value = sum(isinstance(t.value, (int, float)) or t.low is not None for t in targets.values())
    direction = sum(cards[name].direction is not None for name in numeric)
    parts = sum(len(entry.value.derived_from or ()) for entry in read.metrics.values())
    with capsys.disabled():
        print(f"\n{len(read.metrics)} indicators, {len(numeric)} targets with a number: a value for {value}", end="")
        print(f" ({value / len(numeric):.1%}), a direction for {direction} ({direction / len(numeric):.1%});", end="")
        print(f" {parts} of {sum('parent' in e for e in given.values())} parts joined to their whole")
    assert len(read.metrics) == 102
    assert value >= 0.9 * len(numeric)
    assert direction >= 0.8 * len(numeric)
    assert parts >= 20
    assert not any("@" in (card.governance.owner or "") for card in cards.values() if card.governance)


@pytest.mark.parametrize("name", ["openslo", "sloth"])
def test_service_levels_stay_silent_above_a_note(name: str, cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    folder = here(name)
    read = project(folder)
    objectives = sum(file.read_text(encoding="utf-8").count("objective: ") for file in folder.rglob("*.y*ml"))
    found = severities(cli, folder)
    with capsys.disabled():
        print(f"\n{name}: {len(read.metrics)} objectives, findings {dict(found)}")
    assert not found.keys() & {"error", "warning"}
    assert len(read.metrics) >= (9 if name == "openslo" else objectives)
    for entry in read.metrics.values():
        target = entry.value.target
        assert target is not None and isinstance(target.value, float), entry.origin


def test_every_service_level_file_is_read_or_left_aside() -> None:
    for name in ("openslo", "sloth"):
        folder = here(name)
        loaded = load(["."], folder)
        assert not loaded.problems
        # A file with a version of its own invention belongs to nobody, and neither do windows of alerts.
        aside = {Path(path).name for path in loaded.skipped}
        assert aside <= {"invalid-apiversion.yaml", "7d.yaml", "custom-30d.yaml"}, aside


def test_measures_and_benchmarks_of_medicare(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    folder = here("cms_qpp")
    for name, count in (("measures-data-2025", 612), ("measures-data-2026", 574), ("benchmarks-2026", 293)):
        loaded = load([f"{name}.json"], folder)
        assert not loaded.problems
        metrics = loaded.projects[0].metrics
        assert len(metrics) == count
        saturated = sum(bool(e.value.statistics and e.value.statistics.saturated) for e in metrics.values())
        inverse = sum(entry.value.direction == "down" for entry in metrics.values())
        with capsys.disabled():
            print(f"\n{name}: {count} metrics, {inverse} to be kept low, {saturated} topped out", end="")
        assert saturated == (104 if name.startswith("bench") else 0)
    ran = cli("check", str(folder / "benchmarks-2026.json"), "--format", "json")
    rules = Counter(finding["rule"] for finding in json.loads(ran.out)["findings"])
    assert rules["saturated-metric-still-rewarded"] == 104
    assert rules["no-counter-metric"] == 0


def test_the_header_of_agency_targets_is_recognised() -> None:
    file = here("hr_goal_headers") / "performance_gov_target_json_keys.csv"
    loaded = load([str(file)])
    assert not loaded.problems
    assert [message for message, _ in loaded.projects[0].remarks] == ["the file has no rows"]


def test_reading_costs_less_than_three_times_the_parsing(capsys: pytest.CaptureFixture[str]) -> None:
    """Parsing means the C parser of PyYAML, which most tools use; our own is several times faster."""
    files = [f for name in ("gitlab_kpis", "sloth", "openslo", "cms_qpp") for f in here(name).rglob("*.[yj]*")]
    texts = [file.read_text(encoding="utf-8") for file in files]

    def parsed() -> float:
        start = time.process_time()
        for text in texts:
            list(yaml.load_all(text, Loader=yaml.CSafeLoader))
        return time.process_time() - start

    def loaded() -> float:
        start = time.process_time()
        load([str(file) for file in files])
        return time.process_time() - start

    loaded()  # imports and mappings are paid once
    once, whole = min(parsed() for _ in range(3)), min(loaded() for _ in range(3))
    with capsys.disabled():
        print(f"\n{len(files)} files: {once:.2f} s to parse, {whole:.2f} s to read")
    assert whole < 3 * once
