"""Pictures for tests: of designs given as texts, and of the examples."""

import functools
from itertools import pairwise

from conftest import ROOT
from designs import incentives_of

from metriclint.graph.build import Incentives, build
from metriclint.pictures.compose import picture_of_metric, picture_of_project
from metriclint.pictures.picture import Picture, PictureEdge, PictureNode, ViewName
from metriclint.sources.load import load

OFFICE = """
    roles:
      agent: {title: Support agent, reports_to: lead}
      lead: {title: Team lead}
    outcomes:
      solved: {title: Problems are solved at the first contact}
      loyal: {title: Customers stay}
    harms:
      cut-off: {title: Customers are cut off}
      burnout: {title: Agents burn out under constant time pressure}
    actions:
      hang-up:
        title: End difficult calls early and hope that the customer rings again
        by: agent
        cost: low
        moves: {aht: down, calls: up, fcr: down}
        effects: {solved: hurts, cut-off: causes}
      rush: {title: Rush, by: agent, cost: medium, moves: {aht: down}, effects: {loyal: hurts, burnout: causes}}
      listen: {title: Listen, by: agent, cost: high, moves: {fcr: up, csat: up}, effects: {solved: helps, loyal: helps}}
      split: {title: Open two tickets, by: agent, cost: low, automatable: true, moves: {calls: up}}
    metrics:
      aht:
        title: Average handling time
        kind: activity
        direction: down
        subject: {role: agent, level: individual}
        gaming_actions: [hang-up, rush]
        outcome: {id: solved, link: belief}
        target: {type: threshold, value: 240, unit: seconds, comparator: at-most, basis: previous-actual}
        counter_metrics: [{metric: fcr, independent: true}, {metric: csat, independent: true}]
      calls:
        title: Calls per day
        kind: output
        direction: up
        subject: {role: agent, level: individual}
        gaming_actions: [split, hang-up]
      fcr: {title: Solved at first contact, kind: outcome, direction: up, outcome: {id: solved, link: direct}}
      csat: {title: Satisfaction, kind: perception, direction: up, gaming_actions: [], consequences: []}
      index:
        title: Service index
        kind: composite
        direction: up
        derived_from: [{metric: aht, weight: -0.5}, {metric: calls, weight: 0.5}]
    boards:
      wall: {title: Wallboard, shows: [aht, calls], audience: team, identified: true, ranked: true}
      monthly: {title: Monthly scorecard, shows: [aht, csat, fcr], audience: manager, identified: true, ranked: false}
      pack: {title: Board pack, shows: [index], audience: leadership, identified: false}
    decisions:
      rating:
        title: Yearly rating
        about: agent
        consequence: review
        uses:
          - {metric: aht, stated: not-used, access: individual, enforced: policy, believed: used}
          - {metric: fcr, stated: used, access: aggregate, believed: used}
      bonus: {title: Bonus of the lead, about: lead, consequence: bonus, uses: [{metric: index, stated: used}]}
    """
"""A call centre with 26 nodes: shared boards, a counter-metric in the same decision, an index, a broken promise."""

ALL = ("stated", "feasible", "believed")


@functools.cache
def office() -> Incentives:
    """The call centre."""
    return incentives_of(OFFICE)


@functools.cache
def example(name: str) -> Incentives:
    """A project that comes with metriclint."""
    loaded = load([str(ROOT / "examples" / name)], ROOT)
    assert not loaded.problems
    return build(loaded.projects[0])


def metric(id_: str, view: ViewName = "all") -> Picture:
    """The picture of a metric of the call centre."""
    return picture_of_metric(office(), id_, view)


def whole(view: ViewName = "all") -> Picture:
    """The picture of the call centre."""
    return picture_of_project(office(), view)


def of_titles(*titles: str) -> Picture:
    """A picture of a chain of metrics with such titles."""
    nodes = tuple(PictureNode(f"metric:m{i}", "metric", title) for i, title in enumerate(titles))
    edges = tuple(PictureEdge(a.id, b.id, "derived from", 1, ALL, only=(a.title,)) for a, b in pairwise(nodes))
    return Picture("metriclint/picture/1", titles[0], titles[-1], "all", "", nodes, edges)


def links(picture: Picture) -> set[tuple[str, str, str]]:
    """The links of a picture as source, verb and target."""
    return {(e.source, e.verb, e.target) for e in picture.edges}


def ids(picture: Picture, kind: str = "") -> set[str]:
    """Ids of the nodes of a picture, of one kind or of all."""
    return {n.id for n in picture.nodes if not kind or n.kind == kind}
