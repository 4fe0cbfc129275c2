"""Grafana dashboards: panels that rank named people are boards, and everything else is left alone."""

import builtins
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from adapted import CORPORA, MISSING, claimed, drafted, notices, reading_ends_in_words, report, shaped, values
from conftest import Cli, Write
from hypothesis import given, settings

TOP = """SELECT author_name, COUNT(DISTINCT pr.id) AS merged_prs FROM pull_requests pr
WHERE $__timeFilter(pr.created_date) AND repo_id IN (${repo_id:csv})
GROUP BY 1 ORDER BY 2 DESC LIMIT 20"""
Panel = dict[str, Any]


def panel(sql: str = TOP, title: str = "Top 20 contributors by merged PRs", **more: Any) -> Panel:
    target = {"datasource": {"type": "mysql", "uid": "x"}, "format": "table", "rawSql": sql, "refId": "A"}
    return {"type": "barchart", "title": title, "targets": [target], **more}


def dashboard(*panels: Panel, title: str = "Git") -> str:
    return json.dumps({"panels": panels, "schemaVersion": 38, "title": title}, indent=2)


def metrics(*panels: Panel) -> dict[str, Any]:
    found: dict[str, Any] = drafted("grafana", "d.json", dashboard(*panels)).document.get("metrics", {})
    return found


def ranked(sql: str, **more: Any) -> bool:
    """Is a panel without telling title a board."""
    return bool(metrics(panel(sql, "Overview", **more)))


def test_a_panel_of_people_in_order_is_a_metric_with_a_board() -> None:
    assert metrics(panel()) == {
        "git-top-20-contributors-by-merged-prs": {
            "title": "Top 20 contributors by merged PRs",
            "formula": "COUNT(DISTINCT pr.id)",
            "data_source": "pull_requests",
            "kind": "output",
            "subject": {"level": "individual"},
            "visibility": {"title": "Dashboard “Git”", "audience": "org", "identified": True, "ranked": True},
        }
    }


def test_what_the_query_says_is_read_and_what_it_does_not_say_is_inferred() -> None:
    foreign = drafted("grafana", "d.json", dashboard(panel())).foreign
    card = ("metrics", "git-top-20-contributors-by-merged-prs")
    assert foreign.inferred_from((*card, "visibility", "ranked")) is None
    assert foreign.inferred_from((*card, "visibility", "identified")) is None
    assert foreign.inferred_from((*card, "formula")) is None
    said = "the column `author_name` names who did it, a row for each"
    assert foreign.inferred_from((*card, "subject", "level")) == said
    assert "unless its folder says otherwise" in str(foreign.inferred_from((*card, "visibility", "audience")))
    assert foreign.inferred_from((*card, "kind")) == "“prs” are counted or added up"


def test_a_list_of_all_people_that_is_sorted_is_inferred_to_rank_them() -> None:
    sql = "SELECT assignee_name, SUM(story_point) AS points FROM issues GROUP BY assignee_name ORDER BY points DESC"
    draft = drafted("grafana", "d.json", dashboard(panel(sql, "Points by assignee")))
    (id_,) = draft.document["metrics"]
    assert draft.document["metrics"][id_]["visibility"]["ranked"] is True
    because = draft.foreign.inferred_from(("metrics", id_, "visibility", "ranked"))
    assert because == "the panel sorts all people by SUM(story_point)"


def test_an_id_identifies_people_by_inference() -> None:
    sql = "SELECT user_id, COUNT(*) AS chats FROM log GROUP BY user_id ORDER BY 2 DESC LIMIT 5"
    draft = drafted("grafana", "d.json", dashboard(panel(sql)))
    (id_,) = draft.document["metrics"]
    assert "`user_id` is an id" in str(draft.foreign.inferred_from(("metrics", id_, "visibility", "identified")))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a.login, n FROM (SELECT login, COUNT(*) n FROM acts GROUP BY login) a ORDER BY n DESC",
        "WITH c AS (SELECT author_name x, COUNT(*) n FROM log GROUP BY 1) SELECT * FROM c ORDER BY n DESC",
        "SELECT author, COUNT(*) n FROM c GROUP BY author ORDER BY -n LIMIT 3",
        "SELECT author, AVG(hours) n FROM c GROUP BY author ORDER BY n",
        "SELECT COALESCE(MAX(display_name), user_id) u, SUM(x) FROM t GROUP BY user_id ORDER BY SUM(x) DESC",
        "SELECT u.name, COUNT(*) n FROM tasks i JOIN users u ON u.id = i.u GROUP BY u.name ORDER BY n DESC",
        "SELECT a, n FROM (SELECT author a, COUNT(*) n, RANK() OVER (ORDER BY COUNT(*) DESC) r FROM c GROUP BY 1) q "
        "WHERE r <= 10 ORDER BY r",
        "SELECT author a, COUNT(*) n FROM x GROUP BY 1 UNION SELECT author, COUNT(*) FROM y GROUP BY 1 ORDER BY n DESC",
        "SELECT team, author_name, COUNT(*) n FROM c GROUP BY team, author_name ORDER BY team, n DESC",
        "SELECT DISTINCT author_name, COUNT(*) OVER (PARTITION BY author_name) n FROM c ORDER BY n DESC",
        "SELECT CASE WHEN x = '' THEN '-' ELSE assignee_name END a, COUNT(*) n FROM i GROUP BY 1 ORDER BY 2 DESC",
        "SELECT author_name, ROUND(SUM(a) * 100.0 / NULLIF(SUM(b), 0), 1) r FROM c GROUP BY 1 ORDER BY r DESC",
        "SELECT author_name, MAX(score) FROM c GROUP BY author_name ORDER BY MAX(score) DESC",
        "SELECT author_name, n FROM ((SELECT author_name, COUNT(*) n FROM c GROUP BY author_name)) z ORDER BY z.n DESC",
    ],
)
def test_an_order_of_people_is_seen_through_the_query(sql: str) -> None:
    assert ranked(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT team_name, COUNT(DISTINCT author_name) n FROM c GROUP BY team_name ORDER BY n DESC LIMIT 5",
        "SELECT file_path, COUNT(DISTINCT author_name) n FROM c GROUP BY file_path ORDER BY n DESC LIMIT 9",
        "WITH p AS (SELECT team, author, COUNT(*) n FROM c GROUP BY 1, 2) "
        "SELECT team, SUM(n) s FROM p GROUP BY team ORDER BY s DESC LIMIT 3",
        "SELECT author_name, COUNT(*) n FROM c GROUP BY author_name ORDER BY author_name",
        "SELECT user_id, MAX(date) d, COUNT(*) n FROM c GROUP BY user_id ORDER BY MAX(date) DESC LIMIT 9",
        "SELECT title, author_name, merged_at FROM prs ORDER BY merged_at DESC LIMIT 20",
        "SELECT title, GROUP_CONCAT(assignee_name) FROM issues GROUP BY title ORDER BY COUNT(*) DESC",
        "SELECT status, COUNT(*) FROM issues WHERE assignee IN (${users}) GROUP BY status ORDER BY 2 DESC",
        "SELECT customer_name, SUM(revenue) FROM deals GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
        "SELECT user_agent, COUNT(*) FROM requests GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
        "SELECT name, COUNT(*) n FROM repos GROUP BY name ORDER BY n DESC LIMIT 10",
        "SELECT DATE(t) d, author_name, COUNT(*) n FROM c GROUP BY 1, 2 ORDER BY 1",
        "SELECT COUNT(DISTINCT author_name) FROM c",
        "SELECT author_name FROM c GROUP BY author_name",
        "SELECT author_name, COUNT(*) FROM c GROUP BY author_name ORDER BY 7",
        "WITH RECURSIVE a AS (SELECT author FROM a UNION ALL SELECT author FROM a) SELECT * FROM a GROUP BY author",
        "UPDATE users SET name = 'x' WHERE name IN (SELECT name FROM users GROUP BY name)",
        "",
    ],
)
def test_other_panels_are_left_alone(sql: str) -> None:
    assert not ranked(sql)


def test_the_order_of_the_panel_itself_counts_too() -> None:
    sql = "SELECT author_name, COUNT(*) AS commits FROM c GROUP BY 1"
    assert not ranked(sql)
    assert ranked(sql, options={"sortBy": [{"displayName": "commits", "desc": True}]})
    sort = {"id": "sortBy", "options": {"sort": [{"field": "commits", "desc": True}]}}
    assert ranked(sql, transformations=[sort])
    assert not ranked(sql, options={"sortBy": [{"displayName": "author_name", "desc": True}]})


def test_a_title_that_says_ranking_is_believed_as_an_inference() -> None:
    sql = "SELECT author_name, COUNT(*) AS commits FROM c GROUP BY 1"
    draft = drafted("grafana", "d.json", dashboard(panel(sql, "Commit leaderboard")))
    assert draft.foreign.inferred_from(("metrics", "git-commit-leaderboard", "visibility", "ranked")) == (
        "the title says “Commit leaderboard”"
    )


def test_lines_over_time_and_hidden_queries_are_no_ranking() -> None:
    assert not metrics(panel(type="timeseries"))
    hidden = panel()
    hidden["targets"][0]["hide"] = True
    assert not metrics(hidden)


@pytest.mark.parametrize(
    ("source", "sql"),
    [
        (
            "grafana-postgresql-datasource",
            'SELECT "author", COUNT(*) FILTER (WHERE ok) n FROM c GROUP BY 1 ORDER BY n DESC LIMIT 3',
        ),
        ("mssql", "SELECT TOP 10 [author], COUNT(*) AS n FROM [c] GROUP BY [author] ORDER BY n DESC"),
        ("grafana-bigquery-datasource", "SELECT author, COUNT(*) n FROM `p.d.c` GROUP BY author ORDER BY n DESC"),
    ],
)
def test_other_databases_are_read_in_their_own_words(source: str, sql: str) -> None:
    one = panel(sql)
    one["targets"][0]["datasource"]["type"] = source
    assert metrics(one)


def test_panels_in_rows_wrappers_and_the_second_schema_are_found() -> None:
    row = {"type": "row", "title": "People", "panels": [panel()]}
    assert metrics(row)
    older = json.dumps({"rows": [{"panels": [panel()]}], "schemaVersion": 14, "title": "x", "panels": []})
    assert drafted("grafana", "d.json", older).has_any
    answer = json.dumps({"dashboard": json.loads(dashboard(panel())), "meta": {}})
    assert drafted("grafana", "d.json", answer).foreign.places["metrics", "git-top-20-contributors-by-merged-prs"] == (
        *("dashboard", "panels", 0, "targets", 0, "rawSql"),
    )
    query = {"kind": "PanelQuery", "spec": {"query": {"kind": "DataQuery", "group": "mysql", "spec": {"rawSql": TOP}}}}
    spec = {"title": "Top", "data": {"spec": {"queries": [query]}}, "vizConfig": {"group": "table"}}
    inside = {"title": "x", "elements": {"panel-1": {"spec": spec}}}
    newer = {"apiVersion": "dashboard.grafana.app/v2beta1", "spec": inside}
    assert claimed("d.json", json.dumps(newer)) == "grafana"
    assert drafted("grafana", "d.json", json.dumps(newer)).has_any


def test_findings_stand_at_the_query_and_stay_below_error(cli: Cli, write: Write) -> None:
    lines = write("boards/git.json", dashboard(panel(), title="Git 😀")).read_text().splitlines()
    found = report(cli, ".")
    by_rule = {f["rule"]: f for f in found["findings"]}
    place = by_rule["ranked-activity-board"]["location"]
    assert place["path"] == "boards/git.json"
    assert lines[place["line"] - 1][place["column"] - 1 :].startswith('"rawSql": "SELECT author_name')
    assert {f["severity"] for f in found["findings"]} <= {"note", "warning"}
    facts = {f["fact"]: f["provenance"] for f in by_rule["ranked-activity-board"]["facts"]}
    assert (facts["board.ranked"], facts["board.audience"]) == ("read", "inferred")


def test_a_dashboard_without_people_is_silent_on_a_walk_and_told_where_it_is_named(cli: Cli, write: Write) -> None:
    write("metrics.yaml", "metriclint: 1\nmetrics: {a: {title: A}}\n")
    write("d.json", dashboard(panel("SELECT 1", "One")))
    assert notices(report(cli, ".")) == []
    assert notices(report(cli, "d.json")) == [("d.json", 1, "read by grafana: it holds no metric")]


def test_people_without_an_order_are_one_remark_for_the_dashboard(cli: Cli, write: Write) -> None:
    sql = "SELECT user_id, COUNT(*) n FROM c GROUP BY user_id ORDER BY user_id"
    write("d.json", dashboard(panel(sql, "Per user"), panel(sql, "Again"), panel("SELECT 1", "One")))
    ((path, line, text),) = notices(report(cli, "."))
    assert (path, line > 1) == ("d.json", True)
    assert text == "2 panels show numbers of single people, in no order of them: “Per user”, “Again”"


def test_a_query_that_cannot_be_read_is_a_remark(cli: Cli, write: Write) -> None:
    write("d.json", dashboard(panel("SELECT author_name FROM (( GROUP BY ORDER"), panel()))
    ((_, _, text),) = notices(report(cli, "."))
    assert text.startswith("a query that may show people could not be read: ")


def test_a_broken_dashboard_ends_with_its_line(cli: Cli, write: Write) -> None:
    write("d.json", dashboard(panel()).replace('"title": "Git"', '"title" "Git"'))
    ran = cli("check", ".")
    assert (ran.code, "d.json:" in ran.out + ran.err) == (2, True)


@pytest.fixture
def without_sqlglot(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    real: Callable[..., Any] = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("sqlglot"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    for name in [n for n in sys.modules if n.startswith("sqlglot")] + ["metriclint.sources.panels.rows"]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(builtins, "__import__", refuse)


@pytest.mark.usefixtures("without_sqlglot")
def test_without_the_parser_it_is_said_what_to_install(cli: Cli, write: Write) -> None:
    write("metrics.yaml", "metriclint: 1\nmetrics: {a: {title: A}}\n")
    write("d.json", dashboard(panel()))
    ((_, _, text),) = notices(report(cli, "."))
    assert text.endswith("needs sqlglot: pip install 'metriclint[sources]'")
    ran = cli("check", "d.json")
    assert (ran.code, "pip install 'metriclint[sources]'" in ran.out + ran.err) == (2, True)


def test_other_json_files_are_left_alone() -> None:
    assert claimed("p.json", '{"panels": [], "title": "x"}') is None
    assert claimed("p.json", '[{"schemaVersion": 1, "panels": []}]') is None


QUERY = {"spec": {"query": {"group": "mysql", "spec": {"rawSql": TOP}}}}
FRAME: dict[str, Any] = {
    "dashboard": {"panels": [panel()]},
    "spec": {"elements": {"a": {"spec": {"data": {"spec": {"queries": [QUERY]}}}}}},
    "panels": [
        {
            "type": "table", "title": "t", "datasource": {"type": "mysql"}, "xaxis": {"mode": "series"},
            "targets": [{"rawSql": TOP, "datasource": {"type": "mssql"}, "hide": False}],
            "transformations": [{"id": "sortBy", "options": {"sort": [{"field": "n", "desc": True}]}}],
            "options": {"sortBy": [{"displayName": "n", "desc": True}]}, "panels": [panel()],
        }
    ],
    "rows": [{"panels": [panel()]}],
    "schemaVersion": 1,
    "title": "x",
}  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(shaped(FRAME, values(["panels", "targets", "rawSql", "title", "spec", "elements", "options", "sortBy"])))
def test_whatever_stands_in_a_dashboard_it_is_read_or_told(value: Any) -> None:
    reading_ends_in_words("grafana", "d.json", json.dumps(value))


@pytest.mark.skipif(not (CORPORA / "devlake").is_dir(), reason=MISSING)
def test_the_rankings_of_real_dashboards_are_found(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    """The list was made by reading every query with a column of people and an order."""
    folder = CORPORA / "devlake" / "grafana" / "dashboards"
    found = report(cli, str(folder))
    places = {(Path(f["location"]["path"]).name, f["metric"]) for f in found["findings"]}
    by_file = sorted(name for name, _ in {(name, metric) for name, metric in places})
    right = [name for name in by_file if name in TRUE_PANELS]
    wrong = [name for name in by_file if name not in TRUE_PANELS]
    strict = {f["metric"] for f in found["findings"] if f["rule"] == "ranked-activity-board"}
    with capsys.disabled():
        print(f"\nGrafana: {len(list(folder.glob('*.json')))} dashboards, {len(right)} of {sum(TRUE_PANELS.values())} "
              f"panels that rank people, {len(wrong)} false; {len(strict)} counted as activity")  # fmt: skip
    assert {name: by_file.count(name) for name in by_file} == TRUE_PANELS
    assert {f["severity"] for f in found["findings"]} <= {"note", "warning"}


TRUE_PANELS = {
    "AzureDevOps.json": 1,
    "BitBucket.json": 1,
    "ComponentAndFileLevelMetrics.json": 2,
    "DemoAverageRequirementLeadTimeByAssignee.json": 2,
    "DemoCommitCountByAuthor.json": 2,
    "GitHub.json": 1,
    "GithubCopilotAdoption.json": 1,
    "GithubReleaseQualityAndContributionAnalysis.json": 2,
    "Gitlab.json": 1,
    "SteeringAdoptionTracker.json": 1,
    "Taiga.json": 2,
    "WeeklyCommunityRetro.json": 2,
    "qdev_executive.json": 1,
    "qdev_feature_metrics.json": 1,
    "qdev_user_data.json": 1,
}
"""Panels by dashboard: 12 with a limit or "Top" in the title, and 9 that show all people in order."""
