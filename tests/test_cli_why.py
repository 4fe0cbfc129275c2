"""``metriclint why``: answers on the command line, names, completion, and the page that shows them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cards import BROKEN, QUIET
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from conftest import ROOT, Cli, Snapshot, Write
from jsonschema import Draft202012Validator

from metriclint.cli.app import app
from metriclint.schemas import schema

EXAMPLES = ROOT / "examples"
VALIDATOR = Draft202012Validator(schema("why"))
PAGE = (ROOT / "docs" / "why.md").read_text(encoding="utf-8")
BLOCKS = [block.partition("\n") for block in re.findall(r"```console\n\$ (.*?)```", PAGE, re.DOTALL)]
SHARED = """
    metriclint: 1
    roles: {manager: {title: Manager}}
    metrics:
      calls: {title: Calls answered, gaming_actions: [{title: Hang up early, cost: low}]}
      chats: {title: Chats answered, gaming_actions: [], derived_from: []}
      load: {title: Load index, kind: composite, derived_from: [calls, chats]}
    boards:
      wall: {title: Wall, audience: org, identified: true, ranked: true, shows: [load]}
    decisions:
      talk:
        title: Yearly talk
        made_by: manager
        consequence: review
        uses: [{metric: calls, stated: not-used, access: individual, believed: used}]
      raise:
        title: Raise
        made_by: manager
        consequence: bonus
        uses:
          - {metric: load, stated: not-used, access: individual, believed: not-used}
          - {metric: chats, stated: used}
    """


@pytest.fixture
def shared(write: Write) -> Path:
    return write("metrics.yaml", SHARED)


def answer(cli: Cli, *args: str) -> dict[str, Any]:
    ran = cli("why", *args, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    told: dict[str, Any] = json.loads(ran.out)
    assert [e.message for e in VALIDATOR.iter_errors(told)] == []
    return told


# The page


@pytest.mark.parametrize(("command", "output"), [(c, o) for c, _, o in BLOCKS])
def test_a_console_block_of_the_page_shows_what_the_command_prints(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    words = command.split()
    assert words[:2] == ["metriclint", "why"]
    result = CliRunner().invoke(app, words[1:])
    assert result.stdout.rstrip("\n") == output.rstrip("\n")


def test_the_page_shows_both_ways_round_and_a_cut_of_several_changes() -> None:
    shown = "".join(output for _, _, output in BLOCKS)
    assert "can feed it" in shown
    assert "what would cut it" in shown
    assert "Fewer do not suffice" in shown


# Answers


def test_the_leaderboard_in_three_views(cli: Cli, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ran = CliRunner().invoke(app, ["why", "ai-tokens", "--project", "examples/tokenmaxxing/1-leaderboard"])
    snapshot("why-leaderboard.txt", ran.stdout)


def test_shared_decisions_an_index_and_a_board(cli: Cli, shared: Path, snapshot: Snapshot) -> None:
    parts = [cli("why", *words).out for words in (["calls"], ["calls", "raise"], ["bonus"], ["promotion"])]
    snapshot("why-shared.txt", "\n----\n\n".join(parts))


def test_the_answer_as_json_says_paths_differences_and_cuts(cli: Cli, shared: Path) -> None:
    told = answer(cli, "calls")
    assert told["about"] == {"node": "metric:calls", "kind": "metric", "title": "Calls answered", "on_paths": True}
    assert {p["view"]: (p["steps"][-1]["node"], p["more"]) for p in told["paths"]} == {
        "stated": ("consequence:wall/standing", 0),
        "feasible": ("consequence:raise", 2),
        "believed": ("consequence:talk", 1),
    }
    assert [s["verb"] for s in told["paths"][0]["steps"]] == ["", "moves", "goes into", "shown on", "leads to"]
    assert all(s["location"]["line"] for p in told["paths"] for s in p["steps"])
    cuts = {c["lever"]: (c["cuts"], c["believed"]) for c in told["choke"]["changes"]}
    assert cuts == {"access:manager": (2, 1), "part:calls>load": (2, 0), "board:wall": (1, 0)}
    assert told["choke"]["paths"] == 3
    assert told["choke"]["smallest"] == ["access:manager", "part:calls>load"]
    assert len(told["choke"]["ways"]) == 2
    assert sorted(e for d in told["differences"] for e in d["ends"]) == [
        "standing among colleagues",
        "the bonus",
        "the performance rating",
    ]


def test_a_target_narrows_paths_and_cuts(cli: Cli, shared: Path) -> None:
    told = answer(cli, "calls", "raise")
    assert told["target"]["node"] == "decision:raise"
    assert [bool(p["steps"]) for p in told["paths"]] == [False, True, False]
    assert told["choke"]["paths"] == 1
    assert {c["lever"] for c in told["choke"]["changes"] if c["cuts"]} == {"access:manager", "part:calls>load"}
    assert len(told["choke"]["smallest"]) == 1


@pytest.mark.parametrize("view", ["stated", "feasible", "believed"])
def test_one_view_can_be_asked_about(cli: Cli, shared: Path, view: str) -> None:
    told = answer(cli, "calls", "--view", view)
    assert [p["view"] for p in told["paths"]] == [view]
    assert told["differences"] == []
    assert (told["choke"] is not None) == (view == "feasible")
    fed = answer(cli, "bonus", "--view", view)
    assert {f["node"] for f in fed["feeders"]} == {
        "stated": {"metric:chats"},
        "feasible": {"metric:chats", "metric:load", "metric:calls"},
        "believed": {"metric:chats"},
    }[view]


def test_an_action_can_be_the_start_and_a_system_too(cli: Cli, write: Write) -> None:
    text = """
        metriclint: 1
        systems: {bot: {title: Bot}}
        actions: {idle: {title: Idle loops, moves: {calls: up}, uses: bot}}
        metrics: {calls: {title: Calls, consequences: [{kind: bonus, stated: used}]}}
        """
    write("metrics.yaml", text)
    for word in ("idle", "bot"):
        told = answer(cli, word)
        assert told["question"] == "leads to"
        assert [s["title"] for s in told["paths"][0]["steps"]][:2] == ["Idle loops", "Calls"]
        assert told["choke"] is None


def test_no_path_is_an_answer(cli: Cli, write: Write) -> None:
    write("metrics.yaml", QUIET)
    ran = cli("why", "uptime")
    assert ran.code == 0
    assert "No path leads to a consequence, neither by policy nor by access nor in belief" in " ".join(ran.out.split())
    assert "what would cut it" not in ran.out
    assert cli("why", "promotion").out == (
        "promotion (kind of consequence: promotion)\n\n  Nothing that is declared leads to promotion.\n"
    )


def test_what_only_staff_reckon_with_is_cut_by_no_lever(cli: Cli, write: Write) -> None:
    use = "{kind: bonus, stated: not-used, access: none, enforced: technical, believed: used}"
    write("metrics.yaml", f"metriclint: 1\nmetrics: {{calls: {{title: Calls, consequences: [{use}]}}}}\n")
    choke = answer(cli, "calls")["choke"]
    assert (choke["paths"], choke["believed_only"], choke["smallest"]) == (0, 1, [])
    assert "No change of access cuts that" in " ".join(cli("why", "calls").out.split())


def test_texts_of_users_cannot_write_to_the_terminal(cli: Cli, write: Write) -> None:
    title = r'"\e[31mred\u202e line\nbreak"'
    write("metrics.yaml", f"metriclint: 1\nmetrics: {{m: {{title: {title}, consequences: [{{kind: bonus}}]}}}}\n")
    for words in (["m"], ["bonus"], ["m", "bonus"]):
        out = cli("why", *words).out
        assert "red" in out
        assert [c for c in out if not c.isprintable() and c != "\n"] == []


def test_the_same_answer_whatever_the_seed_of_hashes(shared: Path) -> None:
    def ask(seed: str) -> list[bytes]:
        words = [["calls"], ["bonus", "--format", "json"]]
        env = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "metriclint", "why"]
        return [subprocess.run([*command, *w], cwd=shared.parent, env=env, capture_output=True).stdout for w in words]

    first = ask("1")
    assert all(first)
    assert first == ask("2")


# Names


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["callz"], 'error: nothing here is named "callz": did you mean "calls"?'),
        (["calls", "promotoin"], 'error: nothing here is named "promotoin": did you mean "promotion"?'),
        (["quite another thing"], 'error: nothing here is named "quite another thing"'),
        (["calls", "metric:calls"], 'error: "calls" and "metric:calls" are the same'),
    ],
)
def test_a_wrong_name_is_told_with_what_was_probably_meant(
    cli: Cli, shared: Path, words: list[str], message: str
) -> None:
    ran = cli("why", *words)
    assert (ran.code, ran.out, ran.err.strip()) == (2, "", message)


def test_a_title_of_two_metrics_is_told_with_both_ids(cli: Cli, write: Write) -> None:
    write("metrics.yaml", "metriclint: 1\nmetrics: {a: {title: Same}, b: {title: Same}}\n")
    ran = cli("why", "same")
    assert ran.code == 2
    assert ran.err == 'error: "same" can mean 2 things; write one of\n  metric:a  Same\n  metric:b  Same\n'


def test_in_several_projects_the_one_that_has_it_answers_else_one_is_to_be_chosen(cli: Cli, write: Write) -> None:
    for name in ("one", "two"):
        write(f"{name}/metriclint.toml", "")
        write(f"{name}/m.yaml", f"metriclint: 1\nmetrics: {{{name}: {{title: N}}, both: {{title: N}}}}\n")
    assert cli("why", "two").code == 0
    ran = cli("why", "both")
    assert (ran.code, ran.err) == (2, 'error: "both" is in 2 projects (one, two): choose one with --project\n')
    assert cli("why", "both", "--project", "two").code == 0


def test_wrong_input_and_no_input_have_their_exit_codes(cli: Cli, write: Write) -> None:
    assert cli("why", "calls").code == 3
    write("metrics.yaml", BROKEN)
    ran = cli("why", "calls")
    assert (ran.code, ran.out) == (2, "")
    assert "titel" in ran.err
    assert cli("why", "calls", "--project", "nowhere").code == 2


# The shell


def complete(args: list[str], incomplete: str) -> list[str]:
    shell = ShellComplete(app, {}, "metriclint", "_METRICLINT_COMPLETE")
    return [item.value for item in shell.get_completions(args, incomplete)]


def test_ids_and_kinds_complete_in_the_shell(cli: Cli, shared: Path) -> None:
    assert complete(["why"], "ca") == ["calls"]
    assert complete(["why"], "p") == ["pay", "penalty", "promotion"]
    assert complete(["why", "calls"], "ta") == ["talk"]
    assert complete(["why", "--project", "metrics.yaml"], "wa") == ["wall"]


def test_completion_is_silent_where_a_project_cannot_be_read(cli: Cli, write: Write) -> None:
    write("metrics.yaml", "metriclint: 1\nmetrics: [\n")
    assert complete(["why"], "ca") == []
    assert complete(["why", "--project", "nowhere"], "ca") == []


def test_the_shell_gets_ids_with_their_titles(shared: Path) -> None:
    env = os.environ | {"COMP_WORDS": "metriclint why ca", "COMP_CWORD": "2", "_METRICLINT_COMPLETE": "zsh_complete"}
    command = [sys.executable, "-c", "from metriclint.cli.app import app; app(prog_name='metriclint')"]
    ran = subprocess.run(command, cwd=shared.parent, env=env, capture_output=True, text=True)
    assert ran.stdout.split("\n")[:3] == ["plain", "calls", "Calls answered"]
    assert ran.stderr == ""
