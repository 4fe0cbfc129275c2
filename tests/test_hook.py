"""``check --changed`` by way of a record of the project: the same bytes as the whole check, and less work."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.cli import hook
from metriclint.cli.app import app

EXAMPLES = int(os.environ.get("METRICLINT_EXAMPLES", "20"))
IDS = [f"metric-{n}" for n in range(10, 26)]
TITLES = ["Tickets closed", "tickets  closed", "Calls answered", "Deals", "Commits", "Uptime", "Cases"]
ROLES = ["agent", "agnet", "developer", "nurse"]
SHARED = """\
metriclint: 1
roles:
  agent: {title: Agent, reports_to: lead}
  lead: {title: Lead}
boards:
  wall: {audience: team, identified: true, ranked: true, shows: [SHOWN]}
decisions:
  round: {made_by: lead, about: agent, consequence: bonus, uses: [{metric: SHOWN, stated: used, access: individual}]}
  area: {made_by: chief, about: lead, consequence: bonus, uses: [{metric: SHOWN, stated: used}]}
harms:
  burnout: {title: Burn-out}
"""


def card(rng: random.Random, known: list[str], *, shared: bool) -> str:
    """A card at random, with references into the rest of the project."""
    title = rng.choice(TITLES) if rng.random() < 0.3 else f"Number {rng.randrange(1000)}"
    lines = [f"    title: {title}", f"    kind: {rng.choice(['activity', 'outcome', 'composite'])}"]
    lines += [f"    subject: {{level: individual, role: {rng.choice(ROLES)}}}"] if rng.random() < 0.3 else []
    lines += ["    visibility: {audience: org, identified: true, ranked: true}"] if rng.random() < 0.4 else []
    lines += ["    visibility: wall"] if shared and len(lines) < 4 and rng.random() < 0.2 else []
    uses = ["[round]" if shared else "[]", "[]", *4 * ["[{kind: review, stated: not-used, access: individual}]"]]
    lines += [f"    consequences: {rng.choice(uses)}"]
    if rng.random() < 0.5:
        lines.append(f"    target: {{type: quota, value: {rng.choice([3, 4])}, basis: previous-actual}}")
    if known and rng.random() < 0.25:
        lines.append(f"    derived_from: [{rng.choice(known)}]")
    if known and rng.random() < 0.15:
        lines.append(f"    counter_metrics: [{{metric: {rng.choice(known)}}}]")
    lines += [f"    harms: [{rng.choice(['burnout', 'waste'])}]"] if rng.random() < 0.2 else []
    return "\n".join(lines) + "\n"


class Estate:
    """A project of one file a card, changed at random."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.rng = folder, random.Random(seed)
        (folder / "metriclint.toml").write_text('paths = ["metrics"]\n', encoding="utf-8")
        if self.rng.random() < 0.4:
            self.share()
        for id_ in IDS[:13]:
            self.put(id_)

    def share(self) -> str:
        return self._write("shared", SHARED.replace("SHOWN", self.rng.choice(IDS[:3])))

    def put(self, id_: str) -> str:
        known = [other for other in IDS if other < id_ and (self.folder / "metrics" / f"{other}.yaml").exists()]
        shared = (self.folder / "metrics" / "shared.yaml").exists()
        return self._write(id_, f"metriclint: 1\nmetrics:\n  {id_}:\n{card(self.rng, known, shared=shared)}")

    def change(self) -> list[str]:
        """One change, as a commit makes it; the paths that it touches."""
        (self.folder / "metrics" / "broken.yaml").unlink(missing_ok=True)
        what = self.rng.random()
        if what < 0.65:
            return [self.put(self.rng.choice(IDS)) for _ in range(self.rng.choice([1, 1, 2]))]
        if what < 0.75:
            return [self.share()]
        if what < 0.85:
            gone = self.folder / "metrics" / f"{self.rng.choice(IDS)}.yaml"
            gone.unlink(missing_ok=True)
            return [gone.relative_to(self.folder).as_posix()]
        if what < 0.9:
            return [self._write("broken", "metriclint: 1\nmetrics: {broken: {titel: A}}\n")]
        if what < 0.95:
            self.put(self.rng.choice(IDS))  # changed, and not named
            return [f"metrics/{self.rng.choice(IDS)}.yaml"]
        return [self._write("notes", "just: notes\n"), self.put(self.rng.choice(IDS))]

    def _write(self, name: str, text: str) -> str:
        file = self.folder / "metrics" / f"{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file.relative_to(self.folder).as_posix()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records from the first file on, in a cache of their own. Returns the cache."""
    cache = tmp_path_factory.mktemp("cache") / "metriclint"
    monkeypatch.setenv("METRICLINT_CACHE_DIR", str(cache))
    monkeypatch.setattr(hook, "code_stamp", lambda: "this program")
    # Files are as old as their changes are few nanoseconds apart: times tell.
    monkeypatch.setattr(hook, "_SHORTLY", -10_000_000_000)
    monkeypatch.setattr(hook, "_MANY", 1)
    monkeypatch.setattr(hook, "_WORTH", 0)
    return cache


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each run went by way of the record."""
    found: list[bool] = []
    quick = hook.Hook.quick

    def noted(self: hook.Hook) -> hook.Quick | None:
        result = quick(self)
        found.append(result is not None)
        return result

    monkeypatch.setattr(hook.Hook, "quick", noted)
    return found


def check(folder: Path, *args: str) -> tuple[int, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        ran = CliRunner().invoke(app, ["check", "--changed", *args, "--today", "2026-11-25"])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


def test_any_change_gives_the_same_bytes_with_a_record_as_without(
    eager: Path, taken: list[bool], tmp_path_factory: pytest.TempPathFactory
) -> None:
    @settings(deadline=None, max_examples=EXAMPLES, derandomize=True)
    @given(seed=st.integers(0, 10_000), unsure=st.sampled_from([False, False, False, True]))
    def holds(seed: int, unsure: bool) -> None:
        with pytest.MonkeyPatch.context() as patch:
            if unsure:
                patch.setattr(hook, "_SHORTLY", 2_000_000_000)
            estate = Estate(tmp_path_factory.mktemp("estate"), seed)
            check(estate.folder, "metrics/metric-10.yaml")
            for _ in range(4):
                paths = estate.change()
                asked = (*paths, "--format", estate.rng.choice(["json", "text"]))
                assert check(estate.folder, *asked) == check(estate.folder, "--no-cache", *asked), paths

    holds()
    assert taken.count(True) > EXAMPLES // 4


@pytest.fixture
def project(tmp_path: Path) -> Estate:
    estate = Estate(tmp_path, 1)
    for number, id_ in enumerate(IDS):
        text = f"metriclint: 1\nmetrics:\n  {id_}:\n    title: Number {number}\n    kind: activity\n"
        (tmp_path / "metrics" / f"{id_}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "metrics" / "shared.yaml").unlink(missing_ok=True)
    return estate


def record(cache: Path) -> Path:
    (file,) = cache.glob("*.project")
    return file


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"metriclint project 1", b"metriclint project 0", 1),
        lambda data: data[:-3] + b"!" + data[-2:],
        lambda data: b"\x00\xff" * 400,
    ],
)
def test_a_broken_record_is_ignored_and_written_anew(
    project: Estate, eager: Path, taken: list[bool], damage: Callable[[bytes], bytes]
) -> None:
    first = check(project.folder, "metrics/metric-10.yaml")
    whole = record(eager).read_bytes()
    record(eager).write_bytes(damage(whole))
    assert check(project.folder, "metrics/metric-10.yaml") == first
    assert check(project.folder, "metrics/metric-10.yaml") == first
    assert taken == [False, False, True]


def test_a_cache_that_cannot_be_written_changes_nothing(project: Estate, eager: Path, taken: list[bool]) -> None:
    eager.write_text("in the way", encoding="utf-8")
    assert check(project.folder, "metrics/metric-10.yaml") == check(project.folder, "metrics/metric-10.yaml")
    assert taken == [False, False]


@pytest.mark.parametrize("args", [("--ignore", "GOV"), ("--select", "VIS"), ("--preview",), ("--today", "2027-01-01")])
def test_what_is_asked_differently_has_a_record_of_its_own(
    project: Estate, eager: Path, taken: list[bool], args: tuple[str, ...]
) -> None:
    check(project.folder, "metrics/metric-10.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.folder)
        CliRunner().invoke(app, ["check", "--changed", "metrics/metric-10.yaml", *args])
    assert taken == [False, False]


@pytest.mark.parametrize("text", ['paths = ["metrics"]\nstrict = true\n', 'ignore = ["VIS"]\n'])
def test_another_setting_ends_a_record(project: Estate, eager: Path, taken: list[bool], text: str) -> None:
    check(project.folder, "metrics/metric-10.yaml")
    (project.folder / "metriclint.toml").write_text(text, encoding="utf-8")
    check(project.folder, "metrics/metric-10.yaml")
    assert taken == [False, False]


def test_a_project_inside_the_project_is_looked_at_as_a_whole(project: Estate, eager: Path, taken: list[bool]) -> None:
    check(project.folder, "metrics/metric-10.yaml")
    inside = project.folder / "metrics" / "inside"
    inside.mkdir()
    (inside / "metriclint.toml").write_text("", encoding="utf-8")
    assert check(project.folder, "metrics/metric-10.yaml")[0] == 0
    assert taken == [False, False]


def test_without_the_cache_no_record_is_written(project: Estate, eager: Path) -> None:
    check(project.folder, "metrics/metric-10.yaml", "--no-cache")
    assert not eager.exists()


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Path]:
    """A project that is large enough for a record without further ado."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
    from estate import write_folder

    write_folder(tmp_path / "many", 260)
    yield tmp_path / "many"
    sys.path.pop(0)


def test_64_runs_on_one_record_say_the_same(many: Path, tmp_path: Path) -> None:
    file = "metrics/0001/metric-000102.yaml"
    environment = {**os.environ, "METRICLINT_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "metriclint", "check", "--changed", file, "--today", "2026-11-25"]

    def run(number: int) -> tuple[int, bytes, bytes]:
        extra = ["--no-cache"] if number == 0 else []
        ran = subprocess.run([*command, *extra], cwd=many, env=environment, capture_output=True, check=False)
        return ran.returncode, ran.stdout, ran.stderr

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(run, range(64)))) == 1
    assert {file.suffix for file in (tmp_path / "cache").iterdir()} == {".project"}
