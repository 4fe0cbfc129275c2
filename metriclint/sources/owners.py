"""Who answers for a metric, out of another tool's file: teams and roles are read, people and addresses are not."""

import re
from collections.abc import Sequence

from metriclint.model.foreign import Place
from metriclint.sources.draft import Item

UNNAMED = "the owner named in the file"
"""Stands for an owner who may be a person: that there is one is a fact, the name is not copied."""

_TEAM_WORDS = """
team teams squad tribe guild chapter group department dept office division unit crew committee council board
analytics data platform engineering product marketing sales finance operations ops support infrastructure infra
security research science growth quality reliability sre devops kpi kpis reporting warehouse insights lead head
manager director officer owner
"""
_TEAMS = frozenset(_TEAM_WORDS.split())
_WORD = re.compile(r"[a-z]+")


def team_of(text: str, *, field_of_teams: bool = False) -> str | None:
    """The team or role that a text names; ``None`` where it may be a person.

    An address gives its first part where that names a team. ``field_of_teams``: the format keeps teams in this field.
    """
    first, at, _ = text.strip().lstrip("@").partition("@")
    first = first.strip()
    if not first or "<" in text:
        return None
    if not _TEAMS.isdisjoint(_WORD.findall(first.lower())) or (field_of_teams and not at):
        return first
    return None


def set_owner(item: Item, texts: Sequence[tuple[str, Place]], *, field_of_teams: bool = False) -> None:
    """Set the owner of a metric: the first team that the texts name, else that there is one."""
    for text, at in texts:
        team = team_of(text, field_of_teams=field_of_teams)
        if team is not None:
            item.set("governance.owner", team, at)
            return
    if texts:
        item.set("governance.owner", UNNAMED, texts[0][1])


_PERSON_WORDS = """
employee employees staff staffer assignee author reviewer committer developer engineer technician nurse
clinician physician surgeon teacher courier salesperson salesman recruiter manager supervisor consultant adviser
advisor caseworker dispatcher salesrep sdr assessor inspector examiner
"""
_PERSONS = frozenset(_PERSON_WORDS.split())
_WHOSE = {
    "rep": {"sales", "account", "support", "service"},
    "agent": {"sales", "support", "service", "call", "ticket", "helpdesk", "chat"},
    "owner": {"opportunity", "account", "deal", "lead", "ticket", "case", "task", "issue"},
    "executive": {"account", "sales"},
}
_ABOUT_WORDS = """
count counts number numbers num size band range bucket type category region department dept team company tier
level cost costs status is has flag total avg class segment country city office location
"""
_ABOUT = frozenset(_ABOUT_WORDS.split())
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def names_worker(identifier: str) -> bool:
    """Does the name of a column or an entity mean somebody who works there: ``sales_rep_id``, ``assignee``.

    Users and customers are none, and neither is what is said about people: ``employee_count``, ``manager_region``.
    """
    words = _WORD.findall(_HUMPS.sub("_", identifier).lower())
    if not _ABOUT.isdisjoint(words):
        return False
    before = set(words)
    return not _PERSONS.isdisjoint(words) or any(w in _WHOSE and not _WHOSE[w].isdisjoint(before) for w in words)
