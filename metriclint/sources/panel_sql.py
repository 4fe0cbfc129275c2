"""What the query of a dashboard panel shows: a row for each person, and whether the rows are in order of a number.

The query is read by sqlglot; expressions are followed through common table expressions, subqueries and unions to the
columns of tables.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from metriclint.sources.owners import names_worker

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

MISSING = "reading the queries of dashboards needs sqlglot: pip install 'metriclint[sources]'"
_DEEPEST = 40
_LONGEST = 100_000
_STEPS = 5_000
"""Expressions that are looked at for one query; views upon views can be followed without end."""

_WORD = re.compile(r"[a-z0-9]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_USERS = frozenset("user users username member contributor creator reporter responder actor person people".split())
_ADDRESSES = frozenset({"login", "username", "email", "nickname"})
_NUMBERS = frozenset({"id", "ids", "uid", "uuid", "key", "hash"})
_SAID = frozenset("name names full first last display real nick login email mail address handle account slug".split())
_TOOLS = frozenset("github gitlab jira slack git copilot pr mr issue commit ticket task bug story review ai".split())
_NAMES = frozenset({"name", "fullname", "displayname"})
_MOMENT = frozenset("date dates time times timestamp day week month year seen at on since until last first".split())


class QueryError(Exception):
    """Raised where a query cannot be read; the message says why."""


class Shown(NamedTuple):
    """A query that shows a number for each person."""

    person: str
    """Column of a table that holds people."""
    works: bool
    """Does its name mean somebody who works there; users are anybody."""
    named: bool
    """Are names or addresses shown, not only numbers or ids."""
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


def names_person(column: str, table: str = "") -> bool:
    """Does a column hold people: ``author_name``, ``user_login``, ``name`` of a table of users."""
    words = _words(column)
    if names_worker(column):
        return True
    if "".join(words) in _NAMES and table:
        of = [word.removesuffix("s") for word in _words(table)]
        return bool(of) and (of[-1] in _USERS or names_worker(of[-1]))
    known = any(word in _USERS or word in _ADDRESSES for word in words) or words == ["display", "name"]
    return known and all(word in _USERS | _ADDRESSES | _NUMBERS | _SAID | _TOOLS for word in words)


def may_show_people(sql: str) -> bool:
    """Can it be worth reading a query: does any word in it look like a column of people. Quick, and never the answer."""
    return any(names_person(name, "users") for name in set(_IDENTIFIER.findall(sql[:_LONGEST])))


def _words(identifier: str) -> list[str]:
    return _WORD.findall(_HUMPS.sub("_", identifier).lower().replace("_", " "))


_MACRO = re.compile(r"\$__(\w+)")
_VARIABLE = re.compile(r"\$\{[^{}]*\}|\[\[[^\[\]]*\]\]|\$\w+")


def without_macros(sql: str) -> str:
    """A query with Grafana's macros as plain functions and its variables as plain names, so that it is SQL."""
    return _VARIABLE.sub("grafana_variable", _MACRO.sub(r"grafana_\1", sql))


def shown(sql: str, dialect: str = "mysql", order: tuple[str, bool] | None = None) -> Shown | None:
    """What a query shows of people; ``None`` where it has no row and number for each.

    ``order`` is a column by which the panel itself sorts the result, and whether downwards. Raises QueryError.
    """
    from sqlglot import exp, parse
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.scope import build_scope

    if len(sql) > _LONGEST:
        raise QueryError(f"it is {len(sql):,} characters long")
    try:
        statements = [s for s in parse(without_macros(sql), read=dialect) if isinstance(s, exp.Query)]
        scope = build_scope(statements[-1].unnest()) if statements else None
        return None if scope is None else _Reading(dialect).of(scope, order)
    except SqlglotError as error:
        raise QueryError(str(error).split("\n", 1)[0][:120]) from error
    except RecursionError as error:
        raise QueryError("it is nested too deeply") from error


class _Measure(NamedTuple):
    """An aggregate, and the keys that it has one value for."""

    node: "exp.Expression"
    keys: tuple["exp.Expression", ...]
    scope: "Scope"


class _Person(NamedTuple):
    column: str
    table: str


class _Reading:
    """One look at a query."""

    def __init__(self, dialect: str) -> None:
        from sqlglot import exp

        self.exp: Any = exp
        self.dialect = dialect
        self.steps = 0

    def of(self, scope: "Scope", order: tuple[str, bool] | None) -> Shown | None:
        """What the whole query shows."""
        outputs = list(self._outputs(scope))
        people = [person for node, where in outputs for person in self._people(node, where, 0)]
        if not people:
            return None
        sorting = self._sorting(scope, outputs, order)
        measure, descending = sorting if sorting is not None else (self._first(outputs), False)
        if measure is None:
            return None
        person = next((p for p in people if names_worker(p.column)), people[0])
        return Shown(
            person=person.column,
            works=any(names_worker(p.column) for p in people),
            named=any(_NUMBERS.isdisjoint(_words(p.column)) for p in people),
            measure=measure.node.sql(dialect=self.dialect)[:2_000],
            label=self._label(measure, outputs),
            ranked=sorting is not None,
            descending=descending,
            limited=self._limited(scope),
            tables=self._tables(scope),
        )

    # ------------------------------------------------------------------ what comes out

    def _outputs(self, scope: "Scope", depth: int = 0) -> Iterator[tuple[Any, "Scope"]]:
        """The columns of a result, each with the scope that its names are of."""
        node = scope.expression
        if depth > _DEEPEST:
            return
        if isinstance(node, self.exp.SetOperation):
            if scope.set_operation_scopes:
                yield from self._outputs(scope.set_operation_scopes[0], depth + 1)
            return
        for output in getattr(node, "selects", ()):
            star = output if isinstance(output, self.exp.Star) else None
            if star is None and isinstance(output, self.exp.Column) and isinstance(output.this, self.exp.Star):
                star = output
            if star is None:
                yield output, scope
                continue
            for name, (_, source) in scope.selected_sources.items():
                if hasattr(source, "sources") and getattr(star, "table", "") in ("", name):
                    yield from self._outputs(source, depth + 1)

    def _output(self, scope: "Scope", name: str) -> tuple[Any, "Scope"] | None:
        for output, where in self._outputs(scope):
            if output.alias_or_name.lower() == name.lower():
                return (output.unalias() if isinstance(output, self.exp.Alias) else output), where
        return None

    def _source(self, column: Any, scope: "Scope") -> tuple[Any, "Scope"] | str:
        """What a column is: an output of a query inside, with its scope, or the name of a table."""
        chosen = {name: source for name, (_, source) in scope.selected_sources.items()}
        tables = [name for name, source in chosen.items() if not hasattr(source, "sources")]
        for name, source in chosen.items():
            if hasattr(source, "sources") and source is not scope and column.table in ("", name):
                found = self._output(source, column.name)
                if found is not None:
                    return found
        if column.table:
            return str(getattr(chosen.get(column.table), "name", "") or column.table)
        return str(getattr(chosen[tables[0]], "name", "")) if len(tables) == 1 else ""

    def _own(self, column: Any, scope: "Scope") -> Any:
        """What an alias of the same query stands for."""
        if column.table:
            return None
        for output in getattr(scope.expression, "selects", ()):
            if isinstance(output, self.exp.Alias) and output.alias.lower() == column.name.lower():
                return output.this
        return None

    def _step(self, depth: int) -> bool:
        self.steps += 1
        return depth < _DEEPEST and self.steps < _STEPS

    # ------------------------------------------------------------------ people

    def _people(self, node: Any, scope: "Scope", depth: int, alias: bool = False) -> Iterator[_Person]:
        """Columns of people that an expression shows; those that it only counts or compares are none."""
        exp = self.exp
        if not isinstance(node, exp.Expression) or not self._step(depth):
            return
        if isinstance(node, exp.Column):
            own = self._own(node, scope) if alias else None
            if own is not None and not (isinstance(own, exp.Column) and own.name == node.name):
                yield from self._people(own, scope, depth + 1)
                return
            source = self._source(node, scope)
            if isinstance(source, str):
                if names_person(node.name, source):
                    yield _Person(node.name, source)
            else:
                yield from self._people(*source, depth + 1)
        elif isinstance(node, exp.Case):
            results = [*(branch.args.get("true") for branch in node.args["ifs"]), node.args.get("default")]
            for result in results:
                yield from self._people(result, scope, depth + 1)
        elif isinstance(node, exp.If):
            for key in ("true", "false"):
                yield from self._people(node.args.get(key), scope, depth + 1)
        elif not isinstance(node, self._hiding):
            for child in node.iter_expressions():
                yield from self._people(child, scope, depth + 1, alias)

    @property
    def _hiding(self) -> tuple[type, ...]:
        """Expressions whose result is no longer a person."""
        exp = self.exp
        counting = tuple(
            kind
            for kind in (exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Sum, exp.Avg, exp.GroupConcat, exp.ArrayAgg)
        )
        return (*counting, exp.Window, exp.Predicate, exp.Query, exp.Subquery, exp.Filter, exp.Add, exp.Sub, exp.Mul)

    def _per_person(self, measure: _Measure) -> bool:
        return any(True for key in measure.keys for _ in self._people(key, measure.scope, 0, alias=True))

    # ------------------------------------------------------------------ numbers

    def _measure(self, node: Any, scope: "Scope", depth: int = 0, alias: bool = False) -> _Measure | None:
        """The outermost aggregate behind an expression."""
        exp = self.exp
        if not isinstance(node, exp.Expression) or not self._step(depth):
            return None
        if isinstance(node, exp.Column):
            own = self._own(node, scope) if alias else None
            if own is not None and not isinstance(own, exp.Column):
                return self._measure(own, scope, depth + 1)
            source = self._source(own or node, scope)
            return None if isinstance(source, str) else self._measure(*source, depth + 1)
        if isinstance(node, exp.Window):
            return self._window(node, scope, depth)
        if isinstance(node, (exp.Subquery, exp.Query)):
            return None
        if isinstance(node, exp.Case):
            # Conditions decide, results are shown.
            results = [*(branch.args.get("true") for branch in node.args["ifs"]), node.args.get("default")]
            return self._any(results, scope, depth, alias)
        if isinstance(node, exp.AggFunc) and not self._is_text(node, scope, depth):
            return _Measure(node, self._keys(scope), scope)
        return self._any(node.iter_expressions(), scope, depth, alias)

    def _any(self, nodes: Any, scope: "Scope", depth: int, alias: bool) -> _Measure | None:
        found = (self._measure(node, scope, depth + 1, alias) for node in nodes)
        return next((measure for measure in found if measure is not None), None)

    def _is_text(self, node: Any, scope: "Scope", depth: int) -> bool:
        """Is an aggregate no number: a list of texts, the largest name, the last day."""
        exp = self.exp
        if isinstance(node, (exp.GroupConcat, exp.ArrayAgg)):
            return True
        if not isinstance(node, (exp.Max, exp.Min, exp.AnyValue, exp.First, exp.Last)):
            return False
        inner = node.this
        column = inner.find(exp.Column) if isinstance(inner, exp.Expression) else None
        if column is None or not _MOMENT.isdisjoint(_words(column.name)):
            return True
        # The largest of a text is a text too: only a column that is computed inside, or says that it counts, is one.
        computed = self._measure(inner, scope, depth + 1) is not None
        return not computed and not _words(column.name)[-1:] in (["count"], ["score"], ["points"], ["total"], ["rate"])

    def _window(self, node: Any, scope: "Scope", depth: int) -> _Measure | None:
        exp = self.exp
        ranks = (exp.RowNumber, *(getattr(exp, n) for n in ("Rank", "DenseRank", "PercentRank", "Ntile") if hasattr(exp, n)))
        order = node.args.get("order")
        if isinstance(node.this, ranks) or (isinstance(node.this, exp.Anonymous) and "rank" in node.this.name.lower()):
            return self._any((term.this for term in order.expressions), scope, depth, True) if order else None
        keys = tuple(node.args.get("partition_by") or ())
        if isinstance(node.this, exp.AggFunc) and keys:
            return _Measure(node, keys, scope)
        return None

    def _keys(self, scope: "Scope") -> tuple[Any, ...]:
        """What a query groups by; a number means the column of the result."""
        group = scope.expression.args.get("group")
        selects = getattr(scope.expression, "selects", ())
        keys = []
        for key in group.expressions if group is not None else ():
            if isinstance(key, self.exp.Literal) and not key.is_string and key.this.isdigit():
                number = int(key.this[:6])
                if 0 < number <= len(selects):
                    keys.append(selects[number - 1])
            else:
                keys.append(key)
        return tuple(keys)

    # ------------------------------------------------------------------ order

    def _sorting(
        self, scope: "Scope", outputs: list[tuple[Any, "Scope"]], order: tuple[str, bool] | None
    ) -> tuple[_Measure, bool] | None:
        """The number of each person that the rows are sorted by, and whether downwards."""
        if order is not None:
            for output, where in outputs:
                if output.alias_or_name.lower() == order[0].lower():
                    measure = self._measure(output, where)
                    return (measure, order[1]) if measure is not None and self._per_person(measure) else None
            return None
        clause = scope.expression.args.get("order")
        for term in clause.expressions if clause is not None else ():
            node, where = self._term(term.this, scope, outputs)
            if node is None or isinstance(node, self.exp.Predicate):
                continue
            measure = self._measure(node, where, alias=True)
            if measure is not None:
                down = bool(term.args.get("desc")) or self._is_rank_of(node, where)
                return (measure, down) if self._per_person(measure) else None
            if any(True for _ in self._people(node, where, 0, alias=True)):
                return None
        return None

    def _term(self, node: Any, scope: "Scope", outputs: list[tuple[Any, "Scope"]]) -> tuple[Any, "Scope"]:
        exp = self.exp
        if isinstance(node, exp.Literal):
            number = int(node.this[:6]) if not node.is_string and node.this.isdigit() else 0
            return outputs[number - 1] if 0 < number <= len(outputs) else (None, scope)
        if isinstance(node, exp.Neg):
            node = node.this
        if isinstance(scope.expression, exp.SetOperation) and isinstance(node, exp.Column):
            found = self._output(scope, node.name)
            return found if found is not None else (None, scope)
        return node, scope

    def _is_rank_of(self, node: Any, scope: "Scope") -> bool:
        """Is it a rank whose first place has the highest number."""
        window = self._own(node, scope) if isinstance(node, self.exp.Column) else node
        if isinstance(node, self.exp.Column) and window is None:
            source = self._source(node, scope)
            window = None if isinstance(source, str) else source[0]
        order = window.args.get("order") if isinstance(window, self.exp.Window) else None
        return order is not None and bool(order.expressions[0].args.get("desc"))

    def _first(self, outputs: list[tuple[Any, "Scope"]]) -> _Measure | None:
        found = (self._measure(output, where) for output, where in outputs)
        return next((m for m in found if m is not None and self._per_person(m)), None)

    def _label(self, measure: _Measure, outputs: list[tuple[Any, "Scope"]]) -> str:
        for output, where in outputs:
            found = self._measure(output, where)
            if found is not None and found.node == measure.node:
                return str(output.alias_or_name)
        return ""

    def _limited(self, scope: "Scope") -> bool:
        """Does the result end after some rows: a limit, or a condition on a rank."""
        node = scope.expression
        if node.args.get("limit") is not None or node.args.get("fetch") is not None:
            return True
        where = node.args.get("where")
        for test in where.find_all(self.exp.LT, self.exp.LTE) if where is not None else ():
            column = test.this
            if isinstance(column, self.exp.Column):
                source = self._source(column, scope)
                if not isinstance(source, str) and isinstance(source[0], self.exp.Window):
                    return True
        return False

    def _tables(self, scope: "Scope") -> tuple[str, ...]:
        inner = {cte.alias for cte in scope.expression.find_all(self.exp.CTE)}
        names = (table.name for table in scope.expression.find_all(self.exp.Table))
        return tuple(dict.fromkeys(name for name in names if name and name not in inner and "grafana_" not in name))
