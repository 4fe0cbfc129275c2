"""Change review: what becomes of findings between two states of a real repository."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cards import BROKEN, QUIET, RANKED
from conftest import ROOT, TODAY, Cli
from jsonschema import Draft202012Validator
from reviewed import Repository
from test_packs import BAD, POLICY
from test_packs import _rule as pack_rule

from metriclint.schemas import schema

CASE = ROOT / "examples" / "tokenmaxxing"
VALIDATOR = Draft202012Validator(schema("review"))
WAIVED = RANKED.rstrip() + (
    "\n        waivers: [{rule: VIS301, reason: Pilot, requested_by: lead, approved_by: board, expires: 2027-01-31}]\n"
)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def review(cli: Cli, repository: Repository) -> Any:
    def run(base: str, *args: str, code: int = 0) -> dict[str, Any]:
        ran = cli("review", "--base", base, "--format", "json", "--today", TODAY, *args)
        assert (ran.code, ran.err) == (code, "")
        told: dict[str, Any] = json.loads(ran.out)
        assert [e.message for e in VALIDATOR.iter_errors(told)] == []
        return told

    return run


def states(told: dict[str, Any]) -> dict[str, str]:
    """The state of each finding by code and metric."""
    return {f"{c['finding']['code']} {c['finding']['metric']}": c["state"] for c in told["findings"]}


def counts(told: dict[str, Any]) -> dict[str, int]:
    return {state: n for state, n in told["summary"].items() if n}


# The states of findings


def test_a_leaderboard_that_comes_back_is_new_and_the_rest_is_as_before(review: Any, repository: Repository) -> None:
    base = repository.commit_folder(CASE / "2-restricted")
    head = repository.commit_folder(CASE / "1-leaderboard")
    told = review(base, code=1)
    assert counts(told) == {"new": 2, "unchanged": 18}
    assert [k for k, s in states(told).items() if s == "new"] == ["VIS301 ai-tokens", "VIS304 ai-tokens"]
    assert (told["base"]["commit"], told["head"]["commit"]) == (base, "")
    assert review(base, "--head", head, code=1)["summary"] == told["summary"]
    assert review(base, "--fail-on", "never")["summary"] == told["summary"]


def test_every_new_finding_names_the_changes_that_its_facts_rest_on(review: Any, repository: Repository) -> None:
    base = repository.commit_folder(CASE / "2-restricted")
    repository.commit_folder(CASE / "1-leaderboard")
    told = review(base, code=1)
    causes = {
        c["finding"]["code"]: [told["changes"][n]["route"] for n in c["changes"]]
        for c in told["findings"]
        if c["state"] == "new"
    }
    assert causes == {"VIS301": [["audience"], ["ranked"]], "VIS304": [["raw_access"]]}
    assert all(c["changes"] == [] for c in told["findings"] if c["state"] == "unchanged")


def test_the_first_serious_findings_have_options_that_were_tried(review: Any, repository: Repository) -> None:
    base = repository.commit_folder(CASE / "3-redesigned")
    repository.commit_folder(CASE / "1-leaderboard")
    told = review(base, code=1)
    with_options = [c for c in told["findings"] if c["options"]]
    assert 1 <= len(with_options) <= 3
    assert {c["state"] for c in with_options} == {"new"}
    assert all(o["text"] and o["edits"] for c in with_options for o in c["options"])


def test_a_redesign_solves_everything_and_passes(review: Any, repository: Repository) -> None:
    base = repository.commit_folder(CASE / "1-leaderboard")
    repository.commit_folder(CASE / "3-redesigned")
    assert counts(review(base)) == {"solved": 20}


def test_going_back_is_compared_as_it_is(review: Any, repository: Repository) -> None:
    old = repository.commit(ai=RANKED)
    new = repository.commit(ai=QUIET)
    told = review(new, "--head", old, code=1)
    assert told["summary"]["new"] > 0
    assert told["base"]["commit"] == new


def test_what_happened_on_the_base_since_is_no_part_of_the_change(review: Any, repository: Repository) -> None:
    fork = repository.commit(ai=RANKED)
    repository.git("switch", "--quiet", "--create", "proposal")
    repository.commit(sound=QUIET)
    repository.git("switch", "--quiet", "main")
    repository.commit(ai=QUIET.replace("uptime", "latency"))
    repository.git("switch", "--quiet", "proposal")
    told = review("main")
    assert told["base"]["commit"] == fork
    assert set(states(told).values()) == {"unchanged"}


def test_a_change_that_is_not_committed_counts_without_a_head(review: Any, repository: Repository) -> None:
    base = repository.commit(sound=QUIET)
    repository.write("ai.yaml", RANKED)
    assert review("HEAD", code=1)["summary"]["new"] > 0
    assert counts(review(base, "--head", "HEAD")) == {}


def test_severity_that_rises_is_worse_and_one_that_falls_is_better(review: Any, repository: Repository) -> None:
    repository.write("metriclint.toml", '[severity]\nranked-activity-board = "note"\n')
    base = repository.commit(ai=RANKED)
    repository.write("metriclint.toml", "")
    head = repository.commit()
    told = review(base, code=1)
    assert states(told)["VIS301 ai-tokens"] == "worse"
    (finding,) = [c for c in told["findings"] if c["state"] == "worse"]
    assert (finding["was"], finding["finding"]["severity"]) == ("note", "error")
    assert [told["changes"][n]["section"] for n in finding["changes"]] == ["settings"]
    assert states(review(head, "--head", base))["VIS301 ai-tokens"] == "better"


def test_a_rule_that_the_change_ignores_is_left_out_and_not_solved(review: Any, repository: Repository) -> None:
    repository.write("metriclint.toml", "")
    base = repository.commit(ai=RANKED)
    repository.write("metriclint.toml", 'ignore = ["VIS301"]\n')
    told = review(base)
    assert counts(told)["left_out"] == 1
    assert "solved" not in counts(told)
    assert states(told)["VIS301 ai-tokens"] == "left-out"


def test_a_waiver_that_the_change_brings_is_counted_and_one_that_it_takes_away_is_worse(
    review: Any,
    repository: Repository,
) -> None:
    base = repository.commit(ai=RANKED)
    head = repository.commit(ai=WAIVED)
    told = review(base)
    assert counts(told)["accepted"] == 1
    assert "accepted risk" in " ".join(c["text"] for c in told["changes"])
    back = review(head, "--head", base, code=1)
    (worse,) = [c for c in back["findings"] if c["state"] == "worse"]
    assert worse["was_accepted"]


def test_a_baseline_that_the_change_writes_counts_as_accepted(review: Any, repository: Repository, cli: Cli) -> None:
    repository.write("metriclint.toml", 'baseline = "known.json"\n')
    repository.write("known.json", '{"metriclint_baseline": 1, "findings": []}')
    base = repository.commit(ai=RANKED)
    assert cli("baseline", "write", "--force").code == 0
    repository.commit()
    repository.clear()
    told = review(base, "--head", "HEAD")
    assert counts(told) == {"accepted": len(told["findings"])}
    assert told["findings"]


def test_a_path_that_leads_to_something_else_is_new_and_one_that_runs_otherwise_is_not(
    review: Any, repository: Repository, cli: Cli
) -> None:
    base = repository.commit(ai=RANKED.replace("review", "bonus"))
    repository.commit(ai=RANKED.replace("review", "promotion"))
    told = review(base, code=1)
    found = {c["finding"]["code"]: c for c in told["findings"]}
    assert (found["CTR501"]["state"], found["CTR501"]["other_way"], found["CTR501"]["was"]) == ("new", True, "error")
    assert [told["changes"][n]["before"] for n in found["CTR501"]["changes"]] == ["bonus"]
    assert found["VIS301"]["state"] == "unchanged"
    assert "leads elsewhere than before" in cli("review", "--base", base, "--format", "comment").out
    second = "visibility: [{title: Talk, audience: self, identified: true, ranked: false}, {title: Token leaderboard,"
    repository.write(
        "ai.yaml", RANKED.replace("visibility: {title: Token leaderboard,", second).replace("true}", "true}]", 1)
    )
    moved = {c["finding"]["code"]: c for c in review(base, "--fail-on", "never")["findings"]}
    assert (moved["VIS301"]["state"], moved["VIS301"]["other_way"]) == ("unchanged", True)


def test_findings_about_two_decisions_are_not_taken_for_one(review: Any, repository: Repository) -> None:
    repository.write("metriclint.toml", 'packs = ["house-rules"]\nselect = ["ORG"]\n')
    repository.write("house-rules/criteria.yaml", POLICY)
    repository.write("house-rules/decision-without-counter.yaml", pack_rule())
    card = "metriclint: 1\nmetrics: {a: {title: A, kind: activity}}\ndecisions:\n"
    use = "consequence: review, uses: [{metric: a, stated: used, access: individual}]"
    base = repository.commit(card=f"{card}  talk: {{title: Talk, {use}}}\n  round: {{title: Round, {use}}}\n")
    repository.commit(card=f"{card}  talking: {{title: Talk, {use}}}\n  board: {{title: Board, about: lead, {use}}}\n")
    told = review(base)
    found = Counter((c["state"], c["finding"]["location"]["route"][1]) for c in told["findings"])
    assert found == {("unchanged", "talking"): 1, ("new", "board"): 1, ("solved", "round"): 1}


def test_numbers_of_causes_count_only_the_changes_that_are_told(review: Any, repository: Repository) -> None:
    sound = QUIET.replace("uptime", "a-sound-one")
    base = repository.commit(sound=sound, ai=RANKED.replace("ranked: true", "ranked: false"))
    repository.commit(sound=sound.replace("audience: team", "audience: manager"), ai=RANKED)
    told = review(base, "ai.yaml", code=1)
    (change,) = told["changes"]
    assert change["id"] == "ai-tokens"
    assert {tuple(c["changes"]) for c in told["findings"] if c["state"] == "new"} == {(0,)}


def test_the_configured_threshold_decides_where_none_is_given(review: Any, repository: Repository) -> None:
    repository.write("metriclint.toml", 'fail_on = "never"\n')
    base = repository.commit(sound=QUIET)
    repository.commit(ai=RANKED)
    assert review(base)["summary"]["new"] > 0
    assert review(base, "--fail-on", "info", code=1)["summary"]["new"] > 0


def test_a_review_goes_into_a_file_whole_or_not_at_all(cli: Cli, repository: Repository) -> None:
    base = repository.commit(sound=QUIET)
    repository.commit(ai=RANKED)
    ran = cli("review", "--base", base, "--format", "comment", "--output", "out.md", "--", ".")
    assert (ran.code, ran.out, ran.err) == (1, "", "")
    assert (repository.folder / "out.md").read_text(encoding="utf-8").startswith("### Metric review: ")
    (repository.folder / "folder").mkdir()
    ran = cli("review", "--base", base, "--output", "folder")
    assert (ran.code, ran.out) == (2, "")
    assert "folder cannot be written: is a directory" in ran.err


# Renames


def test_another_id_title_and_file_is_no_new_finding(review: Any, repository: Repository) -> None:
    base = repository.commit(ai=RANKED)
    repository.git("mv", "ai.yaml", "tokens.yaml")
    repository.write(
        "tokens.yaml", RANKED.replace("ai-tokens", "token-count").replace("AI tokens used", "Tokens spent")
    )
    told = review(base)
    assert set(states(told).values()) == {"unchanged"}
    assert {(c["kind"], c["before"], c["after"]) for c in told["changes"] if c["kind"] == "renamed"} == {
        ("renamed", "ai-tokens", "token-count")
    }


def test_another_id_of_a_board_and_a_decision_is_no_new_finding(review: Any, repository: Repository) -> None:
    base = repository.commit_folder(CASE / "1-leaderboard")
    for name in ("visibility", "reviews"):
        text = (repository.folder / f"{name}.yaml").read_text(encoding="utf-8")
        text = text.replace("token-statistics:", "token-wall:").replace("performance-review:", "yearly-talk:")
        repository.write(f"{name}.yaml", text)
    told = review(base)
    assert Counter(states(told).values()) == {"unchanged": 20}
    assert {c["after"] for c in told["changes"] if c["kind"] == "renamed"} == {"token-wall", "yearly-talk"}


def test_a_project_that_moves_to_another_folder_is_the_same_project(review: Any, repository: Repository) -> None:
    repository.write("old/metriclint.toml", "")
    repository.write("old/ai.yaml", RANKED)
    base = repository.commit()
    repository.git("mv", "old", "new")
    assert set(states(review(base)).values()) == {"unchanged"}


# What is there and what not


def test_first_documents_are_new_and_documents_that_go_are_solved(review: Any, repository: Repository) -> None:
    base = repository.commit()
    head = repository.commit(ai=RANKED)
    assert set(states(review(base, code=1)).values()) == {"new"}
    assert set(states(review(head, "--head", base)).values()) == {"solved"}


def test_without_documents_in_both_states_there_is_nothing_to_review(cli: Cli, repository: Repository) -> None:
    repository.write("other.yaml", "a: 1\n")
    base = repository.commit()
    ran = cli("review", "--base", base)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("nothing to check")


def test_a_state_before_that_cannot_be_read_is_said_and_everything_is_new(review: Any, repository: Repository) -> None:
    base = repository.commit(ai=BROKEN)
    repository.commit(ai=RANKED)
    told = review(base, code=1)
    assert set(states(told).values()) == {"new"}
    assert told["wrong_side"] == "base"
    assert told["errors"][0]["path"] == "ai.yaml"
    assert told["notices"][0].startswith("the state before could not be read (ai.yaml:")


def test_a_state_after_that_cannot_be_read_is_wrong_input_and_its_comment_says_so(
    cli: Cli, repository: Repository
) -> None:
    base = repository.commit(ai=RANKED)
    repository.write("ai.yaml", BROKEN)
    ran = cli("review", "--base", base, "--format", "comment", "--output", "out.md")
    assert (ran.code, ran.out) == (2, "")
    assert "ai.yaml:3:" in ran.err
    assert "cannot be read" in (repository.folder / "out.md").read_text(encoding="utf-8").splitlines()[0]
    ran = cli("review", "--base", base, "--output", "out.txt")
    assert ran.code == 2
    assert not (repository.folder / "out.txt").exists()


def test_paths_narrow_what_is_told_and_may_be_gone_in_one_state(review: Any, repository: Repository, cli: Cli) -> None:
    base = repository.commit(ai=RANKED, sound=QUIET)
    (repository.folder / "ai.yaml").unlink()
    repository.write("more.yaml", RANKED.replace("ai-tokens", "mails").replace("AI tokens used", "Mails written"))
    assert set(states(review(base, "ai.yaml")).values()) <= {"solved", "unchanged"}
    assert states(review(base, "sound.yaml")) == {}
    assert review(base, "sound.yaml")["changes"] == []
    ran = cli("review", "--base", base, "nowhere.yaml")
    assert ran.code == 2
    assert "nowhere.yaml: no such file or folder, neither before nor after" in ran.err


def test_a_folder_below_the_top_can_be_the_working_folder(
    review: Any,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository.write("team/metriclint.toml", "")
    repository.write("team/ai.yaml", QUIET)
    base = repository.commit()
    repository.write("team/ai.yaml", RANKED)
    monkeypatch.chdir(repository.folder / "team")
    told = review(base, code=1)
    assert {c["finding"]["location"]["path"] for c in told["findings"]} == {"ai.yaml"}


def test_rule_packs_are_those_of_each_commit(review: Any, repository: Repository) -> None:
    repository.write("metriclint.toml", 'packs = ["house-rules"]\n')
    repository.write("house-rules/criteria.yaml", POLICY)
    base = repository.commit(card=BAD.strip('"'))
    repository.write("house-rules/decision-without-counter.yaml", pack_rule())
    head = repository.commit()
    repository.clear()
    assert states(review(base, "--head", head, "--fail-on", "never"))["ORG001 a"] == "new"
    changes = review(base, "--head", head, "--fail-on", "never")["changes"]
    assert changes == []


def test_a_broken_rule_pack_of_a_commit_is_named_by_its_path_there(cli: Cli, repository: Repository) -> None:
    repository.write("metriclint.toml", 'packs = ["house-rules"]\n')
    repository.write("house-rules/criteria.yaml", POLICY)
    base = repository.commit(card=BAD.strip('"'))
    repository.write("house-rules/broken.yaml", "code: [\n")
    repository.commit()
    ran = cli("review", "--base", base, "--head", "HEAD")
    assert ran.code == 2
    assert ran.err.startswith("error: house-rules/broken.yaml:")


def test_the_same_review_whatever_the_seed_of_hashes(repository: Repository) -> None:
    base = repository.commit_folder(CASE / "3-redesigned")
    repository.commit_folder(CASE / "1-leaderboard")
    command = [sys.executable, "-m", "metriclint", "review", "--base", base, "--format", "json", "--today", TODAY]
    outs = [
        subprocess.run(
            command, cwd=repository.folder, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=False
        ).stdout
        for seed in ("1", "2")
    ]
    assert outs[0]
    assert outs[0] == outs[1]
