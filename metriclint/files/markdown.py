"""Texts of people as parts of a Markdown page: shown as they were written, with no markup of their own."""

import re

_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
# What GitHub and GitLab make links of in plain text: addresses, people and teams, issues and merge requests.
_LINKED = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)(?=\S)|(?<=[#!%&])(?=\d)|(?<=GH-)(?=\d)", re.IGNORECASE)
_LEADING = re.compile(r"^(?:([-+=#])|(\d+)([.)])(?=\s|$))")
_JOINT = "\N{ZERO WIDTH SPACE}"
_SPAN = re.compile(r"(`[^`|]+`)")
_BACKTICKS = re.compile(r"`+")


def escape(line: str, *, links: bool = False) -> str:
    """A text of one line without markup. Addresses, names and numbers become no links unless ``links`` lets them."""
    flat = line if links else _LINKED.sub(_JOINT, line)
    flat = "".join(_NAMED.get(c, c) for c in flat)
    flat = _SPECIAL.sub(r"\\\g<0>", flat)
    flat = _LEADING.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", flat)
    return flat.replace(_JOINT, "&#8203;")


def sentence(text: str) -> str:
    """A text on one line. Words in single backticks are code; nothing else is markup."""
    parts = _SPAN.split(" ".join(printable(text).split()))
    return "".join(part if number % 2 else escape(part, links=True) for number, part in enumerate(parts))


def paragraphs(text: str) -> str:
    """A text with its lines and paragraphs. Words in single backticks are code; nothing else is markup."""
    lines = (line.strip() for line in text.strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(sentence(line) for line in lines))


def code(text: str) -> str:
    """A short text as code, whatever stands in it."""
    flat = " ".join(printable(text).split())
    mark = "`" * (_longest(flat) + 1)
    space = " " if "`" in flat else ""
    return f"{mark}{space}{flat}{space}{mark}"


def block(text: str, language: str) -> str:
    """A text as a block of code that nothing in it can end."""
    mark = "`" * max(3, _longest(text) + 1)
    return f"{mark}{language}\n{printable(text)}\n{mark}"


def _longest(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)


def printable(text: str) -> str:
    """A text without control or invisible direction characters; ends of lines stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
