"""``metriclint fix``: proven repairs, shown or written."""

import difflib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from metriclint.cli.ids import complete_metric
from metriclint.cli.output import (
    FINDINGS,
    color_option,
    emit,
    emit_all,
    fail,
    refuse,
    today_or_exit,
    use_color,
)
from metriclint.cli.projects import file_beside, loaded_or_exit

if TYPE_CHECKING:
    from metriclint.model.project import Project
    from metriclint.repair.search import Option, Repairs

    Found = Sequence[tuple[Repairs, Project]]


@click.command("fix")
@click.argument("target", required=False, metavar="[METRIC|FINDING]", shell_complete=complete_metric)
@click.option("--all", "everything", is_flag=True, help="The worst finding of every metric.")
@click.option("--project", "path", metavar="PATH", help="File or folder.  [default: configured paths]")
@click.option("--apply", "number", type=click.IntRange(min=1), metavar="N", help="Write option N into the files.")
@click.option("--diff", is_flag=True, help="Show the changes as a diff and write nothing.")
@click.option("--max-changes", type=click.IntRange(1, 4), default=3, show_default=True, help="Levers in one option.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--today", metavar="DATE", help="Date that review dates are held against.  [default: today]")
@color_option
def command(
    target: str | None,
    everything: bool,
    path: str | None,
    number: int | None,
    diff: bool,
    max_changes: int,
    format_: str,
    today: str | None,
    color: str,
) -> None:
    """Show proven repairs for a METRIC (its id), or a FINDING (its fingerprint, or METRIC/RULE).

    Each option was tried: after it the check no longer reports the finding, and each of its changes is needed. Exit
    codes: 0 at least one option is proven or there is nothing to repair, 1 none is proven, 2 wrong input, 3 no
    documents.
    """
    from metriclint.repair.answer import answer
    from metriclint.repair.words import render
    from metriclint.reports.terminal import Paint

    if (target is None) != everything:
        refuse("name a metric, a fingerprint or METRIC/RULE, or say --all")
    if format_ == "json" and (diff or number is not None):
        refuse("--format json shows the options; --apply and --diff go without it")
    found = _found(target, path, max_changes, today_or_exit(today), color)
    if number is not None:
        _write(found, number, diff)
    if format_ == "json":
        _emit_json(answer(found))
    elif not found:
        emit("nothing to repair: no finding\n", None)
    elif diff:
        _show(found)
    else:
        emit(render(answer(found), Paint(use_color(color))), None)
    sys.exit(0 if not found or any(repairs.options for repairs, _ in found) else FINDINGS)


def _found(target: str | None, path: str | None, max_changes: int, today: str, color: str) -> "Found":
    """The findings that are meant, with their repairs. Exits with a message where none can be meant."""
    from metriclint.files.problem import ProblemError
    from metriclint.repair.job import Job, UnknownTarget

    loaded = loaded_or_exit(path, color, "nothing to repair: no document was found")
    try:
        job = Job(loaded.projects, today, loaded.reported)
        wanted = job.worst() if target is None else job.find(target)
    except ProblemError as error:
        fail(error.problems, color)
    except UnknownTarget as error:
        refuse(str(error))
    return [job.repair(item, max_changes) for item in wanted]


def _emit_json(value: object) -> None:
    import msgspec

    from metriclint.reports.json import json_text

    emit(json_text(msgspec.to_builtins(value), indent=2) + "\n", None)


def _write(found: "Found", number: int, diff: bool) -> NoReturn:
    """Write an option, or show what would be written, and exit."""
    from metriclint.files.patch import PatchError

    options = [(option, project) for repairs, project in found for option in repairs.options]
    if not options:
        refuse("nothing to write: no option is proven", FINDINGS if found else 0)
    if number > len(options):
        refuse(f"there is no option {number}; {len(options)} are proven")
    option, project = options[number - 1]
    try:
        patched = _patched(option, project)
    except PatchError as error:
        refuse(str(error))
    if diff:
        emit(_diff(patched), None)
        sys.exit(0)
    told = [f"option {number} written to {', '.join(path for path, _, _ in patched)}"]
    told += [f"only honest if: {need}" for need in option.obligations]
    emit_all([*((after, path) for path, _, after in patched), ("\n".join(told) + "\n", None)])
    sys.exit(0)


def _show(found: "Found") -> None:
    """Every option with the diff that it would make."""
    from metriclint.files.patch import PatchError
    from metriclint.repair.answer import answer
    from metriclint.repair.words import heading

    choices = [choice for repaired in answer(found).findings for choice in repaired.options]
    options = [(option, project) for repairs, project in found for option in repairs.options]
    for choice, (option, project) in zip(choices, options, strict=True):
        try:
            text = _diff(_patched(option, project))
        except PatchError as error:
            text = f"{error}\n"
        needs = "".join(f"only honest if: {need}\n" for need in choice.obligations)
        emit(f"{heading(choice)}\n{needs}{text}\n", None)
    if not options:
        emit("no option is proven\n", None)


def _patched(option: "Option", project: "Project") -> list[tuple[str, str, str]]:
    """Path, text and new text of each file that an option changes. Raises PatchError.

    What it changes of metrics of other tools goes into an overlay. A file that is no longer as it was read is refused:
    the option was proven on what stood there.
    """
    from metriclint.files.patch import PatchError, set_values
    from metriclint.repair.overlays import NAME, changes_of

    changes = changes_of(option.edits, project, file_beside(project, NAME))
    patched = []
    for path, values in sorted(changes.values.items()):
        if path in changes.new:
            if os.path.lexists(path):
                raise PatchError(f"{path} is there already, but no check of this project reads it")
            patched.append((path, "", set_values(changes.new[path], values, path)))
            continue
        try:
            before = Path(path).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PatchError(f"{path} cannot be read any more") from error
        if before.removeprefix("\ufeff") != project.texts[path]:
            raise PatchError(f"{path} has changed meanwhile: run it again")
        patched.append((path, before, set_values(before, values, path)))
    return patched


def _diff(patched: Iterable[tuple[str, str, str]]) -> str:
    """A unified diff that `patch -p1` and `git apply` take."""
    lines: list[str] = []
    for path, before, after in patched:
        old, new, name = before.splitlines(True), after.splitlines(True), path.lstrip("/")
        for line in difflib.unified_diff(old, new, f"a/{name}" if before else "/dev/null", f"b/{name}"):
            lines.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(lines)
