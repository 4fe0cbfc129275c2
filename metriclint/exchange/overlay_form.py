"""An overlay to fill in: for metrics of other tools' files, the facts that would decide most rules, as empty keys."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from metriclint.facts.catalogue import FACTS, FactSpec
from metriclint.files.yaml_text import comment_text, scalar
from metriclint.findings.finding import Undecided
from metriclint.model.project import MetricEntry, Project
from metriclint.model.raw import declared

_HEAD = """\
# yaml-language-server: $schema={schema}
#
# Facts about metrics that other files declare; the metric and the fact that would decide most rules come first.
# Write what you know behind a key, and leave empty what nobody knows: an empty key says nothing.
# A line such as `# consequences: [{{kind: , stated: }}]` is a list: fill it in and remove its `# `.
# A key with * means all metrics whose id or title fits, such as "support-*"; what is said of one metric counts first.
# Then run: metriclint check
metriclint: 1
overlay: true
metrics:
"""
_WHOLE = {
    "target": ("target.type", "target.value"),
    "outcome": ("outcome.title", "outcome.link"),
    "visibility": ("visibility.audience", "visibility.identified", "visibility.ranked"),
    "agent": ("agent.can_write",),
    "subject": ("subject.level",),
    "statistics": ("statistics.typical_n",),
}
"""Parts that are asked for where a whole is undeclared."""
_ITEMS = {
    "consequences": ("kind", "stated", "access"),
    "gaming_actions": ("title", "cost", "effect_on_outcome"),
    "counter_metrics": ("title", "same_decision", "independent"),
}
"""Lists, with the keys that an entry needs before others."""
_TEXTS = {
    "outcome.title": "text: what the number is for",
    "target.value": "number or text: what people are held to",
    "target.cap": "number or text: where credit ends",
    "target.exemptions": "list of texts: who or what is exempt",
    "counter_metrics.title": "text: what would show that the number was bought at the expense of something else",
    "counter_metrics.metric": "id of a metric that would show it",
    "gaming_actions.title": "text: how people could move the number without doing better work",
    "gaming_actions.harms": "list of texts: whom or what it harms",
    "governance.owner": "text: the role that answers for it",
    "governance.purpose": "text: what it is measured for",
    "governance.review_date": "date such as 2027-02-28: when it is looked at again",
}
"""What is asked for where the rules only ask whether something is there."""
_ASKED_AS = {"target.type": "target"}
MOST_KEYS = 12
"""Keys that are asked for of one metric: nobody fills in a longer form."""
_COLUMN = 36
_WIDTH = 116


def questions_of(project: Project, undecided: Iterable[Undecided]) -> list[Undecided]:
    """Open questions on metrics that files of other tools declare; those for which most rules wait come first."""
    mine = [u for u in undecided if u.project == project.name and _is_foreign(project, u.metric)]
    return sorted(mine, key=lambda u: (-len(u.rules), u.location.path, u.location.line, u.metric))


def _is_foreign(project: Project, id_: str) -> bool:
    entry = project.metrics.get(id_)
    foreign = project.foreign.get(entry.origin.path) if entry is not None else None
    return foreign is not None and not foreign.declares


def form(project: Project, questions: Sequence[Undecided], schema: str) -> str:
    """The text of the overlay. It is read as it is, and says nothing until somebody fills it in."""
    lines: list[str] = []
    for question in questions:
        lines += ["", *_metric(project, question)]
    return _HEAD.format(schema=schema) + "".join(f"{line}\n" for line in lines[1:])


def _metric(project: Project, question: Undecided) -> Iterator[str]:
    entry = project.metrics[question.metric]
    rules = "1 rule waits" if len(question.rules) == 1 else f"{len(question.rules)} rules wait"
    yield f"  # {comment_text(entry.value.title, 100)} ({comment_text(question.location.shown)}): {rules}"
    yield f"  {scalar(entry.id)}:"
    card = declared(entry.value)
    asked, closed = _asked(project, entry, card, question.declare)
    yield from _keys([key for key in asked if key.partition(".")[0] not in _ITEMS])
    for name in dict.fromkeys(key.partition(".")[0] for key in asked):
        if name in _ITEMS:
            yield from _list(name, [key for key in asked if key.startswith(f"{name}.")], card.get(name) or [])
    if closed:
        place = comment_text(entry.origin.path)
        yield f"    # {', '.join(closed)}: {place} says something there itself, so only it can say more"
    left = [key for key in question.declare if key not in closed and not _is_asked(key, asked)]
    if left:
        yield f"    # {len(left)} more: metriclint check --verbose lists them"


def _is_asked(key: str, asked: list[str]) -> bool:
    return any(one == key or one.startswith(f"{key}.") for one in asked)


def _asked(
    project: Project, entry: MetricEntry, card: dict[str, Any], declare: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Keys to ask for, wholes as their parts; and those that an overlay could only contradict."""
    asked: dict[str, None] = {}
    closed: dict[str, None] = {}
    for key in declare:
        name, _, part = key.partition(".")
        known = card.get(name)
        if name == "decisions":
            continue
        if name in _ITEMS:
            if known and not _is_inferred(project, entry, name, len(known)):
                closed[key] = None
                continue
            first = [f"{name}.{item}" for item in _ITEMS[name]] if not known else []
            asked |= dict.fromkeys([*first, *([key] if part else [])])
        elif part and known is not None and not isinstance(known, dict):
            closed[key] = None
        else:
            asked |= dict.fromkeys(_WHOLE.get(key, (key,)))
    return list(asked)[:MOST_KEYS], list(closed)


def _is_inferred(project: Project, entry: MetricEntry, name: str, count: int) -> bool:
    """Was everything in a list only inferred, so that an overlay may say otherwise."""
    return all(project.inferred_from(entry.place(name, number)) is not None for number in range(count))


def _keys(asked: list[str]) -> Iterator[str]:
    """Empty keys, those of one mapping together where the first of them comes."""
    groups: dict[str, list[str]] = {}
    for key in asked:
        name, _, part = key.partition(".")
        groups.setdefault(name, []).append(part)
    for name, parts in groups.items():
        if parts == [""]:
            yield from _line(4, name, name)
            continue
        yield f"    {name}:"
        for part in parts:
            yield from _line(6, part, f"{name}.{part}")


def _line(indent: int, name: str, key: str) -> Iterator[str]:
    """A key with its comment behind it; above it where that would be too long."""
    start, comment = f"{' ' * indent}{name}:", _comment(key)
    line = f"{start:<{_COLUMN}}# {comment}" if comment else start
    if len(line) <= _WIDTH:
        yield line
        return
    for part in textwrap.wrap(comment, _WIDTH - indent - 2):
        yield f"{' ' * indent}# {part}"
    yield start


def _list(name: str, keys: list[str], known: list[Any]) -> Iterator[str]:
    """A list as one line to use, below it what its keys mean. What was inferred so far stands in it."""
    empty = "".join(f", {key.partition('.')[2]}: " for key in keys)
    entries = [f"{scalar(entry)[:-1]}{_without(entry, keys)}}}" for entry in known if isinstance(entry, dict)]
    yield f"    # {name}: [{', '.join(entries) if entries else '{' + empty.removeprefix(', ') + '}'}]"
    if entries:
        yield "    #   this was inferred; what you write takes its place"
    for key in keys:
        said = f"{key.partition('.')[2]}: {_comment(key)}"
        yield from textwrap.wrap(said, _WIDTH, initial_indent="    #   ", subsequent_indent="    #     ")


def _without(entry: dict[str, Any], keys: list[str]) -> str:
    return "".join(f", {part}: " for part in (key.partition(".")[2] for key in keys) if part not in entry)


def _comment(key: str) -> str:
    """Allowed values, and why it is asked."""
    if key in _TEXTS:
        return _TEXTS[key]
    specs = [spec for spec in FACTS.values() if spec.declare in (key, _ASKED_AS.get(key, key)) and spec.declare]
    spec = min(specs, key=lambda spec: not spec.values, default=None)
    return "text" if spec is None else f"{_values(spec)}: {spec.text.rstrip('.')}"


def _values(spec: FactSpec) -> str:
    if spec.values:
        return ("list of " if spec.type == "strings" else "") + " | ".join(spec.values)
    return {"bool": "true | false", "int": "whole number", "double": "number", "strings": "list"}.get(spec.type, "text")
