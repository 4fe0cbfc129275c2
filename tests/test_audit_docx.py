"""``report.docx`` in the built-in layout, read back with python-docx and opened by LibreOffice."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator
from paged import HOSTILE, hostile, rendered, small

from metriclint.audit.documents._text import PARAGRAPH, TITLE, line, paragraph, unticked
from metriclint.audit.pack import Confirmation, Pack

OFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return small(tmp_path_factory.mktemp("audited"))


@pytest.fixture(scope="module")
def report(pack: Pack) -> bytes:
    return rendered("docx", pack)


@pytest.fixture(scope="module")
def made(report: bytes) -> Any:
    return docx.Document(io.BytesIO(report))


def faults(data: bytes, tmp_path: Path) -> list[str]:
    """What Word would find wrong with a document."""
    file = tmp_path / "checked.docx"
    file.write_bytes(data)
    return [e.description for e in OpenXmlValidator().validate(file).errors]


def headings(made: Any, level: int) -> list[str]:
    return [p.text for p in made.paragraphs if p.style.name == f"Heading {level}"]


def text_of(made: Any) -> str:
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in made.element.body.iter(qn("w:p")))


def codes(element: Any) -> list[str]:
    return [(i.text or "").strip() for i in element.iter(qn("w:instrText"))]


def test_chapters_stand_in_the_order_of_an_audit_report(made: Any) -> None:
    assert headings(made, 1) == [
        "Executive summary",
        "Objective, scope and limitations",
        "Inventory of metrics",
        "Summary of findings",
        "Findings in detail",
        "Good practice observed",
        "Accepted risks",
        "Status of earlier findings",
        "Method and reproducibility",
        "Rules that were asked",
        "Ratings and overall opinion",
        "Sources of criteria",
        "Terms",
    ]


def test_every_finding_has_all_of_its_elements(made: Any, pack: Pack) -> None:
    assert [h.split("  ")[0] for h in headings(made, 2) if h.startswith("F-")] == [f.id for f in pack.findings]
    labels = headings(made, 3)
    for words in ("Criteria: what should be", "Condition: what is", "Design cause (hypothesis)"):
        assert labels.count(words) == len(pack.findings)
    told = text_of(made)
    for f in pack.findings:
        for text in (f.condition, f.cause.text, f.options_words, f.ignore_when, f.evidence[0].quote, *f.limits):
            assert unticked(text) in told


def test_the_table_of_contents_is_a_field_that_lists_the_headings_until_word_updates_it(made: Any) -> None:
    body = made.element.body
    assert 'TOC \\o "1-2" \\h \\z \\u' in codes(body)
    begins = [c for c in body.iter(qn("w:fldChar")) if c.get(qn("w:fldCharType")) == "begin"]
    assert begins[0].get(qn("w:dirty")) == "true"
    entries = [p for p in body.iter(qn("w:p")) if _style(p) in ("TOC1", "TOC2")]
    assert len(entries) == len(headings(made, 1)) + len(headings(made, 2))
    marks = {b.get(qn("w:name")) for b in body.iter(qn("w:bookmarkStart"))}
    aims = {h.get(qn("w:anchor")) for h in body.iter(qn("w:hyperlink")) if h.get(qn("w:anchor"))}
    assert aims <= marks
    for kind in ("begin", "separate", "end"):
        assert sum(1 for c in body.iter(qn("w:fldChar")) if c.get(qn("w:fldCharType")) == kind) == len(codes(body))


def _style(element: Any) -> str:
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else style.get(qn("w:val"))


def test_every_table_has_a_description_and_long_ones_repeat_their_head(made: Any, pack: Pack) -> None:
    tables = list(made.element.body.iter(qn("w:tbl")))
    for table in tables:
        looks = table.find(qn("w:tblPr"))
        assert looks.find(qn("w:tblCaption")).get(qn("w:val"))
        assert looks.find(qn("w:tblDescription")).get(qn("w:val"))
    captions = [p.text for p in made.paragraphs if p.style.name == "Caption"]
    assert [c.split(":")[0] for c in captions] == [f"Table {n}" for n in range(1, len(captions) + 1)]
    heads = [t for t in tables if t.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
    assert len(heads) == len(captions) == codes(made.element.body).count("SEQ Table \\* ARABIC")


def test_a_path_is_drawn_with_words_and_its_alternative_text_is_the_path(made: Any, pack: Pack) -> None:
    told = {
        t.find(qn("w:tblPr")).find(qn("w:tblCaption")).get(qn("w:val")): t for t in made.element.body.iter(qn("w:tbl"))
    }
    drawn = [f for f in pack.findings if f.path.nodes]
    assert drawn
    for f in drawn:
        table = told[f"Path of {f.id}"]
        assert table.find(qn("w:tblPr")).find(qn("w:tblDescription")).get(qn("w:val")) == f.path.text
        words = " ".join(t.text or "" for t in table.iter(qn("w:t")))
        for node in f.path.nodes:
            assert node.title in words and node.verb in words
    assert not made.inline_shapes


def test_every_page_says_draft_and_has_its_number(made: Any, pack: Pack) -> None:
    assert [s.orientation for s in made.sections] == [0, 1, 0]
    for section in made.sections:
        assert pack.draft_notice in section.header.paragraphs[0].text
        assert "PowerPlusWaterMarkObject" in section.header._element.xml
        assert codes(section.footer._element) == ["PAGE", "NUMPAGES"]
    first = made.sections[0]
    assert first.different_first_page_header_footer
    assert pack.draft_notice in first.first_page_header.paragraphs[0].text


def test_a_confirmed_pack_is_no_draft(pack: Pack) -> None:
    done = Confirmation(status="confirmed", confirmed=True, by="lead-auditor", on=pack.as_of)
    final = replace(pack, draft=False, draft_notice="", findings=[replace(f, confirmation=done) for f in pack.findings])
    data = rendered("docx", final)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = b"".join(archive.read(n) for n in archive.namelist() if n.endswith(".xml"))
    assert b"DRAFT" not in parts
    assert b"Final: every finding is confirmed" in parts


def test_the_response_box_shows_what_was_answered_and_leaves_room_for_the_rest(made: Any, pack: Pack) -> None:
    forms = [t for t in made.tables if t.cell(0, 0).text.startswith("Response of the organisation")]
    assert len(forms) == len(pack.findings)
    assert forms[0].cell(1, 1).text.replace("\xa0", " ").split() == [
        "☐",
        "accept",
        "☐",
        "accept",
        "with",
        "modification",
        "☐",
        "reject",
    ]
    answered = replace(
        pack.findings[0],
        response=replace(
            pack.findings[0].response, decision="accept", text="By spring.", action_owner="head-of-service"
        ),
    )
    again = docx.Document(io.BytesIO(rendered("docx", replace(pack, findings=[answered]))))
    form = next(t for t in again.tables if t.cell(0, 0).text.startswith("Response of the organisation"))
    assert form.cell(1, 1).text.startswith("☒\xa0accept")
    assert form.cell(2, 1).text == "By spring."


def test_the_file_knows_its_title_language_and_day(made: Any, pack: Pack) -> None:
    core = made.core_properties
    assert core.title == f"{pack.title}, {pack.client}"
    assert core.language == "en-GB"
    assert core.created.date().isoformat() == core.modified.date().isoformat() == pack.as_of


def test_the_same_pack_gives_the_same_bytes(pack: Pack, report: bytes) -> None:
    assert rendered("docx", pack) == report
    with zipfile.ZipFile(io.BytesIO(report)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


def test_word_opens_it_without_repair(report: bytes, pack: Pack, tmp_path: Path) -> None:
    assert faults(report, tmp_path) == []
    assert faults(rendered("docx", replace(pack, findings=[], metrics=[], good=[], accepted=[])), tmp_path) == []


@pytest.mark.parametrize("turn", range(0, len(HOSTILE), 3))
def test_texts_stay_texts_wherever_they_stand(pack: Pack, turn: int, tmp_path: Path) -> None:
    bad = hostile(pack, turn)
    data = rendered("docx", bad)
    assert faults(data, tmp_path) == []
    again = docx.Document(io.BytesIO(data))
    told = text_of(again)
    assert paragraph(bad.findings[0].condition).replace("\n", "") in told.replace("\n", "")
    assert line(bad.findings[0].title, TITLE) in told
    assert not any(c in told for c in "\u202e\u2066\u200f\x07\x0c")
    assert set(codes(again.element.body)) == {'TOC \\o "1-2" \\h \\z \\u', "SEQ Table \\* ARABIC"}


def test_a_long_text_is_shortened_and_says_so() -> None:
    assert paragraph("x" * 10_000) == "x" * (PARAGRAPH - 1) + "…"
    assert line("wordy " * 2_000, 20) == "wordy wordy wordy w…"


def converted(data: bytes, tmp_path: Path) -> Path:
    """The document as LibreOffice prints it."""
    assert OFFICE
    (tmp_path / "report.docx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "report.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    return tmp_path / "report.pdf"


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice here")
def test_libreoffice_prints_all_pages(report: bytes, pack: Pack, tmp_path: Path) -> None:
    import pypdf

    pages = [p.extract_text() for p in pypdf.PdfReader(converted(report, tmp_path)).pages]
    assert len(pages) > len(pack.findings) + 6
    assert all("DRAFT" in p for p in pages)
    assert f"Page 2 of {len(pages)}" in pages[1]
    for f in pack.findings:
        assert any(f"Response of the organisation to {f.id}" in p for p in pages)
