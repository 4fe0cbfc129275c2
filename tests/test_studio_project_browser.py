"""A project in the studio, in a real browser: looked through, changed, saved; by keys, on a telephone, on paper."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import CONTRAST, RULES, axe, chromium, needs_axe, needs_chromium
from cards import BROKEN
from conftest import ROOT, TODAY
from playwright.sync_api import Browser, Page, expect
from studio import served
from test_studio_browser import SETTINGS, Opened
from test_studio_writing import DBT

from metriclint.api import check

pytestmark = needs_chromium
WAIVER = """\
metriclint: 1
waivers:
  - {rule: threshold-cliff, metric: branch-sales, reason: Until the new plan, decision: pilot,
     requested_by: head-of-sales, approved_by: chief-risk-officer, expires: 2026-12-20}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "wells-fargo", tmp_path / "bank")
    return tmp_path / "bank"


@pytest.fixture
def base(folder: Path) -> Iterator[str]:
    with served(folder) as address:
        yield address


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    made = Opened(browser, **SETTINGS["desktop"])
    yield made
    made.context.close()


def test_a_number_is_found_on_the_map_changed_and_saved(opened: Opened, base: str, folder: Path) -> None:
    page, file = opened.page, folder / "sales.yaml"
    before = file.read_text()
    page.goto(base)
    page.get_by_role("link", name="Project", exact=True).click()
    expect(page.locator("h1")).to_have_text("The numbers of bank")
    page.get_by_role("link", name="Map", exact=True).click()
    page.get_by_role("link", name="board: Daily ranked sales report").click()
    expect(page.locator("#picture-title")).to_have_text("Daily ranked sales report")
    page.get_by_role("link", name="By what can be looked up").click()
    expect(page.locator(".groups [aria-current]")).to_have_text("By what can be looked up")
    page.get_by_role("link", name="metric: Products sold per branch against plan").click()

    expect(page.locator("#headline")).to_have_text("This needs a change.")
    follow = page.get_by_role("link", name=re.compile("Follow it on the map")).first
    follow.click()
    expect(page.locator(".follow li")).not_to_have_count(0)
    assert page.locator(".ml-path .ml-box").count() == page.locator(".follow li").count()
    page.get_by_role("link", name="Open this number").click()
    first = page.locator("article.finding").filter(has=page.locator("button.offer")).first
    gone = first.locator("h4").inner_text()
    first.locator("button.offer").first.click()
    page.wait_for_url("**/designs/*")
    expect(page.locator(".steps li")).to_have_count(1)
    expect(page.locator("article.finding h4").get_by_text(gone, exact=True)).to_have_count(0)
    assert file.read_text() == before

    page.locator("#q-recorder").get_by_text("A computer system, by itself", exact=True).click()
    page.get_by_role("link", name="See what would be saved").click()
    added = page.locator(".diff .add").all_inner_texts()
    assert len(added) == len(page.locator(".diff .cut").all_inner_texts()) > 0
    assert any("recorded_by: system" in line for line in added)
    expect(page.get_by_text("Only true if:").first).to_be_visible()
    page.get_by_role("button", name="Save in sales.yaml").click()
    expect(page.locator(".saved")).to_contain_text("Saved in sales.yaml")
    after = file.read_text()
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert len(changed) == len(added)
    shown = [line.partition("+")[2].strip() for line in added]
    assert [b.strip() for _, b in changed] == shown
    assert after.count("#") == before.count("#")
    assert check([folder], today=TODAY).errors == []
    expect(page.get_by_text(gone, exact=True)).to_have_count(0)
    assert opened.said == []


def test_two_windows_and_an_editor_lose_nothing(opened: Opened, base: str, folder: Path) -> None:
    page, file = opened.page, folder / "sales.yaml"
    page.goto(f"{base}/metrics/customer-survey")
    page.get_by_role("button", name="Change it").click()
    page.locator("#q-recorder").get_by_text("Somebody independent", exact=True).click()
    page.get_by_role("link", name="See what would be saved").click()
    file.write_text(file.read_text().replace("    recorded_by: customer\n", "    recorded_by: system  # new\n"))
    page.get_by_role("button", name="Save in sales.yaml").click()
    expect(page.locator(".failed")).to_contain_text("Nothing was written")
    expect(page.locator(".news")).to_contain_text("A computer system, by itself")
    expect(page.locator(".news")).to_contain_text("you answered “Somebody independent”, and that counts")
    assert "recorded_by: system  # new" in file.read_text()
    page.get_by_role("button", name="Save in sales.yaml").click()
    expect(page.locator(".saved")).to_be_visible()
    assert "recorded_by: independent  # new" in file.read_text()


def test_a_broken_document_is_put_right(opened: Opened, base: str, folder: Path) -> None:
    (folder / "broken.yaml").write_text(BROKEN.replace("\n    ", "\n").lstrip())
    page = opened.page
    page.goto(f"{base}/project")
    page.get_by_role("link", name="broken.yaml, line 4").first.click()
    expect(page.locator("#l-4 .bad")).to_contain_text("unknown key")
    text = page.get_by_label("The whole text")
    text.fill(text.input_value().replace("titel", "title") + "# a thought\n")
    page.get_by_role("button", name="Save the text").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be read yet")
    expect(text).to_have_value(re.compile("# a thought"))
    text.fill(text.input_value().replace("activty", "activity"))
    page.get_by_role("button", name="Save the text").click()
    expect(page.locator(".saved")).to_have_text("Saved.")
    page.get_by_role("link", name="AI tokens used").click()
    expect(page.locator("h1")).to_have_text("AI tokens used")


def test_lists_are_filtered_by_keys_alone(opened: Opened, base: str) -> None:
    page, keys = opened.page, opened.page.keyboard

    def tab_to(wanted: str) -> None:
        look = """() => { const e = document.activeElement;
            return [e.id || e.getAttribute('aria-label') || e.textContent.trim(), getComputedStyle(e).outlineStyle] }"""
        for _ in range(120):
            keys.press("Tab")
            name, outline = page.evaluate(look)
            assert outline != "none", f"focus on {name!r} cannot be seen"
            if name.startswith(wanted):
                return
        raise AssertionError(f"{wanted!r} is not reached by Tab")

    page.goto(f"{base}/metrics")
    tab_to("q")
    keys.type("branch plan")
    keys.press("Enter")
    expect(page.locator(".row")).to_have_count(1)
    tab_to("Products sold per branch")
    keys.press("Enter")
    page.wait_for_url("**/metrics/branch-sales")
    tab_to("See it on the map")
    keys.press("Enter")
    page.wait_for_url("**/map?about=*")
    tab_to("board: Daily ranked")
    keys.press("Enter")
    expect(page.locator("#picture-title")).to_have_text("Daily ranked sales report")
    page.goto(f"{base}/metrics/branch-sales")
    tab_to("Read a number")
    keys.press("Enter")
    page.wait_for_url("**/designs/*")
    tab_to("save")
    keys.press("Enter")
    page.wait_for_url("**/changes")
    tab_to("write")
    keys.press("Enter")
    expect(page.locator(".saved")).to_be_visible()


def test_without_a_script_all_of_it_can_be_done(browser: Browser, base: str, folder: Path) -> None:
    made = Opened(browser, java_script_enabled=False)
    page = made.page
    page.goto(f"{base}/map")
    page.get_by_label("Around").select_option("metric:branch-sales")
    page.get_by_role("button", name="Show").first.click()
    expect(page.locator("#picture-title")).to_have_text("Products sold per branch against plan")
    page.get_by_role("link", name="In what people think").click()
    page.get_by_role("link", name="Open this number").click()
    page.get_by_role("button", name="Change it").click()
    page.locator("#q-recorder").get_by_text("Somebody independent", exact=True).click()
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("link", name="See what would be saved").click()
    page.get_by_role("button", name="Save in sales.yaml").click()
    expect(page.locator(".saved")).to_be_visible()
    assert "recorded_by: independent" in (folder / "sales.yaml").read_text()
    page.get_by_role("link", name="One page for the meeting").click()
    expect(page.get_by_text("Print this page with your browser")).to_be_visible()
    made.context.close()


def pages_of(page: Page, base: str) -> Iterator[str]:
    """Every page of the project in turn."""
    page.goto(f"{base}/metrics/branch-sales")
    page.get_by_role("button", name="Change it").click()
    page.locator("#q-recorder").get_by_text("Somebody independent", exact=True).click()
    expect(page.locator("#save")).to_be_visible()
    yield "a number that is changed"
    page.locator("#save").click()
    yield "what would be saved"
    for path in (
        "/project",
        "/metrics",
        "/metrics?q=nothing+like+it",
        "/metrics/branch-sales",
        "/metrics/branch-sales/meeting",
        "/metrics/orders",
        "/findings",
        "/map",
        "/map?about=board:sales-report&view=stated",
        "/map?family=review",
        "/waivers",
        "/files",
        "/files/text?path=sales.yaml",
        "/files/text?path=broken.yaml",
        "/rules",
        "/rules/ranked-activity-board",
        "/rules/expired-waiver",
    ):
        page.goto(base + path)
        page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
        yield path


@pytest.fixture
def full(folder: Path, base: str) -> str:
    """The project with everything that pages tell: a waiver, a broken document, a file of another tool."""
    (folder / "waivers.yaml").write_text(WAIVER)
    (folder / "broken.yaml").write_text(BROKEN.replace("\n    ", "\n").lstrip())
    (folder / "shop.yml").write_text(DBT.replace("\n    ", "\n").lstrip())
    return base


@needs_axe
@pytest.mark.parametrize("setting", SETTINGS)
def test_axe_finds_nothing_on_any_page_of_a_project(browser: Browser, full: str, setting: str) -> None:
    made = Opened(browser, **SETTINGS[setting])
    rules = CONTRAST if setting == "dark" else RULES
    assert {name: wrong for name in pages_of(made.page, full) if (wrong := axe(made.page, rules))} == {}
    made.context.close()


def test_on_a_telephone_nothing_of_a_project_is_wider_than_the_screen(browser: Browser, full: str) -> None:
    made = Opened(browser, **SETTINGS["telephone"])
    wide = "() => document.documentElement.scrollWidth - innerWidth"
    assert {name: over for name in pages_of(made.page, full) if (over := made.page.evaluate(wide)) > 0} == {}
    assert made.said == []
    made.context.close()


def test_the_page_for_the_meeting_is_one_sheet(opened: Opened, base: str) -> None:
    page = opened.page
    for metric in ("branch-sales", "products-sold", "customer-survey"):
        page.goto(f"{base}/metrics/{metric}/meeting")
        sheet = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    expect(page.get_by_role("button", name="Print, or save as PDF")).to_be_visible()
