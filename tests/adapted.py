"""Reading texts by an adapter, values of any shape in the places of a format, and where the real files lie."""

import json
import os
from pathlib import Path
from typing import Any

from conftest import ROOT, Cli
from hypothesis import strategies as st

from metriclint.model.project import Project
from metriclint.sources.adapter import SourceFile, adapter_of
from metriclint.sources.draft import Draft
from metriclint.sources.foreign import draft_of, located
from metriclint.sources.load import load
from metriclint.sources.native import typed

CORPORA = Path(os.environ.get("METRICLINT_CORPORA", ROOT.parent / "shared" / "corpora"))
MISSING = "the corpora are not here: set METRICLINT_CORPORA"


def drafted(adapter: str, name: str, text: str) -> Draft:
    return draft_of(SourceFile(name, text.encode()), adapter)


def claimed(name: str, text: str) -> str | None:
    """The adapter that takes a text for its own."""
    return adapter_of(SourceFile(name, text.encode()))


def reading_ends_in_words(adapter: str, name: str, text: str) -> None:
    """Whatever stands in it: the text is read, or every fault has a place and a message."""
    draft = drafted(adapter, name, text)
    _, problems = typed(draft.document, name)
    for problem in located(problems, draft.foreign):
        assert problem.message and problem.line >= 1
    places = {("remarks", number): remark.place for number, remark in enumerate(draft.remarks)}
    draft.foreign.places.update(places)
    assert len(draft.foreign.spans(places)) == len(places)


def values(keys: list[str]) -> st.SearchStrategy[Any]:
    """Values of any type, whose mappings use the keys of a format."""
    texts = st.sampled_from(["", "x", "ratio", "derived", "a b", "metric('x')", "{{ y }}", "!", "true", "-", "ü", "1"])
    leaves = st.one_of(
        st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False), texts, st.text(max_size=5)
    )
    names = st.one_of(st.sampled_from(keys), st.text(max_size=3))
    return st.recursive(
        leaves,
        lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(names, below, max_size=4)),
        max_leaves=12,
    )


def shaped(frame: Any, hole: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A document of a format in which any part can be replaced by anything."""
    if isinstance(frame, dict):
        kept = st.fixed_dictionaries({}, optional={key: shaped(value, hole) for key, value in frame.items()})
    elif isinstance(frame, list):
        kept = st.lists(st.one_of([shaped(value, hole) for value in frame]), max_size=3)
    else:
        kept = st.just(frame)
    return st.one_of(kept, kept, kept, hole)


def report(cli: Cli, *args: str) -> dict[str, Any]:
    """The report of a check as JSON."""
    ran = cli("check", *args, "--format", "json")
    assert ran.code in (0, 1), ran.out + ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def notices(found: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Path, line and text of each notice that has a place."""
    return [(n["location"]["path"], n["location"]["line"], n["message"]) for n in found["notices"] if n.get("location")]


def project(folder: Path) -> Project:
    """The one project in a folder, read without problems."""
    loaded = load(["."], folder)
    assert not loaded.problems, loaded.problems[0]
    (only,) = loaded.projects
    return only


def edges(read: Project) -> dict[str, list[str]]:
    """For each metric that is computed from others, their ids."""
    return {
        id_: [part if isinstance(part, str) else part.metric for part in entry.value.derived_from]
        for id_, entry in read.metrics.items()
        if entry.value.derived_from
    }
