"""``metriclint init``: settings, a first card, and files for the hook and for CI. What is there stays as it is."""

import contextlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from metriclint.cli.output import fail, refuse

_STARTER = Path(__file__).with_name("starter")
CI = ("github", "gitlab", "both", "none")
"""Answers to the question where changes are checked."""
_GITHUB = ".github/workflows/metriclint.yml"
_GITLAB = ".gitlab-ci.yml"
_HOOK = ".pre-commit-config.yaml"
_WHERE = "Where do the people work (such as EU, DE, US-CA; empty for anywhere)"
_LAW = "where the people work; adds pointers to the law"


_NOTHING = "Nothing was written: everything is there."
_NEXT = (
    "  metriclint check     what the cards admit",
    "  metriclint new       about ten questions on a number, and its card",
    "  metriclint demo      a true story in three stages",
)


class _File(NamedTuple):
    """A file to write, with a few words on what it is for."""

    name: str
    text: str
    purpose: str
    snippet: bool = False
    """Is it worth adding by hand where a file of this name is there."""


@click.command("init")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing; what is not said has its default.")
@click.option("--folder", metavar="FOLDER", help="Where the cards lie.  [default: metrics]")
@click.option(
    "--jurisdiction", "given", multiple=True, metavar="PLACE", help="Where people work, such as EU; may be repeated."
)
@click.option("--ci", type=click.Choice(CI), help="Where changes are checked.  [default: as the repository tells]")
@click.option("--hook/--no-hook", default=None, help="Whether to write a pre-commit hook.  [default: yes]")
@click.option("--dry-run", is_flag=True, help="Show which files would be written, and write none.")
def command(
    yes: bool, folder: str | None, given: tuple[str, ...], ci: str | None, hook: bool | None, dry_run: bool
) -> None:
    """Set metriclint up in this folder: settings, a first card, a pre-commit hook and CI files.

    Files that are there are never changed; what belongs in them is shown instead. Either all of the others are
    written or none.
    """
    known = _configured()
    if known is None:
        folder = _asked("Where do the cards lie", folder, "metrics", yes)
        places = _places(_asked(_WHERE, " ".join(given) if given else None, "", yes))
    elif folder is not None or given:
        refuse(f"the settings are there already, in {known.shown}: change the folder or the places in that file")
    else:
        folder, places = known.folder, ()
    ci = ci or _asked("Where are changes checked (github, gitlab, both, none)", None, _guess_ci(), yes, CI)
    if hook is None:
        hook = yes or click.confirm("Check cards before each commit (needs pre-commit)", default=True)
    folder = _tidy(folder)
    files = _files(folder, places, ci, hook, configured=known is not None)
    left = [file for file in files if os.path.lexists(file.name)]
    new = [file for file in files if file not in left]
    if not dry_run:
        _write(new)
    click.echo(_told(new, left, known, dry_run=dry_run), nl=False)


class _Known(NamedTuple):
    """Settings that are there."""

    shown: str
    folder: str
    """The first folder of cards, relative to this one."""


def _configured() -> _Known | None:
    """The settings in this folder. Exits with what is wrong with them."""
    from metriclint.sources.configuration import CONFIG_NAMES
    from metriclint.sources.discover import NATIVE_SUFFIXES, Finder

    finder = Finder(Path.cwd())
    group = finder.around(Path.cwd())
    if finder.problems:
        fail(finder.problems)
    if group.root is None or group.root != Path(os.path.normpath(Path.cwd())):
        return None
    shown = next(name for name in CONFIG_NAMES if Path(name).is_file())
    folders = [path for path in group.config.paths if not path.endswith(NATIVE_SUFFIXES)]
    return _Known(shown, folders[0] if folders else ".")


def _asked(question: str, said: str | None, default: str, yes: bool, allowed: Sequence[str] = ()) -> str:
    """What an option says, else the answer to the question, else the default."""
    if said is not None:
        return said
    if yes:
        return default
    kind = click.Choice(allowed) if allowed else str
    return str(click.prompt(question, default=default, type=kind, show_choices=False, show_default=bool(default)))


def _places(text: str) -> tuple[str, ...]:
    if not text.isprintable():
        refuse("a place has a control character in it")
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def _guess_ci() -> str:
    """What the repository tells about where it is kept; both where it tells nothing."""
    remotes = ""
    with contextlib.suppress(OSError):
        remotes = Path(".git/config").read_text(encoding="utf-8", errors="replace").lower()
    github = Path(".github").is_dir() or "github" in remotes
    gitlab = Path(_GITLAB).is_file() or "gitlab" in remotes
    return "github" if github and not gitlab else "gitlab" if gitlab and not github else "both"


def _tidy(folder: str) -> str:
    """The folder of cards, with forward slashes. Exits where it is none of this folder."""
    path = os.path.normpath(folder.replace("\\", "/")).replace(os.sep, "/")
    if not folder.strip() or not folder.isprintable() or path.startswith(("/", "..")) or Path(folder).is_absolute():
        refuse(f'"{folder}" is no folder below this one')
    if Path(path).exists() and not Path(path).is_dir():
        refuse(f"{path} is a file: the cards need a folder")
    return path


def _files(folder: str, places: Sequence[str], ci: str, hook: bool, *, configured: bool) -> list[_File]:
    """What is to be there in the end."""
    files = []
    if not configured:
        files.append(_File("metriclint.toml", _settings(folder, places), "settings"))
    if not _has_cards(folder):
        card = f"{folder}/first.yaml" if folder != "." else "first.yaml"
        files.append(_File(card, _first_card(), "a first card, to change or to delete"))
    if hook:
        text = _starter("pre-commit-config.yaml")
        files.append(_File(_HOOK, text, "checks cards before a commit, once you run `pre-commit install`", True))
    if ci in ("github", "both"):
        files.append(_File(_GITHUB, _starter("github.yml"), "checks proposals on GitHub"))
    if ci in ("gitlab", "both"):
        files.append(_File(_GITLAB, _starter("gitlab-ci.yml"), "checks proposals on GitLab", True))
    return files


def _settings(folder: str, places: Sequence[str]) -> str:
    from metriclint.findings.verdict import EDITIONS

    where = f'# jurisdictions = ["EU"]      # {_LAW}'
    if places:
        where = f"jurisdictions = {json.dumps(list(places), ensure_ascii=False)}   # {_LAW}"
    text = _starter("settings.toml").replace("@RULESET@", EDITIONS[-1])
    return text.replace("@FOLDER@", json.dumps(folder, ensure_ascii=False)).replace("@JURISDICTIONS@", where)


def _first_card() -> str:
    from metriclint.files.yaml_values import parse
    from metriclint.questionnaire.answers import read_answers
    from metriclint.questionnaire.writing import card_text
    from metriclint.schemas import schema

    value, _ = parse(_starter("answers.yaml"), "answers.yaml")
    return card_text(read_answers(value, "answers.yaml"), "solved-at-first-contact", schema("document")["$id"])


def _starter(name: str) -> str:
    from metriclint.version import VERSION

    return (_STARTER / name).read_text(encoding="utf-8").replace("@VERSION@", VERSION)


def _has_cards(folder: str) -> bool:
    """Are there documents already, so that nobody needs a first one."""
    from metriclint.sources.load import load

    return Path(folder).is_dir() and load([folder]).documents > 0


def _write(new: Iterable[_File]) -> None:
    """Write files that are not there yet: all of them or none."""
    from metriclint.files.write import write_all

    new = list(new)
    made: list[Path] = []
    name = ""
    try:
        for file in new:
            name = file.name
            for folder in reversed(Path(file.name).parents):
                if not folder.is_dir():
                    folder.mkdir()
                    made.append(folder)
        write_all([(file.name, file.text.encode("utf-8")) for file in new])
    except OSError as error:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        where = error.filename if isinstance(error.filename, str) else name
        refuse(f"{where} cannot be written: {(error.strerror or 'error').lower()}. Nothing was written.")


def _told(written: Sequence[_File], left: Sequence[_File], known: _Known | None, *, dry_run: bool) -> str:
    """What happened or would happen, and what comes next."""
    done, kept = ("would be written", "would stay      ") if dry_run else ("written       ", "left as it was")
    width = max((len(file.name) for file in [*written, *left]), default=0)
    lines = [f"{done}  {file.name:{width}}  {file.purpose}" for file in written]
    if known is not None:
        lines.append(f"{kept}  {known.shown:{width}}  the settings")
    lines += [f"{kept}  {file.name:{width}}  {file.purpose}" for file in left]
    for file in left:
        if file.snippet and not _names_us(file.name):
            lines += ["", f"{file.name} is yours. To add metriclint to it:", ""]
            lines += [f"    {line}" for line in file.text.splitlines()]
    if not written:
        lines += ["", "Nothing is left to write: everything is there." if dry_run else _NOTHING]
    if dry_run:
        return "\n".join([*lines, "", "Nothing was written (--dry-run)."]) + "\n"
    lines += ["", "Next:", *_NEXT]
    return "\n".join(lines) + "\n"


def _names_us(name: str) -> bool:
    with contextlib.suppress(OSError):
        return "metriclint" in Path(name).read_text(encoding="utf-8", errors="replace")
    return False
