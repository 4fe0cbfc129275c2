"""Every kind of bad input through the command line: exit 2, every place, a way out, no traceback."""

import os
from pathlib import Path

import pytest
from conftest import Cli, Ran, Snapshot, Write
from designs import RULE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metriclint.sources.load import load

HEAD = "metriclint: 1\n"
CARD = HEAD + "metrics: {a: {title: A}}\n"


def refused(ran: Ran, *lines: str) -> str:
    """What was said on standard error, after a look at the exit code and at the lines that must be there."""
    assert ran.code == 2, ran
    assert ran.out == ""
    assert "Traceback" not in ran.err
    for line in lines:
        assert line in ran.err, ran.err
    assert ran.err.endswith("in the input; nothing was checked.\n")
    return ran.err


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (HEAD + "metrics: {a: {title: 'A}}\n", "2:22", "broken YAML: unclosed quote"),
        (HEAD + "metrics:\n\ta: {title: A}\n", "3:2", "broken YAML: tabs disallowed"),
        (HEAD + "metrics: *nobody\n", "2:10", "broken YAML: while parsing node, found unknown anchor"),
        (HEAD + "---\n" + HEAD, "2:1", "one document a file, please: a second one begins here"),
        (HEAD + "metrics:\n  a:\n    title: A\n    title: B\n", "5:5", 'key "title" stands here twice'),
        (HEAD + "metrics: {a: {title: A}, a: {title: B}}\n", "2:26", 'key "a" stands here twice'),
        (HEAD + "metrics: {a: {title: 12}}\n", "2:15", "expected a text, got 12"),
        (HEAD + "metrics: [a]\n", "2:1", "expected a mapping, got a list"),
        (HEAD + "metrics: {a: {title: A, subject: {people: -3}}}\n", "2:35", "must be 0 or more"),
        (HEAD + "metrics: {a: {title: A, kind: true}}\n", "2:25", "true is not one of the allowed values"),
        (HEAD + "metrics: {a: {title: A, harms_measured: yes}}\n", "2:25", 'expected true or false, got "yes"'),
        (HEAD + "metrics: {a: {title: A, tags: [null]}}\n", "2:32", "expected a text, got nothing"),
        (HEAD + "metrics: {a: {kind: activity}}\n", "2:11", '"title" is missing'),
        (HEAD + "metrics: {1: {title: A}}\n", "2:1", "keys are texts: put 1 in quotes"),
        (HEAD + "metrics: {true: {title: A}}\n", "2:1", "keys are texts: put true in quotes"),
        (HEAD + "metrics: {? [a, b] : {title: A}}\n", "2:1", "keys are texts, not lists or mappings"),
        ("metriclint: 2\n", "1:1", "2 is not one of the allowed values"),
        ("metriclint: true\n", "1:1", "true is not one of the allowed values"),
        ("- metriclint: 1\n", "1:1", "a document is a mapping that begins with `metriclint: 1`"),
        ("", "1:1", "the file is empty: a document begins with `metriclint: 1`"),
        (" \n\n", "1:1", "the file is empty"),
        (HEAD + "metrics: {a: {title: A, governance: {review_date: soon}}}\n", "2:38", '"soon" is no date'),
        (HEAD + "metrics: {a: {title: A, derived_from: [b]}, b: {title: B, derived_from: [a]}}\n", "2:", "in a circle"),
    ],
)
def test_a_bad_document_is_reported_at_its_place(cli: Cli, write: Write, text: str, place: str, message: str) -> None:
    write("a.yaml", text)
    err = refused(cli("check", "a.yaml"), f"error: a.yaml:{place}", message)
    assert err.count("error: ") == 1


@pytest.mark.parametrize(
    ("text", "place", "message", "nearest"),
    [
        (HEAD + "metrics: {a: {title: A, kindd: activity}}\n", "2:25", 'unknown key "kindd"', "kind"),
        (HEAD + "metrics: {a: {title: A, kind: activty}}\n", "2:25", '"activty" is not one of', "activity"),
        (HEAD + "metrics: {a: {title: A, controls: [volume, Time]}}\n", "2:44", '"Time" is not one of', "timing"),
        (HEAD + "metrics: {a: {title: A, recorded_by: Customers}}\n", "2:25", '"Customers" is not one of', "customer"),
        (HEAD + "metric: {a: {title: A}}\n", "2:1", 'unknown key "metric"', "metrics"),
        (HEAD + "metrics: {AI Tokens: {title: A}}\n", "2:11", '"AI Tokens" is no id', "ai-tokens"),
        (HEAD + "metrics: {a: {title: A, tags: [ai_usage]}}\n", "2:32", '"ai_usage" is no id', "ai-usage"),
        (
            HEAD + "boards: {team-wall: {audience: team}}\nmetrics: {a: {title: A, visibility: team-wal}}\n",
            "3:25",
            'unknown board "team-wal"',
            "team-wall",
        ),
        (
            HEAD + "overlay: true\nmetrics: {ai-token: {kind: activity}}\n",
            "3:11",
            '"ai-token" matches no metric that another file declares',
            "ai-tokens",
        ),
    ],
)
def test_a_slip_of_the_pen_names_the_nearest_word(
    cli: Cli, write: Write, text: str, place: str, message: str, nearest: str
) -> None:
    write("a.yaml", text)
    write("other.yaml", HEAD + "metrics: {ai-tokens: {title: AI tokens used}}\n")
    refused(cli("check", "."), f"error: a.yaml:{place}: {message}", f"did you mean {nearest}?")


def test_a_missing_format_version_names_the_key_that_looks_like_it(cli: Cli, write: Write) -> None:
    write("a.yaml", "metricslint: 1\n")
    refused(cli("check", "a.yaml"), 'a.yaml:1:1: "metriclint" is missing', "not `metricslint`")


def test_a_boolean_where_an_enumeration_is_expected_names_the_allowed_values(cli: Cli, write: Write) -> None:
    write("a.yaml", HEAD + "metrics: {a: {title: A, verification: false}}\n")
    refused(cli("check", "a.yaml"), "false is not one of", "allowed: independent, internal, none, sample")


def test_every_slip_of_one_file_is_told_in_one_run_in_the_order_of_lines(
    cli: Cli, write: Write, snapshot: Snapshot
) -> None:
    write(
        "cards.yaml",
        """
        metriclint: 1
        roles:
          developer: {titel: Developer}
        metrics:
          ai-tokens:
            title: AI tokens used
            kind: activty
            kind: input
            direction: yes
            subject: {level: team, people: many}
            consequences:
              - {kind: reveiw, stated: used, when: never}
          Uptime: {title: Uptime}
        """,
    )
    ran = cli("check", "cards.yaml")
    refused(ran)
    snapshot("bad_input_one_file.txt", ran.err)


def test_a_folder_of_bad_files_is_told_whole_in_one_run(
    cli: Cli, write: Write, tmp_path: Path, snapshot: Snapshot
) -> None:
    write("broken.yaml", HEAD + "metrics: [\n")
    write("circle.yaml", HEAD + "metrics: {b: {title: B, derived_from: [c]}, c: {title: C, derived_from: [b]}}\n")
    write("duplicate.yaml", HEAD + "metrics: {d: {title: D, title: E}}\n")
    write("empty.yaml", "")
    write("good.yaml", HEAD + "metrics: {good: {title: Good}, twice: {title: Twice}}\n")
    write("key.yaml", HEAD + "metrics: {k: {title: K, kindd: input}}\n")
    write("many.yaml", HEAD + "metrics: {m: {title: M, kind: true, tags: [A B]}}\n")
    write("overlay.yaml", HEAD + "overlay: true\nmetrics: {goood: {kind: input}}\n")
    write("reference.yaml", HEAD + "metrics: {r: {title: R, agent: nowhere, visibility: wal}}\n")
    write("twice.yaml", HEAD + "metrics: {twice: {title: Two}}\n")
    write("version.yaml", "metriclint: one\n")
    write("deep/nested.yaml", HEAD + "metrics: " + "[" * 100_000)
    write("other-project/metriclint.toml", "[severity]\nno-review = 'high'\n")
    write("other-project/latin.yaml", HEAD)
    (tmp_path / "other-project" / "latin.yaml").write_bytes(HEAD.encode() + b"metrics: {a: {title: K\xf6ln}}\n")
    (tmp_path / "other-project" / "nowhere.yaml").symlink_to("gone")
    ran = cli("check", ".")
    refused(ran, "16 problems in the input")
    snapshot("bad_input_folder.txt", ran.err)


def test_the_errors_of_a_json_report_are_the_same_ones(cli: Cli, write: Write) -> None:
    write("a.yaml", HEAD + "metrics: {a: {title: A, kind: activty}}\n")
    ran = cli("check", "a.yaml", "--format", "json")
    assert ran.code == 2
    assert '"message": "\\"activty\\" is not one of the allowed values"' in ran.out
    assert '"suggestion": "activity"' in ran.out


def test_an_id_that_a_broken_file_may_declare_is_no_false_alarm(cli: Cli, write: Write) -> None:
    write("a.yaml", HEAD + "metrics: {a: {title: A, visibility: wall, agent: nowhere}}\n")
    write("b.yaml", HEAD + "boards: {wall: {audience: team}\n")
    err = refused(cli("check", "."), 'unknown system "nowhere"', "b.yaml:2:9: broken YAML")
    assert "unknown board" not in err


def test_a_file_that_is_not_utf_8_is_placed_at_the_first_wrong_byte(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("metriclint: 1\n# Zürich, ".encode() + b"K\xf6ln\n")
    refused(cli("check", "a.yaml"), "a.yaml:2:12: not UTF-8 (byte 0xf6): save the file as UTF-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(cli: Cli, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.yaml").write_bytes(CARD.encode(encoding))
    refused(cli("check", "a.yaml"), "a.yaml:1:1: this file is UTF-16: save it as UTF-8")
    refused(cli("check", "."), "a.yaml:1:1: this file is UTF-16: save it as UTF-8")


def test_a_byte_order_mark_is_accepted_and_moves_no_column(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + CARD.encode())
    assert cli("check", "a.yaml", "--fail-on", "never").code == 0
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + b"metriclint: one\n")
    refused(cli("check", "a.yaml"), 'a.yaml:1:1: "one" is not one of')


@pytest.mark.parametrize("byte", [0x00, 0x07, 0x1B, 0x7F])
def test_a_control_character_is_placed_and_never_printed(cli: Cli, tmp_path: Path, byte: int) -> None:
    (tmp_path / "a.yaml").write_bytes(HEAD.encode() + b"metrics: {a: {title: A" + bytes([byte]) + b"[31m}}\n")
    err = refused(cli("check", "a.yaml"), f"a.yaml:2:23: control character 0x{byte:02x}: YAML does not allow it")
    assert chr(byte) not in err


def test_names_with_escape_sequences_never_reach_the_screen(cli: Cli, write: Write) -> None:
    write("a.yaml", HEAD + 'metrics: {a: {title: A, "k\\e[31m": "\\e]0;owned\\a", kind: "\\e[2J"}}\n')
    err = refused(cli("check", "a.yaml"), 'unknown key "k [31m"')
    assert "\x1b" not in err
    assert "\x07" not in err


def test_a_link_that_leads_nowhere_cannot_be_read(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to("nothing-here")
    refused(cli("check", "gone.yaml"), "error: gone.yaml: cannot be read: no such file or directory")
    refused(cli("check", "."), "error: gone.yaml: cannot be read")


def test_a_link_that_leads_round_in_a_circle_cannot_be_read(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    refused(cli("check", "."), "error: a.yaml: cannot be read: too many levels", "error: b.yaml: cannot be read")


def test_a_folder_that_links_to_its_parent_is_walked_once(cli: Cli, write: Write, tmp_path: Path) -> None:
    write("metrics/a.yaml", CARD)
    (tmp_path / "metrics" / "again").symlink_to("..")
    ran = cli("check", ".", "--fail-on", "never")
    assert ran.code == 0
    assert "1 metric checked" in ran.out


def test_a_folder_with_the_name_of_a_file_is_walked(cli: Cli, write: Write, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()
    assert cli("check", "x.yaml").code == 3
    write("x.yaml/a.yaml", HEAD + "metrics: {a: {titel: A}}\n")
    refused(cli("check", "x.yaml"), "x.yaml/a.yaml:2:15: unknown key")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_read_permission_is_told(cli: Cli, write: Write) -> None:
    write("a.yaml", CARD).chmod(0)
    refused(cli("check", "a.yaml"), "error: a.yaml: cannot be read: permission denied")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_on_the_way_is_passed_by(cli: Cli, write: Write, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    write("a.yaml", CARD)
    assert cli("check", ".", "--fail-on", "never").code == 0


def test_a_path_that_is_not_there_or_too_long_is_told(cli: Cli) -> None:
    refused(cli("check", "nope.yaml", "n" * 5000), "error: nope.yaml: no such file or folder", "2 problems")


def test_an_empty_folder_and_one_without_documents_exit_with_3(cli: Cli, write: Write, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = cli("check", "empty")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("nothing to check")
    write("other/compose.yaml", "services: {}\n")
    assert cli("check", "other").code == 3


def bomb(width: int, depth: int) -> str:
    lines = [f"x0: &x0 [{', '.join(['lol'] * width)}]"]
    lines += [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * width)}]" for i in range(1, depth)]
    return HEAD + "\n".join(lines) + "\n"


NEST = {
    "brackets": HEAD + "metrics: " + "[" * 100_000 + "]" * 100_000,
    "braces": HEAD + "metrics: " + "{a: " * 100_000 + "}" * 100_000,
    "dashes": HEAD + "metrics:\n" + "- " * 100_000 + "a\n",
    "question marks": HEAD + "? " * 100_000 + "a\n",
    "colons": HEAD + "? a\n" + ": " * 100_000 + "a\n",
    "indentation": HEAD + "".join(" " * i + "a:\n" for i in range(3_000)),
    "carriage returns": HEAD + "".join(" " * i + "a:\r" for i in range(3_000)),
}


@pytest.mark.parametrize("kind", NEST)
def test_a_nest_100_000_deep_is_refused(cli: Cli, tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.yaml").write_text(NEST[kind], encoding="utf-8", newline="")
    refused(cli("check", "a.yaml"), "nested too deeply", "1 problem ")


def test_an_alias_bomb_is_refused(cli: Cli, write: Write) -> None:
    write("a.yaml", bomb(10, 10))
    refused(cli("check", "a.yaml"), "a.yaml:1:1: too many aliases (*name) for one file; write the values out")


def test_an_alias_inside_its_own_anchor_does_not_turn_for_ever(cli: Cli, write: Write) -> None:
    write("a.yaml", HEAD + "metrics: {a: &a {title: A, harms: [*a]}}\n")
    refused(cli("check", "a.yaml"), "a.yaml:2:")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "metrics: {a: {title: " + "x" * 50_000_000 + "}}\n", "too long: 50,000,000 characters"),
        (HEAD + "metrics: {a: {title: A, " + "k" * 50_000_000, "broken YAML"),
        (" " * 50_000_000 + "metriclint", "nested too deeply"),
    ],
    ids=["value", "key", "blanks"],
)
def test_a_line_of_50_megabytes_is_told_in_short(cli: Cli, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert len(refused(cli("check", "a.yaml"), message)) < 1_000


def test_an_unknown_word_to_select_names_the_nearest(cli: Cli, write: Write) -> None:
    write("a.yaml", CARD)
    refused(
        cli("check", "a.yaml", "--select", "no-counter-metrics"),
        'unknown rule or family "no-counter-metrics"',
        "did you mean no-counter-metric?",
    )


@pytest.mark.parametrize(
    ("name", "text", "other"),
    [
        ("a.yaml", "metriclint: 1\nmetrics: [\n", "a.yaml:2:10: broken YAML"),
        ("a.yaml", "metriclint: 1\nmetrics: {a: {titel: A}}\n", 'unknown key "titel"'),
        ("a.yaml", b"metriclint: 1\n\xff", "a.yaml:2:1: not UTF-8"),
        ("b.yaml", "", "a.yaml: no such file or folder"),
    ],
)
def test_unknown_words_are_told_in_the_same_run_as_wrong_documents(
    cli: Cli, tmp_path: Path, name: str, text: str | bytes, other: str
) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = cli("check", "a.yaml", "--select", "GAM101,nonsense", "--ignore", "ZZZ")
    refused(ran, 'error: --select: unknown rule or family "nonsense"', "error: --ignore: unknown rule", other)


def test_unknown_words_are_told_where_there_is_nothing_to_check(cli: Cli, write: Write) -> None:
    refused(cli("check", "--select", "nonsense"), 'unknown rule or family "nonsense"')
    write("metriclint.toml", 'ignore = ["nonsense"]\n')
    refused(cli("check"), 'metriclint.toml:1:11: unknown rule or family "nonsense"')


@pytest.mark.parametrize(
    ("line", "place", "message"),
    [
        ('selct = ["*"]', "1:1", 'unknown key "selct"'),
        ('fail_on = "high"', "1:1", '"high" is not one of the allowed values'),
        ("[severity]\npaths = [\n", "2:9", "broken TOML"),
        ("[severity]\nx = 3", "2:1", "3 is not one of the allowed values"),
    ],
)
def test_a_bad_configuration_is_reported_at_its_place(
    cli: Cli, write: Write, line: str, place: str, message: str
) -> None:
    write("metriclint.toml", line)
    write("a.yaml", CARD)
    refused(cli("check"), f"metriclint.toml:{place}: ", message)


def test_configured_paths_that_are_not_there_or_outside_are_told(cli: Cli, write: Write) -> None:
    write("p/metriclint.toml", 'paths = ["metrics/", "../shared"]')
    write("shared/a.yaml", CARD)
    write("p/b.yaml", CARD)
    refused(
        cli("check", "p/b.yaml"),
        "error: p/metrics: no such file or folder (named by `paths` of the configuration)",
        "error: shared: lies outside of the project",
    )


def test_a_configured_path_that_leads_out_is_not_walked(
    cli: Cli, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("p/metriclint.toml", 'paths = [".."]')
    write("p/a.yaml", CARD)
    write("shared/broken.yaml", HEAD + "metrics: [\n")
    monkeypatch.chdir(tmp_path / "p")
    err = refused(cli("check"), "lies outside of the project", "1 problem in the input")
    assert "broken.yaml" not in err
    err = refused(cli("check", "--changed", "metriclint.toml"), "lies outside of the project")
    assert "broken.yaml" not in err


@pytest.mark.parametrize("pack", ["__main__", "sys", "nowhere"])
def test_a_pack_that_is_no_package_with_a_folder_is_told(cli: Cli, write: Write, pack: str) -> None:
    write("metriclint.toml", f'packs = ["{pack}"]')
    write("a.yaml", CARD)
    refused(cli("check"), f"{pack}: no such rule folder")


def test_bad_rule_files_of_a_pack_are_told_in_one_run(cli: Cli, write: Write) -> None:
    write("metriclint.toml", 'packs = ["house"]')
    write("a.yaml", CARD)
    write("house/visibility/bad-type.yaml", RULE.format(code="ZZZ100", when="derived.stakes > 'a'", severity="note"))
    write("house/visibility/bad-fact.yaml", RULE.format(code="ZZZ101", when="board.rankd", severity="note"))
    write("house/visibility/one-code.yaml", RULE.format(code="VIS301", when="board.ranked", severity="note"))
    err = refused(cli("check"), "did you mean board.ranked?", "code VIS301 is used twice", "3 problems")
    assert "bad-type.yaml:" in err
    assert "bad-fact.yaml:" in err


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=60) | st.text("metriclint: 1\n-?[]{}&*a'\"#|>!%@,", max_size=60).map(str.encode))
def test_no_bytes_at_all_raise(tmp_path: Path, data: bytes) -> None:
    for text in (data, HEAD.encode() + data, HEAD.encode() + b"metrics:\n  a:\n    title: A\n    " + data):
        loaded = load([], tmp_path, stdin=("x.yaml", text))
        assert loaded.documents or loaded.problems
        assert all(p.line >= 1 and p.column >= 1 and p.message for p in loaded.problems)
