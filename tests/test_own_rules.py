"""The walk of a newcomer in docs/own-rules.md: from nothing to a working rule by the page alone."""

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT, Cli
from pages import lived, shown
from test_adopting import run

from metriclint.facts.catalogue import FACTS
from metriclint.rules.placeholders import PLACEHOLDERS

PAGE = ROOT / "docs" / "own-rules.md"


def test_the_page_shows_what_its_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    now = shown(PAGE, lambda page: lived(page, run), request)
    assert "\n4 passed, 0 failed\n" in now
    assert "warning[person-data-kept-too-long] ORG001" in now


def test_the_walk_works_by_what_the_commands_say_alone(cli: Cli, tmp_path: Path) -> None:
    told = cli("rules", "new", "tickets-in-reviews").out
    file, test, pack = (
        re.search(pattern, told)[1]  # type: ignore[index]
        for pattern in (r"^(\S+) written", r"`metriclint (rules test \S+)`", r"metriclint\.toml: (packs = .*)$")
    )
    assert cli(*test.split()).code == 1
    rule = tmp_path / file
    facts = cli("rules", "facts").out
    assert "metric.kind" in facts
    assert "consequence.kind" in facts
    text = rule.read_text(encoding="utf-8")
    assert text.count(" && false") == 1
    rule.write_text(text.replace(" && false", ""), encoding="utf-8")
    assert cli(*test.split()).out == "4 passed, 0 failed\n"
    (tmp_path / "metriclint.toml").write_text(pack + "\n", encoding="utf-8")
    (tmp_path / "card.yaml").write_text(
        "metriclint: 1\nmetrics:\n  tickets:\n    title: Tickets\n    kind: activity\n"
        "    consequences: [{kind: bonus, stated: used, access: individual}]\n",
        encoding="utf-8",
    )
    report = json.loads(cli("check", "--select", "tickets-in-reviews", "--format", "json").out)
    assert [(f["rule"], f["metric"], f["location"]["line"]) for f in report["findings"]] == [
        ("tickets-in-reviews", "tickets", 5)
    ]


def test_every_fact_and_word_of_messages_is_listed(cli: Cli) -> None:
    listed = [line.split()[0] for line in cli("rules", "facts").out.splitlines() if re.match(r"  \S", line)]
    assert listed == [*FACTS, *(f"{{{word}}}" for word in PLACEHOLDERS)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no-owner-or-purpose"], '"no-owner-or-purpose" is the rule GOV'),
        (["house-rule", "--family", "review"], "three capital letters"),
        (["../house-rule"], "is no rule name"),
        (["house-rule", "--folder", "metriclint.toml"], "metriclint.toml cannot be made"),
    ],
)
def test_a_new_rule_that_cannot_work_is_refused(cli: Cli, tmp_path: Path, words: list[str], message: str) -> None:
    (tmp_path / "metriclint.toml").write_text("", encoding="utf-8")
    ran = cli("rules", "new", *words)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert [p.name for p in tmp_path.iterdir()] == ["metriclint.toml"]


def test_a_new_rule_takes_no_code_of_another_pack(cli: Cli, tmp_path: Path) -> None:
    assert "(ORG001)" in cli("rules", "new", "first-rule").out
    (tmp_path / "metriclint.toml").write_text('packs = ["house-rules"]\n', encoding="utf-8")
    assert "(ORG002)" in cli("rules", "new", "second-rule", "--folder", "team-rules").out
    assert "(ORG003)" in cli("rules", "new", "third-rule", "--folder", "team-rules").out
