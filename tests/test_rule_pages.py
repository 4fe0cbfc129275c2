"""Pages of rules: whole as they stand, and safe where a rule file of somebody else holds hostile texts."""

import re
from pathlib import Path
from typing import Any

import cmarkgfm
import msgspec
import pytest
from adversarial import TEXTS, seen
from conftest import Cli, Snapshot
from designs import catalogue
from hypothesis import given, settings
from hypothesis import strategies as st
from test_report_markdown import page

from metriclint.files.markdown import block, code, paragraphs, sentence
from metriclint.rules.catalogue import CompiledRule, built_in_catalogue, parse_rule
from metriclint.rules.page import markdown_index, markdown_page, plain_list, plain_page

HEADINGS = [
    "What it flags",
    "Why it may backfire",
    "Avoid",
    "Prefer",
    "What you can do",
    "When to ignore",
    "Criteria",
    "Evidence",
]


def soaked(text: str) -> CompiledRule:
    """A rule that has a text wherever a rule file may hold one."""
    example = {"title": text, "yaml": text}
    values: dict[str, Any] = {
        "code": "ORG001",
        "edition": "2026.1",
        "severity": "warning",
        "confidence": "medium",
        "variant": "none",
        "summary": text.replace("{", "(").replace("}", ")"),  # braces name facts there
        "message": "{metric}",
        "when": f"metric.title == {msgspec.json.encode(text).decode()}",
        "why": text,
        "fix": [{"text": text, "change": {"subject.role": text}, "obligation": text}],
        "ignore_when": text,
        "criteria": [{"ref": text, "text": text}],
        "evidence": [{"text": text, "source": text, "checked": False}],
        "examples": {"bad": [example, example], "good": [example, example]},
    }
    compiled, problems = parse_rule(msgspec.json.encode(values).decode(), "house/odd-number.yaml", "odd-number", text)
    assert compiled is not None, problems
    return compiled


def test_the_whole_page_of_a_rule(snapshot: Snapshot) -> None:
    snapshot("rule-page.md", markdown_page(catalogue().rules["gdpr-excessive-granularity"]))


def test_the_whole_rule_on_a_terminal(cli: Cli, snapshot: Snapshot) -> None:
    snapshot("rule-page.txt", cli("explain", "gdpr-excessive-granularity").out)


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_stay_texts_on_a_page(name: str) -> None:
    written = markdown_page(soaked(TEXTS[name]))
    shown = page(written)
    assert [t for t in shown.tags if t == "h2"] == ["h2"] * len(HEADINGS)
    allowed = {"h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "ol", "ul", "li", "em", "a"}
    assert set(shown.tags) <= allowed
    assert shown.tags.count("pre") == 5
    # An address becomes a link only where it stands written out, so that it leads where it says.
    html = cmarkgfm.github_flavored_markdown_to_html(written, cmarkgfm.Options.CMARK_OPT_UNSAFE)
    for target, words in re.findall(r'<a href="([^"]*)">(.*?)</a>', html):
        assert target.removeprefix("mailto:").removeprefix("http://") in (words, "https://" + words, words.rstrip("/"))
    assert all(c.isprintable() or c == "\n" for c in written)


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_are_shown_as_they_were_written(name: str) -> None:
    words = " ".join(page(f"{sentence(TEXTS[name])}\n").words.split())
    # Words in single backticks are shown as code, without their marks.
    wanted = re.sub(r"`([^`|]+)`", r"\1", seen(TEXTS[name]))
    assert words == wanted


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_do_not_reach_the_screen(name: str) -> None:
    compiled = soaked(TEXTS[name])
    for text in (plain_page(compiled), plain_list([compiled])):
        assert all(c.isprintable() or c == "\n" for c in text)


@pytest.mark.parametrize("name", TEXTS)
def test_a_rule_keeps_its_row_of_the_index(name: str) -> None:
    rule = catalogue().rules["ranked-activity-board"]
    hostile = msgspec.structs.replace(rule, rule=msgspec.structs.replace(rule.rule, summary=TEXTS[name]))
    (row,) = (line for line in markdown_index([hostile]).split("\n") if "VIS301" in line)
    assert page("| a | b | c | d |\n| - | - | - | - |\n" + row).tags.count("td") == 4


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("a1 `~*_#-+>.|[]()<&!\\\n:$=\t\x1b\u2028"), max_size=40))
def test_any_text_at_all_stays_a_text(text: str) -> None:
    blocks = page(f"before\n\n{paragraphs(text)}\n\nafter")
    assert set(blocks.tags) <= {"p", "code"}
    assert blocks.words.startswith("before")
    assert blocks.words.rstrip().endswith("after")
    fence = page(f"{block(text, 'yaml')}\n\nafter")
    assert fence.tags == ["pre", "code", "p"]
    inline = page(f"x {code(text)} after")
    assert set(inline.tags) <= {"p", "code"}


def test_the_published_pages_have_each_section(tmp_path: Path) -> None:
    for compiled in built_in_catalogue().rules.values():
        heads = re.findall(r"^## (.*)$", markdown_page(compiled), re.MULTILINE)
        assert [h for h in heads if h != "Law"] == [h for h in HEADINGS if h in heads]
        assert heads[:6] == HEADINGS[:6]
