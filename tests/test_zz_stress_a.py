"""The published schemas and the readers agree: what an editor accepts the loader accepts, and the other way round."""

import copy
import json
import random
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml_rs
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from metriclint.files.shape import plain
from metriclint.model.document import SECTIONS
from metriclint.model.text import ID_PATTERN, MAX_TEXT
from metriclint.schemas import NAMES, schema
from metriclint.sources.discover import Found
from metriclint.sources.load import load_text
from metriclint.sources.native import read_document

CASES = sorted(p for p in (ROOT / "examples" / "cases").glob("*.yaml") if p.name != "labels.yaml")
EXAMPLES = sorted(p for p in (ROOT / "examples").rglob("*.yaml") if p.parent.name != "cases")
RULES = sorted(p for p in (ROOT / "rules").rglob("*/*.yaml"))


@lru_cache
def validator(name: str) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema(name))
    return Draft202012Validator(schema(name))


def read(file: Path) -> Any:
    return yaml_rs.loads(file.read_text(encoding="utf-8"), parse_datetime=False)


def loads(value: Any) -> bool:
    """Whether the loader takes a value for a document. Ids that nothing declares do not matter, if they are ids."""
    if read_document(Found(Path("x.yaml"), "x.yaml", explicit=True), json.dumps(value)).problems:
        return False
    _, problems = load_text(json.dumps(as_native(value)), "x.yaml")
    return all(re.match(ID_PATTERN, p.unknown) for p in problems if p.message.startswith("unknown "))


def as_native(value: dict[str, Any]) -> dict[str, Any]:
    """An overlay as a document that stands alone, so that its references are looked at."""
    if value.get("overlay") is not True:
        return value
    cards = {f"m{i}": {**(card or {}), "title": "x"} for i, card in enumerate((value.get("metrics") or {}).values())}
    return {**value, "overlay": False, "metrics": cards}


def agree(value: Any) -> bool:
    """Whether both accept the value, or neither does. The loader takes a blank key for one that is not there."""
    accepted = loads(value)
    assert accepted == validator("document").is_valid(plain(value)), value
    return accepted


def short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


# The shipped files


def test_there_are_58_cases() -> None:
    assert len(CASES) == 58


@pytest.mark.parametrize("file", [*CASES, *EXAMPLES], ids=short)
def test_shipped_documents_are_valid_and_load(file: Path) -> None:
    value = read(file)
    assert [e.message for e in validator("document").iter_errors(value)] == []
    assert loads(value)


@pytest.mark.parametrize("file", EXAMPLES, ids=short)
def test_examples_name_the_schema_for_editors(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=")


def test_shipped_rules_are_valid() -> None:
    wrong = {short(f): e.message for f in RULES for e in validator("rule").iter_errors(read(f))}
    assert len(RULES) >= 21
    assert wrong == {}


def test_shipped_configurations_are_valid() -> None:
    files = sorted((ROOT / "examples").rglob("metriclint.toml"))
    assert files
    for file in files:
        validator("config").validate(tomllib.loads(file.read_text(encoding="utf-8")))


# What editors show


def properties(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Every property of a schema, with its dotted name."""
    whole = schema(name)
    types = {"": whole} | whole["$defs"]
    return [
        (f"{title}.{key}", value)
        for title, type_ in types.items()
        for key, value in type_.get("properties", {}).items()
    ]


PROPERTIES = [
    pytest.param(name, value, id=f"{name}{key}")
    for name in NAMES
    for key, value in properties(name)
    if (name, key) != ("document", ".overlay") and "$ref" not in value
]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_has_a_name_a_title_and_a_dialect(name: str) -> None:
    published = schema(name)
    assert published["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert published["$id"].endswith(f"{name}.json")
    assert published["title"]
    assert len(properties(name)) > 10


@pytest.mark.parametrize(("name", "value"), PROPERTIES)
def test_a_property_has_title_description_and_examples(name: str, value: dict[str, Any]) -> None:
    assert value["title"]
    assert value["description"].endswith((".", "?"))
    assert value["examples"]


@pytest.mark.parametrize(("name", "value"), PROPERTIES)
def test_the_examples_of_a_property_are_valid_values_of_it(name: str, value: dict[str, Any]) -> None:
    within = {**value, "$defs": schema(name)["$defs"]}
    for example in value["examples"]:
        Draft202012Validator(within).validate(example)


# Agreement


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ({"metriclint": 1}, True),
        ({"metriclint": 1.0}, True),
        ({"metriclint": 2}, False),
        ({"metriclint": True}, False),
        ({"metriclint": "1"}, False),
        ({}, False),
        ([], False),
        (None, False),
        ({"metriclint": 1, "metrics": None}, True),
        ({"metriclint": 1, "overlay": False, "metrics": {"a": {}}}, False),
        ({"metriclint": 1, "overlay": True, "metrics": {"a": {}}}, True),
        ({"metriclint": 1, "overlay": True, "metrics": {"A title, not an id": {"kind": "input"}}}, True),
        ({"metriclint": 1, "overlay": True, "metrics": {"": {}}}, False),
        ({"metriclint": 1, "overlay": "true"}, False),
        ({"metriclint": 1, "metrics": {"A": {"title": "A"}}}, False),
        ({"metriclint": 1, "metrics": {"a": {"title": ""}}}, False),
        ({"metriclint": 1, "metrics": {"a": {"title": None}}}, False),
        ({"metriclint": 1, "metrics": {"a": None}}, True),
        ({"metriclint": 1, "metrics": {"a": {"title": "x" * MAX_TEXT}}}, True),
        ({"metriclint": 1, "metrics": {"a": {"title": "x" * (MAX_TEXT + 1)}}}, False),
        ({"metriclint": 1, "metrics": {"a" * 200: {"title": "A"}}}, True),
        ({"metriclint": 1, "metrics": {"a" * 201: {"title": "A"}}}, False),
        ({"metriclint": 1, "roles": {"a_b": {}}}, False),
        ({"metriclint": 1, "roles": {"a": {"people": 3.0}}}, True),
        ({"metriclint": 1, "roles": {"a": {"people": 3.5}}}, False),
        ({"metriclint": 1, "roles": {"a": {"people": -1}}}, False),
        ({"metriclint": 1, "roles": {"a": {"people": 10**30}}}, True),
        ({"metriclint": 1, "boards": {"a": {"since": "2026-01"}}}, True),
        ({"metriclint": 1, "boards": {"a": {"since": "January"}}}, False),
        ({"metriclint": 1, "boards": {"a": {"shows": ["A B"]}}}, False),
        ({"metriclint": 1, "waivers": [{}]}, False),
        ({"metriclint": 1, "x-notes": {}}, False),
    ],
)
def test_readers_and_schema_agree_about_a_case(value: Any, accepted: bool) -> None:
    assert agree(value) == accepted


ODD: list[Any] = [None, True, False, 0, 1, -1, 1.0, 2.5, "", "x", "none", "A b", "2026-01-01", [], ["x"], {}, {"x": 1}]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with a key or index in it."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@settings(deadline=None, max_examples=4000)
@given(file=st.sampled_from([*CASES, *EXAMPLES]), seed=st.integers(0, 2**32), odd=st.sampled_from(ODD))
def test_readers_and_schema_agree_about_documents_with_one_value_changed(file: Path, seed: int, odd: Any) -> None:
    value = copy.deepcopy(read(file))
    container, key = random.Random(seed).choice(places(value))
    container[key] = odd
    agree(value)


@settings(deadline=None, max_examples=4000)
@given(
    file=st.sampled_from([*CASES, *EXAMPLES]),
    seed=st.integers(0, 2**32),
    key=st.sampled_from(["title", "id", "kind", "metric", "tags", "people", "nonsense", "A b", *SECTIONS]),
    odd=st.sampled_from(ODD),
)
def test_readers_and_schema_agree_about_documents_with_a_key_more(file: Path, seed: int, key: str, odd: Any) -> None:
    value = copy.deepcopy(read(file))
    containers = [value, *(c[k] for c, k in places(value) if isinstance(c[k], dict))]
    random.Random(seed).choice(containers)[key] = odd
    agree(value)


def drawn(type_: dict[str, Any], defs: dict[str, Any], depth: int = 4) -> st.SearchStrategy[Any]:
    """Values of a JSON Schema as msgspec writes them, sometimes with something odd in place of one."""
    return st.integers(0, 25).flatmap(lambda n: st.sampled_from(ODD) if n == 0 else _right(type_, defs, depth))


def _right(type_: dict[str, Any], defs: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    if "$ref" in type_:
        return _right(defs[type_["$ref"].rpartition("/")[2]], defs, depth)
    if "anyOf" in type_:
        return st.sampled_from(type_["anyOf"]).flatmap(lambda t: _right(t, defs, depth))
    if "enum" in type_ or "const" in type_:
        return st.sampled_from(type_.get("enum") or [type_["const"]])
    kind = type_.get("type")
    if kind == "object" and "properties" in type_:
        needed = set(type_.get("required", ()))
        every = {k: drawn(v, defs, depth - 1) for k, v in type_["properties"].items()} if depth else {}
        optional = st.sets(st.sampled_from(sorted(every)), max_size=5) if every else st.just(set())
        return optional.flatmap(
            lambda keys: st.fixed_dictionaries({k: every[k] for k in sorted(keys | needed) if k in every})
        )
    if kind == "object":
        names = st.sampled_from(["a", "b-1", "A b"] if depth < 3 else ["a", "b-1"])
        return st.dictionaries(names, drawn(type_["additionalProperties"], defs, depth), max_size=2)
    if kind == "array":
        return st.lists(drawn(type_["items"], defs, depth - 1), max_size=2)
    simple = {
        "string": st.sampled_from(["a", "b-1", "A text", "2026-01-01", "2026.1"]),
        "integer": st.integers(-1, 40),
        "number": st.integers(-1, 40) | st.floats(-2, 2),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return simple[str(kind)]


PUBLISHED = schema("document")


@settings(deadline=None, max_examples=4000)
@given(
    value=st.sampled_from(["Document", "OverlayDocument"]).flatmap(lambda t: _right({"$ref": t}, PUBLISHED["$defs"], 6))
)
def test_readers_and_schema_agree_about_documents_made_from_the_schema(value: Any) -> None:
    agree(value)
