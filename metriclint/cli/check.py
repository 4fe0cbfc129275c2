"""``metriclint check``: declarations in, findings out."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click
import msgspec

from metriclint.cli.output import (
    FINDINGS,
    NOTHING_TO_CHECK,
    WRONG_INPUT,
    color_option,
    complain,
    emit_all,
    fail,
    refuse,
    today_or_exit,
    use_color,
)
from metriclint.cli.progress import Progress
from metriclint.cli.replay import keep
from metriclint.findings.finding import Report
from metriclint.model.project import Project
from metriclint.reports.formats import Style, names, renderer
from metriclint.reports.terminal import clean

if TYPE_CHECKING:
    from metriclint.cli.hook import Hook, Quick
    from metriclint.files.problem import Problem
    from metriclint.findings.report import Memory, Options

LEVELS = ("error", "warning", "note", "info", "never")
"""Thresholds of ``--fail-on``, from the most lenient that still fails to never."""


@click.command("check")
@click.argument("paths", nargs=-1)
@click.option(
    "--format",
    "formats",
    multiple=True,
    default=("text",),
    metavar="FORMAT[=FILE]",
    help="text, json, jsonl, sarif, github, gitlab, junit or markdown; may be repeated with files.  [default: text]",
)
@click.option("--output", "-o", metavar="FILE", help="Write the report of a single format to a file.")
@click.option("--fail-on", type=click.Choice(LEVELS), help="Lowest severity that makes the run fail.  [default: error]")
@click.option("--select", multiple=True, metavar="RULES", help="Rules or families to ask; may be repeated.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Rules or families to leave out; may be repeated.")
@click.option("--preview", is_flag=True, help="Ask rules that are in no edition yet, too.")
@click.option("--baseline", metavar="FILE", help="Findings known from before, in place of the configured baseline.")
@click.option("--today", metavar="DATE", help="Date that reviews and waivers are held against.  [default: today]")
@click.option("--stdin-filename", default="stdin.yaml", metavar="FILE", help="File that standard input stands for.")
@color_option
@click.option(
    "--options/--no-options",
    "options_wanted",
    default=None,
    help="Search a proven option for the worst findings of a text report.  [default: on a terminal]",
)
@click.option("--verbose", "-v", is_flag=True, help="Show every finding, option and open question.")
@click.option(
    "--changed",
    is_flag=True,
    help="PATHS are changed files: only what touches them is reported, and 0 without documents.",
)
@click.option("--no-cache", is_flag=True, help="Check anew, also where nothing has changed since the last run.")
@click.option("--watch", is_flag=True, help="Check again whenever something changes, until Ctrl-C.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    formats: tuple[str, ...],
    output: str | None,
    fail_on: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    preview: bool,
    baseline: str | None,
    today: str | None,
    stdin_filename: str,
    color: str,
    options_wanted: bool | None,
    verbose: bool,
    changed: bool,
    no_cache: bool,
    watch: bool,
) -> None:
    """Check metric declarations in PATHS: files or folders, `-` for standard input.

    Without PATHS the configured paths are checked, or the current folder. Exit codes: 0 nothing at the threshold,
    1 findings, 2 wrong input, 3 no documents.
    """
    from metriclint.files.problem import ProblemError

    outputs = _outputs(formats, output)
    if watch:
        _watch(ctx, paths, outputs)
        return
    day = today_or_exit(today)
    rules = _rules_for(paths)
    from metriclint.sources.load import load

    stdin = (stdin_filename, sys.stdin.buffer.read()) if "-" in paths else None
    everything = verbose or any(o.format != "text" for o in outputs)
    asked = partial(_options, day, select, ignore, preview, everything, baseline)
    hook = None
    if changed and not no_cache and stdin is None and baseline != "":
        from metriclint.cli.hook import Hook

        hook = Hook(paths, asked())
        if not _wants_options(options_wanted, outputs) and (part := _quick(hook)) is not None:
            _write(outputs, part.report, color, verbose)
            sys.exit(FINDINGS if _fails(part.report, [part.project], fail_on) else 0)
    progress = ctx.with_resource(Progress())
    progress.stage("reading declarations")
    loaded = load([p for p in paths if p != "-"], stdin=stdin, changed=changed, count=progress.count)
    options = asked()
    if not loaded.documents and not loaded.problems:
        _leave_empty(loaded.skipped, [] if changed else _wrong_words([], options), color, changed=changed)
    if baseline == "":
        refuse("--baseline names no file")
    projects = [] if loaded.problems else list(zip(loaded.projects, loaded.reported, strict=True))
    notices = [] if changed else skipped(loaded.skipped)
    problems = list(loaded.problems)
    if problems:
        problems += _wrong_words(loaded.projects, options)
        problems.sort(key=lambda p: (p.path, p.line, p.column))
    progress.stage(f"asking the rules about {sum(len(p.metrics) for p in loaded.projects):,} metrics")
    from metriclint.findings.report import Tally, report_of

    tally = Tally()
    report_on = partial(report_of, options=options, documents=loaded.documents, problems=problems, notices=notices)
    try:
        report = report_on(projects, tally=tally, memory=rules())
    except ProblemError as error:
        problems += error.problems
        report = report_on([])
    progress.stage("writing the report")
    if problems:
        machine = [o for o in outputs if o.format != "text"]
        _write(machine, report, color, verbose)
        if all(o.file is not None for o in machine):
            fail(problems, color)
        sys.exit(WRONG_INPUT)
    if hook is not None:
        hook.remember(loaded, tally)
    proven: _Proven = {}
    if _wants_options(options_wanted, outputs) and report.at_or_above("warning"):
        from metriclint.repair.best import best_options

        progress.stage("searching options")
        proven = best_options(loaded.projects, day, loaded.reported)
    printed = _write(outputs, report, color, verbose, proven)
    code = FINDINGS if _fails(report, loaded.projects, fail_on) else 0
    keep(code, printed.encode("utf-8", "replace"))
    sys.exit(code)


def _leave_empty(left_aside: list[str], wrong: list["Problem"], color: str, *, changed: bool) -> NoReturn:
    """End where there is nothing to check."""
    if changed:
        sys.exit(0)
    if wrong:
        fail(wrong, color)
    complain(nothing_found(left_aside) + "\n")
    sys.exit(NOTHING_TO_CHECK)


_LARGE = 1_000_000
"""Bytes of a file from which on getting the rules ready beside it pays."""


def _rules_for(paths: Sequence[str]) -> "Callable[[], Memory | None]":
    """The rules, read while a large file is parsed; ``None`` where they are read when they are asked."""
    if not any(map(_is_large, paths)):
        return lambda: None
    from metriclint.cli.ahead import rules_ahead

    return rules_ahead()


def _is_large(path: str) -> bool:
    try:
        return os.path.getsize(path) >= _LARGE  # noqa: PTH202 (no pathlib is loaded for this)
    except (OSError, ValueError):
        return False


def _options(
    day: str, select: Sequence[str], ignore: Sequence[str], preview: bool, everything: bool, baseline: str | None
) -> "Options":
    """What the rules are asked with; imported only where they are about to be."""
    from metriclint.findings.report import Options

    return Options(day, tuple(select), tuple(ignore), preview, everything, brief=not everything, baseline=baseline)


def _quick(hook: "Hook") -> "Quick | None":
    """The report of a hook by way of what is known of the project; the whole check says what is wrong."""
    from metriclint.files.problem import ProblemError

    try:
        return hook.quick()
    except ProblemError:
        return None


_Proven = Mapping[tuple[str, str], str]


def _wants_options(wish: bool | None, outputs: "Sequence[_Output]") -> bool:
    """Whether to search options: as asked, else where somebody reads along on a terminal."""
    if all(o.format != "text" for o in outputs):
        return False
    return wish if wish is not None else sys.stdout.isatty() and any(o == ("text", None) for o in outputs)


def _watch(ctx: click.Context, paths: Sequence[str], outputs: "Sequence[_Output]") -> None:
    """The same check, again and again."""
    from metriclint.cli.watch import follow

    if "-" in paths:
        refuse("--watch follows files; standard input does not change")
    again = {**ctx.params, "watch": False}
    follow(lambda: ctx.invoke(command, **again), paths, [o.file for o in outputs if o.file is not None])


def _wrong_words(projects: Sequence[Project], options: "Options") -> list["Problem"]:
    """What configurations and options name wrongly; without any project those around the working folder count."""
    from metriclint.findings.report import configuration_problems

    if projects:
        return configuration_problems(projects, options)
    from metriclint.cli.catalogue import words_that_mean_nothing

    return words_that_mean_nothing(options)


class _Output(NamedTuple):
    """A format that was asked for, and the file that it goes to; None is standard output."""

    format: str
    file: str | None


def _outputs(formats: Sequence[str], output: str | None) -> list[_Output]:
    """What ``--format`` and ``--output`` ask for. One report at most goes to standard output, one to each file."""
    outputs = []
    for word in formats:
        name, has_file, file = word.partition("=")
        if name not in names():
            refuse(f'unknown format "{name}"; there are {", ".join(names())}')
        if has_file and not file:
            refuse(f'--format "{word}" names no file: write {name}=FILE')
        outputs.append(_Output(name, file if has_file and file != "-" else None))
    if output is not None:
        if len(formats) > 1 or "=" in formats[0]:
            refuse("--output goes with a single format; write --format NAME=FILE for each of several")
        outputs = [_Output(formats[0], None if output == "-" else output)]
    taken: dict[str, str] = {}
    for name, target in outputs:
        place = os.path.realpath(target) if target is not None else ""
        if place in taken:
            where = target or "standard output"
            refuse(f"{taken[place]} and {name} would both go to {where}; write --format {name}=FILE")
        taken[place] = name
    return outputs


def _write(
    outputs: Sequence[_Output],
    report: Report,
    color: str,
    verbose: bool,
    proven: _Proven = MappingProxyType({}),
) -> str:
    """Render all reports, then write them: files first, so that whoever reads standard output finds them.

    Returns what went to standard output.
    """
    texts = []
    for name, file in outputs:
        style = Style(use_color(color) if file is None else color == "always", verbose, proven)
        texts.append((renderer(name)(report, style), file))
    emit_all(texts)
    return "".join(text for text, file in texts if file is None)


def _fails(report: Report, projects: Sequence[Project], fail_on: str | None) -> bool:
    """Whether the threshold is reached: the one that was asked for, else in each project its own."""
    if fail_on is not None:
        return report.at_or_above(fail_on)
    return any(_part(report, p.name).at_or_above(p.config.fail_on) for p in projects)


def _part(report: Report, project: str) -> Report:
    """What a report says about one project."""
    return msgspec.structs.replace(
        report,
        findings=[f for f in report.findings if f.project == project],
        undecided=[u for u in report.undecided if u.project == project],
    )


def skipped(paths: list[str]) -> list[str]:
    """A sentence about files that are no documents, if there are any."""
    if not paths:
        return []
    if len(paths) == 1:
        return [f"{paths[0]} does not begin with `metriclint: 1` and was skipped"]
    return [f"{len(paths)} YAML or JSON files do not begin with `metriclint: 1` and were skipped ({paths[0]}, …)"]


def nothing_found(paths: list[str]) -> str:
    """What to say where there is nothing to check, and what to do."""
    lines = ["nothing to check: no document was found (a YAML file that begins with `metriclint: 1`)"]
    lines += [f"  {clean(sentence)}" for sentence in skipped(paths)]
    lines += [
        "  `metriclint init` writes settings and a first card, `metriclint new` asks questions and writes yours,",
        "  `metriclint demo` shows what a check says",
    ]
    return "\n".join(lines)
