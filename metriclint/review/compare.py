"""Findings of two states held against each other: what is new, worse, better, solved or as before, and why."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from msgspec import Struct, field

from metriclint.facts.catalogue import FACTS
from metriclint.findings.candidates import fingerprint
from metriclint.findings.finding import SEVERITIES, Fact, Finding, Location
from metriclint.model.project import Origin, Project
from metriclint.reports.text import importance
from metriclint.review.changes import Traced, changes_of
from metriclint.review.identity import Identity, identity
from metriclint.review.record import Change, Compared, State
from metriclint.review.state import State as Repository
from metriclint.review.state import with_settings

_ORDER: tuple[State, ...] = ("new", "worse", "left-out", "better", "solved", "unchanged")
_CARD_KEY = {
    "board": "visibility",
    "consequence": "consequences",
    "action": "gaming_actions",
    "counter": "counter_metrics",
    "agent": "agent",
}
"""Key of a card under which the facts of a group stand."""


class Comparison(Struct):
    """What two states have in common and what not."""

    findings: list[Compared] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def compare(before: Repository, after: Repository, today: str) -> Comparison:
    """Hold two states against each other, project by project."""
    result = Comparison()
    pairs = list(_paired(before.projects, after.projects))
    settings = {p.name: p.config for p in before.checked}
    changed = {
        new.name: settings[old.name] for old, new in pairs if old.name in settings and _settings_differ(old, new)
    }
    unasked = with_settings(after, changed, today)
    for old, new in pairs:
        same = identity(old, new)
        traced = changes_of(old, new, same)
        found = [f for f in after.findings if f.project == new.name]
        matching = _Matching(same, [f for f in before.findings if f.project == old.name], found)
        asked = [t for t in traced if _asked(t, before, after, old.name, new.name)]
        causes = partial(_causes, traced=asked, offset=len(result.changes))
        for f in found:
            was = matching.before(f)
            if after.about(f) or (was is not None and before.about(was)):
                result.findings.append(_compared(f, was, matching, causes))
        still = {f.fingerprint if _is_wide(f) else (f.metric, f.rule) for f in unasked if f.project == new.name}
        for f in matching.gone:
            if before.about(f):
                key = matching.renamed(f) if _is_wide(f) else (same.new_id("metrics", f.metric), f.rule)
                state: State = "left-out" if key in still else "solved"
                result.findings.append(Compared(state=state, finding=f, was=f.severity, was_accepted=_accepted(f)))
        result.changes += [t.change for t in asked]
    result.findings.sort(key=_weight)
    return result


def _settings_differ(old: Project, new: Project) -> bool:
    """Whether the rules inside of packs differ is not known, so packs count as if they did."""
    return old.config != new.config or bool(new.config.packs)


def _paired(before: Sequence[Project], after: Sequence[Project]) -> Iterator[tuple[Project, Project]]:
    """Projects that are the same: by folder, then by the share of metrics; what is alone stands beside an empty one."""
    names = {p.name for p in before} & {p.name for p in after}
    gone = [p for p in before if p.name not in names]
    by_name = {p.name: p for p in before}
    for new in after:
        old = by_name.get(new.name)
        if old is None and gone:
            nearest = max(gone, key=lambda p: len(p.metrics.keys() & new.metrics.keys()))
            if nearest.metrics.keys() & new.metrics.keys():
                gone.remove(nearest)
                old = nearest
        yield old or Project(name=new.name, config=new.config), new
    for old in gone:
        yield old, Project(name=old.name, config=old.config)


def _asked(traced: Traced, before: Repository, after: Repository, old: str, new: str) -> bool:
    """Does a change lie in what was asked about; a change of settings always does."""
    places = [(before.asked.get(old), traced.was), (after.asked.get(new), traced.now)]
    known = [(paths, origin) for paths, origin in places if origin is not None]
    return not known or any(paths is None or origin.path in paths for paths, origin in known)


class _Matching:
    """The findings of a project before, each with the one after that it is."""

    def __init__(self, same: Identity, before: Sequence[Finding], after: Sequence[Finding]) -> None:
        self._same = same
        by_print = {f.fingerprint: f for f in reversed(after)}
        self._before: dict[int, Finding] = {}
        self.gone: list[Finding] = []
        """Findings from before that are not there any more."""
        rest = []
        for f in before:
            now = by_print.get(self.renamed(f))
            if now is not None and id(now) not in self._before:
                self._before[id(now)] = f
            else:
                rest.append(f)
        self._by_rule(rest, [f for f in after if id(f) not in self._before])

    def _by_rule(self, before: Sequence[Finding], after: Sequence[Finding]) -> None:
        """What is left: with another path, but of the same rule on the same metric, where only one can be meant."""
        old: dict[tuple[str, str], list[Finding]] = {}
        new: dict[tuple[str, str], list[Finding]] = {}
        for f in before:
            old.setdefault((self._same.new_id("metrics", f.metric), f.rule), []).append(f)
        for f in after:
            new.setdefault((f.metric, f.rule), []).append(f)
        for key, found in old.items():
            now = new.get(key, [])
            if key[0] and len(found) == len(now) == 1 and not _is_wide(found[0]):
                self._before[id(now[0])] = found[0]
            else:
                self.gone += found

    def renamed(self, f: Finding) -> str:
        """The fingerprint of a finding from before under the ids of now."""
        if not _is_wide(f):
            metric = self._same.new_id("metrics", f.metric)
            return fingerprint(f.rule, metric, [self._same.node(s.node) for s in f.path])
        section, id_ = (str(part) for part in f.location.route[:2])
        if section != "decisions":
            return f.fingerprint
        return fingerprint(f.rule, f"decision:{self._same.new_id(section, id_)}", ())

    def before(self, f: Finding) -> Finding | None:
        """What a finding was before, where it was there."""
        return self._before.get(id(f))


def _is_wide(f: Finding) -> bool:
    """Is it about a whole decision or project, and not about the metric that it names."""
    return f.fingerprint != fingerprint(f.rule, f.metric, [s.node for s in f.path])


def _compared(
    now: Finding, was: Finding | None, matching: _Matching, causes: Callable[[Finding], list[int]]
) -> Compared:
    if was is None:
        return Compared(state="new", finding=now, changes=causes(now))
    other = matching.renamed(was) != now.fingerprint
    state = _state(now, was, other_end=other and _end(now) != _end(was))
    return Compared(
        state=state,
        finding=now,
        was=was.severity,
        was_accepted=_accepted(was),
        other_way=other,
        changes=causes(now) if state != "unchanged" else [],
    )


def _state(now: Finding, was: Finding, *, other_end: bool) -> State:
    change = SEVERITIES.index(now.severity) - SEVERITIES.index(was.severity)
    if change > 0 or (now.status == "reported" and _accepted(was)):
        return "worse"
    if change < 0:
        return "better"
    # As severe as before, but what it leads to is something else: nobody has decided about that.
    return "new" if other_end else "unchanged"


def _accepted(f: Finding) -> bool:
    return f.status in ("waived", "baselined")


def _end(f: Finding) -> str:
    """What a path leads to, by what people call it: its id may have changed."""
    return f"{f.path[-1].kind} {f.path[-1].title}" if f.path else ""


def _weight(c: Compared) -> tuple[object, ...]:
    f = c.finding
    return _ORDER.index(c.state), importance(f), f.location.path, f.location.line, f.metric, f.fingerprint


# Causes


def _causes(f: Finding, traced: Sequence[Traced], offset: int) -> list[int]:
    """Numbers of the changes behind a finding: those of its facts, else those of its path, else those of its metric.

    ``offset`` is the number of the first of the changes.
    """
    facts = [fact.location for fact in f.facts if fact.location is not None]
    silent = {_silent_key(fact) for fact in f.facts if fact.location is None} - {""}
    path = [f.location, *(s.location for s in f.path if s.location is not None)]
    # Another id explains nothing where something else changed.
    told = [(n, t) for n, t in enumerate(traced) if t.change.kind != "renamed"]
    by_fact = [n for n, t in told if _touches(t.now, facts) or _is_silent(t, f.metric, silent)]
    by_path = [n for n, t in told if _touches(t.now, path) or _touches(t.was, path)]
    mine = [n for n, t in told if t.change.section == "metrics" and t.change.id == f.metric]
    settings = [n for n, t in told if t.change.section == "settings"]
    chosen = by_fact or by_path or mine or settings
    # A new card explains all that is in it.
    own = [n for n in chosen if n in mine and traced[n].change.kind == "added" and not traced[n].change.route]
    return [offset + n for n in own or chosen]


def _touches(origin: Origin | None, places: Iterable[Location]) -> bool:
    """Is something declared at, inside or around one of some places."""
    if origin is None:
        return False
    route = list(origin.route)
    return any(
        p.path == origin.path and (route[: len(p.route)] == p.route or p.route[: len(route)] == route) for p in places
    )


def _silent_key(fact: Fact) -> str:
    """Key of the card whose absence says something."""
    if fact.text.startswith("from "):
        return fact.text.removeprefix("from ").split(".")[0]
    group = fact.fact.partition(".")[0]
    if group in _CARD_KEY:
        return _CARD_KEY[group]
    spec = FACTS.get(fact.fact)
    return spec.declare.split(".")[0] if spec is not None and spec.declare else ""


def _is_silent(traced: Traced, metric: str, keys: set[str]) -> bool:
    change = traced.change
    return change.section == "metrics" and change.id == metric and bool(change.route) and change.route[0] in keys
