"""Where fuzzing starts: files of the project and what is known to have been hard, and the words of each language."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from metriclint.findings.baseline import known_of, text_of
from metriclint.findings.report import Options, report_of
from metriclint.schemas import schema
from metriclint.sources.load import load_text
from metriclint.sources.targets import words as target_words

ROOT = Path(__file__).resolve().parent.parent
_HARD = [
    b"",
    b"metriclint: 1",
    b"metriclint: 1\nmetrics: {a: {title: *x}}",
    b"- [" * 60,
    b"? " * 300,
    b"{" * 400,
    b"a: &a [*a]",
    b"%YAML 9.9\n---\nmetriclint: 1\n",
    b"metriclint: 1\n---\nmetriclint: 1\n",
    b"!!python/object:os.system x",
    b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\nmetriclint: 1",
    b"metriclint: 1\nmetrics:\n  a: {title: |\n   x\n  }",
    "metriclint: 1\nmetrics: {\u2028: {title: \u0085}}".encode(),
    b"\xef\xbb\xbfmetriclint: 1",
    b"metriclint: 1\r\rmetrics: ~\r\n",
]
_TARGETS = """\
≥ 95 %|no more than 3 per week|99.9% by Q3 2026|1,000|1.000,5 €|between 3 and 5|reduce by 20 % vs. last year|TBD
at least 80% (of teams)|two thirds|p95 < 200 ms|top 10 %|zero|+5pp|< 1d 4h|½|NaN|1e400|۳٪|5-10|not below 4.2"""


def seeds(target: str) -> Iterable[bytes]:
    """Inputs to begin with."""
    yield b""
    yield from (f.read_bytes() for f in sorted((ROOT / "fuzz" / "found" / target).glob("*")) if f.is_file())
    if target == "loader":
        yield from _HARD
        files = sorted((ROOT / "examples").rglob("*.yaml"), key=lambda f: (f.stat().st_size, str(f)))
        yield from (f.read_bytes() for f in files[:60])
    elif target in ("document", "review", "report"):
        yield from (bytes((i * step + step) % 256 for i in range(600)) for step in range(1, 40))
    elif target == "target":
        yield from (text.encode() for text in re.split(r"[|\n]", _TARGETS))
    elif target == "waivers":
        yield b'[{"rule": "VIS301", "metric": "ai-tokens", "reason": "r", "requested_by": "a", "approved_by": "b"}]'
        yield b"ranked-activity-board\nai-tokens\nreason\nteam\nboard\n2027-01-01\nml1:0123456789abcdef"
    elif target == "configuration":
        yield b'paths = ["a"]\nselect = ["VIS"]\n[[overrides]]\npaths = ["a/**/b*"]\nignore = ["VIS301"]\n'
        yield b'[tool.metriclint]\nedition = "2026.1"\nfail_on = "warning"\n[tool.metriclint.waivers]\nerror = 3\n'
        yield (ROOT / "pyproject.toml").read_bytes()
    elif target == "rule":
        files = sorted((ROOT / "rules").rglob("*.yaml"), key=lambda f: (f.stat().st_size, str(f)))
        yield from (f.read_bytes()[:4096] for f in files[:20])
    if target in ("review", "report", "baseline"):
        yield _record(target)


def dictionary(target: str) -> list[str]:
    """Words of the language that a target reads, as ASCII texts of a few letters."""
    if target == "target":
        words = {w for value in vars(target_words).values() if isinstance(value, (set, frozenset, dict)) for w in value}
        return sorted({w for w in map(str, words) if w.isascii() and w.isprintable() and len(w) < 30})
    names = {"loader": "document", "waivers": "document", "configuration": "config", "baseline": "report"}
    body = json.dumps(schema(names.get(target, target)))
    found = {w for w in re.findall(r'"([\w-]{2,24})"', body) if w.isascii()}
    return sorted(found | {"metriclint_baseline", "ml1:0123456789abcdef", "2027-01-01", "<<: *a", "&a ", "!!str "})


def _record(target: str) -> bytes:
    """A report, a review or a baseline that the tool itself has written."""
    text = (ROOT / "examples" / "tokenmaxxing" / "1-leaderboard").glob("*.yaml")
    project, _ = load_text(next(iter(sorted(text))).read_text(encoding="utf-8"), "a.yaml")
    report = report_of([(project, None)], Options("2026-11-25"))
    if target == "baseline":
        return text_of([known_of(f, ".") for f in report.findings]).encode()
    small = msgspec.structs.replace(report, findings=report.findings[:2])
    if target == "report":
        return msgspec.json.encode(small)
    compared: list[dict[str, Any]] = [{"state": "new", "finding": f} for f in small.findings]
    counts = dict.fromkeys(("new", "worse", "better", "solved", "unchanged", "accepted", "left_out"), 1)
    return msgspec.json.encode(
        {
            "schema": "metriclint/review/1",
            "tool": small.tool,
            "base": {"name": "main", "commit": "8a3f"},
            "head": {"name": "the working tree"},
            "summary": counts,
            "findings": compared,
            "changes": [
                {"kind": "changed", "section": "boards", "id": "a", "title": "A", "text": "t", "plain": "p"},
            ],
        }
    )
