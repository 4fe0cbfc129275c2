"""Cards in workbooks: the template, the way out and back, and the copy that is returned."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metriclint.exchange.importing import native_text, sources_of
from metriclint.exchange.sheets import template, workbook_of
from metriclint.files.shape import plain
from metriclint.model.card import Metric
from metriclint.model.document import SECTIONS
from metriclint.model.project import MetricEntry, Origin, Project
from metriclint.questionnaire.questions import questionnaire
from metriclint.sources.adapter import SourceFile
from metriclint.sources.foreign import draft_of
from metriclint.sources.load import load, load_text
from metriclint.sources.sheets.cells import WrongKey, flat, key_of, nested, of_cell, route_of, to_cell
from tests.conftest import ROOT, TODAY, Cli
from tests.declared import documents
from tests.test_schema_agreement import PUBLISHED, drawn


def said(project: Project) -> dict[str, Any]:
    told: dict[str, Any] = {s: {id_: e.value for id_, e in getattr(project, s).items()} for s in SECTIONS}
    inside = {id(w) for card in told["metrics"].values() for w in card.waivers}
    return {**told, "waivers": [w.value for w in project.waivers if id(w.value) not in inside]}


def back(data: bytes, where: Path) -> Project:
    (where / "back.xlsx").write_bytes(data)
    loaded = load(["back.xlsx"], where)
    assert not loaded.problems
    return loaded.projects[0]


def filled(path: Path, rows: list[dict[str, Any]]) -> None:
    """The template, filled in as somebody would: answers by question."""
    book = openpyxl.load_workbook(io.BytesIO(template()))
    sheet = book["Metrics"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    for number, row in enumerate(rows, 3):
        for key, value in row.items():
            sheet.cell(number, columns[key]).value = value
    book.save(path)


CASES = [f for f in sorted((ROOT / "examples" / "cases").glob("*.yaml")) if f.stem != "labels"]
QUICK = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
ODD = ["=1+1", "don't know", "none", "[]", "a; b", " x ", "_x0041_"]
TEXTS = st.text(min_size=1, max_size=20) | st.sampled_from(ODD)


@pytest.mark.parametrize("file", CASES, ids=lambda f: f.stem)
def test_a_documented_design_survives_the_way_out_and_back(file: Path, tmp_path: Path) -> None:
    project, problems = load_text(file.read_text(encoding="utf-8"), file.name)
    assert not problems
    assert said(back(workbook_of(project), tmp_path)) == said(project)


@QUICK
@given(documents())
def test_any_document_survives_the_way_out_and_back(tmp_path: Path, document: Any) -> None:
    project, problems = load_text(json.dumps({"metriclint": 1, **document}), "x.json")
    assert not problems
    assert said(back(workbook_of(project), tmp_path)) == said(project)


def imported(project: Project) -> Project:
    """The project as `import` writes it into native cards."""
    cards, problems = load_text(native_text(project, sources_of(project), "schema.json"), "x.yaml")
    assert not problems
    return cards


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_survives_the_way_out_and_its_import(case: Path, tmp_path: Path) -> None:
    project, _ = load_text(case.read_text(encoding="utf-8"), case.name)
    assert said(imported(back(workbook_of(project), tmp_path))) == said(project)


@QUICK
@given(documents())
def test_any_document_survives_the_way_out_and_its_import(tmp_path: Path, document: Any) -> None:
    project, _ = load_text(json.dumps({"metriclint": 1, **document}), "x.json")
    returned = back(workbook_of(project), tmp_path)
    if sources_of(returned):
        assert said(imported(returned)) == said(project)


@settings(QUICK, max_examples=60)
@given(drawn({"$ref": "Metric"}, PUBLISHED["$defs"], 6), TEXTS, TEXTS)
def test_any_card_of_the_schema_survives_as_it_is(raw: Any, title: str, goal: str) -> None:
    try:
        card = msgspec.convert(plain({**raw, "title": title, "description": goal}), Metric)
    except (msgspec.ValidationError, TypeError):
        return
    project = Project(metrics={"m": MetricEntry("m", card, Origin("x.yaml", ("metrics", "m")))})
    draft = draft_of(SourceFile("x.xlsx", workbook_of(project)), "cards")
    assert not draft.problems
    assert msgspec.convert(plain(draft.document["metrics"]["m"]), Metric) == card


def test_a_list_that_names_something_twice_survives(tmp_path: Path) -> None:
    text = "metriclint: 1\nmetrics: {m: {title: M, controls: [case-selection, case-selection, volume]}}\n"
    project, _ = load_text(text, "x.yaml")
    assert back(workbook_of(project), tmp_path).metrics["m"].value == project.metrics["m"].value


def test_the_same_cards_give_the_same_bytes(tmp_path: Path) -> None:
    project, _ = load_text((ROOT / "examples" / "cases" / "wells-fargo.yaml").read_text(encoding="utf-8"), "w.yaml")
    assert workbook_of(project) == workbook_of(project)
    assert template() == template()


def test_the_template_asks_every_question_with_its_reason_and_its_answers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template()))
    sheet = book["Metrics"]
    asked = [cell.value for cell in sheet[1]]
    assert asked[:-1] == [question.ask for question in questionnaire().questions]
    assert all(cell.comment is not None and cell.comment.text for cell in sheet[1][:-1])
    assert sheet.row_dimensions[2].hidden
    assert sheet.freeze_panes == "B3"
    lists = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    chosen = [q for q in questionnaire().questions if q.choices and q.kind != "list"]
    assert len(lists) == len(chosen)
    words = {cell.value for row in book["Lists"].iter_rows() for cell in row}
    assert "don't know" in words
    assert all(choice.says in words for question in chosen for choice in question.choices)


def test_answers_in_the_template_become_cards_and_findings_point_at_their_cells(cli: Cli, tmp_path: Path) -> None:
    story = {
        "title": "AI tokens used",
        "counts": "Things people do, such as calls, messages or use of a tool",
        "measured": "One person",
        "audience": "Everybody in the organisation",
        "shown": "With names, from best to worst",
        "consequence": "The performance review",
        "access": "The value of each person or team",
        "people": "don't know",
        "controls": "How hard they work; How they do the work",
    }
    filled(tmp_path / "cards.xlsx", [story, {"title": "Customers who stay"}])
    ran = cli("check", "cards.xlsx", "--today", TODAY)
    assert ran.code == 1
    column = openpyxl.utils.get_column_letter(1 + [q.id for q in questionnaire().questions].index("shown"))
    assert f"cards.xlsx:Metrics!{column}3: error[ranked-activity-board] VIS301" in ran.out
    report = msgspec.json.decode(cli("check", "cards.xlsx", "--today", TODAY, "--format", "json").out)
    first = next(f for f in report["findings"] if f["code"] == "VIS301")
    assert first["location"]["cell"] == f"Metrics!{column}3"
    assert {fact["provenance"] for fact in first["facts"]} <= {"declared", "derived", "default"}


def test_wrong_answers_are_told_at_their_cells_all_at_once(cli: Cli, tmp_path: Path) -> None:
    filled(
        tmp_path / "cards.xlsx",
        [
            {"title": "A", "counts": "Things that get dnoe, such as cases closed", "people": "many"},
            {"title": "A"},
            {"counts": "Things that get done, such as cases closed"},
            {"title": "B", "id": "Not An Id"},
        ],
    )
    ran = cli("check", "cards.xlsx")
    assert ran.code == 2
    assert "did you mean Things that get done, such as cases closed?" in " ".join(ran.err.split())
    assert 'metric "a" stands here twice: also at Metrics!A3' in ran.err
    assert "this row has no name for its number, and no id" in ran.err
    assert '"Not An Id" is no id' in ran.err
    assert "4 problems" in ran.err or "5 problems" in ran.err


def test_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    titles = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")']
    cards = {f"m{n}": {"title": title, "formula": title} for n, title in enumerate(titles)}
    project, problems = load_text(json.dumps({"metriclint": 1, "metrics": cards}), "x.json")
    assert not problems
    data = workbook_of(project)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert said(back(data, tmp_path)) == said(project)


def test_a_returned_copy_has_the_findings_as_comments_and_all_that_was_there(cli: Cli, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "lines-of-code", tmp_path / "design")
    assert cli("export", "design", "--output", "cards.xlsx").code == 0
    book = openpyxl.load_workbook(tmp_path / "cards.xlsx")
    book["Metrics"]["A3"].comment = openpyxl.comments.Comment("please look here", "Kim")
    book.create_sheet("Notes")["A1"] = "=2+3"
    book.save(tmp_path / "cards.xlsx")
    before = (tmp_path / "cards.xlsx").read_bytes()
    ran = cli("annotate", "cards.xlsx", "--today", TODAY)
    assert ran.code == 1
    assert (tmp_path / "cards.xlsx").read_bytes() == before
    copy = openpyxl.load_workbook(tmp_path / "cards-checked.xlsx")
    cells = [(f"{sheet.title}!{cell.coordinate}", cell) for sheet in copy for row in sheet.iter_rows() for cell in row]
    comments = {name: cell.comment.text for name, cell in cells if cell.comment}
    report = msgspec.json.decode(cli("check", "cards.xlsx", "--today", TODAY, "--format", "json").out)
    shown = [f for f in report["findings"] if f["status"] == "reported" and f["folded_under"] is None]
    assert shown
    for finding in shown:
        assert finding["message"] in comments[finding["location"]["cell"]]
    assert comments["Metrics!A3"].startswith("please look here")
    assert copy["Notes"]["A1"].value == "=2+3"
    assert copy["metriclint"].max_row == len(shown) + 1
    assert {c.data_type for row in copy["metriclint"].iter_rows() for c in row if c.value is not None} == {"s"}
    assert cli("annotate", "cards.xlsx").code == 2
    assert cli("check", "cards-checked.xlsx", "--today", TODAY).code == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "encrypted or in the old .xls format"),
        (b"PK\x03\x04 not really", "no .xlsx workbook"),
    ],
)
def test_what_cannot_be_opened_is_told_with_what_to_do(cli: Cli, tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "cards.xlsx").write_bytes(data)
    for ran in (cli("annotate", "cards.xlsx"), cli("check", "cards.xlsx")):
        assert ran.code == 2
        assert "Traceback" not in ran.err


def test_nothing_is_overwritten(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "cards.xlsx").write_bytes(b"mine")
    for command in (("template", "xlsx"), ("export", ".")):
        (tmp_path / "a.yaml").write_text("metriclint: 1\nmetrics: {a: {title: A}}\n", encoding="utf-8")
        (tmp_path / "metriclint.toml").write_text('paths = ["a.yaml"]\n', encoding="utf-8")
        ran = cli(*command)
        assert ran.code == 2
        assert (tmp_path / "cards.xlsx").read_bytes() == b"mine"


floats = st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | st.integers() | floats | st.text(max_size=30)


@settings(deadline=None)
@given(leaves)
def test_every_leaf_survives_a_cell(value: Any) -> None:
    found = of_cell(to_cell(value))
    if isinstance(value, float) and value.is_integer():
        assert found == value
    else:
        assert (type(found), found) == (type(value), value)


names = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
raws: st.SearchStrategy[Any] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=10
)


@settings(deadline=None)
@given(st.dictionaries(names, raws, min_size=1, max_size=4))
def test_raw_values_survive_their_leaves(value: Any) -> None:
    told = dict(flat(value))
    assert nested(told) == value
    assert all(route_of(key_of(route)) == route for route in told)


@pytest.mark.parametrize("key", ["", "[0]", "a..b", "a[", "a.[x]", ".a"])
def test_a_wrong_key_is_refused(key: str) -> None:
    if key:
        with pytest.raises(WrongKey):
            route_of(key)
    else:
        assert route_of(key) == ()


def test_an_answer_that_is_a_formula_without_a_result_is_told(cli: Cli, tmp_path: Path) -> None:
    filled(tmp_path / "cards.xlsx", [{"title": "Visits", "shortcut": "=Book short visits"}])
    told = "cards.xlsx:Metrics!U3: info: this cell holds a formula without a result: open and save the file in a"
    assert told in cli("check", "cards.xlsx").out


def test_what_is_wrong_in_a_workbook_is_told_at_its_sheet_and_cell(cli: Cli, tmp_path: Path) -> None:
    filled(tmp_path / "cards.xlsx", [{"title": "Visits", "people": "few", "better": "the higher the better"}])
    book = openpyxl.load_workbook(tmp_path / "cards.xlsx")
    book["More facts"].append(["metrics", "visits", "kynd", "activity"])
    book.save(tmp_path / "cards.xlsx")
    told = cli("check", "cards.xlsx").err
    assert 'error: cards.xlsx:More facts!D2: unknown key "kynd"' in told
    assert 'error: cards.xlsx:Metrics!G3: How many people stand behind one value? "few" is no whole number' in told
    assert "allowed: The higher, the better; Higher, but only up to a point;" in told  # answers have commas themselves
    errors = json.loads(cli("check", "cards.xlsx", "--format", "json").out)["errors"]
    assert next((e["cell"], e["line"], e["column"]) for e in errors) == ("More facts!D2", 2, 4)
    assert 'name="cards.xlsx:Metrics!G3"' in cli("check", "cards.xlsx", "--format", "junit").out
