"""Writing values as YAML that people read: block style, short lists in one line, a comment above what it is about."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from metriclint.files.problem import COMMAND_ANYWHERE, shorten

_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf")
"""Texts that some reader of YAML takes for something else, in lower case."""
Comments = Mapping[tuple[str, ...], str]
"""Comments by route; indexes of lists are written as texts."""
_COMMENT = 200
_KEY = re.compile("[a-z][a-z0-9_-]*")


def mapping_lines(values: Mapping[str, Any], above: tuple[str, ...], comments: Comments, indent: str) -> Iterator[str]:
    """Lines of a mapping. The same comment for several keys in a row is written once."""
    last = ""
    for key, value in values.items():
        route = (*above, key)
        comment = comments.get(route, "")
        if comment and comment != last:
            yield f"{indent}# {comment_text(comment)}"
        last = comment
        name = key if _KEY.fullmatch(key) and key not in _WORDS else scalar(key)
        if isinstance(value, dict) and value:
            yield f"{indent}{name}:"
            yield from mapping_lines(value, route, comments, indent + "  ")
        elif isinstance(value, list) and any(isinstance(item, dict) and item for item in value):
            yield f"{indent}{name}:"
            for index, item in enumerate(value):
                yield from _item(item, (*route, str(index)), comments, indent)
        else:
            yield f"{indent}{name}: {scalar(value)}"


def _item(item: Any, route: tuple[str, ...], comments: Comments, indent: str) -> Iterator[str]:
    """An item of a list: the dash of a mapping stands before its first key, comments above it."""
    if comment := comments.get(route, ""):
        yield f"{indent}  # {comment_text(comment)}"
    if not isinstance(item, dict) or not item:
        yield f"{indent}  - {scalar(item)}"
        return
    dashed = False
    for line in mapping_lines(item, route, comments, indent + "    "):
        if dashed or line.lstrip().startswith("#"):
            yield line if dashed else line[2:]
        else:
            dashed = True
            yield f"{indent}  - {line.lstrip()}"


def comment_text(text: str, limit: int = _COMMENT) -> str:
    """A text that stays in its comment: on one line, and no command to whoever shows it."""
    return COMMAND_ANYWHERE.sub("## ", shorten(text, limit))


def scalar(value: Any) -> str:
    """A value in one line: a text in quotes only where YAML needs them, a list or mapping in brackets."""
    if isinstance(value, list):
        return "[" + ", ".join(scalar(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {scalar(item)}" for key, item in value.items()) + "}"
    if isinstance(value, str):
        plain = value[:1].isalpha() and all(c.isascii() and (c.isalnum() or c in " -") for c in value)
        if plain and value.lower() not in _WORDS and value == value.strip():
            return value
        # What no editor shows, or YAML forbids, is written as an escape.
        return COMMAND_ANYWHERE.sub(lambda _: "#\\u0023", json.dumps(value, ensure_ascii=not value.isprintable()))
    return json.dumps(value)
