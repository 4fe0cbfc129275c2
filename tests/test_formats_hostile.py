"""Texts of users in every format: each stays a text, for the reader of the format and for the runner that logs it."""

import json
import re
import unicodedata
from collections.abc import Callable

import pytest
from adversarial import TEXTS, soaked_with, wrong_input
from hypothesis import example, given
from hypothesis import strategies as st
from junitparser import JUnitXml
from test_formats import FORMATS
from test_report_ci import CODE_QUALITY
from test_report_github import read
from test_report_markdown import TAGS, page
from test_report_sarif import faults

from metriclint.files.problem import Problem
from metriclint.findings.finding import Report
from metriclint.reports import render
from metriclint.reports.json import json_text
from metriclint.reports.terminal import Paint, no_commands, problems_text

SOURCES = {"findings": soaked_with, "wrong input": wrong_input}
# `##[error]` of GitHub's older runners, `##vso[…]` of Azure Pipelines, `##teamcity[…]`.
OTHER_COMMAND = re.compile(r"##\w*\[")


def orders(out: str) -> list[str]:
    """Lines that a runner of a CI system would obey."""
    return [line for line in out.split("\n") if OTHER_COMMAND.search(line) or read(line) is not None]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("format_", FORMATS)
def test_a_log_that_shows_a_report_obeys_no_text_in_it(format_: str, name: str, source: str) -> None:
    for verbose in (False, True):
        out = render(SOURCES[source](name), format_, verbose=verbose)
        told = orders(out)
        if format_ == "github":
            told = [line for line in told if not re.match(r"::(error|warning|notice) (file|title)=", line)]
        assert told == []
        assert [line for line in out.split("\n") if not line.isprintable()] == []


@pytest.mark.parametrize("name", TEXTS)
def test_errors_on_a_terminal_give_no_orders_to_its_log(name: str) -> None:
    errors = wrong_input(name).errors
    problems = [Problem(e.path, e.line, e.column, e.message, allowed=tuple(e.allowed)) for e in errors]
    bare = Problem("x", 1, 1, "m", excerpt=TEXTS[name], suggestion=TEXTS[name], allowed=(TEXTS[name],))
    assert orders(problems_text([*problems, bare], Paint(False))) == []


def test_only_what_reads_as_a_command_is_changed() -> None:
    text = "std::vector a :: b\n  ::error::x\n# ## [a](b) ##x"
    assert no_commands(text) == "std::vector a :: b\n  : :error::x\n# ## [a](b) ##x"


def _json(out: str) -> None:
    assert json.loads(out)["schema"] == "metriclint/report/1"


def _lines(out: str) -> None:
    assert {"type"} <= set.intersection(*(set(json.loads(line)) for line in out.splitlines()))


def _sarif(out: str) -> None:
    assert faults(json.loads(out)) == []


def _quality(out: str) -> None:
    assert list(CODE_QUALITY.iter_errors(json.loads(out))) == []


def _junit(out: str) -> None:
    assert JUnitXml.fromstring(out.encode()).tests > 0


def _markdown(out: str) -> None:
    read_ = page(out)
    assert set(read_.tags) <= TAGS
    assert read_.tags.count("h3") == 1
    assert out.count("<details>") == out.count("</details>") == read_.tags.count("details")


READERS: dict[str, Callable[[str], None]] = {
    "json": _json,
    "jsonl": _lines,
    "sarif": _sarif,
    "gitlab": _quality,
    "junit": _junit,
    "markdown": _markdown,
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("format_", READERS)
def test_a_reader_of_the_format_is_content_whatever_the_texts_are(format_: str, name: str, source: str) -> None:
    report: Report = SOURCES[source](name)
    READERS[format_](render(report, format_, verbose=True))


def unseen(character: str) -> bool:
    """Whether a character is none that a reader sees; Arabic and other number signs are of category Cf, too."""
    if re.match("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]", character):
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


@given(text=st.text(st.characters(), max_size=40))
@example(text="\ud800 \udfff")
@example(text="####[a] ##[")
@example(text="".join(map(chr, range(0xE0000, 0xE0080))))
def test_json_is_one_visible_line_and_reads_back(text: str) -> None:
    line = json_text({"a": [text, 1, None, 0.5, {}]})
    assert [c for c in line if unseen(c)] == []
    assert json.loads(line) == {"a": [text, 1, None, 0.5, {}]}
    assert json.loads(json_text({text: text}, indent=2)) == {text: text}
    assert orders(line) == []


@pytest.mark.parametrize("format_", ["json", "jsonl", "junit"])
def test_what_is_escaped_for_a_log_is_read_as_it_was_written(format_: str) -> None:
    out = render(soaked_with("systems"), format_)
    if format_ == "junit":
        xml = JUnitXml.fromstring(out.encode())
        told = [r.message for suite in xml for case in suite for r in case.result]
    else:
        told = [f["message"] for f in map(json.loads, out.splitlines()) if "message" in f] if format_ == "jsonl" else []
        told = told or [f["message"] for f in json.loads(out)["findings"]]
    assert any(TEXTS["systems"] in text for text in told)
