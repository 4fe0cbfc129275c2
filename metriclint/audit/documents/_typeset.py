"""Setting a page with Typst: fonts that are installed along, and what to do about letters that none of them has."""

import datetime
import importlib.resources
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst

from metriclint.audit.documents import DocumentError

_FACES = ("Regular", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt")
"""Of Source Sans Pro; symbols come from the fonts inside Typst."""
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_PROBE = b"""
#set document(title: "probe")
#set text(lang: "en", font: ("Source Sans Pro", "Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"))
#for letter in json(bytes(sys.inputs.report)) { par(letter) }
"""
_BOX = "\u25a1"
"""Stands for a letter that no font has."""


def typeset(source: bytes, report: dict[str, Any], day: datetime.datetime) -> bytes:
    """The PDF of a template and its data. Where letters are missing, ``report["cover"]["facts"]`` gets a line."""
    with tempfile.TemporaryDirectory(prefix="metriclint-fonts-") as folder:
        _put_fonts(Path(folder))
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
        missing = _unknown(set("".join(_texts(report))), fonts, day)
        if missing:
            fonts = typst.Fonts(include_system_fonts=True, font_paths=[folder])
            report = _boxed(report, _unknown(missing, fonts, day))
        try:
            return _compiled(source, report, fonts, day)
        except typst.TypstError as error:
            raise DocumentError(f"report.pdf cannot be made: {error.message}") from error


def _put_fonts(folder: Path) -> None:
    """The fonts in a folder of their own: their package has each one twice, and the order of files would decide."""
    files = importlib.resources.files("font_source_sans_pro") / "files"
    for face in _FACES:
        name = f"SourceSansPro-{face}.ttf"
        (folder / name).write_bytes((files / name).read_bytes())


def _compiled(source: bytes, data: Any, fonts: typst.Fonts, day: datetime.datetime) -> bytes:
    # No package is ever asked for; where one were, this folder has none.
    compiler = typst.Compiler(source, font_paths=fonts, package_path="", package_cache_path="")
    made = compiler.compile(
        format="pdf", pdf_standards=["ua-1"], timestamp=day, sys_inputs={"report": json.dumps(data, ensure_ascii=False)}
    )
    assert isinstance(made, bytes)
    return made


def _unknown(letters: set[str], fonts: typst.Fonts, day: datetime.datetime) -> set[str]:
    """The letters that none of the fonts has."""
    asked = sorted(c for c in letters if not c.isascii())
    try:
        _compiled(_PROBE, asked, fonts, day)
    except typst.TypstError as error:
        found = _MISSING.findall(error.diagnostic)
        if not found:
            raise
        return set("".join(_ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) for text in found))
    return set()


def _boxed(report: dict[str, Any], missing: set[str]) -> dict[str, Any]:
    if not missing:
        return report
    names = ", ".join(f"U+{ord(c):04X}" for c in sorted(missing)[:8])
    more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
    words = f"{_BOX} stands for a letter that no font at hand has ({names}{more}); report.html and report.docx have it"
    made: dict[str, Any] = _replaced(report, str.maketrans(dict.fromkeys(missing, _BOX)))
    made["cover"]["facts"].append(["Letters", words])
    return made


def _replaced(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return {key: _replaced(item, table) for key, item in value.items()}
    return [_replaced(item, table) for item in value] if isinstance(value, list | tuple) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
