"""A project that has texts of an attacker wherever a text may stand, and what outputs are held against."""

import itertools
import json
import os
import re
import textwrap
from pathlib import Path

from adversarial import TEXTS
from cards import RANKED
from test_formats_hostile import orders
from test_report_text import hostile

FULL = os.environ.get("METRICLINT_RELIABILITY") == "full"
"""Are the long forms of these tests wanted."""

INJECTIONS = {
    **TEXTS,
    "drawing": "</text></svg><svg onload=alert(1)><foreignObject><script>x</script> end",
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e; end',
    "chart": '"]; click n1 call alert(1) %%{init: {"securityLevel": "loose"}}%% :::x --> end',
    "formula": "=cmd|' /C calc'!A0 end",
    "plus": '+HYPERLINK("https://evil.example","x") end',
    "at": "@SUM(1+1)*cmd|' /C calc'!A0 end",
    "minus": "-2+3+cmd|' /C calc'!A0 end",
    "address": "javascript:alert(1) file:///etc/passwd \\\\evil.example\\share ../../../etc/passwd end",
    "terminal": "\x1b]8;;https://evil.example\x07x\x1b]8;;\x07\x1b]52;c;ZXZpbA==\x07\x9b31m\x1bPq\x1b\\\x1b[2J end",
    "tag": "!!python/object/apply:os.system ['touch pwned'] &a *a <<: end",
    "template": "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {% include '/etc/passwd' %} end",
    "bidi": "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061cabc end",
    "number": "GH-1 %d %n &1 0x1F 1e400 NaN end",
}
"""By name; each ends with a word by which it is found again."""

_MARK = "§text§"
_WAIVER = """\
waivers:
  - {rule: VIS301, metric: m, reason: "§text§", requested_by: "§text§", approved_by: board, expires: 2027-01-01}
  - {rule: "§text§", metric: m, reason: "§text§", requested_by: "§text§", approved_by: board, expires: "§text§"}
"""
_RULE = """\
code: ORG001
edition: "2026.1"
scope: metric
severity: error
confidence: medium
variant: none
summary: "§plain§"
message: "{metric} §plain§"
when: derived.stakes >= 2
why: "§text§"
fix: [{text: "§text§"}]
ignore_when: "§text§"
criteria: [{ref: house, text: "§text§"}]
evidence: [{text: "§text§", source: "§text§"}]
examples:
  bad:
    - {title: "§text§", yaml: "metriclint: 1"}
    - {title: "§text§", yaml: "metriclint: 1"}
  good:
    - {title: "§text§", yaml: "metriclint: 1"}
    - {title: "§text§", yaml: "metriclint: 1"}
"""
_CRITERIA = 'criteria: {house: {title: "§text§", citation: "§text§", says: "§text§", url: "§text§"}}\n'
_CONFIG = 'paths = ["metrics"]\npacks = ["rules"]\njurisdictions = ["EU"]\n'


def rotation(start: int) -> list[str]:
    """All texts, beginning with another one."""
    texts = list(INJECTIONS.values())
    return texts[start % len(texts) :] + texts[: start % len(texts)]


def filled(text: str, start: int) -> str:
    """A text with the next injection at each of its marks; with as many starts as injections each is at each place."""
    supply = itertools.cycle(rotation(start))
    plain = re.sub("§plain§", lambda _: json.dumps(next(supply).translate({123: "(", 125: ")"}))[1:-1], text)
    return re.sub('"§text§"', lambda _: json.dumps(next(supply)), plain)


def write_project(folder: Path, start: int, *, ranked: bool = True) -> None:
    """Write the project, with a rule pack, waivers and a file whose name is an injection, too."""
    document = hostile(_MARK) + _WAIVER
    if not ranked:
        document = document.replace("identified: true, ranked: true", "identified: false, ranked: false")
    name = rotation(start)[0].replace("/", "∕").replace("\x00", "")[:80]
    files = {
        "metrics/cards.yaml": filled(document.replace(json.dumps(_MARK), f'"{_MARK}"'), start),
        f"metrics/{name}.yaml": textwrap.dedent(RANKED),
        "rules/house-rule.yaml": filled(_RULE, start),
        "rules/criteria.yaml": filled(_CRITERIA, start),
        "metriclint.toml": _CONFIG,
    }
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")


def obeyed(out: str) -> list[str]:
    """Lines of an output that a terminal or the log of a CI system would obey, or show as another text."""
    return [line for line in out.split("\n") if not line.isprintable()] + orders(out)
