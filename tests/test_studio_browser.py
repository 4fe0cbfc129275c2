"""The studio in a real browser: the story as a whole, by keys alone, on a telephone, in the dark, without a script."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import CONTRAST, RULES, axe, chromium, needs_axe, needs_chromium
from conftest import TODAY
from playwright.sync_api import Browser, Locator, Page, expect
from studio import served

from metriclint.api import check

pytestmark = needs_chromium
expect.set_options(timeout=30_000)
SETTINGS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 1000}},
    "telephone": {"viewport": {"width": 360, "height": 740}},
    "dark": {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "dark"},
}
STORY = {
    "counts": "Things people do, such as calls, messages or use of a tool",
    "measured": "One person",
    "better": "The higher, the better",
    "target": "Everybody has to take part",
    "checked": "Nobody",
    "audience": "Everybody in the organisation",
    "shown": "With names, from best to worst",
    "consequence": "The performance review",
    "stated": "They say that it does not count",
    "access": "The value of each person or team",
    "believed": "They think that it counts",
    "effort": "Hardly any, a script or an AI agent can do it",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    with served(tmp_path) as address:
        yield address


class Opened:
    """A page, and what its console said."""

    def __init__(self, browser: Browser, **settings: Any) -> None:
        self.context = browser.new_context(reduced_motion="reduce", **settings)
        self.context.set_default_timeout(30_000)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    made = Opened(browser, **SETTINGS["desktop"])
    yield made
    made.context.close()


def begin(page: Page, base: str, title: str = "AI tokens used per week") -> None:
    page.goto(base)
    page.get_by_label("What do people call this number?").fill(title)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/designs/*")


def open_story(page: Page, base: str) -> None:
    page.goto(base)
    page.get_by_role("button", name="Open the story").click()
    page.wait_for_url("**/designs/*")


def unfolded(page: Page, question: str) -> Locator:
    """The group of a question, which may have to be opened first."""
    group = page.locator(f"#q-{question}")
    folded = page.locator("details.further").filter(has=group)
    if folded.count() and not folded.evaluate("d => d.open"):
        folded.locator("summary").click()
    return group


def answer(page: Page, question: str, says: str) -> None:
    group = unfolded(page, question)
    group.get_by_text(says, exact=True).click()
    expect(group.get_by_label(says, exact=True)).to_be_checked()


def headline(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("#headline")).to_have_text(text)


def test_the_story_from_a_blank_page_to_a_sound_design(opened: Opened, base: str, tmp_path: Path) -> None:
    page = opened.page
    begin(page, base)
    headline(page, "Nothing can be said yet.")
    page.get_by_label("What should get better because of it?").fill("Better software sooner")
    for question, says in list(STORY.items())[:-1]:
        answer(page, question, says)
    page.get_by_label("What is the easiest way to make the number").fill("Let an AI agent repeat tasks")
    expect(page.locator("#q-effort")).not_to_have_attribute("hidden", "")
    answer(page, "effort", STORY["effort"])
    answer(page, "counter", "There is none")
    headline(page, "Change this before it starts.")
    panel = page.locator("#answer")
    expect(panel).to_contain_text("nothing technical prevents their use")
    expect(panel).to_contain_text("is ranked by name for everyone in the organisation")
    expect(panel.get_by_role("img", name=re.compile("Path"))).to_be_visible()
    expect(panel.locator("dt").first).to_have_text("By the rules")

    expect(page.locator("button.offer").first).to_be_visible()
    # Changes are chosen until none is left but to give the number up.
    for chosen in range(1, 12):
        offer = page.locator("button.offer:not(.last)").first
        if not offer.count():
            break
        gone = page.locator("article.finding").filter(has=offer).locator("h4").first.inner_text()
        offer.click()
        expect(page.locator(".steps li")).to_have_count(chosen)
        expect(page.locator("article.finding h4").get_by_text(gone, exact=True)).to_have_count(0)
    page.get_by_label("Which other number would get worse").fill("Changes that had to be done again")
    answer(page, "proof", "It was tested: when one changed, so did the other")
    headline(page, "Nothing serious was found.")

    page.get_by_role("link", name="Compare with the start").click()
    sides = page.locator(".side")
    expect(sides.nth(0)).to_contain_text("Change this before it starts.")
    expect(sides.nth(1)).to_contain_text("Nothing serious was found.")
    sides.nth(1).get_by_role("link", name="Open this design").click()
    page.get_by_role("button", name="Save in this folder").click()
    expect(page.locator(".saved")).to_contain_text("ai-tokens-used-per-week.yaml")
    report = check([tmp_path], today=TODAY)
    assert report.errors == []
    assert [f.code for f in report.findings if f.severity in ("error", "warning")] == []
    assert opened.said == []


def test_an_answer_appears_without_a_new_page(opened: Opened, base: str) -> None:
    page = opened.page
    begin(page, base)
    page.evaluate("window.same = true")
    answer(page, "consequence", "Pay")
    expect(page.locator("#q-stated")).to_be_visible()
    answer(page, "stated", "They say that it does not count")
    expect(page.locator("#q-kept")).not_to_have_attribute("hidden", "")
    answer(page, "stated", "Yes, it counts")
    expect(page.locator("#q-kept")).to_have_attribute("hidden", "")
    page.reload()
    expect(page.locator("#q-stated").get_by_label("Yes, it counts")).to_be_checked()
    assert opened.said == []


def test_a_text_and_there_is_none_exclude_each_other(opened: Opened, base: str) -> None:
    page = opened.page
    begin(page, base)
    answer(page, "counter", "There is none")
    page.get_by_label("Which other number would get worse").fill("Calls again")
    expect(page.locator("#q-counter").get_by_label("There is none")).not_to_be_checked()
    expect(page.locator("#q-counter-read")).not_to_have_attribute("hidden", "")


def test_what_does_not_fit_is_said_once_it_is_written(opened: Opened, base: str) -> None:
    page = opened.page
    begin(page, base)
    date = unfolded(page, "review-date").locator("input")
    date.fill("soon")
    date.press("Tab")
    said = page.locator("#bad-review-date")
    expect(said).to_contain_text('"soon" is no date')
    expect(date).to_have_attribute("aria-invalid", "true")
    date.fill("2027-03-31")
    date.press("Tab")
    expect(said).to_be_empty()
    expect(date).not_to_have_attribute("aria-invalid", "true")
    answer(page, "consequence", "Pay")
    expect(page.locator("#d-ways")).to_be_visible()
    page.reload()
    expect(date).to_have_value("2027-03-31")


def test_what_was_typed_last_counts_when_a_change_is_chosen(opened: Opened, base: str) -> None:
    page = opened.page
    open_story(page, base)
    owner = unfolded(page, "owner").locator("input")
    owner.fill("Chief people officer")
    page.locator("button.offer").first.click()
    expect(page.locator(".steps li")).to_have_count(1)
    expect(owner).to_have_value("Chief people officer")
    page.get_by_role("button", name="Take the last one back").click()
    expect(page.locator(".steps")).to_have_count(0)
    expect(owner).to_have_value("Chief people officer")


def test_everything_works_by_keys_alone(opened: Opened, base: str) -> None:
    page = opened.page
    keys = page.keyboard
    seen = """() => { const e = document.activeElement, l = e.closest('.choice') || e;
        return [e.id || e.name || e.textContent.trim(), getComputedStyle(l).outlineStyle !== 'none'] }"""

    def tab_to(wanted: str) -> None:
        for _ in range(150):
            keys.press("Tab")
            name, visible = page.evaluate(seen)
            assert visible, f"focus on {name!r} cannot be seen"
            if name.startswith(wanted):
                return
        raise AssertionError(f"{wanted!r} is not reached by Tab")

    page.goto(base)
    tab_to("Skip to the content")
    keys.press("Enter")
    tab_to("title")
    keys.type("Calls answered")
    keys.press("Enter")
    page.wait_for_url("**/designs/*")
    tab_to("counts")
    keys.press("ArrowDown")
    keys.press("Space")
    expect(page.locator("#q-counts").get_by_label("Things people do", exact=False)).to_be_checked()
    tab_to("audience")
    for _ in range(5):
        keys.press("ArrowDown")
    # On the way questions come up and go away.
    page.wait_for_load_state("networkidle")
    tab_to("shown")
    for _ in range(2):
        keys.press("ArrowDown")
    tab_to("consequence")
    for _ in range(6):
        keys.press("ArrowDown")
    expect(page.locator("#q-consequence").get_by_label("The performance review")).to_be_checked()
    tab_to("counter.none")
    keys.press("Space")
    headline(page, re.compile("Change this before it starts|Talk about this first"))
    expect(page.locator("button.offer").first).to_be_visible()
    tab_to("option")
    keys.press("Enter")
    expect(page.locator(".steps li")).to_have_count(1)
    expect(page.locator("#answer")).to_be_focused()
    tab_to("undo")
    keys.press("Enter")
    expect(page.locator(".steps")).to_have_count(0)
    tab_to("save")
    keys.press("Enter")
    expect(page.locator(".saved")).to_be_visible()


def test_the_focus_stays_in_the_answer_when_a_new_one_comes(opened: Opened, base: str) -> None:
    page = opened.page
    open_story(page, base)
    page.wait_for_load_state("networkidle")
    held = """() => { const e = document.activeElement;
        return e.closest('#answer') ? [e.tagName, e.textContent.trim()] : null }"""
    page.locator("#answer .finding a, #answer a").first.focus()
    before = page.evaluate(held)
    assert before is not None and before[0] == "A"
    page.evaluate("document.querySelector('#answer .verdict').old = true")
    page.evaluate("answer()")
    page.wait_for_function("() => !document.querySelector('#answer .verdict').old")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(held) == before


def test_without_a_script_it_can_be_read_and_answered(browser: Browser, base: str) -> None:
    made = Opened(browser, java_script_enabled=False)
    page = made.page
    open_story(page, base)
    headline(page, "Change this before it starts.")
    page.locator("#q-measured").get_by_text("A team", exact=True).click()
    page.get_by_role("button", name="Show the answer").click()
    expect(page.locator("#q-measured").get_by_label("A team", exact=True)).to_be_checked()
    page.locator("button.offer").first.click()
    expect(page.locator(".steps li")).to_have_count(1)
    made.context.close()


def test_a_studio_that_has_stopped_is_said_and_answers_stay(opened: Opened, tmp_path: Path) -> None:
    page = opened.page
    with served(tmp_path) as address:
        begin(page, address)
    answer(page, "counts", STORY["counts"])
    expect(page.locator("#said")).to_have_text("The studio does not answer. Your answers are still on this page.")
    expect(page.locator("#q-counts").get_by_label(STORY["counts"])).to_be_checked()


def pages_of(page: Page, base: str) -> Iterator[str]:
    """Every page in turn, as it is with a design in the making."""
    page.goto(base)
    yield "start"
    begin(page, base)
    yield "blank design"
    page.get_by_label("What do people call this number?").fill("")
    page.locator("#q-review-date input").evaluate("e => { e.closest('details').open = true }")
    page.locator("#q-review-date input").fill("soon")
    page.locator("#answers").evaluate("form => form.submit()")
    page.wait_for_load_state()
    expect(page.locator(".bad").first).to_be_visible()
    yield "wrong answers"
    open_story(page, base)
    yield "story"
    page.locator("button.offer").first.click()
    expect(page.locator(".steps li")).to_have_count(1)
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    yield "chosen, all unfolded"
    page.get_by_role("link", name="Compare with the start").click()
    yield "compare"
    page.goto(f"{base}/questionnaire")
    yield "paper"
    page.goto(f"{base}/nothing-here")
    yield "refused"
    page.goto(base)
    yield "start with designs"


@needs_axe
@pytest.mark.parametrize("setting", SETTINGS)
def test_axe_finds_nothing_on_any_page(browser: Browser, base: str, setting: str) -> None:
    made = Opened(browser, **SETTINGS[setting])
    rules = CONTRAST if setting == "dark" else RULES
    assert {name: wrong for name in pages_of(made.page, base) if (wrong := axe(made.page, rules))} == {}
    made.context.close()


def test_on_a_telephone_nothing_is_wider_than_the_screen(browser: Browser, base: str) -> None:
    made = Opened(browser, **SETTINGS["telephone"])
    page = made.page
    wide = "() => document.documentElement.scrollWidth - innerWidth"
    assert {name: over for name in pages_of(page, base) if (over := page.evaluate(wide)) > 0} == {}
    begin(page, base, title="W" * 300)
    assert page.evaluate(wide) <= 0
    open_story(page, base)
    page.locator("#jump").click()
    expect(page.locator("#headline")).to_be_in_viewport()
    made.context.close()


def test_in_the_dark_the_page_is_dark(browser: Browser, base: str) -> None:
    made = Opened(browser, **SETTINGS["dark"])
    open_story(made.page, base)
    paper = "() => getComputedStyle(document.documentElement).backgroundColor"
    assert made.page.evaluate(paper) == "rgb(19, 23, 28)"
    made.page.emulate_media(color_scheme="light")
    assert made.page.evaluate(paper) == "rgb(247, 245, 240)"
    made.context.close()
