"""The expression language of rules: three results, typed compilation, and what it cannot do."""

from functools import lru_cache
from typing import Any

import pytest
from designs import catalogue, check, facts_in, rule_of
from hypothesis import given, settings
from hypothesis import strategies as st

from metriclint.facts.catalogue import FACTS, FactSpec
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.evaluate import Evaluator
from metriclint.rules.language import Expression, Fault, Verdict, compile_expression


def compiled(source: str) -> Expression:
    result = compile_expression(source)
    assert isinstance(result, Expression), result
    return result


def faults(source: str) -> list[Fault]:
    result = compile_expression(source)
    assert isinstance(result, list), "compiles"
    return result


@pytest.mark.parametrize(
    ("source", "values", "verdict"),
    [
        ("board.ranked", {"board.ranked": True}, Verdict(True)),
        ("board.ranked", {"board.ranked": False}, Verdict(False)),
        ("board.ranked", {}, Verdict(None, "board.ranked")),
        ("!board.ranked", {}, Verdict(None, "board.ranked")),
        ("derived.live && board.ranked", {"derived.live": False}, Verdict(False)),
        ("board.ranked && derived.live", {"derived.live": False}, Verdict(False)),
        ("derived.live && board.ranked", {"derived.live": True}, Verdict(None, "board.ranked")),
        ("derived.live || board.ranked", {"derived.live": True}, Verdict(True)),
        ("board.ranked || derived.live", {"derived.live": True}, Verdict(True)),
        ("board.ranked || derived.live", {"derived.live": False}, Verdict(None, "board.ranked")),
        ("metric.kind == 'activity'", {}, Verdict(None, "metric.kind")),
        ("'volume' in metric.controls", {"metric.controls": ("volume",)}, Verdict(True)),
        ("'volume' in metric.controls", {"metric.controls": ()}, Verdict(False)),
        ("derived.ci_points > 14.0", {"derived.ci_points": 14.1}, Verdict(True)),
        ("derived.stakes >= 3", {"derived.stakes": 2}, Verdict(False)),
    ],
)
def test_a_condition_has_three_results_and_names_the_missing_fact(
    source: str, values: dict[str, Any], verdict: Verdict
) -> None:
    assert compiled(source).evaluate(values) == verdict


def test_an_expression_knows_the_facts_that_it_names_and_not_those_in_texts() -> None:
    assert compiled("metric.title == 'board.ranked' || derived.live").facts == ("derived.live", "metric.title")


@pytest.mark.parametrize(
    ("source", "line", "column", "part", "suggestion"),
    [
        ("board.rankd", 1, 1, 'unknown fact "board.rankd"', "board.ranked"),
        ("derived.live && read('/etc/passwd') == ''", 1, 17, 'unknown function "read"', ""),
        ("derived.live &&\n  bord.ranked", 2, 3, 'unknown fact "bord.ranked"', "board.ranked"),
        ("derived.live &&", 1, 16, "Syntax error", ""),
        ("", 1, 1, "Syntax error", ""),
        ("derived.stakes == 'high'", 1, 16, "no matching overload", ""),
        ("derived.ci_points > 14", 1, 19, "no matching overload", ""),
        ("derived.stakes", 1, 1, "must be true or false, and this one is an int", ""),
        ("metric.title", 1, 1, "must be true or false, and this one is a string", ""),
        ("metric.kind == 'activty'", 1, 16, '"activty" is no value of metric.kind', "activity"),
        ("metric.kind in ['input', 'actvity']", 1, 26, '"actvity" is no value', "activity"),
        ("derived.live\n  && 'indvidual' == subject.level", 2, 6, '"indvidual" is no value', "individual"),
        ('metric.kind != "outcom"', 1, 16, '"outcom" is no value', "outcome"),
        ("'volum' in metric.controls", 1, 1, '"volum" is no value of metric.controls', "volume"),
        ("metric.controls.exists(c, c in ['timming'])", 1, 33, '"timming" is no value', "timing"),
        ("metric.controls.exists(c, c == 'clok')", 1, 32, '"clok" is no value', "clock"),
    ],
)
def test_a_wrong_condition_is_refused_with_place_and_suggestion(
    source: str, line: int, column: int, part: str, suggestion: str
) -> None:
    (fault,) = faults(source)
    assert (fault.line, fault.column, fault.suggestion) == (line, column, suggestion)
    assert part in fault.message


def test_every_fault_of_a_condition_is_told_at_once() -> None:
    found = faults("foo.bar && board.rankd\n && derived.live == 3")
    assert [(f.line, f.suggestion) for f in found] == [(1, ""), (1, "board.ranked"), (2, "")]


def test_the_values_that_are_allowed_are_listed() -> None:
    assert faults("metric.optimum == 'middle'")[0].message.endswith("(allowed: extreme, interior)")


@pytest.mark.parametrize(
    "source",
    [
        "metric.kind == 'activity' && 'individual' == subject.level",
        "metric.kind == 'activity' && metric.text.matches('bount(y|ies)')",
        "metric.kind == 'activity' && metric.jurisdictions.exists(j, j.startsWith('DE'))",
        "'warehouse' in metric.tags && metric.title.contains('rate')",
        "['a', 'b'].exists(x, x in metric.tags)",
        "(metric.kind == 'activity') && ('volume' in metric.controls)",
    ],
)
def test_texts_that_are_compared_with_no_enumeration_are_left_alone(source: str) -> None:
    compiled(source)


@pytest.mark.parametrize(
    "source",
    [
        "read('/etc/passwd') == ''",
        "open('rules.yaml').size() > 0",
        "import('os') == 1",
        "env('HOME') == ''",
        "now() > timestamp('2026-01-01T00:00:00Z')",
        "exec('ls') == ''",
        "metric.title.__class__ == ''",
    ],
)
def test_a_condition_cannot_reach_files_the_clock_or_the_machine(source: str) -> None:
    assert faults(source)


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("while(true) { }", "reserved identifier: while"),
        ("for x in metric.tags", "reserved identifier: for"),
        ("let x = 1; x == 1", "reserved identifier: let"),
        ("def f(x): f(x)", "Syntax error"),
    ],
)
def test_a_condition_has_no_loops_and_no_definitions(source: str, part: str) -> None:
    assert part in faults(source)[0].message


TOO_LONG = "a list has too many items for CEL's budget of steps"


def test_a_macro_over_a_list_is_bounded_by_a_budget_of_steps() -> None:
    once = compiled("metric.tags.all(t, t.startsWith('tag-'))")
    squared = compiled("metric.tags.all(t, metric.tags.exists(u, u == t))")
    some, many = (tuple(f"tag-{i}" for i in range(n)) for n in (500, 20_000))
    assert once.evaluate({"metric.tags": some}) == Verdict(True)
    assert once.evaluate({"metric.tags": many}) == Verdict(None, fault=TOO_LONG)
    assert squared.evaluate({"metric.tags": some[:20]}) == Verdict(True)
    assert squared.evaluate({"metric.tags": some}) == Verdict(None, fault=TOO_LONG)


def test_a_card_with_a_huge_list_does_not_stop_the_run() -> None:
    many = ", ".join(f"X{i}" for i in range(20_000))
    text = f"metrics: {{m: {{title: AI tokens used, jurisdictions: [{many}], ai_system: true, consequences: []}}}}"
    assert check(text).candidates == []


@pytest.mark.parametrize("count", [1_000, 100_000])
def test_hostile_depth_is_refused_and_does_not_kill_the_process(count: int) -> None:
    assert "limit" in faults("(" * count + "derived.live" + ")" * count)[0].message


def values_of(spec: FactSpec) -> st.SearchStrategy[Any]:
    words = st.sampled_from(spec.values) if spec.values else st.sampled_from(("", "EU", "ai-usage", "a thing"))
    return {
        "bool": st.booleans(),
        "int": st.integers(0, 40),
        "double": st.floats(0, 60),
        "string": words,
        "strings": st.lists(words, max_size=3).map(tuple),
    }[spec.type]


@lru_cache(maxsize=1)
def rules() -> list[CompiledRule]:
    return sorted(catalogue().rules.values(), key=lambda r: r.code)


@st.composite
def asked(draw: st.DrawFn) -> tuple[Expression, dict[str, Any], dict[str, Any]]:
    """A condition of a shipped rule, values for some of the facts that it names, and values for the others."""
    rule = draw(st.sampled_from(rules()))
    expression = draw(st.sampled_from([rule.when, *(e for e, _ in rule.cases)]))
    everything = {name: draw(values_of(FACTS[name])) for name in expression.facts}
    known = draw(st.sets(st.sampled_from(expression.facts)))
    first = {n: v for n, v in everything.items() if n in known}
    return expression, first, {n: v for n, v in everything.items() if n not in known}


@settings(deadline=None, max_examples=300)
@given(asked())
def test_declaring_more_never_takes_back_a_verdict(made: tuple[Expression, dict[str, Any], dict[str, Any]]) -> None:
    expression, known, later = made
    before = expression.evaluate(known)
    for name, value in later.items():
        known = {**known, name: value}
        after = expression.evaluate(known)
        assert before.value is None or after == before
        before = after
    assert before.value is not None, "all facts are known, so it is decided"


@settings(deadline=None, max_examples=300)
@given(asked())
def test_an_undecided_rule_names_a_fact_that_nobody_declared(
    made: tuple[Expression, dict[str, Any], dict[str, Any]],
) -> None:
    expression, known, later = made
    verdict = expression.evaluate(known)
    assert (verdict.value is None) == (verdict.missing in later)


@settings(deadline=None, max_examples=200)
@given(asked(), st.data())
def test_facts_that_a_rule_does_not_name_never_change_its_verdict(
    made: tuple[Expression, dict[str, Any], dict[str, Any]], data: st.DataObject
) -> None:
    expression, known, _ = made
    others = data.draw(st.lists(st.sampled_from([n for n in FACTS if n not in expression.facts]), max_size=6))
    extra = {name: data.draw(values_of(FACTS[name])) for name in others}
    assert expression.evaluate({**extra, **known}) == expression.evaluate(known)


@settings(deadline=None, max_examples=200)
@given(asked(), st.data())
def test_a_decided_verdict_does_not_need_the_facts_that_were_unbound(
    made: tuple[Expression, dict[str, Any], dict[str, Any]], data: st.DataObject
) -> None:
    expression, known, later = made
    verdict = expression.evaluate(known)
    if verdict.value is not None:
        other = {name: data.draw(values_of(FACTS[name])) for name in later}
        assert expression.evaluate({**known, **other}) == verdict


THREE_BOARDS = """
metrics:
  m:
    title: A number
    visibility: [{audience: self}, {audience: team, ranked: true}, {audience: org, ranked: false}]
    consequences: [{kind: review, stated: used}, {kind: none}]
"""


def test_a_rule_is_asked_for_each_combination_of_the_groups_that_it_names() -> None:
    facts = facts_in(THREE_BOARDS)
    both = rule_of(when="board.audience != 'self' && consequence.stakes >= 0")
    bound = [tuple(m.index for m in match.bound.values()) for match in Evaluator().ask(both, facts).matches]
    assert both.groups == ("board", "consequence")
    assert bound == [(1, 0), (1, 1), (2, 0), (2, 1)]


def test_one_match_is_enough_and_leaves_no_question() -> None:
    outcome = Evaluator().ask(rule_of(when="board.ranked"), facts_in(THREE_BOARDS))
    assert [m.bound["board"].index for m in outcome.matches] == [1]
    assert outcome.missing == []


def test_a_group_that_is_declared_empty_is_silence_and_an_undeclared_one_is_a_question() -> None:
    rule = rule_of(when="board.ranked")
    text = "metrics: {m: {title: A number VIS}}"
    empty = Evaluator().ask(rule, facts_in(text.replace(" VIS", ", visibility: []")))
    absent = Evaluator().ask(rule, facts_in(text.replace(" VIS", "")))
    assert (empty.matches, empty.missing) == ([], [])
    assert (absent.matches, absent.missing) == ([], ["board.ranked"])


def test_equal_facts_are_evaluated_once() -> None:
    rule, evaluator = rule_of(when="board.ranked"), Evaluator()
    for _ in range(5):
        evaluator.ask(rule, facts_in(THREE_BOARDS))
    assert evaluator.evaluations == 3, "unknown, true and false"
