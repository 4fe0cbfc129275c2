"""Every command on a project full of injections: what it prints stays text, for whoever reads or runs the output."""

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import cmarkgfm
import jsonschema
import pytest
from committed import Committed
from conftest import TODAY, Cli, Ran
from injected import FULL, INJECTIONS, obeyed, write_project
from junitparser import JUnitXml
from test_report_ci import CODE_QUALITY
from test_report_github import read as command_in
from test_report_sarif import faults

from metriclint.review.platforms import PLATFORMS
from metriclint.schemas import NAMES, schema

STARTS = range(len(INJECTIONS)) if FULL else (0, 9, 18)
TAGS = {"h3", "h4", "p", "strong", "em", "ul", "ol", "li", "details", "summary", "sub", "code", "br", "del"}
SVG = {"svg", "title", "desc", "style", "defs", "marker", "path", "g", "rect", "text", "tspan", "polygon", "ellipse"}
ADDRESS = re.compile(r"^[\w./%+~()!$&'*,;=:@-]+$")


class Page(HTMLParser):
    """The elements of a page with their attributes, and the words that are shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(params=STARTS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project with the injections, each time at other places."""
    write_project(tmp_path, request.param)
    return tmp_path


def ran(cli: Cli, *args: str, codes: tuple[int, ...] = (0, 1)) -> Ran:
    """Run a command; neither of its outputs may give orders or be another text than it looks."""
    done = cli(*args)
    assert done.code in codes, done.err
    lines = obeyed(done.out)
    if "github" in args:
        lines = [line for line in lines if not re.match(r"::(error|warning|notice) (file|title)=", line)]
    assert lines == []
    assert obeyed(done.err) == []
    return done


def plain_page(markdown: str) -> Page:
    """Markdown as GitHub renders it; what nobody of us writes must not come out of it."""
    page = Page(cmarkgfm.github_flavored_markdown_to_html(markdown, cmarkgfm.Options.CMARK_OPT_UNSAFE))
    pictures = [a for tag, a in page.elements if tag == "pre" and a.get("lang") == "mermaid"]
    assert {tag for tag, _ in page.elements} <= TAGS | {"pre"}
    assert len([tag for tag, _ in page.elements if tag == "pre"]) == len(pictures)
    assert {name for tag, attributes in page.elements for name in attributes if tag != "pre"} <= {"open"}
    return page


def json_of(name: str) -> Callable[[str], None]:
    validator = jsonschema.Draft202012Validator(schema(name))

    def read(out: str) -> None:
        assert [e.message for e in validator.iter_errors(json.loads(out))] == []

    return read


def read_sarif(out: str) -> None:
    log = json.loads(out)
    assert faults(log) == []
    places = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in log["runs"][0]["results"]]
    assert all(ADDRESS.match(uri) and not uri.startswith(("/", "..", "javascript:")) for uri in places)


def read_lines(out: str) -> None:
    assert all(json.loads(line)["type"] for line in out.splitlines())


def read_github(out: str) -> None:
    told = [command for line in out.split("\n") if (command := command_in(line))]
    assert told
    assert {c.name for c in told} <= {"error", "warning", "notice"}
    assert {key for c in told for key in c.properties} <= {"file", "line", "endLine", "col", "endColumn", "title"}


def read_gitlab(out: str) -> None:
    assert list(CODE_QUALITY.iter_errors(json.loads(out))) == []


def read_junit(out: str) -> None:
    assert JUnitXml.fromstring(out.encode()).tests > 0


def read_markdown(out: str) -> None:
    assert "evil.example" in plain_page(out).words.replace("\u200b", "") or "evil.example" not in out


def read_svg(out: str) -> None:
    root = ElementTree.fromstring(out)
    elements = list(root.iter())
    assert {e.tag.rpartition("}")[2] for e in elements} <= SVG
    names = {name.rpartition("}")[2] for e in elements for name in e.attrib}
    assert [name for name in names if name.startswith("on") or name in ("href", "src")] == []
    assert all("url(" not in value or "url(#" in value for e in elements for value in e.attrib.values())


def read_graphml(out: str) -> None:
    assert ElementTree.fromstring(out).tag.endswith("graphml")


def read_mermaid(out: str) -> None:
    begins = r"(n\d+|classDef|class|linkStyle|accTitle:|accDescr:|flowchart) ?|$"
    assert [line for line in out.split("\n") if not re.match(begins, line.strip())] == []
    assert re.findall(r"(?m)^\s*(?:click|call|href|%%)", out) == []


def read_nothing(out: str) -> None:
    assert out


CHECK: dict[str, Callable[[str], None]] = {
    "text": read_nothing,
    "json": json_of("report"),
    "jsonl": read_lines,
    "sarif": read_sarif,
    "github": read_github,
    "gitlab": read_gitlab,
    "junit": read_junit,
    "markdown": read_markdown,
}
GRAPH: dict[str, Callable[[str], None]] = {
    "text": read_nothing,
    "mermaid": read_mermaid,
    "dot": read_nothing,
    "graphml": read_graphml,
    "json": json.loads,
    "svg": read_svg,
}


def test_check_in_every_format(cli: Cli, project: Path) -> None:
    for format_, read in CHECK.items():
        for more in ((), ("--verbose",)):
            read(ran(cli, "check", "--format", format_, "--today", TODAY, *more, codes=(1,)).out)


def test_what_is_wrong_with_the_input_in_every_format(cli: Cli, project: Path) -> None:
    document = project / "metrics" / "cards.yaml"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("kind:", "knd:").replace("audience: org", "audience: [1]"), encoding="utf-8")
    for format_, read in CHECK.items():
        out = ran(cli, "check", "--format", format_, "--today", TODAY, codes=(2,))
        if format_ != "text":
            read(out.out)


def test_graph_in_every_format(cli: Cli, project: Path) -> None:
    for format_, read in GRAPH.items():
        for more in ((), ("m",), ("m", "--strip")):
            if "--strip" not in more or format_ in ("mermaid", "svg"):
                read(ran(cli, "graph", "--format", format_, *more).out)


def test_why_fix_and_distortion(cli: Cli, project: Path) -> None:
    commands = {"why": ("why", "m"), "fix": ("fix", "m"), "distortion": ("distortion",)}
    for name, words in commands.items():
        assert ran(cli, *words).out
        json_of(name)(ran(cli, *words, "--format", "json").out)
    ran(cli, "why", "bonus")
    for more in (("--diff",), ("--apply", "1")):
        done = cli("fix", "m", *more)
        assert done.code == 0, done.err
        # A patch shows lines of the file as they are.
        ours = [line for line in done.out.split("\n") if line[:1] not in ("+", "-", " ")]
        assert obeyed("\n".join(ours)) == []


def test_review_in_every_format(cli: Cli, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("no git here")
    repository = Committed(tmp_path)
    for start in STARTS:
        shutil.rmtree(tmp_path / "metrics", ignore_errors=True)
        write_project(tmp_path, start, ranked=False)
        base = repository.commit()
        shutil.rmtree(tmp_path / "metrics")
        write_project(tmp_path, start + 3)
        assert ran(cli, "review", "--base", base, "--today", TODAY).out
        json_of("review")(ran(cli, "review", "--base", base, "--today", TODAY, "--format", "json").out)
        for platform in PLATFORMS if start == STARTS[0] or FULL else ("github",):
            out = ran(
                cli, "review", "--base", base, "--today", TODAY, "--format", "comment", "--platform", platform
            ).out
            if PLATFORMS[platform].folds:
                plain_page(out.replace("<!-- metriclint:review -->", ""))
            for picture in re.findall(r"```mermaid\n(.*?)```", out, re.DOTALL):
                read_mermaid(picture)


def test_what_is_asked_about_rules_and_settings(cli: Cli, project: Path) -> None:
    ran(cli, "rules", "test", "rules", codes=(1, 2))
    ran(cli, "rules", "list")
    json.loads(ran(cli, "rules", "list", "--format", "json").out)
    ran(cli, "explain", "VIS301")
    ran(cli, "config", "show")
    json.loads(ran(cli, "config", "show", "--format", "json").out)
    ran(cli, "waive", "m/VIS302", *words_of_a_waiver())
    ran(cli, "baseline", "write")
    ran(cli, "baseline", "show")


def words_of_a_waiver() -> list[str]:
    values = {"--reason": INJECTIONS["formula"], "--requested-by": "team", "--approved-by": "board"}
    return [*(part for pair in values.items() for part in pair), "--expires", "2027-01-31", "--today", TODAY]


@pytest.mark.parametrize("name", INJECTIONS)
def test_words_of_the_command_line_are_told_as_texts(cli: Cli, name: str, tmp_path: Path) -> None:
    write_project(tmp_path, 0)
    word = INJECTIONS[name].lstrip("-").replace("\x00", "") or "x"
    for command in (["check", word], ["why", word], ["fix", word], ["graph", word], ["explain", word], [word]):
        ran(cli, *command, codes=(0, 2))  # most are names of something here
    for option in ("--select", "--baseline", "--format", "--today"):
        ran(cli, "check", f"{option}={word}", codes=(2,))
    ran(cli, "schema", word, codes=(2,))


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_fixed_texts(cli: Cli, name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(ran(cli, "schema", name).out))
