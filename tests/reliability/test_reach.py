"""How far a run reaches: no network, no other program, no file but those it was given; no code of a project runs."""

import mimetypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cards import RANKED
from committed import Committed
from conftest import ROOT, TODAY, Cli, Write
from injected import write_project
from test_hostile_exchange import sources

HERE = Path(__file__).resolve().parent
SECRET = "hunter2"
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
COMMANDS = [
    ["check", "--today", TODAY],
    ["check", "--format", "sarif", "--format", "markdown=out.md", "--today", TODAY],
    ["check", "--verbose", "--options", "--no-cache", "--today", TODAY],
    ["why", "m"],
    ["graph", "--format", "mermaid"],
    ["graph", "m", "--format", "svg", "--output", "out.svg"],
    ["fix", "m"],
    ["fix", "m", "--apply", "1"],
    ["distortion"],
    ["explain", "VIS301"],
    ["rules", "list"],
    ["config", "show"],
    ["schema", "document"],
    ["baseline", "write"],
    ["new", "--blank"],
    ["init", "--yes", "--dry-run"],
    ["sources", "list"],
    ["sources", "show", "sloth"],
    ["sources", "test", "sloth", "lists/levels.yml"],
    ["import", "lists/levels.yml"],
    ["overlay", "init", "lists", "--output", "-"],
    ["questionnaire"],
    ["questionnaire", "--format", "docx", "--output", "form.docx"],
    ["template", "xlsx"],
    ["export", "metrics", "--output", "out.xlsx"],
    ["annotate", "lists/goals.xlsx", "--today", TODAY],
    ["audit", "--out", "pack", "--today", TODAY],
]
OF_OTHERS = {"sources", "import", "overlay", "annotate"}
"""Commands that are about files of other tools."""


def guarded(folder: Path, arguments: list[str]) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run a command with everything watched; what it did, and what it reached for beyond its folder."""
    log = folder.parent / "reached.log"
    log.unlink(missing_ok=True)
    cache = folder.parent / "cache"
    passing = folder.parent / "passing"
    passing.mkdir(exist_ok=True)
    allowed = [folder, cache, passing, ROOT, "/dev", "/proc/self", *mimetypes.knownfiles]
    allowed += ["/etc/localtime", "/usr/share/zoneinfo", "/usr/share/mime"]
    command = [sys.executable, str(HERE / "guarded.py"), str(log), *map(str, allowed), "--", *arguments]
    environment = {**os.environ, "METRICLINT_CACHE_DIR": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"TMPDIR": str(passing), "TMP": str(passing), "TEMP": str(passing)}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert list(passing.iterdir()) == []  # workbooks are put together in files that go again
    return ran, log.read_text(encoding="utf-8").splitlines() if log.exists() else []


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_reaches_for_nothing_but_its_folder(tmp_path: Path, arguments: list[str]) -> None:
    folder = tmp_path / "project"
    write_project(folder, 0)
    if arguments[0] in OF_OTHERS:
        sources(folder / "lists", 0)
    ran, reached = guarded(folder, arguments)
    assert ran.returncode in (0, 1), ran.stderr
    assert reached == []


def test_taking_a_register_back_reaches_for_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    write_project(folder, 0)
    assert guarded(folder, ["audit", "--out", "pack", "--today", TODAY])[0].returncode == 0
    for arguments in (
        ["responses", "import", "pack/findings-register.xlsx", "--today", TODAY],
        ["audit", "--out", "next", "--previous", "pack", "--responses", "responses.yaml", "--today", TODAY],
    ):
        ran, reached = guarded(folder, arguments)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert reached == []


def test_the_guard_itself_sees_what_it_is_to_see(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    write_project(folder, 0)
    (tmp_path / "outside.yaml").write_text("x: 1\n", encoding="utf-8")
    _, reached = guarded(folder, ["check", "../outside.yaml"])
    assert any(line.startswith("open ") and line.endswith("outside.yaml") for line in reached)


def test_review_runs_git_and_nothing_else(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("no git here")
    folder = tmp_path / "project"
    repository = Committed(folder)
    write_project(folder, 0, ranked=False)
    base = repository.commit()
    shutil.rmtree(folder / "metrics")
    write_project(folder, 0)
    ran, reached = guarded(folder, ["review", "--base", base, "--today", TODAY])
    assert ran.returncode in (0, 1), ran.stderr
    started = [line for line in reached if line.startswith("subprocess.")]
    assert started
    assert all(line.startswith("subprocess.Popen ('git', ['git', ") for line in started)


def test_a_run_needs_no_network_interface(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    alone = [unshare or "unshare", "--net", "--map-root-user"]
    if unshare is None or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespaces here")
    write_project(tmp_path, 0)
    command = [*alone, sys.executable, "-m", "metriclint", "check", "--no-cache", "--today", TODAY]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "metrics checked" in ran.stdout
    # What makes the PDF is no Python, and tells no audit hook.
    command = [*alone, sys.executable, "-m", "metriclint", "audit", "--out", "pack", "--today", TODAY]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


# What a project's settings may name


@pytest.fixture
def repository(tmp_path: Path, write: Write) -> Path:
    """A repository with a card; beside it a file that is nobody's business."""
    (tmp_path / ".git").mkdir()
    write("cards/card.yaml", RANKED)
    return tmp_path


@pytest.fixture
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside of the repository with files that would be quoted where they were read."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.yaml").write_text(f'metriclint: 1\npassword: "{SECRET}\n', encoding="utf-8")
    (folder / "secret.json").write_text(f"{SECRET}\n", encoding="utf-8")
    (folder / "secret-rule.yaml").write_text(f"code: {SECRET}\n{SECRET}: 1\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize(
    "setting",
    [
        'baseline = "{0}/secret.json"',
        'packs = ["{0}"]',
        'paths = ["{0}"]',
        'sources = [{{paths = ["list.csv"], mapping = "{0}/secret.yaml"}}]',
        'sources = [{{paths = ["{0}/secret.json"], mapping = "sloth"}}]',
    ],
)
@pytest.mark.parametrize(
    "command", [["check"], ["fix", "ai-tokens"], ["config", "show"], ["baseline", "write"], ["export"], ["import", "."]]
)
def test_settings_do_not_lead_out_of_the_repository(
    cli: Cli, repository: Path, secret: Path, setting: str, relative: bool, command: list[str]
) -> None:
    place = os.path.relpath(secret, repository) if relative else secret.as_posix()
    (repository / "metriclint.toml").write_text(setting.format(place) + "\n", encoding="utf-8")
    (repository / "list.csv").write_text("name\nCalls\n", encoding="utf-8")
    before = sorted(secret.iterdir())
    ran = cli(*command)
    assert SECRET not in ran.out + ran.err
    assert sorted(secret.iterdir()) == before
    if command == ["check"]:
        assert ran.code == 2
        assert "lies outside of the " in ran.err or "leads out of the project" in ran.err


@pytest.mark.parametrize("setting", ["", 'packs = ["linked"]', 'paths = ["linked"]', 'paths = ["cards/linked.yaml"]'])
def test_links_do_not_lead_out_of_the_repository(cli: Cli, repository: Path, secret: Path, setting: str) -> None:
    (repository / "linked").symlink_to(secret)
    (repository / "cards" / "linked.yaml").symlink_to(secret / "secret.yaml")
    (repository / "metriclint.toml").write_text(setting + "\n", encoding="utf-8")
    ran = cli("check")
    assert SECRET not in ran.out + ran.err
    assert ran.code == 2
    assert "out of the repository" in ran.err or "outside of the" in ran.err


@needs_git
def test_a_commit_leads_no_further_than_the_working_tree(tmp_path: Path, secret: Path, cli: Cli) -> None:
    repository = Committed(tmp_path)
    base = repository.commit(card=RANKED)
    for setting in (f'packs = ["{secret}"]', f'baseline = "{secret}/secret.json"'):
        (tmp_path / "metriclint.toml").write_text(f"{setting}\n", encoding="utf-8")
        head = repository.commit()
        ran = cli("review", "--base", base, "--head", head)
        assert SECRET not in ran.out + ran.err
        assert ran.code == 2


def test_without_a_repository_settings_lead_where_they_say(cli: Cli, write: Write) -> None:
    write("team/metriclint.toml", 'baseline = "../known.json"\n')
    write("team/card.yaml", RANKED)
    assert cli("baseline", "write", "team").code == 0
    assert cli("check", "team").code == 0


# Code that lies in a project


def test_modules_and_packs_of_a_project_are_never_imported(tmp_path: Path) -> None:
    write_project(tmp_path, 0)
    evil = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    for name in (
        "yaml",
        "msgspec",
        "click",
        "networkx",
        "sitecustomize",
        "usercustomize",
        "conftest",
        "rules/__init__",
    ):
        (tmp_path / f"{name}.py").write_text(evil, encoding="utf-8")
    program = Path(sys.executable).with_name("metriclint")
    if not program.exists():
        pytest.skip("the command is not installed here")
    for command in (["check", "--no-cache"], ["graph", "--format", "graphml"], ["rules", "list"], ["fix", "m"]):
        subprocess.run([program, *command], cwd=tmp_path, capture_output=True, check=False)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['touch ran']",
        "metriclint: 1\nmetrics: !!python/object/new:os.system [touch ran]\n",
        "metriclint: 1\nmetrics: {a: {title: !include /etc/passwd, kind: !!python/name:os.system }}\n",
        "%TAG ! tag:yaml.org,2002:python/\n---\nmetriclint: 1\nmetrics: !object/apply:os.system [touch ran]\n",
    ],
)
def test_tags_of_yaml_run_nothing_and_read_nothing(cli: Cli, write: Write, tmp_path: Path, text: str) -> None:
    write("card.yaml", text)
    ran = cli("check", "card.yaml")
    assert ran.code in (0, 1, 2)
    assert not (tmp_path / "ran").exists()
    assert "root:" not in ran.out + ran.err


@pytest.mark.parametrize("name", ["../up.json", "a/../../up.json", "folder", "x" * 300, "", "~/x", "$HOME/x"])
def test_outputs_go_where_they_are_asked_to_go_or_nowhere(cli: Cli, write: Write, tmp_path: Path, name: str) -> None:
    write("card.yaml", RANKED)
    (tmp_path / "folder").mkdir()
    for arguments in (["--format", f"json={name}"], ["--output", name], ["--format", f"json/../{name}"]):
        ran = cli("check", "card.yaml", *arguments)
        assert ran.code in (1, 2)
        if ran.code == 1 and name:
            assert Path(os.path.normpath(tmp_path / name)).is_file()
            Path(os.path.normpath(tmp_path / name)).unlink()
