"""Overlays: facts about metrics that another file declares. They fill what is silent and never contradict."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from metriclint.files.problem import Problem, Route, did_you_mean, shorten
from metriclint.model.foreign import Foreign
from metriclint.model.project import MetricEntry
from metriclint.model.text import normal_title

Patch = tuple[Route, Route]
"""A route inside the card, and the route in the overlay that declares it."""


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
    near = did_you_mean(key, [*ids, *titles])
    return Problem(path, 0, 0, message, route, suggestion=near, unknown=key)


def is_pattern(key: str) -> bool:
    """Does an entry mean all metrics whose id, alias or title fits it: ``*-mr-rate``, ``Support *``."""
    return "*" in key


def match_all(key: str, titles: dict[str, list[str]], ids: Iterable[str]) -> list[str]:
    """Ids of the metrics that a pattern fits, in the order of the project. ``*`` stands for any text."""
    wanted = normal_title(key)
    by_title = {id_ for title, hits in titles.items() if fnmatchcase(title, wanted) for id_ in hits}
    return [id_ for id_ in ids if id_ in by_title or fnmatchcase(id_, key)]


def softer(foreign: Foreign, entry: MetricEntry) -> frozenset[Route]:
    """Routes inside a card that were only inferred: an overlay may say otherwise."""
    above = entry.origin.route
    return frozenset(route[len(above) :] for route in foreign.inferred if route[: len(above)] == above)


def merge(
    base: Any, extra: Any, at: Route, above: Route, path: str, soft: frozenset[Route] = frozenset()
) -> tuple[Any, list[Patch], list[Problem]]:
    """A card's raw values with an overlay's added.

    Returns the merged value, the patches that were filled in, and a problem for everything that the overlay says
    differently from the card. What stands at a ``soft`` route gives way.
    """
    if base is None or (at in soft and base != extra):
        return extra, [(at, above)], []
    if isinstance(base, dict) and isinstance(extra, dict):
        result = dict(base)
        patches: list[Patch] = []
        problems: list[Problem] = []
        for key, value in extra.items():
            if value is None:
                continue
            result[key], more, wrong = merge(base.get(key), value, (*at, key), (*above, key), path, soft)
            patches += more
            problems += wrong
        return result, patches, problems
    if isinstance(base, list) and any(route[: len(at)] == at for route in soft):
        return extra, [(at, above)], []
    if base == extra:
        return base, [], []
    name = ".".join(str(part) for part in at)
    return base, [], [Problem(path, 0, 0, f"contradicts the card, which declares `{name}` itself", above)]
