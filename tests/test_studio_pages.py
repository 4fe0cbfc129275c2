"""The pages of the studio without a script: forms are sent, pages come back."""

import re
from pathlib import Path

import pytest
from cards import RANKED
from conftest import Write
from studio import Asked

from metriclint.sources.load import load_text

OPTION = re.compile(r'name="option" value="([^"]+)"')
REVISION = re.compile(r'name="revision" id="revision" value="(\d+)"')


@pytest.fixture
def studio(tmp_path: Path) -> Asked:
    return Asked(tmp_path)


def headline(page: str) -> str:
    found = re.search(r'<h2 id="headline">(.*?)</h2>', page)
    assert found
    return found[1]


def revision(page: str) -> str:
    found = REVISION.search(page)
    assert found
    return found[1]


def test_a_design_begins_with_a_name(studio: Asked) -> None:
    refused = studio.post("/designs", title="  ")
    assert refused.status_code == 422
    assert "This question needs an answer." in refused.text
    design = studio.begin(title="Calls answered")
    page = studio.get(design).text
    assert '<h1 id="design-title">Calls answered</h1>' in page
    assert headline(page) == "Nothing can be said yet."


def test_every_question_has_why_we_ask_and_dont_know(studio: Asked) -> None:
    page = studio.get(studio.begin()).text
    assert page.count('class="question"') == 30
    assert page.count('class="why"') == 30
    radios = set(re.findall(r'type="radio" name="([\w-]+)"', page))
    assert {name for name in radios if f'name="{name}" value="dont-know"' in page} == radios
    assert page.count("if you don&#39;t know") + page.count("if you don't know") + len(radios) == 29


def test_answers_come_back_and_questions_come_up(studio: Asked) -> None:
    design = studio.begin()
    assert re.search(r'id="q-kept"[^>]* hidden', studio.get(design).text)
    given = {"title": "Calls", "consequence": "pay", "stated": "does-not-count", "counter.none": "none"}
    assert studio.post(design, **given).headers["location"] == f"{design}#answer"
    page = studio.get(design).text
    assert 'name="consequence" value="pay" checked' in page
    assert 'name="counter.none" value="none" checked' in page
    assert not re.search(r'id="q-kept"[^>]* hidden', page)


def test_an_answer_that_does_not_fit_is_said_in_place_and_kept(studio: Asked) -> None:
    design = studio.begin()
    answer = studio.post(design, title="", people="many", **{"review-date": "soon"}, owner="Head of sales")
    assert answer.status_code == 422
    for said in ("This question needs an answer.", "&#34;soon&#34; is no date", "&#34;many&#34; is no whole number"):
        assert said in answer.text
    assert 'value="soon"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="Head of sales"' in studio.get(design).text
    assert "Calls answered" in studio.get("/").text


def test_a_chosen_change_is_taken_and_taken_back(studio: Asked) -> None:
    design = studio.begin(example="tokens")
    before = studio.get(design).text
    assert headline(before) == "Change this before it starts."
    option = OPTION.findall(before)[0]
    assert studio.post(f"{design}/choose", option=option).status_code == 303
    after = studio.get(design).text
    assert "Changes you chose" in after
    assert "<b>Neither, a range in the middle is right</b>" in after
    assert option not in OPTION.findall(after)
    again = studio.post(f"{design}/choose", option=option)
    assert again.status_code == 409
    assert "Choose again" in again.text
    studio.post(f"{design}/undo")
    back = studio.get(design).text
    assert "Changes you chose" not in back
    assert OPTION.findall(back) == OPTION.findall(before)


def test_another_window_is_noticed(studio: Asked) -> None:
    design = studio.begin()
    first = revision(studio.get(design).text)
    studio.post(design, title="Calls", counts="result", revision=first)
    answer = studio.post(design, title="Calls", counts="activity", recorder="system", revision=first)
    assert "In another window this was answered in another way: “What does it count?”" in answer.text
    page = studio.get(design).text
    assert 'value="activity" checked' in page
    assert 'value="system" checked' in page


def test_two_designs_stand_side_by_side(studio: Asked) -> None:
    assert "There is nothing to compare yet." in studio.get("/compare").text
    design = studio.begin(example="tokens")
    other = studio.post(f"{design}/copy").headers["location"]
    studio.post(other, title="AI tokens of a team", measured="team", consequence="nothing", shortcut__none="none")
    page = studio.get(f"/compare?left={design[9:]}.0&right={other[9:]}.0").text
    assert page.count("only here") >= 2
    assert "Whom or what does one value describe?" in page
    assert "AI tokens of a team: as it is now" in page
    assert studio.get("/compare?left=unknown&right=../x").status_code == 200


def test_a_design_is_downloaded_and_saved(studio: Asked, tmp_path: Path) -> None:
    design = studio.begin(example="tokens")
    file = studio.get(f"{design}/card.yaml")
    assert file.headers["content-disposition"] == 'attachment; filename="ai-tokens-used-per-week.yaml"'
    assert load_text(file.text, "card.yaml")[1] == []
    assert list(tmp_path.iterdir()) == []
    studio.post(f"{design}/save")
    assert [f.name for f in tmp_path.iterdir()] == ["ai-tokens-used-per-week.yaml"]
    assert "Saved as <code>ai-tokens-used-per-week.yaml</code>" in studio.get(design).text
    assert "holds 1 number" in studio.get("/").text


def test_a_design_that_cannot_be_saved_stays(studio: Asked, tmp_path: Path) -> None:
    (tmp_path / "metriclint.toml").write_text('paths = ["metrics"]\n')
    (tmp_path / "metrics").symlink_to("/")
    design = studio.begin()
    answer = studio.post(f"{design}/save")
    assert answer.status_code == 409
    assert "It was not saved" in answer.text
    assert studio.get(f"{design}/card.yaml").status_code == 200


def test_a_design_that_is_thrown_away_is_gone(studio: Asked) -> None:
    design = studio.begin()
    studio.post(f"{design}/close")
    for path in (design, f"{design}/card.yaml"):
        assert studio.get(path).status_code == 404
    assert studio.post(f"{design}/choose", option="x").status_code == 404


def test_the_first_page_says_what_is_wrong_in_the_folder(studio: Asked, write: Write) -> None:
    write("metrics.yaml", RANKED.replace("title:", "titel:", 1))
    page = studio.get("/").text
    assert "Something in this folder cannot be read" in page
    assert "<code>metrics.yaml:" in page
    write("metrics.yaml", RANKED)
    assert "holds 1 number" in studio.get("/").text


def test_a_fragment_is_a_piece_of_the_page(studio: Asked) -> None:
    design = studio.begin()
    answer = studio.post(design, headers={"x-studio-fragment": "1"}, title="Calls", consequence="pay", access="each")
    assert answer.text.lstrip().startswith('<div class="verdict ')
    up = re.search(r'data-up="([^"]*)"', answer.text)
    assert up
    assert {"stated", "access", "weight"} <= set(up[1].split())


def test_the_form_on_paper_is_there_in_three_ways(studio: Asked) -> None:
    page = studio.get("/questionnaire").text
    assert page.count('class="printed"') == 30
    assert studio.get("/questionnaire.md").text.startswith("# Questions about a number\n")
    assert studio.get("/questionnaire.docx").content.startswith(b"PK")
