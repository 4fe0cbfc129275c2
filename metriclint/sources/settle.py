"""What linking does for files of other tools: ids that two files use, references that lead nowhere, remarks."""

from pathlib import PurePosixPath

import msgspec

from metriclint.files.problem import Route
from metriclint.model.card import WeightedMetric
from metriclint.model.project import Entry, MetricEntry, Origin, Project
from metriclint.sources.draft import id_of
from metriclint.sources.native import ReadFile


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


def settle(project: Project, file: ReadFile) -> None:
    """Take over the remarks of a file, and let go of references to metrics that are not here."""
    for number, message in enumerate(file.remarks):
        project.remarks.append((message, Origin(file.path, ("remarks", number))))
    by_place = {e.origin: id_ for id_, e in project.metrics.items() if e.origin.path == file.path}
    gone: dict[Route, set[int]] = {}
    for route in file.loose:
        gone.setdefault(route[:2], set()).add(int(route[3]))
    for above in gone:
        id_ = by_place.get(Origin(file.path, above))
        if id_ is not None:
            _let_go(project, project.metrics[id_])
    for board_id, board in project.boards.items():
        if board.origin.path == file.path and any(shown not in project.metrics for shown in board.value.shows):
            kept = [shown for shown in board.value.shows if shown in project.metrics]
            project.boards[board_id] = Entry(board_id, msgspec.structs.replace(board.value, shows=kept), board.origin)


def _let_go(project: Project, entry: MetricEntry) -> None:
    listed = list(entry.value.derived_from or ())
    kept = [part for part in listed if _id_of(part) in project.metrics]
    for number, part in enumerate(listed):
        if part not in kept:
            message = f'computed from "{_id_of(part)}", which no file here declares'
            project.remarks.append((message, entry.place("derived_from", number)))
    if len(kept) < len(listed):
        card = msgspec.structs.replace(entry.value, derived_from=kept)
        project.metrics[entry.id] = msgspec.structs.replace(entry, value=card)


def _id_of(part: str | WeightedMetric) -> str:
    return part if isinstance(part, str) else part.metric
