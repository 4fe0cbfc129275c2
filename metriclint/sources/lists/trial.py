"""Trying a mapping on a file: what it reads, what it cannot, and what the file has besides."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from metriclint.files.problem import Problem, Route, did_you_mean, shorten
from metriclint.model.foreign import Foreign, Place
from metriclint.model.mapping import FieldSource, Mapping
from metriclint.sources.adapter import SourceFile
from metriclint.sources.adapters.records import mapping_of, recognises
from metriclint.sources.draft import Draft
from metriclint.sources.foreign import placed_problems
from metriclint.sources.lists.mapping import paths_of, sources_of
from metriclint.sources.lists.record_cards import Reading, Unread
from metriclint.sources.lists.record_fields import private
from metriclint.sources.lists.record_lists import read_list
from metriclint.sources.lists.records import KEY, Record, entries_of, is_filled
from metriclint.sources.native import typed

_DEEPEST = 3


class UnreadValue(Struct):
    """A value that could not be read, with the place of the first of its kind."""

    text: str
    why: str
    line: int
    column: int
    count: int


class FieldTrial(Struct):
    """What one field gave."""

    key: str
    source: str
    filled: int
    read: int
    examples: list[str]
    unread: list[UnreadValue]
    near: str = ""
    """What the path was perhaps meant to be, where no record has it."""


class Trial(Struct):
    """What a mapping does with a file."""

    mapping: Mapping
    path: str
    recognised: bool
    """Would the file be read by this mapping without a setting."""
    records: int = 0
    metrics: int = 0
    left_out: int = 0
    """Records that ``where`` leaves out."""
    repeated: int = 0
    unnamed: list[int] = field(default_factory=list)
    """Lines of records without a name."""
    counted: int = 0
    """Records that the fields are counted for: those that are metrics or would be with a name."""
    fields: list[FieldTrial] = field(default_factory=list)
    targets: dict[str, int] = field(default_factory=dict)
    values: int = 0
    directions: dict[str, int] = field(default_factory=dict)
    unused: dict[str, int] = field(default_factory=dict)
    """Keys of the records that no field uses, with how many records have them."""
    remarks: list[tuple[int, str]] = field(default_factory=list)


def attempt(name: str, path: str, data: bytes) -> Trial | list[Problem]:
    """Read a file by a mapping as a check would. Returns the problems where it cannot be read."""
    file = SourceFile(path, data, place=Path(path), mapping=name)
    draft = Draft(path, foreign=Foreign("records"))
    mapping = mapping_of(file, draft)
    reading = read_list(file, mapping, draft) if mapping is not None else None
    _, more = typed(draft.document, path)
    problems = placed_problems(draft, more)
    if mapping is None or problems or reading is None:
        return problems
    trial = Trial(mapping, path, recognises(mapping, file), len(reading.records), reading.taken)
    _fill(trial, reading, draft)
    return trial


def _fill(trial: Trial, reading: Reading, draft: Draft) -> None:
    trial.left_out, trial.repeated = reading.left_out, reading.repeated
    trial.counted = reading.taken + len(reading.unnamed)
    trial.targets, trial.values, trial.directions = reading.targets, reading.values, reading.directions
    trial.unnamed = [line for line, _ in _lines(reading.unnamed[:100], draft)]
    known = list(dict.fromkeys(key for record in reading.records[:500] for key, _ in _keys(record.value)))
    for key, seen in reading.fields.items():
        source = sources_of(trial.mapping.fields[key])
        common = sorted(seen.examples, key=lambda text: -seen.examples[text])[:3]
        examples = [shorten(private(text), 40) for text in common]
        near = did_you_mean(paths_of(source.source)[0], known) if not seen.filled else ""
        unread = list(_unread(seen.unread.values(), draft))
        trial.fields.append(FieldTrial(key, _source(source), seen.filled, seen.read, examples, unread, near))
    trial.unused = _unused(trial.mapping, reading.records)
    where = _lines([remark.place for remark in draft.remarks], draft)
    trial.remarks = [(line, remark.message) for (line, _), remark in zip(where, draft.remarks, strict=True)]


def _lines(places: Iterable[Place], draft: Draft) -> list[tuple[int, int]]:
    """Lines and columns of places."""
    routes: dict[Route, Place] = {("trial", number): place for number, place in enumerate(places)}
    draft.foreign.places.update(routes)
    spans = draft.foreign.spans(routes)
    return [(spans[route].line, spans[route].column) for route in routes]


def _unread(values: Iterable[Unread], draft: Draft) -> Iterator[UnreadValue]:
    listed = list(values)
    for (line, column), value in zip(_lines([value.place for value in listed], draft), listed, strict=True):
        yield UnreadValue(value.text, value.why, line, column, value.count)


def _source(source: FieldSource) -> str:
    """The paths of a field as people read them."""
    return (" + " if source.join is not None else ", else ").join(paths_of(source.source))


def _unused(mapping: Mapping, records: list[Record]) -> dict[str, int]:
    """Keys that are filled in some records and that no path of the mapping leads to or over."""
    conditions = [path for inference in mapping.inferred for path in inference.when]
    fields = [path for given in mapping.fields.values() for path in paths_of(sources_of(given).source)]
    used = {path for path in (*fields, *conditions, *mapping.where) if not path.startswith("^") and path != KEY}
    counted: dict[str, int] = {}
    for record in records:
        for key in dict.fromkeys(key for key, value in _keys(record.value) if is_filled(value)):
            counted[key] = counted.get(key, 0) + 1
    leaves = {key: n for key, n in counted.items() if not any(other.startswith(f"{key}.") for other in counted)}
    return {
        key: count
        for key, count in _by_branch(leaves, used).items()
        if not any(key == path or key.startswith(f"{path}.") for path in used)
    }


def _by_branch(leaves: dict[str, int], used: set[str]) -> dict[str, int]:
    """Keys as they are worth telling: the whole branch at the top where no field goes into it."""
    found: dict[str, int] = {}
    for key, count in leaves.items():
        parts = key.split(".")
        for length in range(1, len(parts) + 1):
            above = ".".join(parts[:length])
            if not any(path.startswith(f"{above}.") for path in used):
                break
        found[above] = max(found.get(above, 0), count)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _keys(value: Any, above: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Dotted keys of a record with their values; lists on the way are looked through."""
    for key, inner in entries_of(value) if isinstance(value, dict) else ():
        path = f"{above}{key}"
        yield path, inner
        for one in inner[:50] if isinstance(inner, list) else [inner]:
            if isinstance(one, dict) and depth < _DEEPEST:
                yield from _keys(one, f"{path}.", depth + 1)
