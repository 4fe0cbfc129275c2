"""Readers against what others have thought of: inputs that fuzzing found, seeds, and the public YAML test suite."""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, TODAY, Cli, Write
from injected import FULL

from metriclint.files.yaml_values import SEVERAL, decode, parse
from metriclint.sources.load import load_text

sys.path.append(str(ROOT / "fuzz"))

from seeds import seeds
from targets import LONGEST, TARGETS

FOUND = sorted(f for f in (ROOT / "fuzz" / "found").glob("*/*") if f.is_file())
SUITE = [json.loads(line) for line in (Path(__file__).parent / "yaml-test-suite.jsonl").read_text().splitlines()[1:]]
OTHER = {"2XXW": "a set is read as a set, whose keys have no values"}
"""Cases of the suite that are read otherwise than its JSON says, by id."""


def timed(target: Callable[[bytes], None], data: bytes) -> float:
    start = time.process_time()
    target(data)
    return time.process_time() - start


@pytest.mark.parametrize("file", FOUND, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_an_input_that_was_found_once_is_read_or_refused(file: Path) -> None:
    assert timed(TARGETS[file.parent.name], file.read_bytes()) < LONGEST


@pytest.mark.parametrize("name", TARGETS)
def test_mutations_of_seeds_are_read_or_refused(name: str) -> None:
    chance, known = random.Random(name), list(seeds(name))
    for _ in range(2000 if FULL else 25):
        data = bytearray(chance.choice(known)[:3000])
        for _ in range(chance.randint(0, 6)):
            other = chance.choice(known)
            at, start = chance.randint(0, len(data)), chance.randint(0, len(other))
            part = other[start : start + chance.randint(0, 30)] if chance.random() < 0.6 else chance.randbytes(2)
            data[at : at + chance.randint(0, 12)] = part
        assert timed(TARGETS[name], bytes(data)) < LONGEST, bytes(data)


def test_a_mapping_inside_a_key_is_told_with_its_place(cli: Cli, write: Write) -> None:
    write("card.yaml", "metriclint: 1\nmetrics:\n  ? {a: {b: c}}\n  : {title: A}\n")
    ran = cli("check", "card.yaml", "--today", TODAY)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: card.yaml:3:5: a mapping or list cannot be a key\n")


@pytest.mark.parametrize("case", SUITE, ids=lambda c: c["id"])
def test_the_public_suite_of_yaml(case: dict[str, str]) -> None:
    text = decode(case["yaml"].encode(), "case.yaml")
    assert isinstance(text, str)
    project, faults = load_text(text, "case.yaml")
    assert faults or not project.metrics
    value, problems = parse(text, "case.yaml")
    if "fail" in case:
        assert problems
    elif not problems and case["id"] not in OTHER and "json" in case and _is_one(case["json"]):
        assert value == json.loads(case["json"])
    elif problems and "json" in case and _is_one(case["json"]):
        assert [p.message for p in problems] == [SEVERAL]


def _is_one(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
