"""Writes ``docs/house-template.docx``: a sample of a firm's own Word template for ``metriclint audit --template``.

Run it after a change here: ``python docs/house_template.py``. Firms begin with the sample and change it in Word.
"""

import datetime
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt, RGBColor

from metriclint.audit.documents._word import field, paragraph
from metriclint.audit.documents._word_layout import empty_document, same_every_time

PAGE = Path(__file__).parent / "house-template.docx"
_GREEN = RGBColor(0x14, 0x53, 0x2D)


def template() -> bytes:
    """The sample."""
    made = empty_document()
    core = made.core_properties
    core.title, core.author, core.comments = "{{ title }}, {{ client }}", "Example Advisers", ""
    core.created = core.modified = datetime.datetime(2026, 1, 1)
    for name, size in (("Normal", 10), ("Title", 28), ("Heading 1", 18), ("Heading 2", 13), ("Heading 3", 11)):
        style = made.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        if name != "Normal":
            style.font.color.rgb = _GREEN
            style.element.rPr.rFonts.attrib.clear()
            style.font.name = "Arial"
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    for name in ("Header", "Footer"):
        # The tabs of the style end right of the margin, where some programs drop what follows.
        tabs = made.styles[name].paragraph_format.tab_stops
        tabs.clear_all()
        tabs.add_tab_stop(Mm(80), WD_TAB_ALIGNMENT.CENTER)
        tabs.add_tab_stop(Mm(160), WD_TAB_ALIGNMENT.RIGHT)
    section.header.paragraphs[0].text = "Example Advisers\t\t{{ draft_notice }}"
    foot = section.footer.paragraphs[0]
    foot.text = "{{ client }}, as of {{ as_of }}\t\tPage "
    for run in field("PAGE", "1"):
        foot._p.append(run)
    for style, text in _TEXTS:
        made.add_paragraph(text, style=style)
        if text == "In short":
            _counts(made)
    made.element.body.sectPr.addprevious(paragraph("Normal"))
    _inventory(made)
    out = io.BytesIO()
    made.save(out)
    return same_every_time(out.getvalue())


_TEXTS: Sequence[tuple[str, str]] = (
    ("Title", "{{ title }}"),
    ("Subtitle", "{{ client }}, as of {{ as_of }}"),
    ("Normal", "{%p if draft %}"),
    ("Intense Quote", "{{ draft_notice }}"),
    ("Normal", "{%p endif %}"),
    ("Normal", "Classification: {{ classification }}. Distribution: {{ distribution }}."),
    ("Heading 1", "In short"),
    ("Normal", "{{ executive.overall_text }}"),
    ("Normal", "{%p for sentence in executive.sentences %}"),
    ("List Bullet", "{{ sentence }}"),
    ("Normal", "{%p endfor %}"),
    ("Heading 2", "First things to do"),
    ("Normal", "{%p for action in executive.actions %}"),
    ("List Number", "{{ action.text }} {{ action.because }}"),
    ("Normal", "{%p endfor %}"),
    ("Heading 1", "Scope and limitations"),
    ("Normal", "{{ scope.objective }}"),
    ("Normal", "{%p for limitation in scope.limitations %}"),
    ("List Bullet", "{{ limitation }}"),
    ("Normal", "{%p endfor %}"),
    ("Heading 1", "Findings"),
    ("Normal", "{%p for f in findings %}"),
    ("Heading 2", "{{ f.id }}: {{ f.title }}"),
    ("Normal", "Rating: {{ f.rating.words }}. State: {{ f.history.state }}. Metric: {{ f.metric_title or 'none' }}."),
    ("Heading 3", "Criteria"),
    ("Normal", "{{ f.criteria_words }}"),
    ("Heading 3", "Condition"),
    ("Normal", "{{ f.condition }}"),
    ("Normal", "{%p for e in f.evidence %}"),
    ("List Bullet", "{{ e.place }}: {{ e.quote }}"),
    ("Normal", "{%p endfor %}"),
    ("Heading 3", "Cause and effect"),
    ("Normal", "{{ f.cause.text }}"),
    ("Normal", "{{ f.effect.text }}"),
    ("Normal", "Path: {{ f.path.text }}"),
    ("Heading 3", "Options"),
    ("Normal", "{%p for o in f.options %}"),
    ("List Bullet", "{{ o.letter }}: {{ o.text }} ({{ 'proven' if o.proven else 'not proven' }}; {{ o.cost }})"),
    ("Normal", "{%p endfor %}"),
    ("Normal", "{{ f.options_words }} Do not act on it where this holds: {{ f.ignore_when }}"),
    ("Heading 3", "Response"),
    ("Normal", "Decision: {{ f.response.decision }}"),
    ("Normal", "Answer: {{ f.response.text }}"),
    ("Normal", "Action owner (role): {{ f.response.action_owner }}"),
    ("Normal", "Due date: {{ f.response.due }}"),
    ("Normal", "{%p if f.waiver %}"),
    ("Normal", "Accepted until {{ f.waiver.expires }}: {{ f.waiver.reason }}"),
    ("Normal", "{%p endif %}"),
    ("Normal", "{%p endfor %}"),
    ("Heading 1", "How to get the same pack again"),
    ("Normal", "{{ reproducibility.tool }}, rule set {{ reproducibility.ruleset }}: {{ reproducibility.command }}"),
    ("Heading 1", "Metrics that were looked at"),
)


def _counts(made: Any) -> None:
    _table(made, ("Rating", "Findings", "Confirmed"), "c in executive.counts", ("c.rating", "c.count", "c.confirmed"))


def _inventory(made: Any) -> None:
    _table(
        made,
        ("Metric", "Owner (role)", "Findings"),
        "m in metrics",
        ("m.title", "m.owner_role", "m.findings|join(', ')"),
    )


def _table(made: Any, head: Sequence[str], loop: str, values: Sequence[str]) -> None:
    """A table with a row for each turn of a loop: the rows around it hold the loop and go away."""
    made_ = made.add_table(rows=0, cols=len(head), style="Light Grid Accent 3")
    for texts in (head, (f"{{%tr for {loop} %}}",), [f"{{{{ {v} }}}}" for v in values], ("{%tr endfor %}",)):
        for cell, text in zip(made_.add_row().cells, texts, strict=False):
            cell.text = text


if __name__ == "__main__":
    PAGE.write_bytes(template())
