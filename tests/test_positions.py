"""Routes to lines and columns: what a span covers in every form in which YAML can be written."""

import textwrap
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.files.positions import START, Span, duplicate_keys, find_spans
from metriclint.files.problem import Route


def covered(text: str, span: Span) -> str:
    """The text of a span."""
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def texts(text: str, *routes: Route) -> list[str]:
    spans = find_spans(text, routes)
    return [covered(text, spans[route]) for route in routes]


BLOCK = textwrap.dedent(
    """\
    # a comment
    metrics:

      ai-tokens:   # another one
        title: AI tokens used
        "kind": 'activity'
        tags:
          - ai-usage
          # between
          - key
        matrix:
        - - one
          - two
        - [three, {four: five}]
        description: |
          First line.
          Second line.
        folded: >-
          One
          two

        unit: tokens
    """
)


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (("metrics",), "metrics"),
        (("metrics", "ai-tokens"), "ai-tokens"),
        (("metrics", "ai-tokens", "title"), "title: AI tokens used"),
        (("metrics", "ai-tokens", "kind"), "\"kind\": 'activity'"),
        (("metrics", "ai-tokens", "tags"), "tags"),
        (("metrics", "ai-tokens", "tags", 0), "ai-usage"),
        (("metrics", "ai-tokens", "tags", 1), "key"),
        (("metrics", "ai-tokens", "matrix", 0, 1), "two"),
        (("metrics", "ai-tokens", "matrix", 1, 0), "three"),
        (("metrics", "ai-tokens", "matrix", 1, 1, "four"), "four: five"),
        (("metrics", "ai-tokens", "unit"), "unit: tokens"),
    ],
)
def test_a_span_of_block_text_covers_key_and_value(route: Route, expected: str) -> None:
    assert texts(BLOCK, route) == [expected]


def test_lines_and_columns_begin_with_one_and_the_end_is_exclusive() -> None:
    route = ("metrics", "ai-tokens", "title")
    assert find_spans(BLOCK, [route]) == {route: Span(5, 5, 5, 26)}


def test_a_block_scalar_ends_with_its_last_line() -> None:
    (literal,) = texts(BLOCK, ("metrics", "ai-tokens", "description"))
    assert literal == "description: |\n      First line.\n      Second line."
    (folded,) = texts(BLOCK, ("metrics", "ai-tokens", "folded"))
    assert folded.startswith("folded: >-\n      One\n      two")
    assert "unit" not in folded


def test_flow_text_on_one_line_has_columns() -> None:
    text = "metrics: {a: {title: A, tags: [x, 'y z']}, \"b\": {title: B}}\n"
    assert texts(
        text,
        ("metrics", "a"),
        ("metrics", "a", "title"),
        ("metrics", "a", "tags", 1),
        ("metrics", "b", "title"),
    ) == ["a", "title: A", "'y z'", "title: B"]


def test_flow_text_over_several_lines_has_lines() -> None:
    text = '{"metrics": {\n  "a": {\n\t"title":\n "A",\n  "tags": [\n    "x"\n  ]}}}\n'
    spans = find_spans(text, [("metrics", "a", "title"), ("metrics", "a", "tags", 0)])
    assert [s[:2] for s in spans.values()] == [(3, 2), (6, 5)]


def test_columns_count_characters_not_bytes() -> None:
    text = 'größe: {"名前 😀": {titel: "naïve 😀", next: x}}\n'
    assert texts(text, ("größe", "名前 😀"), ("größe", "名前 😀", "titel"), ("größe", "名前 😀", "next")) == [
        '"名前 😀"',
        'titel: "naïve 😀"',
        "next: x",
    ]


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\ufeff", "\x81", "\ufffe", "\uffff", "\xa0", "\u200b"])
def test_characters_that_only_some_take_for_a_line_end_move_nothing(odd: str) -> None:
    text = f'a:\n  title: "one{odd}two"\n  kind: x\n'
    assert find_spans(text, [("a", "kind")]) == {("a", "kind"): Span(3, 3, 3, 10)}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_of_yaml_counts_once(end: str) -> None:
    text = end.join(["a:", "  b: |", "    text", "  c: d", ""])
    assert find_spans(text, [("a", "c")]) == {("a", "c"): Span(4, 3, 4, 7)}


def test_anchors_and_tags_belong_to_the_value() -> None:
    text = "base: &base {title: A}\ncopy: *base\nlist: [&x one, *x, !!str two]\nkey: !!str &y three\n"
    assert texts(text, ("base",), ("base", "title"), ("copy",), ("list", 0), ("list", 1), ("list", 2), ("key",)) == [
        "base",
        "title: A",
        "copy: *base",
        "&x one",
        "*x",
        "!!str two",
        "key: !!str &y three",
    ]


def test_what_an_alias_stands_for_is_placed_at_the_alias() -> None:
    text = "base: &base {title: A}\ncopy: *base\n"
    assert texts(text, ("copy", "title")) == ["copy: *base"]


def test_a_route_that_is_not_written_down_gets_the_nearest_place_above() -> None:
    missing = [("metrics", "ai-tokens", "owner", "name"), ("metrics", "ai-tokens", "tags", 7), ("nowhere",), ()]
    spans = find_spans(BLOCK, missing)
    assert [covered(BLOCK, spans[r]) for r in missing[:2]] == ["ai-tokens", "tags"]
    assert spans[("nowhere",)] == spans[()] == START


def test_the_first_of_two_equal_keys_is_the_place() -> None:
    assert find_spans("a: 1\nb: 2\na: 3\n", [("a",)]) == {("a",): Span(1, 1, 1, 5)}


def test_keys_that_are_no_texts_are_passed_by() -> None:
    text = "? [a, b]\n: {c: 1}\n? {d: 2}\n: 3\nc: 4\nd: 5\n"
    assert texts(text, ("c",), ("d",)) == ["c: 4", "d: 5"]


@pytest.mark.parametrize("text", ["", "a scalar", "# nothing", "[]", "- a\n- b\n", "{", "&a", "\x00", "*a"])
def test_a_text_of_another_shape_gives_the_start(text: str) -> None:
    assert find_spans(text, [("a", "b")]) == {("a", "b"): START}


def test_places_before_a_fault_are_found() -> None:
    assert texts("a: 1\nb: 2\nc: [\n", ("b",)) == ["b: 2"]


def test_a_second_document_is_not_looked_at() -> None:
    assert find_spans("a: 1\n---\nb: 2\n", [("b",)]) == {("b",): START}


def test_hostile_depth_ends_in_a_place() -> None:
    text = "a: " + "[" * 100_000
    assert texts(text, ("a",) + (0,) * 50)


def test_duplicate_keys_are_found_at_every_depth() -> None:
    text = "a: {b: 1, b: 2}\nc:\n- d: 1\n  d: 2\n- d: 3\na: 4\n? [e]\n: 5\n"
    assert duplicate_keys(text) == [
        ("b", 1, 11, ("a", "b")),
        ("d", 4, 3, ("c", 0, "d")),
        ("a", 6, 1, ("a",)),
    ]


WORDS = st.text("abcdefghij-_ üß名😀'\"#:,", min_size=1, max_size=8)
TREES = st.recursive(
    WORDS | st.integers() | st.booleans() | st.none() | st.text("ab \n#:\t", max_size=12),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(WORDS, below, max_size=4),
    max_leaves=20,
)


def marks(node: yaml.Node, above: Route = ()) -> dict[Route, tuple[int, int]]:
    """Line and column of every key and item, by the composer of PyYAML, which is written in Python."""
    found: dict[Route, tuple[int, int]] = {}
    if isinstance(node, yaml.MappingNode):
        pairs = [((*above, key.value), key.start_mark, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [((*above, i), item.start_mark, item) for i, item in enumerate(node.value)]
    else:
        pairs = []
    for route, mark, below in pairs:
        found[route] = (mark.line + 1, mark.column + 1)
        found |= marks(below, route)
    return found


@settings(deadline=None, max_examples=120)
@given(tree=st.dictionaries(WORDS, TREES, min_size=1, max_size=4), flow=st.sampled_from([None, True, False]))
def test_every_route_of_a_dumped_structure_is_found_where_it_stands(tree: dict[str, Any], flow: bool | None) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    expected = marks(yaml.compose(text, Loader=yaml.SafeLoader))
    spans = find_spans(text, expected)
    assert {route: span[:2] for route, span in spans.items()} == expected
    assert all((s.line, s.column) < (s.end_line, s.end_column) or not covered(text, s) for s in spans.values())


@settings(deadline=None, max_examples=80)
@given(tree=st.dictionaries(st.text("abc", min_size=1), TREES, min_size=1), data=st.data())
def test_a_route_is_found_alone_as_well_as_with_others(tree: dict[str, Any], data: st.DataObject) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True)
    routes = list(marks(yaml.compose(text, Loader=yaml.SafeLoader)))
    route = data.draw(st.sampled_from(routes))
    assert find_spans(text, [route])[route] == find_spans(text, routes)[route]


@settings(deadline=None, max_examples=80)
@given(
    tree=st.dictionaries(
        st.text("abc", min_size=1),
        st.text("ab\n :#", max_size=20).map(lambda s: s.strip() + "x") | st.integers(),
        min_size=1,
    )
)
def test_the_span_of_a_scalar_reads_back_as_the_pair(tree: dict[str, Any]) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True)
    for route, span in find_spans(text, [(key,) for key in tree]).items():
        assert yaml.safe_load(covered(text, span)) == {yaml.safe_load(str(route[0])): tree[str(route[0])]}
