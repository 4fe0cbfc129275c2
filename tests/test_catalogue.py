"""The shipped rules as a whole, and packs of rules that are wrong."""

import re
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT, Write
from designs import RULE, catalogue

from metriclint.facts.catalogue import FACTS
from metriclint.files.problem import Problem, ProblemError
from metriclint.rules.catalogue import CompiledRule, built_in_catalogue, read_catalogue
from metriclint.rules.library import criteria, families, law_entries
from metriclint.rules.placeholders import PLACEHOLDERS

RULES = sorted(catalogue().rules.values(), key=lambda r: r.code)
EACH = pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
FORBIDDEN = re.compile(r"\b(violations?|will|goodhart|cheat\w*|culprit\w*|fraud\w*)\b", re.IGNORECASE)
LEADERS = [
    "GAM101",
    "GAM102",
    "GAM103",
    "GAM104",
    "GAM105",
    "TGT201",
    "TGT203",
    "TGT208",
    "VIS301",
    "VIS304",
    "REV401",
    "REV402",
    "REV404",
    "REV406",
    "CTR501",
    "CTR502",
    "CTR503",
    "STA602",
    "AIA701",
    "AGT801",
    "GOV906",
]


def words(text: str) -> list[str]:
    return re.sub(r"\{\w+\}", "one", text).split()


def test_every_file_of_the_catalogue_is_a_rule_or_known_data() -> None:
    files = {p.relative_to(ROOT / "rules").as_posix() for p in (ROOT / "rules").rglob("*") if p.is_file()}
    known = {r.path.removeprefix("rules/") for r in RULES}
    assert files - known == {"criteria.yaml", "law.yaml", "gaming-templates.yaml", "levers.yaml"}


def test_the_first_twenty_one_rules_are_there() -> None:
    assert set(LEADERS) <= set(catalogue().by_code)


def test_no_two_rules_share_a_code_a_name_or_an_earlier_name() -> None:
    taken = Counter(word for r in RULES for word in (r.code, r.name, *r.rule.aliases))
    assert [word for word, count in taken.items() if count > 1] == []


def test_each_family_has_at_most_few_leaders_and_digits_of_its_own() -> None:
    digits: dict[str, set[str]] = {}
    for rule in RULES:
        digits.setdefault(rule.code[:3], set()).add(rule.code[3])
    assert all(len(found) == 1 for found in digits.values()), digits
    first = [next(iter(found)) for family, found in digits.items() if family != "LEG"]
    assert len(first) == len(set(first))
    assert set(digits) <= set(families())


@EACH
def test_a_rule_has_a_name_that_says_the_defect_and_stands_in_its_family(rule: CompiledRule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert re.fullmatch(r"[A-Z]{3}[0-9]{3}", rule.code)
    assert rule.family == families()[rule.code[:3]].folder
    assert rule.path == f"rules/{rule.family}/{rule.name}.yaml"


@EACH
def test_a_rule_has_examples_on_both_sides_with_titles_of_their_own(rule: CompiledRule) -> None:
    examples = rule.rule.examples
    assert len(examples.bad) >= 2
    assert len(examples.good) >= 2
    titles = [e.title for e in (*examples.bad, *examples.good)]
    assert len(set(titles)) == len(titles)


@EACH
def test_a_rule_cites_criteria_laws_and_rules_that_exist(rule: CompiledRule) -> None:
    assert {c.ref for c in rule.rule.criteria} <= set(criteria())
    assert rule.rule.criteria or rule.rule.kind == "observation"
    assert rule.rule.law is None or rule.rule.law in law_entries()
    assert (rule.code[:3] == "LEG") == (rule.rule.law is not None)
    assert set(rule.rule.folds_under) <= set(catalogue().by_code)
    assert all(code[:3] != rule.code[:3] for code in rule.rule.folds_under), "its own family folds by itself"


@EACH
def test_a_rule_is_documented(rule: CompiledRule) -> None:
    given = rule.rule
    assert given.evidence
    assert given.fix
    assert all(f.text.strip() for f in given.fix)
    for text in (given.summary, given.why, given.ignore_when, *(f.text for f in given.fix)):
        assert text.strip().endswith((".", "?", ")")), text
    assert len(words(given.why)) >= 15


@EACH
def test_a_message_is_short_plain_and_accuses_nobody(rule: CompiledRule) -> None:
    message = rule.rule.message
    assert "{metric}" in message
    assert len(words(message)) <= 45
    assert not FORBIDDEN.search(message)
    assert not FORBIDDEN.search(rule.rule.summary)
    assert set(re.findall(r"\{([^}]*)\}", message)) <= set(PLACEHOLDERS)


@EACH
def test_a_rule_names_known_facts_and_changes_only_what_a_card_can_declare(rule: CompiledRule) -> None:
    named = {*rule.when.facts, *(f for case, _ in rule.cases for f in case.facts)}
    assert named
    assert named <= set(FACTS)
    changes = {fact for fix in rule.rule.fix for fact in fix.change}
    assert changes <= set(FACTS)
    assert not [fact for fact in changes if fact.startswith(("derived.", "project."))]


@EACH
def test_a_change_sets_a_value_that_its_fact_can_have(rule: CompiledRule) -> None:
    kinds = {"string": str, "bool": bool, "int": int, "double": (int, float), "strings": list}
    for fix in rule.rule.fix:
        for fact, value in fix.change.items():
            spec = FACTS[fact]
            assert isinstance(value, kinds[spec.type]), (fact, value)
            items = value if isinstance(value, list) else [value]
            assert not spec.values or set(items) <= set(spec.values), (fact, value)


@EACH
def test_a_legal_pointer_is_a_note_at_most(rule: CompiledRule) -> None:
    ceiling = rule.rule.severity_max
    assert (rule.code[:3] != "LEG") or (ceiling == "note" and rule.rule.steps == [])


def test_rules_are_found_by_name_code_family_and_any_case() -> None:
    known = catalogue()
    assert known.matching("vis301") == known.matching("ranked-activity-board") == {"ranked-activity-board"}
    assert known.matching("VIS") == known.matching("visibility")
    assert known.matching("VIS") == {r.name for r in RULES if r.code.startswith("VIS")}
    assert known.matching("*") == set(known.rules)
    assert known.matching("VIS999") == set()


# Packs


def rule(code: str = "ABC100", when: str = "derived.live", severity: str = "note") -> str:
    return RULE.format(code=code, when=when, severity=severity)


def refused(folder: Path) -> list[Problem]:
    with pytest.raises(ProblemError) as caught:
        read_catalogue([folder], shown=True)
    return list(caught.value.problems)


def test_a_pack_adds_rules_to_the_shipped_ones(write: Write, tmp_path: Path) -> None:
    write("pack/house/long-meetings.yaml", rule())
    write("pack/house/late-mondays.yml", rule("ABC101"))
    known = built_in_catalogue([tmp_path / "pack"])
    assert {r.name for r in known.rules.values() if r.family == "house"} == {"long-meetings", "late-mondays"}
    assert len(known.rules) == len(RULES) + 2


def test_every_defect_of_a_pack_is_reported_in_one_run_with_line_and_caret(write: Write, tmp_path: Path) -> None:
    write("pack/house/first-rule.yaml", rule("ABC100"))
    write("pack/house/second-rule.yaml", rule("ABC100"))
    write("pack/house/unknown-fact.yaml", rule("ABC101", "derived.live && board.rankd"))
    write("pack/house/type-error.yaml", rule("ABC102", "derived.stakes == 'high'"))
    write("pack/house/no-bool.yaml", rule("ABC103", "derived.stakes"))
    write("pack/house/wrong-value.yaml", rule("ABC104", "metric.kind == 'activty'"))
    write("pack/house/wrong-key.yaml", rule("ABC105") + "severty: error\n")
    write("pack/house/wrong-word.yaml", rule("ABC106").replace("{metric}", "{metrik}"))
    write("pack/house/single.yaml", rule("ABC107"))
    write("pack/house/broken-yaml.yaml", "code: [ABC108\n")
    write("pack/house/no-criteria.yaml", rule("ABC109").replace("kind: observation\n", "kind: finding\n"))
    problems = refused(tmp_path / "pack")
    told = {Path(p.path).stem: p for p in problems}
    assert len(problems) == len(told) == 10
    expected = {
        "second-rule": (1, 1, "code ABC100 is used twice"),
        "unknown-fact": (8, 24, 'unknown fact "board.rankd"'),
        "type-error": (8, 23, "no matching overload"),
        "no-bool": (8, 8, "must be true or false"),
        "wrong-value": (8, 23, '"activty" is no value of metric.kind'),
        "wrong-key": (14, 1, 'unknown key "severty"'),
        "wrong-word": (7, 1, 'unknown placeholder "{metrik}"'),
        "single": (1, 1, '"single" is no rule name'),
        "no-criteria": (12, 1, "a rule without criteria may only be an observation"),
    }
    for name, (line, column, part) in expected.items():
        problem = told[name]
        assert part in problem.message
        assert (problem.line, problem.column) == (line, column), name
        if problem.excerpt:
            assert 1 <= problem.caret <= len(problem.excerpt) + 1
    assert told["broken-yaml"].line >= 1


def test_the_caret_stands_under_the_fault_inside_the_expression(write: Write, tmp_path: Path) -> None:
    folded = "when: >-\n  derived.live\n  && board.ranked && metric.kind == 'activty'\nwhy"
    write("pack/house/folded-rule.yaml", rule().replace('when: "derived.live"\nwhy', folded))
    (problem,) = refused(tmp_path / "pack")
    assert (problem.line, problem.column) == (10, 37)
    assert problem.excerpt[problem.caret - 1 :].startswith("'activty'")
    assert problem.suggestion == "activity"


@pytest.mark.parametrize(("text", "part"), [("", "the file is empty"), ("- a\n", "this is no mapping")])
def test_a_file_that_is_no_rule_at_all_is_one_problem(text: str, part: str, write: Write, tmp_path: Path) -> None:
    write("pack/house/no-rule.yaml", text)
    (problem,) = refused(tmp_path / "pack")
    assert problem.message == f"{part}: `metriclint rules new NAME` writes a rule to begin with"


def test_a_rule_file_that_is_wrong_in_shape_and_condition_tells_both(write: Write, tmp_path: Path) -> None:
    write("pack/house/two-faults.yaml", rule(when="bord.ranked") + "sevrity: error\n")
    problems = refused(tmp_path / "pack")
    assert sorted(p.suggestion for p in problems) == ["board.ranked", "severity"]


@pytest.mark.parametrize("alias", ["second-rule", "ABC101", "old-name"])
def test_an_earlier_name_that_means_another_rule_as_well_is_refused(alias: str, write: Write, tmp_path: Path) -> None:
    write("pack/house/first-rule.yaml", rule("ABC100") + f"aliases: [{alias}]\n")
    write("pack/house/second-rule.yaml", rule("ABC101") + "aliases: [old-name]\n")
    (problem,) = refused(tmp_path / "pack")
    assert "already means the rule" in problem.message
    assert problem.line == 14


def test_a_rule_of_a_pack_cannot_take_the_name_or_the_code_of_a_shipped_one(write: Write, tmp_path: Path) -> None:
    write("pack/house/no-counter-metric.yaml", rule("ABC100"))
    write("pack/house/other-name.yaml", rule("VIS301"))
    with pytest.raises(ProblemError) as caught:
        built_in_catalogue([tmp_path / "pack"])
    messages = sorted(p.message for p in caught.value.problems)
    assert messages == [
        "code VIS301 is used twice: also in rules/visibility/ranked-activity-board.yaml",
        'rule "no-counter-metric" is defined twice: also in rules/counter-metrics/no-counter-metric.yaml',
    ]


def test_a_folder_that_is_not_there_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path / "nowhere")
    assert problem.message == "no such rule folder"


@pytest.mark.parametrize(
    "when",
    ["read('/etc/passwd') == ''", "while(true) { }", "metric.tags.map(t, open(t)) == []", "import('os') == 1"],
)
def test_a_pack_cannot_read_files_or_loop(when: str, write: Write, tmp_path: Path) -> None:
    write("pack/house/bad-intent.yaml", rule(when=when))
    assert {Path(p.path).name for p in refused(tmp_path / "pack")} == {"bad-intent.yaml"}
