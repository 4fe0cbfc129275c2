"""``metriclint review``: what a change brings, compared by meaning."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from metriclint.cli.check import LEVELS
from metriclint.cli.output import (
    FINDINGS,
    NOTHING_TO_CHECK,
    WRONG_INPUT,
    color_option,
    complain,
    emit,
    fail,
    refuse,
    today_or_exit,
    use_color,
)

if TYPE_CHECKING:
    from metriclint.review.record import Review


@click.command("review")
@click.argument("paths", nargs=-1)
@click.option("--base", metavar="REF", required=True, help="Commit, branch or tag to compare with.")
@click.option("--head", metavar="REF", help="Commit, branch or tag to review.  [default: the working tree]")
@click.option("--format", "format_", type=click.Choice(["text", "json", "comment"]), default="text", show_default=True)
@click.option("--output", "-o", metavar="FILE", help="Write to a file.")
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    help="Lowest severity of new or worse findings that makes the run fail.  [default: as configured, else error]",
)
@click.option("--today", metavar="DATE", help="Date that reviews and waivers are held against.  [default: today]")
@click.option(
    "--platform",
    type=click.Choice(["github", "gitlab", "azure", "bitbucket"]),
    default="github",
    show_default=True,
    help="Where a comment is posted: its length, and what is drawn there.",
)
@color_option
def command(
    paths: tuple[str, ...],
    base: str,
    head: str | None,
    format_: str,
    output: str | None,
    fail_on: str | None,
    today: str | None,
    platform: str,
    color: str,
) -> None:
    """Compare the declarations in PATHS with those of another commit, by meaning.

    Shows what is new, worse, better or solved, and the changes behind it. Nothing is checked out. Where the branch of
    --base has moved on, the commit where the change left it counts. Exit codes: 0 nothing new or worse at the
    threshold, 1 something, 2 wrong input or git cannot answer, 3 nothing to review.
    """
    from metriclint.cli.check import nothing_found
    from metriclint.review.repository import Repository, RepositoryError
    from metriclint.review.review import review

    day = today_or_exit(today)
    try:
        found = review(Repository(Path.cwd()), paths, base, head, day)
    except RepositoryError as error:
        refuse(str(error))
    if found.problems:
        if found.review is not None and format_ != "text":
            emit(_rendered(found.review, format_, "error", platform, color, output), output)
            if output in (None, "-"):
                sys.exit(WRONG_INPUT)
        fail(found.problems, color)
    if found.review is None:
        complain(nothing_found(found.skipped) + "\n")
        sys.exit(NOTHING_TO_CHECK)
    thresholds = found.fail_on if fail_on is None else {}
    shown = fail_on or _lowest(thresholds.values())
    emit(_rendered(found.review, format_, shown, platform, color, output), output)
    if fail_on is not None:
        failed = found.review.at_or_above(fail_on)
    else:
        failed = any(found.review.at_or_above(level, project) for project, level in thresholds.items())
    sys.exit(FINDINGS if failed else 0)


def _lowest(levels: "object") -> str:
    """The threshold that is reached first."""
    known = set(levels)  # type: ignore[call-overload]
    return next((level for level in ("info", "note", "warning", "error", "never") if level in known), "error")


def _rendered(review: "Review", format_: str, fail_on: str, platform: str, color: str, output: str | None) -> str:
    if format_ == "json":
        import msgspec

        from metriclint.reports.json import json_text

        return json_text(msgspec.to_builtins(review), indent=2) + "\n"
    if format_ == "comment":
        from metriclint.review.comment import render as comment
        from metriclint.review.platforms import PLATFORMS

        return comment(review, fail_on, PLATFORMS[platform])
    from metriclint.reports.terminal import Paint
    from metriclint.review.text import render as text

    return text(review, fail_on, Paint(use_color(color) if output is None else color == "always"))
