"""Where the rule packs of a project lie: folders beside its configuration, or installed packages."""

import importlib.util
from collections.abc import Iterator
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


def _spec_of(package: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(package)
    except ValueError:  # a module that runs but was found nowhere, such as __main__
        return None
