"""Reading native documents: a file to a typed document, or every problem with it."""

import re
from typing import Any

import msgspec
from msgspec import Struct, field

from metriclint.files.positions import find_spans
from metriclint.files.problem import Problem, Route, did_you_mean, excerpt_of
from metriclint.files.shape import to_struct
from metriclint.files.yaml_values import SEVERAL, line_at, parse, read_text
from metriclint.model.document import SECTIONS, Document, OverlayDocument
from metriclint.model.foreign import Foreign
from metriclint.sources.discover import Found
from metriclint.sources.forms import form_problems
from metriclint.sources.tree import DISK, Tree

_MARK = re.compile(r"^[ \t{]*[\"']?metriclint[\"']?[ \t]*:|[{,][ \t\r\n]*[\"']?metriclint[\"']?[ \t]*:", re.MULTILINE)
_TOP = re.compile(r"^(?:\{\s*)?[\"']?metriclint[\"']?[ \t]*:[ \t]+[^\s#]", re.MULTILINE)
"""The key with a value at the top of one of several documents."""

NO_DOCUMENT = "begins with `metriclint: 1`"
"""In every message about a file that is none of ours."""
_Kind = type[Document] | type[OverlayDocument]


class ReadFile(Struct):
    """A file that was looked at. ``document`` is missing where it is none, or where it has problems."""

    path: str
    text: str
    document: Document | OverlayDocument | None
    raw: Any
    problems: list[Problem]
    skipped: bool = False
    unseen: bool = False
    """Its text is not known: nothing can be said about what it declares."""
    foreign: Foreign | None = None
    """Where things stand in it, for a file of another tool."""
    remarks: list[str] = field(default_factory=list)
    """What an adapter has to say; the place of the first is ``("remarks", 0)``."""
    loose: set[Route] = field(default_factory=set)
    """References that may lead nowhere."""
    part_of: list[tuple[str, str]] = field(default_factory=list)
    """Metrics that say which one they are a part of: both by their ids."""


def read_document(found: Found, text: str | Problem | None = None, tree: Tree = DISK) -> ReadFile:
    """Read one file. A file met on a walk that has no ``metriclint:`` key belongs to somebody else and is skipped.

    An empty file is an error even there: nobody means it. Not an empty JSON file, though: a shell makes one before
    ``check --format json > report.json`` begins.
    """
    content = read_text(found.file, found.shown, tree.read_bytes) if text is None else text
    if isinstance(content, Problem):
        return ReadFile(found.shown, "", None, None, [content], _foreign(found, tree), unseen=True)
    if not content.strip():
        if not found.explicit and found.shown.endswith(".json"):
            return ReadFile(found.shown, content, None, None, [], skipped=True)
        message = f"the file is empty: a document {NO_DOCUMENT}"
        return ReadFile(found.shown, content, None, None, [Problem(found.shown, 1, 1, message)])
    marked = _MARK.search(content) is not None
    if not marked and not found.explicit:
        return ReadFile(found.shown, content, None, None, [], skipped=True)
    value, problems = parse(content, found.shown)
    if problems and value is None:
        several = any(problem.message == SEVERAL for problem in problems)
        foreign = several and not found.explicit and not says_it_is_ours(content)
        return ReadFile(found.shown, content, None, None, [] if foreign else problems, skipped=foreign)
    if not found.explicit and not _begins_as_ours(value):
        return ReadFile(found.shown, content, None, None, [], skipped=True)
    document, more = typed(value, found.shown)
    problems = place_problems([*problems, *more], content)
    return ReadFile(found.shown, content, None if problems else document, value, problems)


def says_it_is_ours(text: str) -> bool:
    """Does a text that cannot be read have the key with a value at its top."""
    return _TOP.search(text) is not None


def _begins_as_ours(value: Any) -> bool:
    """Not where the key stands only inside, as in a rule file with examples, or names a job of a CI file."""
    if not isinstance(value, dict) or "metriclint" not in value:
        return False
    return not isinstance(value["metriclint"], dict) or not value.keys().isdisjoint((*SECTIONS, "overlay"))


def _foreign(found: Found, tree: Tree) -> bool:
    """A file that cannot be decoded, was met on a walk and does not look like ours."""
    if found.explicit:
        return False
    try:
        head = tree.read_bytes(found.file)[:1_000_000]
    except OSError:
        return False
    return b"metriclint" not in head.replace(b"\x00", b"")


def typed(value: Any, path: str) -> tuple[Document | OverlayDocument | None, list[Problem]]:
    """Raw values as a document, and what is wrong with them (routes, no lines yet)."""
    if not isinstance(value, dict):
        return None, [Problem(path, 1, 1, f"a document is a mapping that {NO_DOCUMENT}")]
    if "metriclint" not in value:
        near = did_you_mean("metriclint", [k for k in value if isinstance(k, str) and k not in SECTIONS])
        route = (near,) if near else ()
        message = f'"metriclint" is missing: a document {NO_DOCUMENT}{f", not `{near}`" if near else ""}'
        return None, [Problem(path, 0, 0, message, route)]
    kind: _Kind = OverlayDocument if value.get("overlay") is True else Document
    result = _to_struct(value, kind, path)
    if isinstance(result, list):
        return None, result
    problems = form_problems(result, path)
    return (None if problems else result), problems


def _to_struct(value: dict[str, Any], kind: _Kind, path: str) -> Document | OverlayDocument | list[Problem]:
    """The document, or every structural problem: looked for only in the entries that are wrong, since that is slow."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        result = to_struct(_without_right_entries(value, kind), kind, path)
    return result if isinstance(result, list) else to_struct(value, kind, path)


def _without_right_entries(value: dict[str, Any], kind: _Kind) -> dict[str, Any]:
    left = dict(value)
    right: dict[str, Any] = {}
    for field_ in msgspec.structs.fields(kind):
        section, entries = field_.name, value.get(field_.name)
        if section in SECTIONS and isinstance(entries, dict):
            right[section] = {}
            for key, entry in entries.items():
                right[section].update(_right({key: entry}, field_.type))
    told = {p.route[:2] for p in form_problems(kind(metriclint=1, overlay=kind is OverlayDocument, **right), "")}
    for section, entries in right.items():
        kept = {key for key in value[section] if key not in entries or (section, key) in told}
        left[section] = {key: entry for key, entry in value[section].items() if key in kept}
    return left


def _right(entry: dict[str, Any], type_: Any) -> Any:
    """A section of one entry as its type; empty where it does not fit."""
    try:
        return msgspec.convert(entry, type_)
    except msgspec.ValidationError:
        return {}


def place_problems(problems: list[Problem], text: str) -> list[Problem]:
    """The problems of one file with line, column and source line, found from their routes, in the order of places."""
    if not problems:
        return []
    spans = find_spans(text, {p.route for p in problems if not p.line})
    placed = []
    for problem in problems:
        if not problem.line:
            span = spans[problem.route]
            excerpt, caret = excerpt_of(line_at(text, span.line), span.column)
            problem = problem._replace(line=span.line, column=span.column, excerpt=excerpt, caret=caret)
        placed.append(problem)
    return sorted(placed, key=lambda p: (p.line, p.column))
