"""``report.html``: one file that needs no network, no script and no program but a browser.

Its policy lets only its own style and script run, known by their checksums: what a text of a user might bring cannot.
Every text of the pack is escaped and isolated in its direction. The same pack gives the same bytes.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from metriclint.audit.documents import DocumentOptions
from metriclint.audit.documents._path_rows import path_rows
from metriclint.audit.pack import DECISIONS, RATINGS, Pack, PackFinding, is_determined
from metriclint.audit.words import state_words
from metriclint.pictures.theme import style_sheet
from metriclint.reports.terminal import clean, counted

FILE = "report.html"
_STATES = ("new", "open", "reopened", "accepted")
_DECISIONS = {"accept": "Accept", "accept-with-modification": "Accept with modification", "reject": "Reject"}
_PICTURE_NAME = re.compile(r"\bml-[0-9a-f]{10}\b")
"""The name of a picture, in its ids."""
_ID = re.compile(r"\bF-\d{3,}\b")
_PLAIN = re.compile(r"[^A-Za-z0-9 .,:-]")
_HEADING = 320
"""Longest sentence as a heading."""
_RUNNING = 70
"""Letters of the client's name in the foot of printed pages."""


def render(pack: Pack, options: DocumentOptions) -> bytes:
    """The page."""
    style = _asset("report.css") + _pictures() + _paper(pack)
    script = _asset("report.js")
    made = _environment().get_template("report.html.j2")
    text = made.render(
        pack=pack,
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        linked=_linker(pack),
        state=state_words(pack),
        overall=_without_prefix(pack.executive.overall_text, f"{pack.executive.overall}: "),
        families=sorted({f.family for f in pack.findings}),
        states=[s for s in _STATES if any(f.history.state == s for f in pack.findings)],
        ratings=[r for r in RATINGS if any(f.rating.counts == r for f in pack.findings)],
        good=[(rows[0], rows) for rows in _by_metric(pack.good)],
    )
    return text.encode("utf-8", "replace")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(t=isolated, plain=_lines, lines=isolated_lines, place=_place)
    made.tests.update(determined=is_determined)
    made.globals.update(
        counted=counted, picture=_picture, heading=_heading, decisions=[(d, _DECISIONS[d]) for d in DECISIONS]
    )
    return made


@lru_cache
def _asset(name: str) -> str:
    return (files("metriclint.audit") / "templates" / name).read_text(encoding="utf-8")


# Texts of people


def isolated(text: str) -> Markup:
    """A text on one line, escaped; its direction cannot change what stands around it."""
    return Markup("<bdi>{}</bdi>").format(clean(text))


def isolated_lines(text: str) -> Markup:
    """The same for a text that can have several lines."""
    return Markup("<bdi class=lines>{}</bdi>").format(_lines(text))


def _place(text: str) -> Markup:
    """A place in a file, which can go on in the next line behind each folder."""
    parts = [escape(part) for part in re.split(r"(?<=[/\\:!])", clean(text))]
    return Markup("<code class=place><bdi>{}</bdi></code>").format(Markup("<wbr>").join(parts))


def _heading(f: PackFinding) -> str:
    """The title; where it was cut off, the whole sentence of the condition, unless that is long."""
    if not f.title.endswith("…") or not f.condition.startswith(f.title[:-1]):
        return f.title
    end = f.condition.find(". ", len(f.title) - 1)
    sentence = f.condition if end < 0 else f.condition[: end + 1]
    return sentence if len(sentence) <= _HEADING else f.title


def _without_prefix(text: str, prefix: str) -> str:
    """The text without what stands above it already."""
    rest = text.removeprefix(prefix)
    return f"{rest[:1].upper()}{rest[1:]}"


def _lines(text: str) -> str:
    return "\n".join(map(clean, text.splitlines()))


def _linker(pack: Pack) -> Callable[[str], Markup]:
    """A function that links the ids of findings in a sentence."""
    known = {f.id for f in (*pack.findings, *pack.fixed)}

    def linked(text: str) -> Markup:
        def link(match: re.Match[str]) -> str:
            return f'<a href="#{match[0]}">{match[0]}</a>' if match[0] in known else match[0]

        return Markup(f"<bdi>{_ID.sub(link, str(escape(clean(text))))}</bdi>")

    return linked


# Parts


def _by_metric(rows: Iterable[Any]) -> list[list[Any]]:
    return [list(group) for _, group in groupby(rows, key=lambda g: (g.metric, g.place))]


def _picture(f: PackFinding) -> Markup:
    """The path of a finding, with ids of its own and without the style that all pictures share."""
    svg = path_rows(f.path.nodes, f.path.text).replace(f"<style>{style_sheet()}</style>", "")
    return Markup(_PICTURE_NAME.sub(rf"\g<0>-{f.id}", svg))


def _pictures() -> str:
    """The style of pictures; on paper they are light."""
    return style_sheet().replace("@media (prefers", "@media screen and (prefers") + "\n"


def _paper(pack: Pack) -> str:
    """What stands at the edges of printed pages."""
    client = pack.client if is_determined(pack.client) else ""
    name = clean(client) if len(client) <= _RUNNING else clean(client[: _RUNNING - 1]) + "…"
    foot = " · ".join(filter(None, (name, pack.title, f"as of {pack.as_of}")))
    return f"@page {{ @top-right {{ content: {_css(pack.draft_notice)} }} @bottom-left {{ content: {_css(foot)} }} }}\n"


def _css(text: str) -> str:
    """A text in a style sheet, where nothing of it is read as more than a text."""
    return '"' + _PLAIN.sub(lambda m: f"\\{ord(m[0]):x} ", clean(text)) + '"'


def _policy(style: str, script: str) -> str:
    """What the page may do: its own style and script, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_checksum(style)}'; script-src '{_checksum(script)}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _checksum(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
