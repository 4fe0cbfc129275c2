"""Grafana dashboards as evidence: panels that show named people in the order of a number are boards.

A panel that has no row for each person, or that sums up by team, is left alone; so are queries that are no SQL.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from metriclint.files.problem import Route, shorten
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft, Item
from metriclint.sources.panels.sql import MissingParser, QueryError, Shown, may_show_people, shown
from metriclint.sources.shapes import map_in, maps_in, text_in, value_in

TITLE = "Grafana dashboard"
SUFFIXES = (".json",)
_ALL = ('"panels"', '"schemaVersion"')
_NEWER = '"dashboard.grafana.app/'
_QUERIES = ("rawSql", "rawSQL", "queryText")
_DIALECTS = (
    (("postgres", "redshift", "timescale", "cockroach"), "postgres"),
    (("mssql", "azuresql"), "tsql"),
    (("clickhouse",), "clickhouse"),
    (("bigquery",), "bigquery"),
    (("snowflake",), "snowflake"),
    (("athena", "trino", "presto"), "trino"),
    (("databricks",), "databricks"),
    (("sqlite",), "sqlite"),
    (("oracle",), "oracle"),
)
_TIMELINES = {"timeseries", "heatmap", "state-timeline", "status-history", "candlestick"}
_RANKING = re.compile(
    r"\b(?:top|best|ranks?|ranking|ranked|leaderboard|league|champions?|rangliste|bestenliste)\b", re.IGNORECASE
)
_DEEPEST = 20
_OPEN = "Grafana shows a dashboard to everyone in its organisation, unless its folder says otherwise"
_KINDS = (
    ("input", r"credits?|tokens?|costs?|spend|spent|hours?"),
    ("activity", r"commits?|lines?|loc|additions?|suggestions?|accept(?:ed|ances?)|generations?|prompts?|sessions?"),
    ("activity", r"messages?|msgs?|chats?|conversations?|interactions?|comments?|reviews?|events?|activit(?:y|ies)"),
    ("output", r"prs?|mrs?|(?:pull|merge) requests?|issues?|bugs?|tickets?|stor(?:y|ies)|points?|defects?|cases?"),
)
_ADDS_UP = re.compile(r"\s*(?:count|sum|round\s*\(\s*(?:count|sum))\s*\(", re.IGNORECASE)


class _Panel(NamedTuple):
    value: dict[str, Any]
    route: Route
    queries: list[tuple[str, str, Route]]
    """Texts, kinds of database and places of its queries."""


def claims(file: SourceFile) -> bool:
    """It has panels and says the version of Grafana's schema."""
    text = file.text
    return text.lstrip()[:1] == "{" and (all(mark in text for mark in _ALL) or _NEWER in file.head)


def read(file: SourceFile, draft: Draft) -> None:
    """A metric with a board for each panel that ranks people; one remark for those that only list them."""
    draft.evidence = True
    value = file.values(draft)
    route: Route = ()
    for wrapper in ("dashboard", "spec"):
        if isinstance(value, dict) and "panels" not in value and isinstance(value.get(wrapper), dict):
            value, route = value[wrapper], (*route, wrapper)
    dashboard = _Dashboard(draft, text_in(value, "title") or "Grafana")
    try:
        for panel in [*_panels(value, route, 0), *_newer_panels(value, route)]:
            dashboard.add(panel)
    except MissingParser as error:
        if file.explicit:
            draft.problem(str(error), dashboard.at)
        else:
            draft.remark(f"this dashboard is not looked at: {error}", dashboard.at)
        return
    dashboard.close()


class _Dashboard:
    """Panels of one dashboard as they are read."""

    def __init__(self, draft: Draft, title: str) -> None:
        self.draft, self.title = draft, title
        self.at: Route = ()
        self.listed: list[tuple[str, Route]] = []
        self.unread: list[tuple[str, Route]] = []

    def add(self, panel: _Panel) -> None:
        """Look at the queries of a panel; the first that ranks people counts."""
        title = text_in(panel.value, "title") or ""
        kind = text_in(panel.value, "type") or ""
        if kind in _TIMELINES or (kind == "graph" and value_in(panel.value, "xaxis", "mode") not in ("series", None)):
            return
        lists: tuple[str, Route] | None = None
        for sql, source, route in panel.queries:
            if not may_show_people(sql):
                continue
            self.at = route
            try:
                found = _shown(sql, _dialect(source), _sorted_by(panel.value))
            except QueryError as error:
                self.unread.append((str(error), route))
                continue
            if found is not None and (found.ranked or _RANKING.search(title)):
                self._board(title, panel, found, route)
                return
            lists = lists or ((title or found.person, route) if found is not None else None)
        self.listed += [lists] if lists is not None else []

    def _board(self, title: str, panel: _Panel, found: Shown, at: Route) -> None:
        named: Route = (*panel.route, "title") if title else at
        called = title or f"{self.title}: {found.label or found.measure}"[:200]
        item = self.draft.metric(f"{self.title} {title or found.label}", at, title=called, alias=False)
        self.draft.mark((item.section, item.id, "title"), named, "")
        item.set("formula", found.measure, at)
        item.set("data_source", ", ".join(found.tables)[:1_000], at)
        item.set("kind", *_kind(found, title, at))
        who = "names who did it" if found.works else "names users"
        item.set("subject.level", "individual", at, inferred=f"the column `{found.person}` {who}, a row for each")
        _visibility(item, self.title, title, found, at)

    def close(self) -> None:
        """Say once what was seen besides."""
        if self.listed:
            names = ", ".join(f"“{shorten(name, 60)}”" for name, _ in self.listed[:3])
            more = f" and {len(self.listed) - 3} more" if len(self.listed) > 3 else ""
            is_one = len(self.listed) == 1
            what = "a panel shows" if is_one else f"{len(self.listed)} panels show"
            text = f"{what} numbers of single people, in no order of them: {names}{more}"
            self.draft.remark(text, self.listed[0][1])
        if self.unread:
            reason, at = self.unread[0]
            what = "a query" if len(self.unread) == 1 else f"{len(self.unread)} queries"
            self.draft.remark(f"{what} that may show people could not be read: {reason}", at)


def _visibility(item: Item, dashboard: str, title: str, found: Shown, at: Route) -> None:
    item.set("visibility.title", f"Dashboard “{shorten(dashboard, 80)}”", at)
    item.set("visibility.audience", "org", at, inferred=_OPEN)
    known_by = f"`{found.person}` is an id, by which people can be looked up"
    item.set("visibility.identified", True, at, inferred="" if found.named else known_by)
    if found.ranked and (found.limited or _RANKING.search(title)):
        because = ""
    elif found.ranked:
        because = f"the panel sorts all people by {shorten(found.measure, 60)}"
    else:
        because = f"the title says “{shorten(title, 60)}”"
    item.set("visibility.ranked", True, at, inferred=because)


def _kind(found: Shown, title: str, at: Route) -> tuple[str | None, Route, str]:
    """What is counted, where the words for it are clear."""
    if _ADDS_UP.match(found.measure):
        for text in (f"{found.label} {found.measure}", title):
            words = re.sub(r"[^a-z]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())
            for kind, pattern in _KINDS:
                hit = re.search(rf"\b(?:{pattern})\b", words)
                if hit is not None:
                    return kind, at, f"“{hit[0]}” are counted or added up"
    return None, at, ""


def _shown(sql: str, dialect: str, order: tuple[str, bool] | None) -> Shown | None:
    found = shown(sql, dialect)
    if order is None or (found is not None and found.ranked):
        return found
    return shown(sql, dialect, order) or found


def _dialect(source: str) -> str:
    return next((dialect for words, dialect in _DIALECTS if any(word in source for word in words)), "mysql")


def _sorted_by(panel: dict[str, Any]) -> tuple[str, bool] | None:
    """The column by which the panel sorts what its query gives, and whether downwards."""
    for _, step in maps_in(panel, "transformations"):
        if step.get("id") == "sortBy":
            for _, sort in maps_in(step, "options", "sort"):
                if (column := text_in(sort, "field")) is not None:
                    return column, sort.get("desc") is True
    for _, sort in maps_in(panel, "options", "sortBy"):
        if (column := text_in(sort, "displayName")) is not None:
            return column, sort.get("desc") is True
    return None


def _panels(value: Any, route: Route, depth: int) -> Iterator[_Panel]:
    """Panels, those inside rows too, in the order of the text."""
    for key in ("panels", "rows") if depth < _DEEPEST else ():
        for below, panel in maps_in(value, key):
            here = (*route, *below)
            queries = []
            for number, target in maps_in(panel, "targets"):
                if target.get("hide") is True:
                    continue
                source = _source_of(target) or _source_of(panel)
                for name in _QUERIES:
                    if (sql := text_in(target, name)) is not None:
                        queries.append((sql, source, (*here, *number, name)))
            yield _Panel(panel, here, queries)
            yield from _panels(panel, here, depth + 1)


def _source_of(value: dict[str, Any]) -> str:
    return (text_in(value, "datasource", "type") or text_in(value, "datasource") or "").lower()


def _newer_panels(value: Any, route: Route) -> Iterator[_Panel]:
    """Panels of the second schema: elements by their names, each with a group of queries."""
    for name, element in map_in(value, "elements").items():
        panel, here = map_in(element, "spec"), (*route, "elements", name, "spec")
        queries = []
        for below, query in maps_in(panel, "data", "spec", "queries"):
            inside = map_in(query, "spec", "query")
            source = text_in(inside, "group") or text_in(inside, "kind") or ""
            for key in _QUERIES:
                if (sql := text_in(inside, "spec", key)) is not None:
                    queries.append((sql, source.lower(), (*here, *below, "spec", "query", "spec", key)))
        kind = text_in(panel, "vizConfig", "group") or text_in(panel, "vizConfig", "kind")
        yield _Panel({**panel, "type": kind}, here, queries)
