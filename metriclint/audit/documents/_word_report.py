"""The built-in layout of the Word report, put together."""

import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from docx.enum.section import WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION

from metriclint.audit.documents._blocks import Block, Chapter, FindingHead
from metriclint.audit.documents._chapters import paged
from metriclint.audit.documents._word_blocks import Writer
from metriclint.audit.documents._word_layout import contents, cover_page, dress, new_document, same_every_time
from metriclint.audit.documents._word_numbering import Numbering
from metriclint.audit.pack import Pack


def word_report(pack: Pack) -> bytes:
    """The document. The same pack gives the same bytes."""
    report = paged(pack)
    made = new_document(report.cover, pack.as_of)
    ids = {b.id for b in report.blocks if isinstance(b, FindingHead)}
    writer = Writer(ids, Numbering(made), lambda url: made.part.relate_to(url, RELATION.HYPERLINK, is_external=True))
    written = [(wide, [e for b in part for e in writer.write(b)]) for wide, part in _parts(report.blocks)]
    dress(made, made.sections[0], report.cover, first=True, wide=False)
    _add(made, [*cover_page(report.cover), *contents(writer.contents)])
    before = False
    for wide, elements in written:
        if wide != before:
            section = made.add_section(WD_SECTION.NEW_PAGE)
            section.different_first_page_header_footer = False
            dress(made, section, report.cover, first=False, wide=wide)
            before = wide
        _add(made, elements)
    out = io.BytesIO()
    made.save(out)
    return same_every_time(out.getvalue())


def _parts(blocks: Sequence[Block]) -> Iterator[tuple[bool, list[Block]]]:
    """Blocks that stand on pages of the same direction."""
    wide, turned = False, []
    for block in blocks:
        wide = block.wide if isinstance(block, Chapter) else wide
        turned.append((wide, block))
    for wide, group in groupby(turned, key=lambda pair: pair[0]):
        yield wide, [block for _, block in group]


def _add(made: Any, elements: Sequence[Any]) -> None:
    end = made.element.body.sectPr
    for element in elements:
        end.addprevious(element)
