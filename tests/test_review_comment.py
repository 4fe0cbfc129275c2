"""Change review: the comment on a proposal, as whole outputs, as HTML, and within the limits of the platforms."""

import json
import re
from pathlib import Path

import cmarkgfm
import pytest
from cards import QUIET, RANKED
from conftest import ROOT, TODAY, Cli, Snapshot
from reviewed import Repository

from metriclint.findings.finding import Tool
from metriclint.review.comment import render
from metriclint.review.platforms import PLATFORMS
from metriclint.review.record import Counts, Review, Side

CASE = ROOT / "examples" / "tokenmaxxing"
MARKER = "<!-- metriclint:review -->"
PROSECUTOR = re.compile(r"\b(violations?|errors?|fail(s|ed|ures?)?|guilty|offenders?)\b", re.IGNORECASE)
TOOL_WORDS = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)

OURS = {"h3", "h4", "p", "strong", "em", "ul", "ol", "li", "details", "summary", "sub", "code"}
"""Elements that a comment is made of, besides pictures."""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def back(repository: Repository) -> str:
    """The leaderboard comes back; the commit before."""
    base = repository.commit_folder(CASE / "2-restricted")
    repository.commit_folder(CASE / "1-leaderboard")
    return base


@pytest.fixture
def redesigned(repository: Repository) -> str:
    """The leaderboard is replaced by a sound design; the commit before."""
    base = repository.commit_folder(CASE / "1-leaderboard")
    repository.commit_folder(CASE / "3-redesigned")
    return base


def comment(cli: Cli, base: str, *args: str) -> str:
    ran = cli("review", "--base", base, "--format", "comment", "--today", TODAY, *args)
    assert ran.err == ""
    return ran.out


def html(text: str) -> str:
    return str(cmarkgfm.github_flavored_markdown_to_html(text, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE))


# Whole outputs


def test_the_comment_on_a_leaderboard_that_comes_back(cli: Cli, back: str, snapshot: Snapshot) -> None:
    snapshot("review-comment.md", comment(cli, back))


def test_the_comment_on_a_redesign(cli: Cli, redesigned: str, snapshot: Snapshot) -> None:
    snapshot("review-comment-redesign.md", comment(cli, redesigned))


def test_the_comment_where_no_html_is_shown(cli: Cli, back: str, snapshot: Snapshot) -> None:
    snapshot("review-comment-bitbucket.md", comment(cli, back, "--platform", "bitbucket"))


def test_the_review_for_a_terminal(cli: Cli, back: str, snapshot: Snapshot) -> None:
    snapshot("review.txt", cli("review", "--base", back, "--today", TODAY).out)


def test_the_review_for_programs(cli: Cli, repository: Repository, snapshot: Snapshot) -> None:
    base = repository.commit(ai=RANKED.replace("ranked: true", "ranked: false").replace("review", "operational"))
    repository.commit(ai=RANKED.replace("review", "operational"))
    snapshot("review.json", cli("review", "--base", base, "--format", "json", "--today", TODAY).out)


# What a reader finds


def test_the_first_line_is_the_decision_and_carries_the_marker(cli: Cli, back: str, redesigned: str) -> None:
    first = comment(cli, back, "--head", "HEAD~2").splitlines()[0]
    assert first == f"### Metric review: 1 thing needs a decision before this can be merged {MARKER}"
    assert comment(cli, redesigned).splitlines()[0] == f"### Metric review: no new risk {MARKER}"


@pytest.mark.parametrize(
    ("fail_on", "words"),
    [
        ("error", "1 thing needs a decision before this can be merged"),
        ("never", "1 thing needs a decision"),
    ],
)
def test_the_decision_follows_the_threshold(cli: Cli, back: str, fail_on: str, words: str) -> None:
    assert comment(cli, back, "--fail-on", fail_on).startswith(f"### Metric review: {words} <!--")


def test_a_warning_needs_a_decision_only_where_the_threshold_says_so(cli: Cli, repository: Repository) -> None:
    repository.write("metriclint.toml", '[severity]\nranked-activity-board = "warning"\n[[overrides]]\npaths = ["*"]\n')
    quiet = QUIET.replace("identified: false", "identified: true")
    base = repository.commit(ai=QUIET)
    repository.commit(ai=quiet.replace("ranked: false", "ranked: true").replace("kind: state", "kind: activity"))
    assert "needs a decision before" not in comment(cli, base).splitlines()[0]
    told = comment(cli, base, "--fail-on", "info").splitlines()[0]
    assert "a decision before this can be merged" in told


def test_the_comment_says_what_brings_it_why_by_which_path_and_what_to_do(cli: Cli, back: str) -> None:
    told = comment(cli, back)
    parts = ["Needs a decision · new:", "**What brings it:**", "**Why it may backfire:**", "```mermaid", "**Path:**"]
    places = [told.index(part) for part in [*parts, "**What you can do.**", "<details>"]]
    assert places == sorted(places)
    assert "went from the manager to everyone in the organisation" in told
    options = re.findall(r"^\d\. ", told, re.MULTILINE)
    assert 2 <= len(options) <= 3


def test_only_what_is_new_or_worse_is_told_in_full(cli: Cli, back: str) -> None:
    told = comment(cli, back)
    assert "18 stay as they were" in told
    assert told.count("Why it may backfire") == 1
    assert "REV402" not in told


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_nobody_is_accused(cli: Cli, repository: Repository, platform: str) -> None:
    base = repository.commit_folder(CASE / "3-redesigned")
    repository.commit_folder(CASE / "1-leaderboard")
    told = TOOL_WORDS.sub("", comment(cli, base, "--platform", platform))
    assert [found[0] for found in PROSECUTOR.finditer(told)] == []


def test_as_html_the_headings_are_in_order_and_details_are_closed(cli: Cli, back: str) -> None:
    page = html(comment(cli, back))
    levels = [int(level) for level in re.findall(r"<h(\d)>", page)]
    assert levels == [3, 4]
    assert page.count("<details>") == page.count("</details>") > 0
    assert "<li>" in page
    assert "**" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)


def test_an_acceptance_that_the_proposal_brings_is_told_at_the_top(cli: Cli, repository: Repository) -> None:
    base = repository.commit(ai=RANKED)
    waiver = "{rule: VIS301, reason: A pilot, requested_by: lead, approved_by: works council, expires: 2027-01-31}"
    repository.commit(ai=RANKED.rstrip() + f"\n        waivers: [{waiver}]\n")
    told = comment(cli, base)
    assert "**1 risk would be accepted with this proposal**" in told
    assert "Accepted by works council until 2027-01-31: A pilot" in told


def test_nothing_that_changes_in_meaning_is_said_so(cli: Cli, repository: Repository) -> None:
    base = repository.commit(ai=RANKED)
    repository.write("ai.yaml", "# a remark\n" + (repository.folder / "ai.yaml").read_text(encoding="utf-8"))
    told = comment(cli, base)
    assert "means the same as before" in told
    assert "What the proposal changes" not in told


# Texts of users

HOSTILE = "<script>x</script> <!-- y --> **b** @acme/hr #12 [l](http://x.y) ![i](z) | `c` ``` \\u202e https://a.b"


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_texts_of_users_are_shown_as_text(cli: Cli, repository: Repository, platform: str) -> None:
    base = repository.commit(ai=QUIET)
    title = json.dumps(HOSTILE).replace("\\\\u", "\\u")
    repository.commit(
        ai=f"""
        metriclint: 1
        metrics:
          m:
            title: {title}
            kind: activity
            description: {title}
            subject: {{level: individual}}
            gaming_actions: [{{title: {title}, cost: low}}]
            visibility: {{title: {title}, audience: org, identified: true, ranked: true}}
            consequences: [{{title: {title}, kind: review, stated: used, access: individual}}]
        """
    )
    told = comment(cli, base, "--platform", platform)
    page = html(told)
    outside = re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)
    assert set(re.findall(r"<(\w+)", outside)) <= OURS
    assert set(re.findall(r"<!--.*?-->", told)) <= {MARKER}
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in told
    assert not re.search(r"@acme", told)
    assert told.count("```") % 2 == 0


# Limits


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A proposal with many risks and longer texts than any comment holds."""
    repository = Repository(tmp_path_factory.mktemp("estate"))
    repository.commit(sound=QUIET)
    cards = []
    for n in range(60):
        use = f"{{title: Talk {n}, kind: review, stated: used, access: individual}}"
        cards.append(
            f"  m-{n}:\n    title: Number {n} {'é' * 200}\n    kind: activity\n    subject: {{level: individual}}\n"
            f"    visibility: {{title: Wall {n} {'ü' * 200}, audience: org, identified: true, ranked: true}}\n"
            f"    consequences: [{use}]\n"
        )
    repository.write("many.yaml", "metriclint: 1\nmetrics:\n" + "".join(cards))
    return repository


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_comment_is_never_longer_than_its_platform_takes(
    cli: Cli, estate: Repository, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(estate.folder)
    told = comment(cli, "HEAD", "--platform", platform)
    assert len(told.encode()) <= PLATFORMS[platform].limit
    assert told.startswith("### Metric review: ")
    assert "things need a decision before" in told.splitlines()[0]
    assert "no employee data is read" in told.splitlines()[-1]


def test_whole_sections_are_left_out_and_that_is_said(
    cli: Cli, estate: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(estate.folder)
    told = comment(cli, "HEAD", "--platform", "bitbucket")
    note = re.search(r"^(\d+) sections? of this review did not fit into a comment on Bitbucket", told, re.MULTILINE)
    assert note is not None
    assert "`metriclint review` shows all of it" in told
    whole = comment(cli, "HEAD", "--platform", "gitlab")
    assert "did not fit" not in whole


def test_an_empty_review_has_a_comment_too() -> None:
    nothing = Review(
        schema="metriclint/review/1",
        tool=Tool("metriclint", "0", "2026.1"),
        base=Side("main", "0" * 40),
        head=Side("the working tree"),
        summary=Counts(0, 0, 0, 0, 0, 0, 0),
        findings=[],
        changes=[],
    )
    told = render(nothing, "error", PLATFORMS["github"])
    assert told.splitlines()[0] == f"### Metric review: no new risk {MARKER}"
