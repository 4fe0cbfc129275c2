"""Rows of a query's result: expressions are followed through common table expressions, subqueries and unions.

What they lead to are columns of tables, which hold people by their names, and aggregates, which are numbers.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, build_scope

from metriclint.sources.owners import names_worker
from metriclint.sources.panels.people import is_called, is_moment, is_number_of_person, names_person, words_of
from metriclint.sources.panels.sql import QueryError, Shown

_DEEPEST = 40
_STEPS = 5_000
"""Expressions that are looked at for one query; views upon views can be followed without end."""
_HIDING = (
    *(exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Sum, exp.Avg, exp.GroupConcat, exp.ArrayAgg, exp.Window),
    *(exp.Predicate, exp.Query, exp.Subquery, exp.Filter, exp.Add, exp.Sub, exp.Mul, exp.Div),
)
"""Expressions whose result is no longer a person."""
_TEXTS = (exp.GroupConcat, exp.ArrayAgg)
_ONE_OF = (exp.Max, exp.Min, exp.AnyValue, exp.First, exp.Last)
_RANKS = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.Ntile)
_AMOUNTS = frozenset({"count", "score", "points", "total", "rate", "sum"})

_Output = tuple[Any, Scope]
"""An expression, and the query whose names it uses."""


class _Measure(NamedTuple):
    """An aggregate, and the keys that it has one value for."""

    node: Any
    keys: tuple[Any, ...]
    scope: Scope


class _Person(NamedTuple):
    column: str
    works: bool


def rows_of(sql: str, dialect: str, order: tuple[str, bool] | None) -> Shown | None:
    """See :func:`metriclint.sources.panels.sql.shown`."""
    try:
        statements = [statement for statement in parse(sql, read=dialect) if isinstance(statement, exp.Query)]
        scope = build_scope(statements[-1].unnest()) if statements else None
        return None if scope is None else _shown(scope, dialect, order)
    except (SqlglotError, ValueError) as error:
        raise QueryError(" ".join(str(error).split("\n", 1)[0].split())[:100]) from error
    except RecursionError as error:
        raise QueryError("it is nested too deeply") from error


def _shown(scope: Scope, dialect: str, order: tuple[str, bool] | None) -> Shown | None:
    outputs = list(_outputs(scope))
    look = _Look()
    people = [(person, node) for node, where in outputs for person in look.people(node, where)]
    if not people:
        return None
    sorting = _sorting(scope, outputs, order, look)
    measure, descending = sorting if sorting is not None else (_first(outputs, look), False)
    if measure is None:
        return None
    person = next((p for p, _ in people if p.works), people[0][0])
    return Shown(
        person=person.column,
        works=person.works,
        named=any(not is_number_of_person(p.column) or _calls(node) for p, node in people),
        measure=measure.node.sql(dialect=dialect)[:2_000],
        label=_label(measure, outputs, look),
        ranked=sorting is not None,
        descending=descending,
        limited=_limited(scope),
        tables=_tables(scope),
    )


def _calls(node: Any) -> bool:
    """Does an expression that shows people use what they are called too."""
    return any(is_called(column.name) for column in node.find_all(exp.Column))


def _outputs(scope: Scope, depth: int = 0) -> Iterator[_Output]:
    """The columns of a result."""
    node = scope.expression
    if depth > _DEEPEST:
        return
    if isinstance(node, exp.SetOperation):
        if scope.set_operation_scopes:
            yield from _outputs(scope.set_operation_scopes[0], depth + 1)
        return
    for output in getattr(node, "selects", ()):
        if not isinstance(output, exp.Star) and not isinstance(output.this, exp.Star):
            yield output, scope
            continue
        for name, (_, source) in scope.selected_sources.items():
            if isinstance(source, Scope) and getattr(output, "table", "") in ("", name):
                yield from _outputs(source, depth + 1)


def _output(scope: Scope, name: str) -> _Output | None:
    for output, where in _outputs(scope):
        if output.alias_or_name.lower() == name.lower():
            return output.unalias(), where
    return None


def _source(column: exp.Column, scope: Scope) -> _Output | str:
    """What a column is: an output of a query inside, or the name of a table."""
    tables = []
    for name, (_, source) in scope.selected_sources.items():
        if not isinstance(source, Scope):
            tables.append((name, source))
        elif column.table in ("", name) and (found := _output(source, column.name)) is not None:
            return found
    mine = [source for name, source in tables if column.table in ("", name)]
    return str(mine[0].name) if len(mine) == 1 else str(column.table)


def _own(column: exp.Column, scope: Scope) -> Any:
    """What an alias of the same query stands for."""
    if column.table:
        return None
    for output in getattr(scope.expression, "selects", ()):
        if isinstance(output, exp.Alias) and output.alias.lower() == column.name.lower():
            return output.this
    return None


def _branches(node: Any) -> list[Any]:
    """What a case or an if can come to; conditions decide and are not shown."""
    if isinstance(node, exp.Case):
        return [*(branch.args.get("true") for branch in node.args["ifs"]), node.args.get("default")]
    return [node.args.get("true"), node.args.get("false")]


class _Look:
    """Looking into the expressions of one query. An ``alias`` of the query itself counts where it groups or sorts."""

    def __init__(self) -> None:
        self.steps = 0

    def _step(self, node: Any, depth: int) -> bool:
        self.steps += 1
        return isinstance(node, exp.Expression) and depth < _DEEPEST and self.steps < _STEPS

    def people(self, node: Any, scope: Scope, depth: int = 0, alias: bool = False) -> Iterator[_Person]:
        """Columns of people that an expression shows; those that it only counts or compares are none."""
        if not self._step(node, depth):
            return
        if isinstance(node, exp.Column):
            own = _own(node, scope) if alias else None
            if own is not None and not (isinstance(own, exp.Column) and own.name == node.name):
                yield from self.people(own, scope, depth + 1)
                return
            source = _source(node, scope)
            if not isinstance(source, str):
                yield from self.people(*source, depth + 1)
            elif names_person(node.name, source):
                yield _Person(node.name, names_worker(node.name) or names_worker(source))
        elif isinstance(node, (exp.Case, exp.If)):
            for branch in _branches(node):
                yield from self.people(branch, scope, depth + 1)
        elif not isinstance(node, _HIDING):
            for child in node.iter_expressions():
                yield from self.people(child, scope, depth + 1, alias)

    def has_people(self, node: Any, scope: Scope) -> bool:
        """Does a key or a term of an order hold people."""
        return next(self.people(node, scope, 0, alias=True), None) is not None

    def per_person(self, measure: _Measure) -> bool:
        """Does an aggregate have a value for each person."""
        return any(self.has_people(key, measure.scope) for key in measure.keys)

    def measure(self, node: Any, scope: Scope, depth: int = 0, alias: bool = False) -> _Measure | None:
        """The outermost aggregate behind an expression."""
        if not self._step(node, depth):
            return None
        if isinstance(node, exp.Column):
            own = _own(node, scope) if alias else None
            if own is not None and not isinstance(own, exp.Column):
                return self.measure(own, scope, depth + 1)
            source = _source(own or node, scope)
            return None if isinstance(source, str) else self.measure(*source, depth + 1)
        if isinstance(node, exp.Window):
            return self._window(node, scope, depth)
        if isinstance(node, (exp.Subquery, exp.Query)):
            return None
        if isinstance(node, (exp.Case, exp.If)):
            return self._any(_branches(node), scope, depth, alias)
        if isinstance(node, exp.AggFunc) and not self._is_no_number(node, scope, depth):
            return _Measure(node, _keys(scope), scope)
        return self._any(node.iter_expressions(), scope, depth, alias)

    def _any(self, nodes: Iterable[Any], scope: Scope, depth: int, alias: bool) -> _Measure | None:
        found = (self.measure(node, scope, depth + 1, alias) for node in nodes)
        return next((measure for measure in found if measure is not None), None)

    def _is_no_number(self, node: Any, scope: Scope, depth: int) -> bool:
        """A list of texts, the largest name, the last day. Only an amount by its name is taken for a number."""
        if not isinstance(node, _ONE_OF):
            return isinstance(node, _TEXTS)
        column = node.find(exp.Column)
        if column is None or is_moment(column.name):
            return True
        return self.measure(node.this, scope, depth + 1) is None and words_of(column.name)[-1:] not in (
            [word] for word in _AMOUNTS
        )

    def _window(self, node: exp.Window, scope: Scope, depth: int) -> _Measure | None:
        if isinstance(node.this, _RANKS):
            order = node.args.get("order")
            return self._any((term.this for term in order.expressions), scope, depth, True) if order else None
        keys = tuple(node.args.get("partition_by") or ())
        return _Measure(node, keys, scope) if isinstance(node.this, exp.AggFunc) and keys else None


def _keys(scope: Scope) -> tuple[Any, ...]:
    """What a query groups by; a number means a column of the result."""
    group = scope.expression.args.get("group")
    selects = getattr(scope.expression, "selects", ())
    keys = []
    for key in group.expressions if group is not None else ():
        number = _position(key)
        if number is None:
            keys.append(key)
        elif 0 < number <= len(selects):
            keys.append(selects[number - 1])
    return tuple(keys)


def _position(node: Any) -> int | None:
    if isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit():
        return int(node.this[:6])
    return None


def _sorting(
    scope: Scope, outputs: list[_Output], order: tuple[str, bool] | None, look: _Look
) -> tuple[_Measure, bool] | None:
    """The number of each person that the rows are sorted by, and whether downwards."""
    if order is not None:
        named = [output for output in outputs if output[0].alias_or_name.lower() == order[0].lower()]
        measure = look.measure(*named[0]) if named else None
        return (measure, order[1]) if measure is not None and look.per_person(measure) else None
    clause = scope.expression.args.get("order")
    for term in clause.expressions if clause is not None else ():
        node, where = _term(term.this, scope, outputs)
        if node is None or isinstance(node, exp.Predicate):
            continue
        measure = look.measure(node, where, alias=True)
        if measure is not None:
            down = bool(term.args.get("desc")) or isinstance(term.this, exp.Neg) or _counts_down(node, where)
            return (measure, down) if look.per_person(measure) else None
        if look.has_people(node, where):
            return None
    return None


def _term(node: Any, scope: Scope, outputs: list[_Output]) -> tuple[Any, Scope]:
    number = _position(node)
    if number is not None:
        return outputs[number - 1] if 0 < number <= len(outputs) else (None, scope)
    if isinstance(node, exp.Neg):
        node = node.this
    if isinstance(scope.expression, exp.SetOperation) and isinstance(node, exp.Column):
        return _output(scope, node.name) or (None, scope)
    return node, scope


def _behind(node: Any, scope: Scope) -> Any:
    """What a name stands for: an alias here, or an output of the query inside."""
    if not isinstance(node, exp.Column):
        return node.unalias()
    own = _own(node, scope)
    source = _source(node, scope) if own is None else ""
    return own if isinstance(source, str) else source[0]


def _counts_down(node: Any, scope: Scope) -> bool:
    """Is it a rank whose first place has the highest number."""
    window = _behind(node, scope)
    order = window.args.get("order") if isinstance(window, exp.Window) else None
    return order is not None and bool(order.expressions[0].args.get("desc"))


def _first(outputs: list[_Output], look: _Look) -> _Measure | None:
    found = (look.measure(*output) for output in outputs)
    return next((measure for measure in found if measure is not None and look.per_person(measure)), None)


def _label(measure: _Measure, outputs: list[_Output], look: _Look) -> str:
    for output, where in outputs:
        found = look.measure(output, where)
        if found is not None and found.node == measure.node:
            return str(output.alias_or_name)
    return ""


def _limited(scope: Scope) -> bool:
    """Does the result end after some rows: by a limit, or by a condition on a rank."""
    node = scope.expression
    if node.args.get("limit") is not None or node.args.get("fetch") is not None:
        return True
    where = node.args.get("where")
    tests = where.find_all(exp.LT, exp.LTE) if where is not None else ()
    return any(isinstance(t.this, exp.Column) and isinstance(_behind(t.this, scope), exp.Window) for t in tests)


def _tables(scope: Scope) -> tuple[str, ...]:
    inner = {cte.alias for cte in scope.expression.find_all(exp.CTE)}
    names = (table.name for table in scope.expression.find_all(exp.Table))
    return tuple(dict.fromkeys(name for name in names if name and name not in inner and "grafana_" not in name))
