"""The layout of the built-in Word report: styles, pages, header and footer, contents."""

import datetime
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from metriclint.audit.documents._blocks import Cover
from metriclint.audit.documents._word import (
    ACCENT,
    FAINT,
    INK,
    LINE,
    NAVY,
    RATINGS,
    WIDE,
    WIDTH,
    cell,
    el,
    field,
    linked,
    paragraph,
    row,
    run,
    said,
    shares,
    table,
)

FONT, MONO = "Arial", "Courier New"
"""On every machine with Word, and with letters of the same width where there is LibreOffice."""
_STYLES: tuple[tuple[str, str, float, float, float], ...] = (
    ("Cell", "Normal", 8.5, 0, 0),
    ("Gap", "Normal", 2, 0, 0),
    ("After", "Normal", 4, 0, 4),
    ("Code", "Normal", 8, 4, 8),
    ("Note", "Normal", 9.5, 0, 4),
    ("Opinion", "Normal", 17, 2, 4),
    ("OptionHead", "Normal", 9.5, 8, 1),
    ("Option", "Normal", 9.5, 0, 2),
    ("OptionDetail", "Normal", 8.5, 0, 1),
    ("CoverTitle", "Normal", 32, 6, 6),
    ("CoverClient", "Normal", 17, 0, 24),
    ("ContentsTitle", "Normal", 18, 0, 12),
)
"""Our styles: name, what it rests on, size and space before and after in points."""


def new_document(cover: Cover, as_of: str) -> Any:
    """An empty document with its styles and properties."""
    made = empty_document()
    day = datetime.datetime.fromisoformat(as_of)
    core = made.core_properties
    core.title, core.author, core.last_modified_by = f"{cover.title}, {cover.client}"[:250], cover.tool, cover.tool
    core.language, core.subject, core.comments, core.keywords = "en-GB", cover.title, cover.draft, ""
    core.created = core.modified = day
    core.revision = 1
    _styles(made)
    for section in made.sections:
        _page(section)
    made.element.body.clear_content()
    return made


def empty_document() -> Any:
    """A document without text, and without what the default of python-docx brings for Word 2010 alone."""
    made = docx.Document()
    for relations in (made.part.rels, made.part.package.rels):
        for name in [key for key, r in relations.items() if r.reltype.endswith(("/thumbnail", "/stylesWithEffects"))]:
            del relations[name]
    for setting in made.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    return made


def _styles(made: Any) -> None:
    styles = made.styles
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    defaults.find(qn("w:lang")).set(qn("w:val"), "en-GB")
    _font(styles["Normal"], 9.5, INK)
    _space(styles["Normal"], 0, 5)
    styles["Normal"].paragraph_format.line_spacing = 1.08
    for name, rest, size, before, after in _STYLES:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles[rest]
        _font(style, size, FAINT if name in ("Note", "CoverClient") else INK)
        _space(style, before, after)
    for number, size, color, before, after in ((1, 18, NAVY, 0, 10), (2, 12.5, NAVY, 14, 6), (3, 9.5, ACCENT, 8, 2)):
        style = styles[f"Heading {number}"]
        _font(style, size, color, bold=True)
        _space(style, before, after)
    styles["Heading 1"].paragraph_format.page_break_before = True
    for name in ("Header", "Footer"):
        _font(styles[name], 8, FAINT)
    _font(styles["Caption"], 8.5, FAINT)
    _space(styles["Caption"], 6, 3)
    styles["Caption"].font.bold = False
    styles["Caption"].paragraph_format.keep_with_next = True
    for name in ("List Bullet", "List Number"):
        _space(styles[name], 0, 3)
        styles[name].element.pPr.remove(styles[name].element.pPr.find(qn("w:contextualSpacing")))
    for name in ("Opinion", "CoverTitle", "ContentsTitle"):
        _font(styles[name], styles[name].font.size.pt, NAVY, bold=True)
    for name, left in (("OptionHead", 4), ("Option", 4), ("OptionDetail", 4)):
        styles[name].paragraph_format.left_indent = Mm(left)
        styles[name].element.get_or_add_pPr().insert_element_before(
            el("w:pBdr", el("w:left", val="single", sz=12, space=8, color=LINE)), "w:shd", "w:spacing", "w:ind"
        )
    styles["Code"].font.name = MONO
    mono = styles.add_style("Mono", WD_STYLE_TYPE.CHARACTER)
    mono.font.name, mono.font.size = MONO, Pt(8)
    for level, left, before in ((1, 0, 6), (2, 5, 1)):
        style = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.element.styleId = f"TOC{level}"
        style.base_style = styles["Normal"]
        _font(style, 10 if level == 1 else 9, INK, bold=level == 1)
        _space(style, before, 1)
        style.paragraph_format.left_indent = Mm(left)
        style.element.get_or_add_pPr().insert_element_before(
            el("w:tabs", el("w:tab", val="right", leader="dot", pos=WIDTH)), "w:spacing", "w:ind"
        )


def _font(style: Any, size: float, color: str, *, bold: bool | None = None) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor.from_string(color)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), FONT)
    if bold is not None:
        style.font.bold = bold


def _space(style: Any, before: float, after: float) -> None:
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _page(section: Any, *, wide: bool = False) -> None:
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Mm(22) if not wide else Mm(24.5)
    section.top_margin, section.bottom_margin = Mm(26), Mm(22)
    section.header_distance = section.footer_distance = Mm(11)


# Header and footer


def dress(made: Any, section: Any, cover: Cover, *, first: bool, wide: bool) -> None:
    """Header with the draft mark and footer with page numbers for a section; the first page says only DRAFT."""
    _page(section, wide=wide)
    width = WIDE if wide else WIDTH
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    running = f"{cover.title}, {cover.client}"[:100]
    left = [run(running, color=FAINT, size=8)]
    _only(section.header, _sides(width, left, _marks(cover)), cover.draft)
    pages = [run("Page ", color=FAINT), *field("PAGE", "1"), run(" of ", color=FAINT), *field("NUMPAGES", "1")]
    _only(section.footer, _sides(width, [run(f"As of {cover.as_of}", color=FAINT)], pages), "")
    if first:
        section.different_first_page_header_footer = True
        section.first_page_header.is_linked_to_previous = section.first_page_footer.is_linked_to_previous = False
        _only(section.first_page_header, paragraph("Header", *_marks(cover)), cover.draft)
        _only(section.first_page_footer, paragraph("Footer"), "")


def _marks(cover: Cover) -> list[Any]:
    return [run(cover.draft, bold=True, color=RATINGS["high"], size=8)] if cover.draft else []


def _sides(width: int, left: Sequence[Any], right: Sequence[Any]) -> Any:
    made = paragraph("Header", *left, el("w:r", el("w:tab")), *right)
    stops = (("clear", 4320), ("clear", 4680), ("clear", 8640), ("clear", 9360), ("right", width))
    made.pPr.append(el("w:tabs", *(el("w:tab", val=kind, pos=place) for kind, place in stops)))
    return made


def _only(part: Any, made: Any, draft: str) -> None:
    """Put one paragraph in a header or footer, with the watermark of a draft."""
    element = part._element
    for child in list(element):
        element.remove(child)
    element.append(made)
    if draft:
        made.append(parse_xml(_WATERMARK))


_WATERMARK = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w10="urn:schemas-microsoft-com:office:word"><w:pict>'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
    '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>'
    '<v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" '
    'fitshape="t"/></v:shapetype><v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" '
    'alt="Watermark: draft" style="position:absolute;margin-left:0;margin-top:0;width:440pt;height:165pt;rotation:308;'
    "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#f1f4f8" '
    'stroked="f"><v:textpath style="font-family:&quot;Arial&quot;;font-weight:bold" string="DRAFT"/>'
    '<w10:wrap anchorx="margin" anchory="margin"/></v:shape></w:pict></w:r>'
)


# The first pages


def cover_page(cover: Cover) -> list[Any]:
    """The elements of the first page."""
    draft = run(f"\u00a0\u00a0{cover.draft}\u00a0\u00a0", bold=True, color="FFFFFF", size=10.5)
    draft.rPr.append(el("w:shd", val="clear", color="auto", fill=RATINGS["high"]))
    widths = shares((24, 76), WIDTH)
    rows = [
        row(
            cell(widths[0], paragraph("Cell", run(term, bold=True, color=NAVY, size=9.5))),
            cell(widths[1], paragraph("Cell", *said(text, size=9.5))),
        )
        for term, text in cover.facts
    ]
    air = {"before": 3400, "after": 120}
    return [
        paragraph("Normal", run("Audit pack", bold=True, color=ACCENT, size=12), spacing=air),
        paragraph("CoverTitle", run(cover.title)),
        paragraph("CoverClient", run(cover.client)),
        paragraph("Normal", *([draft] if cover.draft else []), spacing={"after": 3600}),
        table(widths, rows, title="About this document", description="Two columns: a term, and what it is."),
    ]


def contents(entries: Sequence[tuple[int, str, str]]) -> list[Any]:
    """The table of contents as a field. Until Word works it out, it lists the headings as links, without pages."""
    title = paragraph("ContentsTitle", run("Contents"), pageBreakBefore={})
    listed = [(level, text, name) for level, text, name in entries if level < 3]
    made = []
    for number, (level, text, name) in enumerate(listed):
        made.append(paragraph(f"TOC{level}", linked(name, run(text))))
        if number == 0:
            opening = field('TOC \\o "1-2" \\h \\z \\u', "", dirty=True)[:3]
            for offset, part in enumerate(opening):
                made[0].insert(1 + offset, part)
    made.append(paragraph("Normal", el("w:r", el("w:fldChar", fldCharType="end"))))
    return [title, *made]


def same_every_time(data: bytes) -> bytes:
    """A document with its parts in order and without the time at which it was written."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as after:
        for name in sorted(before.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(part, before.read(name))
    return result.getvalue()
