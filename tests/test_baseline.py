"""The baseline: what is known from before, by fingerprint; what is new, worse or solved."""

import json
from pathlib import Path

import pytest
from cards import QUIET, RANKED
from conftest import Cli, Write
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.files.problem import ProblemError
from metriclint.findings.baseline import Known, Place, read_baseline, states, text_of, updated
from metriclint.findings.finding import SEVERITIES, Report
from metriclint.findings.report import Options, report_of
from metriclint.model.config import Config
from metriclint.rules.rule import Severity
from metriclint.sources.load import load

TODAY = "2026-11-25"


def check(folder: Path, baseline: str | None = None) -> Report:
    loaded = load([], folder)
    assert not loaded.problems, loaded.problems
    options = Options(TODAY, here=folder, baseline=baseline)
    return report_of(zip(loaded.projects, loaded.reported, strict=True), options)


@pytest.fixture
def project(cli: Cli, write: Write, tmp_path: Path) -> Path:
    """A project whose findings are all known, and that names its baseline."""
    write("metrics.yaml", RANKED)
    write("metriclint.toml", 'baseline = "known.json"\n')
    assert cli("baseline", "write", "--today", TODAY).code == 0
    return tmp_path


def entries(folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((folder / "known.json").read_text())["findings"]
    return found


def test_known_findings_stay_in_the_report_and_do_not_count(project: Path) -> None:
    report = check(project)
    assert report.summary.reported == 0
    assert report.summary.baselined == len(report.findings) == len(entries(project)) > 3
    assert {f.status for f in report.findings} == {"baselined"}
    assert not report.at_or_above("note")
    assert report.notices == []


def test_a_new_finding_counts_and_a_solved_one_makes_no_room_for_it(project: Path) -> None:
    text = (project / "metrics.yaml").read_text()
    (project / "metrics.yaml").write_text(
        text.replace("ranked: true", "ranked: false").replace("ai-tokens:", "other-tokens:")
    )
    report = check(project)
    assert report.summary.reported == len(report.findings) > 0, "another metric: all its findings are new"
    assert len(report.findings) <= len(entries(project))


def test_an_entry_is_known_by_its_fingerprint_and_not_by_rule_and_metric(project: Path) -> None:
    text = (project / "metrics.yaml").read_text()
    (project / "metrics.yaml").write_text(text.replace("kind: review", "kind: bonus"))
    found = {f.rule: f.status for f in check(project).findings}
    assert found["no-counter-metric"] == "reported", "it has another path now"
    assert found["ranked-activity-board"] == "baselined", "its path ends at the board"


def test_a_finding_that_got_worse_counts_again_and_says_so(project: Path, cli: Cli) -> None:
    file = project / "known.json"
    before = file.read_text()
    file.write_text(before.replace('"severity": "error"', '"severity": "note"', 1))
    (worse,) = [f for f in check(project).findings if f.status == "reported"]
    assert (worse.severity, worse.known_as) == ("error", "note")
    ran = cli("check", "--today", TODAY)
    assert ran.code == 1
    assert "(worse: note in the baseline)" in ran.out


def test_a_finding_that_got_better_stays_known(project: Path) -> None:
    (project / "metriclint.toml").write_text('baseline = "known.json"\n[severity]\nVIS = "note"\n')
    (board,) = [f for f in check(project).findings if f.rule == "ranked-activity-board"]
    assert (board.severity, board.status, board.known_as) == ("note", "baselined", "error")


def test_solved_entries_are_told_at_their_line(project: Path) -> None:
    text = (project / "metrics.yaml").read_text()
    (project / "metrics.yaml").write_text(text.replace("ranked: true", "ranked: false"))
    (notice,) = check(project).notices
    assert "ranked-activity-board on ai-tokens" in notice.message
    assert "`metriclint baseline update`" in notice.message
    assert notice.location is not None
    line = (project / "known.json").read_text().splitlines()[notice.location.line - 1]
    assert "ranked-activity-board" in line


def test_nothing_is_called_solved_that_was_not_asked(project: Path) -> None:
    loaded = load([], project)
    pairs = list(zip(loaded.projects, loaded.reported, strict=True))
    for options in ({"select": ("GAM",)}, {"ignore": ("VIS", "CTR")}):
        report = report_of(pairs, Options(TODAY, here=project, **options))  # type: ignore[arg-type]
        assert report.notices == []


def test_an_entry_of_a_rule_that_does_not_exist_any_more_is_solved(project: Path) -> None:
    file = project / "known.json"
    gone = '{"metric": "x", "rule": "gone-rule", "severity": "note", "fingerprint": "ml1:0000000000000000"},'
    file.write_text(file.read_text().replace('"findings": [', f'"findings": [{gone}'))
    (notice,) = check(project).notices
    assert "gone-rule on x" in notice.message


def test_a_waiver_goes_before_the_baseline(project: Path) -> None:
    waiver = "    waivers: [{rule: VIS301, reason: Pilot, requested_by: lead, approved_by: cpo, expires: 2027-01-31}]\n"
    text = (project / "metrics.yaml").read_text()
    (project / "metrics.yaml").write_text(text + waiver)
    report = check(project)
    assert report.summary.waived == 1
    assert report.notices == [], "a waived finding is not solved"


def test_findings_about_waivers_never_hide_in_a_baseline(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED + "    waivers: [{rule: VIS301, metric: ai-tokens, expires: 2026-01-01}]\n")
    write("metriclint.toml", 'baseline = "known.json"\n')
    cli("baseline", "write", "--today", TODAY)
    assert "expired-waiver" not in (tmp_path / "known.json").read_text()
    assert [f.rule for f in check(tmp_path).findings if f.status == "reported"] == ["expired-waiver"]


def test_projects_that_share_a_baseline_are_kept_apart(cli: Cli, write: Write, tmp_path: Path) -> None:
    for name in ("north", "south"):
        write(f"{name}/metriclint.toml", "")
    write("north/metrics.yaml", RANKED)
    write("south/metrics.yaml", QUIET)
    assert cli("baseline", "write", "--file", "known.json", "--today", TODAY, ".").code == 0
    assert {e["project"] for e in entries(tmp_path)} == {"north"}
    write("south/metrics.yaml", RANKED)
    ran = cli("check", ".", "--baseline", "known.json", "--format", "json", "--today", TODAY)
    found = {(f["project"], f["status"]) for f in json.loads(ran.out)["findings"]}
    assert found == {("north", "baselined"), ("south", "reported")}


def test_a_baseline_that_is_named_by_way_of_a_link_knows_its_project(
    project: Path, cli: Cli, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(project)
    assert cli("check", "--today", TODAY).code == 0
    assert cli("check", "--baseline", str(link / "known.json"), "--today", TODAY).code == 0


# The file


def problem(folder: Path, text: str) -> str:
    file = folder / "known.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemError) as caught:
        read_baseline(Place(file, "known.json", configured=True))
    found = caught.value.problems[0]
    return f"{found.line}:{found.column}: {found.message}"


ENTRY = '{"fingerprint": "ml1:0123456789abcdef", "rule": "r", "metric": "m", "severity": "note"}'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1:1: broken JSON"),
        ('{"metriclint_baseline": 1,\n"findings": [}', "2:14: broken JSON"),
        ("[]", "1:1: this is no baseline"),
        ("{}", "1:1: this is no baseline"),
        ('{"metriclint_baseline": 2}', "1:"),
        (
            f'{{"metriclint_baseline": 1,\n"findings": [\n{ENTRY.replace("note", "grave")}]}}',
            '3:69: "grave" is not one',
        ),
        (f'{{"metriclint_baseline": 1,\n"findings": [\n{ENTRY.replace("rule", "rul")}]}}', '3:1: "rule" is missing'),
        (
            f'{{"metriclint_baseline": 1,\n"findings": [\n{ENTRY.replace("ml1:", "")}]}}',
            '3:2: "0123456789abcdef" does not have the form',
        ),
        (
            '{"metriclint_baseline": 1,\n<<<<<<< ours\n"findings": []\n=======\n>>>>>>> b\n}',
            "2:1: has marks of a merge",
        ),
        ("[" * 100_000, "1:1: nested too deeply"),
    ],
)
def test_a_broken_baseline_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    assert problem(tmp_path, text).startswith(told)


@pytest.mark.parametrize("severities", [("note", "error"), ("error", "note")])
def test_of_an_entry_that_stands_twice_after_a_merge_the_better_one_counts(
    tmp_path: Path, severities: tuple[str, str]
) -> None:
    both = ", ".join(ENTRY.replace("note", severity) for severity in severities)
    file = tmp_path / "known.json"
    file.write_text(f'{{"metriclint_baseline": 1, "findings": [{both}]}}', encoding="utf-8")
    baseline = read_baseline(Place(file, "known.json", configured=True))
    assert [known.severity for known in baseline.known.values()] == ["note"]


def test_a_missing_baseline_is_wrong_input_and_says_what_to_do(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    ran = cli("check", "--baseline", "nowhere.json")
    assert ran.code == 2
    assert ran.out == ""
    assert "nowhere.json: there is no such baseline; `metriclint baseline write` writes one" in ran.err
    write("metriclint.toml", 'baseline = "known.json"\n')
    ran = cli("check")
    assert ran.code == 2
    assert "known.json: there is no such baseline (named by `baseline` of the configuration)" in ran.err


def test_a_folder_or_unreadable_text_as_baseline_is_wrong_input(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics.yaml", RANKED)
    (tmp_path / "folder").mkdir()
    assert cli("check", "--baseline", "folder").code == 2
    (tmp_path / "bytes.json").write_bytes(b'{"a": "\xff"}')
    assert "not UTF-8" in cli("check", "--baseline", "bytes.json").err
    assert cli("check", "--baseline", "").code == 2


def test_a_baseline_is_no_document_and_not_told_as_skipped(project: Path, cli: Cli) -> None:
    assert "known.json" not in cli("check", "--today", TODAY).out


KNOWN = st.builds(
    Known,
    fingerprint=st.from_regex(r"ml1:[0-9a-f]{16}", fullmatch=True),
    rule=st.sampled_from(["no-counter-metric", "ranked-activity-board"]),
    metric=st.text(max_size=8),
    severity=st.sampled_from(SEVERITIES),
    project=st.sampled_from([".", "north", 'so"uth']),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(KNOWN, unique_by=lambda k: k.key))
def test_what_is_written_reads_back_and_its_order_says_nothing(found: list[Known]) -> None:
    raw = json.loads(text_of(found))
    back = [Known(**record) for record in raw["findings"]]
    assert sorted(back, key=lambda k: k.key) == sorted(found, key=lambda k: k.key)
    assert text_of(reversed(found)) == text_of(found)
    assert text_of(found).count("\n") == (len(found) + 5 if found else 4)


@settings(deadline=None, max_examples=60)
@given(st.lists(KNOWN, unique_by=lambda k: k.key), st.data())
def test_an_update_never_takes_anything_in_and_never_raises_a_severity(found: list[Known], data: st.DataObject) -> None:
    known = {k.key: k for k in found}
    report = check_one(data)
    after = updated(known, ".", report.findings)
    assert set(after) <= set(known)
    for key, entry in after.items():
        assert SEVERITIES.index(entry.severity) <= SEVERITIES.index(known[key].severity)
        assert key[0] != "." or key[1] in {f.fingerprint for f in report.findings}
    told = [state for state, _, _ in states(known, ".", report.findings)]
    assert told.count("solved") == len(known) - len(after)
    assert told.count("new") == len({f.fingerprint for f in report.findings} - {print_ for _, print_ in known})


def check_one(data: st.DataObject) -> Report:
    """The report of a small project, its severities set at random."""
    import textwrap

    from metriclint.sources.load import load_text

    level: Severity = data.draw(st.sampled_from(SEVERITIES))
    project, _ = load_text(textwrap.dedent(RANKED), "metrics.yaml", Config(severity={"VIS": level}))
    return report_of([(project, None)], Options(TODAY))
