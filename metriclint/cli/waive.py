"""``metriclint waive``: an accepted risk, written down as a waiver."""

import datetime
import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from metriclint.cli.output import NOTHING_TO_CHECK, color_option, emit, fail, refuse, say, today_or_exit
from metriclint.cli.projects import file_beside
from metriclint.model.vocabulary import WAIVER_DECISION
from metriclint.reports.terminal import clean

if TYPE_CHECKING:
    from metriclint.findings.finding import Finding
    from metriclint.findings.report import Options
    from metriclint.model.project import Project


@click.command("waive")
@click.argument("target", metavar="FINDING")
@click.option("--reason", help="Why the risk is accepted, in a sentence.")
@click.option("--requested-by", metavar="ROLE", help="Role that asks for it.")
@click.option("--approved-by", metavar="ROLE", help="Another role, which accepts the risk.")
@click.option("--expires", metavar="DATE", help="Last day, such as 2027-02-28.")
@click.option("--decision", type=click.Choice(WAIVER_DECISION), default="accept-risk", show_default=True)
@click.option("--compensating", multiple=True, metavar="METRIC", help="Metric that watches the risk; may be repeated.")
@click.option("--any-path", is_flag=True, help="Keep the waiver valid where the path of the finding changes.")
@click.option(
    "--into",
    metavar="FILE",
    help="File to write to.  [default: waivers.yaml if there is one or the card is another tool's, else the card]",
)
@click.option("--project", "path", metavar="PATH", help="File or folder.  [default: configured paths]")
@click.option("--diff", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--today", metavar="DATE", help="Date that the waiver is held against.  [default: today]")
@color_option
def command(
    target: str,
    reason: str | None,
    requested_by: str | None,
    approved_by: str | None,
    expires: str | None,
    decision: str,
    compensating: tuple[str, ...],
    any_path: bool,
    into: str | None,
    path: str | None,
    diff: bool,
    today: str | None,
    color: str,
) -> None:
    """Accept the risk of FINDING for a time: a fingerprint, or METRIC/RULE.

    The waiver is held against the rules about waivers first; one that would not count is not written. It is bound to
    the path of the finding, so a change of the design brings the finding back, unless --any-path is said.
    """
    day = today_or_exit(today)
    found = _find(target, path, day, color)
    told = {"--reason": reason, "--requested-by": requested_by, "--approved-by": approved_by, "--expires": expires}
    if missing := [option for option, value in told.items() if not (value or "").strip()]:
        refuse(f"a waiver needs {', '.join(missing)} too; {_longest(found, day)}")
    waiver = {
        "rule": found.finding.rule,
        "metric": found.finding.metric,
        "fingerprint": found.finding.fingerprint,
        "decision": decision,
        "reason": " ".join((reason or "").split()),
        "requested_by": " ".join((requested_by or "").split()),
        "approved_by": " ".join((approved_by or "").split()),
        "expires": expires,
        "compensating": list(compensating),
    }
    if any_path:
        del waiver["fingerprint"]
    if not compensating:
        del waiver["compensating"]
    place = _place(found, into)
    if place.implied:
        del waiver["metric"]
    _try(found, waiver, day)
    before, after = _texts(place, waiver)
    if diff:
        lines = difflib.unified_diff(
            before.splitlines(True),
            after.splitlines(True),
            f"a/{place.shown}" if before else "/dev/null",
            f"b/{place.shown}",
        )
        emit("".join(line if line.endswith("\n") else line + "\n" for line in lines), None)
        return
    emit(after, place.shown)
    say(f"{found.finding.rule} on {found.finding.metric} is waived until {expires}, in {clean(place.shown)}\n")


class _Found(NamedTuple):
    """A finding and where it stands."""

    finding: "Finding"
    project: "Project"
    options: "Options"
    of_card: bool
    """Is it about a single metric, not about a decision or the project."""


class _Place(NamedTuple):
    """Where a waiver is written to."""

    shown: str
    route: tuple[str | int, ...]
    """Of the list of waivers."""
    implied: bool
    """Does it stand in the card, so that the metric needs no name."""


def _find(target: str, path: str | None, day: str, color: str) -> _Found:
    """The one finding that is meant. Exits with a message where there is none, or more than one."""
    from metriclint.files.problem import ProblemError
    from metriclint.findings.report import Options, report_of
    from metriclint.findings.verdict import WAIVER_RULES
    from metriclint.rules.catalogue import built_in_catalogue
    from metriclint.rules.packs import pack_folders
    from metriclint.sources.load import load

    loaded = load([path] if path else [])
    if loaded.problems:
        fail(loaded.problems, color)
    if not loaded.documents:
        refuse("nothing to waive: no document was found", NOTHING_TO_CHECK)
    options = Options(day, everything=False, baseline="")
    try:
        report = report_of([(project, None) for project in loaded.projects], options)
    except ProblemError as error:
        fail(error.problems, color)
    finding = _meant(target, report.findings, [m for p in loaded.projects for m in p.metrics])
    if finding.rule in WAIVER_RULES:
        refuse(f"{finding.rule} is about a waiver, and no waiver waives that: change the one it speaks of")
    if finding.waiver is not None:
        where = finding.waiver.location
        refuse(
            f"{finding.rule} on {finding.metric} is waived already, until {finding.waiver.expires}"
            + (f" ({where.path}:{where.line})" if where else "")
        )
    project = next(p for p in loaded.projects if p.name == finding.project)
    compiled = built_in_catalogue(pack_folders(project.config, Path(project.name))).rules[finding.rule]
    return _Found(finding, project, options, compiled.rule.scope == "metric")


def _meant(target: str, findings: "Sequence[Finding]", metrics: Sequence[str]) -> "Finding":
    from metriclint.files.problem import did_you_mean

    if target.startswith("ml1:"):
        hits = [f for f in findings if f.fingerprint == target]
    else:
        metric, _, rule = target.partition("/")
        if metric not in metrics:
            near = did_you_mean(metric, metrics)
            refuse(f'unknown metric "{metric}"' + (f': did you mean "{near}"?' if near else ""))
        mine = [f for f in findings if f.metric == metric]
        hits = [f for f in mine if not rule or rule.lower() == f.rule or rule.upper() == f.code]
        if not rule and len(hits) > 1:
            refuse(f"{metric} has several findings; name one: {', '.join(f'{metric}/{f.rule}' for f in hits)}")
        if not hits:
            names = ", ".join(f.rule for f in mine) or "none"
            refuse(f'"{rule or "nothing"}" is not reported for {metric}; findings there: {names}')
    if not hits:
        refuse(f'no finding has the fingerprint "{target}"')
    if len(hits) > 1:
        projects = ", ".join(f.project or "." for f in hits)
        refuse(f'"{target}" is reported in several projects ({projects}): name one by --project')
    return hits[0]


def _longest(found: _Found, day: str) -> str:
    limit = found.project.config.waivers.days(found.finding.severity)
    last = datetime.date.fromisoformat(day) + datetime.timedelta(days=limit)
    return f"severity is {found.finding.severity}, so it can be waived for {limit} days, until {last}"


def _place(found: _Found, into: str | None) -> _Place:
    """Where the waiver goes: the file that was named, the project's waivers.yaml, else the card."""
    texts, root, foreign = found.project.texts, Path(found.project.name), found.project.foreign
    if into is None:
        own = [name for name in texts if Path(name).name in ("waivers.yaml", "waivers.yml")]
        if own:
            return _Place(own[0], ("waivers",), implied=False)
        card = found.project.metrics[found.finding.metric].origin if found.of_card else None
        if card is not None and card.path not in foreign:
            return _Place(card.path, (*card.route, "waivers"), implied=True)
        if card is None and found.finding.location.path not in foreign:
            return _Place(found.finding.location.path, ("waivers",), implied=False)
        # A file of another tool has no room for waivers.
        place = file_beside(found.project, "waivers.yaml")
        if Path(place).exists():
            refuse(f"{place} is no document of this project: name a file by --into")
        return _Place(place, ("waivers",), implied=False)
    shown = next((name for name in texts if Path(name).absolute() == Path(into).absolute()), None)
    if shown is not None and shown in foreign:
        refuse(f"{into} is a file of another tool, in which waivers have no place: name a document of this project")
    if shown is not None:
        return _Place(shown, ("waivers",), implied=False)
    if Path(into).exists():
        refuse(f"{into} is no document of this project")
    folders = [Path(root / p).resolve() for p in found.project.config.paths]
    if not any(Path(into).resolve().is_relative_to(folder) for folder in folders):
        refuse(f"{into} would lie outside of the project, where no check reads it")
    if Path(into).suffix not in (".yaml", ".yml"):
        refuse(f"{into} would not be read: name it .yaml")
    return _Place(into, ("waivers",), implied=False)


def _try(found: _Found, waiver: dict[str, Any], day: str) -> None:
    """Check the project with the waiver in it. Exits where it would not count, or the check would speak of it."""
    import msgspec

    from metriclint.findings.report import report_of
    from metriclint.findings.verdict import WAIVER_RULES
    from metriclint.model.project import Origin, WaiverEntry
    from metriclint.model.waiver import Waiver

    try:
        value = msgspec.convert(waiver, Waiver)
    except msgspec.ValidationError as error:
        refuse(f"the waiver cannot be written: {error}")
    mark = ("waivers", len(found.project.waivers), "tried")
    metric = found.finding.metric if found.of_card else value.metric
    project = found.project
    entry = WaiverEntry(value, metric, Origin(found.finding.location.path, mark))
    tried = msgspec.structs.replace(project, waivers=[*project.waivers, entry])
    report = report_of([(tried, None)], found.options)
    about = [f for f in report.findings if f.rule in WAIVER_RULES and tuple(f.location.route[:3]) == mark]
    grave = [f for f in about if f.rule != "waiver-ends-soon"]
    if grave:
        hint = f" The {_longest(found, day)}." if any("expires" in f.location.route for f in grave) else ""
        refuse(f"the waiver is not written. {' '.join(f.message for f in grave)}{hint}")
    after = next((f for f in report.findings if f.fingerprint == found.finding.fingerprint), None)
    if after is None or after.status != "waived":
        refuse("the waiver is not written, since it would not count: see `metriclint explain incomplete-waiver`")


def _texts(place: _Place, waiver: dict[str, Any]) -> tuple[str, str]:
    """The file before and with the waiver; a new file begins empty."""
    from metriclint.files.patch import PatchError, set_values
    from metriclint.files.yaml_values import parse

    file = Path(place.shown)
    if not file.exists():
        keys: list[tuple[tuple[str | int, ...], Any]] = [(("waivers", 0, k), value) for k, value in waiver.items()]
        return "", set_values("metriclint: 1\nwaivers:\n  - rule: to-be-named\n", keys, place.shown)
    try:
        before = file.read_bytes().decode("utf-8")
        here, _ = parse(before.removeprefix("\ufeff"), place.shown)
        for part in place.route:
            here = here.get(part) if isinstance(here, dict) else None
        change = ((*place.route, len(here)), waiver) if here else (place.route, [waiver])
        return before, set_values(before, [change], place.shown)
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"{place.shown} cannot be read: {error}")
    except PatchError as error:
        refuse(str(error))
