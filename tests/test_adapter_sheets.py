"""Goal tools' exports and KPI sheets: headers in several wordings, facts with their cells, and what follows."""

from pathlib import Path
from typing import Any

import pytest
from adapted import CORPORA, MISSING, edges, notices, project, report
from conftest import Cli, Write
from sheets import APPRAISAL, BANDS, Rows, csv_text, workbook

from metriclint.model.foreign import Cell
from metriclint.sources.adapter import SourceFile, adapter_of
from metriclint.sources.draft import Draft
from metriclint.sources.foreign import draft_of
from metriclint.sources.sheets.headers import header_of, wordings


def read(sheets: dict[str, Rows] | Rows) -> Draft:
    """The draft of a workbook; a list of rows is its one sheet."""
    named = sheets if isinstance(sheets, dict) else {"KPIs": sheets}
    return draft_of(SourceFile("k.xlsx", workbook(named), explicit=True), "sheets")


def read_csv(rows: Rows, delimiter: str = ",") -> Draft:
    return draft_of(SourceFile("k.csv", csv_text(rows, delimiter).encode()), "sheets")


def card(draft: Draft, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = draft.document["metrics"][id_]
    return found


def takes(rows: Rows, *, explicit: bool = False) -> bool:
    return adapter_of(SourceFile("k.csv", csv_text(rows).encode(), explicit=explicit)) == "sheets"


def test_weights_that_make_up_a_whole_beside_scores_are_read_in_a_review() -> None:
    draft = read(APPRAISAL)
    assert list(draft.document["metrics"]) == ["calls-per-day", "tickets-closed", "satisfaction"]
    assert card(draft, "tickets-closed")["consequences"] == [
        {
            "title": "Appraisal by weighted scores",
            "kind": "review",
            "stated": "used",
            "access": "individual",
            "weight": "part",
        }
    ]
    because = draft.foreign.inferred_from(("metrics", "tickets-closed", "consequences", 0, "kind"))
    assert because == "weights in “Weightage” add up to 100 % beside “Weightage Score”"
    assert draft.foreign.cell(("metrics", "tickets-closed", "consequences", 0)) == Cell("KPIs", 5, 2, "40 %")


def test_a_table_of_ratings_and_increments_makes_it_pay() -> None:
    draft = read({"KPIs": APPRAISAL, "Scale": BANDS})
    uses = card(draft, "satisfaction")["consequences"]
    assert [(use["kind"], use["title"]) for use in uses] == [
        ("pay", "Increment by weighted scores"),
        ("promotion", "Increment by weighted scores"),
    ]
    assert draft.foreign.inferred_from(("metrics", "satisfaction", "consequences", 0)) == (
        "weights in “Weightage” add up to 100 % beside “Weightage Score”, "
        "and a table in the same file turns ratings into “Increment(%)”"
    )
    assert card(draft, "satisfaction")["subject"] == {"level": "individual"}


def test_the_scale_may_stand_below_the_goals() -> None:
    assert card(read([*APPRAISAL, [], *BANDS]), "satisfaction")["consequences"][0]["kind"] == "pay"


@pytest.mark.parametrize(
    ("rows", "because"),
    [
        ([["KPI", "Weight", "Target"], ["a", 50, 1], ["b", 50, 2]], "no score"),
        ([["KPI", "Weight", "Target", "Score"], ["a", 50, 1, 1], ["b", 30, 2, 1]], "80 of 100"),
        ([["KPI", "Weight", "Target", "Score"], ["a", 100, 1, 1]], "one row"),
        ([["KPI", "Weight", "Target", "Score"], ["a", "high", 1, 1], ["b", "low", 2, 2]], "words"),
        ([["KPI", "Target", "Score"], ["a", 1, 1], ["b", 2, 2]], "no weights"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_without_a_whole_beside_scores_nothing_follows(rows: Rows, because: str) -> None:
    assert "consequences" not in card(read(rows), "a"), because


def test_weights_are_added_up_for_each_person() -> None:
    head = ["Employee ID", "KPI", "Weightage", "Score"]
    body = [[person, name, weight, 3] for person in ("1", "2") for name, weight in (("a", 40), ("b", 60))]
    draft = read([head, *body])
    assert [card(draft, id_)["consequences"][0]["weight"] for id_ in ("a", "b")] == ["part", "major"]
    assert card(draft, "a")["subject"]["level"] == "individual"
    assert "because" not in draft.foreign.inferred and "governance" in card(draft, "a")


def test_a_bonus_beside_a_target_is_a_consequence() -> None:
    draft = read([["KPI", "Target", "Bonus"], ["Sales", "10 %", 500]])
    assert card(draft, "sales")["consequences"][0]["kind"] == "bonus"
    assert draft.foreign.inferred_from(("metrics", "sales", "consequences", 0)) == "“Bonus” stands beside “Target”"


def test_findings_point_at_sheet_and_cell(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "appraisal.xlsx").write_bytes(workbook({"My KPIs": APPRAISAL, "Scale": BANDS}))
    found = report(cli, ".")
    place = next(f["location"] for f in found["findings"] if f["metric"] == "tickets-closed")
    assert (place["path"], place["line"], place["column"]) == ("appraisal.xlsx", 5, 1)
    assert {f["severity"] for f in found["findings"]} <= {"note", "warning"}
    assert "appraisal.xlsx:My KPIs!A5: warning" in cli("check", ".").out


def test_a_sheet_of_a_goal_tool_gives_level_visibility_and_edges(write: Write, tmp_path: Path) -> None:
    head = "id name description goalType isPrivate startingAmount endingAmount owners parentGoal"
    rows: Rows = [
        head.split(),
        [1, "Grow revenue", "For all", "Company", "false", 10, 20, "ceo@example.com", ""],
        [2, "Close deals", "Sales", "Individual", "true", 40, 10, "bob@example.com", "Grow revenue"],
        [3, "Answer mail", "Support", "Team", "true", "", "90 %", "Support team", 2],
    ]
    write("goals.csv", csv_text(rows))
    read_ = project(tmp_path)
    cards = {id_: entry.value for id_, entry in read_.metrics.items()}
    assert [card.subject and card.subject.level for card in cards.values()] == ["org", "individual", "team"]
    assert [getattr(card.visibility, "audience", None) for card in cards.values()] == ["org", "manager", "manager"]
    assert [card.direction for card in cards.values()] == ["up", "down", None]
    assert cards["answer-mail"].target is not None and cards["answer-mail"].target.unit == "percent"
    assert edges(read_) == {"grow-revenue": ["close-deals"], "close-deals": ["answer-mail"]}
    assert cards["answer-mail"].governance is not None and cards["answer-mail"].governance.owner == "Support team"


def test_a_circle_of_parents_is_said_and_left_out(cli: Cli, write: Write) -> None:
    rows: Rows = [["Goal Name", "Target", "Parent Goal"], ["Aa", 1, "Bb"], ["Bb", 2, "Aa"], ["Cc", 3, "Cc"]]
    write("goals.csv", csv_text(rows))
    assert [text for _, _, text in notices(report(cli, "."))] == [
        "“Parent Goal” leads in a circle, and is left out"
    ] * 2


def test_german_sheets_are_read_with_a_decimal_comma() -> None:
    rows: Rows = [
        ["Kennzahl", "Gewichtung", "Zielwert", "Punkte", "Ebene", "Sichtbarkeit", "Mitarbeiter"],
        ["Anrufe je Tag", "50 %", "1.200,5", 3, "Bereich", "alle", "Eva Muster"],
        ["Zufriedenheit", "50 %", "90 %", 4, "Mitarbeiter", "nur ich", "Eva Muster"],
    ]
    draft = read_csv(rows, ";")
    first = card(draft, "anrufe-je-tag")
    assert first["target"]["value"] == 1200.5
    assert (first["subject"], first["visibility"]["audience"]) == ({"level": "unit"}, "org")
    assert first["consequences"][0]["kind"] == "review"


def test_nothing_of_people_is_copied_or_shown(cli: Cli, write: Write) -> None:
    rows: Rows = [
        ["KPI", "Weightage", "Score", "Owner_Email_ID", "Employee Name", "Description"],
        ["Calls of eva@example.com", 50, 3, "eva.muster@example.com", "Muster, Eva", "ask eva@example.com"],
        ["Mails", 50, 3, "eva.muster@example.com", "Muster, Eva", "x"],
    ]
    write("k.csv", csv_text(rows))
    draft = read_csv(rows)
    ran = cli("check", ".", "--verbose")
    assert ran.code in (0, 1)
    for said in (str(draft.document), draft.foreign.text.split("\n", 1)[1], ran.out):
        assert "muster" not in said.lower().replace("calls of eva@example.com", "")
    assert card(draft, "mails")["governance"] == {"owner": "the owner named in the file"}
    assert "eva" not in str(draft.document)


def test_owners_of_a_workbook_are_not_shown_either() -> None:
    draft = read([["KPI", "Target", "Owner"], ["Calls", 5, "Eva Muster"]])
    assert draft.foreign.cell(("metrics", "calls", "governance", "owner")) == Cell("KPIs", 2, 3, "")


def test_a_list_of_people_is_no_list_of_goals() -> None:
    people: Rows = [["Name", "Rating", "Increment"], ["Eva", 4, "5 %"]]
    found = header_of(dict(enumerate(people[0], 1)))
    assert found is None or found.bands
    assert "metrics" not in read(people).document
    assert not takes([["Employee", "Name", "Target", "Bonus"], ["1", "Eva", "5", "6"]], explicit=True)


@pytest.mark.parametrize(
    ("header", "name", "other"),
    [
        (["Objective Title", "Metric_Name", "Metric_Target_Value"], "Metric_Name", ("Objective Title", "purpose")),
        (["KPI", "Goal", "Actual"], "KPI", ("Goal", "target")),
        (["KPI", "Ziel", "Zielwert"], "KPI", ("Ziel", "purpose")),
        (["Ziel", "Gewichtung", "Zielerreichung"], "Ziel", ("Gewichtung", "weight")),
        (["Name", "KPI", "Target", "Weight"], "KPI", ("Name", "person")),
        (["Indicator", "target", "value_target", "value_start"], "Indicator", ("value_target", "target")),
        (["KPI (2026)", "Weight %", "Target Q3"], "KPI (2026)", ("Weight %", "weight")),
    ],
)
def test_the_narrowest_name_is_the_metric(header: list[str], name: str, other: tuple[str, str]) -> None:
    found = header_of(dict(enumerate(header, 1)))
    assert found is not None
    assert found.columns[header.index(name) + 1] == "name"
    assert found.columns[header.index(other[0]) + 1] == other[1]


@pytest.mark.parametrize(
    "header",
    [
        ["name", "type", "description"],
        ["name", "type", "progress", "start_date", "end_date", "owner_email", "description"],
        ["id", "title", "status", "assignee", "due date"],
        ["team", "goals", "points", "score"],
        ["metric", "value", "target", "score"],
        ["Name", "Weight", "Height", "Target"],
        ["country", "indicator", "unit", "source", "2019", "2020"],
        ["Category", "Level", "Bonus points"],
        ["Employee", "Rating", "Increment"],
    ],
)
def test_other_tables_are_left_alone_on_a_walk(header: list[str]) -> None:
    assert not takes([header, ["x"] * len(header)])


def test_an_unclear_sheet_is_read_where_it_is_named() -> None:
    rows: Rows = [["Goal", "Weight", "Target", "Status"], ["Sell", 100, 5, "Draft"]]
    assert (takes(rows), takes(rows, explicit=True)) == (False, True)


def test_the_alias_table_names_each_header_once_a_kind() -> None:
    known = wordings().headers
    assert known["kpi"][0].key == "name" and known["kennzahl"][0].telling
    assert known["ziel"][0] == ("name", 2, False)
    assert all(len({meaning.key for meaning in meanings}) == len(meanings) for meanings in known.values())
    assert "" not in known


@pytest.mark.skipif(not (CORPORA / "hr_goal_headers").is_dir(), reason=MISSING)
def test_headers_of_real_goal_tools_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    """A file holds only the header of a tool: each is read, or said to be none."""
    found: dict[str, tuple[bool, bool]] = {}
    for file in sorted((CORPORA / "hr_goal_headers").glob("*.csv")):
        walked, named = (SourceFile(file.name, file.read_bytes(), explicit=e) for e in (False, True))
        found[file.stem] = (adapter_of(walked) is not None, adapter_of(named) is not None)
    with capsys.disabled():
        print(f"\nGoal tools: {len(found)}, taken on a walk {sum(w for w, _ in found.values())}, "
              f"where named {sum(n for _, n in found.values())}")  # fmt: skip
    assert [name for name, (_, named) in found.items() if not named] == ["goalscape", "sap_successfactors_goals"]
    assert [name for name, (walked, named) in found.items() if named and not walked] == [
        "betterworks_okr_upload",
        "engagedly_goals",
    ]


@pytest.mark.parametrize(
    ("header", "text", "period"),
    [("Annual Target", "120", "P1Y"), ("Weekly_target (FY26)", "120", "P1W"), ("Monthly target", "5 per day", "P1D")],
)
def test_a_target_by_its_period_is_a_target_and_says_the_period(header: str, text: str, period: str) -> None:
    target = card(read([["KPI", header, "Weight"], ["Calls", text, "40 %"]]), "calls")["target"]
    assert (target["value"], target["period"]) == (120 if text == "120" else 5, period)


def test_a_period_before_another_word_says_nothing() -> None:
    found = header_of({1: "KPI", 2: "Weekly owner", 3: "Monthly", 4: "Target", 5: "Weight"})
    assert found is not None and found.columns == {1: "name", 4: "target", 5: "weight"}


def test_a_direction_from_two_numbers_says_the_way(write: Write, tmp_path: Path) -> None:
    write("goals.csv", "Goal Name,Goal Type,Starting Amount,Ending Amount\nClose deals,Team,4,10\n")
    (foreign,) = project(tmp_path).foreign.values()
    assert foreign.inferred["metrics", "close-deals", "direction"] == (
        "the way from “Starting Amount” 4 to “Ending Amount” 10"
    )
