"""Reading a list by a mapping, whatever kind of file it is in; a list that is not there is told with those that are."""

from collections import Counter
from typing import Any

from metriclint.files.positions import Span
from metriclint.files.problem import did_you_mean, shorten
from metriclint.model.foreign import At
from metriclint.model.mapping import Mapping
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft
from metriclint.sources.lists.mapping import NAME, paths_of, sources_of
from metriclint.sources.lists.record_cards import Reading, fill
from metriclint.sources.lists.record_fields import fits
from metriclint.sources.lists.records import MOST, Record, lists_at, lists_of, records_in
from metriclint.sources.lists.tables import csv_records, json_lines, too_long

_TOP = Span(1, 1, 1, 2)
_LARGEST = 50_000_000
"""Bytes of a YAML or JSON file; such files are read as a whole."""


def read_list(file: SourceFile, mapping: Mapping, draft: Draft) -> Reading | None:
    """Read the records of a file into a draft; ``None`` where there are none that could be read."""
    found = records_of(file, mapping, draft)
    if found is None or draft.problems:
        return None
    records = [record for record in found if fits(record, mapping.where)]
    if found and not records:
        conditions = ", ".join(mapping.where)
        draft.remark(f"none of {len(found):,} records has what `where` asks for ({conditions})", found[0].at)
    reading = fill(mapping, records, draft)
    reading.left_out = len(found) - len(records)
    if records and not reading.taken:
        _nothing_named(mapping, records, draft)
    return reading


def _nothing_named(mapping: Mapping, records: list[Record], draft: Draft) -> None:
    """Say that no record has a name, with the keys that there are."""
    paths = paths_of(sources_of(mapping.fields[NAME]).source)
    known = list(dict.fromkeys(str(key) for record in records[:200] for key in record.value))
    near = did_you_mean(paths[0], known)
    message = (
        f"none of {len(records):,} records has {' or '.join(f'`{path}`' for path in paths)}, which the mapping takes"
        f" as the name; they have {_told(known)}"
    )
    draft.problem(message, records[0].at, near=near)


def _told(names: list[str]) -> str:
    shown = ", ".join(f"`{shorten(name, 40)}`" for name in names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown or "no keys"


def records_of(file: SourceFile, mapping: Mapping, draft: Draft) -> list[Record] | None:
    """The records that the mapping names; ``None`` where the list is not there, which has been told."""
    if file.suffix == ".csv" or file.suffix == ".tsv":
        return _of_table(csv_records(file, mapping.table, draft), draft)
    if file.suffix in (".jsonl", ".ndjson"):
        return _of_table(json_lines(file, draft), draft)
    if len(file.data) > _LARGEST:
        draft.problem(f"larger than {_LARGEST // 1_000_000} MB: only CSV and JSON Lines files may be", _TOP)
        return None
    documents = file.documents(draft)
    if draft.problems:
        return None
    paths = paths_of(mapping.records)
    records: list[Record] = []
    there = False
    for part, value in documents:
        place = _in_part(part)
        for path in paths:
            if next(lists_at(value, path), None) is None:
                continue
            there = True
            for record in records_in(value, path, place):
                if len(records) == MOST:
                    draft.problem(too_long(), record.at)
                    return None
                records.append(record)
    if not there and not mapping.may_be_empty:
        _no_list([value for _, value in documents], paths, draft)
        return None
    return records


def _of_table(records: list[Record], draft: Draft) -> list[Record] | None:
    if not records and not draft.problems:
        draft.remark("the file has no rows", _TOP)
    return records


def _in_part(part: int) -> Any:
    return lambda route: At(part, route)


def _no_list(values: list[Any], paths: list[str], draft: Draft) -> None:
    """Say that the list is not there, with the lists that there are."""
    lists = found_lists(values)
    wanted = " or ".join(f"`{path}`" if path else "the top of the file" for path in paths)
    message = f"the mapping looks for its records at {wanted}, and there is no list"
    names = [path for path, _ in lists]
    if lists:
        shown = [f"{f'`{path}`' if path else 'the file itself'} ({count:,})" for path, count in lists[:8]]
        more = f" and {len(lists) - 8} more" if len(lists) > 8 else ""
        message += f"; lists in this file, with their lengths: {', '.join(shown)}{more}"
    else:
        message += "; the file holds no list of records at all"
    draft.problem(message, _TOP, near=did_you_mean(paths[0], [name for name in names if name]))


def found_lists(values: list[Any]) -> list[tuple[str, int]]:
    """The lists of records in the documents of a file: path and number of records, the longest first."""
    counted: Counter[str] = Counter()
    for value in values:
        for path, count in lists_of(value):
            counted[path] += count
    return sorted(counted.items(), key=lambda item: (-item[1], item[0].count("."), item[0]))
