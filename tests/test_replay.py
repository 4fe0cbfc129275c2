"""The verdict cache: a replay prints the same bytes, and anything that could change them ends it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from cards import QUIET, RANKED
from conftest import Write

LONG_AGO = time.time() - 3600
CODE = """
import atexit, sys
from metriclint.cli.main import main
def tell():
    print("checked" if "metriclint.findings.report" in sys.modules else "replayed", file=sys.stderr)
atexit.register(tell)
main()
"""


class Ran(NamedTuple):
    """What a run did, and whether it really checked."""

    code: int
    out: bytes
    how: str


Run = Callable[..., Ran]


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache outside of the project, as it is for users."""
    return tmp_path_factory.mktemp("cache") / "metriclint"


@pytest.fixture
def run(tmp_path: Path, cache: Path) -> Run:
    """Run ``metriclint ARGS`` in a process of its own, with a cache of its own."""

    def start(*args: str, **env: str) -> Ran:
        ran = subprocess.run(
            [sys.executable, "-c", CODE, *args],
            cwd=tmp_path,
            capture_output=True,
            check=False,
            env={**os.environ, "METRICLINT_CACHE_DIR": str(cache), **env},
        )
        told = ran.stderr.decode().splitlines()
        assert told, ran
        return Ran(ran.returncode, ran.stdout, told[-1])

    return start


def old(file: Path) -> None:
    """Let a file have been changed long ago, so that its time alone tells."""
    os.utime(file, (LONG_AGO, LONG_AGO))


@pytest.mark.parametrize(("document", "code"), [(RANKED, 1), (QUIET, 0)])
def test_a_second_run_prints_the_same_bytes_without_checking(run: Run, write: Write, document: str, code: int) -> None:
    write("metrics.yaml", document)
    first, second = run("check", "metrics.yaml"), run("check", "metrics.yaml")
    assert (first.code, first.how) == (code, "checked")
    assert second == first._replace(how="replayed")


def test_each_format_has_a_record_of_its_own(run: Run, write: Write) -> None:
    write("metrics.yaml", RANKED)
    text, json = run("check"), run("check", "--format", "json")
    assert run("check") == text._replace(how="replayed")
    assert run("check", "--format", "json") == json._replace(how="replayed")
    assert text.out != json.out


def test_a_changed_document_is_checked_again(run: Run, write: Write) -> None:
    file = write("metrics.yaml", RANKED)
    old(file)
    run("check")
    file.write_text(file.read_text().replace("AI", "XY"), encoding="utf-8")
    again = run("check")
    assert again.how == "checked"
    assert b"XY" in again.out


def test_a_change_that_leaves_time_and_size_is_seen_where_the_file_was_fresh(run: Run, write: Write) -> None:
    file = write("metrics.yaml", RANKED)
    run("check")
    before = file.stat()
    file.write_text(file.read_text().replace("AI", "XY"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert run("check").how == "checked"


def test_a_file_put_in_the_place_of_another_with_its_time_and_size_is_seen(run: Run, write: Write) -> None:
    file = write("metrics.yaml", RANKED)
    old(file)
    time.sleep(2.1)  # so that the record goes by the stamp alone
    run("check", "metrics.yaml")
    file.write_text(file.read_text().replace("AI", "XY"), encoding="utf-8")
    old(file)
    again = run("check", "metrics.yaml")
    assert again.how == "checked"
    assert b"XY" in again.out


@pytest.mark.parametrize(
    ("name", "text"),
    [("more.yaml", QUIET), ("metriclint.toml", 'ignore = ["VIS"]\n'), ("deeper/more.yaml", QUIET)],
)
def test_a_new_file_is_seen(run: Run, write: Write, name: str, text: str) -> None:
    write("metrics.yaml", RANKED)
    run("check")
    write(name, text)
    assert run("check").how == "checked"


def test_a_configuration_that_appears_above_is_seen_where_one_file_is_named(run: Run, write: Write) -> None:
    write("a/metrics.yaml", RANKED)
    first = run("check", "a/metrics.yaml")
    write("metriclint.toml", 'ignore = ["VIS"]\n')
    again = run("check", "a/metrics.yaml")
    assert again.how == "checked"
    assert again.out != first.out


def test_a_rule_of_a_pack_is_an_input(run: Run, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", 'packs = ["house"]\n')
    rule = Path(__file__).resolve().parent.parent / "rules" / "visibility" / "ranked-activity-board.yaml"
    text = rule.read_text(encoding="utf-8").replace("VIS301", "HSE301")
    file = write("house/visibility/house-leaderboard.yaml", text)
    assert run("check").how == "checked"
    assert run("check").how == "replayed"
    file.unlink()
    assert run("check").how == "checked"


@pytest.mark.parametrize(
    "args",
    [("--no-cache",), ("--format", "json=out.json"), ("--format=json=out.json",), ("-o", "x"), ("-ox",), ("-vo", "x")],
)
def test_a_run_that_does_more_than_print_is_never_replayed(run: Run, write: Write, args: tuple[str, ...]) -> None:
    write("metrics.yaml", RANKED)
    run("check", "metrics.yaml", *args)
    assert run("check", "metrics.yaml", *args).how == "checked"


def test_a_working_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = "import os, sys; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone');"
    code = f"{gone} from metriclint.cli.main import main; main()"
    ran = subprocess.run([sys.executable, "-c", code, "check"], cwd=tmp_path, capture_output=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == b"error: the working folder does not exist any more, or cannot be read\n"


def test_wrong_input_is_told_anew(run: Run, write: Write) -> None:
    write("metrics.yaml", "metriclint: 1\nmetric: {}\n")
    first, second = run("check"), run("check")
    assert (first.code, second.code, second.how) == (2, 2, "checked")


def test_colour_and_no_colour_have_records_of_their_own(run: Run, write: Write) -> None:
    write("metrics.yaml", RANKED)
    plain = run("check", "--color", "auto")
    assert run("check", "--color", "always").out != plain.out
    assert run("check", "--color", "auto", NO_COLOR="1").how == "checked"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"metriclint verdict 2", b"metriclint verdict 1", 1),
        lambda data: data[:-30] + b"!" + data[-29:],
        lambda data: b"\x00\xff" * 400,
        lambda data: data.replace(b"check", b"chock", 1),
    ],
)
def test_a_broken_or_foreign_record_is_ignored_and_written_anew(
    run: Run, write: Write, cache: Path, damage: Callable[[bytes], bytes]
) -> None:
    write("metrics.yaml", RANKED)
    first = run("check")
    (record,) = cache.iterdir()
    whole = record.read_bytes()
    record.write_bytes(damage(whole))
    assert run("check") == first
    assert run("check") == first._replace(how="replayed")


def test_a_cache_that_cannot_be_written_changes_nothing(run: Run, write: Write, cache: Path) -> None:
    write("metrics.yaml", RANKED)
    cache.write_text("in the way", encoding="utf-8")
    first = run("check")
    assert first.code == 1
    assert run("check") == first


def test_only_records_are_taken_out_of_a_cache_that_is_full(run: Run, write: Write, cache: Path) -> None:
    write("metrics.yaml", RANKED)
    cache.mkdir()
    theirs = cache / "notes.txt"
    theirs.write_text("mine", encoding="utf-8")
    for number in range(310):
        (cache / f"{number:016x}").write_bytes(b"")
    for file in cache.iterdir():
        old(file)
    run("check")
    assert theirs.exists()
    assert len(list(cache.iterdir())) == 301


def test_a_pack_is_looked_for_where_packages_lie_now(run: Run, write: Write, tmp_path: Path) -> None:
    write("metrics/metrics.yaml", RANKED)
    write("metrics/metriclint.toml", 'packs = ["housepack"]\n')
    rule = Path(__file__).resolve().parent.parent / "rules" / "visibility" / "ranked-activity-board.yaml"
    text = rule.read_text(encoding="utf-8")
    for place in ("one", "two"):
        write(f"{place}/housepack/visibility/house-{place}.yaml", text.replace("VIS301", "HSE301"))
    first = run("check", "metrics", PYTHONPATH=str(tmp_path / "one"))
    second = run("check", "metrics", PYTHONPATH=str(tmp_path / "two"))
    assert b"house-one" in first.out
    assert b"house-two" in second.out


def test_parallel_runs_on_one_cache_agree_and_leave_no_parts(run: Run, write: Write, cache: Path) -> None:
    write("metrics.yaml", RANKED)
    with ThreadPoolExecutor(8) as pool:
        ran = list(pool.map(lambda _: run("check"), range(16)))
    assert len({(r.code, r.out) for r in ran}) == 1
    assert len(list(cache.iterdir())) == 1


def test_a_replay_imports_next_to_nothing(run: Run, write: Write, tmp_path: Path, cache: Path) -> None:
    write("metrics.yaml", RANKED)
    run("check")
    code = CODE.replace('print("checked"', 'print(*sorted(sys.modules), file=sys.stderr); print("checked"')
    ran = subprocess.run(
        [sys.executable, "-c", code, "check"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env={**os.environ, "METRICLINT_CACHE_DIR": str(cache)},
    )
    names, how = ran.stderr.decode().splitlines()
    assert how == "replayed"
    loaded = {name for name in names.split() if name.partition(".")[0] == "metriclint"}
    assert loaded == {
        "metriclint",
        "metriclint.version",
        "metriclint.cli",
        "metriclint.cli.main",
        "metriclint.cli.replay",
    }
    assert not {"click", "msgspec", "yaml", "yaml_rs", "typing"} & set(names.split())
