"""The examples that come with metriclint: each loads, and shows what its description says."""

import functools
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, TODAY

import metriclint
from metriclint.sources.load import load

EXAMPLES = ROOT / "examples"
PROJECTS = sorted(f.parent.relative_to(EXAMPLES).as_posix() for f in EXAMPLES.rglob("metriclint.toml"))
DOCUMENTS = sorted(f.relative_to(ROOT).as_posix() for f in EXAMPLES.rglob("*.yaml") if f.name != "labels.yaml")
SOUND = ("tokenmaxxing/3-redesigned", "sound-team-metrics")


@functools.cache
def check(project: str) -> metriclint.Report:
    return metriclint.check(["."], cwd=EXAMPLES / project, today=TODAY)


def serious(project: str) -> dict[str, metriclint.Finding]:
    return {f.code: f for f in check(project).findings if f.severity in ("error", "warning")}


def test_the_folders_are_those_that_the_readme_of_the_examples_lists() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    listed = [line.split("`")[1].rstrip("/") for line in text.splitlines() if line.startswith("| `")]
    assert sorted(listed) == PROJECTS


@pytest.mark.parametrize("project", PROJECTS)
def test_an_example_loads_whole(project: str) -> None:
    report = check(project)
    assert report.errors == []
    expected = len([d for d in DOCUMENTS if d.startswith(f"examples/{project}/")])
    assert report.summary.documents == expected
    assert [n.message for n in report.notices if "is declared nowhere" in n.message] == []


@pytest.mark.parametrize("project", [p for p in PROJECTS if p not in (*SOUND, "cases")])
def test_an_example_of_a_risky_design_has_an_error(project: str) -> None:
    assert any(f.severity == "error" for f in serious(project).values())


@pytest.mark.parametrize("project", SOUND)
def test_a_sound_example_has_nothing_above_a_note(project: str) -> None:
    assert serious(project) == {}


def test_the_first_stage_has_the_board_and_the_broken_promise() -> None:
    codes = serious("tokenmaxxing/1-leaderboard")
    assert codes["VIS301"].severity == codes["REV402"].severity == "error"


def test_the_second_stage_lost_the_board_and_kept_the_path_to_the_rating() -> None:
    codes = serious("tokenmaxxing/2-restricted")
    assert "VIS301" not in codes
    promise = codes["REV402"]
    assert promise.severity == "error"
    nodes = [step.node for step in promise.path]
    assert nodes[0] == "metric:ai-tokens"
    assert "decision:performance-review" in nodes
    last = promise.path[-1]
    assert (last.kind, last.verb, last.title) == ("consequence", "leads to", "the performance rating")
    assert all(step.location is not None for step in promise.path)


def test_the_second_stage_differs_from_the_first_in_one_file() -> None:
    first, second = EXAMPLES / "tokenmaxxing/1-leaderboard", EXAMPLES / "tokenmaxxing/2-restricted"
    assert sorted(f.name for f in first.iterdir()) == sorted(f.name for f in second.iterdir())
    changed = [f.name for f in first.iterdir() if f.read_bytes() != (second / f.name).read_bytes()]
    assert changed == ["visibility.yaml"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_its_schema_for_editors(document: str) -> None:
    file = ROOT / document
    mark, _, target = file.read_text(encoding="utf-8").partition("\n")[0].partition("$schema=")
    assert mark == "# yaml-language-server: "
    assert not Path(target).is_absolute()
    assert (file.parent / target).resolve() == ROOT / "docs" / "schema" / "document.json"
    assert (file.parent / target).is_file()


def test_the_cases_and_their_labels_have_the_same_names() -> None:
    labels = yaml.safe_load((EXAMPLES / "cases/labels.yaml").read_text(encoding="utf-8"))
    files = {f.stem: f for f in (EXAMPLES / "cases").glob("*.yaml") if f.name != "labels.yaml"}
    assert sorted(files) == sorted(labels)
    assert len(files) == 58
    for name, file in files.items():
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert list(document["metrics"]) == [name]


def test_the_repository_as_a_whole_can_be_read_as_a_newcomer_does_who_names_no_path() -> None:
    assert load([], here=ROOT).problems == []
