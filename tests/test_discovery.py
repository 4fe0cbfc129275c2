"""Which files are documents, and which of them make one project."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cards import QUIET, RANKED
from conftest import Cli, Ran, Write

import metriclint
from metriclint.model.config import Config
from metriclint.sources.load import Loaded, load

BOARD = "metriclint: 1\nboards: {wall: {title: Wall, audience: org, identified: true, ranked: true}}\n"
USER = "metriclint: 1\nmetrics: {tokens: {title: Tokens, kind: activity, visibility: wall}}\n"


def card(id_: str) -> str:
    return f"metriclint: 1\nmetrics: {{{id_}: {{title: {id_}}}}}\n"


def ids(loaded: Loaded) -> dict[str, list[str]]:
    """Metric ids of every project, by the project's name."""
    assert not loaded.problems, loaded.problems
    return {p.name: sorted(p.metrics) for p in loaded.projects}


def report(ran: Ran) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(ran.out)
    return value


def test_without_a_configuration_all_given_paths_make_one_project(write: Write, tmp_path: Path) -> None:
    write("boards/wall.yaml", BOARD)
    write("cards/tokens.yaml", USER)
    assert ids(load(["boards", "cards/tokens.yaml"], tmp_path)) == {"": ["tokens"]}
    assert [p.message for p in load(["cards"], tmp_path).problems] == [
        'unknown board "wall": this project declares no boards'
    ]


def test_the_nearest_configuration_makes_the_project(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", "")
    write("a.yaml", card("outer"))
    write("inner/metriclint.toml", "")
    write("inner/deep/b.yaml", card("inner"))
    assert ids(load(["."], tmp_path)) == {".": ["outer"], "inner": ["inner"]}


def test_one_id_in_two_projects_is_no_conflict_and_is_unknown_to_the_other(write: Write, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(f"{name}/metriclint.toml", "")
        write(f"{name}/a.yaml", card("same"))
    assert ids(load(["one", "two"], tmp_path)) == {"one": ["same"], "two": ["same"]}
    write("one/wall.yaml", BOARD)
    write("two/user.yaml", USER)
    assert [(p.path, p.message[:20]) for p in load(["one", "two"], tmp_path).problems] == [
        ("two/user.yaml", 'unknown board "wall"')
    ]


def test_one_report_covers_several_projects(cli: Cli, write: Write) -> None:
    for name in ("one", "two"):
        write(f"{name}/metriclint.toml", "")
        write(f"{name}/a.yaml", RANKED)
    found = report(cli("check", "one", "two", "--format", "json"))
    assert found["summary"]["metrics"] == 2
    assert {f["project"] for f in found["findings"]} == {"one", "two"}


@pytest.mark.parametrize(
    ("text", "project"),
    [
        ("[tool.metriclint]\n", "sub"),
        ('[tool.metriclint.severity]\nno-counter-metric = "note"\n', "sub"),
        ('tool.metriclint.fail_on = "note"\n', "sub"),
        ("[tool.other]\n", ""),
        ("[tool.metriclint-helper]\n", ""),
        ('[project]\nname = "metriclint"\n', ""),
        ("this is broken", ""),
    ],
)
def test_a_pyproject_makes_a_project_only_with_its_table(write: Write, tmp_path: Path, text: str, project: str) -> None:
    write("sub/pyproject.toml", text)
    write("sub/a.yaml", card("a"))
    assert ids(load(["sub"], tmp_path)) == {project: ["a"]}


def test_a_broken_pyproject_with_the_table_is_a_problem(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[tool.metriclint]\npaths = \n")
    write("a.yaml", card("a"))
    (problem,) = load(["."], tmp_path).problems
    assert (problem.path, problem.line) == ("pyproject.toml", 2)


def test_metriclint_toml_goes_before_pyproject(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", '[tool.metriclint]\nfail_on = "note"\n')
    write("metriclint.toml", 'fail_on = "never"\n')
    write("a.yaml", card("a"))
    assert load(["."], tmp_path).projects[0].config.fail_on == "never"


def test_one_file_of_a_project_is_checked_with_the_ids_of_the_whole(cli: Cli, write: Write) -> None:
    write("p/metriclint.toml", "")
    write("p/wall.yaml", BOARD)
    write("p/ranked.yaml", RANKED)
    write("p/tokens.yaml", USER)
    whole = report(cli("check", "p", "--format", "json"))
    assert {f["metric"] for f in whole["findings"]} == {"ai-tokens", "tokens"}
    part = report(cli("check", "p/tokens.yaml", "--format", "json"))
    assert part["errors"] == []
    assert {f["metric"] for f in part["findings"]} == {"tokens"}
    assert part["summary"]["metrics"] == 1
    assert part["summary"]["reported"] + part["summary"]["filtered"] == whole["summary"]["reported"]


def test_an_error_elsewhere_in_the_project_is_not_hidden(cli: Cli, write: Write) -> None:
    write("p/metriclint.toml", "")
    write("p/a.yaml", card("a"))
    write("p/b.yaml", "metriclint: one\n")
    ran = cli("check", "p/a.yaml")
    assert ran.code == 2
    assert "p/b.yaml:1:1" in ran.err


@pytest.mark.parametrize(
    "given", [["p/metrics"], ["{here}/p/metrics"], ["p/metrics/../metrics/a.yaml", "p"], ["p", "./p"]]
)
def test_a_file_counts_once_however_it_is_named(write: Write, tmp_path: Path, given: list[str]) -> None:
    write("p/metriclint.toml", "")
    write("p/metrics/a.yaml", card("a"))
    loaded = load([path.format(here=tmp_path) for path in given], tmp_path)
    assert ids(loaded) == {"p": ["a"]}
    assert list(loaded.projects[0].texts) == ["p/metrics/a.yaml"]


def test_a_path_that_leads_up_is_shown_as_it_was_written(write: Write, tmp_path: Path) -> None:
    write("p/metriclint.toml", "")
    write("p/metrics/a.yaml", card("a"))
    (tmp_path / "p" / "sub").mkdir()
    loaded = load(["../metrics"], tmp_path / "p" / "sub")
    assert list(ids(loaded).values()) == [["a"]]
    assert list(loaded.projects[0].texts) == ["../metrics/a.yaml"]


def test_the_working_folder_may_be_relative(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("p/metriclint.toml", "")
    write("p/a.yaml", RANKED)
    monkeypatch.chdir(tmp_path)
    found = metriclint.check(["a.yaml"], cwd="p", today="2026-11-25")
    assert found.summary.metrics == 1
    assert {f.location.path for f in found.findings} == {"a.yaml"}


# What is looked at without paths


def test_without_paths_the_configured_ones_are_checked(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", 'paths = ["metrics/", "extra.yaml"]')
    write("metrics/a.yaml", card("a"))
    write("extra.yaml", card("b"))
    write("drafts/c.yaml", card("c"))
    assert ids(load([], tmp_path)) == {".": ["a", "b"]}
    assert "2 metrics checked" in cli("check").out


def test_without_paths_a_folder_below_checks_the_project_around_it(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", 'paths = ["metrics/"]')
    write("metrics/a.yaml", card("a"))
    write("sub/c.yaml", card("c"))
    assert list(ids(load([], tmp_path / "sub")).values()) == [["a"]]


def test_without_paths_and_configuration_the_working_folder_is_checked(write: Write, tmp_path: Path) -> None:
    write("x/a.yaml", card("a"))
    write("b.yml", card("b"))
    write("c.json", json.dumps({"metriclint": 1, "metrics": {"c": {"title": "😀"}}}))
    assert ids(load([], tmp_path)) == {"": ["a", "b", "c"]}


def test_settings_that_are_given_stand_for_the_files(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", "this is broken")
    write("metrics/a.yaml", card("a"))
    write("drafts/b.yaml", card("b"))
    assert ids(load([], tmp_path, config=Config(paths=["metrics"]))) == {".": ["a"]}


# What is passed by


def test_files_without_the_key_are_passed_by_and_said(cli: Cli, write: Write) -> None:
    write("a.yaml", QUIET)
    write("compose.yaml", "services: {web: {image: nginx}}\n")
    ran = cli("check", ".")
    assert ran.code == 0
    assert "compose.yaml does not begin with `metriclint: 1` and was skipped" in ran.out
    write("broken.yaml", "{{ a template }}: [\n")
    said = "2 YAML or JSON files do not begin with `metriclint: 1` and were skipped (broken.yaml, …)"
    assert said in cli("check", ".").out
    found = report(cli("check", ".", "--format", "json"))
    assert [n["message"] for n in found["notices"] if "skipped" in n["message"]]


def test_an_empty_json_file_on_the_way_is_the_report_that_is_being_written(cli: Cli, write: Write) -> None:
    write("a.yaml", USER)
    write("wall.yaml", BOARD)
    write("report.json", "")
    ran = cli("check", "--fail-on", "never")
    assert ran.code == 0
    assert "report.json does not begin with `metriclint: 1` and was skipped" in ran.out
    assert "report.json:1:1: the file is empty" in cli("check", "report.json").err


def test_a_file_that_is_named_must_be_a_document(cli: Cli, write: Write) -> None:
    write("compose.yaml", "services: {}\n")
    ran = cli("check", "compose.yaml")
    assert ran.code == 2
    assert 'compose.yaml:1:1: "metriclint" is missing' in ran.err


@pytest.mark.parametrize(
    "text",
    [
        "example: |\n  metriclint: 1\n  metrics: {}\n",
        "- metriclint: 1\n",
        "config: {metriclint: 1}\n",
        '{"data": {"metriclint": 1}}\n',
        "metriclint:\n  script: [metriclint check]\n",
        "spec: {inputs: {}}\n---\nmetriclint:\n  stage: test\n",
    ],
)
def test_a_file_that_has_the_key_only_inside_belongs_to_somebody_else(write: Write, tmp_path: Path, text: str) -> None:
    write("a.yaml", card("a"))
    write("other.yaml", text)
    loaded = load(["."], tmp_path)
    assert ids(loaded) == {"": ["a"]}
    assert loaded.skipped == ["other.yaml"]


@pytest.mark.parametrize("text", ["metriclint: {version: 1}\nmetrics: {}\n", "metriclint: one\n"])
def test_a_wrong_version_is_told_all_the_same(cli: Cli, write: Write, text: str) -> None:
    write("a.yaml", text)
    ran = cli("check")
    assert ran.code == 2
    assert "error: a.yaml:1:1: " in ran.err


def test_an_empty_path_is_no_folder(cli: Cli, write: Write) -> None:
    write("a.yaml", QUIET)
    ran = cli("check", "")
    assert ran.code == 2
    assert 'error: "": names no file or folder' in ran.err


def test_rule_packs_of_a_project_are_no_documents(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", 'packs = ["house"]')
    write("a.yaml", card("a"))
    write("house/some/long-rule.yaml", "metriclint: 1\n")
    loaded = load(["."], tmp_path)
    assert ids(loaded) == {".": ["a"]}
    assert loaded.skipped == []


@pytest.mark.parametrize("folder", [".hidden", "node_modules", "__pycache__", "venv", "a/.git"])
def test_hidden_and_foreign_folders_are_not_entered_unless_named(write: Write, tmp_path: Path, folder: str) -> None:
    write("a/a.yaml", card("a"))
    write(f"{folder}/b.yaml", card("b"))
    assert ids(load(["."], tmp_path)) == {"": ["a"]}
    assert ids(load([folder], tmp_path)) == {"": ["b"]}


def test_hidden_files_and_other_suffixes_are_read_only_if_named(write: Write, tmp_path: Path) -> None:
    write("a.yaml", card("a"))
    write(".b.yaml", card("b"))
    write("c.txt", card("c"))
    assert ids(load(["."], tmp_path)) == {"": ["a"]}
    assert ids(load([".b.yaml", "c.txt"], tmp_path)) == {"": ["b", "c"]}


def test_a_link_to_a_folder_is_not_followed_on_the_way_but_may_be_named(write: Write, tmp_path: Path) -> None:
    write("real/a.yaml", card("a"))
    (tmp_path / "walked").mkdir()
    (tmp_path / "walked" / "link").symlink_to(tmp_path / "real")
    assert load(["walked"], tmp_path).documents == 0
    assert ids(load(["walked/link"], tmp_path)) == {"": ["a"]}


def test_folders_a_thousand_deep_are_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(1_200):
        os.mkdir("d")  # noqa: PTH102
        os.chdir("d")
    Path("a.yaml").write_text(card("a"), encoding="utf-8")
    try:
        assert ids(load(["."], tmp_path)) == {"": ["a"]}
    finally:  # from below: shutil.rmtree would run into the limit of recursion
        Path("a.yaml").unlink()
        for _ in range(1_200):
            os.chdir("..")
            os.rmdir("d")  # noqa: PTH106


@pytest.mark.skipif(os.name == "nt", reason="names are bytes only elsewhere")
def test_a_name_that_is_no_text_is_shown_escaped(cli: Cli, tmp_path: Path) -> None:
    name = os.fsdecode(b"k\xf6ln.yaml")
    try:
        (tmp_path / name).write_text(RANKED.replace("\n    ", "\n"), encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    found = report(cli("check", ".", "--format", "json"))
    assert {f["location"]["path"] for f in found["findings"]} == {"k\\xf6ln.yaml"}


# Standard input


def test_standard_input_replaces_the_file_that_it_stands_for(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("p/metriclint.toml", "")
    write("p/wall.yaml", BOARD)
    write("p/tokens.yaml", "metriclint: broken on disk\n")
    for name in ("p/tokens.yaml", "./p/../p/tokens.yaml", str(tmp_path / "p" / "tokens.yaml")):
        ran = cli("check", "-", "--stdin-filename", name, "--format", "json", stdin=USER.encode())
        found = report(ran)
        assert found["errors"] == []
        assert {f["location"]["path"] for f in found["findings"]} <= {"p/tokens.yaml", "p/wall.yaml"}
        assert {f["metric"] for f in found["findings"]} == {"tokens"}
    assert (tmp_path / "p" / "tokens.yaml").read_text() == "metriclint: broken on disk\n"


def test_standard_input_replaces_a_file_that_is_given_as_well(cli: Cli, write: Write) -> None:
    write("a.yaml", "metriclint: broken on disk\n")
    write("wall.yaml", BOARD)
    assert cli("check", "-", ".", "--stdin-filename", "a.yaml", "--fail-on", "never", stdin=USER.encode()).code == 0


def test_errors_of_standard_input_carry_its_name(cli: Cli) -> None:
    ran = cli("check", "-", "--stdin-filename", "metrics/a.yaml", stdin=b"metriclint: 1\nmetrics: {a: {titel: A}}\n")
    assert ran.code == 2
    assert 'metrics/a.yaml:2:15: unknown key "titel"' in ran.err
    assert "stdin.yaml:1:1: not UTF-8" in cli("check", "-", stdin=b"\xc3").err
    assert "stdin.yaml:1:1: the file is empty" in cli("check", "-", stdin=b"").err
