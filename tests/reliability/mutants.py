"""Mutation testing of the logic that decides: ``python tests/reliability/mutants.py [MODULE …] [--only LINE,LINE]``.

Each mutant is one small change of one module (a comparison turned round, a number off by one, a condition negated, a
statement left out); it is killed where one of the tests named for the module fails, or runs for too long. Mutants live
in a forked process only, no file is changed. Those that survive are listed with their line; ``--only`` tries those of
some lines again.
"""

import argparse
import ast
import copy
import importlib
import inspect
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import NamedTuple

import pytest
from _pytest.main import pytest_runtestloop as run_tests

ROOT = Path(__file__).resolve().parents[2]
MODULES = {
    "graph.criteria": (
        "reliability/test_mutants_criteria.py",
        "reliability/test_mutants_goal.py",
        "test_criteria.py",
        "test_guards_and_circles.py",
        "test_facts.py",
        "test_graph_against_networkx.py",
    ),
    "findings.severity": ("test_severity.py", "reliability/test_mutants_severity.py", "test_rule_examples.py"),
    "findings.waivers": ("reliability/test_mutants_waivers.py", "test_waivers.py", "test_cli_waive.py"),
    "findings.baseline": ("reliability/test_mutants_baseline.py", "test_cli_baseline.py", "test_baseline.py"),
}
"""Modules with the tests that are to kill their mutants, those that kill most first; what takes long is left out."""
LONGEST = 120
"""Seconds after which a mutant counts as killed: it runs in a circle."""
_NOT_MADE = 3
"""How a process ends that could not put the change in place. No test has noticed it, so it counts as living."""
_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_TELL = os.dup(1)
"""Standard output, also while pytest holds it."""
_SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min"}


class Mutant(NamedTuple):
    """A changed module."""

    line: int
    what: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, one change each."""
    original = ast.parse(source)
    for index, node in enumerate(ast.walk(original)):
        for number in range(_ways(node)):
            tree = copy.deepcopy(original)
            changed = next(n for i, n in enumerate(ast.walk(tree)) if i == index)
            before = ast.unparse(node)
            what = _change(changed, number)
            if what is None:
                continue
            shown = " ".join(before.split())[:70]
            yield Mutant(getattr(node, "lineno", 0), f"{shown}  →  {what}", ast.fix_missing_locations(tree))


def _ways(node: ast.AST) -> int:
    """The most changes that a kind of node has."""
    return 2 if isinstance(node, (ast.Compare, ast.Constant, ast.If, ast.IfExp, ast.Return, ast.BoolOp)) else 1


def _change(node: ast.AST, number: int) -> str | None:
    """Change a node in place; what was done, or ``None`` where nothing is to be changed."""
    if isinstance(node, ast.Compare):
        return _change_comparison(node, number)
    if isinstance(node, ast.BoolOp):
        if number == 0:
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            return ast.unparse(node)[:70]
        del node.values[-1]
        what = f"without its last part: {' … '.join(map(ast.unparse, node.values))[:60]}"
        if len(node.values) == 1:
            node.values *= 2  # the form asks for two
        return what
    if isinstance(node, ast.BinOp) and type(node.op) in _COMPUTED and not _is_type(node):
        node.op = _COMPUTED[type(node.op)]()
        return ast.unparse(node)[:70]
    if isinstance(node, (ast.If, ast.IfExp)) and not (number and isinstance(node, ast.IfExp)):
        node.test = ast.UnaryOp(ast.Not(), node.test) if number == 0 else ast.Constant(False)
        return "condition " + ("negated" if number == 0 else "never true")
    if isinstance(node, ast.comprehension) and node.ifs:
        node.ifs[0] = ast.UnaryOp(ast.Not(), node.ifs[0])
        return "condition negated"
    if isinstance(node, ast.Constant):
        return _change_constant(node, number)
    if isinstance(node, ast.Return) and number == 0 and node.value is not None and ast.unparse(node.value) != "None":
        node.value = ast.Constant(None)
        return "returns None"
    if isinstance(node, ast.Name) and node.id in _SWAPPED:
        node.id = _SWAPPED[node.id]
        return node.id
    return _leave_out(node)


def _is_type(node: ast.BinOp) -> bool:
    """Is it a type such as ``str | None``."""
    return any(isinstance(part, ast.Constant) and part.value is None for part in (node.left, node.right))


def _change_comparison(node: ast.Compare, number: int) -> str | None:
    others = _COMPARED.get(type(node.ops[0]), ())
    if number >= len(others):
        return None
    node.ops[0] = others[number]()
    return ast.unparse(node)[:70]


def _change_constant(node: ast.Constant, number: int) -> str | None:
    value = node.value
    if isinstance(value, bool):
        changed: object = not value if number == 0 else None
    elif isinstance(value, int):
        changed = value + 1 if number == 0 else (0 if value not in (0, 1) else None)
    elif isinstance(value, str) and number == 0 and len(value) < 40:
        changed = f"{value}!"
    else:
        return None
    if changed is None:
        return None
    node.value = changed  # type: ignore[assignment]
    return repr(changed)


def _leave_out(node: ast.AST) -> str | None:
    """Leave out the first statement of a block that does something and is not needed for the code to run."""
    body = getattr(node, "body", None)
    if not isinstance(body, list) or isinstance(node, ast.Module):
        return None
    for index, part in enumerate(body):
        if isinstance(part, (ast.AugAssign, ast.Continue, ast.Delete)) or (
            isinstance(part, ast.Expr) and not isinstance(part.value, (ast.Constant, ast.Yield, ast.YieldFrom))
        ):
            what = ast.unparse(part)[:60]
            body[index] = ast.Pass()
            return f"without {what}"
    return None


def _of(source: str) -> list[Mutant]:
    """The mutants of a module that are tried."""
    fixed = _fixed_lines(ast.parse(source))
    return [m for m in mutants(source) if m.line and m.line not in fixed]


def _fixed_lines(tree: ast.Module) -> set[int]:
    """Lines outside of functions but for plain values: types, fields and docstrings, which stay as they are."""
    lines = {n for node in tree.body for n in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            lines -= set(range(node.body[0].lineno, (node.end_lineno or 0) + 1))
    for node in tree.body:
        if isinstance(node, ast.Assign):
            lines -= set(range(node.lineno, (node.end_lineno or 0) + 1))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines |= set(range(node.lineno, (node.end_lineno or 0) + 1))
    return lines


def _graft(name: str, file: Path, tree: ast.Module) -> None:
    """Give the functions of a loaded module the code of its changed form; whoever imported them has it, too."""
    module = importlib.import_module(name)
    changed = ModuleType(name)
    exec(compile(tree, str(file), "exec"), changed.__dict__)
    spaces = [(vars(module), vars(changed))]
    spaces += [
        (vars(old), vars(changed)[key])
        for key, old in vars(module).items()
        if isinstance(old, type) and old.__module__ == name
    ]
    for old_space, new_space in spaces:
        new_names: dict[str, object] = new_space if isinstance(new_space, dict) else vars(new_space)
        for key, old in old_space.items():
            _give_code(old, new_names.get(key))
    for key, old in list(vars(module).items()):
        plain = isinstance(old, (int, str, tuple, frozenset, re.Pattern)) and not key.startswith("__")
        if plain and old != changed.__dict__.get(key, old):
            setattr(module, key, changed.__dict__[key])


def _give_code(old: object, new: object) -> None:
    if isinstance(old, property) and isinstance(new, property):
        old, new = old.fget, new.fget
    old, new = inspect.unwrap(old), inspect.unwrap(new)  # type: ignore[arg-type]
    if isinstance(old, FunctionType) and isinstance(new, FunctionType) and old.__code__ != new.__code__:
        old.__code__ = new.__code__


class _Loop:
    """Runs collected tests once for every mutant, each time in a forked process that ends with the first failure."""

    def __init__(self, name: str, file: Path, made: Sequence[Mutant]) -> None:
        self.name, self.file, self.made = name, file, made
        self.living: list[Mutant] = []
        self.sound = False
        """Do the tests pass where nothing is changed."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running the tests once."""
        whole = ast.parse(self.file.read_text(encoding="utf-8"))
        for node in ast.walk(whole):
            if isinstance(node, ast.FunctionDef):
                node.body.insert(1, ast.Pass(lineno=node.lineno))  # other code that does the same
        self.sound = self._run(session, ast.fix_missing_locations(whole)) == 0
        for mutant in self.made if self.sound else ():
            ended = self._run(session, mutant.tree)
            if ended in (0, _NOT_MADE):
                self.living.append(mutant)
                how = "not made" if ended else "survived"
                os.write(_TELL, f"{how} {self.name}:{mutant.line}: {mutant.what}\n".encode())
        return True

    def _run(self, session: pytest.Session, tree: ast.Module) -> int:
        """How the tests end with a change: 0 where all pass."""
        child = os.fork()
        if child == 0:
            code = _NOT_MADE
            try:
                signal.alarm(LONGEST)
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, 1)
                os.dup2(nothing, 2)
                _graft(f"metriclint.{self.name}", self.file, tree)
                code = 1
                session.config.option.maxfail = 1
                run_tests(session)
                code = int(session.testsfailed > 0)
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(arguments: Sequence[str]) -> int:
    """Run the mutants of modules; 1 where less than nine of ten are killed."""
    parser = argparse.ArgumentParser(description="Change one thing at a time and see whether a test notices.")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES)}; all by default")
    parser.add_argument("--only", default="", metavar="LINE,LINE", help="mutants of these lines alone")
    given = parser.parse_args(arguments)
    if wrong := set(given.modules) - set(MODULES):
        parser.error(f"no tests are named for {', '.join(sorted(wrong))}")
    only = {int(line) for line in given.only.split(",") if line}
    os.chdir(ROOT / "tests")
    worst = 1.0
    for name in given.modules or MODULES:
        file = ROOT / "metriclint" / f"{name.replace('.', '/')}.py"
        source = file.read_text(encoding="utf-8")
        loop = _Loop(name, file, [m for m in _of(source) if not only or m.line in only])
        if not loop.made:
            parser.error(f"nothing is to be changed in these lines of {name}")
        tests = [test for test in MODULES[name] if Path(test).exists()]
        known = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
        pytest.main(["-q", "-x", "--capture=no", "-p", "no:cacheprovider", "-W", known, *tests], plugins=[loop])
        if not loop.sound:
            os.write(_TELL, f"{name}: its tests fail without any change\n".encode())
            return 1
        dead = len(loop.made) - len(loop.living)
        worst = min(worst, dead / len(loop.made))
        os.write(_TELL, f"{name}: {dead} of {len(loop.made)} mutants killed ({dead / len(loop.made):.1%})\n".encode())
    return 0 if worst >= 0.9 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
