"""A changed metric goes back into its files: patched in place, or not at all, and nobody's work is lost."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, TODAY, Write

from metriclint.api import check
from metriclint.studio.design import Design
from metriclint.studio.drafts import Drafts
from metriclint.studio.folder import Folder
from metriclint.studio.workbench import Workbench
from metriclint.studio.writing import LARGEST, Plan, Refused, plan
from metriclint.studio.writing import write as write_plan

CALLS = """\
    # The numbers of the help desk.
    metriclint: 1
    metrics:
      calls:
        title: Calls answered    # as the team says it
        kind: activity
        # Whoever measures teams, not people, may change this.
        subject: {level: individual, people: 1}
        recorded_by: system
        visibility: [wall]

      waiting:
        title: Waiting time
    boards:
      wall: {title: The wall, audience: org, identified: true, ranked: true}
    """


@pytest.fixture
def file(write: Write) -> Path:
    write("metriclint.toml", "")
    return write("desk.yaml", CALLS)


def bench(root: Path) -> Workbench:
    made = Workbench(Folder(root), lambda: TODAY)
    made.refresh()
    return made


def answered(made: Workbench, metric: str = "calls", project: str = ".", **answers: Any) -> Design:
    made.refresh()
    design = made.begun(project, metric)
    assert design is not None
    return design.answered({**design.answers, **answers})


def written(design: Design, made: Workbench) -> Plan:
    ready = plan(design, made)
    assert ready.problems == []
    write_plan(ready, made)
    return ready


def test_only_the_lines_of_changed_answers_change(file: Path, tmp_path: Path) -> None:
    before = file.read_text()
    made = bench(tmp_path)
    ready = written(answered(made, counts="result", measured="team", recorder=None, checked="samples"), made)
    after = file.read_text()
    expected = before.replace("kind: activity", "kind: outcome").replace("level: individual", "level: team")
    expected = expected.replace("    recorded_by: system\n", "")
    expected = expected.replace("    visibility: [wall]\n", "    visibility: [wall]\n    verification: sample\n")
    assert after == expected
    kinds = [kind for kind, _ in ready.files[0].diff()]
    assert (kinds.count("add"), kinds.count("cut")) == (3, 3)
    made.refresh()
    assert made.begun(".", "calls") == answered(made, counts="result")


@pytest.mark.parametrize("form", ["windows", "mark"])
def test_line_ends_and_the_byte_order_mark_stay(file: Path, tmp_path: Path, form: str) -> None:
    data = file.read_bytes()
    data = data.replace(b"\n", b"\r\n") if form == "windows" else b"\xef\xbb\xbf" + data
    file.write_bytes(data)
    made = bench(tmp_path)
    written(answered(made, counts="result"), made)
    assert file.read_bytes() == data.replace(b"activity", b"outcome")


def test_a_change_of_what_is_shared_goes_to_where_it_is_declared(file: Path, tmp_path: Path, write: Write) -> None:
    boards = write(
        "boards.yaml", "metriclint: 1\nboards:\n  hall: {title: The hall, audience: org, ranked: true}  # x\n"
    )
    file.write_text(file.read_text().replace("[wall]", "[hall]"))
    made = bench(tmp_path)
    design = answered(made, counts="result").beside({("boards", "hall", "ranked"): False})
    ready = written(design, made)
    assert [f.path for f in ready.files] == ["boards.yaml", "desk.yaml"]
    assert "ranked: false}  # x" in boards.read_text()
    assert "kind: outcome" in file.read_text()


def test_a_file_that_changed_after_the_plan_is_not_written(file: Path, tmp_path: Path) -> None:
    made = bench(tmp_path)
    ready = plan(answered(made, counts="result"), made)
    file.write_text(file.read_text() + "# mine\n")
    with pytest.raises(Refused, match="changed by another window or program"):
        write_plan(ready, made)
    assert "activity" in file.read_text()


def test_of_two_files_none_is_written_where_one_has_changed(file: Path, tmp_path: Path, write: Write) -> None:
    boards = write("boards.yaml", "metriclint: 1\nboards: {hall: {title: The hall, audience: org, ranked: true}}\n")
    file.write_text(file.read_text().replace("[wall]", "[hall]"))
    made = bench(tmp_path)
    ready = plan(answered(made, counts="result").beside({("boards", "hall", "ranked"): False}), made)
    boards.write_text(boards.read_text() + "# mine\n")
    with pytest.raises(Refused):
        write_plan(ready, made)
    assert "activity" in file.read_text()


def test_a_file_that_is_gone_is_told(file: Path, tmp_path: Path) -> None:
    made = bench(tmp_path)
    design = answered(made, counts="result")
    ready = plan(design, made)
    file.unlink()
    with pytest.raises(Refused, match=r"desk\.yaml is not there any more"):
        write_plan(ready, made)
    made.refresh()
    with pytest.raises(Refused, match="not in the folder any more"):
        plan(design, made)
    assert "not in the folder any more" in made.look(design).problems[0].message


def test_a_large_file_is_left_to_an_editor(file: Path, tmp_path: Path) -> None:
    file.write_text(file.read_text() + "#" * LARGEST + "\n")
    made = bench(tmp_path)
    with pytest.raises(Refused, match=r"2\.0 MB, which is too large to be changed here"):
        plan(answered(made, counts="result"), made)


def test_nothing_is_written_through_a_link_that_leads_out(file: Path, tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (below / "desk.yaml").write_text(file.read_text())
    made = bench(below)
    design = answered(made, project="", counts="result")
    (below / "desk.yaml").unlink()
    (below / "desk.yaml").symlink_to(file)
    with pytest.raises(Exception, match=r"desk\.yaml"):
        write_plan(plan(design, made), made)
    assert "activity" in file.read_text()


DBT = """\
    version: 2
    metrics:
      - name: orders
        label: Orders a week
        type: simple
        type_params: {measure: order_count}
    semantic_models:
      - name: shop
        model: ref('orders')
        measures: [{name: order_count, agg: count}]
    """


def test_what_a_file_of_another_tool_does_not_say_is_saved_beside_it(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", "")
    dbt = write("models/shop.yml", DBT)
    before = dbt.read_text()
    made = bench(tmp_path)
    ready = written(answered(made, "orders", measured="person", consequence="bonus", stated="counts"), made)
    assert [f.path for f in ready.files] == ["orders-overlay.yaml"]
    assert dbt.read_text() == before
    made.refresh()
    again = made.begun(".", "orders")
    assert again is not None
    assert (again.answers["measured"], again.answers["consequence"]) == ("person", "bonus")
    # The second time the file that was made is changed.
    ready = written(answered(made, "orders", measured="team", recorder="system"), made)
    assert [(f.path, f.before is None) for f in ready.files] == [("orders-overlay.yaml", False)]
    assert check([tmp_path], today=TODAY).errors == []


def test_what_a_file_of_another_tool_says_is_changed_there(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", "")
    write("models/shop.yml", DBT)
    made = bench(tmp_path)
    ready = plan(answered(made, "orders", title="Orders"), made)
    assert [p.message for p in ready.problems] == [
        "contradicts the card, which declares `title` itself (models/shop.yml:3:5)"
    ]
    assert not list(tmp_path.glob("*-overlay*"))


def test_every_option_of_a_project_can_be_written_and_helps(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "wells-fargo", tmp_path / "p")
    made = bench(tmp_path / "p")
    design = made.begun(".", "branch-sales")
    assert design is not None
    look = made.look(design)
    assert len(look.options) >= 5
    for fingerprint in {of for of, _ in look.options}:
        found = made.after(design, fingerprint, 0)
        assert found is not None
        ready = plan(found[0], made)
        assert ready.problems == []
        assert ready.files
        code = next(f.code for f in look.findings if f.fingerprint == fingerprint)
        assert code not in made.look(found[0], options=False).codes()


def test_a_draft_takes_in_what_others_changed_and_then_what_it_wrote(file: Path, tmp_path: Path) -> None:
    made, drafts = bench(tmp_path), Drafts()
    draft = drafts.begin(answered(made, counts="result"))
    file.write_text(file.read_text().replace("recorded_by: system", "recorded_by: customer"))
    made.refresh()
    now = made.begun(".", "calls")
    assert now is not None
    assert now.base is not None
    drafts.catch_up(draft, now.base.card)
    assert [(n.what, n.now) for n in draft.news] == [
        ("Who writes the number down?", "The customer, patient or student")
    ]
    written(draft.design, made)
    assert "recorded_by: customer" in file.read_text()
    assert "kind: outcome" in file.read_text()
    made.refresh()
    after = made.begun(".", "calls")
    assert after is not None
    drafts.settle(draft, after, "desk.yaml")
    assert (draft.news, draft.design.untouched, draft.saved) == ([], True, "desk.yaml")
