"""How wide a text is, and where its lines break, without a font: widths are those of a wide sans-serif, rounded up.

A picture cannot know which font a reader has. Estimating like DejaVu Sans or Verdana, which are among the widest,
leaves a little air in others and never lets a text run over its box.
"""

import unicodedata
from functools import lru_cache

from metriclint.files.problem import shorten
from metriclint.reports.terminal import clean

# Widths in em, by DejaVu Sans.
_EM = {
    **dict.fromkeys("iljI|'.,:;!`", 0.33),
    **dict.fromkeys(' ft[](){}/\\-"r', 0.42),
    **dict.fromkeys("mM@%", 0.98),
    **dict.fromkeys("wW&OQGDHNU", 0.85),
    **dict.fromkeys("abcdeghknopqsuvxyz0123456789_$?*", 0.635),
    **dict.fromkeys("+<>=~^#", 0.84),
}
_CAPITAL = 0.7
_OTHER = 0.85
_WIDE = 1.1


@lru_cache(maxsize=2048)
def width_of(text: str, size: float) -> float:
    """Width of a line in pixels at a font size; a cautious estimate."""
    return sum(map(_em, text)) * size


def _em(c: str) -> float:
    if c in _EM:
        return _EM[c]
    if unicodedata.combining(c):
        return 0.0
    if unicodedata.east_asian_width(c) in "WF" or ord(c) > 0xFFFF:
        return _WIDE
    base = unicodedata.normalize("NFD", c)[0]
    return _EM.get(base, _CAPITAL if base.isupper() and base.isascii() else _OTHER)


def wrapped(text: str, size: float, width: float, lines: int) -> list[str]:
    """A text in at most so many lines of a width, with an ellipsis where it is longer.

    Control and invisible characters are left out. Words that are too long for a line are broken.
    """
    words = shorten(clean(text), 600).split()
    done: list[str] = []
    line = ""
    while words:
        word = words.pop(0)
        if width_of(f"{line} {word}" if line else word, size) <= width:
            line = f"{line} {word}" if line else word
            continue
        if not line:
            line, rest = _broken(word, size, width)
            words.insert(0, rest)
        else:
            words.insert(0, word)
        done.append(line)
        line = ""
        if len(done) == lines:
            done[-1] = _shortened(done[-1], size, width)
            return done
    return [*done, line] if line else done


def _broken(word: str, size: float, width: float) -> tuple[str, str]:
    """The part of a word that fits, and the rest; after a hyphen or the like where there is one."""
    fit = 1
    while fit < len(word) and width_of(word[: fit + 1], size) <= width:
        fit += 1
    joint = max(word.rfind(c, 0, fit) for c in "-/_.") + 1
    fit = joint if joint > fit // 2 else fit
    return word[:fit], word[fit:]


def _shortened(line: str, size: float, width: float) -> str:
    while line and width_of(line + "…", size) > width:
        line = line[:-1]
    return line.rstrip() + "…"
