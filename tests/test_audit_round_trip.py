"""The whole way: audit, fill the register in as a client would, take it back, audit again."""

import json
from pathlib import Path
from typing import Any

import pytest
from audited import CARDS, LATER, TODAY, changed, put
from conftest import Cli, Write


@pytest.fixture
def project(write: Write, tmp_path: Path) -> Path:
    write("metriclint.toml", "")
    write("metrics.yaml", CARDS)
    return tmp_path


def findings(pack: Path) -> dict[str, dict[str, Any]]:
    content = json.loads((pack / "data/findings.json").read_bytes())
    return {f["id"]: f for f in [*content["findings"], *content["fixed"]]}


def test_responses_survive_three_rounds(cli: Cli, project: Path, write: Write) -> None:
    assert cli("audit", "metrics.yaml", "--out", "first", "--today", TODAY).code == 0
    sent = (project / "first/findings-register.xlsx").read_bytes()
    back = changed(
        sent,
        put(2, "Response decision", "accept"),
        put(2, "Response text", "We pair it.\n=cmd() {{x}} <b>"),
        put(2, "Action owner", "head-of-service"),
        put(2, "Due date", "2027-01-10"),
        put(2, "Status", "confirmed, in progress"),
        put(3, "Response decision", "reject"),
        put(40, "Title", "Heard in an interview"),
    )
    (project / "back.xlsx").write_bytes(back)
    ran = cli("responses", "import", "back.xlsx", "--confirmed-by", "lead-auditor", "--today", TODAY)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "responses.yaml: 6 cells taken from back.xlsx\n  kept, belongs to no finding: row 40 (Heard in an interview)\n"
    )
    write("metrics.yaml", CARDS.replace("ranked: true", "ranked: false"))
    follow = ("audit", "metrics.yaml", "--responses", "responses.yaml", "--today", LATER)
    ran = cli(*follow, "--out", "second", "--previous", "first")
    assert (ran.code, ran.err) == (0, "")
    assert "1 action past the due date: F-001." in ran.out
    assert "Row 40 of back.xlsx belongs to no finding" in ran.out
    before, after = findings(project / "first"), findings(project / "second")
    for id_, f in before.items():
        assert after[id_]["fingerprint"] == f["fingerprint"]
        assert after[id_]["history"]["first_seen"] == TODAY
    first = after["F-001"]
    assert first["response"]["text"] == "We pair it.\n=cmd() {{x}} <b>"
    assert first["confirmation"] == {
        "status": "confirmed, in progress",
        "confirmed": True,
        "by": "lead-auditor",
        "on": TODAY,
    }
    assert after["F-002"]["response"]["decision"] == "reject"
    gone = [id_ for id_, f in after.items() if f["history"]["state"] == "fixed"]
    assert gone == [id_ for id_, f in before.items() if f["rule"] == "ranked-activity-board"]


def test_a_register_of_the_second_round_closes_what_the_first_opened(cli: Cli, project: Path, write: Write) -> None:
    assert cli("audit", "metrics.yaml", "--out", "first", "--today", TODAY).code == 0
    write("metrics.yaml", CARDS.replace("ranked: true", "ranked: false"))
    cli("audit", "metrics.yaml", "--out", "second", "--today", LATER, "--previous", "first")
    file = project / "second/findings-register.xlsx"
    fixed = len(findings(project / "second")) + 1
    file.write_bytes(
        changed(file.read_bytes(), put(fixed, "Status", "confirmed, verified"), put(fixed, "Closure evidence", "Seen."))
    )
    assert cli("responses", "import", "second/findings-register.xlsx", "--today", LATER).code == 0
    told = ("--responses", "responses.yaml", "--previous", "second", "--today", LATER)
    assert cli("audit", "metrics.yaml", "--out", "third", *told).code == 0
    closed = [f for f in findings(project / "third").values() if f["history"]["state"] == "fixed"]
    assert [f["response"]["closure_evidence"] for f in closed] == ["Seen."]
    write("metrics.yaml", CARDS)
    ran = cli("audit", "metrics.yaml", "--out", "fourth", *told[:2], "--previous", "third", "--today", "2027-02-01")
    assert "1 finding is there again" in ran.out
    assert "is still reported although its status is “confirmed, verified”" in ran.out


def test_a_conflict_writes_nothing(cli: Cli, project: Path, write: Write) -> None:
    assert cli("audit", "metrics.yaml", "--out", "pack", "--today", TODAY).code == 0
    key = findings(project / "pack")["F-001"]["key"]
    write("responses.yaml", f"metriclint_responses: 1\nresponses:\n  {key}: {{id: F-001, text: By mail.}}\n")
    known = (project / "responses.yaml").read_bytes()
    data = changed((project / "pack/findings-register.xlsx").read_bytes(), put(2, "Response text", "In the sheet."))
    (project / "back.xlsx").write_bytes(data)
    ran = cli("responses", "import", "back.xlsx")
    assert ran.code == 1
    assert "conflict: T2 (Response text of F-001): the register says “In the sheet.”" in " ".join(ran.out.split())
    assert (project / "responses.yaml").read_bytes() == known
    assert cli("responses", "import", "back.xlsx", "--prefer", "register").code == 0
    assert "In the sheet." in (project / "responses.yaml").read_text()


def test_wrong_input_of_an_import_writes_nothing(cli: Cli, project: Path, write: Write) -> None:
    write("notes.xlsx", "no workbook")
    for file, message in (("none.xlsx", "cannot be read"), ("notes.xlsx", "is no workbook (.xlsx)")):
        ran = cli("responses", "import", file)
        assert (ran.code, message in ran.err) == (2, True)
    assert cli("audit", "metrics.yaml", "--out", "pack", "--today", TODAY).code == 0
    write("responses.yaml", "metriclint_responses: 2\n")
    assert cli("responses", "import", "pack/findings-register.xlsx").code == 2
    assert (project / "responses.yaml").read_text() == "metriclint_responses: 2\n"


def test_a_missing_library_is_named_with_the_way_to_get_it(
    cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    monkeypatch.delitem(sys.modules, "metriclint.audit.documents.register", raising=False)
    ran = cli("audit", "metrics.yaml", "--out", "pack")
    assert (ran.code, ran.err) == (2, "error: xlsxwriter is missing: pip install 'metriclint[audit]'\n")
    assert not (project / "pack").exists()


HOSTILE = ("<script>alert(1)</script>", "{{ 7*7 }}", "=cmd()", "a\u202etxt.exe", "😀 P&L <5 days", "x" * 10_000)


@pytest.mark.parametrize("title", HOSTILE, ids=lambda t: t[:8].encode("ascii", "replace").decode())
def test_texts_of_cards_are_data(cli: Cli, project: Path, title: str) -> None:
    text = CARDS.replace("Calls handled in an hour", "TITLE").replace("title: TITLE", f"title: {json.dumps(title)}")
    (project / "metrics.yaml").write_text(text, encoding="utf-8")
    ran = cli("audit", "metrics.yaml", "--out", "pack", "--today", TODAY, "--client", title)
    assert (ran.code, ran.err) == (0, "")
    content = json.loads((project / "pack/data/findings.json").read_bytes())
    assert content["metrics"][0]["title"] == title
    assert content["findings"]
