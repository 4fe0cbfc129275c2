"""The answer to ``fix``: frozen records that have all they need to be shown.

The field names are the JSON contract ``metriclint/fix/1``.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal

from msgspec import field

from metriclint.findings.finding import Location, Record
from metriclint.findings.place import Places
from metriclint.model.project import Project
from metriclint.model.text import note
from metriclint.repair.edits import Edit
from metriclint.repair.search import Key, Option, Repairs
from metriclint.rules.rule import Severity


class Other(Record, frozen=True):
    """Another finding, by what it is about and its code."""

    about: Annotated[str, note("About", "A metric, `decision:ID` or `project`.", "ai-tokens")]
    code: Annotated[str, note("Code", "Code of the rule.", "GAM101")]


class Change(Record, frozen=True):
    """One value to set."""

    key: Annotated[
        list[str | int],
        note("Key", "Section, id and keys of the value.", ["metrics", "ai-tokens", "verification"]),
    ]
    before: Annotated[Any, note("Before", "The declared value; null where there is none.", "none")]
    after: Annotated[Any, note("After", "The value to set.", "sample")]
    location: Annotated[Location, note("Location", "Its place, or the nearest declared thing above it.")]


class Choice(Record, frozen=True):
    """A proven option."""

    number: Annotated[int, note("Number", "Number for `--apply`.", 1)]
    levers: Annotated[list[str], note("Levers", "What to do, in words.", ["Take the order off the board."])]
    changes: Annotated[list[Change], note("Changes", "What changes in the declarations; each is needed.", [])]
    obligations: Annotated[
        list[str],
        note("Obligations", "What has to be really done: a declaration alone makes nothing true.", []),
    ]
    clears: Annotated[list[Other], note("Clears", "Other findings that go away with it.", [])]
    leaves: Annotated[list[Other], note("Leaves", "Findings of the same metric that stay.", [])]
    brings: Annotated[list[Other], note("Brings", "Findings that it would bring or make worse.", [])]
    gives_up: Annotated[bool, note("Gives up", "Does it end the use of the number.", False)]
    same_as: Annotated[int | None, note("Same as", "Number of an earlier option with the same changes.", None)] = None


class Repaired(Record, frozen=True):
    """A finding and its options, best first; none where no option is proven."""

    metric: Annotated[str, note("Metric", "Id of the metric.", "ai-tokens")]
    metric_title: Annotated[str, note("Metric title", "What people call it.", "AI tokens used")]
    rule: Annotated[str, note("Rule", "Name of the rule.", "ranked-activity-board")]
    code: Annotated[str, note("Code", "Code of the rule.", "VIS301")]
    severity: Annotated[Severity, note("Severity", "Of the finding.", "error")]
    summary: Annotated[str, note("Summary", "What the rule finds.", "A named ranking of activity.")]
    fingerprint: Annotated[str, note("Fingerprint", "Identity of the finding.", "ml1:0123456789abcdef")]
    project: Annotated[str, note("Project", "Folder of the configuration.", "examples/lines-of-code")]
    tried: Annotated[int, note("Tried", "Sets of changes that were tried.", 26)]
    options: Annotated[list[Choice], note("Options", "Proven options, the best first.", [])]
    advice: Annotated[list[str], note("Advice", "What the rule advises, where no option is proven.", [])]


class Conflict(Record, frozen=True):
    """Options of different findings that set one value in different ways."""

    key: Annotated[list[str | int], note("Key", "What they set.", ["boards", "wall", "audience"])]
    options: Annotated[list[list[int]], note("Options", "Numbers of options, by the value that they set.", [[1], [4]])]
    text: Annotated[str, note("Text", "The contradiction in words.", "option 1 sets it to self and option 4 to team")]


class Fix(Record, frozen=True, kw_only=True):
    """The answer."""

    schema: Annotated[Literal["metriclint/fix/1"], note("Schema", "Version of this format.", "metriclint/fix/1")] = (
        "metriclint/fix/1"
    )
    findings: Annotated[list[Repaired], note("Findings", "Findings that were asked about.", [])] = field(
        default_factory=list
    )
    conflicts: Annotated[list[Conflict], note("Conflicts", "Options that exclude each other.", [])] = field(
        default_factory=list
    )


def answer(found: Sequence[tuple[Repairs, Project]]) -> Fix:
    """Repairs of findings as an answer, options numbered through, changes placed."""
    places: dict[int, Places] = {}
    for repairs, project in found:
        known = places.setdefault(id(project), Places.of(project))
        known.want(edit.origin for option in repairs.options for edit in option.edits)
    findings: list[Repaired] = []
    same: dict[tuple[int, frozenset[str]], int] = {}
    number = 0
    for repairs, project in found:
        choices = []
        for option in repairs.options:
            number += 1
            name = id(project), frozenset(repr((e.key, e.value)) for e in option.edits)
            first = same.setdefault(name, number)
            choices.append(_choice(option, number, first, project, places[id(project)]))
        findings.append(_repaired(repairs, project, choices))
    return Fix(findings=findings, conflicts=list(_conflicts(findings)))


def _repaired(repairs: Repairs, project: Project, choices: list[Choice]) -> Repaired:
    rule = repairs.rule.rule
    return Repaired(
        metric=repairs.metric,
        metric_title=project.metrics[repairs.metric].value.title,
        rule=repairs.rule.name,
        code=repairs.code,
        severity=repairs.severity,
        summary=" ".join(rule.summary.split()),
        fingerprint=repairs.fingerprint,
        project=project.name,
        tried=repairs.tried,
        options=choices,
        advice=[] if choices else [" ".join(f.text.split()) for f in rule.fix],
    )


def _choice(option: Option, number: int, first: int, project: Project, places: Places) -> Choice:
    return Choice(
        number=number,
        levers=[" ".join(lever.text.split()) for lever in option.levers],
        changes=[_change(edit, project, places) for edit in option.edits],
        obligations=option.obligations,
        clears=_others(option.clears),
        leaves=_others(option.leaves),
        brings=_others(option.brings),
        gives_up=option.gives_up,
        same_as=None if first == number else first,
    )


def _others(keys: Iterable[Key]) -> list[Other]:
    return [Other(about, code) for about, code in keys]


def _change(edit: Edit, project: Project, places: Places) -> Change:
    location = places.location(edit.origin)
    assert location is not None
    return Change([edit.section, edit.id, *edit.parts], _before(edit, project), edit.value, location)


def _before(edit: Edit, project: Project) -> Any:
    value: Any = getattr(project, edit.section)[edit.id].value
    for part in edit.parts:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
        else:
            value = getattr(value, part, None)
    return value


def _conflicts(findings: Sequence[Repaired]) -> Iterator[Conflict]:
    """Values that options of different findings set in different ways. Options of one finding are a choice anyway."""
    set_by: dict[tuple[str, tuple[str | int, ...]], dict[str, list[tuple[int, int]]]] = {}
    for index, repaired in enumerate(findings):
        for choice in repaired.options:
            for change in choice.changes:
                ways = set_by.setdefault((repaired.project, tuple(change.key)), {})
                ways.setdefault(value_words(change.after), []).append((index, choice.number))
    for (_, key), ways in sorted(set_by.items(), key=lambda p: str(p[0])):
        if len(ways) > 1 and len({index for pairs in ways.values() for index, _ in pairs}) > 1:
            numbers = [[number for _, number in pairs] for pairs in ways.values()]
            said = " and ".join(_sets(n, value) for n, value in zip(numbers, ways, strict=True))
            name = ".".join(map(str, key))
            yield Conflict(list(key), numbers, f"{name}: {said}; they exclude each other")


def _sets(numbers: list[int], value: str) -> str:
    if len(numbers) == 1:
        return f"option {numbers[0]} sets it to {value}"
    return f"options {', '.join(map(str, numbers))} set it to {value}"


def value_words(value: Any) -> str:
    """A value as it would stand in a declaration, on one line; "undeclared" for none."""
    if value is None:
        return "undeclared"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {value_words(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(value_words(v) for v in value) + "]"
    if hasattr(value, "__struct_fields__"):
        from msgspec import to_builtins

        return value_words(to_builtins(value))
    return str(value)
