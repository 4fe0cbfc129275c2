"""The pack as a folder: the same bytes, whole or not at all, and nothing of a client is overwritten."""

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest
from audited import CARDS, LATER, TODAY, changed, put
from conftest import Cli, Write

from metriclint.audit import folder

OUT = ("--today", TODAY, "--client", "Example Ltd")
root = pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the superuser can write everywhere")


def contents(place: Path) -> dict[str, bytes]:
    return {f.relative_to(place).as_posix(): f.read_bytes() for f in place.rglob("*") if f.is_file()}


@pytest.fixture
def project(write: Write, tmp_path: Path) -> Path:
    write("metriclint.toml", "")
    write("metrics.yaml", CARDS)
    return tmp_path


@pytest.fixture
def pack(cli: Cli, project: Path) -> Path:
    ran = cli("audit", ".", "--out", "pack", *OUT)
    assert (ran.code, ran.err) == (0, "")
    return project / "pack"


def test_the_manifest_names_every_file_with_its_checksum(pack: Path) -> None:
    files = contents(pack)
    manifest = json.loads(files.pop("data/MANIFEST.json"))
    assert {n: f["sha256"] for n, f in manifest["files"].items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }
    assert (manifest["as_of"], manifest["client"]) == (TODAY, "Example Ltd")
    assert manifest["arguments"] == [".", "--out", "FOLDER", "--client", "Example Ltd", "--today", TODAY]
    assert {
        "findings-register.xlsx",
        "data/findings.json",
        "data/findings.sarif",
        "data/graph.json",
        "data/register.csv",
        "data/inputs/metrics.yaml.copy",
        "data/inputs/metriclint.toml.copy",
    } <= set(files)
    assert files["data/inputs/metrics.yaml.copy"] == CARDS.encode()


def test_the_same_inputs_and_date_give_the_same_bytes(cli: Cli, pack: Path) -> None:
    assert cli("audit", ".", "--out", "other/place", *OUT).code == 0
    assert contents(pack.parent / "other" / "place") == contents(pack)


def test_a_second_run_leaves_the_pack_alone(cli: Cli, pack: Path) -> None:
    before = {f: f.stat().st_mtime_ns for f in pack.rglob("*")}
    ran = cli("audit", ".", "--out", "pack", *OUT)
    assert (ran.code, ran.out.splitlines()[0][:45]) == (0, "pack: the same pack is there already (draft: ")
    assert {f: f.stat().st_mtime_ns for f in pack.rglob("*")} == before


def test_a_pack_among_the_files_is_no_input(cli: Cli, pack: Path) -> None:
    assert cli("check", ".", "--today", TODAY).code == 1
    assert json.loads((pack / "data/findings.json").read_bytes())["scope"]["excluded"] == []


def test_sarif_and_graph_know_the_numbers(pack: Path) -> None:
    results = json.loads((pack / "data/findings.sarif").read_bytes())["runs"][0]["results"]
    numbered = {r["properties"]["auditId"]: r["baselineState"] for r in results if "auditId" in r["properties"]}
    graph = json.loads((pack / "data/graph.json").read_bytes())
    assert set(numbered) == set(graph["findings"])
    assert set(numbered.values()) == {"new"}
    assert graph["projects"][0]["picture"]["nodes"]


def test_a_register_that_was_filled_in_is_never_overwritten(cli: Cli, pack: Path) -> None:
    file = pack / "findings-register.xlsx"
    file.write_bytes(changed(file.read_bytes(), put(2, "Notes", "Ask again.")))
    filled = contents(pack)
    ran = cli("audit", ".", "--out", "pack", "--previous", "pack", *OUT)
    assert ran.code == 2
    assert "pack/findings-register.xlsx was changed or added since the pack was written" in ran.err
    assert contents(pack) == filled
    assert cli("audit", ".", "--out", "pack", "--force", *OUT).code == 0
    assert contents(pack) != filled


def test_another_pack_is_only_replaced_by_one_that_follows_it(cli: Cli, pack: Path) -> None:
    ran = cli("audit", ".", "--out", "pack", "--today", LATER)
    assert (ran.code, "pack holds another pack: `--previous pack` follows it up" in ran.err) == (2, True)
    assert cli("audit", ".", "--out", "pack", "--today", LATER, "--previous", "pack").code == 0
    assert json.loads((pack / "data/findings.json").read_bytes())["findings"][0]["history"]["state"] == "open"


def test_a_folder_with_other_files_is_left_alone(cli: Cli, project: Path, write: Write) -> None:
    write("mine/notes.txt", "keep me")
    ran = cli("audit", ".", "--out", "mine", "--force", *OUT)
    assert (ran.code, ran.err) == (2, "error: mine is not empty and is no audit pack: name another folder\n")
    assert contents(project / "mine") == {"notes.txt": b"keep me\n"[:7]}
    assert cli("audit", ".", "--out", "metrics.yaml", *OUT).code == 2


@pytest.mark.parametrize("at", [0, 3])
def test_a_full_disk_leaves_the_earlier_pack_intact(
    cli: Cli, pack: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    before, calls = contents(pack), iter(range(100))

    def full(descriptor: int) -> None:
        if next(calls) >= at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folder.os, "fsync", full)
    ran = cli("audit", ".", "--out", "pack", "--today", LATER, "--previous", "pack")
    assert (ran.code, ran.err) == (
        2,
        "error: pack cannot be written: no space left on device; what was there is as it was\n",
    )
    assert contents(pack) == before
    assert sorted(p.name for p in pack.parent.iterdir()) == ["metriclint.toml", "metrics.yaml", "pack"]


def test_a_rename_that_fails_brings_the_earlier_pack_back(
    cli: Cli, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rename = contents(pack), Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name.startswith(".pack.") and Path(target).name == "pack":
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    assert cli("audit", ".", "--out", "pack", "--today", LATER, "--previous", "pack").code == 2
    monkeypatch.undo()
    assert contents(pack) == before
    assert sorted(p.name for p in pack.parent.iterdir()) == ["metriclint.toml", "metrics.yaml", "pack"]


@root
def test_an_unwritable_folder_is_a_message(cli: Cli, project: Path) -> None:
    (project / "locked").mkdir(mode=0o555)
    ran = cli("audit", ".", "--out", "locked/pack", *OUT)
    assert (ran.code, "cannot be written: permission denied" in ran.err) == (2, True)


def test_a_place_below_a_file_is_a_message(cli: Cli, project: Path) -> None:
    ran = cli("audit", ".", "--out", "metrics.yaml/pack", *OUT)
    assert (ran.code, "metrics.yaml/pack cannot be written: " in ran.err) == (2, True)
    assert (project / "metrics.yaml").read_text() == CARDS


def test_an_earlier_pack_must_be_one(cli: Cli, pack: Path, write: Write) -> None:
    for name, text, message in (
        ("none", "", "is no audit pack: there is no data/findings.json in it"),
        ("broken", "{", "is broken JSON"),
        ("other", '{"schema": "metriclint/report/1"}', "was not written by this version of the tool"),
    ):
        write(f"{name}/data/{'findings' if text else 'nothing'}.json", text)
        ran = cli("audit", ".", "--out", "next", "--previous", name, *OUT)
        assert (ran.code, message in ran.err) == (2, True), ran.err
    ran = cli("audit", ".", "--out", "next", "--previous", "pack", "--today", "2026-01-01")
    assert "is of 2026-11-25, which is after 2026-01-01" in ran.err
    assert not (pack.parent / "next").exists()


def test_numbers_that_stand_twice_in_an_earlier_pack_are_refused(cli: Cli, pack: Path) -> None:
    file = pack / "data/findings.json"
    file.write_bytes(file.read_bytes().replace(b'"F-002"', b'"F-001"'))
    ran = cli("audit", ".", "--out", "next", "--previous", "pack", *OUT)
    assert (ran.code, "F-001 stands there twice" in ran.err) == (2, True)


def test_an_earlier_pack_that_was_tampered_with_brings_nothing_in(cli: Cli, pack: Path, write: Write) -> None:
    file = pack / "data/findings.json"
    good = file.read_bytes()
    file.write_bytes(good.replace(b'"kind": "board"', b'"kind": "<svg onload=x>"'))
    ran = cli("audit", ".", "--out", "next", "--previous", "pack", *OUT)
    assert (ran.code, "names a kind of node that does not exist" in ran.err) == (2, True)
    file.write_bytes(good.replace(b'"https://', b'"javascript:'))
    write("metrics.yaml", CARDS.replace("ranked: true", "ranked: false"))
    assert cli("audit", ".", "--out", "next", "--previous", "pack", *OUT).code == 0
    fixed = json.loads((pack.parent / "next/data/findings.json").read_bytes())["fixed"]
    assert [c["url"] for f in fixed for c in f["criteria"]] == [""]


def test_missing_files_and_wrong_cards_are_messages(cli: Cli, project: Path, write: Write) -> None:
    assert cli("audit", "nothing", "--out", "pack").code == 2
    assert cli("audit", ".", "--out", "pack", "--template", "none.docx").err.startswith("error: none.docx cannot be ")
    assert "none.yaml" in cli("audit", ".", "--out", "pack", "--responses", "none.yaml").err
    write("metrics.yaml", "metriclint: 1\nmetrics: {a: {titel: A}}\n")
    assert cli("audit", ".", "--out", "pack").code == 2
    (project / "metrics.yaml").unlink()
    assert cli("audit", ".", "--out", "pack").code == 3
    assert not (project / "pack").exists()
