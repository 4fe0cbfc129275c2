"""The published JSON Schemas: documents, rules, reports, configuration and answers."""

from typing import Any

import msgspec

from metriclint.explain.answer import Why
from metriclint.explain.distortion import DistortionAnswer
from metriclint.findings.finding import Report
from metriclint.model.config import Config
from metriclint.model.document import Document, OverlayDocument
from metriclint.model.mapping import Mapping
from metriclint.repair.answer import Fix
from metriclint.review.record import Review
from metriclint.rules.rule import Rule

_BASE = "https://metriclint.dev/schema/"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMES = ("document", "rule", "report", "config", "why", "fix", "distortion", "review", "mapping")


def schema(name: str) -> dict[str, Any]:
    """One of the published schemas, by its name. Raises KeyError for another name.

    The schemas are made from the types that the loader itself uses, so they allow what it allows.
    """
    if name == "document":
        return _document()
    title, type_ = {
        "rule": ("metriclint rule", Rule),
        "report": ("metriclint report, version 1", Report),
        "config": ("metriclint configuration", Config),
        "why": ("metriclint answer to why, version 1", Why),
        "distortion": ("metriclint answer to distortion, version 1", DistortionAnswer),
        "fix": ("metriclint answer to fix, version 1", Fix),
        "review": ("metriclint review, version 1", Review),
        "mapping": ("metriclint mapping of a list, version 1", Mapping),
    }[name]
    return _publish(name, title, msgspec.json.schema(type_))


def _document() -> dict[str, Any]:
    """Native documents and overlays in one schema, told apart by ``overlay: true``."""
    (native, overlay), defs = msgspec.json.schema_components([Document, OverlayDocument], ref_template="#/$defs/{name}")
    body = {
        "type": "object",
        "if": {"properties": {"overlay": {"const": True}}, "required": ["overlay"]},
        "then": overlay,
        "else": native,
        "$defs": defs,
    }
    return _publish("document", "metriclint declaration document, version 1", body)


def _publish(name: str, title: str, body: dict[str, Any]) -> dict[str, Any]:
    head = {"$schema": _DIALECT, "$id": f"{_BASE}{name}.json", "title": title}
    return head | {k: v for k, v in body.items() if k not in head}
