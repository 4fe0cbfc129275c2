"""Sloth: service level objectives for Prometheus (``version: prometheus/v1``)."""

import re
from typing import Any

from metriclint.files.problem import Route
from metriclint.model.foreign import At
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft

TITLE = "Sloth service levels"
SUFFIXES = (".yaml", ".yml")
_MARK = re.compile(r"^version:\s*[\"']?prometheus/v1", re.MULTILINE)


def claims(file: SourceFile) -> bool:
    """It says its own version."""
    return _MARK.search(file.head) is not None


def read(file: SourceFile, draft: Draft) -> None:
    """One metric for each objective; a system is measured, and its team owns the objective."""
    for part, value in file.documents(draft):
        if isinstance(value, dict):
            _service(value, part, draft)


def _service(value: dict[str, Any], part: int, draft: Draft) -> None:
    service = str(value.get("service") or "")
    for number, slo in enumerate(value.get("slos") or ()):
        route: Route = ("slos", number)
        at = At(part, route)
        name = str(slo.get("name") or f"objective {number + 1}")
        item = draft.metric(f"{service} {name}".strip(), at)
        item.set("description", slo.get("description"), At(part, (*route, "description")))
        item.set("kind", "state", at, inferred="the format: an objective is about the condition of a service")
        item.set("subject.level", "product", at)
        item.set("recorded_by", "system", at)
        if isinstance(slo.get("objective"), (int, float)):
            item.target(f"at least {slo['objective']} %", At(part, (*route, "objective")))
        owner = (slo.get("labels") or value.get("labels") or {}).get("owner")
        item.set("governance.owner", owner, At(part, ("labels", "owner")))
