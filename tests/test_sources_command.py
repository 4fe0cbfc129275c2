"""``metriclint sources``: what can be read, and trying a mapping."""

import json

from conftest import Cli, Write

from metriclint.sources.adapter import adapter_names
from metriclint.sources.lists.mapping import shipped_names, shipped_text


def test_the_list_names_every_adapter_and_mapping(cli: Cli) -> None:
    ran = cli("sources", "list")
    first = {line.split()[0] for line in ran.out.splitlines() if line.startswith("  ")}
    assert first == {*adapter_names(), *shipped_names()}


def test_a_mapping_that_ships_can_be_shown_and_used_as_ones_own(cli: Cli, write: Write) -> None:
    ran = cli("sources", "show", "sloth")
    assert ran.out == shipped_text("sloth")
    write("own.yaml", ran.out)
    write("slo.json", json.dumps({"service": "pay", "slos": [{"name": "up", "objective": 99}]}))
    tried = cli("sources", "test", "own.yaml", "slo.json")
    assert tried.code == 0
    assert "1 record, 1 metric" in tried.out and "recognises" not in tried.out
    wrong = cli("sources", "show", "slot")
    assert (wrong.code, wrong.err) == (2, 'error: no mapping that ships is called "slot": did you mean "sloth"?\n')


def test_records_without_a_name_and_what_no_field_uses_are_told(cli: Cli, write: Write) -> None:
    write("m.yaml", "mapping: 1\ntitle: A list\nrecords: kpis\nfields: {name: n, unit: about.u, kind: k}\n")
    write(
        "list.yaml",
        """
        kpis:
          - {n: one, about: {u: days, why: x}, k: Activity, notes: [{by: y}]}
          - {n: two, about: {u: hours}, k: strange}
          - {about: {u: hours}, more: {deep: 1}}
        """,
    )
    ran = cli("sources", "test", "m.yaml", "list.yaml")
    assert ran.code == 1
    assert "  3 records, 2 metrics" in ran.out
    assert '  unit  2 of 3  from about.u: "days", "hours"' in ran.out
    flat = " ".join(ran.out.split())
    assert 'not read: "strange" at line 3, column 33: "strange" is none of activity, composite' in flat
    assert "  no field uses: about.why (1), more (1), notes (1)" in ran.out
    assert "  line 4: this record has no name and is left out" in ran.out


def test_wrong_input_ends_with_two_and_says_what(cli: Cli, write: Write) -> None:
    write("m.yaml", "mapping: 1\ntitle: A list\nrecords: kpi\nfields: {name: n}\n")
    write("list.yaml", "kpis: [{n: 1}]\n")
    write("broken.json", "[1, ")
    for args, says in (
        (("m.yaml", "list.yaml"), "did you mean kpis?"),
        (("m.yaml", "gone.yaml"), "gone.yaml cannot be read: no such file"),
        (("m.yaml", "."), "a mapping reads .yaml"),
        (("m.yaml", "list.xlsx"), "a mapping reads .yaml"),
        (("m.yaml", "broken.json"), "broken.json:1:"),
        (("gone.yaml", "list.yaml"), "gone.yaml: the mapping cannot be read"),
        (("list.yaml", "list.yaml"), "a mapping file begins with `mapping: 1`"),
        (("gitlab", "list.yaml"), "did you mean gitlab-kpis?"),
    ):
        ran = cli("sources", "test", *args)
        assert ran.code == 2, args
        assert says in ran.err, ran.err
        assert ran.out == ""


def test_text_of_the_file_never_reaches_the_terminal_as_commands(cli: Cli, write: Write) -> None:
    write("m.yaml", "mapping: 1\ntitle: A list\nfields: {name: n, kind: k}\n")
    write("list.json", json.dumps([{"n": "::error::x\x1b[31m", "k": "\x1b]0;t\x07", "\x1bkey": 1}]))
    ran = cli("sources", "test", "m.yaml", "list.json")
    assert "\x1b" not in ran.out and "\x07" not in ran.out
    assert not any(line.lstrip().startswith("::") for line in ran.out.splitlines())


def test_the_schema_of_mappings_is_published_and_fits_those_that_ship(cli: Cli) -> None:
    import yaml_rs
    from jsonschema import Draft202012Validator

    found = Draft202012Validator(json.loads(cli("schema", "mapping").out))
    for name in shipped_names():
        found.validate(yaml_rs.loads(shipped_text(name), parse_datetime=False))
