"""Plain words for enumeration values and edges, shared by messages, paths and pictures."""

from typing import Literal

from metriclint.files.problem import shorten
from metriclint.graph.design import BoardView, Use
from metriclint.model.card import Target
from metriclint.model.project import Project

CONSEQUENCE_NOUN: dict[str, str] = {
    "none": "no consequence",
    "operational": "an operational step",
    "recognition": "recognition",
    "informal": "an informal judgement",
    "training": "a training order",
    "exposure": "being named in public",
    "rank": "a rank",
    "review": "the performance rating",
    "promotion": "promotion",
    "allocation": "the share of work or resources",
    "funding": "funding",
    "admission": "admission",
    "rejection": "rejection",
    "bonus": "the bonus",
    "pay": "pay",
    "penalty": "a penalty",
    "discipline": "discipline",
    "termination": "losing the job",
    "licence": "the licence",
}
DECISION_NOUN: dict[str, str] = {
    "none": "no decision",
    "operational": "an operational step",
    "recognition": "recognition",
    "informal": "an informal judgement",
    "training": "the training decision",
    "exposure": "publication",
    "rank": "the ranking",
    "review": "the performance review",
    "promotion": "the promotion decision",
    "allocation": "the allocation of work or resources",
    "funding": "the funding decision",
    "admission": "the admission decision",
    "rejection": "the rejection",
    "bonus": "the bonus decision",
    "pay": "the pay decision",
    "penalty": "the penalty",
    "discipline": "the disciplinary decision",
    "termination": "the decision about the job",
    "licence": "the licence decision",
}
AUDIENCE: dict[str, str] = {
    "self": "the person alone",
    "manager": "the manager",
    "team": "the team",
    "leadership": "leadership",
    "org": "everyone in the organisation",
    "external": "outside parties",
    "public": "the public",
}
RAW_ACCESS: dict[str, str] = {
    "restricted": "a few people",
    "team": "the team",
    "org": "everyone in the organisation",
    "public": "anyone",
}
RECORDER: dict[str, str] = {
    "subject": "the people measured",
    "manager": "their manager",
    "counterparty": "the other party",
    "colleague": "colleagues",
    "customer": "customers",
    "system": "a system",
    "independent": "an independent party",
}
LEVEL: dict[str, str] = {
    "individual": "each person",
    "team": "the team",
    "unit": "the unit",
    "org": "the organisation",
    "product": "the product",
    "external": "outside parties",
}
BASIS: dict[str, str] = {
    "previous-actual": "last period's result",
    "peer-relative": "colleagues' results",
    "baseline": "an earlier baseline",
    "political": "a political decision",
    "statutory": "law",
    "contract": "a contract",
    "capacity-study": "a capacity study",
    "expert": "expert judgement",
    "unstated": "nowhere that is written down",
}
# Edges read in the direction of influence; `derived from` runs from the part to the whole.
VERB: dict[str, str] = {"derived from": "goes into"}


def verb_words(verb: str) -> str:
    """How an edge is said in a path."""
    return VERB.get(verb, verb)


def quoted(title: str) -> str:
    """A title in quotes, shortened, on one line."""
    inner = shorten(title, 80).replace('"', "'")
    return f'"{inner}"'


def consequence_title(kind: str | None) -> str:
    """A consequence as a node of a path."""
    return CONSEQUENCE_NOUN.get(kind or "", "a consequence")


def use_title(use: Use) -> str:
    """The decision as a node of a path: its own title, or a phrase for its kind."""
    return use.title or DECISION_NOUN.get(use.kind or "", "a decision")


def role_in_sentence(title: str) -> str:
    """A role inside a sentence: "the branch manager"."""
    title = shorten(title, 60)
    first = title if title[:2].isupper() else title[:1].lower() + title[1:]
    return first if first.lower().startswith(("the ", "a ", "an ")) else f"the {first}"


def role_words(role: str, project: Project) -> str:
    """A role inside a sentence: "the engineering manager"."""
    declared = project.roles.get(role)
    return role_in_sentence((declared.value.title if declared else None) or role.replace("-", " "))


def decision_title(use: Use, project: Project) -> str:
    """The decision as a node of a path, with the role that makes it: "Annual review by the engineering manager"."""
    return use_title(use) + (f" by {role_words(use.decided_by, project)}" if use.decided_by else "")


def in_sentence(use: Use | None) -> str:
    """The decision inside a sentence: "the annual review"."""
    if use is None:
        return "a decision"
    if not use.title:
        return DECISION_NOUN.get(use.kind or "", "a decision")
    article: Literal["", "the "] = "" if use.title.lower().startswith(("the ", "a ", "an ")) else "the "
    first, rest = use.title[0], use.title[1:]
    keep = rest[:1].isupper() or len(use.title) == 1
    return article + (first if keep else first.lower()) + rest


def board_title(board: BoardView) -> str:
    """The board as a node of a path: its own title, or who looks at it."""
    audience = AUDIENCE.get(board.value.audience or "", "")
    return board.title or (f"a board for {audience}" if audience else "a board")


def target_words(target: Target | None) -> str:
    """The target as a text: its value and unit, or "the target"."""
    if target is None:
        return "the target"
    value = target.value
    if isinstance(value, float):
        value = f"{value:g}"
    if value is None and target.low is not None and target.high is not None:
        value = f"{target.low:g} to {target.high:g}"
    if not value:
        return "the target"
    unit = {"percent": " %", "%": " %"}.get((target.unit or "").lower(), f" {target.unit}" if target.unit else "")
    sign = {"at-least": "at least ", "at-most": "at most "}.get(target.comparator or "", "")
    return f"{sign}{value}{unit}"
