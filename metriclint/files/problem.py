"""What is wrong with an input: one record for every kind of bad file, shown with its place and a way out."""

import re
from collections.abc import Iterable
from typing import NamedTuple

COMMAND_ANYWHERE = re.compile(r"##(?=\w*\[)")
"""The signs of ``##[command]``, ``##vso[command]`` or ``##teamcity[command]``, which runners of CI systems obey."""
Route = tuple[str | int, ...]
"""Where a value stands in a document: keys and list indexes from the top, such as ``("metrics", "x", "kind")``."""


class Problem(NamedTuple):
    """One error of the input. Line and column are 1-based; 0 means that no place is known."""

    path: str
    line: int
    column: int
    message: str
    route: Route = ()
    allowed: tuple[str, ...] = ()
    suggestion: str = ""
    excerpt: str = ""
    """Source line around the place, shortened."""
    caret: int = 0
    """1-based column of the caret below the excerpt."""
    unknown: str = ""
    """Name that nothing declares, where that is the problem: a file that could not be read may declare it."""
    cell: str = ""
    """Sheet and cell in a workbook (``KPIs!D14``), whose row and column line and column are."""

    @property
    def where(self) -> str:
        """The place as people see it: the file, and in it the cell, or line and column."""
        spot = self.cell or (f"{self.line}:{self.column}" if self.line else "")
        return f"{self.path}:{spot}" if spot else self.path


class ProblemError(Exception):
    """Raised where input cannot be used; carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(f"{p.where}: {p.message}" for p in self.problems))


def did_you_mean(word: str, allowed: Iterable[str], likeness: float = 0.6) -> str:
    """The allowed word that is nearest to a mistyped one, or an empty string where none is as like it as asked."""
    by_form = {_form(candidate): candidate for candidate in allowed}
    normal = _form(word)
    if normal in by_form:
        return by_form[normal]
    import difflib

    found = difflib.get_close_matches(normal, by_form, n=1, cutoff=likeness)
    return by_form[found[0]] if found else ""


def _form(word: str) -> str:
    return word[:200].strip().lower().replace("_", "-").replace(" ", "-")


def listed(words: Iterable[str]) -> str:
    """Words one after the other; where one of them has a comma itself, semicolons part them."""
    several = list(words)
    return ("; " if any("," in word for word in several) else ", ").join(several)


def shorten(text: str, limit: int = 120) -> str:
    """The text on one line, without control characters, cut to a length with an ellipsis."""
    if len(text) <= limit and text.isprintable() and "  " not in text:
        return text.strip()
    if len(text) > 4 * limit:
        text = text[: 4 * limit]
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def excerpt_of(line_text: str, column: int, width: int = 120) -> tuple[str, int]:
    """The part of a source line around a column, and where the column falls in it (both 1-based)."""
    start = 0 if column <= width else max(0, column - width // 2)
    part = line_text[start : start + width]
    shown = "".join(c if c.isprintable() else " " for c in part).rstrip()
    return shown, column - start
