"""Differences as sentences: "the audience of Token leaderboard went from manager to org"."""

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from metriclint.files.problem import shorten
from metriclint.model.document import SECTIONS
from metriclint.model.project import Project
from metriclint.review.differ import Difference, name_of
from metriclint.review.fields import Field, fields_of

_TEXT_WIDTH = 60
"""Longer texts are said to be reworded and not repeated."""
_TITLE_WIDTH = 80
_MEMBERS = 6
"""Members of a list that are named."""
_FACTS = 4
"""Facts of something new that are named."""
_WRITTEN = {"added": "was filled in", "removed": "was taken out", "changed": "was reworded"}
_NAMED_PARTS = ("target", "validated_range")
"""Parts of a declaration that are named in a sentence, since their keys alone would say too little."""
NOUNS = {
    "roles": "role",
    "outcomes": "outcome",
    "harms": "feared side effect",
    "systems": "system",
    "actions": "action",
    "boards": "board",
    "decisions": "decision",
    "metrics": "metric",
    "waivers": "accepted risk",
}
"""What an object of each section is."""


class Sentences:
    """Words for the differences of one project. ``plain`` are those for people who do not know the format."""

    def __init__(self, before: Project, after: Project, *, plain: bool) -> None:
        self._titles: dict[str, str] = {}
        for project in (before, after):
            for section in SECTIONS:
                for id_, entry in getattr(project, section).items():
                    self._titles[id_] = entry.value.title or self._titles.get(id_, "")
        self._plain = plain

    def name(self, id_: str) -> str:
        """What people call something by its id; a name that is no id stays."""
        return shorten(self._titles.get(id_) or id_.replace("-", " "), _TITLE_WIDTH)

    def sentence(self, found: Difference, title: str) -> str:
        """A difference inside something of this title; without a title inside the settings."""
        title = _quoted(shorten(title, _TITLE_WIDTH)) if title else "the settings"
        before, after, field = found.before, found.after, found.field
        if field.key == "title" and not found.within and before and after:
            return f"{_quoted(shorten(before, _TITLE_WIDTH))} is now called {_quoted(shorten(after, _TITLE_WIDTH))}"
        if isinstance(before, list) or isinstance(after, list):
            return self._list(found, self._place(found.within, title))
        if isinstance(before, Struct) or isinstance(after, Struct):
            return self._whole(found, self._place(found.within, title))
        if field.question:
            question = f'"{field.question}" for {self._place(found.within, title)}'
            return self._told(found, question, "answered")
        what = self._noun(found, title)
        if any(isinstance(v, str) and not field.choices and len(v) > _TEXT_WIDTH for v in (before, after)):
            return f"{what} {_WRITTEN[found.kind]}"
        return self._told(found, what, "declared")

    def _noun(self, found: Difference, title: str) -> str:
        """What differs: "the audience of Token leaderboard"."""
        noun, within = found.field.noun, found.within
        member = ""
        if "{member}" in noun and within and isinstance(within[-1], str):
            member, within = _quoted(self.name(within[-1])), within[:-1]
        place = self._place(within, title)
        return "the " + (_filled(noun, place, member) if "{" in noun else f"{noun} of {place}")

    def _place(self, within: Sequence[str | Field], title: str) -> str:
        words = title
        for part in within:
            if isinstance(part, str):
                words = f"{_quoted(self.name(part))} for {words}"
            elif part.key in _NAMED_PARTS or part.many:
                words = f"the {part.noun} of {words}"
        return words

    def _told(self, found: Difference, what: str, given: str) -> str:
        """A value that changed, came or went; ``given`` says how there can be one: declared or answered."""
        before, after = self.value(found.field, found.before), self.value(found.field, found.after)
        if found.kind == "changed":
            return f"{what} went from {before} to {after}"
        if found.kind == "added":
            return f"{what} is now {given}: {after}"
        return f"{what} is no longer {given} (it was {before})"

    def _list(self, found: Difference, place: str) -> str:
        before, after = found.before or [], found.after or []
        gained = [v for v in after if v not in before]
        lost = [v for v in before if v not in after]
        nouns = f"the {_many(found.field)} of {place}"
        if not gained and not lost:
            return f"{nouns} are {'no longer declared' if found.kind == 'removed' else 'now declared: there are none'}"
        parts = [f"gained {self._members(found.field, gained)}"] if gained else []
        parts += [f"lost {self._members(found.field, lost)}"] if lost else []
        return f"{nouns} {' and '.join(parts)}"

    def _members(self, field: Field, values: Sequence[Any]) -> str:
        shown = [self.value(field, v) for v in values[:_MEMBERS]]
        more = len(values) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")

    def _whole(self, found: Difference, place: str) -> str:
        """A part or member that is new or gone, or that became something else."""
        noun = found.field.noun
        before, after = (self.described(v) if v is not None else "" for v in (found.before, found.after))
        if found.kind == "changed":
            return f"the {noun} of {place} went from {before} to {after}"
        if not found.field.many:
            if found.kind == "removed":
                return f"{place} no longer declares its {noun}"
            return f"{place} now declares its {noun}" + (f": {after}" if after else "")
        if found.kind == "added":
            return f"{place} has a new {noun}" + (f": {after}" if after else "")
        return f"{place} no longer has the {noun} {before}".rstrip()

    def described(self, value: Any) -> str:
        """A declaration in a few words: its name, or its first facts."""
        if not isinstance(value, Struct):
            return _quoted(self.name(str(value)))
        if name := name_of(value):
            return _quoted(self.name(name))
        facts = []
        for key, field in fields_of(type(value)).items():
            fact = getattr(value, key)
            if isinstance(fact, bool) and field.question:
                facts.append(f"{field.question} {'yes' if fact else 'no'}")
            elif isinstance(fact, str | int | float):
                facts.append(f"{_label(field.noun)}: {self.value(field, fact)}")
        return "; ".join(facts[:_FACTS])

    def value(self, field: Field, value: Any) -> str:
        """A value inside a sentence."""
        if value is None:
            return "nothing"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            return f"{value:g}"
        if isinstance(value, Struct):
            return self.described(value)
        if not isinstance(value, str):
            return shorten(str(value), _TEXT_WIDTH)
        if field.choices and value in field.choices:
            return field.plain(value) if self._plain else value
        return _quoted(self.name(value)) if field.names else shorten(value, _TEXT_WIDTH)


def _quoted(text: str) -> str:
    inner = text.replace('"', "'")
    return f'"{inner}"'


def _label(noun: str) -> str:
    """A noun that stands alone."""
    return noun.partition("{")[0].strip().rpartition(" ")[0] if "{" in noun else noun


def _filled(noun: str, place: str, member: str) -> str:
    """A noun with what its braces stand for. A title may have braces of its own, so nothing is filled twice."""
    parts = re.split(r"(\{\}|\{member\})", noun)
    return "".join({"{}": place, "{member}": member}.get(part, part) for part in parts)


def _many(field: Field) -> str:
    noun = field.noun
    return noun if noun.endswith("s") else f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
