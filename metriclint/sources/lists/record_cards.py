"""From records to metric cards by a mapping, with an account of what was read and what could not be."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from metriclint.files.problem import Route
from metriclint.model.foreign import Place
from metriclint.model.mapping import FieldSource, Mapping
from metriclint.sources.draft import Draft, Item, id_of
from metriclint.sources.lists.card_keys import Leaf, Unreadable, fitted, leaves, written
from metriclint.sources.lists.mapping import NAME, PART_OF, PARTS, SPECIAL, TARGET, sources_of
from metriclint.sources.lists.record_fields import (
    amount,
    fits,
    in_order,
    meant,
    parts_of,
    private,
    product,
    text_of,
    values_of,
)
from metriclint.sources.lists.records import Record, Seen, is_filled
from metriclint.sources.owners import set_owner

_LONGEST_NAME = 300

_OWNER = "governance.owner"


class Unread(Struct):
    """Values of a field that are none of its key."""

    text: str
    why: str
    place: Place
    count: int = 1


class FieldSeen(Struct):
    """What a field gave over all records."""

    filled: int = 0
    read: int = 0
    unread: dict[str, Unread] = field(default_factory=dict)
    """By their texts."""
    examples: dict[str, int] = field(default_factory=dict)
    """What was read, and how often."""


class Reading(Struct):
    """What reading a list by a mapping gave."""

    mapping: Mapping
    records: list[Record]
    left_out: int = 0
    """Records that ``where`` leaves out."""
    taken: int = 0
    """Records that became metrics."""
    unnamed: list[Place] = field(default_factory=list)
    repeated: int = 0
    """Records whose name another one has."""
    fields: dict[str, FieldSeen] = field(default_factory=dict)
    targets: dict[str, int] = field(default_factory=dict)
    """How many targets were read, put off (placeholder), said to be none, or unreadable."""
    values: int = 0
    """Targets with a number."""
    directions: dict[str, int] = field(default_factory=dict)


def fill(mapping: Mapping, records: list[Record], draft: Draft) -> Reading:
    """Make a metric of each record. What cannot be read is remarked on, alike values once."""
    reading = Reading(mapping, records, fields={key: FieldSeen() for key in mapping.fields})
    named = _named(mapping, records, reading)
    fields = {key: sources_of(given) for key, given in mapping.fields.items()}
    cards = [_Card(record, name, fields, reading, draft) for record, name in named]
    by_name: dict[str, str] = {}
    for card in cards:
        card.facts()
        for word in (card.name, card.item.value["title"]):
            by_name.setdefault(id_of(word), card.item.id)
    for card in cards:
        card.relations(by_name)
    reading.taken = len(cards)
    _remarks(reading, draft)
    return reading


def _named(mapping: Mapping, records: list[Record], reading: Reading) -> list[tuple[Record, str]]:
    """The records that count, with their names."""
    source = sources_of(mapping.fields[NAME])
    found: list[tuple[Record, str]] = []
    for record in records:
        text, _ = text_of(record, source)
        if text:
            found.append((record, text[:_LONGEST_NAME]))
        else:
            reading.unnamed.append(record.at)
    ordered = reversed(found) if mapping.repeats == "last" else found
    first = {id_of(name): (record, name) for record, name in reversed(list(ordered))}
    reading.repeated = len(found) - len(first)
    if mapping.repeats == "each":
        return found
    kept = {id(record) for record, _ in first.values()}
    return [(record, name) for record, name in found if id(record) in kept]


class _Card:
    """One record on its way to a card."""

    def __init__(
        self, record: Record, name: str, fields: dict[str, FieldSource], reading: Reading, draft: Draft
    ) -> None:
        self.record, self.name, self.fields, self.reading = record, name, fields, reading
        self.pending: dict[str, tuple[Any, Place, str]] = {}
        """The keys of a consequence that fields gave: value, place, and from what it was inferred."""
        self.counted: dict[str, set[str]] = {}
        title = ""
        self._account(NAME, name, None)
        if "title" in fields:
            title, route = text_of(record, fields["title"])
            self._account("title", title, route)
        _, route = text_of(record, fields[NAME])
        # A row of a table begins with any column; the cell of the name is where people look.
        self.at = record.place(route) if route and not record.route else record.at
        self.item: Item = draft.metric(private(name), self.at, title=private(title))

    def facts(self) -> None:
        """Everything that stands in the record, then what the mapping adds."""
        plain = [key for key in self.fields if key not in (*SPECIAL, "title")]
        for key in sorted(plain, key=lambda k: k.startswith("target.")):
            if key.startswith("target."):
                break
            self._field(key)
        if TARGET in self.fields:
            self._target(self.fields[TARGET])
        for key in plain:
            if key.startswith("target."):
                self._field(key)
        self._consequence()
        mapping = self.reading.mapping
        self._add(mapping.constants, "")
        for inference in mapping.inferred:
            if fits(self.record, inference.when):
                self._add(inference.facts, inference.because)
        direction = self.item.value.get("direction")
        if isinstance(direction, str):
            counted = self.reading.directions
            counted[direction] = counted.get(direction, 0) + 1

    def _account(self, key: str, text: str, route: Route | None, why: str = "") -> None:
        """Count a value that is there, and whether it was read; a record counts once for each field."""
        if not text:
            return
        seen, known_of = self.reading.fields[key], self.counted.setdefault(key, set())
        seen.filled += not known_of
        known_of.add("filled")
        if why:
            place = self.record.place(route or self.record.route)
            known = seen.unread.setdefault(text[:200], Unread(private(text), why, place, 0))
            known.count += 1
        else:
            seen.read += "read" not in known_of
            known_of.add("read")
            short = text[:200]
            if short in seen.examples or len(seen.examples) < 50:
                seen.examples[short] = seen.examples.get(short, 0) + 1

    def _field(self, key: str) -> None:
        source, leaf = self.fields[key], leaves()[key]
        if key == _OWNER:
            self._owner(source)
        elif source.join is not None:
            text, route = text_of(self.record, source)
            if text and route is not None:
                self._put(key, source, leaf, [Seen(text, route)])
        else:
            found = values_of(self.record, source)
            if found:
                self._put(key, source, leaf, list(parts_of(found, source.split)))

    def _put(self, key: str, source: FieldSource, leaf: Leaf, found: list[Seen]) -> None:
        read: list[tuple[Any, Route]] = []
        for seen in in_order(found, source) if not leaf.several else found:
            try:
                value = fitted(meant(seen.value, source), leaf, self.reading.mapping.decimal)
            except Unreadable as error:
                self._account(key, written(seen.value), seen.route, str(error))
                continue
            if isinstance(value, (int, float)) and not isinstance(value, bool) and source.times is not None:
                value = product(value, source.times)
            self._account(key, written(seen.value), seen.route)
            read.append((private(value) if isinstance(value, str) else value, seen.route))
            if not leaf.several:
                break
        if read:
            self._set(key, leaf, read, source.because or "")

    def _set(self, key: str, leaf: Leaf, read: list[tuple[Any, Route]], because: str) -> None:
        key = "outcome.title" if key == "outcome" else key
        place = self.record.place
        if key.startswith("consequences."):
            self.pending[key.partition(".")[2]] = (read[0][0], place(read[0][1]), because)
        elif not leaf.several or (key == "recorded_by" and len(read) == 1):
            self.item.set(key, read[0][0], place(read[0][1]), because)
        else:
            for value, route in read:
                self.item.add(key, value, place(route), because)

    def _consequence(self) -> None:
        pending = self.pending
        if "kind" not in pending and "title" not in pending:
            return
        _, at, because = pending.get("kind", pending.get("title", ("", self.record.at, "")))
        self.item.add("consequences", {key: value for key, (value, _, _) in pending.items()}, at, because)
        for key, (_, place, why) in pending.items():
            self.item.draft.mark(("metrics", self.item.id, "consequences", 0, key), place, why)

    def _owner(self, source: FieldSource) -> None:
        found = list(parts_of(values_of(self.record, source), source.split))
        texts = [(written(meant(seen.value, source)), self.record.place(seen.route)) for seen in found]
        set_owner(self.item, texts, field_of_teams=source.teams)
        for seen in found[:1]:
            self._account(_OWNER, self.item.value.get("governance", {}).get("owner", ""), seen.route)

    def _target(self, source: FieldSource) -> None:
        found = values_of(self.record, source)
        if not found:
            return
        if source.join is not None:
            text, _ = text_of(self.record, source)
            found = [Seen(text, found[0].route)]
        value = meant(found[0].value, source)
        parsed = self.item.target(
            amount(value, source, self.reading.mapping.decimal),
            self.record.place(found[0].route),
            decimal=self.reading.mapping.decimal,
        )
        counted = self.reading.targets
        counted[parsed.state] = counted.get(parsed.state, 0) + 1
        self.reading.values += parsed.has_number
        why = parsed.reason or "it could not be read" if parsed.state == "unreadable" else ""
        self._account(TARGET, written(value), found[0].route, why)

    def _add(self, facts: dict[str, Any], because: str, above: str = "") -> None:
        """Facts of the mapping itself, where the record is silent."""
        at = self.at
        for key, value in facts.items():
            if isinstance(value, dict):
                self._add(value, because, f"{above}{key}.")
            elif not isinstance(value, list):
                self.item.set(f"{above}{key}", value, at, because)
            elif above:
                self.item.set(f"{above}{key}", list(value), at, because)
            elif value:
                for entry in value:
                    self.item.add(key, entry, at, because)
            elif key not in self.item.value:
                self.item.value[key] = []
                self.item.draft.mark(("metrics", self.item.id, key), at, because)

    def relations(self, by_name: dict[str, str]) -> None:
        """Other metrics that the record names: what it is computed from, and what it is a part of."""
        draft, id_ = self.item.draft, self.item.id
        for seen in self._others(PARTS):
            other = by_name.get(id_of(written(seen.value)), id_of(written(seen.value)))
            known = self.item.value.get("derived_from", [])
            if other != id_ and other not in known:
                draft.loose.add(("metrics", id_, "derived_from", len(known)))
                self.item.add("derived_from", other, self.record.place(seen.route))
        for seen in self._others(PART_OF):
            whole = by_name.get(id_of(written(seen.value)), id_of(written(seen.value)))
            if whole != id_:
                draft.part_of.append((id_, whole))
                draft.mark(("metrics", id_, PART_OF), self.record.place(seen.route), "")

    def _others(self, key: str) -> Iterator[Seen]:
        source = self.fields.get(key)
        if source is None:
            return
        for seen in parts_of(values_of(self.record, source), source.split):
            value = meant(seen.value, source)
            if is_filled(value):
                self._account(key, written(value), seen.route)
                yield seen._replace(value=value)


def _remarks(reading: Reading, draft: Draft) -> None:
    """Say what could not be read: alike values once, with how many there are."""
    for key, seen in reading.fields.items():
        for unread in seen.unread.values() if key != TARGET else ():
            more = f" ({unread.count} records)" if unread.count > 1 else ""
            draft.remark(f"`{key}` could not be read: {unread.why}{more}", unread.place)
    for place in reading.unnamed[:1]:
        count = len(reading.unnamed)
        more = f"{count} records have" if count > 1 else "this record has"
        draft.remark(f"{more} no name and {'are' if count > 1 else 'is'} left out", place)
    if reading.mapping.repeats == "each" and reading.repeated > max(10, len(reading.records) // 2):
        message = (
            f"{reading.repeated:,} of {len(reading.records):,} records repeat a name: `repeats: last` in the mapping"
            " takes the last of each"
        )
        draft.remark(message, reading.records[0].at)
