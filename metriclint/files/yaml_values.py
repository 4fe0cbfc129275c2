"""Reading YAML 1.2 values, with every fault told as a located problem.

Values come from yaml-rs, which refuses hostile depth and alias bombs; PyYAML sees only what it accepted.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml_rs

from metriclint.files.positions import collection_as_key, duplicate_keys
from metriclint.files.problem import Problem, excerpt_of, shorten

# Characters that YAML does not allow; deleting all others leaves nothing of a clean file (one pass in C).
_FORBIDDEN = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D}) + b"\x7f"
_ALLOWED = bytes(set(range(256)) - set(_FORBIDDEN))
_LIMITS = yaml_rs.AliasLimits(
    max_total_replayed_events=100_000, max_replay_stack_depth=32, max_alias_expansions_per_anchor=10_000
)
_WHERE = re.compile(r"at line (\d+), column (\d+)")
# Indentation and marks of nested blocks, all as one byte: a long run at the start of a line is a deep nest, which would
# overflow the stack of yaml-rs (it counts the depth of brackets only).
_NESTING = bytes.maketrans(b" \t?:", b"----")
_TOO_DEEP = 250
_DEEP_LINE = re.compile(rf"^[ \t?:-]{{{_TOO_DEEP}}}", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:<{7}|>{7}) \S", re.MULTILINE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"m\x00e\x00", b"\x00m\x00e")


SEVERAL = "one document a file, please: a second one begins here"


def decode(data: bytes, path: str) -> str | Problem:
    """The text of a UTF-8 file, without a byte order mark, or the problem with it."""
    if data.startswith(_UTF16):
        return Problem(path, 1, 1, "this file is UTF-16: save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\x00" in data:
            return Problem(path, 1, 1, "binary data: this is no text file, whatever its name says")
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        return Problem(path, line, column, f"not UTF-8 (byte 0x{data[error.start]:02x}): save the file as UTF-8")
    bad = data.translate(None, _ALLOWED)
    if bad:
        at = min(data.index(bytes([b])) for b in set(bad))
        before = data[:at].decode("utf-8-sig", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        return Problem(path, line, column, f"control character 0x{data[at]:02x}: YAML does not allow it")
    return text


def read_text(file: Path, path: str, read: Callable[[Path], bytes] = Path.read_bytes) -> str | Problem:
    """The text of a file, or the problem with it (missing, unreadable, a folder, not UTF-8)."""
    try:
        data = read(file)
    except OSError as error:
        return Problem(path, 0, 0, f"cannot be read: {(error.strerror or type(error).__name__).lower()}")
    return decode(data, path)


def parse(text: str, path: str) -> tuple[Any, list[Problem]]:
    """Values of one YAML document, and what is wrong with it.

    With a duplicate key the first value stands, so that the rest of the document can still be looked at. Where the
    text is no YAML the value is ``None``.
    """
    if b"-" * _TOO_DEEP in text.encode("utf-8", "replace").translate(_NESTING) and (deep := _DEEP_LINE.search(text)):
        line = text.count("\n", 0, deep.start()) + 1
        return None, [located(path, text, line, _TOO_DEEP, "nested too deeply")]
    try:
        return _several(yaml_rs.loads(text, parse_datetime=False, alias_limits=_LIMITS), text, path)
    except TypeError:
        return None, [_key_problem(text, path)]
    except yaml_rs.YAMLDecodeError as error:
        message = str(error)
        if "duplicate mapping key" not in message:
            return None, [_syntax_problem(message, text, path)]
    problems = [
        located(path, text, line, column, f'key "{shorten(key, 60)}" stands here twice', route)
        for key, line, column, route in duplicate_keys(text)
    ]
    policy = yaml_rs.DuplicateKeyPolicy.FirstWins
    try:
        value = yaml_rs.loads(text, parse_datetime=False, alias_limits=_LIMITS, duplicate_key_policy=policy)
    except TypeError:
        return None, [*problems, _key_problem(text, path)]
    except yaml_rs.YAMLDecodeError as error:
        return None, [*problems, _syntax_problem(str(error), text, path)]
    return value, problems or [Problem(path, 0, 0, "a key stands here twice")]


def _several(value: Any, text: str, path: str) -> tuple[Any, list[Problem]]:
    """yaml-rs gives a list for a stream of documents; a real list at the top looks the same, so look at the text."""
    if isinstance(value, list) and (match := re.search(r"^---(\s|$)", text[3:], re.MULTILINE)):
        line = text.count("\n", 0, match.start() + 3) + 1
        return None, [located(path, text, line, 1, SEVERAL)]
    return value, []


def _syntax_problem(message: str, text: str, path: str) -> Problem:
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        return located(path, text, line, 1, "marks of a merge conflict: decide which side counts, and delete them")
    where = _WHERE.search(message)
    if where is None:
        return Problem(path, 1, 1, _plain(message))
    return located(path, text, int(where[1]), int(where[2]), f"broken YAML: {_plain(message.splitlines()[-1])}")


def _key_problem(text: str, path: str) -> Problem:
    """A mapping inside a key: yaml-rs has no value for it, and says so as a TypeError without a place."""
    line, column = collection_as_key(text)
    return located(path, text, line, column, "a mapping or list cannot be a key")


def _plain(message: str) -> str:
    if "alias replay" in message or "alias expansion" in message or "replay stack" in message:
        return "too many aliases (*name) for one file; write the values out"
    if "recursion" in message or "depth" in message or "nest" in message:
        return "nested too deeply"
    return shorten(message[0].lower() + message[1:] if message else "cannot be read as YAML", 200)


def located(path: str, text: str, line: int, column: int, message: str, route: tuple[str | int, ...] = ()) -> Problem:
    """A problem with the source line around it."""
    excerpt, caret = excerpt_of(line_at(text, line), column)
    return Problem(path, line, column, message, route, excerpt=excerpt, caret=caret)


_BREAK = re.compile("\r\n?|\n")


def lines_of(text: str) -> list[str]:
    """The lines of a text as places count them: other characters that Unicode takes for line breaks are none."""
    return _BREAK.split(text) if "\r" in text else text.split("\n")


def line_at(text: str, line: int) -> str:
    """The text of a 1-based line; empty where there is none."""
    lines = lines_of(text)
    return lines[line - 1] if 0 < line <= len(lines) else ""
