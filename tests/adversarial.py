"""Texts that try to leave the place where they are shown, and reports that hold them."""

import json
import textwrap
from functools import lru_cache

import msgspec
from cards import RANKED
from conftest import ROOT, TODAY
from test_report_text import hostile

import metriclint
from metriclint.findings.finding import Acceptance, ChokePoint, Criterion, Finding, FixOption, Notice, Report, Status
from metriclint.findings.report import Options, report_of
from metriclint.sources.load import load_text

TEXTS = {
    "table": "pipe | and `ticks` and ``` fences | --- | end",
    "percent": "%0A::error::owned %0D%0A%25 end",
    "command": "\n::set-output name=x::y\n::stop-commands::z end",
    "old command": "  ::add-mask::x ##[set-env name=PATH]evil ##[endgroup] end",
    "script": "<script>alert(1)</script><img src=x onerror=y> end",
    "html": "</details></summary><!-- --> ]]> &amp; &#60;b&#62; end",
    "link": "[link](https://evil.example) ![pic](x.png) <https://e.example> end",
    "mention": "@everyone #1 !2 GH-3 www.evil.example https://e.example a@b.example end",
    "blocks": "\r\n\n# Heading\n- item\n> quote\n| a | b |\n\n    code end",
    "control": "\x1b[31mred\x07\x00 \u202edesrever\u2028next\u2029\u200b\x85\ufeff end",
    "emphasis": "**bold** __also__ *_~~gone~~ $x$ \\ ${{ secrets.TOKEN }} end",
    "systems": "##vso[task.setvariable variable=x]y ##teamcity[message text='x'] ###[error]z ]]> <![CDATA[ end",
    "format": "{metric} %s {0} {{x}} %(a)s $HOME end",
}
"""Each is short enough to stand whole in a message."""


def seen(text: str) -> str:
    """What is left of a text where control characters are blanks and a run of blanks is one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@lru_cache
def report_with(name: str) -> Report:
    """The report on a document that has one of the texts wherever a text may stand."""
    project, problems = load_text(hostile(TEXTS[name]), "metrics/hostile.yaml")
    assert not problems
    return report_of([(project, None)], Options(TODAY))


@lru_cache
def soaked_with(name: str) -> Report:
    """The same, with the text also where house rules, waivers, remarks and names of folders bring theirs in."""
    report, text = report_with(name), TEXTS[name]
    waiver = Acceptance(reason=text, approved_by=text, expires=text)

    def soaked(f: Finding) -> Finding:
        waived = {"status": "waived", "waiver": waiver} if f.code in ("VIS301", "GOV906") else {}
        fixes = [FixOption(text, obligation=text)]
        return msgspec.structs.replace(
            f,
            message=text,
            why=text,
            fixes=fixes,
            criteria=[Criterion(text, text)],
            project=text,
            excerpt=text,
            **waived,
        )

    findings = [soaked(f) for f in report.findings]
    place = msgspec.structs.replace(findings[0].location, path=f"a/{text}.yaml")
    return msgspec.structs.replace(
        report,
        findings=[*findings, msgspec.structs.replace(findings[0], location=place, fingerprint="ml1:0")],
        notices=[Notice(text, place), Notice(text)],
        choke_points=[ChokePoint("access:x", "access", text, 2, 3, place, text)],
    )


@lru_cache
def wrong_input(name: str = "html") -> Report:
    """The report on a document with one of the texts as unknown keys and wrong values, in a file named so."""
    text = json.dumps(TEXTS[name])
    document = f"metriclint: 1\n{text}: 1\nmetrics: {{m: {{title: x, kind: {text}, {text}: 1, subject: {text}}}}}\n"
    _, problems = load_text(document, f"metrics/{TEXTS[name]}.yaml")
    assert len(problems) > 2
    return report_of([], Options(TODAY), problems=problems)


@lru_cache
def report_on(folder: str) -> Report:
    """The report on an example."""
    return metriclint.check(["."], cwd=ROOT / "examples" / folder, today=TODAY)


@lru_cache
def ranked() -> Report:
    """The report on one card with a named ranking."""
    project, problems = load_text(textwrap.dedent(RANKED).lstrip(), "metrics.yaml")
    assert not problems
    return report_of([(project, None)], Options(TODAY))


def with_status(report: Report, **status: Status) -> Report:
    """A report in which findings have another status, by code, with the counts that go with it."""

    def changed(f: Finding) -> Finding:
        return msgspec.structs.replace(f, status=status[f.code]) if f.code in status else f

    findings = [changed(f) for f in report.findings]
    counts = {name: sum(1 for f in findings if f.status == name) for name in ("reported", "waived", "baselined")}
    return msgspec.structs.replace(report, findings=findings, summary=msgspec.structs.replace(report.summary, **counts))
