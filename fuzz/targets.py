"""What is fuzzed: each target takes bytes, gives them to one reader and returns.

An input that is refused with a message is fine; an exception that gets out, or an input that takes longer than
``LONGEST``, is a fault. Nothing here needs atheris, so tests replay inputs as they are.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from made import made_after

from metriclint.files.globs import fits
from metriclint.files.problem import Problem, ProblemError
from metriclint.files.yaml_values import decode
from metriclint.findings.baseline import Place, read_baseline, text_of
from metriclint.findings.finding import Report
from metriclint.findings.report import Options, report_of
from metriclint.model.config import Config
from metriclint.pictures.picture import KINDS
from metriclint.reports import render
from metriclint.reports.formats import names
from metriclint.reports.terminal import Paint, problems_text
from metriclint.review import comment
from metriclint.review import text as review_text
from metriclint.review.platforms import PLATFORMS
from metriclint.review.record import Review
from metriclint.rules.library import read_data
from metriclint.rules.rule import Rule
from metriclint.sources.configuration import parse_config
from metriclint.sources.load import load_text
from metriclint.sources.targets.text import read_target

T = TypeVar("T")
LONGEST = 1.0
"""Seconds of processor time that one input may take."""
TODAY = "2026-11-25"
_CARD = """\
metriclint: 1
metrics:
  ai-tokens:
    title: AI tokens used
    kind: activity
    subject: {level: individual}
    visibility: {title: Token leaderboard, audience: org, identified: true, ranked: true}
    consequences: [{kind: review, stated: used, access: individual}]
"""


def loader(data: bytes) -> None:
    """A file of declarations, up to the linked project; what is wrong with it can be said."""
    text = decode(data, "fuzz.yaml")
    problems = [text] if isinstance(text, Problem) else load_text(text, "fuzz.yaml")[1]
    problems_text(problems, Paint(False))


def document(data: bytes) -> None:
    """A document made after the published schema, with what fits it and what does not: checked and rendered."""
    made = made_after("document", data)
    project, problems = load_text(
        json.dumps({"metriclint": 1, **made} if isinstance(made, dict) else made), "fuzz.yaml"
    )
    report = _checked(project) if not problems else report_of([], Options(TODAY), problems=problems)
    if report is not None:
        render(report, names()[sum(data) % len(names())], verbose=True)


def target(data: bytes) -> None:
    """A target as a text, with every decimal mark."""
    text = data.decode("utf-8", "replace")
    for mark in (None, ".", ","):
        read = read_target(text, mark)
        assert read.text == text
        assert all(0 <= p.start <= p.end <= len(text) for p in read.places)
    with contextlib.suppress(ValueError):
        read_target(float(text))


def waivers(data: bytes) -> None:
    """Waivers on a card that has findings: a list of them as JSON, or texts by line."""
    text = data.decode("utf-8", "replace")
    keys = ("rule", "metric", "reason", "requested_by", "approved_by", "expires", "fingerprint")
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        rule = "ranked-activity-board"
        whole = {"rule": rule, "reason": "r", "requested_by": "a", "approved_by": "b", "expires": "2027-01-01"}
        listed = [whole | dict(zip(keys, text.split("\n"), strict=False))]
    try:
        written = json.dumps(listed)
    except RecursionError:
        return
    project, problems = load_text(f"{_CARD}waivers: {written}\n", "fuzz.yaml")
    if not problems:
        _checked(project)


def configuration(data: bytes) -> None:
    """Settings, in a file of their own and in ``pyproject.toml``; their patterns, held against a path."""
    text = data.decode("utf-8", "replace")
    for nested in (False, True):
        config, problems, _ = parse_config(text, "metriclint.toml", nested=nested)
        problems_text(problems, Paint(False))
        _try_patterns(config)


def baseline(data: bytes) -> None:
    """A baseline; one that is read is written as it was meant."""
    file = _scratch("baseline.json")
    file.write_bytes(data)
    try:
        known = read_baseline(Place(file, "baseline.json", configured=False)).known
    except ProblemError as error:
        problems_text(error.problems, Paint(False))
        return
    file.write_text(text_of(known.values()), encoding="utf-8")
    assert read_baseline(Place(file, "baseline.json", configured=False)).known == known


def review(data: bytes) -> None:
    """The record of a review, rendered for every platform."""
    record = _decoded("review", data, Review)
    if record is None:
        return
    if any(not 0 <= n < len(record.changes) for compared in record.findings for n in compared.changes):
        return  # numbers that only the tool itself sets
    if any(step.kind not in KINDS for compared in record.findings for step in compared.finding.path):
        return  # so are kinds of nodes
    for platform in PLATFORMS.values():
        comment.render(record, "error", platform)
    review_text.render(record, "error", Paint(False))


def report(data: bytes) -> None:
    """The record of a report, rendered in every format."""
    record = _decoded("report", data, Report)
    if record is None:
        return
    for name in names():
        render(record, name, verbose=True)


def rule(data: bytes) -> None:
    """A rule of one's own, as a file of data; its condition is not compiled."""
    file = _scratch("rule.yaml")
    file.write_bytes(data)
    try:
        read_data(file, Rule)
    except ProblemError as error:
        problems_text(error.problems, Paint(False))


TARGETS: dict[str, Callable[[bytes], None]] = {
    f.__name__: f for f in (loader, document, target, waivers, configuration, baseline, review, report, rule)
}
"""By name."""


def _checked(project: Any) -> Report | None:
    try:
        return report_of([(project, None)], Options(TODAY))
    except ProblemError:
        return None


def _try_patterns(config: Config) -> None:
    for setting in config.overrides:
        for pattern in setting.paths:
            fits("team/a/metrics.yaml", pattern)


def _decoded(name: str, data: bytes, kind: type[T]) -> T | None:
    """A record: the bytes as they are where they begin as JSON, else one made after the schema."""
    text = data if data[:1] == b"{" else msgspec.json.encode(made_after(name, data))
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


@cache
def _folder() -> Path:
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112
    return Path(tempfile.mkdtemp(prefix="metriclint-fuzz-", dir=place))


def _scratch(name: str) -> Path:
    """A file that the next input overwrites."""
    return _folder() / f"{os.getpid()}-{name}"
