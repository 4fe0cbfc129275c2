"""Places in large documents are the same whether the document is cut into its entries or read as a whole."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.files import positions
from metriclint.files.positions import find_spans
from metriclint.files.problem import Route
from metriclint.files.regions import cut

NASTY = [
    "x",
    "a: b",
    "- c",
    "# no comment",
    "two\nlines",
    "  spaced  ",
    "é ü",
    "m1:",
    "'",
    '"',
    "{a: 1}",
    "",
    "|",
    "\\",
]
LEAVES = st.one_of(st.sampled_from(NASTY), st.integers(-3, 3), st.booleans(), st.none())
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["kind", "title", "other"]), inner, max_size=3)
    ),
    max_leaves=6,
)
ENTRY = st.dictionaries(st.sampled_from(["title", "kind", "target", "visibility", "uses"]), VALUES, max_size=5)
DOCUMENT = st.dictionaries(
    st.sampled_from(["metrics", "boards"]),
    st.dictionaries(st.sampled_from(["m1", "m2", "b-3", "a.b"]), ENTRY),
    min_size=1,
)


def routes_of(value: Any, above: Route = ()) -> list[Route]:
    """Every route of a value, and one below each that leads nowhere."""
    found: list[Route] = [above] if above else []
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in parts:
        found += routes_of(inner, (*above, key))
    return [*found, (*above, "nowhere")]


def both(text: str, routes: list[Route], monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    monkeypatch.setattr(positions, "_LARGE", 0)
    parts = find_spans(text, routes)
    monkeypatch.setattr(positions, "_LARGE", 10**9)
    return parts, find_spans(text, routes)


@settings(deadline=None, max_examples=250)
@given(DOCUMENT, st.sampled_from([None, False, True]), st.sampled_from([2, 4]), st.booleans(), st.data())
def test_generated_documents(
    document: dict[str, Any], flow: bool | None, indent: int, crlf: bool, data: st.DataObject
) -> None:
    text = yaml.safe_dump(document, default_flow_style=flow, indent=indent, sort_keys=False, allow_unicode=True)
    if crlf:
        text = text.replace("\n", "\r\n")
    every = [route for route in routes_of(document) if len(route) > 1]
    routes = data.draw(st.lists(st.sampled_from(every), min_size=1, unique=True)) if every else []
    with pytest.MonkeyPatch.context() as monkeypatch:
        parts, whole = both(text, routes, monkeypatch)
    assert parts == whole


WANTED: list[Route] = [("metrics", "a"), ("metrics", "a", "title"), ("metrics", "b"), ("metrics", "b", "kind")]
TEXTS = {
    "comments at the margin": "metrics:\n# one\n  a:\n# two\n    title: x\n  # three\n  b:\n    kind: y\n",
    "a text that looks like keys": "metrics:\n  a:\n    title: |\n      b:\n        kind: no\n  b:\n    kind: y\n",
    "quoted keys": 'metrics:\n  "a":\n    title: x\n  b:\n    "kind": y\n',
    "quoted text over lines": 'metrics:\n  a:\n    title: "one\n\n      b: two"\n  b:\n    kind: y\n',
    "brackets over lines": "metrics:\n  a:\n    title: [\n      x,\n    ]\n  b: {\n    kind: y\n  }\n",
    "brackets at the margin": "metrics:\n  a:\n    title: [\n    b,\n    kind]\n  b:\n    kind: y\n",
    "an anchor": "metrics:\n  a: &one\n    title: x\n  b:\n    <<: *one\n    kind: y\n",
    "a tag": "metrics:\n  a: !!map\n    title: x\n  b:\n    kind: !!str y\n",
    "a value on the line of the entry": "metrics:\n  a: {title: x}\n  b: {kind: y}\n",
    "an explicit key": "metrics:\n  ? a\n  : title: x\n  b:\n    kind: y\n",
    "twice": "metrics:\n  a:\n    title: x\n  b:\n    kind: y\n  a:\n    title: z\n",
    "the section twice": "metrics:\n  a:\n    title: x\nmetrics:\n  b:\n    kind: y\n",
    "deeper first": "metrics:\n  a:\n      title: x\n  b:\n   kind: y\n",
    "tabs": "metrics:\n  a:\t# tab\n    title:\tx\n  b:\n    kind: y\n",
    "a lone carriage return": "metrics:\n  a:\n    title: x\r  b:\r    kind: y\n",
    "other line breaks": "metrics:\n  a:\n    title: x\u2028 y\n  b:\n    kind: y\x85\n",
    "a mark of a document": "---\nmetrics:\n  a:\n    title: x\n  b:\n    kind: y\n...\n",
    "two documents": "metrics:\n  a:\n    title: x\n---\nmetrics:\n  b:\n    kind: y\n",
    "no end of line": "metrics:\n  b:\n    kind: y\n  a:\n    title: x",
    "all on one line": "{metrics: {a: {title: x}, b: {kind: y}}}\n",
    "json": '{"metrics": {"a": {"title": "x"}, "b": {"kind": "y"}}}\n',
    "an entry that is no mapping": "metrics:\n  a: x\n  b:\n  - kind\n",
    "broken": "metrics:\n  a:\n    title: 'x\n  b:\n    kind: y\n",
    "lists at the indentation of their key": "metrics:\n  a:\n    title:\n    - x\n    - y: z\n  b:\n    kind: y\n",
    "indented as a whole": "  metrics:\n    a:\n      title: x\n    b:\n      kind: y\n",
    "empty": "",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_documents_that_are_hard_to_cut(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parts, whole = both(text, WANTED, monkeypatch)
    assert parts == whole


def test_an_ordinary_document_is_cut() -> None:
    text = "metriclint: 1\nmetrics:\n  a:\n    title: x\n  b:\n    kind: y\nboards:\n  c: {}\n"
    regions = cut(text, {"metrics": {"a", "b"}, "boards": {"c"}})
    assert regions is not None
    assert regions["metrics", "b"] == ("  b:\n    kind: y\n", 4)
    assert regions["boards", "c"] == ("  c: {}\n", 7)


def test_a_part_that_cannot_be_read_and_is_not_wanted_costs_nothing() -> None:
    text = "metrics:\n  a:\n    title: x\n    other: ]\n  b:\n    kind: y\n"
    with pytest.MonkeyPatch.context() as monkeypatch:
        parts, _ = both(text, [("metrics", "b", "kind")], monkeypatch)
    assert parts["metrics", "b", "kind"][:2] == (6, 5)
