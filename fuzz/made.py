"""Values made from bytes after a published schema: mostly what fits, now and then what does not."""

from functools import cache
from typing import Any

from metriclint.schemas import schema

_DEEPEST = 7
_IDS = ("a", "b", "m", "ai-tokens", "worker", "x" * 70)
_TEXTS = (
    "",
    "x",
    "≥ 95 %",
    "2027-01-01",
    "2026-13-40",
    "\u202eabc",
    "<b>",
    "{metric}",
    "a\nb",
    "ranked-activity-board",
)
_ODD = (None, True, 0, -1, 1.5, 1e308, "", "no", [], {}, [None], {"a": None}, 10**30)
_ANCHORS = ("a", "b", "m", "ai-tokens", "worker")


class _Choices:
    """Bytes as a row of decisions; when they are used up every decision is the first."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def below(self, limit: int) -> int:
        """A number from 0 up to a limit, which stays out."""
        if self.at >= len(self.data):
            return 0
        self.at += 1
        return self.data[self.at - 1] % limit

    def one(self, values: Any) -> Any:
        """One of several."""
        return values[self.below(len(values))]


_schema = cache(schema)


def made_after(name: str, data: bytes) -> Any:
    """A value after one of the published schemas. The same bytes give the same one."""
    body = _schema(name)
    return _Maker(body["$defs"], _Choices(data)).value(body["else"] if name == "document" else body, 0)


class _Maker:
    """Makes values after the parts of one schema."""

    def __init__(self, parts: dict[str, Any], choices: _Choices) -> None:
        self.parts, self.choices = parts, choices

    def value(self, kind: dict[str, Any], depth: int) -> Any:
        """One value."""
        choices = self.choices
        if choices.below(64) == 63:
            return choices.one(_ODD)
        if "$ref" in kind:
            return self.value(self.parts[kind["$ref"].rpartition("/")[2]], depth)
        for several in ("anyOf", "oneOf", "allOf"):
            if several in kind:
                return self.value(choices.one(kind[several]), depth)
        if "const" in kind:
            return kind["const"]
        if "enum" in kind:
            return choices.one(kind["enum"])
        type_ = kind.get("type")
        if type_ == "object":
            return self._object(kind, depth)
        if type_ == "array":
            count = choices.below(4) if depth < _DEEPEST else 0
            return [self.value(kind.get("items") or {}, depth + 1) for _ in range(count)]
        return self._scalar(type_)

    def _object(self, kind: dict[str, Any], depth: int) -> dict[str, Any]:
        choices = self.choices
        made: dict[str, Any] = {}
        required = kind.get("required", ())
        for name, below in kind.get("properties", {}).items():
            wanted = name in required or (depth < _DEEPEST and choices.below(3) == 1)
            if wanted and name != "overlay":
                made[name] = self.value(below, depth + 1)
        more = kind.get("additionalProperties")
        if isinstance(more, dict) and depth < _DEEPEST:
            for _ in range(choices.below(4)):
                made[choices.one(_IDS)] = self.value(more, depth + 1)
        return made

    def _scalar(self, type_: Any) -> Any:
        choices = self.choices
        if type_ == "boolean":
            return choices.below(2) == 1
        if type_ in ("integer", "number"):
            return choices.one((0, 1, 2, 3, 5, 20, 100, -1, 0.5)) if type_ == "number" else choices.below(6)
        if type_ == "null":
            return None
        # Half of all texts are names that may mean something else of the document.
        return choices.one(_ANCHORS) if choices.below(2) else choices.one(_TEXTS)
