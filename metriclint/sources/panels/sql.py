"""What the query of a dashboard panel shows: a row for each person, and whether the rows are in order of a number.

The query is read by sqlglot, which is imported only here and only where a dashboard has a query worth reading.
"""

import re
from typing import NamedTuple

from metriclint.sources.panels.people import names_person

MISSING = "reading the queries of dashboards needs sqlglot: pip install 'metriclint[sources]'"
_LONGEST = 100_000
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_GROUPS = re.compile(r"\b(?:group|partition)\s+by\b", re.IGNORECASE)
_MACRO = re.compile(r"\$__(\w+)")
_VARIABLE = re.compile(r"\$\{[^{}]*\}|\[\[[^\[\]]*\]\]|\$\w+")


class QueryError(Exception):
    """Raised where a query cannot be read; the message says why."""


class MissingParser(Exception):
    """Raised where sqlglot is not installed; the message says what to do."""


class Shown(NamedTuple):
    """A query that shows a number for each person."""

    person: str
    """Column of a table that holds people."""
    works: bool
    """Does its name mean somebody who works there; users are anybody."""
    named: bool
    """Are names or addresses shown, not only ids."""
    measure: str
    """The number, as SQL."""
    label: str
    """Its name in the result, if it has one."""
    ranked: bool
    """Are the rows in order of the number."""
    descending: bool
    limited: bool
    """Is the list cut after some rows."""
    tables: tuple[str, ...]


def may_show_people(sql: str) -> bool:
    """Is a query worth reading: it groups, and a word in it may be a column of people. Quick, and never the answer."""
    if len(sql) <= _LONGEST and _GROUPS.search(sql) is None:
        return False
    return any(names_person(name, "users") for name in set(_IDENTIFIER.findall(sql[:_LONGEST])))


def without_macros(sql: str) -> str:
    """A query with Grafana's macros as plain functions and its variables as plain names, so that it is SQL."""
    return _VARIABLE.sub("grafana_variable", _MACRO.sub(r"grafana_\1", sql))


def shown(sql: str, dialect: str = "mysql", order: tuple[str, bool] | None = None) -> Shown | None:
    """What a query shows of people; ``None`` where it has no row and number for each.

    ``order`` is a column by which the panel itself sorts the result, and whether downwards. Raises QueryError, and
    MissingParser where sqlglot is not installed.
    """
    try:
        from metriclint.sources.panels.rows import rows_of
    except ImportError:
        raise MissingParser(MISSING) from None
    if len(sql) > _LONGEST:
        raise QueryError(f"it is {len(sql):,} characters long")
    return rows_of(without_macros(sql), dialect, order)
