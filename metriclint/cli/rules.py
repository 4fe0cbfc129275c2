"""``metriclint rules``: the catalogue, and the tests inside its files."""

import sys
from pathlib import Path

import click

from metriclint.cli.explain import command as explain
from metriclint.cli.output import FINDINGS, NOTHING_TO_CHECK, color_option, emit, fail, refuse, say


@click.group("rules")
def command() -> None:
    """The catalogue of rules, and the tests inside its files."""


command.add_command(explain, "show")


@command.command("list")
@click.option("--format", "format_", default="text", show_default=True, help="text or json.")
@click.option("--family", help="Only this family (letters or folder).")
def list_(format_: str, family: str | None) -> None:
    """List the rules: code, name, severity and what each flags."""
    from metriclint.cli.catalogue import project_catalogue
    from metriclint.rules.page import as_record, plain_list

    _known_format(format_)
    catalogue = project_catalogue()
    rules = sorted(catalogue.rules.values(), key=lambda r: r.code)
    if family is not None:
        rules = [r for r in rules if family.upper() == r.code[:3] or family.lower() == r.family]
        if not rules:
            refuse(f'unknown family "{family}"')
    if format_ == "json":
        from metriclint.reports.json import json_text

        emit(json_text([as_record(r) for r in rules], indent=2) + "\n", None)
    else:
        say(plain_list(rules))


@command.command("facts")
def facts() -> None:
    """List the facts that the conditions of rules can name, and the words that messages can use."""
    from metriclint.rules.page import plain_facts

    emit(plain_facts(), None)


@command.command("test")
@click.argument("packs", nargs=-1, type=click.Path(path_type=Path))
@click.option("--verbose", "-v", is_flag=True, help="Name every example.")
@color_option
def test(packs: tuple[Path, ...], verbose: bool, color: str) -> None:
    """Run the examples inside the rule files of PACKS (folders; the built-in rules by default).

    Exit 1 if one fails, 2 if a rule file is wrong, 3 if there is none.
    """
    from metriclint.files.problem import ProblemError
    from metriclint.files.shipped import shipped
    from metriclint.reports.terminal import clean
    from metriclint.rules.catalogue import read_catalogue
    from metriclint.selftest import run_examples

    try:
        catalogue = read_catalogue(packs, shown=True) if packs else read_catalogue([shipped("rules")])
    except ProblemError as error:
        fail(error.problems, color)
    if not catalogue.rules:
        refuse(f"no rule file in {', '.join(map(str, packs))}", NOTHING_TO_CHECK)
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
    say("\n".join(map(clean, lines)) + "\n")
    sys.exit(FINDINGS if failed else 0)


@command.command("score")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--format", "format_", default="text", show_default=True, help="text or json.")
@color_option
def score_(folder: Path, format_: str, color: str) -> None:
    """Measure the catalogue on FOLDER: documented designs with a labels.yaml.

    Exit 1 if a label is missed or violated, or a good design has a finding above `note`; 2 if the folder is wrong.
    """
    from metriclint.files.markdown import printable
    from metriclint.files.problem import ProblemError
    from metriclint.rules.catalogue import built_in_catalogue
    from metriclint.scoring import score
    from metriclint.scoring_report import as_record, markdown

    _known_format(format_)
    try:
        result = score(folder, built_in_catalogue())
    except ProblemError as error:
        fail(error.problems, color)
    if format_ == "json":
        from metriclint.reports.json import json_text

        emit(json_text(as_record(result), indent=2) + "\n", None)
    else:
        emit(printable(markdown(result)), None)
    sys.exit(FINDINGS if result.missed() or result.violated() or result.alarms() else 0)


def _known_format(format_: str) -> None:
    if format_ not in ("text", "json"):
        refuse(f'unknown format "{format_}"; there are json, text')


@command.command("new")
@click.argument("name")
@click.option("--folder", default="house-rules", show_default=True, help="Folder of your rule files.")
@click.option("--family", default="ORG", show_default=True, help="Three letters that the code begins with.")
def new(name: str, folder: str, family: str) -> None:
    """Write a new rule NAME with examples that fail, and say what to do next."""
    import re

    from metriclint.cli.catalogue import project_catalogue
    from metriclint.files.problem import ProblemError
    from metriclint.files.shape import kebab
    from metriclint.findings.verdict import EDITIONS
    from metriclint.rules.catalogue import read_catalogue
    from metriclint.rules.scaffold import free_code, new_rule

    if kebab(name) != name or "-" not in name:
        refuse(
            f'"{name}" is no rule name: two or more words in kebab-case that say the defect, such as "{_example(name)}"'
        )
    if not re.fullmatch(r"[A-Z]{3}", family):
        refuse(f'--family "{family}": three capital letters, such as ORG')
    target = Path(folder)
    file = target / f"{name}.yaml"
    known = project_catalogue()
    used = set(known.by_code)
    if file.exists():
        refuse(f"{file.as_posix()} exists already")
    if (other := known.find(name)) is not None:
        refuse(f'"{name}" is the rule {other.code} already: `metriclint explain {name}`')
    try:
        used |= set(read_catalogue([target], shown=True).by_code) if target.is_dir() else set()
    except ProblemError as error:
        fail(error.problems)
    code = free_code(family, used)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error_:
        refuse(f"{folder} cannot be made: {(error_.strerror or 'error').lower()}")
    emit(new_rule(code, folder, EDITIONS[-1]), file.as_posix())
    say(
        f"{file.as_posix()} written ({code}). Next:\n"
        f"  1. change the examples: designs that must be reported, designs that must not\n"
        f"  2. write `when` until `metriclint rules test {folder}` says 0 failed\n"
        f'  3. add the folder to metriclint.toml: packs = ["{folder}"]\n'
    )


def _example(name: str) -> str:
    from metriclint.files.shape import kebab

    words = kebab(name)
    return words if "-" in words else f"{words or 'public'}-leaderboard"
