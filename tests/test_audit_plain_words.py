"""The words of a pack for people who have never seen a card: titles for keys, sentences that are whole."""

from pathlib import Path

import pytest
from audited import TODAY, packed
from conftest import Cli, Write
from msgspec.structs import replace
from reported import page_of

from metriclint.audit.facts import _SAID, key_words
from metriclint.audit.pack import Pack
from metriclint.audit.words import state_words
from metriclint.facts.catalogue import FACTS
from metriclint.findings.finding import Fact

_CARDS = """\
metriclint: 1
roles:
  agent: {title: Agent of the service desk}
  head-of-service: {title: Head of the service desk}
outcomes:
  helped: {title: Customers are helped at the first call}
actions:
  end-early:
    title: End hard calls early and let the customer call again
    by: agent
    cost: low
    moves: {calls: up}
    effects: {helped: hurts}
metrics:
  calls:
    title: Calls handled in an hour by an agent of the service desk
    kind: activity
    direction: up
    subject: {role: agent, level: individual, people: 40}
    recorded_by: system
    outcome: {id: helped, link: belief}
    gaming_actions: [end-early]
    target: {type: threshold, value: 12, unit: calls, comparator: at-least, period: P1W, applies_to: individual}
    consequences: [{kind: informal, stated: used, access: individual}]
    governance: {owner: head-of-service, purpose: Plan shifts, review_date: 2027-06-30}
"""
_SHEET = "KPI,Target,Better\nTickets closed,At least 40 tickets per agent per week,sideways\n"
_MAPPING = "mapping: 1\ntitle: KPI sheet\nfields:\n  name: KPI\n  target: Target\n  direction: Better\n"
_CONFIG = '[[sources]]\npaths = ["kpis.csv"]\nmapping = "./kpis.mapping.yaml"\n'


@pytest.fixture
def pack(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    write("metriclint.toml", _CONFIG)
    write("metrics.yaml", _CARDS)
    write("kpis.csv", _SHEET)
    write("kpis.mapping.yaml", _MAPPING)
    return packed()


def test_roles_are_called_by_their_titles(pack: Pack) -> None:
    row = next(m for m in pack.metrics if m.id == "calls")
    assert (row.owner_role, row.measured) == ("Head of the service desk", "Agent of the service desk, each person")
    assert {f.owner_role for f in pack.findings if f.metric == "calls"} == {"Head of the service desk"}


def test_the_inventory_says_a_thing_once_and_leaves_no_period_out(pack: Pack) -> None:
    row = next(m for m in pack.metrics if m.id == "calls")
    assert row.target == "at least 12 calls, per week"
    assert row.consequences == "an informal judgement"


def test_the_sentence_about_the_gravest_finding_is_whole(pack: Pack, write: Write) -> None:
    write("metrics.yaml", _CARDS.replace("kind: informal", "kind: bonus"))
    pack = packed()
    sentence = pack.executive.sentences[1]
    assert len(sentence) > 160
    assert sentence.startswith(f"The gravest is {pack.findings[0].id}: ")
    assert sentence.endswith(".")
    assert "…" not in sentence


def test_what_was_not_read_is_said_with_its_place(pack: Pack) -> None:
    assert any(e.startswith("kpis.csv:2: `direction` could not be read") for e in pack.scope.excluded)


def test_open_questions_are_questions(pack: Pack) -> None:
    asked = next(q for q in pack.open_questions if q.startswith("Calls handled"))
    plain, keys = asked.split(" In the card: declare ")
    assert "?" in plain
    assert "." in keys
    assert keys.endswith("rules.")


def test_a_mapping_that_was_read_is_copied(cli: Cli, pack: Pack) -> None:
    assert cli("audit", "--out", "pack", "--today", TODAY).code == 0
    assert Path("pack/data/inputs/kpis.mapping.yaml.copy").read_text(encoding="utf-8") == _MAPPING


def test_a_yes_is_never_the_value_of_a_key_that_holds_something_else() -> None:
    for name, spec in FACTS.items():
        if spec.type == "bool" and spec.silence != "derived" and spec.declare:
            said = key_words(Fact(name, True, "declared"))
            own = spec.declare.rpartition(".")[2] == name.rpartition(".")[2]
            assert own or name == "action.causes_harm" or not said.endswith("is true"), name
    assert key_words(Fact("outcome.declared", True, "declared")) == "outcome is declared"
    assert key_words(Fact("governance.review_overdue", True, "declared")) == "governance.review_date has passed"
    assert all(name in FACTS for name in _SAID)


def test_the_only_project_is_not_called_by_a_dot(pack: Pack) -> None:
    assert {f.project for f in pack.findings} == {"."}
    page = page_of(pack).decode()
    assert "project ." not in page
    assert " in .</dd>" not in page


def test_nobody_is_said_to_have_confirmed_what_is_not_there(pack: Pack) -> None:
    empty = replace(pack, findings=[], draft=False, draft_notice="")
    page = page_of(empty).decode()
    assert "There is no finding to confirm" in page
    assert "every finding is confirmed" not in page
    confirmed = replace(pack, draft=False, draft_notice="")
    assert state_words(confirmed) == "Final: every finding is confirmed by an auditor or withdrawn"
    assert state_words(pack) == pack.draft_notice != ""
