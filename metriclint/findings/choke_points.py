"""Choke points of a checked project: single changes that cut several of the risk paths behind its findings."""

from collections.abc import Iterable, Sequence

from metriclint.findings.finding import ChokePoint
from metriclint.findings.place import Places
from metriclint.graph.build import Incentives
from metriclint.graph.choke import Cut, cuts

_NAMED = 5
"""Choke points of a project that a report names."""


def choke_points(incentives: Incentives, metrics: Iterable[str]) -> Sequence[Cut]:
    """The changes that alone cut the most of the risk paths of some metrics, at least two each; at most five.

    A risk path is one of the metrics, and a consequence that it reaches by access. Linear in the metrics asked about.
    """
    return cuts(incentives, metrics, at_least=2).cuts[:_NAMED]


def placed(found: Iterable[Cut], places: Places, project: str) -> list[ChokePoint]:
    """Choke points as they stand in a report; the places were told to want their origins."""
    return [
        ChokePoint(c.lever.id, c.lever.kind, c.lever.change, c.paths, c.of, places.location(c.lever.origin), project)
        for c in found
    ]
