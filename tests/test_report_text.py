"""The text report: whole outputs, and what a hostile document must not do to a terminal."""

import json
import re
import shutil
from pathlib import Path

import pytest
from cards import RANKED
from conftest import ROOT, TODAY, Cli, Snapshot, Write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metriclint.findings.finding import Step, path_words
from metriclint.reports.terminal import Paint, block, clean, frame
from metriclint.reports.text import gist

SMALL = """
    metriclint: 1
    metrics:
      tickets-closed:
        title: Tickets closed a week
        kind: output
        subject: {level: individual}
        recorded_by: subject
        verification: none
        controls: [recording, volume]
        visibility: {audience: manager, identified: true, ranked: false}
        consequences:
          - {title: Annual review, kind: review, stated: used, access: individual}
        counter_metrics: []
    """
WRONG = """
    metriclint: 1
    metrics:
      tickets-closed:
        title: Tickets closed a week
        knid: output
        direction: upp
        consequences: [annual-revue]
      Tickets Opened:
        title: Tickets opened
    decisions:
      annual-review: {title: Annual review, automatic: maybe}
    """
NASTY = "\x1b[31mRed\x1b]0;owned\x07\r\nAI tokens\u202e desrever\u200f\x9b2J {metric} {0} %s \x00" + "long " * 2000
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def hostile(nasty: str) -> str:
    """A document that has a text of the attacker wherever a text may stand."""
    text = json.dumps(nasty)
    return f"""metriclint: 1
roles: {{developer: {{title: {text}, reports_to: head}}, head: {{title: {text}}}}}
outcomes: {{better: {{title: {text}}}}}
harms: {{noise: {{title: {text}}}}}
systems: {{robot: {{title: {text}, agent: {{can_write: true, approval: none, capped: false, identity: inherited}}}}}}
actions:
  pad: {{title: {text}, by: developer, cost: low, automatable: true, moves: {{m: up}},
        effects: {{better: hurts, noise: causes}}, uses: robot}}
boards: {{wall: {{title: {text}, shows: [m], audience: org, identified: true, ranked: true, raw_access: org}}}}
decisions:
  review: {{title: {text}, made_by: head, about: developer, consequence: bonus,
           uses: [{{metric: m, stated: not-used, access: individual, believed: used}}]}}
metrics:
  m:
    title: {text}
    kind: activity
    tags: [ai-usage]
    direction: up
    optimum: interior
    subject: {{role: developer, level: individual}}
    recorded_by: subject
    verification: none
    controls: [recording, timing, volume]
    gaming_actions: [pad]
    outcome: {{id: better, link: belief}}
    target: {{type: quota, value: {text}, unit: {text}, cliff: true, basis: political, feasibility: unknown}}
    counter_metrics: [{{title: {text}, same_decision: false}}]
    harms: [noise, {text}]
    agent: robot
"""


def shown(cli: Cli, tmp_path: Path, example: str) -> str:
    shutil.copytree(ROOT / "examples" / example, tmp_path / "examples" / example)
    ran = cli("check", f"examples/{example}", "--today", TODAY)
    assert ran.err == ""
    return ran.out


# Whole outputs


def test_a_small_card(cli: Cli, write: Write, snapshot: Snapshot) -> None:
    write("metrics.yaml", SMALL)
    snapshot("small-card.txt", cli("check", "metrics.yaml", "--today", TODAY).out)


def test_a_small_card_in_full(cli: Cli, write: Write, snapshot: Snapshot) -> None:
    write("metrics.yaml", SMALL)
    snapshot("small-card-verbose.txt", cli("check", "metrics.yaml", "--verbose", "--today", TODAY).out)


@pytest.mark.parametrize("stage", ["1-leaderboard", "2-restricted", "3-redesigned"])
def test_the_stages_of_tokenmaxxing(cli: Cli, tmp_path: Path, snapshot: Snapshot, stage: str) -> None:
    snapshot(f"tokenmaxxing-{stage}.txt", shown(cli, tmp_path, f"tokenmaxxing/{stage}"))


def test_wells_fargo(cli: Cli, tmp_path: Path, snapshot: Snapshot) -> None:
    snapshot("wells-fargo.txt", shown(cli, tmp_path, "wells-fargo"))


def test_errors_of_the_input(cli: Cli, write: Write, snapshot: Snapshot) -> None:
    write("metrics.yaml", WRONG)
    write("empty.yaml", "")
    ran = cli("check")
    assert (ran.code, ran.out) == (2, "")
    snapshot("errors.txt", ran.err)


def test_a_hostile_document(cli: Cli, write: Write, snapshot: Snapshot) -> None:
    write("metrics.yaml", hostile(NASTY))
    ran = cli("check", "metrics.yaml", "--today", TODAY)
    assert ran.code == 1
    snapshot("hostile.txt", ran.out)


# Safety


@pytest.mark.parametrize("options", [(), ("--verbose",), ("--color", "always"), ("--color", "always", "--verbose")])
def test_nothing_raw_reaches_the_terminal(cli: Cli, write: Write, options: tuple[str, ...]) -> None:
    write("metrics.yaml", hostile(NASTY))
    ran = cli("check", "metrics.yaml", *options)
    assert ran.code == 1
    assert ran.out.count("Red") > 10
    lines = (ANSI.sub("", ran.out) if "always" in options else ran.out).split("\n")
    assert [line for line in lines if not line.isprintable()] == []
    assert max(map(len, lines)) <= 130
    assert len(lines) < 250


def test_names_of_files_and_folders_are_cleaned_too(cli: Cli, tmp_path: Path, write: Write) -> None:
    for name in ("one\x1b[31m", "two\u202e"):
        write(f"{name}/metriclint.toml", "")
        write(f"{name}/card\x07.yaml", RANKED)
    ran = cli("check")
    assert ran.code == 1
    assert "(ai-tokens in one [31m)" in ran.out
    assert [line for line in ran.out.split("\n") if not line.isprintable()] == []


def test_errors_are_cleaned_too(cli: Cli, write: Write) -> None:
    key, value = json.dumps(NASTY[:100]), json.dumps(NASTY)
    write("metrics.yaml", f"metriclint: 1\nmetrics: {{m: {{title: x, kind: {value}, {key}: 1, outcome: {key}}}}}\n")
    write("raw.yaml", "metriclint: 1\nmetrics: {m\u202e: {titel\u200f: 1}}\n")
    ran = cli("check")
    assert ran.code == 2
    assert "Red" in ran.err
    assert [line for line in ran.err.split("\n") if not line.isprintable()] == []
    assert max(map(len, ran.err.split("\n"))) <= 300


def test_a_refused_option_is_cleaned_too(cli: Cli) -> None:
    for args in (["check", "--format", NASTY], ["explain", NASTY], ["check", "--today", NASTY]):
        assert cli(*args).err.removesuffix("\n").isprintable()


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_any_title_gives_printable_lines(cli: Cli, write: Write, title: str) -> None:
    write("metrics.yaml", RANKED.replace("title: AI tokens used\n", f"title: {json.dumps(title)}\n"))
    ran = cli("check", "metrics.yaml", "--select", "VIS301")
    assert ran.code == 1
    assert all(line.isprintable() for line in ran.out.split("\n"))


def test_the_caret_of_a_very_long_line_stays_in_sight(cli: Cli, write: Write) -> None:
    filler = ", ".join(f"m{i}: {{title: Number {i}, consequences: []}}" for i in range(2000))
    card = "ai: {title: AI tokens used, subject: {level: individual}, kind: activity,"
    card += " visibility: {audience: org, identified: true, ranked: true}, consequences: []}"
    write("metrics.yaml", f"metriclint: 1\nmetrics: {{{filler}, {card}}}\n")
    out = cli("check", "metrics.yaml", "--select", "VIS301").out
    lines = out.splitlines()
    at = next(i for i, line in enumerate(lines) if "^" in line)
    start = lines[at].index("^")
    assert lines[at - 1][start:].startswith("ranked: true")
    assert max(map(len, lines)) <= 130


# Pieces


def test_an_excerpt_and_its_carets_are_aligned() -> None:
    text = frame(12, "    ranked: true", 5, 12, Paint(False), "error")
    assert text == "  12 |     ranked: true\n     |     ^^^^^^^^^^^^"


@pytest.mark.parametrize(("column", "length"), [(0, 0), (1, 500), (900, 3)])
def test_carets_never_leave_the_excerpt_by_more_than_one(column: int, length: int) -> None:
    line, carets = frame(1, "kind: activity", column, length, Paint(False), "note").split("\n")
    assert len(carets) <= len(line) + 1
    assert "^" in carets


@given(text=st.text(max_size=300), label=st.sampled_from(["", "also: ", "what you can do: "]))
def test_a_block_keeps_every_word_in_a_hundred_columns(text: str, label: str) -> None:
    lines = block(label, text).split("\n")
    assert all(len(line) <= 100 and line.isprintable() for line in lines)
    assert "".join((label + clean(text)).split()) == "".join("".join(lines).split())


@given(text=st.text("abc .,", min_size=1, max_size=200))
def test_a_coloured_label_changes_no_line_break(text: str) -> None:
    plain = block("what you can do: ", text)
    coloured = block("what you can do: ", text, style=Paint(True).good)
    assert ANSI.sub("", coloured) == plain
    assert coloured.startswith("    \x1b[32;1mwhat you can do: \x1b[0m")


def test_the_gist_is_whole_sentences() -> None:
    assert gist("One. Two is longer. Three.", limit=12) == "One."
    assert gist("One. Two. Three is far too long for it.", limit=12) == "One. Two."
    assert gist("no full stop at all", limit=3) == "no full stop at all"


def test_only_the_first_of_what_is_assumed_is_marked() -> None:
    steps = [("Pad", "", True), ("Tokens", "moves", True), ("Board", "shown on", False), ("Talk", "read in", True)]
    path = [Step("x:y", "action", title, verb, None, assumed) for title, verb, assumed in steps]
    words = "Pad (assumed) → moves → Tokens → shown on → Board → read in → Talk (assumed)"
    assert path_words(path) == words


def test_open_questions_on_many_metrics_of_a_file_are_told_once(cli: Cli, write: Write) -> None:
    cards = "".join(f"  m{n}: {{title: M{n}, kind: activity, subject: {{level: individual}}}}\n" for n in range(4))
    write("many.yaml", f"metriclint: 1\nmetrics:\n{cards}")
    write("few.yaml", "metriclint: 1\nmetrics:\n  x: {title: X, kind: activity, subject: {level: individual}}\n")
    ran = cli("check", "--today", TODAY)
    assert ran.out.count("many.yaml: info: open questions on 4 metrics") == 1
    assert "about" not in ran.out.partition("many.yaml: info")[2].partition("\n\n")[0]
    assert ran.out.count("open questions") == 2
    assert cli("check", "--today", TODAY, "--verbose").out.count("many.yaml:") >= 4
