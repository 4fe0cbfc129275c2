"""JUnit XML, for the test views of CI systems.

A suite for each metric, a case for each finding. Errors and warnings are failures; notes and infos pass and say what
they have to say; accepted and known findings and open questions are skipped, with the reason. JUnit has no written
standard: the elements are those that GitLab, Jenkins and GitHub actions read.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from metriclint.files.problem import COMMAND_ANYWHERE
from metriclint.findings.finding import ErrorRecord, Finding, Report, Undecided, path_words
from metriclint.reports.formats import Style
from metriclint.reports.terminal import clean
from metriclint.reports.wording import error_words, question_words, severity_words

_SKIPPED = {"waived": "accepted risk", "baselined": "known from before"}
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(report: Report, style: Style) -> str:
    """The report as one XML document. Some readers refuse one without a case, so a clean run has one that passes."""
    root = ET.Element("testsuites", name="metriclint")
    suites: dict[str, ET.Element] = {}
    for error in report.errors:
        _error(_suite(root, suites, "input"), error)
    for f in report.findings:
        if f.status != "filtered":
            _finding(_suite(root, suites, _suite_name(f)), f)
    for question in report.undecided:
        _question(_suite(root, suites, _suite_name(question)), question)
    if not suites:
        ET.SubElement(_suite(root, suites, "metriclint"), "testcase", classname="metriclint", name="nothing found")
    for suite in root:
        _count(suite, suite)
    _count(root, root.iter("testcase"))
    ET.indent(root)
    text = COMMAND_ANYWHERE.sub("#&#35;", ET.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(root: ET.Element, suites: dict[str, ET.Element], name: str) -> ET.Element:
    if name not in suites:
        suites[name] = ET.SubElement(root, "testsuite", name=name)
    return suites[name]


def _suite_name(about: Finding | Undecided) -> str:
    title, id_ = clean(about.metric_title), _id(about)
    return f"{title} ({id_})" if title and id_ else title or id_ or "metriclint"


def _id(about: Finding | Undecided) -> str:
    """Which metric, and of which project where that is not the one of the working folder."""
    project = about.project if about.project != "." else ""
    return clean("/".join(part for part in (project, about.metric) if part))


def _finding(suite: ET.Element, f: Finding) -> None:
    name = f"{f.code} {f.rule}"
    # A rule about decisions can speak twice under one metric; readers tell cases apart by their names.
    twins = sum(1 for case in suite if case.get("name", "").partition(" (")[0] == name)
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_id(f) or "metriclint",
        name=f"{name} ({twins + 1})" if twins else name,
        file=clean(f.location.path),
        line=str(f.location.line),
    )
    if f.status != "reported":
        until = f" until {clean(f.waiver.expires)}" if f.waiver else ""
        skipped = ET.SubElement(case, "skipped", message=f"{_SKIPPED[f.status]}{until}: {clean(f.message)}")
        if f.waiver and (f.waiver.reason or f.waiver.approved_by):
            skipped.text = clean(f"approved by {f.waiver.approved_by or 'nobody named'}: {f.waiver.reason}")
    elif f.severity in ("error", "warning"):
        failure = ET.SubElement(case, "failure", type=f.severity, message=clean(f.message))
        failure.text = _details(f)
    else:
        ET.SubElement(case, "system-out").text = f"{f.severity}: {clean(f.message)}\n{_details(f)}"


def _details(f: Finding) -> str:
    lines = [f.location.shown, f"severity: {severity_words(f)}"]
    if f.known_as is not None:
        lines.append(f"worse: {f.known_as} in the baseline")
    if len(f.path) > 1:
        lines.append(f"path: {path_words(f.path)}")
    lines.append(f"why it may backfire: {f.why}")
    lines += [f"what you can do: {fix.text}" for fix in f.fixes]
    lines.append(f"fingerprint: {f.fingerprint}")
    return "\n".join(clean(line) for line in lines)


def _question(suite: ET.Element, question: Undecided) -> None:
    place = question.location
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_id(question) or "metriclint",
        name="open questions",
        file=clean(place.path),
        line=str(place.line),
    )
    ET.SubElement(case, "skipped", message=f"undecided: {question_words(question)}")


def _error(suite: ET.Element, error: ErrorRecord) -> None:
    where = clean(error.where)
    case = ET.SubElement(suite, "testcase", classname="metriclint", name=where)
    if error.line:
        case.set("file", clean(error.path))
        case.set("line", str(error.line))
    ET.SubElement(case, "error", type="input", message=error_words(error)).text = f"{where}: {error_words(error)}"


def _count(element: ET.Element, cases: Iterable[ET.Element]) -> None:
    """Set the numbers of cases, and of those that failed, were wrong or were skipped."""
    found = list(cases)
    element.set("tests", str(len(found)))
    for attribute, tag in _COUNTED.items():
        element.set(attribute, str(sum(1 for case in found if case.find(tag) is not None)))
