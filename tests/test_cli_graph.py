"""``metriclint graph``: what it takes, where it writes, and what it says where something is wrong."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from conftest import ROOT, Cli, Write
from pictured import OFFICE
from test_cold_start import modules

from metriclint.cli.app import app
from metriclint.pictures.formats import FORMATS


@pytest.fixture
def office(write: Write) -> Path:
    return write("office/design.yaml", "metriclint: 1\n" + OFFICE.replace("\n    ", "\n").lstrip("\n"))


def test_a_metric_is_drawn_as_a_tree_by_default(cli: Cli, office: Path) -> None:
    ran = cli("graph", "aht", "--project", "office")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Average handling time\n")
    assert "* path: End difficult calls early" in ran.out


def test_without_a_metric_the_whole_project_is_drawn(cli: Cli, office: Path) -> None:
    told = json.loads(cli("graph", "--project", "office", "--format", "json").out)
    assert told["focus"] == ""
    assert len([n for n in told["nodes"] if n["kind"] == "metric"]) == 5


def test_without_a_path_the_current_folder_is_the_project(cli: Cli, office: Path) -> None:
    assert cli("graph", "aht").out == cli("graph", "aht", "--project", ".").out


def test_the_id_of_a_report_is_taken_as_well(cli: Cli, office: Path) -> None:
    assert cli("graph", "metric:aht").out == cli("graph", "aht").out


def test_the_view_is_passed_on(cli: Cli, office: Path) -> None:
    told = json.loads(cli("graph", "aht", "--view", "stated", "--format", "json").out)
    assert told["view"] == "stated"
    assert all("stated" in e["views"] for e in told["edges"])


def test_a_finding_is_drawn_by_its_fingerprint_or_the_beginning_of_it(cli: Cli, office: Path) -> None:
    report = json.loads(cli("check", "office", "--format", "json", "--today", "2026-11-25").out)
    finding = max(report["findings"], key=lambda f: len(f["path"]))
    told = json.loads(cli("graph", finding["fingerprint"], "--format", "json", "--today", "2026-11-25").out)
    assert told["summary"] == finding["message"]
    assert told["path"] == finding["path"]
    short = cli("graph", finding["fingerprint"][:-2], "--format", "json", "--today", "2026-11-25")
    assert json.loads(short.out) == told


@pytest.mark.parametrize("format_", FORMATS)
def test_the_strip_is_the_path_alone(cli: Cli, office: Path, format_: str) -> None:
    ran = cli("graph", "aht", "--strip", "--format", format_)
    assert (ran.code, ran.err) == (0, "")
    assert "Monthly scorecard" in " ".join(ran.out.replace("\\n", " ").split())
    assert "Wallboard" not in ran.out


def test_where_no_path_is_there_is_no_strip(cli: Cli, office: Path) -> None:
    ran = cli("graph", "csat", "--strip", "--view", "stated")
    assert ran == (2, "", "error: no path to show. In this view no path leads from this number to a consequence.\n")


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_is_written_to_a_file(cli: Cli, office: Path, tmp_path: Path, format_: str) -> None:
    ran = cli("graph", "aht", "--format", format_, "--output", "picture")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (tmp_path / "picture").read_text(encoding="utf-8") == cli("graph", "aht", "--format", format_).out


def test_the_help_names_every_format(cli: Cli) -> None:
    assert ", ".join(FORMATS) in cli("graph", "--help").out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["ahd"], 'error: no metric "ahd": did you mean "aht"?\n'),
        (["qqqqqq"], 'error: no metric "qqqqqq"; there are aht, calls, csat, fcr, index\n'),
        (["wall"], 'error: "wall" is no metric: metrics, findings and projects are drawn; try `metriclint why wall`\n'),
        (["a\x1b[31m\nb"], 'error: no metric "a [31m b"; there are aht, calls, csat, fcr, index\n'),
        (["q" * 9000], f'error: no metric "{"q" * 79}…"; there are aht, calls, csat, fcr, index\n'),
        (["--strip"], "error: --strip shows the path of a metric or a finding: name one\n"),
        (["aht", "-o", "no/x"], "error: no/x cannot be written: no such file or directory\n"),
        (["office"], 'error: "office" is a path and no metric: metriclint graph --project office\n'),
        (
            ["ml1:ffffffffffffffff"],
            'error: no finding has the fingerprint "ml1:ffffffffffffffff"; '
            "`metriclint check --format json` lists them\n",
        ),
        (["--format", "png"], 'error: unknown format "png"; there are text, mermaid, dot, graphml, json, svg\n'),
        (["--today", "now"], 'error: --today "now" is no date: write it as 2027-02-28\n'),
    ],
)
def test_what_is_wrong_is_said_in_one_line(cli: Cli, office: Path, args: list[str], message: str) -> None:
    assert cli("graph", *args) == (2, "", message)


def test_a_fingerprint_that_several_findings_begin_with_is_too_short(cli: Cli, office: Path) -> None:
    ran = cli("graph", "ml1:")
    assert ran.code == 2
    assert 'findings have a fingerprint that begins with "ml1:"; write more of it' in ran.err


def test_a_metric_of_several_projects_needs_a_choice(cli: Cli, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "tokenmaxxing", tmp_path / "stages")
    ran = cli("graph", "ai-tokens", "--project", "stages")
    assert ran.code == 2
    assert 'metric "ai-tokens" could be of 3 projects (stages/1-leaderboard, stages/2-restricted' in ran.err
    assert cli("graph", "ai-tokens", "--project", "stages/2-restricted").code == 0


def test_a_broken_document_is_exit_2_and_nothing_is_written(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("bad.yaml", "metriclint: 1\nmetrics: {x: {titel: A}}\n")
    ran = cli("graph", "x", "--output", "picture.svg", "--format", "svg")
    assert ran.code == 2
    assert 'unknown key "titel"' in ran.err
    assert not (tmp_path / "picture.svg").exists()


def test_an_id_that_would_be_syntax_is_refused_where_it_is_declared(cli: Cli, write: Write) -> None:
    write("bad.yaml", """metriclint: 1\nmetrics: {'a"]; b': {title: A}}\n""")
    ran = cli("graph", "--format", "dot")
    assert (ran.code, ran.out) == (2, "")
    assert "bad.yaml:2:11" in ran.err


def complete(*words: str) -> list[str]:
    """What a shell is offered for the last of the words of a call."""
    *args, incomplete = words
    completion = ShellComplete(app, {}, "metriclint", "_METRICLINT_COMPLETE")
    return [item.value for item in completion.get_completions(["graph", *args], incomplete)]


def test_ids_are_completed_in_the_shell(cli: Cli, office: Path) -> None:
    assert complete("") == ["aht", "calls", "csat", "fcr", "index"]
    assert complete("--project", "office", "c") == ["calls", "csat"]
    fingerprints = complete("ml1:")
    assert fingerprints and all(cli("graph", f).code == 0 for f in fingerprints[:2])
    assert complete(fingerprints[0][:-1]) == [fingerprints[0]]
    assert complete("--project", "nowhere", "") == complete("--today", "soon", "ml1:") == []


def test_an_empty_folder_is_exit_3(cli: Cli) -> None:
    ran = cli("graph", "x")
    assert ran.code == 3
    assert ran.err.startswith("nothing to check")


def test_without_graphviz_other_formats_work_and_svg_says_what_to_install(
    cli: Cli, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    ran = cli("graph", "aht", "--format", "svg", "--output", "picture.svg")
    assert ran.code == 2
    assert ran.err.startswith("error: SVG pictures need Graphviz: pip install 'metriclint[pictures]'")
    assert not (tmp_path / "picture.svg").exists()
    assert cli("graph", "aht", "--format", "mermaid").code == 0


PROGRAM = """
import sys
from metriclint.cli.app import app
for format_ in sys.argv[1:]:
    app(["graph", "--format", format_], standalone_mode=False)
    app(["graph", "aht", "--strip", "--format", format_], standalone_mode=False)
"""


@pytest.mark.parametrize("seed", ["0", "1"])
def test_pictures_depend_neither_on_hashes_nor_on_fonts_nor_on_the_language(
    cli: Cli, office: Path, tmp_path: Path, seed: str
) -> None:
    here = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed, "LC_ALL": "de_DE.UTF-8", "HOME": str(tmp_path)}
    no_fonts = {"FONTCONFIG_FILE": "/dev/null", "FONTCONFIG_PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-X", "utf8", "-c", PROGRAM, *FORMATS]
    ended = subprocess.run(command, cwd=tmp_path, env=here | no_fonts, capture_output=True, check=True)
    told = [cli("graph", *args, "--format", f).out for f in FORMATS for args in ((), ("aht", "--strip"))]
    assert ended.stdout.decode("utf-8") == "".join(told)
    assert ended.stderr == b""


@pytest.mark.parametrize(("format_", "heavy"), [("text", set()), ("svg", {"pygraphviz"}), ("graphml", {"networkx"})])
def test_a_format_imports_only_what_it_needs(office: Path, tmp_path: Path, format_: str, heavy: set[str]) -> None:
    code, loaded = modules(tmp_path, "graph", "aht", "--format", format_)
    assert code == 0
    assert loaded & {"pygraphviz", "networkx", "numpy", "jsonschema", "cel_expr_python"} == heavy
