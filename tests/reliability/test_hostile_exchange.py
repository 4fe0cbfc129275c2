"""What goes to and fro between tools: cards, overlays, workbooks and forms that are written out of hostile files."""

import io
import json
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
import yaml_rs
from adversarial import seen
from conftest import TODAY, Cli, Ran
from injected import INJECTIONS, obeyed, rotation, write_project
from lxml import etree
from test_hostile_documents import texts_only
from test_hostile_outputs import STARTS, plain_page

from metriclint.model.raw import declared
from metriclint.questionnaire.questions import questionnaire
from metriclint.sources.load import load

BREAKS = {
    "line": "a\nmetrics: {evil: {title: evil}}\n#",
    "return": "a\rmetrics: {evil: 1}\r#",
    "next": "a\x85metrics: {evil: 1}\x85#",
    "separator": "a\u2028metrics: {evil: 1}\u2029#",
    "quote": 'a"] skip = false [[x]] b = ["',
    "command": "a\n::error::x",
    "terminal": "\x1b]0;t\x07 ##[error]x",
}
"""Names of files that try to leave the comment or the setting in which they are told."""


def sloth(start: int) -> dict[str, Any]:
    """Service levels with an injection in every text."""
    texts = iter(rotation(start) * 3)
    slos = [{"name": next(texts), "objective": 99.9, "description": next(texts)} for _ in range(8)]
    return {"version": "prometheus/v1", "service": next(texts), "labels": {"owner": next(texts)}, "slos": slos}


def dbt(start: int) -> dict[str, Any]:
    """Metrics of dbt with an injection in every text that is free there."""
    texts = iter(rotation(start) * 3)
    kind = {"type": "simple", "type_params": {"measure": "x"}}
    metrics = [
        {"name": f"m{n}", "label": next(texts), "description": next(texts), "meta": {"owner": next(texts)}, **kind}
        for n in range(8)
    ]
    model = {"name": "shop", "model": "ref('x')", "measures": [{"name": "x", "agg": "count"}]}
    return {"version": 2, "metrics": metrics, "semantic_models": [model]}


def rows(start: int) -> list[list[Any]]:
    """A sheet of goals with an injection as the name of each."""
    texts = rotation(start)
    head = ["KPI", "Weightage", "Target", "Achieve", "Weightage Score", "Comments"]
    return [[texts[1]], [], head, *([t, "10 %", u, 1, 0.1, u] for t, u in zip(texts, reversed(texts), strict=True))]


def sheet(start: int) -> bytes:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows(start), 1):
        for column, value in enumerate(row, 1):
            cell = book.active.cell(number, column)  # type: ignore[union-attr]
            if isinstance(value, str):
                cell.value = re.sub("[\x00-\x08\x0b-\x1f]", " ", value)
                cell.data_type = "s"
            else:
                cell.value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sources(folder: Path, start: int) -> list[str]:
    """Files of other tools with injections."""
    folder.mkdir(parents=True)
    (folder / "levels.yml").write_text(json.dumps(sloth(start)), encoding="utf-8")
    (folder / "metrics.yml").write_text(yaml.safe_dump(dbt(start)), encoding="utf-8")
    (folder / "goals.xlsx").write_bytes(sheet(start))
    return ["levels.yml", "metrics.yml", "goals.xlsx"]


def ran(cli: Cli, *args: str, codes: tuple[int, ...] = (0, 1), stdin: bytes | None = None) -> Ran:
    """Run a command that writes a file; what it says obeys nobody."""
    done = cli(*args, stdin=stdin)
    assert done.code in codes, done.err
    assert obeyed(done.out) == obeyed(done.err) == []
    return done


def read_yaml(text: str) -> Any:
    """A text of ours as two readers read it: the same, of one document, without a tag, an anchor or a foreign line."""
    events = list(yaml.parse(text))
    assert sum(isinstance(e, yaml.DocumentStartEvent) for e in events) == 1
    assert [e for e in events if getattr(e, "tag", None) or getattr(e, "anchor", None)] == []
    assert [line for line in text.split("\n") if not line.isprintable()] == []
    value = yaml_rs.loads(text, parse_datetime=False)
    assert yaml.load(text, yaml.BaseLoader).keys() == value.keys()
    return value


def designs(path: Path) -> dict[str, Any]:
    loaded = load([path.name], path.parent)
    assert not loaded.problems
    return {id_: declared(entry.value) for id_, entry in loaded.projects[0].metrics.items()}


@pytest.mark.parametrize("start", STARTS)
def test_cards_out_of_hostile_files_say_the_same_texts(cli: Cli, tmp_path: Path, start: int) -> None:
    for name in sources(tmp_path / "in", start):
        printed = ran(cli, "import", f"in/{name}").out
        ran(cli, "import", f"in/{name}", "--output", f"out/{name}.yaml")
        assert (tmp_path / "out" / f"{name}.yaml").read_text(encoding="utf-8") == printed
        assert set(read_yaml(printed)) <= {"metriclint", "metrics", "actions", "boards", "decisions"}
        written = designs(tmp_path / "out" / f"{name}.yaml")
        assert written == designs(tmp_path / "in" / name)
        assert len(written) >= 8


@pytest.mark.parametrize("name", BREAKS)
def test_the_name_of_a_file_cannot_leave_its_comment(cli: Cli, tmp_path: Path, name: str) -> None:
    source = f"{BREAKS[name]}.yml"
    (tmp_path / source).write_text(json.dumps(sloth(0)), encoding="utf-8")
    done = cli("import", source)
    assert done.code == 0, done.err
    assert set(read_yaml(done.out)["metrics"]) == set(designs(tmp_path / source))
    done = ran(cli, "import", source, "--output", "out.yaml")
    settings = done.out[done.out.index("[[sources]]") :]
    if all(c.isprintable() for c in source):
        assert tomllib.loads(settings) == {"sources": [{"paths": [source], "skip": True}]}
    else:
        assert [list(each) for each in tomllib.loads(settings)["sources"]] == [["paths", "skip"]]
    (tmp_path / "out.yaml").unlink()
    ran(cli, "overlay", "init", source, "--output", "overlay.yaml", "--all", "--today", TODAY)
    overlay = read_yaml((tmp_path / "overlay.yaml").read_text(encoding="utf-8"))
    assert set(overlay) == {"metriclint", "overlay", "metrics"}
    assert set(overlay["metrics"]) <= set(designs(tmp_path / source))


@pytest.mark.parametrize("start", STARTS)
def test_an_overlay_to_fill_in_asks_and_says_nothing(cli: Cli, tmp_path: Path, start: int) -> None:
    names = sources(tmp_path / "in", start)
    (tmp_path / "metriclint.toml").write_text('paths = ["in"]\n', encoding="utf-8")
    before = cli("check", "--format", "json", "--today", TODAY)
    printed = ran(cli, "overlay", "init", "--output", "-", "--all", "--today", TODAY).out
    ran(cli, "overlay", "init", "--output", "in/overlay.yaml", "--all", "--today", TODAY)
    assert (tmp_path / "in" / "overlay.yaml").read_text(encoding="utf-8") == printed
    known = {id_ for name in names for id_ in designs(tmp_path / "in" / name)}
    assert set(read_yaml(printed)["metrics"]) <= known
    after = cli("check", "--format", "json", "--today", TODAY)
    assert json.loads(after.out)["findings"] == json.loads(before.out)["findings"]


@pytest.mark.parametrize("start", STARTS)
def test_workbooks_hold_texts_and_comments_are_texts(cli: Cli, tmp_path: Path, start: int) -> None:
    write_project(tmp_path, start)
    ran(cli, "export", "--output", "out.xlsx")
    assert texts_only((tmp_path / "out.xlsx").read_bytes()) > 20
    (tmp_path / "alone").mkdir()
    (tmp_path / "out.xlsx").rename(tmp_path / "alone" / "out.xlsx")
    (tmp_path / "alone" / "metriclint.toml").write_text("", encoding="utf-8")
    ran(cli, "annotate", "alone/out.xlsx", "--output", "alone/back.xlsx", "--today", TODAY)
    back = (tmp_path / "alone" / "back.xlsx").read_bytes()
    assert texts_only(back) > 20
    comments = [
        c.comment for s in openpyxl.load_workbook(io.BytesIO(back)) for r in s.iter_rows() for c in r if c.comment
    ]
    assert comments
    with zipfile.ZipFile(io.BytesIO(back)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False))


def test_a_sheet_of_somebody_else_comes_back_without_a_new_formula(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "goals.xlsx").write_bytes(sheet(0))
    ran(cli, "annotate", "goals.xlsx", "--today", TODAY)
    assert texts_only((tmp_path / "goals-checked.xlsx").read_bytes()) > 20


def test_forms_are_fixed_texts(cli: Cli, tmp_path: Path) -> None:
    ran(cli, "template", "xlsx")
    texts_only((tmp_path / "cards.xlsx").read_bytes())
    ran(cli, "questionnaire", "--format", "docx", "--output", "form.docx")
    with zipfile.ZipFile(tmp_path / "form.docx") as archive:
        links = [archive.read(n) for n in archive.namelist() if n.endswith(".rels")]
    assert not any(b"External" in part for part in links)
    plain_words = ran(cli, "questionnaire").out
    assert "<" not in re.sub(r"<br>|<!--.*?-->", "", plain_words) or plain_page(plain_words)


@pytest.mark.parametrize("start", STARTS)
def test_a_card_out_of_hostile_answers_says_the_same_texts(cli: Cli, tmp_path: Path, start: int) -> None:
    texts = iter(rotation(start) * 3)
    answers = {q.id: next(texts) for q in questionnaire().questions if q.kind == "text"}
    assert len(answers) > 5
    (tmp_path / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    ran(cli, "new", "--answers", "answers.json", "--output", "card.yaml", "--today", TODAY)
    (card,) = read_yaml((tmp_path / "card.yaml").read_text(encoding="utf-8"))["metrics"].values()
    assert seen(card["title"]) == seen(answers["title"])
    ran(cli, "new", "--answers", "-", "--output", "-", "--today", TODAY, stdin=json.dumps(answers).encode())


@pytest.mark.parametrize("option", [("template", "xlsx"), ("export",), ("annotate", "alone.xlsx"), ("import", "l.yml")])
@pytest.mark.parametrize("name", ["command", "terminal", "bidi", "systems"])
def test_names_of_outputs_are_told_as_texts(cli: Cli, tmp_path: Path, option: tuple[str, ...], name: str) -> None:
    (tmp_path / "metriclint.toml").write_text('paths = ["m.yaml"]\n', encoding="utf-8")
    (tmp_path / "m.yaml").write_text("metriclint: 1\nmetrics: {a: {title: A}}\n", encoding="utf-8")
    (tmp_path / "l.yml").write_text(json.dumps(sloth(0)), encoding="utf-8")
    assert cli("export", "--output", "made.xlsx").code == 0
    (tmp_path / "alone").mkdir()
    (tmp_path / "made.xlsx").rename(tmp_path / "alone" / "alone.xlsx")
    words = [f"alone/{w}" if w.endswith(".xlsx") else w for w in option]
    for suffix in (".xlsx", ".yaml", ""):
        ran(cli, *words, "--output", INJECTIONS[name].replace("/", "|") + suffix, codes=(0, 1, 2))
    ran(cli, *words, "--output", f"{INJECTIONS[name]}/x/y", codes=(0, 1, 2))
