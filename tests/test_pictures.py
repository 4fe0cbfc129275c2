"""What a picture shows: the neighbourhood of a metric, merged boards, the three views, the witness path."""

from itertools import pairwise

import pytest
from designs import SETTINGS, incentives_of
from msgspec.structs import replace
from pictured import example, ids, links, metric, office, whole

from metriclint.findings.finding import Finding
from metriclint.findings.report import Options, report_of
from metriclint.graph.incentive_graph import View
from metriclint.pictures.compose import picture_of_finding, picture_of_metric, picture_of_project
from metriclint.pictures.picture import VIEWS, sentences


def findings_of(name: str) -> list[Finding]:
    return report_of([(example(name).project, None)], Options(SETTINGS.today)).findings


def test_the_neighbourhood_has_actions_boards_decisions_consequences_roles_outcomes_harms_counters_and_wholes() -> None:
    picture = metric("aht")
    assert ids(picture, "action") == {"action:hang-up", "action:rush"}
    assert ids(picture, "board") == {"board:wall", "board:monthly", "board:pack"}
    assert ids(picture, "decision") == {"decision:rating", "decision:bonus"}
    assert ids(picture, "consequence") == {"consequence:rating", "consequence:bonus", "consequence:wall/standing"}
    assert ids(picture, "role") == {"role:agent", "role:lead"}
    assert ids(picture, "outcome") == {"outcome:solved", "outcome:loyal"}
    assert ids(picture, "harm") == {"harm:cut-off", "harm:burnout"}
    assert ids(picture, "metric") == {"metric:aht", "metric:fcr", "metric:csat", "metric:index"}
    assert ids(picture, "target") == {"target:aht"}


def test_what_belongs_to_others_only_is_left_out() -> None:
    picture = metric("aht")
    assert not ids(picture) & {"metric:calls", "action:split", "action:listen"}
    assert ("metric:fcr", "shown on", "board:monthly") in links(picture)


def test_an_index_shows_its_parts() -> None:
    assert {"metric:aht", "metric:calls"} <= ids(metric("index"))


def test_a_shared_board_is_one_node() -> None:
    picture = whole()
    assert [n.id for n in picture.nodes if n.title == "Monthly scorecard"] == ["board:monthly"]
    assert not any("@" in n.id for n in picture.nodes)
    assert len(ids(picture)) == len(picture.nodes)


def test_a_link_behind_a_shared_board_says_for_which_metrics_it_holds() -> None:
    reads = [e for e in whole().edges if (e.source, e.target) == ("board:monthly", "decision:rating")]
    said = {(e.only, e.views) for e in reads}
    assert said == {
        (("Average handling time",), ("feasible", "believed")),
        (("Solved at first contact",), ("stated", "feasible", "believed")),
    }
    standing = [e for e in whole().edges if e.target == "consequence:wall/standing"]
    assert [e.only for e in standing] == [()]


@pytest.mark.parametrize("view", ["stated", "feasible", "believed"])
def test_a_view_shows_its_own_links_only(view: str) -> None:
    picture = whole(view)  # type: ignore[arg-type]
    assert picture.edges
    assert all(view in e.views for e in picture.edges)
    held = {
        (e.source.partition("@")[0], e.verb, e.target.partition("@")[0])
        for e in office().graph.edges()
        if e.views & (VIEWS[view] | View.GUARDS)  # type: ignore[index]
    }
    assert links(picture) == held


def test_policy_alone_has_no_path_where_it_forbids_the_use() -> None:
    stated = picture_of_metric(example("tokenmaxxing/2-restricted"), "ai-tokens", "stated")
    assert stated.path == ()
    assert stated.summary == "In this view no path leads from this number to a consequence."
    assert ids(stated, "decision") == set()


def test_access_leaves_a_path_where_policy_forbids_the_use() -> None:
    feasible = picture_of_metric(example("tokenmaxxing/2-restricted"), "ai-tokens", "feasible")
    assert [s.node for s in feasible.path] == [
        "action:idle-agent-loop",
        "metric:ai-tokens",
        "board:token-statistics",
        "decision:performance-review",
        "consequence:performance-review",
    ]
    assert feasible.path[0].verb == ""
    assert 'can lead to "the performance rating"' in feasible.summary


def test_the_witness_path_is_highlighted_link_by_link() -> None:
    picture = metric("aht")
    steps = [s.node for s in picture.path]
    assert steps[0] == "action:hang-up" and steps[-1] == "consequence:rating"
    assert {n.id for n in picture.nodes if n.on_path} == set(steps)
    marked = [(e.source, e.target) for e in picture.edges if e.on_path]
    assert sorted(marked) == sorted(pairwise(steps))
    (read,) = [e for e in picture.edges if e.on_path and e.verb == "read in"]
    assert "Average handling time" in read.only or not read.only


def test_the_path_leads_to_the_gravest_consequence_not_to_the_nearest() -> None:
    picture = metric("aht")
    assert "consequence:wall/standing" in ids(picture)
    assert picture.path[-1].node == "consequence:rating"


def test_a_part_reaches_consequences_by_way_of_its_whole() -> None:
    incentives = incentives_of(
        """
        metrics:
          part: {title: Part, kind: output, gaming_actions: [], consequences: []}
          whole:
            title: Whole
            kind: composite
            derived_from: [part]
            consequences: [{kind: bonus, stated: used}]
        """
    )
    picture = picture_of_metric(incentives, "part", "all")
    assert [s.kind for s in picture.path] == ["metric", "metric", "decision", "consequence"]


@pytest.mark.parametrize("name", ["tokenmaxxing/1-leaderboard", "wells-fargo", "sound-team-metrics"])
def test_the_picture_of_a_finding_highlights_the_path_of_the_finding(name: str) -> None:
    for finding in findings_of(name):
        picture = picture_of_finding(example(name), finding, "all")
        assert picture.path == tuple(finding.path)
        assert {s.node for s in finding.path} == {n.id for n in picture.nodes if n.on_path}
        assert sum(e.on_path for e in picture.edges) == len(finding.path) - 1
        assert picture.summary == finding.message


def test_a_finding_about_no_metric_is_drawn_in_the_whole_project() -> None:
    finding = next(f for f in findings_of("wells-fargo") if len(f.path) > 2)
    picture = picture_of_finding(example("wells-fargo"), replace(finding, metric="", metric_title=""), "all")
    assert picture.title == f"{finding.code} {finding.rule}"
    assert picture.focus == ""
    assert ids(picture) == ids(picture_of_project(example("wells-fargo"), "all"))
    assert picture.path == tuple(finding.path)


def test_a_finding_whose_path_a_view_lacks_is_drawn_without_it() -> None:
    finding = next(f for f in findings_of("tokenmaxxing/1-leaderboard") if f.code == "REV402")
    picture = picture_of_finding(example("tokenmaxxing/1-leaderboard"), finding, "stated")
    assert picture.path == ()
    assert not any(e.on_path for e in picture.edges)
    assert picture.summary.endswith("The path of this finding is not part of this view.")


def test_the_goal_of_a_metric_is_shown_even_where_nothing_leads_to_it() -> None:
    incentives = incentives_of("metrics: {m: {title: M, kind: activity, gaming_actions: [], outcome: A better world}}")
    picture = picture_of_metric(incentives, "m", "all")
    assert '"A better world" (outcome) has no link in this picture.' in sentences(picture)


def test_sentences_tell_every_link() -> None:
    picture = whole()
    told = sentences(picture)
    assert len(told) == len(picture.edges)
    assert '"Listen" (action) helps "Customers stay" (outcome).' in told
    assert any("moves down" in s for s in told)
    assert any("(not in policy; only for Average handling time)" in s for s in told)


def test_every_node_knows_where_it_is_declared() -> None:
    assert all(n.location and n.location.line for n in whole().nodes)


def test_an_unknown_metric_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        metric("nothing")


def test_a_project_without_a_name_is_called_this_project() -> None:
    assert picture_of_project(office(), "all").title == "Incentives in this project"
