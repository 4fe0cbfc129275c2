"""The documented example: many repositories with Dask, merged into one report."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TODAY

pytest.importorskip("dask")
CASES = ("lines-of-code", "sound-team-metrics", "wells-fargo")


@pytest.fixture
def repositories(tmp_path: Path) -> Path:
    for name in CASES:
        shutil.copytree(ROOT / "examples" / name, tmp_path / name)
        (tmp_path / name / "metriclint.toml").touch()
    return tmp_path


def merged(folder: Path, code: int) -> dict[str, object]:
    script = ROOT / "docs" / "check_many.py"
    command = [sys.executable, script, folder, "--today", TODAY]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == code, ran.stderr
    report: dict[str, object] = json.loads(ran.stdout)
    return report


def test_the_merged_report_says_what_one_check_of_all_says(repositories: Path) -> None:
    command = [sys.executable, "-m", "metriclint", "check", ".", "--format", "json", "--today", TODAY]
    ran = subprocess.run(command, cwd=repositories, capture_output=True, text=True, check=False)
    one = json.loads(ran.stdout)
    many = merged(repositories, 1)
    assert many["summary"] == one["summary"]
    assert many["findings"] == one["findings"]
    assert many["undecided"] == one["undecided"]


def test_the_merged_report_keeps_the_published_schema(repositories: Path) -> None:
    import jsonschema

    schema = json.loads((ROOT / "docs" / "schema" / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(merged(repositories, 1), schema)


def test_the_number_of_processes_changes_no_byte(repositories: Path) -> None:
    script = ROOT / "docs" / "check_many.py"
    command = [sys.executable, script, repositories, "--today", TODAY]
    outputs = set()
    for workers in (1, 2, 3):
        environment = {**os.environ, "DASK_NUM_WORKERS": str(workers)}
        outputs.add(subprocess.run(command, env=environment, capture_output=True, check=False).stdout)
    (output,) = outputs
    assert json.loads(output)["summary"]["documents"] > len(CASES)


def test_what_is_wrong_in_one_repository_is_told_and_the_others_are_checked(repositories: Path) -> None:
    (repositories / "wells-fargo" / "broken.yaml").write_text("metriclint: 1\nmetrics: {a: {titel: A}}\n", "utf-8")
    (repositories / "lines-of-code" / "metriclint.toml").write_text('select = ["NONE"]\n', "utf-8")
    report = merged(repositories, 2)
    errors = report["errors"]
    assert isinstance(errors, list)
    assert {Path(e["path"]).parts[0] for e in errors} == {"wells-fargo", "lines-of-code"}
    assert report["summary"]["metrics"] > 0  # type: ignore[index]


def test_a_folder_without_repositories_is_told(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "docs" / "check_many.py", tmp_path], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (3, f"no folders in {tmp_path}\n")
