"""A question in words, answered: what its words mean in the projects at hand, and how the one reaches the other."""

from collections.abc import Sequence

from metriclint.explain.answer import VIEWS, Why
from metriclint.explain.feeds import fed_by
from metriclint.explain.named import Named, Names
from metriclint.explain.why import leads_to
from metriclint.files.problem import shorten
from metriclint.graph.build import Incentives, build
from metriclint.model.project import Project
from metriclint.reports.terminal import clean

LISTED = 10
_STARTS = ("metric", "action", "system")


class Unclear(Exception):
    """Raised where a word means nothing or too much; the message says what was probably meant."""


class Elsewhere(Unclear):
    """Raised where a word means something in several projects."""


def ask(projects: Sequence[Project], subject: str, target: str | None = None, view: str = "all") -> Why:
    """How ``subject`` reaches a consequence, or ``target``; of anything but a start of a path what feeds it.

    ``view`` is one of the views, or ``all``. Raises Unclear.
    """
    incentives, about, names = _about(projects, subject)
    end = None if target is None else _one(names.find(target), target, [names])
    if end is not None and end.node == about.node:
        raise Unclear(f'"{clean(subject)}" and "{clean(target or "")}" are the same')
    views = [v for v in VIEWS if view in ("all", v)]
    if end is None and about.kind not in _STARTS:
        return fed_by(incentives, about, views)
    return leads_to(incentives, about, end, views)


def _about(projects: Sequence[Project], word: str) -> tuple[Incentives, Named, Names]:
    """What a word means, in the one project where it means something that is there."""
    searched = [(incentives, Names(incentives)) for incentives in map(build, projects)]
    found = [(incentives, names, names.find(word)) for incentives, names in searched]
    # A kind of consequence means something everywhere; where there are several projects, those that have it count.
    having = [f for f in found if any(n.nodes for n in f[2])] or [f for f in found if f[2]][:1]
    if len(having) > 1:
        where = ", ".join(incentives.project.name or "." for incentives, _, _ in having[:LISTED])
        raise Elsewhere(f'"{clean(word)}" is in {len(having)} projects ({where})')
    if not having:
        _one([], word, [names for _, names in searched])
    incentives, names, meant = having[0]
    return incentives, _one(meant, word, [names]), names


def _one(found: Sequence[Named], word: str, searched: Sequence[Names]) -> Named:
    """The only thing that a word means. Raises Unclear with what was probably meant."""
    if len(found) == 1:
        return found[0]
    if found:
        lines = [f'"{clean(word)}" can mean {len(found)} things; write one of']
        lines += [f"  {clean(n.node)}  {shorten(n.title, 80)}" for n in found[:LISTED]]
        lines += [f"  and {len(found) - LISTED} more"] if len(found) > LISTED else []
        raise Unclear("\n".join(lines))
    near = next(filter(None, (names.near(word) for names in searched)), "")
    raise Unclear(f'nothing here is named "{clean(word)}"' + (f': did you mean "{clean(near)}"?' if near else ""))
