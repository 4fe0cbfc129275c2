"""The tools for coding agents, asked over stdio by the client of the official SDK."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from agents import Agent, agent, text
from cards import QUIET, RANKED
from conftest import ROOT, TODAY, Cli, Snapshot, Write
from jsonschema import Draft202012Validator

from metriclint.schemas import schema

CARD = """\
title: Calls answered
kind: activity
visibility: {audience: manager, identified: true, ranked: true}
consequences:
  - {kind: review, stated: not-used, access: individual}
"""
STORY = ROOT / "examples" / "no-longer-optional"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("story") / "project"
    shutil.copytree(STORY, folder)
    return folder


@pytest.fixture(scope="module")
def asked(story: Path) -> Iterator[Agent]:
    with agent(story) as found:
        yield found


def test_the_list_of_tools_is_as_it_was(asked: Agent, snapshot: Snapshot) -> None:
    listed = [tool.model_dump(exclude_none=True, by_alias=True) for tool in asked.tools()]
    for tool in listed:
        Draft202012Validator.check_schema(tool["inputSchema"])
        Draft202012Validator.check_schema(tool["outputSchema"])
        # The data that is given back is a contract of its own; here it counts that there is one.
        tool["outputSchema"] = sorted(tool["outputSchema"]["properties"])
    snapshot("mcp/tools.json", json.dumps(listed, indent=2, ensure_ascii=False) + "\n")


def test_every_tool_says_that_it_only_reads(asked: Agent) -> None:
    for tool in asked.tools():
        hints = tool.annotations
        assert hints
        assert (hints.read_only_hint, hints.destructive_hint, hints.open_world_hint) == (True, False, False)


def test_a_check_gives_the_report_that_the_command_line_gives(asked: Agent, cli: Cli, story: Path) -> None:
    told = asked.data("check", most=200)
    shutil.copytree(story, Path.cwd(), dirs_exist_ok=True)
    ran = cli("check", "--format", "json", "--today", TODAY)
    assert told == json.loads(ran.out)
    assert told["findings"]
    Draft202012Validator(schema("report")).validate(told)


def test_a_check_holds_the_most_important_findings_and_says_what_it_leaves_out(asked: Agent) -> None:
    every, few = asked.data("check", most=200), asked.data("check", most=2)
    assert len(few["findings"]) == 2
    assert {f["severity"] for f in few["findings"]} == {"error"}
    assert few["summary"] == every["summary"]
    assert [n["message"] for n in few["notices"]] == [
        f"this answer holds 2 of {len(every['findings'])} findings; name a file or folder, or raise `most`"
    ]


def test_why_and_repairs_give_what_the_command_line_gives(asked: Agent, cli: Cli, story: Path) -> None:
    shutil.copytree(story, Path.cwd(), dirs_exist_ok=True)
    why = asked.data("why", subject="ai-use")
    assert why == json.loads(cli("why", "ai-use", "--format", "json").out)
    fix = asked.data("propose_repairs", target="ai-use/REV402")
    assert fix == json.loads(cli("fix", "ai-use/REV402", "--format", "json", "--today", TODAY).out)
    assert fix["findings"][0]["options"]
    words = asked.told("propose_repairs", target="ai-use/REV402")
    assert "Option 1: " in words
    assert "--apply" not in words and "Nothing was written" in words
    assert "what access allows" in asked.told("why", subject="ai-use", view="feasible")


def test_a_rule_is_explained_by_name_code_or_near_enough(asked: Agent) -> None:
    rule = asked.data("explain_rule", rule="REV402")
    assert (rule["name"], rule["code"], rule["family"]) == ("unenforced-non-use-promise", "REV402", "review")
    assert rule["examples"]["bad"] and rule["why"] and rule["fix"]
    assert asked.data("explain_rule", rule="unenforced-non-use-promise") == rule
    assert asked.data("explain_rule", rule="expired-waiver")["family"] == "governance"
    assert "did you mean" in asked.told("explain_rule", rule="unenforced-non-use-promis")
    family = asked.ask("explain_rule", rule="review")
    assert family.is_error
    assert "unenforced-non-use-promise" in text(family)


def test_a_proposed_card_is_checked_with_places_in_the_text_as_it_was_given(asked: Agent, snapshot: Snapshot) -> None:
    told = asked.data("check_proposal", text=CARD)
    (promise,) = [f for f in told["report"]["findings"] if f["code"] == "REV402"]
    place = promise["location"]
    assert (place["path"], place["line"], place["column"]) == ("proposal.yaml", 5, 20)
    assert promise["excerpt"] == CARD.splitlines()[4]
    assert CARD.splitlines()[4][place["column"] - 1 : place["end_column"] - 1] == "stated: not-used"
    assert place["route"] == ["consequences", 0, "stated"]
    lines = CARD.count("\n")
    assert all(
        step["location"]["line"] <= lines for f in told["report"]["findings"] for step in f["path"] if step["location"]
    )
    snapshot("mcp/proposal.txt", asked.told("check_proposal", text=CARD))


def test_the_questions_are_those_that_would_decide_what_is_open(asked: Agent) -> None:
    told = asked.data("check_proposal", text=CARD)
    (open_,) = told["report"]["undecided"]
    assert told["questions"]
    for question in told["questions"]:
        assert question["metric"] == "calls-answered"
        assert set(question["declares"]) <= set(open_["declare"])
    level = next(q for q in told["questions"] if q["declares"] == ["subject.level"])
    answer = next(a for a in level["answers"] if a["sets"].get("subject.level") == "individual")
    assert answer["says"] == "One person"
    again = asked.data("check_proposal", text=CARD + "subject: {level: individual}\n")
    assert all("subject.level" not in q["declares"] for q in again["questions"])


@pytest.mark.parametrize(
    "given",
    [
        json.dumps({"title": "Calls", "kind": "activity", "visibility": {"ranked": True}}, indent=2),
        '{"title": "Calls", "kind": "activity", "visibility": {"ranked": true}}',
        "# a comment\ntitle: Calls\n\nkind: activity\ndescription: |\n  two\n\n  lines\nvisibility:\n  ranked: true\n",
        "metriclint: 1\nmetrics:\n  calls:\n    title: Calls\n    kind: activity\n    visibility: {ranked: true}\n",
        "title: Calls\r\nkind: activity\r\nvisibility: {ranked: true}\r\n",
    ],
    ids=["JSON", "JSON on one line", "YAML", "document", "Windows"],
)
def test_a_proposal_is_a_card_or_a_document_in_yaml_or_json(asked: Agent, given: str) -> None:
    report = asked.data("check_proposal", text=given)["report"]
    assert report["summary"]["metrics"] == 1
    assert [u["metric"] for u in report["undecided"]] == ["calls"]
    assert report["undecided"][0]["location"]["line"] <= given.count("\n") + 1


def test_a_mistake_in_a_card_is_told_at_its_place_with_what_was_meant(asked: Agent) -> None:
    result = asked.ask("check_proposal", text=CARD.replace("kind: act", "knid: act"))
    assert result.is_error
    assert "proposal.yaml:2:1" in text(result) and "did you mean kind?" in text(result)
    (wrong,) = result.structured_content["report"]["errors"]
    assert (wrong["line"], wrong["column"], wrong["suggestion"]) == (2, 1, "kind")


def test_a_proposal_stands_in_its_project(write: Write, tmp_path: Path) -> None:
    """Ids of other files resolve, a changed file stands for the one that is there, and nothing is written."""
    write("boards.yaml", "metriclint: 1\nboards:\n  wall: {title: Wall, audience: org, ranked: true}\n")
    file = write("own.yaml", RANKED)
    on_wall = "title: Calls\nkind: activity\nvisibility: wall\n"
    with agent(tmp_path) as asked:
        known = asked.data("check_proposal", text=on_wall)
        assert known["report"]["errors"] == []
        unknown = asked.ask("check_proposal", text=on_wall.replace("wall", "hall"))
        assert unknown.is_error and "hall" in text(unknown)
        twice = asked.ask("check_proposal", text="title: AI tokens\n")
        assert twice.is_error and "is defined twice" in text(twice) and "with its `path`" in text(twice)
        calm = file.read_text().replace("ranked: true", "ranked: false")
        changed = asked.data("check", text=calm, path="own.yaml")
        assert "VIS301" not in {f["code"] for f in changed["findings"]}
        assert "VIS301" in {f["code"] for f in asked.data("check", path="own.yaml")["findings"]}
        write("broken.yaml", "metriclint: 1\nmetrics: {x: {}}\n")
        alone = asked.data("check", text=QUIET)
        assert "checked on its own" in alone["notices"][0]["message"]
        assert "broken.yaml:2" in alone["notices"][0]["message"]


def test_a_question_that_is_unclear_is_answered_with_what_can_be_meant(asked: Agent) -> None:
    for tool, arguments, words in (
        ("why", {"subject": "ai-usee"}, 'did you mean "ai-use"?'),
        ("propose_repairs", {"target": "ai-usee"}, 'did you mean "ai-use"?'),
        ("propose_repairs", {"target": "ai-use/REV999"}, "is not reported for ai-use"),
        ("check", {"pth": "x"}, "did you mean path?"),
        ("check", {"most": "many"}, "`most`: expected a whole number"),
        ("why", {}, '"subject" is missing'),
        ("why", {"subject": "ai-use", "view": "said"}, "stated"),
        ("check", {"path": "nowhere"}, "no such file or folder"),
        ("check_proposal", {"text": CARD, "path": "own.txt"}, "is no name of a document"),
    ):
        result = asked.ask(tool, **arguments)
        assert result.is_error, (tool, arguments)
        assert words in text(result), text(result)


def test_a_folder_without_documents_says_so(tmp_path: Path) -> None:
    with agent(tmp_path) as asked:
        result = asked.ask("check")
        assert result.is_error and "nothing to check" in text(result)
        assert asked.data("check_proposal", text=CARD)["report"]["findings"]
