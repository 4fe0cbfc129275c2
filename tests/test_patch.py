"""Patching texts in place: the value that was meant, and every other byte as it was."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.files.patch import UNSET, PatchError, set_values
from metriclint.files.yaml_values import parse

Route = tuple[str | int, ...]
HAND_WRITTEN = {
    "comments": "a: 1  # one\nb: # two\n  c: 3 # three\n  # inside\n\n# before d\nd: x\n",
    "windows": "a: 1\r\nb:  # c\r\n  c: 2\r\n\r\nl:\r\n  - x\r\n",
    "no end": "a: 1\nb:\n  c: 2",
    "flow": "m: {a: 1, b: [x, y]}  # c\nn: []\no: {}\n",
    "flow over lines": "m: {\n  a: 1, # one\n  b: 2\n}\nl: [\n  1,\n  2, # x\n]\n",
    "trailing commas": "m: {a: 1, b: 2,}\nl: [1,]\n",
    "json": '{\n  "a": 1,\n  "b": {"c": [1, 2]},\n  "d": {}\n}\n',
    "json on one line": '{"a":1,"b":{},"c":[]}',
    "tabs": "a: 1\t# t\nb: {c: 2}\t# t\nd:\n  e: 'x\ty'\t# t\n",
    "block texts": "a: |\n  text # no comment\n  more\n\nb: >-\n  folded\n\n\nc: 1\nd: |+\n  kept\n\ne: 2\n",
    "unicode": "título: «ü»  # ñ\n\"k😀\": {x: 日本}\nz: 1\ns: 'x\u2028y'\np: 'a\x85b'\n",
    "lists": "l:\n- a\n- b: 1\n  c: 2\n# x\nm:\n  - x\n  -   y: 1\n      z: 2\n",
    "nothing yet": "a:\nb: ~\nc: null # n\nd:\n  e:\n# f\ng: 1\n",
    "folded": 'a: this is\n  folded plain\nb: "dq\n  more"\nc: 2\n',
    "marks of a document": "---\na: 1\nb:\n  c: 1\n...\n",
    "tags": "a: !!str 5\nb: !!map {c: 1}\n",
    "wide indent": "a:\n    b:\n        - c:\n            d: 1\n        # in\n    # out\ne: 1\n",
    "blanks at ends": "a: 1   \nb:   \n  c: 2\n  \n\n",
    "byte order mark": "\ufeffa: 1\nb:\n  c: 2\n",
}
"""Forms that people write, each of which can be patched everywhere."""
VALUES: list[Any] = [
    True,
    5,
    -0.5,
    "x",
    "not-used",
    "true",
    "no",
    "1.5",
    "a: b # c",
    "- x",
    "ü 😀",
    "two\nlines",
    'a "quote"',
    None,
    [],
    {},
    {"k": [1, {"z": "null"}]},
]


def values_of(text: str) -> Any:
    value, problems = parse(text.removeprefix("\ufeff"), "f.yaml")
    assert not problems, problems
    return value


def routes(value: Any, above: Route = ()) -> list[Route]:
    """Every place of a document, and every place where something could be added."""
    found: list[Route] = [above] if above else []
    if isinstance(value, dict):
        for key, below in value.items():
            found += routes(below, (*above, key))
        found += [(*above, "added"), (*above, "added", "below")]
    elif isinstance(value, list):
        for index, below in enumerate(value):
            found += routes(below, (*above, index))
        found.append((*above, len(value)))
    return found


def meant(before: Any, route: Route, value: Any) -> Any:
    """The document with the value set; told independently of the code under test."""
    if not route:
        return value
    head, rest = route[0], route[1:]
    if isinstance(before, list):
        assert isinstance(head, int)
        return [*before[:head], meant(before[head] if head < len(before) else None, rest, value), *before[head + 1 :]]
    known = dict(before or {})
    return known | {head: meant(known.get(head), rest, value)}


def at(value: Any, route: Route) -> Any:
    for part in route:
        value = value[part]
    return value


def is_there(value: Any, route: Route) -> bool:
    try:
        at(value, route)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def alike(one: str, other: str) -> int:
    """Characters at the start that two texts have in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def change(before: str, after: str) -> tuple[str, str]:
    """The one stretch of text that differs: what was taken out, and what came in."""
    start = alike(before, after)
    rest, new = before[start:], after[start:]
    end = alike(rest[::-1], new[::-1])
    return rest[: len(rest) - end], new[: len(new) - end]


def check_patch(text: str, route: Route, value: Any) -> None:
    """A patch means what was meant, adds without taking anything away, and replaces no more than a value."""
    before = values_of(text)
    patched = set_values(text, [(route, value)], "f.yaml")
    assert values_of(patched) == meant(before, route, value)
    assert patched.startswith("\ufeff") == text.startswith("\ufeff")
    out, came = change(text, patched)
    if not is_there(before, route) and at(before, route[: -2 if route[-1] == "below" else -1]) is not None:
        assert out == ""
        assert "\n" not in came.strip(", \r\n")
    elif isinstance(at(before, route), (str, int, float, type(None))) and "|" not in text and ">" not in text:
        assert "#" not in out or "#" in str(at(before, route))
        assert len(out) <= len(str(at(before, route))) + 20
    assert patched.count("\r\n") == patched.count("\n") or "\r" not in text


@pytest.mark.parametrize("form", HAND_WRITTEN)
def test_every_place_of_every_form_takes_every_value(form: str) -> None:
    text = HAND_WRITTEN[form]
    for route in routes(values_of(text)):
        for value in VALUES:
            check_patch(text, route, value)


# Random documents

KEYS = st.sampled_from(["a", "b-c", "title", "on", "ключ", "x y", "9"])
SCALARS = st.sampled_from(
    ["x", "7", "true", "'it''s'", '"dq # no"', "a b c", "~", "2026-11-25", "https://e.example/#a"]
)
TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufeff\ufffe\uffff"), max_size=12
)
COMMENTS = st.sampled_from(["", "", "  # note: {x} [", " # ü"])
NEW = st.recursive(
    st.one_of(st.booleans(), st.integers(-99, 99), TEXTS, st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(TEXTS, inner, max_size=2)),
    max_leaves=4,
)


@st.composite
def flows(draw: st.DrawFn, depth: int) -> str:
    """A value on one line."""
    kind = draw(st.sampled_from(["scalar", "scalar", "map", "list"])) if depth < 3 else "scalar"
    if kind == "scalar":
        return draw(SCALARS)
    items = [draw(flows(depth + 1)) for _ in range(draw(st.integers(0, 2)))]
    if kind == "list":
        return "[" + ", ".join(items) + "]"
    keys = draw(st.lists(KEYS, min_size=len(items), max_size=len(items), unique=True))
    return "{" + ", ".join(f"{quoted(k)}: {v}" for k, v in zip(keys, items, strict=True)) + "}"


def quoted(key: str) -> str:
    return f'"{key}"' if key in ("on", "9") else key


@st.composite
def blocks(draw: st.DrawFn, indent: int = 0) -> list[str]:
    """A mapping or list over lines, with comments, blank lines and every kind of value."""
    lines: list[str] = []
    listed = indent > 0 and draw(st.booleans())
    count = draw(st.integers(1, 3))
    keys = draw(st.lists(KEYS, min_size=count, max_size=count, unique=True))
    for key in keys:
        pad = " " * indent
        if draw(st.integers(0, 4)) == 0:
            lines.append(draw(st.sampled_from(["", f"{pad}# between"])))
        head = f"{pad}-" if listed else f"{pad}{quoted(key)}:"
        kind = draw(st.sampled_from(["flow", "flow", "text", "below", "empty"]))
        if kind == "below" and indent < 6:
            lines.append(head + draw(COMMENTS))
            lines += draw(blocks(indent + draw(st.sampled_from([2, 4]))))
        elif kind == "text":
            lines += [f"{head} {draw(st.sampled_from(['|', '>-']))}", f"{pad}    some # text", f"{pad}    more"]
        elif kind == "empty":
            lines.append(head + draw(COMMENTS))
        else:
            lines.append(f"{head} {draw(flows(0))}{draw(COMMENTS)}")
    return lines


@st.composite
def texts(draw: st.DrawFn) -> str:
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    mark = draw(st.sampled_from(["", "", "\ufeff"]))
    return mark + newline.join(draw(blocks())) + draw(st.sampled_from([newline, ""]))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_in_random_documents_a_patch_is_right_or_refused(data: st.DataObject) -> None:
    text = data.draw(texts())
    before, problems = parse(text.removeprefix("\ufeff"), "f.yaml")
    assert not problems, text
    kept = copy.deepcopy(before)
    route, value = data.draw(st.sampled_from(routes(before))), data.draw(NEW)
    try:
        patched = set_values(text, [(route, value)], "f.yaml")
    except PatchError as error:
        assert "by hand" in str(error)
        return
    assert values_of(patched) == meant(before, route, value)
    assert before == kept
    out, came = change(text, patched)
    if not is_there(before, route) and at(before, route[:-1] if route[-1] != "below" else route[:-2]) is not None:
        assert out == ""
    assert came.count("\n") <= 1 + out.count("\n")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_json_stays_json(data: st.DataObject) -> None:
    old = data.draw(st.dictionaries(TEXTS, NEW, max_size=3))
    text = json.dumps(old, ensure_ascii=data.draw(st.booleans()), indent=data.draw(st.sampled_from([None, 2])))
    route = data.draw(st.sampled_from(routes(values_of(text))))
    value = data.draw(NEW)
    try:
        patched = set_values(text, [(route, value)], "f.json")
    except PatchError:
        # PyYAML does not know that two escapes can be one character, and so does not find such a key.
        assert "\\ud" in text
        return
    assert json.loads(patched) == meant(json.loads(text), route, value)


# What is refused

SHARED = "x: &mark {p: 1, q: 2}\ny: *mark\nz: &more\n  r: 1\nw: *more\nv: 1\n"


@pytest.mark.parametrize(
    "route", [("x",), ("x", "p"), ("x", "new"), ("y", "p"), ("y", "new"), ("z", "r"), ("z", "new"), ("w", "r"), ("z",)]
)
def test_what_an_anchor_shares_is_refused_with_a_way_out(route: Route) -> None:
    with pytest.raises(PatchError, match=r"f\.yaml cannot be patched safely at .*; set it by hand to 9"):
        set_values(SHARED, [(route, 9)], "f.yaml")


def test_an_alias_itself_can_be_replaced_and_what_stands_beside_anchors_too() -> None:
    assert set_values(SHARED, [(("y",), 9), (("v",), 2)], "f.yaml") == SHARED.replace("*mark", "9").replace(
        "v: 1", "v: 2"
    )


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("a: 1\n", ("a", "b")),
        ("a: x\n", ("a", 0)),
        ("a: [1]\n", ("a", 3)),
        ("a: [1]\n", ("a", "b")),
        ("? a\n: 1\n", ("b",)),
        ("- 1\n", ("a",)),
        ("just a text\n", ("a",)),
    ],
)
def test_a_place_that_cannot_be_is_refused(text: str, route: Route) -> None:
    with pytest.raises(PatchError, match="cannot be patched safely"):
        set_values(text, [(route, 9)], "f.yaml")


@pytest.mark.parametrize("text", ["a: [\n", "a: 1\na: 2\n", "a: 1\n---\nb: 1\n"])
def test_a_text_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(PatchError, match=r"f\.yaml cannot be read any more"):
        set_values(text, [(("b",), 9)], "f.yaml")


# Several changes, and style


def test_changes_build_on_each_other_in_order() -> None:
    changes: list[tuple[Route, Any]] = [
        (("metrics", "m", "target", "cap"), 5),
        (("metrics", "m", "target", "cliff"), False),
        (("metrics", "m", "counter_metrics"), []),
        (("metrics", "m", "counter_metrics", 0), {"title": "Rework", "independent": True}),
        (("metrics", "m", "counter_metrics", 1), {"title": "to be named"}),
    ]
    text = "metrics:\n  m:  # ours\n    title: A number\n\n  # the next one\n  n: {title: Other}\n"
    assert set_values(text, changes, "f.yaml") == (
        "metrics:\n  m:  # ours\n    title: A number\n    target: {cap: 5, cliff: false}\n"
        "    counter_metrics: [{title: Rework, independent: true}, {title: to be named}]\n"
        "\n  # the next one\n  n: {title: Other}\n"
    )


def test_if_one_of_several_changes_is_refused_none_is_made() -> None:
    with pytest.raises(PatchError):
        set_values("a: 1\nb: 2\n", [(("a",), 3), (("b", "c"), 4)], "f.yaml")


@pytest.mark.parametrize(
    ("before", "route", "value", "after"),
    [
        ("b: # two\n  c: 3\nd: x\n", ("b",), 5, "b: 5 # two\nd: x\n"),
        ("m: {\n  a: 1, # one\n  b: 2\n}\n", ("m", "c"), 3, "m: {\n  a: 1, # one\n  b: 2,\n  c: 3\n}\n"),
        ('{\n\t"a": 1\n}', ("b",), "no", '{\n\t"a": 1,\n\t"b": "no"\n}'),
        ("l:\n- a\n# tail\n", ("l", 1), "b", "l:\n- a\n- b\n# tail\n"),
        ("a:\n# note\nb: 1\n", ("a",), "x", "a: x\n# note\nb: 1\n"),
        ("a: |\n  long\n  text\n\nb: 1\n", ("a",), "x", "a: x\n\nb: 1\n"),
        ("a: 'on'\n", ("a",), "off", 'a: "off"\n'),
        ("a: 1", ("b",), 2, "a: 1\nb: 2"),
    ],
)
def test_a_change_keeps_to_the_style_around_it(before: str, route: Route, value: Any, after: str) -> None:
    assert set_values(before, [(route, value)], "f.yaml") == after


@pytest.mark.parametrize("name", sorted(HAND_WRITTEN.keys() - {"block texts"}))
def test_a_key_that_is_unset_goes_and_every_comment_stays(name: str) -> None:
    text = HAND_WRITTEN[name]
    for key in values_of(text):
        patched = set_values(text, [((key,), UNSET)], "f.yaml")
        assert (values_of(patched) or {}).get(key) is None
        assert [said for said in comments_of(text) if said not in patched] == []
        assert {k: v for k, v in (values_of(patched) or {}).items() if k != key} == {
            k: v for k, v in values_of(text).items() if k != key
        }


def comments_of(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


def test_a_key_goes_with_its_line_unless_a_comment_stands_there() -> None:
    text = "a:\n  b: 1\n  c: 2  # why\n  d: {x: 1, y: 2}\n"
    assert set_values(text, [(("a", "b"), UNSET)], "f.yaml") == "a:\n  c: 2  # why\n  d: {x: 1, y: 2}\n"
    assert set_values(text, [(("a", "c"), UNSET)], "f.yaml") == text.replace("c: 2", "c: null")
    assert set_values(text, [(("a", "d", "x"), UNSET)], "f.yaml") == text.replace("x: 1", "x: null")
    assert set_values(text, [(("a", "z"), UNSET)], "f.yaml") == text
