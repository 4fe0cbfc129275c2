"""Uniting documents to one project: ids are unique, references resolve, overlays find their metrics."""

from typing import Any

import msgspec

from metriclint.files.positions import find_spans
from metriclint.files.problem import Problem, Route
from metriclint.files.shape import plain
from metriclint.model.card import Metric, OverlayCard
from metriclint.model.config import Config
from metriclint.model.document import SECTIONS, Document, OverlayDocument
from metriclint.model.project import Entry, MetricEntry, Origin, Project, WaiverEntry
from metriclint.sources import overlay
from metriclint.sources.foreign import located as foreign_problems
from metriclint.sources.native import ReadFile, place_problems
from metriclint.sources.references import cycle_problems, reference_problems
from metriclint.sources.settle import renamed, resolve_nearest, settle


def link(files: list[ReadFile], name: str, config: Config) -> tuple[Project, list[Problem]]:
    """One project out of the documents of its files, and every problem between them, placed."""
    project = Project(name=name, config=config, texts={f.path: f.text for f in files})
    project.foreign = {f.path: f.foreign for f in files if f.foreign is not None}
    problems: list[Problem] = []
    read = [f for f in files if isinstance(f.document, Document)]
    natives = sorted(read, key=lambda f: f.foreign is not None)
    overlays = [f for f in files if isinstance(f.document, OverlayDocument)]
    for file in [*natives, *overlays]:
        _add_sections(project, file, problems)
    _apply_overlays(project, natives, overlays, problems)
    foreign = [f for f in natives if f.foreign is not None]
    resolve_nearest(project, foreign)
    settle(project, foreign)
    problems += reference_problems(project)
    problems += cycle_problems(project)
    unread = [f for f in files if f.document is None]
    return project, _placed([p for p in problems if not _may_be_declared(p, unread)], project)


def _may_be_declared(problem: Problem, unread: list[ReadFile]) -> bool:
    """Is it about a name that nothing declares, while a file that could not be read may well declare it."""
    return bool(problem.unknown) and any(f.unseen or f.foreign or problem.unknown in f.text for f in unread)


def _placed(problems: list[Problem], project: Project) -> list[Problem]:
    by_path: dict[str, list[Problem]] = {}
    for problem in dict.fromkeys(problems):
        by_path.setdefault(problem.path, []).append(problem)
    placed: list[Problem] = []
    for path in sorted(by_path):
        foreign = project.foreign.get(path)
        if foreign is not None:
            placed += foreign_problems(by_path[path], foreign)
        else:
            placed += place_problems(by_path[path], project.texts.get(path, ""))
    return placed


def _add_sections(project: Project, file: ReadFile, problems: list[Problem]) -> None:
    document = file.document
    assert document is not None
    for section in SECTIONS:
        if section == "metrics" and not isinstance(document, Document):
            continue
        known: dict[str, Any] = getattr(project, section)
        make = MetricEntry if section == "metrics" else Entry
        for id_, value in getattr(document, section).items():
            origin = Origin(file.path, (section, id_))
            if id_ in known and file.foreign is not None and known[id_].origin.path in project.foreign:
                id_ = renamed(project, section, id_, file.path, origin)
            elif id_ in known:
                problems.append(_twice(known[id_].origin, origin, id_))
                continue
            known[id_] = make(id_, value, origin)
            if isinstance(value, Metric):
                _add_waivers(project, id_, value, origin)
    for index, waiver in enumerate(document.waivers):
        project.waivers.append(WaiverEntry(waiver, waiver.metric, Origin(file.path, ("waivers", index))))


def _add_waivers(project: Project, id_: str, card: OverlayCard, origin: Origin) -> None:
    for index, waiver in enumerate(card.waivers):
        project.waivers.append(WaiverEntry(waiver, id_, origin.below("waivers", index)))


def _twice(first: Origin, second: Origin, id_: str) -> Problem:
    kind = str(second.route[0]).removesuffix("s")
    return Problem(second.path, 0, 0, f'{kind} "{id_}" is defined twice: also in {first.path}', second.route)


def _apply_overlays(
    project: Project, natives: list[ReadFile], overlays: list[ReadFile], problems: list[Problem]
) -> None:
    if not overlays:
        return
    raw = _raw_cards(project, natives)
    titles = overlay.titles_of(project)
    for file in overlays:
        cards: dict[str, OverlayCard] = getattr(file.document, "metrics", {})
        for key, extra in (file.raw.get("metrics") or {}).items():
            if overlay.is_pattern(key, titles):
                continue
            hits = overlay.match(key, titles, project.metrics)
            if len(hits) != 1:
                problems.append(overlay.unmatched(file.path, key, hits, titles, project.metrics))
                continue
            _overlay_one(project, hits[0], raw, extra or {}, file.path, ("metrics", key), problems)
            if key in cards:
                _add_waivers(project, hits[0], cards[key], Origin(file.path, ("metrics", key)))
    patterns: set[tuple[str, Route]] = set()
    for file in overlays:
        _apply_patterns(project, file, raw, titles, patterns, problems)


def _raw_cards(project: Project, natives: list[ReadFile]) -> dict[str, Any]:
    """Raw cards by the id that they have in the project: one of a foreign file may have another in its file."""
    by_place = {(e.origin.path, e.origin.route[-1]): id_ for id_, e in project.metrics.items()}
    raw: dict[str, Any] = {}
    for file in natives:
        for own, card in (file.raw.get("metrics") or {}).items():
            if (id_ := by_place.get((file.path, own))) is not None:
                raw[id_] = card
    return raw


def _apply_patterns(
    project: Project,
    file: ReadFile,
    raw: dict[str, Any],
    titles: dict[str, list[str]],
    patterns: set[tuple[str, Route]],
    problems: list[Problem],
) -> None:
    """Entries for several metrics at once, after all others: they fill what is still silent and contradict nothing.

    Only two of them that say different things of one metric are a problem: neither stands nearer to it.
    """
    for key, extra in (file.raw.get("metrics") or {}).items():
        if not overlay.is_pattern(key, titles):
            continue
        hits = overlay.match_all(key, titles, project.metrics)
        if not hits:
            problems.append(overlay.unmatched(file.path, key, [], titles, project.metrics))
        cards: dict[str, OverlayCard] = getattr(file.document, "metrics", {})
        patterns.add((file.path, ("metrics", key)))
        told: set[Route] = set()
        for id_ in hits:
            for clash in _overlay_one(project, id_, raw, extra or {}, file.path, ("metrics", key), None):
                other = project.metrics[id_].place(*clash.at)
                if (other.path, other.route[:2]) in patterns and clash.above not in told:
                    told.add(clash.above)  # one metric shows it: all that both fit would only repeat it
                    problems.append(_two_patterns(id_, clash, Origin(file.path, clash.above), other))
            if key in cards:
                _add_waivers(project, id_, cards[key], Origin(file.path, ("metrics", key)))


def _overlay_one(
    project: Project,
    id_: str,
    raw: dict[str, Any],
    extra: Any,
    path: str,
    above: Route,
    problems: list[Problem] | None,
) -> list[overlay.Clash]:
    """Add an entry to a metric. What it says differently is a problem; without ``problems`` it is only left out.

    Returns what was left out.
    """
    extra = overlay.said({k: v for k, v in extra.items() if k != "waivers"})
    entry = project.metrics[id_]
    foreign = project.foreign.get(entry.origin.path)
    soft = overlay.softer(foreign, entry) if foreign is not None else frozenset()
    merged, patches, clashes = overlay.merge(raw.get(id_), extra, (), above, soft)
    if clashes and problems is not None:
        problems += [_contradiction(project, entry, clash, path) for clash in clashes]
        return []
    raw[id_] = merged
    card = msgspec.convert(plain(merged), Metric)
    placed = [(at, Origin(path, there)) for at, there in patches]
    ordered = tuple(sorted([*entry.patches, *placed], key=lambda p: (-len(p[0]), [str(x) for x in p[0]])))
    project.metrics[id_] = MetricEntry(id_, card, entry.origin, ordered)
    return clashes


def _two_patterns(id_: str, clash: overlay.Clash, here: Origin, other: Origin) -> Problem:
    name = ".".join(str(part) for part in clash.at)
    file = "" if other.path == here.path else f" in {other.path}"
    message = f'"{other.route[1]}"{file} fits {id_} as well and says another `{name}`: say it of the metric itself'
    return Problem(here.path, 0, 0, message, here.route)


def _contradiction(project: Project, entry: MetricEntry, clash: overlay.Clash, path: str) -> Problem:
    """The problem at its place in the overlay, with the place that it contradicts."""
    origin = entry.place(*clash.at)
    foreign = project.foreign.get(origin.path)
    cell = foreign.cell(origin.route) if foreign is not None else None
    if cell is not None:
        where = cell.name
    else:
        wanted, text = [origin.route], project.texts.get(origin.path, "")
        span = (find_spans(text, wanted) if foreign is None else foreign.spans(wanted))[origin.route]
        where = f"{span.line}:{span.column}"
    name = ".".join(str(part) for part in clash.at)
    message = f"contradicts the card, which declares `{name}` itself ({origin.path}:{where})"
    return Problem(path, 0, 0, message, clash.above)
