"""Semantic layers and scorecards of real projects, where they lie beside this one: counts, edges, and what is said.

Each count stands beside one that plain YAML, TOML or JSON readers make without the adapters.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from adapted import CORPORA, MISSING, drafted, edges, project, report
from conftest import Cli

from metriclint.sources.adapter import SourceFile, adapter_of
from metriclint.sources.native import typed

DBT = CORPORA / "dbt_metricflow"
NEGATIVE = "multiple_semantic_models_without_divider.yml"
"""A file of dbt's own tests that is broken on purpose: the same key stands in it twice."""

pytestmark = pytest.mark.skipif(not DBT.is_dir(), reason=MISSING)


def _said(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n{text}")


def _plain_metrics(file: Path) -> Iterator[dict[str, Any]]:
    for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
        if isinstance(document, dict):
            yield from [document["metric"]] if "metric" in document else []
            yield from document.get("metrics") or []


def _plain_parts(metric: dict[str, Any]) -> list[str]:
    """Names of the metrics that a legacy metric reads, as often as it names them."""
    params = metric.get("type_params") or {}
    listed = [*(params.get("metrics") or []), params.get("numerator"), params.get("denominator")]
    listed.append((params.get("cumulative_type_params") or {}).get("metric"))
    conversion = params.get("conversion_type_params") or {}
    listed += [conversion.get("base_metric"), conversion.get("conversion_metric")]
    return [part if isinstance(part, str) else part["name"] for part in listed if part]


def _through_measures(metric: dict[str, Any], others: list[dict[str, Any]]) -> list[str]:
    """Names of the metrics that show the measures which a cumulative or conversion metric builds on."""
    params = metric.get("type_params") or {}
    conversion = params.get("conversion_type_params") or {}
    listed = [conversion.get("base_measure"), conversion.get("conversion_measure")]
    listed += [params.get("measure")] if str(metric["type"]).lower() == "cumulative" else []
    found = []
    for measure in (part if isinstance(part, str) else part["name"] for part in listed if part):
        simple = [o for o in others if str(o["type"]).lower() == "simple" and not o.get("filter")]
        shown = {
            o["name"] for o in simple if (o.get("type_params") or {}).get("measure") in (measure, {"name": measure})
        }
        found += shown if len(shown) == 1 else []
    return found


def _slug(name: str) -> str:
    return name.replace("_", "-")


def test_every_dbt_file_is_read_with_all_its_metrics_and_edges(capsys: pytest.CaptureFixture[str]) -> None:
    """The snapshot holds every file with metrics of the repository: 283 metrics.

    The research counted 214 references, those of derived and ratio metrics; four of cumulative ones come on top. Twice
    the same part of one metric (now and a month ago) is one edge.
    """
    said = Counter[str]()
    for file in sorted(f for f in DBT.rglob("*.y*ml") if f.name != NEGATIVE):
        text = file.read_text(encoding="utf-8")
        plain = list(_plain_metrics(file))
        said["files"] += 1
        if not plain:
            continue
        assert adapter_of(SourceFile(file.name, text.encode())) == "dbt", file
        draft = drafted("dbt", file.name, text)
        assert (typed(draft.document, file.name)[1], draft.problems, draft.remarks) == ([], [], [])
        cards = draft.document["metrics"]
        for metric in plain:
            wanted = {_slug(part) for part in _plain_parts(metric)} - {_slug(metric["name"])}
            through = {_slug(part) for part in _through_measures(metric, plain)} - wanted
            assert set(cards[_slug(metric["name"])].get("derived_from", ())) == wanted | through, metric["name"]
            said["edges through measures"] += len(through)
            said["edges"] += len(wanted)
            said["references"] += len(_plain_parts(metric))
        said["files with metrics"] += 1
        said["metrics"] += len(plain)
        said["metrics that dbt makes of measures"] += len(cards) - len(plain)
    _said(capsys, f"dbt MetricFlow: {dict(said)}")
    assert (said["metrics"], said["references"], said["edges"]) == (283, 218, 195)


def test_dbt_projects_side_by_side_keep_their_edges_and_nothing_is_found_in_them(cli: Cli, tmp_path: Path) -> None:
    """Two dozen small projects in one tree, with many names that several of them use."""
    for file in DBT.rglob("*.y*ml"):
        if file.name != NEGATIVE:
            target = tmp_path / file.relative_to(DBT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    read = project(tmp_path)

    def manifest(id_: str) -> tuple[str, ...]:
        parts = Path(read.metrics[id_].origin.path).parts
        return parts[: parts.index("semantic_manifest_yamls") + 2] if "semantic_manifest_yamls" in parts else parts[:3]

    for id_, parts in edges(read).items():
        assert {manifest(part) for part in parts} == {manifest(id_)}, id_
    assert report(cli, ".")["findings"] == []


def test_the_dbt_file_that_is_broken_on_purpose_is_told_with_its_line() -> None:
    (file,) = DBT.rglob(NEGATIVE)
    draft = drafted("dbt", file.name, file.read_text(encoding="utf-8"))
    assert [(p.line, p.message) for p, _ in draft.problems] == [(22, 'key "semantic_model" stands here twice')]


def test_compiled_manifests_point_to_their_sources() -> None:
    files = sorted((CORPORA / "dbt_semantic_manifest_json").glob("*.json"))
    names = [file.name for file in files if adapter_of(SourceFile(file.name, file.read_bytes())) == "dbt"]
    assert names == ["SIMPLE_MODEL.json", "duckdb_orders_manifest.json"]


def test_metrics_of_lightdash_are_read_out_of_the_models(capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted((CORPORA / "lightdash").rglob("*.yml"))
    wanted = 0
    for file in files:
        for model in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("models") or []:
            for holder in (model, *model.get("columns", ())):
                wanted += len(((holder.get("meta") or {}).get("metrics")) or {})
    read = project(CORPORA / "lightdash")
    _said(capsys, f"Lightdash: {len(files)} files, {len(read.metrics)} metrics, {len(edges(read))} with edges")
    assert len(read.metrics) == wanted == 31


def test_metric_hub_is_read_whole_and_nothing_is_found_in_it(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    folder = CORPORA / "mozilla_metric_hub"
    wanted = Counter[str]()
    for file in folder.rglob("*.toml"):
        for metric in tomllib.loads(file.read_text(encoding="utf-8")).get("metrics", {}).values():
            if isinstance(metric, dict) and ("select_expression" in metric or "depends_on" in metric):
                wanted["metrics"] += 1
                wanted["down"] += metric.get("bigger_is_better") is False
                wanted["retired"] += metric.get("deprecated") is True
                wanted["owned"] += "owner" in metric
                wanted["references"] += len(metric.get("depends_on", ()))
    read = project(folder)
    cards = [entry.value for entry in read.metrics.values()]
    found = {
        "metrics": len(cards),
        "down": sum(card.direction == "down" for card in cards),
        "retired": sum(card.status == "retired" for card in cards),
        "owned": sum(card.governance is not None for card in cards),
    }
    edge_count = sum(map(len, edges(read).values()))
    _said(capsys, f"metric-hub: {found}, {edge_count} of {wanted['references']} references lead to a metric")
    assert found == {key: wanted[key] for key in found}
    assert edge_count == wanted["references"] - 2
    assert not re.search(r"@mozilla|bochocki", str(cards)), "addresses of persons"
    assert report(cli, str(folder))["findings"] == []
    for entry in read.metrics.values():
        span = read.foreign[entry.origin.path].spans([entry.origin.route])[entry.origin.route]
        line = read.texts[entry.origin.path].splitlines()[span.line - 1]
        assert re.match(r"\s*\[metrics\.", line), line


def test_the_example_of_osi_is_read_and_its_schema_left_alone(cli: Cli) -> None:
    found = report(cli, str(CORPORA / "osi"))
    assert (found["summary"]["metrics"], found["findings"]) == (5, [])
    read = project(CORPORA / "osi")
    assert read.metrics["customer-lifetime-value"].value.aliases == ["CLV", "LTV", "customer value", "lifetime revenue"]
    assert edges(read) == {}


def test_scorecards_are_read_with_all_rules_and_stay_below_error(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted((CORPORA / "cortex_scorecards").glob("*.yaml"))
    cards = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    rules = sum(len(card["rules"]) for card in cards)
    found = report(cli, str(CORPORA / "cortex_scorecards"))
    severities = Counter(finding["severity"] for finding in found["findings"])
    _said(capsys, f"Cortex: {len(cards)} scorecards, {rules} rules, findings {dict(severities)}")
    assert found["summary"]["metrics"] == len(cards) + rules
    assert set(severities) <= {"note", "warning"}
    warned = {finding["location"]["path"] for finding in found["findings"] if finding["severity"] == "warning"}
    assert {Path(path).name for path in warned} <= {"ai-spend-scorecard.yaml"}


def test_measures_of_power_bi_are_all_there_and_only_noted(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    folder = CORPORA / "powerbi_tmdl"
    bim = json.loads((folder / "AdventureWorks.Model.bim").read_text(encoding="utf-8"))
    wanted = sum(len(table.get("measures", ())) for table in bim["model"]["tables"])
    texts = [file.read_text(encoding="utf-8") for file in folder.rglob("*.tmdl")]
    wanted += sum(len(re.findall(r"^\tmeasure ", text, re.MULTILINE)) for text in texts)
    read = project(folder)
    targets = {id_: e.value.target.value for id_, e in read.metrics.items() if e.value.target is not None}
    _said(capsys, f"Power BI: {len(read.metrics)} measures, {sum(map(len, edges(read).values()))} edges, {targets}")
    assert len(read.metrics) == wanted
    assert targets == {
        "internet-current-quarter-sales-performance": 1.1,
        "internet-current-quarter-margin-performance": 1.25,
        "margin": "Margin % Overall",
    }
    assert {finding["severity"] for finding in report(cli, str(folder))["findings"]} == {"note"}
    assert read.remarks == []
