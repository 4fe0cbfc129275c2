"""Semantic changes: what differs between two declarations, in words, and what is the same under another name."""

from typing import Any

import msgspec
import pytest
from declared import documents
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from metriclint.model.card import Metric
from metriclint.model.config import Config, Override, WaiverLimits
from metriclint.model.objects import Action, Board, Decision, Harm, Outcome, Role, System
from metriclint.model.project import Project
from metriclint.model.waiver import Waiver
from metriclint.review.changes import changes_of
from metriclint.review.differ import differences
from metriclint.review.fields import fields_of
from metriclint.review.identity import identity, renamed
from metriclint.review.record import Change
from metriclint.review.sentences import Sentences
from metriclint.sources.load import load_text

CARD = {"title": "Token consumption", "kind": "activity"}


def project(text: str | dict[str, Any], name: str = "a.yaml") -> Project:
    told = text if isinstance(text, str) else msgspec.json.encode({"metriclint": 1, **text}).decode()
    loaded, problems = load_text(told, name)
    assert not problems
    return loaded


def changes(before: str | dict[str, Any], after: str | dict[str, Any]) -> list[Change]:
    was, now = project(before), project(after)
    return [traced.change for traced in changes_of(was, now, identity(was, now))]


def texts(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [c.text for c in changes(before, after)]


def of_card(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    cards = ({"metrics": {"tokens": CARD | card}} for card in (before, after))
    return texts(*cards)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            {"visibility": {"audience": "manager"}},
            {"visibility": {"audience": "org"}},
            'the audience of "Token consumption" went from manager to org',
        ),
        (
            {"visibility": [{"title": "Wall", "audience": "team"}, {"title": "Site", "audience": "org"}]},
            {"visibility": [{"title": "Wall", "audience": "public"}, {"title": "Site", "audience": "org"}]},
            'the audience of "Wall" for "Token consumption" went from team to public',
        ),
        (
            {"visibility": {"ranked": False}},
            {"visibility": {"ranked": True}},
            '"Is there an order among peers?" for "Token consumption" went from no to yes',
        ),
        ({}, {"direction": "up"}, 'the direction of "Token consumption" is now declared: up'),
        (
            {"target": {"type": "quota", "value": 80}},
            {"target": {"type": "quota", "value": 90}},
            'the value of the target of "Token consumption" went from 80 to 90',
        ),
        ({"target": {"type": "quota"}}, {}, '"Token consumption" no longer declares its target'),
        (
            {},
            {"target": {"type": "quota", "value": 80, "cliff": True}},
            '"Token consumption" now declares its target:'
            " type: quota; value: 80; Does everything change at the line? yes",
        ),
        (
            {"counter_metrics": []},
            {"counter_metrics": [{"title": "Rework"}]},
            '"Token consumption" has a new counter-metric: "Rework"',
        ),
        (
            {"counter_metrics": [{"title": "Rework"}, {"title": "Cost"}]},
            {"counter_metrics": [{"title": "Cost"}]},
            '"Token consumption" no longer has the counter-metric "Rework"',
        ),
        (
            {"consequences": [{"kind": "review", "stated": "not-used"}]},
            {"consequences": [{"kind": "review", "stated": "used"}]},
            'the stated use of "Token consumption" went from not-used to used',
        ),
        (
            {"consequences": [{"kind": "review"}]},
            {"consequences": [{"kind": "promotion"}]},
            'the consequence of "Token consumption" went from review to promotion',
        ),
        ({"description": "x" * 90}, {"description": "y" * 90}, 'the description of "Token consumption" was reworded'),
        (
            {"controls": ["volume", "effort"]},
            {"controls": ["effort", "timing"]},
            'the controls of "Token consumption" gained timing and lost volume',
        ),
        (
            {},
            {"consequences": []},
            'the consequences of "Token consumption" are now declared: there are none',
        ),
        ({}, {"title": "Tokens"}, '"Token consumption" is now called "Tokens"'),
    ],
)
def test_a_change_is_one_sentence(before: dict[str, Any], after: dict[str, Any], told: str) -> None:
    assert of_card(before, after) == [told]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"visibility": {"audience": "org"}}, {"visibility": [{"audience": "org"}]}),
        ({"recorded_by": "system"}, {"recorded_by": ["system"]}),
        ({"controls": ["volume", "effort"]}, {"controls": ["effort", "volume"]}),
        ({"counter_metrics": [{"title": "A"}, {"title": "B"}]}, {"counter_metrics": [{"title": "B"}, {"title": "A"}]}),
        ({"outcome": "Better software"}, {"outcome": {"title": "Better software"}}),
    ],
)
def test_another_way_of_writing_is_no_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert of_card(before, after) == []


def test_comments_layout_and_the_order_of_keys_are_no_change() -> None:
    before = "metriclint: 1\nmetrics:\n  a: {title: A, kind: activity}\n  b: {title: B}\n"
    after = (
        "# A remark\nmetriclint: 1\nmetrics:\n  b:\n    title: 'B'\n\n  a: # more\n    kind: activity\n    title: A\n"
    )
    assert changes(before, after) == []


def test_what_is_new_and_gone_is_one_change_each_with_its_place() -> None:
    before = "metriclint: 1\nboards:\n  wall: {title: The wall, audience: org}\nmetrics: {a: {title: A}}\n"
    after = "metriclint: 1\nmetrics:\n  a: {title: A}\n  b: {title: B, kind: state}\n"
    found = changes(before, after)
    assert [c.text for c in found] == ['the metric "B" was added', 'the board "The wall" was removed']
    places = [c.location for c in found]
    assert [(p.line, p.route) for p in places if p] == [(4, ["metrics", "b"]), (3, ["boards", "wall"])]


def test_ids_are_told_by_what_people_call_them() -> None:
    shared = {"roles": {"boss": {"title": "Head of sales"}}, "boards": {"wall": {"title": "The wall"}}}
    before = shared | {"metrics": {"a": {"title": "A"}}, "decisions": {"x": {"title": "Bonus", "made_by": "committee"}}}
    after = shared | {
        "metrics": {"a": {"title": "A", "visibility": "wall"}},
        "decisions": {"x": {"title": "Bonus", "made_by": "boss"}},
    }
    assert texts(before, after) == [
        'the boards of "A" gained "The wall"',
        'the role that makes "Bonus" went from "committee" to "Head of sales"',
    ]


def test_maps_name_their_member() -> None:
    def split(moves: dict[str, str]) -> dict[str, Any]:
        return {"actions": {"split": {"title": "Split it", "moves": moves}}, "metrics": {"a": {"title": "Size"}}}

    assert texts(split({}), split({"a": "down"})) == ['the effect of "Split it" on "Size" is now declared: down']


def test_plain_words_explain_the_words_of_the_format() -> None:
    before, after = ({"metrics": {"a": {"title": "A", "visibility": {"audience": x}}}} for x in ("self", "org"))
    (change,) = changes(before, after)
    assert change.plain == 'the audience of "A" went from the person alone to everyone in the organisation'
    assert (change.route, change.before, change.after) == (["visibility", "audience"], "self", "org")


def test_a_waiver_in_a_card_is_a_change_of_its_own() -> None:
    waiver = {"rule": "no-owner", "reason": "pilot", "expires": "2027-01-01"}
    assert of_card({}, {"waivers": [waiver]}) == ['the accepted risk "no-owner of Token consumption" was added']
    assert of_card({"waivers": [waiver]}, {"waivers": [waiver | {"expires": "2027-02-01"}]}) == [
        'the end of "no-owner of Token consumption" went from 2027-01-01 to 2027-02-01'
    ]


def test_settings_are_compared_too() -> None:
    before, after = project({"metrics": {}}), project({"metrics": {}})
    after.config = Config(ignore=["GOV"], severity={"no-owner": "note"}, strict=True)
    told = [t.change.text for t in changes_of(before, after, identity(before, after))]
    assert told == [
        "the left-out rules of the settings gained GOV",
        "the strict reading of the settings went from no to yes",
        'the severity of "no owner" in the settings is now declared: note',
    ]


# Every key of the format


def _full(kind: type[Struct]) -> Struct:
    """A declaration with every key, from the examples of the schema."""
    schema = msgspec.json.schema(kind)
    keys = schema["$defs"][kind.__name__]["properties"]
    return msgspec.convert({key: told["examples"][0] for key, told in keys.items()}, kind)


def _keys() -> list[Any]:
    kinds = (Metric, Board, Decision, Action, System, Outcome, Harm, Role, Waiver, Config, Override, WaiverLimits)
    return [pytest.param(kind, key, id=f"{kind.__name__}.{key}") for kind in kinds for key in fields_of(kind)]


_OTHER = {
    "title": "another",
    "rule": "another",
    "paths": ["another"],
    "ruleset": "2027.1",
    "fail_on": "never",
    "select": ["GAM"],
    "strict": True,
    "detect": False,
    "preview": True,
}
"""Values of keys that must be there, or whose example is the default."""


@pytest.mark.parametrize(("kind", "key"), _keys())
def test_every_key_of_the_format_is_told_in_a_sentence(kind: type[Struct], key: str) -> None:
    full = _full(kind)
    told = msgspec.to_builtins(full)
    rest = {name: value for name, value in told.items() if name != key}
    other = msgspec.convert(rest | ({key: _OTHER[key]} if key in _OTHER else {}), kind)
    found = list(differences(full, other))
    assert {d.was[0] for d in found} == {key}
    for words in (Sentences(Project(), Project(), plain=plain) for plain in (False, True)):
        for difference in found:
            sentence = words.sentence(difference, "The thing")
            assert '"The thing"' in sentence or key == "title"
            assert not any(sign in sentence for sign in ("{", "}", "_", "None", "  ", "msgspec", "Struct"))
            assert sentence == sentence.strip()


@settings(deadline=None, max_examples=60)
@given(documents(), documents())
def test_there_is_a_change_exactly_where_the_meaning_differs(one: dict[str, Any], two: dict[str, Any]) -> None:
    assert changes(one, one) == []
    told = changes(one, two)
    if not told:
        assert _sorted(one) == _sorted(two)
    back = changes(two, one)
    assert len(told) == len(back)
    assert sorted(c.kind for c in told) == sorted(_REVERSE[c.kind] for c in back)


_REVERSE = {"added": "removed", "removed": "added", "changed": "changed", "renamed": "renamed"}


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _sorted(v) for k, v in value.items()}
    return sorted(map(repr, map(_sorted, value))) if isinstance(value, list) else value


# The same under another name


def card(title: str, **more: Any) -> Metric:
    return msgspec.convert({"title": title, **more}, Metric)


RICH = {"kind": "activity", "direction": "up", "unit": "tokens", "verification": "none"}


def test_a_new_id_with_the_same_title_is_a_rename() -> None:
    assert renamed({"a": card("Calls")}, {"b": card("calls ", kind="activity")}) == {"a": "b"}


def test_a_new_id_and_title_with_the_same_content_is_a_rename() -> None:
    assert renamed({"a": card("Calls", **RICH)}, {"b": card("Talks", **RICH)}) == {"a": "b"}


def test_an_alias_that_keeps_the_old_title_is_a_rename() -> None:
    assert renamed({"a": card("Calls")}, {"b": card("Talks", aliases=["Calls"], **RICH)}) == {"a": "b"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": card("Calls")}, {"b": card("Talks")}),
        ({"a": card("Calls", kind="activity")}, {"b": card("Talks", kind="activity")}),
        ({"a": card("Calls", **RICH)}, {"a": card("Calls", **RICH), "b": card("Calls", **RICH)}),
        ({"a": card("Calls"), "b": card("Calls")}, {"c": card("Calls")}),
    ],
)
def test_what_says_too_little_or_stays_is_not_renamed(before: dict[str, Metric], after: dict[str, Metric]) -> None:
    assert renamed(before, after) == {}


def test_of_several_the_most_alike_are_the_same() -> None:
    before = {"a": card("A", **RICH), "b": card("B", **RICH | {"unit": "calls", "direction": "down"})}
    after = {"x": card("X", **RICH | {"unit": "calls", "direction": "down"}), "y": card("Y", **RICH)}
    assert renamed(before, after) == {"a": "y", "b": "x"}


def test_many_new_and_gone_cards_are_told_apart_by_their_content_alone() -> None:
    before = {f"old-{i}": card(f"Old {i}", formula=f"sum({i})") for i in range(600)}
    after = {f"new-{i}": card(f"Old {i}" if i % 2 else f"New {i}", formula=f"sum({i})") for i in range(600)}
    assert renamed(before, after) == {f"old-{i}": f"new-{i}" for i in range(1, 600, 2)}


def test_a_renamed_metric_is_one_change_and_its_references_are_none() -> None:
    def document(id_: str) -> dict[str, Any]:
        return {
            "metrics": {id_: {"title": "Calls", **RICH}, "sum": {"title": "Sum", "derived_from": [id_]}},
            "boards": {"wall": {"shows": [id_]}},
            "decisions": {"bonus": {"uses": [{"metric": id_, "stated": "used"}]}},
            "actions": {"dial": {"title": "Dial", "moves": {id_: "up"}}},
        }

    found = changes(document("calls"), document("phone-calls"))
    assert [(c.kind, c.text) for c in found] == [
        ("renamed", 'the id of the metric "Calls" went from calls to phone-calls')
    ]


@given(st.text(max_size=30), st.text(max_size=30))
def test_titles_with_any_signs_stay_on_one_line(one: str, two: str) -> None:
    before, after = ({"boards": {"w": {"title": f"x{t}", "audience": "org"}}} for t in (one, two))
    assert all("\n" not in c.text and c.text.isprintable() for c in changes(before, after))
