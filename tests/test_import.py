"""``metriclint import``: native cards that say the same as the files they were made of."""

from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.files.yaml_text import mapping_lines
from metriclint.files.yaml_values import parse
from metriclint.model.card import Metric
from metriclint.model.raw import declared
from metriclint.sources.load import load, load_text
from tests.conftest import Cli, Snapshot, Write

SLOTH = """
    version: "prometheus/v1"
    service: "checkout"
    labels:
      owner: "payments"
    slos:
      - name: "availability"
        objective: 99.9
        description: "Requests that are answered."
      - name: "latency"
        objective: 95
"""


def designs(where: Path, *paths: str) -> dict[str, Any]:
    loaded = load(paths, where)
    assert not loaded.problems
    return {id_: entry.value for id_, entry in loaded.projects[0].metrics.items()}


def test_the_cards_say_the_same_as_the_source_and_where_each_fact_came_from(
    cli: Cli, write: Write, tmp_path: Path, snapshot: Snapshot
) -> None:
    write("slo/checkout.yml", SLOTH)
    ran = cli("import", "slo/checkout.yml")
    assert ran.code == 0
    snapshot("import-sloth.yaml", ran.out)
    write("native/checkout.yaml", ran.out)
    assert designs(tmp_path, "native") == designs(tmp_path, "slo")


def test_a_folder_gets_a_file_for_each_source_and_nothing_is_overwritten(
    cli: Cli, write: Write, tmp_path: Path
) -> None:
    write("slo/a.yml", SLOTH)
    write("slo/b.yml", SLOTH.replace("checkout", "search"))
    ran = cli("import", "slo", "--output", "cards")
    assert ran.code == 0
    assert sorted(p.name for p in (tmp_path / "cards").iterdir()) == ["a.yaml", "b.yaml"]
    assert '[[sources]]\n  paths = ["slo/a.yml"]\n  skip = true' in ran.out
    assert designs(tmp_path, "cards") == designs(tmp_path, "slo")
    before = (tmp_path / "cards" / "a.yaml").read_bytes()
    again = cli("import", "slo", "--output", "cards")
    assert again.code == 2
    assert "exists already" in again.err
    assert (tmp_path / "cards" / "a.yaml").read_bytes() == before


def test_what_an_overlay_added_comes_along(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("slo/a.yml", SLOTH)
    write("overlay.yaml", "metriclint: 1\noverlay: true\nmetrics:\n  checkout-latency: {verification: independent}\n")
    write("metriclint.toml", 'paths = ["."]\n')
    ran = cli("import", "slo/a.yml")
    assert ran.code == 0
    assert "# from the overlay overlay.yaml:4:" in ran.out
    assert "verification: independent" in ran.out


def test_native_documents_alone_are_nothing_to_import(cli: Cli, write: Write) -> None:
    write("cards.yaml", "metriclint: 1\nmetrics: {a: {title: A}}\n")
    ran = cli("import", "cards.yaml")
    assert ran.code == 3
    assert "metriclint sources list" in ran.err


def test_a_broken_source_is_told_and_nothing_is_written(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("slo/a.yml", SLOTH + "   broken: [\n")
    ran = cli("import", "slo/a.yml", "--output", "cards.yaml")
    assert ran.code == 2
    assert not (tmp_path / "cards.yaml").exists()


texts = st.text(min_size=1, max_size=12)
values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(texts, values, max_size=4))
def test_what_is_written_is_read_as_what_was_meant(value: dict[str, Any]) -> None:
    text = "".join(f"{line}\n" for line in mapping_lines(value, (), {}, "")) or "{}"
    assert parse(text, "x.yaml") == (value, [])


def test_a_card_survives_the_way_to_raw_values_and_back(tmp_path: Path) -> None:
    from tests.conftest import ROOT

    count = 0
    for file in sorted((ROOT / "examples" / "cases").glob("*.yaml")):
        project, _ = load_text(file.read_text(encoding="utf-8"), file.name)
        for entry in project.metrics.values():
            assert msgspec.convert(declared(entry.value), Metric) == entry.value
            count += 1
    assert count > 50
