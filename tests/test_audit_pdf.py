"""``report.pdf``: tags, outline, letters, and what people wrote, read back with pikepdf and pypdf."""

import io
import re
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pypdf
import pytest
from msgspec.structs import replace
from paged import HOSTILE, hostile, rendered, small

from metriclint.audit.documents import pdf
from metriclint.audit.pack import Confirmation, Pack, PathNode


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return small(tmp_path_factory.mktemp("audited"))


@pytest.fixture(scope="module")
def report(pack: Pack) -> bytes:
    return rendered("pdf", pack)


@pytest.fixture(scope="module")
def opened(report: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(report)) as found:
        yield found


@pytest.fixture(scope="module")
def reader(report: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(report))


def elements(node: Any) -> Iterator[Any]:
    """All elements of a tree of tags."""
    kids = node.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def told(data: bytes) -> str:
    """All words, with the places where a line ends taken out."""
    pages = [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(data)).pages]
    return "".join("".join(pages).replace("\u200b", "").split())


def plain(text: str) -> str:
    return "".join(text.split())


def test_it_is_tagged_and_says_so(opened: pikepdf.Pdf, pack: Pack) -> None:
    root = opened.Root
    assert root.MarkInfo.Marked
    assert root.StructTreeRoot.Type == "/StructTreeRoot"
    assert root.Lang == "en-GB"
    assert root.ViewerPreferences.DisplayDocTitle
    with opened.open_metadata() as meta:
        assert meta["pdfuaid:part"] == "1"
        assert meta["dc:title"] == f"{pack.title}, {pack.client}"


def test_headings_tables_lists_and_figures_are_tags(opened: pikepdf.Pdf, pack: Pack) -> None:
    found = Counter(str(e.S) for e in elements(opened.Root.StructTreeRoot))
    assert found["/H1"] == 14  # chapters and "Contents"
    assert found["/H2"] >= len(pack.findings)
    assert found["/H3"] >= 8 * len(pack.findings)
    assert found["/Figure"] == sum(1 for f in pack.findings if f.path.nodes) > 0
    assert min(found[t] for t in ("/Table", "/THead", "/TH", "/TD", "/L", "/LI", "/Caption", "/TOC", "/Link")) > 0
    assert found["/Table"] == len(pack.findings) + 6


def test_every_figure_has_the_path_as_alternative_text(opened: pikepdf.Pdf, pack: Pack) -> None:
    alts = [str(e.Alt) for e in elements(opened.Root.StructTreeRoot) if str(e.S) == "/Figure"]
    assert alts == [f.path.text for f in pack.findings if f.path.nodes]


def test_the_checks_of_pdf_ua_that_need_no_java_pass(report: bytes, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(report)
    assert list(pdfua.validate(str(file)).findings) == []


def test_the_outline_leads_to_chapters_and_findings(reader: pypdf.PdfReader, pack: Pack) -> None:
    def titles(items: Any) -> Iterator[str]:
        for item in items:
            if isinstance(item, list):
                yield from titles(item)
            else:
                yield item.title

    found = list(titles(reader.outline))
    assert "1 Executive summary" in [" ".join(t.split()) for t in found]
    assert [t.split()[0] for t in found if t.startswith("F-")] == [f.id for f in pack.findings]


def test_every_page_is_numbered_and_says_draft(reader: pypdf.PdfReader, pack: Pack) -> None:
    count = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        words = page.extract_text()
        assert pack.draft_notice in words
        assert number == 1 or f"Page {number} of {count}" in words
    assert [p.mediabox.width > p.mediabox.height for p in reader.pages].count(True) >= 1


def test_a_confirmed_pack_is_no_draft(pack: Pack) -> None:
    done = Confirmation(status="confirmed", confirmed=True, by="lead-auditor", on=pack.as_of)
    final = replace(pack, draft=False, draft_notice="", findings=[replace(f, confirmation=done) for f in pack.findings])
    words = told(rendered("pdf", final))
    assert "DRAFT" not in words
    assert plain("Final: every finding is confirmed by an auditor") in words


def test_all_that_a_finding_says_is_there(report: bytes, pack: Pack) -> None:
    words = told(report)
    for f in pack.findings:
        for text in (f.condition, f.cause.text, f.options_words, f.evidence[0].quote, *f.limits):
            assert plain(text) in words
        for form in (f"Response of the organisation to {f.id}", f"Confirmation of {f.id} by the auditor"):
            assert plain(form) in words


def test_the_executive_summary_is_one_page(reader: pypdf.PdfReader) -> None:
    pages = [p.extract_text() for p in reader.pages]
    first = next(n for n, p in enumerate(pages) if "Overall opinion, proposed" in p)
    assert "Objective, scope and limitations" in pages[first + 1]


def test_all_letters_are_embedded_and_come_with_the_package(reader: pypdf.PdfReader) -> None:
    fonts = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            kid = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in kid["/FontDescriptor"] or "/FontFile3" in kid["/FontDescriptor"]
            fonts.add(re.sub(r"^/\w+\+", "", kid["/BaseFont"]))
    assert fonts <= {
        *(f"SourceSansPro-{face}" for face in ("Regular", "It", "Semibold", "Bold")),
        "DejaVuSansMono",
        "LibertinusSerif-Regular",
    }


def test_the_same_pack_gives_the_same_bytes(pack: Pack, report: bytes) -> None:
    assert rendered("pdf", pack) == report
    created = pypdf.PdfReader(io.BytesIO(report)).metadata
    assert created is not None and created.creation_date is not None
    assert created.creation_date.date().isoformat() == pack.as_of


def test_nothing_is_fetched(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refused)
    assert "@preview" not in pdf.source().decode()
    assert rendered("pdf", replace(pack, findings=pack.findings[:1])).startswith(b"%PDF")


@pytest.mark.parametrize("turn", range(0, len(HOSTILE), 3))
def test_texts_stay_texts_wherever_they_stand(pack: Pack, turn: int) -> None:
    bad = hostile(pack, turn)
    data = rendered("pdf", bad)
    found = pypdf.PdfReader(io.BytesIO(data))
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]
    links = [a.get_object() for p in found.pages for a in p.get("/Annots", [])]
    addresses = {a["/A"]["/URI"] for a in links if "/A" in a and "/URI" in a["/A"]}
    assert addresses <= {"https://example.org/x"}


def test_code_of_other_formats_is_printed_as_it_was_written(pack: Pack) -> None:
    texts = (*HOSTILE[:4], HOSTILE[9])
    found = [
        replace(pack.findings[0], id=f"F-{n:03}", condition=f"Begin {t} end", title=t) for n, t in enumerate(texts, 1)
    ]
    words = told(rendered("pdf", replace(pack, findings=found)))
    for text in texts:
        assert plain(f"Begin {text} end") in words


def test_letters_without_a_font_are_named_on_the_first_page(pack: Pack) -> None:
    data = rendered("pdf", replace(pack, client="Firm \u1362\u0f44", findings=[]))
    first = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert "Firm" in first
    shown = "\u1362" in first and "\u0f44" in first
    assert shown or re.search(r"stands for a letter that no font at hand has \(U\+", " ".join(first.split()))


def test_a_path_in_a_joined_script_is_drawn_without_a_picture(pack: Pack) -> None:
    first = next(f for f in pack.findings if f.path.nodes)
    node = PathNode("عدد المكالمات", "metric", "", "m.yaml:1", True)
    text = "عدد المكالمات → leads to → bonus"
    other = replace(first, path=replace(first.path, nodes=[node, first.path.nodes[-1]], text=text))
    with pikepdf.open(io.BytesIO(rendered("pdf", replace(pack, findings=[other])))) as opened:
        assert [str(e.Alt) for e in elements(opened.Root.StructTreeRoot) if str(e.S) == "/Figure"] == [text]


def test_a_long_answer_goes_on_to_the_next_page(pack: Pack) -> None:
    f = pack.findings[0]
    long = replace(f, response=replace(f.response, decision="accept", text="We look at it. " * 190 + "The last word."))
    assert plain("The last word.") in told(rendered("pdf", replace(pack, findings=[long])))
