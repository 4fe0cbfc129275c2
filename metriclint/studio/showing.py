"""Long lists: what is wanted of them, and the part that is shown."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from metriclint.findings.finding import SEVERITIES, Finding
from metriclint.studio.opened import Row

MOST = 100
"""Lines on a page."""
_LONGEST = 200


class Shown(NamedTuple):
    """What somebody wants to see of a list."""

    text: str = ""
    severity: str = ""
    family: str = ""
    project: str | None = None
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Shown":
        """What the address of a page says. What it says wrongly is as if it were not there."""
        number = query.get("page", "1")
        severity = query.get("severity", "")
        return cls(
            query.get("q", "")[:_LONGEST].strip(),
            severity if severity in SEVERITIES or severity == "none" else "",
            query.get("family", "")[:_LONGEST],
            query.get("in"),
            int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 6 else 1,
        )

    def query(self, page: int) -> str:
        """The address of another part of the list, behind its path."""
        told = {"q": self.text, "severity": self.severity, "family": self.family, "in": self.project or ""}
        return urlencode({**{key: value for key, value in told.items() if value}, "page": page})

    @property
    def narrow(self) -> bool:
        """Is not everything wanted."""
        return bool(self.text or self.severity or self.family or self.project)


def narrowed(row: Row, wanted: Shown) -> bool:
    """Is a metric wanted."""
    if wanted.project is not None and row.project.name != wanted.project:
        return False
    if wanted.severity and (row.severity or "none") != wanted.severity:
        return False
    if wanted.family and wanted.family not in row.families:
        return False
    words = (row.title, row.entry.id, row.entry.origin.path, *row.entry.value.aliases)
    return _holds(wanted.text, words)


def finding_wanted(finding: Finding, wanted: Shown) -> bool:
    """Is a finding wanted."""
    if wanted.project is not None and finding.project != wanted.project:
        return False
    if wanted.severity and finding.severity != wanted.severity:
        return False
    if wanted.family and finding.family != wanted.family:
        return False
    return _holds(wanted.text, (finding.message, finding.metric_title, finding.rule, finding.code))


def _holds(text: str, words: Sequence[str]) -> bool:
    wanted = text.lower().split()
    whole = "\n".join(words).lower()
    return all(word in whole for word in wanted)


def shown_of(found: Sequence[Any], wanted: Shown, address: str) -> dict[str, Any]:
    """The part of a list that is shown, with the way to the parts before and behind."""
    last = max(1, -(-len(found) // MOST))
    page = min(wanted.page, last)
    return {
        "found": found[(page - 1) * MOST : page * MOST],
        "total": len(found),
        "page_number": page,
        "last_page": last,
        "before": f"{address}?{wanted.query(page - 1)}" if page > 1 else "",
        "behind": f"{address}?{wanted.query(page + 1)}" if page < last else "",
    }
