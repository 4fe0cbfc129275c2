"""What linking does for files of other tools: ids that two files use, references that lead nowhere, remarks."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import msgspec

from metriclint.files.problem import Route, did_you_mean
from metriclint.model.card import WeightedMetric
from metriclint.model.project import Entry, MetricEntry, Origin, Project
from metriclint.sources.draft import id_of
from metriclint.sources.native import ReadFile

_FEW = 300
"""Metrics of a project in which a name that leads nowhere is compared with all others; beyond, that costs too much."""
_LIKE = 0.85


def renamed(project: Project, section: str, id_: str, path: str, origin: Origin) -> str:
    """A free id for an object whose own another foreign file has taken: its file's name is added."""
    known = getattr(project, section)
    stem = id_of(PurePosixPath(path).stem)
    wanted = free = f"{id_}-{stem}"
    number = 1
    while free in known:
        number += 1
        free = f"{wanted}-{number}"
    what = section.removesuffix("s")
    first = known[id_].origin.path
    project.remarks.append((f'{what} "{id_}" stands in {first} too: the one here is `{free}`', origin))
    return free


def resolve_nearest(project: Project, files: Iterable[ReadFile]) -> None:
    """Where files of several projects of another tool use one id, mean the metric of the same file or nearest folder.

    Without this the second project's references would lead into the first one.
    """
    declared: dict[str, list[tuple[str, str]]] = {}
    for id_, entry in project.metrics.items():
        if entry.origin.path in project.foreign:
            declared.setdefault(str(entry.origin.route[-1]), []).append((entry.origin.path, id_))
    if all(len(places) == 1 for places in declared.values()):
        return
    by_place = {entry.origin: id_ for id_, entry in project.metrics.items()}
    for file in files:
        for own, card in (file.raw.get("metrics") or {}).items():
            metric = by_place.get(Origin(file.path, ("metrics", own)))
            if metric is not None and card.get("derived_from"):
                _point(project, metric, len(card["derived_from"]), declared)
    for id_, board in project.boards.items():
        if board.origin.path in project.foreign:
            shows = [_nearest(shown, board.origin.path, declared) for shown in board.value.shows]
            if shows != board.value.shows:
                project.boards[id_] = Entry(id_, msgspec.structs.replace(board.value, shows=shows), board.origin)


def _point(project: Project, id_: str, own: int, declared: dict[str, list[tuple[str, str]]]) -> None:
    """Point the references of a metric, as many as its own file has, to the nearest metrics of their names."""
    entry = project.metrics[id_]
    listed = list(entry.value.derived_from or ())
    pointed = list(listed)
    for number, part in enumerate(listed[:own]):
        near = _nearest(_id_of(part), entry.origin.path, declared)
        pointed[number] = near if isinstance(part, str) else msgspec.structs.replace(part, metric=near)
    if pointed != listed:
        card = msgspec.structs.replace(entry.value, derived_from=pointed)
        project.metrics[id_] = msgspec.structs.replace(entry, value=card)


def _nearest(name: str, path: str, declared: dict[str, list[tuple[str, str]]]) -> str:
    places = declared.get(name, ())
    if len(places) < 2:
        return name
    here = (*PurePosixPath(path).parts, "")
    return max(places, key=lambda place: _shared((*PurePosixPath(place[0]).parts, ""), here))[1]


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many folders, and the file itself, two paths have in common from the top."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def settle(project: Project, files: Iterable[ReadFile]) -> None:
    """Take over the remarks of foreign files, and let go of references to metrics that are not here."""
    by_place = {e.origin: id_ for id_, e in project.metrics.items() if e.origin.path in project.foreign}
    for file in files:
        _settle_one(project, file, by_place)
    for board_id, board in project.boards.items():
        if board.origin.path in project.foreign and any(shown not in project.metrics for shown in board.value.shows):
            kept = [shown for shown in board.value.shows if shown in project.metrics]
            project.boards[board_id] = Entry(board_id, msgspec.structs.replace(board.value, shows=kept), board.origin)


def _settle_one(project: Project, file: ReadFile, by_place: Mapping[Origin, str]) -> None:
    for number, message in enumerate(file.remarks):
        project.remarks.append((message, Origin(file.path, ("remarks", number))))
    for part, whole in file.part_of:
        id_ = by_place.get(Origin(file.path, ("metrics", part)))
        if id_ is not None:
            _join(project, id_, whole, Origin(file.path, ("metrics", part, "part_of")))
    gone: dict[Route, set[int]] = {}
    for route in file.loose:
        gone.setdefault(route[:2], set()).add(int(route[3]))
    for above in gone:
        id_ = by_place.get(Origin(file.path, above))
        if id_ is not None:
            _let_go(project, project.metrics[id_])


def _join(project: Project, part: str, whole: str, place: Origin) -> None:
    """Compute a metric from one that says that it is a part of it; the place is where it says so."""
    entry = project.metrics.get(whole)
    if entry is None:
        project.remarks.append((f'part of "{whole}", which no file here declares{_near(whole, part, project)}', place))
        return
    listed = list(entry.value.derived_from or ())
    if whole == part or part in map(_id_of, listed):
        return
    card = msgspec.structs.replace(entry.value, derived_from=[*listed, part])
    patch = (("derived_from", len(listed)), place)
    project.metrics[whole] = msgspec.structs.replace(entry, value=card, patches=(patch, *entry.patches))


def _let_go(project: Project, entry: MetricEntry) -> None:
    listed = list(entry.value.derived_from or ())
    kept = [part for part in listed if _id_of(part) in project.metrics]
    for number, part in enumerate(listed):
        if part not in kept:
            name = _id_of(part)
            message = f'computed from "{name}", which no file here declares{_near(name, entry.id, project)}'
            project.remarks.append((message, entry.place("derived_from", number)))
    if len(kept) < len(listed):
        card = msgspec.structs.replace(entry.value, derived_from=kept)
        project.metrics[entry.id] = msgspec.structs.replace(entry, value=card)


def _near(id_: str, user: str, project: Project) -> str:
    """The metric that was probably meant: what is named may well stand in a file that is not here."""
    others = [other for other in project.metrics if other != user]
    near = did_you_mean(id_, others, _LIKE) if len(others) < _FEW else ""
    return f"; did you mean `{near}`?" if near else ""


def _id_of(part: str | WeightedMetric) -> str:
    return part if isinstance(part, str) else part.metric
