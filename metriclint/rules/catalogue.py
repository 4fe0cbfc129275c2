"""Reading rule files: every defect of a pack in one run, with file, line, expression and caret."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct, field

from metriclint.facts.catalogue import FACTS, GROUPS_QUANTIFIED
from metriclint.files.positions import find_spans
from metriclint.files.problem import Problem, ProblemError, Route, did_you_mean, excerpt_of
from metriclint.files.shape import to_struct
from metriclint.files.shipped import shipped
from metriclint.files.yaml_values import line_at, lines_of, parse, read_text
from metriclint.model.text import EDITION_PATTERN
from metriclint.rules.language import Expression, Fault, compile_expression
from metriclint.rules.library import CriterionEntry, criteria, criteria_of, placed
from metriclint.rules.placeholders import PLACEHOLDERS
from metriclint.rules.rule import Rule, Severity

_NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)+$")
_CODE = re.compile(r"^[A-Z]{3}[0-9]{3}$")
_EDITION = re.compile(EDITION_PATTERN)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
DATA_FILES = ("criteria.yaml", "law.yaml", "gaming-templates.yaml", "levers.yaml")
"""Files of the catalogue that are data, not rules."""


class CompiledRule(Struct, frozen=True, eq=False):
    """A rule that is ready to be asked."""

    name: str
    family: str
    rule: Rule
    when: Expression
    cases: tuple[tuple[Expression, Severity], ...]
    groups: tuple[str, ...]
    """Groups that it quantifies over, in the order board, consequence, action, counter."""
    path: str
    """Shown path of its file."""
    source: str = ""

    @property
    def code(self) -> str:
        """Stable code such as VIS301."""
        return self.rule.code


class Catalogue(Struct):
    """All rules by name, with the other names they answer to."""

    rules: dict[str, CompiledRule] = field(default_factory=dict)
    by_code: dict[str, CompiledRule] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    criteria: dict[str, CriterionEntry] = field(default_factory=dict)
    """Shipped criteria and those of packs, by id."""

    def find(self, word: str) -> CompiledRule | None:
        """A rule by name, code (any case) or earlier name."""
        name = self.aliases.get(word.lower(), word.lower())
        return self.rules.get(name) or self.by_code.get(word.upper())

    def names(self) -> list[str]:
        """Every word that selects something: names, codes, earlier names and families."""
        families = {r.code[:3] for r in self.rules.values()} | {r.family for r in self.rules.values()}
        return sorted({*self.rules, *self.by_code, *self.aliases, *families})

    def matching(self, word: str) -> set[str]:
        """Names of the rules that a word of ``--select`` or ``--ignore`` means; empty where it means none.

        ``*`` is every rule; a family's letters or folder, a name or a code are the others.
        """
        if word == "*":
            return set(self.rules)
        found = self.find(word)
        if found is not None:
            return {found.name}
        upper, lower = word.upper(), word.lower()
        return {r.name for r in self.rules.values() if r.family == lower or r.code[:3] == upper}


def built_in_catalogue(packs: Iterable[Path] = ()) -> Catalogue:
    """The shipped rules and those of further packs (folders). Raises ProblemError with every defect of them all.

    Conditions of shipped rules are compiled when they are first asked: they were checked before they were shipped
    (``metriclint rules test`` does it again).
    """
    return read_catalogue([shipped("rules"), *packs], checked=1)


def read_catalogue(folders: Iterable[Path], *, shown: bool = False, checked: int = 0) -> Catalogue:
    """The rules of folders. Raises ProblemError with every defect: shape, expressions, duplicate names and codes.

    Of the first ``checked`` folders the conditions are known to be right.
    """
    catalogue = Catalogue()
    problems: list[Problem] = []
    for number, folder in enumerate(folders):
        if not folder.is_dir():
            problems.append(Problem(folder.as_posix(), 0, 0, "no such rule folder"))
            continue
        try:
            catalogue.criteria.update(criteria_of(folder))
        except ProblemError as error:
            problems += error.problems
        files = (f for f in folder.rglob("*") if f.suffix in (".yaml", ".yml"))
        for file in sorted(files, key=lambda f: f.as_posix()):
            if file.parent == folder and file.name in DATA_FILES:
                continue
            relative = file.relative_to(folder).as_posix()
            label = f"rules/{relative}" if number == 0 and not shown else file.as_posix()
            compiled, wrong = read_rule(file, label, checked=number < checked)
            problems += wrong
            if compiled is not None:
                problems += _register(catalogue, compiled)
    problems += _alias_problems(catalogue)
    problems += _criterion_problems(catalogue)
    if problems:
        raise ProblemError(problems)
    return catalogue


def _criterion_problems(catalogue: Catalogue) -> list[Problem]:
    known = {**criteria(), **catalogue.criteria}
    catalogue.criteria = known
    problems = []
    for compiled in catalogue.rules.values():
        wrong = [
            Problem(
                compiled.path,
                0,
                0,
                f'unknown criterion "{criterion.ref}"',
                ("criteria", index, "ref"),
                suggestion=did_you_mean(criterion.ref, known),
            )
            for index, criterion in enumerate(compiled.rule.criteria)
            if criterion.ref not in known
        ]
        problems += placed(wrong, compiled.source)
    return problems


def _register(catalogue: Catalogue, compiled: CompiledRule) -> list[Problem]:
    problems = []
    if compiled.name in catalogue.rules:
        first = catalogue.rules[compiled.name].path
        problems.append(Problem(compiled.path, 1, 1, f'rule "{compiled.name}" is defined twice: also in {first}'))
    elif compiled.code in catalogue.by_code:
        first = catalogue.by_code[compiled.code].path
        line = next((n for n, t in enumerate(lines_of(compiled.source), 1) if t.startswith("code:")), 1)
        message = f"code {compiled.code} is used twice: also in {first}"
        excerpt, caret = excerpt_of(line_at(compiled.source, line), 1)
        problems.append(Problem(compiled.path, line, 1, message, ("code",), excerpt=excerpt, caret=caret))
    else:
        catalogue.rules[compiled.name] = compiled
        catalogue.by_code[compiled.code] = compiled
        for alias in compiled.rule.aliases:
            catalogue.aliases[alias.lower()] = compiled.name
    return problems


def _alias_problems(catalogue: Catalogue) -> list[Problem]:
    """Earlier names that mean another rule as well: a word must select one rule for ever."""
    problems = []
    owners: dict[str, CompiledRule] = {}
    for rule in catalogue.rules.values():
        for index, alias in enumerate(rule.rule.aliases):
            word = alias.lower()
            other = catalogue.rules.get(word) or catalogue.by_code.get(word.upper()) or owners.get(word)
            if other is not None and other is not rule:
                message = f'alias "{alias}" already means the rule {other.name} in {other.path}'
                place = Problem(rule.path, 0, 0, message, ("aliases", index))
                problems += placed([place], rule.source)
            owners.setdefault(word, rule)
    return problems


def read_rule(file: Path, label: str, *, checked: bool = False) -> tuple[CompiledRule | None, list[Problem]]:
    """One rule file, compiled, or everything that is wrong with it. ``label`` is the path shown in problems."""
    text = read_text(file, label)
    if isinstance(text, Problem):
        return None, [text]
    return parse_rule(text, label, file.stem, file.parent.name, checked=checked)


def parse_rule(
    text: str, label: str, name: str, family: str, *, checked: bool = False
) -> tuple[CompiledRule | None, list[Problem]]:
    """A rule from its text; its name is the file's name and its family the folder's.

    ``checked``: its conditions are known to be right and need not be compiled yet.
    """
    compiling: Callable[[str], Expression | list[Fault]] = Expression if checked else compile_expression
    value, problems = parse(text, label)
    if problems:
        return None, problems
    if not isinstance(value, dict):
        what = "the file is empty" if value is None else "this is no mapping"
        return None, [Problem(label, 1, 1, f"{what}: `metriclint rules new NAME` writes a rule to begin with")]
    rule = to_struct(value, Rule, label)
    if isinstance(rule, list):
        # Expressions are looked at even where the shape is wrong, so that one run shows everything.
        source = value.get("when")
        if isinstance(source, str) and isinstance(faults := compile_expression(source), list):
            return None, placed(rule, text) + _expression_problems(faults, source, ("when",), text, label)
        return None, placed(rule, text)
    if not _NAME.fullmatch(name):
        message = f'"{name}" is no rule name: two or more kebab-case words that say the defect'
        problems.append(Problem(label, 1, 1, message))
    problems += placed(_word_problems(rule, label), text)
    when = compiling(rule.when)
    if isinstance(when, list):
        problems += _expression_problems(when, rule.when, ("when",), text, label)
    cases = []
    for index, case in enumerate(rule.severity_cases):
        compiled = compiling(case.when)
        if isinstance(compiled, list):
            route: Route = ("severity_cases", index, "when")
            problems += _expression_problems(compiled, case.when, route, text, label)
        else:
            cases.append((compiled, case.severity))
    if problems or isinstance(when, list):
        return None, problems
    named = {f.partition(".")[0] for f in when.facts} if rule.scope == "metric" else set()
    groups = tuple(g for g in GROUPS_QUANTIFIED if g in named)
    return CompiledRule(name, family, rule, when, tuple(cases), groups, label, text), []


def _word_problems(rule: Rule, label: str) -> list[Problem]:
    problems = []
    if not _CODE.fullmatch(rule.code):
        problems.append(
            Problem(label, 0, 0, f'"{rule.code}" is no code: three capital letters, three digits', ("code",))
        )
    if not _EDITION.fullmatch(rule.edition):
        problems.append(Problem(label, 0, 0, f'"{rule.edition}" is no edition: write it as 2026.1', ("edition",)))
    for key in ("message", "summary"):
        for word in _PLACEHOLDER.findall(getattr(rule, key)):
            if word not in PLACEHOLDERS:
                problems.append(
                    Problem(
                        label,
                        0,
                        0,
                        f'unknown placeholder "{{{word}}}"',
                        (key,),
                        tuple(PLACEHOLDERS),
                        did_you_mean(word, PLACEHOLDERS),
                    )
                )
    for index, fix in enumerate(rule.fix):
        for fact in fix.change:
            if fact not in FACTS:
                route: Route = ("fix", index, "change", fact)
                problems.append(Problem(label, 0, 0, f'unknown fact "{fact}"', route, (), did_you_mean(fact, FACTS)))
    if rule.locate is not None and rule.locate not in FACTS:
        message = f'unknown fact "{rule.locate}"'
        problems.append(Problem(label, 0, 0, message, ("locate",), (), did_you_mean(rule.locate, FACTS)))
    if not rule.criteria and rule.kind == "finding":
        message = "a rule without criteria may only be an observation: add criteria, or `kind: observation`"
        problems.append(Problem(label, 0, 0, message, ("kind",)))
    return problems


def _expression_problems(faults: list[Fault], source: str, route: Route, text: str, label: str) -> list[Problem]:
    """Faults of an expression, at its place in the file, with the expression's own line and caret."""
    span = find_spans(text, [route])[route]
    lines = source.split("\n")
    problems = []
    for fault in faults:
        shown = lines[min(fault.line, len(lines)) - 1]
        excerpt, caret = excerpt_of(shown, fault.column)
        line, column = _place_of(text, span.line, span.column, shown, fault.column)
        problems.append(
            Problem(
                label,
                line,
                column,
                fault.message,
                route,
                suggestion=fault.suggestion,
                excerpt=excerpt,
                caret=caret,
            )
        )
    return problems


def _place_of(text: str, line: int, column: int, shown: str, caret: int) -> tuple[int, int]:
    """Where a column of an expression line stands in the file; folded lines are searched by their words."""
    around = shown[max(0, caret - 1) :][:12].strip()
    for offset, candidate in enumerate(lines_of(text)[line - 1 : line + 39]):
        at = candidate.find(around) if around else -1
        if at >= 0 and (offset or at >= column):
            return line + offset, at + 1
    return line, column
