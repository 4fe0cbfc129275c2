"""Ids, references, circles and overlays: what makes documents one model, and what is wrong between them."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli, Write
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.files.problem import Problem
from metriclint.model.project import Origin, Project
from metriclint.sources.load import load, load_text

HEAD = "metriclint: 1\n"
BASE = """
    metriclint: 1
    metrics:
      ai-tokens:
        title: AI tokens used
        aliases: [Token count, Shared name]
        kind: input
        subject: {level: individual}
        tags:
      rework-rate: {title: Rework  Rate, aliases: [shared name]}
    """


def problems_of(text: str) -> list[Problem]:
    return load_text(HEAD + text, "a.yaml")[1]


def project_of(folder: Path) -> Project:
    loaded = load(["."], folder)
    assert not loaded.problems, loaded.problems
    return loaded.projects[0]


def only(folder: Path) -> Problem:
    (problem,) = load(["."], folder).problems
    return problem


SHARED = {
    "roles": "{}",
    "outcomes": "{title: O}",
    "harms": "{title: H}",
    "systems": "{title: S}",
    "actions": "{title: A}",
    "boards": "{title: B}",
    "decisions": "{title: D}",
    "metrics": "{title: M}",
}


@pytest.mark.parametrize("section", SHARED)
def test_an_id_that_two_files_define_names_both(write: Write, tmp_path: Path, section: str) -> None:
    write("a.yaml", f"{HEAD}{section}: {{one: {SHARED[section]}}}\n")
    write("b.yaml", f"{HEAD}{section}:\n  two: {SHARED[section]}\n  one: {SHARED[section]}\n")
    problem = only(tmp_path)
    assert (problem.path, problem.line, problem.column) == ("b.yaml", 4, 3)
    assert problem.message == f'{section.removesuffix("s")} "one" is defined twice: also in a.yaml'


def test_one_id_may_stand_for_things_of_different_kinds() -> None:
    assert not problems_of("".join(f"{section}: {{one: {value}}}\n" for section, value in SHARED.items()))


UNKNOWN = [
    ("outcomes: {o: {measured_by: REF}}", "metric"),
    ("harms: {h: {measured_by: REF}}", "metric"),
    ("actions: {x: {moves: {REF: up}}}", "metric"),
    ("actions: {x: {effects: {REF: helps}}}", "outcome"),
    ("actions: {x: {effects: {REF: causes}}}", "harm"),
    ("actions: {x: {uses: REF}}", "system"),
    ("boards: {x: {shows: [known-one, REF]}}", "metric"),
    ("decisions: {x: {uses: [{metric: REF}]}}", "metric"),
    ("metrics: {x: {title: X, gaming_actions: [REF]}}", "action"),
    ("metrics: {x: {title: X, visibility: REF}}", "board"),
    ("metrics: {x: {title: X, visibility: [{audience: team}, REF]}}", "board"),
    ("metrics: {x: {title: X, consequences: [REF]}}", "decision"),
    ("metrics: {x: {title: X, agent: REF}}", "system"),
    ("metrics: {x: {title: X, outcome: REF}}", "outcome"),
    ("metrics: {x: {title: X, outcome: {id: REF, link: belief}}}", "outcome"),
    ("metrics: {x: {title: X, derived_from: [REF]}}", "metric"),
    ("metrics: {x: {title: X, derived_from: [{metric: REF, weight: 1}]}}", "metric"),
    ("metrics: {x: {title: X, counter_metrics: [{metric: REF}]}}", "metric"),
]


@pytest.mark.parametrize(("text", "kind"), UNKNOWN)
def test_an_unknown_id_is_placed_and_names_the_nearest(write: Write, tmp_path: Path, text: str, kind: str) -> None:
    write("known.yaml", HEAD + "".join(f"{s}: {{known-one: {v}, other: {v}}}\n" for s, v in SHARED.items()))
    write("x.yaml", HEAD + text.replace("REF", "known-oen") + "\n")
    problem = only(tmp_path)
    assert problem.message == f'unknown {kind} "known-oen"'
    assert (problem.path, problem.line, problem.suggestion) == ("x.yaml", 2, "known-one")
    assert problem.allowed[:2] == ("known-one", "other")
    # The place is the id itself, or the key in front of it.
    at = text.replace("REF", "known-oen")[problem.column - 1 :]
    assert at.startswith("known-oen") or at.partition(": ")[2].startswith("known-oen")
    write("x.yaml", HEAD + text.replace("REF", "known-one") + "\n")
    assert load(["."], tmp_path).problems == []


@pytest.mark.parametrize(
    "text",
    [
        "metrics: {x: {title: X, outcome: happier customers}}",
        "metrics: {x: {title: X, outcome: {title: happier, link: belief}}}",
        "metrics: {x: {title: X, harms: [rework, wasted energy]}}",
        "metrics: {x: {title: X, counter_metrics: [{title: Rework rate}]}}",
        "metrics: {x: {title: X, subject: {role: somebody}, consequences: [{decided_by: a-committee}]}}",
        "roles: {developer: {reports_to: nobody-declared}}",
        "metrics: {x: {title: X, visibility: {id: wall}}, y: {title: Y, visibility: {id: wall}}}",
    ],
)
def test_texts_roles_and_local_ids_need_no_declaration(text: str) -> None:
    assert problems_of(text) == []


def test_a_project_without_such_a_thing_says_so() -> None:
    (problem,) = problems_of("metrics: {x: {title: X, agent: tool}}")
    assert problem.message == 'unknown system "tool": this project declares no systems'
    assert not problem.suggestion


def test_every_unknown_id_is_told_in_one_run() -> None:
    text = "\n".join(line.replace("REF", f"none-{i}").split(": ", 1)[1] for i, (line, _) in enumerate(UNKNOWN[8:]))
    cards = "".join(f"  m{i}: {line[4:-1]}\n" for i, line in enumerate(text.splitlines()))
    assert len(problems_of("metrics:\n" + cards)) == len(UNKNOWN[8:])


# Circles


def derived(**parts: list[str]) -> str:
    cards = [f"  {id_}: {{title: {id_}, derived_from: [{', '.join(below)}]}}" for id_, below in parts.items()]
    return "metrics:\n" + "\n".join(cards) + "\n"


def test_a_metric_derived_from_its_own_last_period_is_legal() -> None:
    assert problems_of(derived(a=["a"], b=["a", "b"])) == []


def test_a_circle_is_told_once_with_its_way() -> None:
    (problem,) = problems_of(derived(a=["b"], b=["c", "d"], c=["a"], d=[]))
    assert problem.message == "metrics are derived from each other in a circle: a → b → c → a"
    assert (problem.line, problem.column) == (5, 32)


def test_shared_parts_are_no_circle_and_two_circles_are_two() -> None:
    assert problems_of(derived(a=["b", "c"], b=["d"], c=["d"], d=[])) == []
    assert len(problems_of(derived(a=["b"], b=["a"], c=["d"], d=["c"]))) == 2


def test_a_chain_of_thousands_is_followed_to_its_end() -> None:
    chain = {f"m{i}": [f"m{i + 1}"] for i in range(3_000)}
    assert problems_of(derived(**chain, m3000=[])) == []
    (problem,) = problems_of(derived(**chain, m3000=["m0"]))
    assert problem.message.count(" → ") < 20


EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14)


@settings(deadline=None, max_examples=80)
@given(edges=EDGES)
def test_there_is_a_circle_exactly_where_networkx_sees_one(edges: list[tuple[int, int]]) -> None:
    import networkx as nx

    parts: dict[str, list[str]] = {f"m{i}": [] for i in range(7)}
    for start, end in edges:
        parts[f"m{start}"].append(f"m{end}")
    graph = nx.DiGraph([e for e in edges if e[0] != e[1]])
    assert bool(problems_of(derived(**parts))) == (not nx.is_directed_acyclic_graph(graph))


# Overlays


@pytest.mark.parametrize("name", ["ai-tokens", "AI tokens used", "ai  TOKENS used", "Token count"])
def test_an_overlay_finds_its_metric_by_id_title_or_alias(write: Write, tmp_path: Path, name: str) -> None:
    write("base.yaml", BASE)
    write("more.yaml", HEAD + f"overlay: true\nmetrics: {{{name}: {{harms_measured: true, tags: [ai-usage]}}}}\n")
    card = project_of(tmp_path).metrics["ai-tokens"].value
    assert (card.harms_measured, card.tags, card.kind) == (True, ["ai-usage"], "input")


def test_an_overlay_fills_inside_of_what_is_declared_and_keeps_both_places(write: Write, tmp_path: Path) -> None:
    write("base.yaml", BASE)
    write(
        "more.yaml",
        HEAD + "overlay: true\nmetrics:\n  ai-tokens:\n    subject: {people: 9}\n    target: {type: quota}\n",
    )
    entry = project_of(tmp_path).metrics["ai-tokens"]
    assert entry.value.subject is not None
    assert (entry.value.subject.level, entry.value.subject.people) == ("individual", 9)
    assert entry.place("subject", "level") == Origin("base.yaml", ("metrics", "ai-tokens", "subject", "level"))
    assert entry.place("subject", "people") == Origin("more.yaml", ("metrics", "ai-tokens", "subject", "people"))
    assert entry.place("target", "type") == Origin("more.yaml", ("metrics", "ai-tokens", "target", "type"))


def test_a_finding_about_an_overlaid_fact_points_into_the_overlay(cli: Cli, write: Write) -> None:
    write("base.yaml", BASE)
    write(
        "more.yaml",
        """
        metriclint: 1
        overlay: true
        metrics:
          Token count:
            visibility: {audience: org, identified: true, ranked: true}
            consequences: [{kind: review, stated: used, access: individual}]
        """,
    )
    report = json.loads(cli("check", ".", "--format", "json", "--select", "VIS301").out)
    (finding,) = report["findings"]
    places = {f["fact"]: f["location"] for f in finding["facts"] if f["location"]}
    assert places["board.ranked"]["path"] == "more.yaml"
    assert places["board.ranked"]["line"] == 5
    assert places["metric.kind"]["path"] == "base.yaml"


@pytest.mark.parametrize(
    ("body", "column", "message"),
    [
        ("{ai-tokns: {kind: input}}", 11, '"ai-tokns" matches no metric that another file declares'),
        ("{shared NAME: {kind: input}}", 11, '"shared NAME" fits several metrics (ai-tokens, rework-rate): use the id'),
        ("{ai-tokens: {kind: output}}", 23, "contradicts the card, which declares `kind` itself (base.yaml:6:5)"),
        ("{ai-tokens: {title: Other}}", 23, "contradicts the card, which declares `title` itself (base.yaml:4:5)"),
        (
            "{ai-tokens: {subject: {level: team}}}",
            33,
            "contradicts the card, which declares `subject.level` itself (base.yaml:7:15)",
        ),
    ],
)
def test_an_overlay_that_does_not_fit_is_refused_at_its_place(
    write: Write, tmp_path: Path, body: str, column: int, message: str
) -> None:
    write("base.yaml", BASE)
    write("more.yaml", HEAD + f"overlay: true\nmetrics: {body}\n")
    problem = only(tmp_path)
    assert (problem.path, problem.line, problem.column) == ("more.yaml", 3, column)
    assert problem.message == message


def test_two_overlays_may_agree_but_not_differ(write: Write, tmp_path: Path) -> None:
    write("base.yaml", BASE)
    for name, value in (("one", "true"), ("two", "true")):
        write(
            f"{name}.yaml", HEAD + f"overlay: true\nmetrics: {{ai-tokens: {{harms_measured: {value}, kind: input}}}}\n"
        )
    assert project_of(tmp_path).metrics["ai-tokens"].value.harms_measured is True
    write("two.yaml", HEAD + "overlay: true\nmetrics: {AI tokens used: {harms_measured: false}}\n")
    assert "harms_measured" in only(tmp_path).message


def test_an_overlay_brings_shared_objects_and_waivers_along(write: Write, tmp_path: Path) -> None:
    write("base.yaml", BASE)
    write(
        "more.yaml",
        HEAD
        + "overlay: true\nboards: {wall: {audience: team}}\n"
        + "metrics: {Token count: {visibility: wall, waivers: [{rule: no-counter-metric}]}}\n",
    )
    project = project_of(tmp_path)
    assert project.metrics["ai-tokens"].value.visibility == "wall"
    (waiver,) = project.waivers
    assert (waiver.metric, waiver.origin.path) == ("ai-tokens", "more.yaml")
    assert waiver.origin.route == ("metrics", "Token count", "waivers", 0)


def test_references_of_an_overlay_must_resolve_and_are_placed_in_it(write: Write, tmp_path: Path) -> None:
    write("base.yaml", BASE)
    write("more.yaml", HEAD + "overlay: true\nmetrics: {ai-tokens: {derived_from: [rework-rat]}}\n")
    problem = only(tmp_path)
    assert (problem.path, problem.line, problem.column) == ("more.yaml", 3, 38)
    assert problem.suggestion == "rework-rate"


def test_an_overlay_of_whole_numbers_written_with_a_point_is_read(write: Write, tmp_path: Path) -> None:
    write("base.yaml", HEAD + "metrics: {a: {title: A, subject: {people: 8.0, level: }}}\n")
    write("more.yaml", HEAD + "overlay: true\nmetrics: {a: {subject: {level: team, people: 8}}}\n")
    subject = project_of(tmp_path).metrics["a"].value.subject
    assert subject is not None
    assert (subject.people, subject.level) == (8, "team")


# Inline and shared


INLINE = """
    metriclint: 1
    metrics:
      ai-tokens:
        title: AI tokens used
        kind: activity
        subject: {role: developer, level: individual}
        outcome: {title: Better software, link: belief}
        gaming_actions:
          - {title: Run idle agents, cost: low, automatable: true, effect_on_outcome: none}
        visibility: {title: Token board, audience: org, identified: true, ranked: true}
        consequences:
          - {title: Annual review, kind: review, decided_by: manager, stated: not-used, access: individual}
        agent: {can_write: true, approval: none, capped: false}
    """
SHARED_FORM = """
    metriclint: 1
    roles: {developer: {}, manager: {}}
    outcomes: {software: {title: Better software}}
    systems: {platform: {title: Platform, agent: {can_write: true, approval: none, capped: false}}}
    actions:
      idle:
        title: Run idle agents
        by: developer
        cost: low
        automatable: true
        effects: {software: none}
        moves: {ai-tokens: up}
    boards: {board: {title: Token board, audience: org, identified: true, ranked: true}}
    decisions:
      review: {title: Annual review, consequence: review, made_by: manager, about: developer}
    metrics:
      ai-tokens:
        title: AI tokens used
        kind: activity
        subject: {role: developer, level: individual}
        outcome: {id: software, link: belief}
        gaming_actions: [idle]
        visibility: board
        consequences: [review]
        agent: platform
    """
FROM_OUTSIDE = SHARED_FORM.replace("        visibility: board\n        consequences: [review]\n", "")


def verdicts(cli: Cli, write: Write, text: str) -> list[Any]:
    write("a.yaml", text)
    report = json.loads(cli("check", "a.yaml", "--format", "json", "--today", "2026-11-25").out)
    assert report["errors"] == []
    return sorted([f["code"], f["severity"], f["confidence"], f["message"]] for f in report["findings"])


def test_inline_and_shared_form_of_one_design_give_the_same_findings(cli: Cli, write: Write) -> None:
    inline = verdicts(cli, write, INLINE)
    assert len(inline) >= 5
    decision = "made_by: manager, about: developer"
    uses = "uses: [{metric: ai-tokens, stated: not-used, access: individual}]"
    assert verdicts(cli, write, SHARED_FORM.replace(decision, f"{decision}, {uses}")) == inline


def test_a_board_and_a_decision_that_name_the_metric_are_the_same_as_named_by_it(cli: Cli, write: Write) -> None:
    uses = "about: developer, uses: [{metric: ai-tokens, stated: not-used, access: individual}]"
    named = SHARED_FORM.replace("about: developer", uses)
    naming = FROM_OUTSIDE.replace("about: developer", uses).replace(
        "ranked: true}", "ranked: true, shows: [ai-tokens]}"
    )
    assert naming.count("shows:") == 1
    assert verdicts(cli, write, naming) == verdicts(cli, write, named)


def test_documents_split_over_files_give_the_findings_of_one(cli: Cli, write: Write) -> None:
    whole = verdicts(cli, write, SHARED_FORM)
    head, _, metrics = SHARED_FORM.partition("    metrics:\n")
    write("a.yaml", head)
    write("b.yaml", "    metriclint: 1\n    metrics:\n" + metrics)
    report = json.loads(cli("check", ".", "--format", "json", "--today", "2026-11-25").out)
    assert sorted([f["code"], f["severity"], f["confidence"], f["message"]] for f in report["findings"]) == whole
