"""The dictionary of gameable fields: names that tell what a number counts, where another tool's file is silent."""

from pathlib import Path

import pytest
from adapted import CORPORA, MISSING, project
from conftest import Cli, Write

from metriclint.graph.templates import built_in
from metriclint.sources.draft import Draft
from metriclint.sources.gameable import gameable, infer_gameable

MAPPING = "mapping: 1\ntitle: Fields\nfields: {name: n, title: t, kind: k, formula: f}\n"
SETTING = '[[sources]]\npaths = ["fields.yaml"]\nmapping = "./m.yaml"\n'


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("tokensUsed", "AI tokens"),
        ("usage.output_tokens_sum", "AI tokens"),
        ("Number of prompts per day", "AI prompts"),
        ("daily_ai_adoption_rate", "AI active users"),
        ("report.lines_of_code.added", "lines of code"),
        ("MR rate", "merge requests"),
        ("Merged pull requests per developer", "merge requests"),
        ("AHT", "handle time"),
        ("tickets_closed_count", "tickets closed"),
    ],
)
def test_a_name_is_known_in_every_spelling(name: str, unit: str) -> None:
    found = gameable().named(name)
    assert found is not None and found.unit == unit


@pytest.mark.parametrize(
    "name",
    ["", "cost per token", "defects per line of code", "Active users", "Sales", "rejects", "total", "PR", "Office",
     "commit latency", "GitLab.com availability", "session_count", "a" * 500, "..", "per"],
)  # fmt: skip
def test_what_only_has_such_a_word_in_it_is_something_else(name: str) -> None:
    assert gameable().named(name) is None


def test_every_unit_gives_the_metric_a_template_of_its_kind_and_no_name_stands_twice() -> None:
    names: list[tuple[str, ...]] = []
    for one in gameable().fields:
        template = built_in().fit_text(one.unit)
        assert template is not None, one.unit
        assert set(one.tags) == set(template.tags)
        assert one.kind == template.kind or one.unit == "AI generated lines"
        names += {gameable().words(name) for name in one.names}
    assert len(names) == len(set(names))
    assert () not in names


def test_kind_tags_and_unit_follow_marked_with_the_name_and_what_the_file_says_wins(
    write: Write, tmp_path: Path, cli: Cli
) -> None:
    write("metriclint.toml", SETTING)
    write("m.yaml", MAPPING)
    write(
        "fields.yaml",
        "- {n: prompts_sent}\n- {n: x, t: Figure, f: commits.total_count}\n"
        "- {n: tokens_used, k: outcome}\n- {n: other}\n",
    )
    read = project(tmp_path)
    first, second, third, other = (read.metrics[i].value for i in ("prompts-sent", "x", "tokens-used", "other"))
    assert (first.kind, first.tags, first.unit) == ("activity", ["ai-usage"], "AI prompts")
    assert (second.kind, second.unit) == ("activity", "commits")
    assert (third.kind, third.tags) == ("outcome", ["ai-usage"])
    assert (other.kind, other.unit) == (None, None)
    said = read.inferred_from(read.metrics["prompts-sent"].place("kind"))
    assert said == 'the name "prompts_sent": prompts and requests that people send to AI tools'
    assert read.inferred_from(read.metrics["tokens-used"].place("kind")) is None
    write("over.yaml", "metriclint: 1\noverlay: true\nmetrics: {prompts-sent: {kind: output, unit: prompts}}\n")
    assert project(tmp_path).metrics["prompts-sent"].value.kind == "output"


def test_documents_are_left_alone(write: Write, tmp_path: Path) -> None:
    write("cards.yaml", "metriclint: 1\nmetrics: {tokens: {title: Tokens used}}\n")
    assert project(tmp_path).metrics["tokens"].value.kind is None


def test_drafts_of_any_shape_are_looked_at() -> None:
    for metrics in (None, [], {"x": None}, {"x": {"title": 7, "aliases": "y", "formula": []}}, {"x": {"aliases": [1]}}):
        draft = Draft("x")
        draft.document["metrics"] = metrics
        infer_gameable(draft)


@pytest.mark.skipif(not (CORPORA / "vendor_activity_fields").is_dir(), reason=MISSING)
def test_the_fields_that_vendors_expose_for_each_user_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    import yaml

    kinds = {"activity": {"activity"}, "volume": {"output", "input", "activity"}, "cost": {"input"}}
    kinds["adoption"] = {"activity"}
    tools = yaml.safe_load((CORPORA / "vendor_activity_fields" / "fields.yaml").read_text(encoding="utf-8"))
    fields = [(name, about["kind"]) for tool in tools.values() for name, about in tool["fields"].items()]
    fields = [(name, kind) for name, kind in fields if kind in kinds]
    known = [(name, kind, gameable().named(name)) for name, kind in fields]
    hits = [(name, kind, found) for name, kind, found in known if found is not None]
    with capsys.disabled():
        print(f"\n{len(hits)} of {len(fields)} usage fields of AI tools are known by name")
    assert len(hits) >= 0.85 * len(fields)
    for name, kind, found in hits:
        assert found.kind in kinds[kind], name


@pytest.mark.skipif(not (CORPORA / "mozilla_metric_hub").is_dir(), reason=MISSING)
def test_product_telemetry_is_not_taken_for_work() -> None:
    from metriclint.sources.load import load

    (read,) = load(["."], CORPORA / "mozilla_metric_hub").projects
    hits = [e.id for e in read.metrics.values() if "the name" in (read.inferred_from(e.place("kind")) or "")]
    assert len(read.metrics) > 500
    assert hits == []
