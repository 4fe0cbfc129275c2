"""dbt's semantic layer: both shapes of its YAML, inline governance, exposures, and what cannot be read."""

import json
from pathlib import Path
from typing import Any

import pytest
from adapted import claimed, drafted, edges, notices, project, reading_ends_in_words, report, shaped, values
from conftest import Cli, Write
from hypothesis import given, settings

LATEST = """
version: 2
groups:
  - name: revenue-team
    owner: {name: Jo Doe, email: jo@example.com}
models:
  - name: fct_orders
    config: {group: revenue-team}
    semantic_model: {enabled: true}
    columns:
      - name: ordered_at
        dimension: {type: time}
    metrics:
      - name: order_total
        label: Order total
        description: What customers paid.
        type: simple
        agg: sum
        expr: amount
        config:
          group: finance
          meta:
            metriclint:
              subject: {level: team}
              consequences:
                - {kind: bonus, weight: sole}
      - name: order_count
        type: simple
        agg: count
        expr: order_id
      - name: average_order
        type: ratio
        numerator: order_total
        denominator: {name: order_count, filter: "{{ Dimension('order__is_paid') }}"}
metrics:
  - name: growth
    type: derived
    expr: average_order - before
    input_metrics:
      - name: average_order
      - {name: growth, offset_window: 1 month, alias: before}
      - visits
  - name: running_total
    type: cumulative
    window: 7 days
    input_metric: order_total
  - name: conversion
    type: conversion
    entity: user
    base_metric: order_count
    conversion_metric: {name: order_total}
"""

LEGACY = """
semantic_model:
  name: orders
  node_relation: {alias: orders}
  entities: [{name: order, type: primary}]
  measures:
    - {name: revenue, agg: SUM, expr: amount}
    - {name: order_count, agg: sum, expr: "1", create_metric: true, description: How many.}
---
metric:
  name: revenue
  type: simple
  type_params: {measure: revenue}
---
metric:
  name: per_order
  type: ratio
  type_params:
    numerator: {name: revenue}
    denominator: order_count
---
metric:
  name: all_time
  type: cumulative
  type_params:
    cumulative_type_params: {metric: {name: revenue}}
---
metric:
  name: doubled
  type: derived
  type_params:
    expr: "2 * revenue + 0 * revenue_before"
    metrics:
      - revenue
      - {name: revenue, alias: revenue_before, offset_window: 1 month}
---
metric:
  name: bought
  type: conversion
  type_params:
    conversion_type_params: {base_metric: revenue, conversion_metric: {name: per_order}}
"""


def test_the_latest_shape_gives_metrics_below_models_and_at_the_top_with_their_edges(
    write: Write, tmp_path: Path
) -> None:
    write("models/orders.yml", LATEST)
    read = project(tmp_path)
    assert sorted(read.metrics) == [
        "average-order",
        "conversion",
        "growth",
        "order-count",
        "order-total",
        "running-total",
    ]
    assert edges(read) == {
        "average-order": ["order-total", "order-count"],
        "growth": ["average-order"],
        "running-total": ["order-total"],
        "conversion": ["order-count", "order-total"],
    }
    card = read.metrics["order-total"].value
    assert (card.title, card.aliases, card.formula) == ("Order total", ["order_total"], "sum(amount)")
    assert card.description == "What customers paid."


def test_the_legacy_shape_gives_single_metrics_of_a_stream_and_those_that_measures_make(
    write: Write, tmp_path: Path
) -> None:
    write("metrics.yaml", LEGACY)
    read = project(tmp_path)
    assert edges(read) == {
        "per-order": ["revenue", "order-count"],
        "all-time": ["revenue"],
        "doubled": ["revenue"],
        "bought": ["revenue", "per-order"],
    }
    assert read.metrics["order-count"].value.description == "How many."
    assert read.metrics["revenue"].value.formula == "SUM(amount)".lower()
    assert read.metrics["per-order"].value.formula == "revenue / order_count"


def test_a_group_is_the_owner_and_persons_are_not_copied(write: Write, tmp_path: Path) -> None:
    write("orders.yml", LATEST)
    text = LATEST.replace("group: finance", "meta: {owner: jane.smith@example.com}").replace("fct_orders", "other")
    draft = drafted("dbt", "orders.yml", LATEST)
    owners = {id_: card.get("governance", {}).get("owner") for id_, card in draft.document["metrics"].items()}
    assert owners["order-total"] == "finance"
    assert owners["order-count"] == "revenue-team"
    assert (
        draft.foreign.inferred["metrics", "order-count", "governance", "owner"] == "the group of the model `fct_orders`"
    )
    assert owners["growth"] is None
    for written in (LATEST, text):
        assert "Doe" not in str(drafted("dbt", "x.yml", written).document)
        assert "smith" not in str(drafted("dbt", "x.yml", written).document)


def test_findings_stand_in_the_dbt_file_at_the_line_of_the_inline_fact(cli: Cli, write: Write) -> None:
    file = write("models/orders.yml", LATEST)
    lines = file.read_text().splitlines()
    found = report(cli, "models")
    sole = next(f for f in found["findings"] if f["rule"] == "sole-determinant")
    place = sole["location"]
    assert (place["path"], sole["metric"]) == ("models/orders.yml", "order-total")
    assert lines[place["line"] - 1][place["column"] - 1 :].startswith("weight: sole")
    assert sole["severity"] == "error"
    assert ("models/orders.yml", 41, 'computed from "visits", which no file here declares') in notices(found)


def test_a_fault_of_inline_governance_is_told_where_it_stands(cli: Cli, write: Write) -> None:
    write("m.yml", LATEST.replace("level: team", "levl: team").replace("bonus", "bonuss"))
    ran = cli("check", ".")
    assert ran.code == 2
    assert 'm.yml:23:25: unknown key "levl"' in ran.out + ran.err
    assert "did you mean level?" in ran.out + ran.err
    assert 'm.yml:25:20: "bonuss" is not one of the allowed values' in ran.out + ran.err
    write("m.yml", LATEST.replace("metriclint:\n", "metriclint: yes\n            other:\n"))
    ran = cli("check", ".")
    assert ran.code == 2
    assert "`meta.metriclint` holds the keys of a card" in ran.out + ran.err


def test_a_dashboard_that_shows_metrics_is_a_board_even_from_another_file(write: Write, tmp_path: Path) -> None:
    write("orders.yml", LATEST)
    write(
        "exposures.yml",
        """
        exposures:
          - name: weekly_sales
            label: Weekly sales
            type: dashboard
            owner: {name: Jo Doe, email: jo@example.com}
            config: {meta: {metriclint: {audience: org, identified: true}}}
            depends_on: [ref('fct_orders'), metric('order_total'), "metric('shop', 'order_count')", metric('gone')]
          - {name: notebook, type: notebook, depends_on: [metric('order_total')]}
          - {name: no_metrics, type: dashboard, depends_on: [ref('fct_orders')]}
        """,
    )
    read = project(tmp_path)
    assert list(read.boards) == ["weekly-sales"]
    board = read.boards["weekly-sales"].value
    assert (board.title, board.shows, board.audience) == ("Weekly sales", ["order-total", "order-count"], "org")


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("{name: rep, entity: {name: sales_rep, type: foreign}}", "sales_rep"),
        ("{name: assignee, dimension: {type: categorical}}", "assignee"),
        ("{name: user_id, entity: {name: user, type: foreign}}", None),
        ("{name: employee_count, dimension: {type: categorical}}", None),
        ("{name: manager_since, dimension: {type: time}}", None),
    ],
)
def test_who_can_be_told_apart_is_inferred_for_the_number_and_for_what_is_computed_from_it(
    column: str, said: str | None
) -> None:
    text = LATEST.replace("      - name: ordered_at\n        dimension: {type: time}", f"      - {column}")
    draft = drafted("dbt", "m.yml", text)
    for id_ in ("order-count", "average-order", "growth"):
        level = draft.document["metrics"][id_].get("subject", {}).get("level")
        assert level == ("individual" if said else None)
        inferred = draft.foreign.inferred.get(("metrics", id_, "subject", "level"), "")
        assert (f"`{said}`" in inferred) == bool(said)
    assert draft.document["metrics"]["order-total"]["subject"] == {"level": "team"}


def test_a_second_project_in_the_tree_keeps_its_references_to_itself(write: Write, tmp_path: Path) -> None:
    """In the first, one metric is computed from the other; in the second it is the other way round."""
    one = "metrics:\n  - {name: a, type: simple, agg: sum}\n  - {name: b, type: derived, expr: a, input_metrics: [a]}\n"
    other = one.replace("name: a", "name: c").replace("name: b", "name: a").replace("expr: a, input_metrics: [a]", "X")
    other = other.replace("X", "expr: b, input_metrics: [b]").replace("name: c", "name: b")
    write("one/models/m.yml", one)
    write("two/models/m.yml", other)
    write("two/exposures.yml", "exposures:\n  - {name: wall, type: dashboard, depends_on: [metric('a')]}\n")
    read = project(tmp_path)
    assert edges(read) == {"b": ["a"], "a-m": ["b-m"]}
    assert read.boards["wall"].value.shows == ["a-m"]


def test_a_metric_that_is_switched_off_or_has_no_name_is_left_out_and_said(cli: Cli, write: Write) -> None:
    write("m.yml", "metrics:\n  - {name: a, type: simple, config: {enabled: false}}\n  - type: simple\n  - {name: b}\n")
    found = report(cli, ".")
    assert found["summary"]["metrics"] == 1
    assert [(line, text) for _, line, text in notices(found)] == [
        (2, '"a" is switched off (`enabled: false`) and was left out'),
        (3, "a metric without a name: it was left out"),
    ]


def test_the_oldest_shape_is_read_too() -> None:
    text = "metrics:\n  - {name: a, calculation_method: sum}\n  - name: b\n    calculation_method: derived\n"
    draft = drafted("dbt", "m.yml", text + "    expression: \"{{metric('a')}} / 2\"\n")
    assert claimed("m.yml", text) == "dbt"
    assert draft.document["metrics"]["b"]["derived_from"] == ["a"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("    filter: {{ x }} > 2", 13),
        ("    filter: {{ Dimension('x') }}", 5),
        ("    {% if x %}", 5),
        ("    filter: {{ x }} > 2\n    meta: {metriclint: {unit: x}}", 13),
    ],
)
def test_jinja_outside_quotes_is_told_in_words(cli: Cli, write: Write, line: str, column: int) -> None:
    write("m.yml", f"metrics:\n  - name: a\n    type: simple\n{line}\n")
    ran = cli("check", ".")
    assert ran.code == 2
    assert f"m.yml:4:{column}: Jinja outside quotes" in ran.out + ran.err


def test_jinja_in_quotes_and_in_blocks_is_no_problem(cli: Cli, write: Write) -> None:
    text = "metrics:\n  - name: a\n    type: simple\n    filter: |\n      {{ Dimension('x') }} = 1\n"
    write("m.yml", text + '    expr: "{{ y }}"\n    description: "{{ doc(\'a\') }}"\n')
    assert report(cli, ".")["notices"] == []


def test_a_tag_of_another_tool_is_said_and_its_value_read(cli: Cli, write: Write) -> None:
    write("m.yml", "---\nmetrics:\n  - {name: a, type: simple}\n---\nmetric:\n  name: !env b\n  type: simple\n")
    found = report(cli, ".")
    assert found["summary"]["metrics"] == 2
    assert [(line, text[:18]) for _, line, text in notices(found)] == [(6, "the tag `!env` is ")]


def test_the_compiled_manifest_points_to_the_yaml(cli: Cli, write: Write) -> None:
    write("semantic_manifest.json", '{"metrics": [{"name": "a", "type": "simple", "type_params": {"expr": "1"}}]}')
    found = report(cli, ".")
    assert found["summary"]["metrics"] == 0
    assert [text for _, _, text in notices(found)] == [
        "compiled by dbt: it says nothing that its YAML files do not say with their places; check those"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "version: 2\nmodels:\n  - {name: a, columns: [{name: b}]}\n",
        "semantic_model:\n  name: a\n  node_relation: {alias: b}\n",
        "exposures:\n  - {name: a, type: dashboard, depends_on: [ref('b')]}\n",
        "metrics:\n  latency: {type: counter}\n",
        "metrics:\n  - {name: up, type: gauge}\n",
    ],
)
def test_files_without_metrics_of_dbt_are_left_alone(text: str) -> None:
    assert claimed("m.yml", text) is None


FRAME: dict[str, Any] = {
    "metric": {"name": "a", "type_params": {"measure": "m", "metrics": ["x"]}},
    "semantic_model": {
        "name": "s",
        "measures": [{"name": "m", "create_metric": True}],
        "entities": [{"name": "author"}],
    },
    "metrics": [
        {
            "name": "x",
            "label": "X",
            "config": {
                "group": "g",
                "meta": {"owner": ["o"], "metriclint": {"subject": {"level": "team"}, "aliases": ["z"]}},
            },
            "input_metrics": ["a", {"name": "a"}],
            "numerator": "a",
            "denominator": "x",
            "meta": {"metriclint": {"derived_from": ["a"], "governance": "x", "visibility": {}}},
        }
    ],
    "models": [
        {"name": "o", "meta": {"metrics": {"q": {"type": "number", "sql": "${q}"}}}, "metrics": [{"name": "y"}]}
    ],
    "exposures": [{"name": "e", "type": "dashboard", "depends_on": ["metric('a')"], "meta": {"metriclint": {}}}],
}
KEYS = [
    "name",
    "metrics",
    "config",
    "meta",
    "metriclint",
    "type_params",
    "agg",
    "expr",
    "columns",
    "entity",
    "spotlight",
]


@settings(deadline=None, max_examples=150)
@given(shaped(FRAME, values(KEYS)))
def test_any_value_in_any_place_is_read_or_told(document: Any) -> None:
    reading_ends_in_words("dbt", "m.yml", json.dumps(document))
