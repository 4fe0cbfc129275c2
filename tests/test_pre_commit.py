"""The hook, run by the real pre-commit in a real repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cards import QUIET, RANKED
from conftest import ROOT, Write

HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]


class Repository:
    """A git repository with the hook installed, as a user has it but for the way the program got here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # The path leads to this environment; without it pre-commit would install the program from a registry.
        hook = {**HOOK, "language": "system", "entry": f"{sys.executable} -m {HOOK['entry']}"}
        config = {"repos": [{"repo": "local", "hooks": [hook]}]}
        (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        self.git("init", "--quiet", "--initial-branch=main")
        self.run(sys.executable, "-m", "pre_commit", "install")
        self.git("add", ".pre-commit-config.yaml")

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ,
            "PRE_COMMIT_HOME": str(self.folder.parent / "pre-commit"),
            "METRICLINT_CACHE_DIR": str(self.folder.parent / "cache"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org",
        }
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=check)

    def git(self, *args: str) -> None:
        self.run("git", *args)

    def commit(self) -> subprocess.CompletedProcess[str]:
        return self.run("git", "commit", "--quiet", "-m", "change", check=False)


@pytest.fixture
def repository(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.delenv("GIT_DIR", raising=False)
    folder = tmp_path_factory.mktemp("work") / "repository"
    folder.mkdir()
    return Repository(folder)


def put(repository: Repository, name: str, text: str) -> None:
    file = repository.folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    repository.git("add", name)


def test_a_risky_card_is_blocked_with_its_place(repository: Repository) -> None:
    put(repository, "metrics/ai.yaml", RANKED)
    ran = repository.commit()
    assert ran.returncode == 1
    assert "metrics/ai.yaml:" in ran.stdout + ran.stderr
    assert "VIS301" in ran.stdout + ran.stderr


def test_a_sound_card_passes(repository: Repository) -> None:
    put(repository, "metrics/sound.yaml", QUIET)
    ran = repository.commit()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Passed" in ran.stdout + ran.stderr


def test_a_fix_that_is_not_staged_does_not_count(repository: Repository) -> None:
    put(repository, "metrics/ai.yaml", RANKED)
    (repository.folder / "metrics/ai.yaml").write_text(QUIET, encoding="utf-8")
    assert repository.commit().returncode == 1
    assert (repository.folder / "metrics/ai.yaml").read_text(encoding="utf-8") == QUIET


def test_files_that_are_no_documents_pass(repository: Repository) -> None:
    put(repository, "other.yaml", "a: 1\n---\nb: 2\n")
    put(repository, "data.json", "[1, 2]\n")
    assert repository.commit().returncode == 0


def test_old_findings_in_files_that_are_not_touched_do_not_block(repository: Repository) -> None:
    put(repository, "metriclint.toml", "")
    put(repository, "old.yaml", RANKED)
    repository.run("git", "commit", "--quiet", "--no-verify", "-m", "old")
    put(repository, "new.yaml", QUIET)
    assert repository.commit().returncode == 0


def test_a_board_that_changes_reports_the_metric_that_it_shows(repository: Repository, write: Write) -> None:
    card = "metriclint: 1\nmetrics:\n  ai-tokens:\n    title: AI tokens\n    kind: activity\n"
    card += "    subject: {level: individual}\n    visibility: [wall]\n"
    board = "metriclint: 1\nboards:\n  wall: {title: Wall, audience: self}\n"
    put(repository, "card.yaml", card)
    put(repository, "boards.yaml", board)
    repository.run("git", "commit", "--quiet", "--no-verify", "-m", "old")
    put(repository, "boards.yaml", board.replace("audience: self", "audience: org, identified: true, ranked: true"))
    ran = repository.commit()
    assert ran.returncode == 1
    assert "AI tokens" in ran.stdout + ran.stderr


def test_a_changed_configuration_checks_all_of_its_project(repository: Repository) -> None:
    put(
        repository,
        "metriclint.toml",
        'ignore = ["VIS", "GAM", "CTR", "AIA", "TGT", "GRF", "REV", "STA", "GOV", "AGT"]\n',
    )
    put(repository, "metrics/ai.yaml", RANKED)
    assert repository.commit().returncode == 0
    put(repository, "metriclint.toml", "")
    assert repository.commit().returncode == 1


def test_a_broken_document_is_told_and_blocks(repository: Repository) -> None:
    put(repository, "metrics/ai.yaml", RANKED + "<<<<<<< ours\n")
    ran = repository.commit()
    assert ran.returncode == 1
    assert "metrics/ai.yaml:" in ran.stdout + ran.stderr
