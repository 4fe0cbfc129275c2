"""Reading ``metriclint.toml`` and ``[tool.metriclint]``, with every error placed in the file."""

import copy
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from metriclint.files.bounds import leads_outside
from metriclint.files.problem import Problem, Route, shorten
from metriclint.files.shape import to_struct
from metriclint.files.yaml_values import lines_of, located, read_text
from metriclint.model.config import Config
from metriclint.sources.settings import setting_problems
from metriclint.sources.tree import DISK, Tree

CONFIG_NAMES = ("metriclint.toml", "pyproject.toml")
_TOML_WHERE = re.compile(r"\(at line (\d+), column (\d+)\)")
_KEY_PART = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*(\.|$)""")
_IN_PYPROJECT: Route = ("tool", "metriclint")


class Source(NamedTuple):
    """The file that configures a project."""

    shown: str
    """Its path as people see it."""
    text: str
    above: Route
    """Route of the table in it that holds the settings: empty, or ``tool.metriclint``."""


def read_config(root: Path, shown_root: str, tree: Tree = DISK) -> tuple[Config, list[Problem]]:
    """The configuration in a folder, and what is wrong with it. For a setting that is wrong the default stands in."""
    source = find_source(root, shown_root, tree)
    if source is None:
        return Config(), []
    if isinstance(source, Problem):
        return Config(), [source]
    config, problems, _ = parse_config(source.text, source.shown, nested=bool(source.above))
    outside = list(_outside(config, root, source.shown))
    if outside:
        packs = [pack for pack in config.packs if not leads_outside(root / pack, root)]
        config = msgspec.structs.replace(config, packs=packs, baseline=None)
    settings = list(setting_problems(config, root, source.shown, tree)) if config.sources else []
    wrong = {p.route[1] for p in (*outside, *settings) if p.route[0] == "sources"}
    if wrong:
        kept = [setting for number, setting in enumerate(config.sources) if number not in wrong]
        config = msgspec.structs.replace(config, sources=kept)
    return config, [*problems, *placed([*outside, *settings], source)]


def _outside(config: Config, root: Path, shown: str) -> Iterator[Problem]:
    """Settings that lead out of the repository: a message about a file can quote it, and anybody may propose them."""
    for index, pack in enumerate(config.packs):
        if leads_outside(root / pack, root):
            message = f'"{shorten(pack, 60)}" lies outside of the repository'
            yield Problem(shown, 0, 0, message, ("packs", index), unknown=pack)
    if config.baseline is not None and leads_outside(root / config.baseline, root):
        message = f'"{shorten(config.baseline, 60)}" lies outside of the repository'
        yield Problem(shown, 0, 0, message, ("baseline",), unknown=config.baseline)
    for index, setting in enumerate(config.sources):
        if setting.mapping is not None and leads_outside(root / setting.mapping, root):
            message = f'"{shorten(setting.mapping, 60)}" lies outside of the repository'
            yield Problem(shown, 0, 0, message, ("sources", index, "mapping"), unknown=setting.mapping)


def find_source(root: Path, shown_root: str, tree: Tree = DISK) -> Source | Problem | None:
    """The file in a folder that holds settings: ``metriclint.toml``, else a ``pyproject.toml`` that has our table."""
    for name in CONFIG_NAMES:
        file = root / name
        if not tree.is_file(file):
            continue
        shown = name if shown_root in ("", ".") else f"{shown_root}/{name}"
        text = read_text(file, shown, tree.read_bytes)
        if isinstance(text, Problem):
            return text
        nested = name == "pyproject.toml"
        if not nested or parse_config(text, shown, nested=True)[2]:
            return Source(shown, text, _IN_PYPROJECT if nested else ())
    return None


def parse_config(text: str, shown: str, *, nested: bool) -> tuple[Config, list[Problem], bool]:
    """Settings in a TOML text. ``nested`` looks under ``[tool.metriclint]``; the last value says if there are any."""
    import tomllib

    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _TOML_WHERE.search(str(error))
        last = text.rstrip().rpartition("\n")[2]
        end = (text.rstrip().count("\n") + 1, max(len(last), 1))
        line, column = (int(where[1]), int(where[2])) if where else end
        message = _TOML_WHERE.sub("", str(error)).strip().rstrip(".")
        return Config(), [located(shown, text, line, column, f"broken TOML: {message.lower()}")], True
    except RecursionError:
        return Config(), [Problem(shown, 1, 1, "nested too deeply")], True
    source = Source(shown, text, ())
    if nested:
        tool = table.get("tool", {})
        if not isinstance(tool, dict) or "metriclint" not in tool:
            return Config(), [], False
        table, source = tool["metriclint"], source._replace(above=_IN_PYPROJECT)
    result = to_struct(table, Config, shown)
    if isinstance(result, Config):
        return result, [], True
    return _rest(table, result, shown), placed(result, source), True


def _rest(table: Any, problems: Iterable[Problem], shown: str) -> Config:
    """The settings that are right, so that what they name can be looked at in the same run."""
    routes = {problem.route for problem in problems}
    if not isinstance(table, dict) or () in routes:
        return Config()
    without: dict[str, Any] = copy.deepcopy(table)
    for route in sorted(routes, key=str, reverse=True):
        _take_out(without, route)
    right = {key: value for key, value in without.items() if isinstance(to_struct({key: value}, Config, shown), Config)}
    rest = to_struct(right, Config, shown)
    return rest if isinstance(rest, Config) else Config()


def _take_out(value: Any, route: Route) -> None:
    """Delete what stands at a route of a table. Items of lists stay, so that the others keep their number."""
    for part in route[:-1]:
        if isinstance(value, dict):
            value = value.get(part)
        else:
            value = value[part] if isinstance(value, list) and isinstance(part, int) else None
    last = route[-1]
    if isinstance(value, dict):
        value.pop(last, None)
    elif isinstance(value, list) and isinstance(last, int):
        if isinstance(value[last], dict):
            # Tables in lists are overrides, and what one can lack is its paths.
            value[last].setdefault("paths", [])
        else:
            value[last] = ""


def placed(problems: Iterable[Problem], source: Source) -> list[Problem]:
    """Problems of a configuration at their lines; those that have a place already keep it."""
    result = []
    for problem in problems:
        if not problem.line and problem.path == source.shown:
            line, column = place_in_toml(source.text, (*source.above, *problem.route), problem.unknown)
            found = located(problem.path, source.text, line, column, problem.message, problem.route)
            problem = found._replace(allowed=problem.allowed, suggestion=problem.suggestion)
        result.append(problem)
    return result


def place_in_toml(text: str, route: Route, word: str = "") -> tuple[int, int]:
    """Line and column of a key (1-based), found by its written form; of the nearest key above it, else line 1.

    With ``word`` the place of that text in the value, where it stands there in quotes.
    """
    if not any(isinstance(part, str) for part in route):
        return 1, 1
    lines = lines_of(text)
    table: Route = ()
    arrays: dict[Route, int] = {}
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith("["):
            table = _table(stripped, arrays)
            if table == route:
                return number, line.index("[") + 1
            continue
        if (*table, *_key(stripped.partition("=")[0])) == route:
            return _word_place(lines, number, word) or (number, len(line) - len(line.lstrip()) + 1)
    return place_in_toml(text, route[:-1], word) if len(route) > 1 else (1, 1)


def _key(written: str) -> Route:
    """The parts of a key as it is written: ``a."b c".d``."""
    parts, at = [], 0
    while match := _KEY_PART.match(written, at):
        parts.append(match[1].strip("\"'"))
        at = match.end()
        if not match[2]:
            break
    return tuple(parts) if at == len(written) else ()


def _table(line: str, arrays: dict[Route, int]) -> Route:
    """The route of a table head; in a list of tables with the index of the entry that it opens or belongs to."""
    repeated = line.startswith("[[")
    names = _key(line.partition("#")[0].strip().strip("[]").strip())
    route: Route = ()
    for number, name in enumerate(names, 1):
        route = (*route, name)
        if number == len(names) and repeated:
            arrays[route] = arrays.get(route, -1) + 1
        if route in arrays:
            route = (*route, arrays[route])
    return route


def _word_place(lines: list[str], number: int, word: str) -> tuple[int, int] | None:
    """Where a quoted word stands in the value that begins on a line: there, or before the next key or table."""
    for offset, line in enumerate(lines[number - 1 :] if word else ()):
        if offset and ("=" in line or line.lstrip().startswith("[")):
            return None
        for quote in "\"'":
            if (at := line.find(f"{quote}{word}{quote}")) >= 0:
                return number + offset, at + 1
    return None
