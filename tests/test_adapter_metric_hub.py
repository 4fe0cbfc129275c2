"""Metric definitions in TOML: values, places without a parser that knows them, and owners who may be persons."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from adapted import claimed, drafted, edges, notices, project, reading_ends_in_words, report
from conftest import Cli, Write
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.sources.owners import UNNAMED
from metriclint.sources.toml_places import TomlPlaces

HUB = '''
# A comment with [metrics.nothing]
[metrics]

[metrics.clicks]
select_expression = """
[metrics.fake]
depends_on = 3
"""
data_source = "clients"
friendly_name = "Clicks on ads"
description = """
    Counts clicks
    of all clients.
"""
owner = ["jane.smith@example.com", "search-team@example.com"]

[ metrics . "load time" ]   # milliseconds
select_expression = 'AVG(x) # "not a comment'
bigger_is_better = false
deprecated = true
owner = "jane.smith@example.com"

[metrics.rate]
depends_on = [
  "clicks",
  "rate",
  "elsewhere",
]
owner = "search-team"
bigger_is_better = true

[metrics.clicks_elsewhere.statistics.mean]

[data_sources.clients]
from_expression = "x"
'''


def test_values_are_read_and_what_the_file_does_not_say_stays_open(write: Write, tmp_path: Path) -> None:
    write("hub.toml", HUB)
    read = project(tmp_path)
    assert list(read.metrics) == ["clicks", "load-time", "rate"]
    clicks = read.metrics["clicks"].value
    assert (clicks.title, clicks.aliases, clicks.direction) == ("Clicks on ads", ["clicks"], None)
    assert clicks.description == "Counts clicks\nof all clients."
    load = read.metrics["load-time"].value
    assert (load.direction, load.status, load.formula) == ("down", "retired", 'AVG(x) # "not a comment')
    assert read.metrics["rate"].value.direction == "up"
    assert edges(read) == {"rate": ["clicks"]}


def test_owners_are_teams_and_a_person_is_only_counted(write: Write, tmp_path: Path) -> None:
    draft = drafted("metric-hub", "hub.toml", HUB)
    owners = {id_: card["governance"]["owner"] for id_, card in draft.document["metrics"].items()}
    assert owners == {"clicks": "search-team", "load-time": UNNAMED, "rate": "search-team"}
    assert "smith" not in str(draft.document) and "@" not in str(draft.document)


def test_places_are_those_of_the_keys(cli: Cli, write: Write) -> None:
    file = write("hub.toml", HUB)
    lines = file.read_text().splitlines()
    draft = drafted("metric-hub", "hub.toml", file.read_text())

    def text(*route: str) -> str:
        span = draft.foreign.spans([("metrics", *route)])["metrics", *route]
        return lines[span.line - 1][span.column - 1 :]

    assert text("clicks") == "[metrics.clicks]"
    assert text("load-time").startswith('[ metrics . "load time" ]')
    assert text("load-time", "direction") == "bigger_is_better = false"
    assert text("load-time", "status") == "deprecated = true"
    assert text("rate", "derived_from", 0) == "depends_on = ["  # type: ignore[arg-type]
    said = notices(report(cli, "."))
    assert [(lines[line - 1], text) for _, line, text in said] == [
        ("depends_on = [", 'computed from "elsewhere", which no file here declares')
    ]


def test_an_overlay_and_a_finding_point_into_the_file(cli: Cli, write: Write) -> None:
    write("hub.toml", HUB)
    write(
        "overlay.yaml",
        """
        metriclint: 1
        overlay: true
        metrics:
          Clicks on ads: {subject: {level: team}, consequences: [{kind: bonus, weight: sole}]}
        """,
    )
    found = report(cli, ".")
    assert {f["location"]["path"] for f in found["findings"]} == {"hub.toml", "overlay.yaml"}
    assert {f["location"]["line"] for f in found["findings"] if f["location"]["path"] == "hub.toml"} == {4}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[metrics.a]\nselect_expression = 'x'\nowner = jane\n", "h.toml:3:9: broken TOML: invalid value"),
        ("[metrics.a]\nselect_expression = 'x'\n[metrics.a]\n", "h.toml:3:11: broken TOML: cannot declare"),
        ("[metrics.a]\nselect_expression = '''x\n", "h.toml:3:1: broken TOML: "),
    ],
)
def test_broken_toml_is_told_with_its_place(cli: Cli, write: Write, text: str, said: str) -> None:
    write("h.toml", text)
    ran = cli("check", ".")
    assert (ran.code, said in ran.out + ran.err) == (2, True), ran.err


@pytest.mark.parametrize(
    "text",
    [
        "[tool.x]\nname = 'a'\n",
        "[metrics]\nlist = ['a']\n[dimensions.os]\nselect_expression = 'os'\n",
        "[metrics.a.statistics.mean]\nlog_space = true\n",
    ],
)
def test_files_that_define_no_metric_are_left_alone(text: str) -> None:
    assert claimed("x.toml", text) is None


def test_places_of_dotted_and_inline_keys_fall_back_to_what_is_above() -> None:
    places = TomlPlaces(
        "[metrics]\na.select_expression = 'x'\nb = {select_expression = 'y',\n}\n'c.d'.e = 1\n[[x]]\nb = 1\n"
    )
    assert places.place("metrics", "a", "select_expression")[:2] == (2, 1)
    assert places.place("metrics", "b", "select_expression")[:2] == (3, 1)
    assert places.place("metrics", "c.d", "e")[:2] == (5, 1)
    assert places.place("metrics", "gone")[:2] == (1, 1)


_NAMES = st.sampled_from(
    ["a", "b.c", "d", "select_expression", "depends_on", "owner", "bigger_is_better", "description"]
)
_LEAVES = st.one_of(
    st.booleans(), st.integers(-9, 9), st.text(st.characters(codec="utf-8", categories=["L", "P"]), max_size=6)
)
_VALUES = st.recursive(_LEAVES, lambda v: st.one_of(st.lists(v, max_size=3), st.dictionaries(_NAMES, v, max_size=3)))


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_toml(below)}' for key, below in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(_NAMES, st.one_of(_VALUES, st.dictionaries(_NAMES, _VALUES, max_size=5)), max_size=4))
def test_any_value_in_any_place_is_read_or_told(metrics: dict[str, Any]) -> None:
    text = "".join(
        f'["metrics"."{name}"]\n' + "".join(f'"{k}" = {_toml(v)}\n' for k, v in value.items())
        if isinstance(value, dict)
        else ""
        for name, value in metrics.items()
    )
    tomllib.loads(text)
    reading_ends_in_words("metric-hub", "m.toml", text)


@settings(deadline=None, max_examples=100)
@given(st.text(st.sampled_from("[]metrics.a\"'\n =#{},\\"), max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    reading_ends_in_words("metric-hub", "m.toml", "[metrics.a]\nselect_expression = 1\n" + text)
