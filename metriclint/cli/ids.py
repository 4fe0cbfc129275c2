"""Ids for a shell that completes a word."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from metriclint.model.project import Project

Titles = Callable[["list[Project]"], Mapping[str, str]]
"""What can be named in some projects, with its title."""


def completed(ctx: click.Context, incomplete: str, titles: Titles) -> list[CompletionItem]:
    """Names that begin as a word does, with their titles. Silent where the project cannot be read."""
    from metriclint.reports.terminal import clean
    from metriclint.sources.load import load

    try:
        path = ctx.params.get("project") or ctx.params.get("path")
        about = titles(load([path] if path else []).projects)
    except (Exception, SystemExit):
        return []  # a shell that is completing a word is no place for messages
    return [CompletionItem(name, help=clean(about[name])) for name in sorted(about) if name.startswith(incomplete)]


def metric_titles(projects: "list[Project]") -> dict[str, str]:
    """Metrics by their ids."""
    return {id_: entry.value.title for p in projects for id_, entry in p.metrics.items()}


def complete_metric(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the project's metrics."""
    return completed(ctx, incomplete, metric_titles)
