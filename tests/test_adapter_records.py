"""Lists of other tools by the mappings that ship, through the whole chain: ids, edges, places, provenance, remarks."""

import json
from pathlib import Path
from typing import Any

import pytest
from adapted import claimed, drafted, edges, notices, project, reading_ends_in_words, report, shaped, values
from conftest import Cli, Write
from hypothesis import given, settings
from hypothesis import strategies as st

GITLAB = """
    - name: Sales MR Rate
      base_path: "/handbook/sales/"
      parent: "/handbook/company/#company-mr-rate"
      definition: Merge requests of the department, kept by someone@example.com.
      target: Above 10 MRs per month
      org: Sales Department
      is_key: true
      public: true
      health:
        level: 2
    - name: Company MR Rate
      base_path: "/handbook/company/"
      definition: All merge requests.
      target: Soon, or later
      org: Company
      is_key: false
      health: {level: 1}
"""
SLOTH = """
    version: "prometheus/v1"
    service: "checkout"
    labels: {owner: "payments"}
    slos:
      - name: "client-satisfaction"
        objective: 99.9
        description: "Requests that are answered."
        sli: {events: {error_query: errors, total_query: all}}
"""
OPENSLO = """
    apiVersion: openslo/v1
    kind: Service
    metadata: {name: shop}
    ---
    apiVersion: openslo/v1
    kind: SLO
    metadata:
      name: search
      displayName: Search time
      labels: {team: [search-team]}
    spec:
      service: shop
      description: Searches are fast.
      indicator: {spec: {thresholdMetric: {metricSource: {spec: {query: latency}}}}}
      objectives:
        - {displayName: Good, op: lt, value: 500, target: 0.9995}
        - {displayName: Fair, op: lt, value: 900, target: 0.999}
"""
GLEAN = """
    $schema: moz://mozilla.org/schemas/glean/metrics/2-0-0
    no_lint: [COMMON_PREFIX]
    search.bar:
      opened:
        type: counter
        description: How often it was opened.
        notification_emails: [jane@example.com, search-team@example.com]
        expires: 2027-01-31
      old:
        type: counter
        description: Gone.
        notification_emails: [jane@example.com]
        expires: expired
"""
CMS = [
    {
        "category": "quality", "measureId": "001", "title": "Blood pressure", "description": "Share of patients.",
        "metricType": "singlePerformanceRate", "firstPerformanceYear": 2017, "measureType": "outcome",
        "isInverse": True, "isRiskAdjusted": False, "primarySteward": "A Society", "allowedPrograms": ["mips"],
        "submissionMethods": ["registry"], "allowedRegistrationTypes": ["apm", "group", "individual"],
    },
    {
        "category": "ia", "measureId": "IA_1", "title": "Extended hours", "description": "Say that you did it.",
        "metricType": "boolean", "firstPerformanceYear": 2017, "allowedPrograms": ["mips"],
        "allowedRegistrationTypes": ["group"],
    },
]  # fmt: skip
BENCHMARKS = [
    {"measureId": "001", "benchmarkYear": 2024, "submissionMethod": "claims", "isToppedOut": True, "isInverse": False,
     "metricType": "singlePerformanceRate", "percentiles": {"50": 100, "90": 100}},
]  # fmt: skip
PERFORMANCE = [
    {"fiscal_yr": "2026", "fiscal_qtr": quarter, "related_goal_id": "12", "related_goal": "Faster service",
     "target": "Wait less", "indicator_type": kind, "indicator": name, "related_owner": "Agency of Roads",
     "value_start": "100", "value_target": target, "value_current": "90"}
    for quarter, kind, name, target in (
        ("Q1", "Measurable decrease", "Days of waiting", "85"), ("Q2", "Measurable decrease", "Days of waiting", "80"),
        ("Q2", "Target undefined", "Visits", ""),
    )
]  # fmt: skip


def card(folder: Path, id_: str) -> Any:
    return project(folder).metrics[id_].value


def inferred(folder: Path, id_: str, *route: str) -> str | None:
    read = project(folder)
    return read.inferred_from(read.metrics[id_].place(*route))


def test_an_indicator_keeps_what_its_list_says(write: Write, tmp_path: Path) -> None:
    write("kpis/sales.yml", GITLAB)
    found = card(tmp_path, "sales-mr-rate")
    assert (found.target.value, found.target.comparator, found.target.period) == (10, "at-least", "P1M")
    assert (found.direction, found.tags, found.governance.owner) == ("up", ["key"], "Sales Department")
    assert (found.visibility.audience, found.visibility.identified) == ("public", False)
    assert found.description.endswith("kept by (address).")
    assert inferred(tmp_path, "sales-mr-rate", "direction") is None
    assert "one department" in (inferred(tmp_path, "sales-mr-rate", "subject", "level") or "")


def test_a_part_joins_its_whole_in_the_same_file_and_in_another_one(write: Write, tmp_path: Path, cli: Cli) -> None:
    write("a/sales.yml", GITLAB)
    write("b/dev.yml", GITLAB.split("    - name: Company")[0].replace("Sales MR", "Dev MR"))
    write("c/x.yml", GITLAB.split("    - name: Company")[0].replace("Sales", "Ops").replace("company-mr-rate", "gone"))
    assert edges(project(tmp_path)) == {"company-mr-rate": ["sales-mr-rate", "dev-mr-rate"]}
    assert ("c/x.yml", 3, 'part of "gone", which no file here declares') in notices(report(cli))


def test_a_target_that_cannot_be_read_is_told_where_it_stands(write: Write, cli: Cli) -> None:
    write("kpis/sales.yml", GITLAB)
    ((path, line, message),) = notices(report(cli))
    assert (path, line) == ("kpis/sales.yml", 14)
    assert message.startswith('target "Soon, or later" could not be read')


def test_a_finding_points_at_the_line_and_column_of_the_list(write: Write, cli: Cli) -> None:
    write("kpis/sales.yml", GITLAB)
    found = [f for f in report(cli)["findings"] if f["rule"] == "cheap-inflation-action"]
    places = [(f["metric"], f["location"]["line"], f["location"]["column"], f["severity"]) for f in found]
    assert ("sales-mr-rate", 1, 3, "warning") in places


@pytest.mark.parametrize(("name", "text"), [("slo.yml", SLOTH), ("slo.yaml", OPENSLO)])
def test_service_levels_are_states_of_systems_and_stay_silent(
    write: Write, cli: Cli, tmp_path: Path, name: str, text: str
) -> None:
    write(name, text)
    assert report(cli)["findings"] == []
    for entry in project(tmp_path).metrics.values():
        found = entry.value
        assert (found.kind, found.subject.level, found.recorded_by) == ("state", "product", "system")
        assert [c.kind for c in found.consequences] == ["operational"]
        assert (found.target.comparator, found.target.unit, found.direction) == ("at-least", "percent", "up")


def test_each_objective_of_a_service_level_is_a_metric(write: Write, tmp_path: Path) -> None:
    write("slo.yaml", OPENSLO)
    read = project(tmp_path).metrics
    assert {id_: e.value.target.value for id_, e in read.items()} == {"search-good": 99.95, "search-fair": 99.9}
    found = read["search-good"].value
    assert (found.title, found.governance.owner, found.data_source) == ("Search time: Good", "search-team", "latency")


def test_objectives_in_a_list_and_in_a_resource_of_kubernetes(write: Write, tmp_path: Path) -> None:
    slo = {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": {"name": "a"},
        "spec": {"objectives": [{"target": 1}]},
    }
    write("slo/list.yaml", json.dumps([slo, {**slo, "kind": "Service", "metadata": {"name": "b"}}]))
    write(
        "slo/crd.yaml",
        """
        apiVersion: sloth.slok.dev/v1
        kind: PrometheusServiceLevel
        spec: {service: pay, labels: {team: core}, slos: [{name: up, objective: 95}]}
        """,
    )
    read = project(tmp_path).metrics
    assert sorted(read) == ["a", "pay-up"]
    assert (read["pay-up"].value.governance.owner, read["a"].value.target.value) == ("core", 100)


def test_files_of_a_format_without_objectives_are_no_error(write: Write, cli: Cli) -> None:
    write("slo.yaml", OPENSLO.split("---")[0])
    assert [message for _, _, message in notices(report(cli))] == ["read by records: it holds no metric"]


def test_telemetry_has_the_name_of_its_category_and_no_person(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", GLEAN)
    found = card(tmp_path, "search-bar-opened")
    assert (found.title, found.governance.owner) == ("search.bar.opened", "search-team")
    assert found.governance.review_date == "2027-01-31"
    old = card(tmp_path, "search-bar-old")
    assert (old.status, old.governance.owner) == ("retired", "the owner named in the file")
    assert "expired" in (inferred(tmp_path, "search-bar-old", "status") or "")


def test_measures_that_pay_follows(write: Write, cli: Cli, tmp_path: Path) -> None:
    write("measures-data.json", json.dumps(CMS, indent=1))
    found = card(tmp_path, "001")
    assert (found.title, found.kind, found.direction, found.subject.level) == (
        "Blood pressure", "outcome", "down", "individual",
    )  # fmt: skip
    assert (found.outcome.link, found.statistics.adjustment, found.consequences[0].kind) == ("direct", "none", "pay")
    rules = {(f["rule"], f["metric"], f["severity"]) for f in report(cli)["findings"]}
    assert ("unadjusted-comparison", "001", "warning") in rules
    assert card(tmp_path, "ia-1").gaming_actions[0].title.startswith("Attest")


def test_a_topped_out_benchmark_is_saturated(write: Write, cli: Cli) -> None:
    write("benchmarks.json", json.dumps(BENCHMARKS, indent=1))
    (found,) = [f for f in report(cli)["findings"] if f["rule"] == "saturated-metric-still-rewarded"]
    assert (found["metric"], found["location"]["line"], found["severity"]) == ("001-claims", 6, "warning")


@pytest.mark.parametrize("suffix", ["json", "csv", "jsonl"])
def test_the_last_record_of_an_indicator_counts(write: Write, tmp_path: Path, suffix: str) -> None:
    text = json.dumps(PERFORMANCE)
    if suffix == "jsonl":
        text = "\n".join(map(json.dumps, PERFORMANCE))
    elif suffix == "csv":
        rows = [list(PERFORMANCE[0]), *(list(record.values()) for record in PERFORMANCE)]
        text = "\n".join(",".join(row) for row in rows)
    write(f"target.{suffix}", text)
    read = project(tmp_path).metrics
    assert sorted(read) == ["12-days-of-waiting", "12-visits"]
    found = read["12-days-of-waiting"].value
    assert (found.target.value, found.target.comparator, found.direction) == (80, "at-most", "down")
    assert read["12-visits"].value.direction is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yml", "- {name: x, definition: y, org: z}\n"),
        ("a.yml", "version: prometheus/v2\nslos: []\n"),
        ("a.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n"),
        ("a.json", '[{"measureId": "1", "title": "x"}]'),
        ("a.csv", "indicator,value_target\nx,1\n"),
        ("metrics.yaml", "# moz://mozilla.org/schemas/glean/metrics/2-0-0\na: {b: {type: c}}\n"),
    ],
)
def test_what_only_looks_alike_is_not_claimed(name: str, text: str) -> None:
    assert claimed(name, text) is None


_SLOTH = {"version": "prometheus/v1", "service": "s", "labels": {"owner": "o"}, "slos": [{"name": "n", "objective": 9}]}
_SLO = {
    "apiVersion": "openslo/v1", "kind": "SLO",
    "metadata": {"name": "n", "displayName": "d", "labels": {"team": "t"}},
    "spec": {"service": "s", "objectives": [{"displayName": "o", "target": 0.9, "targetPercent": 90}]},
}  # fmt: skip
_KPI = [
    {"name": "n", "base_path": "b", "definition": "d", "org": "o", "health": {}, "target": "at least 5",
     "parent": "#n", "is_key": True, "public": True},
]  # fmt: skip
FRAMES: dict[str, Any] = {
    "gitlab-kpis": _KPI, "sloth": _SLOTH, "openslo": _SLO, "cms-measures": CMS, "cms-benchmarks": BENCHMARKS,
    "performance-gov": PERFORMANCE, "glean": {"c": {"m": {"type": "counter", "expires": "2027-01-01"}}},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FRAMES))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_in_the_places_of_a_format_is_read_or_told(name: str, data: st.DataObject) -> None:
    from metriclint.sources.adapter import SourceFile
    from metriclint.sources.foreign import draft_of, located
    from metriclint.sources.native import typed

    frame = FRAMES[name]
    hole = values(["name", "target", "spec", "metadata", "labels", "slos"])
    text = json.dumps(data.draw(shaped(frame, hole)))
    draft = draft_of(SourceFile("list.json", text.encode(), mapping=name), "records")
    _, problems = typed(draft.document, "list.json")
    for problem in located(problems, draft.foreign):
        assert problem.message and problem.line >= 1


def test_every_mapping_that_ships_has_a_frame_here() -> None:
    from metriclint.sources.lists.mapping import shipped_names

    assert tuple(sorted(FRAMES)) == shipped_names()


def test_broken_files_of_a_claimed_format_end_in_words() -> None:
    for text in ("version: prometheus/v1\nslos: [", "version: prometheus/v1\nslos: {{ x }}\n", ""):
        reading_ends_in_words("records", "slo.yml", text)
    (problem, _), *_ = drafted("records", "slo.yml", "version: prometheus/v1\nslos: [").problems
    assert problem.message.startswith("broken YAML")
