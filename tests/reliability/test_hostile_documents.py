"""The audit pack of a project full of injections: what people open and send on holds texts and nothing else."""

import base64
import contextlib
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pikepdf
import pytest
import yaml
from audited import changed, packed
from cards import RANKED
from click.testing import CliRunner
from conftest import TODAY, Cli, Write
from injected import INJECTIONS, obeyed, rotation, write_project
from lxml import etree
from msgspec.structs import replace
from reported import Read, page_of
from test_hostile_outputs import ADDRESS, STARTS
from test_report_sarif import faults

from metriclint.audit.earlier import read_earlier
from metriclint.audit.pack import Pack
from metriclint.audit.responses import Answer, Responses, UnknownRow, responses_of, text_of
from metriclint.cli.app import app

FIELDS = {'TOC \\o "1-2" \\h \\z \\u', "SEQ Table \\* ARABIC", "PAGE", "NUMPAGES"}
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\x00-\x08\x0e-\x1f\x7f-\x9f]")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Made(NamedTuple):
    """A pack as the command writes it, and what it was made of."""

    folder: Path
    told: str
    pack: Pack

    @property
    def files(self) -> dict[str, bytes]:
        return {f.relative_to(self.folder).as_posix(): f.read_bytes() for f in self.folder.rglob("*") if f.is_file()}

    @property
    def addresses(self) -> set[str]:
        """What a pack may link to: the sources that rules of ours name."""
        return {c.url for c in self.pack.sources if c.url}


def answers(pack: Pack, start: int) -> Responses:
    """Responses with an injection in everything that can be written freely."""
    texts = iter(rotation(start) * 50)

    def answer() -> Answer:
        free = ("text", "owner", "rated_by", "confirmed_by", "closure_evidence", "notes")
        said: dict[str, Any] = {name: next(texts) for name in free}
        return Answer(decision="reject", due="2027-02-28", status="confirmed", final_rating="low", **said)

    rows = [UnknownRow(next(texts), 7, {next(texts): next(texts)})]
    return Responses(responses={f.key: answer() for f in pack.findings}, unknown_rows=rows)


@pytest.fixture(scope="module", params=STARTS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """One pack for each start; the client and the responses are injections too."""
    folder = tmp_path_factory.mktemp("hostile")
    write_project(folder, request.param)
    client = rotation(request.param)[3].replace("\x00", "")
    with contextlib.chdir(folder):
        told = answers(packed(), request.param)
        Path("answers.yaml").write_text(text_of(told), encoding="utf-8")
        options = ("--client", client, "--responses", "answers.yaml", "--today", TODAY)
        ran = CliRunner().invoke(app, ["audit", "--out", "pack", *options])
        assert ran.exit_code == 0, ran.output
        yield Made(folder / "pack", ran.output, replace(packed(responses=told), client=client))


@cache
def plain_page(folder: Path) -> Read:
    """The report on a project with harmless words where injections stood."""
    folder.mkdir()
    write_project(folder, 0)
    for file in folder.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        for number, nasty in enumerate(rotation(0)):
            text = text.replace(json.dumps(nasty), f'"plain {number}"')
            text = text.replace(json.dumps(nasty.translate({123: "(", 125: ")"}))[1:-1], f"plain {number}")
        file.write_text(text, encoding="utf-8")
    with contextlib.chdir(folder):
        first = packed()
        return Read(page_of(packed(responses=answers(first, 0))))


def test_what_an_audit_says_gives_no_orders(made: Made) -> None:
    assert obeyed(made.told) == []
    assert len(made.pack.findings) > 5


def test_the_report_in_a_browser(made: Made, tmp_path_factory: pytest.TempPathFactory) -> None:
    page = made.files["report.html"]
    read, plain = Read(page), plain_page(tmp_path_factory.getbasetemp() / "plain")
    assert set(read.elements) <= set(plain.elements)
    assert read.elements.count(("script",)) == 1
    assert {v for name, v in read.values if name == "href" and not v.startswith("#")} <= made.addresses
    assert [n for n, _ in read.values if n.startswith("on") or n in ("src", "srcset", "style", "action")] == []
    (policy,) = (v for name, v in read.values if name == "content" and v.startswith("default-src"))
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page.decode(), re.DOTALL)
        assert base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode() in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    shown = [t for around, t in read.texts if not set(around) & {"style", "script"}]
    assert [t for t in shown if UNSEEN.search(t)] == []
    assert "alert(1)" in " ".join(shown)


def test_the_report_in_word(made: Made) -> None:
    strict = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with zipfile.ZipFile(io.BytesIO(made.files["report.docx"])) as archive:
        names = archive.namelist()
        parts = {n: archive.read(n) for n in names if n.endswith((".xml", ".rels"))}
    assert [n for n in names if not re.fullmatch(r"[\w./\[\]-]+", n) or ".." in n or "vba" in n.lower()] == []
    assert {n.partition("/")[0] for n in names} <= {"[Content_Types].xml", "_rels", "docProps", "word", "customXml"}
    elements = set()
    for name, data in parts.items():
        root = etree.fromstring(data, strict)
        assert root.getroottree().docinfo.internalDTD is None
        elements |= {str(e.tag).rpartition("}")[2] for e in root.iter(etree.Element)}
        assert {" ".join((i.text or "").split()) for i in root.iter(f"{WORD}instrText")} <= FIELDS
        assert {f.get(f"{WORD}instr", "").strip() for f in root.iter(f"{WORD}fldSimple")} <= FIELDS
        assert not UNSEEN.search("".join(root.itertext()))
        if name.endswith(".rels"):
            outside = {r.get("Target") for r in root if r.get("TargetMode") == "External"}
            assert outside <= made.addresses
            aims = [str(r.get("Target")) for r in root if r.get("TargetMode") != "External"]
            assert [a for a in aims if not re.fullmatch(r"/?(\.\./)?[\w./-]+", a)] == []
    assert not elements & {"object", "OLEObject", "altChunk", "subDoc", "script", "attachedTemplate", "mailMerge"}


def test_the_report_as_pdf(made: Made, tmp_path: Path) -> None:
    data = made.files["report.pdf"]
    keys: set[str] = set()
    addresses: set[str] = set()
    with pikepdf.open(io.BytesIO(data)) as found:
        for thing in found.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                for each in [thing, *(v for v in thing.values() if isinstance(v, pikepdf.Dictionary))]:
                    keys |= set(each.keys()) | ({str(each["/S"])} if "/S" in each else set())
                    addresses |= {str(each["/URI"])} if "/URI" in each else set()
    forbidden = {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/OpenAction",
        "/AA",
        "/EmbeddedFiles",
        "/SubmitForm",
        "/GoToR",
        "/XFA",
    }
    assert keys & forbidden == set()
    assert addresses <= made.addresses
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext on PATH to read the words with: `.ci/system-tools` installs it (poppler-utils)")
    (tmp_path / "report.pdf").write_bytes(data)
    text = subprocess.run([reader, "-layout", "report.pdf", "-"], cwd=tmp_path, capture_output=True, check=True).stdout
    told = text.decode("utf-8").replace("\x0c", "\n")
    assert not UNSEEN.search(told)
    assert "alert(1)" in re.sub(r"\s", "", told.replace("\u200b", ""))


def texts_only(data: bytes) -> int:
    """The number of cells of a workbook, of which none counts, links or fetches anything."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            assert b"<f>" not in part and b"<f " not in part, name
            assert b"<hyperlink" not in part and b'TargetMode="External"' not in part, name
            assert "vba" not in name.lower() and "externalLink" not in name, name
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert [c.value for c in cells if c.data_type in ("f", "e")] == []
    assert [c.comment.text for c in cells if c.comment and UNSEEN.search(c.comment.text)] == []
    return len(cells)


def test_the_register_as_a_workbook_and_as_a_list(made: Made) -> None:
    assert texts_only(made.files["findings-register.xlsx"]) > 100
    rows = list(csv.reader(io.StringIO(made.files["data/register.csv"].decode("utf-8-sig"), newline="")))
    assert len(rows) == len(made.pack.findings) + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))] == []


def test_a_register_that_comes_back_hostile(cli: Cli, made: Made, tmp_path: Path) -> None:
    texts = [re.sub("[\x00-\x08\x0b-\x1f]", "", text) for text in INJECTIONS.values()]

    def written(sheet: Any) -> None:
        head = [cell.value for cell in sheet[1]]
        for row in range(2, sheet.max_row + 4):
            for column in ("Title", "Response text", "Action owner", "Closure evidence", "Notes"):
                cell = sheet.cell(row, head.index(column) + 1)
                cell.value = texts[(row * 5 + cell.column) % len(texts)]
                cell.data_type = "s"
        sheet.cell(1, len(head) + 1).value = texts[2]

    (tmp_path / "back.xlsx").write_bytes(changed(made.files["findings-register.xlsx"], written))
    shutil.copy(made.folder.parent / "answers.yaml", tmp_path / "responses.yaml")
    for more in ((), ("--prefer", "register"), ("--responses", "fresh.yaml")):
        ran = cli("responses", "import", "back.xlsx", "--confirmed-by", texts[5], "--today", TODAY, *more)
        assert ran.code == (0 if more else 1), ran.err
        assert obeyed(ran.out) == obeyed(ran.err) == []
    text = (tmp_path / "fresh.yaml").read_text(encoding="utf-8")
    assert [e for e in yaml.parse(text) if getattr(e, "tag", None) or getattr(e, "anchor", None)] == []
    said = responses_of(text, "fresh.yaml")
    assert len(said.responses) == len(made.pack.findings)
    assert len(said.unknown_rows) == 3


def test_the_data_of_a_pack(made: Made) -> None:
    read = read_earlier(made.folder, "pack", "2027-01-01")
    assert [f.title for f in read.findings] == [f.title for f in made.pack.findings]
    log = json.loads(made.files["data/findings.sarif"])
    assert faults(log) == []
    places = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in log["runs"][0]["results"]]
    assert all(ADDRESS.match(uri) and not uri.startswith(("/", "..", "javascript:")) for uri in places)
    manifest = json.loads(made.files["data/MANIFEST.json"])
    assert {*manifest["files"], "data/MANIFEST.json"} == set(made.files)
    assert json.loads(made.files["data/graph.json"])["projects"]
    copies = [name for name in made.files if name.startswith("data/inputs/")]
    assert copies
    assert all(name.endswith(".copy") for name in copies)


def test_copies_of_what_lies_above_stay_in_the_pack(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("cards/card.yaml", RANKED)
    (tmp_path / "below" / "deep").mkdir(parents=True)
    with contextlib.chdir(tmp_path / "below" / "deep"):
        ran = cli("audit", "../../cards/card.yaml", "--out", "pack", "--today", TODAY)
    assert ran.code == 0, ran.err
    names = sorted(f.relative_to(tmp_path).as_posix() for f in tmp_path.rglob("*.copy"))
    assert names == ["below/deep/pack/data/inputs/above/above/cards/card.yaml.copy"]
    assert sorted(f.name for f in (tmp_path / "below").rglob("*.*") if "pack" not in f.parts) == []


@pytest.mark.parametrize(
    "name", ["../up", "a/../../up", "x" * 300, "~/x", INJECTIONS["command"], INJECTIONS["terminal"]]
)
def test_a_pack_goes_where_it_is_asked_to_go_or_nowhere(cli: Cli, write: Write, tmp_path: Path, name: str) -> None:
    write("home/card.yaml", RANKED)
    (tmp_path / "home" / "a").mkdir()
    ran = cli("audit", "home", "--out", f"home/{name}", "--today", TODAY)
    assert obeyed(ran.out) == obeyed(ran.err) == []
    assert ran.code in (0, 2)
    if ran.code == 0:
        place = Path(f"{tmp_path}/home/{name}").resolve()
        assert (place / "report.html").is_file()
        shutil.rmtree(place)
    assert [p.name for p in tmp_path.iterdir()] == ["home"]
