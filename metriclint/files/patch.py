"""Patching YAML texts in place: one value set, every other byte as it was.

Places come from PyYAML's node marks. After each patch the text is read again and compared with the value that was
meant, so a patch is right or refused, never nearly right.
"""

import copy
import json
import re
from typing import Any

import msgspec

from metriclint.files.problem import Route
from metriclint.files.yaml_values import parse

_PLAIN = re.compile(r"[^\W\d_]([\w -]*\w)?")
_WORDS = ("true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL")
"""Texts that YAML would read as something else."""


class PatchError(Exception):
    """Raised where a text cannot be patched safely; the message says why, in plain words."""


def set_values(text: str, changes: list[tuple[Route, Any]], path: str) -> str:
    """The text with values set at routes, in order.

    A missing key is added at the end of its mapping, in the style of the mapping; an index one behind the end of a list
    is appended. Raises PatchError, and then nothing was changed.
    """
    for route, value in changes:
        text = _set_one(text, route, value, path)
    return text


def _set_one(text: str, route: Route, value: Any, path: str) -> str:
    before, problems = parse(text, path)
    if problems:
        raise PatchError(f"{path} cannot be read any more")
    wanted = _plain(copy.deepcopy(before), route, value)
    patched = _patched(text, _compose(text, path), route, value)
    after, problems = parse(patched, path)
    if problems or after != wanted:
        name = ".".join(str(part) for part in route)
        raise PatchError(f"{path} cannot be patched safely at {name}; set it by hand to {_flow(value)}")
    return patched


def _plain(raw: Any, route: Route, value: Any) -> Any:
    """What the patched text has to mean."""
    here = raw
    for part in route[:-1]:
        if isinstance(here, dict):
            if here.get(part) is None:
                here[part] = {}
            here = here[part]
        else:
            here = here[part]
    if isinstance(here, list) and route[-1] == len(here):
        here.append(value)
    else:
        here[route[-1]] = value
    return raw


def _compose(text: str, path: str) -> Any:
    import yaml

    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError) as error:
        raise PatchError(f"{path} cannot be patched: its YAML is unusual") from error


def _patched(text: str, root: Any, route: Route, value: Any) -> str:
    node, rest = root, list(route)
    while rest:
        child = _child(node, rest[0])
        if child is None or (child.tag.endswith(":null") and len(rest) > 1):
            break
        node = child
        rest.pop(0)
    if not rest:
        return _replace(text, node, value)
    child = _child(node, rest[0])
    nested = value
    for part in reversed(rest[1:]):
        nested = {part: nested}
    if child is not None:
        return _replace(text, child, nested)
    return _add(text, node, rest[0], nested)


def _child(node: Any, part: str | int) -> Any:
    import yaml

    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if k.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None


def _replace(text: str, node: Any, value: Any) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    new = _flow(value)
    if start == end or (node.tag.endswith(":null") and not text[start:end].strip()):
        return text[:start] + " " + new + text[start:]
    if not _is_flow(node):
        # Block collections and block texts end behind their last line; what follows them stays where it is.
        body = text[start : _content_end(text, node)]
        column = node.start_mark.column
        line_start = text.rfind("\n", 0, start) + 1
        if text[line_start:start].strip() == "" and column:
            key_end = text.rfind(":", 0, line_start) + 1
            return text[:key_end] + " " + new + text[start + len(body) :]
        return text[:start] + new + text[start + len(body) :]
    return text[:start] + new + text[end:]


def _content_end(text: str, node: Any) -> int:
    """Where the last line of a block ends; comments and blank lines behind it belong to what follows."""
    import yaml

    start: int = node.start_mark.index
    end: int = node.end_mark.index
    lines = text[start:end].rstrip().split("\n")
    if not isinstance(node, yaml.ScalarNode):
        while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
    return start + len("\n".join(lines).rstrip())


def _is_flow(node: Any) -> bool:
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return node.style not in ("|", ">")
    return bool(node.flow_style)


def _add(text: str, node: Any, key: str | int, value: Any) -> str:
    import yaml

    item = _flow(value) if isinstance(node, yaml.SequenceNode) else f"{_flow(key)}: {_flow(value)}"
    if node.flow_style:
        close = node.end_mark.index - 1
        inside = text[node.start_mark.index + 1 : close].rstrip()
        at = node.start_mark.index + 1 + len(inside)
        comma = "" if not inside.strip() or inside.endswith(",") else ", "
        return text[:at] + comma + item + text[at:]
    line_end = text.find("\n", _content_end(text, node))
    line_end = len(text) if line_end < 0 else line_end
    indent = " " * node.start_mark.column
    lead = "- " if isinstance(node, yaml.SequenceNode) else ""
    return f"{text[:line_end]}{_newline(text)}{indent}{lead}{item}{text[line_end:]}"


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text[:10_000] else "\n"


def _flow(value: Any) -> str:
    """A value as one line of YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    if isinstance(value, str):
        plain = (
            value and value[0].isalpha() and all(c.isalnum() or c in " -_" for c in value) and value == value.strip()
        )
        return value if plain and value not in ("true", "false", "null") else json.dumps(value, ensure_ascii=False)
    return msgspec.json.encode(value).decode()
