"""What differs between two declarations, key by key, whatever their kind: the structs of the model are walked.

Order, comments and layout are no difference; one value and a list of one are the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct, convert, to_builtins

from metriclint.files.problem import Route
from metriclint.review.fields import Field, fields_of

Kind = Literal["added", "removed", "changed"]
_NAMES = ("id", "metric", "title", "rule")
"""Keys that tell the members of a list apart, the first that is there."""


class Difference(NamedTuple):
    """One difference. The routes lead to it from the declaration, before and after."""

    kind: Kind
    field: Field
    within: tuple[str | Field, ...]
    """What it stands in, outermost first: parts of the declaration by field, members of a list by name."""
    was: Route
    route: Route
    before: Any
    after: Any


class _Place(NamedTuple):
    within: tuple[str | Field, ...] = ()
    was: Route = ()
    route: Route = ()

    def below(self, part: str | int, also: str | int | None = None) -> "_Place":
        """The place of something inside; ``also`` is its key or index after the change, where it is another."""
        return self._replace(was=(*self.was, part), route=(*self.route, part if also is None else also))

    def inside(self, name: str | Field) -> "_Place":
        return self._replace(within=(*self.within, name)) if name else self


Rename = Callable[[str], str]
"""The id that something has after the change."""


def differences(before: Struct, after: Struct, rename: Rename = str, leave: Sequence[str] = ()) -> Iterator[Difference]:
    """The differences of two declarations of one kind. ``leave`` names keys that are not looked at."""
    yield from _Walk(rename).structs(before, after, _Place(), leave)


class _Walk:
    def __init__(self, rename: Rename) -> None:
        self._rename = rename

    def structs(self, before: Struct, after: Struct, at: _Place, leave: Sequence[str] = ()) -> Iterator[Difference]:
        for name, field in fields_of(type(after)).items():
            was, now = getattr(before, name, None), getattr(after, name)
            if was != now and name not in leave:
                yield from self._values(field, was, now, at.below(name))

    def _values(self, field: Field, before: Any, after: Any, at: _Place) -> Iterator[Difference]:
        if field.many or isinstance(before, list) or isinstance(after, list):
            yield from self._lists(field, before, after, at)
        elif isinstance(before, dict) and isinstance(after, dict):
            yield from self._maps(field, before, after, at)
        elif isinstance(before, Struct) and isinstance(after, Struct):
            if type(before) is type(after):
                yield from self.structs(before, after, at.inside(field))
            else:
                yield Difference("changed", field, at.within, at.was, at.route, before, after)
        elif isinstance(before, Struct) and isinstance(after, str) and (named := _named(after, before)):
            yield from self.structs(before, named, at.inside(field))
        elif isinstance(after, Struct) and isinstance(before, str) and (named := _named(self._rename(before), after)):
            yield from self.structs(named, after, at.inside(field))
        else:
            was = self._renamed(field, before)
            if was != after:
                kind: Kind = "added" if was is None else "removed" if after is None else "changed"
                yield Difference(kind, field, at.within, at.was, at.route, was, after)

    def _renamed(self, field: Field, value: Any) -> Any:
        return self._rename(value) if field.names and isinstance(value, str) else value

    def _maps(
        self, field: Field, before: Mapping[str, Any], after: Mapping[str, Any], at: _Place
    ) -> Iterator[Difference]:
        old = {self._rename(key): key for key in before}
        for key in dict.fromkeys([*old, *after]):
            was, now = before.get(old.get(key, "")), after.get(key)
            if was != now:
                kind: Kind = "added" if was is None else "removed" if now is None else "changed"
                place = at.below(old.get(key, key), key).inside(key)
                yield Difference(kind, field, place.within, place.was, place.route, was, now)

    def _lists(self, field: Field, before: Any, after: Any, at: _Place) -> Iterator[Difference]:
        old, new = _members(before), _members(after)
        if not any(isinstance(value, Struct) for value in (*old, *new)):
            was = [self._renamed(field, value) for value in old]
            if sorted(map(str, was)) != sorted(map(str, new)) or (before is None) != (after is None):
                kind: Kind = "added" if before is None else "removed" if after is None else "changed"
                yield Difference(kind, field, at.within, at.was, at.route, was, new)
            return
        if not old and not new:
            return
        pairs, gone, come = _paired(old, new, self._rename)
        alone = len(old) == len(new) == 1
        for i, j in pairs:
            place = _member_place(at, before, after, i, j)
            yield from self._pair(field, old[i], new[j], place, alone=alone)
        for i in gone:
            place = _member_place(at, before, after, i, i)
            yield Difference("removed", field, at.within, place.was, place.was, old[i], None)
        for j in come:
            place = _member_place(at, before, after, j, j)
            yield Difference("added", field, at.within, place.route, place.route, None, new[j])

    def _pair(self, field: Field, before: Any, after: Any, at: _Place, *, alone: bool) -> Iterator[Difference]:
        if isinstance(before, str) and isinstance(after, str):
            return
        if isinstance(before, str):
            before = _named(self._rename(before), after) or before
        elif isinstance(after, str):
            after = _named(after, before) or after
        if isinstance(before, Struct) and isinstance(after, Struct):
            name = name_of(after)
            inside = at.inside(name) if name else at if alone else at.inside(field)
            same = [k for k in _NAMES if self._rename(str(getattr(before, k, None))) == getattr(after, k, None)]
            yield from self.structs(before, after, inside, same)


def _members(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _member_place(at: _Place, before: Any, after: Any, i: int, j: int) -> _Place:
    """The place of a member; what stands alone and not in a list has no index."""
    was = (*at.was, i) if isinstance(before, list) else at.was
    route = (*at.route, j) if isinstance(after, list) else at.route
    return at._replace(was=was, route=route)


def _named(name: str, like: Struct) -> Struct | None:
    """A declaration that only says its name, to stand for a bare name beside one that says more."""
    for key in ("metric", "id", "title"):
        if getattr(like, key, None) == name:
            found: Struct = convert({key: name}, type(like))
            return found
    return None


def name_of(value: Any) -> str:
    """What a member of a list is called, or an empty text."""
    if isinstance(value, str):
        return value
    keys = ("title", *_NAMES)
    return next((found for key in keys if isinstance(found := getattr(value, key, None), str)), "")


def _key(value: Any) -> str:
    if isinstance(value, str):
        return value
    return next((str(found) for key in _NAMES if (found := getattr(value, key, None)) is not None), "")


def _paired(old: list[Any], new: list[Any], rename: Rename) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Members that are the same thing before and after, those that are gone, and those that are new.

    By name first, then those that say the same, then those of one kind, then the unnamed in their order.
    """
    gone, come = list(range(len(old))), list(range(len(new)))
    pairs: list[tuple[int, int]] = []

    def pair(alike: Callable[[Any, Any], bool]) -> None:
        for i in list(gone):
            j = next((j for j in come if alike(old[i], new[j])), None)
            if j is not None:
                pairs.append((i, j))
                gone.remove(i)
                come.remove(j)

    pair(lambda a, b: bool(_key(a)) and rename(_key(a)) == _key(b))
    pair(lambda a, b: isinstance(a, Struct) and _told(a) == _told(b) != {})
    pair(lambda a, b: not (_key(a) and _key(b)) and getattr(a, "kind", a) == getattr(b, "kind", b))
    pair(lambda a, b: not _key(a) and not _key(b))
    return sorted(pairs, key=lambda p: p[1]), gone, come


def _told(value: Any) -> dict[str, Any]:
    """What a member says besides its name."""
    told = to_builtins(value)
    return {k: v for k, v in told.items() if k not in _NAMES} if isinstance(told, dict) else {}
