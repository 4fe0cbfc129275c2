"""``metriclint demo``: the story that metriclint grew from, in three stages, without any files."""

import click

from metriclint.cli.output import color_option, emit, use_color

STAGES = (
    ("1-leaderboard", "Everybody sees a named ranking of AI tokens; policy says reviews do not use it."),
    ("2-restricted", "The board is cut down to each person and their manager. Nothing else changes."),
    ("3-redesigned", "Use is measured for teams, paired with rework that the same decision reads."),
)


@click.command("demo")
@color_option
def command(color: str) -> None:
    """Check the tokenmaxxing case in its three stages, and show what each stage still admits."""
    from metriclint.api import check
    from metriclint.files.shipped import shipped
    from metriclint.reports.story import Stage, story

    folder = shipped("examples") / "tokenmaxxing"
    stages = [Stage(name, text, check(["."], today="2026-06-01", cwd=folder / name)) for name, text in STAGES]
    emit(story(stages, color=use_color(color)), None)
