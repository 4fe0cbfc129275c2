"""Lists in CSV and JSON Lines: places, forms of the file, and files that are too long, broken or hostile."""

import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from conftest import Cli, Write
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.files.positions import Span
from metriclint.model.mapping import Mapping, TableForm
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft
from metriclint.sources.lists.record_lists import read_list
from metriclint.sources.lists.records import MOST
from metriclint.sources.lists.tables import cell_place, csv_records, json_lines
from metriclint.sources.load import load

MAPPING = Mapping(mapping=1, title="A list", fields={"name": "n", "unit": "u"})


def table(text: str | bytes, form: TableForm | None = None) -> tuple[list[dict[str, object]], Draft]:
    draft = Draft("list.csv")
    data = text if isinstance(text, bytes) else text.encode()
    return [dict(r.value) for r in csv_records(SourceFile("list.csv", data), form or TableForm(), draft)], draft


def told(draft: Draft) -> list[tuple[int, str]]:
    places = [(place, problem.message) for problem, place in draft.problems]
    places += [(remark.place, remark.message) for remark in draft.remarks]
    return [(place.line, message) for place, message in places if isinstance(place, Span)]


def test_a_finding_points_at_the_cell(write: Write, cli: Cli) -> None:
    write("metriclint.toml", '[[sources]]\npaths = ["*.csv"]\nmapping = "./m.yaml"\n')
    write(
        "m.yaml",
        """
        mapping: 1
        title: A list
        fields: {name: KPI, target: Goal, consequences.kind: {from: Pay, values: {"yes": bonus}}}
        """,
    )
    write("kpis.csv", 'Note,KPI,Goal,Pay\n"two\nlines, and ""more""",Tickets closed,at least 40,yes\n')
    found = json.loads(cli("check", "--format", "json").out)["findings"]
    places = {(f["location"]["line"], f["location"]["column"]) for f in found}
    assert places == {(3, 22)}
    ran = cli("import", "kpis.csv")
    assert "# read from kpis.csv:3:37\n      type: threshold" in ran.out
    assert "# read from kpis.csv:3:49\n      - kind: bonus" in ran.out


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(sign: str) -> None:
    rows, _ = table(f'n{sign}"a,b;c"{sign}u\r\nx{sign}1{sign}  days \r\n{sign}{sign}\r\n\r\n')
    assert rows == [{"n": "x", "a,b;c": "1", "u": "days"}]


def test_a_header_may_stand_below_a_title_and_begin_with_a_mark() -> None:
    rows, _ = table("﻿Figures of the year\n\n\nn,u\nx,days\n", TableForm(header_row=3))
    assert rows == [{"n": "x", "u": "days"}]
    rows, _ = table("﻿n,u\nx,days\n")
    assert rows == [{"n": "x", "u": "days"}]


def test_columns_without_or_of_one_name_and_rows_that_are_too_long_are_told() -> None:
    rows, draft = table("n,,n,u\nx,1,2,days,more,still\ny\n")
    assert rows == [{"n": "x", "u": "days"}, {"n": "y"}]
    assert told(draft) == [
        (1, 'a second column is called "n": it is left out'),
        (2, "this row has 6 cells and the header 4: what is over is left out"),
    ]


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"n,u\nx,\xff\n", 2, "not UTF-8 (byte 0xff)"),
        ("n,u\n".encode("utf-16"), 1, "UTF-16"),
        (b'n,u\n"x,days\ny,z\n', 2, "broken CSV"),
        (b"n,u\nx," + b"y" * 2_000_000, 2, "a line of 2,000,002 bytes"),
        (b"n,u\nx," + b'"' + b"y\n" * 200_000 + b'"', 2, "broken CSV"),
    ],
)
def test_a_broken_file_is_told_with_its_line(data: bytes, line: int, says: str) -> None:
    rows, draft = table(data)
    ((at, message),) = told(draft)
    assert rows == []
    assert at == line and says in message


def test_empty_files_are_told_and_no_error() -> None:
    for name, data in (("a.csv", b""), ("a.csv", b"n,u\n"), ("a.jsonl", b"\n")):
        draft = Draft(name)
        reading = read_list(SourceFile(name, data), MAPPING, draft)
        assert reading is not None and reading.taken == 0
        assert [message for _, message in told(draft)] == ["the file has no rows"]


@pytest.mark.parametrize("number", [0, 1, 2, 3, 9])
@pytest.mark.parametrize("row", ['a,bb,"c,c",d\n', '"x\ny",2,"",z\r\n', "a,b,c,d", ",,,\n"])
def test_the_place_of_a_cell_is_where_its_text_is(row: str, number: int) -> None:
    lines = row.splitlines(keepends=True)
    span = cell_place(lines, 5, number, ",")
    assert 5 <= span.line <= 4 + len(lines)
    assert 1 <= span.column <= len(lines[span.line - 5]) + 1
    assert (span.end_line, span.end_column) > (span.line, span.column)


def test_lines_of_json_have_places_and_faults_too(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", '[[sources]]\npaths = ["*.jsonl"]\nmapping = "./m.yaml"\n')
    write("m.yaml", "mapping: 1\ntitle: x\nfields: {name: a.n, target: t}\n")
    write("list.jsonl", '{"a": {"n": "x"}, "t": "at least 5"}\n\n7\n{"a": {"n": "y"}, "t": "or so"}\n')
    loaded = load(["."], tmp_path)
    (project,) = loaded.projects
    foreign = project.foreign[str(tmp_path / "list.jsonl")] if project.foreign.keys() - {"list.jsonl"} else None
    foreign = foreign or project.foreign["list.jsonl"]
    routes = [("metrics", "x", "target", "value"), ("metrics", "y", "target", "value")]
    assert {r[1]: (s.line, s.column) for r, s in foreign.spans(routes).items()} == {"x": (1, 19), "y": (4, 19)}
    assert any("no JSON object" in message for message, _ in project.remarks)
    draft = Draft("list.jsonl")
    assert json_lines(SourceFile("list.jsonl", b'{"n": 1}\n{"n": \n'), draft) == []
    assert told(draft)[0][0] == 2 and told(draft)[0][1].startswith("broken JSON")


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "yaml"])
def test_a_list_that_is_too_long_is_refused_at_the_record(suffix: str) -> None:
    rows = MOST + 1
    text = {
        "csv": "n,u\n" + "x,1\n" * rows,
        "jsonl": '{"n": "x"}\n' * rows,
        "json": "[" + ",\n".join(['{"n": "x"}'] * rows) + "]",
        "yaml": "- {n: x}\n" * rows,
    }[suffix]
    name = f"list.{suffix}"
    draft = Draft(name)
    assert read_list(SourceFile(name, text.encode()), MAPPING, draft) is None
    ((problem, place),) = draft.problems
    assert problem.message.startswith("more than 20,000 records")
    (span,) = draft.foreign.spans({("x",)}) and [_span(draft, place)]
    assert span.line == MOST + (2 if suffix == "csv" else 1)


def _span(draft: Draft, place: object) -> Span:
    draft.foreign.places["here",] = place  # type: ignore[assignment]
    return draft.foreign.spans({("here",)})["here",]


def test_as_many_records_as_are_taken_are_taken_even_of_one_name() -> None:
    draft = Draft("list.csv")
    reading = read_list(SourceFile("list.csv", b"n,u\n" + b"x,1\n" * MOST), MAPPING, draft)
    assert reading is not None and reading.taken == MOST
    assert len(draft.document["metrics"]) == MOST


ROWS = int(os.environ.get("METRICLINT_ROWS", "200000"))


def test_a_long_table_is_refused_without_reading_it_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metriclint.sources.lists.tables.MOST", 2_000)
    peaks = []
    for rows in (3_000, ROWS):
        data = b"n,u\n" + b"A number of the area,at least 5 % of the cases that were closed in time\n" * rows
        draft = Draft("list.csv")
        file = SourceFile("list.csv", data)
        tracemalloc.start()
        read_list(file, MAPPING, draft)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert draft.problems
    # What is read are the records that are taken, whatever comes behind them.
    assert peaks[1] < 1.1 * peaks[0] < 4_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="memory of a process is told in other units there")
def test_a_check_of_a_very_long_table_stays_small(write: Write, tmp_path: Path) -> None:
    rows = max(ROWS, 200_000)
    write("metriclint.toml", '[[sources]]\npaths = ["*.csv"]\nmapping = "./m.yaml"\n')
    write("m.yaml", "mapping: 1\ntitle: x\nfields: {name: n}\n")
    with (tmp_path / "list.csv").open("w", encoding="utf-8") as file:
        file.write("n,u\n")
        for number in range(rows):
            file.write(f"A number of the area {number},at least 5 % of the cases that were closed in time\n")
    code = (
        # Not by getrusage, which counts what the process that started it held.
        "import sys\nfrom metriclint.cli.app import app\ntry:\n    app(['check'])\n"
        "except SystemExit as end:\n    held = open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]\n"
        "    print(end.code, held)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    ended, kilobytes = map(int, ran.stdout.split())
    assert ended == 2
    assert f"list.csv:{MOST + 2}:1: more than 20,000 records" in ran.stderr
    assert kilobytes < 500_000


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), suffix=st.sampled_from(["csv", "jsonl", "json", "yaml"]))
def test_any_bytes_are_read_or_told(data: bytes, suffix: str) -> None:
    name = f"list.{suffix}"
    draft = Draft(name)
    read_list(SourceFile(name, b"n,u\n" + data if suffix == "csv" else data), MAPPING, draft)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.lists(st.text(alphabet='ab,;"\n\r\t |', max_size=6), max_size=4), max_size=4))
def test_any_cells_are_read_or_told(rows: list[list[str]]) -> None:
    draft = Draft("list.csv")
    text = "n,u,v\n" + "\n".join(",".join(row) for row in rows)
    reading = read_list(SourceFile("list.csv", text.encode()), MAPPING, draft)
    for route in list(draft.foreign.places) if reading is not None else ():
        assert draft.foreign.spans({route})[route].line >= 1
