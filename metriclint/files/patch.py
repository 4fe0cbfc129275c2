"""Patching YAML and JSON texts in place: one value set, every other byte as it was.

Places come from the event stream of PyYAML's C parser. After each patch the text is read again and compared with what
was meant, so a patch is right or refused, never nearly right.
"""

import copy
import json
import re
from typing import Any, NamedTuple

import msgspec

from metriclint.files.positions import Read, reader
from metriclint.files.problem import Route
from metriclint.files.yaml_values import parse

_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf")
"""Texts that some reader of YAML takes for something else, in lower case."""
_REMARK = re.compile(r"(?:^|(?<=\s))#[^\r\n]*", re.MULTILINE)
_NULLS = ("", "~", "null", "Null", "NULL")
_BOM = "\ufeff"
_COMMENT = re.compile(r"\r?\n( *)#[^\r\n]*")


class _Unset:
    """The value of a key that is to go."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET = _Unset()
"""As a value: the key goes with its line. Where a comment stands on the line, the key stays and is left blank."""


class PatchError(Exception):
    """Raised where a text cannot be patched safely; the message says why, in plain words."""


def set_values(text: str, changes: list[tuple[Route, Any]], path: str) -> str:
    """The text with values set at routes, in order.

    A missing key is added at the end of its mapping, in the style of the mapping; an index one behind the end of a list
    is appended. A key that is set to ``UNSET`` goes. JSON stays JSON. Raises PatchError, and then nothing was changed.
    """
    mark = _BOM if text.startswith(_BOM) else ""
    patched = text.removeprefix(_BOM)
    meant, problems = parse(patched, path)
    if problems:
        raise PatchError(f"{path} cannot be read any more")
    strict = _json_of(patched) is not None
    for route, value in changes:
        remarks: list[str] = []
        if value is UNSET:
            gone = _without(meant, route)
            if gone == meant:
                continue
            shorter = _Writer(patched, path, strict).unset(route)
            if shorter is not None and parse(shorter, path) == (gone, []):
                meant, patched = gone, shorter
                continue
            value, remarks = None, _Writer(patched, path, strict).remarks(route)
        meant = _meant(meant, route, value, path)
        patched = _Writer(patched, path, strict).set(route, value)
        if remarks:
            patched = _Writer(patched, path, strict).with_remarks(route, remarks)
        after, problems = parse(patched, path)
        if problems or after != meant or (strict and _json_of(patched) != meant):
            raise _refusal(route, value, path)
    return mark + patched


def _refusal(route: Route, value: Any, path: str) -> PatchError:
    name = ".".join(str(part) for part in route)
    return PatchError(f"{path} cannot be patched safely at {name}; set it by hand to {_flow(value)}")


def _json_of(text: str) -> Any:
    """The values of a JSON text; ``None`` where it is none."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _meant(raw: Any, route: Route, value: Any, path: str) -> Any:
    """What the patched text has to mean; the values that are given are left alone."""
    top = copy.deepcopy(raw)
    here = top
    try:
        for part in route[:-1]:
            if isinstance(here, dict) and here.get(part) is None:
                here[part] = {}
            here = here[part]
        if isinstance(here, list) and route[-1] == len(here):
            here.append(copy.deepcopy(value))
        elif isinstance(here, (dict, list)):
            here[route[-1]] = copy.deepcopy(value)  # type: ignore[index]
        else:
            raise _refusal(route, value, path)
    except (TypeError, KeyError, IndexError) as error:
        raise _refusal(route, value, path) from error
    return top


def _without(raw: Any, route: Route) -> Any:
    """What a text means once a key is gone."""
    top = copy.deepcopy(raw)
    here = top
    for part in route[:-1]:
        here = here.get(part) if isinstance(here, dict) else here[int(part)] if isinstance(here, list) else None
    if isinstance(here, dict):
        here.pop(route[-1], None)
    return top


class _Node(NamedTuple):
    """A value in the text. Offsets count characters of the text."""

    event: Any
    start: int
    """First character, an anchor or tag included."""
    end: int
    """Behind its last character; comments and blank lines behind a block belong to what follows."""
    key_end: int | None
    """Behind its key; ``None`` for items of lists."""
    first: Any = None
    """Event of the first key or item of a collection."""
    last_key: Any = None
    """Event of the last key of a mapping."""
    content: int = 0
    """Behind the last value inside."""

    @property
    def collection(self) -> bool:
        """Is it a mapping or a list."""
        return hasattr(self.event, "flow_style")

    @property
    def mapping(self) -> bool:
        """Is it a mapping."""
        return type(self.event).__name__ == "MappingStartEvent"

    @property
    def block(self) -> bool:
        """Is it written over lines, by indentation."""
        if self.collection:
            return not self.event.flow_style
        return getattr(self.event, "style", None) in ("|", ">")

    @property
    def null(self) -> bool:
        """Is there nothing yet: a key without a value, or a null."""
        plain = getattr(self.event, "style", "-") in (None, "")
        return plain and getattr(self.event, "value", None) in _NULLS


class _Finder:
    """Follows a route through the events of a text; each finder is used once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.read: Read = reader(text)
        self.end = 0
        """Behind the last content that was read."""

    def find(self, route: Route) -> tuple[_Node, Route] | None:
        """The deepest value on the route that is there, and the rest of the route."""
        while (event := self.read()) is not None:
            if hasattr(event, "anchor"):
                return self._follow(event, None, route)
        return None

    def _follow(self, event: Any, key_end: int | None, route: Route) -> tuple[_Node, Route] | None:
        start = event.start_mark.index
        if not hasattr(event, "flow_style"):
            self._content(event)
            return _Node(event, start, self.end, key_end), route
        keyed = type(event).__name__ == "MappingStartEvent"
        first = last_key = None
        index = 0
        while (child := self.read()) is not None:
            if not hasattr(child, "anchor"):
                content = self.end
                self.end = child.end_mark.index if event.flow_style else content
                return _Node(event, start, self.end, key_end, first, last_key, content), route
            first = first or child
            here: int | None = None
            part: str | int = index
            if keyed:
                last_key, part = child, getattr(child, "value", "")
                if not self._skip(child) or (child := self.read()) is None:
                    return None
                here = last_key.end_mark.index
            if route and route[0] == part:
                return self._follow(child, here, route[1:])
            if not self._skip(child):
                return None
            index += 1
        return None

    def _skip(self, event: Any) -> bool:
        """Read over a value; ``False`` where the text ends or cannot be read."""
        depth = 0
        while True:
            if hasattr(event, "flow_style"):
                depth += 1
                self.end = event.start_mark.index
            elif hasattr(event, "anchor"):
                self._content(event)
            else:
                depth -= 1
                # Blocks have no end of their own: their mark is the next token. A bracket is one.
                closing = event.end_mark.index
                if event.start_mark.index < closing:
                    self.end = closing
            if depth == 0:
                return True
            event = self.read()
            if event is None:
                return False

    def _content(self, event: Any) -> None:
        end: int = event.end_mark.index
        if getattr(event, "style", None) in ("|", ">"):
            # A block text runs on over blank lines to what follows.
            start: int = event.start_mark.index
            end = start + len(self.text[start:end].rstrip())
        self.end = end


class _Writer:
    """Sets one value in a text."""

    def __init__(self, text: str, path: str, strict: bool) -> None:
        self.text, self.path, self.strict = text, path, strict

    def set(self, route: Route, value: Any) -> str:
        """The text with the value at the route."""
        found = _Finder(self.text).find(route)
        if found is None:
            raise _refusal(route, value, self.path)
        node, rest = found
        if not rest or node.null:
            return self._replace(node, self._flow(_nested(rest, value)))
        if not node.collection:
            raise _refusal(route, value, self.path)
        item = self._flow(_nested(rest[1:], value))
        if node.mapping:
            item = f"{self._flow(rest[0])}: {item}"
        return self._add_flow(node, item) if not node.block else self._add_line(node, item)

    def unset(self, route: Route) -> str | None:
        """The text without the lines of a key in a block; ``None`` where they say anything else, such as a comment."""
        found = _Finder(self.text).find(route)
        if found is None or found[1] or found[0].key_end is None:
            return None
        node, text = found[0], self.text
        start = text.rfind("\n", 0, node.key_end) + 1
        end = text.find("\n", node.end)
        end = len(text) if end < 0 else end + 1
        key = text[start : node.key_end].strip(" \"'")
        told = text[start:end]
        if key != route[-1] or text[node.end : end].strip() or "#" in told:
            return None
        return text[:start] + text[end:]

    def remarks(self, route: Route) -> list[str]:
        """Comments that stand inside a value of several lines."""
        found = _Finder(self.text).find(route)
        if found is None or found[1] or not found[0].collection:
            return []
        return _REMARK.findall(self.text[found[0].start : found[0].end])

    def with_remarks(self, route: Route, remarks: list[str]) -> str:
        """The text with comments on lines of their own behind the line of a key."""
        found = _Finder(self.text).find(route)
        if found is None or found[0].key_end is None:
            return self.text
        start, end = self.text.rfind("\n", 0, found[0].key_end) + 1, self.text.find("\n", found[0].end)
        if end < 0:
            return self.text
        line = self.text[start:end]
        lead = line[: len(line) - len(line.lstrip())] + "  "
        newline = _newline_at(self.text, end)
        return self.text[: end + 1] + "".join(f"{lead}{remark}{newline}" for remark in remarks) + self.text[end + 1 :]

    def _flow(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False) if self.strict else _flow(value)

    def _replace(self, node: _Node, new: str) -> str:
        text, start, end = self.text, node.start, node.end
        if start == end:
            space = "" if text[start - 1 : start].isspace() else " "
            return text[:start] + space + new + text[start:]
        if node.block and node.collection and node.key_end is not None:
            # The value moves up beside its key, before a comment that stands there.
            colon = text.index(":", node.key_end) + 1
            return f"{text[:colon]} {new}{text[colon:start].rstrip()}{text[end:]}"
        return text[:start] + new + text[end:]

    def _add_flow(self, node: _Node, item: str) -> str:
        text, at = self.text, node.content
        if node.first is None:
            return text[: node.end - 1] + item + text[node.end - 1 :]
        lead = ", "
        key = (node.last_key or node.first).start_mark.index
        indent = text[text.rfind("\n", 0, key) + 1 : key]
        line_end = text.find("\n", at)
        if node.last_key and not indent.strip() and 0 <= line_end < node.end and "#" not in text[at:line_end]:
            # Every key has a line of its own, so the new one gets one too.
            lead = "," + _newline_at(text, line_end) + indent
        return text[:at] + lead + item + text[at:]

    def _add_line(self, node: _Node, item: str) -> str:
        text = self.text
        line_end = text.find("\n", node.end)
        newline = _newline_at(text, line_end)
        line_end = len(text) if line_end < 0 else line_end + 1 - len(newline)
        column: int = node.first.start_mark.column
        if node.mapping:
            lead = " " * column
        else:
            dash = text.rfind("-", 0, node.first.start_mark.index)
            column = dash - text.rfind("\n", 0, dash) - 1
            lead = " " * column + "- "
        # Comments that stand further in belong to the last entry.
        while (comment := _COMMENT.match(text, line_end)) is not None and len(comment[1]) > column:
            line_end = comment.end()
        return text[:line_end] + newline + lead + item + text[line_end:]


def _newline_at(text: str, line_end: int) -> str:
    """The line break at an offset; the text's usual one where the offset is none."""
    if line_end < 0:
        return "\r\n" if "\r\n" in text else "\n"
    return "\r\n" if text[line_end - 1 : line_end] == "\r" else "\n"


def _nested(rest: Route, value: Any) -> Any:
    for part in reversed(rest):
        value = {part: value}
    return value


def _flow(value: Any) -> str:
    """A value as one line of YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    if isinstance(value, str):
        plain = value[:1].isalpha() and value == value.strip() and all(c.isalnum() or c in " -_" for c in value)
        return value if plain and value.lower() not in _WORDS else json.dumps(value, ensure_ascii=False)
    return str(msgspec.json.encode(value), "utf-8")
