"""Columns that hold people, by their names: who did it, who uses it, what somebody is called."""

import re

from metriclint.sources.owners import names_worker

_WORD = re.compile(r"[a-z0-9]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_USERS_WORDS = "user users username member contributor creator reporter responder actor person people"
_USERS = frozenset(_USERS_WORDS.split())
_ADDRESSES = frozenset({"login", "username", "email", "nickname"})
_NUMBERS = frozenset({"id", "ids", "uid", "uuid", "key", "hash"})
_SAID_WORDS = "name names full first last display real nick login email mail address handle account slug"
_SAID = frozenset(_SAID_WORDS.split())
_TOOLS_WORDS = "github gitlab jira slack git copilot pr mr issue commit ticket task bug story review ai"
_TOOLS = frozenset(_TOOLS_WORDS.split())
_NAMES = frozenset({"name", "fullname", "displayname"})
_MOMENT_WORDS = "date dates time times timestamp day week month year seen at on since until last first"
_MOMENT = frozenset(_MOMENT_WORDS.split())


def words_of(identifier: str) -> list[str]:
    """The words of a name: ``userLogin`` and ``user_login`` are the same two."""
    return _WORD.findall(_HUMPS.sub("_", identifier).lower().replace("_", " "))


def names_person(column: str, table: str = "") -> bool:
    """Does a column hold people: ``author_name``, ``user_login``, ``name`` of a table of users."""
    if names_worker(column):
        return True
    words = words_of(column)
    if "".join(words) in _NAMES:
        last = words_of(table)[-1:]
        return bool(last) and (last[0].removesuffix("s") in _USERS or names_worker(last[0]))
    known = any(word in _USERS or word in _ADDRESSES for word in words)
    return known and all(word in _USERS | _ADDRESSES | _NUMBERS | _SAID | _TOOLS for word in words)


def is_number_of_person(column: str) -> bool:
    """Does it hold an id, by which a person can be looked up, and not the name."""
    return not _NUMBERS.isdisjoint(words_of(column))


def is_called(column: str) -> bool:
    """Does it hold what somebody or something is called."""
    return not {"name", *_ADDRESSES}.isdisjoint(words_of(column))


def is_moment(column: str) -> bool:
    """Does it hold a day or a time."""
    return not _MOMENT.isdisjoint(words_of(column))
