"""What a small check imports. Counted in modules, not in seconds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cards import QUIET, RANKED
from conftest import Write

HEAVY = {"networkx", "rich", "jsonschema", "pydantic", "typer", "numpy"}
FORMATS = ("text", "json")
CODE = """
import json, sys
from metriclint.cli.app import app
try:
    app(sys.argv[1:])
except SystemExit as end:
    print(json.dumps({"code": end.code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


def modules(folder: Path, *args: str) -> tuple[int, set[str]]:
    """Exit code of a command in a fresh interpreter, and the modules that it imported."""
    command = [sys.executable, "-c", CODE, *args]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    told = json.loads(ran.stderr.splitlines()[-1])
    return told["code"], set(told["modules"])


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("document", "code"), [(RANKED, 1), (QUIET, 0)])
def test_a_small_check_imports_nothing_heavy(
    write: Write, tmp_path: Path, document: str, code: int, format_: str
) -> None:
    write("metrics.yaml", document)
    ended, loaded = modules(tmp_path, "check", "metrics.yaml", "--format", format_)
    assert ended == code
    assert "metriclint.findings.report" in loaded
    assert HEAVY & loaded == set()


@pytest.mark.parametrize("format_", FORMATS)
def test_only_the_format_that_is_asked_for_is_imported(write: Write, tmp_path: Path, format_: str) -> None:
    write("metrics.yaml", RANKED)
    _, loaded = modules(tmp_path, "check", "metrics.yaml", "--format", format_)
    reports = {m.rpartition(".")[2] for m in loaded if m.startswith("metriclint.reports.")}
    assert reports - {"formats", "terminal"} == {format_}


def test_only_the_command_that_is_asked_for_is_imported(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    _, loaded = modules(tmp_path, "check", "metrics.yaml")
    commands = {m.rpartition(".")[2] for m in loaded if m.startswith("metriclint.cli.")}
    assert commands == {"app", "check", "output", "progress", "replay"}
    assert not loaded & {"metriclint.rules.page", "metriclint.selftest", "metriclint.schemas", "metriclint.api"}


def test_help_and_version_import_no_rules(tmp_path: Path) -> None:
    for flag in ("--help", "--version"):
        code, loaded = modules(tmp_path, flag)
        assert code == 0
        assert not any(m.startswith(("metriclint.rules", "metriclint.graph", "metriclint.facts")) for m in loaded)


def test_the_heavy_ones_are_imported_where_they_are_needed(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", "metriclint: 1\nmetrics: {x: {titel: A number}}\n")
    code, loaded = modules(tmp_path, "check", "metrics.yaml")
    assert code == 2
    assert "jsonschema" in loaded
