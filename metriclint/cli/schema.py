"""``metriclint schema``: the published JSON Schemas."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from metriclint.cli.output import emit


class Name(StrEnum):
    """What a schema describes."""

    document = "document"
    rule = "rule"
    report = "report"
    config = "config"


def schema(
    name: Annotated[Name, typer.Argument(help="What the schema describes.")],
    output: Annotated[str | None, typer.Option("--output", "-o", help="Write it to a file.")] = None,
) -> None:
    """Print a published JSON Schema (draft 2020-12), for editors and scripts."""
    from metriclint.schemas import schema as published

    emit(json.dumps(published(name.value), indent=2, ensure_ascii=False) + "\n", output)
