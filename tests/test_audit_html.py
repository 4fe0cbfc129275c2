"""report.html as a text: what it says, that it holds every text as a text, and that it needs nothing from elsewhere."""

import base64
import hashlib
import itertools
import re
from pathlib import Path

import pytest
from adversarial import TEXTS, seen
from audited import CARDS, finding, packed
from conftest import Snapshot, Write
from msgspec.structs import replace
from reported import Read, large_pack, page_of, second_pack, with_texts
from test_report_text import hostile

from metriclint.audit.documents._path_rows import path_rows
from metriclint.audit.pack import Pack, PathNode
from metriclint.version import VERSION


@pytest.fixture
def pack(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    write("metrics.yaml", CARDS)
    return packed("metrics.yaml")


@pytest.fixture
def second(pack: Pack, write: Write) -> Pack:
    return second_pack(write)


def words(page: bytes) -> str:
    """The words of the body of a page, on one line."""
    return " ".join(Read(page).inside("body").split())


def test_the_words_of_a_report(second: Pack, snapshot: Snapshot) -> None:
    short = replace(second, findings=second.findings[:1], rules=[], glossary=[], sources=[])
    text = "\n".join(line for line in Read(page_of(short)).inside("body").splitlines() if "use strict" not in line)
    # The script is one text among them.
    text = text.partition("// The report is complete")[0]
    snapshot("audit/report.txt", text.replace(VERSION, "VERSION").rstrip() + "\n")


def test_everything_of_the_pack_is_told(second: Pack) -> None:
    told = words(page_of(second))
    e, r = second.executive, second.reproducibility
    expected = [*e.sentences, *e.changes, *(a.text for a in e.actions), *(a.because for a in e.actions)]
    expected += [*second.scope.included, *second.scope.limitations, *second.method, *second.open_questions, r.command]
    expected += [t for m in second.metrics for t in (m.title, m.place, m.shown_to, m.consequences, m.counter_metrics)]
    for f in (*second.findings, *second.fixed):
        expected += [f.id, f.condition, f.evidence[0].place]
    for f in second.findings:
        expected += [f.cause.text, f.effect.text, f.ignore_when, f.options_words, f.criteria_words[:9], *f.limits]
        expected += [t for c in f.criteria for t in (c.text, c.source)]
        expected += [t for x in f.evidence for t in (x.place, x.quote, x.shows)]
        expected += [t for o in f.options for t in (o.text, o.cost, *o.changes, *o.obligations, *o.leaves)]
        expected += [t for n in f.path.nodes for t in (n.title, n.verb)]
        expected += [f.response.text.split("\n")[0], f.response.due, f.history.words, *(o.message for o in f.also)]
    expected += [t for g in second.good for t in (g.metric_title, g.text)]
    expected += [t for a in second.accepted for t in (a.waiver.reason, a.waiver.expires, a.expires_words)]
    expected += [t for x in second.earlier for t in (x.id, x.words, x.response)]
    expected += [t for i in r.inputs for t in (i.path, i.sha256)]
    expected += [t for d in (*second.ratings, *second.glossary) for t in (d.term, d.text)]
    flat = re.sub(r"\s+", "", told)
    assert [t for t in expected if re.sub(r"\s+", "", t) not in flat] == []


def test_the_headings_are_in_order(second: Pack) -> None:
    levels = [int(tag[1]) for tag, *_ in Read(page_of(second)).elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_links_within_the_page_lead_somewhere(second: Pack) -> None:
    values = Read(page_of(second)).values
    ids = [v for name, v in values if name == "id"]
    assert len(ids) == len(set(ids))
    aims = {v[1:] for name, v in values if name == "href" and v.startswith("#")}
    aims |= {i for name, v in values if name in ("aria-labelledby", "for") for i in v.split()}
    assert aims <= set(ids)


def test_it_says_draft_until_everything_is_confirmed(pack: Pack) -> None:
    notice = "DRAFT – tool-generated, not confirmed"
    draft = page_of(pack).decode()
    assert draft.count(notice) >= 3
    assert 'content: "DRAFT \\2013  tool-generated, not confirmed"' in draft
    done = page_of(replace(pack, draft=False, draft_notice="")).decode()
    assert "DRAFT" not in done
    assert "Final: every finding is confirmed by an auditor or withdrawn" in done


def test_cause_and_effect_say_what_they_are(pack: Pack, second: Pack) -> None:
    first = words(page_of(pack))
    assert first.count("Design cause Hypothesis ") == first.count("Potential effect Potential ") == len(pack.findings)
    assert "Design cause Confirmed " in words(page_of(second))
    assert "Effect Confirmed " in words(page_of(second))


def test_both_ratings_are_printed_where_they_differ(second: Pack) -> None:
    f = next(f for f in second.findings if f.rating.final)
    assert (f.rating.final, f.rating.proposed) == ("medium", "critical")
    assert "Rating Medium , final ( lead-auditor ); proposed: Critical: severity error" in words(page_of(second))


def test_a_pack_without_anything_says_so(pack: Pack) -> None:
    empty = replace(pack, findings=[], metrics=[], good=[], sources=[], open_questions=[])
    told = words(page_of(empty))
    for sentence in ("There are no findings.", "No metric is declared.", "No risk is accepted.", "No good practice is"):
        assert sentence in told


def test_the_policy_names_exactly_the_style_and_the_script_of_the_page(second: Pack) -> None:
    page = page_of(second).decode()
    policy = next(v for name, v in Read(page.encode()).values if name == "content" and v.startswith("default-src"))
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        checksum = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{checksum}';" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_nothing_comes_from_elsewhere(second: Pack) -> None:
    read = Read(page_of(second))
    assert not {tag for tag, *_ in read.elements} & {"link", "img", "iframe", "object", "embed", "base", "audio"}
    assert not [
        name for name, _ in read.values if name.startswith("on") or name in ("src", "srcset", "style", "action")
    ]
    outside = {v for name, v in read.values if name == "href" and not v.startswith("#")}
    assert outside == {c.url for c in second.sources if c.url}


def test_the_same_pack_gives_the_same_bytes(second: Pack) -> None:
    assert page_of(second) == page_of(second)
    assert page_of(second) != page_of(replace(second, client="Another Ltd"))


def test_a_large_pack_stays_small(pack: Pack) -> None:
    page = page_of(large_pack(pack, metrics=200, findings=120))
    assert page.count(b"<article") == 120
    assert len(page) < 3_000_000


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_stays_a_text(pack: Pack, second: Pack, name: str) -> None:
    """Wherever it stands, the page has the elements that it has with a harmless one, and the text can be read."""
    plain, bad = Read(page_of(with_texts(second, "plain"))), Read(page_of(with_texts(second, TEXTS[name])))
    assert bad.elements == plain.elements
    clean = seen(TEXTS[name])
    assert clean in " ".join(bad.inside("main").split())
    assert not [text for around, text in bad.texts if not set(around) & {"style", "script"} and not shown(text)]


def shown(text: str) -> bool:
    return all(c.isprintable() or c in "\n " for c in text)


def test_the_direction_of_a_text_ends_with_it(second: Pack) -> None:
    read = Read(page_of(with_texts(second, "\u05d0\u05d1\u05d2 right to left")))
    loose = {around[-1] for around, text in read.texts if "\u05d0" in text and not {"bdi", "svg"} & set(around)}
    assert loose <= {"title", "option"}
    assert sum("\u05d0" in text for _, text in read.texts) > 100


@pytest.mark.parametrize("name", ["script", "html", "control", "format"])
def test_a_hostile_project_becomes_a_page(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "metrics.yaml").write_text(hostile(TEXTS[name]), encoding="utf-8")
    pack = replace(packed("metrics.yaml"), client=TEXTS[name])
    (tmp_path / "metrics.yaml").write_text(hostile("plain"), encoding="utf-8")
    bad, plain = Read(page_of(pack)), Read(page_of(replace(packed("metrics.yaml"), client="plain")))
    assert set(bad.elements) == set(plain.elements)
    assert bad.elements.count(("script",)) == 1


def test_a_name_cannot_leave_the_style_sheet(pack: Pack) -> None:
    page = page_of(replace(pack, client='"} * { display: none } </style><script>\n\\'))
    assert page.count(b"<script") == page.count(b"</style") == 1
    assert b"display: none }" not in page.partition(b"@page { @top-right { content")[2].partition(b"</style>")[0]


def test_a_title_of_ten_thousand_letters(pack: Pack) -> None:
    page = page_of(with_texts(pack, "W" * 10_000))
    assert b"W" * 10_000 in page


# The path in rows


def path(length: int, title: str = "A metric") -> list[PathNode]:
    return [PathNode(title, "metric", "leads to" if i else "", "m.yaml:1", False) for i in range(length)]


@pytest.mark.parametrize(("length", "rows"), [(1, 1), (2, 1), (4, 1), (5, 2), (7, 2), (9, 3)])
def test_a_long_path_goes_on_in_the_next_row(length: int, rows: int) -> None:
    svg = path_rows(path(length), "in words")
    assert svg.count('class="ml-box"') == length
    assert svg.count('class="ml-tip"') == length - 1
    assert len(set(re.findall(r'class="ml-kind" x="[\d.]+" y="([\d.]+)"', svg))) == rows
    width = float(re.findall(r'<svg[^>]* width="([\d.]+)"', svg)[0])
    assert width <= 930
    assert "<desc" in svg
    assert "in words" in svg


def test_a_path_without_nodes_has_no_picture() -> None:
    assert path_rows([], "") == ""


def test_a_finding_without_a_path_says_why(pack: Pack) -> None:
    f = finding(pack, "ranked-activity-board")
    bare = replace(f, path=replace(f.path, nodes=[], text="not determined: this finding is explained by no path"))
    page = page_of(replace(pack, findings=[bare]))
    assert b"<figure" not in page
    assert "this finding is explained by no path" in words(page)


def test_a_title_that_was_cut_off_is_told_in_full(pack: Pack) -> None:
    sentence = '"Calls" ' + "can be improved at the expense of other things " * 4 + "now."
    f = replace(pack.findings[0], title=f"{sentence[:159]}…", condition=f"{sentence} More follows.")
    heading = Read(page_of(replace(pack, findings=[f]))).inside("article", "h3")
    assert heading == f"{f.id}:\n{sentence}"
    long = replace(f, condition=f"{sentence[:-4]}{'and so on ' * 40}.")
    assert Read(page_of(replace(pack, findings=[long]))).inside("article", "h3").endswith("…")
