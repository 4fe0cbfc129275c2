"""``metriclint baseline``: findings that were there before, written down so that only new ones fail a run."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from metriclint.cli.output import NOTHING_TO_CHECK, color_option, emit, emit_all, fail, refuse, say, today_or_exit
from metriclint.reports.terminal import clean

if TYPE_CHECKING:
    from metriclint.findings.baseline import Known, Place
    from metriclint.findings.finding import Finding


@click.group("baseline")
def command() -> None:
    """Findings known from before, so that an old project fails on new ones only."""


class _Held(NamedTuple):
    """A project held against its baseline."""

    key: str
    findings: "list[Finding]"
    """Those that count, as if there were no baseline."""


_Held_by_file = dict["Place", list[_Held]]


def _on_projects(function: Callable[..., None]) -> Callable[..., None]:
    """A command on whole projects: it is given their findings by baseline. A selection is taken, to say why not."""

    def run(
        paths: tuple[str, ...],
        file: str | None,
        select: tuple[str, ...],
        ignore: tuple[str, ...],
        today: str | None,
        color: str,
        **own: Any,
    ) -> None:
        function(_held(paths, file, select, ignore, today, color), file=file, color=color, **own)

    run.__doc__ = function.__doc__
    for decorate in (
        color_option,
        click.option(
            "--today", metavar="DATE", help="Date that reviews and waivers are held against.  [default: today]"
        ),
        click.option("--ignore", multiple=True, hidden=True),
        click.option("--select", multiple=True, hidden=True),
        click.option("--file", "file", metavar="FILE", help="The baseline.  [default: as configured]"),
        click.argument("paths", nargs=-1),
    ):
        run = decorate(run)
    return run


@command.command("write")
@click.option("--force", is_flag=True, help="Replace a baseline that is there, new findings included.")
@_on_projects
def write(held: _Held_by_file, *, file: str | None, color: str, force: bool) -> None:
    """Write all findings of today down, for the projects of PATHS (the configured one by default).

    Waived findings and findings about waivers are left out. A baseline that is there stays unless --force is said.
    """
    from metriclint.findings.baseline import known_of, text_of
    from metriclint.reports.terminal import counted

    for place in held:
        if place.file.exists() and not force:
            refuse(
                f"{place.shown} exists already: `metriclint baseline update` takes out what is solved, "
                "--force writes it anew with all new findings"
            )
    texts: list[tuple[str, str | None]] = []
    for place, projects in held.items():
        entries = [known_of(f, project.key) for project in projects for f in project.findings]
        texts.append((text_of(entries), str(place.file)))
        told = f"{counted(len(entries), 'finding')} written to {place.shown}\n"
        if not place.configured:
            named = f"--baseline {place.shown}" if file else f'baseline = "{place.file.name}"'
            where = "" if file else " in metriclint.toml"
            told += f"next: let checks know it, by `{named}`{where}\n"
        texts.append((told, None))
    emit_all(texts)


@command.command("update")
@_on_projects
def update(held: _Held_by_file, *, file: str | None, color: str) -> None:
    """Take out what is solved and note what got better. New and worse findings are never taken in."""
    from metriclint.findings.baseline import gone_projects, read_baseline, text_of, updated

    for place, projects in held.items():
        with _or_exit(color):
            baseline = read_baseline(place)
        known = baseline.known
        for project in projects:
            known = updated(known, project.key, project.findings)
        for key in gone_projects(baseline):
            known = updated(known, key, [])
        gone = len(baseline.known) - len(known)
        better = sum(1 for key, entry in known.items() if entry.severity != baseline.known[key].severity)
        text = text_of(known.values())
        # Entries that stand twice after a merge, or in another order, are put right too.
        if text != baseline.text:
            emit(text, str(place.file))
        told = f"{gone} solved taken out, {better} better, {len(known)} stay"
        say(f"{place.shown}: {told}{'; nothing to change' if text == baseline.text else ''}\n")


@command.command("show")
@_on_projects
def show(held: _Held_by_file, *, file: str | None, color: str) -> None:
    """Show every entry with its state today: known, better, worse or solved; and what is new."""
    from metriclint.findings.baseline import STATES, gone_projects, read_baseline, states

    for place, projects in held.items():
        with _or_exit(color):
            baseline = read_baseline(place)
        found = [s for p in projects for s in states(baseline.known, p.key, p.findings)]
        found += [s for key in gone_projects(baseline) for s in states(baseline.known, key, [])]
        found.sort(key=lambda s: (STATES.index(s[0]), s[1].project, s[1].metric, s[1].rule))
        lines = [_line(state, entry, now) for state, entry, now in found]
        counts = ((state, sum(1 for s in found if s[0] == state)) for state in STATES)
        lines.append(f"{place.shown}: {', '.join(f'{number} {state}' for state, number in counts)}")
        say("\n".join(map(clean, lines)) + "\n")


def _line(state: str, entry: "Known", now: str | None) -> str:
    from metriclint.reports.terminal import clean

    severity = f"{entry.severity} → {now}" if now not in (None, entry.severity) else entry.severity
    where = "" if entry.project == "." else f" in {entry.project}"
    return clean(f"{state:<7} {entry.metric or 'the project'}{where}: {entry.rule} ({severity}) {entry.fingerprint}")


def _held(
    paths: tuple[str, ...],
    file: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    today: str | None,
    color: str,
) -> _Held_by_file:
    """The findings of whole projects by the baseline that each uses. Anything less than whole is refused."""
    from metriclint.findings.baseline import can_be_known, place_of, project_key
    from metriclint.findings.report import Options, report_of
    from metriclint.sources.load import load

    if select or ignore:
        option = "--select" if select else "--ignore"
        refuse(f"a baseline holds the findings of all rules: {option} cannot go with it; set it in the configuration")
    loaded = load(list(paths))
    if loaded.problems:
        fail(loaded.problems, color)
    if not loaded.documents:
        refuse("nothing to look at: no document was found", NOTHING_TO_CHECK)
    for project, reported in zip(loaded.projects, loaded.reported, strict=True):
        if reported is not None:
            whole = "" if project.name in ("", ".") else f" {project.name}"
            refuse(
                f"a baseline holds the findings of a whole project, and {', '.join(paths)} is a part of one: "
                f"run it without paths{' on' + whole if whole else ''}"
            )
    options = Options(today_or_exit(today), everything=False, baseline="")
    pairs = [(project, None) for project in loaded.projects]
    with _or_exit(color):
        report = report_of(pairs, options)
    held: _Held_by_file = {}
    for project in loaded.projects:
        place = place_of(project, Path(), file)
        found = [f for f in report.findings if f.project == project.name and can_be_known(f)]
        held.setdefault(place, []).append(_Held(project_key(project.name, Path.cwd(), place.file), found))
    return held


@contextlib.contextmanager
def _or_exit(color: str) -> Iterator[None]:
    from metriclint.files.problem import ProblemError

    try:
        yield
    except ProblemError as error:
        fail(error.problems, color)
