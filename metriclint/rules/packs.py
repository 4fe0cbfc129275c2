"""Where the rule packs of a project lie: folders beside its configuration, or installed packages."""

import importlib.util
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

from metriclint.model.config import Config


def pack_folders(config: Config, root: Path) -> Iterator[Path]:
    """Folders of a project's packs. ``root`` is the folder of its configuration.

    A pack is a folder (``./house-rules``) or the name of an installed package whose folder holds the rule files. A
    package is looked up and never imported, so a pack cannot run code. What is neither stays a folder that does not
    exist, and the reader of the catalogue says so.
    """
    for pack in config.packs:
        folder = root / pack
        if folder.is_dir() or "/" in pack or pack.startswith("."):
            yield folder
            continue
        found = _spec_of(pack) if pack.isidentifier() else None
        if found is None or not found.submodule_search_locations:
            yield folder
        else:
            yield Path(found.submodule_search_locations[0])


def strays(config: Config, root: Path, holds: Callable[[Path], bool]) -> list[str]:
    """Packs that are folders and lie, whole or in part, where nothing may be read; installed packages may.

    ``holds`` says of a path whether it may be read, with all links followed.
    """
    own = [(p, f) for p, f in zip(config.packs, pack_folders(config, root), strict=True) if f == root / p]
    return [pack for pack, folder in own if not (holds(folder) and all(map(holds, folder.rglob("*"))))]


def _spec_of(package: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(package)
    except ValueError:  # a module that runs but was found nowhere, such as __main__
        return None
