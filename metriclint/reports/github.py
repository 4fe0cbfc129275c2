"""Workflow commands of GitHub Actions: findings become annotations beside the lines of a change.

The runner reads each line of a step's output. ``::error file=…,line=…::message`` is an annotation; `%`, carriage return
and line feed are escaped in messages, `:` and `,` in properties as well. An older form, ``##[error]``, is read anywhere
in a line, so it must not come from a text. GitHub keeps ten annotations of a level for a step and drops the others
silently; the first ten are therefore the weightiest, and what is left over is printed as plain lines of the log.
"""

from collections.abc import Iterator
from typing import NamedTuple

from metriclint.files.problem import COMMAND_ANYWHERE
from metriclint.findings.finding import ChokePoint, ErrorRecord, Finding, Location, Notice, Report, path_words
from metriclint.reports.formats import Style
from metriclint.reports.terminal import clean, counted
from metriclint.reports.text import names_of
from metriclint.reports.wording import (
    MOST_CHOKE_POINTS,
    Led,
    choke_words,
    error_words,
    led,
    question_words,
    severity_words,
    summary_words,
)

MOST_OF_A_LEVEL = 10
"""Annotations of one level that GitHub shows for a step."""
_LEVELS = {"error": "error", "warning": "warning", "note": "notice", "info": "notice"}


class _Annotation(NamedTuple):
    """One annotation, not escaped yet. ``message`` may have several lines."""

    level: str
    title: str
    message: str
    place: Location | None


def render(report: Report, style: Style) -> str:
    """Annotations, the weightiest of each level first, then plain lines: what is left over, and the counts."""
    shown: dict[str, int] = {}
    rest = []
    lines = []
    for annotation in _annotations(report, style):
        shown[annotation.level] = shown.get(annotation.level, 0) + 1
        if shown[annotation.level] <= MOST_OF_A_LEVEL:
            lines.append(_command(annotation))
        else:
            rest.append(_plain(annotation))
    if rest:
        lines.append(f"{counted(len(rest), 'more annotation')} than GitHub shows for a step:")
    lines += rest
    lines += [f"- {_where(u.location)}: open questions: {_text(question_words(u))}" for u in report.undecided]
    lines += [_choke_point(c) for c in report.choke_points[:MOST_CHOKE_POINTS]]
    if report.errors:
        lines.append(f"{counted(len(report.errors), 'problem')} in the input; nothing was checked.")
    else:
        lines.append(f"{summary_words(report.summary)}.")
    return "\n".join(lines) + "\n"


def _annotations(report: Report, style: Style) -> Iterator[_Annotation]:
    yield from (_of_error(e) for e in report.errors)
    yield from (_of_finding(head, style) for head in led(report))
    yield from (_of_notice(n) for n in report.notices)


def _of_error(error: ErrorRecord) -> _Annotation:
    if not error.line:
        return _Annotation("error", "metriclint: the input is wrong", f"{error.path}: {error_words(error)}", None)
    place = Location(error.path, error.line, error.column, error.line, error.column, [], error.cell)
    return _Annotation("error", "metriclint: the input is wrong", error_words(error), place)


def _of_finding(head: Led, style: Style) -> _Annotation:
    f = head.finding
    lines = [f.message]
    if len(f.path) > 1:
        lines.append(f"Path: {path_words(f.path)}")
    lines += [f"What you can do: {fix.text}" for fix in (f.fixes if style.verbose else f.fixes[:1])]
    if f.more:
        lines.append(f"And {f.more} more like it on this metric.")
    if head.also:
        lines.append(f"Also: {names_of(head.also)}")
    if f.severity_from == "configuration":
        lines.append(f"Severity: {severity_words(f)}")
    if f.known_as is not None:
        lines.append(f"Worse: {f.known_as} in the baseline")
    return _Annotation(_LEVELS[f.severity], _name(f), "\n".join(_text(line) for line in lines), f.location)


def _name(f: Finding) -> str:
    return f"{f.code} {f.rule}"


def _of_notice(notice: Notice) -> _Annotation:
    return _Annotation("notice", "metriclint", _text(notice.message), notice.location)


def _command(a: _Annotation) -> str:
    properties = [f"title={_property(a.title)}"]
    if a.place is not None:
        properties = [f"file={_property(a.place.path)}", *_region(a.place), *properties]
    return f"::{a.level} {','.join(properties)}::{_data(a.message)}"


def _choke_point(choke: ChokePoint) -> str:
    where = f"{_where(choke.location)}: " if choke.location else ""
    return f"- {where}choke point: {_text(choke_words(choke))}"


def _region(place: Location) -> Iterator[str]:
    """Lines, and columns where they are of one line: of several, GitHub takes no columns."""
    if not place.line:
        return
    yield f"line={place.line}"
    yield f"endLine={place.end_line}"
    if place.line == place.end_line and place.column:
        yield f"col={place.column}"
        yield f"endColumn={place.end_column}"


def _plain(a: _Annotation) -> str:
    where = f"{_where(a.place)}: " if a.place else ""
    return f"- {where}{a.level}: {_text(a.title)}: {_text(a.message)}"


def _where(place: Location) -> str:
    return _text(place.shown)


def _text(text: str) -> str:
    """A text on one line in which nothing reads as a command of the older form, or of another system's."""
    return COMMAND_ANYWHERE.sub("## ", clean(text))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(_text(text)).replace(":", "%3A").replace(",", "%2C")
