"""Field test over all public files beside the project: each is read or refused in words, at a bounded cost."""

import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from metriclint.sources.load import load
from tests.conftest import ROOT

CORPORA = ROOT.parent / "shared" / "corpora"
pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="no corpora beside the project")


def files() -> list[Path]:
    return sorted(file for file in CORPORA.rglob("*") if file.is_file())


def test_every_file_is_read_or_refused_with_words(capsys: pytest.CaptureFixture[str]) -> None:
    read: Counter[str] = Counter()
    metrics: Counter[str] = Counter()
    refused = []
    for file in files():
        loaded = load([str(file)])
        corpus = file.relative_to(CORPORA).parts[0]
        if loaded.problems:
            assert all(problem.message for problem in loaded.problems)
            refused.append(str(file.relative_to(CORPORA)))
            continue
        read[corpus] += 1
        metrics[corpus] += sum(len(project.metrics) for project in loaded.projects)
    with capsys.disabled():
        for corpus in sorted(read):
            print(f"\n{corpus}: {read[corpus]} files read, {metrics[corpus]} metrics", end="")
        print(f"\n{len(refused)} files refused, of which are no YAML, JSON, TOML or CSV:", end=" ")
        print(sum(not name.endswith((".yml", ".yaml", ".json", ".toml", ".csv", ".bim", ".tmdl")) for name in refused))
    assert sum(metrics.values()) > 2_500
    assert metrics["gitlab_kpis"] == 102


def test_all_of_them_cost_less_than_three_times_the_parsing(capsys: pytest.CaptureFixture[str]) -> None:
    """Parsing with places, that is: by the C parser of PyYAML, JSON included, since findings point into the files."""
    texts = [f.read_text(encoding="utf-8") for f in files() if f.suffix in (".yml", ".yaml", ".json", ".bim")]

    def parsed() -> float:
        start = time.process_time()
        for text in texts:
            try:
                list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
            except yaml.YAMLError:
                continue
        return time.process_time() - start

    def loaded() -> float:
        start = time.process_time()
        load([str(CORPORA)])
        return time.process_time() - start

    loaded()  # imports, mappings and the SQL parser are paid once
    once, whole = min(parsed() for _ in range(2)), min(loaded() for _ in range(2))
    with capsys.disabled():
        print(
            f"\n{len(texts)} YAML and JSON files: {once:.2f} s to parse with places; all files: {whole:.2f} s to read"
        )
    assert whole < 3 * once
