"""report.html in a real browser: looking for findings, by keys alone, on a telephone, on paper, without a script."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from adversarial import TEXTS, seen
from browsers import CONTRAST, RULES, axe, chromium, needs_axe, needs_chromium
from conftest import Write
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, Route, expect
from reported import large_pack, page_of, second_pack, with_texts

from metriclint.audit.pack import Pack

pytestmark = needs_chromium
PDFTOTEXT = shutil.which("pdftotext")
SETTINGS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 1000}},
    "telephone": {"viewport": {"width": 360, "height": 740}},
    "dark": {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "dark"},
    "dark telephone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}
SHOWN = "article.finding:not([hidden])"
WIDE = "() => document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


@pytest.fixture
def pack(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    return second_pack(write)


def brief(pack: Pack) -> Pack:
    """The pack with less of what is the same row again and again; axe looks at every element."""
    return replace(pack, rules=pack.rules[:3], glossary=pack.glossary[:3], sources=pack.sources[:2])


class Opened:
    """A page that was opened from a file, what its console said, and what it asked of the network."""

    def __init__(self, browser: Browser, page: bytes, **settings: Any) -> None:
        self.context = browser.new_context(reduced_motion="reduce", **{**SETTINGS["desktop"], **settings})
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message) or dialog.dismiss())
        self.context.route("**/*", self._route)
        Path("report.html").write_bytes(page)
        self.page.goto(Path("report.html").absolute().as_uri())

    def _route(self, route: Route) -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Any]:
    made: list[Opened] = []

    def opened(page: bytes, **settings: Any) -> Opened:
        made.append(Opened(browser, page, **settings))
        return made[-1]

    yield opened
    for one in made:
        one.context.close()


@needs_axe
@pytest.mark.parametrize(
    ("setting", "rules"), [("desktop", RULES), ("telephone", RULES), ("dark", CONTRAST), ("dark telephone", CONTRAST)]
)
def test_axe_finds_nothing(open_page: Any, pack: Pack, setting: str, rules: list[str]) -> None:
    page = open_page(page_of(brief(pack)), **SETTINGS[setting]).page
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert axe(page, rules) == []


@needs_axe
def test_axe_finds_nothing_while_nothing_is_found_and_when_all_is_confirmed(open_page: Any, pack: Pack) -> None:
    page = open_page(page_of(brief(replace(pack, draft=False, draft_notice="")))).page
    page.get_by_label("Find in the findings").fill("nothing has this")
    expect(page.locator("#findings-hits")).to_contain_text("None of")
    assert axe(page, RULES) == []


def test_findings_are_found_by_words_rating_state_and_family(open_page: Any, pack: Pack) -> None:
    opened = open_page(page_of(pack))
    page, total = opened.page, len(pack.findings)
    hits = page.locator("#findings-hits")
    expect(hits).to_have_text(f"All {total} findings shown")

    def chosen(hit: Any) -> list[str]:
        ids = [f.id for f in pack.findings if hit(f)]
        assert 0 < len(ids) < total
        expect(hits).to_have_text(f"{len(ids)} of {total} findings shown")
        found: list[str] = page.locator(SHOWN).evaluate_all("all => all.map(one => one.id)")
        rows = page.locator(".summary tbody tr:not([hidden]) th").all_inner_texts()
        assert found == [row.strip() for row in rows] == ids
        return ids

    page.get_by_label("Rating", exact=True).select_option("medium")
    chosen(lambda f: f.rating.counts == "medium")
    page.get_by_role("button", name="Show all").nth(1).click()
    expect(hits).to_have_text(f"All {total} findings shown")
    page.get_by_label("State", exact=True).select_option("accepted")
    (gone,) = chosen(lambda f: f.history.state == "accepted")
    page.get_by_role("button", name="Show all").nth(1).click()
    family = pack.findings[0].family
    page.get_by_label("Family").select_option(family)
    chosen(lambda f: f.family == family)
    page.get_by_role("button", name="Show all").nth(1).click()
    page.get_by_label("Find in the findings").fill("  SECOND minutes ")
    chosen(lambda f: f.response.closure_evidence == "Minutes of May")
    # A link to what is filtered away shows it.
    page.get_by_label("Find in the findings").fill("nothing has this")
    expect(page.locator(SHOWN)).to_have_count(0)
    page.locator(f"#accepted a[href='#{gone}']").click()
    expect(page.locator(f"#{gone}")).to_be_in_viewport()
    expect(hits).to_have_text(f"All {total} findings shown")
    assert opened.said == []


def test_metrics_are_found(open_page: Any, pack: Pack) -> None:
    page = open_page(page_of(pack)).page
    page.get_by_label("Find a metric").fill("solved")
    expect(page.locator("#metrics-hits")).to_have_text("1 of 2 metrics shown")
    expect(page.locator(".inventory tbody tr:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#metrics-hits")).to_have_text("1 of 2 metrics shown")


def test_a_hundred_and_twenty_findings_are_filtered_at_once(open_page: Any, pack: Pack) -> None:
    page = open_page(page_of(large_pack(pack, 200, 120))).page
    page.get_by_label("Find in the findings").fill("(7)")
    expect(page.locator("#findings-hits")).to_have_text("1 of 120 findings shown")
    expect(page.locator(SHOWN)).to_have_count(1)


def test_everything_works_by_keys_alone(open_page: Any, pack: Pack) -> None:
    page: Page = open_page(page_of(pack)).page
    keys = page.keyboard
    look = """() => { const e = document.activeElement, b = e.getBoundingClientRect();
        const at = document.elementFromPoint(b.x + Math.min(b.width, 20) / 2, b.y + b.height / 2);
        return [e.id || e.textContent.trim(), getComputedStyle(e).outlineStyle !== 'none',
                b.height > 0 && (e.contains(at) || at?.contains(e))] }"""

    def tab_to(wanted: str) -> None:
        for _ in range(400):
            keys.press("Tab")
            name, outlined, seen = page.evaluate(look)
            assert outlined, f"focus on {name!r} cannot be seen"
            assert seen, f"{name!r} has the focus and is hidden or covered"
            if name.startswith(wanted):
                return
        raise AssertionError(f"{wanted!r} is not reached by Tab")

    tab_to("Skip to the content")
    keys.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    tab_to("metric-text")
    tab_to("finding-text")
    keys.type("calls")
    expect(page.locator("#findings-hits")).to_contain_text("findings")
    tab_to("by-rating")
    keys.type("Med")
    expect(page.locator(SHOWN)).to_have_count(1)
    tab_to("Show all")
    keys.press("Enter")
    expect(page.locator(SHOWN)).to_have_count(len(pack.findings))
    last = pack.findings[-2].id
    tab_to(last)
    keys.press("Enter")
    expect(page.locator(f"#{last}")).to_be_in_viewport()
    tab_to("Other findings")
    keys.press("Enter")
    expect(page.locator(f"#{last} details[open]")).to_have_count(1)
    tab_to("Back to the summary")
    keys.press("Enter")
    expect(page.locator("#summary")).to_be_in_viewport()
    for _ in range(400):
        keys.press("Tab")
        name, outlined, seen = page.evaluate(look)
        if page.evaluate("document.activeElement === document.body"):
            break
        assert outlined, name
        assert seen, name


def test_it_has_landmarks_with_names(open_page: Any, pack: Pack) -> None:
    page: Page = open_page(page_of(pack)).page
    for role, name in (
        ("banner", None),
        ("main", None),
        ("contentinfo", None),
        ("navigation", "Contents"),
        ("complementary", "State of this document"),
        ("search", "Findings"),
        ("region", "Executive summary"),
        ("region", "Accepted risks"),
    ):
        expect(page.get_by_role(role, name=name, exact=True)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("article", name=re.compile("^F-001: "))).to_have_count(1)
    expect(page.get_by_role("img", name=re.compile("^Path"))).to_have_count(
        sum(1 for f in pack.findings if f.path.nodes)
    )


@pytest.mark.parametrize("setting", ["desktop", "telephone"])
def test_tables_have_heads_and_rows_wide_and_narrow(open_page: Any, pack: Pack, setting: str) -> None:
    page: Page = open_page(page_of(pack), **SETTINGS[setting]).page
    table = page.get_by_role("table", name="Summary of findings")
    expect(table.get_by_role("columnheader")).to_have_count(6)
    expect(table.get_by_role("rowheader")).to_have_count(len(pack.findings))
    expect(table.get_by_role("cell")).to_have_count(5 * len(pack.findings))


def test_without_a_script_it_is_complete(open_page: Any, pack: Pack) -> None:
    page: Page = open_page(page_of(pack), java_script_enabled=False).page
    expect(page.locator("form.filter").first).to_be_hidden()
    expect(page.locator("article.finding:visible")).to_have_count(len(pack.findings))
    expect(page.locator("details:not([open])")).to_have_count(0)
    page.locator(".summary a").nth(1).click()
    expect(page.locator("article.finding").nth(1)).to_be_in_viewport()


@pytest.mark.parametrize("long", ["", "W" * 300])
def test_on_a_telephone_nothing_is_wider_than_the_screen(open_page: Any, pack: Pack, long: str) -> None:
    shown = with_texts(pack, long) if long else pack
    page: Page = open_page(page_of(shown), **SETTINGS["telephone"]).page
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert page.evaluate(WIDE) <= 0
    cut = """all => all.filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
        && !e.closest('.unseen, thead, svg, select, [hidden]')).map(e => e.outerHTML.slice(0, 80))"""
    assert page.locator("main *").evaluate_all(cut) == []


def test_a_long_word_does_not_widen_the_desktop(open_page: Any, pack: Pack) -> None:
    page: Page = open_page(page_of(with_texts(pack, "W" * 10_000))).page
    assert page.evaluate(WIDE) <= 0


def test_in_the_dark_the_page_is_dark_and_paper_is_white(open_page: Any, pack: Pack) -> None:
    page: Page = open_page(page_of(pack), **SETTINGS["dark"]).page
    ink, node = (
        "getComputedStyle(document.querySelector('.finding h3')).color",
        "getComputedStyle(document.querySelector('.ml-title')).fill",
    )
    assert page.evaluate(ink) == "rgb(233, 237, 243)"
    assert page.evaluate(node) == "rgb(238, 241, 245)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ink) == "rgb(24, 33, 47)"
    assert page.evaluate(node) == "rgb(27, 31, 36)"


# On paper


def test_paper_has_no_controls_and_says_draft(open_page: Any, pack: Pack) -> None:
    page: Page = open_page(page_of(pack)).page
    expect(page.locator(".mark")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".mark")).to_be_visible()
    for controls in ("form.filter", ".skip", ".noprint"):
        expect(page.locator(controls).first).to_be_hidden()
    expect(page.locator(".sign").first).to_be_visible()
    breaks = "all => all.map(e => getComputedStyle(e).breakBefore)"
    assert set(page.locator("article.finding").evaluate_all(breaks)) == {"page"}


@pytest.mark.skipif(PDFTOTEXT is None, reason="no pdftotext (poppler) on PATH")
def test_a_printed_report_is_complete_whatever_was_looked_for(open_page: Any, pack: Pack) -> None:
    page: Page = open_page(page_of(pack)).page
    page.get_by_label("Find in the findings").fill("nothing has this")
    expect(page.locator(SHOWN)).to_have_count(0)
    page.pdf(path="report.pdf", prefer_css_page_size=True, print_background=True)
    expect(page.locator(SHOWN)).to_have_count(0)
    assert PDFTOTEXT is not None
    subprocess.run([PDFTOTEXT, "-layout", "report.pdf", "report.txt"], check=True)
    pages = Path("report.txt").read_text(encoding="utf-8").removesuffix("\f").split("\f")
    for number, text in enumerate(pages, 1):
        assert "DRAFT – tool-generated, not confirmed" in text
        assert f"{number} / {len(pages)}" in text
        assert "Example Ltd · Review of metric design · as of 2027-01-15" in text
    assert "Executive summary" in pages[1]
    assert "What changed" in pages[1]
    assert "Scope and limitations" in pages[2]
    told = re.sub(r"\s+", "", "".join(pages))
    for f in pack.findings:
        begins = [f.id, f.rating.counts.capitalize()]
        # A finding begins on a page of its own, below the notice.
        assert any(
            begins in [line.split()[:2] for line in text.splitlines() if " " in line.strip()][:2] for text in pages
        )
        folded = [name.partition(" ")[0] for o in f.options for name in (*o.clears, *o.leaves)]
        assert all(name in told for name in folded)
        assert re.sub(r"\s+", "", f.effect.text)[:40] in told


# Nothing that a text brings along runs


BROUGHT = """
<script>window.owned = 'script'</script><script src="https://evil.example/x.js"></script>
<img src="https://evil.example/x.png" onerror="window.owned = 'handler'">
<img src="nowhere" onerror="window.owned = 'local'">
<style>h1 { color: rgb(1, 2, 3) !important }</style><link rel="stylesheet" href="https://evil.example/x.css">
<p id="styled" style="position: fixed">x</p><iframe src="https://evil.example/"></iframe>
<base href="https://evil.example/"><form id="out" action="https://evil.example/"><button>go</button></form>
<a id="run" href="javascript:window.owned = 'link'">run</a>
"""


def test_the_policy_really_blocks_what_is_not_the_page_s_own(open_page: Any, pack: Pack) -> None:
    page_text = page_of(pack).replace(
        b'<main id="main" tabindex="-1">', b'<main id="main" tabindex="-1">' + BROUGHT.encode()
    )
    opened = open_page(page_text)
    page: Page = opened.page
    assert page.locator("h1").evaluate("e => getComputedStyle(e).color") != "rgb(1, 2, 3)"
    assert page.locator("#styled").evaluate("e => getComputedStyle(e).position") == "static"
    # Its own script works all the same.
    expect(page.locator("form.filter").first).to_be_visible()
    page.evaluate("""() => {
        document.querySelector("#run").click();
        document.querySelector("#out").submit();
        document.body.append(Object.assign(document.createElement("img"), {src: "https://evil.example/y"}));
        return new Promise((done) => setTimeout(done, 300));
    }""")
    assert opened.asked == []
    assert page.evaluate("window.owned") is None
    assert page.evaluate("location.protocol") == "file:"
    blocked = " ".join(opened.said)
    for directive in ("script-src", "style-src", "base-uri", "form-action"):
        assert f"{directive} " in blocked


@pytest.mark.parametrize("name", TEXTS)
def test_a_browser_reads_a_hostile_text_as_a_text(open_page: Any, pack: Pack, name: str) -> None:
    opened = open_page(page_of(with_texts(pack, TEXTS[name])))
    page: Page = opened.page
    assert (opened.said, opened.asked) == ([], [])
    assert page.locator("script").count() == 1
    assert page.locator("main img, main iframe, main link, main base").count() == 0
    assert seen(TEXTS[name]) in " ".join(page.locator("#F-001 h3").text_content().split())  # type: ignore[union-attr]
    assert page.evaluate(WIDE) <= 0
