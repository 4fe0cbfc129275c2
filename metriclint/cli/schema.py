"""``metriclint schema``: the published JSON Schemas."""

import json

import click

from metriclint.cli.output import emit

NAMES = ("document", "rule", "report", "config", "why", "fix", "distortion", "review", "mapping")


@click.command("schema")
@click.argument("name", type=click.Choice(NAMES))
@click.option("--output", "-o", metavar="FILE", help="Write it to a file.")
def command(name: str, output: str | None) -> None:
    """Print a published JSON Schema (draft 2020-12), for editors and scripts."""
    from metriclint.schemas import schema as published

    emit(json.dumps(published(name), indent=2, ensure_ascii=False) + "\n", output)
