"""The register of findings as a workbook and as CSV."""

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from audited import CARDS, WAIVER, packed, register
from conftest import Write
from msgspec.structs import replace

from metriclint.audit.data import data_files, safe
from metriclint.audit.pack import Pack
from metriclint.audit.register import COLUMNS, cell_text, rows

OFFICE = shutil.which("soffice")
HOSTILE = (
    "=cmd()",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "a\u202eb",
    "😀",
    "x" * 40_000,
    "https://example.org/",
    "_x0041_",
    "mailto:a@example.org",
)
EXACT = (
    "ID · Fingerprint · State · Rating proposed · Rating final · Confidence · Kind · Rule · Metric · Owner role · Title"
    " · Condition · Criteria · Cause (hypothesis?) · Potential effect · Path · Evidence (file:line) · Recommendation "
    "options · Response decision · Response text · Action owner · Due date · Status · Closure evidence · Waiver id · "
    "Waiver expiry · First seen · Last seen · Notes"
)


@pytest.fixture
def pack(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    write("metrics.yaml", CARDS)
    write("waivers.yaml", WAIVER)
    return packed("metrics.yaml", "waivers.yaml")


def opened(pack: Pack) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(register(pack)))


def hostile(pack: Pack) -> Pack:
    """The pack with texts that a spreadsheet could take for more than texts."""
    first = pack.findings[0]
    found = [replace(first, id=f"F-{n:03}", title=t, condition=t, metric_title=t) for n, t in enumerate(HOSTILE, 1)]
    row = replace(pack.metrics[0], title=HOSTILE[0], owner_role=HOSTILE[3])
    return replace(pack, client=HOSTILE[0], findings=found, metrics=[row])


def test_sheets_and_columns_are_the_agreed_ones(pack: Pack) -> None:
    book = opened(pack)
    assert book.sheetnames == ["Read me", "Findings", "Metrics", "Paths", "Waivers", "Lists"]
    assert [cell.value for cell in book["Findings"][1]] == EXACT.split(" · ")


def test_the_workbook_is_ready_to_work_with(pack: Pack) -> None:
    sheet = opened(pack)["Findings"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:AC{len(pack.findings) + 1}"
    lists = {str(d.sqref): d.formula1 for d in sheet.data_validations.dataValidation if d.type == "list"}
    last = len(pack.findings) + 1
    assert lists == {
        f"E2:E{last}": "Lists!$A$2:$A$6",
        f"S2:S{last}": "Lists!$B$2:$B$4",
        f"W2:W{last}": "Lists!$C$2:$C$7",
    }


def test_lists_hold_what_the_drop_downs_offer(pack: Pack) -> None:
    sheet = opened(pack)["Lists"]
    for column, number in (("A", 5), ("B", 3), ("C", 6)):
        offered = [sheet[f"{column}{n}"].value for n in range(2, number + 2)]
        named = next(c for c in COLUMNS if c.name == sheet[f"{column}1"].value)
        assert tuple(offered) == named.choices


def test_the_same_pack_gives_the_same_bytes(pack: Pack) -> None:
    assert register(pack) == register(pack)


def test_texts_stay_texts(pack: Pack) -> None:
    book = opened(hostile(pack))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    titles = [book["Findings"].cell(n, 11).value for n in range(2, len(HOSTILE) + 2)]
    assert titles[:6] == list(HOSTILE[:6])
    assert titles[6] == "a b"
    assert len(titles[8]) == 32_000
    assert titles[10] == "_x0041_"


def test_the_parts_of_the_workbook_have_no_formula_and_no_link(pack: Pack) -> None:
    with zipfile.ZipFile(io.BytesIO(register(hostile(pack)))) as archive:
        sheets = [archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/")]
        assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_empty_pack_has_a_register_too(pack: Pack) -> None:
    sheet = opened(replace(pack, findings=[], metrics=[], accepted=[]))["Findings"]
    assert sheet.max_row == 1


def test_waivers_and_paths_have_sheets_of_their_own(pack: Pack) -> None:
    book = opened(pack)
    waived = [cell.value for cell in book["Waivers"][2]]
    assert waived[0] == "waivers.yaml:3"
    assert waived[-2:] == ["2027-01-31", "67"]
    steps = [[c.value for c in row] for row in book["Paths"].iter_rows(min_row=2)]
    assert steps[0][0] == "F-001"
    assert len(steps) == sum(len(f.path.nodes) for f in pack.findings)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", " =1", "\n=1"])
def test_a_csv_cell_never_begins_like_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_the_csv_register_has_the_rows_of_the_workbook(pack: Pack, tmp_path: Path) -> None:
    from metriclint.audit.checked import Checked
    from metriclint.sources.load import load

    bad = hostile(pack)
    data = data_files(bad, Checked(load(["metrics.yaml"]), "2026-11-25", Path()))["data/register.csv"]
    found = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert found[1:] == [[safe(cell_text(v)) for v in row] for row in rows(bad)]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in found[1:] for cell in row)


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice here")
def test_libreoffice_reads_every_row(pack: Pack, tmp_path: Path) -> None:
    assert OFFICE
    (tmp_path / "register.xlsx").write_bytes(register(pack))
    sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [OFFICE, profile, "--headless", "--convert-to", sheet, "--outdir", str(tmp_path), "register.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    (file,) = tmp_path.glob("*.csv")
    found = list(csv.reader(io.StringIO(file.read_text("utf-8"), newline="")))
    assert [row[0] for row in found[1:]] == [f.id for f in pack.findings]
    assert found[0] == EXACT.split(" · ")
