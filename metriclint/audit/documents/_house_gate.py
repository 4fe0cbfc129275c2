"""What a Word template of somebody else may bring: text and looks. Nothing that runs, and nothing from elsewhere."""

import io
import re
import zipfile

from metriclint.audit.documents import DocumentError

_MOST_PARTS, _MOST_BYTES = 2000, 100_000_000
_TYPES = "[Content_Types].xml"
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_RUNS = re.compile(r"vbaProject|vbaData|activeX|oleObject|/embeddings/|/afchunk", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_FIELD = re.compile(
    r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|EMBED|DATABASE|MACROBUTTON)\b", re.IGNORECASE
)
_INSTRUCTION = re.compile(
    r"<w:instrText[^>]*>([^<]*)</w:instrText>|<w:fldSimple[^>]*\bw:instr=[\"']([^\"']*)|(<w:fldChar[^>]*\"begin\")"
)


def checked_template(data: bytes, name: str) -> bytes:
    """A template that is safe to fill in, as a document. Raises DocumentError with what is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(p.file_size for p in parts) > _MOST_BYTES:
                raise DocumentError(f"{name} is too large for a template: {_MOST_BYTES // 10**6} MB are allowed")
            contents = {p.filename: archive.read(p) for p in parts}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise DocumentError(f"{name} is no Word document (.docx), or it is protected by a password") from error
    types = contents.get(_TYPES, b"")
    for part, content in contents.items():
        _check(part, content, name)
    if b"macroEnabled" in types:
        raise DocumentError(f"{name} can hold macros: save it as .docx")
    if _TEMPLATE in types:
        return _as_document(contents)
    if _MAIN not in types:
        raise DocumentError(f"{name} is no Word document (.docx)")
    return data


def _check(part: str, content: bytes, name: str) -> None:
    if _RUNS.search(part):
        raise DocumentError(f"{name} holds {part}: a template may hold no macros and no embedded objects")
    if not part.endswith((".xml", ".rels")):
        return
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DocumentError(f"{name} holds {part} in a form that Word does not write: save it anew as .docx")
    if part.endswith(".rels"):
        for relation in _RELATION.findall(content):
            if b'"External"' in relation.replace(b"'", b'"') and b"/hyperlink" not in relation:
                raise DocumentError(
                    f"{name} gets something from elsewhere ({part}): save pictures and the template in the file itself"
                )
    elif b"instr" in content:
        _check_fields(content.decode("utf-8", "replace"), name)


def _check_fields(xml: str, name: str) -> None:
    """No field may start a program or read a file. The words of a field can be spread over runs."""
    code = ""
    for text, simple, begins in _INSTRUCTION.findall(xml):
        code = "" if begins else code + text
        found = _FIELD.match(simple) or _FIELD.match(code)
        if found:
            raise DocumentError(f"{name} has a field {found[1].upper()}, which can start or read something: remove it")


def _as_document(contents: dict[str, bytes]) -> bytes:
    """A .dotx as a .docx: only what it says about itself is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in contents.items():
            archive.writestr(part, content.replace(_TEMPLATE, _MAIN) if part == _TYPES else content)
    return out.getvalue()
