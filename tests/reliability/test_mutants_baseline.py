"""The baseline, where no other test notices a small change of it."""

import textwrap
from pathlib import Path

import pytest
from cards import RANKED
from conftest import TODAY, Cli, Write

import metriclint
from metriclint.files.problem import ProblemError
from metriclint.findings.baseline import (
    Baseline,
    Known,
    Place,
    can_be_known,
    gone_projects,
    known_of,
    place_of,
    project_key,
    read_baseline,
    states,
    text_of,
    updated,
)
from metriclint.findings.finding import Location
from metriclint.findings.report import Options, report_of
from metriclint.model.config import Config
from metriclint.model.project import Project
from metriclint.rules.rule import Severity
from metriclint.sources.load import load_text

PRINT = "ml1:0123456789abcdef"

GONE = '{{"fingerprint": "ml1:{0:016x}", "rule": "gone-rule", "metric": "m{0}", "severity": "error"}}'


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (1, "1 known finding is solved (gone-rule on m1):"),
        (2, "2 known findings are solved (gone-rule on m1, gone-rule on m2):"),
        (3, "3 known findings are solved (gone-rule on m1, gone-rule on m2, gone-rule on m3):"),
        (5, "5 known findings are solved (gone-rule on m1, gone-rule on m2, gone-rule on m3 and 2 more):"),
    ],
)
def test_what_is_solved_is_counted_and_the_first_three_are_named(
    cli: Cli, write: Write, tmp_path: Path, gone: int, told: str
) -> None:
    write("card.yaml", RANKED)
    write("metriclint.toml", 'baseline = "known.json"\n')
    entries = ", ".join(GONE.format(number + 1) for number in range(gone))
    write("known.json", f'{{"metriclint_baseline": 1, "findings": [{entries}]}}')
    (notice,) = metriclint.check(["."], cwd=tmp_path, today=TODAY).notices
    assert notice.message.startswith(told)


def test_what_is_solved_is_told_at_the_first_of_its_entries(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("card.yaml", RANKED)
    write("metriclint.toml", 'baseline = "known.json"\n')
    entries = ",\n".join(GONE.format(number) for number in (1, 2, 3))
    write("known.json", f'{{"metriclint_baseline": 1, "findings": [\n{entries}]}}')
    (notice,) = metriclint.check(["."], cwd=tmp_path, today=TODAY).notices
    assert notice.location == Location("known.json", 2, 1, 2, 1, ["findings"])
    assert notice.message.endswith("): `metriclint baseline update` takes out what is solved")


def test_an_entry_of_no_metric_is_told_as_one_of_the_project(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("card.yaml", RANKED)
    write("metriclint.toml", 'baseline = "known.json"\n')
    entry = GONE.format(1).replace('"m1"', '""')
    write("known.json", f'{{"metriclint_baseline": 1, "findings": [{entry}]}}')
    (notice,) = metriclint.check(["."], cwd=tmp_path, today=TODAY).notices
    assert notice.message.startswith("1 known finding is solved (gone-rule on the project):")


@pytest.mark.parametrize(
    ("folder", "configured", "given", "expected"),
    [
        ("", None, None, Place(Path("/w/.metriclint-baseline.json"), "", False)),
        ("shop/north", None, None, Place(Path("/w/shop/north/.metriclint-baseline.json"), "", False)),
        ("shop", "known/all.json", None, Place(Path("/w/shop/known/all.json"), "", True)),
        ("shop", "known.json", "other/b.json", Place(Path("/w/other/b.json"), "", False)),
    ],
)
def test_a_baseline_is_the_given_the_configured_or_the_usual_file(
    folder: str, configured: str | None, given: str | None, expected: Place
) -> None:
    place = place_of(Project(folder, Config(baseline=configured)), Path("/w"), given)
    assert (place.file, place.configured) == (expected.file, expected.configured)
    assert place.shown == expected.file.relative_to("/w").as_posix()


def test_a_project_is_named_by_its_folder_below_that_of_the_baseline(tmp_path: Path) -> None:
    (tmp_path / "shop" / "north").mkdir(parents=True)
    file = tmp_path / "known.json"
    assert project_key("shop/north", tmp_path, file) == "shop/north"
    assert project_key("", tmp_path, file) == "."
    assert project_key("shop", tmp_path, tmp_path / "other" / "known.json") == "../shop"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "shop")
    assert project_key("north", tmp_path / "shop", link / "known.json") == "north"


def test_a_project_is_gone_where_its_folder_is_not_there_also_by_way_of_a_link(tmp_path: Path) -> None:
    for folder in ("real/inside/shop", "real/beside", "seen"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "seen" / "link").symlink_to(tmp_path / "real" / "inside")
    named = ("shop", "../beside", "closed", "Also closed")
    known = {(key, PRINT): Known(PRINT, "r", "m", "note", key) for key in named}
    baseline = Baseline("known.json", tmp_path / "seen" / "link" / "known.json", "", known)
    assert gone_projects(baseline) == ["Also closed", "closed"]


def test_a_baseline_is_written_in_one_form_a_line_each_for_merges() -> None:
    entries = [
        Known("ml1:0000000000000002", "b-rule", "zahl", "note"),
        Known("ml1:0000000000000003", "b", "größe", "error", "north"),
        Known("ml1:0000000000000001", "b-rule", "zahl", "warning"),
        Known("ml1:0000000000000009", "a-rule", "zahl", "info"),
        Known("ml1:0000000000000008", "z-rule", "a", "info"),
    ]
    assert (
        text_of(entries)
        == """\
{
  "metriclint_baseline": 1,
  "findings": [
    {"metric": "a", "rule": "z-rule", "severity": "info", "fingerprint": "ml1:0000000000000008"},
    {"metric": "zahl", "rule": "a-rule", "severity": "info", "fingerprint": "ml1:0000000000000009"},
    {"metric": "zahl", "rule": "b-rule", "severity": "warning", "fingerprint": "ml1:0000000000000001"},
    {"metric": "zahl", "rule": "b-rule", "severity": "note", "fingerprint": "ml1:0000000000000002"},
    {"project": "north", "metric": "größe", "rule": "b", "severity": "error", "fingerprint": "ml1:0000000000000003"}
  ]
}
"""
    )
    assert text_of([]) == '{\n  "metriclint_baseline": 1,\n  "findings": []\n}\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"metriclint_baseline": 1,,}', (1, 27, "broken JSON: expecting property name enclosed in double quotes")),
        (
            '<<<<<<< ours\n{"metriclint_baseline": 1}\n=======\n{}\n>>>>>>> theirs\n',
            (
                1,
                1,
                "has marks of a merge conflict: keep all lines of both sides, then run `metriclint baseline update`",
            ),
        ),
        ("[" * 100_000, (1, 1, "nested too deeply")),
        ("{}", (1, 1, "this is no baseline: it does not begin with `metriclint_baseline`")),
        ('["metriclint_baseline"]', (1, 1, "this is no baseline: it does not begin with `metriclint_baseline`")),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence_at_its_place(
    tmp_path: Path, text: str, told: tuple[int, int, str]
) -> None:
    file = tmp_path / "known.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemError) as caught:
        read_baseline(Place(file, "shown/known.json", configured=False))
    (problem,) = caught.value.problems
    assert (problem.path, problem.line, problem.column, problem.message) == ("shown/known.json", *told)


@pytest.mark.parametrize("configured", [True, False])
def test_a_missing_baseline_has_no_line_and_says_who_names_it(tmp_path: Path, configured: bool) -> None:
    with pytest.raises(ProblemError) as caught:
        read_baseline(Place(tmp_path / "known.json", "known.json", configured))
    (problem,) = caught.value.problems
    why = " (named by `baseline` of the configuration)" if configured else ""
    assert problem.message == f"there is no such baseline{why}; `metriclint baseline write` writes one"
    assert (problem.line, problem.column) == (0, 0)


@pytest.mark.parametrize("now", ["note", "warning", "error"])
def test_what_became_of_an_entry_is_read_from_its_severity_of_then_and_now(now: Severity) -> None:
    project, _ = load_text(textwrap.dedent(RANKED), "card.yaml", Config(severity={"VIS": now}))
    findings = [f for f in report_of([(project, None)], Options(TODAY)).findings if f.rule == "ranked-activity-board"]
    (finding,) = findings
    was = known_of(finding, ".")
    assert (was.project, was.fingerprint, was.rule) == (".", finding.fingerprint, "ranked-activity-board")
    assert (was.metric, was.severity) == ("ai-tokens", now)
    entry = Known(finding.fingerprint, "an-old-name", "ai-tokens", "warning")
    other = Known(finding.fingerprint, "an-old-name", "ai-tokens", "note", "north")
    gone = Known(PRINT, "gone-rule", "m", "note")
    known = {k.key: k for k in (entry, other, gone)}
    state = {"note": "better", "warning": "known", "error": "worse"}[now]
    assert list(states(known, ".", findings)) == [(state, entry, now), ("solved", gone, None)]
    left = {k.key: k.severity for k in updated(known, ".", findings).values()}
    assert left == {entry.key: "note" if now == "note" else "warning", other.key: "note"}
    assert list(states({}, ".", findings)) == [("new", was, now)]


def test_only_what_counts_and_is_not_about_a_waiver_can_be_known() -> None:
    roles = "requested_by: lead, approved_by: cpo, expires: 2027-01-31"
    inside = f"    waivers: [{{rule: VIS301, reason: Pilot, {roles}}}, {{rule: VIS302}}]\n"
    text = textwrap.dedent(RANKED) + inside
    project, problems = load_text(text, "card.yaml")
    assert not problems
    findings = report_of([(project, None)], Options(TODAY)).findings
    assert {"waived", "reported"} <= {f.status for f in findings}
    assert "expired-waiver" in {f.rule for f in findings}
    left = {f.rule for f in findings if not can_be_known(f)}
    assert left == {"ranked-activity-board", "expired-waiver"}
