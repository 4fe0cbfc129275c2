"""``metriclint baseline``: writing, updating and showing, on whole projects only."""

import json
import shutil
import stat
from pathlib import Path

import pytest
from cards import BROKEN, RANKED
from conftest import Cli, Snapshot, Write

DAY = ("--today", "2026-11-25")
NAME = ".metriclint-baseline.json"


@pytest.fixture
def project(write: Write, tmp_path: Path) -> Path:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", f'baseline = "{NAME}"\n')
    return tmp_path


def test_writing_a_baseline_makes_the_next_check_pass(project: Path, cli: Cli, snapshot: Snapshot) -> None:
    ran = cli("baseline", "write", *DAY)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"6 findings written to {NAME}\n"
    snapshot("baseline.json", (project / NAME).read_text())
    after = cli("check", *DAY)
    assert after.code == 0
    assert "6 findings on 1 metric are known from before (--verbose lists them)" in after.out
    assert "6 known from before: " in cli("check", "--verbose", *DAY).out


def test_writing_it_twice_needs_force(project: Path, cli: Cli) -> None:
    cli("baseline", "write", *DAY)
    before = (project / NAME).read_bytes()
    ran = cli("baseline", "write", *DAY)
    assert ran.code == 2
    assert "exists already" in ran.err
    assert (project / NAME).read_bytes() == before
    assert cli("baseline", "write", "--force", *DAY).code == 0
    assert (project / NAME).read_bytes() == before


def test_without_a_configured_name_the_usual_one_is_taken_and_the_next_step_told(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    ran = cli("baseline", "write", *DAY)
    assert f'next: let checks know it, by `baseline = "{NAME}"` in metriclint.toml' in ran.out
    ran = cli("baseline", "write", "--file", "known.json", *DAY)
    assert "next: let checks know it, by `--baseline known.json`" in ran.out
    assert cli("check", "--baseline", "known.json", *DAY).code == 0


@pytest.mark.parametrize("verb", ["write", "update", "show"])
@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_filtered_run_cannot_touch_a_baseline(project: Path, cli: Cli, verb: str, option: str) -> None:
    ran = cli("baseline", verb, option, "VIS")
    assert ran.code == 2
    assert f"{option} cannot go with it" in ran.err
    assert not (project / NAME).exists()


@pytest.mark.parametrize("verb", ["write", "update", "show"])
def test_a_part_of_a_project_cannot_touch_a_baseline(project: Path, cli: Cli, write: Write, verb: str) -> None:
    write("more.yaml", "metriclint: 1\nmetrics: {x: {title: X}}\n")
    ran = cli("baseline", verb, "more.yaml")
    assert ran.code == 2
    assert "more.yaml is a part of one" in ran.err
    assert not (project / NAME).exists()


def test_an_update_takes_out_what_is_solved_and_nothing_in(project: Path, cli: Cli, write: Write) -> None:
    cli("baseline", "write", *DAY)
    write(
        "metrics.yaml",
        RANKED.replace("ranked: true", "ranked: false")
        + RANKED.partition("metrics:")[2].replace("ai-tokens", "more-tokens"),
    )
    ran = cli("baseline", "update", *DAY)
    assert ran.code == 0
    known = json.loads((project / NAME).read_text())["findings"]
    assert ran.out == f"{NAME}: {6 - len(known)} solved taken out, 0 better, {len(known)} stay\n"
    assert 0 < len(known) < 6
    assert {entry["metric"] for entry in known} == {"ai-tokens"}
    assert "nothing to change" in cli("baseline", "update", *DAY).out
    assert cli("check", *DAY).code == 1


def test_an_update_notes_what_got_better_so_that_it_cannot_get_worse_again(project: Path, cli: Cli) -> None:
    cli("baseline", "write", *DAY)
    config = project / "metriclint.toml"
    before = config.read_text()
    config.write_text(before + '[severity]\nVIS = "note"\n')
    assert "0 solved taken out, 1 better, 6 stay" in cli("baseline", "update", *DAY).out
    config.write_text(before)
    ran = cli("check", *DAY)
    assert ran.code == 1
    assert "(worse: note in the baseline)" in ran.out


def test_an_update_puts_entries_right_that_stand_twice_after_a_merge(project: Path, cli: Cli) -> None:
    cli("baseline", "write", *DAY)
    file = project / NAME
    whole = file.read_text()
    line = next(line for line in whole.splitlines() if "ranked-activity-board" in line).removesuffix(",")
    file.write_text(whole.replace(line, f"{line},\n{line}"))
    assert "0 solved taken out, 0 better, 6 stay\n" in cli("baseline", "update", *DAY).out
    assert file.read_text() == whole
    assert "6 stay; nothing to change" in cli("baseline", "update", *DAY).out


def test_an_update_takes_out_what_stood_in_a_project_that_is_gone(cli: Cli, write: Write, tmp_path: Path) -> None:
    for name in ("north", "south"):
        write(f"{name}/metriclint.toml", "")
        write(f"{name}/metrics.yaml", RANKED)
    cli("baseline", "write", ".", "--file", NAME, *DAY)
    shutil.rmtree(tmp_path / "south")
    assert "6 solved, 0 better, 6 known" in cli("baseline", "show", ".", "--file", NAME, *DAY).out
    assert "6 solved taken out" in cli("baseline", "update", ".", "--file", NAME, *DAY).out
    assert "south" not in (tmp_path / NAME).read_text()
    assert cli("check", ".", "--baseline", NAME, *DAY).code == 0


def test_an_update_without_a_baseline_is_wrong_input(project: Path, cli: Cli) -> None:
    for verb in ("update", "show"):
        ran = cli("baseline", verb, *DAY)
        assert ran.code == 2
        assert "there is no such baseline" in ran.err
    assert not (project / NAME).exists()


def test_show_tells_the_state_of_every_entry_and_what_is_new(
    project: Path, cli: Cli, write: Write, snapshot: Snapshot
) -> None:
    cli("baseline", "write", *DAY)
    file = project / NAME
    file.write_text(
        file.read_text().replace('"no-outcome-link", "severity": "error"', '"no-outcome-link", "severity": "note"')
    )
    write("metriclint.toml", f'baseline = "{NAME}"\n[severity]\nGAM103 = "note"\n')
    write("metrics.yaml", RANKED.replace("ranked: true", "ranked: false") + "    target: {type: quota, value: 9}\n")
    ran = cli("baseline", "show", *DAY)
    assert ran.code == 0
    snapshot("baseline-show.txt", ran.out)


def test_wrong_documents_and_an_empty_folder_write_no_baseline(cli: Cli, write: Write, tmp_path: Path) -> None:
    assert cli("baseline", "write").code == 3
    write("metrics.yaml", BROKEN)
    ran = cli("baseline", "write")
    assert ran.code == 2
    assert "did you mean title?" in ran.err
    assert not (tmp_path / NAME).exists()


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left_behind(
    cli: Cli, write: Write, tmp_path: Path
) -> None:
    write("metrics.yaml", RANKED)
    (tmp_path / "folder").mkdir()
    before = sorted(p.name for p in tmp_path.iterdir())
    for place in ("nowhere/known.json", "folder"):
        ran = cli("baseline", "write", "--force", "--file", place, *DAY)
        assert ran.code == 2
        assert "cannot be written" in ran.err
        assert ran.out == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_an_update_keeps_the_permissions_of_the_file(project: Path, cli: Cli, write: Write) -> None:
    cli("baseline", "write", *DAY)
    (project / NAME).chmod(0o640)
    write("metrics.yaml", RANKED.replace("ranked: true", "ranked: false"))
    assert cli("baseline", "update", *DAY).code == 0
    assert stat.S_IMODE((project / NAME).stat().st_mode) == 0o640


def test_every_project_of_a_tree_gets_its_own_baseline(cli: Cli, write: Write, tmp_path: Path) -> None:
    for name in ("north", "south"):
        write(f"{name}/metriclint.toml", f'baseline = "{NAME}"\n')
        write(f"{name}/metrics.yaml", RANKED)
    ran = cli("baseline", "write", ".", *DAY)
    assert ran.out == f"6 findings written to north/{NAME}\n6 findings written to south/{NAME}\n"
    assert (tmp_path / "north" / NAME).read_text() == (tmp_path / "south" / NAME).read_text()
    assert cli("check", ".", *DAY).code == 0


def test_a_check_without_waivers_and_baseline_imports_neither(project: Path, write: Write) -> None:
    from test_cold_start import modules

    write("metriclint.toml", "")
    _, loaded = modules(project, "check", "metrics.yaml")
    room = "metriclint.findings."
    assert f"{room}verdict" in loaded
    assert not loaded & {f"{room}waivers", f"{room}waiver_words", f"{room}baseline"}
