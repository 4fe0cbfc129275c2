"""The target grammar on real lists of performance indicators, where they lie beside the project.

The folder is named by ``METRICLINT_CORPORA`` or found as ``../shared/corpora``; nothing of it is part of the project.
"""

import os
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from metriclint.sources.targets.result import TargetText
from metriclint.sources.targets.text import read_target

CORPORA = Path(os.environ.get("METRICLINT_CORPORA", ROOT.parent / "shared" / "corpora"))
LISTS = sorted((CORPORA / "gitlab_kpis").glob("*.yml"))
NUMERIC = re.compile(r"\d")
MARKUP = re.compile(r"<[^>]*>")

pytestmark = pytest.mark.skipif(not LISTS, reason="the corpora are not here: set METRICLINT_CORPORA")


def targets() -> list[tuple[str | float, TargetText]]:
    """Every target that is not empty, as the file gives it, and as it is read."""
    entries = [entry for file in LISTS for entry in yaml.safe_load(file.read_text(encoding="utf-8"))]
    given = [entry["target"] for entry in entries if entry.get("target") is not None]
    return [(text, read_target(text)) for text in given]


def test_the_rates_on_the_real_lists(capsys: pytest.CaptureFixture[str]) -> None:
    read = targets()
    numeric = [parsed for text, parsed in read if NUMERIC.search(MARKUP.sub(" ", str(text)))]
    value = sum(parsed.has_number for parsed in numeric)
    direction = sum(parsed.direction is not None for parsed in numeric)
    states = Counter(parsed.state for _, parsed in read)
    with capsys.disabled():
        print(f"\n{len(LISTS)} lists, {len(read)} targets, {len(numeric)} with a number:")
        print(f"  a value for {value} ({value / len(numeric):.1%}), a direction for {direction}", end=" ")
        print(f"({direction / len(numeric):.1%}); {dict(sorted(states.items()))}")
    assert len(LISTS) == 7
    assert value >= 0.9 * len(numeric)
    assert direction >= 0.8 * len(numeric)


def test_only_numeric_targets_get_a_value_and_the_rest_says_why() -> None:
    for text, parsed in targets():
        if not NUMERIC.search(MARKUP.sub(" ", str(text))):
            assert parsed.state != "read"
            assert parsed.reason


def test_a_direction_comes_from_a_word_or_sign_and_never_from_a_bare_number() -> None:
    said = re.compile(r"above|below|over|under|than|exceed|[<>≤≥]", re.IGNORECASE)
    for text, parsed in targets():
        assert (parsed.direction is not None) <= (said.search(MARKUP.sub(" ", str(text))) is not None), text
