"""The path strip: the same path as a text, as Mermaid and as SVG."""

import itertools
import json
from xml.etree import ElementTree

import msgspec
import networkx
import pygraphviz
import pytest
from conftest import Snapshot
from pictured import metric

from metriclint.findings.finding import Step, path_words
from metriclint.pictures.formats import FORMATS, strip_renderer
from metriclint.pictures.strip import strip_dot, strip_mermaid, strip_svg

SVG = "{http://www.w3.org/2000/svg}"
SEVEN = [
    Step("action:a", "action", 'Split "one" <change> & more', "", None, True),
    *(Step(f"metric:m{i}", "metric", f"Part {i}", "goes into", None, True) for i in range(3)),
    Step("board:b", "board", "A board", "shown on"),
    Step("decision:d", "decision", "The yearly talk of a lead with everyone in the team", "read in"),
    Step("consequence:c", "consequence", "the rating", "leads to"),
]


def test_the_strip_as_a_text_marks_the_first_of_what_is_assumed() -> None:
    assert path_words(SEVEN) == (
        'Split "one" <change> & more (assumed) → goes into → Part 0 → goes into → Part 1 → goes into → Part 2 '
        "→ shown on → A board → read in → The yearly talk of a lead with everyone in the team → leads to → the rating"
    )


def test_the_whole_strip_of_a_metric(snapshot: Snapshot) -> None:
    steps = metric("aht").path
    snapshot("pictures/strip.txt", path_words(steps) + "\n")
    snapshot("pictures/strip.mmd", strip_mermaid(steps))
    snapshot("pictures/strip.svg", strip_svg(steps))
    snapshot("pictures/strip.dot", strip_dot(steps))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_the_strip_of_a_picture(name: str) -> None:
    picture = metric("aht")
    text = strip_renderer(name)(picture)
    told = " ".join(text.replace("\\n", " ").replace("<br/>", " ").split())
    for words in ("rings", "Yearly rating", "Monthly scorecard", "shown on", "read in", "leads to"):
        assert words in told
    assert "Wallboard" not in text and "guards" not in text
    assert text.endswith("\n")


def test_the_strip_for_programs_is_the_picture_without_the_rest() -> None:
    picture = metric("aht")
    told = json.loads(strip_renderer("json")(picture))
    assert {n["id"] for n in told["nodes"]} == {s.node for s in picture.path}
    assert [s["node"] for s in told["path"]] == [s.node for s in picture.path]
    graph = networkx.parse_graphml(strip_renderer("graphml")(picture), force_multigraph=True)
    assert networkx.is_path(graph, [s.node for s in picture.path])


def test_graphviz_reads_the_strip_in_a_line() -> None:
    graph = pygraphviz.AGraph(string=strip_dot(SEVEN))
    assert graph.graph_attr["rankdir"] == "LR"
    assert [e.attr["label"] for e in graph.edges()] == [s.verb for s in SEVEN[1:]]
    assert graph.get_node("n1").attr["label"] == 'action, assumed\\nSplit "one" <change> &amp;\\nmore'


def test_a_hostile_first_step_is_no_command_in_a_log() -> None:
    step = Step("action:a", "action", "::error::x ##[error]y", "")
    text = strip_renderer("text")(msgspec.structs.replace(metric("aht"), path=(step,)))
    assert text == ": :error::x ## [error]y\n"


def test_the_strip_stands_in_a_line_without_overlap() -> None:
    root = ElementTree.fromstring(strip_svg(SEVEN))
    boxes = [g for g in root.iter(f"{SVG}g") if g.find(f"{SVG}title") is not None]
    verbs = [t for t in root.iter(f"{SVG}text") if t.attrib.get("class") == "ml-verb"]
    assert next(b.findtext(f"{SVG}title") for b in boxes) == 'action, assumed: Split "one" <change> & more'
    assert ["".join(v.itertext()) for v in verbs] == [s.verb for s in SEVEN[1:]]
    centres = [float(b.find(f"{SVG}text").attrib["x"]) for b in boxes]  # type: ignore[union-attr]
    between = [float(v.find(f"{SVG}tspan").attrib["x"]) for v in verbs]  # type: ignore[union-attr]
    places = [x for pair in zip(centres, between, strict=False) for x in pair] + centres[-1:]
    assert places == sorted(places)
    assert all(b - a > 75 + 10 for a, b in itertools.pairwise(places))
    assert float(root.attrib["width"]) >= centres[-1] + 75


def test_the_strip_as_svg_has_the_text_as_its_description() -> None:
    root = ElementTree.fromstring(strip_svg(SEVEN))
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}desc") == path_words(SEVEN)


def test_the_strip_as_mermaid_has_a_node_a_step_and_escapes_titles() -> None:
    lines = strip_mermaid(SEVEN).splitlines()
    assert lines[0] == "flowchart LR"
    assert lines[1] == '  n1[/"action, assumed<br/>Split #34;one#34; #60;change#62; #38; more"\\]'
    assert sum("-->" in line for line in lines) == 6


def test_two_strips_in_one_page_have_ids_of_their_own() -> None:
    first, second = (ElementTree.fromstring(strip_svg(steps)) for steps in (SEVEN, SEVEN[:3]))
    ids = [e.attrib["id"] for root in (first, second) for e in root.iter() if "id" in e.attrib]
    assert len(set(ids)) == 4


def test_an_empty_path_is_no_picture() -> None:
    assert path_words([]) == strip_mermaid([]) == strip_dot([]) == strip_svg([]) == ""


def test_a_single_step_is_a_node_without_links() -> None:
    text = strip_svg(SEVEN[:1])
    assert 'ml-link" d' not in text
    assert strip_mermaid(SEVEN[:1]).count("-->") == 0
