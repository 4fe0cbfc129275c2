"""The Python interface: ``metriclint.check`` and the names beside it."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
from cards import BROKEN, QUIET, RANKED
from conftest import ROOT, TODAY, Write

import metriclint


def test_check_takes_files_and_folders(write: Write, tmp_path: Path) -> None:
    file = write("a/metrics.yaml", RANKED)
    write("b/metrics.yaml", QUIET)
    for paths in ([file], [str(file)], [file.parent]):
        report = metriclint.check(paths, cwd=tmp_path, today=TODAY)
        assert isinstance(report, metriclint.Report)
        assert "VIS301" in {f.code for f in report.findings}
        assert report.summary.documents == 1
        assert all(isinstance(f, metriclint.Finding) for f in report.findings)


def test_paths_are_relative_to_cwd_also_where_that_is_relative(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("project/metriclint.toml", "")
    write("project/metrics.yaml", RANKED)
    monkeypatch.chdir(tmp_path)
    for cwd in ("project", Path("project"), tmp_path / "project"):
        report = metriclint.check(["."], cwd=cwd)
        assert report.errors == []
        assert {f.location.path for f in report.findings} == {"metrics.yaml"}


def test_without_paths_the_configured_ones_are_taken(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", 'paths = ["cards"]\n')
    write("cards/metrics.yaml", QUIET)
    write("drafts/metrics.yaml", RANKED)
    configured = metriclint.check(cwd=tmp_path)
    assert configured.findings == []
    assert configured.summary.metrics == 1


def test_a_configuration_replaces_the_files(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", 'select = ["CTR501"]\n')
    write("metrics.yaml", RANKED)
    own = metriclint.Config(select=["VIS301"], severity={"ranked-activity-board": "note"})
    by_file = metriclint.check(["."], cwd=tmp_path)
    by_object = metriclint.check(["."], own, cwd=tmp_path)
    assert {f.code for f in by_file.findings} == {"CTR501"}
    assert [(f.code, f.severity) for f in by_object.findings] == [("VIS301", "note")]


def test_packs_are_looked_for_beside_the_configuration_of_cwd(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", 'packs = ["nowhere"]\n')
    write("metrics.yaml", RANKED)
    with pytest.raises(metriclint.ProblemError, match="no such rule folder") as caught:
        metriclint.check(["."], cwd=tmp_path)
    assert caught.value.problems[0].path == (tmp_path / "nowhere").as_posix()


def test_errors_of_the_input_are_in_the_report(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", BROKEN)
    write("good.yaml", RANKED)
    report = metriclint.check(["."], cwd=tmp_path)
    assert report.findings == []
    assert ("metrics.yaml", 4, 5) in {(e.path, e.line, e.column) for e in report.errors}
    assert len(report.errors) == 3


def test_select_and_ignore_work_as_on_the_command_line(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    report = metriclint.check(["."], cwd=tmp_path, select=["VIS", "CTR501"], ignore=["VIS301"])
    codes = {f.code for f in report.findings}
    assert "CTR501" in codes and "VIS301" not in codes
    assert report.summary.filtered > 0


def test_an_unknown_selection_raises_with_every_problem(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    with pytest.raises(metriclint.ProblemError) as caught:
        metriclint.check(["."], cwd=tmp_path, select=["VIS31"], ignore=["nonsense"])
    assert [(p.path, p.suggestion) for p in caught.value.problems] == [("--select", "VIS301"), ("--ignore", "")]
    assert all(isinstance(p, metriclint.Problem) for p in caught.value.problems)
    assert 'unknown rule or family "VIS31"' in str(caught.value)


def test_an_unknown_selection_raises_with_the_problems_of_the_input(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", BROKEN)
    with pytest.raises(metriclint.ProblemError) as caught:
        metriclint.check(["."], cwd=tmp_path, select=["VIS31"])
    assert [p.path for p in caught.value.problems] == ["metrics.yaml"] * 3 + ["--select"]


def test_a_malformed_date_raises(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", QUIET)
    with pytest.raises(ValueError, match="tomorrow"):
        metriclint.check(["."], cwd=tmp_path, today="tomorrow")


def test_a_finding_cannot_be_changed() -> None:
    report = metriclint.check(["."], cwd=ROOT / "examples/wells-fargo", today=TODAY)
    with pytest.raises(AttributeError):
        report.findings[0].severity = "info"  # type: ignore[misc]


def test_at_or_above_follows_the_ladder(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    config = metriclint.Config(select=["VIS301"], severity={"VIS301": "note"})
    report = metriclint.check(["."], config, cwd=tmp_path)
    levels = ("info", "note", "warning", "error", "never")
    assert [report.at_or_above(level) for level in levels] == [True, True, False, False, False]


def test_public_names_exist_and_others_do_not() -> None:
    for name in metriclint.__all__:
        assert getattr(metriclint, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        _ = metriclint.nonsense
    assert metriclint.__version__ == importlib.metadata.version("metriclint")


def test_importing_metriclint_loads_nothing_heavy() -> None:
    code = "import sys, metriclint; print(sorted(m for m in sys.modules if m.startswith('metriclint')))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "['metriclint', 'metriclint.version']\n"


def test_the_package_is_marked_as_typed() -> None:
    assert (Path(metriclint.__file__).parent / "py.typed").is_file()
