"""The expression language of rules: CEL over the typed fact vocabulary, with three results.

CEL has no loops beyond its bounded macros, no I/O and no imports, so a rule file can neither read files nor run code.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cel_expr_python import cel

from metriclint.facts.catalogue import FACTS
from metriclint.files.problem import did_you_mean, shorten

_TYPES: dict[str, Any] = {
    "string": cel.Type.STRING,
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "strings": cel.Type.List(cel.Type.STRING),
}
_ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_MISSING = re.compile(r'No value with name "([^"]+)"')
_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")
_CODES = re.compile(r"^(?:[A-Z_]+: )+| \[[A-Z_]+\]$")
_FACT = re.compile(r"\b([a-z]+\.[a-z_0-9]+)\b")
_STRUCTURE = re.compile(r"&&|\|\||[?()\[\]{}]")
_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_BEHIND = re.compile(r"\s*(?:==|!=|in\b)\s*([a-z]+\.[a-z_0-9]+)")
_BETWEEN = re.compile(r"(?:\.\w+\(\s*\w+\s*,\s*!?\(*\w+)?\s*(?:==|!=|in\b)[\s\[(,]*")
"""What may stand between a fact and a literal: a comparison, also inside a macro, and earlier items of a list."""
_PATTERN = re.compile(r"\bmatches\(\s*(?:[\w.]+\s*,\s*)?([rR]?)$")
"""What stands before a literal that is a regular expression."""
_OPEN_FACTS = frozenset(name for name, spec in FACTS.items() if spec.type in ("string", "strings") and not spec.values)


class Fault(NamedTuple):
    """What is wrong with an expression: 1-based line and column in it, a message and a suggestion."""

    line: int
    column: int
    message: str
    suggestion: str = ""


class Verdict(NamedTuple):
    """Result of an expression: true, false, or undecided for want of one fact."""

    value: bool | None
    missing: str = ""
    """The fact that would decide it."""
    fault: str = ""
    """Why it cannot be worked out for these facts, where no fact is missing."""


@lru_cache(maxsize=1)
def environment() -> Any:
    """The typed environment with one variable a fact."""
    return cel.NewEnv(variables={name: _TYPES[spec.type] for name, spec in FACTS.items()})


class Expression:
    """An expression and the facts that it names. One that is known to be right is compiled when it is first asked."""

    __slots__ = ("_compiled", "facts", "gates", "source")

    def __init__(self, source: str, compiled: Any = None) -> None:
        self.source = source
        self._compiled = compiled
        self.gates = _gates(source)
        """Boolean facts that stand as conjuncts of the whole condition: if one is false, so is the condition."""
        self.facts: tuple[str, ...] = tuple(sorted({n for n in _FACT.findall(_bare(source)) if n in FACTS}))

    def evaluate(self, values: Mapping[str, Any]) -> Verdict:
        """The result for the given facts; facts that are absent are unbound.

        Undecided without a missing fact is a condition that cannot be worked out, such as one that divides by zero
        or goes over a list of more items than CEL's budget of steps allows.
        """
        if self._compiled is None:
            self._compiled = environment().compile(self.source)
        data = {n: _plain(values[n]) for n in self.facts if n in values}
        try:
            result = self._compiled.eval(data=data).value()
        except RuntimeError as error:
            return Verdict(None, fault=_reason(str(error)))
        if result is True or result is False:
            return Verdict(result)
        found = _MISSING.search(str(result))
        return Verdict(None, found[1]) if found else Verdict(None, fault=_reason(str(result)))


def _reason(message: str) -> str:
    """A message of CEL's runtime without its codes."""
    text = _CODES.sub("", message)
    if "budget exceeded" in text:
        return "a list has too many items for CEL's budget of steps"
    return shorten(text, 200) or "no reason given"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def compile_expression(source: str) -> Expression | list[Fault]:
    """Compile a condition, or say everything that is wrong with it.

    Faults are syntax, unknown facts, wrong types, a result that is not true or false, enumeration values that are in no
    vocabulary, and texts that are no regular expression.
    """
    try:
        compiled = environment().compile(source)
    except RuntimeError as error:
        return _faults(str(error), source)
    kind = compiled.return_type().name()
    if kind != "BOOL":
        return [Fault(1, 1, f"the condition must be true or false, and this one is {_article(kind.lower())}")]
    faults = sorted(_unknown_values(source) + _wrong_patterns(source))
    return faults or Expression(source, compiled)


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _faults(message: str, source: str) -> list[Fault]:
    faults = []
    lines = source.split("\n")
    for line, column, text in _ERROR.findall(message):
        suggestion = ""
        if unknown := _UNDECLARED.search(text):
            name = unknown[1]
            # CEL points at the last dot or the bracket; the name begins before it.
            begin = max(lines[int(line) - 1].rfind(name, 0, int(column) + len(name)), 0)
            called = lines[int(line) - 1][begin + len(name) :].lstrip().startswith("(")
            suggestion = "" if called else did_you_mean(name, FACTS)
            text = f'unknown function "{name}"' if called else f'unknown fact "{name}"'
            column = begin + 1
        text = text.removesuffix(" [INVALID_ARGUMENT]").replace("(in container '')", "").strip()
        faults.append(Fault(int(line), int(column), text[:300], suggestion))
    return faults or [Fault(1, 1, "cannot be compiled: " + " ".join(message.split())[:200])]


def _gates(source: str) -> tuple[str, ...]:
    """Plain boolean facts among the conjuncts at the top of an expression; none where it is no conjunction."""
    bare, depth, parts, start = _bare(source), 0, [], 0
    for match in _STRUCTURE.finditer(bare):
        token = match[0]
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
        elif depth == 0 and token == "&&":
            parts.append(bare[start : match.start()])
            start = match.end()
        elif depth == 0:
            return ()
    parts.append(bare[start:])
    names = (part.strip() for part in parts)
    return tuple(n for n in names if n in FACTS and FACTS[n].type == "bool")


def _bare(source: str) -> str:
    """The expression without its string literals, same length."""
    return _STRING.sub(lambda m: " " * len(m[0]), source)


def _compared_with(bare: str, start: int, end: int, places: list[tuple[int, str]]) -> str:
    """The fact that a literal is compared with: the one behind it, else the last before it; empty where none is."""
    if behind := _BEHIND.match(bare, end):
        return behind[1]
    at, name = next(((at, name) for at, name in reversed(places) if at <= start), (0, ""))
    return name if _BETWEEN.fullmatch(bare, at, start) else ""


def _unknown_values(source: str) -> list[Fault]:
    """Literals that are compared with an enumeration and are not one of its values."""
    faults: list[Fault] = []
    bare = _bare(source)
    places = [(m.end(), m[1]) for m in _FACT.finditer(bare) if m[1] in FACTS]
    for match in _STRING.finditer(source):
        value = match[1] if match[1] is not None else match[2]
        owner = _compared_with(bare, match.start(), match.end(), places)
        spec = FACTS.get(owner)
        if spec is None or owner in _OPEN_FACTS or not spec.values or value in spec.values:
            continue
        line, column = _place(source, match.start())
        message = f'"{value}" is no value of {owner} (allowed: {", ".join(spec.values)})'
        faults.append(Fault(line, column, message, did_you_mean(value, spec.values)))
    return faults


def _wrong_patterns(source: str) -> list[Fault]:
    """Literals that ``matches`` is given and that are no regular expressions: it would fail on every card."""
    faults: list[Fault] = []
    bare = _bare(source)
    for match in _STRING.finditer(source):
        before = _PATTERN.search(bare, 0, match.start())
        if before is None or not bare[match.end() :].lstrip().startswith(")"):
            continue
        try:
            result = environment().compile(f"''.matches({before[1]}{match[0]})").eval(data={}).value()
        except RuntimeError:
            continue
        if not isinstance(result, bool):
            faults.append(Fault(*_place(source, match.start()), _reason(str(result))))
    return faults


def _place(source: str, at: int) -> tuple[int, int]:
    """Line and column (1-based) of a place in an expression."""
    return source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)
