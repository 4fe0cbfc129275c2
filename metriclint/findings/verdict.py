"""The verdict, in one place after the rules: what is asked, what counts, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from metriclint.files.problem import Problem, did_you_mean
from metriclint.model.config import Config
from metriclint.rules.catalogue import Catalogue, CompiledRule
from metriclint.rules.rule import Severity

EDITIONS = ("2026.1",)
"""Rule sets that this version knows, oldest first."""


@dataclass(slots=True)
class Selection:
    """Rules that are asked in a project, and what its configuration changes about them."""

    rules: list[CompiledRule] = field(default_factory=list)
    left_out: list[CompiledRule] = field(default_factory=list)
    """Rules of the edition that ``select`` or ``ignore`` leave out; what they would say counts as filtered."""
    severity: dict[str, Severity] = field(default_factory=dict)
    """Severity by rule name, in place of the computed one."""


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

    Unknown words are problems with "did you mean", all of them at once.
    """
    problems: list[Problem] = []
    if config.ruleset not in EDITIONS:
        message = f'unknown rule set "{config.ruleset}"'
        near = did_you_mean(config.ruleset, EDITIONS)
        problems.append(Problem(config_path, 0, 0, message, ("ruleset",), EDITIONS, near))
    wanted = _names(catalogue, only, "--select", problems) if only else None
    if wanted is None:
        wanted = _names(catalogue, config.select, f"`select` of {config_path}", problems)
    unwanted = _names(catalogue, without, "--ignore", problems)
    unwanted |= _names(catalogue, config.ignore, f"`ignore` of {config_path}", problems)
    severity = {}
    for word, level in config.severity.items():
        rules = _names(catalogue, [word], f"`severity` of {config_path}", problems)
        severity.update(dict.fromkeys(sorted(rules), level))
    selection = Selection(severity=severity)
    for name in sorted(catalogue.rules):
        rule = catalogue.rules[name]
        if rule.rule.retired or rule.rule.edition > config.ruleset:
            continue
        if rule.rule.preview and not (preview or config.preview):
            continue
        if name in wanted and name not in unwanted:
            selection.rules.append(rule)
        else:
            selection.left_out.append(rule)
    selection.rules.sort(key=lambda r: r.code)
    return selection, problems


def _names(catalogue: Catalogue, words: Sequence[str], where: str, problems: list[Problem]) -> set[str]:
    found: set[str] = set()
    for entry in words:
        for word in filter(None, (part.strip() for part in entry.split(","))):
            hits = catalogue.matching(word)
            if not hits:
                near = did_you_mean(word, catalogue.names())
                problems.append(Problem(where, 0, 0, f'unknown rule or family "{word}"', suggestion=near))
            found |= hits
    return found
