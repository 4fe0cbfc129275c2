"""``report.docx`` from a firm's own Word template: the sample, and templates that are wrong or mean harm."""

import io
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from conftest import ROOT, Cli, Write
from docx.oxml.ns import qn
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator
from paged import HOSTILE, hostile, rendered, small

from metriclint.audit.documents import DocumentError
from metriclint.audit.documents._house_fields import fields
from metriclint.audit.pack import AlsoReported, EarlierFinding, InputFile, Pack

SAMPLE = ROOT / "docs" / "house-template.docx"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return small(tmp_path_factory.mktemp("audited"))


def template(*texts: str, head: str = "{{ draft_notice }}", needed: bool = True) -> bytes:
    """A template of paragraphs, with what every template has to have."""
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = head
    must = (
        *("{%p for l in scope.limitations %}", "{{ l }}", "{%p endfor %}"),
        *("{%p for f in findings %}", "{{ f.id }}: {{ f.title }}", "{%p endfor %}"),
    )
    for text in (*texts, *(must if needed else ())):
        made.add_paragraph(text)
    return saved(made)


def saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A document with another content of a part; a part that is not there begins empty."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        names = before.namelist()
        for name in [*names, *([] if part in names else [part])]:
            content = before.read(name) if name in names else b""
            after.writestr(name, change(content) if name == part else content)
    return out.getvalue()


def told(data: bytes) -> str:
    return "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)


def refused(pack: Pack, data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        rendered("docx", pack, data)
    message = str(caught.value)
    assert message.startswith("house.docx")
    assert len(message) < 300
    return message


def test_the_sample_in_the_docs_is_the_one_that_its_script_writes() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import house_template
    finally:
        sys.path.remove(str(ROOT / "docs"))
    with (
        zipfile.ZipFile(io.BytesIO(house_template.template())) as fresh,
        zipfile.ZipFile(io.BytesIO(SAMPLE.read_bytes())) as stored,
    ):
        for part in ("word/document.xml", "word/header1.xml", "word/footer1.xml", "word/styles.xml"):
            assert fresh.read(part) == stored.read(part), "run python docs/house_template.py"


def test_what_stands_at_the_right_of_the_sample_ends_at_its_margin() -> None:
    made = docx.Document(io.BytesIO(SAMPLE.read_bytes()))
    section = made.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    for name in ("Header", "Footer"):
        assert max(stop.position for stop in made.styles[name].paragraph_format.tab_stops) <= width + 635


def test_the_sample_is_filled_in(pack: Pack, tmp_path: Path) -> None:
    data = rendered("docx", pack, SAMPLE.read_bytes())
    made = docx.Document(io.BytesIO(data))
    headings = [p.text for p in made.paragraphs if p.style.name == "Heading 2"]
    assert [h.split(":")[0] for h in headings if h.startswith("F-")] == [f.id for f in pack.findings]
    assert pack.draft_notice in made.sections[0].header.paragraphs[0].text
    assert made.core_properties.title == f"{pack.title}, {pack.client}"
    counts, metrics = made.tables
    assert [row.cells[0].text for row in counts.rows] == ["Rating", *(c.rating for c in pack.executive.counts)]
    assert [row.cells[0].text for row in metrics.rows] == ["Metric", *(m.title for m in pack.metrics)]
    for f in pack.findings:
        for text in (f.condition, f"Hypothesis: {f.cause.text}", "Potential: ", f.path.text, "no response yet"):
            assert text in told(data)
    assert "{{" not in told(data) and "{%" not in told(data)
    file = tmp_path / "house.docx"
    file.write_bytes(data)
    assert OpenXmlValidator().validate(file).errors == []


def test_the_same_pack_and_template_give_the_same_bytes(pack: Pack) -> None:
    sample = SAMPLE.read_bytes()
    assert rendered("docx", pack, sample) == rendered("docx", pack, sample)


@pytest.mark.parametrize("turn", range(0, len(HOSTILE), 3))
def test_texts_stay_texts_in_a_template(pack: Pack, turn: int, tmp_path: Path) -> None:
    bad = hostile(pack, turn)
    data = rendered("docx", bad, SAMPLE.read_bytes())
    file = tmp_path / "house.docx"
    file.write_bytes(data)
    assert OpenXmlValidator().validate(file).errors == []
    assert not list(docx.Document(io.BytesIO(data)).element.body.iter(qn("w:instrText")))


def test_angle_brackets_and_braces_are_printed_as_they_were_written(pack: Pack) -> None:
    for text in ("P&L <5 days", "{{ 7*7 }}", "{% for x in y %}", "<w:p/>"):
        made = told(rendered("docx", replace(pack, client=text), template("for {{ client }}!")))
        assert f"for {text}!" in made


def test_a_word_template_file_is_taken_as_well(pack: Pack) -> None:
    dotx = changed(
        template("{{ client }}"), "[Content_Types].xml", lambda c: c.replace(b"document.main+xml", b"template.main+xml")
    )
    assert pack.client in told(rendered("docx", pack, dotx))


# Wrong templates


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ cleint }}", "there is no field “cleint”; did you mean “client”?"),
        ("{{ executive.overal }}", "there is no field “overal”; did you mean “overall”?"),
        ("{% for f in findings %}{{ f.condtion }}{% endfor %}", "no field “condtion”; did you mean “condition”?"),
        ("{% if nothing %}x{% endif %}", "there is no field “nothing”"),
        ("{% for f in findings %}{{ f.waiver.id }}{% endfor %}", "no field “id”: it is empty here"),
        ("{{ client", "is not closed, near “{{ client”"),
        ("{{ client }", "is not closed"),
        ("{{ client + }}", "unexpected"),
        ("{% for f in findings %}{{ f.id }}", "Unexpected end of template"),
        ("{{ client|shout }}", "No filter named 'shout'"),
    ],
)
def test_a_field_that_is_not_there_is_named(pack: Pack, text: str, message: str) -> None:
    assert message in refused(pack, template(text))


def test_what_a_draft_has_to_say_cannot_be_left_out(pack: Pack) -> None:
    assert "put {{ draft_notice }} into the header" in refused(pack, template(head="Example Advisers"))
    assert "list scope.limitations" in refused(pack, template("{{ client }}", needed=False))
    listed = template("{%p for l in scope.limitations %}", "{{ l }}", "{%p endfor %}", needed=False)
    assert f"findings are missing ({pack.findings[0].id}" in refused(pack, listed)


def test_a_loop_across_a_table_is_refused_and_not_repaired_away(pack: Pack) -> None:
    made = docx.Document(io.BytesIO(template()))
    made.add_table(1, 1).cell(0, 0).text = "{% for f in findings %}{{ f.id }}"
    made.add_paragraph("{% endfor %} end")
    assert "{%tr" in refused(pack, saved(made))


# Templates that mean harm


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ client.__class__ }}",
        "{{ client['__class__'] }}",
        "{{ client|attr('__class__') }}",
        "{{ findings|map(attribute='__class__')|join }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ lipsum(n=1000000) }}",
        "{{ 'a'.format(1) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'a'|center(1000000000) }}",
        "{{ client|safe }}",
        "{% autoescape false %}{{ client }}{% endautoescape %}",
        "{% include '/etc/passwd' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ findings.append(1) }}",
        "{{ client.upper() }}",
        "{% set x = findings.clear() %}",
        "{% for i in range(1000000) %}x{% endfor %}",
    ],
)
def test_code_in_a_template_is_refused(pack: Pack, text: str) -> None:
    refused(pack, template(text))


def test_a_template_that_makes_too_much_stops(pack: Pack) -> None:
    loops = "".join(f"{{% for f{n} in rules %}}" for n in range(6)) + "x" * 500 + "{% endfor %}" * 6
    assert "too much text" in refused(pack, template(loops))


def with_field(code: str) -> bytes:
    made = docx.Document(io.BytesIO(template()))
    paragraph = made.add_paragraph()
    for part in code.split("|"):
        run = paragraph.add_run()._r
        run.append(run.makeelement(qn("w:instrText"), {}))
        run[-1].text = part
    return saved(made)


def external(kind: str) -> bytes:
    link = f'<Relationship Id="rId99" Type="http://x/{kind}" Target="http://x.test/a" TargetMode="External"/>'
    return changed(
        template(),
        "word/_rels/document.xml.rels",
        lambda c: c.replace(b"</Relationships>", f"{link}</Relationships>".encode()),
    )


def test_templates_that_run_or_fetch_something_are_refused(pack: Pack) -> None:
    assert "no macros" in refused(pack, changed(template(), "word/vbaProject.bin", lambda _: b"x"))
    assert "no macros" in refused(pack, changed(template(), "word/embeddings/oleObject1.bin", lambda _: b"x"))
    macro = changed(
        template(),
        "[Content_Types].xml",
        lambda c: c.replace(
            b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
            b"vnd.ms-word.document.macroEnabled.main",
        ),
    )
    assert "can hold macros" in refused(pack, macro)
    assert "from elsewhere" in refused(pack, external("attachedTemplate"))
    assert "from elsewhere" in refused(pack, external("image"))
    assert "a field DDE" in refused(pack, with_field('DDE|AUTO c:\\\\windows "x"'))
    assert "a field INCLUDETEXT" in refused(pack, with_field("INCLUDETEXT /etc/passwd"))
    assert rendered("docx", pack, external("hyperlink"))
    assert rendered("docx", pack, with_field("PAGE"))


def test_files_that_are_no_template_are_refused(pack: Pack) -> None:
    assert "is no Word document" in refused(pack, b"PK\x03\x04 broken")
    assert "is no Word document" in refused(pack, b"")
    assert "is no Word document" in refused(pack, rendered("register", pack))
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert "does not write" in refused(pack, changed(template(), "word/document.xml", lambda c: entity + c))
    assert "cannot be filled in" in refused(pack, changed(template(), "word/document.xml", lambda c: c[:-40]))
    assert "too large" in refused(pack, bomb())


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(101_000_000))
    return out.getvalue()


# The command


def test_the_command_uses_the_template_and_keeps_the_earlier_pack_where_it_is_wrong(
    cli: Cli, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    small(tmp_path)
    for name, data in (("house.docx", SAMPLE.read_bytes()), ("wrong.docx", template("{{ cleint }}"))):
        (tmp_path / name).write_bytes(data)
    asked = ("audit", "metrics.yaml", "--out", "pack", "--today", "2026-11-25")
    assert cli(*asked, "--template", "house.docx").code == 0
    before = {f: f.read_bytes() for f in Path("pack").rglob("*") if f.is_file()}
    assert b"Example Advisers" in zipfile.ZipFile("pack/report.docx").read("word/header1.xml")
    again = cli(*asked, "--template", "wrong.docx", "--previous", "pack", "--force")
    assert again.code == 2
    assert "wrong.docx: there is no field “cleint”" in again.err
    assert {f: f.read_bytes() for f in Path("pack").rglob("*") if f.is_file()} == before


def test_the_docs_list_every_field(pack: Pack) -> None:
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    table = page[page.index("| Field | ") : page.index("A template has to have `draft_notice`")]
    listed = set(re.findall(r"`(\w+)`", table))
    f = pack.findings[0]
    was = EarlierFinding(f.id, f.title, f.metric_title, "new", "open", "high", "high", "no response", "Still there.")
    same = [AlsoReported("rule", "R1", "It says the same.", "m.yaml:1", "ml1:0")]
    read = replace(pack.reproducibility, inputs=[InputFile("m.yaml", "data/inputs/m.yaml", "0" * 64, 1)])
    whole = replace(pack, findings=[replace(f, also=same) for f in pack.findings], earlier=[was], reproducibility=read)
    assert listed == names(fields(whole))


def names(value: Any) -> set[str]:
    """Names of all fields in a value. Lists count by their first record; all kinds of records are in the pack."""
    if isinstance(value, dict):
        return set(value) | {n for item in value.values() for n in names(item)}
    return {n for item in value for n in names(item)} if isinstance(value, list) else set()
