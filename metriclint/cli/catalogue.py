"""The catalogue as the project at hand sees it: the shipped rules and those of its packs."""

from pathlib import Path

from metriclint.cli.output import fail
from metriclint.files.problem import Problem, ProblemError
from metriclint.findings.report import Options, configuration_problems
from metriclint.model.project import Project
from metriclint.rules.catalogue import Catalogue, built_in_catalogue
from metriclint.rules.packs import pack_folders
from metriclint.sources.discover import Finder


def project_catalogue(color: str = "auto") -> Catalogue:
    """The rules around the working folder. A broken configuration or pack is told in full, with exit 2."""
    finder = Finder(Path.cwd())
    group = finder.around(Path.cwd())
    if finder.problems:
        fail(finder.problems, color)
    try:
        return built_in_catalogue(pack_folders(group.config, group.root or Path.cwd()))
    except ProblemError as error:
        fail(error.problems, color)


def words_that_mean_nothing(options: Options) -> list[Problem]:
    """What options and the configuration around the working folder name wrongly, where no project was found."""
    finder = Finder(Path.cwd())
    group = finder.around(Path.cwd())
    if finder.problems:
        # Its packs are not known, so any word may be right.
        return []
    return configuration_problems([Project(name=group.name, config=group.config)], options)
