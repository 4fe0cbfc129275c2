"""Overlays on metrics of other tools: matching, filling, growing, giving way, and contradicting."""

from pathlib import Path
from typing import Any

import pytest
from adapted import project, report
from conftest import Cli, Write
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import APPRAISAL, workbook

from metriclint.model.project import Origin, Project
from metriclint.sources.load import load
from metriclint.sources.overlay import match_all, merge, said

SLO = """\
version: prometheus/v1
service: checkout
labels: {owner: payments}
slos:
  - name: latency
    objective: 99.5
  - name: availability
    objective: 99.9
"""
HEAD = "metriclint: 1\noverlay: true\n"


def problems(folder: Path) -> list[tuple[str, int, int, str, str]]:
    return [(p.path, p.line, p.column, p.message, p.suggestion) for p in load(["."], folder).problems]


@pytest.fixture
def slo(write: Write) -> None:
    write("slo.yaml", SLO)


def over(write: Write, metrics: str, name: str = "overlay.yaml") -> None:
    (write(name, "x")).write_text(HEAD + f"metrics: {metrics}\n", encoding="utf-8")


def card(read: Project, id_: str = "checkout-latency") -> Any:
    return read.metrics[id_].value


@pytest.mark.usefixtures("slo")
@pytest.mark.parametrize("key", ["checkout-latency", "checkout latency", "Checkout  LATENCY"])
def test_a_metric_of_another_tool_is_found_by_id_and_title(write: Write, tmp_path: Path, key: str) -> None:
    over(write, f"{{{key}: {{verification: independent}}}}")
    read = project(tmp_path)
    assert card(read).verification == "independent"
    assert read.metrics["checkout-latency"].place("verification") == Origin(
        "overlay.yaml", ("metrics", key, "verification")
    )


def test_a_metric_is_found_by_an_alias_that_its_file_gives(write: Write, tmp_path: Path) -> None:
    write("hub.toml", '[metrics.ad_clicks]\nfriendly_name = "Ads"\nselect_expression = "SUM(x)"\ndata_source = "d"\n')
    over(write, "{ad_clicks: {kind: output}}")
    assert card(project(tmp_path), "ad-clicks").kind == "output"


@pytest.mark.usefixtures("slo")
@pytest.mark.parametrize(
    ("key", "hit"),
    [
        ("checkout-*", {"latency", "availability"}),
        ("*LATENCY", {"latency"}),
        ("* avail*", {"availability"}),
        ("*", {"latency", "availability"}),
    ],
)
def test_a_pattern_fills_all_that_it_fits(write: Write, tmp_path: Path, key: str, hit: set[str]) -> None:
    over(write, f"{{'{key}': {{verification: internal}}}}")
    read = project(tmp_path)
    assert {n for n in ("latency", "availability") if card(read, f"checkout-{n}").verification == "internal"} == hit


def test_only_the_star_is_a_sign_in_a_pattern() -> None:
    titles = {"share [eur] up": ["a"], "share e up": ["b"], "why? now": ["c"], "why x now": ["d"]}
    assert match_all("Share [EUR] *", titles, ["a", "b", "c", "d"]) == ["a"]
    assert match_all("why? *", titles, ["a", "b", "c", "d"]) == ["c"]


def test_a_title_with_a_star_is_named_by_it(write: Write, tmp_path: Path) -> None:
    write("slo.yaml", SLO)
    write("own.yaml", 'metriclint: 1\nmetrics: {stars: {title: "5* share"}, other: {title: "5 more share"}}\n')
    over(write, "{'5* share': {kind: output}}")
    read = project(tmp_path)
    assert (card(read, "stars").kind, card(read, "other").kind) == ("output", None)


@pytest.mark.usefixtures("slo")
def test_an_entry_for_one_metric_counts_before_a_pattern(write: Write, tmp_path: Path) -> None:
    over(write, "{'*': {verification: none, optimum: interior}, checkout-latency: {verification: sample}}")
    read = project(tmp_path)
    assert (card(read).verification, card(read).optimum) == ("sample", "interior")
    assert card(read, "checkout-availability").verification == "none"


@pytest.mark.usefixtures("slo")
def test_a_pattern_leaves_alone_what_a_file_says(write: Write, tmp_path: Path) -> None:
    over(write, "{'*': {governance: {owner: nobody, purpose: alerts}, recorded_by: independent}}")
    found = card(project(tmp_path))
    assert (found.governance.owner, found.governance.purpose) == ("payments", "alerts")
    assert found.recorded_by == "independent"  # which was only inferred


@pytest.mark.usefixtures("slo")
@pytest.mark.parametrize(
    ("metrics", "message", "near"),
    [
        ("{checkout-latncy: {kind: state}}", "matches no metric that another file declares", "checkout-latency"),
        ("{Checkout latncy: {kind: state}}", "matches no metric that another file declares", "checkout-latency"),
        ("{'zzz*': {kind: state}}", "matches no metric that another file declares", ""),
    ],
)
def test_what_fits_nothing_is_an_error_with_a_guess(
    write: Write, tmp_path: Path, metrics: str, message: str, near: str
) -> None:
    over(write, metrics)
    ((path, line, column, said_, suggestion),) = problems(tmp_path)
    assert (path, line, column, suggestion) == ("overlay.yaml", 3, 11, near)
    assert message in said_


def test_a_title_of_two_metrics_needs_the_id(write: Write, tmp_path: Path) -> None:
    write("a/slo.yaml", SLO)
    write("b/slo.yaml", SLO)
    over(write, "{checkout latency: {kind: state}}")
    ((_, line, _, message, _),) = problems(tmp_path)
    assert (line, message) == (
        3,
        '"checkout latency" fits several metrics (checkout-latency, checkout-latency-slo): use the id',
    )
    over(write, "{checkout-latency-slo: {verification: sample}}")
    read = project(tmp_path)
    assert (card(read).verification, card(read, "checkout-latency-slo").verification) == (None, "sample")


@pytest.mark.usefixtures("slo")
def test_what_a_file_says_cannot_be_contradicted_and_both_places_are_named(write: Write, tmp_path: Path) -> None:
    over(write, "{checkout-latency: {governance: {owner: someone}, target: {value: 5, cap: 9}}}")
    assert [(line, message) for _, line, _, message, _ in problems(tmp_path)] == [
        (3, "contradicts the card, which declares `governance.owner` itself (slo.yaml:3:10)"),
        (3, "contradicts the card, which declares `target.value` itself (slo.yaml:6:5)"),
    ]


def test_a_contradiction_of_a_sheet_names_the_cell(write: Write, tmp_path: Path) -> None:
    (tmp_path / "kpis.xlsx").write_bytes(workbook({"KPIs": APPRAISAL}))
    over(write, "{Calls per day: {target: {value: 70}}}")
    assert [message for *_, message, _ in problems(tmp_path)] == [
        "contradicts the card, which declares `target.value` itself (kpis.xlsx:KPIs!C4)"
    ]


@pytest.mark.usefixtures("slo")
def test_an_inferred_fact_gives_way_and_a_confirmed_one_counts_as_declared(write: Write, tmp_path: Path) -> None:
    read = project(tmp_path)
    place = read.metrics["checkout-latency"].place("kind")
    assert card(read).kind == "state" and read.inferred_from(place)
    over(write, "{checkout-latency: {kind: outcome}, checkout-availability: {kind: state}}")
    read = project(tmp_path)
    for id_, kind in (("checkout-latency", "outcome"), ("checkout-availability", "state")):
        assert card(read, id_).kind == kind
        place = read.metrics[id_].place("kind")
        assert (place.path, read.inferred_from(place)) == ("overlay.yaml", None)


def test_inferred_consequences_give_way_as_a_list(write: Write, tmp_path: Path) -> None:
    (tmp_path / "kpis.xlsx").write_bytes(workbook({"KPIs": APPRAISAL}))
    assert card(project(tmp_path), "calls-per-day").consequences[0].kind == "review"
    over(write, "{calls-per-day: {consequences: []}, satisfaction: {consequences: [{kind: bonus}]}}")
    read = project(tmp_path)
    assert card(read, "calls-per-day").consequences == []
    assert [use.kind for use in card(read, "satisfaction").consequences] == ["bonus"]
    assert [use.kind for use in card(read, "tickets-closed").consequences] == ["review"]


def test_a_list_that_is_read_in_part_keeps_what_was_read() -> None:
    soft = frozenset({("consequences", 1)})
    base = [{"kind": "review"}, {"kind": "pay"}]
    for extra, clash in (([{"kind": "review"}], False), ([{"kind": "bonus"}], True), ([], True)):
        merged, _, clashes = merge({"consequences": base}, {"consequences": extra}, (), ("x",), soft)
        assert (bool(clashes), merged["consequences"]) == (clash, base if clash else extra)


@pytest.mark.usefixtures("slo")
def test_names_and_tags_are_added(write: Write, tmp_path: Path) -> None:
    write("own.yaml", "metriclint: 1\nmetrics: {a: {title: A, aliases: [B], tags: [x]}}\n")
    over(write, "{a: {aliases: [C, B], tags: [y]}}")
    read = project(tmp_path)
    assert (card(read, "a").aliases, card(read, "a").tags) == (["B", "C"], ["x", "y"])
    assert read.metrics["a"].place("aliases", 0) == Origin("own.yaml", ("metrics", "a", "aliases", 0))
    assert read.metrics["a"].place("aliases", 1) == Origin("overlay.yaml", ("metrics", "a", "aliases", 0))


@pytest.mark.usefixtures("slo")
def test_two_overlays_agree_fill_each_other_and_may_not_differ(write: Write, tmp_path: Path) -> None:
    over(write, "{checkout-latency: {verification: sample, subject: {people: 3}}}", "one.yaml")
    over(write, "{checkout latency: {verification: sample, subject: {role: operators}}}", "two.yaml")
    found = card(project(tmp_path))
    assert (found.verification, found.subject.people, found.subject.role) == ("sample", 3, "operators")
    over(write, "{checkout latency: {verification: none}}", "two.yaml")
    assert [(path, message) for path, _, _, message, _ in problems(tmp_path)] == [
        ("two.yaml", "contradicts the card, which declares `verification` itself (one.yaml:3:30)")
    ]


@pytest.mark.usefixtures("slo")
def test_what_is_left_empty_says_nothing(write: Write, tmp_path: Path) -> None:
    over(
        write,
        "\n  checkout-latency:\n  checkout-availability:\n    kind:\n    visibility:\n      audience:\n"
        "    statistics: {typical_n: , adjustment: }\n    agent: {}\n    subject:\n      people: 4",
    )
    read = project(tmp_path)
    found = card(read, "checkout-availability")
    assert (found.visibility, found.statistics, found.kind, found.subject.people) == (None, None, "state", 4)
    assert found.agent is not None
    assert said({"a": {"b": {"c": None}}, "d": {}, "e": [None], "f": 0}) == {"d": {}, "e": [None], "f": 0}


@pytest.mark.usefixtures("slo")
def test_an_overlay_alone_with_a_file_that_cannot_be_read_is_not_told_to_miss(write: Write, tmp_path: Path) -> None:
    write("slo.yaml", SLO + "broken: [\n")
    over(write, "{checkout-latency: {kind: state}}")
    assert {path for path, *_ in problems(tmp_path)} == {"slo.yaml"}


def test_what_an_overlay_declares_is_capped_no_more(cli: Cli, write: Write, tmp_path: Path) -> None:
    """Two of the facts behind the finding were inferred from the dashboard; the overlay declares one of them."""
    sql = "SELECT author, COUNT(*) commits FROM c GROUP BY 1 ORDER BY 2 DESC LIMIT 9"
    panel = f'{{"title": "Top", "type": "table", "targets": [{{"rawSql": "{sql}"}}]}}'
    (tmp_path / "d.json").write_text(f'{{"panels": [{panel}], "schemaVersion": 1, "title": "G"}}')

    def severity() -> str:
        found = report(cli, ".", "--select", "VIS301")["findings"]
        return str(found[0]["severity"])

    use = "consequences: [{kind: review, stated: used, access: individual}]"
    over(write, f"{{g-top: {{kind: activity, {use}}}}}")
    assert severity() == "warning"
    declared = "subject: {level: individual}, visibility: {audience: org}"
    over(write, f"{{g-top: {{kind: activity, {use}, {declared}}}}}")
    assert severity() == "error"


KEYS = st.sampled_from(["kind", "tags", "subject", "level", "consequences", "outcome", "a"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["x", "y"])),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(KEYS, below, max_size=3)),
    max_leaves=8,
)
CARDS = st.dictionaries(KEYS, VALUES, max_size=4)


@settings(deadline=None)
@given(CARDS, CARDS, st.frozensets(st.tuples(KEYS), max_size=2))
def test_merging_keeps_what_is_said_and_a_second_time_changes_nothing(base: Any, extra: Any, soft: Any) -> None:
    extra = said(extra)
    merged, patches, clashes = merge(base, extra, (), ("metrics", "m"), soft)
    assert {at for at, _ in patches}.isdisjoint(clash.at for clash in clashes)
    for key, value in base.items():
        if value is not None and (key,) not in soft and not isinstance(value, (dict, list)):
            assert merged[key] == value
    if not clashes:
        again, _, wrong = merge(merged, extra, (), ("metrics", "m"), frozenset())
        assert (again, wrong) == (merged, [])


@pytest.mark.usefixtures("slo")
def test_two_patterns_that_fit_one_metric_may_not_differ_unless_it_is_said_of_the_metric(
    write: Write, tmp_path: Path
) -> None:
    patterns = "'checkout-*': {verification: sample}, '*-latency': {verification: none, recorded_by: system}"
    over(write, f"{{{patterns}}}")
    assert [message for *_, message, _ in problems(tmp_path)] == [
        '"checkout-*" fits checkout-latency as well and says another `verification`: say it of the metric itself'
    ]
    over(write, f"{{{patterns}, checkout-latency: {{verification: independent}}}}")
    assert [entry.value.verification for entry in project(tmp_path).metrics.values()] == ["independent", "sample"]
