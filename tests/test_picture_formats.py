"""The formats of pictures: whole outputs, what other programs read back from them, and hostile titles."""

import json
import os
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pygraphviz
import pytest
from conftest import Snapshot
from pictured import ALL, example, metric, of_titles, whole

from metriclint.pictures import formats
from metriclint.pictures.compose import picture_of_metric, picture_of_project
from metriclint.pictures.mermaid import text_of
from metriclint.pictures.picture import Picture, PictureEdge, PictureNode, edge_words
from metriclint.pictures.strip import strip_mermaid

SUFFIXES = {"text": "txt", "mermaid": "mmd", "dot": "dot", "graphml": "graphml", "json": "json", "svg": "svg"}
HOSTILE = (
    '"]; click n0 "javascript:alert(1)"',
    "<script>alert(1)</script>",
    "</title></desc></svg>&lt;b&gt; &amp; ]]>",
    '%%{init: {"theme": "dark"}}%%',
    "1. a list `code` **bold** $$x^2$$",
    "turned \u202e\u2066 around \x1b[31m red \x07\x00",
    "a\\nb \\N \\G \\",
    "#quot; #35; subgraph end {} [] () | ;",
    "日本語の指標の非常に長いタイトルがここにあります" * 4,
    "w" * 500,
    "line\none\r\nline two\u2028three",
    "👩‍💻 e\u0301 العربية",
    "::error file=a.yaml::wrong",
    "##[error]wrong ##vso[task.complete] ##teamcity[x]",
    "fa:fa-user %%comment %% end",
    "| a | b |\n|---|---|\n```js\n",
    "\u200f\u200e\u202aright\u202c \u2067to\u2069 left\ufeff",
    ";;; ### ",
    'https://example.org/?a=b&c="d"',
)


def rendered(name: str, picture: Picture) -> str:
    return formats.renderer(name)(picture)


@pytest.mark.parametrize("name", formats.FORMATS)
def test_the_whole_picture_of_a_metric(name: str, snapshot: Snapshot) -> None:
    picture = picture_of_metric(example("tokenmaxxing/1-leaderboard"), "ai-tokens", "all")
    snapshot(f"pictures/ai-tokens.{SUFFIXES[name]}", rendered(name, picture))


@pytest.mark.parametrize("name", ["text", "svg"])
def test_the_whole_picture_of_a_project(name: str, snapshot: Snapshot) -> None:
    picture = picture_of_project(example("wells-fargo"), "all")
    snapshot(f"pictures/wells-fargo.{SUFFIXES[name]}", rendered(name, picture))


@pytest.mark.parametrize("name", formats.FORMATS)
def test_a_picture_is_the_same_every_time(name: str) -> None:
    assert rendered(name, whole()) == rendered(name, whole())
    assert rendered(name, whole()).endswith("\n")


@pytest.mark.parametrize("name", formats.FORMATS)
def test_hostile_titles_bring_no_control_characters(name: str) -> None:
    text = rendered(name, of_titles(*HOSTILE))
    assert all(c == "\n" or c.isprintable() for c in text)


@pytest.mark.parametrize("name", formats.FORMATS)
def test_no_title_is_a_command_in_the_log_of_a_ci_system(name: str) -> None:
    picture = of_titles(*HOSTILE)
    for text in (rendered(name, picture), rendered(name, of_titles(HOSTILE[-7]))):
        assert not re.search(r"^\s*::", text, re.MULTILINE)
        assert not re.search(r"##\w*\[", text)


@pytest.mark.parametrize("name", formats.FORMATS)
def test_hostile_ids_stay_apart_and_stay_names(name: str) -> None:
    nodes = tuple(PictureNode(id_, "metric", f"Number {i}") for i, id_ in enumerate(HOSTILE))
    edges = tuple(PictureEdge(a.id, b.id, "moves", 1, ALL) for a, b in pairwise(nodes))
    text = rendered(name, Picture("metriclint/picture/1", "A title", "A summary.", "all", HOSTILE[0], nodes, edges))
    assert all(c == "\n" or c.isprintable() for c in text)
    assert all(f"Number {i}" in text for i in range(len(HOSTILE)))
    if name == "dot":
        assert len(pygraphviz.AGraph(string=text).edges()) == len(edges)
    if name == "graphml":
        graph = networkx.parse_graphml(text, force_multigraph=True)
        assert (len(graph.nodes), len(graph.edges)) == (len(nodes), len(edges))


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        formats.renderer("picture")


def test_networkx_reads_the_graphml_back() -> None:
    picture = metric("aht")
    graph = networkx.parse_graphml(rendered("graphml", picture), force_multigraph=True)
    assert graph.is_directed()
    assert set(graph.nodes) == {n.id for n in picture.nodes}
    for n in picture.nodes:
        assert graph.nodes[n.id]["title"] == n.title
        assert graph.nodes[n.id]["on_path"] is n.on_path
        assert graph.nodes[n.id]["location"].startswith("design.yaml:")
    read = sorted((a, b, d["verb"], d["sign"], d["views"], d["on_path"]) for a, b, d in graph.edges(data=True))
    assert read == sorted((e.source, e.target, e.verb, e.sign, " ".join(e.views), e.on_path) for e in picture.edges)


def test_hostile_titles_survive_graphml_but_for_what_xml_cannot_hold() -> None:
    graph = networkx.parse_graphml(rendered("graphml", of_titles(*HOSTILE)), force_multigraph=True)
    assert graph.nodes["metric:m1"]["title"] == HOSTILE[1]
    assert graph.nodes["metric:m5"]["title"] == "turned    around  [31m red   "


def test_json_holds_every_field_as_it_is() -> None:
    picture = of_titles(*HOSTILE)
    told = json.loads(rendered("json", picture))
    assert told["schema"] == "metriclint/picture/1"
    assert tuple(n["title"] for n in told["nodes"]) == HOSTILE
    assert set(told["edges"][0]) == {"source", "target", "verb", "sign", "views", "assumed", "only", "on_path"}


def test_graphviz_reads_the_dot_back() -> None:
    picture = metric("aht")
    graph = pygraphviz.AGraph(string=rendered("dot", picture))
    assert set(graph.nodes()) == {n.id for n in picture.nodes}
    assert len(graph.edges()) == len(picture.edges)
    assert {n for n in graph.nodes() if n.attr["penwidth"] == "3"} == {n.id for n in picture.nodes if n.on_path}
    assert graph.get_node("board:wall").attr["label"] == "board\\nWallboard"


def test_hostile_titles_stay_texts_in_dot() -> None:
    graph = pygraphviz.AGraph(string=rendered("dot", of_titles(*HOSTILE)))
    assert len(graph.nodes()) == len(HOSTILE)
    assert graph.get_node("metric:m6").attr["label"] == "metric\\na\\\\nb \\\\N \\\\G \\\\"
    assert "&amp;lt;b&amp;gt;" in graph.get_node("metric:m2").attr["tooltip"]


LINE = re.compile(
    r"  (n\d+(?:\[\[|\[/|\[\\|\[\(|\(\[|\{\{|\[|\(|>)\"[^\"<>]*<br/>[^\"<>`{}\[\]|\\]*\".{1,2}"
    r"|n\d+ (?:--|==|-\.) \"[^\"<>]*(?:<br/>[^\"<>]*)?\" (?:-->|==>|\.->) n\d+"
    r"|classDef \w+ [\w#:,-]+|class [n\d,]+ \w+|linkStyle (?:[\d,]+ stroke-width:4px|default interpolate monotoneY)"
    r"|acc(?:Title|Descr): [^\n;{}#%]*)"
)


@pytest.mark.parametrize("picture", [whole(), metric("aht"), of_titles(*HOSTILE)], ids=["whole", "metric", "hostile"])
def test_every_line_of_mermaid_is_one_of_a_few_forms(picture: Picture) -> None:
    first, *lines = rendered("mermaid", picture).splitlines()
    assert first == "flowchart TB"
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert sum(line.startswith("  n") for line in lines) == len(picture.nodes) + len(picture.edges)


def test_mermaid_syntax_in_a_title_is_written_as_codes() -> None:
    assert text_of('a "b" <c> #1;') == "a #34;b#34; #60;c#62; #35;1;"
    assert text_of("a\\n $$x$$") == "a#92;#8288;n $#8288;$#8288;x$#8288;$#8288;"


def test_what_mermaid_makes_of_texts_after_the_codes_is_kept_apart() -> None:
    assert text_of("fa:fa-user") == "fa:#8288;fa-user"
    assert text_of("100 %") == "100 #37;"
    assert text_of("%%x%%") == "#37;#8288;#37;x#37;#8288;#37;"


# The program that draws Mermaid reads it in a page; jsdom is the page. It prints a line a file: nodes, links, labels.
READER = """
import fs from "node:fs"; import { pathToFileURL } from "node:url";
const [folder, ...files] = process.argv.slice(1);
const from = (name) => import(pathToFileURL(`${folder}/${name}`).href);
const { JSDOM } = (await from("jsdom/lib/api.js")).default;
const page = new JSDOM(""); globalThis.window = page.window; globalThis.document = page.window.document;
const mermaid = (await from("mermaid/dist/mermaid.core.mjs")).default;
for (const file of files) {
  const text = fs.readFileSync(file, "utf8");
  await mermaid.parse(text);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const labels = [...db.getVertices().values()].map((v) => v.text);
  console.log(JSON.stringify({ nodes: labels.length, links: db.getEdges().length, labels, title: db.getAccTitle() }));
}
"""
MODULES = next((p.parent for p in map(Path, os.get_exec_path()) if (p.parent / "mermaid").is_dir()), None)


@pytest.mark.skipif(not (MODULES and shutil.which("node")), reason="no mermaid on PATH: `.ci/node-tools` installs it")
def test_mermaid_itself_reads_every_picture(tmp_path: Path) -> None:
    alone = [of_titles(title) for title in HOSTILE]
    drawn = [whole(), metric("aht"), of_titles(*HOSTILE), *alone]
    texts = [rendered("mermaid", picture) for picture in drawn]
    texts.append(strip_mermaid(metric("aht").path))
    files = [tmp_path / f"{i}.mmd" for i in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    command = ["node", "--input-type=module", "-e", READER, "--", str(MODULES), *map(str, files)]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stderr
    *told, strip = map(json.loads, ended.stdout.splitlines())
    assert [(t["nodes"], t["links"]) for t in told] == [(len(p.nodes), len(p.edges)) for p in drawn]
    assert (strip["nodes"], strip["links"]) == (5, 4)
    assert told[0]["title"] == "Incentives in this project"
    labels = {label.partition("<br")[0] for t in told[2:] for label in t["labels"]}
    assert labels == {"metric"}


def test_the_tree_names_every_node_and_link_once() -> None:
    for picture in (whole(), metric("aht"), picture_of_project(example("sound-team-metrics"), "all")):
        lines = [line for line in rendered("text", picture).splitlines() if not line.startswith("* path")]
        branches = [line for line in lines if re.match(r"[│ ]*[├└]─ ", line)]
        assert len(branches) == len(picture.edges)
        for n in picture.nodes:
            declared = [line for line in lines if f"{n.title} [{n.kind}" in line]
            assert declared, n
        for e in picture.edges:
            assert any(edge_words(e) in line for line in branches)


def test_the_tree_of_a_circle_ends() -> None:
    text = rendered("text", picture_of_project(example("sound-team-metrics"), "all"))
    assert ", see above" in text


def test_svg_is_xml_with_a_name_a_description_and_no_script() -> None:
    root = ElementTree.fromstring(rendered("svg", of_titles(*HOSTILE)))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "g", "path", "text", "tspan"}
    assert not any(name.startswith("on") or name == "href" for element in root.iter() for name in element.attrib)
