"""Words and colours on a terminal. Text of users is data: control characters never reach the screen."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from metriclint.files.problem import COMMAND_ANYWHERE, Problem, listed

WIDTH = 100
_CODES = {
    "error": "31;1",
    "warning": "33;1",
    "note": "36;1",
    "info": "34;1",
    "dim": "2",
    "bold": "1",
    "good": "32;1",
}


class Paint:
    """Colours a text, or leaves it alone."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, kind: str) -> str:
        """The text in the colour of a severity or style."""
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.on else text

    def info(self, text: str) -> str:
        """The text in the colour of a remark."""
        return self(text, "info")

    def good(self, text: str) -> str:
        """The text in the colour of a way out."""
        return self(text, "good")


def clean(text: str) -> str:
    """A text without control or invisible direction characters."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


_COMMAND_AT_START = re.compile(r"^(\s*):(?=:)", re.MULTILINE)


def no_commands(text: str) -> str:
    """A whole output in which nothing reads as a command: CI systems take lines of a log for orders to the runner."""
    if "::" in text:
        text = _COMMAND_AT_START.sub(r"\1: ", text)
    return COMMAND_ANYWHERE.sub("## ", text) if "##" in text else text


def paragraph(label: str, text: str, indent: int = 4, style: Callable[[str], str] = str) -> str:
    """A labelled paragraph, wrapped; later lines are set in a little. ``style`` colours the label."""
    lead, later = " " * indent, " " * (indent + 2 if label else indent)
    lines = _wrap(lead + label, later, " ".join(clean(text).split()))
    return "\n".join([lead + style(label) + lines[0][len(lead + label) :], *lines[1:]])


block = lru_cache(maxsize=4096)(paragraph)
"""The same for texts that stand in many findings."""


def _wrap(first: str, later: str, text: str) -> list[str]:
    """A text in lines of at most ``WIDTH``; much faster than textwrap, whose rules for hyphens are not wanted."""
    lines, lead, at = [], first, 0
    while len(text) - at > (room := WIDTH - len(lead)):
        cut = text.rfind(" ", at, at + room + 1)
        if cut > at:
            lines.append(lead + text[at:cut])
            at = cut + 1
        elif lead is first and first != later:
            lines.append(first.rstrip())
        else:
            lines.append(lead + text[at : at + room])
            at += room
        lead = later
    lines.append(lead + text[at:] if at < len(text) else lead.rstrip())
    return lines


def frame(line: int, excerpt: str, column: int, length: int, paint: Paint, kind: str) -> str:
    """A source line with its number and carets below; ``column`` counts in the excerpt."""
    number = str(line)
    gutter = " " * len(number)
    carets = " " * min(max(column - 1, 0), len(excerpt)) + "^" * max(1, min(length, len(excerpt) - column + 1))
    bar = paint("|", "dim")
    return f"  {paint(number, 'dim')} {bar} {clean(excerpt)}\n  {gutter} {bar} {paint(carets, kind)}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 metric", "2 metrics"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def problems_text(problems: Iterable[Problem], paint: Paint) -> str:
    """Everything that is wrong with an input, each with its place, the source line and a way out."""
    parts = []
    count = 0
    for p in problems:
        count += 1
        lines = [f"{paint('error', 'error')}: {clean(p.where)}: {clean(p.message)}"]
        if p.excerpt and p.line:
            lines.append(frame(p.line, p.excerpt, p.caret, 1, paint, "error"))
        if p.suggestion:
            lines.append(block("did you mean ", f"{p.suggestion}?"))
        if p.allowed:
            lines.append(block("allowed: ", listed(p.allowed)))
        parts.append("\n".join(lines))
    parts.append(f"{counted(count, 'problem')} in the input; nothing was checked.")
    return no_commands("\n".join(parts) + "\n")
