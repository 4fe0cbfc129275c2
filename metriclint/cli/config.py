"""``metriclint config``: the configuration that counts somewhere, and where each of its values comes from."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from metriclint.cli.output import color_option, emit, fail, refuse, say
from metriclint.reports.terminal import clean

if TYPE_CHECKING:
    from metriclint.files.problem import Route
    from metriclint.model.config import Config
    from metriclint.sources.configuration import Source


@click.group("config")
def command() -> None:
    """Explain the configuration."""


class _Value(NamedTuple):
    """A setting with its place."""

    key: str
    value: Any
    line: int
    """In the file of the configuration; 0 for a default."""
    applies: bool = True
    """False for an override that does not fit the path that was asked about."""


@command.command("show")
@click.argument("path", required=False)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
def show(path: str | None, format_: str, color: str) -> None:
    """Show every setting that counts for PATH (a file or folder; the current folder by default).

    Of a file it also says which overrides fit it. A configuration that is wrong is told in full, with exit 2.
    """
    from metriclint.sources.configuration import Source, find_source
    from metriclint.sources.discover import Finder

    asked = Path(path) if path else Path()
    if not asked.exists():
        refuse(f"{path}: no such file or folder")
    finder = Finder(Path.cwd())
    group = finder.around((asked if asked.is_dir() else asked.parent).absolute())
    source = find_source(group.root, group.name) if group.root is not None else None
    if source is not None and not isinstance(source, Source):
        fail([source], color)
    if problems := [*finder.problems, *_unknown_names(group.config, group.root, source)]:
        fail(sorted(problems, key=lambda p: (p.path, p.line, p.column)), color)
    below = None
    if asked.is_file() and group.root is not None:
        below = asked.absolute().relative_to(group.root).as_posix()
    values = list(_values(group.config, source, below))
    left = _left_aside(group.root, source)
    if format_ == "json":
        emit(_as_json(values, source, left), None)
        return
    lines = [_head(source), *(f"note: {sentence}" for sentence in left), ""]
    width = min(max(len(_setting(v)) for v in values), 60)
    lines += [f"{_setting(v).ljust(width)}  # {_whence(v, source)}" for v in values]
    say("\n".join(map(clean, lines)) + "\n")


def _head(source: "Source | None") -> str:
    if source is None:
        return (
            "no metriclint.toml and no [tool.metriclint] in a pyproject.toml here or above: all settings are defaults"
        )
    return f"configuration: {source.shown}" + (" [tool.metriclint]" if source.above else "")


def _left_aside(root: Path | None, source: "Source | None") -> list[str]:
    """What lies beside the configuration and is not read, though somebody may expect it."""
    from metriclint.files.yaml_values import read_text
    from metriclint.sources.configuration import parse_config

    if root is None or source is None or source.above or not (root / "pyproject.toml").is_file():
        return []
    text = read_text(root / "pyproject.toml", "pyproject.toml")
    if not isinstance(text, str) or not parse_config(text, "pyproject.toml", nested=True)[2]:
        return []
    return ["pyproject.toml beside it has [tool.metriclint] too; that table is not read"]


def _unknown_names(config: "Config", root: Path | None, source: "Source | None") -> Any:
    """Rules, families, packs and rule sets that the configuration names and that do not exist."""
    from metriclint.files.problem import ProblemError
    from metriclint.findings.verdict import select
    from metriclint.rules.catalogue import built_in_catalogue
    from metriclint.rules.packs import pack_folders
    from metriclint.sources.configuration import placed

    if source is None or root is None:
        return []
    try:
        catalogue = built_in_catalogue(pack_folders(config, root))
    except ProblemError as error:
        return error.problems
    return placed(select(catalogue, config, config_path=source.shown)[1], source)


def _values(config: "Config", source: "Source | None", below: str | None) -> Iterator[_Value]:
    """Every setting, in the order of the format; tables key by key. ``below`` is a file, relative to the root."""
    from metriclint.model.config import MAX_DAYS

    written = _Written(source)
    for key in config.__struct_fields__:
        value = getattr(config, key)
        if key == "severity":
            for rule, level in value.items():
                yield _Value(f"severity.{rule}", level, written.line(("severity", rule)))
        elif key == "waivers":
            for severity in MAX_DAYS:
                route = ("waivers", "max_days", severity)
                yield _Value(".".join(route), config.waivers.days(severity), written.line(route))
            yield _Value("waivers.never", value.never, written.line(("waivers", "never")))
        elif key in ("overrides", "sources"):
            for index, entry in enumerate(value):
                fits = below is None or _fits(below, entry.paths)
                for name in entry.__struct_fields__:
                    if part := getattr(entry, name):
                        yield _Value(f"{key}[{index}].{name}", part, written.line((key, index, name)), fits)
        else:
            yield _Value(key, value, written.line((key,)))


def _fits(below: str, patterns: list[str]) -> bool:
    from metriclint.files.globs import fits

    return any(fits(below, pattern) for pattern in patterns)


class _Written:
    """Which settings a file writes down, and where."""

    def __init__(self, source: "Source | None") -> None:
        import tomllib

        self.source = source
        self.table: Any = tomllib.loads(source.text) if source is not None else {}
        for part in source.above if source is not None else ():
            self.table = self.table[str(part)]

    def line(self, route: "Route") -> int:
        """The line of a setting; 0 where the file says nothing about it."""
        from metriclint.sources.configuration import place_in_toml

        here = self.table
        for part in route:
            try:
                here = here[part]
            except (KeyError, IndexError, TypeError):
                return 0
        assert self.source is not None
        return place_in_toml(self.source.text, (*self.source.above, *route))[0]


def _setting(value: _Value) -> str:
    return f"{value.key} = {_toml(value.value)}"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


def _whence(value: _Value, source: "Source | None") -> str:
    if not value.line or source is None:
        return "default"
    return f"{source.shown}:{value.line}" + ("" if value.applies else ", does not fit this file")


def _as_json(values: list[_Value], source: "Source | None", left: list[str]) -> str:
    from metriclint.reports.json import json_text

    record = {
        "file": source.shown if source else None,
        "notes": left,
        "settings": [
            {
                "key": v.key,
                "value": v.value,
                "from": "configuration" if v.line else "default",
                "line": v.line,
                "applies": v.applies,
            }
            for v in values
        ],
    }
    return json_text(record, indent=2) + "\n"
