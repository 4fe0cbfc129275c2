"""``metriclint explain``: a rule in full, in plain words."""

import click

from metriclint.cli.output import color_option, emit, fail, refuse, use_color


@click.command("explain")
@click.argument("rule")
@color_option
def command(rule: str, color: str) -> None:
    """Explain RULE, given by name or code: mechanism, examples, fixes, when to ignore, criteria and evidence."""
    from metriclint.files.problem import ProblemError, did_you_mean
    from metriclint.rules.catalogue import built_in_catalogue
    from metriclint.rules.page import plain_page

    try:
        catalogue = built_in_catalogue()
    except ProblemError as error:
        fail(error.problems, color)
    found = catalogue.find(rule)
    if found is None:
        near = did_you_mean(rule, catalogue.names())
        refuse(f'unknown rule "{rule}"' + (f': did you mean "{near}"?' if near else "; see `metriclint rules list`"))
    emit(plain_page(found, color=use_color(color)), None)
