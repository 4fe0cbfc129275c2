"""Measuring the catalogue on a corpus: every figure can be bad, and is shown where it is."""

import json
import textwrap
from pathlib import Path

import pytest
from cards import QUIET, RANKED
from conftest import ROOT, Cli, Write

from metriclint.rules.catalogue import built_in_catalogue
from metriclint.scoring import MUTATIONS, Score, score
from metriclint.scoring_report import as_record, markdown

SOUND = """
metriclint: 1
metrics:
  lead-time:
    title: Lead time for changes
    kind: outcome
    direction: down
    subject: {level: team, people: 40}
    recorded_by: system
    verification: independent
    outcome: {title: Users get changes soon, link: direct, validated: true}
    visibility: {audience: team, identified: false, ranked: false, raw_access: restricted}
    consequences: []
    gaming_actions: []
    counter_metrics: [{title: Change failure rate, independent: true, same_decision: true, covers: [quality]}]
    governance: {owner: head-of-platform, purpose: Find bottlenecks, review_date: 2027-06-30, informed: true,
                 consulted: true, appeal: true, audited_by: independent}
"""


def corpus(write: Write, labels: str, **documents: str) -> None:
    write("corpus/labels.yaml", labels)
    for name, text in documents.items():
        write(f"corpus/{name}.yaml", text)


@pytest.fixture
def measured(write: Write, tmp_path: Path) -> Score:
    labels = """
    ai-tokens: {label: fail, must: [VIS301, ZZZ999], mustnot: [CTR, VIS301], source: A, strength: B}
    lead-time: {label: good}
    """
    corpus(write, labels, ranked=RANKED, sound=SOUND)
    return score(tmp_path / "corpus", built_in_catalogue())


def test_a_label_that_no_rule_finds_is_missed(measured: Score) -> None:
    assert measured.missed() == [("ai-tokens", "ZZZ999")]


def test_a_forbidden_code_and_a_forbidden_family_are_violated(measured: Score) -> None:
    codes = {code for _, code in measured.violated()}
    assert "VIS301" in codes
    assert any(code.startswith("CTR") for code in codes)
    assert all(code == "VIS301" or code.startswith("CTR") for code in codes)


def test_a_finding_above_note_on_a_good_design_is_an_alarm(write: Write, tmp_path: Path) -> None:
    corpus(write, "ai-tokens: {label: good}\n", ranked=RANKED)
    alarms = score(tmp_path / "corpus", built_in_catalogue()).alarms()
    assert ("ai-tokens", "VIS301", "error") in alarms
    assert {severity for _, _, severity in alarms} <= {"warning", "error"}


def test_only_good_designs_are_mutated_and_each_mutation_is_asked(measured: Score) -> None:
    assert set(measured.mutants) == set(MUTATIONS)
    assert all(set(worst) == {"lead-time"} for worst in measured.mutants.values())
    assert measured.mutants["b"]["lead-time"] in ("warning", "error")


def test_silence_about_gaming_is_measured_on_fail_designs(measured: Score) -> None:
    assert set(measured.silent) == {"ai-tokens"}
    declared, silent = measured.silent["ai-tokens"]
    assert declared in ("note", "warning", "error")
    assert silent in ("warning", "error")


def test_the_report_names_what_was_missed_violated_and_alarming(measured: Score) -> None:
    text = markdown(measured)
    assert "Recall of `must` labels: 1 of 2 (50 %)" in text
    assert "## Missed\n\n- ai-tokens: ZZZ999" in text
    assert "- ai-tokens: VIS301" in text.partition("## Violated")[2]
    assert "Readers who had not seen the rules" in text


def test_the_record_for_scripts_holds_every_figure(measured: Score) -> None:
    record = as_record(measured)
    assert record["must"] == {"wanted": 2, "found": 1}
    assert record["missed"] == [{"metric": "ai-tokens", "code": "ZZZ999"}]
    assert {"metric": "ai-tokens", "code": "VIS301"} in record["violated"]
    assert record["alarms"] == []
    assert {f["code"] for f in record["findings"]["ai-tokens"]["found"]} == measured.codes("ai-tokens")
    assert record["findings"]["lead-time"] == {"label": "good", "contested": False, "found": []}
    assert record["mutants"]["b"] == {"title": "used in individual reviews", "worst": measured.mutants["b"]}
    assert list(record["silent"]) == ["ai-tokens"]


@pytest.mark.parametrize(
    ("labels", "place", "message"),
    [
        ("nobody: {label: good}\n", "1:1", 'label for "nobody", which no document declares'),
        ("ai-tokens: {label: fine}\n", "1:13", '"fine" is not one of the allowed values'),
        ("ai-tokens: {label: good, mus: [VIS301]}\n", "1:26", 'unknown key "mus"'),
        ("ai-tokens:\n  label: good\n  mustnot: [VIS301, CTX]\n", "3:21", '"CTX" is no code and no letters of a'),
        ("- a\n", "1:1", "expected a mapping, got a list"),
        ("a: [\n", "1:4", "broken YAML"),
        ("", "1:1", "expected a mapping, got nothing"),
    ],
)
def test_wrong_labels_are_told_at_their_place(cli: Cli, write: Write, labels: str, place: str, message: str) -> None:
    corpus(write, labels, ranked=RANKED)
    ran = cli("rules", "score", "corpus")
    assert (ran.code, ran.out) == (2, "")
    assert f"error: corpus/labels.yaml:{place}: {message}" in ran.err


@pytest.mark.parametrize("folder", ["corpus", "nowhere"])
def test_a_corpus_without_labels_is_wrong_input(cli: Cli, write: Write, folder: str) -> None:
    write("corpus/card.yaml", RANKED)
    ran = cli("rules", "score", folder)
    assert (ran.code, ran.out) == (2, "")
    assert f"error: {folder}/labels.yaml: cannot be read: no such file" in ran.err


def test_the_command_exits_with_1_where_a_label_is_missed(cli: Cli, write: Write) -> None:
    corpus(write, "ai-tokens: {label: fail, must: [STA601]}\n", ranked=RANKED)
    ran = cli("rules", "score", "corpus", "--format", "json")
    assert ran.code == 1
    assert json.loads(ran.out)["missed"] == [{"metric": "ai-tokens", "code": "STA601"}]
    assert cli("rules", "score", "corpus", "--format", "xml").code == 2


def test_the_command_prints_the_published_report(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ran = cli("rules", "score", "examples/cases")
    assert ran.code == 0, ran.err
    assert ran.out == (ROOT / "docs" / "corpus.md").read_text(encoding="utf-8")


def test_a_broken_corpus_is_wrong_input(cli: Cli, write: Write) -> None:
    corpus(write, "ai-tokens: {label: good}\n", ranked=textwrap.dedent(QUIET).replace("metrics:", "metrix:"))
    ran = cli("rules", "score", "corpus")
    assert ran.code == 2
    assert "metrix" in ran.err
