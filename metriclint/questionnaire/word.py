"""The questionnaire as a form for Word, to print or to fill in on a screen. Needs python-docx."""

import io
import zipfile
from typing import Any

from metriclint.questionnaire.printed import INTRODUCTION, TITLE, Printed, printed
from metriclint.questionnaire.questions import Questionnaire

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Time of every part: the same form is the same file."""
_BOX = "☐"


def document(asked: Questionnaire | None = None) -> bytes:
    """The form as the bytes of a .docx. Raises ImportError without python-docx."""
    from docx import Document
    from docx.shared import Cm, Pt

    made = Document()
    made.core_properties.title = TITLE
    made.core_properties.author = "metriclint"
    made.core_properties.language = "en"
    for section in made.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.4)
    made.styles["Normal"].font.size = Pt(11)
    made.add_heading(TITLE, 0)
    made.add_paragraph(INTRODUCTION)
    for title, questions in printed(asked):
        made.add_heading(title, 1)
        for item in questions:
            _add(made, item)
    return _same_every_time(made)


def _add(made: Any, item: Printed) -> None:
    from docx.shared import Cm, Pt

    heading = made.add_heading(f"{item.number}. {item.question.ask}{' *' if item.question.short else ''}", 2)
    heading.paragraph_format.space_before = Pt(16)
    if item.condition:
        condition = made.add_paragraph()
        condition.add_run(item.condition).italic = True
        condition.paragraph_format.keep_with_next = True
    why = made.add_paragraph(item.question.why)
    why.paragraph_format.keep_with_next = True
    if item.question.examples:
        made.add_paragraph(f"For example: {'; '.join(item.question.examples)}").paragraph_format.keep_with_next = True
    if item.hint:
        hint = made.add_paragraph()
        hint.add_run(item.hint).italic = True
        hint.paragraph_format.keep_with_next = True
    for _ in range(item.lines):
        made.add_paragraph("_" * 60).paragraph_format.keep_with_next = bool(item.boxes)
    for box in item.boxes:
        line = made.add_paragraph(f"{_BOX}  {box}")
        line.paragraph_format.left_indent = Cm(0.6)
        line.paragraph_format.space_after = Pt(3)
        line.paragraph_format.keep_with_next = box is not item.boxes[-1]


def _same_every_time(made: Any) -> bytes:
    """The document without the time at which it was made."""
    written, result = io.BytesIO(), io.BytesIO()
    made.save(written)
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as after:
        for name in sorted(before.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            part = zipfile.ZipInfo(name, _FIRST_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(part, before.read(name))
    return result.getvalue()
