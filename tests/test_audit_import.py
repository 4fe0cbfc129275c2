"""Taking a register back: what is taken, what is not, and nothing a client wrote is lost."""

import datetime
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from audited import CARDS, LATER, TODAY, changed, finding, followed, packed, put, register
from conftest import Snapshot, Write

from metriclint.audit.pack import Pack
from metriclint.audit.responses import Answer, Responses, UnknownRow, responses_of, text_of
from metriclint.audit.returned import Prefer, Returned, lines, returned
from metriclint.audit.workbook import read_register
from metriclint.files.problem import ProblemError


@pytest.fixture
def pack(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    write("metrics.yaml", CARDS)
    return packed("metrics.yaml")


def taken(data: bytes, known: Responses | None = None, prefer: Prefer | None = None) -> Returned:
    found = read_register(data, "register.xlsx")
    return returned(found, known or Responses(), prefer=prefer, by="lead-auditor", on=LATER)


def refused(data: bytes, known: Responses | None = None) -> str:
    with pytest.raises(ProblemError) as error:
        taken(data, known)
    return "\n".join(p.message for p in error.value.problems)


def test_answers_of_every_column_are_taken(pack: Pack) -> None:
    cause = pack.findings[0].cause.text
    data = changed(
        register(pack),
        put(2, "Rating final", "Medium"),
        put(2, "Response decision", "accept with modification"),
        put(2, "Response text", "We cut the access.\nBy spring."),
        put(2, "Action owner", "head-of-service"),
        put(2, "Due date", datetime.datetime(2027, 2, 28)),
        put(2, "Status", "confirmed"),
        put(2, "Closure evidence", "Minutes of March"),
        put(2, "Notes", "Ask again."),
        put(2, "Cause (hypothesis?)", f"Confirmed: {cause}"),
    )
    result = taken(data)
    assert result.responses.responses[pack.findings[0].key] == Answer(
        id="F-001",
        decision="accept-with-modification",
        text="We cut the access.\nBy spring.",
        owner="head-of-service",
        due="2027-02-28",
        status="confirmed",
        final_rating="medium",
        rated_by="lead-auditor",
        confirmed_by="lead-auditor",
        confirmed_on=LATER,
        cause="confirmed",
        closure_evidence="Minutes of March",
        notes="Ask again.",
    )
    assert (len(result.taken), result.conflicts, result.edited, result.unknown) == (9, [], [], [])


def test_an_untouched_register_changes_nothing(pack: Pack) -> None:
    known = Responses(responses={pack.findings[0].key: Answer(id="F-001", text="Said by mail.")})
    result = taken(changed(register(pack)), known)
    assert result.taken == []
    assert result.responses.responses == known.responses


def test_answers_survive_into_the_next_pack_and_its_register(pack: Pack) -> None:
    said = taken(changed(register(pack), put(3, "Response text", "Later."), put(3, "Status", "confirmed")))
    after = packed("metrics.yaml", today=LATER, responses=said.responses, earlier=followed(pack))
    second = pack.findings[1]
    again = next(f for f in after.findings if f.id == second.id)
    assert (again.response.text, again.confirmation.by) == ("Later.", "lead-auditor")
    third = packed("metrics.yaml", today="2027-03-01", earlier=followed(after))
    assert next(f for f in third.findings if f.id == second.id).response.text == "Later."
    back = taken(changed(register(third), put(3, "Response text", None)), said.responses)
    assert back.responses.responses[second.key].text == ""
    cleared = packed("metrics.yaml", today="2027-03-02", responses=back.responses, earlier=followed(third))
    assert next(f for f in cleared.findings if f.id == second.id).response.text.startswith("not determined")


def test_sorted_filtered_and_moved_columns_make_no_difference(pack: Pack) -> None:
    def shuffle(sheet) -> None:
        values = [[cell.value for cell in row] for row in sheet.iter_rows()]
        head, *rest = values
        order = list(reversed(range(len(head))))
        for number, row in enumerate([head, *reversed(rest)], 1):
            for column, index in enumerate(order, 1):
                sheet.cell(number, column).value = row[index]

    data = changed(register(pack), put(2, "Notes", "first"), shuffle)
    result = taken(data)
    assert result.responses.responses[pack.findings[0].key].notes == "first"
    assert result.edited == []


def test_protected_cells_are_named_and_not_taken(pack: Pack) -> None:
    data = changed(
        register(pack),
        put(2, "Title", "A kinder title"),
        put(3, "Rating proposed", "low"),
        put(2, "Cause (hypothesis?)", "Confirmed: somebody else's fault"),
    )
    result = taken(data)
    assert result.edited == [
        "K2 (Title of F-001)",
        "N2 (Cause (hypothesis?) of F-001; only its first word is taken)",
        "D3 (Rating proposed of F-002)",
    ]
    assert result.responses.responses == {}


def test_a_conflict_is_named_by_cell_and_decided_by_nobody_but_the_user(pack: Pack) -> None:
    key = pack.findings[0].key
    known = Responses(responses={key: Answer(id="F-001", text="Said by mail.", owner="head-of-service")})
    data = changed(register(pack), put(2, "Response text", "Said in the register."), put(2, "Due date", "2027-01-01"))
    result = taken(data, known)
    assert result.conflicts == [
        "T2 (Response text of F-001): the register says “Said in the register.”, the responses “Said by mail.”"
    ]
    assert taken(data, known, "register").responses.responses[key].text == "Said in the register."
    kept = taken(data, known, "responses").responses.responses[key]
    assert (kept.text, kept.due, kept.owner) == ("Said by mail.", "2027-01-01", "head-of-service")


def test_what_was_written_into_the_register_can_be_changed_without_a_conflict(pack: Pack) -> None:
    key = pack.findings[0].key
    known = Responses(responses={key: Answer(id="F-001", text="Early.", status="confirmed", decision="accept")})
    written = register(packed("metrics.yaml", responses=known))
    result = taken(changed(written, put(2, "Response text", "Late."), put(2, "Status", "withdrawn")), known)
    assert result.conflicts == []
    answer = result.responses.responses[key]
    assert (answer.text, answer.status, answer.decision) == ("Late.", "withdrawn", "accept")


def test_unknown_rows_and_columns_are_told_and_rows_are_kept_once(pack: Pack) -> None:
    last = len(pack.findings) + 2
    data = changed(
        register(pack),
        put(last, "Title", "Found in an interview"),
        put(last, "Response text", "Ask the works council."),
        lambda sheet: setattr(sheet.cell(1, 31), "value", "Priority"),
    )
    result = taken(data)
    assert result.unknown == [f"row {last} (Found in an interview)"]
    assert result.columns == ['the column "Priority" is not part of the register']
    values = {"Title": "Found in an interview", "Response text": "Ask the works council."}
    assert result.responses.unknown_rows == [UnknownRow("register.xlsx", last, values)]
    assert taken(data, result.responses).responses.unknown_rows == result.responses.unknown_rows
    assert packed("metrics.yaml", responses=result.responses).remarks[0].startswith(f"Row {last} of register.xlsx")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("Status", "confirmd", "W2 (Status of F-001): “confirmd” is not in the list"),
        ("Due date", "next spring", "V2 (Due date of F-001): “next spring” is no date"),
        ("Response text", "=1+1", "T2 (Response text) is a formula"),
    ],
)
def test_a_value_that_cannot_be_understood_is_named_by_cell(pack: Pack, column: str, value: str, message: str) -> None:
    said = refused(changed(register(pack), put(2, column, value)))
    assert message.replace("“", '"').replace("”", '"') in said


def test_deleted_columns_merged_cells_and_lost_sheets_are_named(pack: Pack) -> None:
    data = changed(register(pack), lambda s: s.delete_cols(20, 2), lambda s: s.merge_cells("A2:A3"))
    said = refused(data)
    assert "the columns are missing in the sheet Findings: Response text, Action owner" in said
    assert "cells are merged in the sheet Findings (A2:A3)" in said
    assert "the sheet Lists is missing" in refused(_without(register(pack), "Lists"))
    assert "the sheet Findings is missing" in refused(_without(register(pack), "Findings"))


def _without(data: bytes, name: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    del book[name]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_register_of_another_client_is_refused(pack: Pack) -> None:
    known = Responses(engagement="0123456789abcdef", responses={"ml1:1": Answer(id="F-001", text="Ours.")})
    assert refused(register(pack), known) == (
        f"is the register of another engagement (Example Ltd, as of {TODAY}): nothing was taken"
    )


def test_numbers_of_another_project_are_refused(pack: Pack) -> None:
    known = Responses(responses={"ml1:0000000000000000": Answer(id="F-001", text="Another finding.")})
    assert "F-001 is ml1:" in refused(register(pack), known)
    pasted = changed(register(pack), put(2, "Fingerprint", "ml1:0000000000000000"))
    assert "is the row from another register?" in refused(pasted)


def test_a_finding_that_stands_twice_with_two_answers_is_refused(pack: Pack) -> None:
    def copy(sheet) -> None:
        row = [cell.value for cell in sheet[2]]
        row[19] = "Another answer."
        sheet.append(row)

    assert "F-001 stands in the rows 2 and" in refused(changed(register(pack), copy))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no archive", b"<html>", b"ID;Fingerprint\n"])
def test_a_file_that_is_no_workbook_is_refused(data: bytes) -> None:
    assert "is no workbook (.xlsx)" in refused(data)


def test_a_cell_far_out_is_no_burden_and_a_cell_far_down_is_refused(pack: Pack) -> None:
    wide = changed(register(pack), put(2, "Notes", "Ask."), lambda s: setattr(s["XFD900"], "value", "stray"))
    result = taken(wide)
    assert result.responses.responses[pack.findings[0].key].notes == "Ask."
    deep = changed(register(pack), lambda s: setattr(s["A1048576"], "value", "stray"))
    assert "the sheet Findings has 1048576 rows; 20000 are the most" in refused(deep)


def test_responses_are_read_back_as_they_were_written(pack: Pack, snapshot: Snapshot) -> None:
    nasty = 'say "yes" \\ {{x}} <script> =1+1 \u202e 😀 # not a comment\n- second: line\ttab\x7f'
    responses = Responses(
        engagement="0123456789abcdef",
        responses={
            "ml1:0000000000000000@north/south": Answer(id="F-010", text=nasty, owner="", decision="reject"),
            "ml1:1111111111111111": Answer(id="F-002", due="2027-02-28", status="confirmed"),
            "ml1:2222222222222222": Answer(),
        },
        unknown_rows=[UnknownRow("a b.xlsx", 7, {"Title": nasty, "Odd: column": "1e3"})],
    )
    text = text_of(responses)
    assert responses_of(text, "responses.yaml") == responses
    snapshot("audit/responses.yaml", text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n", "these are no responses"),
        ("metriclint_responses: 1\nresponses: {x: {due: soon}}\n", '"soon" is no date'),
        ("metriclint_responses: 1\nresponses: {x: {decision: maybe}}\n", "maybe"),
        ("metriclint_responses: 1\nresponses: {x: {desicion: accept}}\n", "desicion"),
        ("metriclint_responses: [\n", "broken YAML"),
    ],
)
def test_a_wrong_file_of_responses_is_explained(text: str, message: str) -> None:
    with pytest.raises(ProblemError, match=message):
        responses_of(text, "responses.yaml")


def test_a_finding_of_the_pack_can_be_answered_by_hand(pack: Pack, write: Callable[[str, str], Path]) -> None:
    key = finding(pack, "ranked-activity-board").key
    told = responses_of(
        f"metriclint_responses: 1\nresponses:\n  {key}:\n    decision: reject\n    text: Needed for rostering.\n", "r"
    )
    f = finding(packed("metrics.yaml", responses=told), "ranked-activity-board")
    assert (f.response.decision, f.response.text) == ("reject", "Needed for rostering.")


def test_a_title_that_a_program_saved_as_a_formula_is_no_answer_and_no_obstacle(pack: Pack) -> None:
    data = changed(register(pack), put(2, "Title", "=cmd()"), put(2, "Notes", "Ask again."))
    result = taken(data)
    assert result.edited == ["K2 (Title of F-001)"]
    assert result.responses.responses[pack.findings[0].key].notes == "Ask again."


def test_an_older_register_takes_nothing_back_unasked(pack: Pack) -> None:
    first = taken(changed(register(pack), put(2, "Response decision", "accept"), put(2, "Status", "withdrawn")))
    key = pack.findings[0].key
    assert first.responses.register_as_of == TODAY
    after = packed("metrics.yaml", today=LATER, responses=first.responses, earlier=followed(pack))
    row = next(n for n, f in enumerate(after.findings, 2) if f.key == key)
    younger = changed(register(after), put(row, "Response decision", None), put(row, "Status", "not confirmed"))
    second = taken(younger, first.responses).responses
    assert (second.responses[key].decision, second.responses[key].status) == ("", "not confirmed")
    old = changed(register(pack), put(2, "Response decision", "accept"), put(2, "Notes", "One more."))
    result = taken(old, second)
    assert result.conflicts == [
        "S2 (Response decision of F-001): the register says “accept”, the responses “nothing”",
    ]
    kept = taken(old, second, "responses").responses
    assert (kept.responses[key].decision, kept.responses[key].notes) == ("", "One more.")
    assert kept.register_as_of == LATER
    assert responses_of(text_of(kept), "responses.yaml") == kept


def test_who_withdraws_a_finding_is_written_down(pack: Pack) -> None:
    result = taken(changed(register(pack), put(2, "Status", "withdrawn")))
    after = packed("metrics.yaml", responses=result.responses)
    f = next(f for f in after.findings if f.id == "F-001")
    assert (f.confirmation.confirmed, f.confirmation.by, f.confirmation.on) == (False, "lead-auditor", LATER)
    row = next(n for n, found in enumerate(after.findings, 2) if found.id == "F-001")
    back = taken(changed(register(after), put(row, "Status", "not confirmed")), result.responses)
    answer = back.responses.responses[f.key]
    assert (answer.status, answer.confirmed_by, answer.confirmed_on) == ("not confirmed", "", "")


def test_comments_cells_beside_the_table_and_deleted_rows_are_told(pack: Pack) -> None:
    data = changed(
        register(pack),
        lambda s: setattr(s["T3"], "comment", openpyxl.comments.Comment("Ask the union first.", "Client")),
        lambda s: setattr(s["AF2"], "value", "50 hours"),
        lambda s: s.delete_rows(4),
    )
    result = taken(data)
    assert result.columns == [
        "AF2 stands in no column of the register (“50 hours”)",
        "the comment at T3 (“Ask the union first.”)",
    ]
    assert result.missing == [pack.findings[2].id]
    assert list(lines(result))[-1] == f"not in the register any more, answers stay as they are: {pack.findings[2].id}"
