"""Findings that stand behind others, or were accepted by waivers, on the pages of the studio."""

import re
from html import unescape
from pathlib import Path

import pytest
from cards import RANKED
from conftest import TODAY, Write
from studio import Asked
from test_studio_project import WAIVED, plain

from metriclint.api import check


@pytest.fixture
def studio(tmp_path: Path) -> Asked:
    return Asked(tmp_path)


def test_what_stands_behind_a_finding_has_words_also_where_that_was_accepted(studio: Asked, write: Write) -> None:
    write("ai.yaml", RANKED)
    page = studio.get("/metrics/ai-tokens").text
    also = re.findall(r"related points?</summary>\s*<ul>(.*?)</ul>", page, re.DOTALL)
    assert also
    assert all(len(plain(point)) > 20 for points in also for point in points.split("</li>")[:-1])
    assert "As it stands now, 3 things can backfire badly." in plain(page)

    write("waivers.yaml", WAIVED)
    accepted = studio.get("/metrics/ai-tokens").text
    titles = re.findall(r'<h4 id="f-(\w+)">(.*?)</h4>', accepted)
    assert "VIS301" not in dict(titles)
    assert all(len(said) > 20 for _, said in titles)
    badly = accepted.count('<article class="finding error"')
    assert f"{badly} things can backfire" in plain(accepted) or f"{badly} of them badly" in plain(accepted)


def test_nothing_is_left_where_all_was_accepted(studio: Asked, write: Write, tmp_path: Path) -> None:
    write("ai.yaml", RANKED)
    rules = dict.fromkeys(f.rule for f in check([tmp_path], today=TODAY).findings)
    lines = [
        f"  - {{rule: {rule}, metric: ai-tokens, reason: Pilot, requested_by: a, approved_by: b, expires: 2026-12-20}}"
        for rule in rules
    ]
    write("waivers.yaml", "\n".join(["metriclint: 1", "waivers:", *lines, ""]))
    assert "Nothing serious was found beside what was accepted." in plain(studio.get("/metrics/ai-tokens").text)


def test_what_is_gone_is_told_in_words_that_fit(studio: Asked) -> None:
    for path, said in {
        "/metrics/calls": "There is no number of this name. Its file may have been deleted or changed.",
        "/rules/nothing": "There is no rule of this name.",
        "/files/text?path=gone.yaml": "There is no such document here. It may have been deleted or renamed.",
        "/designs/nothing": "It may have been closed, or never was.",
    }.items():
        gone = studio.get(path)
        assert gone.status_code == 404
        assert said in gone.text


def test_a_part_of_the_map_is_called_by_the_words_that_are_drawn(studio: Asked, write: Write) -> None:
    whole = f"Products per household, {'daily sales against goal per branch, ' * 5}and Überprüfungsausschussvorsitzende"
    write("ai.yaml", RANKED.replace("title: AI tokens used", f"title: '{whole}'"))
    page = studio.get("/map").text
    found = re.search(r'href="/metrics/ai-tokens" aria-label="([^"]*)">(.*?)</a>', page, re.DOTALL)
    assert found
    drawn = " ".join(re.findall(r">([^<>]+)</(?:tspan|text)>", found[2]))
    assert drawn.endswith("…")
    assert unescape(found[1]) == f"{drawn}: metric: {whole}"
