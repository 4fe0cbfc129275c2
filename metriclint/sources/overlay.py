"""Overlays: facts about metrics that another file declares. They fill what is silent and never contradict."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from metriclint.files.problem import Problem, Route, did_you_mean, shorten
from metriclint.model.foreign import Foreign
from metriclint.model.project import MetricEntry, Project
from metriclint.model.text import normal_title

Patch = tuple[Route, Route]
"""A route inside the card, and the route in the overlay that declares it."""
_GROWING = frozenset({"aliases", "tags", "harms"})
"""Lists that say nothing about what is not in them: an overlay adds to them."""


class Clash(NamedTuple):
    """Something that an overlay says differently from the card."""

    at: Route
    """Inside the card."""
    above: Route
    """In the overlay."""


def titles_of(project: Project) -> dict[str, list[str]]:
    """Ids of metrics by their titles and aliases, as they are compared."""
    titles: dict[str, list[str]] = {}
    for id_, entry in project.metrics.items():
        for title in (entry.value.title, *entry.value.aliases):
            hits = titles.setdefault(normal_title(title), [])
            if id_ not in hits:
                hits.append(id_)
    return titles


def match(key: str, titles: dict[str, list[str]], ids: Iterable[str]) -> list[str]:
    """Ids of the metrics that an overlay entry names: by id, else by title or alias (case and spaces do not count)."""
    known = set(ids)
    if key in known:
        return [key]
    return titles.get(normal_title(key), [])


def unmatched(path: str, key: str, hits: list[str], titles: dict[str, list[str]], ids: Iterable[str]) -> Problem:
    """The problem with an entry that names no metric, or several."""
    route: Route = ("metrics", key)
    if hits:
        names = ", ".join(sorted(hits))
        return Problem(path, 0, 0, f'"{shorten(key, 60)}" fits several metrics ({names}): use the id', route)
    message = f'"{shorten(key, 60)}" matches no metric that another file declares'
    near = did_you_mean(key, [*titles, *ids])  # an id before a title of the same words
    return Problem(path, 0, 0, message, route, suggestion=near, unknown=key)


def is_pattern(key: str, titles: dict[str, list[str]]) -> bool:
    """Does an entry mean all metrics whose id, alias or title fits it: ``*-mr-rate``, ``Support *``.

    A title that has such a sign itself is named by it.
    """
    return "*" in key and normal_title(key) not in titles


def match_all(key: str, titles: dict[str, list[str]], ids: Iterable[str]) -> list[str]:
    """Ids of the metrics that a pattern fits, in the order of the project. ``*`` stands for any text, no other sign."""
    literal = "".join(f"[{sign}]" if sign in "?[" else sign for sign in key)
    wanted = normal_title(literal)
    by_title = {id_ for title, hits in titles.items() if fnmatchcase(title, wanted) for id_ in hits}
    return [id_ for id_ in ids if id_ in by_title or fnmatchcase(id_, literal)]


def softer(foreign: Foreign, entry: MetricEntry) -> frozenset[Route]:
    """Routes inside a card that were only inferred: an overlay may say otherwise."""
    above = entry.origin.route
    return frozenset(route[len(above) :] for route in foreign.inferred if route[: len(above)] == above)


def said(value: Any) -> Any:
    """What an overlay says: keys without a value say nothing, and neither do mappings that hold only such keys."""
    if not isinstance(value, dict):
        return value
    told = {key: said(inner) for key, inner in value.items() if inner is not None}
    return {key: inner for key, inner in told.items() if inner != {} or value[key] == {}}


def merge(
    base: Any, extra: Any, at: Route, above: Route, soft: frozenset[Route] = frozenset()
) -> tuple[Any, list[Patch], list[Clash]]:
    """A card's raw values with an overlay's added.

    Returns the merged value, the patches that were filled in, and everything that the overlay says differently from
    the card. What stands at or below a ``soft`` route gives way, and counts as declared where the overlay agrees.
    """
    gives_way = any(at[:length] in soft for length in range(1, len(at) + 1))
    mappings = isinstance(base, dict) and isinstance(extra, dict)
    if base is None or (gives_way and (not mappings or at == ("outcome",))):
        return extra, [(at, above)], []
    if mappings:
        result = dict(base)
        patches: list[Patch] = []
        clashes: list[Clash] = []
        for key, value in extra.items():
            if value is None:
                continue
            result[key], more, wrong = merge(base.get(key), value, (*at, key), (*above, key), soft)
            patches += more
            clashes += wrong
        return result, patches, clashes
    if isinstance(base, list) and isinstance(extra, list):
        return _lists(base, extra, at, above, soft)
    return base, [], [] if base == extra else [Clash(at, above)]


def _lists(
    base: list[Any], extra: list[Any], at: Route, above: Route, soft: frozenset[Route]
) -> tuple[list[Any], list[Patch], list[Clash]]:
    """Lists in which names are collected grow. Of others only what was inferred gives way: the rest has to be there."""
    if len(at) == 1 and at[0] in _GROWING:
        new = [(number, entry) for number, entry in enumerate(extra) if entry not in base]
        routes: list[Patch] = [((*at, len(base) + n), (*above, number)) for n, (number, _) in enumerate(new)]
        return [*base, *(entry for _, entry in new)], routes, []
    if base == extra and not any(route[: len(at)] == at for route in soft):
        return base, [], []
    kept = [
        entry for number, entry in enumerate(base) if not any(route[: len(at) + 1] == (*at, number) for route in soft)
    ]
    if len(kept) < len(base) and all(entry in extra for entry in kept):
        return extra, [(at, above)], []
    return base, [], [Clash(at, above)]
