"""What the configuration decides, in one place: which rules are asked, what is left out where, how much it counts."""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field

from metriclint.files.globs import fits
from metriclint.files.problem import Problem, Route, did_you_mean
from metriclint.findings.candidates import Candidate
from metriclint.model.config import Config
from metriclint.model.text import EDITION_PATTERN
from metriclint.rules.catalogue import Catalogue, CompiledRule
from metriclint.rules.rule import Severity

EDITIONS = ("2026.1",)
"""Rule sets that this version knows, oldest first."""
WAIVER_RULES = {
    "expired-waiver": "GOV921",
    "waiver-ends-soon": "GOV922",
    "unused-waiver": "GOV923",
    "unknown-waiver-target": "GOV924",
    "self-approved-waiver": "GOV925",
    "overlong-waiver": "GOV926",
    "dead-compensating-metric": "GOV927",
    "waiver-not-allowed": "GOV928",
    "incomplete-waiver": "GOV929",
    "waiver-path-changed": "GOV930",
}
"""Rules about waivers with their codes. They are asked last, so they are no files of the catalogue."""


class PathOverride(Struct, frozen=True):
    """Settings for the metrics of some files; rules by name."""

    paths: tuple[str, ...]
    """Patterns, relative to the folder of the configuration."""
    ignored: frozenset[str]
    severity: dict[str, Severity]

    def fits(self, path: str) -> bool:
        """Does it speak about a file."""
        return any(fits(path, pattern) for pattern in self.paths)


class Selection(Struct):
    """Rules that are asked in a project, and what its configuration changes about them."""

    rules: list[CompiledRule] = field(default_factory=list)
    left_out: list[CompiledRule] = field(default_factory=list)
    """Rules of the edition that ``select`` or ``ignore`` leave out; what they would say counts as filtered."""
    severity: dict[str, Severity] = field(default_factory=dict)
    """Severity by rule name, in place of the computed one."""
    overrides: list[PathOverride] = field(default_factory=list)
    catalogue: Catalogue = field(default_factory=Catalogue)
    waiver_rules: frozenset[str] = frozenset(WAIVER_RULES)
    """Rules about waivers that are asked."""
    idle: list[str] = field(default_factory=list)
    """What to say of rules that ``select`` names and that are not asked."""
    never_waived: frozenset[str] = frozenset()
    """Rules that the configuration lets nobody waive."""

    def ruling(self, rule: str, path: str) -> tuple[bool, Severity | None]:
        """Whether a rule is left out for a file, and the severity that the configuration sets there, if it does."""
        severity, ignored = self.severity.get(rule), False
        for override in self.overrides:
            if override.fits(path):
                ignored = ignored or rule in override.ignored
                severity = override.severity.get(rule, severity)
        return ignored, severity

    def apply(self, candidates: Iterable[Candidate], below: "Below") -> tuple[list[Candidate], list[Candidate]]:
        """Set the severities of the configuration. Returns what is kept, and what is left out for its file.

        A finding about a metric belongs to the file of its card, one about a decision or project to its own place.
        """
        kept: list[Candidate] = []
        ignored: list[Candidate] = []
        for candidate in candidates:
            wide = candidate.rule.rule.scope != "metric"
            origin = candidate.location if wide else candidate.facts.design.entry.origin
            leave_out, severity = self.ruling(candidate.rule.name, below(origin.path) if self.overrides else "")
            if severity is not None:
                candidate.severity, candidate.severity_from = severity, "configuration"
            (ignored if leave_out else kept).append(candidate)
        return kept, ignored


def select(
    catalogue: Catalogue,
    config: Config,
    *,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    preview: bool = False,
    config_path: str = "the configuration",
) -> tuple[Selection, list[Problem]]:
    """The rules of a project: its edition, its selection, and the command's ``--select`` and ``--ignore``.

    Unknown words are problems with "did you mean", all of them at once; those of the configuration have its path and a
    route in it.
    """
    words = _Words(catalogue, config_path)
    if config.ruleset not in EDITIONS:
        near = did_you_mean(config.ruleset, EDITIONS)
        message = f'unknown rule set "{config.ruleset}"'
        words.problems.append(Problem(config_path, 0, 0, message, ("ruleset",), EDITIONS, near))
    if only and not any(entry.strip(", ") for entry in only):
        # An empty variable of a CI file would ask no rule at all, and pass.
        words.problems.append(Problem("--select", 0, 0, "names no rule and no family"))
    configured = words.of_setting(config.select, ("select",))
    wanted = words.of_option(only, "--select") if only else configured
    unwanted = words.of_option(without, "--ignore") | words.of_setting(config.ignore, ("ignore",))
    selection = Selection(
        severity=words.severities(config.severity, ("severity",)),
        overrides=[words.override(config, index) for index in range(len(config.overrides))],
        catalogue=catalogue,
        waiver_rules=frozenset((wanted - unwanted) & WAIVER_RULES.keys()),
        never_waived=frozenset(words.of_setting(config.waivers.never, ("waivers", "never"))),
    )
    named = words.single(only or config.select)
    for name in sorted(catalogue.rules):
        rule = catalogue.rules[name]
        if idle := _idle(rule, config.ruleset, preview=preview or config.preview):
            selection.idle += [f"rule {name} is selected and not asked: {idle}"] if name in named else []
            continue
        if name in wanted and name not in unwanted:
            selection.rules.append(rule)
        else:
            selection.left_out.append(rule)
    selection.rules.sort(key=lambda r: r.code)
    return selection, words.problems


def _idle(rule: CompiledRule, ruleset: str, *, preview: bool) -> str:
    """Why a rule is not asked, whatever is selected; empty where it may be."""
    if rule.rule.retired:
        return "it is retired and finds nothing any more"
    if _order(rule.rule.edition) > _order(ruleset):
        return f"it enters with the rule set {rule.rule.edition}, and this project asks {ruleset}"
    if rule.rule.preview and not preview:
        return "it is in no edition yet; --preview or `preview = true` asks such rules"
    return ""


def _order(edition: str) -> tuple[int, ...]:
    """An edition as numbers, so that 2026.10 comes after 2026.9; before all others where it is none."""
    return tuple(map(int, edition.split("."))) if re.fullmatch(EDITION_PATTERN, edition) else ()


class _Words:
    """Turns words into names of rules and collects those that mean none."""

    def __init__(self, catalogue: Catalogue, config_path: str) -> None:
        self.catalogue = catalogue
        self.config_path = config_path
        self.problems: list[Problem] = []

    def of_option(self, entries: Sequence[str], option: str) -> set[str]:
        """Rules that an option of the command names; each entry may hold several, with commas."""
        return self._names(entries, Problem(option, 0, 0, ""))

    def of_setting(self, entries: Sequence[str], route: Route) -> set[str]:
        """Rules that a setting names."""
        keys = [str(part) for part in route if isinstance(part, str)]
        return self._names(entries, Problem(self.config_path, 0, 0, f" in `{'.'.join(keys)}`", route))

    def single(self, entries: Sequence[str]) -> set[str]:
        """Rules that stand in a selection by name or code, not by family."""
        parts = (part.strip() for entry in entries for part in entry.split(","))
        return {rule.name for part in parts if (rule := self.catalogue.find(part)) is not None}

    def severities(self, table: dict[str, Severity], route: Route) -> dict[str, Severity]:
        """Severities by the names of rules; a word that means fewer rules wins, so a rule goes before its family."""
        named = [(self.of_setting([word], route), level) for word, level in table.items()]
        found: dict[str, Severity] = {}
        for rules, level in sorted(named, key=lambda pair: -len(pair[0])):
            found.update(dict.fromkeys(sorted(rules), level))
        return found

    def override(self, config: Config, index: int) -> PathOverride:
        """One entry of ``[[overrides]]``."""
        entry, route = config.overrides[index], ("overrides", index)
        return PathOverride(
            tuple(entry.paths),
            frozenset(self.of_setting(entry.ignore, (*route, "ignore"))),
            self.severities(dict(entry.severity), (*route, "severity")),
        )

    def _names(self, entries: Sequence[str], where: Problem) -> set[str]:
        found: set[str] = set()
        for entry in entries:
            for word in filter(None, (part.strip() for part in entry.split(","))):
                hits = self.catalogue.matching(word) | waiver_rules(word)
                if not hits:
                    message = f'unknown rule or family "{word}"{where.message}'
                    near = did_you_mean(word, [*self.catalogue.names(), *WAIVER_RULES, *WAIVER_RULES.values()])
                    route = (*where.route, word) if where.route[-1:] == ("severity",) else where.route
                    self.problems.append(where._replace(message=message, route=route, suggestion=near, unknown=word))
                found |= hits
        return found


def waiver_rules(word: str) -> set[str]:
    """Names of the rules about waivers that a word means."""
    if word == "*" or word.upper() == "GOV" or word.lower() == "governance":
        return set(WAIVER_RULES)
    return {name for name, code in WAIVER_RULES.items() if word.lower() == name or word.upper() == code}


class Below(Struct, frozen=True):
    """Paths as people see them, to paths below the folder of a project's configuration."""

    here: str
    """Absolute working folder."""
    project: str
    """Shown folder of the configuration."""

    def __call__(self, shown: str) -> str:
        """The path of a shown file, relative to the project's folder."""
        root = Path(self.here, self.project)
        return os.path.relpath(Path(self.here, shown), root).replace(os.sep, "/")
