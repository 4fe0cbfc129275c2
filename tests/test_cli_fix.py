"""``metriclint fix``: what is shown, what is written, what is refused, and with which exit code."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cards import BROKEN, QUIET, RANKED
from click.shell_completion import ShellComplete
from conftest import ROOT, TODAY, Cli, Ran, Snapshot, Write
from jsonschema import Draft202012Validator

import metriclint
from metriclint.cli.app import app
from metriclint.schemas import schema

PAGE = (ROOT / "docs" / "repairs.md").read_text(encoding="utf-8")
BLOCKS = [block.partition("\n") for block in re.findall(r"```console\n\$ (.*?)```", PAGE, re.DOTALL)]
STAGES = ("1-leaderboard", "2-restricted")
COUNTERED = """
    # Our numbers.
    metriclint: 1
    metrics:
      calls:  # ours
        title: Calls closed
        kind: activity
        direction: up
        subject: {level: individual, people: 1}
        recorded_by: system
        verification: none   # nobody looks
        visibility: {audience: manager, identified: true, ranked: false}
        consequences: [{kind: bonus, stated: used, access: individual}]
        counter_metrics: []  # not yet

      # The next one.
      other: {title: Other}
    """


@pytest.fixture
def stage(cli: Cli, tmp_path: Path) -> Path:
    """The first stage of the tokenmaxxing case as the working folder."""
    for file in (ROOT / "examples" / "tokenmaxxing" / STAGES[0]).iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    return tmp_path


def texts(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def codes(folder: Path, metric: str) -> set[str]:
    report = metriclint.check(["."], cwd=folder, today=TODAY)
    assert report.errors == []
    return {f.code for f in report.findings if f.metric == metric}


def fix(cli: Cli, *args: str) -> Ran:
    return cli("fix", *args, "--today", TODAY)


# What is shown


@pytest.mark.parametrize("name", STAGES)
def test_the_options_of_the_tokenmaxxing_case_are_as_they_were(cli: Cli, snapshot: Snapshot, name: str) -> None:
    shutil.copytree(ROOT / "examples" / "tokenmaxxing" / name, "stage")
    ran = fix(cli, "ai-tokens", "--project", "stage")
    assert (ran.code, ran.err) == (0, "")
    snapshot(f"fix-{name}.txt", ran.out)


def test_the_second_stage_is_not_repaired_by_a_statement_alone(cli: Cli) -> None:
    shutil.copytree(ROOT / "examples" / "tokenmaxxing" / STAGES[1], "stage")
    answer = json.loads(fix(cli, "ai-tokens", "--project", "stage", "--format", "json").out)
    changes = [c for f in answer["findings"] for o in f["options"] for c in o["changes"]]
    assert changes
    assert not any(c["key"][-1] in ("stated", "believed") for c in changes)


def test_all_shows_the_worst_finding_of_every_metric_and_counts(cli: Cli, snapshot: Snapshot) -> None:
    shutil.copytree(ROOT / "examples" / "wells-fargo", "bank")
    ran = fix(cli, "--all", "--project", "bank")
    assert (ran.code, ran.err) == (0, "")
    snapshot("fix-all.txt", ran.out)
    assert "findings have a proven option." in ran.out


def test_options_that_set_one_thing_in_two_ways_are_said_to_exclude_each_other(cli: Cli, stage: Path) -> None:
    assert "exclude each other" not in fix(cli, "ai-tokens").out
    shutil.copytree(ROOT / "examples" / "lines-of-code", "lines")
    told = " ".join(fix(cli, "lines-written", "--project", "lines").out.split())
    [conflict] = json.loads(fix(cli, "lines-written", "--project", "lines", "--format", "json").out)["conflicts"]
    assert conflict["key"] == ["decisions", "yearly-appraisal", "uses", 0, "stated"]
    assert f"note: {conflict['text']}" in told
    assert conflict["text"].endswith("sets it to used; they exclude each other")


def test_the_obligations_of_a_technical_control_are_printed(cli: Cli, write: Write) -> None:
    write(
        "m.yaml",
        """
        metriclint: 1
        metrics:
          calls:
            title: Calls
            subject: {level: individual}
            visibility: {audience: manager, identified: true, ranked: false}
            consequences: [{kind: review, stated: not-used, access: individual, enforced: policy}]
        """,
    )
    ran = fix(cli, "calls/unenforced-non-use-promise")
    assert ran.code == 0
    assert "enforced: policy → technical" in " ".join(ran.out.split())
    assert "only honest if: Single values must also be out of reach through exports" in " ".join(ran.out.split())


def test_a_finding_is_named_by_its_fingerprint_its_code_or_its_rule(cli: Cli, write: Write) -> None:
    folder = write("m.yaml", RANKED).parent
    report = metriclint.check(["."], cwd=folder, today=TODAY)
    one = next(f for f in report.findings if f.code == "VIS301")
    outputs = {
        fix(cli, name).out
        for name in (one.fingerprint, one.fingerprint[:14], "ai-tokens/VIS301", "ai-tokens/ranked-activity-board")
    }
    assert len(outputs) == 1
    assert "VIS301" in outputs.pop()


def test_nothing_to_repair_is_no_failure(cli: Cli, write: Write) -> None:
    write("m.yaml", QUIET)
    for args in (["uptime"], ["--all"]):
        ran = fix(cli, *args)
        assert (ran.code, ran.out, ran.err) == (0, "nothing to repair: no finding\n", "")


def test_where_nothing_is_proven_the_advice_of_the_rule_is_shown_and_the_exit_code_is_one(
    cli: Cli, write: Write
) -> None:
    write("m.yaml", RANKED)
    shutil.copytree(ROOT / "examples" / "seat-utilisation", "seats")
    ran = fix(cli, "prompts-per-person/CTR505", "--project", "seats", "--max-changes", "1")
    assert ran.code == 1
    assert "No option is proven" in ran.out
    assert "advice: " in ran.out
    assert fix(cli, "prompts-per-person/CTR505", "--project", "seats", "--max-changes", "1", "--diff").code == 1
    assert fix(cli, "prompts-per-person/CTR505", "--project", "seats", "--max-changes", "1", "--apply", "1").code == 1


def test_colour_changes_nothing_but_colour(cli: Cli, stage: Path) -> None:
    plain, coloured = fix(cli, "ai-tokens").out, fix(cli, "ai-tokens", "--color", "always").out
    assert plain != coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_texts_of_users_stay_texts(cli: Cli, write: Write) -> None:
    write("m.yaml", RANKED.replace("AI tokens used", '"\\e[31mred\\u202e\\n::stop-commands::x ##[group]y"'))
    out = fix(cli, "ai-tokens").out
    assert not any(c in out for c in "\x1b\u202e")
    assert "##[" not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())


@pytest.mark.parametrize("block", BLOCKS, ids=[command for command, _, _ in BLOCKS])
def test_the_page_shows_what_the_commands_print(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, block: tuple[str, str, str]
) -> None:
    monkeypatch.chdir(ROOT)
    command, _, shown = block
    assert cli(*command.split()[1:]).out.rstrip() == shown.rstrip()


# JSON


def test_the_answer_as_json_holds_to_its_schema_and_has_what_the_text_has(cli: Cli, stage: Path) -> None:
    ran = fix(cli, "ai-tokens", "--format", "json")
    answer = json.loads(ran.out)
    Draft202012Validator(schema("fix")).validate(answer)
    assert ran.code == 0
    options = [o for f in answer["findings"] for o in f["options"]]
    assert [o["number"] for o in options] == list(range(1, len(options) + 1))
    change = options[0]["changes"][0]
    assert change["key"] == ["metrics", "ai-tokens", "counter_metrics"]
    assert (change["location"]["path"], change["before"]) == ("ai-tokens.yaml", [])
    assert all(o["obligations"] for o in options)


# What is written


def test_an_option_is_written_into_its_place_and_nothing_else_changes(cli: Cli, write: Write) -> None:
    file = write("m.yaml", COUNTERED)
    before = file.read_text(encoding="utf-8")
    ran = fix(cli, "calls/no-counter-metric", "--apply", "1")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("option 1 written to m.yaml\nonly honest if: ")
    counter = (
        "counter_metrics: [{title: counter-metric to be named, same_decision: true, independent: true}]  # not yet"
    )
    assert file.read_text(encoding="utf-8") == before.replace("counter_metrics: []  # not yet", counter)
    assert "CTR501" not in codes(file.parent, "calls")


def test_windows_line_ends_and_a_byte_order_mark_stay(cli: Cli, write: Write) -> None:
    file = write("m.yaml", COUNTERED)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    before = file.read_bytes()
    assert fix(cli, "calls/no-counter-metric", "--apply", "1").code == 0
    after = file.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf#")
    assert after.count(b"\n") == after.count(b"\r\n") == before.count(b"\n")
    assert "CTR501" not in codes(file.parent, "calls")


def test_json_documents_are_written_as_json(cli: Cli, tmp_path: Path) -> None:
    card = {"title": "Calls", "kind": "activity", "subject": {"level": "individual"}, "counter_metrics": []}
    uses = {"consequences": [{"kind": "bonus", "stated": "used", "access": "individual"}]}
    (tmp_path / "m.json").write_text(json.dumps({"metriclint": 1, "metrics": {"calls": card | uses}}, indent=1))
    assert fix(cli, "calls/no-counter-metric", "--apply", "1").code == 0
    written = json.loads((tmp_path / "m.json").read_text())
    assert written["metrics"]["calls"]["counter_metrics"][0]["independent"] is True


def test_a_change_of_several_files_is_written_to_all_of_them(cli: Cli, stage: Path) -> None:
    before = texts(stage)
    ran = fix(cli, "ai-tokens", "--apply", "2")
    assert ran.out.startswith("option 2 written to reviews.yaml, visibility.yaml\n")
    after = texts(stage)
    assert {name for name in before if before[name] != after[name]} == {"reviews.yaml", "visibility.yaml"}
    assert set(before) == set(after)
    assert "GRF003" not in codes(stage, "ai-tokens")


def test_if_one_of_several_files_cannot_be_written_none_is(
    cli: Cli, stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from metriclint.files import write as writing

    before, beside = texts(stage), writing._beside

    def full(target: Path, data: bytes) -> Path:
        if target.name == "visibility.yaml":
            raise OSError(28, "No space left on device")
        return beside(target, data)

    monkeypatch.setattr(writing, "_beside", full)
    ran = fix(cli, "ai-tokens", "--apply", "2")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: visibility.yaml cannot be written: no space left on device\n"
    assert texts(stage) == before


def test_a_file_that_changed_meanwhile_is_refused(cli: Cli, stage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from metriclint.repair.job import Job

    search = Job.repair

    def slow(*args: object) -> object:
        (stage / "visibility.yaml").write_text("metriclint: 1\n# somebody else was faster\n", encoding="utf-8")
        return search(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Job, "repair", staticmethod(slow))
    reviews = (stage / "reviews.yaml").read_bytes()
    ran = fix(cli, "ai-tokens", "--apply", "2")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: visibility.yaml has changed meanwhile: run it again\n"
    assert (stage / "reviews.yaml").read_bytes() == reviews


def test_what_an_anchor_shares_is_refused_and_nothing_is_written(cli: Cli, write: Write) -> None:
    board = "{title: Token leaderboard, audience: org, identified: true, ranked: true}"
    shared = RANKED.replace(board, f"&wall {board}").rstrip() + "\n      other: {title: Other, visibility: *wall}\n"
    file = write("m.yaml", shared)
    before = file.read_bytes()
    ran = fix(cli, "ai-tokens/VIS301", "--apply", "1")
    assert ran.code == 2
    assert "m.yaml cannot be patched safely at metrics.ai-tokens.visibility." in ran.err
    assert file.read_bytes() == before
    assert "cannot be patched safely" in fix(cli, "ai-tokens/VIS301", "--diff").out


# The diff


def test_the_diff_writes_nothing_and_is_what_apply_writes(cli: Cli, stage: Path) -> None:
    before = texts(stage)
    shown = fix(cli, "ai-tokens", "--apply", "2", "--diff")
    assert shown.code == 0
    assert texts(stage) == before
    patch = subprocess.run(["git", "apply", "-"], input=shown.out, cwd=stage, text=True, capture_output=True)
    assert (patch.returncode, patch.stderr) == (0, "")
    patched = texts(stage)
    for name, data in before.items():
        (stage / name).write_bytes(data)
    assert fix(cli, "ai-tokens", "--apply", "2").code == 0
    assert texts(stage) == patched


def test_the_diff_alone_shows_every_option(cli: Cli, stage: Path) -> None:
    before = texts(stage)
    out = fix(cli, "ai-tokens/VIS301", "--diff").out
    assert out.count("\n--- a/visibility.yaml\n+++ b/visibility.yaml\n") == out.count("Option ") > 1
    assert texts(stage) == before


def test_a_last_line_without_an_end_is_shown_as_diffs_show_it(cli: Cli, tmp_path: Path) -> None:
    text = "metriclint: 1\nmetrics:\n  m:\n    title: M\n    consequences: [{kind: bonus, stated: used}]"
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    before = texts(tmp_path)
    shown = fix(cli, "m/no-counter-metric", "--apply", "1", "--diff").out
    assert "\\ No newline at end of file\n" in shown
    assert subprocess.run(["git", "apply", "-"], input=shown, cwd=tmp_path, text=True).returncode == 0
    assert texts(tmp_path) != before


# What is refused


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "name a metric, a fingerprint or METRIC/RULE, or say --all"),
        (["ai-tokens", "--all"], "name a metric, a fingerprint or METRIC/RULE, or say --all"),
        (["ai-tokenz"], 'unknown metric "ai-tokenz": did you mean "ai-tokens"?'),
        (["nothing-like-it"], 'unknown metric "nothing-like-it"'),
        (["ai-tokens/VIS310"], '"VIS310" is not reported for ai-tokens; findings there: '),
        (
            ["ai-tokens/ranked-activity-bord"],
            '"ranked-activity-bord" is not reported for ai-tokens: did you mean "ai-tokens/ranked-',
        ),
        (["ml1:ffff"], 'no finding has the fingerprint "ml1:ffff"'),
        (["ml1:"], 'more than one finding has the fingerprint "ml1:"'),
        (["ai-tokens", "--apply", "99"], "there is no option 99; "),
        (["ai-tokens", "--apply", "1", "--format", "json"], "--format json shows the options; "),
        (["ai-tokens", "--diff", "--format", "json"], "--format json shows the options; "),
        (["ai-tokens", "--project", "nowhere"], "nowhere"),
    ],
)
def test_wrong_words_are_told_with_a_way_out(cli: Cli, stage: Path, args: list[str], message: str) -> None:
    ran = fix(cli, *args)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_wrong_input_and_no_input_have_their_exit_codes(cli: Cli, write: Write) -> None:
    assert fix(cli, "--all").code == 3
    write("m.yaml", BROKEN)
    ran = fix(cli, "--all")
    assert (ran.code, ran.out) == (2, "")
    assert "titel" in ran.err
    assert cli("fix", "--all", "--today", "soon").code == 2


# The shell, and determinism


def test_metrics_complete_in_the_shell(cli: Cli, stage: Path) -> None:
    def complete(args: list[str], incomplete: str) -> list[str]:
        shell = ShellComplete(app, {}, "metriclint", "_METRICLINT_COMPLETE")
        return [item.value for item in shell.get_completions(args, incomplete)]

    assert complete(["fix"], "ai") == ["ai-tokens"]
    assert complete(["fix", "--project", "nowhere"], "") == []
    (stage / "ai-tokens.yaml").write_text("metriclint: [", encoding="utf-8")
    assert complete(["fix"], "ai") == []


def test_the_hash_seed_changes_no_byte(stage: Path) -> None:
    command = [sys.executable, "-m", "metriclint", "fix", "--all", "--today", TODAY]
    outputs = set()
    for seed in ("0", "1", "2"):
        for form in ("text", "json"):
            environment = {**os.environ, "PYTHONHASHSEED": seed}
            ran = subprocess.run([*command, "--format", form], cwd=stage, env=environment, capture_output=True)
            assert ran.returncode == 0, ran.stderr
            outputs.add(ran.stdout)
    assert len(outputs) == 2
