"""Changing a card that somebody wrote: answers go where the card says them, and all else stays."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, settings
from test_questionnaire import answered

from metriclint.files.patch import UNSET
from metriclint.files.shape import to_struct
from metriclint.model.card import Metric
from metriclint.model.raw import declared
from metriclint.questionnaire.answers import Answers
from metriclint.questionnaire.questions import questionnaire
from metriclint.sources.load import load
from metriclint.studio.card_changes import changes, fixed, place_in, put, revised
from metriclint.studio.design import Design, of_metric
from metriclint.studio.meanwhile import rebased

Card = dict[str, Any]


def cards() -> Iterator[tuple[str, Card]]:
    """Every card of the examples, as its file says it."""
    for project in load([str(ROOT / "examples")]).projects:
        for id_, entry in project.metrics.items():
            yield id_, declared(entry.value)


CARDS = dict(cards())


def changed(card: Card, **answers: Any) -> Card:
    design = of_metric("", "calls", card)
    return design.answered({**design.answers, **answers}).card()


@pytest.mark.parametrize("id_", CARDS)
def test_a_card_that_nobody_changes_stays_as_it_is(id_: str) -> None:
    design = of_metric("", id_, CARDS[id_])
    assert design.card() == CARDS[id_]
    assert design.untouched


@pytest.mark.parametrize("id_", sorted(CARDS)[::6])
def test_every_answer_makes_a_card_that_loads_and_says_what_was_answered(id_: str) -> None:
    card = CARDS[id_]
    more = fixed(card)
    for question in questionnaire().questions:
        for choice in question.options if question.id not in more else ():
            answer = [choice.id] if question.kind == "list" else choice.id
            after = changed(card, **{question.id: answer})
            assert isinstance(to_struct(after, Metric, "card"), Metric), (question.id, choice.id)
            again = copy.deepcopy(card)
            for route, value in changes(card, after):
                put(again, route, value)
            assert again == after


@settings(deadline=None, max_examples=60)
@given(answered(), answered())
def test_changes_of_a_card_lead_from_one_to_the_other(one: Answers, other: Answers) -> None:
    before, after = Design(dict(one)).card(), Design(dict(other)).card()
    for leaves in (False, True):
        card = copy.deepcopy(before)
        for route, value in changes(before, after, leaves=leaves):
            put(card, route, value)
        assert card == after


def test_an_answer_is_put_into_the_form_that_is_there() -> None:
    one = {"title": "Calls", "visibility": [{"audience": "org", "title": "Wall"}], "outcome": "Help at once"}
    after = changed(one, audience="team", goal="Help at the first call")
    assert after["visibility"] == [{"audience": "team", "title": "Wall"}]
    assert after["outcome"] == "Help at the first call"
    assert changed(one, proof="tested")["outcome"] == {"title": "Help at once", "link": "causal", "validated": True}
    named: Card = {"title": "Calls", "outcome": "help"}
    put(named, place_in(named, "outcome.link") or (), "belief")
    assert named["outcome"] == {"id": "help", "link": "belief"}
    assert changed({"title": "Calls", "visibility": []}, audience="self")["visibility"] == {"audience": "self"}
    assert changed({"title": "Calls"}, consequence="pay")["consequences"] == [{"kind": "pay"}]


def test_what_is_not_known_any_more_is_taken_away_and_nothing_empty_is_left() -> None:
    card = {"title": "Calls", "governance": {"owner": "Head of sales"}, "subject": {"level": "team", "role": "seller"}}
    assert changed(card, owner=None, measured=None) == {"title": "Calls", "subject": {"role": "seller"}}
    # An empty list would say that there is none.
    review = {"title": "Calls", "consequences": [{"kind": "review"}]}
    assert changed(review, consequence=None) == {"title": "Calls"}
    assert changed(review, consequence="nothing")["consequences"] == []


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ({"visibility": "wall"}, "audience"),
        ({"visibility": [{"audience": "org"}, {"audience": "self"}]}, "shown"),
        ({"consequences": ["annual-review"]}, "consequence"),
        ({"gaming_actions": [{"title": "a b"}, {"title": "c d"}]}, "shortcut"),
        ({"counter_metrics": [{"metric": "rework"}]}, "counter"),
        ({"outcome": "better-software"}, "goal"),
    ],
)
def test_where_the_card_says_more_than_an_answer_it_stays(said: Card, question: str) -> None:
    card = {"title": "Calls", **said}
    assert question in fixed(card)
    option = questionnaire().question(question)
    answer = option.choices[-1].id if option.choices else "Something else"
    assert revised(card, {"title": "Calls"}, {"title": "Calls", question: answer}) == card


def test_a_chosen_change_stays_beside_later_answers_of_a_card() -> None:
    card = {"title": "Calls", "visibility": {"audience": "org", "ranked": True, "identified": True}}
    design = of_metric("", "calls", card).changed([(("visibility", "official"), False), (("verification",), "sample")])
    assert design.answers["checked"] == "samples"
    assert design.more == {("visibility", "official"): False}
    later = design.answered({**design.answers, "shown": "totals"})
    assert later.card()["visibility"] == {"audience": "org", "ranked": False, "identified": False, "official": False}
    gone = later.answered({**later.answers, "audience": "nobody"})
    assert gone.card()["visibility"] == []


def test_what_others_changed_meanwhile_is_taken_in_and_told() -> None:
    card = {"title": "Calls", "kind": "activity", "direction": "up", "unit": "count"}
    mine = of_metric("", "calls", card)
    mine = mine.answered({**mine.answers, "counts": "result", "recorder": "system"})
    theirs = {**card, "kind": "output", "verification": "sample", "unit": "calls"}
    after, news = rebased(mine, theirs)
    assert after.card() == {**theirs, "kind": "outcome", "recorded_by": "system"}
    told = [(item.what, item.now, item.mine) for item in news]
    assert ("unit", "calls", "") in told
    clash = next(item for item in told if item[0] == "What does it count?")
    assert clash[1:] == (
        "Things that get done, such as cases closed",
        "The result itself, such as problems that stay solved",
    )
    assert len(told) == 3


def test_an_answer_that_does_not_fit_what_others_wrote_is_told_as_lost() -> None:
    mine = of_metric("", "calls", {"title": "Calls", "visibility": {"audience": "org"}})
    mine = mine.answered({**mine.answers, "audience": "team"})
    after, news = rebased(mine, {"title": "Calls", "visibility": [{"audience": "org"}, {"audience": "self"}]})
    assert after.untouched
    assert [item.mine for item in news if item.lost] == ["The team"]


def test_unset_is_no_value() -> None:
    assert list(changes({"a": 1, "b": {"c": 2}}, {"b": {}})) == [(("a",), UNSET), (("b", "c"), UNSET)]
