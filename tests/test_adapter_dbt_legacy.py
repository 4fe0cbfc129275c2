"""dbt's legacy shape: metrics that build on measures, tags of other tools, references that lead nowhere."""

from pathlib import Path

from adapted import edges, project
from conftest import Cli, Write

MEASURES = """
semantic_models:
  - name: visits
    model: ref('visits')
    measures:
      - {name: visits_made, agg: count, expr: visit_id}
      - {name: orders_made, agg: count, expr: order_id}
metrics:
  - {name: visits, type: simple, type_params: {measure: visits_made}}
  - {name: visits_abroad, type: simple, filter: "{{ Dimension('visit__abroad') }}", type_params: {measure: visits_made}}
  - {name: orders, type: simple, type_params: {measure: {name: orders_made}}}
  - {name: the_same_orders, type: simple, type_params: {measure: orders_made}}
  - {name: visits_so_far, type: cumulative, type_params: {measure: {name: visits_made}}}
  - name: bought
    type: conversion
    type_params: {conversion_type_params: {base_measure: visits_made, conversion_measure: {name: orders_made}}}
"""


def test_legacy_metrics_that_build_on_a_measure_build_on_the_one_metric_that_shows_it(
    write: Write, tmp_path: Path
) -> None:
    """Of two metrics that show a measure neither is meant: which one, the file does not say."""
    write("visits.yml", MEASURES)
    read = project(tmp_path)
    assert edges(read) == {"visits-so-far": ["visits"], "bought": ["visits"]}
    (foreign,) = read.foreign.values()
    assert foreign.inferred["metrics", "bought", "derived_from", 0] == (
        "`visits_made` is the measure that this metric shows"
    )


def test_a_type_behind_a_tag_is_known_as_one_of_dbts(cli: Cli, write: Write) -> None:
    write("m.yml", "metrics:\n  - name: revenue\n    type: !ours simple\n    type_params: {measure: revenue}\n")
    result = cli("check", "m.yml")
    assert (result.code, "m.yml:3:11: info: the tag `!ours` is unknown here" in result.out) == (0, True)


def test_a_slip_of_the_pen_in_a_reference_names_the_metric_that_was_meant(cli: Cli, write: Write) -> None:
    write("m.yml", MEASURES + "  - {name: rate, type: ratio, type_params: {numerator: orders, denominator: vists}}\n")
    assert 'computed from "vists", which no file here declares; did you mean `visits`?' in cli("check", ".").out


def test_metrics_on_one_line_are_known_as_dbts(cli: Cli, write: Write) -> None:
    write("m.yml", "metrics: [{name: a, type: simple, type_params: {measure: x}}]\n")
    assert "1 metric checked" in cli("check", ".").out
