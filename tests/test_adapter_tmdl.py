"""Power BI semantic models: measures and KPIs in TMDL text and in .bim files."""

import json
from pathlib import Path
from typing import Any

import pytest
from adapted import claimed, drafted, edges, notices, project, reading_ends_in_words, report, shaped, values
from conftest import Cli, Write
from hypothesis import given, settings
from hypothesis import strategies as st

SALES = """
/// Sales of the year
table Sales
\tlineageTag: 1

\t/// What customers paid
\t/// over all shops
\tmeasure 'Sales Amount' = SUMX('Sales', 'Sales'[Quantity] * [Net Price])
\t\tformatString: $ #,##0

\tmeasure 'Sales Amount %' = DIVIDE([Sales Amount], CALCULATE([Sales Amount], ALL(Sales))) // not [Margin]
\t\tformatString: 0.0 %

\tmeasure Margin = ```
\t\t\tSUMX ( Sales, [Sales Amount] )
\t\t\tmeasure Fake = 1
\t\t\t```
\t\tformatString: $ #,##0

\t\tkpi
\t\t\ttargetExpression = 0.3
\t\t\tstatusExpression =
\t\t\t\tVAR x = [Margin]
\t\t\t\tRETURN IF ( x < 0.2, -1, -- bad

\t\t\t\t    IF ( x > 0.3, 1, 0 ) )

\t\tannotation A = {"x":true}

\tmeasure 'It''s late' =

\t\t\tVAR d = MAX ( 'Calendar'[Date] )
\t\t\tVAR t = ADDCOLUMNS ( Sales, "Made up", 1 )
\t\t\tRETURN [Elsewhere] + [Made up] + [Quantity] + "[Text]"
\t\tdisplayFolder: x

\tcolumn Quantity
\t\tdataType: int64

\tcolumn 'Net Price' = ```
\t\t\tmeasure Fake2 = [x]
\t\t\t```
"""

BIM: dict[str, Any] = {
    "compatibilityLevel": 1400,
    "model": {
        "tables": [
            {
                "name": "Sales",
                "columns": [{"name": "Freight"}],
                "measures": [
                    {"name": "Total", "expression": "SUM([Freight])", "description": "All of it"},
                    {
                        "name": "Growth",
                        "expression": ["IFERROR('Sales'[Total]/", "[Unknown], BLANK())"],
                        "kpi": {
                            "targetExpression": "1.1",
                            "statusExpression": ["var x=[Growth] return", "if(x>1.3,-1,", "If(x>1.07,0,1))"],
                        },
                    },
                    {"name": "Plan", "expression": "1", "kpi": {"targetExpression": "[Total]"}},
                    {"name": "Odd", "expression": "1", "kpi": {"targetExpression": "[Total] * 2"}},
                ],
            }
        ]
    },
}


def test_measures_of_a_table_with_descriptions_and_formulas(write: Write, tmp_path: Path) -> None:
    write("Sales.tmdl", SALES)
    read = project(tmp_path)
    assert {id_: entry.value.title for id_, entry in read.metrics.items()} == {
        "sales-amount": "Sales Amount",
        "sales-amount-percent": "Sales Amount %",
        "margin": "Margin",
        "it-s-late": "It's late",
    }
    amount, share = read.metrics["sales-amount"].value, read.metrics["sales-amount-percent"].value
    assert (amount.description, amount.data_source) == ("What customers paid over all shops", "Sales")
    assert (amount.unit, share.unit) == (None, "percent")
    assert "measure Fake = 1" in (read.metrics["margin"].value.formula or "")


def test_edges_are_measures_and_no_columns_texts_or_comments(write: Write, tmp_path: Path, cli: Cli) -> None:
    write("Sales.tmdl", SALES)
    assert edges(project(tmp_path)) == {"sales-amount-percent": ["sales-amount"], "margin": ["sales-amount"]}
    assert [text for _, _, text in notices(report(cli, "."))] == [
        'computed from "elsewhere", which no file here declares'
    ]
    write("Other.tmdl", "table Other\n\tmeasure Elsewhere = 1\n")
    assert edges(project(tmp_path))["it-s-late"] == ["elsewhere"]


def test_a_kpi_is_a_target_and_its_status_says_which_way_is_good() -> None:
    draft = drafted("tmdl", "Sales.tmdl", SALES)
    margin = draft.document["metrics"]["margin"]
    assert margin["target"] == {"type": "threshold", "value": 0.3, "comparator": "at-least"}
    assert margin["direction"] == "up"
    inferred = draft.foreign.inferred
    assert inferred["metrics", "margin", "direction"] == "the expression of its status, which calls high values good"
    assert ("metrics", "margin", "target", "value") not in inferred


def test_findings_stand_at_the_measure(cli: Cli, write: Write) -> None:
    lines = write("Sales.tmdl", SALES).read_text().splitlines()
    found = report(cli, ".")
    places = {f["metric"]: f["location"] for f in found["findings"]}
    place = places["margin"]
    assert lines[place["line"] - 1][place["column"] - 1 :] == "measure Margin = ```"
    assert {f["severity"] for f in found["findings"]} <= {"note", "warning"}
    draft = drafted("tmdl", "Sales.tmdl", SALES.lstrip())
    span = draft.foreign.spans([("metrics", "margin", "target", "value")])["metrics", "margin", "target", "value"]
    assert lines[span.line - 1][span.column - 1 :] == "targetExpression = 0.3"


def test_a_bim_file_knows_all_its_measures_and_columns(write: Write, tmp_path: Path, cli: Cli) -> None:
    file = write("Model.bim", json.dumps(BIM, indent=2))
    lines = file.read_text().splitlines()
    read = project(tmp_path)
    assert edges(read) == {"growth": ["total"]}
    growth, plan = read.metrics["growth"].value, read.metrics["plan"].value
    assert growth.target is not None and plan.target is not None
    assert (growth.target.value, growth.target.comparator, growth.direction) == (1.1, "at-most", "down")
    assert plan.target.value == "Total"
    assert read.metrics["total"].value.description == "All of it"
    ((_, line, text),) = notices(report(cli, "."))
    assert (lines[line - 1].strip(), text[:23]) == ('"targetExpression": "[Total] * 2"', "the target is a formula")


@pytest.mark.parametrize("text", ["table Sales\n\tcolumn x\n", "expression Server = 1\n", '"x" measures'])
def test_files_without_measures_are_left_alone(text: str) -> None:
    assert claimed("x.tmdl", text) is None
    assert claimed("x.bim", text) is None


def test_a_broken_bim_file_is_told(cli: Cli, write: Write) -> None:
    write("Model.bim", '{"model": {"tables": [{"measures": [}]}}')
    ran = cli("check", ".")
    assert (ran.code, "Model.bim:1:" in ran.out + ran.err) == (2, True), ran.err


@settings(deadline=None, max_examples=150)
@given(shaped(BIM, values(["name", "tables", "measures", "kpi", "expression", "targetExpression"])))
def test_any_value_in_any_place_of_a_bim_file_is_read_or_told(document: Any) -> None:
    reading_ends_in_words("tmdl", "m.bim", json.dumps(document))


_LINES = [
    *SALES.splitlines(),
    "\tmeasure '",
    "measure x =",
    "\t\tkpi",
    "```",
    "\t\t\ttargetExpression = ```",
    "  measure y = [x]",
]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(_LINES), max_size=25))
def test_any_order_of_lines_is_read_or_told(lines: list[str]) -> None:
    reading_ends_in_words("tmdl", "m.tmdl", "\n".join(lines))
