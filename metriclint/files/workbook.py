"""Opening workbooks of others: values of cells, with everything that is hostile or cannot be read refused in words."""

import contextlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

_LARGEST = 200_000_000
"""Bytes of a workbook when unpacked, above which it is refused."""
_PARTS = 5_000
_BEGINNING = 2_000
_OLE = b"\xd0\xcf\x11\xe0"
MISSING = "reading workbooks needs openpyxl: pip install 'metriclint[sources]'"


class WorkbookError(Exception):
    """Raised where a workbook cannot be opened; the message says why and what to do."""


def open_workbook(data: bytes, *, values: bool = True, stream: bool = True, largest: int = _LARGEST) -> "Workbook":
    """A workbook from its bytes. Raises WorkbookError.

    ``values``: what formulas came to when the file was saved, else the formulas. ``stream`` reads row by row and keeps
    nothing; without it cells, comments and styles can be changed. ``largest`` is how many bytes it may unpack to.
    Macros are never run and not kept.
    """
    try:
        import openpyxl
    except ImportError:
        raise WorkbookError(MISSING) from None
    _refuse_bombs(data, largest)
    try:
        return openpyxl.load_workbook(io.BytesIO(data), read_only=stream, data_only=values, keep_links=False)
    except Exception as error:
        # openpyxl raises whatever the broken part makes it stumble over.
        raise WorkbookError(f"this workbook is damaged and cannot be read ({type(error).__name__})") from error


def _refuse_bombs(data: bytes, largest: int) -> None:
    if data.startswith(_OLE):
        raise WorkbookError(
            "this workbook is encrypted or in the old .xls format: save it as .xlsx, without a password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise WorkbookError("this is no .xlsx workbook, whatever its name says") from error
    # A part never gives more bytes than it declares: zipfile stops reading there.
    if sum(part.file_size for part in parts) > largest or len(parts) > _PARTS:
        size = f"{largest // 1_000_000} MB"
        raise WorkbookError(f"this workbook unpacks to more than {size}: that is data, not a list of metrics")
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookError("this workbook is encrypted: save it without a password")
    if any(map(_defines_words, _beginnings(data))):
        # Entities that stand for one another can grow without end.
        raise WorkbookError("this workbook holds XML that defines its own words: no spreadsheet program writes that")


def _beginnings(data: bytes) -> Iterator[bytes]:
    """The first bytes of each part; a broken one is told when it is read."""
    broken = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for part in packed.infolist():
            with contextlib.suppress(*broken), packed.open(part) as opened:
                yield opened.read(_BEGINNING)


def _defines_words(beginning: bytes) -> bool:
    # Of UTF-16 the second bytes are zeros.
    return b"<!DOCTYPE" in beginning.replace(b"\0", b"")
