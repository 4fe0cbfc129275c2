"""The job summary, read by the parser of GitHub: its words, its limits, and texts that stay texts."""

import html
import re
from html.parser import HTMLParser

import cmarkgfm
import msgspec
import pytest
from adversarial import TEXTS, ranked, report_on, report_with, seen, with_status
from cards import BROKEN, RANKED
from conftest import TODAY, Cli, Write
from hypothesis import example, given
from hypothesis import strategies as st

from metriclint.findings.finding import Acceptance, Report
from metriclint.reports import markdown
from metriclint.reports.formats import Style
from metriclint.reports.markdown import escape

TAGS = {"h3", "h4", "p", "strong", "em", "ul", "ol", "li", "details", "summary", "sub"}


class Page(HTMLParser):
    """The elements and the visible words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def page(text: str) -> Page:
    """Markdown as GitHub's parser renders it, raw HTML and automatic links allowed."""
    return Page(cmarkgfm.github_flavored_markdown_to_html(text, cmarkgfm.Options.CMARK_OPT_UNSAFE))


def summary(report: Report, *, verbose: bool = False) -> str:
    return markdown.render(report, Style(verbose=verbose))


def first_line(report: Report) -> str:
    return summary(report).partition("\n")[0]


# Words


def test_the_first_line_is_the_decision(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    lines = {}
    for severity in ("error", "warning", "note", "info"):
        write("metriclint.toml", f'select = ["VIS301"]\n[severity]\nVIS301 = "{severity}"\n')
        lines[severity] = cli("check", "--format", "markdown").out.partition("\n")[0]
    assert lines == {
        "error": "### Metric review: 1 thing needs a decision",
        "warning": "### Metric review: nothing needs a decision, 1 thing worth changing",
        "note": "### Metric review: nothing needs a decision, 1 thing worth knowing",
        "info": "### Metric review: nothing needs a decision, 1 thing worth knowing",
    }
    assert first_line(report_on("sound-team-metrics")) == "### Metric review: nothing found"
    assert first_line(report_on("wells-fargo")) == "### Metric review: 10 things need a decision"


def test_wrong_input_is_told_in_the_first_line_too(cli: Cli, write: Write) -> None:
    write("metrics.yaml", BROKEN)
    out = cli("check", "--format", "markdown").out
    assert out.startswith("### Metric review: the declarations cannot be read yet\n")
    assert '- metrics.yaml:4: unknown key "titel"; did you mean title?' in out


@pytest.mark.parametrize("folder", ["wells-fargo", "cases", "tokenmaxxing/1-leaderboard", "sound-team-metrics"])
def test_no_word_accuses_and_no_key_stands_outside_the_details(folder: str) -> None:
    text = summary(report_on(folder))
    open_text = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    assert re.findall(r"violat\w*|\bfail(?:ed|ure)s?\b|\bscores?\b|\bbadges?\b", _own_words(open_text), re.I) == []
    assert re.findall(r"\w+\.yaml|[A-Z]{3}\d{3}|ml1:|visibility\.|governance\.", open_text) == []


def _own_words(text: str) -> str:
    """The text without what stands in quotes or paths, which are the words of the card."""
    lines = (line for line in text.split("\n") if not line.startswith(("- **Path:**", "#### ")))
    return re.sub(r"\"[^\"]*\"|\*\*[^*]*\*\*", "", "\n".join(lines))


def test_headings_are_in_order_and_nothing_is_a_table() -> None:
    tags = page(summary(report_on("wells-fargo"))).tags
    assert tags[0] == "h3"
    assert set(tags) <= TAGS
    assert tags.count("h3") == 1
    assert tags.count("h4") == 2


def test_at_most_three_options_are_told_and_all_with_verbose() -> None:
    report = report_on("wells-fargo")
    finding = next(f for f in report.findings if len(f.fixes) > 3)
    alone = msgspec.structs.replace(
        report, findings=[msgspec.structs.replace(finding, folded_under=None)], undecided=[]
    )
    assert page(summary(alone)).tags.count("ol") == 1
    assert [line for line in summary(alone).split("\n") if line.startswith("  4. ")] == []
    for number, fix in enumerate(finding.fixes, 1):
        assert f"\n  {number}. {escape(fix.text)}" in summary(alone, verbose=True)


def test_a_path_that_was_just_told_is_not_told_again(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    out = cli("check", "--today", TODAY, "--format", "markdown", "--select", "CTR501,GAM101,REV,VIS").out
    paths = re.findall(r"\*\*Path:\*\* (.*)", out)
    assert "as above" in paths
    assert paths[0] != "as above"
    told = [p for p in paths if p != "as above"]
    assert len(told) == len(set(told))


def test_accepted_and_known_findings_are_one_sentence() -> None:
    whole = ranked()
    for statuses, words in (
        ({"VIS301": "waived"}, "Besides, there is 1 accepted risk."),
        ({"VIS301": "baselined"}, "Besides, there is 1 finding known from before."),
        (
            {"VIS301": "waived", "CTR501": "waived", "GAM101": "baselined"},
            "Besides, there are 2 accepted risks and 1 finding known from before.",
        ),
    ):
        text = summary(with_status(whole, **statuses))
        assert words in text
        assert "VIS301" not in re.sub(
            r"<details><summary>\d accepted risks?</summary>.*?</details>", "", text, flags=re.S
        )


def test_an_accepted_risk_is_listed_with_its_end_its_role_and_its_reason() -> None:
    waiver = Acceptance(reason="Pilot <b>in</b> two teams.", approved_by="chief-people-officer", expires="2027-02-28")
    report = with_status(ranked(), VIS301="waived")
    findings = [msgspec.structs.replace(f, waiver=waiver) if f.code == "VIS301" else f for f in report.findings]
    text = summary(msgspec.structs.replace(report, findings=findings))
    assert "Besides, there is 1 accepted risk (the waiver ends after 2027-02-28)." in text
    assert "Accepted by chief-people-officer until 2027-02-28: Pilot &lt;b&gt;in&lt;/b&gt; two teams.\n" in text


def test_a_known_finding_that_got_worse_says_so() -> None:
    report = ranked()
    findings = [msgspec.structs.replace(f, known_as="note") if f.code == "VIS301" else f for f in report.findings]
    text = summary(msgspec.structs.replace(report, findings=findings))
    assert text.count("**🔴 Needs a decision, and it got worse:**") == 1


def test_one_change_against_several_risks_is_told_before_the_findings() -> None:
    report = report_on("wells-fargo")
    choke = report.choke_points[0]
    text = summary(report)
    line = f"\n- {choke.text[0].upper()}{choke.text[1:]} cuts {choke.cuts} of {choke.paths} ways from a number to"
    assert line in text
    assert text.index("**One change against several risks:**") < text.index("#### ")
    more = [msgspec.structs.replace(choke, cuts=choke.paths)] * 5
    assert summary(msgspec.structs.replace(report, choke_points=more)).count(f" cuts all {choke.paths} ways ") == 3
    assert "One change" not in summary(msgspec.structs.replace(report, findings=[]))


def test_a_severity_that_the_configuration_set_says_so_in_the_details(cli: Cli, write: Write) -> None:
    write("metrics.yaml", RANKED)
    write("metriclint.toml", 'select = ["VIS301", "GAM102"]\n[severity]\nVIS301 = "warning"\n')
    out = cli("check", "--today", TODAY, "--format", "markdown").out
    assert out.count("- severity: warning (set by the configuration); confidence") == 1
    assert out.count("(set by the configuration)") == 1


def test_ten_findings_are_told_in_full_and_the_others_in_a_line_each() -> None:
    report = report_on("cases")
    heads = [f for f in report.findings if f.folded_under is None]
    text = summary(report)
    assert text.count("**Why it may backfire:**") == 10
    assert f"<summary>{len(heads) - 10} more things to look at</summary>" in text
    assert len(text.encode()) < 65_536
    whole = summary(report, verbose=True)
    assert whole.count("**Why it may backfire:**") == len(heads)


def test_a_summary_is_cut_between_parts_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    report = report_on("cases")
    monkeypatch.setattr(markdown, "MOST_BYTES", 20_000)
    text = summary(report, verbose=True)
    assert 15_000 < len(text.encode()) <= 20_000
    assert re.search(r"\n… and \d+ more parts than a job summary holds\.\n\n<sub>metriclint ", text)
    read = page(text)
    assert set(read.tags) <= TAGS
    assert text.count("<details>") == text.count("</details>")


# Texts stay texts


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("verbose", [False, True])
def test_a_text_of_a_card_gives_no_markup(name: str, verbose: bool) -> None:
    text = summary(report_with(name), verbose=verbose)
    assert [line for line in text.split("\n") if not line.isprintable()] == []
    read = page(text)
    assert set(read.tags) <= TAGS
    assert read.tags.count("h3") == read.tags.count("h4") == 1
    assert text.count("<details>") == text.count("</details>") == read.tags.count("details")
    assert seen(TEXTS[name]) in read.words.replace("\u200b", "")


@given(text=st.text(max_size=80))
@example(text="__a__ _b_ a_b a__b _")
@example(text="![x](y) [z][1] [1]: https://e.example 'a'")
@example(text="1. a")
@example(text="- - -")
@example(text="+ a\n===\n---")
@example(text="a | b\n--- | ---\n1 | 2")
@example(text="https://e.example/?a=b&c www.e.example a@b.example @x #1 !1 &1 GH-1 ~x~ ~~y~~")
@example(text="&#64;x &lt; &copy; \\& \\")
@example(text="`a`` b ```")
@example(text="* [ ] task")
def test_an_escaped_text_is_one_paragraph_that_shows_what_was_written(text: str) -> None:
    for before, after in (("", ""), ("**", ":** x"), ("- ", ""), ("  1. ", " (x)"), ("#### ", "")):
        shown = page(f"{before}{escape('x' + text) if before else escape(text)}{after}")
        assert set(shown.tags) <= {"p", "strong", "ul", "ol", "li", "h4"}, (before, text)
    alone = page(escape(text))
    assert set(alone.tags) <= {"p"}
    assert alone.words.replace("\u200b", "").strip("\n") == seen(text)


@given(text=st.text("-+=#.)1 >*_`a", min_size=1, max_size=12))
def test_an_escaped_text_begins_no_block_in_a_list_item(text: str) -> None:
    read = page(f"- {escape(text)}\n- end")
    assert set(read.tags) <= {"ul", "li", "p"}
    assert read.words.replace("\u200b", "").split("end")[0].strip() == seen(text)


@pytest.mark.parametrize("text", ["@team", "#12", "!34", "GH-56", "https://e.example", "www.e.example", "a@b.c"])
def test_nothing_is_left_that_a_forge_makes_a_link_of(text: str) -> None:
    shown = html.unescape(escape(text).replace("\\", ""))
    assert text not in shown
    assert shown.replace("\u200b", "") == text


def test_a_long_text_is_cut() -> None:
    assert len(escape("word " * 1000)) == 600
    assert escape("word " * 1000).endswith("…")
