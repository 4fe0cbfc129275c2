"""``metriclint fix``: proven repairs, shown or written."""

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from metriclint.cli.output import (
    FINDINGS,
    NOTHING_TO_CHECK,
    color_option,
    emit,
    fail,
    refuse,
    today_or_exit,
    use_color,
)


@click.command("fix")
@click.argument("target", required=False)
@click.option("--all", "everything", is_flag=True, help="The worst finding of every metric.")
@click.option("--project", "path", metavar="PATH", help="File or folder.  [default: configured paths]")
@click.option("--apply", "number", type=click.IntRange(min=1), metavar="N", help="Write option N into the files.")
@click.option("--diff", is_flag=True, help="Show what --apply would write, or has written.")
@click.option("--max-changes", type=click.IntRange(1, 4), default=3, show_default=True, help="Levers in one option.")
@click.option("--today", metavar="DATE", help="Date that review dates are held against.  [default: today]")
@color_option
def command(
    target: str | None,
    everything: bool,
    path: str | None,
    number: int | None,
    diff: bool,
    max_changes: int,
    today: str | None,
    color: str,
) -> None:
    """Show proven repairs for TARGET: a metric id, a fingerprint, or METRIC/RULE.

    Each option was tried: after it the check no longer reports the finding, and undoing any single change brings it
    back. Exit 0 if at least one option is proven, 1 if none is.
    """
    from metriclint.files.problem import ProblemError
    from metriclint.repair.job import Job, UnknownTarget
    from metriclint.repair.words import contradictions, repairs_text
    from metriclint.reports.terminal import Paint, block
    from metriclint.sources.load import load

    if (target is None) != everything:
        refuse("name a metric, a fingerprint or METRIC/RULE, or say --all")
    loaded = load([path] if path else [])
    if loaded.problems:
        fail(loaded.problems, color)
    if not loaded.documents:
        refuse("nothing to repair: no document was found", NOTHING_TO_CHECK)
    try:
        job = Job(loaded.projects, today_or_exit(today))
        wanted = job.worst() if target is None else job.find(target)
    except ProblemError as error:
        fail(error.problems, color)
    except UnknownTarget as error:
        refuse(str(error))
    if not wanted:
        emit("nothing to repair: no finding\n", None)
        return
    found = [job.repair(item, max_changes) for item in wanted]
    paint = Paint(use_color(color))
    shown = 1
    for repairs, project in found:
        if number is None:
            emit(repairs_text([repairs], project, paint, first=shown) + "\n", None)
        shown += len(repairs.options)
    if number is not None or diff:
        _write([r for r, _ in found], number or 1, diff, apply=number is not None)
    else:
        notes = contradictions([r for r, _ in found])
        emit("".join(block("note: ", n, 0) + "\n" for n in notes), None)
        emit("Each option was tried by checking the changed design. `--apply N` writes one, `--diff` shows it.\n", None)
    sys.exit(0 if any(r.options for r, _ in found) else FINDINGS)


def _write(found: Sequence[Any], number: int, diff: bool, *, apply: bool) -> None:
    from metriclint.files.patch import PatchError, set_values
    from metriclint.files.write import write_whole

    options = [option for repairs in found for option in repairs.options]
    if number > len(options):
        refuse(f"there is no option {number}; {len(options)} are proven")
    option = options[number - 1]
    changes: dict[str, list[Any]] = {}
    for edit in option.edits:
        changes.setdefault(edit.origin.path, []).append((edit.origin.route, edit.value))
    patched: dict[str, tuple[str, str]] = {}
    for path, values in sorted(changes.items()):
        try:
            before = Path(path).read_bytes().decode("utf-8")
            patched[path] = (before, set_values(before, values, path))
        except (OSError, UnicodeDecodeError) as error:
            refuse(f"{path} cannot be read: {error}")
        except PatchError as error:
            refuse(str(error))
    if diff:
        for path, (before, after) in patched.items():
            lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{path}", f"b/{path}")
            emit("".join(line if line.endswith("\n") else line + "\n" for line in lines), None)
    if not apply:
        return
    for path, (_, after) in patched.items():
        try:
            write_whole(Path(path), after.encode("utf-8"))
        except OSError as error:
            refuse(f"{path} cannot be written: {(error.strerror or 'error').lower()}")
    emit(f"option {number} written to {', '.join(patched)}\n", None)
    for need in dict.fromkeys(lever.obligation for lever in option.levers if lever.obligation):
        emit(f"only honest if: {' '.join(need.split())}\n", None)
