"""``metriclint waive``: an accepted risk, written down where it counts, or refused."""

import json
import textwrap
from pathlib import Path

import pytest
from cards import BROKEN, RANKED
from conftest import Cli, Ran, Snapshot, Write

DAY = ("--today", "2026-11-25")
WHO = ("--reason", "Pilot: two teams, no bonus.", "--requested-by", "ai-programme-lead", "--approved-by", "cpo")
TARGET = "ai-tokens/ranked-activity-board"


@pytest.fixture
def project(write: Write, tmp_path: Path) -> Path:
    write("metrics.yaml", "# Ours\n" + textwrap.dedent(RANKED) + "  rework: {title: Rework}\n")
    return tmp_path


def waive(cli: Cli, target: str = TARGET, *more: str, expires: str = "2027-01-31") -> Ran:
    return cli("waive", target, *WHO, "--expires", expires, *DAY, *more)


def statuses(cli: Cli, *args: str) -> dict[str, str]:
    report = json.loads(cli("check", "--format", "json", *DAY, *args).out)
    return {f["rule"]: f["status"] for f in report["findings"]}


def test_a_waiver_is_written_into_the_card_and_counts(project: Path, cli: Cli, snapshot: Snapshot) -> None:
    ran = waive(cli)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "ranked-activity-board on ai-tokens is waived until 2027-01-31, in metrics.yaml\n"
    snapshot("waived-card.yaml.txt", (project / "metrics.yaml").read_text())
    found = statuses(cli)
    assert found.pop("ranked-activity-board") == "waived"
    assert set(found.values()) == {"reported"}


def test_a_second_waiver_stands_beside_the_first(project: Path, cli: Cli) -> None:
    waive(cli)
    assert waive(cli, "ai-tokens/CTR501").code == 0
    assert list(statuses(cli).values()).count("waived") == 2


def test_a_fingerprint_names_a_finding(project: Path, cli: Cli) -> None:
    report = json.loads(cli("check", "--format", "json", *DAY).out)
    print_ = next(f["fingerprint"] for f in report["findings"] if f["rule"] == "no-counter-metric")
    assert waive(cli, print_).code == 0
    assert statuses(cli)["no-counter-metric"] == "waived"
    assert "no finding has the fingerprint" in waive(cli, "ml1:0000000000000000").err


def test_a_waiver_is_bound_to_the_path_unless_any_path_is_said(project: Path, cli: Cli) -> None:
    waive(cli, "ai-tokens/no-counter-metric")
    waive(cli, "ai-tokens/no-outcome-link", "--any-path")
    file = project / "metrics.yaml"
    file.write_text(file.read_text().replace("kind: review", "kind: bonus"))
    found = statuses(cli)
    assert found["no-counter-metric"] == "reported"
    assert found["waiver-path-changed"] == "reported"
    assert found["no-outcome-link"] == "waived"


def test_a_file_of_waivers_is_used_where_there_is_one(
    project: Path, cli: Cli, write: Write, snapshot: Snapshot
) -> None:
    before = (project / "metrics.yaml").read_bytes()
    assert waive(cli, TARGET, "--into", "waivers.yaml", "--compensating", "rework").code == 0
    snapshot("waivers.yaml.txt", (project / "waivers.yaml").read_text())
    assert "in waivers.yaml" in waive(cli, "ai-tokens/CTR501").out
    assert (project / "metrics.yaml").read_bytes() == before
    found = statuses(cli)
    assert (found["ranked-activity-board"], found["no-counter-metric"]) == ("waived", "waived")


def test_diff_shows_and_writes_nothing(project: Path, cli: Cli) -> None:
    before = (project / "metrics.yaml").read_bytes()
    ran = waive(cli, TARGET, "--diff")
    assert ran.code == 0
    added = [line for line in ran.out.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert len(added) == 1
    assert added[0].startswith("+    waivers: [{rule: ranked-activity-board, fingerprint: ")
    assert (project / "metrics.yaml").read_bytes() == before


def test_json_stays_json(cli: Cli, write: Write, tmp_path: Path) -> None:
    card = {
        "title": "AI tokens used",
        "kind": "activity",
        "subject": {"level": "individual"},
        "visibility": {"audience": "org", "identified": True, "ranked": True},
    }
    write("metrics.json", json.dumps({"metriclint": 1, "metrics": {"ai-tokens": card}}, indent=2))
    assert waive(cli).code == 0
    after = json.loads((tmp_path / "metrics.json").read_text())
    assert after["metrics"]["ai-tokens"]["waivers"][0]["expires"] == "2027-01-31"
    assert statuses(cli)["ranked-activity-board"] == "waived"


# What is refused


def refused(ran: Ran, project: Path, before: bytes) -> str:
    assert ran.code == 2
    assert ran.out == ""
    assert (project / "metrics.yaml").read_bytes() == before
    return " ".join(ran.err.split())


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--expires", "2026-11-24"), "ended on 2026-11-24"),
        (("--expires", "soon"), "which is no date"),
        (
            ("--expires", "2027-12-31"),
            "401 more days; 90 are allowed for an error. The severity is error, so it can be",
        ),
        (("--approved-by", "AI programme lead"), "by the same role"),
        (("--compensating", "rewrk"), 'did you mean "rework"?'),
        (("--compensating", "No Id!"), "that metric does not exist"),
        (("--into", "other.txt"), "name it .yaml"),
        (("--into", "../elsewhere.yaml"), "outside of the project"),
        (("--into", "house.yaml"), "is no document of this project"),
        (("--into", "nowhere/waivers.yaml"), "cannot be written"),
    ],
)
def test_a_waiver_that_would_not_count_is_not_written(
    project: Path, cli: Cli, write: Write, more: tuple[str, ...], told: str
) -> None:
    write("house.yaml", "a: 1\n")
    before = (project / "metrics.yaml").read_bytes()
    assert told in refused(waive(cli, TARGET, *more), project, before)


def test_everything_that_is_missing_is_told_at_once_with_the_longest_end(project: Path, cli: Cli) -> None:
    ran = cli("waive", TARGET, "--requested-by", "lead", "--reason", " ", *DAY)
    assert ran.code == 2
    assert ran.err == (
        "error: a waiver needs --reason, --approved-by, --expires too; severity is error, so it can be waived for 90 "
        "days, until 2027-02-23\n"
    )


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("ai-token", 'unknown metric "ai-token": did you mean "ai-tokens"?'),
        ("ai-tokens", "ai-tokens has several findings; name one: "),
        ("ai-tokens/VIS399", '"VIS399" is not reported for ai-tokens; findings there: '),
        ("rework/VIS301", '"VIS301" is not reported for rework; findings there: none'),
    ],
)
def test_a_target_that_means_no_single_finding_is_told(project: Path, cli: Cli, target: str, told: str) -> None:
    before = (project / "metrics.yaml").read_bytes()
    assert told in refused(waive(cli, target), project, before)


def test_lines_in_the_name_of_a_role_become_blanks(project: Path, cli: Cli) -> None:
    roles = ("--requested-by", " ai-programme-lead\n", "--approved-by", "chief\n- people officer")
    assert cli("waive", TARGET, "--reason", "A pilot.", *roles, "--expires", "2027-01-31", *DAY).code == 0
    text = (project / "metrics.yaml").read_text()
    assert "requested_by: ai-programme-lead," in text
    assert "approved_by: chief - people officer," in text


def test_what_is_waived_already_is_not_waived_twice(project: Path, cli: Cli) -> None:
    waive(cli)
    ran = waive(cli)
    assert ran.code == 2
    assert "is waived already, until 2027-01-31 (metrics.yaml:11)" in ran.err


def test_a_finding_about_a_waiver_cannot_be_waived(project: Path, cli: Cli) -> None:
    file = project / "metrics.yaml"
    file.write_text(file.read_text() + "waivers: [{rule: VIS301, metric: rework, expires: 2026-01-01}]\n")
    assert "no waiver waives that" in waive(cli, "rework/expired-waiver").err


def test_a_rule_that_nobody_can_waive_is_refused(project: Path, cli: Cli, write: Write) -> None:
    write("metriclint.toml", '[waivers]\nnever = ["VIS301"]\n')
    assert "VIS301" not in (project / "metrics.yaml").read_text()
    assert "is a rule that nobody can waive" in waive(cli).err


def test_the_same_finding_in_two_projects_has_to_be_named_by_project(cli: Cli, write: Write, tmp_path: Path) -> None:
    for name in ("north", "south"):
        write(f"{name}/metriclint.toml", "")
        write(f"{name}/metrics.yaml", RANKED)
    assert "several projects (north, south)" in waive(cli, TARGET, "--project", ".").err
    assert "in south/metrics.yaml" in waive(cli, TARGET, "--project", "south").out
    assert "waivers" not in (tmp_path / "north" / "metrics.yaml").read_text()


def test_nothing_and_broken_documents_end_as_everywhere(cli: Cli, write: Write) -> None:
    assert waive(cli).code == 3
    write("metrics.yaml", BROKEN)
    assert waive(cli).code == 2
