"""The same input gives the same bytes: whatever the hash seed, the order of files and the order of paths."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TODAY, Cli
from estates import estate

FORMATS = ("text", "json")


def check(folder: Path, seed: int, *args: str) -> bytes:
    command = [sys.executable, "-m", "metriclint", "check", *args, "--today", TODAY]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert ran.returncode == 1, ran.stderr.decode()
    return ran.stdout


@pytest.mark.parametrize("format_", FORMATS)
def test_the_hash_seed_changes_no_byte(format_: str) -> None:
    outputs = {check(ROOT, seed, "examples", "--format", format_) for seed in (0, 1, 2)}
    assert len(outputs) == 1


@pytest.mark.parametrize("format_", FORMATS)
def test_the_order_in_which_files_are_made_and_named_changes_no_byte(tmp_path: Path, format_: str) -> None:
    source = ROOT / "examples" / "wells-fargo"
    names = sorted(f.name for f in source.iterdir())
    outputs = set()
    for seed in range(3):
        order = random.Random(seed).sample(names, len(names))
        folder = tmp_path / str(seed)
        folder.mkdir()
        for name in order:
            shutil.copyfile(source / name, folder / name)
        outputs.add(check(folder, seed, "--format", format_))
        outputs.add(check(folder, seed, *(n for n in order if n.endswith(".yaml")), "--format", format_))
    assert len(outputs) == 1


@pytest.mark.parametrize("format_", FORMATS)
def test_rules_read_beside_a_large_file_change_no_byte(tmp_path: Path, format_: str) -> None:
    file = tmp_path / "folder" / "large.yaml"
    file.parent.mkdir()
    file.write_text(estate(1_800), encoding="utf-8")
    assert file.stat().st_size > 1_000_000
    arguments = ("--no-cache", "--format", format_)
    # A folder is not looked into beforehand, so nothing is read beside what lies in it.
    assert check(tmp_path, 0, "folder/large.yaml", *arguments) == check(tmp_path, 0, "folder", *arguments)


def test_two_runs_in_one_process_are_equal(cli: Cli, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "cases", tmp_path / "cases")
    assert cli("check", "cases", "--format", "json").out == cli("check", "cases", "--format", "json").out


def test_findings_and_questions_are_sorted_by_place(cli: Cli, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    report = json.loads(cli("check", "examples", "--format", "json").out)
    order = [
        (f["location"]["path"], f["location"]["line"], f["location"]["column"], f["code"], f["metric"])
        for f in report["findings"]
    ]
    assert len(order) > 400
    assert order == sorted(order)
    questions = [(u["location"]["path"], u["location"]["line"], u["metric"]) for u in report["undecided"]]
    assert questions == sorted(questions)
