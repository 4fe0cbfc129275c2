"""A design while it changes: answers, chosen changes, two windows, and what is written in the end."""

from typing import Any

import pytest
from conftest import TODAY
from hypothesis import given, settings
from test_questionnaire import answered

from metriclint.files.yaml_values import parse
from metriclint.questionnaire.answers import Answers, applicable
from metriclint.repair.edits import TO_BE_NAMED
from metriclint.sources.load import load_text
from metriclint.studio.design import Design, differences, merged, of_card
from metriclint.studio.drafts import MOST, Drafts
from metriclint.studio.example import STORY
from metriclint.studio.folder import Folder
from metriclint.studio.saving import document
from metriclint.studio.words import verdict
from metriclint.studio.workbench import Workbench

COUNTER = {"title": f"counter-metric {TO_BE_NAMED}", "same_decision": True, "independent": True}


@pytest.fixture
def bench(tmp_path: Any) -> Workbench:
    made = Workbench(Folder(tmp_path), lambda: TODAY)
    made.refresh()
    return made


@settings(deadline=None, max_examples=80)
@given(answered())
def test_a_card_gives_back_the_design_that_made_it(answers: Answers) -> None:
    design = Design(dict(answers))
    again = of_card(design.card(), design.answers)
    assert again.card() == design.card()
    assert applicable(again.answers) == applicable(design.answers)
    assert again.more == {}


def test_what_a_change_sets_besides_the_answers_stays_while_its_answer_does() -> None:
    changed = Design({"title": "Calls", "counter": "none"}).changed([(("counter_metrics",), [COUNTER])])
    assert changed.answers["counter"] == COUNTER["title"]
    assert changed.more == {("counter_metrics", 0, "independent"): True}
    named = changed.answered({**changed.answers, "counter": "Calls again"})
    assert named.card()["counter_metrics"] == [{**COUNTER, "title": "Calls again"}]
    for given_up in ({"counter": "none"}, {"counter": None}):
        left = changed.answered({"title": "Calls", **given_up})
        assert left.card().get("counter_metrics", []) == []


def test_an_answer_counts_more_than_an_earlier_change() -> None:
    changed = Design({"title": "Calls", "better": "higher"}).changed([(("direction",), "band")])
    assert "better" not in changed.answers
    answered_again = changed.answered({**changed.answers, "better": "lower"})
    assert answered_again.card()["direction"] == "down"
    assert answered_again.more == {}


def test_a_changed_fact_becomes_the_answer_that_says_it() -> None:
    changed = Design({"title": "Calls", "better": "higher"}).changed([(("direction",), "band")])
    near = changed.nearest([("direction",)])
    assert near.answers["better"] == "middle"
    assert near.more == {}


def test_answers_whose_question_is_not_asked_any_more_come_back_with_it() -> None:
    design = Design({"title": "Calls", "consequence": "pay", "stated": "does-not-count", "kept": "word"})
    changed = design.changed([(("consequences", 0, "stated"), "used")])
    assert "enforced" not in changed.card()["consequences"][0]
    back = changed.answered({**changed.answers, "stated": "does-not-count"})
    assert back.card() == design.card()


def test_two_windows_lose_nothing() -> None:
    base = Design({"title": "Calls", "counts": "activity", "measured": "person"})
    mine = base.answered({**base.answers, "measured": "team", "recorder": "system"})
    theirs = base.answered({"title": "Calls", "counts": "result", "measured": "site"})
    both, in_conflict = merged(base, mine, theirs)
    assert both.answers == {"title": "Calls", "counts": "result", "measured": "team", "recorder": "system"}
    assert [q.id for q in in_conflict] == ["measured"]


def test_a_change_that_is_taken_back_leaves_later_answers() -> None:
    drafts = Drafts()
    draft = drafts.begin(Design({"title": "Calls", "better": "higher"}))
    drafts.choose(draft, "a range", Design({"title": "Calls", "better": "middle"}), [])
    drafts.answer(draft, draft.design.answered({**draft.design.answers, "recorder": "system"}), draft.revision, {})
    drafts.undo(draft)
    assert draft.design.answers == {"title": "Calls", "better": "higher", "recorder": "system"}
    drafts.undo(draft)
    assert len(draft.steps) == 1


def test_drafts_do_not_grow_without_end() -> None:
    drafts = Drafts()
    kept = drafts.begin(Design({"title": "kept"}))
    for number in range(MOST + 20):
        drafts.begin(Design({"title": str(number)}))
        drafts.answer(kept, kept.design, kept.revision, {})
    assert len(list(drafts)) == MOST
    assert drafts.find(kept.id) is kept
    for _ in range(300):
        drafts.answer(kept, kept.design, kept.revision, {})
    assert len(kept.known) <= 200


def test_every_option_is_true_after_it_was_chosen(bench: Workbench) -> None:
    design = Design(dict(STORY))
    look = bench.look(design)
    assert len(look.options) >= 6
    for fingerprint, _ in look.options:
        code = next(f.code for f in look.findings if f.fingerprint == fingerprint)
        numbers = [of for of, _ in look.options if of == fingerprint]
        for number in range(len(numbers)):
            found = bench.after(design, fingerprint, number)
            assert found is not None
            changed, option = found
            after = bench.look(changed, options=False)
            assert code not in after.codes()
            assert after.codes() - look.codes() <= {key[1] for key in option.brings}
            assert changed.more.keys() <= {("counter_metrics", 0, "independent")} or list(differences(design, changed))


def test_an_option_that_is_gone_is_not_taken(bench: Workbench) -> None:
    design = Design(dict(STORY))
    fingerprint = bench.look(design).options[0][0]
    for name, number in ((fingerprint, 99), (fingerprint, -1), ("ml1:unknown", 0)):
        assert bench.after(design, name, number) is None


def test_a_design_becomes_a_document_with_every_fact_of_it(bench: Workbench) -> None:
    design = Design({**STORY, "counter": "none"}).changed([(("counter_metrics",), [COUNTER])])
    text = document(design, "ai-tokens")
    value, problems = parse(text, "card.yaml")
    assert problems == []
    assert value["metrics"]["ai-tokens"] == design.card()
    assert load_text(text, "card.yaml")[1] == []
    assert "# What do people call this number?" in text


def test_a_design_without_a_name_can_be_checked(bench: Workbench) -> None:
    assert bench.look(Design({"counts": "activity"})).problems == []
    assert Design({"title": "—"}).id == "metric"


def test_a_design_is_not_sound_while_something_is_to_be_named(bench: Workbench) -> None:
    quiet = {"title": "Calls", "counts": "result", "audience": "nobody", "consequence": "nothing", "measured": "team"}
    design = Design(quiet).changed([(("counter_metrics",), [COUNTER])])
    look = bench.look(design, options=False)
    assert [question.id for question in look.unnamed] == ["counter"]
    said = verdict(look, len(design.answers))
    assert (said.kind, said.headline) == ("discuss", "Almost: something has to be named.")
    named = bench.look(design.answered({**design.answers, "counter": "Calls again"}), options=False)
    assert named.unnamed == []
    assert verdict(named, len(design.answers)).headline == "Nothing serious was found."
