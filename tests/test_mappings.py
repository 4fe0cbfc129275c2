"""Mapping files: every error placed, and what each of their keys does."""

from pathlib import Path
from typing import Any

import pytest
from conftest import Cli, Write

from metriclint.model.project import Project
from metriclint.sources.lists.mapping import read_mapping, shipped_names
from metriclint.sources.load import load

SETTING = '[[sources]]\npaths = ["list.*"]\nmapping = "./map.yaml"\n'


def read(write: Write, tmp_path: Path, mapping: str, name: str, text: str) -> tuple[Project, list[str]]:
    """A list by a mapping in a project, and the problems as lines."""
    write("metriclint.toml", SETTING)
    write("map.yaml", f"mapping: 1\ntitle: A list\n{mapping}")
    write(name, text)
    loaded = load(["."], tmp_path)
    return loaded.projects[0], [f"{p.path}:{p.line}:{p.column}: {p.message}" for p in loaded.problems]


def cards(write: Write, tmp_path: Path, mapping: str, text: str, name: str = "list.yaml") -> dict[str, Any]:
    project, problems = read(write, tmp_path, mapping, name, text)
    assert not problems
    return {id_: entry.value for id_, entry in project.metrics.items()}


@pytest.mark.parametrize(
    ("mapping", "line", "says", "near"),
    [
        ("fields: {nam: KPI}\n", 3, 'no fact of a card is called "nam"', "name"),
        ("fields: {target: T}\n", 3, "`fields` needs `name`", ""),
        ("fields: {name: n, directoin: d}\n", 3, "no fact", "direction"),
        ("fields: {name: n}\nrecord: x\n", 4, 'unknown key "record"', "records"),
        ("fields:\n  name: n\n  kind: {form: k}\n", 5, 'unknown key "form"', "from"),
        ("fields:\n  name: n\n  kind: {from: k, values: {a: activty}}\n", 5, '"activty" is none of', "activity"),
        ("fields: {name: n}\nconstants: {subject: {level: teem}}\n", 4, '"teem" is not one of', "team"),
        ("fields: {name: n}\ninferred:\n  - because: x\n    set: {knd: state}\n", 6, 'unknown key "knd"', "kind"),
        ("fields: {name: n}\ninferred: [{set: {kind: state}}]\n", 4, '"because" is missing', ""),
        ("fields: {name: a..b}\n", 3, '"a..b" is no path', ""),
        ("fields: {name: n}\nrecords: ^x\n", 4, '"^x" is no path', ""),
        ("fields: {name: n}\nwhere: {x.: y}\n", 4, '"x." is no path', ""),
        ("fields: {name: n, unit: {from: u, before: at least}}\n", 3, "`before` is for `target` only", ""),
        ("fields: {name: n}\ntable: {delimiter: ', '}\n", 4, "a delimiter is one character", ""),
        ("fields: {name: n}\nrepeats: latest\n", 4, '"latest" is not one of', "last"),
        ("fields: {name: n, tags: {from: t, values: {true: key}}}\n", 3, "put true in quotes", ""),
        ("fields: [name\n", 3, "broken YAML", ""),
    ],
)
def test_an_error_in_a_mapping_has_its_place_and_a_way_out(
    write: Write, mapping: str, line: int, says: str, near: str, tmp_path: Path
) -> None:
    file = write("map.yaml", f"mapping: 1\ntitle: A list\n{mapping}")
    found = read_mapping(str(file), shown="map.yaml")
    assert isinstance(found, list)
    hit = next(p for p in found if says in p.message)
    assert (hit.path, hit.line, hit.suggestion) == ("map.yaml", line, near)


def test_every_mapping_that_ships_is_right() -> None:
    from metriclint.files.yaml_values import parse
    from metriclint.sources.lists.mapping import shipped_text, wrong_in

    for name in shipped_names():
        value, _ = parse(shipped_text(name), name)
        assert list(wrong_in(value, name)) == []


def test_a_mapping_that_is_wrong_is_told_once_for_all_its_files(write: Write, tmp_path: Path) -> None:
    write("metriclint.toml", SETTING)
    write("map.yaml", "mapping: 1\ntitle: A list\nfields: {nam: x}\n")
    write("list.yaml", "- {x: 1}\n")
    write("list.yml", "- {x: 1}\n")
    problems = load(["."], tmp_path).problems
    assert sorted((p.path.endswith("map.yaml"), p.line) for p in problems) == [(True, 3), (True, 3)]
    assert len({p.message for p in problems}) == 2


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("./gone.yaml", "the mapping cannot be read: no such file"),
        ("gitlab-kpi", 'no mapping that ships is called "gitlab-kpi"'),
        ("list.json", "a mapping file begins with `mapping: 1`"),
    ],
)
def test_a_setting_that_names_no_mapping_is_told(write: Write, tmp_path: Path, name: str, says: str) -> None:
    write("metriclint.toml", f'[[sources]]\npaths = ["list.json"]\nmapping = "{name}"\n')
    write("list.json", "[]")
    (problem,) = load(["."], tmp_path).problems
    assert says in problem.message


def test_a_list_that_is_not_there_is_told_with_the_lists_that_are(write: Write, tmp_path: Path) -> None:
    text = "kpis:\n  sales: [{n: a}, {n: b}]\n  service: [{n: c}]\nmeta: {x: 1}\n"
    _, problems = read(write, tmp_path, "records: kpi.sales\nfields: {name: n}\n", "list.yaml", text)
    (problem,) = problems
    assert problem.startswith("list.yaml:1:1: the mapping looks for its records at `kpi.sales`, and there is no list")
    assert "`kpis.sales` (2), `kpis.service` (1)" in problem


def test_a_name_that_no_record_has_is_told_with_the_keys_that_there_are(write: Write, tmp_path: Path) -> None:
    _, problems = read(write, tmp_path, "fields: {name: titel}\n", "list.yaml", "- {title: a, x: 1}\n- {title: b}\n")
    (problem,) = problems
    assert problem.startswith("list.yaml:1:3: none of 2 records has `titel`")
    assert problem.endswith("they have `title`, `x`")


def test_paths_go_down_through_lists_by_number_and_outward(write: Write, tmp_path: Path) -> None:
    mapping = """
records: groups.*.items
fields:
  name: {from: ["^$key", id], join: "-"}
  title: names.1.text
  aliases: names.text
  governance.owner: {from: ^owner.team, teams: true}
  unit: [missing, "in.dots"]
  description: {from: [a, b], join: " / "}
"""
    text = """
owner: {team: core}
groups:
  first:
    owner: {team: edge}
    items: [{id: x, names: [{text: One}, {text: Two}], in.dots: days, a: 1, b: true}]
  second:
    items: [{id: y}, 7, none]
"""
    # "first" is the key of what holds `items`.
    found = cards(write, tmp_path, mapping, text)
    assert sorted(found) == ["first-x", "second-y"]
    card = found["first-x"]
    assert (card.title, card.unit, card.governance.owner, card.description) == ("Two", "days", "edge", "1 / true")
    assert card.aliases == ["first-x", "One", "Two"]
    assert found["second-y"].governance.owner == "core"


def test_words_are_translated_without_regard_to_case(write: Write, tmp_path: Path) -> None:
    mapping = """
decimal: ","
fields:
  name: n
  direction: {from: d, values: {Höher: up}, ignore: ["-"]}
  subject.level: {from: l, values: {person: individual, group: team}}
  statistics.typical_n: c
  target.value: {from: v, times: 100}
  tags: {from: t, split: ;}
  recorded_by: r
  subject.people: p
"""
    text = """
- {n: A, d: " HÖHER ", l: [group, Person], c: "40", v: "0,999", t: "Key; AI Usage", r: [system, Customer]}
- {n: B, d: "-", c: many, r: system, l: planet, p: 2.5}
- {n: C, c: many}
"""
    project, problems = read(write, tmp_path, mapping, "list.yaml", text)
    assert not problems
    card = project.metrics["a"].value
    assert (card.direction, card.subject.level, card.statistics.typical_n) == ("up", "individual", 40)
    assert (card.target.value, card.tags, card.recorded_by) == (99.9, ["key", "ai-usage"], ["system", "customer"])
    assert project.metrics["b"].value.direction is None
    assert project.metrics["b"].value.recorded_by == "system"
    assert [message for message, _ in project.remarks] == [
        '`subject.level` could not be read: "planet" is none of external, individual, org, product, team, unit',
        '`statistics.typical_n` could not be read: "many" is not a whole number (2 records)',
        '`subject.people` could not be read: "2.5" is not a whole number',
    ]


def test_targets_get_the_words_that_the_list_leaves_out(write: Write, tmp_path: Path) -> None:
    mapping = 'fields: {name: n, target: {from: t, times: 100, before: at most, after: "% per month"}}'
    found = cards(write, tmp_path, mapping, "- {n: a, t: 0.07}\n- {n: b, t: above 3 hours}\n- {n: c}\n")
    a, b = found["a"].target, found["b"].target
    assert (a.value, a.comparator, a.unit, a.period) == (7, "at-most", "percent", "P1M")
    assert (b.value, b.comparator) == (3, "at-least")
    assert found["c"].target is None


def test_a_consequence_is_made_of_its_fields_and_constants_add_to_it(write: Write, tmp_path: Path) -> None:
    mapping = """
where: {type: [kpi, "goal*"]}
fields:
  name: n
  consequences.kind: {from: pays, values: {"yes": bonus}, ignore: ["no"]}
  consequences.weight: w
constants: {subject: {level: team}, consequences: [{kind: review}], gaming_actions: []}
inferred:
  - {because: pay is for people, set: {subject: {role: clerk}}, when: {pays: "yes"}}
"""
    text = """
- {n: a, type: KPI, pays: "yes", w: part}
- {n: b, type: Goal of a team, pays: "no", w: part}
- {n: c, type: memo}
"""
    project, problems = read(write, tmp_path, mapping, "list.yaml", text)
    assert not problems
    a, b = project.metrics["a"].value, project.metrics["b"].value
    assert [(c.kind, c.weight) for c in a.consequences] == [("bonus", "part"), ("review", None)]
    assert [(c.kind, c.weight) for c in b.consequences] == [("review", None)]
    assert (a.subject.role, b.subject.role, a.subject.level) == ("clerk", None, "team")
    assert a.gaming_actions == []
    assert project.inferred_from(project.metrics["a"].place("subject", "role")) == "pay is for people"
    assert project.inferred_from(project.metrics["a"].place("subject", "level")) is None
    assert "c" not in project.metrics


def test_computed_metrics_refer_by_name_and_loose_ends_are_told(write: Write, tmp_path: Path) -> None:
    mapping = "fields: {name: n, derived_from: {from: of, split: ','}}\n"
    text = "- {n: Margin, of: 'Sales, Costs, Gone, Margin'}\n- {n: Sales}\n- {n: Costs}\n"
    project, problems = read(write, tmp_path, mapping, "list.yaml", text)
    assert not problems
    assert project.metrics["margin"].value.derived_from == ["sales", "costs"]
    assert [message for message, _ in project.remarks] == ['computed from "gone", which no file here declares']


def test_records_of_one_name_are_each_a_metric_or_one_counts(write: Write, tmp_path: Path) -> None:
    text = "".join(f"- {{n: x, u: '{month}'}}\n" for month in range(30))
    for wanted, units in (("each", 30), ("first", ["0"]), ("last", ["29"])):
        project, _ = read(write, tmp_path, f"repeats: {wanted}\nfields: {{name: n, unit: u}}\n", "list.yaml", text)
        found = [entry.value.unit for entry in project.metrics.values()]
        assert len(found) == 30 if wanted == "each" else found == units
        hints = [m for m, _ in project.remarks if "`repeats: last`" in m]
        assert len(hints) == (wanted == "each")


def test_a_file_of_records_by_their_keys(write: Write, tmp_path: Path, cli: Cli) -> None:
    found = cards(write, tmp_path, "records: .\nfields: {name: $key, unit: u}\n", "a: {u: x}\nb: {u: y}\n")
    assert {id_: card.unit for id_, card in found.items()} == {"a": "x", "b": "y"}
    # The mapping itself is no file that is told to be skipped.
    assert "map.yaml" not in cli("check").out
