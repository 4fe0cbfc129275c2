"""What counts as a line: the same for places, for the shown source line and for YAML's own reader."""

from pathlib import Path

import pytest
from conftest import Cli

CARD = "metriclint: 1\nmetrics:\n  ai-tokens:\n    title: AI{0}tokens\n    # one{0}comment\n    kind: activty\n"


@pytest.mark.parametrize(
    "mark", ["\u2028", "\u2029", "\x85"], ids=["line separator", "paragraph separator", "next line"]
)
def test_other_breaks_of_unicode_are_no_lines(cli: Cli, tmp_path: Path, mark: str) -> None:
    (tmp_path / "a.yaml").write_bytes(CARD.format(mark).encode())
    ran = cli("check", "a.yaml")
    assert ran.code == 2
    assert "a.yaml:6:" in ran.err
    assert "6 |     kind: activty" in ran.err


@pytest.mark.parametrize("mark", ["\r\n", "\r"], ids=["windows", "old mac"])
def test_carriage_returns_count_as_yaml_counts_them(cli: Cli, tmp_path: Path, mark: str) -> None:
    text = CARD.format(" ").replace("\n", mark)
    (tmp_path / "a.yaml").write_bytes(text.encode())
    ran = cli("check", "a.yaml")
    assert "6 |     kind: activty" in ran.err


def test_a_finding_shows_its_own_line(cli: Cli, tmp_path: Path) -> None:
    text = "metriclint: 1\nmetrics:\n  a:\n    title: Lines\u2028of code\n    kind: activity\n"
    text += "    subject: {level: individual}\n"
    text += "    consequences: [{kind: review, stated: not-used, access: individual}]\n"
    (tmp_path / "a.yaml").write_bytes(text.encode())
    assert "7 |     consequences: [{kind: review" in cli("check", "a.yaml", "--verbose").out


@pytest.mark.parametrize("id_", ["a\\n", "a\\r", "a ", "a\\u2028"])
def test_an_id_with_a_break_at_its_end_is_none(cli: Cli, tmp_path: Path, id_: str) -> None:
    (tmp_path / "a.yaml").write_text(f'metriclint: 1\nmetrics:\n  "{id_}": {{title: A}}\n', encoding="utf-8")
    assert cli("check", "a.yaml").code == 2


def test_a_stream_of_foreign_documents_is_left_alone_on_a_walk(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "foreign.yaml").write_text("a: {metriclint: 1}\n---\nb: 2\n", encoding="utf-8")
    (tmp_path / "ours.yaml").write_text("metriclint: 1\nmetrics: {a: {title: A}}\n", encoding="utf-8")
    assert cli("check").code == 0


def test_a_stream_that_has_one_of_ours_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("a: 1\n---\nmetriclint: 1\nmetrics: {a: {title: A}}\n", encoding="utf-8")
    ran = cli("check")
    assert ran.code == 2
    assert "one document a file" in ran.err
