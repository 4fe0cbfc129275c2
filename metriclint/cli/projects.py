"""Loading the project that a command is about, or ending it with what is wrong."""

import os
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from metriclint.cli.output import NOTHING_TO_CHECK, complain, fail, refuse

if TYPE_CHECKING:
    from metriclint.model.project import Project
    from metriclint.sources.load import Loaded


def loaded_or_exit(path: str | None, color: str = "auto", nothing: str = "") -> "Loaded":
    """What ``--project PATH`` names, the configured paths by default. Exits with 2 where it is wrong, with 3 without
    documents; ``nothing`` is what to say then, else what a check says.
    """
    from metriclint.cli.check import nothing_found
    from metriclint.sources.load import load

    loaded = load([path] if path else [])
    if loaded.problems:
        fail(loaded.problems, color)
    if not loaded.documents:
        if nothing:
            refuse(nothing, NOTHING_TO_CHECK)
        complain(nothing_found(loaded.skipped) + "\n")
        sys.exit(NOTHING_TO_CHECK)
    return loaded


def file_beside(project: "Project", name: str) -> str:
    """Where a new file of a project goes so that a check reads it, as it is shown.

    Beside the configuration, else in the first configured folder; without a configuration where its files lie.
    """
    if not project.name:
        return PurePosixPath(_common([PurePosixPath(path).parent for path in project.texts]) / name).as_posix()
    root, paths = PurePosixPath(project.name), project.config.paths
    wanted = [path for path in paths if (Path(root) / path).is_dir()]
    folder = root if "." in wanted or not wanted else root / wanted[0]
    return PurePosixPath(os.path.normpath(folder / name)).as_posix()


def _common(folders: list[PurePosixPath]) -> PurePosixPath:
    if not folders or len({folder.is_absolute() for folder in folders}) > 1:
        return PurePosixPath()
    return PurePosixPath(os.path.commonpath(folders))
