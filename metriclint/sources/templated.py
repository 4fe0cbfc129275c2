"""Templates in YAML: Jinja outside quotes and tags that only one tool knows, told in words of their own."""

import re
from typing import Any

from metriclint.files.positions import Span, reader
from metriclint.files.problem import Problem, Route, excerpt_of
from metriclint.files.yaml_values import line_at
from metriclint.sources.draft import Draft

_JINJA = re.compile(r"^[ \t]*(?:-[ \t]+)*(?:[\w.\"'-]+[ \t]*:[ \t]+)?(\{\{|\{%|\{#)", re.MULTILINE)
_TAG = re.compile(r"(?:^|[\s\[{,])!\w")
JINJA = "Jinja outside quotes: YAML cannot read it here; put the whole value in quotes"


def tell_jinja(draft: Draft, text: str) -> None:
    """Say it in plain words where a template is what keeps YAML from reading a file."""
    if not any(place is None and problem.message.startswith("broken YAML") for problem, place in draft.problems):
        return
    starts = [(text.count("\n", 0, hit.start(1)) + 1, hit) for hit in _JINJA.finditer(text)]
    for number, (problem, place) in enumerate(draft.problems):
        if place is not None or not problem.message.startswith("broken YAML"):
            continue
        near = [(line, hit) for line, hit in starts if line <= problem.line]
        if near and problem.line - near[-1][0] <= 1:
            line, hit = near[-1]
            column = hit.start(1) - (text.rfind("\n", 0, hit.start(1)) + 1) + 1
            excerpt, caret = excerpt_of(line_at(text, line), column)
            draft.problems[number] = (Problem(problem.path, line, column, JINJA, excerpt=excerpt, caret=caret), None)


def jinja_in(value: Any, route: Route = ()) -> Route | None:
    """The route of a value that YAML read as nested braces, ``{{ x }}``; ``None`` where there is none."""
    if isinstance(value, dict):
        for key, below in value.items():
            if not isinstance(key, str):
                return route if isinstance(key, (frozenset, tuple)) else None
            if (found := jinja_in(below, (*route, key))) is not None:
                return found
    elif isinstance(value, list):
        for number, below in enumerate(value):
            if (found := jinja_in(below, (*route, number))) is not None:
                return found
    return None


def tell_tags(draft: Draft, text: str) -> None:
    """Remark on tags such as ``!include``, which YAML leaves to the tool that wrote them."""
    if _TAG.search(text) is None:
        return
    for lines_before, part in draft.foreign.parts or ((0, text),):
        read = reader(part)
        while (event := read()) is not None:
            tag = getattr(event, "tag", None)
            if tag and tag.startswith("!"):
                mark = event.start_mark
                line, column = mark.line + 1 + lines_before, mark.column + 1
                place = Span(line, column, line, column + len(tag))
                draft.remark(f"the tag `{tag[:40]}` is unknown here: the value behind it was read as it stands", place)
