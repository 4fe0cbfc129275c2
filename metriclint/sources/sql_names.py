"""Names in formulas, without a parser: enough to see whether a formula can mean another metric."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_SQL = re.compile(
    r"""'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|(?P<open>(?:"(?:[^"]|"")*"|`[^`]*`|[^\W\d]\w*))"""
    r"""(?P<more>(?:\s*\.\s*(?:"(?:[^"]|"")*"|`[^`]*`|\w+))*)(?P<call>\s*\()?""",
    re.DOTALL,
)
_DAX = re.compile(
    r"""\"(?:[^\"]|\"\")*\"|--[^\n]*|//[^\n]*|/\*.*?\*/|"""
    r"""(?P<table>'(?:[^']|'')*'|[^\W\d]\w*)?\[(?P<name>[^\[\]\n]+)\]""",
    re.DOTALL,
)


class Name(NamedTuple):
    """A name in a formula; ``table`` is what stands before its dot or bracket."""

    table: str
    name: str


def sql_names(expression: str) -> Iterator[Name]:
    """Names in an SQL expression that are no functions: columns, and whatever looks like one."""
    for hit in _SQL.finditer(expression):
        if hit["open"] is None or hit["call"]:
            continue
        parts = [part.strip().strip('"`') for part in [hit["open"], *hit["more"].split(".")[1:]]]
        yield Name(parts[-2] if len(parts) > 1 else "", parts[-1])


def dax_names(expression: str) -> Iterator[Name]:
    """References in brackets in a DAX expression: ``[Sales]``, ``'Internet Sales'[Sales]``."""
    for hit in _DAX.finditer(expression):
        if hit["name"] is not None:
            yield Name((hit["table"] or "").strip("'"), hit["name"].strip())
