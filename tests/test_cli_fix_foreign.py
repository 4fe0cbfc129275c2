"""``fix`` and ``waive`` on metrics that files of other tools declare: those files are never touched."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from adapted import report
from conftest import Cli, Write
from sheets import APPRAISAL, BANDS, workbook

from metriclint.files.patch import PatchError
from metriclint.model.project import Origin, Project
from metriclint.repair.edits import Edit
from metriclint.repair.overlays import changes_of
from metriclint.sources.load import load

TODAY = ("--today", "2026-11-25")
SQL = "SELECT author, COUNT(*) commits FROM c GROUP BY 1 ORDER BY 2 DESC LIMIT 9"
WAIVED = ("--reason", "a pilot", "--requested-by", "ops", "--approved-by", "hr", "--expires", "2026-12-20")


@pytest.fixture
def appraisal(tmp_path: Path) -> bytes:
    """A workbook with weights, scores and increments: its consequences are inferred."""
    data = workbook({"KPIs": APPRAISAL, "Scale": BANDS})
    (tmp_path / "kpis.xlsx").write_bytes(data)
    return data


@pytest.fixture
def board(tmp_path: Path) -> str:
    """A dashboard that ranks people: what it shows is read, and that everyone sees it is inferred."""
    panel = {"title": "Top authors", "type": "table", "targets": [{"rawSql": SQL}]}
    text = json.dumps({"panels": [panel], "schemaVersion": 1, "title": "Git"}, indent=1)
    (tmp_path / "d.json").write_text(text)
    return text


def rules(cli: Cli, metric: str) -> set[str]:
    return {f["rule"] for f in report(cli, ".", *TODAY)["findings"] if f["metric"] == metric}


def project(folder: Path) -> Project:
    (only,) = load(["."], folder).projects
    return only


def edit(metric: str, *parts: str | int, value: Any) -> Edit:
    return Edit("metrics", metric, parts, value, Origin("unused", ()))


def test_an_option_is_written_into_a_new_overlay_and_does_what_was_proven(
    cli: Cli, tmp_path: Path, appraisal: bytes
) -> None:
    assert "no-counter-metric" in rules(cli, "calls-per-day")
    ran = cli("fix", "calls-per-day/no-counter-metric", "--apply", "1", *TODAY)
    assert (ran.code, ran.out.splitlines()[0]) == (0, "option 1 written to metriclint-overlay.yaml")
    assert (tmp_path / "metriclint-overlay.yaml").read_text() == (
        "metriclint: 1\noverlay: true\nmetrics:\n  calls-per-day: {counter_metrics: [{title: counter-metric to be "
        "named, same_decision: true, independent: true}]}\n"
    )
    assert "no-counter-metric" not in rules(cli, "calls-per-day")
    assert (tmp_path / "kpis.xlsx").read_bytes() == appraisal


@pytest.mark.usefixtures("appraisal")
def test_the_diff_of_a_new_overlay_can_be_applied(cli: Cli, tmp_path: Path) -> None:
    ran = cli("fix", "calls-per-day/no-counter-metric", "--apply", "1", "--diff", *TODAY)
    assert ran.out.startswith("--- /dev/null\n+++ b/metriclint-overlay.yaml\n")
    assert not (tmp_path / "metriclint-overlay.yaml").exists()
    subprocess.run(["git", "apply", "-p1", "-"], input=ran.out.encode(), check=True, cwd=tmp_path)
    assert "no-counter-metric" not in rules(cli, "calls-per-day")


@pytest.mark.usefixtures("appraisal")
def test_every_proven_option_is_written_as_proven_or_refused(cli: Cli, tmp_path: Path) -> None:
    """For each finding of each metric: what was written is read without a fault, and the finding is gone."""
    found = report(cli, ".", *TODAY)["findings"]
    written, refused = 0, 0
    for finding in found:
        target = f"{finding['metric']}/{finding['rule']}"
        options = json.loads(cli("fix", target, "--format", "json", *TODAY).out)["findings"][0]["options"]
        for number in range(1, len(options) + 1):
            ran = cli("fix", target, "--apply", str(number), *TODAY)
            if "it has to be changed there" in ran.err:
                refused += 1
                continue
            assert ran.code == 0, (target, ran.err)
            assert finding["rule"] not in rules(cli, finding["metric"]), (target, number)
            (tmp_path / "metriclint-overlay.yaml").unlink()
            written += 1
    assert written > 10 * refused > 0


@pytest.mark.usefixtures("appraisal")
def test_an_overlay_that_names_the_metric_gets_it(cli: Cli, write: Write, tmp_path: Path) -> None:
    write(
        "mine.yaml", "metriclint: 1\noverlay: true\nmetrics:\n  Calls  per DAY:\n    # of the shop\n    unit: calls\n"
    )
    cli("fix", "calls-per-day/no-counter-metric", "--apply", "1", *TODAY)
    assert (
        (tmp_path / "mine.yaml")
        .read_text()
        .endswith(
            "    unit: calls\n    counter_metrics: [{title: counter-metric to be named, same_decision: true, "
            "independent: true}]\n"
        )
    )
    assert not (tmp_path / "metriclint-overlay.yaml").exists()
    assert "no-counter-metric" not in rules(cli, "calls-per-day")


@pytest.mark.usefixtures("appraisal", "board")
def test_a_form_that_was_not_filled_in_yet_takes_it(cli: Cli, tmp_path: Path) -> None:
    cli("overlay", "init", "--most", "1", *TODAY)
    for target in ("calls-per-day/no-counter-metric", "git-top-authors/no-counter-metric"):
        options = json.loads(cli("fix", target, "--format", "json", *TODAY).out)["findings"][0]["options"]
        number = 1 + next(n for n, o in enumerate(options) if "Pair it" in json.dumps(o))
        assert cli("fix", target, "--apply", str(number), *TODAY).code == 0
        assert "no-counter-metric" not in rules(cli, target.partition("/")[0])
    last = (tmp_path / "metriclint-overlay.yaml").read_text().splitlines()[-1]
    assert last.startswith("  git-top-authors: {counter_metrics: ")


def test_what_the_other_file_says_is_refused_with_its_place(cli: Cli, tmp_path: Path, board: str) -> None:
    change = edit("git-top-authors", "visibility", "ranked", value=False)
    with pytest.raises(PatchError) as error:
        changes_of([change], project(tmp_path), "metriclint-overlay.yaml")
    assert str(error.value) == (
        "`visibility.ranked` stands at d.json:8:6: it has to be changed there, an overlay cannot contradict it"
    )
    options = cli("fix", "git-top-authors/ranked-activity-board", *TODAY, "--diff").out
    assert "`visibility.ranked` stands at d.json:8:6" in options
    assert (tmp_path / "d.json").read_text() == board


def test_inferred_facts_are_overridden_part_by_part_and_lists_as_a_whole(
    tmp_path: Path, appraisal: bytes, board: str
) -> None:
    read = project(tmp_path)
    edits = [
        edit("git-top-authors", "visibility", "audience", value="self"),
        edit("git-top-authors", "visibility", "gamified", value=False),
        edit("calls-per-day", "consequences", 0, "stated", value="not-used"),
        edit("calls-per-day", "consequences", 0, "enforced", value="technical"),
    ]
    changes = changes_of(edits, read, "o.yaml")
    uses = changes.values["o.yaml"][2:]
    assert changes.values["o.yaml"][:2] == [
        (("metrics", "git-top-authors", "visibility", "audience"), "self"),
        (("metrics", "git-top-authors", "visibility", "gamified"), False),
    ]
    ((route, value),) = uses
    assert route == ("metrics", "calls-per-day", "consequences")
    assert [(use["kind"], use["stated"], use.get("enforced")) for use in value] == [
        ("pay", "not-used", "technical"),
        ("promotion", "used", None),
    ]
    assert changes.new["o.yaml"] == "metriclint: 1\noverlay: true\nmetrics:\n  git-top-authors:\n  calls-per-day:\n"


def test_what_an_overlay_said_is_changed_there(tmp_path: Path, board: str, write: Write) -> None:
    write("o.yaml", "metriclint: 1\noverlay: true\nmetrics: {Top authors: {visibility: {audience: team}}}\n")
    change = edit("git-top-authors", "visibility", "audience", value="self")
    assert changes_of([change], project(tmp_path), "x.yaml").values == {
        "o.yaml": [(("metrics", "Top authors", "visibility", "audience"), "self")]
    }


def test_what_a_pattern_said_of_many_is_said_of_one(tmp_path: Path, board: str, write: Write) -> None:
    write("o.yaml", "metriclint: 1\noverlay: true\nmetrics: {'*': {optimum: extreme, tags: [a]}}\n")
    change = edit("git-top-authors", "optimum", value="interior")
    assert changes_of([change], project(tmp_path), "o.yaml").values == {
        "o.yaml": [(("metrics", "git-top-authors", "optimum"), "interior")]
    }


def test_boards_of_another_tool_are_changed_there(tmp_path: Path, board: str) -> None:
    change = Edit("boards", "wall", ("ranked",), False, Origin("d.json", ("boards", "wall", "ranked")))
    with pytest.raises(PatchError, match=r'board "wall" is declared by d.json, a file of another tool'):
        changes_of([change], project(tmp_path), "o.yaml")


@pytest.mark.usefixtures("appraisal")
def test_a_file_in_the_way_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "metriclint-overlay.yaml").write_text("something: else\n")
    ran = cli("fix", "calls-per-day/no-counter-metric", "--apply", "1", *TODAY)
    assert (ran.code, "is there already, but no check of this project reads it" in ran.err) == (2, True)
    (tmp_path / "metriclint-overlay.yaml").write_text("metriclint: 1\nmetrics: {a: {title: A}}\n")
    ran = cli("fix", "calls-per-day/no-counter-metric", "--apply", "1", *TODAY)
    assert (ran.code, "metriclint-overlay.yaml is no overlay" in ran.err) == (2, True)


def test_a_waiver_goes_into_the_waivers_of_the_project(cli: Cli, tmp_path: Path, appraisal: bytes) -> None:
    ran = cli("waive", "calls-per-day/no-counter-metric", *WAIVED, *TODAY)
    assert (ran.code, ran.out) == (
        0,
        "no-counter-metric on calls-per-day is waived until 2026-12-20, in waivers.yaml\n",
    )
    assert "    metric: calls-per-day\n" in (tmp_path / "waivers.yaml").read_text()
    statuses = {(f["metric"], f["rule"]): f["status"] for f in report(cli, ".", *TODAY)["findings"]}
    assert statuses["calls-per-day", "no-counter-metric"] == "waived"
    assert cli("waive", "satisfaction/no-counter-metric", *WAIVED, *TODAY).code == 0
    assert (tmp_path / "waivers.yaml").read_text().count("- ") == 2
    assert (tmp_path / "kpis.xlsx").read_bytes() == appraisal


def test_a_waiver_is_never_written_into_a_file_of_another_tool(cli: Cli, tmp_path: Path, board: str) -> None:
    ran = cli("waive", "git-top-authors/no-counter-metric", *WAIVED, *TODAY, "--into", "d.json")
    assert (ran.code, "d.json is a file of another tool, in which waivers have no place" in ran.err) == (2, True)
    (tmp_path / "waivers.yaml").write_text("something: else\n")
    ran = cli("waive", "git-top-authors/no-counter-metric", *WAIVED, *TODAY)
    assert (ran.code, "waivers.yaml is no document of this project" in ran.err) == (2, True)
    assert (tmp_path / "d.json").read_text() == board


def test_files_lie_where_a_check_of_the_project_reads_them(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("p/metriclint.toml", 'paths = ["metrics"]\n')
    (tmp_path / "p/metrics").mkdir()
    (tmp_path / "p/metrics/kpis.xlsx").write_bytes(workbook({"KPIs": APPRAISAL}))
    assert cli("fix", "calls-per-day/no-counter-metric", "--apply", "1", "--project", "p", *TODAY).code == 0
    assert cli("waive", "satisfaction/no-counter-metric", *WAIVED, "--project", "p", *TODAY).code == 0
    assert sorted(f.name for f in (tmp_path / "p/metrics").iterdir()) == [
        "kpis.xlsx",
        "metriclint-overlay.yaml",
        "waivers.yaml",
    ]
    assert report(cli, "p", *TODAY)["errors"] == []
