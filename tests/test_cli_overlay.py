"""``metriclint overlay init``: an overlay that asks, is read as it is, and is right when it is filled in."""

import json
import re
from pathlib import Path

import pytest
from adapted import report
from conftest import Cli, Snapshot, Write
from sheets import APPRAISAL, BANDS, workbook

from metriclint.exchange.overlay_form import MOST_KEYS, questions_of
from metriclint.findings.report import Options, report_of
from metriclint.sources.load import load

SLO = "version: prometheus/v1\nservice: checkout\nslos:\n  - {name: latency, objective: 99.5}\n"
SQL = "SELECT author, COUNT(*) commits FROM c GROUP BY 1 ORDER BY 2 DESC LIMIT 9"
BOARD = {"title": "Top authors", "type": "table", "targets": [{"rawSql": SQL}]}
TODAY = ("--today", "2026-11-25")


@pytest.fixture
def others(write: Write, tmp_path: Path) -> None:
    """Files of three tools, and a card of our own."""
    write("slo.yaml", SLO)
    write("d.json", json.dumps({"panels": [BOARD], "schemaVersion": 1, "title": "Git"}, indent=1))
    (tmp_path / "kpis.xlsx").write_bytes(workbook({"KPIs": APPRAISAL, "Scale": BANDS}))
    write("own.yaml", "metriclint: 1\nmetrics: {own: {title: Own, visibility: {audience: org, ranked: true}}}\n")


def filled(text: str) -> str:
    """The overlay with the first allowed value behind every key, and with its lists in use."""
    text = re.sub(r"\n    #     ", " ", text)
    lines = []
    above = ""
    for line in reversed(text.splitlines()):
        # The keys of a list stand below it, what is allowed behind a key beside or above it.
        if (item := re.fullmatch(r"    # (\w+: \[.*\])", line)) is not None:
            said = dict(re.findall(r"^    #   (\w+): (.*)$", above, re.MULTILINE))
            line = "    " + _with_items(item[1], said)
        above = f"{line}\n{above}" if line.startswith("    #   ") else ""
        lines.append(line)
    return _with_values(lines[::-1])


def _with_items(line: str, said: dict[str, str]) -> str:
    return re.sub(r"(\w+): (?=[,}])", lambda key: f"{key[1]}: {value(said[key[1]])}", line)


def _with_values(lines: list[str]) -> str:
    found = []
    above = ""
    for line in lines:
        if (key := re.fullmatch(r"( +)([a-z_]+):(?: +# (.*))?", line)) is not None and (key[3] or above):
            line = f"{key[1]}{key[2]}: {value(key[3] or above)}"
        is_comment = line.lstrip().startswith("# ") and not line.startswith("  # ")
        above = f"{above} {line.strip('# ')}".strip() if is_comment else ""
        found.append(line)
    return "\n".join(found) + "\n"


def value(said: str) -> str:
    kind = said.partition(":")[0]
    first = kind.removeprefix("list of ").split(" | ")[0]
    simple = {"text": "some words", "whole number": "5", "number or text": "5", "number": "5"}
    if kind.startswith("date"):
        return "2027-02-28"
    given = simple.get(first, first)
    return f"[{given}]" if kind.startswith("list") else given


@pytest.mark.usefixtures("others")
def test_the_overlay_that_is_written(cli: Cli, tmp_path: Path, snapshot: Snapshot) -> None:
    ran = cli("overlay", "init", *TODAY)
    assert (ran.code, ran.out) == (
        0,
        "metriclint-overlay.yaml asks about 5 metrics. Fill in what you know, then: metriclint check\n",
    )
    snapshot("overlay-init.yaml.txt", (tmp_path / "metriclint-overlay.yaml").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("others")
def test_as_it_is_written_it_says_nothing(cli: Cli) -> None:
    before = report(cli, ".", *TODAY)
    assert cli("overlay", "init", *TODAY).code == 0
    after = report(cli, ".", *TODAY)
    assert (after["errors"], after["findings"], after["undecided"]) == ([], before["findings"], before["undecided"])


@pytest.mark.usefixtures("others")
def test_filled_in_it_is_read_and_decides_rules(cli: Cli, tmp_path: Path) -> None:
    before = {u["metric"]: u["declare"] for u in report(cli, ".", *TODAY)["undecided"]}
    cli("overlay", "init", *TODAY)
    file = tmp_path / "metriclint-overlay.yaml"
    file.write_text(filled(file.read_text(encoding="utf-8")), encoding="utf-8")
    found = report(cli, ".", *TODAY)
    assert found["errors"] == []
    after = {u["metric"]: u["declare"] for u in found["undecided"]}
    for metric, declare in before.items():
        assert metric == "own" or set(declare[:6]).isdisjoint(after.get(metric, ())), metric


@pytest.mark.usefixtures("others")
def test_the_metric_and_the_fact_that_decide_most_come_first(tmp_path: Path) -> None:
    (project,) = load(["."], tmp_path).projects
    asked = questions_of(project, report_of([(project, None)], Options("2026-11-25")).undecided)
    assert [len(question.rules) for question in asked] == sorted((len(q.rules) for q in asked), reverse=True)
    assert "own" not in [question.metric for question in asked]


@pytest.mark.usefixtures("others")
def test_it_asks_about_some_and_says_how_many_are_left(cli: Cli, tmp_path: Path) -> None:
    ran = cli("overlay", "init", "--most", "2", "-o", "some.yaml", *TODAY)
    assert ran.out.splitlines()[1] == "3 more metrics have open questions: --all asks about them too"
    text = (tmp_path / "some.yaml").read_text(encoding="utf-8")
    assert len(re.findall(r"^  [a-z-]+:$", text, re.MULTILINE)) == 2
    every = cli("overlay", "init", "--all", "-o", "-", *TODAY).out
    assert len(re.findall(r"^  [a-z-]+:$", every, re.MULTILINE)) == 5
    for metric in every.split("\n\n"):
        assert len(re.findall(r"^    [ a-z_]+: ", metric, re.MULTILINE)) <= MOST_KEYS


@pytest.mark.usefixtures("others")
def test_nothing_is_overwritten(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "metriclint-overlay.yaml").write_text("mine\n")
    ran = cli("overlay", "init")
    assert (ran.code, (tmp_path / "metriclint-overlay.yaml").read_text()) == (2, "mine\n")
    assert "metriclint-overlay.yaml exists already" in ran.err


def test_it_lies_where_a_check_reads_it(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("p/metriclint.toml", 'paths = ["metrics"]\n')
    write("p/metrics/slo.yaml", SLO)
    assert cli("overlay", "init", "p", *TODAY).code == 0
    assert (tmp_path / "p/metrics/metriclint-overlay.yaml").is_file()
    write("q/deep/slo.yaml", SLO)
    assert cli("overlay", "init", "q", *TODAY).code == 0
    assert (tmp_path / "q/deep/metriclint-overlay.yaml").is_file()


def test_without_files_of_other_tools_there_is_nothing_to_write(cli: Cli, write: Write) -> None:
    write("own.yaml", "metriclint: 1\nmetrics: {own: {title: Own}}\n")
    ran = cli("overlay", "init")
    assert (ran.code, "no metric of another tool is here" in ran.err) == (3, True)


def test_several_projects_have_to_be_named_one_by_one(cli: Cli, write: Write) -> None:
    for name in ("a", "b"):
        write(f"{name}/metriclint.toml", "")
        write(f"{name}/slo.yaml", SLO)
    ran = cli("overlay", "init", ".")
    assert (ran.code, "several projects have metrics of other tools (a, b)" in ran.err) == (2, True)


def test_wrong_input_is_told_first(cli: Cli, write: Write) -> None:
    write("slo.yaml", SLO)
    write("over.yaml", "metriclint: 1\noverlay: true\nmetrics: {nothing: {kind: state}}\n")
    assert cli("overlay", "init").code == 2


def test_names_that_yaml_takes_for_something_else_are_quoted(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("goals.csv", 'KPI,Weightage,Target\nNo,50,1\n2024 plan,50,2\n"Say # ""x""\n: y",1,2\n')
    assert cli("overlay", "init", *TODAY).code == 0
    text = (tmp_path / "metriclint-overlay.yaml").read_text(encoding="utf-8")
    assert '\n  "no":\n' in text and '\n  "2024-plan":\n' in text
    assert report(cli, ".", *TODAY)["errors"] == []
