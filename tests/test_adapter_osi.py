"""Open Semantic Interchange: semantic models with synonyms, expressions and facts in custom extensions."""

import json
from pathlib import Path
from typing import Any

import pytest
from adapted import claimed, drafted, edges, notices, project, reading_ends_in_words, report, shaped, values
from conftest import Cli, Write
from hypothesis import given, settings

MODEL = """
semantic_model:
  - name: shop
    datasets:
      - name: sales
        source: db.public.sales
        fields:
          - name: margin
            expression: {dialects: [{dialect: ANSI_SQL, expression: margin}]}
          - name: sales_rep
            expression: {dialects: [{dialect: ANSI_SQL, expression: rep}]}
      - name: stores
        source: db.public.stores
        fields: [{name: employee_count}]
    metrics:
      - name: revenue
        description: What came in.
        expression:
          dialects:
            - {dialect: SNOWFLAKE, expression: SUM(stores.x)}
            - {dialect: ANSI_SQL, expression: SUM(stores.amount)}
        ai_context:
          synonyms: [turnover, "gross sales"]
        custom_extensions:
          - vendor_name: DBT
            data: '{"metriclint": {"kind": "nonsense"}}'
          - vendor_name: COMMON
            data: '{"metriclint": {"kind": "outcome", "subject": {"level": "team"},
              "consequences": [{"kind": "bonus", "weight": "sole"}]}}'
      - name: margin
        expression: {dialects: [{dialect: ANSI_SQL, expression: "SUM(sales.margin)"}]}
      - name: share
        expression: {dialects: [{dialect: ANSI_SQL, expression: "margin / NULLIF(revenue, 0) -- of profit"}]}
      - name: profit
        expression: "SUM(margin) + revenue.x + 'share'"
"""


def test_metrics_get_aliases_formulas_and_facts(write: Write, tmp_path: Path) -> None:
    write("shop.yaml", MODEL)
    read = project(tmp_path)
    card = read.metrics["revenue"].value
    assert (card.aliases, card.kind) == (["turnover", "gross sales"], "outcome")
    assert (card.formula, card.description, card.data_source) == ("SUM(stores.amount)", "What came in.", "shop")


def test_only_a_bare_name_that_is_no_field_is_an_edge(write: Write, tmp_path: Path) -> None:
    """``margin`` is a field too, ``revenue.x`` a column of something, ``share`` a text and ``profit`` in a comment."""
    write("shop.yaml", MODEL)
    assert edges(project(tmp_path)) == {"share": ["revenue"]}


def test_a_dataset_that_names_workers_is_said(write: Write, tmp_path: Path) -> None:
    draft = drafted("osi", "shop.yaml", MODEL)
    levels = {id_: card.get("subject", {}).get("level") for id_, card in draft.document["metrics"].items()}
    assert levels == {"revenue": "team", "margin": "individual", "share": None, "profit": None}
    assert "`sales_rep`" in draft.foreign.inferred["metrics", "margin", "subject", "level"]


def test_findings_stand_at_the_metric_and_at_the_extension(cli: Cli, write: Write) -> None:
    lines = write("shop.yaml", MODEL).read_text().splitlines()
    found = report(cli, ".")
    places = {f["rule"]: f["location"] for f in found["findings"] if f["metric"] == "revenue"}
    assert lines[places["no-counter-metric"]["line"] - 1].strip() == "- name: revenue"
    sole = places["sole-determinant"]
    assert lines[sole["line"] - 1][sole["column"] - 1 :].startswith('data: \'{"metriclint"')


def test_a_fault_in_the_json_text_is_told_at_the_extension(cli: Cli, write: Write) -> None:
    write("shop.yaml", MODEL.replace('"kind": "outcome"', '"kind": "outcom"'))
    ran = cli("check", ".")
    assert (ran.code, 'shop.yaml:27:13: "outcom" is not one of' in ran.out + ran.err) == (2, True), ran.err
    write("shop.yaml", MODEL.replace('"kind": "outcome",', '"kind": "outcome"'))
    ran = cli("check", ".")
    assert (ran.code, "shop.yaml:27:13: the JSON text of `COMMON` is broken" in ran.out + ran.err) == (2, True), ran.err


def test_json_is_read_as_yaml_is(write: Write, tmp_path: Path) -> None:
    import yaml

    write("shop.json", json.dumps(yaml.safe_load(MODEL), indent=1))
    read = project(tmp_path)
    assert edges(read) == {"share": ["revenue"]}
    assert read.metrics["revenue"].value.kind == "outcome"


def test_a_quoted_text_may_go_on_at_the_margin_of_its_key(cli: Cli, write: Write) -> None:
    """Other readers of YAML allow it, and files of this format have it; lines stay those of the file."""
    loose = "        custom_extensions:\n          - vendor_name: DBT\n            data: '{\n            }'\n"
    more = "      - name: last\n        expression: revenue\n      - {}\n"
    write("shop.yaml", f"{MODEL}      - name: late\n{loose}{more}")
    found = report(cli, ".")
    assert found["summary"]["metrics"] == 6
    assert [text for _, _, text in notices(found)] == ["a metric without a name: it was left out"]
    assert notices(found)[0][1] == 42


@pytest.mark.parametrize(
    "text",
    [
        "semantic_model:\n  name: a\n  node_relation: {alias: b}\n  datasets:\n    - x\n",
        "semantic_model:\n  - name: string\n    datasets: []\n    metrics: []\ndialects: [ANSI_SQL]\n",
    ],
)
def test_other_semantic_models_and_the_schema_itself_are_left_alone(text: str) -> None:
    assert claimed("m.yaml", text) is None


def test_a_model_whose_datasets_stand_on_one_line_is_known() -> None:
    dataset = "datasets: [{name: t, source: a.b}]"
    text = f"semantic_model:\n  - name: m\n    {dataset}\n    metrics: []\ndialects: [ANSI_SQL]\n"
    assert claimed("m.yaml", text) == "osi"
    assert claimed("m.yaml", f"semantic_model: [{{name: m, {dataset}, metrics: [], dialects: []}}]\n") == "osi"


FRAME: dict[str, Any] = {
    "semantic_model": [
        {
            "name": "s",
            "datasets": [{"name": "d", "fields": [{"name": "author"}]}],
            "metrics": [
                {
                    "name": "a",
                    "expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": "d.x + b"}]},
                    "ai_context": {"synonyms": ["z"]},
                    "custom_extensions": [{"vendor_name": "COMMON", "data": '{"metriclint": {"kind": 1}}'}],
                },
                {
                    "name": "b",
                    "expression": "a",
                    "custom_extensions": [{"vendor_name": "COMMON", "data": {"metriclint": 1}}],
                },
            ],
        }
    ]
}


@settings(deadline=None, max_examples=150)
@given(shaped(FRAME, values(["name", "metrics", "expression", "dialects", "data", "metriclint", "fields"])))
def test_any_value_in_any_place_is_read_or_told(document: Any) -> None:
    reading_ends_in_words("osi", "m.yaml", json.dumps(document))
