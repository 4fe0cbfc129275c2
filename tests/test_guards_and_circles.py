"""What a counter-metric is no part of, and circles that are long."""

from designs import incentives_of

from metriclint.graph.criteria import above_of, consequence_without_outcomes


def test_a_counter_metric_has_no_part_in_what_its_number_leads_to() -> None:
    text = """
    metrics:
      calls:
        title: Calls per hour
        consequences: [{kind: bonus, stated: used, access: individual}]
        counter_metrics: [{metric: solved}]
      solved: {title: Solved at first contact, consequences: []}
    """
    incentives = incentives_of(text)
    assert consequence_without_outcomes(incentives.graph, "metric:calls")
    assert not consequence_without_outcomes(incentives.graph, "metric:solved")
    assert any(e.verb == "guards" for e in incentives.graph.edges())


def test_a_long_chain_of_indexes_is_looked_at_once() -> None:
    cards = ["metrics:", "  m0: {title: First}"]
    cards += [f"  m{n}: {{title: Index {n}, derived_from: [m{n - 1}]}}" for n in range(1, 3000)]
    cards.append("  top: {title: Top, derived_from: [m2999], target: {type: growth, value: 3, basis: previous-actual}}")
    incentives = incentives_of("\n".join(cards))
    above = above_of(incentives)
    assert all(above[f"m{n}"].past for n in range(3000))
    assert not above["top"].past
