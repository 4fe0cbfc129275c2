"""Ids for a shell that completes a word."""

import click
from click.shell_completion import CompletionItem


def complete_metric(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the project's metrics, with their titles. Silent where the project cannot be read."""
    from metriclint.reports.terminal import clean
    from metriclint.sources.load import load

    try:
        path = ctx.params.get("path")
        projects = load([path] if path else []).projects
    except Exception:
        return []  # a shell that is completing a word is no place for messages
    found = {id_: e.value.title for p in projects for id_, e in p.metrics.items() if id_.startswith(incomplete)}
    return [CompletionItem(id_, help=clean(found[id_])) for id_ in sorted(found)]
