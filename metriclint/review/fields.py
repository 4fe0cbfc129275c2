"""Plain names of the keys of declarations, from the titles and descriptions of the published schema."""

from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

from metriclint.graph import words
from metriclint.model import vocabulary as v
from metriclint.model.text import ID_PATTERN

_OURS: dict[tuple[str, str], str] = {
    ("Action", "by"): "role able to do {}",
    ("Action", "effects"): "effect of {} on {member}",
    ("Action", "moves"): "effect of {} on {member}",
    ("Action", "uses"): "system behind {}",
    ("Agent", "approval"): "approval of what agents do in {}",
    ("Agent", "identity"): "identity of agents in {}",
    ("Board", "shows"): "metric",
    ("Config", "detect"): "reading of other formats",
    ("Config", "sources"): "setting of a source",
    ("Config", "fail_on"): "threshold for failing",
    ("Config", "ignore"): "left-out rule",
    ("Config", "overrides"): "override",
    ("Config", "preview"): "use of preview rules",
    ("Config", "select"): "selected rule",
    ("Config", "severity"): "severity of {member} in {}",
    ("Config", "strict"): "strict reading",
    ("CounterMetric", "covers"): "covered side",
    ("Decision", "about"): "role that bears the result of {}",
    ("Decision", "made_by"): "role that makes {}",
    ("Decision", "uses"): "input",
    ("DecisionUse", "decided_by"): "role that decides on {}",
    ("DecisionUse", "kind"): "consequence of {}",
    ("Governance", "audited_by"): "auditor",
    ("Governance", "consulted"): "Were the measured asked?",
    ("Harm", "measured_by"): "measure",
    ("InlineConsequence", "decided_by"): "role that decides on {}",
    ("InlineConsequence", "kind"): "consequence of {}",
    ("Metric", "derived_from"): "part",
    ("Metric", "harms"): "feared side effect",
    ("Metric", "harms_measured"): "Is a feared side effect measured?",
    ("Metric", "recorded_by"): "recorder",
    ("Metric", "retention_days"): "retention in days",
    ("Metric", "visibility"): "board",
    ("Outcome", "measured_by"): "measure",
    ("Override", "ignore"): "left-out rule",
    ("Override", "severity"): "severity of {member} in {}",
    ("OutcomeLink", "evidence"): "evidence that {} helps the outcome",
    ("OutcomeLink", "id"): "outcome",
    ("OutcomeLink", "link"): "link of {} to the outcome",
    ("OutcomeLink", "title"): "outcome",
    ("Range", "high"): "upper end",
    ("Range", "low"): "lower end",
    ("Role", "people"): "number of people",
    ("Role", "reports_to"): "superior",
    ("Statistics", "typical_n"): "number of cases behind one value",
    ("Subject", "level"): "measured level",
    ("Subject", "people"): "number of people behind one value",
    ("Subject", "role"): "measured role",
    ("Target", "applies_to"): "reach",
    ("Target", "high"): "upper end",
    ("Target", "low"): "lower end",
    ("UseFacts", "access"): "decision-makers' access to {}",
    ("UseFacts", "believed"): "believed use",
    ("UseFacts", "enforced"): "enforcement of the promise about {}",
    ("UseFacts", "falls_on"): "bearer of the consequence of {}",
    ("UseFacts", "size"): "size of the consequence of {}",
    ("UseFacts", "stated"): "stated use",
    ("UseFacts", "weight"): "weight of {} in the decision",
    ("Visibility", "gamified"): "use of badges, levels or streaks on {}",
    ("Visibility", "raw_access"): "access to the single rows of {}",
    ("Visibility", "since"): "start",
    ("Visibility", "until"): "end",
    ("Waiver", "approved_by"): "approving role",
    ("Waiver", "compensating"): "compensating metric",
    ("Waiver", "expires"): "end",
    ("Waiver", "requested_by"): "asking role",
    ("WaiverLimits", "max_days"): "longest waiver of {member} in {}",
    ("WaiverLimits", "never"): "never-waived rule",
}
"""Names of keys whose title is no noun that fits a sentence, or questions of our own. Braces stand for what the key
belongs to, and for the member of a map; without braces it follows with "of"."""
_QUESTION = ("Is ", "Are ", "Do ", "Does ", "Can ", "Was ", "Were ", "Has ")
_PLAIN: dict[tuple[str, ...], dict[str, str]] = {
    get_args(literal): table
    for literal, table in (
        (v.Audience, words.AUDIENCE),
        (v.RawAccess, words.RAW_ACCESS),
        (v.RecordedBy, words.RECORDER),
        (v.Level, words.LEVEL),
        (v.FallsOn, words.LEVEL),
        (v.Basis, words.BASIS),
        (v.Consequence, words.CONSEQUENCE_NOUN),
        (v.Access, {"none": "no access", "aggregate": "totals only", "individual": "the figures of each person"}),
        (v.Direction, {"up": "more is better", "down": "less is better", "band": "a range is best"}),
        (v.Enforced, {"none": "nothing", "policy": "a rule on paper", "technical": "a technical barrier"}),
        (v.Optimum, {"extreme": "more is always better", "interior": "a sensible middle"}),
        (
            v.Verification,
            {
                "none": "no checks",
                "internal": "internal checks",
                "sample": "spot checks",
                "independent": "outside checks",
            },
        ),
    )
}


class Field(NamedTuple):
    """What people call one key, and what its values are."""

    key: str
    noun: str
    """In a sentence; with braces for the place where it does not follow with "of"."""
    question: str
    """The description where it asks something that yes or no answers; else empty."""
    names: bool
    """Are its values ids of other objects, or roles."""
    many: bool
    """Can it hold several values; one alone then stands for a list of one."""
    choices: tuple[str, ...]
    """The words of an enumeration; empty for other values."""

    def plain(self, value: str) -> str:
        """A word of an enumeration for people who do not know the format."""
        table = next((t for words_, t in _PLAIN.items() if self.choices == words_), {})
        return table.get(value, value.replace("-", " "))


@cache
def fields_of(kind: type[Struct]) -> dict[str, Field]:
    """The keys of a declaration, in the order of the schema."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: _field(kind, name, hints[name]) for name in kind.__struct_fields__}


def _field(kind: type[Struct], name: str, hint: Any) -> Field:
    meta = next((m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Meta) and m.title), Meta())
    title, description = meta.title or name.replace("_", " "), meta.description or ""
    ours = next((_OURS[key] for above in kind.__mro__ if (key := (above.__name__, name)) in _OURS), "")
    many = list in _types(hint)
    noun = _one(_lower(title)) if many else _lower(title)
    question = f"{description.rstrip('.?')}?" if description.startswith(_QUESTION) and bool in _types(hint) else ""
    if ours.endswith("?"):
        question = ours
    elif ours:
        noun = ours
    return Field(name, noun, question, _names_objects(hint, name), many, _choices(hint))


def _lower(title: str) -> str:
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _one(noun: str) -> str:
    """The noun of one member of a list."""
    return noun.removesuffix("s")


def _types(hint: Any) -> set[Any]:
    """All types that a hint is made of."""
    found = {part for part in (hint, get_origin(hint)) if isinstance(part, type)}
    for part in get_args(hint) if get_origin(hint) is not Literal else ():
        found |= _types(part)
    return found


def _choices(hint: Any) -> tuple[str, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((found for part in get_args(hint) if (found := _choices(part))), ())


_ROLES = ("made_by", "about", "decided_by", "by", "reports_to", "owner", "role", "requested_by", "approved_by", "harms")


def _names_objects(hint: Any, name: str) -> bool:
    return name in _ROLES or (name not in ("id", "tags") and _has_id(hint))


def _has_id(hint: Any) -> bool:
    metas = getattr(hint, "__metadata__", ())
    if any(isinstance(m, Meta) and (m.extra_json_schema or {}).get("pattern") == ID_PATTERN for m in metas):
        return True
    return any(_has_id(part) for part in get_args(hint) if get_origin(hint) is not Literal)
