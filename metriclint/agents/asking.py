"""Asking: what a rule says, how a number reaches a consequence, and which changes are proven to help."""

import msgspec

from metriclint.agents.ground import Answer, Ground, Refused, told
from metriclint.explain.asked import Elsewhere, Unclear, ask
from metriclint.explain.text import render
from metriclint.files.problem import ProblemError, did_you_mean, shorten
from metriclint.findings.verdict import WAIVER_RULES, waiver_rules
from metriclint.findings.waiver_words import WORDS, page
from metriclint.repair import words as repair_words
from metriclint.repair.answer import answer
from metriclint.repair.job import Job, UnknownTarget
from metriclint.reports.terminal import Paint, no_commands
from metriclint.rules.page import as_record, plain_page

_PLAIN = Paint(False)
_FOOT = (
    "Each option was tried by checking the changed design. Nothing was written: set the values of `changes` yourself, "
    "and only where what they say is really so."
)


def explain_rule(ground: Ground, rule: str, path: str) -> Answer:
    """A rule in full."""
    catalogue = ground.catalogue(path)
    found = catalogue.find(rule)
    if found is not None:
        return Answer(no_commands(plain_page(found, catalogue.criteria)), as_record(found))
    about_waivers = waiver_rules(rule)
    if len(about_waivers) == 1:
        (name,) = about_waivers
        words, code = WORDS[name], WAIVER_RULES[name]
        record = {"name": name, "family": "governance", "code": code, "severity": words.severity}
        record |= {"summary": words.summary, "why": words.why}
        return Answer(page(name, code), {**record, "fix": [{"text": text} for text in words.fixes]})
    if rule != "*" and (members := sorted(catalogue.matching(rule))):
        raise Refused(f'"{shorten(rule, 60)}" is a family of {len(members)} rules: {", ".join(members)}')
    near = did_you_mean(rule, catalogue.names())
    raise Refused(f'unknown rule "{shorten(rule, 60)}"' + (f': did you mean "{near}"?' if near else ""))


def why(ground: Ground, subject: str, target: str, view: str, path: str) -> Answer:
    """How a number reaches a consequence, or what feeds one."""
    try:
        found = ask(ground.loaded(path).projects, subject, target or None, view)
    except Elsewhere as error:
        raise Refused(f"{error}: choose one with `path`") from None
    except Unclear as error:
        raise Refused(str(error)) from None
    return Answer(no_commands(render(found, _PLAIN)), msgspec.to_builtins(found))


def propose_repairs(ground: Ground, target: str, path: str, max_changes: int) -> Answer:
    """Changes after which a finding is gone, each proven by checking the changed design."""
    loaded = ground.loaded(path)
    try:
        job = Job(loaded.projects, ground.today, loaded.reported, here=ground.root)
        wanted = job.find(target)
    except ProblemError as error:
        raise Refused(told(error.problems)) from None
    except UnknownTarget as error:
        raise Refused(str(error)) from None
    fix = answer([job.repair(item, max_changes) for item in wanted])
    if not fix.findings:
        return Answer("Nothing to repair: no finding.\n", msgspec.to_builtins(fix))
    return Answer(repair_words.render(fix, _PLAIN, _FOOT), msgspec.to_builtins(fix))
