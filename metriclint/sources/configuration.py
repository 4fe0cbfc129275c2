"""Reading ``metriclint.toml`` and ``[tool.metriclint]``, with every error placed in the file."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from metriclint.files.problem import Problem, Route
from metriclint.files.shape import to_struct
from metriclint.files.yaml_values import located, read_text
from metriclint.model.config import Config

CONFIG_NAMES = ("metriclint.toml", "pyproject.toml")
_TOML_WHERE = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_config(root: Path, shown_root: str) -> tuple[Config, list[Problem]]:
    """The configuration in a folder, and what is wrong with it. With problems the defaults stand in."""
    for name in CONFIG_NAMES:
        file = root / name
        if not os.path.isfile(file):  # noqa: PTH113 (Path.is_file may raise)
            continue
        shown = name if shown_root in ("", ".") else f"{shown_root}/{name}"
        text = read_text(file, shown)
        if isinstance(text, Problem):
            return Config(), [text]
        config, problems, present = parse_config(text, shown, nested=name == "pyproject.toml")
        if present:
            return config, problems
    return Config(), []


def parse_config(text: str, shown: str, *, nested: bool) -> tuple[Config, list[Problem], bool]:
    """Settings in a TOML text. ``nested`` looks under ``[tool.metriclint]``; the last value says if there are any."""
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
    above: Route = ()
    if nested:
        tool = table.get("tool", {})
        if not isinstance(tool, dict) or "metriclint" not in tool:
            return Config(), [], False
        table, above = tool["metriclint"], ("tool", "metriclint")
    result = to_struct(table, Config, shown)
    if isinstance(result, Config):
        return result, [], True
    return Config(), [_placed(p, text, shown, above) for p in result], True


def _placed(problem: Problem, text: str, shown: str, above: Route) -> Problem:
    line, column = place_in_toml(text, (*above, *problem.route))
    found = located(shown, text, line, column, problem.message, problem.route)
    return found._replace(allowed=problem.allowed, suggestion=problem.suggestion)


def place_in_toml(text: str, route: Route) -> tuple[int, int]:
    """Line and column of a key (1-based). Tables and keys are looked up by their written form; else line 1."""
    keys = [str(part) for part in route if isinstance(part, str)]
    if not keys:
        return 1, 1
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            table = stripped.strip("[] \t").replace('"', "")
            if table == ".".join(keys):
                return number, line.index("[") + 1
            continue
        key = stripped.partition("=")[0].strip().strip("\"'")
        full = f"{table}.{key}" if table else key
        if full == ".".join(keys):
            return number, len(line) - len(line.lstrip()) + 1
    return place_in_toml(text, route[:-1]) if len(route) > 1 else (1, 1)
