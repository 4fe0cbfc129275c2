"""A target's text as tokens: signs of many scripts made plain, numbers read, places kept.

Every character keeps its place in the text as it was written, so that parts of a target can be pointed at.
"""

import html
import math
import re
import unicodedata
from typing import Literal, NamedTuple

Mark = Literal[".", ","]
Kind = Literal["number", "ordinal", "word", "code", "date", "sign", "currency", "point"]


class Token(NamedTuple):
    """One word, number or sign; ``start`` and ``end`` count characters of the text as written."""

    kind: Kind
    text: str
    start: int
    end: int
    value: float = 0.0
    trouble: str = ""


_SPACES = "\u00a0\u202f\u2009\u2007"
_PLAIN = {"−": "-", "‐": "-", "‑": "-", "’": "'", "“": '"', "”": '"', "⁄": "/", "٪": "%", "\u00ad": " ", "\u200b": " "}
# Every alternative begins with another kind of character or is tried in this order; none of them backtracks far.
_TOKEN = re.compile(
    rf"""
      (?P<date>\d{{4}}-\d{{2}}(?:-\d{{2}})?(?![\d-])|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}(?!\d))
    | (?P<number>\d{{1,3}}(?:[{_SPACES}\ ]\d{{3}}(?!\d))+(?:[.,]\d+)?|\d+(?:[.,']\d+)*|[.,]\d+)
    | (?P<sign>>=|=>|<=|=<|\+/-|\+-|->|[≥≤⩾⩽≧≦<>=±~≈→+\-])
    | (?P<currency>[$€£¥₹])
    | (?P<annual>[pP]\.\ ?[aA]\.)
    | (?P<word>[^\W\d_]+(?:['&-][^\W\d_]+)*(?P<digits>\d+)?)
    | (?P<point>[^\s])
    """,
    re.VERBOSE,
)
_TAG = re.compile(r"</?(?:a|b|i|u|p|em|strong|br|span|div|code|ul|ol|li|small|sup|sub|td|tr)\b[^<>]*>")
_MARKUP = re.compile(_TAG.pattern + r"|&(?:[a-zA-Z]{2,8}|\#\d{1,6}|\#x[0-9a-fA-F]{1,5});")
_INNER = re.compile("['&-]")


def without_markup(text: str) -> str:
    """The text as people see it: tags away, entities as their signs, single spaces."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def tokens(text: str, decimal: Mark | None = None) -> list[Token]:
    """Tokens of a text, in its order.

    ``decimal`` is the decimal mark where the writer's is known; without it a number such as ``1,000`` is marked as
    one that can be read in two ways. Time and memory grow with the length of the text.
    """
    plain, places = _plain(text)
    found: list[Token] = []
    for match in _TOKEN.finditer(plain):
        start, end = places[match.start()][0], places[match.end() - 1][1]
        word, kind = match[0], match.lastgroup
        if kind == "number":
            value, trouble = number(word, decimal)
            found.append(Token("number", word, start, end, value, trouble))
        elif kind == "word" and not _INNER.sub("", word).isalpha():
            found.append(Token("code", word.casefold(), start, end))
        elif kind == "word" and word in ("st", "nd", "rd", "th") and found and _directly(found[-1], start):
            found[-1] = found[-1]._replace(kind="ordinal", end=end)
        else:
            found.append(Token(_KINDS[str(kind)], word.casefold().replace("p. a.", "p.a."), start, end))
    return found


_KINDS: dict[str, Kind] = {
    "date": "date",
    "sign": "sign",
    "currency": "currency",
    "annual": "word",
    "word": "word",
    "digits": "code",
    "point": "point",
}


def _directly(before: Token, start: int) -> bool:
    return before.kind == "number" and before.end == start


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text in plain signs without markup, and where each of its characters stands in the text as written."""
    signs: list[str] = []
    places: list[tuple[int, int]] = []

    def put(start: int, end: int) -> None:
        signs.extend(_plain_sign(sign) for sign in text[start:end])
        places.extend((at, at + 1) for at in range(start, end))

    last = 0
    for match in _MARKUP.finditer(text):
        put(last, match.start())
        instead = html.unescape(match[0]) if match[0][0] == "&" else " "
        signs.extend(_plain_sign(sign) for sign in instead)
        places.extend([match.span()] * len(instead))
        last = match.end()
    put(last, len(text))
    return "".join(signs), places


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign in _PLAIN:
        return _PLAIN[sign]
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if unicodedata.decomposition(sign).startswith(("<wide>", "<narrow>")):
        return unicodedata.normalize("NFKC", sign)[0]
    return sign


def number(word: str, decimal: Mark | None = None) -> tuple[float, str]:
    """The value of a number as written, and what is wrong with it (empty where nothing is).

    Two different marks, or one mark twice, tell groups from decimals by themselves; one mark before exactly three
    digits does not, and is a trouble unless ``decimal`` is known.
    """
    bare = re.sub(rf"[{_SPACES} ']", "", word)
    marks = [sign for sign in bare if sign in ".,"]
    if len(bare) > 40:
        return 0.0, "the number has more than 40 digits"
    if len(marks) <= 1:
        return _one_mark(word, bare, marks[0] if marks else "", decimal)
    last = marks[-1]
    grouping = set(marks[:-1])
    if len(grouping) > 1 or (last in grouping and len(set(marks)) > 1):
        return 0.0, f"the marks of {word} follow no rule"
    if last not in grouping and decimal not in (None, last):
        return 0.0, f"{word} does not have {decimal} as its decimal mark"
    group = grouping.pop()
    whole, _, part = bare.rpartition(last) if last != group else (bare, "", "")
    if group == decimal or not _grouped(whole.split(group)):
        return 0.0, f"the groups of {word} follow no rule"
    return _value(whole.replace(group, "") + "." + (part or "0"))


def _one_mark(word: str, bare: str, mark: str, decimal: Mark | None) -> tuple[float, str]:
    if not mark:
        return _value(bare)
    whole, _, part = bare.partition(mark)
    like_a_group = len(part) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0" and bare == word
    if like_a_group and decimal is None:
        return 0.0, f"{word} can be {whole}{part} or {whole}.{part}"
    if like_a_group and mark != decimal:
        return _value(whole + part)
    if decimal is not None and mark != decimal:
        return 0.0, f"{word} does not have {decimal} as its decimal mark"
    return _value((whole or "0") + "." + part)


def _grouped(groups: list[str]) -> bool:
    """Groups of three, or of two before the last three as in India."""
    inner = groups[1:-1]
    sizes = {len(group) for group in inner}
    return 1 <= len(groups[0]) <= 3 and len(groups[-1]) == 3 and (sizes <= {3} or (sizes == {2} and len(groups[0]) < 3))


def _value(plain: str) -> tuple[float, str]:
    value = float(plain)
    return (value, "") if math.isfinite(value) else (0.0, "the number is too large")
