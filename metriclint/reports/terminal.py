"""Words and colours on a terminal. Text of users is data: control characters never reach the screen."""

import textwrap
from collections.abc import Callable, Iterable
from functools import lru_cache

from metriclint.files.problem import Problem

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


@lru_cache(maxsize=4096)
def block(label: str, text: str, indent: int = 4, style: Callable[[str], str] = str) -> str:
    """A labelled paragraph, wrapped; later lines are set in a little. ``style`` colours the label."""
    lead, later = " " * indent, " " * (indent + 2 if label else indent)
    flat = clean(text) or " "
    lines = textwrap.wrap(
        flat, WIDTH, initial_indent=lead + label, subsequent_indent=later, break_on_hyphens=False
    ) or [lead + label.rstrip()]
    return "\n".join([lead + style(label) + lines[0][len(lead + label) :], *lines[1:]])


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
        place = f"{clean(p.path)}:{p.line}:{p.column}" if p.line else clean(p.path)
        lines = [f"{paint('error', 'error')}: {place}: {clean(p.message)}"]
        if p.excerpt and p.line:
            lines.append(frame(p.line, p.excerpt, p.caret, 1, paint, "error"))
        if p.suggestion:
            lines.append(block("did you mean ", f"{p.suggestion}?"))
        if p.allowed:
            lines.append(block("allowed: ", ", ".join(p.allowed)))
        parts.append("\n".join(lines))
    parts.append(f"{counted(count, 'problem')} in the input; nothing was checked.")
    return "\n".join(parts) + "\n"
