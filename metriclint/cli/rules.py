"""``metriclint rules``: the catalogue, and the tests inside its files."""

import json
import sys
from pathlib import Path

import click

from metriclint.cli.explain import command as explain
from metriclint.cli.output import FINDINGS, color_option, emit, fail, refuse


@click.group("rules")
def command() -> None:
    """The catalogue of rules, and the tests inside its files."""


command.add_command(explain, "show")


@command.command("list")
@click.option("--format", "format_", default="text", show_default=True, help="text or json.")
@click.option("--family", help="Only this family (letters or folder).")
def list_(format_: str, family: str | None) -> None:
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


@command.command("test")
@click.argument("packs", nargs=-1, type=click.Path(path_type=Path))
@click.option("--verbose", "-v", is_flag=True, help="Name every example.")
@color_option
def test(packs: tuple[Path, ...], verbose: bool, color: str) -> None:
    """Run the examples inside the rule files of PACKS (folders; the built-in rules by default).

    Exit 1 if one fails, 2 if a rule file is wrong.
    """
    from metriclint.files.problem import ProblemError
    from metriclint.rules.catalogue import built_in_catalogue, read_catalogue
    from metriclint.selftest import run_examples

    try:
        catalogue = read_catalogue(packs, shown=True) if packs else built_in_catalogue()
    except ProblemError as error:
        fail(error.problems, color)
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
    sys.exit(FINDINGS if failed else 0)
