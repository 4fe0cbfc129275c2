"""``metriclint rules``: the catalogue, and the tests inside its files."""

import json
from pathlib import Path
from typing import Annotated

import typer

from metriclint.cli.check import Color
from metriclint.cli.explain import explain
from metriclint.cli.output import emit, fail, refuse

app = typer.Typer(help="The catalogue of rules.", no_args_is_help=True, rich_markup_mode=None)
app.command("show")(explain)


@app.command("list")
def list_(
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    family: Annotated[str | None, typer.Option(help="Only this family (letters or folder).")] = None,
) -> None:
    """List the rules: code, name, severity and what each flags."""
    from metriclint.files.problem import ProblemError
    from metriclint.rules.catalogue import built_in_catalogue
    from metriclint.rules.page import as_record, plain_list

    if format_ not in ("text", "json"):
        refuse(f'unknown format "{format_}"; there are json, text')
    try:
        catalogue = built_in_catalogue()
    except ProblemError as error:
        fail(error.problems)
    rules = sorted(catalogue.rules.values(), key=lambda r: r.code)
    if family is not None:
        rules = [r for r in rules if family.upper() == r.code[:3] or family.lower() == r.family]
        if not rules:
            refuse(f'unknown family "{family}"')
    if format_ == "json":
        emit(json.dumps([as_record(r) for r in rules], indent=2, ensure_ascii=False) + "\n", None)
    else:
        emit(plain_list(rules), None)


@app.command("test")
def test(
    packs: Annotated[
        list[Path] | None, typer.Argument(help="Folders of rule files; the built-in rules by default.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every example.")] = False,
    color: Annotated[Color, typer.Option(help="When to colour.")] = Color.auto,
) -> None:
    """Run the examples inside rule files. Exit 1 if one fails, 2 if a rule file is wrong."""
    from metriclint.files.problem import ProblemError
    from metriclint.rules.catalogue import built_in_catalogue, read_catalogue
    from metriclint.selftest import run_examples

    try:
        catalogue = read_catalogue(packs, shown=True) if packs else built_in_catalogue()
    except ProblemError as error:
        fail(error.problems, color.value)
    results = run_examples(catalogue)
    lines = []
    for result in results:
        if not result.passed:
            lines.append(f"FAILED {result.path}: {result.kind} example {result.number} ({result.title})")
            lines.append(f"       {result.reason}")
        elif verbose:
            lines.append(f"passed {result.path}: {result.kind} example {result.number} ({result.title})")
    failed = sum(1 for r in results if not r.passed)
    lines.append(f"{len(results) - failed} passed, {failed} failed")
    emit("\n".join(lines) + "\n", None)
    raise typer.Exit(1 if failed else 0)
