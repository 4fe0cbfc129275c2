"""What comes from others, and what we hand on: pinned tools, few dependencies, packages that can be made again."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)([^\n]*)\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+)", re.MULTILINE)
CORE = {"click", "cel-expr-python", "msgspec", "networkx", "pyyaml", "jsonschema", "yaml-rs"}


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~;\[ ]", requirement)[0]).lower()


def test_the_core_depends_on_little_and_the_page_says_why() -> None:
    assert {name_of(r) for r in PROJECT["dependencies"]} == CORE
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert {name for name in CORE if f"| `{name}` |" not in page} == set()


def test_every_tool_of_development_is_pinned_with_its_hashes() -> None:
    pinned = {name_of(match[1]): match for match in PINNED.finditer(LOCK)}
    lines = [line for line in LOCK.splitlines() if line and not line.startswith(("#", " "))]
    assert len(lines) == sum(1 for _ in PINNED.finditer(LOCK))
    extras = PROJECT["optional-dependencies"].values()
    asked = {name_of(r) for r in [*PROJECT["dependencies"], *(r for extra in extras for r in extra)]}
    assert asked - set(pinned) == set(), "uv pip compile writes the lock anew; its first lines say how"


def test_the_versions_of_python_that_are_promised_are_named() -> None:
    assert PROJECT["requires-python"] == ">=3.11"
    named = {c.rpartition(" ")[2] for c in PROJECT["classifiers"] if "Python :: 3." in c}
    assert named == {"3.11", "3.12", "3.13", "3.14"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Wheel and source archive, made twice from copies that differ in times and permissions."""
    if subprocess.run([sys.executable, "-c", "import hatchling"], check=False, capture_output=True).returncode:
        pytest.skip("hatchling is not installed here")
    made = []
    for number in (1, 2):
        source = tmp_path_factory.mktemp(f"source{number}")
        for part in ("metriclint", "rules", "examples", "tests", "docs", "benchmarks"):
            kept = shutil.ignore_patterns("__pycache__", ".*")
            shutil.copytree(ROOT / part, source / part, ignore=kept)
        for file in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"):
            shutil.copyfile(ROOT / file, source / file)
        for file in source.rglob("*.py"):
            os.utime(file, (number * 10**8, number * 10**8))
            file.chmod(0o600 if number == 1 else 0o644)
        target = tmp_path_factory.mktemp(f"dist{number}")
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "PYTHONHASHSEED": str(number)}
        command = [sys.executable, "-m", "hatchling", "build", "-d", str(target)]
        subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)
        made.append(target)
    return made[0], made[1]


def test_the_same_source_makes_the_same_bytes(built: tuple[Path, Path]) -> None:
    first, second = ({f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in d.iterdir()} for d in built)
    assert len(first) == 2
    assert first == second


def test_the_wheel_is_small_and_holds_nothing_but_the_program(built: tuple[Path, Path]) -> None:
    (wheel,) = built[0].glob("*.whl")
    assert wheel.stat().st_size <= 1 << 20
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"metriclint"}
    assert [n for n in names if n.endswith((".pyc", ".so")) or "/tests/" in n] == []
    assert any(n.startswith("metriclint/_shipped/rules/") for n in names)
    assert any(n.startswith("metriclint/_shipped/examples/tokenmaxxing/") for n in names)


def test_the_source_archive_leads_nowhere_else(built: tuple[Path, Path]) -> None:
    (archive,) = built[0].glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
    assert [m.name for m in members if m.name.startswith("/") or ".." in m.name.split("/") or not m.isfile()] == []
