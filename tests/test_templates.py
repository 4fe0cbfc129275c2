"""Gaming templates: which words of a card give its type away, and what is assumed then."""

from pathlib import Path

import pytest
from conftest import Write
from designs import card, facts_in, incentives_of
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.files.problem import ProblemError
from metriclint.graph.build import build
from metriclint.graph.templates import Dictionary, Template, TemplateAction, built_in, read_templates
from metriclint.sources.load import load_text

PAD = TemplateAction("pad", "Pad it", "low", True, "none")
SMALL = Dictionary(
    [
        Template(
            "merge-requests", "Merge requests", ["mr", "mrs", "merge requests"], [PAD], "up", not_words=["duration"]
        ),
        Template("handle-time", "Handle time", ["aht", "handle time"], [PAD], "down"),
        Template("requests", "Requests", ["requests", "service requests"], [PAD]),
    ]
)


def fit(text: str, direction: str = "any", dictionary: Dictionary = SMALL) -> str:
    template = dictionary.fit_text(text, direction)
    return template.id if template else ""


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("MR rate", "merge-requests"),
        ("MRs per engineer", "merge-requests"),
        ("Merge-requests / week", "merge-requests"),
        ("merge_requests", "merge-requests"),
        ("Merge requests' share", "merge-requests"),
        ("AHT", "handle-time"),
        ("Requests merged", "requests"),
        ("Average handle  time (s)", "handle-time"),
        ("MRI scans", ""),
        ("Emr", ""),
        ("Handle with care, every time", ""),
        ("time to handle", ""),
        ("", ""),
    ],
)
def test_phrases_fit_as_whole_words_that_stand_together(text: str, id_: str) -> None:
    assert fit(text) == id_


@pytest.mark.parametrize(
    ("text", "id_"),
    [("Duration of merge requests", "requests"), ("MR duration", ""), ("merge requests, by DURATION", "requests")],
)
def test_an_excluding_word_rules_a_template_out_wherever_it_stands(text: str, id_: str) -> None:
    assert fit(text) == id_


@pytest.mark.parametrize(
    ("text", "direction", "id_"),
    [
        ("MR rate", "up", "merge-requests"),
        ("MR rate", "band", "merge-requests"),
        ("MR rate", "any", "merge-requests"),
        ("MR rate", "down", ""),
        ("AHT", "up", ""),
        ("AHT", "down", "handle-time"),
        ("Requests", "up", "requests"),
        ("Requests", "down", "requests"),
        ("Merge requests", "down", "requests"),
    ],
)
def test_a_template_fits_the_direction_in_which_its_actions_move_the_number(
    text: str, direction: str, id_: str
) -> None:
    assert fit(text, direction) == id_


WORD = st.text(st.characters(categories=("Ll", "Nd")), min_size=1, max_size=8).filter(
    lambda w: w not in {"mr", "mrs", "merge", "requests", "aht", "handle", "time", "duration", "service"}
)
BREAK = st.sampled_from((" ", "  ", "-", "_", "/", ": ", ", ", " (", ") "))


@settings(deadline=None)
@given(st.lists(WORD, max_size=4), st.lists(WORD, max_size=4), BREAK, st.sampled_from(("MR", "mrs", "Merge requests")))
def test_words_around_a_phrase_and_what_separates_them_do_not_matter(
    before: list[str], after: list[str], between: str, phrase: str
) -> None:
    assert fit(between.join([*before, phrase, *after])) == "merge-requests"


@settings(deadline=None)
@given(WORD, WORD, st.sampled_from(("mr", "mrs", "aht", "requests")))
def test_a_phrase_inside_a_longer_word_does_not_fit(before: str, after: str, phrase: str) -> None:
    assert fit(before + phrase + after) == ""


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(("up", "down", "band", "any")))
def test_any_text_at_all_has_a_template_of_its_direction_or_none(text: str, direction: str) -> None:
    template = built_in().fit_text(text, direction)
    assert template is None or template.direction in ("any", direction) or direction in ("any", "band")


@pytest.mark.parametrize(
    ("keys", "id_"),
    [
        ("title: MRs", "merge-requests"),
        ("title: Flow, aliases: [Merge requests]", "merge-requests"),
        ("title: Flow, unit: MRs", "merge-requests"),
        ("title: Flow, formula: merge requests / engineers", "merge-requests"),
        ("title: Flow, description: How we look at merge requests", ""),
        ("title: Merge, unit: requests", "requests"),
        ("title: Merge, aliases: [Requests]", "requests"),
        ("title: 'Merge | requests'", "merge-requests"),
        ("title: Flow of the merge, formula: requests merged", "requests"),
    ],
)
def test_fields_are_read_apart_and_the_description_is_not_read(keys: str, id_: str) -> None:
    project, problems = load_text(f"metriclint: 1\nmetrics: {{m: {{{keys}}}}}\n", "card.yaml")
    assert not problems
    template = build(project, SMALL).designs["m"].template
    assert (template.id if template else "") == id_


@pytest.mark.parametrize(
    ("title", "forbidden"),
    [
        ("Review App", ("code-reviews",)),
        ("Review Apps created", ("code-reviews",)),
        ("Pipeline duration of merge requests", ("merge-requests",)),
        ("Satisfaction of interviewees", ("meetings-held", "recruits")),
        ("Interviewee satisfaction", ("meetings-held", "recruits")),
        ("Token cost per request", ("ai-tokens", "ai-spend")),
        ("Insurance coverage", ("automated-tests",)),
        ("Committee size", ("commits", "meetings-held")),
        ("Access tokens rotated", ("ai-tokens",)),
        ("Points of sale", ("story-points",)),
    ],
)
def test_names_that_only_sound_alike_are_told_apart(title: str, forbidden: tuple[str, ...]) -> None:
    assert fit(title, dictionary=built_in()) not in forbidden


@pytest.mark.parametrize(
    ("title", "id_"),
    [
        ("MR rate", "merge-requests"),
        ("MRs per engineer", "merge-requests"),
        ("PR throughput", "merge-requests"),
        ("AHT", "handle-time"),
        ("WAU", "active-users"),
        ("CSAT", "satisfaction"),
        ("NPS", "satisfaction"),
        ("Research projects per designer", "meetings-held"),
        ("Review volume", "code-reviews"),
        ("LOC", "lines-of-code"),
        ("AI tokens used", "ai-tokens"),
        ("Prompts per person", "ai-prompts"),
        ("Weekly log-ins to AI tools", "ai-log-ins"),
        ("Tickets closed", "tickets-closed"),
        ("Accounts opened", "accounts-opened"),
        ("Keystrokes", "presence"),
        ("GitHub stars", "popularity"),
        ("Test coverage", "automated-tests"),
        ("Near misses", "injuries"),
    ],
)
def test_names_and_abbreviations_of_real_lists_are_known(title: str, id_: str) -> None:
    assert fit(title, dictionary=built_in()) == id_


EACH = pytest.mark.parametrize("template", built_in().templates, ids=lambda t: t.id)


@EACH
def test_a_shipped_template_can_be_reached_by_words_of_its_own(template: Template) -> None:
    direction = "up" if template.direction == "any" else template.direction
    hits = [w for w in template.words if fit(w, direction, built_in()) == template.id]
    assert len(hits) >= 2
    assert all(fit(w, direction, built_in()) for w in template.words), "every phrase means some type"


@EACH
def test_a_shipped_template_holds_ways_that_do_not_help(template: Template) -> None:
    assert template.actions
    assert {a.effect for a in template.actions} <= {"none", "hurts"}
    ids = [a.id for a in template.actions]
    assert len(set(ids)) == len(ids)
    assert all(w == w.lower() for w in (*template.words, *template.not_words))
    assert len(set(template.words)) == len(template.words)


def test_shipped_templates_have_ids_of_their_own() -> None:
    ids = [t.id for t in built_in().templates]
    assert len(set(ids)) == len(ids)


def test_the_actions_of_a_template_are_assumed_edges_of_the_graph() -> None:
    incentives = incentives_of(card(title="AI tokens used"))
    graph = incentives.graph
    ways = [e for e in graph.in_edges("metric:m") if e.verb == "moves"]
    assert ways
    assert all(e.assumed and graph.nodes[e.source].assumed for e in ways)
    assert all(e.origin == incentives.designs["m"].entry.place("title") for e in ways)


def test_declared_actions_take_the_place_of_the_template_and_are_not_assumed() -> None:
    facts = facts_in(card("gaming_actions: [{title: Idle loop, cost: high}]", title="AI tokens used"))
    members = facts.groups["action"]
    assert members is not None
    assert [(m.values["action.cost"], m.values["action.assumed"]) for m in members] == [("high", False)]


def test_what_a_declared_action_leaves_open_is_taken_from_the_template_of_its_type() -> None:
    facts = facts_in(card("gaming_actions: [{title: Idle loop}]", title="AI tokens used"))
    members = facts.groups["action"]
    assert members is not None
    assert (members[0].values["action.cost"], members[0].values["action.automatable"]) == ("low", True)
    plain = facts_in(card("gaming_actions: [{title: Idle loop}]", title="Widgets")).groups["action"]
    assert plain is not None
    assert not {"action.cost", "action.automatable"} & set(plain[0].values)


def test_a_damaged_template_file_is_refused_with_every_problem(write: Write) -> None:
    file: Path = write(
        "templates.yaml",
        """
        templates:
          - {id: a, title: A, words: [a], actions: [{id: x, title: X, cost: cheap, automatable: true, effect: none}]}
          - {id: b, title: B, wrds: [b], actions: []}
        """,
    )
    with pytest.raises(ProblemError) as caught:
        read_templates(file)
    told = " ".join(p.message for p in caught.value.problems)
    assert "cheap" in told
    assert "wrds" in told
