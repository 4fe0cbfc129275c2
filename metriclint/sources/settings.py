"""What is wrong with ``[[sources]]`` beyond its shape: names that nothing has, folders that are not there."""

import os
from collections.abc import Iterator
from pathlib import Path

from metriclint.files.problem import Problem, Route, did_you_mean, shorten
from metriclint.model.config import Config, SourceSetting
from metriclint.sources.tree import Tree


def setting_problems(config: Config, root: Path, shown: str, tree: Tree) -> Iterator[Problem]:
    """Everything that is wrong with the settings of a project in ``root`` (routes, no lines yet)."""
    for number, setting in enumerate(config.sources):
        if not setting.skip:
            yield from _wrong_names(setting, ("sources", number), shown)
            yield from _wrong_paths(setting, ("sources", number, "paths"), root, shown, tree)


def fixed_part(pattern: str) -> str:
    """The folder or file of a pattern before its first wildcard."""
    parts = pattern.split("/")
    fixed = next((n for n, part in enumerate(parts) if "*" in part or "?" in part), len(parts))
    return "/".join(parts[:fixed]) or "."


def _wrong_names(setting: SourceSetting, above: Route, shown: str) -> Iterator[Problem]:
    from metriclint.sources.adapter import adapter_names
    from metriclint.sources.lists.mapping import unknown_mapping

    name = setting.adapter
    if name is not None and name not in adapter_names():
        near = did_you_mean(name, adapter_names())
        message = f'unknown adapter "{shorten(name, 60)}"'
        yield Problem(shown, 0, 0, message, (*above, "adapter"), adapter_names(), near, unknown=name)
    elif setting.mapping is not None and name not in (None, "records"):
        message = f"a mapping is read by `records`: `{name}` takes none"
        yield Problem(shown, 0, 0, message, (*above, "mapping"), unknown=setting.mapping)
    elif setting.mapping is not None and (wrong := unknown_mapping(setting.mapping, shown)) is not None:
        yield wrong._replace(route=(*above, "mapping"), unknown=setting.mapping)


def _wrong_paths(setting: SourceSetting, route: Route, root: Path, shown: str, tree: Tree) -> Iterator[Problem]:
    for pattern in setting.paths:
        place = Path(os.path.normpath(root / fixed_part(pattern)))
        if not place.is_relative_to(os.path.normpath(root)):
            yield Problem(shown, 0, 0, f'"{shorten(pattern, 60)}" leads out of the project', route, unknown=pattern)
        elif not tree.lexists(place):
            fixed = shorten(fixed_part(pattern), 60)
            yield Problem(shown, 0, 0, f'"{fixed}": no such file or folder', route, unknown=pattern)
