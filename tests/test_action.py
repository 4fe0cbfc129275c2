"""The GitHub Action and the GitLab template: the scripts that they run, against a server that speaks as GitHub does."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from cards import QUIET, RANKED
from conftest import BASH, ROOT

PROGRAM = str(Path(sys.executable).parent / "metriclint")


class Forge:
    """The comments of one pull request, behind the calls of the API that the action makes."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.read_only = False
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                page = int(self.path.rpartition("page=")[2])
                self.answer(forge.comments[(page - 1) * 100 : page * 100])

            def do_POST(self) -> None:
                forge.comments.append({"id": 1000 + len(forge.comments), "body": self.body()})
                self.answer(forge.comments[-1])

            def do_PATCH(self) -> None:
                number = int(self.path.rpartition("/")[2])
                comment = next(c for c in forge.comments if c["id"] == number)
                comment["body"] = self.body()
                self.answer(comment)

            def body(self) -> str:
                return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

            def answer(self, value: object) -> None:
                forge.calls.append(self.command)
                refused = forge.read_only or self.headers["Authorization"] != "Bearer secret"
                data = json.dumps(value).encode()
                self.send_response(403 if refused else 200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def forge() -> Iterator[Forge]:
    forge = Forge()
    yield forge
    forge.server.shutdown()
    forge.server.server_close()


class Job:
    """A job in a checkout that runs the script of the action."""

    def __init__(self, folder: Path, forge: Forge) -> None:
        self.folder, self.forge = folder / "repository", forge
        self.folder.mkdir()
        self.summary, self.output = folder / "summary", folder / "output"
        self.env = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org",
            "METRICLINT": PROGRAM,
            "INPUT_PYTHON": sys.executable,
            "ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(folder),
            "GITHUB_API_URL": f"http://127.0.0.1:{forge.server.server_port}",
            "GITHUB_REPOSITORY": "acme/metrics",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
            "INPUT_TOKEN": "secret",
        }
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *args: str) -> str:
        ran = subprocess.run(["git", *args], cwd=self.folder, env=self.env, capture_output=True, text=True, check=True)
        return ran.stdout.strip()

    def commit(self, **files: str) -> str:
        for name, text in files.items():
            (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def run(self, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", str(ROOT / "action" / "run.sh")],
            cwd=self.folder,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def job(tmp_path: Path, forge: Forge) -> Job:
    if BASH is None:
        pytest.skip("no bash here")
    return Job(tmp_path, forge)


def test_without_a_pull_request_the_job_has_annotations_and_a_summary(job: Job) -> None:
    job.commit(ai=RANKED)
    ran = job.run()
    assert ran.returncode == 1, ran.stderr
    assert "::error file=ai.yaml,line=" in ran.stdout
    assert job.summary.read_text(encoding="utf-8").startswith("#")
    assert job.forge.calls == []


@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("never", 0)])
def test_the_threshold_is_passed_on(job: Job, fail_on: str, code: int) -> None:
    job.commit(ai=RANKED)
    assert job.run(INPUT_FAIL_ON=fail_on).returncode == code


def test_several_paths_and_a_path_that_looks_like_an_option(job: Job) -> None:
    job.commit(ai=RANKED, sound=QUIET)
    assert job.run(INPUT_PATHS="sound.yaml").returncode == 0
    assert job.run(INPUT_PATHS="sound.yaml ai.yaml").returncode == 1
    hostile = job.run(INPUT_PATHS="--output=stolen")
    assert hostile.returncode == 2
    assert not (job.folder / "stolen").exists()


def test_a_sarif_report_is_written_where_it_was_asked_for(job: Job) -> None:
    job.commit(ai=RANKED)
    job.run(INPUT_SARIF_FILE="out.sarif")
    assert json.loads((job.folder / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "sarif-file=out.sarif" in job.output.read_text(encoding="utf-8").splitlines()


def test_what_cannot_be_read_is_told_in_the_comment_also_where_sarif_is_asked_for(job: Job) -> None:
    base = job.commit(sound=QUIET)
    job.commit(sound="metriclint: 1\nmetric: {}\n")
    ran = job.run(BASE_SHA=base, PULL_REQUEST="7", INPUT_SARIF_FILE="out.sarif")
    assert ran.returncode == 2
    assert "sound.yaml" in job.forge.comments[0]["body"]


def test_a_sarif_report_that_cannot_be_written_fails_the_job(job: Job) -> None:
    job.commit(sound=QUIET)
    assert job.run().returncode == 0
    assert job.run(INPUT_SARIF_FILE="nowhere/out.sarif").returncode == 2


def test_an_answer_that_quotes_our_comment_is_left_alone(job: Job) -> None:
    base = job.commit(sound=QUIET)
    job.commit(ai=RANKED)
    job.run(BASE_SHA=base, PULL_REQUEST="7")
    answer = "> " + job.forge.comments[0]["body"].replace("\n", "\n> ") + "\n\nWe keep it."
    job.forge.comments.insert(0, {"id": 1, "body": answer})
    job.run(BASE_SHA=base, PULL_REQUEST="7")
    assert job.forge.comments[0]["body"] == answer
    assert len(job.forge.comments) == 2


def test_a_pull_request_gets_one_comment_that_is_updated_in_place(job: Job) -> None:
    base = job.commit(sound=QUIET)
    job.commit(ai=RANKED)
    ran = job.run(BASE_SHA=base, PULL_REQUEST="7")
    assert ran.returncode == 1, ran.stderr
    (comment,) = job.forge.comments
    assert "AI" in comment["body"]
    job.commit(ai=QUIET.replace("metrics:", "metrics:", 1))
    job.run(BASE_SHA=base, PULL_REQUEST="7")
    assert len(job.forge.comments) == 1
    assert job.forge.calls.count("PATCH") == 1
    assert not job.summary.exists()


def test_the_comment_of_an_earlier_run_is_found_behind_a_hundred_others(job: Job) -> None:
    base = job.commit(sound=QUIET)
    job.commit(ai=RANKED)
    job.run(BASE_SHA=base, PULL_REQUEST="7")
    job.forge.comments[:0] = [{"id": n, "body": f"comment {n}"} for n in range(150)]
    job.run(BASE_SHA=base, PULL_REQUEST="7")
    assert len(job.forge.comments) == 151


@pytest.mark.parametrize(("comment", "code"), [("auto", 1), ("always", 2), ("never", 1)])
def test_where_no_comment_may_be_written_the_summary_has_the_review(job: Job, comment: str, code: int) -> None:
    base = job.commit(sound=QUIET)
    job.commit(ai=RANKED)
    job.forge.read_only = True
    ran = job.run(BASE_SHA=base, PULL_REQUEST="7", INPUT_COMMENT=comment)
    assert ran.returncode == (1 if comment == "never" else code)
    assert job.forge.comments == []
    assert "AI" in job.summary.read_text(encoding="utf-8")


def test_the_action_passes_the_auditor() -> None:
    program = shutil.which("zizmor", path=str(Path(sys.executable).parent)) or shutil.which("zizmor")
    assert program, "zizmor is a development dependency"
    ran = subprocess.run(
        [program, "--offline", "--persona", "auditor", "--no-progress", str(ROOT / "action.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_input_of_the_action_goes_through_the_environment() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = action["runs"]["steps"]
    assert "${{" not in step["run"]
    for name in action["inputs"]:
        assert f"INPUT_{name.upper().replace('-', '_')}" in step["env"]


def test_the_script_of_the_gitlab_job_writes_the_report_that_the_job_hands_over(job: Job) -> None:
    spec, jobs = yaml.safe_load_all((ROOT / "templates" / "metriclint.yml").read_text(encoding="utf-8"))
    assert set(spec["spec"]["inputs"]) == {"stage", "image", "paths", "fail-on", "version"}
    template = jobs["metriclint"]
    job.commit(ai=RANKED)
    script = "\n".join(template["script"])
    env = {**job.env, "METRICLINT_PATHS": "", "METRICLINT_FAIL_ON": "error"}
    env["PATH"] = f"{Path(PROGRAM).parent}{os.pathsep}{env['PATH']}"
    ran = subprocess.run(["bash", "-ec", script], cwd=job.folder, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stderr
    report = json.loads((job.folder / template["artifacts"]["reports"]["codequality"]).read_text(encoding="utf-8"))
    assert {entry["location"]["path"] for entry in report} == {"ai.yaml"}


def test_the_snippets_of_the_documentation_use_what_there_is() -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    hook, workflow, component = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [h["id"] for h in hook["repos"][0]["hooks"]] == [h["id"] for h in hooks]
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    step = workflow["jobs"]["metriclint"]["steps"][-1]
    assert set(step["with"]) <= set(action["inputs"])
    spec = next(yaml.safe_load_all((ROOT / "templates" / "metriclint.yml").read_text(encoding="utf-8")))
    assert set(component["include"][0]["inputs"]) <= set(spec["spec"]["inputs"])
