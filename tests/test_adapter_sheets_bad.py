"""Sheets as they come: merged cells, formulas without results, macros, several copies, broken and hostile files."""

import io
import json
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import pytest
from adapted import notices, report
from conftest import Cli
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import APPRAISAL, BANDS, Rows, csv_text, with_part, workbook

from metriclint.sources.adapter import SourceFile, adapter_of
from metriclint.sources.draft import Draft
from metriclint.sources.foreign import draft_of, located
from metriclint.sources.native import typed

GOALS: Rows = [["KPI", "Weightage", "Target", "Score"], ["Calls", 50, 60, 3], ["Mails", 50, 70, 4]]


def read(data: bytes, name: str = "k.xlsx") -> Draft:
    return draft_of(SourceFile(name, data, explicit=True), "sheets")


def remarks(draft: Draft) -> list[str]:
    return [remark.message for remark in draft.remarks]


def problems(draft: Draft) -> list[str]:
    return [problem.message for problem, _ in draft.problems]


def refused(cli: Cli, tmp_path: Path, data: bytes, name: str = "k.xlsx") -> str:
    """The message with which a named file ends."""
    (tmp_path / name).write_bytes(data)
    ran = cli("check", name)
    assert ran.code == 2
    return ran.out + ran.err


def test_an_encrypted_workbook_is_told_where_it_is_named_and_left_alone_on_a_walk(cli: Cli, tmp_path: Path) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "error: k.xlsx: this workbook is encrypted or in the old .xls format" in refused(cli, tmp_path, data)
    (tmp_path / "metrics.yaml").write_text("metriclint: 1\nmetrics: {a: {title: A}}\n")
    assert report(cli, ".")["errors"] == []


def test_a_workbook_with_macros_is_read_without_them(cli: Cli, tmp_path: Path) -> None:
    data = with_part(workbook({"KPIs": GOALS}), "xl/vbaProject.bin", b"macro")
    (tmp_path / "k.xlsm").write_bytes(data)
    found = report(cli, ".")
    assert found["summary"]["metrics"] == 2
    assert notices(found) == [("k.xlsm", 1, "this workbook has macros: they are neither run nor read")]


def test_a_zip_bomb_is_refused_by_what_it_declares(cli: Cli, tmp_path: Path) -> None:
    sheet = b"<worksheet><sheetData>" + b"<row/>" * 10_000_000
    data = with_part(workbook({"KPIs": GOALS}), "xl/worksheets/sheet1.xml", sheet)
    assert len(data) < 1_000_000
    assert "unpacks to more than 50 MB: that is data, not a list of metrics" in refused(cli, tmp_path, data)


def test_a_part_that_declares_less_than_it_holds_gives_no_more_than_it_declares() -> None:
    sheet = b"<worksheet><sheetData>" + b"<row/>" * 1_000_000
    data = bytearray(with_part(workbook({"KPIs": GOALS}), "xl/worksheets/sheet1.xml", sheet))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as packed:
        info = packed.getinfo("xl/worksheets/sheet1.xml")
    declared = info.file_size.to_bytes(4, "little")
    for at in range(len(data) - 4):
        if data[at : at + 4] == declared:
            data[at : at + 4] = (1_000).to_bytes(4, "little")
    (message,) = problems(read(bytes(data)))
    assert "is damaged and cannot be read" in message


def test_a_workbook_with_entities_is_refused() -> None:
    names = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    strings = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "ha">{names}]><sst><si><t>&e11;</t></si></sst>'
    (message,) = problems(read(with_part(workbook({"KPIs": GOALS}), "xl/sharedStrings.xml", strings.encode())))
    assert message == "this workbook holds XML that defines its own words: no spreadsheet program writes that"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 nonsense", "this is no .xlsx workbook, whatever its name says"),
        (b"", "this is no .xlsx workbook, whatever its name says"),
        (with_part(workbook({"a": GOALS}), "xl/workbook.xml", b"<workbook"), "this workbook is damaged"),
        (with_part(workbook({"a": GOALS}), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), "is damaged"),
        (workbook({"Data": [["a", "b"], [1, 2]]}), "no header row of a goal or KPI sheet was found"),
        (workbook({"Empty": []}), "no header row of a goal or KPI sheet was found"),
    ],
    ids=["no zip", "nothing", "broken workbook", "broken sheet", "other table", "empty sheet"],
)
def test_what_is_no_sheet_of_goals_is_told(data: bytes, message: str) -> None:
    assert message in problems(read(data))[0]


def test_merged_cells_are_said_and_their_words_count_for_each_row() -> None:
    rows: Rows = [
        ["KPI", "Goal Type", "Weightage", "Score"],
        ["Calls", "Individual", 100, 1],
        ["Mails", None, None, 2],
        ["Visits", None, None, 3],
    ]

    def merge(book: Any) -> None:
        book["KPIs"].merge_cells("B2:B4")
        book["KPIs"].merge_cells("C2:C4")
        book["KPIs"].merge_cells("H9:H12")

    draft = read(workbook({"KPIs": rows}, merge))
    assert [card["subject"]["level"] for card in draft.document["metrics"].values()] == ["individual"] * 3
    assert remarks(draft) == [
        "merged cells (B2:B4, C2:C4): a word counts for each of their rows, a number once, in the first"
    ]
    assert "consequences" not in draft.document["metrics"]["calls"]


def test_formulas_without_a_result_are_said_with_their_cells(cli: Cli, tmp_path: Path) -> None:
    rows: Rows = [GOALS[0], ["Calls", 50, "=A1*2", 3], ["Mails", 50, "=A2*2", 4], ["Visits", "=1-1", None, 5]]
    (tmp_path / "k.xlsx").write_bytes(workbook({"KPIs": rows}))
    found = report(cli, ".")
    told = [n for n in found["notices"] if "formulas" in n["message"]]
    assert [(n["location"]["line"], n["location"]["column"], n["message"]) for n in told] == [
        *[(4, 2, "“Weightage” holds formulas without a result (B4): open and save the file in a spreadsheet program")],
        *[(2, 3, "“Target” holds formulas without a result (C2, C3): open and save the file in a spreadsheet program")],
    ]


def test_a_metric_on_two_sheets_is_one_and_what_differs_is_said() -> None:
    other: Rows = [GOALS[0], ["calls ", 50, 80, 3], ["Mails", 50, 70, 4]]
    draft = read(workbook({"Q1": GOALS, "Q2": other}))
    assert list(draft.document["metrics"]) == ["calls", "mails"]
    assert draft.document["metrics"]["calls"]["target"]["value"] == 60
    assert remarks(draft) == [
        '"Calls" stands on 2 sheets (Q1!A2, Q2!A2): the first is read, and what others say differently is left out: '
        "“Target” (Q2!C2)",
        '"Mails" stands on 2 sheets (Q1!A3, Q2!A3): it is one metric',
    ]


def test_rows_that_only_have_a_name_are_left_out_and_counted() -> None:
    draft = read(workbook({"KPIs": [*GOALS, ["Signature of the employee"], ["Date"]]}))
    assert list(draft.document["metrics"]) == ["calls", "mails"]
    assert remarks(draft) == ["2 rows have a name and nothing that it is held to, and is left out"]


def test_a_sheet_that_is_wrong_about_its_size_is_read_whole() -> None:
    data = workbook({"KPIs": GOALS})
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:D3"', b'ref="A1"')
    assert len(read(with_part(data, "xl/worksheets/sheet1.xml", sheet)).document["metrics"]) == 2


def test_a_cell_far_away_costs_nothing() -> None:
    def far(book: Any) -> None:
        book["KPIs"]["XFD1048576"] = "end"

    assert len(read(workbook({"KPIs": GOALS}, far)).document["metrics"]) == 2


def test_our_own_workbooks_are_left_to_the_adapter_for_cards(cli: Cli, tmp_path: Path) -> None:
    cli("template", "xlsx", "-o", "cards.xlsx")
    assert adapter_of(SourceFile("cards.xlsx", (tmp_path / "cards.xlsx").read_bytes(), explicit=True)) == "cards"
    (tmp_path / "metriclint.toml").write_text('[[sources]]\npaths = ["cards.xlsx"]\nadapter = "sheets"\n')
    ran = cli("check", ".")
    assert "this is a workbook of metriclint" in ran.out + ran.err


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("KPI;Weightage;Target\nZufriedenheit für alle;1;2\n".encode("cp1252"), "error: k.csv:2:16: not UTF-8"),
        ("KPI,Weightage,Target\nA,1,2\n".encode("utf-16"), "error: k.csv:1:1: this file is UTF-16"),
        (b'KPI,Weightage,Target\nA,"1,2\n', "error: k.csv:2:1: broken CSV"),
        (b"KPI,Weightage,Target\nA,1\0,2\n", "error: k.csv:2:1: "),
        (b"KPI,Weightage,Target\nA,1," + b"x" * 2_000_000, "error: k.csv:2:1: a line of 2,000,004 bytes"),
    ],
    ids=["cp1252", "utf-16", "open quote", "binary", "long line"],
)
def test_a_broken_csv_file_is_told_with_its_line(cli: Cli, tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "metriclint.toml").write_text('[[sources]]\npaths = ["k.csv"]\nadapter = "sheets"\n')
    assert message in refused(cli, tmp_path, data, "k.csv")


def test_a_quoted_cell_over_lines_keeps_the_places_right(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_text('\n\nKPI,Weightage,Target\n"First,\nlong one",1,5\nSecond,2,"maybe\nnot"\n')
    found = report(cli, ".")
    assert sorted({(f["metric"], f["location"]["line"]) for f in found["findings"]}) == [
        ("first-long-one", 4),
        ("second", 6),
    ]


MEASURED = """
import sys
from pathlib import Path
from metriclint.sources.adapter import SourceFile, adapter_of
from metriclint.sources.foreign import draft_of
file = SourceFile("big.csv", Path(sys.argv[1]).read_bytes())
assert adapter_of(file) == "sheets"
draft = draft_of(file, "sheets")
# Not by getrusage, which counts what the process that started this one held.
held = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(len(draft.document["metrics"]), len(draft.problems), int(held) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory of a process is told in other ways there")
def test_a_million_rows_stream(tmp_path: Path) -> None:
    """A hundred thousand people with ten goals each: ten metrics, and little memory."""
    file = tmp_path / "big.csv"
    with file.open("w") as out:
        out.write("Employee ID,Goal Title,Goal Weight,Target,Score\n")
        for person in range(100_000):
            out.writelines(f"{person},Goal number {'abcdefghij'[n]},10,{n * 5},3\n" for n in range(10))
    code = textwrap.dedent(MEASURED)
    ran = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    metrics, wrong, megabytes = map(int, ran.stdout.split())
    assert (metrics, wrong) == (10, 0)
    assert megabytes < 500


def test_too_many_goals_are_data() -> None:
    rows = csv_text([["KPI", "Weightage", "Target"], *([f"a{n}", 1, 2] for n in range(20_001))])
    assert problems(read(rows.encode(), "k.csv")) == ["more than 20,000 different goals: that is no list of metrics"]


def test_without_openpyxl_it_is_said_what_to_install(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "k.xlsx").write_bytes(workbook({"KPIs": APPRAISAL, "Scale": BANDS}))
    (tmp_path / "other.xlsx").write_bytes(workbook({"Data": [["a", "b"], [1, 2]]}))
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ((path, _, text),) = notices(json.loads(cli("check", ".", "--format", "json").out))
    assert (path, text.endswith("needs openpyxl: pip install 'metriclint[sources]'")) == ("k.xlsx", True)
    ran = cli("check", "k.xlsx")
    assert (ran.code, "pip install 'metriclint[sources]'" in ran.out + ran.err) == (2, True)


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(
        [*APPRAISAL[2][:5], *BANDS[0], "Goal Type", "isPrivate", "Parent Goal", "Owner", "50 %", "yes", "="]
    ),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6),
    st.dates(),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(CELLS, max_size=6), max_size=6), st.booleans())
def test_whatever_stands_in_the_cells_it_is_read_or_told(rows: list[list[Any]], headed: bool) -> None:
    given_rows = [APPRAISAL[2], *rows] if headed else rows
    for data, name in (
        (workbook({"S": given_rows}), "k.xlsx"),
        (csv_text([["" if v is None else v for v in row] for row in given_rows]).encode(), "k.csv"),
    ):
        draft = read(data, name)
        _, wrong = typed(draft.document, name)
        assert wrong == [] and located(wrong, draft.foreign) == []
        draft.foreign.spans(list(draft.foreign.places))
