"""``metriclint explain``: a rule in full, in plain words."""

from typing import Annotated

import typer

from metriclint.cli.check import Color
from metriclint.cli.output import emit, fail, refuse, use_color


def explain(
    rule: Annotated[str, typer.Argument(help="Rule name or code.")],
    color: Annotated[Color, typer.Option(help="When to colour.")] = Color.auto,
) -> None:
    """Explain a rule: what it flags, why it may backfire, avoid and prefer, when to ignore, criteria, evidence."""
    from metriclint.files.problem import ProblemError, did_you_mean
    from metriclint.rules.catalogue import built_in_catalogue
    from metriclint.rules.page import plain_page

    try:
        catalogue = built_in_catalogue()
    except ProblemError as error:
        fail(error.problems, color.value)
    found = catalogue.find(rule)
    if found is None:
        near = did_you_mean(rule, catalogue.names())
        refuse(f'unknown rule "{rule}"' + (f': did you mean "{near}"?' if near else "; see `metriclint rules list`"))
    emit(plain_page(found, color=use_color(color.value)), None)
