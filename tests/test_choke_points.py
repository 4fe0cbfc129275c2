"""Choke points in the summary of a check: counted over what is reported, named in few words, and cheap."""

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
from conftest import TODAY, Cli, Write
from declared import Document, documents, flow
from designs import document
from hypothesis import given, settings
from test_cold_start import HEAVY, modules

from metriclint.explain.answer import VIEWS
from metriclint.explain.named import Names
from metriclint.explain.why import leads_to
from metriclint.findings.report import Options, report_of
from metriclint.graph.build import build
from metriclint.sources.load import load_text

FOUR_OF_FIVE = """
    metriclint: 1
    roles: {manager: {title: Manager}}
    metrics:
      calls: {title: Calls, kind: activity, subject: {level: individual}}
      chats: {title: Chats, kind: activity, subject: {level: individual}}
      mails: {title: Mails, kind: activity, subject: {level: individual}}
    decisions:
      talk:
        title: Yearly talk
        made_by: manager
        consequence: review
        uses:
          - {metric: calls, stated: not-used, access: individual}
          - {metric: chats, stated: not-used, access: individual}
      rise:
        title: Pay rise
        made_by: manager
        consequence: promotion
        uses:
          - {metric: calls, stated: not-used, access: individual}
          - {metric: chats, stated: not-used, access: individual}
      prize: {title: Prize, made_by: board, consequence: bonus, uses: [{metric: mails, stated: used}]}
    """
LINE = "choke point: removing the manager's access to 2 numbers cuts 4 of 5 risk paths (metrics.yaml:20:43)"


def report(cli: Cli, *args: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(cli("check", "--format", "json", "--today", TODAY, *args).out)
    return told


def test_the_summary_names_the_one_access_that_cuts_four_of_five_paths(cli: Cli, write: Write) -> None:
    write("metrics.yaml", FOUR_OF_FIVE)
    lines = cli("check", "--today", TODAY).out.splitlines()
    assert lines[-3] == "3 metrics with undeclared facts"
    assert lines[-2] == LINE


def test_the_report_has_its_lever_its_count_and_its_place(cli: Cli, write: Write) -> None:
    write("metrics.yaml", FOUR_OF_FIVE)
    (found,) = report(cli)["choke_points"]
    place = found.pop("location")
    assert found == {
        "lever": "access:manager",
        "kind": "access",
        "text": "removing the manager's access to 2 numbers",
        "cuts": 4,
        "paths": 5,
        "project": "",
    }
    assert place["route"] == ["decisions", "rise", "uses", 0, "access"]
    assert (place["path"], place["line"]) == ("metrics.yaml", 20)


def test_only_paths_of_numbers_with_a_reported_finding_count(cli: Cli, write: Write) -> None:
    write("metrics.yaml", FOUR_OF_FIVE)
    told = report(cli, "--select", "REV402")
    assert {f["metric"] for f in told["findings"]} == {"calls", "chats"}
    assert [(c["cuts"], c["paths"]) for c in told["choke_points"]] == [(4, 4)]
    assert "cuts all 4 risk paths" in cli("check", "--select", "REV402", "--today", TODAY).out


def test_accepted_risks_do_not_count(cli: Cli, write: Write) -> None:
    waivers = [
        f"  - {{rule: REV402, metric: {m}, reason: Pilot., requested_by: a, approved_by: b, expires: 2027-03-01}}\n"
        for m in ("calls", "chats")
    ]
    write("metrics.yaml", textwrap.dedent(FOUR_OF_FIVE) + "waivers:\n" + "".join(waivers))
    told = report(cli, "--select", "REV402")
    assert told["errors"] == []
    assert {f["status"] for f in told["findings"]} == {"waived"}
    assert told["choke_points"] == []


@pytest.mark.parametrize("use", ["stated: used", "stated: not-used, access: individual"])
def test_what_cuts_a_single_path_is_no_choke_point(cli: Cli, write: Write, use: str) -> None:
    decision = f"{{title: Prize, made_by: board, consequence: bonus, uses: [{{metric: calls, {use}}}]}}"
    card = "{title: Calls, kind: activity, subject: {level: individual}}"
    write("metrics.yaml", f"metriclint: 1\nmetrics: {{calls: {card}}}\ndecisions: {{prize: {decision}}}\n")
    told = report(cli)
    assert told["findings"]
    assert told["choke_points"] == []
    assert "choke point" not in cli("check", "--today", TODAY).out


def test_at_most_three_are_shown_and_five_a_project_are_reported_the_most_first(cli: Cli, write: Write) -> None:
    cards = "".join(f"  m{i}: {{title: M{i}, kind: activity, subject: {{level: individual}}}}\n" for i in range(7))
    boards = "".join(
        f"  b{i}: {{title: Board {i}, audience: org, identified: true, ranked: true, shows: [{shown}]}}\n"
        for i in range(6)
        for shown in [", ".join(f"m{k}" for k in range(i + 2))]
    )
    write("metrics.yaml", f"metriclint: 1\nmetrics:\n{cards}boards:\n{boards}")
    found = report(cli)["choke_points"]
    assert [(c["lever"], c["cuts"]) for c in found] == [(f"board:b{i}", i + 2) for i in (5, 4, 3, 2, 1)]
    shown = [line for line in cli("check", "--today", TODAY).out.splitlines() if line.startswith("choke point: ")]
    assert len(shown) == 3
    assert 'taking down "Board 5" cuts 7 of 27 risk paths' in shown[0]


def test_each_project_has_choke_points_of_its_own(cli: Cli, write: Write) -> None:
    for name in ("one", "two"):
        write(f"{name}/metriclint.toml", "")
        write(f"{name}/metrics.yaml", FOUR_OF_FIVE)
    found = report(cli)["choke_points"]
    assert [(c["project"], c["location"]["path"], c["cuts"]) for c in found] == [
        ("one", "one/metrics.yaml", 4),
        ("two", "two/metrics.yaml", 4),
    ]


def test_titles_cannot_write_to_the_terminal(cli: Cli, write: Write) -> None:
    title = r'"\e[31mManager\u202e\nof us"'
    write("metrics.yaml", FOUR_OF_FIVE.replace("{title: Manager}", f"{{title: {title}}}"))
    out = cli("check", "--today", TODAY).out
    assert "choke point: removing the" in out
    assert [c for c in out if not c.isprintable() and c != "\n"] == []


def test_a_check_that_names_choke_points_imports_nothing_heavy(write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", FOUR_OF_FIVE)
    _, loaded = modules(tmp_path, "check", "metrics.yaml")
    assert "metriclint.graph.choke" in loaded
    assert HEAVY & loaded == set()


@settings(deadline=None, max_examples=40)
@given(documents())
def test_the_paths_of_the_summary_are_those_that_why_shows_for_each_number(made: Document) -> None:
    project, problems = load_text(document(flow(made)), "metrics.yaml")
    assert not problems
    told = report_of([(project, None)], Options(TODAY))
    incentives = build(project)
    names = Names(incentives)
    answers = [
        leads_to(incentives, names.find(f"metric:{metric}")[0], None, list(VIEWS))
        for metric in sorted({f.metric for f in told.findings if f.metric})
    ]
    chokes = [a.choke for a in answers if a.choke is not None]
    for point in told.choke_points:
        assert point.paths == sum(c.paths for c in chokes)
        assert point.cuts == sum(c.cuts for choke in chokes for c in choke.changes if c.lever == point.lever) >= 2
