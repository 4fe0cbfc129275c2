"""The SVG: nothing overlaps, everything can be read light and dark, and by those who do not see it."""

import re
import sys
from typing import get_args
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured import ALL, example, metric, of_titles, whole

from metriclint.graph.incentive_graph import NodeKind
from metriclint.pictures import svg
from metriclint.pictures.compose import picture_of_project
from metriclint.pictures.drawing import BOX_WIDTH, box_height, title_lines
from metriclint.pictures.layout import MOST, Curve, Layout, LayoutError, lay_out
from metriclint.pictures.lettering import width_of, wrapped
from metriclint.pictures.picture import KINDS, Picture, PictureEdge, PictureNode, sentences
from metriclint.pictures.shapes import Box, shape_of
from metriclint.pictures.theme import DARK, LIGHT, Theme, style_sheet

NAMES = ("tokenmaxxing/1-leaderboard", "wells-fargo", "sound-team-metrics", "lines-of-code", "seat-utilisation")
PICTURES = {
    **{name: picture_of_project(example(name), "all") for name in NAMES},
    "office": whole(),
    "aht": metric("aht"),
}
SVG = "{http://www.w3.org/2000/svg}"


def areas(laid: Layout) -> list[Box]:
    return [*laid.boxes.values(), *(c.label for c in laid.curves)]


def overlapping(boxes: list[Box]) -> list[tuple[Box, Box]]:
    return [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]


def points_of(curve: Curve) -> list[tuple[float, float]]:
    """Points on both halves of a link, close to each other."""
    found = []
    for points in (curve.before, curve.after):
        for i in range(0, len(points) - 1, 3):
            p0, p1, p2, p3 = points[i : i + 4]
            for k in range(21):
                t, u = k / 20, 1 - k / 20
                weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
                ends = (p0, p1, p2, p3)
                found.append(tuple(sum(w * p[axis] for w, p in zip(weights, ends, strict=True)) for axis in (0, 1)))
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("name", PICTURES)
def test_no_two_nodes_or_labels_overlap(name: str) -> None:
    laid = lay_out(PICTURES[name])
    assert len(areas(laid)) == len(PICTURES[name].nodes) + len(PICTURES[name].edges)
    assert overlapping(areas(laid)) == []


@pytest.mark.parametrize("name", PICTURES)
def test_no_link_runs_over_a_node_that_it_does_not_touch(name: str) -> None:
    picture, laid = PICTURES[name], lay_out(PICTURES[name])
    for edge, curve in zip(picture.edges, laid.curves, strict=True):
        for id_, box in laid.boxes.items():
            inner = Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6)
            if id_ not in (edge.source, edge.target):
                on = [p for p in points_of(curve) if inner.overlaps(Box(*p, 0.01, 0.01))]
                assert on == [], f"{edge.source} → {edge.target} runs over {id_}"


@pytest.mark.parametrize("name", PICTURES)
def test_everything_lies_inside_the_picture(name: str) -> None:
    laid = lay_out(PICTURES[name])
    for box in areas(laid):
        assert box.x >= -1 and box.right <= laid.width + 1
        assert box.y >= -1 and box.bottom <= laid.height + 1


TITLES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=14))
    nodes = tuple(PictureNode(f"{kind}:n{i}", kind, draw(TITLES), assumed=i % 3 == 0) for i, kind in enumerate(kinds))
    pairs = draw(st.lists(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)), max_size=20))
    edges = tuple(
        PictureEdge(a.id, b.id, "moves", -1, ALL[: i % 4] or ALL, only=(a.title,) * (i % 3), on_path=i % 2 == 0)
        for i, (a, b) in enumerate(pairs)
        if a.id != b.id
    )
    return Picture("metriclint/picture/1", "A title", "A summary.", "all", "", nodes, edges)


@settings(deadline=None, max_examples=40)
@given(pictures())
def test_random_pictures_are_laid_out_without_overlap_and_drawn_as_xml(picture: Picture) -> None:
    laid = lay_out(picture)
    assert overlapping(areas(laid)) == []
    root = ElementTree.fromstring(svg.render(picture))
    drawn = [g for g in root.iter(f"{SVG}g") if g.find(f"{SVG}title") is not None]
    assert len(drawn) == len(picture.nodes)


@given(TITLES)
def test_titles_fit_into_their_boxes(title: str) -> None:
    lines = title_lines(title)
    assert len(lines) <= 5
    assert all(width_of(line, 13) <= BOX_WIDTH - 30 for line in lines)
    assert box_height(title) >= 48


def test_a_long_word_is_broken_and_a_long_title_ends_in_an_ellipsis() -> None:
    assert wrapped("w" * 40, 10, 100, 9) == ["w" * 11] * 3 + ["w" * 7]
    assert wrapped("time-to-first-response-of-a-team", 10, 100, 9)[0] == "time-to-first-"
    assert wrapped("one two three four", 10, 40, 2) == ["one", "two…"]
    assert wrapped("日本語の指標", 10, 34, 9) == ["日本語", "の指標"]


def test_the_picture_has_a_name_and_a_text_twin() -> None:
    root = ElementTree.fromstring(svg.render(whole()))
    assert root.attrib["role"] == "img"
    texts = {e.attrib["id"]: e.text or "" for e in root if "id" in e.attrib}
    name, description = (texts[id_] for id_ in root.attrib["aria-labelledby"].split())
    assert name == "Incentives in this project"
    assert all(sentence in description for sentence in sentences(whole()))


def test_a_node_says_its_kind_and_all_of_its_title_with_its_place() -> None:
    root = ElementTree.fromstring(svg.render(whole()))
    titles = [e.text for e in root.iter(f"{SVG}title")]
    for n in whole().nodes:
        assert n.location
        assert f"{n.kind}: {n.title} (design.yaml:{n.location.line}:{n.location.column})" in titles
    kinds = [e.text for e in root.iter(f"{SVG}text") if e.attrib.get("class") == "ml-kind"]
    assert sorted(kinds) == sorted(n.kind for n in whole().nodes)  # type: ignore[type-var]


def test_the_witness_path_and_nothing_else_is_drawn_thick() -> None:
    picture = metric("aht")
    root = ElementTree.fromstring(svg.render(picture))
    thick = [g for g in root.iter(f"{SVG}g") if "ml-path" in g.attrib.get("class", "").split()]
    nodes = [g for g in thick if g.find(f"{SVG}title") is not None]
    links = [g for g in thick if g.find(f"{SVG}path[@class='ml-link']") is not None]
    assert len(nodes) == len(picture.path)
    assert len(links) == len(picture.path) - 1 + 1  # and the one in the legend
    assert "the highlighted path" in [e.text for e in root.iter(f"{SVG}text")]


def test_a_link_that_policy_does_not_have_is_dashed_and_says_so() -> None:
    text = svg.render(metric("aht"))
    assert "not in policy" in text
    assert text.count('class="ml-partial') == 1 + sum(e.partial for e in metric("aht").edges)
    assert 'class="ml-partial ml-path"' in text


def test_every_kind_has_a_shape_of_its_own() -> None:
    box = Box(0, 0, 168, 64)
    shapes = {kind: shape_of(kind, box) for kind in get_args(NodeKind)}
    assert set(shapes) == set(KINDS) == set(LIGHT.kinds) == set(DARK.kinds)
    assert len(set(shapes.values())) == len(shapes)


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_and_lines_stand_out_enough(theme: Theme) -> None:
    for tint in theme.kinds.values():
        assert contrast(theme.ink, tint.fill) >= 4.5
        assert contrast(tint.line, tint.fill) >= 4.5
        assert contrast(tint.line, theme.paper) >= 3
    assert contrast(theme.ink, theme.paper) >= 4.5
    assert contrast(theme.quiet, theme.paper) >= 4.5
    assert contrast(theme.rule, theme.paper) >= 3


def test_colours_follow_the_wish_of_the_reader_and_fonts_are_generic() -> None:
    sheet = style_sheet()
    light, _, dark = sheet.partition("@media (prefers-color-scheme:dark)")
    assert set(re.findall("#[0-9a-f]{6}", light)) == colours(LIGHT)
    assert set(re.findall("#[0-9a-f]{6}", dark)) == colours(DARK)
    assert re.findall(r"font-family:([^;}]+)", sheet) == ["sans-serif"]


def colours(theme: Theme) -> set[str]:
    kinds = {color for tint in theme.kinds.values() for color in tint}
    return {theme.paper, theme.ink, theme.quiet, theme.rule, *kinds}


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(LayoutError, match=r"pip install 'metriclint\[pictures\]'"):
        lay_out(metric("aht"))


def test_a_picture_that_nobody_could_read_is_refused() -> None:
    with pytest.raises(LayoutError, match="401 nodes with 400 links are more than a drawing can show"):
        lay_out(of_titles(*map(str, range(MOST + 1))))


def test_a_large_picture_is_laid_out_without_overlap_as_well() -> None:
    laid = lay_out(of_titles(*map(str, range(150))))
    assert overlapping(areas(laid)) == []
