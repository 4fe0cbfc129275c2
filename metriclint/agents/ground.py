"""The folder that a server was started in: what its tools read, and nothing elsewhere."""

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from metriclint.files.problem import Problem, ProblemError, shorten
from metriclint.findings.baseline import place_of
from metriclint.findings.finding import Notice
from metriclint.findings.report import Options
from metriclint.model.config import Config
from metriclint.model.project import Project
from metriclint.reports.terminal import Paint, clean, problems_text
from metriclint.rules.catalogue import Catalogue, built_in_catalogue
from metriclint.rules.packs import pack_folders, strays
from metriclint.sources.discover import Finder
from metriclint.sources.folder import Folder, Outside
from metriclint.sources.load import Loaded, load

PROBLEMS_SHOWN = 20


class Answer(NamedTuple):
    """What a tool gives back."""

    text: str
    """In plain words."""
    data: dict[str, Any] | None = None
    """By the tool's output schema."""
    wrong: bool = False
    """Could the question not be answered as it was asked."""


class Refused(Exception):
    """Raised where a question cannot be answered; the message says why, and what can be asked instead."""


class Ground:
    """The started folder on a day."""

    def __init__(self, root: str, today: str | None = None) -> None:
        self.folder = Folder(Path(root))
        self.root = self.folder.root
        self.today = today or datetime.date.today().isoformat()

    def inside(self, path: str) -> str:
        """A path as the loader takes it; empty for the configured paths. Raises Refused where it leads out."""
        if not path:
            return path
        try:
            real = self.folder.path(path)
        except (Outside, ValueError, OSError):
            raise Refused(
                f'"{shorten(path, 80)}" leads out of the folder that this server was started in; '
                "only what lies below is read"
            ) from None
        return real.relative_to(self.root).as_posix() if Path(path).is_absolute() else path

    def load(self, path: str = "", text: tuple[str, bytes] | None = None) -> Loaded:
        """Load what a path names, or a text that stands for a file, with the rest of its project.

        What is wrong with the input is told in ``problems``, rule packs and baselines that lead out included.
        """
        self.folder.count_anew()
        given = self.inside(path)
        loaded = load([given] if given else [], self.root, stdin=text, changed=text is not None, tree=self.folder)
        loaded.problems += dict.fromkeys(p for project in loaded.projects for p in self._leading_out(project))
        return loaded

    def loaded(self, path: str) -> Loaded:
        """Like ``load``. Raises Refused where anything is wrong, or nothing is there."""
        loaded = self.load(path)
        if loaded.problems:
            raise Refused(told(loaded.problems))
        if not loaded.documents:
            raise Refused(nothing(loaded))
        return loaded

    def options(self) -> Options:
        """How reports are made here."""
        return Options(today=self.today, here=self.root)

    def notices(self) -> list[Notice]:
        """What was not read though it lies here."""
        found = [f"{clean(path)} is a link that leads out of the folder; not read" for path in self.folder.outside]
        if self.folder.full:
            found.append(f"only the first {self.folder.most:,} files and folders were looked at; name a path below")
        return [Notice(text) for text in sorted(found)]

    def catalogue(self, path: str) -> Catalogue:
        """The rules of the project around a path. Raises Refused."""
        place = self.root / self.inside(path)
        finder = Finder(self.root, tree=self.folder)
        group = finder.around(place if self.folder.is_dir(place) else place.parent)
        root = group.root or self.root
        wrong = [*finder.problems, *self._packs_leading_out(group.config, root)]
        if wrong:
            raise Refused(told(wrong))
        try:
            return built_in_catalogue(pack_folders(group.config, root))
        except ProblemError as error:
            raise Refused(told(error.problems)) from None

    def _leading_out(self, project: Project) -> list[Problem]:
        problems = self._packs_leading_out(project.config, self.root / project.name)
        place = place_of(project, self.root)
        if place.configured and not self.folder.holds(place.file):
            problems.append(_leads_out("baseline", str(project.config.baseline)))
        return problems

    def _packs_leading_out(self, config: Config, root: Path) -> list[Problem]:
        return [_leads_out("packs", pack) for pack in strays(config, root, self.folder.holds)]


def _leads_out(setting: str, value: str) -> Problem:
    message = f"leads out of the folder that this server was started in (named by `{setting}` of the configuration)"
    return Problem(shorten(value, 80), 0, 0, message)


def told(problems: Iterable[Problem]) -> str:
    """Problems in words, as far as anybody reads them."""
    every = list(problems)
    shown = problems_text(every[:PROBLEMS_SHOWN], Paint(False))
    rest = len(every) - PROBLEMS_SHOWN
    return shown if rest <= 0 else f"{shown}and {rest:,} more\n"


def nothing(loaded: Loaded) -> str:
    """What to say where there is nothing to check."""
    text = "nothing to check: no document was found (a YAML file that begins with `metriclint: 1`)"
    if loaded.skipped:
        text += f"; {clean(loaded.skipped[0])} does not begin so"
    return text
