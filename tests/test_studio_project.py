"""The project of the folder in the studio: lists, the page of a metric, the map, waivers, rules, and what is broken."""

import re
from pathlib import Path
from typing import Any

import pytest
from cards import BROKEN, QUIET, RANKED
from conftest import ROOT, Write
from estates import estate
from studio import Asked
from test_studio_server import HOSTILE, Inline
from test_studio_writing import DBT

WAIVED = """
    metriclint: 1
    metrics: {}
    waivers:
      - {rule: ranked-activity-board, metric: ai-tokens, reason: Pilot in two teams, decision: pilot,
         requested_by: ai-programme-lead, approved_by: chief-people-officer, expires: 2026-12-20}
      - {rule: no-counter-metric, metric: ai-tokens, reason: Soon, requested_by: a, approved_by: b, expires: 2026-01-31}
      - {rule: nothing-like-it, metric: ai-tokens}
    """
PAGES = ("/project", "/metrics", "/findings", "/map", "/waivers", "/files", "/rules")
OPTION = re.compile(r'name="option" value="([^"]+)"')


@pytest.fixture
def studio(tmp_path: Path) -> Asked:
    return Asked(tmp_path)


def plain(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_an_empty_folder_has_pages_that_say_so(studio: Asked) -> None:
    for path in PAGES:
        assert studio.get(path).status_code == 200
    assert "There are no numbers in this folder yet" in studio.get("/project").text
    assert "nothing to draw" in studio.get("/map").text
    for path in ("/metrics/calls", "/metrics/calls/meeting", "/project/numbers.xlsx", "/map?about=metric:x&in=y"):
        assert studio.get(path).status_code in (200, 404)
    assert studio.told == []


def test_the_overview_says_what_to_look_at_first(studio: Asked, write: Write) -> None:
    write("ai.yaml", RANKED)
    write("shop.yaml", QUIET)
    page = plain(studio.get("/project").text)
    assert "2 numbers. 1 of them can backfire badly." in page
    assert "Look at these first AI tokens used Can backfire badly" in page
    assert "No risk was accepted by a waiver." in page


def test_lists_are_filtered_and_come_in_parts(studio: Asked, write: Write) -> None:
    write("estate.yaml", estate(250))
    first = studio.get("/metrics").text
    assert first.count('<li class="row ') == 100
    assert "Part 1 of 3" in first
    last = studio.get("/metrics?page=3").text
    assert last.count('<li class="row ') == 50
    assert studio.get("/metrics?page=99").text == last.replace("page=3", "page=99")
    shown = studio.get("/metrics?q=tokens+used&severity=error").text
    titles = re.findall(r'<a href="/metrics/[^"]+">([^<]+)</a>', shown)
    assert titles
    assert all("tokens used" in title for title in titles)
    assert "Nothing was found" in studio.get("/metrics?severity=none").text
    found = studio.get("/findings?family=visibility").text
    assert 0 < found.count('class="message"') <= 100
    for query in ("page=x", "page=-1", "severity=<b>", "family=../x", "q=" + "a" * 5000, "in=nowhere"):
        assert studio.get(f"/metrics?{query}").status_code == 200
        assert studio.get(f"/findings?{query}").status_code == 200


def test_a_metric_is_told_in_words_with_options_to_choose(studio: Asked, write: Write) -> None:
    write("ai.yaml", RANKED)
    page = studio.get("/metrics/ai-tokens").text
    words = plain(page)
    assert "This needs a change." in words
    assert "How is it shown there? With names, from best to worst" in words
    assert "What else its file says: 1 fact visibility › title Token leaderboard" in words
    assert "By the rules the performance rating" in words
    assert page.count('role="img" aria-labelledby="ml-') >= 1
    option = OPTION.findall(page)[0]
    chosen = studio.post("/metrics/ai-tokens/choose", option=option)
    assert chosen.status_code == 303
    design = studio.get(chosen.headers["location"]).text
    assert "Changes you chose" in design
    assert option not in OPTION.findall(design)
    again = studio.post("/metrics/ai-tokens/choose", option="ml1:gone/0")
    assert again.status_code == 409
    assert "Choose again" in again.text
    assert "Somebody has begun to change it" in studio.get("/metrics/ai-tokens").text


def test_answers_are_filled_in_and_what_no_answer_says_is_shown(studio: Asked, write: Write) -> None:
    write(
        "desk.yaml",
        "metriclint: 1\nmetrics: {calls: {title: Calls, direction: up, visibility: wall}}\n"
        "boards: {wall: {title: The wall, audience: org}}\n",
    )
    design = studio.post("/metrics/calls/edit").headers["location"]
    page = studio.get(design).text
    assert 'name="title" value="Calls"' in page
    assert "The file says <code>direction: up</code>" in page
    assert page.count('class="fixed"') == 3
    assert "It is shown on <b>The wall</b>" in page
    assert "Nothing is changed yet." in page


def saved_design(studio: Asked, metric: str = "ai-tokens", **answers: Any) -> str:
    """Change some answers of a metric. Returns the path of its design."""
    design = studio.post(f"/metrics/{metric}/edit").headers["location"]
    page = studio.get(design).text
    given = dict(re.findall(r'type="(?:radio|checkbox)" name="([\w.-]+)" value="([\w-]+)" checked', page))
    given |= dict(re.findall(r'type="text" id="a-[\w-]+" name="([\w-]+)" value="([^"]+)"', page))
    studio.post(design, revision="0", **{**given, **answers})
    return str(design)


def digest(page: str) -> str:
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found
    return found[1]


def test_what_would_be_written_is_shown_and_then_written(studio: Asked, write: Write, tmp_path: Path) -> None:
    write("ai.yaml", RANKED)
    design = saved_design(studio, measured="team")
    page = studio.get(f"{design}/changes").text
    assert "Whom or what does one value describe?" in page
    assert (
        '<li class="cut"><span class="unseen">taken away: </span><code>-    subject: {level: individual}</code>' in page
    )
    assert "individual" in (tmp_path / "ai.yaml").read_text()
    done = studio.post(f"{design}/changes", digest=digest(page))
    assert done.headers["location"] == "/metrics/ai-tokens?saved=1"
    assert "subject: {level: team}" in (tmp_path / "ai.yaml").read_text()
    assert "Saved in <code>ai.yaml</code>" in studio.get("/metrics/ai-tokens?saved=1").text
    assert "Nothing was changed, so there is nothing to save." in studio.get(f"{design}/changes").text


def test_a_conflict_is_shown_and_nothing_is_lost(studio: Asked, write: Write, tmp_path: Path) -> None:
    file = write("ai.yaml", RANKED)
    design = saved_design(studio, measured="team")
    page = studio.get(f"{design}/changes").text
    file.write_text(file.read_text().replace("kind: activity", "kind: output  # not mine"))
    refused = studio.post(f"{design}/changes", digest=digest(page))
    assert refused.status_code == 409
    assert "Their changes stay, and yours stand on top of them" in refused.text
    assert "What does it count? <b>Things that get done, such as cases closed</b>" in refused.text
    assert "individual" in file.read_text()
    assert studio.post(f"{design}/changes", digest=digest(refused.text)).status_code == 303
    assert "level: team" in file.read_text()
    assert "kind: output  # not mine" in file.read_text()


def test_another_window_that_saved_first_is_noticed(studio: Asked, write: Write, tmp_path: Path) -> None:
    write("ai.yaml", RANKED)
    mine, theirs = saved_design(studio, measured="team"), saved_design(studio, measured="site")
    page = studio.get(f"{mine}/changes").text
    studio.post(f"{theirs}/changes", digest=digest(studio.get(f"{theirs}/changes").text))
    refused = studio.post(f"{mine}/changes", digest=digest(page))
    assert refused.status_code == 409
    assert "you answered “A team”, and that counts when you save" in refused.text
    assert "level: unit" in (tmp_path / "ai.yaml").read_text()


def test_a_file_that_was_deleted_meanwhile_is_told_and_answers_are_kept(
    studio: Asked, write: Write, tmp_path: Path
) -> None:
    file = write("ai.yaml", RANKED)
    design = saved_design(studio, measured="team")
    file.unlink()
    assert studio.get("/metrics/ai-tokens").status_code == 404
    page = studio.get(design)
    assert page.status_code == 200
    assert "This number is not in the folder any more" in page.text
    assert studio.post(design, title="AI tokens used", measured="site").status_code in (200, 303)
    changes = studio.get(f"{design}/changes").text
    assert "It cannot be saved: It is not in the folder any more" in changes
    assert studio.post(f"{design}/changes", digest="x").status_code == 409
    studio.post(f"{design}/anew")
    assert "level: unit" in (tmp_path / "ai-tokens.yaml").read_text()
    assert studio.get("/metrics/ai-tokens").status_code == 200


def test_a_file_of_another_tool_is_only_read(studio: Asked, write: Write, tmp_path: Path) -> None:
    dbt = write("models/shop.yml", DBT)
    page = plain(studio.get("/metrics/orders").text)
    assert "That file belongs to another tool (dbt), so it is only read here" in page
    assert "Add what it does not say" in page
    design = saved_design(studio, "orders", measured="person")
    changes = studio.get(f"{design}/changes").text
    assert "<code>orders-overlay.yaml</code> (new)" in changes
    studio.post(f"{design}/changes", digest=digest(changes))
    assert "level: individual" in (tmp_path / "orders-overlay.yaml").read_text()
    assert "level" not in dbt.read_text()


def test_waivers_are_told_with_their_end(studio: Asked, write: Write) -> None:
    write("ai.yaml", RANKED)
    write("waivers.yaml", WAIVED)
    page = plain(studio.get("/waivers").text)
    assert "Until 2026-12-20, 25 days from now ranked activity board of AI tokens used Pilot in two teams" in page
    assert "Asked for by ai-programme-lead, accepted by chief-people-officer." in page
    assert "Ended on 2026-01-31" in page
    assert "which does not exist" in page
    metric = plain(studio.get("/metrics/ai-tokens").text)
    assert "Accepted by chief-people-officer until 2026-12-20: Pilot in two teams" in metric
    overview = plain(studio.get("/project").text)
    assert "1 risk is accepted. The next waiver ends in 25 days. 2 waivers do not count (any more)." in overview


def test_every_rule_has_a_page(studio: Asked, write: Write) -> None:
    write("ai.yaml", RANKED)
    page = studio.get("/rules").text
    names = set(re.findall(r'href="/rules/([\w-]+)"', page))
    assert len(names) >= 70
    for name in names:
        assert studio.get(f"/rules/{name}").status_code == 200
    one = plain(studio.get("/rules/VIS301").text)
    assert "Where it is found here AI tokens used" in one
    assert "Why it may backfire" in one
    assert studio.get("/rules/nothing").status_code == 404


def test_the_map_leads_on_and_is_told_in_words(studio: Asked, write: Write) -> None:
    write("ai.yaml", RANKED)
    for view in ("all", "stated", "feasible", "believed"):
        page = studio.get(f"/map?view={view}").text
        assert '<a class="ml-way" href="/metrics/ai-tokens" aria-label="metric: AI tokens used">' in page
        assert '<dl class="twin">' in page
    nodes = set(re.findall(r'class="ml-way" href="(/map[^"]*)"', page))
    assert nodes
    for node in nodes:
        assert studio.get(node.replace("&amp;", "&")).status_code == 200
    path = re.findall(r'href="(/map\?finding=[^"]+)"', studio.get("/metrics/ai-tokens").text)[0].replace("&amp;", "&")
    followed = studio.get(path).text
    assert 'aria-label="The highlighted path"' in followed
    assert "ml-path" in followed
    assert studio.get("/map?family=visibility").status_code == 200
    for wrong in ("/map?about=metric:none", "/map?about=x", "/map?finding=ml1:x"):
        assert studio.get(wrong).status_code == 404


def test_a_large_project_is_drawn_in_parts(studio: Asked, write: Write) -> None:
    write("estate.yaml", estate(400))
    page = studio.get("/map").text
    assert "This project is large, so the map shows the surroundings of one number" in page
    assert '<svg class="ml"' in page or 'class="ml" role="graphics-document"' in page
    whole = studio.get("/map?all=1").text
    assert "more than a drawing can show" in whole
    assert "The same stands below in words." in whole


def test_several_projects_are_told_apart(write: Write) -> None:
    studio = Asked(ROOT / "examples" / "tokenmaxxing")
    page = studio.get("/metrics").text
    assert 'href="/metrics/ai-tokens?in=1-leaderboard"' in page
    assert 'href="/metrics/ai-tokens?in=2-restricted"' in page
    before = plain(studio.get("/metrics/ai-tokens?in=1-leaderboard").text)
    after = plain(studio.get("/metrics/ai-tokens?in=3-redesigned").text)
    assert "This needs a change." in before
    assert "This needs a change." not in after
    only = studio.get("/metrics?in=3-redesigned").text
    assert "1-leaderboard" not in re.sub(r"<option.*?</option>", "", only)
    assert studio.get("/map?in=2-restricted").status_code == 200
    assert studio.get("/project/numbers.xlsx?in=2-restricted").content.startswith(b"PK")


def test_cards_are_downloaded_as_a_workbook_and_as_their_file(studio: Asked, write: Write) -> None:
    file = write("ai.yaml", RANKED)
    for path in ("/project/numbers.xlsx", "/metrics/ai-tokens/number.xlsx"):
        answer = studio.get(path)
        assert answer.content.startswith(b"PK")
        assert answer.headers["content-disposition"].endswith('.xlsx"')
    assert studio.get("/files/download?path=ai.yaml").content == file.read_bytes()
    design = saved_design(studio, measured="team")
    assert "level: team" in studio.get(f"{design}/file.yaml").text
    assert "individual" in file.read_text()


def test_the_page_for_the_meeting_says_it_all_in_short(studio: Asked, write: Write) -> None:
    write("ai.yaml", RANKED)
    page = plain(studio.get("/metrics/ai-tokens/meeting").text)
    for said in ("AI tokens used ai.yaml · 2026-11-25", "This needs a change.", "What would help:", "What we decide"):
        assert said in page
    design = studio.begin(example="tokens")
    assert "Change this before it starts." in studio.get(f"{design}/meeting").text
    option = OPTION.findall(studio.get(design).text)[0]
    studio.post(f"{design}/choose", option=option)
    chosen = plain(studio.get(f"{design}/meeting").text).partition("Changes that were chosen")[2]
    assert "Only true if:" in chosen.partition("What can backfire")[0]


def test_a_broken_document_is_told_on_every_page_and_the_rest_is_shown(studio: Asked, write: Write) -> None:
    write("broken.yaml", BROKEN)
    write("shop.yaml", QUIET)
    for path in ("/project", "/metrics", "/findings", "/map"):
        page = studio.get(path).text
        assert "Something here cannot be read" in page
        assert "broken.yaml, line 4" in page
    assert "Availability of the shop" in studio.get("/metrics").text


def test_what_people_write_stays_text_on_every_page(studio: Asked, write: Write, tmp_path: Path) -> None:
    hostile = HOSTILE.replace("'", "''")
    text = RANKED.replace("title: AI tokens used", f"title: '{hostile}'\n        description: '{hostile}'")
    write("ai.yaml", text.replace("Token leaderboard", f"'{hostile}'"))
    (tmp_path / "<img src=x>.yaml").write_text("metriclint: 1\nmetrics: {<b>: 1}\n")
    design = studio.post("/metrics/ai-tokens/edit").headers["location"]
    paths = [*PAGES, "/metrics/ai-tokens", "/metrics/ai-tokens/meeting", "/files/text?path=ai.yaml", design]
    paths += [
        f"{design}/changes",
        "/map?about=metric:ai-tokens",
        f"/metrics?q={HOSTILE}",
        "/files/text?path=<img src=x>.yaml",
    ]
    for path in paths:
        answer = studio.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        inline = Inline()
        inline.feed(answer.text)
        assert inline.found == []


def test_a_rule_pack_or_configuration_that_is_wrong_is_told(studio: Asked, write: Write) -> None:
    write("metriclint.toml", 'select = ["nothing-like-it"]\n')
    write("ai.yaml", RANKED)
    page = studio.get("/project").text
    assert "unknown rule or family" in page
    assert "Nothing could be checked" in page
    assert "Nothing serious was found" not in page
    assert studio.get("/metrics/ai-tokens").status_code == 200
    assert studio.told == []


def test_a_number_is_compared_with_what_its_file_says(studio: Asked, write: Write) -> None:
    write("ai.yaml", RANKED)
    saved_design(studio, measured="team")
    page = plain(studio.get("/compare").text)
    assert "AI tokens used: as its file says" in page
    assert "Whom or what does one value describe? This One person Beside this A team" in page
