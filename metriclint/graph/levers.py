"""Levers: what an organisation can change to cut a way from a number to a consequence.

A lever is a board (what follows from the standing on it), the access of those who decide where policy does not ask for
the number, the link from a number to a decision that is meant to read it, a target that stands alone, or the place of a
number in an index. What staff believe is no lever. Taking a board down does not cut the link to a decision: whoever
decides can open the figures without it.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from metriclint.graph.build import Incentives
from metriclint.graph.design import BoardView, Design, Use
from metriclint.graph.words import board_title, quoted, role_words, use_title
from metriclint.model.project import Origin

LeverKind = Literal["access", "link", "board", "target", "part"]
_ORDER: tuple[LeverKind, ...] = ("access", "link", "board", "target", "part")
"""Among levers that cut as much: the order in which they are named."""


class Lever(NamedTuple):
    """One thing that an organisation can change to cut a way."""

    id: str
    kind: LeverKind
    change: str
    """The change as a phrase: 'removing the manager's access to "Tickets closed"'."""
    origin: Origin
    """The first of the declarations that it changes."""


class Route(NamedTuple):
    """A way from a metric to a consequence that passes through no other metric."""

    lever: str
    end: str
    """Public id of the consequence."""
    through: Use | BoardView
    """The decision that reads the number, or the board that gives a standing."""
    feasible: bool
    believed: bool
    """Do staff reckon with it, whatever access says."""


class Levers:
    """The levers of some metrics, with the routes that they stand on. Words are made for those that are asked for."""

    def __init__(self, incentives: Incentives, metrics: Iterable[str]) -> None:
        self.incentives = incentives
        self.metrics = list(metrics)
        self.routes: dict[str, list[Route]] = {}
        self.wholes: dict[str, list[tuple[str, str | None]]] = {}
        """For each metric what is computed from it, with the lever that takes it out where that is an index."""
        self._found: dict[str, tuple[LeverKind, Design, Use | BoardView | int]] = {}
        self._numbers: dict[str, dict[str, None]] = {}
        for id_ in self.metrics:
            design = incentives.designs[id_]
            routes = [self._board(design, b) for b in design.boards or ()]
            routes += [self._use(design, u) for u in design.uses or () if u.kind not in ("none", "operational")]
            self.routes[id_] = [route for route in routes if route is not None]
            above = [w for w in incentives.wholes.get(id_, ()) if w != id_]
            self.wholes[id_] = [(whole, self._part(design, incentives.designs[whole])) for whole in above]

    def ids(self) -> list[str]:
        """Ids of all levers, in no order that means anything."""
        return list(self._found)

    def order(self, id_: str) -> tuple[int, str]:
        """Order among levers that cut as much."""
        return _ORDER.index(self._found[id_][0]), id_

    def lever(self, id_: str) -> Lever:
        """A lever in words; that of an access names all numbers that are closed with it."""
        kind, design, what = self._found[id_]
        title = quoted(design.card.title)
        if isinstance(what, int):
            whole = design.card.title
            part = self.incentives.designs[id_.removeprefix("part:").partition(">")[0]].card.title
            change = f"taking {quoted(part)} out of {quoted(whole)}"
            return Lever(id_, kind, change, design.entry.place("derived_from", what))
        if isinstance(what, BoardView):
            board = quoted(what.title) if what.title else board_title(what).replace("a ", "the ", 1)
            return Lever(id_, kind, f"taking down {board}", what.origin)
        if kind == "target":
            return Lever(id_, kind, f"dropping the target of {title}", what.origin)
        if kind == "link":
            return Lever(id_, kind, f"taking {title} out of {_named(what)}", what.origin.below("stated"))
        return Lever(id_, kind, f"removing {self._access_to(id_, what)}", what.origin.below("access"))

    def titles(self, route: Route) -> tuple[str, ...]:
        """What stands on a route behind its metric; the last is the consequence."""
        if isinstance(route.through, BoardView):
            return board_title(route.through), "standing among colleagues"
        last = self.incentives.graph.nodes[route.end].title
        kind = self._found[route.lever][0]
        if kind == "target":
            return "its target", last
        if kind == "link":
            return use_title(route.through), last
        return self._who(route.through), use_title(route.through), last

    def _board(self, design: Design, board: BoardView) -> Route | None:
        id_ = board.node.partition("@")[0]
        self._found.setdefault(id_, ("board", design, board))
        if not board.gives_standing:
            return None
        end = f"consequence:{id_.removeprefix('board:')}/standing"
        return Route(id_, end, board, feasible=True, believed=True)

    def _use(self, design: Design, use: Use) -> Route:
        decision = use.node.removeprefix("decision:")
        if use.assumed:
            id_ = f"target:{design.entry.id}"
            self._found.setdefault(id_, ("target", design, use))
        elif use.value.stated == "used":
            id_ = f"link:{design.entry.id}>{decision}"
            self._found.setdefault(id_, ("link", design, use))
        else:
            # The access of a role is one lever, whatever it decides; where no role is named, that of a decision.
            id_ = f"access:{use.decided_by or use.node}"
            self._found.setdefault(id_, ("access", design, use))
            self._numbers.setdefault(id_, {})[design.entry.id] = None
        return Route(id_, f"consequence:{decision}", use, use.in_feasible, use.believed == "used")

    def _part(self, design: Design, whole: Design) -> str | None:
        """What goes into an index is a choice; what goes into a plain sum is arithmetic, and no lever."""
        for index, part in enumerate(whole.card.derived_from or ()):
            source, weight = (part, None) if isinstance(part, str) else (part.metric, part.weight)
            if source != design.entry.id:
                continue
            if whole.card.kind != "composite" and weight is None:
                return None
            id_ = f"part:{design.entry.id}>{whole.entry.id}"
            self._found[id_] = ("part", whole, index)
            return id_
        return None

    def _who(self, use: Use) -> str:
        if not use.decided_by:
            return "access of whoever decides"
        return f"{role_words(use.decided_by, self.incentives.project)}'s access"

    def _access_to(self, id_: str, use: Use) -> str:
        who = self._who(use) if use.decided_by else f"the access of whoever decides in {_named(use)}"
        numbers = [quoted(self.incentives.designs[m].card.title) for m in self._numbers[id_]]
        return f"{who} to {numbers[0] if len(numbers) == 1 else f'{len(numbers)} numbers'}"


def _named(use: Use) -> str:
    return quoted(use.title) if use.title else use_title(use)
