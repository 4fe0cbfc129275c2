"""A native document in the making: what an adapter reads out of another tool's file, each value with its place."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field

from metriclint.files.problem import Problem, Route, shorten
from metriclint.model.foreign import Foreign, Place

if TYPE_CHECKING:
    from metriclint.sources.targets.result import TargetText

Mark = Literal[".", ","]
"""A decimal mark."""
_PARTS = re.compile(r"[^a-z0-9]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST_ID = 80


def id_of(name: str) -> str:
    """A kebab-case id out of a name: ``order_total``, ``OrderTotal`` and "Order total" all give ``order-total``.

    A name without a Latin letter or digit gets an id from its characters' numbers, so that it is stable.
    """
    plain = unicodedata.normalize("NFKD", _HUMPS.sub("-", name)).encode("ascii", "ignore").decode().lower()
    slug = _PARTS.sub("-", plain).strip("-")[:_LONGEST_ID].strip("-")
    return slug or "x" + "-".join(f"{ord(c):x}" for c in name.strip()[:8])


class Remark(Struct, frozen=True):
    """Something that an adapter could not read, or that a reader of the report should know; no error."""

    message: str
    place: Place


class Item(Struct):
    """One metric, board or decision of a draft."""

    draft: "Draft"
    section: str
    id: str

    @property
    def value(self) -> dict[str, Any]:
        """The raw value as it is by now."""
        found: dict[str, Any] = self.draft.document[self.section][self.id]
        return found

    def set(self, key: str, value: Any, at: Place | None = None, inferred: str = "") -> None:
        """Set what stands below a dotted key (``subject.level``), unless the value is ``None``, empty or already there.

        ``at`` is its place, ``inferred`` from what it was inferred where the file does not say it itself.
        """
        if value is None or value in ("", [], {}):
            return
        *above, last = key.split(".")
        target = self.value
        for part in above:
            target = target.setdefault(part, {})
            if not isinstance(target, dict):
                return  # written in another form by the team itself
        if last not in target:
            target[last] = value
            self.draft.mark((self.section, self.id, *above, last), at, inferred)

    def add(self, key: str, value: Any, at: Place | None = None, inferred: str = "") -> None:
        """Add an entry to the list below a key: a consequence, a counter-metric, a gaming action, a tag."""
        entries = self.value.setdefault(key, [])
        if not isinstance(entries, list) or value in entries:
            return
        entries.append(value)
        self.draft.mark((self.section, self.id, key, len(entries) - 1), at, inferred)

    def target(
        self, text: str | int | float, at: Place | None = None, *, direction: bool = True, decimal: Mark | None = None
    ) -> "TargetText":
        """Set the target, and the direction where its words say it, from a target's text as people write it.

        What cannot be read is kept as written and said, never guessed. ``decimal`` is the decimal mark of the list
        where it is known. Returns what was read.
        """
        from metriclint.sources.targets.result import to_target
        from metriclint.sources.targets.text import read_target

        parsed = read_target(text, decimal)
        if parsed.state == "none":
            return parsed
        for key, value in _fields(to_target(parsed)):
            self.set(f"target.{key}", value, at)
        if parsed.state == "unreadable":
            self.draft.remark(f'target "{shorten(str(text), 60)}" could not be read: {parsed.reason}', at or ())
        if direction:
            self.set("direction", parsed.direction, at)
        return parsed


def _fields(target: Any) -> list[tuple[str, Any]]:
    return [(name, getattr(target, name)) for name in target.__struct_fields__ if getattr(target, name) is not None]


class Draft(Struct):
    """What an adapter fills: raw native values, their places, remarks and problems."""

    path: str
    document: dict[str, Any] = field(default_factory=lambda: {"metriclint": 1})
    foreign: Foreign = field(default_factory=lambda: Foreign(""))
    remarks: list[Remark] = field(default_factory=list)
    problems: list[tuple[Problem, Place | None]] = field(default_factory=list)
    loose: set[Route] = field(default_factory=set)
    """Routes of references that may lead nowhere, since what they name can stand in a file that is not here."""
    part_of: list[tuple[str, str]] = field(default_factory=list)
    """Metrics that say which one they are a part of, which may stand in another file: both by their ids."""
    evidence: bool = False
    """Most files of the format hold nothing of metrics, and that is no news where one is met on a walk."""
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    """The highest number that a name got, so that many of one name stay cheap."""

    def metric(self, name: str, at: Place, *, title: str = "", alias: bool = True) -> Item:
        """A new metric. Its id comes from the name; a second one of that name gets a number and a remark.

        Without ``alias`` the name only makes the id: it is not what anybody calls the metric.
        """
        item = self.item("metrics", name, at)
        item.set("title", (title or name).strip() or item.id, at)
        if alias and title and title.strip() != name.strip():
            item.add("aliases", name.strip(), at)
        return item

    def item(self, section: str, name: str, at: Place) -> Item:
        """A new object of a section: ``metrics``, ``boards``, ``decisions``, ``outcomes`` and so on."""
        known = self.document.setdefault(section, {})
        id_ = wanted = id_of(name)
        number = self.numbers.get((section, wanted), 1) if id_ in known else 1
        while id_ in known:
            number += 1
            id_ = f"{wanted}-{number}"
        if number > 1:
            self.numbers[section, wanted] = number
            what = section.removesuffix("s")
            self.remark(f'a second {what} called "{shorten(name, 60)}" in this file: here it is `{id_}`', at)
        known[id_] = {}
        self.foreign.places[section, id_] = at
        return Item(self, section, id_)

    def mark(self, route: Route, at: Place | None, inferred: str) -> None:
        """Keep where a value stands, and from what it was inferred."""
        if at is not None:
            self.foreign.places[route] = at
        if inferred:
            self.foreign.inferred[route] = inferred

    def remark(self, message: str, at: Place) -> None:
        """Say something about a place that is no error."""
        self.remarks.append(Remark(message, at))

    def problem(self, message: str, at: Place | None = None, *, allowed: tuple[str, ...] = (), near: str = "") -> None:
        """Say that the file cannot be used, and why; the check then ends with exit code 2."""
        self.problems.append((Problem(self.path, 0, 0, message, (), allowed, near), at))

    @property
    def has_any(self) -> bool:
        """Was anything read."""
        return any(key != "metriclint" and self.document[key] for key in self.document)
